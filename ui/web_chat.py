"""Questions and answers as the page shows them. Everything a document or a user wrote leaves here escaped; no gradio here.

The page's templates are never given document text: gradio runs the *result* of a Handlebars template as a JavaScript template string, so
``${...}`` in a document would be executed although ``{{ }}`` had escaped its HTML. Finished, escaped HTML is passed instead.
"""

import logging
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from html import escape
from itertools import chain, islice, zip_longest
from typing import NamedTuple

from index.errors import NoLibrary, ThamError
from index.library import open_library
from index.records import Document
from rag.cite import paragraph_at
from rag.records import Answer, Citation
from ui.i18n import say
from ui.show import marked, place, quotation, title_of, where
from ui.web_engine import Engine

LANGUAGES = ("th", "en")
QUESTION_LENGTH = 1000  # code points; a longer question is cut
_PAUSE = 0.12  # seconds between sentences: the eye follows what appears
_PLAIN = re.compile(r"[^0-9A-Za-z \u0E00-\u0E7F]")
_HREF = re.compile(r"#c-([0-9]{1,3})-([0-9A-Za-z]{1,64})-([0-9]{1,9})-([0-9]{1,9})")
_CHAPTER = re.compile(r"^(บทที่|ตอนที่|ส่วนที่|ภาคที่|chapter|part)\s*[0-9๐-๙]+\s*", re.IGNORECASE)
_EXAMPLES = 4
_TRIED = 12  # candidates asked to find examples that have answers
_HEADING_LENGTH = range(4, 50)  # code points of a heading that makes a question
_DOCUMENTS_READ = 8  # documents whose headings make examples


class Turn(NamedTuple):
    """A question and its answer as HTML in each language, so that the switch of language also turns the conversation."""

    question: str
    thai: str
    english: str


def plain(text: str) -> str:
    """Return text that neither HTML nor Markdown can read as markup: all but letters, digits and blanks as numeric entities.

    >>> plain("![x](http://a.b)")
    '&#33;&#91;x&#93;&#40;http&#58;&#47;&#47;a&#46;b&#41;'
    """
    return _PLAIN.sub(lambda found: f"&#{ord(found[0])};", " ".join(text.split()))


def href_of(citation: Citation) -> str:
    """Return the link of a citation: number, document, start, end. The page's sanitiser keeps hrefs and drops data attributes."""
    return f"#c-{citation.number}-{citation.document.id}-{citation.start}-{citation.end}"


def link(citation: Citation, language: str, text: str | None = None, style: str = "cite") -> str:
    """Return the ``[n]`` of a citation, or ``text``, as a link that opens the source panel."""
    title = plain(say("open_source", language).format(citation.number, place(citation, language)))
    return f'<a class="{style}" href="{href_of(citation)}" title="{title}">{text or f"[{citation.number}]"}</a>'


def answer_html(answer: Answer, language: str, sentences: int | None = None) -> str:
    """Return an answer, or its first sentences only, as one block of escaped HTML."""
    if not answer.claims:
        return refusal_html(answer, language)
    by_number = {citation.number: citation for citation in answer.citations}
    shown = answer.claims if sentences is None else answer.claims[:sentences]
    said = []
    for claim in shown:
        links = "".join(link(by_number[number], language) for number in claim.citations if number in by_number)
        said.append(f'<span class="said">{plain(claim.text)}&nbsp;{links}</span>')
    short = f'<p class="short">{plain(answer.short_answer)}</p>' if answer.short_answer else ""
    whole = f"{short}<p>{' '.join(said)}</p>"
    return f'<div class="answer">{whole}{sources_html(answer.citations, language) if sentences is None else ""}</div>'


def sources_html(citations: Sequence[Citation], language: str) -> str:
    """Return the list of where an answer's sentences stand."""
    rows = "".join(f"<li>{_place_link(citation, language)}</li>" for citation in citations)
    return f'<ul class="sources">{rows}</ul>'


def _place_link(citation: Citation, language: str) -> str:
    return link(citation, language, f"[{citation.number}] {plain(place(citation, language))}", "from")


def refusal_html(answer: Answer, language: str) -> str:
    """Return a refusal with the nearest passages."""
    rows = "".join(f'<li><p class="near">{plain(near.quote)}</p>{_place_link(near, language)}</li>' for near in answer.nearest)
    nearest = f'<p class="nearest">{say("nearest", language)}</p><ul class="nearest">{rows}</ul>' if rows else ""
    return f'<div class="answer refusal"><p class="no">{say("no_answer", language)}</p>{nearest}</div>'


def note_html(thai: str, english: str, language: str) -> str:
    """Return a remark of the program itself in the place of an answer."""
    return f'<div class="answer note"><p>{plain(english if language == "en" else thai)}</p></div>'


def messages(turns: Sequence[Turn], language: str) -> list[dict[str, str]]:
    """Return the conversation as the chat shows it."""
    shown = []
    for turn in turns:
        shown.append({"role": "user", "content": plain(turn.question)})
        shown.append({"role": "assistant", "content": turn.english if language == "en" else turn.thai})
    return shown


