"""The derived indexes follow the library: what it gave out since is added to them, what it took back is removed.

Stopped anywhere, it goes on next time: applying a change twice changes nothing.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from queue import SimpleQueue
from threading import Event

import numpy as np

from index.embed import Embedder, Vectors
from index.embed_library import PASSAGES_AT_ONCE, Embedded, embedded
from index.errors import LibraryError
from index.lexical import Applied, Lexical
from index.lexical_beside import MANY, LexicalProcess, open_lexical
from index.library import Library, open_library
from index.progress import Progress, Report, silent
from index.records import Passage
from index.vectors import SAMPLE, VectorStore

_LOOK = 0.1  # seconds between looks at how far the embedding is
_ASKED = 40  # code points of a text without a title that stand for a question
_BATCHES_AT_ONCE = 16  # batches embedded before their vectors are put with the others
_SAVED_EVERY, _PATIENCE = 60.0, 20  # seconds of embedding lost when stopped; as many times what saving takes, where that is more


def behind(library: Library, lexical: Lexical, vectors: VectorStore) -> bool:
    """Whether a derived index lacks changes that the library holds."""
    return not lexical.applied == vectors.applied == library.reached()


def catch_up(library: Library, embedder: Embedder, report: Report = silent, process: LexicalProcess | None = None) -> None:
    """Bring the derived indexes up to the library. Call it holding the writer's lock; stopped anywhere, it goes on next time.

    ``process`` is one that may have begun with the words of what was added; it is ended here.
    """
    try:
        lexical = open_lexical(library)
        vectors = VectorStore(library.folder, embedder.dimension)
        if not library.knows(vectors.applied.token):
            vectors.clear()
        if not behind(library, lexical, vectors):
            return
        with library.change():
            library.make_mark()
        with process or LexicalProcess() as beside:
            if library.count_after(lexical.applied.row) > MANY:
                beside.more(library)
            _both(library, lexical, vectors, embedder, report, beside)
    except (OSError, RuntimeError, ValueError) as error:
        raise LibraryError(
            f"เขียนดัชนีไม่สำเร็จ ({error}) เอกสารยังอยู่ครบ โปรดตรวจเนื้อที่ดิสก์แล้วสั่งใหม่",
            f"The search index could not be written ({error}); no document is lost. Check disk space and run the command again.",
        ) from error
    with library.change():  # a change of its own, by which readers that looked in between see that there is more to see
        library.prune(min(lexical.applied.removal, vectors.applied.removal))
        library.configure({"followed": "/".join(map(str, library.reached()))})


def _both(
    library: Library, lexical: Lexical, vectors: VectorStore, embedder: Embedder, report: Report, process: LexicalProcess
) -> None:
    """Index words here, or in the process where it works, and embed in a thread beside, with a connection of its own.

    Progress is reported from here alone.
    """
    told: SimpleQueue[Progress] = SimpleQueue()
    stopped = Event()

    def embed() -> None:
        with closing(open_library(library.folder)) as own:
            _catch_up_vectors(own, vectors, embedder, told.put, stopped)

    def relay(progress: Progress) -> None:
        report(progress)
        while not told.empty():
            report(told.get())

    with ThreadPoolExecutor(1, "tham-embed") as beside:
        embedding = beside.submit(embed)
        try:
            if process.finish(library.reached(), relay):
                lexical.reload()
            else:
                _catch_up_lexical(library, lexical, relay)
            while not wait([embedding], _LOOK).done:
                while not told.empty():
                    report(told.get())
        finally:
            stopped.set()  # where words could not be indexed, or the user stopped: what is embedded so far is kept
        embedding.result()
    while not told.empty():
        report(told.get())


def _catch_up_lexical(library: Library, lexical: Lexical, report: Report) -> None:
    lexical.reload()  # a process may have broken down after it wrote
    applied, reached = lexical.applied, library.reached()
    if applied != reached:
        lexical.apply(_passages(library, applied.row, report), library.removed_after(applied.removal), reached)


def _passages(library: Library, row: int, report: Report) -> Iterator[Passage]:
    total, done = library.count_after(row), 0
    while batch := library.passages_after(row, PASSAGES_AT_ONCE):
        yield from batch
        row, done = batch[-1].row, done + len(batch)
        report(Progress(stage="index", done=done, total=total, passages=done, name=""))


def _catch_up_vectors(library: Library, vectors: VectorStore, embedder: Embedder, report: Report, stopped: Event) -> None:
    applied, reached = vectors.applied, library.reached()
    if applied == reached:
        return
    removed = library.removed_after(applied.removal)
    vectors.apply([], np.zeros((0, embedder.dimension), np.float32), removed)
    total, done, row = library.count_after(applied.row), 0, applied.row
    saved, pause = time.monotonic(), _SAVED_EVERY
    found: list[Embedded] = []
    for batch in embedded(library, embedder, row):
        found.append(batch)
        row, done = int(batch.rows[-1]), done + len(batch.rows)
        report(Progress(stage="embed", done=done, total=total, passages=done, name=""))
        late = time.monotonic() - saved > pause
        if late or len(found) == _BATCHES_AT_ONCE:
            _put(vectors, found)
        if late:
            began = time.monotonic()
            vectors.save(Applied(row, reached.removal, reached.token), more=True)
            saved = time.monotonic()
            pause = max(_SAVED_EVERY, _PATIENCE * (saved - began))
        if stopped.is_set():
            break
    _put(vectors, found)
    here = Applied(row, reached.removal, reached.token) if stopped.is_set() else reached
    vectors.save(here, more=stopped.is_set(), asked=lambda: _asked(library, embedder))


def _asked(library: Library, embedder: Embedder) -> Vectors:
    """Return vectors of short texts that name what passages are about, as questions do: titles and headings, else first words."""
    rows = np.random.default_rng(2).integers(1, library.reached().row + 1, 4 * SAMPLE).tolist()
    found = list(library.passages(rows).values())[:SAMPLE]
    return embedder.embed_questions([passage.subject or passage.text[:_ASKED] for passage in found])


def _put(vectors: VectorStore, found: list[Embedded]) -> None:
    """Put what was embedded with the other vectors, and forget it here."""
    if found:
        vectors.apply(np.concatenate([batch.rows for batch in found]).tolist(), np.concatenate([batch.vectors for batch in found]), [])
    found.clear()
