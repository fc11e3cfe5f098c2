"""The page's layout and what happens on it. Gradio is imported inside the functions: importing this costs nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from index.errors import ThamError
from ui.i18n import say
from ui.show import answer_json
from ui.web_chat import LANGUAGES, QUESTION_LENGTH, Turn, empty_source_html, examples, messages, open_source, stream
from ui.web_documents import add_uploads, documents_html, outcome_html, remove_source, summary_html
from ui.web_engine import Engine

if TYPE_CHECKING:
    import gradio as gr

_ASSETS = Path(__file__).resolve().parent / "web_assets"
_WRITERS = "writers"  # adding and removing wait for each other; questions do not wait for them
_SET_LANGUAGE = "language => { document.documentElement.lang = language; document.dispatchEvent(new CustomEvent('tham-language')); }"
Parts = dict[str, Any]
Updates = dict[Any, Any]
Told = TypeVar("Told")


def build(engine: Engine) -> "gr.Blocks":
    """Return the page of an engine, not yet launched."""
    import gradio as gr

    with gr.Blocks(title="ถาม · Tham", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as page:
        parts: Parts = {"turns": gr.State([])}
        _header(parts)
        with gr.Tabs(elem_id="views"):
            with gr.Tab(say("tab_ask"), id="ask") as parts["asking"]:
                _chat(engine, parts)
            with gr.Tab(say("tab_documents"), id="documents") as parts["managing"]:
                _documents(parts)
        _join_chat(engine, parts)
        _join_adding(engine, parts)
        _join_removing(engine, parts)
        _join_language(engine, parts)
        _join_programs(engine)
        page.load(_welcoming(engine, parts), parts["language"], [parts["chatbot"], parts["documents"]], **_private())
    return page


def _private(**more: Any) -> dict[str, Any]:
    return {"api_visibility": "private", "show_progress": "hidden", **more}


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _header(parts: Parts) -> None:
    import gradio as gr

    with gr.Row(elem_id="top", equal_height=True):
        parts["brand"] = gr.HTML(_brand("th"), elem_id="brand")
        parts["language"] = gr.Radio(
            [("ไทย", "th"), ("English", "en")], value="th", show_label=False, container=False, elem_id="language", min_width=150, scale=0
        )


def _brand(language: str) -> str:
    return f'<h1 lang="th">ถาม</h1><p>{say("tagline", language)}</p>'


def _chat(engine: Engine, parts: Parts) -> None:
    import gradio as gr

    def source(asked: list[str]) -> str:
        """Return the source panel; ``asked`` is a link of the page and a language, neither of them trusted."""
        href, language = (str(asked[0]), str(asked[1])) if isinstance(asked, list) and len(asked) == 2 else ("", "")
        return open_source(engine, href, language)

    with gr.Row(elem_id="desk", equal_height=False):
        with gr.Column(scale=3, min_width=320, elem_id="talk"):
            parts["chatbot"] = gr.Chatbot(
                show_label=False, container=False, height="100%", buttons=[], feedback_options=None, latex_delimiters=[],
                layout="bubble", placeholder=_welcome("welcome_opening", "th"), elem_id="chatbot", group_consecutive_messages=False,
            )  # fmt: skip
            with gr.Row(elem_id="asking", equal_height=True):
                parts["box"] = gr.Textbox(
                    label=say("ask_label"), show_label=False, container=False, placeholder=say("ask_here"), max_length=QUESTION_LENGTH,
                    lines=1, max_lines=4, autofocus=True, elem_id="question", scale=1, min_width=160,
                    html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=False),
                )  # fmt: skip
                parts["send"] = gr.Button(say("send"), variant="primary", elem_id="send", scale=0, min_width=72)
                parts["clear"] = gr.Button(say("clear"), variant="secondary", elem_id="clear", scale=0, min_width=88)
        with gr.Column(scale=2, min_width=300, elem_id="beside"):
            parts["panel"] = gr.HTML(
                empty_source_html("th"), elem_id="source", apply_default_css=False,
                js_on_load=_asset("source.js"), server_functions=[source],
            )  # fmt: skip


def _documents(parts: Parts) -> None:
    import gradio as gr

    with gr.Column(elem_id="shelf"):
        with gr.Column(elem_id="drop"):
            parts["upload"] = gr.UploadButton(say("add_files"), file_count="multiple", variant="primary", elem_id="upload", scale=0)
            parts["hint"] = gr.HTML(_hint("th"), elem_id="hint")
        parts["outcome"] = gr.HTML("", elem_id="outcome", min_height=1)
        parts["filter"] = gr.Textbox(
            label=say("filter"), show_label=False, container=False, placeholder=say("filter"), max_length=200, elem_id="filter"
        )
        parts["documents"] = gr.HTML("", elem_id="documents", js_on_load=_asset("documents.js"), apply_default_css=False)


def _hint(language: str) -> str:
    return f"<p>{say('add_hint', language)}</p>"


def _welcome(name: str, language: str) -> str:
    return f'<div class="welcome"><h2>{say("welcome", language)}</h2><p>{say(name, language)}</p></div>'


def _join_chat(engine: Engine, parts: Parts) -> None:
    import gradio as gr

    box, chatbot, turns, panel, language = (parts[name] for name in ("box", "chatbot", "turns", "panel", "language"))

    def asked(question: str | None, before: list[Turn], chosen: str) -> Iterator[Updates]:
        for at, (now, source) in enumerate(stream(engine, question or "", before, chosen)):
            changed: Updates = {chatbot: messages(now, chosen), turns: now}
            if at == 0:
                changed[box] = ""  # only once: the next question may be half typed already
            if source is not None:
                changed[panel] = source
            yield changed

    def picked(before: list[Turn], chosen: str, event: gr.SelectData) -> Iterator[Updates]:
        yield from asked(str(event.value["text"]), before, chosen)

    def cleared(chosen: str) -> tuple[list[Any], list[Any], str]:
        return [], [], empty_source_html(chosen)

    outputs = [box, chatbot, turns, panel]
    typed = gr.on([box.submit, parts["send"].click], asked, [box, turns, language], outputs, **_private(concurrency_limit=8))
    chosen = chatbot.example_select(picked, [turns, language], outputs, **_private(concurrency_limit=8))
    parts["clear"].click(cleared, language, [chatbot, turns, panel], cancels=[typed, chosen], **_private())


def _welcoming(engine: Engine, parts: Parts) -> Any:
    import gradio as gr

    chatbot, documents = parts["chatbot"], parts["documents"]

    def welcome(language: str) -> Iterator[Updates]:
        """List the documents at once; the examples come when the engine is open."""
        listed = documents_html(engine, language)
        yield {documents: listed}
        offered = examples(engine, language)
        name = "welcome_try" if offered else "welcome_empty" if 'class="documents none"' in listed else "welcome_type"
        yield {chatbot: gr.update(placeholder=_welcome(name, language), examples=[{"text": text} for text in offered])}

    return welcome


def _join_adding(engine: Engine, parts: Parts) -> None:
    import gradio as gr

    def added(files: list[str] | None, language: str, wanted: str | None, progress: gr.Progress = gr.Progress()) -> tuple[str, str]:  # noqa: B008
        """Add uploaded files to the library; returns what was done and the list of documents, as HTML."""
        uploaded = [Path(file) for file in files or []]
        try:
            summary = add_uploads(engine, uploaded, language, lambda share, words: progress(share, desc=words))
            outcome = summary_html(summary, language)
        except ThamError as error:
            outcome = outcome_html(error.english if language == "en" else error.thai, good=False)
        finally:
            for file in uploaded:
                file.unlink(missing_ok=True)  # what was kept is in the library's own folder
        return outcome, documents_html(engine, language, wanted)

    writing = {"concurrency_limit": 1, "concurrency_id": _WRITERS}
    adding = parts["upload"].upload(
        added, [parts["upload"], parts["language"], parts["filter"]], [parts["outcome"], parts["documents"]],
        api_name="add", show_progress="full", show_progress_on=parts["outcome"], **writing,
    )  # fmt: skip
    adding.then(_welcoming(engine, parts), parts["language"], [parts["chatbot"], parts["documents"]], **_private())


def _join_removing(engine: Engine, parts: Parts) -> None:
    import gradio as gr

    def removed(language: str, wanted: str | None, event: gr.EventData) -> tuple[str, str]:
        try:
            name = remove_source(engine, str(event._data.get("source", "")))
            outcome = outcome_html(say("removed", language).format(name), good=True)
        except ThamError as error:
            outcome = outcome_html(error.english if language == "en" else error.thai, good=False)
        return outcome, documents_html(engine, language, wanted)

    def filtered(wanted: str | None, language: str) -> str:
        return documents_html(engine, language, wanted)

    outputs = [parts["outcome"], parts["documents"]]
    writing = {"concurrency_limit": 1, "concurrency_id": _WRITERS}
    removing = parts["documents"].delete(removed, [parts["language"], parts["filter"]], outputs, **_private(**writing))
    removing.then(_welcoming(engine, parts), parts["language"], [parts["chatbot"], parts["documents"]], **_private())
    parts["filter"].input(filtered, [parts["filter"], parts["language"]], parts["documents"], **_private(trigger_mode="always_last"))


def _join_language(engine: Engine, parts: Parts) -> None:
    import gradio as gr

    def relabelled(language: str, turns: list[Turn], wanted: str | None) -> Updates:
        language = language if language in LANGUAGES else LANGUAGES[0]
        named = {"asking": "tab_ask", "managing": "tab_documents", "upload": "add_files"}
        updates: Updates = {parts[part]: gr.update(label=say(name, language)) for part, name in named.items()}
        updates |= {parts[name]: gr.update(value=say(name, language)) for name in ("send", "clear")}
        updates[parts["box"]] = gr.update(label=say("ask_label", language), placeholder=say("ask_here", language))
        updates[parts["filter"]] = gr.update(label=say("filter", language), placeholder=say("filter", language))
        updates[parts["brand"]] = _brand(language)
        updates[parts["hint"]] = _hint(language)
        updates[parts["outcome"]] = ""
        updates[parts["chatbot"]] = messages(turns, language)
        updates[parts["documents"]] = documents_html(engine, language, wanted)
        return updates

    names = ("asking", "managing", "upload", "send", "clear", "box", "filter", "brand", "hint", "outcome", "chatbot", "documents")
    language = parts["language"]
    language.change(None, language, None, js=_SET_LANGUAGE, **_private())
    turned = language.change(relabelled, [language, parts["turns"], parts["filter"]], [parts[name] for name in names], **_private())
    turned.then(_welcoming(engine, parts), language, [parts["chatbot"], parts["documents"]], **_private())


def _join_programs(engine: Engine) -> None:
    """Give programs (gradio_client) endpoints that do not change with the page's layout: /ask and /remove; /add is the upload's own."""
    import gradio as gr

    def ask(question: str, language: str = "th") -> dict[str, Any]:
        """Answer a question from the documents: the same object that ``tham ask --json`` prints."""
        return _told(lambda: answer_json(engine.answerer().ask(question[:QUESTION_LENGTH]), language))

    def remove(source: str) -> str:
        """Remove a document by its source, title or id; returns its name."""
        return _told(lambda: remove_source(engine, source))

    gr.api(ask, api_name="ask", concurrency_limit=8)
    gr.api(remove, api_name="remove", concurrency_limit=1, concurrency_id=_WRITERS)


def _told(work: Callable[[], Told]) -> Told:
    """Return what the work returns, and let the caller see our own errors: gradio hides the words of any other exception."""
    import gradio as gr

    try:
        return work()
    except ThamError as error:
        raise gr.Error(str(error), print_exception=False) from error
