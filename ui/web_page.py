"""The page itself: a frame that draws itself in the browser, the calls it may make, and endpoints for programs.

Gradio is imported inside the functions: importing this costs nothing.
"""

import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from index.errors import ThamError
from index.metadata import KINDS
from rag.bibliography import STYLES
from ui.i18n import WORDS, say
from ui.show import answer_json, hit_json
from ui.web_calls import Calls
from ui.web_chat import QUESTION_LENGTH
from ui.web_documents import remove_source
from ui.web_engine import Engine
from ui.web_uploads import add_uploads, summary_data

if TYPE_CHECKING:
    import gradio as gr

_ASSETS = Path(__file__).resolve().parent / "web_assets"
_SCRIPTS = ("core", "layout", "turn", "talk", "history", "source", "picture", "citing", "export", "library", "describe", "start")
_WRITERS = "writers"  # adding and removing wait for each other; questions do not wait for them
_MOST_HITS = 100
Told = TypeVar("Told")


def build(engine: Engine) -> "gr.Blocks":
    """Return the page of an engine, not yet launched."""
    import gradio as gr

    with gr.Blocks(title="ถาม · Tham", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as page:
        calls = Calls(engine, lambda path: path in page.upload_file_set)
        gr.HTML(
            _frame(), elem_id="tham", apply_default_css=False, padding=False, js_on_load=script(), server_functions=calls.functions()
        )
        _join_programs(engine)
        _join_adding(engine)
    return page


def _frame() -> str:
    """Return what stands there until the script has drawn the page: no text of any document."""
    return (
        f'<svg viewBox="0 0 24 24" aria-hidden="true" width="0" height="0"><path></path></svg>'
        f'<div class="tham-place"><p>{escape(say("welcome_opening"))}</p></div>'
    )


def script() -> str:
    """Return the page's program: its words, then its parts in order."""
    given = {"WORDS": WORDS, "KINDS": KINDS, "STYLES": STYLES}
    constants = (f"const {name} = {json.dumps(value, ensure_ascii=False)};" for name, value in given.items())
    return "\n".join((*constants, *(_asset(f"{name}.js") for name in _SCRIPTS)))


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _join_programs(engine: Engine) -> None:
    """Give programs (gradio_client) endpoints that do not change with the page: /ask, /search and /remove."""
    import gradio as gr

    def ask(question: str, language: str = "th", only: list[str] | None = None) -> dict[str, Any]:
        """Answer a question from the documents: the same object that ``tham ask --json`` prints. ``only`` names documents by id."""
        return _told(lambda: answer_json(engine.answerer().ask(question[:QUESTION_LENGTH], only=only), language))

    def search(question: str, k: int = 10, only: list[str] | None = None) -> list[dict[str, Any]]:
        """Find passages: the objects that ``tham search --json`` prints, best first."""
        return _told(lambda: _search(engine, question[:QUESTION_LENGTH], k, only))

    def remove(source: str) -> str:
        """Remove a document by its source, title or id; returns its name."""
        return _told(lambda: remove_source(engine, source))

    gr.api(ask, api_name="ask", concurrency_limit=8)
    gr.api(search, api_name="search", concurrency_limit=8)
    gr.api(remove, api_name="remove", concurrency_limit=1, concurrency_id=_WRITERS)


def _search(engine: Engine, question: str, k: int, only: list[str] | None) -> list[dict[str, Any]]:
    hits = engine.answerer().search(question, max(1, min(int(k), _MOST_HITS)), only=only)
    found = ((hit, engine.shelf.document(hit.passage.document)) for hit in hits)
    return [hit_json(hit, document) for hit, document in found if document is not None]


def _join_adding(engine: Engine) -> None:
    """Give programs /add: files that gradio's upload has received; returns counts and why a file failed."""
    import gradio as gr

    def add(files: list[str] | None) -> dict[str, Any]:
        """Add uploaded files to the library; returns counts, and for each that failed why, in Thai and English."""
        uploaded = [Path(file) for file in files or []]

        def work() -> dict[str, Any]:
            with engine.writing:
                return summary_data(add_uploads(engine, uploaded, lambda adding: None))

        try:
            return _told(work)
        finally:
            for file in uploaded:
                file.unlink(missing_ok=True)  # what was kept is in the library's own folder

    received = gr.Files(visible=False, label="files")
    summary = gr.JSON(visible=False, label="summary")
    received.upload(add, received, summary, api_name="add", concurrency_limit=1, concurrency_id=_WRITERS)


def _told(work: Callable[[], Told]) -> Told:
    """Return what the work returns, and let the caller see our own errors: gradio hides the words of any other exception."""
    import gradio as gr

    try:
        return work()
    except ThamError as error:
        raise gr.Error(str(error), print_exception=False) from error
