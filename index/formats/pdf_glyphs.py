"""The characters of a PDF page and where they stand, in the order in which they were drawn.

PDFium tells them one by one. Its running text is not used: that repeats an /ActualText which stands for several glyphs, moves Thai marks
and guesses blanks. Places are in points, turned so that most of the text of the page runs to the right and upwards is more.
"""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from struct import Struct
from typing import Any, NamedTuple

_HIDDEN_HYPHEN = 0x2  # PDFium's sign for a hyphen at the end of a line, and what a font says that says nothing
_HYPHENS = {_HIDDEN_HYPHEN, 0xAD, 0xFFFE}
_NOTHING = {0x200B, 0xFEFF}  # blanks without width, where a line may be broken
_UNMAPPED = {0, 0xFFFD, 0xFFFF}
_ODD = _HYPHENS | _NOTHING
_BLANKS = {0x9, 0xA, 0xD}
_TEXT, _PATH = 1, 2  # kinds of objects
_STRAIGHT = 0.03  # of the slope of text that counts as running along an edge of the page
_BOLD_FLAG, _BOLD_NAMES = 1 << 18, (b"bold", b"black", b"heavy")
_BEARING = 0.25  # em that may lie between the ink of an /ActualText, the only width known of it, and the next glyph
_OVER = 0.35  # em over the baseline where only marks stand
MARKS = frozenset(map(chr, (0xE31, *range(0xE34, 0xE3B), *range(0xE47, 0xE4F))))  # Thai signs over and under letters
_PRIVATE = dict(  # glyph variants of old Thai fonts, in Windows' part of the private use area
    zip(
        range(0xF700, 0xF71B),
        "\u0e10\u0e34\u0e35\u0e36\u0e37\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e0d\u0e31\u0e4d\u0e47"
        "\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e38\u0e39\u0e3a",
        strict=True,
    )
)


