"""What is installed and whether it works: versions, models with their hashes, every leg asked, what would use the network."""

import os
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from index.build import add, check
from index.embed import SHIPPED, open_embedder
from index.errors import ThamError
from index.library import open_library
from rag.assemble import Answerer
from rag.question import ask
from rag.read import WEIGHTS as READER
from thai.boundaries import WEIGHTS as BOUNDARIES
from thai.meaning import WEIGHTS as WORDS

_PACKAGES = ("torch", "sentence-transformers", "transformers", "faiss-cpu", "tantivy", "pythainlp", "nlpo3", "gradio")
_TEXTS = (
    ("ปลา", "ปลาทองเป็นปลาน้ำจืดที่คนนิยมเลี้ยงไว้ดูเล่นในอ่างแก้ว"),
    ("ข้าว", "ข้าวหอมมะลิปลูกมากในทุ่งกุลาร้องไห้ซึ่งเป็นที่ราบกว้างของภาคตะวันออกเฉียงเหนือ"),
    ("รถไฟ", "รถไฟสายแรกของสยามเปิดเดินจากกรุงเทพฯ ไปสมุทรปราการ"),
)
_PROBES = {"words": ("ทุ่งกุลาร้องไห้ปลูกอะไร", 1), "grams": ("ทุ้งกุลาร้องให้", 1), "dense": ("ปลาสวยงามที่เลี้ยงในอ่าง", 0)}


def examine(library: Path, embedder: str | None) -> Iterator[tuple[str, bool]]:
    """Yield (line, whether it is good), one for each thing looked at."""
    for package in _PACKAGES:
        try:
            yield f"{package} {version(package)}", True
        except PackageNotFoundError:
            yield f"{package}: ไม่ได้ติดตั้ง สั่ง make setup / not installed: run make setup", False
    yield from _models(embedder)
    yield from _legs(embedder)
    yield from _library(library, embedder)
    offline = os.environ.get("HF_HUB_OFFLINE") == "1" and os.environ.get("GRADIO_ANALYTICS_ENABLED") == "False"
    yield "สิ่งที่จะใช้เครือข่าย: ไม่มี / what would reach the network: nothing", offline


def _models(embedder: str | None) -> Iterator[tuple[str, bool]]:
    import hashlib

    try:
        model = open_embedder(embedder)
        yield f"embedder {model.name}  {model.dimension} dimensions  fingerprint {model.fingerprint}", True
    except ThamError as error:
        yield f"embedder: {error.thai} / {error.english}", False
    for path in (SHIPPED / "model.safetensors", READER, BOUNDARIES, WORDS):
        if path.is_file():
            yield f"models/{path.relative_to(SHIPPED.parent)}  sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}", True
        else:
            yield f"models/{path.name}: หายไป ดึงโค้ดมาใหม่ / missing: check out the project again", False


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
        except ThamError as error:
            yield f"legs: {error.thai} / {error.english}", False
            return
        for leg, (question, wanted) in _PROBES.items():
            found = answerer.retriever.legs(ask(question), 3)[leg]
            alive = bool(found) and answerer.library.passages([found[0].row])[found[0].row].title == _TEXTS[wanted][0]
            words = "ทำงาน / works" if alive else "ตาย: ไม่พบข้อความที่ควรพบ / dead: did not find its sentence"
            yield f"leg {leg}: {words}  «{question}»", alive
        answerer.close()


def _library(library: Path, embedder: str | None) -> Iterator[tuple[str, bool]]:
    if not (library / "library.sqlite").is_file():
        yield f"คลัง: ยังไม่มีที่ {library} / library: none at {library} yet", True
        return
    try:
        opened = open_library(library)
        documents, passages = opened.counts()
        name = embedder or opened.settings().get("embedder")
        check(opened, open_embedder(name))
        opened.close()
        yield f"คลัง/library {library}: {documents} documents, {passages} passages, embedder {name}", True
    except ThamError as error:
        yield f"library: {error.thai} / {error.english}", False
