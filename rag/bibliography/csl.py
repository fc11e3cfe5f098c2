"""A document to a CSL-JSON item: what citation processors (citeproc, Zotero, Pandoc) read. https://docs.citationstyles.org

What nobody said is left out; nothing is guessed but which part of a Latin name is the family's.
"""

import re
import unicodedata
from pathlib import PurePath
from typing import Any

from index.metadata import KINDS
from index.records import Document
from rag.bibliography.csl_dates import Dated, Era, day_of, in_era, read_date

Item = dict[str, Any]  # one CSL-JSON object: the format itself is a dictionary
TYPES = {
    "book": "book", "chapter": "chapter", "article": "article-journal", "encyclopedia": "entry-encyclopedia", "webpage": "webpage",
    "thesis": "thesis", "law": "legislation", "report": "report", "news": "article-newspaper", "video": "motion_picture",
    "other": "document",
}  # fmt: skip
UNTITLED = {"th": "[ไม่ปรากฏชื่อเรื่อง]", "en": "[Untitled]"}
_TELLING = ("chapter", "encyclopedia", "thesis", "law", "report", "news", "video", "webpage", "article", "book")  # of a kind in free words
_ITSELF = ("encyclopedia", "webpage", "news", "video")  # where the publisher is the site or paper that the text stands in
_PLAIN = {"publisher-place": "place", "ISBN": "isbn"}
_LABELS = re.compile(r"^(?:ปีที่|เล่มที่|เล่ม|ฉบับที่|หน้า|น\.|vol(?:ume)?\.?|no\.|issue|pp?\.|pages?)\s*(?=[\d๐-๙A-Z])", re.IGNORECASE)
_EDITION = re.compile(r"^(?:พิมพ์)?ครั้งที่\s*([\d๐-๙]+)$|^([\d๐-๙]+)(?:st|nd|rd|th)?(?:\s?ed(?:ition|n)?\.?)?$", re.IGNORECASE)
_THAI = re.compile("[ก-๎]")
_RANK = re.compile(r"\S+|.*\..*")  # after a comma: ม.จ., พระยา, พล ต.
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV", re.IGNORECASE)
_CORPORATE = re.compile(
    r"\b(?:universit\w+|institut\w*|organi[sz]ation\w*|ministry|department|association|bank|committee|commission|office|bureau|foundation|"
    r"press|compan\w+|council|society|cent(?:er|re)|agency|united|national|international|group|library|museum|school|college|government|"
    r"of|the|and|for|on|inc|ltd)\b|[&@\d]",
    re.IGNORECASE,
)
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_UNPRINTABLE = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff")  # turn what follows round, or are no letters


def clean(text: str) -> str:
    """Return a value as one line without control characters, which no list of references can print."""
    kept = (" " if unicodedata.category(sign) in ("Cc", "Co", "Cs", "Zl", "Zp") else sign for sign in text)
    return " ".join("".join(sign for sign in kept if sign not in _UNPRINTABLE).split())


def value(document: Document, field: str) -> str:
    """Return what is known of a field of ``index.metadata``, or an empty text."""
    return clean(document.meta.get(field, ""))


def kind_of(document: Document) -> str | None:
    """Return which of ``index.metadata.KINDS`` a document is, read out of free words too ("encyclopedia article"), or None."""
    return kind_named(value(document, "kind"))


def kind_named(kind: str) -> str | None:
    """Return the kind that free words name (book chapter (OCR): chapter), or None."""
    said = kind.lower()
    if said in KINDS:
        return said
    return next((kind for kind in _TELLING if kind in said), None)


def is_thai(document: Document) -> bool:
    """Whether a work is Thai, by the language it is said to be in, else by the writing of its title."""
    language = value(document, "language").lower()
    if language:
        return language in ("th", "tha", "thai") or language.startswith("th-") or "ไทย" in language
    return bool(_THAI.search(document.title or document.text[:200]))


def address(document: Document) -> str:
    """Return where a document stands on the web, or an empty text; a file's path is no address."""
    said = (value(document, "url"), value(document, "source"), clean(document.source))
    return next((each for each in said if _WEB.fullmatch(each)), "")


def named(document: Document) -> bool:
    """Whether somebody said the title: the name of its file is none."""
    return bool(clean(document.title)) and (value(document, "title") != "" or document.title != PurePath(document.source).stem)


