"""The extractor of ``rag/reading/extract.py`` in torch, to be fitted: the same layers by the same names, many questions at once.

All sentences of a batch stand in one long row with gaps between them, so none is padded to the longest.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from rag.reading.extract import DILATIONS, GAP
from rag.reading.tokens import COVERED, KINDS, MARKS, Asked, Matrix, Numbers, numbered

HIDDEN, QUESTION, OWN, KEYS, JUDGED, RANKS, MET = 96, 64, 32, 64, 48, 3, 48
_OFF = -1e9


class Seen(NamedTuple):
    """A sentence as it is read for a question: numbers of meanings and of own vectors, marks, how it covers the question's words, and the
    answer's first and last word or -1.
    """

    meanings: Numbers
    own: Numbers
    marks: Matrix
    covered: Matrix
    first: int
    last: int


class Read(NamedTuple):
    """A question, the numbers of its words' meanings, its sentences and their scores, likeliest first."""

    question: Asked
    meanings: Numbers
    sentences: tuple[Seen, ...]
    scores: tuple[float, ...]


class Batch(NamedTuple):
    """Tensors over all words (T,), all words of questions (W,), sentences (B,) and questions (Q,)."""

    vectors: torch.Tensor  # (T, size)
    own: torch.Tensor
    marks: torch.Tensor
    asked_in: torch.Tensor  # (T,) the question of each word, -1 in gaps
    place: torch.Tensor  # (B, longest) where each word of a sentence stands in the row
    filled: torch.Tensor  # (B, longest)
    of: torch.Tensor  # (B,) the question of each sentence
    nth: torch.Tensor  # (B,) its place among the question's sentences
    covered: torch.Tensor  # (B, most words of a question, COVERED)
    question_vectors: torch.Tensor  # (W, size)
    question_own: torch.Tensor
    question_flags: torch.Tensor
    question_in: torch.Tensor  # (W,) -1 in gaps
    question_place: torch.Tensor  # (Q, most words of a question), -1 beyond
    kinds: torch.Tensor
    ranks: torch.Tensor  # (B, RANKS)
    best: torch.Tensor  # (Q, 2)
    first: torch.Tensor
    last: torch.Tensor


