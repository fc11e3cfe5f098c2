"""What is installed and whether it works: versions, models with their hashes, every leg asked, what would use the network."""

import contextlib
import os
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from index.build import add, check
from index.embed import SHIPPED, Embedder, open_embedder
from index.errors import ThamError
from index.follow import behind
from index.lexical import Lexical
from index.library import Library, open_library
from index.recognise import available
from index.vectors import VectorStore
from rag.assemble import Answerer
from rag.question import ask
from rag.reading.extract import WEIGHTS as EXTRACTOR
from rag.reading.rank import WEIGHTS as READER
from rag.reading.read import WEIGHTS as CONFIDENCE
from rag.rerank import WEIGHTS as FUSION
from rag.writing.generate import ENDPOINT, AnswerCut, Message, open_generator
from thai.blanks import WEIGHTS as BLANKS
from thai.boundaries import WEIGHTS as BOUNDARIES
from thai.meaning import WEIGHTS as WORDS
from thai.words import FOLDED
from ui.settings import OFFLINE

_PACKAGES = ("torch", "sentence-transformers", "transformers", "faiss-cpu", "tantivy", "pythainlp", "nlpo3", "gradio")
_TEXTS = (
    ("ปลา", "ปลาทองเป็นปลาน้ำจืดที่คนนิยมเลี้ยงไว้ดูเล่นในอ่างแก้ว"),
    ("ข้าว", "ข้าวหอมมะลิปลูกมากในทุ่งกุลาร้องไห้ซึ่งเป็นที่ราบกว้างของภาคตะวันออกเฉียงเหนือ"),
    ("รถไฟ", "รถไฟสายแรกของสยามเปิดเดินจากกรุงเทพฯ ไปสมุทรปราการ"),
)
_FAILURES = (ThamError, OSError, ValueError, KeyError, sqlite3.DatabaseError)  # what a damaged file or folder comes out as
_PROBES = {"words": ("ทุ่งกุลาร้องไห้ปลูกอะไร", 1), "grams": ("ทุ้งกุลาร้องให้", 1), "dense": ("ปลาสวยงามที่เลี้ยงในอ่าง", 0)}


def examine(library: Path, embedder: str | None, generator: str | None = None) -> Iterator[tuple[str, bool]]:
    """Yield (line, whether it is good), one for each thing looked at."""
    for package in _PACKAGES:
        try:
            yield f"{package} {version(package)}", True
        except PackageNotFoundError:
            yield f"{package}: ไม่ได้ติดตั้ง สั่ง make setup / not installed: run make setup", False
    yield from _models(embedder)
    yield from _legs(embedder)
    yield from _library(library, embedder)
    if generator:
        yield _generator(generator)
    lacking = available()  # scans are an extra: nothing else needs it
    yield f"tesseract (tha, eng): {lacking[0]} / {lacking[1]}" if lacking else "tesseract (tha, eng)", True
    yield _network()


def _network() -> tuple[str, bool]:
    """Look at every switch of ours and at what the hub's client made of them: it reads them only once, when it is imported."""
    open_ways = [name for name, value in OFFLINE.items() if os.environ.get(name) != value]
    try:
        from huggingface_hub import constants

        open_ways += [] if constants.HF_HUB_OFFLINE else ["huggingface_hub"]
    except ImportError:
        pass  # what is not installed reaches nothing; that it is missing is said above
    if open_ways:
        return f"สิ่งที่อาจใช้เครือข่าย: {', '.join(open_ways)} / what would reach the network: {', '.join(open_ways)}", False
    return f"สิ่งที่จะใช้เครือข่าย: ไม่มี / what would reach the network: nothing  ({' '.join(OFFLINE)} huggingface_hub offline)", True


def _generator(name: str) -> tuple[str, bool]:
    """Have the language model write a word, and say which machine that went to."""
    place = name.removeprefix(ENDPOINT).partition("#")[0] if name.startswith(ENDPOINT) else "ในเครื่องนี้ / in this process"
    try:
        model = open_generator(name)
        with contextlib.closing(model.write([Message("user", "ตอบเพียงคำว่า ปลา")], threading.Event())) as pieces:
            wrote = any(piece.strip() for piece in pieces)
    except AnswerCut:
        wrote = True
    except _FAILURES as error:
        return f"generator {place}: {_said(error)}", False
    works = "ทำงาน / works" if wrote else "ไม่ตอบ / writes nothing"
    return f"generator {name.rpartition('#')[2]}: {works}  ({place})", wrote