def item_of(document: Document, era: Era = "given", language: str = "th") -> Item:
    """Return the CSL-JSON item of a document, years in ``era``; ``language`` is that of the words for a missing title.

    A ค.ศ. year becomes พ.ศ. only where it is said to be ค.ศ.; ``accessed`` is a day in our time and can always be turned.
    """
    kind = kind_of(document) or "other"
    item: Item = {"id": document.id, "type": TYPES[kind], "title": clean(document.title) or UNTITLED[language]}
    item |= {role: people(value(document, role)) for role in ("author", "editor", "translator") if value(document, role)}
    item |= {name: text for name, field in _PLAIN.items() if (text := value(document, field))}
    item |= {name: _LABELS.sub("", text) for name, text in _numbers(document).items() if text}
    item |= _container(document, kind)
    if year := value(document, "year"):
        item["issued"] = date_of(read_date(year), year, era)
    if seen := value(document, "accessed"):
        item["accessed"] = date_of(day_of(seen, era if era == "buddhist" else "common"), seen, era)
    if doi := _DOI.search(value(document, "doi")):
        item["DOI"] = doi[0]
    if url := address(document):
        item["URL"] = url
    return item | {"language": "th" if is_thai(document) else (value(document, "language") or "en")}


def _numbers(document: Document) -> dict[str, str]:
    edition = value(document, "edition")
    number = _EDITION.match(edition)
    return {
        "edition": (number[1] or number[2]) if number else edition,
        "volume": value(document, "volume"),
        "issue": value(document, "issue"),
        "page": value(document, "pages"),
    }


def _container(document: Document, kind: str) -> Item:
    """Return what a text stands in and who published it; a site or paper is named once."""
    container, publisher = value(document, "container"), value(document, "publisher")
    if kind in _ITSELF and not container:
        container, publisher = publisher, ""
    if publisher == container:
        publisher = ""
    return {name: text for name, text in (("container-title", container), ("publisher", publisher)) if text}


def date_of(dated: Dated | None, text: str, era: Era) -> Item:
    """Return a date as CSL has it: parts, or the words where it is no plain date."""
    if dated is None:
        return {"literal": text}
    dated = in_era(dated, era)
    return {"date-parts": [[part for part in (dated.year, dated.month, dated.day) if part]]}


def people(text: str) -> list[Item]:
    """Return the names of a list separated by ";". A Thai name, and an organisation's, stays whole.

    >>> people("สมชาย ใจดี; Smith, John A.; Jane van Doe; World Bank")  # doctest: +NORMALIZE_WHITESPACE
    [{'literal': 'สมชาย ใจดี'}, {'family': 'Smith', 'given': 'John A.'},
     {'family': 'Doe', 'given': 'Jane', 'non-dropping-particle': 'van'}, {'literal': 'World Bank'}]
    """
    return [_person(name) for each in text.split(";") for name in _thai_names(each.strip()) if name]


def _thai_names(text: str) -> list[str]:
    """Return the names of a Thai list separated by commas; a rank after a comma (ม.จ., พระยา) belongs to the name before it."""
    if not _THAI.search(text):
        return [text]
    names: list[str] = []
    for part in (part.strip() for part in text.split(",")):
        if names and _RANK.fullmatch(part):
            names[-1] += f", {part}"
        elif part:
            names.append(part)
    return names


def _person(name: str) -> Item:
    whole = name.startswith("{") and name.endswith("}")
    if whole or _THAI.search(name):
        return {"literal": name.strip("{}").strip() if whole else name}
    parts = [part.strip() for part in name.split(",")]
    suffix = next((part for part in parts[1:] if _SUFFIX.fullmatch(part)), "")
    if suffix:
        parts.remove(suffix)
    if _CORPORATE.search(parts[0]) or len(parts) > 2 or not all(parts):
        return {"literal": name}
    if len(parts) == 2:
        return _in_parts(parts[0].split(), parts[1], suffix)
    words = parts[0].split()
    if len(words) > 2 and not suffix and _SUFFIX.fullmatch(words[-1]):
        suffix = words.pop()
    if not 2 <= len(words) <= 5 or not words[0][0].isupper():
        return {"literal": name}
    first = next((at for at, word in enumerate(words[1:-1], 1) if word.islower()), len(words) - 1)
    return _in_parts(words[first:], " ".join(words[:first]), suffix)


def _in_parts(family: list[str], given: str, suffix: str) -> Item:
    particles = next((at for at, word in enumerate(family) if not word.islower()), 0)
    person: Item = {"family": " ".join(family[particles:]), "given": given}
    person |= {"non-dropping-particle": " ".join(family[:particles])} if particles else {}
    return person | ({"suffix": suffix} if suffix else {})
