"""Draws the embedder's training pairs: real questions, and question-like texts made from titles, headings and parts of passages.

Thai has few training questions, so most pairs are made: a title with its section's heading, or some words of a passage (the inverse
cloze task, Lee et al. 2019), often with the beginning or ending of a real question (`ใครเป็น`, `เกิดวันที่เท่าไร`), against the passage
they come from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from train.embedder_data import Corpus, Ids, Question, Rows, encode

COMMON_PIECES, COMMON_IN_QUESTIONS = 600, 150
LONGEST_ENDING, LONGEST_BEGINNING = 6, 4
SHORTEST_PASSAGE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question's pieces, the forms of its passage, and a group: two rows of a batch in one group are no negatives of each other."""

    question: Ids
    passages: tuple[Ids, ...]
    group: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Row i of `passages` answers row i of `questions`."""

    questions: list[Ids]
    passages: list[Ids]
    groups: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """How a batch is made up. Shares are of the batch, the rest is Wikipedia; chances are for one made pair."""

    size: int = 1024
    questions: float = 0.2
    news: float = 0.1
    title_question: float = 0.25
    template: float = 0.4
    leave_out: float = 0.5
    head_on_question: float = 0.35
    head_on_passage: float = 0.5


def piece_counts(corpus: Corpus, size: int) -> npt.NDArray[np.int64]:
    """How often each piece stands in the passages, (size,)."""
    return np.bincount(corpus.passages.flat, minlength=size)


def _best_passage(question: Ids, rows: Sequence[int], passages: Rows, weight: npt.NDArray[np.float64]) -> int:
    """The passage sharing most with the question, rare pieces weighing more; long ones pay a little; the first of equals."""
    asked = set(question.tolist())

    def overlap(row: int) -> float:
        shared = sorted(asked.intersection(passages[row].tolist()))
        return float(weight[shared].sum()) / (1 + 0.1 * float(np.log(1 + len(passages[row]))))

    return max(rows, key=overlap)


def examples(questions: Sequence[Question], corpus: Corpus, tokenizer: Tokenizer) -> list[Example]:
    """Questions with a passage: their own context, or the passage of a right article that shares most with the question."""
    asked = encode(tokenizer, [question.text for question in questions])
    contexts = encode(tokenizer, [question.context for question in questions])
    counts = piece_counts(corpus, tokenizer.get_vocab_size())
    weight = np.log((len(corpus.passages) + 1) / (counts + 1)).clip(0.5)
    numbers = {key: number for number, key in enumerate(corpus.keys)}
    starts = np.searchsorted(corpus.articles, np.arange(len(corpus.keys) + 1))
    groups: dict[str, int] = {}
    found: list[Example] = []
    for row, question in enumerate(questions):
        if question.context:
            group = -1 - groups.setdefault(question.context, len(groups))
            found.append(Example(question=asked[row], passages=(contexts[row],), group=group))
            continue
        articles = [numbers[key] for key in question.articles if key in numbers]
        rows = [passage for article in articles for passage in range(starts[article], starts[article + 1])]
        if rows:
            best = _best_passage(asked[row], rows, corpus.passages, weight)
            forms = (np.concatenate([corpus.heads[best], corpus.passages[best]]), corpus.passages[best])
            found.append(Example(question=asked[row], passages=forms, group=int(corpus.articles[best])))
    return [example for example in found if len(example.question)]


def templates(found: Sequence[Example], counts: npt.NDArray[np.int64]) -> list[Ids]:
    """Beginnings and endings of real questions made of common pieces only: what is asked, without what it is asked about."""
    in_questions = np.bincount(np.concatenate([example.question for example in found]), minlength=len(counts))
    common = set(np.argsort(-counts, kind="stable")[:COMMON_PIECES].tolist())
    common |= set(np.argsort(-in_questions, kind="stable")[:COMMON_IN_QUESTIONS].tolist())
    parts: list[Ids] = []
    for example in found:
        pieces = example.question
        known = [int(piece) in common for piece in pieces]
        ending = next((length for length, yes in enumerate(reversed(known)) if not yes), len(known))
        beginning = next((length for length, yes in enumerate(known) if not yes), len(known))
        parts.append(pieces[len(pieces) - min(ending, LONGEST_ENDING) :])
        parts.append(pieces[: min(beginning, LONGEST_BEGINNING)])
    return [part for part in parts if len(part)]


class Pairs:
    """Batches of pairs without end, the same for the same seed."""

    def __init__(self, wiki: Corpus, news: Corpus, asked: Sequence[Example], parts: Sequence[Ids], mix: Mix, seed: int) -> None:
        self._wiki, self._news, self._asked, self._parts, self._mix = wiki, news, asked, parts, mix
        self._random = np.random.default_rng(seed)
        self._next_wiki = self._walk(len(wiki.passages))
        self._next_news = self._walk(len(news.passages))

    def _walk(self, count: int) -> Callable[[int], npt.NDArray[np.int64]]:
        """The next rows of one shuffled order, from its start again when it is used up."""
        order, position = self._random.permutation(count), 0

        def following(wanted: int) -> npt.NDArray[np.int64]:
            nonlocal position
            rows = order[np.arange(position, position + wanted) % count]
            position += wanted
            return rows

        return following

    def _chance(self, chance: float) -> bool:
        return bool(self._random.random() < chance)

    def _thinned(self, pieces: Ids, kept: float) -> Ids:
        keep = self._random.random(len(pieces)) < kept
        return pieces[keep] if keep.any() else pieces

    def _with_template(self, pieces: Ids) -> Ids:
        if not self._chance(self._mix.template):
            return pieces
        return np.concatenate([pieces, self._parts[int(self._random.integers(len(self._parts)))]])

    def _made(self, corpus: Corpus, row: int) -> tuple[Ids, Ids]:
        """A made question and the passage it is about."""
        body, head, mix = corpus.passages[row], corpus.heads[row], self._mix
        if len(body) < SHORTEST_PASSAGE or self._chance(mix.title_question):
            return self._with_template(head), body
        length = int(self._random.integers(3, 17))
        start = int(self._random.integers(0, max(1, len(body) - length)))
        asked = body[start : start + length]
        rest = np.concatenate([body[:start], body[start + length :]])
        passage = rest if len(rest) and self._chance(mix.leave_out) else body
        if length > 5 and self._chance(0.5):
            asked = self._thinned(asked, 0.6)
        if self._chance(mix.head_on_question):
            asked = np.concatenate([head, asked])
        if self._chance(mix.head_on_passage):
            passage = np.concatenate([head, passage])
        return self._with_template(asked), passage

    def _real(self) -> tuple[Ids, Ids, int]:
        example = self._asked[int(self._random.integers(len(self._asked)))]
        asked = self._thinned(example.question, 0.8) if self._chance(0.5) else example.question
        return asked, example.passages[int(self._random.integers(len(example.passages)))], example.group

    def batch(self) -> Batch:
        """The next batch of `mix.size` pairs."""
        mix = self._mix
        real, news = int(mix.size * mix.questions), int(mix.size * mix.news)
        rows = [self._real() for _ in range(real)]
        for corpus, following, count, first in (
            (self._news, self._next_news, news, len(self._wiki.keys)),
            (self._wiki, self._next_wiki, mix.size - real - news, 0),
        ):
            for row in following(count):
                rows.append((*self._made(corpus, int(row)), first + int(corpus.articles[row])))
        return Batch(
            questions=[asked for asked, _, _ in rows],
            passages=[passage for _, passage, _ in rows],
            groups=np.array([group for _, _, group in rows], dtype=np.int64),
        )
