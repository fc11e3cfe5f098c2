"""A user's own language model: what it must be able to do, and how one is opened.

``--generator`` names a folder or hub name of a transformers model, or a chat endpoint as ``openai:http://localhost:11434/v1#model``.
What it writes is never trusted: ``rag/writing/support.py`` judges every sentence, and where it fails the extractive answer stands in.
"""

from collections.abc import Generator as Pieces
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event
from typing import Literal, NamedTuple, Protocol

from index.errors import ThamError

ENDPOINT = "openai:"
LONGEST_ANSWER = 800  # tokens asked for
MOST_WRITTEN = 12_000  # code points taken from a model for one answer; more is an endless stream


class GeneratorError(ThamError):
    """The language model cannot be opened or asked, or what it sent cannot be used."""


class AnswerCut(GeneratorError):
    """The language model reached its length limit: what it wrote before holds."""


class Message(NamedTuple):
    """One message of a chat."""

    role: Literal["system", "user"]
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a language model is waited for, in seconds: to connect, for its first word, between words, for all of them."""

    connect: float = 5.0
    first: float = 120.0
    silence: float = 30.0
    total: float = 300.0


class Generator(Protocol):
    """A language model that writes an answer to a chat."""

    @property
    def name(self) -> str:
        """What is shown as the writer of its answers."""
        ...

    @property
    def room(self) -> int:
        """The largest prompt that it takes, in the units of ``size``."""
        ...

    def size(self, text: str) -> int:
        """Return how much room a text takes: tokens where they can be counted, else code points."""
        ...

    def write(self, messages: Sequence[Message], stop: Event) -> Pieces[str]:
        """Yield what the model writes, piece by piece. Closing the iterator or setting ``stop`` ends its work.

        Raises GeneratorError: it cannot be reached, is silent too long, breaks off, sends what is no answer; AnswerCut at its length limit.
        """
        ...


def open_generator(name: str, patience: Patience | None = None) -> Generator:
    """Return the language model with this name. An endpoint is not asked yet, a local model is loaded.

    Raises GeneratorError, UsageError.
    """
    patience = patience or Patience()
    if name.startswith(ENDPOINT):
        from rag.writing.endpoint import Endpoint

        return Endpoint(name.removeprefix(ENDPOINT), patience)
    from rag.writing.local_model import LocalModel

    return LocalModel(name, patience)
