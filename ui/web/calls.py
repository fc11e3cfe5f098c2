"""What the page may ask of this program, call by call. What comes from it is not trusted; what goes to it is plain data. No gradio here.

Every call takes one JSON object and returns one; {"error": [Thai, English]} where it cannot be done.
"""

import inspect
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.errors import ThamError, UsageError
from index.metadata import FIELDS
from rag.cite import paragraph_at
from rag.records import Citation
from ui.conversations import Conversations
from ui.engine import Engine
from ui.i18n import WORDS
from ui.source_view import found_in, opened, window
from ui.turns import LANGUAGES, shown_citation
from ui.web.chat import Asking, clean, examples, next_questions, shown_conversation
from ui.web.citing import cited, documents_of, exchanges, exported
from ui.web.compare import Comparing
from ui.web.documents import describe_source, described, documents, remove_source
from ui.web.jobs import Job, Jobs
from ui.web.picture import picture_at
from ui.web.timeline import Timelines
from ui.web.uploads import Adding, add_uploads, cancelled, summary_data

_ONLY_MOST = 20_000  # documents that may be chosen by name
_TURNS_SHOWN = 30  # turns of a conversation sent at once
_WAIT = 0.2  # seconds between two looks whether another addition is done


class Asked:
    """The object a call came with, read part by part as what it should be. Raises UsageError where it is something else."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw if isinstance(raw, dict) else {}

    def text(self, name: str, most: int = 4000) -> str:
        value = self._raw.get(name)
        if not isinstance(value, str) or len(value) > most:
            raise _odd(name)
        return _whole(value)

    def text_or_none(self, name: str) -> str | None:
        return None if self._raw.get(name) is None else self.text(name)

    def number(self, name: str) -> int:
        value = self._raw.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 40:
            raise _odd(name)
        return value

    def texts(self, name: str, most: int) -> list[str]:
        value = self._raw.get(name)
        if not isinstance(value, list) or len(value) > most or any(not isinstance(one, str) for one in value):
            raise _odd(name)
        return [_whole(one) for one in value]

    def texts_or_none(self, name: str, most: int) -> list[str] | None:
        return None if self._raw.get(name) is None else self.texts(name, most)

    def span_or_none(self, name: str) -> tuple[int, int] | None:
        value = self._raw.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or [type(one) for one in value] != [int, int] or any(abs(one) > 1 << 40 for one in value):
            raise _odd(name)
        return value[0], value[1]

    def flag(self, name: str) -> bool:
        return bool(self._raw.get(name))

    def mapping(self, name: str) -> dict[str, str]:
        value = self._raw.get(name)
        if not isinstance(value, dict) or any(not isinstance(v, str) or len(v) > 2000 for v in value.values()):
            raise _odd(name)
        return {_whole(str(key)): _whole(one) for key, one in value.items()}


def _whole(text: str) -> str:
    """Return a text without half characters, which a browser may send where an emoji was cut in two and which no store takes."""
    return text.encode("utf-8", "replace").decode()


def _odd(name: str) -> UsageError:
    return UsageError("หน้าเว็บส่งคำขอที่ไม่ถูกต้อง โปรดโหลดหน้าใหม่", f"The page asked for something odd ({name}); load it again.")


class Calls:
    """The calls of a page, over one engine. ``was_uploaded`` says whether a path is a file that a page of this program uploaded."""

    def __init__(self, engine: Engine, was_uploaded: Callable[[str], bool]) -> None:
        self._engine = engine
        self._uploaded = was_uploaded
        self.jobs = Jobs()
        self.kept = Conversations(engine.folder)
        self._timelines = Timelines(engine)

    def functions(self) -> list[Callable[[Any], Any]]:
        """Return the calls as gradio takes them: functions by name that never raise."""
        named = (name for name in dir(self) if not name.startswith("_") and name not in ("functions", "jobs", "kept"))
        return [_served(getattr(self, name)) for name in named]

    # Conversation

    def ask(self, asked: Asked) -> Any:
        question = clean(asked.text("question", 100_000))
        if not question:
            raise UsageError("พิมพ์คำถามก่อน", "Type a question first.")
        asking = Asking(
            self._engine, self.kept, question, conversation=asked.text_or_none("conversation"),
            replacing=asked.text_or_none("replacing"), only=asked.texts_or_none("only", _ONLY_MOST),
        )  # fmt: skip
        return {"job": self.jobs.start(asking.work, stage="reading").id, "question": question}

    async def look(self, asked: Asked) -> Any:
        return await self.jobs.look(asked.text("job"), asked.number("news"))

    def stop(self, asked: Asked) -> Any:
        if job := self.jobs.get(asked.text("job")):
            job.stop()
        return {}

    def begin(self, asked: Asked) -> Any:
        """What a new conversation begins with: questions that have an answer."""
        language = asked.text("language")
        return {"examples": examples(self._engine, language if language in LANGUAGES else LANGUAGES[0]), "empty": self._engine.is_empty}

    def follow(self, asked: Asked) -> Any:
        turns = self.kept.open(asked.text("conversation"))["turns"]
        turn = next((one for one in turns if one["id"] == asked.text("turn")), None)
        return {"questions": next_questions(self._engine, turn) if turn else []}

    def judge(self, asked: Asked) -> Any:
        verdict = asked.text_or_none("verdict")
        self.kept.judge(asked.text("conversation"), asked.text("turn"), verdict if verdict in ("up", "down") else None)
        return {}

    # Conversations

    def conversations(self, asked: Asked) -> Any:
        found = self.kept.listed(asked.text("wanted"))
        return {"conversations": [{name: getattr(one, name) for name in ("id", "title", "changed", "turns")} for one in found[:300]]}

    def conversation(self, asked: Asked) -> Any:
        held = self.kept.open(asked.text("conversation"))
        return shown_conversation(held, self._engine, asked.text_or_none("before"), _TURNS_SHOWN)

    def rename(self, asked: Asked) -> Any:
        return {"title": self.kept.rename(asked.text("conversation"), asked.text("title"))}

    def delete(self, asked: Asked) -> Any:
        self.kept.delete(asked.text("conversation"))
        return {}

    def share(self, asked: Asked) -> Any:
        held = self.kept.open(asked.text("conversation"))
        return {"name": f"{held['title'] or 'conversation'}.tham.json", "text": json.dumps(held, ensure_ascii=False, indent=1)}

    def take_in(self, asked: Asked) -> Any:
        return {"conversation": self.kept.take_in(asked.text("text", 20_000_001))}

    # Source

    def source(self, asked: Asked) -> Any:
        document = self._engine.shelf.document(asked.text("document"))
        start, end = asked.number("start"), asked.number("end")
        if document is None or not start < end <= len(document.text):
            return {"gone": True}
        return opened(document, start, end)

    def more(self, asked: Asked) -> Any:
        document = self._engine.shelf.document(asked.text("document"))
        return {"paragraphs": window(document, asked.number("number"), forward=asked.flag("forward")) if document else []}

    def find(self, asked: Asked) -> Any:
        document = self._engine.shelf.document(asked.text("document"))
        return found_in(document, asked.text("words", 200)) if document else {"places": [], "total": 0}

    def picture(self, asked: Asked) -> Any:
        document = self._engine.shelf.document(asked.text("document"))
        path = self._engine.shelf.unchanged_file(document) if document and document.pages else None
        if document is None or path is None:
            return {"none": True}
        return picture_at(document, path, asked.number("start"), asked.number("end"), asked.number("width")) or {"none": True}

    # Seeing

    def timeline(self, asked: Asked) -> Any:
        only, wanted, years = asked.texts_or_none("only", _ONLY_MOST), asked.text("wanted", 200), asked.span_or_none("years")
        return {"job": self.jobs.start(lambda job: self._timelines.work(job, only, wanted, years), stage="reading").id}

    def compare(self, asked: Asked) -> Any:
        comparing = Comparing(self._engine, clean(asked.text("question", 100_000)), asked.texts_or_none("only", _ONLY_MOST))
        return {"job": self.jobs.start(comparing.work, stage="reading").id}

    def place(self, asked: Asked) -> Any:
        """A place of a document as a citation, so that it can be read and cited like one of an answer."""
        citation = self._citation(asked)
        return {"citation": shown_citation(citation, True, asked.text_or_none("short"))} if citation else {"gone": True}

    def _citation(self, asked: Asked) -> Citation | None:
        document = self._engine.shelf.document(asked.text("document"))
        start, end = asked.number("start"), asked.number("end")
        if document is None or not document.paragraphs or not start < end <= len(document.text):
            return None
        return Citation(
            number=asked.number("number"), document=document, paragraph=paragraph_at(document, start), start=start, end=end,
            quote=document.text[start:end],
        )  # fmt: skip

    # Citing

    def cite(self, asked: Asked) -> Any:
        citation = self._citation(asked)
        if citation is None:
            return {"gone": True}
        name = asked.text_or_none("conversation")
        among = documents_of(exchanges(self.kept.open(name), None, self._engine.shelf.document)) if name else []
        return cited(citation, among, asked.text("style"), asked.text("language"))

    def export(self, asked: Asked) -> Any:
        held = self.kept.open(asked.text("conversation"))
        said = exchanges(held, asked.texts_or_none("turns", 10_000), self._engine.shelf.document)
        return exported(held["title"], said, asked.text("form"), asked.text("style"), asked.text("language"))

    # Library

    def documents(self, asked: Asked) -> Any:
        return documents(self._engine, asked.text("wanted"), asked.text("after"))

    def known(self, asked: Asked) -> Any:
        return described(self._engine, asked.text("source"))

    def describe(self, asked: Asked) -> Any:
        values = {name: value for name, value in asked.mapping("values").items() if name in FIELDS}
        return describe_source(self._engine, asked.text("source"), values)

    def remove(self, asked: Asked) -> Any:
        return {"removed": remove_source(self._engine, asked.text("source"))}

    def add(self, asked: Asked) -> Any:
        paths = [path for path in asked.texts("files", 1000) if self._uploaded(path)]
        if not paths:
            raise _odd("files")
        return {"job": self.jobs.start(lambda job: self._add(job, [Path(path) for path in paths]), stage="waiting").id}

    def _add(self, job: Job, files: list[Path]) -> None:
        def tell(adding: Adding) -> None:
            if job.stopped:
                raise cancelled()
            told = [{"name": name, "state": state, "share": share} for name, (state, share) in adding.files.items()]
            job.tell(stage=adding.stage, files=told, share=adding.share, left=adding.left)

        try:
            while not self._engine.writing.acquire(timeout=_WAIT):
                if job.stopped:
                    raise cancelled()
            try:
                job.tell(stage="done", summary=summary_data(add_uploads(self._engine, files, tell)))
            finally:
                self._engine.writing.release()
        finally:
            for file in files:
                file.unlink(missing_ok=True)  # what was kept is in the library's own folder


def _served(call: Callable[[Asked], Any]) -> Callable[[Any], Any]:
    """Return a call as a function that takes whatever comes and answers with data or with two sentences."""
    if inspect.iscoroutinefunction(call):

        async def waiting(asked: Any = None) -> Any:
            try:
                return await call(Asked(asked))
            except Exception as error:
                return _failed(error)

        waiting.__name__ = call.__name__
        return waiting

    def served(asked: Any = None) -> Any:
        try:
            return call(Asked(asked))
        except Exception as error:
            return _failed(error)

    served.__name__ = call.__name__
    return served


def _failed(error: Exception) -> dict[str, Any]:
    if isinstance(error, ThamError):
        return {"error": [error.thai, error.english]}
    logging.getLogger(__name__).error("a call of the page failed", exc_info=error)
    return {"error": list(WORDS["broken"])}
