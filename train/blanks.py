"""Learn at which blanks Thai sentences end: `python -m train.blanks --data ../shared/data --out models/blanks.json`.

Thai has no full stop, but some texts show where their sentences end: news keeps its line breaks, Wikipedia its section ends, and a few
authors set full stops, which are taken away here. A logistic model over the openings and endings of the clauses around a blank tells
these places from other blanks. Blanks inside paragraphs are mostly no ends, not all: the model judges them itself and learns again.
What grammar says of openings (GRAMMAR) and how much each role counts is fitted on the dev part of ``bench/sentences``.
"""

import argparse
import json
import lzma
import random
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.sentences import CORPORA, HELD_OUT, labelled
from thai.blanks import ENDINGS, FAR, LENGTHS, OPENINGS, REACH, STEPS, alike, clauses, leans, repeats, step
from thai.sentences import outside_asides
from train.grammar import CLOSES, OPENS, closes, opens

SEED = 20181
_LABELLED_TOO = "curid=23142"  # the article of the seeds
_HEADING, _LINES = re.compile(r"\n+== [^\n]* ==\n"), re.compile(r"\n+")
_FULL_STOP = re.compile("[^\\s.][.](?= +\\S)|[\u0e01-\u0e4e][?!](?= )")
_THAI_STOP = re.compile("[\u0e01-\u0e4e][.](?= +\\S)")
_SHORT = re.compile(
    r"(?:สส|สว|ครม|กทม|มสธ|วธ|พม|อบต|อบจ)\.$|(?:^|[\s(./\"0-9])"
    r"(?:[\u0e01-\u0e4e]{1,4}|[A-Za-z]|[A-Z][a-z]{1,3}|\d{1,2})\.$|ฯ\.?$|\.[\u0e01-\u0e4e]{1,3}\.$"
)
_FEWEST, _FEWEST_ACTS = 8, 20  # times a feature must be seen in the corpora, an act in what was labelled by hand
_LEAST = 0.17  # smaller differences are left out
Part = Callable[[str, int], str]
_BEGINNING: Part = lambda form, size: form[:size]  # noqa: E731
_END: Part = lambda form, size: form[-size:]  # noqa: E731
_ROLES = {"n": "next", "o": "opener", "f": "far opener", "t": "later", "l": "last", "e": "earlier", "c": "coming"}
_LENGTHS = {"b": "before", "a": "after", "s": "shorter", "i": "since", "p": "pace"}

class Sight(NamedTuple):
    """What is seen at a blank: openings and endings of clauses, lengths, whether the next clause opens like one before."""

    next: str
    opener: str
    later: str
    last: str
    earlier: str
    coming: str
    before: int
    after: int
    since: int
    pace: float
    repeated: bool


class Row(NamedTuple):
    """A place to learn from; ``source`` is end, inside or stopped."""

    sight: Sight
    label: float
    source: str


def sights(text: str) -> Iterator[tuple[int, Sight]]:
    """Yield the ends of clauses where a sentence may end, and what is seen there."""
    spans, alikes = clauses(text), alike(text)
    outside = outside_asides(text, [end for _, end in spans])
    opener = 0
    for at, ((start, end), (beyond, far)) in enumerate(pairwise(spans)):
        opener = opener if leans(alikes, start) else at
        if not outside[at]:
            continue
        places = (beyond, spans[opener][0], spans[at + 2][0] if at + 2 < len(spans) else len(text))
        ends = (end, spans[at - 1][1] if at else 0, far)
        seen = (*(alikes[place : place + REACH] for place in places), *(alikes[max(0, place - REACH) : place] for place in ends))
        lengths = (end - start, far - beyond, end - spans[opener][0], len(text) / len(spans))
        yield end, Sight(*seen, *lengths, repeats(text, end, beyond))


def features(sight: Sight) -> list[str]:
    """Return the names of what is seen, by role."""
    roles = (("n", sight.next), ("o" if sight.since < FAR else "f", sight.opener), ("t", sight.later))
    names = [role + letters[:size] for role, letters in roles for size in range(1, len(letters) + 1)]
    roles = (("l", sight.last), ("e", sight.earlier), ("c", sight.coming))
    names += [role + letters[-size:] for role, letters in roles for size in range(1, len(letters) + 1)]
    before, after = step(sight.before), step(sight.after)
    steps = {"b": before, "a": after, "s": min(before, after), "i": step(sight.since), "p": step(sight.pace)}
    return [*names, *(f"#{name}{value}" for name, value in steps.items()), *(["#r"] if sight.repeated else [])]


def acts(sight: Sight) -> list[str]:
    """Return what the clauses at a blank do, by role."""
    opener = "o" if sight.since < FAR else "f"
    return [f"n:{opens(sight.next)}", f"{opener}:{opens(sight.opener)}", f"t:{opens(sight.later)}", f"l:{closes(sight.last)}"]


