"""What happens when a question is asked on the page: an answer grows and is kept, questions that might come next. No gradio here."""

import re
import secrets
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from itertools import islice, zip_longest
from typing import Any

from index.errors import NoLibrary, ThamError
from index.library import open_library
from index.records import Document
from rag.records import Answer, Citation
from ui.conversations import Conversations, now
from ui.engine import Engine
from ui.i18n import WORDS, say
from ui.turns import Data, answer_data, answer_of, citation_of, shown_turn
from ui.web.jobs import Job

QUESTION_LENGTH = 1000  # code points; a longer question is cut
_LOOK = 1.0  # seconds between looks whether anybody still waits for a language model
_REMEMBERED = 6  # answers before a question that may complete it
_CHAPTER = re.compile(r"^(บทที่|ตอนที่|ส่วนที่|ภาคที่|chapter|part)\s*[0-9๐-๙]+\s*", re.IGNORECASE)
_EXAMPLES, _NEXT = 4, 3
_TRIED = 12  # candidates asked to find examples that have answers
_HEADING_LENGTH = range(4, 50)  # code points of a heading that makes a question
_DOCUMENTS_READ = 8  # documents whose headings make examples
_NEAR = 4  # sections before and after a citation whose headings make questions


def clean(question: str) -> str:
    """Return a question in one line, of bounded length, without half characters."""
    return " ".join(question.encode("utf-8", "replace").decode().split())[:QUESTION_LENGTH]


class Asking:
    """One question of a conversation: the work of a job. ``replacing`` is the turn that it is asked again for."""

    def __init__(
        self, engine: Engine, kept: Conversations, question: str, *, conversation: str | None = None, replacing: str | None = None,
        only: Sequence[str] | None = None,
    ) -> None:  # fmt: skip
        self._engine, self._kept = engine, kept
        self._question, self._only = clean(question), list(only) if only is not None else None
        self._conversation, self._replacing = conversation, replacing
        self._id = secrets.token_hex(8)

    def work(self, job: Job) -> None:
        """Tell the answer as it grows, keep it and tell where. Stopped, it is kept as far as it got; left by everyone, it is dropped."""
        before = self._before()
        job.tell(stage="opening" if not self._engine.is_open else "reading")
        try:
            answerer = self._engine.answerer()
        except NoLibrary:
            job.tell(stage="failed", error=list(WORDS["welcome_empty"]))
            return
        job.tell(stage="reading")
        answer, whole = None, False
        if answerer.generator is not None:
            threading.Thread(target=_end_where_left, args=(job,), name="tham-watch", daemon=True).start()
        growing = answerer.stream(self._question, before=before, only=self._only, stop=job.end)
        with closing(growing):  # type: ignore[type-var]
            for answer in growing:
                if job.stopped or job.left:
                    break
                job.tell(stage="answering", turn=self._shown(answer))
            else:
                whole = True
        if answer is None or (job.left and not whole):
            return
        if not answer.hits and self._engine.is_empty:
            job.tell(stage="failed", error=list(WORDS["welcome_empty"]))
            return
        if job.stopped and not whole and not answer.claims:
            job.tell(stage="stopped")
            return
        name = self._kept.add(self._conversation, self._turn(answer, stopped=not whole), self._replacing)
        job.tell(stage="done", turn=self._shown(answer, stopped=not whole), conversation=name, title=self._kept.open(name)["title"])

    def _before(self) -> list[Answer]:
        if self._conversation is None:
            return []
        try:
            turns = self._kept.open(self._conversation)["turns"]
        except ThamError:
            return []
        ids = [turn["id"] for turn in turns]
        turns = turns[: ids.index(self._replacing)] if self._replacing in ids else turns
        return [answer_of(turn["answer"], self._engine.shelf.document) for turn in turns[-_REMEMBERED:]]

    def _turn(self, answer: Answer, *, stopped: bool = False) -> Data:
        return {"id": self._id, "asked": now(), "only": self._only, "verdict": None, "stopped": stopped, "answer": answer_data(answer)}

    def _shown(self, answer: Answer, *, stopped: bool = False) -> Data:
        held = {citation.document.id: citation.document for citation in (*answer.citations, *answer.nearest)}
        return shown_turn(self._turn(answer, stopped=stopped), held.get)


