"""Answers as a Word document: real footnotes, headings, a list of references with hanging indents, Thai fonts and language.

Word gives Thai letters the "complex script" settings of a run (w:cs, w:szCs, w:bCs, w:iCs, w:lang w:bidi), so every setting is made twice.
"""

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape, unescape
from typing import Any

from ui.export.docx_parts import Footnotes, name_fallback_font, set_language, set_up
from ui.export.essay import Essay, Exchange, Part, Sentence, compose

_ITALICS = re.compile(r"(</?i>)")


def to_docx(exchanges: Sequence[Exchange], style: str = "apa", language: str = "th", *, passages: bool = False) -> bytes:
    """Return the bytes of a DOCX file."""
    import docx

    essay = compose(exchanges, style, language, markup="html", escape=escape, passages=passages)
    document = docx.Document()
    set_up(document, numbered=style == "vancouver")
    notes = Footnotes(document)
    document.add_heading(unescape(essay.title), 1)
    for part in essay.parts:
        _add_part(document, part, essay, notes)
    if essay.references:
        document.add_heading(unescape(essay.heading), 2)
        for text in essay.references:
            _write(document.add_paragraph(style="Bibliography"), text)
    notes.attach()
    set_language(document)
    name_fallback_font(document)
    about, now = document.core_properties, datetime.now(UTC)
    about.title, about.author, about.comments, about.language = unescape(essay.title), "", "", language
    about.created = about.modified = now
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _add_part(document: Any, part: Part, essay: Essay, notes: Footnotes) -> None:
    document.add_heading(unescape(part.question), 2)
    if part.understood:
        _write(document.add_paragraph(style="Aside"), part.understood)
    if part.short:
        _write(document.add_paragraph(style="Short Answer"), part.short)
    paragraph = document.add_paragraph(style="Body Text")
    for at, sentence in enumerate(part.said):
        _add_sentence(paragraph, (" " if at else "") + sentence.text, sentence, essay, notes)
    if part.written_by:
        _write(document.add_paragraph(style="Aside"), part.written_by)
    if part.quoted:
        document.add_heading(unescape(part.heading), 3)
    for sentence in part.quoted:
        _add_sentence(document.add_paragraph(style="Quote"), sentence.text, sentence, essay, notes)


def _add_sentence(paragraph: Any, text: str, sentence: Sentence, essay: Essay, notes: Footnotes) -> None:
    _write(paragraph, text)
    for number in sentence.notes:
        _write(notes.add(paragraph), " " + essay.notes[number - 1])
    if sentence.remark:
        _write(paragraph, f" ({sentence.remark})", italic=True)


def _write(paragraph: Any, markup: str, italic: bool = False) -> None:
    """Add escaped text with ``<i>`` as runs."""
    for piece in _ITALICS.split(markup):
        if _ITALICS.fullmatch(piece):
            italic = piece == "<i>"
        elif piece:
            run = paragraph.add_run(unescape(piece))
            if italic:
                run.font.italic = run.font.cs_italic = True
