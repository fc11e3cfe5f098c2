"""Answers as one page that holds all it needs: for reading, and for printing to paper or PDF (A4, Sarabun embedded, no network)."""

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path

from ui.export.essay import Essay, Exchange, Part, Sentence, compose

_FONTS = Path(__file__).resolve().parent.parent / "web" / "assets" / "fonts"
_RANGES = {"thai": "U+0E01-0E5B, U+200C-200D, U+25CC", "latin": "U+0000-00FF, U+0131, U+0152-0153, U+2000-206F, U+20AC, U+2122"}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"
_STYLE = """
@page { size: A4; margin: 2.5cm 2.5cm 2.5cm 3cm; }
* { box-sizing: border-box; }
body { font-family: Sarabun, "TH Sarabun New", sans-serif; font-size: 12pt; line-height: 1.75; color: #111; background: #fff;
  max-width: 17cm; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 17pt; font-weight: 600; line-height: 1.4; margin: 0 0 1.5rem; }
h2 { font-size: 14pt; font-weight: 600; line-height: 1.5; margin: 2rem 0 .5rem; break-after: avoid; }
h3 { font-size: 12pt; font-weight: 600; margin: 1rem 0 .25rem; break-after: avoid; }
p { margin: 0 0 .75rem; orphans: 2; widows: 2; }
.short { font-weight: 600; }
.aside, .remark { color: #555; font-size: 10.5pt; }
blockquote { margin: 0 0 .75rem; padding-left: 1rem; border-left: 2px solid #bbb; }
sup { line-height: 0; font-size: 8.5pt; }
a { color: inherit; text-decoration: none; }
.notes { font-size: 10.5pt; line-height: 1.6; }
.notes ol { padding-left: 2rem; margin: 0; }
.references p { padding-left: 1.27cm; text-indent: -1.27cm; break-inside: avoid; }
@media print { body { max-width: none; margin: 0; padding: 0; } .back { display: none; } }
"""


def to_html(exchanges: Sequence[Exchange], style: str = "apa", language: str = "th", *, passages: bool = False) -> str:
    """Return a whole HTML document. All that a document or a user wrote is escaped, and the page may load and run nothing."""
    essay = compose(exchanges, style, language, markup="html", escape=escape, passages=passages)
    body = "".join(_part(part) for part in essay.parts)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{essay.title}</title>\n'
        f"<style>{_fonts()}{_STYLE}</style>\n</head>\n<body>\n<h1>{essay.title}</h1>\n{body}{_notes(essay)}{_references(essay)}</body>\n</html>\n"
    )


@cache
def _fonts() -> str:
    """Return the font faces with the fonts in them."""
    faces = []
    for script, letters in _RANGES.items():
        for weight in (400, 600):
            data = b64encode((_FONTS / f"sarabun-{script}-{weight}-normal.woff2").read_bytes()).decode("ascii")
            source = f"url(data:font/woff2;base64,{data}) format('woff2')"
            faces.append(f"@font-face {{ font-family: Sarabun; font-weight: {weight}; src: {source}; unicode-range: {letters}; }}\n")
    return "".join(faces)


def _part(part: Part) -> str:
    lines = [f"<section>\n<h2>{part.question}</h2>\n"]
    lines += [f'<p class="aside">{part.understood}</p>\n'] if part.understood else []
    lines += [f'<p class="short">{part.short}</p>\n'] if part.short else []
    lines.append(f"<p>{' '.join(map(_sentence, part.said))}</p>\n")
    lines += [f'<p class="aside">{part.written_by}</p>\n'] if part.written_by else []
    if part.quoted:
        lines.append(f"<h3>{part.heading}</h3>\n")
        lines += [f"<blockquote>{_sentence(sentence)}</blockquote>\n" for sentence in part.quoted]
    return "".join([*lines, "</section>\n"])


def _sentence(sentence: Sentence) -> str:
    marks = "".join(f'<sup><a id="r{n}" href="#n{n}">{n}</a></sup>' for n in sentence.notes)
    return f"{sentence.text}{marks}" + (f' <span class="remark">({sentence.remark})</span>' if sentence.remark else "")


def _notes(essay: Essay) -> str:
    back = ' <a class="back" href="#r{0}" aria-label="{0}">↩</a>'
    rows = "".join(f'<li id="n{n}">{note}{back.format(n)}</li>\n' for n, note in enumerate(essay.notes, 1))
    return f'<section class="notes" role="doc-endnotes">\n<h2>{essay.notes_heading}</h2>\n<ol>\n{rows}</ol>\n</section>\n' if rows else ""


def _references(essay: Essay) -> str:
    rows = "".join(f"<p>{text}</p>\n" for text in essay.references)
    return f'<section class="references" role="doc-bibliography">\n<h2>{essay.heading}</h2>\n{rows}</section>\n' if rows else ""
