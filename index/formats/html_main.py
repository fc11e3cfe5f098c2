"""Which part of a web page is its main text.

What names itself as a part of the site is left out. Where the main text stands, ``trafilatura`` finds; the innermost element around all it
found is then read whole, so that nothing of a text is lost that it would skip.
"""

import re
from collections import Counter
from typing import Any

from index.formats.blocks import Block
from index.formats.footnotes import Footnotes, types
from index.formats.markup import Element, blocks, tag_of

_SITE = re.compile(
    r"(?:^|[\s_-])(?:ads?|advert\w*|banner|breadcrumbs?|catlinks|comments?|consent|cookies?|disqus|editsection|footer|gdpr|jump-link|login|menu|modal|nav"
    r"|navbar|navbox|navigation|newsletter|noprint|pager|pagination|popup|printfooter|recommend\w*|related\w*|respond|shar(?:e|ing)|sidebar|skip-link"
    r"|social|subscribe|toc|topbar|cite-backlink)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SITE_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "toc", "menu", "alertdialog"}
_CANDIDATES = ("div", "section", "aside", "header", "footer", "ul", "ol", "p", "span", "table", "figure", "details")
_ALL = 0.9  # share of the text found that the main part holds
_ENOUGH = 0.3  # share of all running text that must have been found
_NO_CHANCE = 40  # code points of a block that is not found by being part of another
_TOO_SHORT = 3  # code points that may stand anywhere
_REACH = 100_000  # code points in which the next block is sought
_MOST = 3_000_000  # code points of a page that trafilatura is given: it takes seconds for more


def main_blocks(root: Element, notes: Footnotes, titles: list[str]) -> list[Block]:
    """Return the blocks of a page's main text in order."""
    site = _site(root, notes)
    all_blocks = list(blocks(root, notes, left_out=site))
    found = _found(root)
    sure = _agreed(all_blocks, found)
    if 2 * sum(len(_squeezed(all_blocks[at].text)) for at in sure) < len(found):  # what was left out is the text itself
        all_blocks = list(blocks(root, notes))
        sure = _agreed(all_blocks, found)
    running = sum(len(block.text) for block in all_blocks if not block.linked)
    if not sure or sum(len(all_blocks[at].text) for at in sure) < _ENOUGH * running:
        return all_blocks or list(blocks(root, notes))
    part = _around([all_blocks[at] for at in sure], root)
    kept: list[Block] = []
    for at, (block, after) in enumerate(zip(all_blocks, [*all_blocks[1:], None], strict=True)):
        within = block.element is part or any(up is part for up in block.element.iterancestors())
        wanted = at in sure or not block.linked or min(sure) < at < max(sure)
        names_links = after is not None and after.linked and at + 1 not in sure
        apart = at in sure and (len(block.text) >= _NO_CHANCE or not (block.linked or names_links))
        heading = not kept and block.level and any(block.text in title for title in titles)
        if (within and wanted) or apart or heading:
            kept.append(block)
    while kept and kept[-1].level:
        kept.pop()
    return kept


def _site(root: Element, notes: Footnotes) -> set[Element]:
    """Return the elements that name themselves as parts of the site; none of those that hold the main heading or footnotes."""
    needed = {up for note in notes.notes for up in note.iterancestors()}
    for main in root.iter("main", "h1"):
        needed.update(main.iterancestors())
    return {one for one in root.iter(*_CANDIDATES) if one not in needed and _of_site(one)}


def _of_site(element: Element) -> bool:
    tag = tag_of(element)
    if "footnote" in types(element):
        return False
    if tag == "footer" or types(element) & _SITE_ROLES or _SITE.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
        return True
    inside = any(up.tag in ("article", "main") for up in element.iterancestors())
    return (tag == "header" and not inside) or (tag == "aside" and (not inside or _mostly_links(element)))


def _mostly_links(element: Element) -> bool:
    linked = sum(len(text) for link in element.iter("a") for text in link.itertext())
    return 2 * linked > sum(map(len, element.itertext()))


def _found(root: Element) -> str:
    """Return the main text as trafilatura finds it, without blanks."""
    from lxml import etree

    whole = etree.tostring(root, encoding="unicode", method="html")
    if len(whole) > _MOST:
        return ""
    from trafilatura import bare_extraction

    page: Any = bare_extraction(whole, include_comments=False, include_tables=True, favor_recall=True)
    return _squeezed("".join(page.body.itertext())) if page is not None else ""


def _agreed(all_blocks: list[Block], found: str) -> set[int]:
    """Return which blocks trafilatura found too. It keeps their order, so each is sought near the one before."""
    sure: set[int] = set()
    position = 0
    for number, block in enumerate(all_blocks):
        text = _squeezed(block.text)
        at = found.find(text, position, position + _REACH) if len(text) > _TOO_SHORT else -1
        if at >= 0:
            sure.add(number)
            position = at + len(text) if len(text) >= _NO_CHANCE else position
    return sure


def _around(sure: list[Block], root: Element) -> Element:
    """Return the innermost element that holds all but a little of what was found."""
    weight: Counter[Element] = Counter()
    for block in sure:
        for element in (block.element, *block.element.iterancestors()):
            weight[element] += len(block.text)
    part = root
    while heavy := [child for child in part.iterchildren("*") if weight[child] >= _ALL * weight[root]]:
        part = heavy[0]
    return part


def _squeezed(text: str) -> str:
    return "".join(text.split())
