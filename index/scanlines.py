"""The lines of a scanned page, each as an image of its own, in reading order.

Tesseract takes the tone marks over tall letters for lines of their own and loses them; lines that are cut out for it keep theirs. They are
found by the ink of their letters' bodies, and cut apart along the path with the least ink between two of them.
"""

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image

Ink = NDArray[np.bool_]
Floats = NDArray[np.floating[Any]]
_MOST_PIXELS = 20_000_000  # more is scaled down: A4 at 450 dpi
_LEAST_CONTRAST = 40  # shades between paper and ink
_APART = 1.4  # body heights: marks are nearer to their letters, other lines further
_UP, _DOWN = 2.6, 2.0  # body heights a line reaches from its middle at most
_ROOM = 3  # body heights below a line in which it is parted from the next
_STEP = 0.02  # what a path pays for going up or down: far less than for ink
_GAP = 2.0  # body heights between parts of a line
_SPECK = 0.25  # body heights dust is high and wide; a bullet or a dash is more
_THIN, _HIGH = 0.35, 1.8  # body heights: what is thinner and higher is no letter
_PAD = 0.2  # body heights of paper around a line
_TILT = 5.0  # degrees looked at to both sides
_GUTTER = (3, 24)  # half body heights: least width and height of the white between columns
_LEAST_COLUMN = 36  # half body heights: a narrower one is a list's numbers, a form's labels
_FULL = 0.7  # of a column's width is the usual line; less is a table
_FRAME = 8  # a stroke of such a part of the page is a rule whatever the letters' height: a frame, a scanner's dark edge
_RULE = 7  # body heights: a longer stroke is a rule


class Line(NamedTuple):
    """A line: where it stands on the page (upright), the height of its letters' bodies, its parts between wide gaps on white paper."""

    column: int
    left: int
    right: int
    middle: int
    size: float
    parts: tuple[NDArray[np.uint8], ...]


