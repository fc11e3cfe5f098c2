"""What the page takes out of a conversation: a citation in a style, and whole answers with their references as files. No gradio here."""

import base64
from collections.abc import Callable, Sequence
from typing import Any

from index.errors import UsageError
from index.records import Document
from rag.bibliography.data import data
from rag.bibliography.reference import footnote, in_text, missing, quotation_cited, reference, references
from rag.records import Citation
from ui.export.docx import to_docx
from ui.export.essay import Exchange
from ui.export.html import to_html
from ui.export.markdown import to_markdown
from ui.i18n import say
from ui.turns import Data, Find, answer_of

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FILES = {  # form -> the file's ending and kind
    "docx": ("docx", _DOCX), "markdown": ("md", "text/markdown"), "html": ("html", "text/html"), "references": ("txt", "text/plain"),
    "bibtex": ("bib", "text/plain"), "ris": ("ris", "text/plain"), "csl-json": ("json", "application/json"),
}  # fmt: skip


def cited(citation: Citation, among: Sequence[Document], style: str, language: str) -> dict[str, Any]:
    """Return a citation in every form that is copied, and the fields that its reference still lacks."""
    return {
        "quotation": quotation_cited(citation, style, language, among=among),
        "in_text": in_text(citation, style, language, among=among),
        "footnote": footnote(citation, style, language, among=among),
        "reference": reference(citation.document, style, language),
        "missing": list(missing(citation.document, style)),
        "source": citation.document.source,
    }


def exchanges(held: Data, chosen: Sequence[str] | None, find: Find) -> list[Exchange]:
    """Return the questions of a conversation with their answers, only the ``chosen`` turns where named. Raises UsageError for none."""
    answers = [answer_of(turn["answer"], find) for turn in held["turns"] if chosen is None or turn["id"] in chosen]
    if not answers:
        raise UsageError("เลือกคำตอบก่อน", "Choose an answer first.")
    return [Exchange(answer.question, answer) for answer in answers]


def documents_of(said: Sequence[Exchange]) -> list[Document]:
    """Return the documents cited, each once, in the order of their first citation."""
    return list({citation.document.id: citation.document for one in said for citation in one.answer.citations}.values())


def exported(title: str, said: Sequence[Exchange], form: str, style: str, language: str) -> dict[str, str]:
    """Return a file as {"name", "kind", "base64"}. Raises UsageError for an unknown form or style, and where nothing is cited."""
    if form not in _FILES:
        raise UsageError(f"ไม่รู้จักรูปแบบ {form}", f"Unknown form {form}.")
    documents = documents_of(said)
    if not documents and form not in ("docx", "markdown", "html"):
        raise UsageError("คำตอบเหล่านี้ไม่มีการอ้างอิง", "These answers cite nothing.")
    written: dict[str, Callable[[], str | bytes]] = {
        "docx": lambda: to_docx(said, style, language),
        "markdown": lambda: to_markdown(said, style, language),
        "html": lambda: to_html(said, style, language),
        "references": lambda: "\n".join([say(f"references_{style}", language), "", *references(documents, style, language), ""]),
    }
    made = written.get(form, lambda: data(documents, form))()
    ending, kind = _FILES[form]
    content = made if isinstance(made, bytes) else made.encode("utf-8", "replace")
    return {"name": f"{title}.{ending}", "kind": kind, "base64": base64.b64encode(content).decode()}