def _end_where_left(job: Job) -> None:
    """End the work of a language model, which may be silent for long, soon after the last reader has gone."""
    while not (job.done or job.end.wait(_LOOK)):
        if job.left:
            job.stop()


def next_questions(engine: Engine, turn: Data) -> list[str]:
    """Return questions made of the headings around what an answer cites, each of which has an answer; none where there are no headings."""
    answer = turn["answer"]
    cited = [citation_of(one, engine.shelf.document) for one in (*answer["citations"], *answer["nearest"])]
    asked = [answer["question"], answer["understood"] or ""]
    topics: dict[str, None] = {}
    for citation, stands in cited:
        if stands:
            topics |= dict.fromkeys(_headings_near(citation))
    wanted = [topic for topic in topics if not any(topic.casefold() in question.casefold() for question in asked)]
    return list(islice(_answered(engine, (_question("example_how", topic) for topic in wanted), turn["only"]), _NEXT))


def _headings_near(citation: Citation) -> Iterator[str]:
    """Yield the headings of the sections around a citation, the nearest first, what comes after before what came before."""
    sections = citation.document.sections
    here = next((at for at, section in enumerate(sections) if section.start <= citation.start < section.end), None)
    if here is None:
        return
    for step in range(1, _NEAR + 1):
        for at in (here + step, here - step):
            if 0 <= at < len(sections) and sections[at].headings and sections[at].headings != sections[here].headings:
                topic = _topic(sections[at].headings[-1])
                if len(topic) in _HEADING_LENGTH and topic != citation.document.title:
                    yield topic


def _answered(engine: Engine, questions: Iterator[str], only: Collection[str] | None = None) -> Iterator[str]:
    """Yield the questions that have an answer; where a language model answers, that would take too long to find out."""
    answerer = engine.answerer()
    for question in islice(questions, _TRIED):
        if answerer.generator is not None or answerer.ask(question, only=only).claims:
            yield question


def examples(engine: Engine, language: str) -> list[str]:
    """Return a few questions made of the documents' own titles and headings, each of which has an answer."""
    try:
        with closing(open_library(engine.folder)) as library:
            documents = [library.document(name) for name in library.document_ids()[:_DOCUMENTS_READ]]
        candidates = _candidates([document for document in documents if document], language)
        return list(islice(_answered(engine, candidates), _EXAMPLES))
    except ThamError:
        return []


def _candidates(documents: Sequence[Document], language: str) -> Iterator[str]:
    """Yield questions, one of each document in turn, first of its title, then of its headings."""
    topics = [_topics(document) for document in documents]
    seen: dict[str, None] = {}
    for row in zip_longest(*topics):
        for at, topic in enumerate(row):
            if topic and topic not in seen:
                seen[topic] = None
                yield _question("example_what" if topic == topics[at][0] else "example_how", topic, language)


def _question(form: str, topic: str, language: str = "en") -> str:
    thai = any("\u0e00" <= letter <= "\u0e7f" for letter in topic)
    return say(form, "th" if thai else language).format(topic)


def _topic(heading: str) -> str:
    return _CHAPTER.sub("", " ".join(heading.split()))


def _topics(document: Document) -> list[str]:
    named = [document.title, *(heading for section in document.sections for heading in section.headings[-1:])]
    return list(dict.fromkeys(name for name in map(_topic, named) if len(name) in _HEADING_LENGTH))


def shown_conversation(held: Data, engine: Engine, before: str | None, most: int) -> dict[str, Any]:
    """Return a conversation's last turns, those before the turn ``before`` where it is named, and how many there are still before them."""
    turns = held["turns"]
    ids = [turn["id"] for turn in turns]
    end = ids.index(before) if before in ids else len(turns)
    first = max(0, end - most)
    shown = [shown_turn(turn, engine.shelf.document) for turn in turns[first:end]]
    return {"id": held["id"], "title": held["title"], "turns": shown, "earlier": first}
