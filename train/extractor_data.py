"""What the extractor is fitted on: questions with the sentences that the reader ranks first."""

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.seeds import squeeze
from rag.question import ask
from rag.reading.extract import Said
from rag.reading.features import candidates
from rag.reading.rank import READ_HITS, rank
from rag.reading.read import said
from rag.reading.tokens import Meanings, asked, covered, numbered, shared, tokens
from rag.retrieve import Retriever
from train.contexts import Item, answer_in, library_of, squeezed_texts
from train.extractor_net import Read, Seen

KEPT, SHOWN = 7, 5  # sentences remembered of a question, and shown at a time


class Shown(NamedTuple):
    """A sentence for a question: the answer's place in it or None, whether it repeats the answer elsewhere, whether of the own document."""

    said: Said
    span: tuple[int, int] | None
    unclear: bool
    own: bool


class Example(NamedTuple):
    """A question with the sentences found for it in all documents and in its own, likeliest first, and its marked answers."""

    question: str
    everywhere: tuple[Shown, ...]
    at_home: tuple[Shown, ...]
    answers: tuple[str, ...]


def examples(items: Sequence[Item]) -> list[Example]:
    """Return questions asked of a library of their contexts."""
    with tempfile.TemporaryDirectory() as folder:
        retriever = library_of(items, Path(folder))
        texts = squeezed_texts(retriever)
        home = {text: name for name, text in texts.items()}
        return [_example(item, retriever, texts, home) for item in items if squeeze(item["context"]) in home]


def _example(item: Item, retriever: Retriever, texts: dict[str, str], home: dict[str, str]) -> Example:
    own = home[squeeze(item["context"])]
    ways = [_shown(item, retriever, texts, own, only) for only in (None, [own])]
    return Example(item["question"], *ways, tuple(answer["text"].strip() for answer in item["answers"]))


def _shown(
    item: Item, retriever: Retriever, texts: dict[str, str], own: str, only: Sequence[str] | None
) -> tuple[Shown, ...]:
    """Return the first sentences, and the one that answers if it is further down."""
    question = ask(item["question"])
    found = candidates(retriever.retrieve(question, READ_HITS, only))
    scores = rank(question, found, retriever.embedder)[1]
    kept: list[Shown] = []
    for at in np.argsort(-scores, kind="stable"):
        candidate = found[at]
        mine = texts[candidate.hit.passage.document] == texts[own]
        span, unclear = answer_in(item, candidate.text, candidate.start) if mine else (None, False)
        if len(kept) < KEPT or (span and not any(shown.span for shown in kept)):
            kept.append(Shown(said(candidate, float(scores[at])), span, unclear, mine))
    return tuple(kept)


class Encoder:
    """Questions and sentences as the network sees them; a sentence seen again for the same question is remembered."""

    def __init__(self, vocabulary: dict[str, int], meanings: Meanings) -> None:
        self.vocabulary, self.meanings = vocabulary, meanings
        self._seen: dict[tuple[str, str, str], Seen] = {}

    def read(self, question: str, sentences: Sequence[Shown], *, again: bool = True) -> Read:
        """Return a question as it is read; one that is not asked ``again`` is not remembered."""
        seen = tuple(self._sentence(question, shown, again) for shown in sentences)
        sought = asked(question)
        return Read(sought, self.meanings.read(sought.words), seen, tuple(shown.said.score for shown in sentences))

    def _sentence(self, question: str, shown: Shown, again: bool) -> Seen:
        key = (question, shown.said.text, shown.said.subject)
        if key in self._seen:
            return self._seen[key]
        read = tokens(shown.said.text)
        sought, subject = asked(question), shown.said.subject
        marks = np.concatenate([read.marks, shared(sought, read, subject)], axis=1)
        met = covered(sought, read, subject, shown.said.around)
        seen = Seen(self.meanings.read(read.words), numbered(read.words, self.vocabulary), marks, met, *self._words(shown.span, read.ends))
        if again:
            self._seen[key] = seen
        return seen

    @staticmethod
    def _words(span: tuple[int, int] | None, ends: np.ndarray) -> tuple[int, int]:
        """Return the first and last word of an answer, -1 for none and for one beyond what is read."""
        if span is None or span[1] > ends[-1]:
            return -1, -1
        return int(np.searchsorted(ends, span[0], "right") - 1), int(np.searchsorted(ends, span[1], "left") - 1)


def drawn(example: Example, chance: random.Random) -> tuple[Shown, ...]:
    """Return what is shown of a question this time: half of the time as found, else in its own document alone, or without an answer:
    without the sentences that hold it (the fact is missing), or without its document (another entity).
    """
    draw = chance.random()
    if draw < 0.75:
        found = example.everywhere if draw < 0.5 else example.at_home
        clear = [shown for shown in found if not shown.unclear]
        kept = clear[:SHOWN]
        right = [shown for shown in clear if shown.span]
        return tuple(kept if not right or any(shown.span for shown in kept) else kept[: SHOWN - 1] + right[:1])
    if draw < 0.9:
        return without_fact(example.everywhere)[:SHOWN]
    return tuple(shown for shown in example.everywhere if not shown.own)[:SHOWN]


def without_fact(found: Sequence[Shown]) -> tuple[Shown, ...]:
    return tuple(shown for shown in found if not shown.span and not shown.unclear)
