"""The derived indexes follow the library: what it gave out since is added to them, what it took back is removed.

Stopped anywhere, it goes on next time: applying a change twice changes nothing.
"""

import time
from collections.abc import Iterator

import numpy as np

from index.embed import Embedder
from index.errors import LibraryError
from index.lexical import Applied, Lexical
from index.library import Library
from index.progress import Progress, Report, silent
from index.records import Passage
from index.vectors import VectorStore

_PASSAGES_AT_ONCE = 1024  # passages read, indexed and embedded at a time
_SAVED_EVERY = 60.0  # seconds of embedding lost at most when stopped


def behind(library: Library, lexical: Lexical, vectors: VectorStore) -> bool:
    """Whether a derived index lacks changes that the library holds."""
    return not lexical.applied == vectors.applied == library.reached()


def catch_up(library: Library, embedder: Embedder, report: Report = silent) -> None:
    """Bring the derived indexes up to the library. Call it holding the writer's lock; stopped anywhere, it goes on next time."""
    try:
        lexical = Lexical(library.folder / "lexical", anew=True)
        vectors = VectorStore(library.folder, embedder.dimension)
        for derived in (lexical, vectors):
            if not library.knows(derived.applied.token):
                derived.clear()
        if not behind(library, lexical, vectors):
            return
        with library.change():
            library.make_mark()
        _catch_up_lexical(library, lexical, report)
        _catch_up_vectors(library, vectors, embedder, report)
    except (OSError, RuntimeError, ValueError) as error:
        raise LibraryError(
            f"เขียนดัชนีไม่สำเร็จ ({error}) เอกสารยังอยู่ครบ โปรดตรวจเนื้อที่ดิสก์แล้วสั่งใหม่",
            f"The search index could not be written ({error}); no document is lost. Check disk space and run the command again.",
        ) from error
    with library.change():  # a change of its own, by which readers that looked in between see that there is more to see
        library.prune(min(lexical.applied.removal, vectors.applied.removal))
        library.configure({"followed": "/".join(map(str, library.reached()))})


def _catch_up_lexical(library: Library, lexical: Lexical, report: Report) -> None:
    applied, reached = lexical.applied, library.reached()
    if applied != reached:
        lexical.apply(_passages(library, applied.row, report), library.removed_after(applied.removal), reached)


def _passages(library: Library, row: int, report: Report) -> Iterator[Passage]:
    total, done = library.count_after(row), 0
    while batch := library.passages_after(row, _PASSAGES_AT_ONCE):
        yield from batch
        row, done = batch[-1].row, done + len(batch)
        report(Progress(stage="index", done=done, total=total, passages=done, name=""))


def _catch_up_vectors(library: Library, vectors: VectorStore, embedder: Embedder, report: Report) -> None:
    applied, reached = vectors.applied, library.reached()
    if applied == reached:
        return
    removed = library.removed_after(applied.removal)
    vectors.apply([], np.zeros((0, embedder.dimension), np.float32), removed)
    total, done, saved = library.count_after(applied.row), 0, time.monotonic()
    row = applied.row
    while batch := library.passages_after(row, _PASSAGES_AT_ONCE):
        texts = [embedded_text(passage) for passage in batch]
        vectors.apply([passage.row for passage in batch], embedder.embed_passages(texts), [])
        row, done = batch[-1].row, done + len(batch)
        report(Progress(stage="embed", done=done, total=total, passages=done, name=""))
        if time.monotonic() - saved > _SAVED_EVERY:
            vectors.save(Applied(row, reached.removal, reached.token))
            saved = time.monotonic()
    vectors.save(reached)


def embedded_text(passage: Passage) -> str:
    """Return what is embedded of a passage: its title and headings, then its text. Only the text is ever quoted."""
    return " ".join((passage.title, *passage.headings, passage.text))
