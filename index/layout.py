"""A document's parts as plain JSON values and back: how the library keeps them, and how they pass between processes."""

from collections.abc import Mapping
from typing import Any

from index.records import Document, Note, Page, Paragraph, Section, Unit


def layout_of(document: Document) -> dict[str, Any]:
    """Return where sections, paragraphs, pages and footnotes of a document's text stand; what it has none of is left out."""
    layout: dict[str, Any] = {
        "sections": [[s.start, s.end, list(s.headings)] for s in document.sections],
        "paragraphs": [[p.start, p.end, p.page, list(p.headings), *([p.note] if p.note else [])] for p in document.paragraphs],
    }
    if document.pages:
        layout |= {"unit": document.unit.value, "pages": [[p.number, p.start, p.confidence] for p in document.pages]}
    if document.notes:
        layout["notes"] = [[n.mark, n.at, n.paragraph] for n in document.notes]
    return layout


def document_of(name: str, title: str, source: str, text: str, layout: Mapping[str, Any], meta: Mapping[str, str]) -> Document:
    """Return the document whose parts ``layout_of`` gave."""
    return Document(
        id=name,
        title=title,
        source=source,
        text=text,
        sections=tuple(Section(start=s, end=e, headings=tuple(h)) for s, e, h in layout["sections"]),
        paragraphs=tuple(
            Paragraph(number=number, start=s, end=e, page=page, headings=tuple(h), note=note[0] if note else None)
            for number, (s, e, page, h, *note) in enumerate(layout["paragraphs"], start=1)
        ),
        meta=dict(meta),
        unit=Unit(layout.get("unit", Unit.PAGE)),
        pages=tuple(Page(number=n, start=s, confidence=c) for n, s, c in layout.get("pages", ())),
        notes=tuple(Note(mark=m, at=a, paragraph=p) for m, a, p in layout.get("notes", ())),
    )
