"""Which of the evidence becomes the answer: a sentence for a fact, a few where the question wants more.

Thai sentences lean on their neighbours (the year in one, the name in the next), so a neighbour of the best sentence is said too on less
likelihood than a sentence elsewhere. The shares were chosen on iapp_validation: more claims hold more answers and read worse.
"""

import re
from collections.abc import Sequence

from rag.records import Evidence, Kind

MOST_CLAIMS = 4
_WIDE = frozenset({Kind.WHY, Kind.HOW, Kind.LIST})  # kinds whose answer is often spread over several sentences
_NARROW_SHARE, _WIDE_SHARE, _NEIGHBOUR_SHARE = 0.35, 0.25, 0.1  # of the best sentence's likelihood, to be said too
_POINTS_BACK = re.compile(
    "ด้วยเหตุ|เพราะเหตุ|ดังนั้น|ฉะนั้น|เพราะฉะนั้น|เหตุนี้|จึง|หากแต่|แต่(?!ง|ละ|เดิม|แรก)|อย่างไรก็|ในขณะเดียวกัน|ขณะเดียวกัน|กล่าวคือ|นั่นคือ"
    "|ซึ่ง|เรื่องนี้|สิ่งนี้|เหตุการณ์นี้|กรณีนี้|การนี้|ในการนี้|ในปีเดียวกัน|ในปีนั้น"
)
_POINTS_ON = re.compile("(?:ได้แก่|ดังนี้|ดังต่อไปนี้|ประกอบด้วย|คือ|เช่น|เนื่องจาก|เพราะ|ว่า|โดย)$")
_REASON = re.compile("เนื่องจาก|เนื่องด้วย|เพราะ|ด้วยเหตุ|สาเหตุ|เหตุผล")
_LOOKED_AT = 8  # pieces of evidence considered
_BESIDE = 1  # code points between neighbours of one paragraph at most: a blank


def choose(evidence: Sequence[Evidence], kind: Kind) -> tuple[Evidence, ...]:
    """Return one to four pieces of evidence: the best with its neighbours in the order of the text, then others, its own document first."""
    if not evidence:
        return ()
    best = evidence[0]
    share, most = (_WIDE_SHARE, MOST_CLAIMS) if kind in _WIDE else (_NARROW_SHARE, 2)
    halves = _leant_on(best, evidence, kind)
    others = [piece for piece in evidence[1:_LOOKED_AT] if piece.text != best.text and piece not in halves]
    further = halves + [piece for piece in others if piece.score >= best.score * (_NEIGHBOUR_SHARE if _beside(best, piece) else share)]
    further = further[: max(most - 1, len(halves))]
    own = best.hit.passage.document
    further.sort(key=lambda piece: (piece.hit.passage.document != own, piece.hit.passage.document, piece.start))
    together = sorted((best, *(piece for piece in further if _beside(best, piece))), key=lambda piece: piece.start)
    return (*together, *(piece for piece in further if piece not in together))


def _leant_on(best: Evidence, evidence: Sequence[Evidence], kind: Kind) -> list[Evidence]:
    """Return the neighbours without which the best sentence is half a thought.

    The one before where it begins by pointing back (“for this reason”, “but instead”); the one after where it ends by pointing on
    (“namely”), or where that gives the reason that was asked for.
    """
    beside = [piece for piece in evidence if piece is not best and _beside(best, piece)]
    before = [piece for piece in beside if piece.end <= best.start and _POINTS_BACK.match(best.text)]
    after = [piece for piece in beside if piece.start >= best.end]
    return before + [piece for piece in after if _POINTS_ON.search(best.text) or (kind is Kind.WHY and _REASON.match(piece.text))]


def _beside(best: Evidence, piece: Evidence) -> bool:
    return piece.hit is best.hit and (0 <= piece.start - best.end <= _BESIDE or 0 <= best.start - piece.end <= _BESIDE)
