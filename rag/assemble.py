"""Settings to parts: the only place where concrete parts are chosen and joined into something that answers."""

import contextlib
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from index.build import check, writing
from index.embed import SHIPPED, Embedder, StaticEmbedder, open_embedder
from index.errors import LibraryError, NoLibrary
from index.follow import behind, catch_up
from index.lexical import Lexical
from index.library import Library, open_library
from index.records import Document, Hit
from index.vectors import VectorStore
from rag.cite import cite
from rag.conversation.understand import understand
from rag.cross import READ, Reranker, open_reranker
from rag.question import ask
from rag.reading.choose import choose
from rag.reading.read import Reading, read
from rag.records import Answer, Citation, Evidence, Refusal
from rag.retrieve import Retriever
from rag.writing.generate import Generator, open_generator
from rag.writing.write import Writer

CONFIDENT = 0.04  # below it the answer is a refusal; low, as in texts without telling titles, the seeds for one, it is too low itself
DOUBTFUL = 0.35  # below it the reader is told so: one in seven answerable questions of train/written.py, two thirds of its near misses
_UNSURE = ("ไม่แน่ใจว่าข้อความนี้ตอบคำถาม โปรดอ่านต้นฉบับก่อนใช้", "Not sure that this answers the question; read the source before you use it.")
_ANY = "ใครเป็นผู้ก่อตั้งเมื่อไร"  # a question like others
_NEAREST = 3  # passages shown with a refusal