def documents(data: Path, share: float) -> Iterator[list[str]]:
    """Yield documents of both corpora as lists of paragraphs: a share of all, and every one with full stops in it."""
    chance = random.Random(SEED)
    for name, cut in CORPORA.values():
        with lzma.open(data / name, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                chosen = chance.random() < share or ". " in line
                if chosen and number % HELD_OUT[0] != HELD_OUT[1] and _LABELLED_TOO not in line:
                    parts = [" ".join(part.split()) for part in cut.split(json.loads(line)["text"])]
                    yield [part for part in parts if len(part) > 80]


def rows(data: Path, share: float) -> Iterator[Row]:
    """Yield places to learn from."""
    chance = random.Random(SEED)
    for parts in documents(data, share):
        few = chance.random() < share
        for part, after in zip(parts, [*parts, ""][1:], strict=True):
            stops = [found.end() for found in _THAI_STOP.finditer(part) if not _SHORT.search(part[max(0, found.end() - 8) : found.end()])]
            if len(stops) > 1 and len(part) < 500 * len(stops):
                yield from _stopped(part, commas=chance.random() < 0.4)
            elif few:
                seen = [(end, sight) for end, sight in sights(f"{part} {after}".strip()) if end <= len(part)]
                if after and seen and seen[-1][0] == len(part):
                    yield Row(seen.pop()[1], 1.0, "end")
                for _, sight in chance.sample(seen, min(5, len(seen))):
                    yield Row(sight, 0.0, "inside")


def _stopped(text: str, *, commas: bool) -> Iterator[Row]:
    """Yield the blanks of a text whose author set full stops; these, and some authors' commas, are taken away first."""
    stops = {found.end() for found in _FULL_STOP.finditer(text)}
    pieces, labels, place = list[str](), dict[int, float](), 0
    for start, end in clauses(text):
        stop = end in stops
        unsure = stop and text[end - 1] == "." and _SHORT.search(text[max(0, end - 8) : end])
        piece = text[start:end].removesuffix(".") if stop and not unsure else text[start:end]
        pieces.append(piece if commas else piece.rstrip(",;") or piece)
        place += len(pieces[-1])
        if not unsure:
            labels[place] = float(stop)
        place += 1
    for end, sight in sights(" ".join(pieces)):
        if end in labels:
            yield Row(sight, labels[end], "stopped")



class Model:
    """Weights of features, and of the roles and the grammar on top of them."""

    def __init__(self, sights: list[Sight]) -> None:
        count = Counter(name for sight in sights for name in features(sight))
        self.number = {name: at for at, name in enumerate(name for name, times in count.items() if times >= _FEWEST)}
        self.names = list(self.number)
        self.weights = np.zeros(len(self.names))
        group = [name[:2] if name[0] == "#" else name[0] for name in self.names]
        self.groups = list(dict.fromkeys(group))
        self.group = np.array([self.groups.index(name) for name in group])
        self.acts: list[str] = []
        self.scale = np.zeros(0)
        self.bias = 0.0

    def matrix(self, sights: Sequence[Sight]) -> Any:
        from scipy.sparse import csr_array

        places, ends = array("i"), array("i", [0])
        for sight in sights:
            places.extend({self.number[name] for name in features(sight) if name in self.number})
            ends.append(len(places))
        return csr_array((np.ones(len(places), np.float32), places, ends), shape=(len(sights), len(self.names)))

    def learn(self, seen: Any, labels: Any, counts: Any) -> float:
        """Fit the weights of the features and return the bias; a label between 0 and 1 is a little of both."""
        from scipy.sparse import vstack
        from sklearn.linear_model import LogisticRegression

        ends, others = np.flatnonzero(labels > 0.01), np.flatnonzero(labels < 0.99)
        logistic = LogisticRegression(C=0.1, max_iter=60, solver="liblinear", tol=0.01)
        kinds = np.r_[np.ones(len(ends)), np.zeros(len(others))]
        shares = np.r_[(labels * counts)[ends], ((1 - labels) * counts)[others]]
        logistic.fit(vstack([seen[ends], seen[others]]), kinds, sample_weight=shares)
        self.weights = logistic.coef_[0]
        return float(logistic.intercept_[0])

    def parts(self, seen: Any, sights: Sequence[Sight]) -> Any:
        """Return what each group of features adds at each place, and what the clauses do there."""
        sums = [seen @ np.where(self.group == at, self.weights, 0.0) for at in range(len(self.groups))]
        done = [set(acts(sight)) for sight in sights]
        return np.column_stack([*sums, *([float(act in some) for some in done] for act in self.acts)])

    def calibrate(self, seen: Any, sights: Sequence[Sight], labels: Any) -> None:
        """Fit how much the groups and the grammar count on places labelled by hand."""
        from sklearn.linear_model import LogisticRegression

        count = Counter(act for sight in sights for act in acts(sight) if not act.endswith(":"))
        self.acts = sorted(act for act, times in count.items() if times >= _FEWEST_ACTS)
        parts = self.parts(seen, sights)
        middle, spread = parts.mean(0), parts.std(0) + 1e-9
        logistic = LogisticRegression(C=0.1, max_iter=500).fit((parts - middle) / spread, labels)
        self.scale = logistic.coef_[0] / spread
        self.bias = float(logistic.intercept_[0] - middle @ self.scale)

    def judge(self, seen: Any, sights: Sequence[Sight]) -> Any:
        return self.parts(seen, sights) @ self.scale + self.bias

    def written(self) -> dict[str, Any]:
        """Return everything as one sum of weights, for ``thai.boundaries``."""
        weights = dict(zip(self.names, self.weights * self.scale[self.group], strict=True))
        counts = dict(zip(self.acts, self.scale[len(self.groups) :], strict=True))
        roles = {role: {name[1:]: weight for name, weight in weights.items() if name[0] == letter} for letter, role in _ROLES.items()}
        for letter in "noft":
            _add(roles[_ROLES[letter]], {form: counts.get(f"{letter}:{act}", 0.0) for form, act in OPENS.items()}, _BEGINNING)
        _add(roles["last"], {form: counts.get(f"l:{act}", 0.0) for form, act in CLOSES.items()}, _END)
        lengths = {name: [weights.get(f"#{letter}{at}", 0.0) for at in range(STEPS)] for letter, name in _LENGTHS.items()}
        return {"bias": self.bias, "roles": roles, "lengths": lengths, "repeated": weights.get("#r", 0.0)}


def _add(role: dict[str, float], forms: dict[str, float], part: Part) -> None:
    """Add what forms weigh to a role, where of several that fit only the longest counts."""
    for form, weight in forms.items():
        shorter = next((forms[part(form, size)] for size in range(len(form) - 1, 0, -1) if part(form, size) in forms), 0.0)
        role[form] = role.get(form, 0.0) + weight - shorter


def save(path: Path, learned: dict[str, Any]) -> None:
    """Write what ``thai.blanks`` reads."""
    openings = {role: _longest(learned["roles"][role], _BEGINNING) for role in OPENINGS}
    endings = {role: _longest(learned["roles"][role], _END) for role in ENDINGS}
    lengths = {name: [round(weight, 2) for weight in learned["lengths"][name]] for name in LENGTHS}
    first = {"bias": round(learned["bias"], 3), "repeated": round(learned["repeated"], 3), "lengths": lengths}
    path.write_text(json.dumps({**first, "openings": openings, "endings": endings}, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def _longest(role: dict[str, float], part: Part) -> dict[str, float]:
    """Return what each form weighs with all the shorter ones that it fits; left out where a shorter one says nearly the same."""
    kept: dict[str, float] = {}
    for form in sorted(role, key=len):
        parts = [part(form, size) for size in range(len(form), 0, -1)]
        total = sum(role.get(shorter, 0.0) for shorter in parts)
        if abs(total - next((kept[shorter] for shorter in parts if shorter in kept), 0.0)) >= _LEAST:
            kept[form] = round(total, 2)
    return dict(sorted(kept.items()))


def by_hand(data: Path, split: str) -> tuple[list[Sight], Any]:
    """Return the labelled places of ``bench/sentences``, those that may be read either way left out."""
    texts = labelled(data, split)
    found = [(sight, end in text.ends) for text in texts for end, sight in sights(text.text) if end not in text.either]
    return [sight for sight, _ in found], np.array([label for _, label in found], float)


def train(data: Path, share: float) -> Model:
    """Learn, judge the blanks whose label is not known, and learn again."""
    found = list(rows(data, share))
    seen_there = [row.sight for row in found]
    labels, sources = np.array([row.label for row in found]), np.array([row.source for row in found])
    print(f"{len(found)} places", *Counter(row.source for row in found).items())
    model = Model(seen_there)
    seen, counts = model.matrix(seen_there), np.where(sources == "stopped", 2.0, 1.0)
    places, ends = by_hand(data, "dev")
    there, unknown = model.matrix(places), np.flatnonzero(sources == "inside")
    for round_ in range(2):
        if round_:
            labels[unknown] = 1 / (1 + np.exp(-model.judge(seen[unknown], [seen_there[at] for at in unknown])))
        model.learn(seen, labels, counts)
        model.calibrate(there, places, ends)
        print(f"round {round_}: {report(model.judge(there, places), ends)} on the places it was calibrated on")
    return model


def report(scores: Any, labels: Any) -> str:
    from sklearn.metrics import average_precision_score, roc_auc_score

    return f"ROC AUC {roc_auc_score(labels, scores):.3f}, average precision {average_precision_score(labels, scores):.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--share", type=float, default=0.16, help="share of the documents read")
    options = parser.parse_args()
    save(options.out, train(options.data, options.share).written())


if __name__ == "__main__":
    main()
