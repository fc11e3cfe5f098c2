"""The commands about what a bibliography needs: ``tham describe``, ``tham cite``, and the options of ``tham ask`` that export."""

import json
import shlex
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from index.metadata import FIELDS, KINDS
from index.records import Document
from ui.i18n import say
from ui.settings import DEFAULT_LIBRARY

_STYLES = ("apa", "mla", "chicago", "vancouver")  # rag.bibliography.reference.STYLES, which is not imported to show the help
_FORMS = ("bibtex", "ris", "csl-json")
_STYLE = click.option(
    "--style", type=click.Choice(_STYLES), default="apa", show_default=True, help="รูปแบบบรรณานุกรม / style of references",
)  # fmt: skip
_ENGLISH = click.option("--english", is_flag=True, help="สำหรับงานเขียนภาษาอังกฤษ / for an essay in English")
_EXPORT = click.option(
    "--export", type=click.Path(path_type=Path), metavar="FILE.{md,docx,html}",
    help="บันทึกคำตอบพร้อมเชิงอรรถและบรรณานุกรม / save the answers with footnotes and references",
)  # fmt: skip


def export_options(command: Any) -> Any:
    """Add ``--export`` and ``--style`` to a command."""
    return _EXPORT(_STYLE(command))


def print_json(value: Any) -> None:
    """Print one line of JSON, with letters escaped where the terminal or file does not take UTF-8."""
    click.echo(json.dumps(value, ensure_ascii=not (sys.stdout.encoding or "").lower().startswith("utf")))


def _description_options(command: Any) -> Any:
    for field in reversed(FIELDS):
        choices = click.Choice([*KINDS, ""]) if field == "kind" else None
        command = click.option(f"--{field}", multiple=field in ("author", "editor", "translator"), default=None, type=choices)(command)
    return command


@click.command()
@click.argument("source")
@_description_options
def describe(source: str, library: Path, embedder: str | None, as_json: bool, **said: Any) -> None:
    """บอกสิ่งที่ใช้ทำบรรณานุกรมของเอกสาร / Say what a bibliography needs to know of a document; without options, show it.

    An author is named once for each --author; an empty value takes a field away.

    Example: tham describe seeds/notes.txt --title ประวัติศาสตร์ --author "สมชาย ใจดี" --year 2564
    """
    from index.build import describe as describe_in
    from index.metadata import checked
    from rag.assemble import embedder_for

    given = {field: list(value) if isinstance(value, tuple) else value for field, value in said.items() if value not in (None, ())}
    emptied = {field: "" for field, value in given.items() if value in ("", [""])}
    values = {**checked({field: value for field, value in given.items() if field not in emptied}, source), **emptied}
    document = describe_in(library, source, values, embedder_for(library, embedder))
    known = {"title": document.title, **document.meta}
    if as_json:
        print_json({"id": document.id, "source": document.source, **known})
        return
    click.echo(document.source)
    for field in FIELDS:
        click.echo(f"  {field:<10} {known.get(field, '–')}")


@click.command()
@click.argument("sources", nargs=-1, required=True)
@_STYLE
@_ENGLISH
@click.option("--form", type=click.Choice(_FORMS), help="ข้อมูลสำหรับโปรแกรมจัดการบรรณานุกรม / data for reference managers")
def cite(sources: tuple[str, ...], library: Path, style: str, english: bool, form: str | None) -> None:
    """บรรณานุกรมของเอกสาร และสิ่งที่ยังขาด / The references of documents, and what nobody has said of them yet.

    What is missing is told on the other output (stderr), with the command that fills it in.

    Example: tham cite seeds/notes.txt --style chicago
    """
    from rag.bibliography.reference import data, references

    language = "en" if english else "th"
    documents = _named(library, sources)
    click.echo(data(documents, form).rstrip() if form else "\n".join(references(documents, style, language)))
    for document in documents:
        _tell_missing(document, library, None if form else style, language)


def _tell_missing(document: Document, library: Path, style: str | None, language: str) -> None:
    from rag.bibliography.reference import missing

    fields = missing(document, style)
    if not fields:
        return
    command = ["tham", "describe", document.source or document.id, *(part for field in fields for part in (f"--{field}", "…"))]
    if library != DEFAULT_LIBRARY:
        command += ["--library", str(library)]
    words = " ".join(part if part == "…" else shlex.quote(part) for part in command)
    names = ", ".join(say(f"field_{field}", language) for field in fields)
    click.echo(f"\n{document.title or document.source}: " + say("still_missing", language).format(names), err=True)
    click.echo("  " + say("fill_in", language).format(words), err=True)


def _named(folder: Path, names: Sequence[str]) -> list[Document]:
    """Return the documents of those names, each once. Raises UsageError for a name of none or of several."""
    from index.library import open_library
    from index.listing import the_document, withdrawn

    found: dict[str, Document] = {}
    with closing(open_library(folder)) as library:
        for name in names:
            document = library.document(the_document(folder, name))
            if document is None:
                raise withdrawn(name)
            found[document.id] = document
    return list(found.values())