class Answerer:
    """An open library that answers. Safe to use from several threads: one question is worked on at a time."""

    def __init__(
        self, folder: Path, embedder: Embedder, generator: Generator | None = None, reranker: Reranker | None = None
    ) -> None:
        self._lock = threading.RLock()
        self.library: Library = open_library(folder)
        self._embedder = embedder
        check(self.library, embedder)
        self._reading_embedder = embedder if isinstance(embedder, StaticEmbedder) and embedder.is_shipped else StaticEmbedder(SHIPPED)
        self.generator = generator
        self._reranker = reranker
        self._writer = Writer(generator, self._reading_embedder, self.document) if generator is not None else None
        self._version = self.library.version()  # read before the legs: what changes in between is then seen
        try:
            self._open_legs()
            late = behind(self.library, self.retriever.lexical, self.retriever.vectors)
        except (OSError, ValueError):  # a damaged index is made anew, by a writer only
            late = True
        if late:
            self._catch_up()

    def _open_legs(self) -> None:
        folder = self.library.folder
        vectors = VectorStore(folder, self._embedder.dimension)
        self.retriever = Retriever(self.library, Lexical(folder / "lexical"), vectors, self._embedder, self._reading_embedder)

    def _catch_up(self) -> None:
        """Finish what a writer left undone; while another writer works, or where we may not write, the last complete state serves."""
        try:
            with writing(self.library.folder):
                catch_up(self.library, self._embedder)
        except LibraryError:
            if hasattr(self, "retriever"):
                return
            raise
        self._open_legs()

    def refresh(self) -> None:
        """See what was added or removed since, by this process or another. Raises LibraryMismatch after a rebuild with another model."""
        with self._lock:
            version = self.library.version()
            if version != self._version:
                check(self.library, self._embedder)
                self.retriever.lexical.reload()
                self.retriever.vectors.reload()
                self._version = version

    def search(self, question: str, k: int, *, only: Collection[str] | None = None) -> list[Hit]:
        """Return the k best passages, best first; ``only`` the ids of the documents to search, None for all."""
        with self._lock:
            self.refresh()
            hits = self.retriever.retrieve(ask(question), max(k, READ) if self._reranker else k, only)
            return self._reranker.rerank(question, hits)[:k] if self._reranker else hits

    def document(self, name: str) -> Document | None:
        """Return the document with this id, or None."""
        with self._lock:
            return self.library.document(name)

    def stream(
        self, question: str, k: int = 10, *, before: Sequence[Answer] = (), only: Collection[str] | None = None,
        stop: threading.Event | None = None,
    ) -> Iterator[Answer]:  # fmt: skip
        """Yield the answer as it grows, a claim more each time; the last one is whole. See ``ask``.

        Setting ``stop``, or closing the iterator, ends the work of a language model; nothing is locked while it writes.
        """
        answer, evidence = self._extract(question, k, before, only)
        if self._writer is not None and answer.claims:
            yield from self._writer.write(answer, evidence, stop or threading.Event())
            return
        for claims in range(1, len(answer.claims)):
            yield replace(answer, claims=answer.claims[:claims])
        yield answer

    def ask(
        self, question: str, k: int = 10, *, before: Sequence[Answer] = (), only: Collection[str] | None = None,
        stop: threading.Event | None = None,
    ) -> Answer:  # fmt: skip
        """Return the answer with its citations, or a refusal with the nearest passages.

        ``before`` are the answers of this conversation so far, oldest first; ``only`` the ids of the documents to ask, None for all.
        """
        *_, answer = self.stream(question, k, before=before, only=only, stop=stop)
        return answer

    def warm(self) -> None:
        """Read what the first question would wait for: dictionaries and weights. Asks no language model."""
        self._extract(_ANY, _NEAREST, (), None)

    def _extract(
        self, question: str, k: int, before: Sequence[Answer], only: Collection[str] | None
    ) -> tuple[Answer, tuple[Evidence, ...]]:
        """Return the answer in the documents' own sentences, and the evidence it was chosen from."""
        with self._lock:
            self.refresh()
            began = time.perf_counter()
            meant = understand(question, before, lambda text: self.retriever.retrieve(ask(text), _NEAREST, only))
            understood = time.perf_counter()
            asked = ask(meant.text)
            hits = self.retriever.retrieve(asked, k, only)
            found = time.perf_counter()
            reading = read(asked, hits, self._reading_embedder)
            answered = reading.confidence >= CONFIDENT
            chosen = choose(reading.evidence, asked.kind) if answered else ()
            claims, citations = cite(chosen, self.library.document)
            best = next((claim.text for claim in claims if claim.text == reading.evidence[0].text), "")
            short = best[slice(*reading.short)] if best and reading.short else None
            nearest = () if claims else self._nearest(reading)
            done = time.perf_counter()
        timings = {
            "understand": 1000 * (understood - began),
            "retrieve": 1000 * (found - understood),
            "read": 1000 * (done - found),
            "total": 1000 * (done - began),
        }
        answer = Answer(
            question=question,
            short_answer=short,
            claims=claims,
            citations=citations,
            nearest=nearest,
            hits=tuple(hits),
            refusal=None if claims else Refusal.NO_EVIDENCE,
            confidence=reading.confidence,
            timings={name: round(value, 1) for name, value in timings.items()},
            understood=meant.text if meant.changed else None,
            notice=_UNSURE if claims and reading.confidence < DOUBTFUL else None,
        )
        return answer, reading.evidence

    def _nearest(self, reading: Reading) -> tuple[Citation, ...]:
        first: dict[tuple[str, int], Evidence] = {}
        for piece in reading.evidence:
            first.setdefault((piece.hit.passage.document, piece.hit.passage.row), piece)
        return cite(list(first.values())[:_NEAREST], self.library.document)[1]

    def close(self) -> None:
        self.library.close()


def embedder_for(folder: Path, name: str | None = None) -> Embedder:
    """Return the named embedder; without a name the one the library was built with, or the shipped one where there is no library yet."""
    if name is None:
        with contextlib.suppress(NoLibrary), contextlib.closing(open_library(folder)) as library:
            name = library.settings().get("embedder")
    return open_embedder(name)


def open_answerer(
    folder: Path, embedder: str | None = None, generator: str | None = None, reranker: str | None = None
) -> Answerer:
    """Open a library to ask, answered by the language model of this name or, without one, in the documents' own words. Raises ThamError."""
    model = embedder_for(folder, embedder)
    return Answerer(
        folder, model, open_generator(generator) if generator else None, open_reranker(reranker) if reranker else None
    )
