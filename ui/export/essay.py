"""What every form of export is made of: questions, answers with numbered footnotes, and the list of references. No file format here."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rag.bibliography.csl import clean
from rag.bibliography.reference import footnote, references, standing
from rag.records import Answer, Citation, Support
from ui.i18n import say

Escape = Callable[[str], str]
_REMARKS = {Support.WEAK: "weak", Support.UNSUPPORTED: "unsupported"}


class Exchange(NamedTuple):
    """A question and what was answered."""

    question: str
    answer: Answer


class Sentence(NamedTuple):
    """A sentence with the numbers of its footnotes, and what the reader should know of its support, mostly nothing."""

    text: str
    notes: tuple[int, ...]
    remark: str = ""


class Part(NamedTuple):
    """One exchange: ``said`` are the sentences of the answer, or of its refusal; ``quoted`` under a heading of its own."""

    question: str
    understood: str
    short: str
    said: tuple[Sentence, ...]
    heading: str
    quoted: tuple[Sentence, ...]
    written_by: str


class Essay(NamedTuple):
    """Footnote ``n`` is ``notes[n - 1]``. Notes and references are in the markup asked for, the rest is escaped with ``escape``."""

    title: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...]
    notes_heading: str
    heading: str
    references: tuple[str, ...]


class _Notes:
    """Footnotes as they come, in the style's form for the first and for later mentions of a work."""

    def __init__(self, cited: Sequence[Citation], style: str, language: str, markup: str, escape: Escape) -> None:
        self.texts: list[str] = []
        self._among = standing([citation.document for citation in cited], style, language)
        self._style, self._language, self._markup, self._escape = style, language, markup, escape
        self._mentioned: set[str] = set()

    def add(self, citation: Citation, said: str) -> int:
        """Return the number of a new footnote; what the source says stands in it where that is not what was said."""
        again = citation.document.id in self._mentioned
        if self._style == "vancouver":  # a number stands for what the list of references has, which nearest passages are not in
            again &= citation.document.id in self._among.numbers
        self._mentioned.add(citation.document.id)
        note = footnote(citation, self._style, self._language, again=again, among=self._among, markup=self._markup)
        quote = clean(citation.quote)
        self.texts.append(note if quote == clean(said) else f"“{self._escape(quote)}” {note}")
        return len(self.texts)


def compose(
    exchanges: Sequence[Exchange], style: str, language: str, *, markup: str, escape: Escape = str, passages: bool = False
) -> Essay:
    """Return an essay's material. A refusal is exported as one, with the nearest passages marked as no answer and not in the references.

    ``passages`` adds the paragraphs that the answers were taken from.
    """
    cited = [citation for exchange in exchanges for citation in exchange.answer.citations]
    notes = _Notes(cited, style, language, markup, escape)
    parts = tuple(_part(exchange, notes, language, escape, passages) for exchange in exchanges)
    return Essay(
        title=escape(say("export_title", language)),
        parts=parts,
        notes=tuple(notes.texts),
        notes_heading=escape(say("export_notes", language)),
        heading=escape(say(f"references_{style}", language)),
        references=references([citation.document for citation in cited], style, language, markup),
    )


def _part(exchange: Exchange, notes: _Notes, language: str, escape: Escape, passages: bool) -> Part:
    answer = exchange.answer
    if answer.claims:
        said = _claims(answer, notes, language, escape)
        quoted = _paragraphs(answer, escape) if passages else ()
        heading = say("export_passages", language) if quoted else ""
    else:
        said = (Sentence(escape(say("no_answer", language)), ()),)
        quoted = tuple(_quotation(near, notes, escape) for near in answer.nearest)
        heading = say("export_nearest", language) if quoted else ""
    return Part(
        question=escape(clean(exchange.question)),
        understood=escape(say("understood", language).format(clean(answer.understood))) if answer.understood else "",
        short=escape(clean(answer.short_answer or "")),
        said=said,
        heading=escape(heading),
        quoted=quoted,
        written_by=escape(say("export_by", language).format(clean(answer.generator))) if answer.generator else "",
    )


def _claims(answer: Answer, notes: _Notes, language: str, escape: Escape) -> tuple[Sentence, ...]:
    by_number = {citation.number: citation for citation in answer.citations}
    said = []
    for claim in answer.claims:
        numbers = tuple(notes.add(by_number[number], claim.text) for number in claim.citations if number in by_number)
        remark = say(_REMARKS[claim.support], language) if claim.support in _REMARKS else ""
        said.append(Sentence(escape(clean(claim.text)), numbers, escape(remark)))
    return tuple(said)


def _quotation(citation: Citation, notes: _Notes, escape: Escape) -> Sentence:
    return Sentence(f"“{escape(clean(citation.quote))}”", (notes.add(citation, citation.quote),))


def _paragraphs(answer: Answer, escape: Escape) -> tuple[Sentence, ...]:
    """Return the paragraphs cited, each once; of a document that is gone the quotation is all that is left."""
    texts = dict.fromkeys(clean(citation.paragraph_text) or clean(citation.quote) for citation in answer.citations)
    return tuple(Sentence(f"“{escape(text)}”", ()) for text in texts)
