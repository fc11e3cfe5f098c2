"""The command ``tham``. Only here is anything printed and only here does the program exit."""

import io
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from index.errors import ThamError
from index.parse import FORMATS
from ui.cli_cite import cite, describe, export_options
from ui.cli_cite import print_json as _print_json
from ui.cli_search import RERANKER, search
from ui.cli_serve import chat, mcp, password
from ui.explain import explained, fail, misused
from ui.questions import questions
from ui.settings import DEFAULT_LIBRARY, keep_offline
from ui.talk import answered, talk

_LIBRARY = click.option(
    "--library", type=click.Path(path_type=Path), default=DEFAULT_LIBRARY, envvar="THAM_LIBRARY", show_default="var/library",
    help="โฟลเดอร์ของคลัง / the library's folder",
)  # fmt: skip
_EMBEDDER = click.option(
    "--embedder", default=None, envvar="THAM_EMBEDDER", metavar="NAME_OR_FOLDER",
    help="โมเดล sentence-transformers อื่นแทนของที่มาด้วย / another sentence-transformers model than the shipped one",
)  # fmt: skip
_GENERATOR = click.option(
    "--generator", default=None, envvar="THAM_GENERATOR", metavar="FOLDER_OR_openai:URL#MODEL",
    help="ให้โมเดลภาษาของคุณเรียบเรียงคำตอบ โปรแกรมตรวจทุกประโยค / your own language model words the answer, every sentence checked",
)  # fmt: skip
_JSON = click.option("--json", "as_json", is_flag=True, help="พิมพ์เป็น JSON / print JSON")
_BATCH = click.option(
    "--batch", type=click.Path(path_type=Path), metavar="FILE.jsonl",
    help='ถามทั้งไฟล์ บรรทัดละ {"id","question"} ตอบบรรทัดละ JSON / ask a file of questions, a line each, answered a line each',
)  # fmt: skip


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def tham() -> None:
    """ถามเอกสารของคุณเอง ตอบพร้อมอ้างอิงคำต่อคำ บนเครื่องของคุณ ไม่ใช้เครือข่าย

    Ask your own documents: answers cited word for word, on your own machine, without a network.
    """


@tham.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@_LIBRARY
@_EMBEDDER
@click.option("--format", "form", type=click.Choice(["auto", *FORMATS]), default="auto", show_default=True)
@click.option("--follow-links", is_flag=True, help="ตามลิงก์ออกนอกโฟลเดอร์ด้วย / follow links that lead out of a folder")
@click.option(
    "--patience", type=click.FloatRange(min=1), default=120.0, show_default=True, metavar="SECONDS",
    help="เลิกอ่านไฟล์ที่เงียบไปนานเท่านี้ / give up a file of which nothing is heard for so long",
)  # fmt: skip
def add(paths: tuple[Path, ...], library: Path, embedder: str | None, form: str, follow_links: bool, patience: float) -> None:
    """เพิ่มไฟล์หรือโฟลเดอร์เข้าคลัง ไฟล์ที่ไม่เปลี่ยนจะถูกข้าม / Add files and folders; unchanged ones are passed over.

    Formats: PDF, scans and pictures, DOCX, ODT, PPTX, XLSX, CSV, HTML, EPUB, Markdown, SRT, VTT, plain text (UTF-8, UTF-16,
    TIS-620/CP874), WikiExtractor <doc> files, and .jsonl[.xz|.gz|.zst] records {"title","text","source"}. What is known of a text
    for a bibliography may stand beside it in NAME.meta.yaml (title, author, year, publisher …); see also: tham describe.

    Example: tham add seeds notes.txt --library ~/thesis
    """
    from index.build import add as add_to
    from ui.progress import shown

    model = _embedder_for(library, embedder)
    with shown() as report:
        summary = add_to(library, list(paths), model, form=form, follow_links=follow_links, silence=patience, report=report)
    counts = {"เพิ่ม/added": summary.added, "เหมือนเดิม/unchanged": summary.unchanged, "แทนที่/replaced": summary.replaced}
    if summary.removed:
        counts["ถอน/removed"] = summary.removed
    click.echo("  ".join(f"{name} {count}" for name, count in {**counts, "ไม่สำเร็จ/failed": len(summary.failed)}.items()))
    if summary.passed_over:
        kinds = " ".join(sorted({file.suffix or file.name for file in summary.passed_over}))
        click.echo(
            f"ข้าม {len(summary.passed_over)} ไฟล์ชนิดที่ยังไม่รองรับ / passed over {len(summary.passed_over)} files of unsupported types: {kinds}"
        )
    for error in summary.failed:
        click.echo(f"✗ {error.thai}\n  {error.english}", err=True)
    if summary.failed and not (summary.added or summary.replaced or summary.unchanged):
        sys.exit(1)


@tham.command()
@click.argument("sources", nargs=-1, required=True)
@_LIBRARY
@_EMBEDDER
def remove(sources: tuple[str, ...], library: Path, embedder: str | None) -> None:
    """ถอนเอกสารออกจากคลัง ตามชื่อไฟล์ ชื่อเรื่อง หรือรหัส / Remove documents by file, source, title or id (see: tham list)."""
    from index.build import remove as remove_from

    for source in remove_from(library, list(sources), _embedder_for(library, embedder)):
        click.echo(f"ถอนแล้ว/removed  {source}")


