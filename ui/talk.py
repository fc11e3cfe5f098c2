"""A conversation in the terminal: question after question, each understood from those before it."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import click

from index.formats.decode import is_text
from rag.records import Answer
from ui.i18n import say
from ui.questions import Item


class Asked(Protocol):
    """What answers: an ``Answerer``, whose module is too heavy to import before it is needed."""

    def ask(self, question: str, *, before: Sequence[Answer]) -> Answer: ...


@click.command()
@click.option("--english", is_flag=True, help="ข้อความรอบคำตอบเป็นภาษาอังกฤษ / words around the answer in English")
def talk(library: Path, embedder: str | None, generator: str | None, english: bool) -> None:
    """ถามต่อเนื่องในเทอร์มินัล แต่ละข้อเข้าใจตามข้อก่อน / Ask one question after another; each is understood from those before.

    An empty line or Ctrl+D ends. Example: tham talk --library ~/thesis
    """
    from rag.assemble import open_answerer

    converse(open_answerer(library, embedder, generator), "en" if english else "th")


def answered(answerer: Asked, item: Item) -> Answer:
    """Return the answer to a question of a file, asked after the questions that it names."""
    before: list[Answer] = []
    for question in (*item.after, item.text):
        before.append(answerer.ask(question, before=before))
    return before[-1]


def converse(answerer: Asked, language: str = "th", lines: Iterable[str] | None = None) -> None:
    """Answer the lines, by default those typed, until one is empty or there are no more; says how a follow-up was understood."""
    from ui.show import answer_text

    before: list[Answer] = []
    for question in typed(language) if lines is None else lines:
        question = " ".join(question.split())
        if not question:
            break
        if not is_text(question):
            click.echo(say("talk_not_text", language), err=True)
            continue
        answer = answerer.ask(question, before=before)
        before.append(answer)
        if answer.understood:
            click.echo(say("understood", language).format(answer.understood))
        click.echo(answer_text(answer, language) + "\n")


def typed(language: str) -> Iterator[str]:
    """Yield the lines of the terminal or of what is piped in; only a terminal is prompted."""
    prompted = sys.stdin.isatty()
    if prompted:
        click.echo(say("talk_hint", language))
    while True:
        if prompted:
            click.echo(say("ask_label", language) + ": ", nl=False)
        line = sys.stdin.readline()
        if not line:
            if prompted:
                click.echo()
            return
        yield line
