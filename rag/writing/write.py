"""The answer in a language model's words, every sentence judged by the program; where the model fails, the extractive answer stands in.

The model is asked only where the reader already found that the documents answer: a refusal is never its choice, nor is a citation.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Generator as Pieces
from contextlib import closing
from dataclasses import replace

from index.embed import Embedder
from index.records import Document
from rag.cite import cite
from rag.records import Answer, Citation, Claim, Evidence, Support
from rag.writing.generate import AnswerCut, Generator, GeneratorError
from rag.writing.prompt import DECLINED, prompt
from rag.writing.stream import Sentence, cut
from rag.writing.support import Sources

MOST_CLAIMS = 12  # sentences kept of one answer
_MOST_REPEATS = 3  # times that a model may say again what it said
FindDocument = Callable[[str], Document | None]


class Writer:
    """A language model at work for one library: its words become claims."""

    def __init__(self, generator: Generator, embedder: Embedder, find: FindDocument) -> None:
        self.generator = generator
        self._embedder = embedder
        self._find = find

    def write(self, draft: Answer, evidence: Sequence[Evidence], stop: threading.Event) -> Iterator[Answer]:
        """Yield the answer as it grows, a claim more each time; the last one is whole.

        ``draft`` is the extractive answer and ``evidence`` what it was chosen from, best first. The last answer is ``draft`` with a notice
        where the model cannot be used, or wrote nothing that the passages say.
        """
        began = time.perf_counter()
        answer: Answer | None = None
        notice: tuple[str, str] | None = None
        try:
            with closing(self._growing(draft, evidence, stop)) as growing:
                for answer in growing:
                    yield answer
        except AnswerCut as error:
            notice = (error.thai, error.english)
        except GeneratorError as error:
            answer, notice = None, (error.thai, error.english)
        if answer is None or all(claim.support is Support.UNSUPPORTED for claim in answer.claims):
            yield replace(draft, notice=self._instead(notice), timings=_timings(draft, began))
            return
        kept = draft.short_answer if any((draft.short_answer or "\0") in citation.quote for citation in answer.citations) else None
        yield replace(answer, short_answer=kept, notice=notice, timings=_timings(draft, began))

    def _instead(self, notice: tuple[str, str] | None) -> tuple[str, str]:
        name = self.generator.name
        thai, english = notice or (
            f"สิ่งที่โมเดลภาษา {name} เขียนไม่มีหลักฐานในเอกสาร",
            f"Nothing that the language model {name} wrote is borne out by the documents.",
        )
        return f"{thai} คำตอบนี้จึงยกจากเอกสารโดยตรง", f"{english} This answer quotes the documents instead."

    def _growing(self, draft: Answer, evidence: Sequence[Evidence], stop: threading.Event) -> Pieces[Answer]:
        shown = prompt(draft.understood or draft.question, evidence, self.generator)
        sources, sheet, said = Sources(shown.hits, self._embedder), _Sheet(self._find), set[str]()
        claims: list[Claim] = []
        repeated = 0
        with closing(self.generator.write(shown.messages, stop)) as pieces:
            for sentence in cut(pieces):
                if sentence.text in said:
                    repeated += 1
                    if repeated >= _MOST_REPEATS:
                        raise self._cut("เขียนซ้ำไปมา", "repeats itself")
                    continue
                said.add(sentence.text)
                claims.append(self._claim(sentence, sources, sheet))
                if not (len(claims) == 1 and _declines(claims[0])):
                    yield replace(draft, short_answer=None, claims=tuple(claims), citations=sheet.citations, generator=self.generator.name)
                if len(claims) >= MOST_CLAIMS:
                    raise self._cut("เขียนยาวเกินกำหนด", "wrote too much")
        self._check(claims)

    def _cut(self, thai: str, english: str) -> AnswerCut:
        name = self.generator.name
        return AnswerCut(f"โมเดลภาษา {name} {thai} คำตอบจึงถูกตัดท้าย", f"The language model {name} {english}; the end of its answer was cut.")

    def _check(self, claims: Sequence[Claim]) -> None:
        """Raise GeneratorError where the model said nothing, or only that it found nothing."""
        name = self.generator.name
        if not claims:
            raise GeneratorError(f"โมเดลภาษา {name} ไม่ได้ตอบอะไรที่อ่านได้", f"The language model {name} wrote nothing that can be read.")
        if len(claims) == 1 and _declines(claims[0]):
            raise GeneratorError(
                f"โมเดลภาษา {name} บอกว่าไม่พบคำตอบในตอนที่ให้อ่าน", f"The language model {name} found no answer in the passages it was shown."
            )

    def _claim(self, sentence: Sentence, sources: Sources, sheet: "_Sheet") -> Claim:
        verdict = sources.judge(f"{sentence.lead} {sentence.text}".strip(), sentence.hints)
        numbers = sheet.numbers(verdict.evidence)
        return Claim(text=sentence.text, citations=numbers, support=verdict.support if numbers else Support.UNSUPPORTED)


def _declines(claim: Claim) -> bool:
    return claim.support is not Support.SUPPORTED and bool(DECLINED.search(claim.text))


class _Sheet:
    """The citations of one answer: a sentence is cited under one number, in order of first appearance."""

    def __init__(self, find: FindDocument) -> None:
        self._find = find
        self._cited: dict[tuple[str, int, int], Citation] = {}

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(self._cited.values())

    def numbers(self, evidence: Sequence[Evidence]) -> tuple[int, ...]:
        """Return the numbers of these sentences; one that is not word for word in its document (replaced meanwhile) gets none."""
        found = []
        for piece in evidence:
            place = (piece.hit.passage.document, piece.start, piece.end)
            if place not in self._cited:
                _, citations = cite([piece], self._find)
                if not citations:
                    continue
                self._cited[place] = replace(citations[0], number=len(self._cited) + 1)
            found.append(self._cited[place].number)
        return tuple(found)


def _timings(draft: Answer, began: float) -> dict[str, float]:
    wrote = round(1000 * (time.perf_counter() - began), 1)
    return {**draft.timings, "write": wrote, "total": round(draft.timings.get("total", 0.0) + wrote, 1)}
