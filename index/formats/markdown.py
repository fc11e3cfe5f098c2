"""Markdown as a reader sees it rendered: headings, paragraphs, items of lists, rows of tables, code, footnotes."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.compose import Composer
from index.formats.blocks import Outline, compose, fill
from index.formats.decode import decode
from index.formats.footnotes import footnotes
from index.formats.html import tree
from index.formats.markup import blocks
from index.metadata import FIELDS, known, year_of
from index.records import Document

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_FRONT = re.compile(r"\A---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_OTHER_NAMES = {"authors": "author", "creator": "author", "lang": "language", "license": "licence", "date": "year"}


def read(path: Path, meta: Mapping[str, str], at: Callable[[int], None]) -> Iterator[Document]:
    """Yield the one Document of a Markdown file. Raises SourceError."""
    text = decode(path.read_bytes(), path.name)
    front = _FRONT.match(text)
    own = _stated(front[1]) if front else None
    page: str = _renderer().render(text[front.end() :] if front and own is not None else text)
    at(path.stat().st_size // 2)
    root = tree(f"<body>{page}</body>", path.name)
    composer = Composer()
    first = fill(composer, blocks(root, footnotes({"": root})), Outline())
    all_meta = known(meta, own or {})
    yield compose(composer, path, all_meta.get("title") or first, all_meta)


@cache
def _renderer() -> "MarkdownIt":
    from markdown_it import MarkdownIt
    from markdown_it.common.utils import escapeHtml
    from mdit_py_plugins.footnote import footnote_plugin

    renderer = MarkdownIt("commonmark", {"breaks": True}).enable(["table", "strikethrough"]).use(footnote_plugin)
    renderer.add_render_rule("image", lambda _self, tokens, at, *_: escapeHtml(tokens[at].content))
    return renderer


def _stated(front: str) -> dict[str, str | None] | None:
    """Return what the front matter says for a bibliography, or None if it is none."""
    import yaml

    try:
        loaded: Any = yaml.safe_load(front)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    if not isinstance(loaded, dict):
        return None
    found: dict[str, str | None] = {}
    for name, value in loaded.items():
        field = _OTHER_NAMES.get(str(name).lower(), str(name).lower())
        listed = value if isinstance(value, list) else [value]
        parts = [str(part) for part in listed if isinstance(part, str | int | date)]
        if field in FIELDS and parts:
            found.setdefault(field, year_of(parts[0]) if field == "year" else "; ".join(parts))
    return found
