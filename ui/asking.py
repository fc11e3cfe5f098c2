"""The answers that ``tham ask`` prints, as blocks of text: whole, or sentence by sentence while a language model writes."""

from collections.abc import Iterator

from rag.assemble import Answerer
from ui.show import answer_text, claim_text, foot_text


def said(answerer: Answerer, question: str, language: str, *, live: bool) -> Iterator[str]:
    """Yield the blocks to print, one below the other; ``live`` each sentence of a language model as soon as it is checked.

    Where the model fails in the middle, the answer that stands in for it follows, with the reason.
    """
    shown, answer = 0, None
    for answer in answerer.stream(question):
        if live and answer.generator:
            yield from (claim_text(answer, claim, language) for claim in answer.claims[shown:])
            shown = len(answer.claims)
    assert answer is not None  # a stream ends with the whole answer
    if shown and answer.generator:
        yield f"\n{foot_text(answer, language)}"
    else:
        yield ("\n" if shown else "") + answer_text(answer, language)
