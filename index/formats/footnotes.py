"""Footnotes of HTML and XHTML: which element is the mark in the text, which is the note, which leads back.

A mark is a short link (1, [๒], *) to a place further on, raised or named as a reference or led back to. What it points to is the note.
"""

import re
from collections.abc import Iterator, Mapping
from posixpath import dirname, join, normpath
from typing import Any, NamedTuple
from urllib.parse import unquote

Element = Any
_MARK = re.compile(r"[\[(]?\s*(\d{1,4}|[a-zA-Zก-ฮ]{1,2}|[*†‡§¶#]{1,4}|[^\W\d]{1,12}\s\d{1,4})\s*[\])]?")
_REFERENCE = re.compile(r"\bsup\b|noteref|footnote|endnote|fnref|vertical-align:\s*super", re.IGNORECASE)
_AROUND = frozenset({"sup", "span", "b", "i", "em", "small", "strong", "font"})  # what a mark may be wrapped in
_HOLDERS = frozenset({"aside", "dd", "div", "li", "p", "tr"})  # what may be a note
_ARROWS = frozenset("↑↩↵⏎⤴^←")
_LONGEST_NOTE, _LONGEST_WAY_BACK = 5000, 6  # code points
_TYPE = "{http://www.idpf.org/2007/ops}type"


class Footnotes(NamedTuple):
    """Elements that show a mark and elements that are a note, each with the note's key; and links from notes back to the text."""

    marks: dict[Element, str]
    notes: dict[Element, str]
    backlinks: set[Element]


class _Link(NamedTuple):
    element: Element
    goal: Element
    back: bool  # the goal comes before the link


def shown(key: str) -> str:
    """Return the mark as a reader sees it, of the key that tells it from others of the same name."""
    return key.partition("\0")[0]


def types(element: Element) -> set[str]:
    """Return what an element says it is: its epub:type and its role, without "doc-"."""
    said = f"{element.get(_TYPE) or element.get('epub:type') or ''} {element.get('role') or ''}"
    return {word.removeprefix("doc-") for word in said.split()}


def goal(name: str, href: str) -> tuple[str, str]:
    """Return the file and the id that a link in file ``name`` points to. A single page (no name) only points into itself.

    >>> goal("text/one.xhtml", "../notes.xhtml#n%31")
    ('notes.xhtml', 'n1')
    """
    file, _, place = href.partition("#")
    return normpath(join(dirname(name), unquote(file))) if file and name else name, unquote(place)


def ids(trees: Mapping[str, Element]) -> dict[tuple[str, str], Element]:
    """Return the elements with an id (or the older name) by file and id."""
    found: dict[tuple[str, str], Element] = {}
    for name, root in trees.items():
        for element in root.iter("*"):
            for place in (element.get("id"), element.get("name")):
                if place:
                    found.setdefault((name, place), element)
    return found


def footnotes(trees: Mapping[str, Element]) -> Footnotes:
    """Return the footnotes of a page, or of a book's files in their order."""
    found = Footnotes({}, {}, set())
    links = list(_links(trees))
    led_back_to = {link.goal for link in links if link.back}
    for link in links:
        note = None if link.back else _note(link)
        mark = _MARK.fullmatch(_text(link.element))
        if note is None or mark is None:
            continue
        place = _widest(link.element)
        if _is_reference(place) or not led_back_to.isdisjoint((*place.iter("*"), *_parents(place))):
            found.marks[place] = found.notes.setdefault(note, f"{mark[1]}\0{len(found.notes)}")
    back = {link.element for link in links if link.back}
    for note, key in found.notes.items():
        for way in note.iter("{*}a"):
            said = _text(way).strip("[]().")
            if said == shown(key) or said.strip("\ufe0e\ufe0f") in _ARROWS or (way in back and len(said) <= _LONGEST_WAY_BACK):
                found.backlinks.add(way)
    return found


def _links(trees: Mapping[str, Element]) -> Iterator[_Link]:
    """Yield the links within the trees."""
    places = ids(trees)
    position: dict[Element, int] = {element: 0 for element in places.values()}
    asked: list[tuple[Element, Element, int]] = []
    for count, (name, element) in enumerate((name, element) for name, root in trees.items() for element in root.iter("*")):
        if element in position:
            position[element] = count
        href = element.get("href") or ""
        if "#" in href and (there := places.get(goal(name, href))) is not None:
            asked.append((element, there, count))
    for element, there, at in asked:
        yield _Link(element, there, position[there] <= at)


def _note(link: _Link) -> Element | None:
    """Return the element that is the note a link points to, if it can be one."""
    holder = next((up for up in (link.goal, *link.goal.iterancestors()) if _name(up) in _HOLDERS or "footnote" in types(up)), None)
    if holder is None or any(up is holder for up in link.element.iterancestors()):
        return None
    length = 0
    for piece in holder.itertext():
        length += len(piece)
        if length > _LONGEST_NOTE:
            return None
    return holder


def _widest(link: Element) -> Element:
    """Return the outermost element around a link that shows nothing but its mark."""
    place, mark = link, _text(link).strip("[]()")
    while (up := place.getparent()) is not None and _name(up) in _AROUND and len(up) <= 3 and _text(up).strip("[]()") == mark:
        place = up
    return place


def _is_reference(place: Element) -> bool:
    said = (f"{_name(one)} {one.get('class')} {one.get('style')} {' '.join(types(one))}" for one in (*place.iter("*"), *_parents(place)))
    return any(_REFERENCE.search(one) for one in said)


def _parents(place: Element) -> list[Element]:
    """Return the element around a mark, where that is no block."""
    up = place.getparent()
    return [up] if up is not None and _name(up) in _AROUND else []


def _name(element: Element) -> str:
    name: str = element.tag
    return name.rpartition("}")[2].lower()


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()
