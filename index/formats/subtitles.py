"""Subtitles (SRT, VTT) as speech: cues joined to paragraphs, the pages are the seconds at which they begin."""

import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from index.compose import Composer
from index.errors import SourceError
from index.formats.blocks import compose
from index.formats.decode import decode
from index.metadata import known
from index.records import Document, Unit
from index.repair import CUT_IN_MID_SENTENCE
from thai.boundaries import boundary_score

_TIME = r"(?:(\d+)\s*:\s*)?(\d{1,2})\s*:\s*(\d{1,2})(?:\s*[.,:]\s*(\d{1,3}))?"
_TIMES = re.compile(rf"\s*{_TIME}\s*-+>\s*{_TIME}")
_ARROW = re.compile(r"^.*-->.*$", re.MULTILINE)
_TAG = re.compile(r"</?(?:i|b|u|s|c|v|font|lang|ruby|rt|span)\b[^<>\n]*>|<[\d:.]+>|\{\\[^{}\n]*\}", re.IGNORECASE)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
_TURN = re.compile(r"^(?:-|–|—|>>)\s*(?=\S)")
_LANGUAGE = re.compile(r"^Language:\s*([A-Za-z]{2,3})\b", re.MULTILINE)
_PAUSE = 2.0  # seconds without speech that end a paragraph
_TOUCH = 0.05  # seconds between cues that follow without a break
_LONG, _TOO_LONG = 500, 1000  # code points of a paragraph: it ends where a sentence does, it ends anyhow
_ROLLING = 0.2  # share of cues that repeat a line in a file whose lines roll


class _Cue(NamedTuple):
    start: float
    end: float
    speaker: str | None
    lines: list[str]


def read(path: Path, meta: Mapping[str, str], at: Callable[[int], None]) -> Iterator[Document]:
    """Yield the one Document of a subtitle file. Raises SourceError for one without any cue."""
    text = decode(path.read_bytes(), path.name)
    cues = _fresh(sorted(_cues(text), key=lambda cue: cue.start))
    if not cues:
        raise SourceError(
            f"{path.name}: ไม่พบคำบรรยายที่มีเวลา (00:00:01,000 --> 00:00:02,000) โปรดตรวจว่าเป็นไฟล์ SRT หรือ VTT",
            f"{path.name}: has no readable cue with times (00:00:01,000 --> 00:00:02,000); check that it is an SRT or VTT file.",
        )
    composer = Composer(Unit.TIME)
    for run in _runs(cues):
        _paragraph(composer, run)
    language = _LANGUAGE.search(text[:1000]) if text.startswith("WEBVTT") else None
    all_meta = known(meta, {"language": language[1].lower() if language else None})
    yield compose(composer, path, all_meta.get("title") or "", all_meta)


def _cues(text: str) -> Iterator[_Cue]:
    """Yield the cues that can be read; what stands between two lines of times belongs to the first."""
    arrows = list(_ARROW.finditer(text))
    vtt = text.startswith("WEBVTT")
    for at, arrow in enumerate(arrows):
        times = _TIMES.match(arrow[0])
        inside = text[arrow.end() : arrows[at + 1].start() if at + 1 < len(arrows) else len(text)].removeprefix("\n")
        last = at + 1 == len(arrows)
        shown = inside.split("\n\n")[0] if vtt else inside if last else re.sub(r"(?:^|\n)\s*\d+\s*\Z", "", inside)
        voice = _VOICE.search(shown)
        lines = [" ".join((unescape(line) if vtt else line).split()) for line in _TAG.sub("", shown).split("\n")]
        lines = [line for line in lines if line]
        if times and lines:
            start, end = _seconds(times.groups()[:4]), _seconds(times.groups()[4:])
            yield _Cue(start, max(start, end), voice[1].strip() if voice else None, lines)


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000


def _fresh(cues: list[_Cue]) -> list[_Cue]:
    """Return the cues with what is new in each, where lines roll up the screen and so are shown again by the next cue."""
    repeated = [_repeated(before, cue) for before, cue in pairwise(cues)]
    partly = sum(0 < count < len(cue.lines) for count, cue in zip(repeated, cues[1:], strict=True))
    rolling = partly >= max(2, _ROLLING * len(cues))
    found = cues[:1]
    for before, cue, count in zip(cues, cues[1:], repeated, strict=False):
        overlaps = cue.start < before.end - _TOUCH and count == len(cue.lines)
        lines = cue.lines[count:] if rolling or overlaps else cue.lines
        if lines:
            found.append(cue._replace(lines=lines))
        else:
            found[-1] = found[-1]._replace(end=max(found[-1].end, cue.end))
    return found


def _repeated(before: _Cue, cue: _Cue) -> int:
    """Return how many lines a cue repeats of the one it follows without a break."""
    if cue.start > before.end + _TOUCH:
        return 0
    most = min(len(before.lines), len(cue.lines))
    return next((count for count in range(most, 0, -1) if before.lines[-count:] == cue.lines[:count]), 0)


def _runs(cues: list[_Cue]) -> Iterator[list[_Cue]]:
    """Yield the cues of each paragraph: it ends at a pause, with the speaker, or at the end of a sentence when it is long."""
    run: list[_Cue] = []
    length, end = 0, 0.0
    for cue in cues:
        if run and (cue.start - end >= _PAUSE or _speaks_another(run[-1], cue) or _full(length, run[-1].lines[-1], cue.lines[0])):
            yield run
            run, length = [], 0
        run.append(cue)
        length += sum(map(len, cue.lines))
        end = max(end, cue.end) if len(run) > 1 else cue.end
    if run:
        yield run


def _speaks_another(before: _Cue, cue: _Cue) -> bool:
    return cue.speaker != before.speaker or bool(_TURN.match(cue.lines[0]))


def _full(length: int, before: str, after: str) -> bool:
    return length >= _TOO_LONG or (length >= _LONG and boundary_score(before, after) >= CUT_IN_MID_SENTENCE)


def _paragraph(composer: Composer, run: list[_Cue]) -> None:
    text = ""
    turns: list[tuple[int, int]] = []
    for cue in run:
        turns.append((len(text), int(cue.start)))
        text += " ".join(cue.lines) + " "  # subtitles break between words, mostly between phrases, where Thai has a blank
    composer.paragraph(text, turns[0][1], turns=turns[1:])