class Drop(nn.Module):
    """Dropout by random bytes: torch's own draws number by number, which took a third of the fitting."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.least = round(256 * share)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        if not self.training or not self.least:
            return values
        drawn = torch.empty(values.numel() // 8 + 1, dtype=torch.int64).random_(-(2**63), 2**63 - 1).view(torch.uint8)
        return values * (drawn[: values.numel()].view_as(values) >= self.least) * (256 / (256 - self.least))


class Block(nn.Module):
    def __init__(self, dilation: int, drop: float) -> None:
        super().__init__()
        self.c = nn.Conv1d(HIDDEN, 2 * HIDDEN, 3, padding=dilation, dilation=dilation)
        self.f = nn.Linear(QUESTION, 2 * HIDDEN)
        self.n = nn.LayerNorm(HIDDEN)
        self.d = Drop(drop)

    def forward(self, rows: torch.Tensor, told: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        both = self.c((self.n(rows) * real).t()[None])[0].t() + self.f(told)
        left, right = both.chunk(2, -1)
        out: torch.Tensor = (rows + self.d(left * torch.sigmoid(right))) * real
        return out


class Extractor(nn.Module):
    def __init__(self, vocabulary: int, size: int, drop: float) -> None:
        """``vocabulary`` words have a vector of their own besides one of ``size`` numbers that all have."""
        super().__init__()
        self.small = nn.Embedding(vocabulary + 1, OWN, padding_idx=vocabulary)
        self.al = nn.Linear(size, KEYS)
        self.q_in, self.q_c = nn.Linear(size + OWN + 2, QUESTION), nn.Conv1d(QUESTION, QUESTION, 3, padding=1)
        self.q_a, self.q_o = nn.Linear(QUESTION, 2), nn.Linear(2 * QUESTION + len(KINDS), QUESTION)
        self.p_in = nn.Linear(2 * size + OWN + MARKS, HIDDEN)
        self.blocks = nn.ModuleList(Block(dilation, drop) for dilation in DILATIONS)
        self.norm = nn.LayerNorm(HIDDEN)
        self.out, self.bil = nn.Linear(HIDDEN, 2), nn.Linear(QUESTION, 2 * HIDDEN)
        self.cov, self.cov_a = nn.Linear(QUESTION + len(COVERED), MET), nn.Linear(MET, 1)
        self.pool, self.sh = nn.Linear(HIDDEN, 1), nn.Linear(2 * HIDDEN + QUESTION + 2 * MET + RANKS, JUDGED)
        self.so, self.lin = nn.Linear(JUDGED, 1), nn.Linear(RANKS, 1, bias=False)
        self.nh, self.nul = nn.Linear(QUESTION + 2 + 2 * MET, JUDGED), nn.Linear(JUDGED, 1)
        self.drop = Drop(drop)
        with torch.no_grad():  # at first a sentence is as likely as it was ranked
            self.lin.weight.copy_(torch.tensor([[3.0, 0.0, 0.0]]))
            self.so.weight.mul_(0.3)

    def forward(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return scores of first and last words (B, longest), of sentences (B,), and of no answer (Q,)."""
        told, values, meant = self._questions(batch)
        keys = functional.relu(self.al(meant))
        vectors = batch.vectors
        near = functional.relu(self.al(vectors)) @ keys.t()
        shares = near.masked_fill(batch.asked_in[:, None] != batch.question_in[None], _OFF).softmax(-1)
        seen = torch.cat([vectors, self.small(batch.own), batch.marks, shares @ meant], -1)
        real = (batch.asked_in >= 0).float()[:, None]
        at = batch.asked_in.clamp(min=0)
        rows = self.p_in(self.drop(seen)) * real
        for block in self.blocks:
            rows = block(rows, told[at], real)
        rows = self.norm(rows)
        ends = self.bil(told).chunk(2, -1)
        marks = [(self.out(rows)[:, n] + (rows * ends[n][at]).sum(-1))[batch.place].masked_fill(~batch.filled, _OFF) for n in range(2)]
        placed = rows[batch.place]
        weights = self.pool(placed)[..., 0].masked_fill(~batch.filled, _OFF).softmax(1)
        most = placed.masked_fill(~batch.filled[..., None], _OFF).amax(1)
        met = self._met(batch, values)
        whole = torch.cat([(weights[:, None] @ placed)[:, 0], most, told[batch.of], met, batch.ranks], -1)
        judged = (self.so(self.drop(torch.tanh(self.sh(whole)))) + self.lin(batch.ranks))[:, 0]
        together = torch.full((len(told), int(batch.nth.max()) + 1, met.shape[1]), -1.0).index_put((batch.of, batch.nth), met).amax(1)
        none = self.nul(self.drop(torch.tanh(self.nh(torch.cat([told, batch.best, together], -1)))))[:, 0]
        return marks[0], marks[1], judged, none

    def _met(self, batch: Batch, values: torch.Tensor) -> torch.Tensor:
        """Return how each sentence meets its question (B, 2 * MET)."""
        place = batch.question_place[batch.of]
        there = place >= 0
        words = torch.tanh(self.cov(self.drop(torch.cat([values[place.clamp(min=0)], batch.covered], -1))))
        share = self.cov_a(words)[..., 0].masked_fill(~there, _OFF).softmax(1)
        return torch.cat([(share[:, None] @ words)[:, 0], words.masked_fill(~there[..., None], _OFF).amax(1)], -1)

    def _questions(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return what each question asks (Q, d), what their words are there (W, d), and the vectors of these (W, size)."""
        meant = batch.question_vectors
        values = torch.tanh(self.q_in(self.drop(torch.cat([meant, self.small(batch.question_own), batch.question_flags], -1))))
        values = values * (batch.question_in >= 0)[:, None]
        values = values + torch.tanh(self.q_c(values.t()[None])[0].t())
        own = batch.question_in[None] == torch.arange(len(batch.kinds))[:, None]
        shares = self.q_a(values).t()[:, None].masked_fill(~own[None], _OFF).softmax(-1)
        told = torch.tanh(self.q_o(self.drop(torch.cat([shares[0] @ values, shares[1] @ values, batch.kinds], -1))))
        return told, values, meant


def packed(reads: Sequence[Read], vocabulary: dict[str, int], vectors: Matrix) -> Batch:
    """Return the questions as one batch; ``vectors`` (n, size) are those that the words' meanings are numbers of."""
    every = [(at, nth, seen) for at, read in enumerate(reads) for nth, seen in enumerate(read.sentences)]
    best = [max(read.scores) for read in reads]
    scored = [(score, top, n) for read, top in zip(reads, best, strict=True) for n, score in enumerate(read.scores)]
    ranks = [((score - top) / 3, 1 / (n + 1), score / 10) for score, top, n in scored]
    tensors = (
        *_sentences([(question, seen) for question, _, seen in every], len(vocabulary), vectors),
        np.array([question for question, *_ in every]),
        np.array([nth for _, nth, _ in every]),
        _filled([seen.covered for *_, seen in every], 0.0),
        *_words(reads, vocabulary, vectors),
        np.stack([read.question.kind for read in reads]),
        np.asarray(ranks, np.float32),
        np.asarray([(top / 10, 1.0) for top in best], np.float32),
        np.array([seen.first for *_, seen in every]),
        np.array([seen.last for *_, seen in every]),
    )
    return Batch(*map(torch.from_numpy, tensors))


def _sentences(every: Sequence[tuple[int, Seen]], unknown: int, known: Matrix) -> tuple[np.ndarray, ...]:
    """Return vectors, own numbers, marks and question of each word, and where the words of each sentence stand."""
    total = sum(len(seen.meanings) + GAP for _, seen in every) + GAP
    longest = max(len(seen.meanings) for _, seen in every)
    vectors, own, asked_in = np.zeros((total, known.shape[1]), np.float32), np.full(total, unknown), np.full(total, -1)
    marks = np.zeros((total, MARKS), np.float32)
    place, filled = np.zeros((len(every), longest), int), np.zeros((len(every), longest), bool)
    at = GAP
    for row, (question, seen) in enumerate(every):
        size = len(seen.meanings)
        here = slice(at, at + size)
        vectors[here], own[here], marks[here], asked_in[here] = known[seen.meanings], seen.own, seen.marks, question
        place[row, :size], filled[row, :size] = np.arange(here.start, here.stop), True
        at = here.stop + GAP
    return vectors, own, marks, asked_in, place, filled


def _filled(rows: Sequence[np.ndarray], empty: float) -> np.ndarray:
    """Return the rows as one array, filled up to the longest."""
    every = np.full((len(rows), max(map(len, rows)), *rows[0].shape[1:]), empty, rows[0].dtype)
    for at, row in enumerate(rows):
        every[at, : len(row)] = row
    return every


def _words(reads: Sequence[Read], vocabulary: dict[str, int], known: Matrix) -> tuple[np.ndarray, ...]:
    """Return vectors, own numbers, flags and question of each word of the questions, an empty place before and after each question, and
    where the words of each stand.
    """
    total = sum(len(read.meanings) + 1 for read in reads) + 1
    vectors, own, asked_in = np.zeros((total, known.shape[1]), np.float32), np.full(total, len(vocabulary)), np.full(total, -1)
    flags = np.zeros((total, 2), np.float32)
    places, at = [], 1
    for number, read in enumerate(reads):
        question, here = read.question, slice(at, at + len(read.meanings))
        vectors[here], own[here], asked_in[here] = known[read.meanings], numbered(question.words, vocabulary), number
        flags[here] = np.stack([question.asks.astype(np.float32), question.weights], axis=1)
        places.append(np.arange(here.start, here.stop))
        at = here.stop + 1
    return vectors, own, flags, asked_in, _filled(places, -1)


def shares(batch: Batch, judged: torch.Tensor, none: torch.Tensor) -> torch.Tensor:
    """Return (Q, most sentences + 1) log probabilities, that of no answer last."""
    most = int(batch.nth.max()) + 1
    scores = torch.full((len(none), most), _OFF).index_put((batch.of, batch.nth), judged)
    return torch.cat([scores, none[:, None]], 1).log_softmax(1)


def descend(loss: torch.Tensor, model: nn.Module, optimiser: Optimizer, schedule: LRScheduler, longest: float) -> None:
    """Go one step down the loss, the gradient no longer than ``longest``."""
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), longest)
    optimiser.step()
    schedule.step()


def loss_of(model: Extractor, batch: Batch) -> torch.Tensor:
    """Return how unlikely the right sentence is, or none where there is no right one, and in right sentences the right words."""
    first, last, judged, none = model(batch)
    likely = shares(batch, judged, none)
    right = batch.first >= 0
    held = torch.zeros_like(likely, dtype=torch.bool)
    held[batch.of[right], batch.nth[right]] = True
    held[:, -1] = ~held.any(1)
    loss = -torch.logsumexp(likely.masked_fill(~held, _OFF), 1).mean()
    if right.any():
        loss = loss + functional.cross_entropy(first[right], batch.first[right]) + functional.cross_entropy(last[right], batch.last[right])
    return loss
