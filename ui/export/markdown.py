"""Answers as Markdown with footnotes (``[^1]``), as Pandoc, GitHub and Obsidian read it."""

import re
from collections.abc import Sequence

from rag.bibliography.csl_style import markdown
from ui.export.essay import Essay, Exchange, Part, Sentence, compose

_OPENING = re.compile(r"^(\s*)([-+=:]|\d+(?=[.)]))")  # what would make a list, a heading's line or a definition


def to_markdown(exchanges: Sequence[Exchange], style: str = "apa", language: str = "th", *, passages: bool = False) -> str:
    """Return questions and answers with footnotes and references. Nothing of a document is read as markup."""
    essay = compose(exchanges, style, language, markup="markdown", escape=markdown, passages=passages)
    blocks = [f"# {essay.title}"]
    for part in essay.parts:
        blocks += _part(part)
    if essay.references:
        blocks += [f"## {essay.heading}", *map(_line, essay.references)]
    return "\n\n".join([*blocks, *_notes(essay)]) + "\n"


def _part(part: Part) -> list[str]:
    blocks = [f"## {part.question}"]
    blocks += [f"*{part.understood}*"] if part.understood else []
    blocks += [f"**{part.short}**"] if part.short else []
    blocks.append(_line(" ".join(map(_sentence, part.said))))
    blocks += [f"*{part.written_by}*"] if part.written_by else []
    if part.quoted:
        blocks += [f"### {part.heading}", *(f"> {_line(_sentence(sentence))}" for sentence in part.quoted)]
    return blocks


def _sentence(sentence: Sentence) -> str:
    marks = "".join(f"[^{number}]" for number in sentence.notes)
    return f"{sentence.text}{marks}" + (f" *({sentence.remark})*" if sentence.remark else "")


def _line(text: str) -> str:
    r"""Return a line that begins no list: "1. ก" would.

    >>> print(_line("- ก"), _line("2475. ก"))
    \- ก 2475\. ก
    """
    return _OPENING.sub(lambda found: f"{found[1]}{found[2]}\\" if found[2][0].isdigit() else f"{found[1]}\\{found[2]}", text)



def _notes(essay: Essay) -> list[str]:
    return [f"[^{number}]: {_line(note)}" for number, note in enumerate(essay.notes, 1)]
