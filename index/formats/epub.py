"""EPUB books: the chapters in the order of the spine, read whole; the numbers of printed pages where the book gives them."""

import re
from collections.abc import Callable, Iterator, Mapping
from html.entities import html5
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

from index.compose import Composer
from index.errors import SourceError
from index.formats.blocks import Outline, compose, fill
from index.formats.footnotes import Element, footnotes, goal, ids, types
from index.formats.html import decoded, tree
from index.formats.markup import blocks, tag_of
from index.formats.unpack import damaged, opened, part, xml
from index.metadata import known, year_of
from index.records import Document

_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
_FONT_LOCKS = {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
_FONTS = (".ttf", ".otf", ".woff", ".woff2")
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31};)")
_PAGE = re.compile(r"(?:page|pg|p|หน้า)?[\s_-]*(\d{1,5})\.?", re.IGNORECASE)
_KEPT = {b"amp;", b"lt;", b"gt;", b"quot;", b"apos;"}
_ISBN = re.compile(r"97[89](?:[ -]?\d){10}|(?:\d[ -]?){9}[\dXx]")
_TEXTS = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")
_ASIDE = {"toc", "cover", "page-list", "landmarks"}  # kinds of files that are no text of the book


class _Entry(NamedTuple):
    """A line of the table of contents: its depth from 1 and its words."""

    level: int
    title: str


class _Contents(NamedTuple):
    """The first title of each file, and the printed pages by file and id ("" for the file itself)."""

    titles: dict[str, _Entry]
    pages: dict[tuple[str, str], int]


