"""Learn where Thai sentences and paragraphs end: `python -m train.boundaries --data ../shared/data --out models/boundaries.json`.

Thai has no full stop, but texts whose paragraph breaks are known show which words end a stretch and which words begin one:
government news keeps its line breaks, Wikipedia its section ends. A logistic model over the words on both sides of a place
tells these breaks (1) from blanks and word ends inside paragraphs (0). Nearly every paragraph break is a sentence end, so the same
score, with a lower threshold, ranks the blanks inside a paragraph.
"""

import argparse
import json
import lzma
import random
import re
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path

from thai.boundaries import features

SEED = 20181
_HEADING = re.compile(r"\n+== [^\n]* ==\n")
_WINDOW = 40  # code points of context on each side, enough for two words


def paragraphs(data: Path, texts: int) -> Iterator[list[str]]:
    """Yield documents as lists of paragraphs whose ends are known, half news and half encyclopedia."""
    for name, cut in (("thaigov_v2.jsonl.xz", re.compile(r"\n+")), ("thwiki_2018.jsonl.xz", _HEADING)):
        with lzma.open(data / name, "rt", encoding="utf-8") as lines:
            for line in islice(lines, 200, 200 + texts):
                yield [part.strip() for part in cut.split(json.loads(line)["text"]) if len(part.strip()) > 80]


def examples(data: Path, texts: int) -> Iterator[tuple[list[str], int]]:
    """Yield (features, 1) at every paragraph break and (features, 0) at blanks and word ends inside paragraphs."""
    from thai.words import words

    chance = random.Random(SEED)
    for parts in paragraphs(data, texts):
        for before, after in pairwise(parts):
            yield features(_solid(words(before[-_WINDOW:])), _solid(words(after[:_WINDOW]))), 1
            tokens = words(before)
            inside = range(4, len(tokens) - 4)
            blanks = [at for at in inside if tokens[at].isspace()]
            places = chance.sample(blanks, min(2, len(blanks))) + chance.sample(inside, min(2, len(inside)))
            for at in places:
                yield features(_solid(tokens[at - 4 : at]), _solid(tokens[at : at + 5])), 0


def _solid(tokens: list[str]) -> list[str]:
    return [token for token in tokens if not token.isspace()]


def fit(rows: list[tuple[list[str], int]], keep: int) -> dict[str, float]:
    """Return the weights of the ``keep`` strongest features and the bias under the name ``bias``."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([dict.fromkeys(names, 1.0) for names, _ in rows])
    common = matrix.sum(axis=0).A1 >= 12
    names = vectorizer.get_feature_names_out()[common]
    model = LogisticRegression(C=0.3, max_iter=300).fit(matrix[:, common], [label for _, label in rows])
    strongest = abs(model.coef_[0]).argsort()[::-1][:keep]
    weights = {str(names[at]): round(float(model.coef_[0][at]), 3) for at in sorted(strongest)}
    return {"bias": round(float(model.intercept_[0]), 3), **weights}


def report(rows: list[tuple[list[str], int]], weights: dict[str, float]) -> str:
    """Return accuracy figures on rows the model has not seen."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    scores = [weights["bias"] + sum(weights.get(name, 0.0) for name in names) for names, _ in rows]
    labels = [label for _, label in rows]
    area, precision = roc_auc_score(labels, scores), average_precision_score(labels, scores)
    return f"{len(rows)} held-out places: ROC AUC {area:.3f}, average precision {precision:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--texts", type=int, default=12000, help="documents read from each corpus")
    parser.add_argument("--keep", type=int, default=6000, help="features kept")
    options = parser.parse_args()
    rows = list(examples(options.data, options.texts))
    random.Random(SEED).shuffle(rows)
    held = len(rows) // 20
    weights = fit(rows[held:], options.keep)
    options.out.write_text(json.dumps(weights, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(report(rows[:held], weights))


if __name__ == "__main__":
    main()
