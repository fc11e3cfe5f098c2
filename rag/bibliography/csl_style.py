"""CSL-JSON items to written references, by citeproc-py and the styles and words of ``rag/bibliography/styles``.

A style has a Thai and an English file: in a Thai list Thai works are written the Thai way and Latin ones keep the Latin form.
citeproc-py (0.11) neither escapes what it is given nor moves full stops about markup, and keeps state in its style: italics are therefore
marked with two private characters until all is done, and one rendering is done at a time.
"""

import re
import threading
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from rag.bibliography.csl import Item

FOLDER = Path(__file__).resolve().parent / "styles"
LOCALES = {"th": "th-TH", "en": "en-US"}
_ON, _OFF = "\ue0f0", "\ue0f1"  # around italics; ``rag.bibliography.csl.clean`` lets no private character of a document through
_LOCK = threading.Lock()
_JOINED = re.compile("\ue0f2(?: (?=[ก-๎]))?")  # และ stands close to the Thai name after it
_AFTER_STOP = re.compile(f"((?:[?!]|[.?!](?:{_OFF}”?|”{_OFF}?)))\\.(?!\\.)")  # a title's own stop, and then the style's
_QUOTED_STOP = re.compile(f"(?<![?!])({_OFF}?)”({_OFF}?)([.,])")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&$^!])")


class Locator(NamedTuple):
    """Where in a work: ``pages`` of a kind ("page", "slide", "row", "time"), a paragraph's number, a footnote's mark; empty if unsaid."""

    label: str = ""
    pages: str = ""
    paragraph: str = ""
    note: str = ""


class _Marks:
    """What citeproc-py calls a formatter."""

    @staticmethod
    def preformat(text: str) -> str:
        return text

    @staticmethod
    def Italic(text: object) -> str:  # noqa: N802  # the name that citeproc asks for
        return f"{_ON}{text}{_OFF}"


class _Loaded(NamedTuple):
    style: Any
    words: Any  # kept: lxml forgets what is set on an element that nobody holds


@cache
def _loaded(name: str, language: str) -> _Loaded:
    from citeproc import CitationStylesStyle
    from citeproc.frontend import CitationStylesXML

    style = CitationStylesStyle(str(FOLDER / f"{name}-{language}.csl"), locale=LOCALES[language], validate=False)
    words = CitationStylesXML(str(FOLDER / f"locales-{language}.xml"), validate=False)
    words.root.style = style.root
    style.root.locales.insert(0, words.root)
    return _Loaded(style, words)


def written(item: Item, style: str, language: str, *, listed: bool, at: Locator | None = None, again: bool = False, number: int = 1) -> str:
    """Return an item as a list of references (``listed``) or a citation has it, italics marked; ``finished`` makes it a text.

    ``again`` is a citation after the first of the same work; ``number`` is the item's place in a numbered list.
    """
    from citeproc import Citation, CitationItem, CitationStylesBibliography
    from citeproc import Locator as Place
    from citeproc.source import BibliographySource

    at = at or Locator()
    with _LOCK:
        source = BibliographySource()
        source.add(_reference(item, at))
        bibliography = CitationStylesBibliography(_loaded(style, language).style, source, _Marks)
        bibliography.keys = [""] * (number - 1)
        place = {"locator": Place(at.label, at.pages)} if at.pages else {}
        cited = Citation([CitationItem("it", **place)])
        bibliography.register(cited)
        if listed:
            return "".join(str(entry) for entry in bibliography.bibliography())
        for _ in range(1 + again):
            text = str(bibliography.cite(cited, str))
        return text


def _reference(item: Item, at: Locator) -> Any:
    """Return an item in citeproc's own records: its reader of JSON would take markup out of a title."""
    from citeproc.source import Date, LiteralDate, Name, Reference
    from citeproc.string import String

    fields: dict[str, Any] = {"language": item["language"]}
    for name, said in (item | {"section": at.paragraph, "note": at.note}).items():
        key = name.replace("-", "_")
        if isinstance(said, list):
            fields[key] = [Name(**person) for person in said]
        elif isinstance(said, dict) and "literal" in said:
            fields[key] = LiteralDate(said["literal"], circa=True)  # uncertain to the styles, which then ask for no month
        elif isinstance(said, dict):
            fields[key] = Date(**dict(zip(("year", "month", "day"), said["date-parts"][0], strict=False)))
        elif said and name not in ("id", "type", "language"):
            fields[key] = String(said)
    return Reference("it", item["type"], **fields)


def finished(text: str, language: str, markup: str = "text") -> str:
    """Return a written reference as plain text, as safe HTML with ``<i>``, or as Markdown with ``*``."""
    text = _AFTER_STOP.sub(r"\1", _JOINED.sub("", text))
    if language == "en":  # American: a full stop or comma stands inside the quotation marks
        text = _QUOTED_STOP.sub(r"\1\3”\2", text)
    if markup == "html":
        return escape(text, quote=True).replace(_ON, "<i>").replace(_OFF, "</i>")
    if markup == "markdown":
        return markdown(text).replace(_ON, "*").replace(_OFF, "*")
    return text.replace(_ON, "").replace(_OFF, "")


def markdown(text: str) -> str:
    r"""Return a text that Markdown shows as it is.

    >>> print(markdown("a_b [1] *x*"))
    a\_b \[1\] \*x\*
    """
    return _MARKDOWN.sub(r"\\\1", text)
