"""Answers kept as they are given, and saved as a file whose name says its form."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.errors import UsageError
from index.files import replace_file
from rag.records import Answer
from ui.export.essay import Exchange

ENDINGS = (".md", ".docx", ".html")


class Kept:
    """An answerer that remembers the exchanges; everything else it leaves to the one inside."""

    def __init__(self, answerer: Any) -> None:
        self._answerer = answerer
        self.exchanges: list[Exchange] = []

    def ask(self, question: str, *arguments: Any, **options: Any) -> Answer:
        answer: Answer = self._answerer.ask(question, *arguments, **options)
        self._keep(question, answer)
        return answer

    def stream(self, question: str, *arguments: Any, **options: Any) -> Iterator[Answer]:
        answer = None
        for answer in self._answerer.stream(question, *arguments, **options):
            yield answer
        if answer is not None:
            self._keep(question, answer)

    def _keep(self, question: str, answer: Answer) -> None:
        """Remember an exchange once: questions of a file may name the same earlier ones."""
        if not any(kept.question == question and kept.answer.claims == answer.claims for kept in self.exchanges):
            self.exchanges.append(Exchange(question, answer))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._answerer, name)


def checked(file: Path) -> Path:
    """Return the file to write. Raises UsageError for an unknown ending, a folder that is not there, and a file that is."""
    if file.suffix.lower() not in ENDINGS:
        raise UsageError(f"{file}: ชื่อไฟล์ต้องลงท้ายด้วย {' '.join(ENDINGS)}", f"{file}: the name must end in {' '.join(ENDINGS)}.")
    if not file.parent.is_dir():
        raise UsageError(f"ไม่มีโฟลเดอร์ {file.parent} โปรดสร้างก่อน", f"There is no folder {file.parent}; make it first.")
    if file.exists():  # it may have been worked on since
        raise UsageError(f"มีไฟล์ {file} อยู่แล้ว โปรดตั้งชื่ออื่น", f"{file} is there already; choose another name.")
    return file


@contextmanager
def kept(answerer: Any, file: Path | None, style: str, language: str) -> Iterator[Any]:
    """Give an answerer whose exchanges are saved in ``file`` at the end; without a file the answerer itself."""
    if file is None:
        yield answerer
        return
    recorder = Kept(answerer)
    yield recorder
    replace_file(file, exported(recorder.exchanges, file.suffix.lower(), style, language))


def exported(exchanges: list[Exchange], ending: str, style: str, language: str) -> bytes:
    """Return the bytes of a file with that ending."""
    from ui.export.docx import to_docx
    from ui.export.html import to_html
    from ui.export.markdown import to_markdown

    if ending == ".docx":
        return to_docx(exchanges, style, language)
    return (to_html if ending == ".html" else to_markdown)(exchanges, style, language).encode()
