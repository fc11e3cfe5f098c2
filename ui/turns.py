"""A question with its answer as plain data: how conversations are kept on disk, and how the page is told of them.

Kept data names places (document, start, end, quote), so that it can be shown in either language and so that it is seen each time
whether the quotation still stands there.
"""

from collections.abc import Callable, Mapping
from typing import Any

from index.records import Document, Page, Paragraph, Unit
from rag.cite import paragraph_at
from rag.records import Answer, Citation, Claim, Refusal, Support
from ui.show import place, quotation, title_of, where
from ui.source_view import file_name

LANGUAGES = ("th", "en")
Find = Callable[[str], Document | None]
Data = dict[str, Any]


def citation_data(citation: Citation) -> Data:
    """Return where a citation stands, and enough of its document to name it when that is gone."""
    document, paragraph = citation.document, citation.paragraph
    pages = (document.page_at(citation.start), document.page_at(max(citation.start, citation.end - 1)))
    return {
        "number": citation.number,
        "document": document.id,
        "title": title_of(document),
        "source": document.source,
        "meta": dict(document.meta),
        "unit": document.unit.value,
        "pages": [[page.number, page.start, page.confidence] for page in dict.fromkeys(page for page in pages if page)],
        "paragraph": [paragraph.number, paragraph.start, paragraph.end, paragraph.page, list(paragraph.headings), paragraph.note],
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


def citation_of(data: Mapping[str, Any], find: Find) -> tuple[Citation, bool]:
    """Return the citation, and whether its quotation still stands in a document of the library; if not, in what is remembered of it."""
    document = find(data["document"])
    start, end, quote = data["start"], data["end"], data["quote"]
    if document is not None and document.paragraphs and document.text[start:end] == quote:
        paragraph = paragraph_at(document, start)
        return Citation(number=data["number"], document=document, paragraph=paragraph, start=start, end=end, quote=quote), True
    number, first, last, page, headings, note = data["paragraph"]
    paragraph = Paragraph(number=number, start=first, end=last, page=page, headings=tuple(headings), note=note)
    gone = Document(
        id=data["document"], title=data["title"], source=data["source"], text="", sections=(), paragraphs=(paragraph,), meta=data["meta"],
        unit=Unit(data["unit"]), pages=tuple(Page(number=n, start=s, confidence=c) for n, s, c in data["pages"]),
    )  # fmt: skip
    return Citation(number=data["number"], document=gone, paragraph=paragraph, start=start, end=end, quote=quote), False


def answer_data(answer: Answer) -> Data:
    """Return an answer as it is kept; of the hits only where they stand, timings not at all."""
    return {
        "question": answer.question,
        "understood": answer.understood,
        "short_answer": answer.short_answer,
        "claims": [{"text": c.text, "citations": list(c.citations), "support": c.support.value} for c in answer.claims],
        "citations": [citation_data(citation) for citation in answer.citations],
        "nearest": [citation_data(citation) for citation in answer.nearest],
        "hits": [[hit.passage.document, hit.passage.start, hit.passage.end] for hit in answer.hits],
        "refusal": answer.refusal.value if answer.refusal else None,
        "generator": answer.generator,
        "notice": list(answer.notice) if answer.notice else None,
        "confidence": round(answer.confidence, 4),
    }


def answer_of(data: Mapping[str, Any], find: Find) -> Answer:
    """Return the answer that ``answer_data`` gave, without the hits."""
    return Answer(
        question=data["question"],
        short_answer=data["short_answer"],
        claims=tuple(Claim(text=c["text"], citations=tuple(c["citations"]), support=Support(c["support"])) for c in data["claims"]),
        citations=tuple(citation_of(one, find)[0] for one in data["citations"]),
        nearest=tuple(citation_of(one, find)[0] for one in data["nearest"]),
        hits=(),
        refusal=Refusal(data["refusal"]) if data["refusal"] else None,
        confidence=data["confidence"],
        understood=data["understood"],
        generator=data["generator"],
        notice=(data["notice"][0], data["notice"][1]) if data["notice"] else None,
    )


def shown_turn(turn: Mapping[str, Any], find: Find) -> Data:
    """Return a kept turn as the page is told of it: the words of every place in both languages, and whether each still stands."""
    answer = turn["answer"]
    return {
        **{name: turn[name] for name in ("id", "asked", "only", "verdict", "stopped")},
        **{name: answer[name] for name in ("question", "understood", "short_answer", "claims", "refusal", "generator", "notice")},
        "citations": [_shown_citation(one, find, answer["short_answer"]) for one in answer["citations"]],
        "nearest": [_shown_citation(one, find, None) for one in answer["nearest"]],
        **_spread(answer, find),
    }


def _spread(answer: Mapping[str, Any], find: Find) -> Data:
    """Return the documents of the evidence with their lengths and the hits in them, and how many hits stand in how many others.

    Evidence is what is cited or, of a refusal, what is nearest. A document that is gone has no length and is left out.
    """
    names = dict.fromkeys(one["document"] for one in answer["citations"] or answer["nearest"])
    held = [document for name in names if (document := find(name)) is not None and document.text]
    hits = answer.get("hits", [])  # conversations kept before there was a map have none
    others = [name for name, _, _ in hits if name not in names]
    strips = [
        {
            "document": document.id,
            "title": title_of(document),
            "length": len(document.text),
            "hits": [[start, end] for name, start, end in hits if name == document.id and 0 <= start < end <= len(document.text)],
        }
        for document in held
    ]
    return {"strips": strips, "elsewhere": [len(others), len(set(others))]}


def _shown_citation(data: Mapping[str, Any], find: Find, short: str | None) -> Data:
    return shown_citation(*citation_of(data, find), short)


def shown_citation(citation: Citation, stands: bool, short: str | None = None) -> Data:
    """Return a citation as the page is told of it; ``short`` is a part of the quotation to mark in it."""
    at = citation.quote.find(short) if short else -1
    return {
        "number": citation.number,
        "document": citation.document.id,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "short": [citation.start + at, citation.start + at + len(short)] if short and at >= 0 else None,
        "stands": stands,
        "title": title_of(citation.document),
        "file": file_name(citation.document.source),
        "paragraph": citation.paragraph.number,
        "path": [one for one in dict.fromkeys(citation.paragraph.headings) if one != citation.document.title],
        "place": {language: place(citation, language) for language in LANGUAGES},
        "where": {language: " · ".join(where(citation, language)) for language in LANGUAGES},
        "copy": {language: quotation(citation, language) for language in LANGUAGES},
    }


def checked_turn(raw: Any) -> Data:
    """Return a turn read from a file that anyone may have written, holding only what belongs in it. Raises ValueError for any other."""
    answer = _mapping(raw, "answer")
    support = {one.value for one in Support}
    claims = [_claim(one, support) for one in _list(answer, "claims")]
    checked = {
        "question": _text(answer, "question"),
        "understood": _text_or_none(answer, "understood"),
        "short_answer": _text_or_none(answer, "short_answer"),
        "claims": claims,
        "citations": [_checked_citation(one) for one in _list(answer, "citations")],
        "nearest": [_checked_citation(one) for one in _list(answer, "nearest")],
        "hits": [[str(name), int(start), int(end)] for name, start, end in answer.get("hits") or []],
        "refusal": Refusal(answer["refusal"]).value if answer.get("refusal") else None,
        "generator": _text_or_none(answer, "generator"),
        "notice": [str(one) for one in answer["notice"]][:2] if len(answer.get("notice") or ()) == 2 else None,
        "confidence": float(answer.get("confidence") or 0.0),
    }
    verdict = raw.get("verdict")
    only = raw.get("only")
    return {
        "id": _text(raw, "id")[:32],
        "asked": _text(raw, "asked")[:40],
        "only": [str(one) for one in only] if isinstance(only, list) else None,
        "verdict": verdict if verdict in ("up", "down") else None,
        "stopped": bool(raw.get("stopped")),
        "answer": checked,
    }


def _claim(raw: Any, support: set[str]) -> Data:
    if not isinstance(raw, dict) or raw.get("support") not in support:
        raise ValueError("a claim without support")
    return {"text": _text(raw, "text"), "citations": [int(n) for n in _list(raw, "citations")], "support": raw["support"]}


def _checked_citation(raw: Any) -> Data:
    if not isinstance(raw, dict):
        raise ValueError("no citation")
    number, first, last, page, headings, note = _list(raw, "paragraph")
    meta = _mapping(raw, "meta")
    return {
        "number": int(raw["number"]),
        "document": _text(raw, "document"),
        "title": _text(raw, "title"),
        "source": _text(raw, "source"),
        "meta": {str(name): str(value) for name, value in meta.items()},
        "unit": Unit(raw["unit"]).value,
        "pages": [[int(n), int(s), None if c is None else float(c)] for n, s, c in _list(raw, "pages")],
        "paragraph": [
            int(number), int(first), int(last), None if page is None else int(page), [str(one) for one in headings],
            None if note is None else str(note),
        ],
        "start": int(raw["start"]),
        "end": int(raw["end"]),
        "quote": _text(raw, "quote"),
    }  # fmt: skip


def _mapping(raw: Any, name: str) -> Data:
    if not isinstance(raw, dict) or not isinstance(raw.get(name), dict):
        raise ValueError(f"no {name}")
    found: Data = raw[name]
    return found


def _list(raw: Any, name: str) -> list[Any]:
    if not isinstance(raw.get(name), list):
        raise ValueError(f"no {name}")
    found: list[Any] = raw[name]
    return found


def _text(raw: Any, name: str) -> str:
    if not isinstance(raw, dict) or not isinstance(raw.get(name), str):
        raise ValueError(f"no {name}")
    return str(raw[name])


def _text_or_none(raw: Any, name: str) -> str | None:
    return _text(raw, name) if raw.get(name) is not None else None
