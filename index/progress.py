"""How far a long piece of work is, told to whoever wants to know."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an addition is: ``stage`` is read (bytes), index or embed (passages); ``done`` of ``total``; ``name`` is the file
    at hand with its number, as 2/5 notes.txt.
    """

    stage: str
    done: int
    total: int
    passages: int
    name: str


Report = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """Report to nobody."""
