"""What programs may ask of the page's server, by gradio_client or HTTP, under names that do not change with the page.

Each answers with plain data; what goes wrong is an error of two sentences, Thai and English.
"""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar

from index.errors import UsageError
from ui.engine import Engine
from ui.explain import failure
from ui.show import answer_json, hit_json
from ui.web.documents import remove_source
from ui.web.uploads import add_uploads, summary_data

_AT_ONCE = 8  # questions of programs worked on at once
_WRITERS = "writers"  # adding and removing wait for each other; questions do not wait for them
Given = ParamSpec("Given")
Told = TypeVar("Told")
Style = Literal["apa", "mla", "chicago", "vancouver"]
Language = Literal["th", "en"]


class Programs:
    """The endpoints. ``was_uploaded`` says whether a path is a file that this server received."""

    def __init__(self, engine: Engine, was_uploaded: Callable[[str], bool]) -> None:
        self._engine = engine
        self._uploaded = was_uploaded

    def ask(
        self, question: str, after: list[str] | None = None, documents: list[str] | None = None, language: Language = "th"
    ) -> dict[str, Any]:
        """Answer a question: the object that ``tham ask --json`` prints. ``after``: the questions before it, oldest first, which complete
        a follow-up; ``documents``: only these, by id, source or title; ``language``: of the words around the answer.
        """
        from ui.assistants.forms import Ask
        from ui.assistants.tools import answered, checked

        return answer_json(answered(self._engine, checked(Ask, question=question, after=after, documents=documents)), language)

    def search(self, question: str, k: int = 10, documents: list[str] | None = None) -> list[dict[str, Any]]:
        """Find passages, best first: the hits that ``tham search --json`` prints."""
        from ui.assistants.forms import Search
        from ui.assistants.tools import checked, found

        return [hit_json(*one) for one in found(self._engine, checked(Search, question=question, k=k, documents=documents))]

    def read_paragraph(self, document: str, paragraph: int, around: int = 0) -> dict[str, Any]:
        """Read a paragraph as it stands in a document, and as many ``around`` it on each side."""
        return self._tool("read_paragraph", document=document, paragraph=paragraph, around=around)

    def cite(
        self, document: str, paragraph: int | None = None, quote: str | None = None, style: Style = "apa", language: Language = "th"
    ) -> dict[str, Any]:
        """Write a document's reference and, for a paragraph or a quotation in it, the citation, footnote and quotation ready to paste."""
        return self._tool("cite", document=document, paragraph=paragraph, quote=quote, style=style, language=language)

    def list_documents(self, wanted: str = "", limit: int = 50) -> dict[str, Any]:
        """List the documents whose title or source contains ``wanted``, with their ids."""
        return self._tool("list_documents", filter=wanted, limit=limit)

    def add(self, files: list[dict[str, Any]] | dict[str, Any]) -> dict[str, Any]:
        """Add files sent with gradio_client's handle_file; returns counts, and for each that failed why, in Thai and English."""
        sent = files if isinstance(files, list) else [files]
        uploaded = [self._sent(file) for file in sent]
        if not uploaded:
            raise _not_sent()
        try:
            with self._engine.writing:
                return summary_data(add_uploads(self._engine, uploaded, lambda adding: None))
        finally:
            for file in uploaded:
                file.unlink(missing_ok=True)  # what was kept is in the library's own folder

    def remove(self, document: str) -> str:
        """Remove a document by its source, title or id; returns its name."""
        return remove_source(self._engine, document)

    def _tool(self, name: str, **arguments: Any) -> dict[str, Any]:
        from ui.assistants.tools import call

        return call(self._engine, name, arguments).model_dump(mode="json")

    def _sent(self, file: Any) -> Path:
        path = file.get("path") if isinstance(file, dict) else file
        if not isinstance(path, str) or not self._uploaded(path) or not Path(path).is_file():
            raise _not_sent()
        return Path(path)


def _not_sent() -> UsageError:
    return UsageError(
        "ส่งไฟล์มาด้วย: from gradio_client import handle_file แล้ว predict([handle_file(ไฟล์)], api_name=\"/add\")",
        'Send the files themselves: from gradio_client import handle_file, then predict([handle_file(FILE)], api_name="/add")',
    )


def join_programs(engine: Engine, was_uploaded: Callable[[str], bool]) -> None:
    """Give the page that is being built its endpoints for programs: /ask /search /read_paragraph /cite /list /add /remove."""
    import gradio as gr

    programs = Programs(engine, was_uploaded)
    for name in ("ask", "search", "read_paragraph", "cite"):
        gr.api(_plainly(getattr(programs, name)), api_name=name, concurrency_limit=_AT_ONCE)
    gr.api(_plainly(programs.list_documents), api_name="list", concurrency_limit=_AT_ONCE)
    for name in ("add", "remove"):
        gr.api(_plainly(getattr(programs, name)), api_name=name, concurrency_limit=1, concurrency_id=_WRITERS)


def _plainly(work: Callable[Given, Told]) -> Callable[Given, Told]:
    """Return the work so that a caller sees what went wrong as two sentences: gradio hides the words of other errors than its own."""
    import gradio as gr

    @functools.wraps(work)
    def told(*given: Given.args, **named: Given.kwargs) -> Told:
        try:
            return work(*given, **named)
        except Exception as error:
            raise gr.Error(str(failure(error)), print_exception=False) from error

    return told
