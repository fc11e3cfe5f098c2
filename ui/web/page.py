"""The page itself: a frame that draws itself in the browser, the calls it may make, and the endpoints for programs.

Gradio is imported inside the functions: importing this costs nothing.
"""

import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from index.metadata import KINDS
from rag.bibliography.reference import STYLES
from ui.engine import Engine
from ui.i18n import WORDS, say
from ui.web.api import join_programs
from ui.web.calls import Calls

if TYPE_CHECKING:
    import gradio as gr

_ASSETS = Path(__file__).resolve().parent / "assets"
_SCRIPTS = (
    "core", "layout", "turn", "talk", "history", "source", "picture", "citing", "export", "library", "describe", "evidence", "compare",
    "axis", "timeline", "events", "start",
)  # fmt: skip


def build(engine: Engine) -> "gr.Blocks":
    """Return the page of an engine, not yet launched."""
    import gradio as gr

    with gr.Blocks(title="ถาม · Tham", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as page:
        def was_uploaded(path: str) -> bool:
            return path in page.upload_file_set

        calls = Calls(engine, was_uploaded)
        gr.HTML(
            _frame(), elem_id="tham", apply_default_css=False, padding=False, js_on_load=script(), server_functions=calls.functions()
        )
        join_programs(engine, was_uploaded)
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
