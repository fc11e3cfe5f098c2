"""Documents and citations as essays print them: references, in-text citations, footnotes, and what nobody has said yet.

A style is APA 7, MLA 9, Chicago notes or Vancouver; ``language`` ("th", "en") is that of the essay. In a Thai essay Thai works are written
the Thai way (names in their natural order, พ.ศ., ม.ป.ป.) and come first; works in Latin writing keep the Latin form. In an English essay
all take the Latin form, years are of the Common Era, and Thai names stay whole. An unknown author or year is shown as unknown.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from index.errors import UsageError
from index.records import Document, Unit
from rag.bibliography.csl import Item, address, is_thai, item_of, kind_of, named, value
from rag.bibliography.csl_style import Locator, finished, written
from rag.bibliography.data import FORMS, data
from rag.records import Citation

__all__ = [
    "FORMS", "STYLES", "Standing", "data", "footnote", "in_text", "missing", "ordered", "quotation_cited", "reference", "references",
    "standing",
]  # fmt: skip
STYLES: tuple[str, ...] = ("apa", "mla", "chicago", "vancouver")
LANGUAGES = ("th", "en")
_NEEDED = {  # kind -> the fields its reference is made of; one of those joined by | is enough
    "book": ("author|editor", "year", "publisher"),
    "chapter": ("author", "year", "publisher", "container", "pages"),
    "article": ("author", "year", "container", "volume", "pages"),
    "encyclopedia": ("year", "container|publisher"),
    "webpage": ("author", "year", "container|publisher", "url", "accessed"),
    "thesis": ("author", "year", "publisher"),
    "law": ("year", "container", "volume", "issue", "pages"),
    "report": ("author", "year", "publisher"),
    "news": ("author", "year", "container|publisher", "url|pages"),
    "video": ("author", "year", "container|publisher", "url"),
    "other": ("author", "year"),
}
_OF_PRINTED_PLACES = ("chicago", "vancouver")
_PLACED = ("book", "chapter", "report")
_LETTERS = {"th": "กขคงจฉชซฌญฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ", "en": "abcdefghijklmnopqrstuvwxyz"}
_ARTICLES = ("a ", "an ", "the ")


class Standing(NamedTuple):
    """Of each document of a list, by id: its number by appearance, and the letter that tells it from works of the same author and year."""

    numbers: Mapping[str, int]
    suffixes: Mapping[str, str]


Among = Sequence[Document] | Standing


def reference(document: Document, style: str, language: str = "th", markup: str = "text") -> str:
    """Return the reference of a document as "text", safe "html" with ``<i>``, or "markdown". Raises UsageError for an unknown style.

    สมชาย ใจดี. (2564). ประวัติศาสตร์ไทย (พิมพ์ครั้งที่ 2). สำนักพิมพ์ ก.
    """
    return _listed(document, style, language, markup, "")


def references(documents: Sequence[Document], style: str, language: str = "th", markup: str = "text") -> tuple[str, ...]:
    """Return a reference for each document once, in the order of the style; numbered where the style is (Vancouver)."""
    sorted_ = ordered(documents, style, language)
    suffixes = _suffixes(sorted_, style, language)
    found = [_listed(document, style, language, markup, suffixes.get(document.id, "")) for document in sorted_]
    return tuple(f"{number}. {text}" for number, text in enumerate(found, 1)) if style == "vancouver" else tuple(found)


def in_text(citation: Citation, style: str, language: str = "th", *, among: Among = (), markup: str = "text") -> str:
    """Return the citation in brackets: (สมชาย ใจดี, 2564, น. 34, ย่อหน้า 12).

    ``among`` are the documents of the essay's reference list in the order cited, or their ``standing``: they give Vancouver its number
    (without them it is the citation's own) and tell two works of one author and year apart (2564ก). Chicago has notes instead: its short
    note is put in brackets.
    """
    _check(style, language)
    form, document = _form(citation.document, language), citation.document
    stands = among if isinstance(among, Standing) else standing(among, style, language)
    item = _item(document, style, language, stands.suffixes.get(document.id, ""))
    number = stands.numbers.get(document.id, citation.number)
    again = style == "chicago"
    text = written(item, style, form, listed=False, at=_place(citation), again=again, number=number)
    return finished(f"({text})" if again else text, form, markup)


def footnote(
    citation: Citation, style: str, language: str = "th", *, again: bool = False, among: Among = (), markup: str = "text"
) -> str:
    """Return the text of a footnote: the whole reference with the place in it, or its short form where it is cited ``again``."""
    _check(style, language)
    form, document = _form(citation.document, language), citation.document
    if again and style != "chicago":
        short = in_text(citation, style, language, among=among, markup=markup)
        return short if style == "vancouver" else f"{short[1:-1]}."  # without its brackets
    stands = among if isinstance(among, Standing) else standing(among, style, language)
    item = _item(document, style, language, stands.suffixes.get(document.id, ""))
    text = written(item, style, form, listed=style != "chicago", at=_place(citation), again=again)
    return finished(text if text.endswith(".") else f"{text}.", form, markup)


def quotation_cited(citation: Citation, style: str, language: str = "th", *, among: Among = ()) -> str:
    """Return the quotation in quotation marks with its in-text citation, ready to paste: “…” (สมชาย ใจดี, 2564, น. 34, ย่อหน้า 12)."""
    return f"“{' '.join(citation.quote.split())}” {in_text(citation, style, language, among=among)}"


def standing(documents: Sequence[Document], style: str, language: str = "th") -> Standing:
    """Return where documents stand in a list of references, to be asked for once for many citations."""
    once = {document.id: document for document in documents}.values()
    numbers = {document.id: number for number, document in enumerate(once, 1)}
    return Standing(numbers, _suffixes(ordered(tuple(once), style, language), style, language))


def missing(document: Document, style: str | None = None) -> tuple[str, ...]:
    """Return the fields (``index.metadata.FIELDS``) that a reference of this kind needs and nobody has said; a style may need more."""
    kind = kind_of(document)
    needed = [*(() if named(document) else ("title",)), *(() if kind else ("kind",)), *_NEEDED[kind or "other"]]
    if kind in _PLACED and style in _OF_PRINTED_PLACES:
        needed.append("place")
    if kind == "encyclopedia":
        needed.append("accessed" if address(document) else "url|pages")
    return tuple(field.split("|")[0] for field in needed if not any(_known(document, each) for each in field.split("|")))


def ordered(documents: Sequence[Document], style: str, language: str = "th") -> tuple[Document, ...]:
    """Return each document once as the style lists them: by appearance (Vancouver), else by name, Thai first in a Thai essay, and year."""
    _check(style, language)
    once = tuple({document.id: document for document in documents}.values())
    if style == "vancouver" or len(once) < 2:
        return once
    items = {document.id: item_of(document, "common", language) for document in once}
    ranks = _ranks([text for item in items.values() for text in (_first(item), _title(item))])

    def key(document: Document) -> tuple[bool, int, str, int]:
        item = items[document.id]
        year = str(item.get("issued", {}).get("date-parts", [["9999"]])[0][0])
        return (is_thai(document) != (language == "th"), ranks[_first(item)], year, ranks[_title(item)])

    return tuple(sorted(once, key=key))


def _ranks(texts: Sequence[str]) -> dict[str, int]:
    """Return the place of each text in dictionary order, Thai by its consonants (เก stands under ก)."""
    from pythainlp.util import collate

    return {text: place for place, text in enumerate(collate(sorted(set(texts))))}


def _first(item: Item) -> str:
    """Return what a reference begins with, for sorting: the authors, else the editors of a whole, else the title."""
    whole = item["type"] not in ("chapter", "entry-encyclopedia")
    people = item.get("author") or (item.get("editor") if whole else None)
    if not people:
        return _title(item)
    return " ".join(person.get("literal") or f"{person['family']} {person.get('given', '')}" for person in people).casefold()


def _title(item: Item) -> str:
    title: str = item["title"].casefold().lstrip("“”\"'‘’([ ")
    return next((title.removeprefix(article) for article in _ARTICLES if title.startswith(article)), title)


def _suffixes(documents: Sequence[Document], style: str, language: str) -> dict[str, str]:
    """Return the letters that tell works of the same authors and year apart (2564ก, 2564ข), by document, for documents in list order."""
    if style != "apa":
        return {}
    keys = {}
    for document in documents:
        item = _item(document, style, language, "")
        keys[document.id] = (_first(item), str(item.get("issued")))
    many = Counter(keys.values())
    seen: Counter[tuple[str, str]] = Counter()
    found = {}
    for document in documents:
        key = keys[document.id]
        letters = _LETTERS[_form(document, language)]
        if many[key] > 1 and seen[key] < len(letters):
            found[document.id] = letters[seen[key]]
        seen[key] += 1
    return found


def _check(style: str, language: str) -> None:
    if style not in STYLES or language not in LANGUAGES:
        raise UsageError(
            f"ไม่รู้จักรูปแบบ {style} ภาษา {language} ใช้ได้: {', '.join(STYLES)} ภาษา {', '.join(LANGUAGES)}",
            f"Unknown style {style} or language {language}; known are: {', '.join(STYLES)} in {', '.join(LANGUAGES)}.",
        )


def _form(document: Document, language: str) -> str:
    """Return in which form a work is written: the Thai one for Thai works in a Thai essay."""
    return "th" if language == "th" and is_thai(document) else "en"


def _item(document: Document, style: str, language: str, suffix: str) -> Item:
    """Return the item as the style's file expects it."""
    form = _form(document, language)
    item = item_of(document, "buddhist" if form == "th" else "common", form)
    if suffix:
        item["year-suffix"] = suffix
    if style == "apa" and item.get("publisher") and [{"literal": item["publisher"]}] == item.get("author"):
        del item["publisher"]  # APA names it once
    part = item.get("issue", "")
    if item["type"] == "legislation" and form == "th" and part and not part.startswith("ตอน"):
        item["issue"] = f"ตอน{part}" if part.startswith("พิเศษ") else f"ตอนที่ {part}"
    return item


def _listed(document: Document, style: str, language: str, markup: str, suffix: str) -> str:
    _check(style, language)
    form = _form(document, language)
    return finished(written(_item(document, style, language, suffix), style, form, listed=True), form, markup)


def _place(citation: Citation) -> Locator:
    """Return the page, slide, row or time where the source has them, and the footnote or else the paragraph; a row is its own paragraph."""
    document, paragraph = citation.document, citation.paragraph
    first, last = document.page_at(citation.start), document.page_at(max(citation.start, citation.end - 1))
    numbers = [page.number for page in (first, last) if page] or [number for number in (paragraph.page,) if number]
    if document.unit is Unit.TIME:
        numbers = numbers[:1]
    pages = "–".join(dict.fromkeys(str(timedelta(seconds=n)) if document.unit is Unit.TIME else str(n) for n in numbers))
    own = "" if paragraph.note or (pages and document.unit is Unit.ROW) else str(paragraph.number)
    return Locator(document.unit.value, pages, own, paragraph.note or "")


def _known(document: Document, field: str) -> bool:
    if field == "title":
        return named(document)
    return bool(address(document) if field == "url" else value(document, field))
