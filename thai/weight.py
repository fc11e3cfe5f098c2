"""How much a word tells: rare words tell more. From the word counts of the Thai National Corpus that pythainlp carries.

A library of two texts is too small to count in; a national corpus is not.
"""

import math
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_UNSEEN = 14.0  # of a word that the corpus does not have, mostly names
_NUMBER = 9.0
_COMPOUND = 1.0  # a compound the corpus counts in parts (เสียชีวิต) tells a little more than its rarer part


@cache
def _counts() -> tuple[dict[str, int], float]:
    spec = find_spec("pythainlp")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("pythainlp is not installed: run `make setup`")
    table = Path(spec.submodule_search_locations[0], "corpus", "tnc_freq.txt")
    counts: dict[str, int] = {}
    for line in table.read_text(encoding="utf-8").splitlines():
        word, _, count = line.rpartition("\t")
        counts[word] = int(count)
    return counts, math.log(sum(counts.values()))


def weight(word: str) -> float:
    """Return the information of a word in nats, 0..14: log of one over its share of the corpus.

    >>> weight("ที่") < weight("เศรษฐกิจ") < weight("ทรอตสกี")
    True
    """
    if any(letter.isdigit() for letter in word):
        return _NUMBER
    known = _counted(word)
    if known is not None:
        return known
    halves = ((_counted(word[:cut]), _counted(word[cut:])) for cut in range(2, len(word) - 1))
    return min(_UNSEEN, min((max(a, b) + _COMPOUND for a, b in halves if a is not None and b is not None), default=_UNSEEN))


@cache
def _counted(word: str) -> float | None:
    counts, total = _counts()
    count = counts.get(word)
    return min(_UNSEEN, total - math.log(count)) if count else None
