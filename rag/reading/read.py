"""Hits to evidence: which sentences answer the question, the short answer in the best one, and how likely the documents answer at all.

All sentences of the first passages are ranked (``rank.py``); a network then reads the likeliest (``extract.py``), puts them in its own
order, says where the short answer stands, and how likely none of them answers. Both judgements make the confidence: a logistic model,
fitted by ``train/confidence.py``, weights in ``models/confidence.json``.
"""

import json
import math
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.embed import Embedder
from index.errors import damaged_model
from index.records import Hit
from rag.reading.extract import Extraction, Said, extract, softmax
from rag.reading.features import COLUMNS, Candidate, Matrix, candidates, subject
from rag.reading.rank import READ_HITS, rank, summarise, weights
from rag.reading.span import find_span, is_rate
from rag.records import Evidence, Kind, Question
from thai.mentions import mentions

SIGNS = ("reader", "network")  # what the confidence is made of: the log odds by each of the two that the documents answer
WEIGHTS = Path(__file__).resolve().parent.parent.parent / "models" / "confidence.json"
EXTRACTED = 5  # of the likeliest sentences are read by the network
SHORT = 0.4  # least probability of a short answer to be shown, for nine of ten to be right on iapp_validation
_NO_SHORT = frozenset({Kind.WHY, Kind.YES_NO, Kind.LIST})  # their answer is a sentence or more
_SAID, _SOUNDED = 0.35, 0.45  # share of what the question's words weigh, run of consonants: less than both is of something else
_OTHERWISE = 0.03  # share of the confidence that is left then; all three chosen on bench/questions/seeds.jsonl
_TIME = re.compile("วัน|คืน|เช้า|เย็น|เดือน|ปี|ศตวรรษ|ทศวรรษ|สมัย|ยุค|รัชกาล|ช่วง|ตอน|ก่อน|หลัง|ฤดู|[0-9๐-๙]")
_THAI = re.compile("[\u0e01-\u0e4e]")
Order = npt.NDArray[np.intp]
Place = tuple[int, int]  # offsets in a sentence
_LEAST = 1e-6  # of a probability, for its log odds


class Reading(NamedTuple):
    """What was read: evidence in order of likelihood, the probability (0..1) that the documents answer, where the short answer stands in
    the text of the first piece of evidence, if it is sure enough to be shown, and the likeliest one however unsure.
    """

    evidence: tuple[Evidence, ...]
    confidence: float
    short: Place | None
    guess: Place | None


def read(question: Question, hits: Sequence[Hit], embedder: Embedder) -> Reading:
    """Return the sentences of the first hits as evidence, most likely first, and the confidence that there is an answer.

    ``embedder`` is the shipped one, whatever the library was built with.
    """
    found = candidates(hits[:READ_HITS])
    rows, scores = rank(question, found, embedder)
    if not len(rows):
        return Reading((), 0.0, None, None)
    order = np.argsort(-scores, kind="stable")
    extraction = extracted(question, found, scores, order, embedder)
    share = softmax(scores)
    if extraction is not None:
        order, share = _reordered(order, share, extraction)
    evidence = tuple(_evidence(found[at], float(share[at])) for at in order)
    sure = confidence(signs(rows, scores, extraction))
    short, guess = _short(question, evidence[0], extraction)
    return Reading(evidence, sure * (_OTHERWISE if _is_far(rows) else 1.0), short, guess)


def extracted(
    question: Question, found: Sequence[Candidate], scores: Matrix, order: Order, embedder: Embedder
) -> Extraction | None:
    """Return what the network reads in the likeliest candidates, None where a question has no Thai letter: it knows no other language."""
    if not _THAI.search(question.text):
        return None
    first = order[:EXTRACTED]
    return extract(question.text, [said(found[at], float(scores[at])) for at in first], embedder)


def said(candidate: Candidate, score: float) -> Said:
    """Return a candidate as the network reads it."""
    return Said(candidate.text, subject(candidate), candidate.hit.passage.text, score)


def _reordered(order: Order, share: Matrix, extraction: Extraction) -> tuple[Order, Matrix]:
    """Return the candidates' order and shares with the first as the network has them; the others keep what they had, and stand after."""
    first = order[: len(extraction.answers)]
    share = share.copy()
    share[first] = share[first].sum() * extraction.answers / max(float(extraction.answers.sum()), _LEAST)
    return np.concatenate([first[np.argsort(-extraction.answers, kind="stable")], order[len(first) :]]), share


def signs(rows: Matrix, scores: Matrix, extraction: Extraction | None) -> Matrix:
    """Return (len(SIGNS),) what the confidence is made of; zeros for what the network did not say."""
    answered = weights()["answered"]
    reader = float(summarise(rows, scores) @ answered["weights"] + answered["bias"])
    if extraction is None:
        return np.asarray([reader, 0.0], np.float32)
    return np.asarray([reader, _log_odds(1.0 - extraction.none)], np.float32)


def _log_odds(share: float) -> float:
    kept = min(max(share, _LEAST), 1.0 - _LEAST)
    return math.log(kept / (1.0 - kept))


@cache
def _weights() -> tuple[Matrix, float]:
    """Return the weights of the signs and their bias. Raises LibraryError where the file is missing or damaged."""
    try:
        loaded = json.loads(WEIGHTS.read_text(encoding="utf-8"))
        return np.asarray([loaded["weights"][name] for name in SIGNS], np.float32), float(loaded["bias"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged_model(WEIGHTS, error) from error


def confidence(seen: Matrix) -> float:
    """Return the probability (0..1) that the documents answer, the reader's own where the network did not read."""
    share, bias = _weights()
    sure = float(seen @ share + bias) if seen[1:].any() else float(seen[0])
    return 1.0 / (1.0 + math.exp(-sure))


def _short(question: Question, best: Evidence, extraction: Extraction | None) -> tuple[Place | None, Place | None]:
    """Return where the short answer to be shown stands in the best sentence, and the likeliest one.

    The network's where it is sure enough, else what has the form that is asked for.
    """
    formed = find_span(question, best.text)
    if extraction is None:
        return formed, formed
    at = extraction.best
    span = extraction.spans[at]
    guess = _trimmed(best.text, span.start, span.end)
    if question.kind in _NO_SHORT:
        return None, guess
    sure = float(extraction.answers[at]) * span.probability >= SHORT and _fits(question, best.text, guess)
    return (guess if sure else formed), (guess if sure or formed is None else formed)


def _fits(question: Question, text: str, place: Place) -> bool:
    """Whether a short answer has the form of its kind: no date or rate tells how many, nothing without a number or a word of time when."""
    if question.kind not in (Kind.COUNT, Kind.WHEN):
        return True
    said = text[slice(*place)]
    found = mentions(said)
    if question.kind is Kind.COUNT:
        return (not found or any(mention.first is None for mention in found)) and not is_rate(question, text, place[1])
    return any(mention.first is not None for mention in found) or bool(_TIME.search(said))


def _trimmed(text: str, start: int, end: int) -> Place:
    """Return a span without blanks at its ends."""
    said = text[start:end]
    return start + len(said) - len(said.lstrip()), start + len(said.rstrip())


def _is_far(rows: Matrix) -> bool:
    """Whether hardly anything that a question asks about is said in any passage, not even a name by its sound."""
    said, sounds = (float(rows[:, COLUMNS.index(name)].max()) for name in ("rare_passage", "sound"))
    return said < _SAID and sounds < _SOUNDED


def _evidence(candidate: Candidate, score: float) -> Evidence:
    return Evidence(hit=candidate.hit, start=candidate.start, end=candidate.end, text=candidate.text, score=score)
