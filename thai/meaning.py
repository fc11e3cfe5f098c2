"""Words of like meaning: vectors of the company words keep (``train/words.py``), in ``models/words.safetensors``."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from thai.synonyms import synonyms

Matrix = npt.NDArray[np.float32]
WEIGHTS = Path(__file__).resolve().parent.parent / "models" / "words.safetensors"
_UNRELATED, _SAME = 0.35, 0.85  # cosines that count as nothing and as everything
_SYNONYM = 0.9  # how near a word of another register is


@cache
def table() -> tuple[dict[str, int], Matrix]:
    """Return the number of each word and (n + 1, d) unit vectors, the last row zeros for words that are not there."""
    from safetensors import safe_open

    with safe_open(WEIGHTS, "np") as opened:
        words: list[str] = json.loads(opened.metadata()["words"])
        small = opened.get_tensor("vectors").astype(np.float32)
    vectors = np.zeros((len(words) + 1, small.shape[1]), np.float32)
    vectors[:-1] = small / np.maximum(np.linalg.norm(small, axis=1, keepdims=True), 1e-9)
    return {word: at for at, word in enumerate(words)}, vectors


def nearest(sought: Sequence[str], texts: Sequence[frozenset[str]]) -> Matrix:
    """Return (len(texts), len(sought)) in 0..1: how near in meaning the nearest word of each text comes to each word sought.

    1 where the word itself stands in the text, a little less where one of another register does (``thai.synonyms``); 0 where nothing
    like it does, and for words without a vector.
    """
    number, vectors = table()
    missing = len(number)
    every = sorted(frozenset().union(*texts))
    place = {word: at for at, word in enumerate(every)}
    ours = vectors[[number.get(word, missing) for word in sought]]
    cosines = ours @ vectors[[number.get(word, missing) for word in every]].T
    scaled = np.clip((cosines - _UNRELATED) / (_SAME - _UNRELATED), 0.0, 1.0).astype(np.float32)
    for row, word in enumerate(sought):
        for other in synonyms(word) & place.keys():
            scaled[row, place[other]] = max(scaled[row, place[other]], _SYNONYM)
        if word in place:
            scaled[row, place[word]] = 1.0
    nothing = np.zeros(len(sought), np.float32)
    columns = [scaled[:, [place[word] for word in text]].max(axis=1) if text else nothing for text in texts]
    return np.stack(columns).astype(np.float32)


def neighbours(word: str, most: int) -> list[str]:
    """Return the words nearest in meaning, nearest first; none for a word without a vector."""
    number, vectors = table()
    if word not in number:
        return []
    cosines = vectors[:-1] @ vectors[number[word]]
    names = list(number)
    return [names[at] for at in np.argsort(-cosines)[1 : most + 1]]