def _said(error: Exception) -> str:
    return f"{error.thai} / {error.english}" if isinstance(error, ThamError) else f"{type(error).__name__}: {error}"


def _models(embedder: str | None) -> Iterator[tuple[str, bool]]:
    import hashlib

    try:
        model = open_embedder(embedder)
        yield f"embedder {model.name}  {model.dimension} dimensions  fingerprint {model.fingerprint}", True
    except _FAILURES as error:
        yield f"embedder: {_said(error)}", False
    for path in (SHIPPED / "model.safetensors", READER, EXTRACTOR, CONFIDENCE, FUSION, BOUNDARIES, BLANKS, WORDS, FOLDED):
        if path.is_file():
            yield f"models/{path.relative_to(SHIPPED.parent)}  sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}", True
        else:
            yield f"models/{path.relative_to(SHIPPED.parent)}: หายไป ดึงโค้ดมาใหม่ / missing: check out the project again", False


def _legs(embedder: str | None) -> Iterator[tuple[str, bool]]:
    """Ask a library of three sentences through each leg alone: a leg that does not find its sentence is dead."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in _TEXTS:
            Path(folder, f"{name}.txt").write_text(text, encoding="utf-8")
        at = Path(folder, "library")
        try:
            model = open_embedder(embedder)
            add(at, [Path(folder, f"{name}.txt") for name, _ in _TEXTS], model)
            answerer = Answerer(at, model)
        except _FAILURES as error:
            yield f"legs: {_said(error)}", False
            return
        for leg, (question, wanted) in _PROBES.items():
            found = answerer.retriever.legs(ask(question), 3)[leg]
            alive = bool(found) and answerer.library.passages([found[0].row])[found[0].row].title == _TEXTS[wanted][0]
            words = "ทำงาน / works" if alive else "ตาย: ไม่พบข้อความที่ควรพบ / dead: did not find its sentence"
            yield f"leg {leg}: {words}  «{question}»", alive
        yield _reader(answerer)
        answerer.close()


def _reader(answerer: Answerer) -> tuple[str, bool]:
    """Ask once: the legs alone never touch the models that read."""
    try:
        answerer.ask(_PROBES["words"][0])
    except _FAILURES as error:
        return f"reader: {_said(error)}", False
    return "reader: ทำงาน / works", True


def _library(library: Path, embedder: str | None) -> Iterator[tuple[str, bool]]:
    if not (library / "library.sqlite").is_file():
        yield f"คลัง: ยังไม่มีที่ {library} / library: none at {library} yet", True
        return
    try:
        with closing(open_library(library)) as opened:
            documents, passages = opened.counts()
            name = embedder or opened.settings().get("embedder")
            model = open_embedder(name)
            check(opened, model)
            yield f"คลัง/library {library}: {documents} documents, {passages} passages, embedder {name}", True
            if passages:
                yield _followed(opened, model)
    except _FAILURES as error:
        yield f"library: {_said(error)}", False


def _followed(library: Library, model: Embedder) -> tuple[str, bool]:
    """Compare the derived indexes with the library, without making what is missing."""
    there = (library.folder / "lexical" / "meta.json").is_file() and (library.folder / "vectors" / "state.json").is_file()
    try:
        lagging = not there or behind(library, Lexical(library.folder / "lexical"), VectorStore(library.folder, model.dimension))
    except (ValueError, OSError):  # a damaged index is made anew from the library like a missing one
        lagging = True
    if not lagging:
        return "ดัชนีตามคลังทัน / the indexes have followed the library", True
    return (
        "ดัชนียังตามคลังไม่ทันหรือเสียหาย จะตามทันเมื่อสั่ง tham add หรือ tham ask ครั้งหน้า"
        " / the indexes lag behind the library or are damaged; they catch up at the next tham add or tham ask"
    ), False