@tham.command(name="list")
@_LIBRARY
@_JSON
def list_documents(library: Path, as_json: bool) -> None:
    """เอกสารทั้งหมดในคลัง / The documents in the library."""
    from index.library import open_library

    held = open_library(library).held()
    if as_json:
        _print_json([row._asdict() for row in held])
        return
    for row in held:
        click.echo(
            f"{row.document}  {row.characters:>9,} ตัวอักษร/characters  {row.passages:>5} passages  {row.title or '–'}\n    {row.source}"
        )
    click.echo(f"{len(held)} เอกสาร/documents")


@tham.command()
@click.argument("question", required=False)
@_LIBRARY
@_EMBEDDER
@_GENERATOR
@RERANKER
@_JSON
@_BATCH
@click.option("--english", is_flag=True, help="ข้อความรอบคำตอบเป็นภาษาอังกฤษ / words around the answer in English")
@export_options
def ask(
    question: str | None, library: Path, embedder: str | None, generator: str | None, reranker: str | None, as_json: bool,
    batch: Path | None, english: bool, export: Path | None, style: str,
) -> None:  # fmt: skip
    """ถามคลัง ได้คำตอบพร้อมอ้างอิง / Ask; the answer quotes the documents and says where.

    A line of --batch may say which questions came before: {"id", "question": "เขาเกิดเมื่อไร", "after": ["มายากอฟสกีเป็นใคร"]}.
    Example: tham ask "โธมัส มอร์ ตีพิมพ์ยูโทเปียในปีใด"
    """
    from ui.asking import said
    from ui.export.saving import checked, kept
    from ui.show import answer_json

    language = "en" if english else "th"
    asked, file = questions(question, batch), checked(export) if export else None
    with kept(_answerer(library, embedder, generator, reranker), file, style, language) as answerer:
        for item in asked:
            if batch is not None or as_json:
                _print_json({**({"id": item.name} if batch is not None else {}), **answer_json(answered(answerer, item), language)})
                continue
            for block in said(answerer, item.text, language, live=sys.stdout.isatty()):
                click.echo(block)
    if file is not None:
        click.echo(f"บันทึกแล้ว/saved  {file}", err=True)


@tham.command()
@_LIBRARY
@_EMBEDDER
def rebuild(library: Path, embedder: str | None) -> None:
    """สร้างดัชนีใหม่จากเอกสารในคลัง เช่นเมื่อเปลี่ยนโมเดล / Cut and embed every document again, for instance with another model."""
    from index.build import rebuild as rebuild_in
    from index.embed import open_embedder
    from ui.progress import shown

    with shown() as report:
        rebuild_in(library, open_embedder(embedder), report)
    click.echo("เสร็จแล้ว/done")


@tham.command()
@_LIBRARY
@_EMBEDDER
@_GENERATOR
def doctor(library: Path, embedder: str | None, generator: str | None) -> None:
    """ตรวจสิ่งที่ติดตั้ง โมเดล และขาค้นหาแต่ละขา / Check what is installed, the models, and every retrieval leg."""
    from ui.doctor import examine

    healthy = True
    for line, good in examine(library, embedder, generator):
        healthy &= good
        click.echo(f"{'✓' if good else '✗'} {line}")
    if not healthy:
        sys.exit(1)


tham.add_command(_LIBRARY(_EMBEDDER(_GENERATOR(talk))))
tham.add_command(_LIBRARY(_EMBEDDER(_JSON(describe))))
tham.add_command(_LIBRARY(cite))
tham.add_command(_LIBRARY(_EMBEDDER(_JSON(_BATCH(search)))))
tham.add_command(_LIBRARY(_EMBEDDER(_GENERATOR(chat))))
tham.add_command(_LIBRARY(_EMBEDDER(mcp)))
tham.add_command(password)


def _embedder_for(library: Path, name: str | None) -> Any:
    from rag.assemble import embedder_for

    return embedder_for(library, name)


def _answerer(library: Path, embedder: str | None, generator: str | None, reranker: str | None) -> Any:
    from rag.assemble import open_answerer

    return open_answerer(library, embedder, generator, reranker)


def _print_anything() -> None:
    """Let what the output's encoding lacks (half characters of a file's name, Thai in a terminal without it) be shown escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main() -> NoReturn:
    """Run the command line; every failure a user can cause is two sentences and an exit code."""
    keep_offline()
    _print_anything()
    try:
        tham(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(2)
    except click.UsageError as error:
        fail(misused(error))
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("หยุดแล้ว/stopped", err=True)
        sys.exit(130)
    except ThamError as error:
        fail(error)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  # the reader of our output went away; nothing more to say
        sys.exit(1)
    except (sqlite3.DatabaseError, OSError, UnicodeEncodeError) as error:
        fail(explained(error))
    sys.exit(0)
