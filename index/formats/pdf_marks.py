"""Thai text put together from glyphs: marks over and under their consonants, sara am in one piece, footnote marks raised.

Only what a page's typesetting took apart is composed again; no letter is added.
"""

import re
from itertools import pairwise

from index.formats.pdf_glyphs import MARKS, Glyph

FOLLOWERS = MARKS | frozenset("ะาำๅ")  # never the first of a word: no blank before them is real
_MARK = "[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]"
_TONE = "[\u0e48-\u0e4b]"
_REPAIRS = (  # in this order
    (re.compile(f" +(?=[\u0e33\u0e45]|{_MARK})"), ""),
    (re.compile(f"\u0e4d({_TONE}?) ?\u0e32|({_TONE})\u0e4d ?\u0e32"), "\\1\\2\u0e33"),
    (re.compile(f"\u0e33({_TONE})"), "\\1\u0e33"),
    (re.compile("([\u0e48-\u0e4c])([\u0e31\u0e34-\u0e3a])"), r"\2\1"),
    (re.compile(f"({_MARK})\\1+"), r"\1"),
)
_SMALL, _LEAST_RAISE, _MOST_RAISE = 0.8, 0.1, 0.75  # of the type beside a raised mark
_NEAR = 4  # letters drawn before a mark
_REACH = 0.6  # em a mark's middle may stand beside its consonant


def compose(text: str) -> str:
    """Return a line with its Thai marks in the order in which they are written, sara am in one piece.

    >>> compose("ทังนี ้"), compose("น\u0e49\u0e4dา") == compose("น\u0e4d\u0e49า") == "น้ำ"
    ('ทังนี้', True)
    """
    for pattern, repaired in _REPAIRS:
        text = pattern.sub(repaired, text)
    return _paired(text)


def _paired(text: str) -> str:
    """Return a text with the halves of characters that PDFium tells one by one put together; half ones say nothing."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return text


def hang(glyphs: list[Glyph]) -> tuple[list[Glyph], list[Glyph]]:
    """Return the letters with each mark hung on the one it stands over or under, if that was drawn shortly before, and the other marks."""
    letters: list[Glyph] = []
    strays: list[Glyph] = []
    for glyph in glyphs:
        if glyph.text[0] not in MARKS:
            letters.append(glyph)
            continue
        nearest = letters[-1] if letters else None
        if nearest and distance(nearest, glyph):
            nearest = min(reversed(letters[-_NEAR:]), key=lambda letter: distance(letter, glyph))
        if nearest and distance(nearest, glyph) <= _REACH:
            put_on(nearest, glyph)
        else:
            strays.append(glyph)
    return letters, strays


def put_on(letter: Glyph, mark: Glyph) -> None:
    """Hang a mark on a letter; a tone mark may bring a sara am with it."""
    letter.text += mark.text
    if len(mark.text) > 1:
        letter.right = max(letter.right, mark.right)


def distance(letter: Glyph, mark: Glyph) -> float:
    """Return how far beside a letter the middle of a mark stands, in em; a letter of another line is far away."""
    if letter.text.isspace() or abs(letter.base - mark.base) > 0.9 * mark.size:
        return 9.0
    middle = (mark.left + mark.right) / 2
    return max(letter.left - middle, middle - letter.right, 0.0) / (mark.size or 1.0)


def lower(letters: list[Glyph]) -> set[int]:
    """Set small raised glyphs on the baseline of the type before or after them; return which they are, by ``id``."""
    raised: dict[int, float] = {}  # with the height they had
    shown = [glyph for glyph in letters if glyph.size]
    for line in (shown, shown[::-1]):
        for beside, glyph in pairwise(line):
            if glyph.size < _SMALL * beside.size:
                found = _is_raised(glyph, beside)
            else:
                found = bool(raised) and id(beside) in raised and _goes_on(glyph, beside, raised[id(beside)])
            if found and id(glyph) not in raised:
                raised[id(glyph)] = glyph.base
                glyph.base = beside.base
    return set(raised)


def _is_raised(glyph: Glyph, beside: Glyph) -> bool:
    return _LEAST_RAISE * beside.size < glyph.base - beside.base < _MOST_RAISE * beside.size and _is_near(glyph, beside, beside.size)


def _goes_on(glyph: Glyph, raised: Glyph, height: float) -> bool:
    """Whether a glyph stands as high as the raised one beside it did."""
    return abs(height - glyph.base) < 0.1 and abs(raised.size - glyph.size) < 0.1 and _is_near(glyph, raised, glyph.size)


def _is_near(one: Glyph, other: Glyph, most: float) -> bool:
    return max(one.left, other.left) - min(one.right, other.right) < most