def stream(engine: Engine, question: str, turns: Sequence[Turn], language: str) -> Iterator[tuple[list[Turn], str | None]]:
    """Yield the conversation as the answer to the question grows, at last with the HTML of its first source."""
    before = list(turns)
    question = " ".join(question.split())[:QUESTION_LENGTH]
    if not question:
        return
    waiting = '<div class="answer waiting"><p>{}</p></div>'
    yield [*before, Turn(question, *(waiting.format(say("reading", each)) for each in LANGUAGES))], None
    try:
        answer = engine.answerer().ask(question)
    except NoLibrary:
        yield [*before, _note(question, *(say("welcome_empty", each) for each in LANGUAGES))], None
        return
    except ThamError as error:
        yield [*before, _note(question, error.thai, error.english)], None
        return
    except Exception:  # the page must not stay at "reading" for ever, whatever broke
        logging.getLogger(__name__).exception("the question could not be answered")
        yield [*before, _note(question, *(say("broken", each) for each in LANGUAGES))], None
        return
    if not answer.hits and engine.is_empty:
        yield [*before, _note(question, *(say("welcome_empty", each) for each in LANGUAGES))], None
        return
    for sentences in range(1, len(answer.claims) + 1):
        yield [*before, Turn(question, *(answer_html(answer, each, sentences) for each in LANGUAGES))], None
        time.sleep(_PAUSE)
    first = next(chain(answer.citations, answer.nearest), None)
    panel = source_html(first, language) if first else empty_source_html(language)
    yield [*before, Turn(question, *(answer_html(answer, each) for each in LANGUAGES))], panel


def _note(question: str, thai: str, english: str) -> Turn:
    return Turn(question, *(note_html(thai, english, each) for each in LANGUAGES))


def source_html(citation: Citation, language: str) -> str:
    """Return the source panel: where the citation stands, its paragraph with the sentence marked, and the button that copies it."""
    document, paragraph = citation.document, citation.paragraph
    title = title_of(document)
    path = " › ".join(heading for heading in dict.fromkeys(paragraph.headings) if heading != title)
    labels = {name: escape(say(name, language)) for name in ("source", "copy", "copied", "not_copied", "back")}
    return (
        f'<article class="source" data-href="{href_of(citation)}" aria-label="{labels["source"]} {citation.number}">'
        f'<header><span class="number">[{citation.number}]</span><div><h2>{escape(title)}</h2>'
        + (f'<p class="path">{escape(path)}</p>' if path else "")
        + f'<p class="where">{escape(" · ".join(where(citation, language)))}</p></div></header>'
        f'<div class="paragraph" tabindex="0" lang="th">{marked(citation)}</div>'
        f'<footer><button type="button" class="copy" data-quotation="{escape(quotation(citation, language))}"'
        f' data-copied="{labels["copied"]}" data-failed="{labels["not_copied"]}">{labels["copy"]}</button>'
        f'<span class="said-copied" role="status"></span><button type="button" class="back">{labels["back"]}</button>'
        f'<p class="file">{escape(say("from_file", language).format(file_name(document.source)))}</p></footer></article>'
    )


def file_name(source: str) -> str:
    """Return the last part of a path; an address stays whole."""
    return source if "://" in source else source.replace("\\", "/").rsplit("/", 1)[-1]


def empty_source_html(language: str) -> str:
    """Return the source panel before anything is chosen."""
    return f'<div class="source empty"><p>{escape(say("source_empty", language))}</p></div>'


def open_source(engine: Engine, href: str, language: str) -> str:
    """Return the source panel for a citation's link; anything that is no citation of a held document gives a sentence that says so."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    try:
        citation = _citation(engine, href)
    except ThamError as error:
        return note_html(error.thai, error.english, language)
    if citation is None:
        return f'<div class="source empty"><p>{escape(say("source_gone", language))}</p></div>'
    return source_html(citation, language)


def _citation(engine: Engine, href: str) -> Citation | None:
    found = _HREF.fullmatch(href)
    if found is None:
        return None
    number, start, end = int(found[1]), int(found[3]), int(found[4])
    document = engine.answerer().document(found[2])
    if document is None or not document.paragraphs or not 0 <= start < end <= len(document.text):
        return None
    quote = document.text[start:end]
    return Citation(number=number, document=document, paragraph=paragraph_at(document, start), start=start, end=end, quote=quote)


def examples(engine: Engine, language: str) -> list[str]:
    """Return a few questions made of the documents' own titles and headings, each of which has an answer."""
    try:
        with closing(open_library(engine.folder)) as library:
            documents = [library.document(name) for name in library.document_ids()[:_DOCUMENTS_READ]]
        answerer = engine.answerer()
    except ThamError:
        return []
    asked = islice(_candidates([document for document in documents if document], language), _TRIED)
    answered = (question for question in asked if answerer.ask(question).claims)
    return list(islice(answered, _EXAMPLES))


def _candidates(documents: Sequence[Document], language: str) -> Iterator[str]:
    """Yield questions, one of each document in turn, first of its title, then of its headings."""
    topics = [_topics(document) for document in documents]
    seen: dict[str, None] = {}
    for row in zip_longest(*topics):
        for at, topic in enumerate(row):
            if topic and topic not in seen:
                seen[topic] = None
                thai = any("\u0e00" <= letter <= "\u0e7f" for letter in topic)
                form = "example_what" if topic == topics[at][0] else "example_how"
                yield say(form, "th" if thai else language).format(topic)


def _topics(document: Document) -> list[str]:
    named = [document.title, *(heading for section in document.sections for heading in section.headings[-1:])]
    cleaned = (_CHAPTER.sub("", " ".join(name.split())) for name in named)
    return list(dict.fromkeys(name for name in cleaned if len(name) in _HEADING_LENGTH))