@dataclass(slots=True)
class Glyph:
    """What one glyph or one /ActualText says; ``base`` is the height of its baseline, ``size`` that of its type."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool


class Box(NamedTuple):
    """A line or a frame that is drawn on a page."""

    left: float
    bottom: float
    right: float
    top: float


class Sheet(NamedTuple):
    """A page: its glyphs, its boxes, whether it shows anything else, and the share of its characters that cannot be told."""

    glyphs: list[Glyph]
    boxes: list[Box]
    drawn: bool
    unknown: float


@dataclass(slots=True)
class _Said:
    """An /ActualText: its glyph, the quarter turns of its text, and how far down its objects reach."""

    glyph: Glyph
    turn: int
    bottom: float

    def is_over(self) -> bool:
        """Whether only marks of its letters are drawn, as happens once more where a page is cut."""
        return self.glyph.text[0] not in MARKS and self.bottom > self.glyph.base + _OVER * self.glyph.size


@cache
def _function(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    """Return a function of PDFium that takes plain addresses: twice as fast to call as one with typed pointers."""
    import pypdfium2.raw as pdfium

    return ctypes.cast(getattr(pdfium, name), ctypes.CFUNCTYPE(result, *arguments))


_POINTER, _INT = ctypes.c_void_p, ctypes.c_int
_FOUR, _SIX = Struct("4f"), Struct("6f")


def read_sheet(page: Any) -> Sheet:
    """Return what stands on a page of pypdfium2."""
    words = page.get_textpage()
    try:
        return _Reader(page, words).sheet()
    finally:
        words.close()


class _Reader:
    """Reads one page. PDFium is asked three times for each character and some five times for each object of text."""

    def __init__(self, page: Any, words: Any) -> None:
        self._page, self._words = (ctypes.cast(one.raw, _POINTER).value for one in (page, words))
        self._count = words.count_chars()
        self._matrix_at = _function("FPDFText_GetMatrix", _INT, _POINTER, _INT, _POINTER)
        self._size_at = _function("FPDFText_GetFontSize", ctypes.c_double, _POINTER, _INT)
        self._font_of = _function("FPDFTextObj_GetFont", _POINTER, _POINTER)
        self._count_marks = _function("FPDFPageObj_CountMarks", _INT, _POINTER)
        self._mark = _function("FPDFPageObj_GetMark", _POINTER, _POINTER, ctypes.c_ulong)
        self._kind_of = _function("FPDFPageObj_GetType", _INT, _POINTER)
        self._matrix_of = _function("FPDFPageObj_GetMatrix", _INT, _POINTER, _POINTER)
        self._unicode = _function("FPDFText_GetUnicode", ctypes.c_uint, _POINTER, _INT)
        self._is_hyphen = _function("FPDFText_IsHyphen", _INT, _POINTER, _INT)
        self._loose = _function("FPDFText_GetLooseCharBox", _INT, _POINTER, _INT, _POINTER)
        self._box = _function("FPDFText_GetCharBox", _INT, _POINTER, _INT, *[_POINTER] * 4)
        self._bounds = _function("FPDFPageObj_GetBounds", _INT, *[_POINTER] * 5)
        self._rect, self._matrix = (ctypes.c_float * 4)(), (ctypes.c_float * 6)()  # left, top, right, bottom; a to f
        self._rect_at, self._matrix_to = ctypes.addressof(self._rect), ctypes.addressof(self._matrix)
        self._edges = tuple(self._rect_at + ctypes.sizeof(ctypes.c_float) * at for at in (0, 3, 2, 1))  # left, bottom, right, top
        self._corners = (ctypes.c_double * 4)()
        self._sides = tuple(ctypes.addressof(self._corners) + ctypes.sizeof(ctypes.c_double) * at for at in range(4))
        self._fonts: dict[int | None, bool] = {}
        self._says: dict[int, int | None] = {}  # innermost mark of content -> the one with an /ActualText around it
        self._said: dict[int | None, _Said] = {}  # by the mark of content
        self._silent: dict[int, list[Box]] = {}  # objects without characters, before the one of the same /ActualText that has them
        self._glyphs: dict[int, list[Glyph]] = {}  # by the turn of the text
        self._boxes: list[Box] = []
        self._drawn = False
        self._unknown = 0

    def sheet(self) -> Sheet:
        """Return the page as most of its text runs; what runs another way comes last."""
        runs = self._runs()
        get = _function("FPDFPage_GetObject", _POINTER, _POINTER, _INT)
        for at in range(_function("FPDFPage_CountObjects", _INT, _POINTER)(self._page)):
            address = get(self._page, at)
            characters = runs.pop(address, None)
            if characters:
                self._text(address, characters)
            else:
                self._other(address)
        for address, characters in runs.items():  # objects inside others
            self._text(address, characters)
        turns = sorted(self._glyphs, key=lambda turn: -len(self._glyphs[turn]))
        marks_only = {id(said.glyph) for said in self._said.values() if said.is_over()}
        glyphs = [glyph for turn in turns for glyph in self._glyphs[turn] if id(glyph) not in marks_only]
        boxes = [Box(*_turned(box, turns[0])) for box in self._boxes] if turns else []
        return Sheet(glyphs, boxes, self._drawn or bool(self._boxes), self._unknown / max(1, self._unknown + len(glyphs)))

    def _runs(self) -> dict[int, list[int]]:
        """Return the numbers of the characters of each object; a character without one is a guess of PDFium's."""
        owner, words = _function("FPDFText_GetTextObject", _POINTER, _POINTER, _INT), self._words
        runs: dict[int, list[int]] = {}
        for at in range(self._count):
            address = owner(words, at)
            if address in runs:
                runs[address].append(at)
            elif address is not None:
                runs[address] = [at]
        return runs

    def _text(self, address: int, characters: list[int]) -> None:
        """Take the glyphs of an object of text; those of one /ActualText as one glyph, once."""
        mark = self._actual_text(address)
        if mark in self._said:
            turn = self._said[mark].turn
            self._widen(self._said[mark], self._extent(characters[0], turn), self._extent(characters[-1], turn))
            return
        style = self._style(address, characters[0])
        if style is None:
            return
        turn, base, size, bold = style
        line = self._glyphs.setdefault(turn, [])
        if mark is None:
            for at in characters:
                character = self._character(at)
                left, _, right, _ = self._ink(at, turn) if character in MARKS else self._extent(at, turn)
                if character:
                    line.append(Glyph(character, left, right, base, size, bold))
                elif line and line[-1].base == base and left - line[-1].right < size / 2:  # part of what is drawn as several glyphs
                    line[-1].right = max(line[-1].right, right)
        elif text := "".join(map(self._character, characters)):
            left, bottom, _, _ = self._extent(characters[0], turn)
            glyph = Glyph(text, left, left, base, size, bold)
            self._said[mark] = said = _Said(glyph, turn, bottom)
            self._widen(said, self._extent(characters[-1], turn), *(_turned(box, turn) for box in self._silent.pop(mark, ())))
            line.append(glyph)

    def _widen(self, said: "_Said", *boxes: tuple[float, float, float, float]) -> None:
        """Take more objects into the glyph of an /ActualText."""
        for left, bottom, right, _ in boxes:
            said.glyph.left, said.bottom = min(said.glyph.left, left), min(said.bottom, bottom)
            said.glyph.right = max(said.glyph.right, right + _BEARING * said.glyph.size)

    def _other(self, address: int) -> None:
        """Take an object without characters: a blank, which PDFium leaves out, or something drawn."""
        kind = self._kind_of(address)
        if not self._bounds(address, *self._edges):
            return
        left, top, right, bottom = _FOUR.unpack(self._rect)
        box = Box(left, bottom, right, top)
        if kind == _PATH:
            self._boxes.append(box)
        elif kind != _TEXT:
            self._drawn = True
        elif (mark := self._actual_text(address)) is not None:
            if mark in self._said:
                self._widen(self._said[mark], _turned(box, self._said[mark].turn))
            else:
                self._silent.setdefault(mark, []).append(box)
        elif box.right - box.left < 0.01:
            self._matrix_of(address, self._matrix_to)
            a, b, _, _, e, f = _SIX.unpack(self._matrix)
            if a > 0 and abs(b) <= _STRAIGHT * a:
                self._glyphs.setdefault(0, []).append(Glyph(" ", e, e, f, 0.0, False))

    def _style(self, address: int, first: int) -> tuple[int, float, float, bool] | None:
        """Return how an object of text is set: its quarter turns to the left, its baseline, its size, whether it is bold.

        None for text at an angle, such as a watermark.
        """
        self._matrix_at(self._words, first, self._matrix_to)
        a, b, c, d, e, f = _SIX.unpack(self._matrix)
        size = self._size_at(self._words, first) * (c * c + d * d) ** 0.5
        font = self._font_of(address)
        if font not in self._fonts:
            self._fonts[font] = _is_bold(font)
        if abs(b) <= _STRAIGHT * abs(a):
            turn = 0 if a > 0 else 2
        elif abs(a) <= _STRAIGHT * abs(b):
            turn = 1 if b > 0 else 3
        else:
            return None
        return turn, (f, -e, -f, e)[turn], size, self._fonts[font]

    def _character(self, at: int) -> str:
        """Return what a character says, "" where its font does not tell."""
        code = self._unicode(self._words, at)
        if 0x20 <= code < 0xE000 and code not in _ODD:
            return chr(code)
        if code in _NOTHING:
            return ""
        if code in _HYPHENS and (code != _HIDDEN_HYPHEN or self._is_hyphen(self._words, at) == 1):
            return "-"
        if code in _PRIVATE or code in _BLANKS:
            return _PRIVATE.get(code, " ")
        self._unknown += code <= 0xF8FF or code in _UNMAPPED
        return "" if code <= 0x1F or code in _UNMAPPED else chr(code)

    def _extent(self, at: int, turn: int) -> tuple[float, float, float, float]:
        """Return the box of a character, up to where the next one may begin."""
        self._loose(self._words, at, self._rect_at)
        left, top, right, bottom = _FOUR.unpack(self._rect)
        return (left, bottom, right, top) if turn == 0 else _turned((left, bottom, right, top), turn)

    def _ink(self, at: int, turn: int) -> tuple[float, float, float, float]:
        """Return the box of what is drawn of a character: that of a mark says what it stands over, its width does not."""
        self._box(self._words, at, *self._sides)
        left, right, bottom, top = self._corners
        return _turned((left, bottom, right, top), turn)

    def _actual_text(self, address: int) -> int | None:
        """Return the mark of content with an /ActualText that an object stands in."""
        count = self._count_marks(address)
        if not count:
            return None
        innermost = self._mark(address, count - 1)
        if innermost not in self._says:
            marks = [innermost, *(self._mark(address, at) for at in range(count - 1))]
            self._says[innermost] = next((mark for mark in marks if _has_actual_text(mark)), None)
        return self._says[innermost]


def _turned(box: tuple[float, float, float, float], turn: int) -> tuple[float, float, float, float]:
    """Return a box on a page that is turned by quarters to the right."""
    left, bottom, right, top = box
    return ((left, bottom, right, top), (bottom, -right, top, -left), (-right, -top, -left, -bottom), (-top, left, -bottom, right))[turn]


def _has_actual_text(mark: int) -> bool:
    length = ctypes.c_ulong()
    get = _function("FPDFPageObjMark_GetParamStringValue", _INT, _POINTER, ctypes.c_char_p, _POINTER, ctypes.c_ulong, _POINTER)
    return bool(get(mark, b"ActualText", None, 0, ctypes.addressof(length)))


def _is_bold(font: int | None) -> bool:
    if font is None:
        return False
    name = ctypes.create_string_buffer(200)
    _function("FPDFFont_GetBaseFontName", ctypes.c_size_t, _POINTER, _POINTER, ctypes.c_size_t)(font, ctypes.addressof(name), 200)
    flags = _function("FPDFFont_GetFlags", _INT, _POINTER)(font)  # the weight is guessed from stems: some Thai fonts would always be bold
    return any(word in name.value.lower() for word in _BOLD_NAMES) or (flags > 0 and bool(flags & _BOLD_FLAG))
