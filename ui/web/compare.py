"""The same question put to each document by itself: the work of a job, told document by document. No gradio here."""

import secrets
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from index.errors import NoLibrary, UsageError
from rag.assemble import Answerer
from rag.records import Answer
from ui.engine import Engine
from ui.i18n import WORDS
from ui.show import title_of
from ui.turns import answer_data, shown_turn
from ui.web.jobs import Job

MOST = 6  # documents side by side
_DEPTH = 100  # hits among which the documents are looked for


class Comparing:
    """One question asked of up to six documents: of ``only``, or of all; those of the best hits come first."""

    def __init__(self, engine: Engine, question: str, only: Sequence[str] | None) -> None:
        if not question:
            raise UsageError("พิมพ์คำถามก่อน", "Type a question first.")
        self._engine, self._question = engine, question
        self._only = list(only) if only is not None else None

    def work(self, job: Job) -> None:
        """Tell which documents are asked, then the answer of each as soon as it is whole."""
        try:
            answerer = self._engine.answerer()
        except NoLibrary:
            job.tell(stage="failed", error=list(WORDS["welcome_empty"]))
            return
        names, more = self._documents(answerer)
        shown = [{"id": name, "title": title_of(document)} for name in names if (document := answerer.document(name))]
        cells: list[dict[str, Any]] = []
        job.tell(stage="comparing", documents=shown, more=more, cells=[])
        for one in shown:
            cell = self._cell(job, answerer, one["id"])
            if cell is None:
                job.tell(stage="stopped", documents=shown, more=more, cells=cells)
                return
            cells = [*cells, cell]
            job.tell(stage="comparing", documents=shown, more=more, cells=cells)
        job.tell(stage="done", documents=shown, more=more, cells=cells)

    def _documents(self, answerer: Answerer) -> tuple[list[str], int]:
        """Return the documents to ask, best first, and how many of the chosen ones are left out."""
        hits = answerer.search(self._question, _DEPTH, only=self._only)
        ranked = list(dict.fromkeys([*(hit.passage.document for hit in hits), *(self._only or ())]))
        return ranked[:MOST], max(0, len(self._only) - MOST) if self._only is not None else 0

    def _cell(self, job: Job, answerer: Answerer, name: str) -> dict[str, Any] | None:
        """Return the answer of one document as the page is told of it, or None where it was stopped or nobody waits any more."""
        answer: Answer | None = None
        with closing(answerer.stream(self._question, only=[name], stop=job.end)) as growing:  # type: ignore[type-var]
            for grown in growing:
                if job.stopped or job.left:
                    return None
                answer = grown
        if answer is None:
            return None
        turn = {"id": secrets.token_hex(8), "asked": "", "only": [name], "verdict": None, "stopped": False, "answer": answer_data(answer)}
        return {"document": name, "turn": shown_turn(turn, answerer.document)}
