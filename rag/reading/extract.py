"""A network that reads the likeliest sentences: which of them answers, where in it the short answer stands, whether none does.

Gated convolutions (Dauphin et al. 2017) over the words of each sentence, told at every layer what is asked; each word comes with the words
of the question nearest to it in meaning (Chen et al. 2017, "aligned question embedding"). A sentence is judged by its words, and by how far
each word of the question is met in it and around it: what is asked and not said tells that none answers. Trained with torch by
``train/extractor.py``, run here with numpy: a question's few sentences take milliseconds. Weights and the words with vectors of their own
are in ``models/extractor.safetensors``.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.embed import Embedder
from index.errors import damaged_model
from rag.reading.tokens import COVERED, MARKS, Asked, Matrix, Meanings, Tokens, asked, covered, numbered, shared, tokens

WEIGHTS = Path(__file__).resolve().parent.parent.parent / "models" / "extractor.safetensors"
DILATIONS = (1, 2, 4, 1)
SEEN = f"{MARKS}+{len(COVERED)}+pieces"  # marks of a sentence's words and of the question's, and the vectors of both
GAP = max(DILATIONS)  # empty places between sentences: no word sees another sentence's
MOST_ANSWER = 25  # words of a short answer
_OFF = -1e9


class Said(NamedTuple):
    """A sentence to read: its text, what it is about (title and headings), the passage around it, its score by ``rag/reading/rank.py``."""

    text: str
    subject: str
    around: str
    score: float


class Span(NamedTuple):
    """Where a short answer stands in its sentence, and its probability (0..1) if the sentence answers."""

    start: int
    end: int
    probability: float


class Extraction(NamedTuple):
    """The probability of each sentence (n,) that it is the one that answers, that ``none`` does, and the likeliest span of each."""

    answers: Matrix
    none: float
    spans: tuple[Span, ...]

    @property
    def best(self) -> int:
        """The place of the likeliest sentence."""
        return int(self.answers.argmax())


class Weights(NamedTuple):
    """Arrays by name, and the numbers of the words with a vector of their own."""

    arrays: dict[str, Matrix]
    vocabulary: dict[str, int]


@cache
def _weights() -> Weights:
    """Raises LibraryError where the file is missing, damaged or of another version."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(WEIGHTS, "np") as opened:
            told = opened.metadata()
            if told["marks"] != SEEN:
                raise ValueError("fitted to other marks: run train/extractor.py again")
            words: list[str] = json.loads(told["words"])
            arrays = {name: opened.get_tensor(name).astype(np.float32) for name in opened.keys()}  # noqa: SIM118  # no mapping
        return Weights(arrays, {word: at for at, word in enumerate(words)})
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise damaged_model(WEIGHTS, error) from error


def extract(question: str, sentences: Sequence[Said], embedder: Embedder) -> Extraction:
    """Read the sentences, the likeliest first, for a question. ``embedder`` is the shipped one: the weights were fitted to its vectors."""
    return run(_weights(), question, sentences, Meanings(embedder))


def run(weights: Weights, question: str, sentences: Sequence[Said], meanings: Meanings) -> Extraction:
    """Read with these weights; ``extract`` has the shipped ones."""
    if not sentences:
        return Extraction(np.zeros(0, np.float32), 1.0, ())
    sought = asked(question)
    read = [tokens(said.text) for said in sentences]
    meanings.read(word for words in (sought.words, *(each.words for each in read)) for word in words)  # all at once: it is faster
    net = _Network(weights, meanings)
    told, values, meant, near = net.question(sought)
    rows, places = net.rows(sought, read, [said.subject for said in sentences], meant, near)
    hidden = net.hidden(rows, told, places)
    met = [net.met(values, covered(sought, words, said.subject, said.around)) for words, said in zip(read, sentences, strict=True)]
    scores = np.asarray([said.score for said in sentences], np.float32)
    best = float(scores.max())
    ranks = np.stack([(scores - best) / 3, 1 / np.arange(1.0, len(scores) + 1), scores / 10], axis=1).astype(np.float32)
    judged = [net.sentence(hidden[place], told, *seen) for place, *seen in zip(places, met, ranks, strict=True)]
    none = net.none(told, best, np.max(met, axis=0))
    shares = softmax(np.asarray([*judged, none], np.float32))
    spans = tuple(net.span(hidden[place], told, words) for place, words in zip(places, read, strict=True))
    return Extraction(shares[:-1], float(shares[-1]), spans)


def softmax(scores: Matrix) -> Matrix:
    """Return the shares (0..1, together 1) of scores, row by row."""
    powers: Matrix = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Matrix = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def _sigmoid(values: Matrix) -> Matrix:
    squashed: Matrix = (1.0 / (1.0 + np.exp(-values))).astype(np.float32)
    return squashed


