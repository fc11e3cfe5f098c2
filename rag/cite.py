"""Evidence to claims and citations: every claim is a sentence of a document, word for word, and says where it stands."""

from bisect import bisect_right
from collections.abc import Callable, Sequence

from index.records import Document, Paragraph
from rag.records import Citation, Claim, Evidence, Support

FindDocument = Callable[[str], Document | None]


def paragraph_at(document: Document, offset: int) -> Paragraph:
    """Return the paragraph in which an offset of the text lies (the one before, for an offset between two)."""
    starts = [paragraph.start for paragraph in document.paragraphs]
    return document.paragraphs[max(bisect_right(starts, offset) - 1, 0)]


def cite(evidence: Sequence[Evidence], find: FindDocument) -> tuple[tuple[Claim, ...], tuple[Citation, ...]]:
    """Return one claim and one citation for each piece of evidence, numbered from 1 in the order given.

    Evidence whose text is not word for word at its place in the document (the document was replaced meanwhile) is left out.
    """
    claims: list[Claim] = []
    citations: list[Citation] = []
    for piece in evidence:
        document = find(piece.hit.passage.document)
        if document is None or document.text[piece.start : piece.end] != piece.text:
            continue
        number = len(citations) + 1
        paragraph = paragraph_at(document, piece.start)
        citations.append(
            Citation(number=number, document=document, paragraph=paragraph, start=piece.start, end=piece.end, quote=piece.text)
        )
        claims.append(Claim(text=piece.text, citations=(number,), support=Support.SUPPORTED))
    return tuple(claims), tuple(citations)
