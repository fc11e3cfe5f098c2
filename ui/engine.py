"""The engine behind the page: opened in the background after the page is up, so that the page need not wait for the models."""

import sys
import threading
from contextlib import closing
from pathlib import Path

from index.embed import Embedder
from index.errors import LibraryMismatch, NoLibrary, ThamError
from index.library import open_library
from rag.assemble import Answerer, embedder_for
from rag.writing.generate import Generator, open_generator
from ui.shelf import Shelf


class Engine:
    """An Answerer that opens itself in the background. Safe to use from the page's threads."""

    def __init__(self, folder: Path, embedder: str | None, generator: str | None = None) -> None:
        self.folder = folder
        self._generator_name = generator
        self._generator: Generator | None = None
        self.shelf = Shelf(folder)
        self.writing = threading.Lock()  # additions and removals of this program wait for each other; questions wait for none
        self._name = embedder
        self._lock = threading.Lock()
        self._answerer: Answerer | None = None
        self._embedder: Embedder | None = None

    def start(self) -> threading.Thread:
        """Begin opening in a thread that ends with the program; a question asked meanwhile waits for it."""
        thread = threading.Thread(target=self._open_quietly, name="tham-open", daemon=True)
        thread.start()
        return thread

    def _open_quietly(self) -> None:
        try:
            self.answerer().warm()
        except NoLibrary:
            return  # the page says how to begin
        except ThamError as error:  # the next question tries again and shows this on the page
            print(f"{error.thai}\n{error.english}", file=sys.stderr, flush=True)

    def answerer(self) -> Answerer:
        """Return the open Answerer, waiting while it opens. Raises ThamError; the next call tries again."""
        with self._lock:
            self._leave_rebuilt()
            if self._answerer is None:
                if self._generator is None and self._generator_name:
                    self._generator = open_generator(self._generator_name)
                self._answerer = Answerer(self.folder, self._model(), self._generator)
            return self._answerer

    def _leave_rebuilt(self) -> None:
        """Let go of an Answerer whose library was rebuilt with another model meanwhile: it is opened again with that one."""
        try:
            if self._answerer is not None:
                self._answerer.refresh()
        except LibraryMismatch:
            self._answerer = self._embedder = None

    def model(self) -> Embedder:
        """Return the embedder with which documents are added and removed. Raises ThamError."""
        with self._lock:
            return self._model()

    def _model(self) -> Embedder:
        if self._embedder is None:
            self._embedder = embedder_for(self.folder, self._name)
        return self._embedder

    @property
    def is_open(self) -> bool:
        """Whether a question can be answered without waiting for the models."""
        return self._answerer is not None

    @property
    def is_empty(self) -> bool:
        """Whether there is no document to ask yet."""
        try:
            with closing(open_library(self.folder)) as library:
                return library.counts()[0] == 0
        except NoLibrary:
            return True
