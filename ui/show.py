"""Answers and hits to what is shown: JSON objects for programs, plain text for the terminal, escaped HTML for the page. No gradio here."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from html import escape
from typing import Any

from index.records import Document, Hit, Page, Unit
from rag.cite import paragraph_at
from rag.records import Answer, Citation, Claim
from ui.i18n import say

_TITLE_LENGTH = 60  # code points of a text's beginning that stand in for a missing title


def title_of(document: Document) -> str:
    """Return the title, or the beginning of the text where there is none."""
    return document.title or " ".join(document.text[:_TITLE_LENGTH].split()) + "…"


def document_json(document: Document) -> dict[str, Any]:
    return {"id": document.id, "title": document.title, "source": document.source}


def citation_json(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "document": document_json(citation.document),
        "paragraph": citation.paragraph.number,
        **_pages_json(citation),
        "headings": list(citation.paragraph.headings),
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "paragraph_text": citation.paragraph_text,
    }


def _pages_json(citation: Citation) -> dict[str, Any]:
    """Return the page on which the quotation begins, what a page is, the last page where it ends on another, and how sure a scan was."""
    first, last = _pages(citation)
    if first is None or last is None:
        return {"page": citation.paragraph.page}
    found: dict[str, Any] = {"page": first.number, "page_unit": citation.document.unit.value}
    if last.number != first.number:
        found["last_page"] = last.number
    if first.confidence is not None:
        found["recognition_confidence"] = round(first.confidence, 3)
    return found


def _pages(citation: Citation) -> tuple[Page | None, Page | None]:
    return citation.document.page_at(citation.start), citation.document.page_at(max(citation.start, citation.end - 1))


def answer_json(answer: Answer, language: str = "th") -> dict[str, Any]:
    """Return the object that ``tham ask --json`` prints. A refusal carries no citations; its nearest passages stand in ``nearest``."""
    return {
        "question": answer.question,
        "understood": answer.understood,
        "answer": answer.text if answer.claims else say("no_answer", language),
        "short_answer": answer.short_answer,
        "refusal": answer.refusal.value if answer.refusal else None,
        "claims": [{"text": c.text, "citations": list(c.citations), "support": c.support.value} for c in answer.claims],
        "citations": [citation_json(citation) for citation in answer.citations],
        "nearest": [citation_json(citation) for citation in answer.nearest],
        "confidence": round(answer.confidence, 4),
        "generator": answer.generator,
        "notice": answer.notice[language == "en"] if answer.notice else None,
        "timings_ms": dict(answer.timings),
    }


def hit_json(hit: Hit, document: Document) -> dict[str, Any]:
    passage = hit.passage
    return {
        "rank": hit.rank,
        "score": round(hit.score, 6),
        "legs": {name: round(score, 6) for name, score in hit.legs.items()},
        "features": {name: round(value, 6) for name, value in hit.features.items()},
        "document": document_json(document),
        "paragraph": paragraph_at(document, passage.start).number,
        "page": page.number if (page := document.page_at(passage.start)) else None,
        "headings": list(passage.headings),
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
    }


def place(citation: Citation, language: str = "th") -> str:
    """Return where a citation stands, in words: title, headings, page, paragraph."""
    parts = [title_of(citation.document), *citation.paragraph.headings]
    parts = [part for at, part in enumerate(parts) if part not in parts[:at]]
    return " › ".join(parts) + " · " + ", ".join(where(citation, language))


def where(citation: Citation, language: str = "th") -> list[str]:
    """Return the page, slide, row or time of a citation, its paragraph or footnote, and how sure character recognition was of the page."""
    paragraph, (first, last) = citation.paragraph, _pages(citation)
    words = []
    if first is not None and last is not None:
        numbers = list(dict.fromkeys(_page_number(citation.document.unit, page.number) for page in (first, last)))
        words.append(say(citation.document.unit.value, language).format("–".join(numbers)))
    elif paragraph.page:
        words.append(say("page", language).format(paragraph.page))
    if not (words and citation.document.unit is Unit.ROW):  # a row of a table is one paragraph: its number says it all
        words.append(say("paragraph", language).format(paragraph.number))
    if paragraph.note:
        words.append(say("footnote", language).format(paragraph.note))
    if first is not None and first.confidence is not None:
        words.append(say("recognised", language).format(f"{first.confidence:.0%}"))
    return words


def _page_number(unit: Unit, number: int) -> str:
    return str(timedelta(seconds=number)) if unit is Unit.TIME else str(number)


def quotation(citation: Citation, language: str = "th") -> str:
    """Return the quotation with its source, ready to paste into a text."""
    quote = " ".join(citation.quote.split())
    return f"“{quote}” ({place(citation, language)})"


def claim_text(answer: Answer, claim: Claim, language: str = "th") -> str:
    """Return a sentence with its numbers; of a language model's sentence also in words whether the sources say it."""
    line = f"{claim.text} " + "".join(f"[{number}]" for number in claim.citations)
    return f"{line.rstrip()} ({say(claim.support.value, language).rstrip('.')})" if answer.generator else line


def answer_text(answer: Answer, language: str = "th") -> str:
    """Return the answer for the terminal."""
    if answer.claims:
        lines = [claim_text(answer, claim, language) for claim in answer.claims]
    else:
        lines = [say("no_answer", language)]
        lines += ["", say("nearest", language)] if answer.nearest else []
    if answer.short_answer:
        lines = [answer.short_answer, "", *lines]
    return "\n".join([*lines, "", *_foot(answer, language)]).rstrip()


def foot_text(answer: Answer, language: str = "th") -> str:
    """Return what stands below the sentences of an answer: who wrote them, what went wrong, the sources."""
    return "\n".join(_foot(answer, language)).rstrip()


def _foot(answer: Answer, language: str) -> list[str]:
    lines = [say("export_by", language).format(answer.generator)] if answer.generator else []
    lines += [answer.notice[language == "en"]] if answer.notice else []
    lines += [""] if lines else []
    for citation in answer.citations if answer.claims else answer.nearest:
        lines += [f"[{citation.number}] {place(citation, language)}", f"    {citation.document.source}"]
        if answer.generator or not answer.claims:  # what is quoted stands nowhere above
            lines.append(f"    {citation.quote}")
    return lines


def hits_text(hits: Sequence[Hit], documents: Mapping[str, Document], explained: Callable[[Hit], Sequence[str]] | None = None) -> str:
    """Return hits for the terminal: rank, score, legs, place, text; then the lines that explain each one, where asked for."""
    lines = []
    for hit in hits:
        document = documents[hit.passage.document]
        legs = "  ".join(f"{name} {score:.2f}" for name, score in hit.legs.items())
        number = paragraph_at(document, hit.passage.start).number
        page = document.page_at(hit.passage.start)
        at = f"{say(document.unit.value).format(_page_number(document.unit, page.number))} " if page else ""
        lines += [
            f"{hit.rank}. {hit.score:.3f}  ({legs})  {title_of(document)} · {at}ย่อหน้าที่ {number}",
            f"   {' '.join(hit.passage.text.split())}",
            *(explained(hit) if explained else ()),
            "",
        ]
    return "\n".join(lines).rstrip()


def marked(citation: Citation) -> str:
    """Return the paragraph as safe HTML with the cited sentence in ``<mark>``."""
    text, first = citation.paragraph_text, citation.paragraph.start
    start, end = citation.start - first, citation.end - first
    return f"{escape(text[:start])}<mark>{escape(text[start:end])}</mark>{escape(text[end:])}"
