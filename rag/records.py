"""What flows from a question to a cited answer: frozen records, tuples, offsets in code points of the document's text.

Question ──retrieve──▶ Hit ──read──▶ Evidence ──cite──▶ Claim + Citation = Answer
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from index.records import Document, Hit, Paragraph


class Kind(StrEnum):
    """What a question asks for."""

    WHEN = "when"
    COUNT = "count"
    WHO = "who"
    WHERE = "where"
    WHY = "why"
    HOW = "how"
    YES_NO = "yes_no"
    LIST = "list"
    WHAT = "what"


class Support(StrEnum):
    """How well the source says what a claim says; decided by the program."""

    SUPPORTED = "supported"
    WEAK = "weak"
    UNSUPPORTED = "unsupported"


class Refusal(StrEnum):
    """Why there is no answer."""

    NO_EVIDENCE = "no_evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as it is searched: ``words`` and ``grams`` without the words that only ask."""

    text: str
    kind: Kind
    words: tuple[str, ...]
    grams: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence, ``start`` to ``end`` in its document's text, and its share (0..1) of the likelihood among all sentences read."""

    hit: Hit
    start: int
    end: int
    text: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a claim stands: ``document.text[start:end] == quote``, in ``paragraph``. Numbered from 1 by first appearance."""

    number: int
    document: Document
    paragraph: Paragraph
    start: int
    end: int
    quote: str

    @property
    def paragraph_text(self) -> str:
        return self.document.text[self.paragraph.start : self.paragraph.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence of the answer with the numbers of its citations; an unsupported one has none."""

    text: str
    citations: tuple[int, ...]
    support: Support


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is shown: claims with citations, or a refusal with the nearest passages as ``citations`` of no claim.

    ``understood`` is the question as it was searched, where the conversation before it completed it ("แล้วเขาเกิดเมื่อไร"), else None.
    ``confidence`` is the calibrated probability (0..1) that the documents answer the question; ``timings`` are milliseconds.
    ``generator`` is the language model that wrote the claims, None where they are sentences of the documents; ``notice`` tells in Thai and
    English that the answer is doubtful, or why a language model that was asked did not write it, or not to the end.
    """

    question: str
    short_answer: str | None
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    refusal: Refusal | None
    confidence: float
    timings: Mapping[str, float] = field(default_factory=dict)
    understood: str | None = None
    generator: str | None = None
    notice: tuple[str, str] | None = None

    @property
    def text(self) -> str:
        return " ".join(claim.text for claim in self.claims)
