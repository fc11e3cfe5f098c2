"""How far the pieces of a question are met by a passage, in like meaning too.

Who describes a thing shares few words with the text that names it. So each piece of the question (the embedder's: a word or a part of one)
is compared with every piece of a passage by the cosine of their vectors (as Khattab & Zaharia 2020, "late interaction", do), and a small
network says how far it is met and what share of the question it is (as Guo et al. 2016, "term gating"). Weights in ``models/fusion.json``,
fitted by ``train/fusion.py`` to the vectors of the shipped embedder.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.embed import StaticEmbedder, unit
from index.records import Hit

Matrix = npt.NDArray[np.float32]
Layers = Sequence[tuple[Matrix, Matrix]]  # weight (out, in) and bias (out,) of each
PLACES = 4  # where a piece may be met: in the passage, its title and headings, its closest stretch, the hits of its document together
STRETCH = 50  # pieces: two or three sentences
_THERE = 0.75  # cosine from which a piece counts as said, for how rare it is


class Nearness(NamedTuple):
    """Cosines (hits, pieces, PLACES) of the nearest pieces, none below 0, and of each piece (pieces, 2) its vector's length and rarity."""

    cosines: Matrix
    sizes: Matrix


def nearness(question: str, hits: Sequence[Hit], embedder: StaticEmbedder) -> Nearness:
    """Return how near each hit comes to each distinct piece of the question. A piece is rare where few of the hits have it."""
    vectors = embedder.vectors
    asked = np.unique(embedder.pieces([question])[0])
    lengths = np.linalg.norm(vectors[asked], axis=1)
    asked, lengths = asked[lengths > 0], lengths[lengths > 0]
    pieces = embedder.pieces([*(hit.passage.text for hit in hits), *(hit.passage.subject for hit in hits)])
    found = np.zeros((len(hits), len(asked), PLACES), np.float32)
    if not found.size:
        return Nearness(found, np.zeros((len(asked), 2), np.float32))
    every, numbers = np.unique(np.concatenate(pieces), return_inverse=True)
    cosines = np.maximum(unit(vectors[asked]) @ unit(vectors[every]).T, 0.0)
    ends = np.cumsum([len(each) for each in pieces])[:-1]
    parts = [cosines[:, part] for part in np.split(numbers, ends)]
    for at, (text, name) in enumerate(zip(parts[: len(hits)], parts[len(hits) :], strict=True)):
        found[at, :, 0] = text.max(axis=1, initial=0.0)
        found[at, :, 1] = name.max(axis=1, initial=0.0)
        found[at, :, 2] = _closest(text, lengths)
    together = found[..., :2].max(axis=2)
    documents = np.array([hit.passage.document for hit in hits])
    for document in np.unique(documents):
        found[documents == document, :, 3] = together[documents == document].max(axis=0)
    having = (together > _THERE).sum(axis=0)
    rarities = [worth(number, len(hits)) for number in having.tolist()]
    return Nearness(found, np.stack([lengths, rarities], axis=1).astype(np.float32))


def worth(having: int, of: int) -> float:
    """Return what a word or piece is worth that so many of the texts have: the more, the fewer."""
    return math.log(1 + (of + 0.5) / (having + 0.5))


def _closest(cosines: Matrix, lengths: Matrix) -> Matrix:
    """Return the nearest of each piece within the stretch of a text that comes nearest to all of them."""
    size = cosines.shape[1]
    if size <= STRETCH:
        nearest: Matrix = cosines.max(axis=1, initial=0.0)
        return nearest
    step = STRETCH // 2
    stretches = np.stack([cosines[:, at : at + STRETCH].max(axis=1) for at in range(0, size - step, step)])
    best: Matrix = stretches[int((stretches**2 @ lengths).argmax())]
    return best


def met(near: Nearness, weights: Mapping[str, Layers]) -> Matrix:
    """Return how far each hit meets the question (hits,), in 0..1."""
    hits, pieces, _ = near.cosines.shape
    if not pieces:
        return np.zeros(hits, np.float32)
    seen = np.concatenate([near.cosines, np.broadcast_to(near.sizes, (hits, pieces, 2))], axis=2)
    far = 1.0 / (1.0 + np.exp(-_run(seen, weights["met"])[..., 0]))
    shares = np.exp(_run(near.sizes, weights["share"])[..., 0])
    whole: Matrix = far @ (shares / shares.sum())
    return whole


def _run(values: Matrix, layers: Layers) -> Matrix:
    """Return what the layers make of the values, tanh between them."""
    for at, (weight, bias) in enumerate(layers):
        values = (np.tanh(values) if at else values) @ weight.T + bias
    return values
