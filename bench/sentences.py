"""Where do sentences end: `python -m bench.sentences --data ../shared/data [--split dev]`.

Prints precision, recall and F1 over the blanks by kind of text, the speed of each way of splitting, and how long its sentences are.
What the labels mean: `bench/sentences/README.md`.
"""

import argparse
import hashlib
import json
import lzma
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from thai.sentences import sentences

LABELS = Path(__file__).parent / "sentences"
HELD_OUT = (50, 7)  # of every 50 records of a corpus, the one training never sees
CORPORA = {"news": ("thaigov_v2.jsonl.xz", re.compile(r"\n+")), "wikipedia": ("thwiki_2018.jsonl.xz", re.compile(r"\n+== [^\n]* ==\n"))}
_BLANK = re.compile(r"\s+")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|“[^”]*”|\"[^\"]*\"")
_CUES = (
    "ต่อมา ดังนั้น ดังนี้ อย่างไรก็ นอกจากนี้ นอกจากนั้น ทั้งนี้ ขณะเดียวกัน ในขณะเดียวกัน ปัจจุบัน ในปัจจุบัน จากนั้น หลังจาก ภายหลัง ในที่สุด แม้ ถึงแม้ ส่วน สำหรับ ด้วยเหตุ"
    " เพราะฉะนั้น เขา เธอ พระองค์ ท่าน ในปี ในช่วง ในสมัย เมื่อ การ ความ ผู้"
)
_LINKS = (
    "ซึ่ง โดย เพื่อ ที่ ว่า เพราะ เช่น อาทิ ได้แก่ คือ จึง ก็ ทำให้ จน อัน เป็น ของ กับ ให้ และ หรือ รวม ตลอดจน พร้อม แต่ มี ได้ ถูก จะ ณ ใน จาก ด้วย ตาม ๆ - – ( \""
    " “ ส่วนใหญ่"
)
Splitter = Callable[[str], set[int]]


class Labelled(NamedTuple):
    """A paragraph and the offsets of the blanks that end a sentence, or that may be read either way."""

    kind: str
    text: str
    ends: set[int]
    either: set[int]


def labelled(data: Path, split: str) -> list[Labelled]:
    """Return the labelled paragraphs of ``dev`` or ``test``, those of the corpora taken out of ``data``."""
    rows = [row for row in _rows("corpora.jsonl") if row["split"] == split]
    found = []
    for kind, (name, cut) in CORPORA.items():
        wanted: dict[int, list[dict[str, Any]]] = {}
        for row in rows:
            if row["kind"] == kind:
                wanted.setdefault(row["row"], []).append(row)
        with lzma.open(data / name, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                for row in wanted.get(number, ()):
                    found.append(_of_corpus(row, cut.split(json.loads(line)["text"])[row["paragraph"]].strip()))
                if number > max(wanted):
                    break
    seeds = [Labelled(row["kind"], row["text"], {*row["ends"]}, {*row["either"]}) for row in _rows("seeds.jsonl") if row["split"] == split]
    return [*seeds, *found]


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (LABELS / name).read_text(encoding="utf-8").splitlines()]


def _of_corpus(row: dict[str, Any], text: str) -> Labelled:
    """Return a paragraph of a corpus with its labels, which count blanks from 1."""
    if hashlib.sha256(text.encode()).hexdigest()[:16] != row["sha256"]:
        raise SystemExit(f"{row['id']}: the corpus is not the one that was labelled.")
    blanks = [found.start() for found in _BLANK.finditer(text)]
    return Labelled(row["kind"], text, {blanks[at - 1] for at in row["ends"]}, {blanks[at - 1] for at in row["either"]})


def every_blank(text: str) -> set[int]:
    return {found.start() for found in _BLANK.finditer(text)}


def cue_words(text: str) -> set[int]:
    """A rule one would write: long enough on both sides, outside brackets, no linking word after it; shorter before a cue word."""
    inside = {place for found in _ASIDE.finditer(text) for place in range(*found.span())}
    ends, start, cues, links = set[int](), 0, tuple(_CUES.split()), tuple(_LINKS.split())
    spans = [found.span() for found in re.finditer(r"\S+", text)]
    for (begin, end), (after, far) in pairwise(spans):
        follows = text[after:far]
        cue = follows.startswith(cues) and not follows.startswith("ส่วนใหญ่")
        free = not follows.startswith(links) and not text[end - 1].isdigit() and not follows[0].isdigit()
        long = end - start >= 80 and end - begin >= 20 and far - after >= 20
        if end not in inside and end - start >= 30 and (cue or (free and long)):
            ends.add(end)
            start = after
    return ends


def crfcut(text: str) -> set[int]:
    """The default of pythainlp; it may drop blanks, so its pieces are found by their letters."""
    from pythainlp.tokenize import sent_tokenize

    solid = [place for place, letter in enumerate(text) if not letter.isspace()]
    ends, count = set[int](), 0
    for piece in sent_tokenize(text, engine="crfcut"):
        count += sum(not letter.isspace() for letter in piece)
        ends.add(solid[count - 1] + 1)
    return ends


def tham(text: str) -> set[int]:
    return {span.start + len(text[span.start : span.end].rstrip()) for span in sentences(text)}


WAYS: dict[str, Splitter] = {"every blank": every_blank, "cue words": cue_words, "crfcut": crfcut, "tham": tham}


def measure(split: Splitter, paragraphs: list[Labelled]) -> Iterator[str]:
    """Yield precision, recall and F1 over all and by kind, then the speed and the lengths of the sentences."""
    split(paragraphs[0].text)
    began = time.perf_counter()
    made = [split(paragraph.text) for paragraph in paragraphs]
    took = time.perf_counter() - began
    for kind in ("all", *dict.fromkeys(paragraph.kind for paragraph in paragraphs)):
        count: Counter[str] = Counter()
        for paragraph, ends in zip(paragraphs, made, strict=True):
            if kind in ("all", paragraph.kind):
                given = ends - paragraph.either - {0, len(paragraph.text)}
                count.update(right=len(given & paragraph.ends), made=len(given), true=len(paragraph.ends))
        precision, recall = count["right"] / max(1, count["made"]), count["right"] / count["true"]
        yield f"{kind[:9]} {precision:.2f} {recall:.2f} {2 * precision * recall / max(1e-9, precision + recall):.3f}"
    lengths = [b - a for p, ends in zip(paragraphs, made, strict=True) for a, b in pairwise(sorted({0, *ends, len(p.text)}))]
    yield f"{sum(map(len, (p.text for p in paragraphs))) / took / 1000:.0f} k characters/s"
    yield f"{len(lengths)} sentences, {sum(n > 420 for n in lengths)} over 420, {sum(n < 20 for n in lengths)} under 20"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    options = parser.parse_args()
    paragraphs = labelled(options.data, options.split)
    print(f"{options.split}: {len(paragraphs)} paragraphs, {sum(len(p.ends) for p in paragraphs)} ends; precision, recall, F1")
    for name, split in WAYS.items():
        print(f"{name:12}", *measure(split, paragraphs), sep=" | ")


if __name__ == "__main__":
    main()
