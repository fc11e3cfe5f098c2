"""The library filled from a folder of texts when it is missing or stale, and left alone otherwise."""

from pathlib import Path

import click

from index.build import add, check, rebuild
from index.embed import open_embedder
from index.errors import LibraryMismatch, NoLibrary
from index.library import open_library
from index.parse import digest, find_files
from ui.progress import shown

_SETTING = "seeds"


def fill(library: Path, folder: Path, embedder: str | None) -> None:
    """Add the folder where the library is missing or the folder has changed since; build again where the shipped model has changed."""
    model = open_embedder(embedder)
    state = "".join(digest(file) for file in find_files([folder]).files)
    try:
        opened = open_library(library)
    except NoLibrary:
        opened = None
    try:
        if opened is not None:
            check(opened, model)
            if opened.settings().get(_SETTING) == state:
                return
    except LibraryMismatch:
        click.echo("โมเดลหรือการตั้งค่าเปลี่ยนไป กำลังสร้างคลังใหม่ / the model or settings changed: building the library again")
        with shown() as report:
            rebuild(library, model, report)
    finally:
        if opened is not None:
            opened.close()
    click.echo(f"กำลังเติมคลังจาก/filling the library from {folder}")
    with shown() as report:
        add(library, [folder], model, report=report)
    opened = open_library(library)
    with opened.change():
        opened.configure({_SETTING: state})
    opened.close()
