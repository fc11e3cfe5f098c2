"""What a web page says of itself: title, author, date, site, address, language. Nothing is guessed."""

import json
import re
from collections.abc import Iterator
from typing import Any

from index.formats.footnotes import Element
from index.metadata import year_of

_NAMED = {
    "title": ("og:title", "citation_title", "dc.title"),
    "author": ("author", "citation_author", "dc.creator", "article:author"),
    "year": ("article:published_time", "datepublished", "citation_publication_date", "dc.date", "dcterms.created", "date"),
    "container": ("og:site_name", "citation_journal_title"),
    "publisher": ("dc.publisher", "citation_publisher"),
    "doi": ("citation_doi",),
}
_ARTICLE = re.compile(r"Article|BlogPosting|Report|WebPage")
_MOST = 200_000  # code points of a linked description


def described_by(root: Element) -> dict[str, str | None]:
    """Return the bibliography fields a page gives in its head."""
    said = {**_linked(root), **_metas(root)}
    found: dict[str, str | None] = {field: next((said[name] for name in names if said.get(name)), None) for field, names in _NAMED.items()}
    if (found["author"] or "").startswith("http"):
        found["author"] = None
    dated = next((time.get("datetime") for time in root.iter("time") if time.get("pubdate") is not None or time.get("itemprop")), None)
    found["year"] = year_of(found["year"] or dated)
    titles = ["".join(title.itertext()) for title in root.iter("title") if title.getparent().tag == "head"]
    found["title"] = found["title"] or next(iter(titles), None)
    canonical = (link.get("href") for link in root.iter("link") if (link.get("rel") or "").lower() == "canonical")
    address = next(canonical, None) or said.get("og:url")
    found["url"] = address if (address or "").startswith(("http://", "https://")) else None
    found["language"] = (root.get("lang") or root.get("xml:lang") or "").split("-")[0].lower() or None
    return found


def _metas(root: Element) -> dict[str, str]:
    """Return the page's named values; several authors joined by "; "."""
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        value = " ".join((meta.get("content") or "").split())
        if name in ("author", "citation_author", "dc.creator") and name in found and value:
            found[name] += f"; {value}" if value not in found[name] else ""
        elif name and value:
            found.setdefault(name, value)
    return found


def _linked(root: Element) -> dict[str, str]:
    """Return what the first article described as JSON-LD is said to be."""
    for script in root.iter("script"):
        if script.get("type") == "application/ld+json" and len(script.text or "") < _MOST:
            try:
                loaded = json.loads(script.text or "")
            except (ValueError, RecursionError):
                continue
            for thing in _things(loaded):
                if _ARTICLE.search(str(thing.get("@type"))) and thing.get("datePublished"):
                    names = [_name(author) for author in _listed(thing.get("author"))]
                    author = "; ".join(name for name in names if name)
                    return {"datepublished": str(thing["datePublished"]), "author": author, "dc.publisher": _name(thing.get("publisher"))}
    return {}


def _things(loaded: Any) -> Iterator[dict[str, Any]]:
    for thing in _listed(loaded):
        if isinstance(thing, dict):
            yield thing
            yield from (inner for inner in _listed(thing.get("@graph")) if isinstance(inner, dict))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _name(value: Any) -> str:
    name = value.get("name") if isinstance(value, dict) else value
    return name if isinstance(name, str) else ""
