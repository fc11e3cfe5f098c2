"""Which of the evidence becomes the answer: one sentence, or a few where the question wants more than a fact."""

from collections.abc import Sequence

from rag.records import Evidence, Kind

MOST_CLAIMS = 4
_WIDE = frozenset({Kind.WHY, Kind.HOW, Kind.LIST})  # kinds whose answer is often spread over several sentences
_NARROW_SHARE, _WIDE_SHARE = 0.45, 0.25  # of the best sentence's likelihood, for a further sentence to be said too
_SHORT = 45  # code points; a shorter sentence is said with the one before it, which it mostly leans on


def choose(evidence: Sequence[Evidence], kind: Kind) -> tuple[Evidence, ...]:
    """Return one to four pieces of evidence, the best first, its neighbours in the order of the text after it."""
    if not evidence:
        return ()
    best = evidence[0]
    share = _WIDE_SHARE if kind in _WIDE else _NARROW_SHARE
    most = MOST_CLAIMS if kind in _WIDE else 2
    further = [piece for piece in evidence[1:most] if piece.score >= share * best.score and piece.text != best.text]
    leaning = _before(best, evidence) if len(best.text) < _SHORT else None
    if leaning and leaning not in further:
        further = [leaning, *further][: most - 1]
    further.sort(key=lambda piece: (piece.hit.passage.document != best.hit.passage.document, piece.hit.passage.document, piece.start))
    return (best, *further)


def _before(best: Evidence, evidence: Sequence[Evidence]) -> Evidence | None:
    """Return the sentence just before the best one in the same passage, if it was read."""
    same = [piece for piece in evidence if piece.hit is best.hit and piece.end <= best.start]
    return max(same, key=lambda piece: piece.end, default=None)