def find_lines(image: "Image") -> list[Line]:
    """Return the lines of a page, column after column."""
    shades = _upright(_plain(image))
    limit = _otsu(shades)
    if limit is None:
        return []
    ink = shades <= limit
    body = _body(ink & ~_strokes(ink, max(ink.shape) // _FRAME))
    if not body:
        return []
    rules = _strokes(ink, int(_RULE * body))
    shades = np.where(_around(rules, 1 + int(body / 20)) > 0, 255, shades).astype(np.uint8)
    reach = max(1, int(body / 10))
    ink &= ~rules & (_around(ink, reach) >= 255 // (2 * reach + 1))  # less than a thin stroke: a speck of dust
    found: list[Line] = []
    for number, (top, bottom, left, right) in enumerate(_columns(ink, body)):
        found += _lines(shades[top:bottom, left:right], ink[top:bottom, left:right], body, (number, top, left))
    return found


def _plain(image: "Image") -> "Image":
    """Return the page in grey, dark on white, evenly lit and not too large."""
    from PIL import Image, ImageChops, ImageFilter, ImageOps

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    grey = image.convert("L")
    if (pixels := grey.width * grey.height) > _MOST_PIXELS:
        scale = (_MOST_PIXELS / pixels) ** 0.5
        grey = grey.resize((max(1, int(grey.width * scale)), max(1, int(grey.height * scale))), Image.Resampling.LANCZOS)
    if np.median(np.asarray(grey.reduce(8))) < 100:
        grey = ImageOps.invert(grey)
    paper = grey.reduce(16).filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.BoxBlur(3)).resize(grey.size)
    return ImageChops.add(grey, ImageChops.invert(paper))


def _upright(page: "Image") -> NDArray[np.uint8]:
    """Return the page turned so that its lines lie level: then the ink of its rows differs most."""
    from PIL import Image

    small = page.copy()
    small.thumbnail((700, 700), Image.Resampling.BOX)
    dark = Image.fromarray(255 - np.asarray(small))

    def level(angle: float) -> float:
        return float(np.square(np.diff(np.asarray(dark.rotate(angle, Image.Resampling.BILINEAR), dtype=float).sum(1))).sum())

    rough = max(np.arange(-_TILT, _TILT + 0.5, 0.5), key=level)
    angle = max(np.arange(rough - 0.4, rough + 0.5, 0.1), key=level)
    if abs(angle) > 0.15 and level(angle) > 1.05 * level(0.0):
        page = page.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    return np.asarray(page)


def _otsu(shades: NDArray[np.uint8]) -> int | None:
    """Return the shade that parts ink from paper best, None where there is no ink."""
    counts = np.bincount(shades.ravel(), minlength=256).astype(float)
    below, sums = counts.cumsum(), (counts * np.arange(256)).cumsum()
    above = below[-1] - below
    inner = (below > 0) & (above > 0)
    if not inner.any():
        return None
    dark, light = sums[inner] / below[inner], (sums[-1] - sums[inner]) / above[inner]
    best = int((below[inner] * above[inner] * np.square(light - dark)).argmax())
    return int(np.flatnonzero(inner)[best]) if light[best] - dark[best] > _LEAST_CONTRAST else None


def _runs(flags: Ink) -> list[tuple[int, int]]:
    """Return where runs of true begin and end."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _body(ink: Ink) -> float:
    """Return the usual height of a letter's body: the rows full of ink, over twelve strips of the page; 0 without letters."""
    heights: list[int] = []
    for strip in np.array_split(ink, 12, axis=1):
        rows = strip.sum(1)
        if rows.any():
            heights += [end - start for start, end in _runs(rows > 0.4 * np.percentile(rows[rows > 0], 90))]
    sizes = np.sort([height for height in heights if height >= 4])
    return float(sizes[np.searchsorted(sizes.cumsum(), sizes.sum() / 2)]) if len(sizes) else 0.0


def _around(flags: Ink, reach: int) -> NDArray[np.uint8]:
    """Return how many of the pixels around each one are true, as a share of 255."""
    from PIL import Image, ImageFilter

    return np.asarray(Image.fromarray(flags.astype(np.uint8) * 255).filter(ImageFilter.BoxBlur(reach)))


def _strokes(ink: Ink, length: int) -> Ink:
    """Return the pixels of strokes across or down that are at least ``length`` long."""
    return _long(ink, length) | _long(ink.T, length).T


def _long(ink: Ink, length: int) -> Ink:
    """Return the pixels of strokes along the rows that are at least ``length`` long."""
    if length >= ink.shape[1]:
        return np.zeros_like(ink)
    sums = np.pad(ink.cumsum(1, dtype=np.int32), ((0, 0), (1, 0)))
    starts = np.zeros(ink.shape, dtype=np.int8)
    starts[:, : ink.shape[1] - length + 1] = sums[:, length:] - sums[:, :-length] == length
    begun = np.pad(starts.cumsum(1, dtype=np.int32), ((0, 0), (length, 0)))
    inside: Ink = begun[:, length:] != begun[:, :-length]
    return inside


def _columns(ink: Ink, body: float) -> list[tuple[int, int, int, int]]:
    """Return the parts of a page (top, bottom, left, right) in reading order, cut at the white between columns of running text."""
    cell = max(1, int(body / 2))
    height, width = (size // cell * cell for size in ink.shape)
    cells = ink[:height, :width].reshape(height // cell, cell, width // cell, cell).max((1, 3))
    ends = {cells.shape[0] * cell: ink.shape[0]}, {cells.shape[1] * cell: ink.shape[1]}  # what is left over belongs to the last

    def parts(top: int, bottom: int, left: int, right: int) -> list[tuple[int, int, int, int]]:
        gutter = _gutter(cells[top:bottom, left:right]) if bottom > top else None
        if gutter is None:
            pixels = top * cell, bottom * cell, left * cell, right * cell
            return [(pixels[0], ends[0].get(pixels[1], pixels[1]), pixels[2], ends[1].get(pixels[3], pixels[3]))]
        first, last, cut = top + gutter[0], top + gutter[1], left + gutter[2]
        columns = parts(first, last, left, cut) + parts(first, last, cut, right)
        return parts(top, first, left, right) + columns + parts(last, bottom, left, right)

    return parts(0, cells.shape[0], 0, cells.shape[1])


def _gutter(cells: Ink) -> tuple[int, int, int] | None:
    """Return the longest white strip between two columns (first row, last row, place), None where there is none."""
    wide, longest = _GUTTER
    best: tuple[int, int, int] | None = None
    for place in range(wide, cells.shape[1] - wide):
        white = ~cells[:, place - wide // 2 : place + wide - wide // 2].max(1)
        for start, end in (run for run in _runs(white) if run[1] - run[0] > longest):
            sides = cells[start:end, :place], cells[start:end, place:]
            both = np.flatnonzero(sides[0].any(1) & sides[1].any(1))
            if len(both) and both[-1] - both[0] > longest and all(map(_is_running, sides)):  # not beside one text only
                best, longest = (start, end, place), int(both[-1] - both[0])
    return best


def _is_running(side: Ink) -> bool:
    """Whether one side of a gutter is running text, not labels or the cells of a table: its lines fill it."""
    texts = side[side.any(1)]
    ends = texts.shape[1] - texts[:, ::-1].argmax(1)
    filled = ends - texts.argmax(1)
    usual = np.average(filled, weights=texts.sum(1))  # a row of marks counts little
    return bool(filled.max() >= _LEAST_COLUMN and usual >= _FULL * filled.max())


def _lines(shades: NDArray[np.uint8], ink: Ink, body: float, place: tuple[int, int, int]) -> list[Line]:
    """Return the lines of one column; ``place`` is its number, top and left."""
    middles = _middles(ink, body)
    cuts = _cuts(ink, [middle for middle, _ in middles], body)
    rows = np.arange(len(ink))[:, None]
    found: list[Line] = []
    for (middle, size), (above, below) in zip(middles, pairwise(cuts), strict=False):
        top, bottom = max(0, int(middle - _UP * size)), min(len(ink), int(middle + _DOWN * size))
        own = (rows[top:bottom] >= above) & (rows[top:bottom] < below)
        inked = ink[top:bottom] & own
        spans = [(start, end) for start, end in _apart(inked.max(0), int(_GAP * size)) if _is_written(inked[:, start:end], body)]
        if not spans:
            continue
        paper = np.where(own, shades[top:bottom], 255).astype(np.uint8)
        parts = tuple(_trimmed(paper[:, start:end], inked[:, start:end], int(_PAD * size)) for start, end in spans)
        number, down, across = place
        found.append(Line(number, across + spans[0][0], across + spans[-1][1], down + middle, size, parts))
    return found


def _is_written(inked: Ink, body: float) -> bool:
    """Whether what stands by itself is more than dust and no piece of a rule or of a scanner's dark edge."""
    width, height = inked.shape[1] / body, np.count_nonzero(inked.any(1)) / body
    return bool(max(width, height) > _SPECK and (width > _THIN or height < _HIGH))


def _apart(inked: Ink, gap: int) -> list[tuple[int, int]]:
    """Return where runs of ink begin and end, those less than ``gap`` apart as one: wide gaps, as in tables, confuse Tesseract."""
    found: list[tuple[int, int]] = []
    for start, end in _runs(inked):
        if found and start - found[-1][1] < gap:
            start = found.pop()[0]
        found.append((start, end))
    return found


def _trimmed(paper: NDArray[np.uint8], inked: Ink, pad: int) -> NDArray[np.uint8]:
    rows = np.flatnonzero(inked.any(1))
    return np.pad(paper[rows[0] : rows[-1] + 1], pad, constant_values=255)


def _middles(ink: Ink, body: float) -> list[tuple[int, float]]:
    """Return the middle row and the body height of every line: peaks of ink, no two nearer than marks are to their letters."""
    reach = int(body) + 1
    bell = np.exp(-0.5 * np.square(np.arange(-reach, reach + 1) / (0.3 * body)))
    rows = np.convolve(np.pad(ink.sum(1).astype(float), reach), bell / bell.sum(), "valid")
    peaks = np.flatnonzero((rows[1:-1] >= rows[:-2]) & (rows[1:-1] > rows[2:]) & (rows[1:-1] > 0.15 * body)) + 1
    found: list[tuple[int, float]] = []
    for peak in sorted(peaks.tolist(), key=lambda row: -rows[row]):
        if all(abs(peak - middle) > _APART * other for middle, other in found):
            first = max(0, peak - 2 * reach)
            high = _runs(rows[first : peak + 2 * reach] > rows[peak] / 2)
            size = next(end - start for start, end in high if start <= peak - first < end)
            found.append((peak, max(body, float(size))))
    return sorted(found)


def _cuts(ink: Ink, middles: list[int], body: float) -> list[NDArray[np.intp]]:
    """Return the row where each line begins in every column of pixels: the path with the least ink between it and the line before.

    All paths are looked for at once, column by column, in the rows between the bodies of two lines; the last one is below the page.
    """
    height, width = ink.shape
    tops = np.array([int(middle + body / 2) for middle in middles[:-1]], dtype=np.intp)
    rooms = np.clip(np.array([int(after - body / 2) for after in middles[1:]], dtype=np.intp) - tops, 1, int(_ROOM * body) + 1)
    edges = [np.zeros(width, np.intp)], [np.full(width, height, np.intp)]
    if not len(tops):
        return edges[0] + edges[1]
    offsets = np.arange(rooms.max())
    rows = np.minimum(tops[:, None] + offsets, height - 1)
    astray = 0.1 * np.abs(1.6 * offsets / rooms[:, None] - 0.5)  # feet are shorter than marks: the cut is nearer to the upper line
    astray[offsets >= rooms[:, None]] = np.inf
    total = np.empty((width, *rows.shape), np.float32)
    for column in range(width):
        cost = astray + 10 * ink[rows, column]
        total[column] = cost if not column else cost + _nearest(total[column - 1])
    path = np.empty((width, len(tops)), np.intp)
    each = np.arange(len(tops))
    path[-1] = total[-1].argmin(1)
    for column in range(width - 2, -1, -1):
        steps = np.clip(path[column + 1] + np.array([[0], [-1], [1]]), 0, len(offsets) - 1)
        costs = total[column, each, steps] + np.array([[0], [_STEP], [_STEP]])
        path[column] = steps[costs.argmin(0), each]
    return [*edges[0], *(path + tops).T, *edges[1]]


def _nearest(total: Floats) -> Floats:
    """Return the least cost with which each row is reached from itself and its neighbours."""
    best = total.copy()
    best[:, 1:] = np.minimum(best[:, 1:], total[:, :-1] + _STEP)
    best[:, :-1] = np.minimum(best[:, :-1], total[:, 1:] + _STEP)
    return best
