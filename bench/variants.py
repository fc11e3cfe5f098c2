"""How well keys bring spellings together: `python -m bench.variants ../shared/data/thaigov_v2.jsonl.xz`.

Variant pairs are mined by rule: government news write a foreigner's name in Thai with the Latin spelling behind it in brackets,
and different officers spell it differently. Where both names have as many parts, part goes with part; two Thai spellings of one Latin
part are a variant pair, two of Latin parts that differ by more than a third of their letters a wrong one. Pairs from the seeds are a list
made by hand (`bench/variants/seeds.txt`, spellings of one name a line). Printed for every key: how many of both kinds meet.
"""

import argparse
import json
import lzma
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from thai.fold import fold, skeleton
from thai.normalize import canonical

_NAMED = re.compile(
    r"(?:นายกรัฐมนตรี|นางสาว|นาย|นาง|ดร\.|ศาสตราจารย์|พลเอก|พลตรี)\s?(?P<thai>[\u0e01-\u0e4e][\u0e01-\u0e4e .\-]{3,50}?)\s?"
    r"\(\s?(?:(?:H\.?\s?E\.?|Mrs?\.?|Ms\.?|Dr\.?|Miss|The|Right|Hon(?:ou?rable|\.)?|Prof\.?|Sir|Gen\.?|General)[ ,]\s?)*"
    r"(?P<latin>[A-Z][A-Za-zÀ-ÿ' .\-]{4,50})\)"
)
_LATIN, _LONGEST_PART, _WRONG_PAIRS = re.compile(r"[a-z]{3,}"), 16, 300_000
_SEEDS = Path(__file__).with_name("variants") / "seeds.txt"
Pair = tuple[str, str]


def spellings(file: Path) -> dict[str, list[str]]:
    """Return the Thai spellings of each part of a Latin name, in the order found."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            for name in _NAMED.finditer(json.loads(line)["text"]):
                latin, thai = name["latin"].lower().split(), name["thai"].split()
                if len(latin) != len(thai):
                    continue
                for ours, theirs in zip(thai, latin, strict=True):
                    if _LATIN.fullmatch(theirs) and _is_name(ours) and skeleton(ours)[:1] == skeleton(theirs)[:1]:
                        found[theirs][ours] = None
    return {latin: list(thai) for latin, thai in found.items()}


def _is_name(part: str) -> bool:
    return len(part) <= _LONGEST_PART and "รัฐมนตรี" not in part


def variant_pairs(names: dict[str, list[str]]) -> list[Pair]:
    """Return every pair of spellings of one name."""
    return [pair for thai in names.values() for pair in combinations(thai, 2)]


def wrong_pairs(names: dict[str, list[str]]) -> list[Pair]:
    """Return pairs of spellings of names that differ by more than a third of their Latin letters: a seeded sample."""
    flat = [(latin, thai) for latin, every in names.items() for thai in every]
    pairs = [(a, b) for a, b in combinations(flat, 2) if Levenshtein.normalized_distance(a[0], b[0]) > 1 / 3]
    random.Random(1).shuffle(pairs)
    return [(a[1], b[1]) for a, b in pairs[:_WRONG_PAIRS]]


def keys() -> Iterator[tuple[str, Callable[[str], str]]]:
    """Yield the keys compared: ours and pythainlp's soundexes."""
    from pythainlp.soundex import lk82, metasound, prayut_and_somchaip, udom83

    yield "as written", canonical
    yield "fold", fold
    yield "skeleton", skeleton
    yield "lk82", lk82
    yield "udom83", udom83
    yield "metasound", metasound
    yield "prayut_and_somchaip", prayut_and_somchaip


def meeting(pairs: list[Pair], key: Callable[[str], str]) -> float:
    """Return the share of pairs whose keys are equal; an empty key meets nothing."""
    known: dict[str, str] = {word: key(word) for pair in pairs for word in pair}
    return sum(bool(known[a]) and known[a] == known[b] for a, b in pairs) / len(pairs) if pairs else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--show", default="", help="print the variant pairs that do not meet under this key")
    options = parser.parse_args()
    names = spellings(options.file)
    seeds = [pair for line in _SEEDS.read_text(encoding="utf-8").splitlines() for pair in combinations(line.split(), 2)]
    variants, wrong = variant_pairs(names), wrong_pairs(names)
    print(f"{len(names)} names, {len(variants)} variant pairs, {len(wrong)} wrong pairs; {len(seeds)} variant pairs of the seeds")
    for name, key in keys():
        print(f"{name:20} news {meeting(variants, key):.3f}  seeds {meeting(seeds, key):.3f}  wrong {100 * meeting(wrong, key):.3f} %")
        if name == options.show:
            print("\n".join(f"  {a} {b}: {key(a)} {key(b)}" for a, b in variants + seeds if key(a) != key(b)))


if __name__ == "__main__":
    main()