def read(path: Path, meta: Mapping[str, str], at: Callable[[int], None]) -> Iterator[Document]:
    """Yield the one Document of a book. Raises SourceError for a damaged or protected one."""
    with opened(path) as archive:
        _check_protection(archive, path.name)
        package_name = _package_name(archive, path.name)
        package = xml(part(archive, package_name), path.name)
        names = _spine(package, package_name)
        if not names:
            raise damaged(path.name, "no spine")
        contents = _contents(archive, package, package_name)
        chapters: dict[str, Element] = {}
        for count, name in enumerate(names, start=1):
            chapters[name] = _chapter(part(archive, name), path.name)
            at(path.stat().st_size * count // (2 * len(names)))
    all_meta = known(meta, _stated(package))
    composer = Composer()
    first = _fill(composer, chapters, contents)
    yield compose(composer, path, all_meta.get("title") or first, all_meta)


def _check_protection(archive: ZipFile, name: str) -> None:
    """Raise SourceError if more than the fonts of a book is encrypted."""
    if _ENCRYPTION not in archive.namelist():
        return
    for data in xml(part(archive, _ENCRYPTION), name).iter("{*}EncryptedData"):
        methods = {method.get("Algorithm") for method in data.iterchildren("{*}EncryptionMethod")}
        files = [(reference.get("URI") or "").lower() for reference in data.iter("{*}CipherReference")]
        if not (methods and methods <= _FONT_LOCKS) and not (files and all(file.endswith(_FONTS) for file in files)):
            raise SourceError(
                f"{name}: หนังสือมีการป้องกันลิขสิทธิ์ (DRM) จึงอ่านไม่ได้ โปรดใช้ฉบับที่ไม่มีการป้องกัน",
                f"{name}: the book is protected (DRM) and cannot be read; use a copy without protection.",
            )


def _package_name(archive: ZipFile, name: str) -> str:
    for file in xml(part(archive, _CONTAINER), name).iter("{*}rootfile"):
        if file.get("full-path"):
            return str(file.get("full-path"))
    raise damaged(name, "no package")


def _items(package: Element, package_name: str) -> dict[str, tuple[str, Element]]:
    """Return the files of the book by id: the name in the archive and what the manifest says."""
    return {item.get("id"): (goal(package_name, item.get("href") or "")[0], item) for item in package.iter("{*}item")}


def _spine(package: Element, package_name: str) -> list[str]:
    """Return the names of the files with text, in the order of reading, without table of contents and cover."""
    items = _items(package, package_name)
    aside = {goal(package_name, one.get("href") or "")[0] for one in package.iter("{*}reference") if one.get("type") in _ASIDE}
    found: dict[str, None] = {}
    for reference in package.iter("{*}itemref"):
        name, item = items.get(reference.get("idref"), ("", None))
        if item is None or "nav" in (item.get("properties") or "").split() or item.get("media-type") not in _TEXTS:
            continue
        if name not in aside:
            found[name] = None
    return list(found)


def _chapter(data: bytes, name: str) -> Element:
    """Return the root element of a chapter, as HTML if it is no XML or has names of its own for characters."""
    from lxml import etree

    try:
        root = xml(_ENTITY.sub(_numbered, data), name)
        if next(root.iter(etree.Entity), None) is None:
            return root
    except SourceError:
        pass
    return tree(decoded(data, name), name)


def _numbered(entity: re.Match[bytes]) -> bytes:
    """Return HTML's names of characters as numbers, which XML knows."""
    letters = None if entity[1] in _KEPT else html5.get(entity[1].decode())
    return "".join(f"&#{ord(letter)};" for letter in letters).encode() if letters else entity[0]


def _contents(archive: ZipFile, package: Element, package_name: str) -> _Contents:
    """Return what the tables of contents (EPUB 3 nav, EPUB 2 NCX) say; nothing for one that cannot be read."""
    found = _Contents({}, {})
    for name, item in _items(package, package_name).values():
        is_nav = "nav" in (item.get("properties") or "").split()
        if not is_nav and item.get("media-type") != "application/x-dtbncx+xml":
            continue
        try:
            root = _chapter(part(archive, name), name)
        except SourceError:
            continue
        for link in root.iter("{*}a") if is_nav else root.iter("{*}content"):
            _entry(found, link, goal(name, link.get("href") or link.get("src") or ""))
    return found


def _entry(found: _Contents, link: Element, place: tuple[str, str]) -> None:
    """Note a line of a table of contents: a title, or the number of a page."""
    around = [(tag_of(up), up) for up in link.iterancestors("*")]
    label = link if tag_of(link) == "a" else next(link.getparent().iter("{*}text"), link)
    words = " ".join("".join(label.itertext()).split())
    is_page = any(tag == "pagetarget" or "page-list" in types(up) for tag, up in around)
    if is_page and words.isdecimal():
        found.pages.setdefault(place, int(words))
    elif not is_page and words and not any("landmarks" in types(up) for _, up in around):
        level = sum(tag in ("ol", "navpoint") for tag, _ in around)
        found.titles.setdefault(place[0], _Entry(max(1, level), words))


def _fill(composer: Composer, chapters: dict[str, Element], contents: _Contents) -> str:
    """Give all chapters to the composer; return the first heading."""
    notes = footnotes(chapters)
    places = ids(chapters)
    pages = {places[place]: number for place, number in contents.pages.items() if place in places}
    pages |= {one: number for root in chapters.values() for one in root.iter("*") if (number := _page(one)) is not None}
    outline, first = Outline(), ""
    page: int | None = None
    for name, root in chapters.items():
        page = contents.pages.get((name, ""), page)
        breaks = [one for one in root.iter("*") if one in pages]
        found = list(blocks(root, notes, pages, {one for one in breaks if "pagebreak" in types(one)}, page))
        entry = contents.titles.get(name)
        if entry and found and not any(block.level for block in found):
            if found[0].text == entry.title:
                found[0] = found[0]._replace(level=entry.level)
            else:
                composer.heading(outline.under(entry.level, entry.title), "")
        heading = fill(composer, found, outline)
        first = first or heading
        page = pages[breaks[-1]] if breaks else page
    return first


def _page(element: Element) -> int | None:
    """Return the number of the printed page that begins with an element, if it says so."""
    if "pagebreak" not in types(element):
        return None
    for said in (element.get("title"), element.get("aria-label"), "".join(element.itertext()), element.get("id")):
        number = _PAGE.fullmatch((said or "").strip())
        if number:
            return int(number[1])
    return None


def _stated(package: Element) -> dict[str, str | None]:
    """Return what the book says of itself for a bibliography."""
    said: dict[str, list[str]] = {}
    for element in package.iter("{http://purl.org/dc/elements/1.1/}*"):
        said.setdefault(tag_of(element), []).append(" ".join("".join(element.itertext()).split()))
    isbn = next((found[0] for one in said.get("identifier", ()) if (found := _ISBN.search(one))), None)
    return {
        "title": next(iter(said.get("title", ())), None),
        "author": "; ".join(name for name in said.get("creator", ()) if name),
        "publisher": next(iter(said.get("publisher", ())), None),
        "year": year_of(next(iter(said.get("date", ())), None)),
        "language": next(iter(said.get("language", ())), "").split("-")[0],
        "isbn": isbn,
    }