class _Network:
    """The layers, by the names that ``train/extractor.py`` gives them."""

    def __init__(self, weights: Weights, meanings: Meanings) -> None:
        self._of, self._vocabulary = weights
        self._meanings = meanings

    def _vectors(self, words: Sequence[str]) -> Matrix:
        numbers = self._meanings.read(words)
        return self._meanings.vectors[numbers]

    def _linear(self, name: str, values: Matrix) -> Matrix:
        out: Matrix = values @ self._of[f"{name}.weight"].T
        if f"{name}.bias" in self._of:
            out += self._of[f"{name}.bias"]
        return out

    def _normed(self, name: str, values: Matrix) -> Matrix:
        centred = values - values.mean(axis=1, keepdims=True)
        scaled: Matrix = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-5)
        return scaled * self._of[f"{name}.weight"] + self._of[f"{name}.bias"]

    def _convolved(self, name: str, values: Matrix, dilation: int) -> Matrix:
        """Return a convolution of three places, zeros beyond the ends."""
        weight = self._of[f"{name}.weight"]  # (out, in, 3)
        padded = np.pad(values, ((dilation, dilation), (0, 0)))
        size = len(values)
        out: Matrix = self._of[f"{name}.bias"] + sum(
            padded[at * dilation : at * dilation + size] @ weight[:, :, at].T for at in range(3)
        )
        return out

    def question(self, sought: Asked) -> tuple[Matrix, Matrix, Matrix, Matrix]:
        """Return what is asked (d,), and of the question's words: what they are there, their vectors, their alignment keys."""
        vectors = self._vectors(sought.words)
        small = self._of["small.weight"][numbered(sought.words, self._vocabulary)]
        flags = np.stack([sought.asks.astype(np.float32), sought.weights], axis=1)
        values = np.tanh(self._linear("q_in", np.concatenate([vectors, small, flags], axis=1)))
        values = values + np.tanh(self._convolved("q_c", values, 1))
        shares = softmax(self._linear("q_a", values).T)
        told = np.tanh(self._linear("q_o", np.concatenate([*(shares @ values), sought.kind])))
        return told, values, vectors, np.maximum(self._linear("al", vectors), 0.0)

    def met(self, values: Matrix, seen: Matrix) -> Matrix:
        """Return how a sentence meets the question (d,), from how it meets each of its words."""
        words = np.tanh(self._linear("cov", np.concatenate([values, seen], axis=1)))
        share = softmax(self._linear("cov_a", words)[:, 0])
        return np.concatenate([share @ words, words.max(axis=0)])

    def rows(
        self, sought: Asked, read: Sequence[Tokens], titles: Sequence[str], meant: Matrix, near: Matrix
    ) -> tuple[Matrix, list[slice]]:
        """Return the first layer over all sentences, one after the other with gaps, and where each of them stands."""
        places, parts, at = [], [], GAP
        width = len(self._of["p_in.bias"])
        for sentence, title in zip(read, titles, strict=True):
            vectors = self._vectors(sentence.words)
            small = self._of["small.weight"][numbered(sentence.words, self._vocabulary)]
            aligned = softmax(np.maximum(self._linear("al", vectors), 0.0) @ near.T) @ meant
            marks = np.concatenate([sentence.marks, shared(sought, sentence, title)], axis=1)
            parts += [np.zeros((GAP, width), np.float32), self._linear("p_in", np.concatenate([vectors, small, marks, aligned], axis=1))]
            places.append(slice(at, at + len(sentence.words)))
            at += len(sentence.words) + GAP
        return np.concatenate([*parts, np.zeros((GAP, width), np.float32)]).astype(np.float32), places

    def hidden(self, rows: Matrix, told: Matrix, places: Sequence[slice]) -> Matrix:
        real = np.zeros((len(rows), 1), np.float32)
        for place in places:
            real[place] = 1.0
        for at, dilation in enumerate(DILATIONS):
            within = self._normed(f"blocks.{at}.n", rows) * real
            both = self._convolved(f"blocks.{at}.c", within, dilation) + self._linear(f"blocks.{at}.f", told)
            half = both.shape[1] // 2
            rows = (rows + both[:, :half] * _sigmoid(both[:, half:])) * real
        return self._normed("norm", rows)

    def sentence(self, hidden: Matrix, told: Matrix, met: Matrix, rank: Matrix) -> float:
        """Return the score of a sentence as the one that answers."""
        shares = softmax(self._linear("pool", hidden)[:, 0])
        whole = np.concatenate([shares @ hidden, hidden.max(axis=0), told, met, rank])
        return float(self._linear("so", np.tanh(self._linear("sh", whole)))[0] + self._linear("lin", rank)[0])

    def none(self, told: Matrix, best: float, met: Matrix) -> float:
        """Return the score of there being no answer, from what the sentences together meet of the question."""
        whole = np.concatenate([told, np.asarray([best / 10, 1.0], np.float32), met])
        return float(self._linear("nul", np.tanh(self._linear("nh", whole)))[0])

    def span(self, hidden: Matrix, told: Matrix, read: Tokens) -> Span:
        """Return the likeliest stretch of words."""
        ends = np.split(self._linear("bil", told), 2)
        marks = [self._linear("out", hidden)[:, at] + hidden @ ends[at] for at in range(2)]
        first, last = (np.log(softmax(mark) + 1e-30) for mark in marks)
        both: npt.NDArray[np.float32] = first[:, None] + last[None]
        size = len(first)
        allowed = np.triu(np.ones((size, size), bool)) & ~np.triu(np.ones((size, size), bool), MOST_ANSWER)
        start, end = divmod(int(np.where(allowed, both, _OFF).argmax()), size)
        return Span(int(read.ends[start]), int(read.ends[end + 1]), float(np.exp(both[start, end])))
