"""Fit the reader: `python -m train.reader --data ../shared/data --out models/reader.json`.

Two judgements over the columns of ``rag/reading/features.py``:
``sentence``, a small network, ranks the sentences of the retrieved passages: the one that holds the answer against all others. Fitted on
iapp_train, its documents in one library, the titles of every second one left out, each question once as it is and once in other words
(``train/rewording.py``); and on the questions of ``train/written.py``.
``answered``, a logistic model, says how likely the documents answer at all. Each paraphrased question is asked of the whole library, of
the library without the document that answers (another entity), and without the sentences that hold the answer (the fact is missing);
written questions as they are, those that nothing answers among them.
Then calibrated on iapp_validation, asked with and without the document that answers, and on written questions kept for it: the
probability that the best sentence is right.

iapp_validation is reported, and MIRACL training questions, asked without the text at hand, over the Wikipedia articles judged for them.
"""

import argparse
import json
import lzma
import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from bench.seeds import squeeze
from rag.question import ask
from rag.reading.features import COLUMNS, Matrix, candidates, features
from rag.reading.rank import READ_HITS, priors, summarise
from rag.retrieve import Retriever
from train.contexts import Item, library_of, opened, people, squeezed_texts, tells
from train.rewording import reworded
from train.written import written

SEED, HIDDEN, MEMBERS = 7, 24, 5
Labels = npt.NDArray[np.bool_]


class Example(NamedTuple):
    """A question's candidates: their features and priors, whether each holds the answer, and whether each is of the answering document."""

    rows: Matrix
    priors: Matrix
    holds: Labels
    own: Labels


def examples(
    questions: Sequence[Item], retriever: Retriever, *, paraphrase: bool = False, without: bool = False
) -> Iterator[Example]:
    """Yield the candidates of every question, found in all documents or in all ``without`` the one that answers."""
    squeezed = squeezed_texts(retriever)
    chance = random.Random(SEED)
    for item in questions:
        question = ask(reworded(item["question"], chance) if paraphrase else item["question"])
        others = [name for name, text in squeezed.items() if text != squeeze(item["context"])] if without else None
        found = candidates(retriever.retrieve(question, READ_HITS, others))
        if not found:
            continue
        context = squeeze(item["context"])
        own = np.array([squeezed[candidate.hit.passage.document] == context for candidate in found])
        holds = np.array([mine and tells(item, each.text, each.start) for each, mine in zip(found, own, strict=True)])
        yield Example(features(question, found, retriever.embedder), priors(found), holds, own)


def network(columns: int, hidden: int) -> torch.nn.Sequential:
    return torch.nn.Sequential(torch.nn.Linear(columns, hidden), torch.nn.Tanh(), torch.nn.Linear(hidden, 1))


def padded(data: list[Example]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return features (n, most, columns), which places hold an answer (n, most), and which are filled (n, most)."""
    most = max(len(example.rows) for example in data)
    rows = torch.zeros(len(data), most, len(COLUMNS))
    holds, filled = torch.zeros(len(data), most, dtype=torch.bool), torch.zeros(len(data), most, dtype=torch.bool)
    for at, example in enumerate(data):
        size = len(example.rows)
        rows[at, :size] = torch.from_numpy(example.rows)
        holds[at, :size] = torch.from_numpy(example.holds)
        filled[at, :size] = True
    return rows, holds, filled


def fit_sentence(data: list[Example], epochs: int) -> torch.nn.Sequential:
    """Fit the ranker of sentences: the probability mass on those that hold the answer. Several fits, averaged, are steadier than one."""
    filled = padded([example for example in data if example.holds.any()])
    members = [fit_member(*filled, epochs) for _ in range(MEMBERS)]
    model = network(len(COLUMNS), HIDDEN * MEMBERS)
    with torch.no_grad():
        for place in (0, 2):
            model[place].weight.copy_(torch.cat([member[place].weight for member in members], dim=place // 2))
        model[2].weight.div_(MEMBERS)
        model[0].bias.copy_(torch.cat([member[0].bias for member in members]))
        model[2].bias.copy_(torch.stack([member[2].bias for member in members]).mean(dim=0))
    return model


def fit_member(rows: torch.Tensor, holds: torch.Tensor, filled: torch.Tensor, epochs: int) -> torch.nn.Sequential:
    model = network(len(COLUMNS), HIDDEN)
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-2)
    nothing = torch.tensor(-1e9)
    for _ in range(epochs):
        for part in torch.randperm(len(rows)).split(64):
            scores = torch.where(filled[part], model(rows[part]).squeeze(2), nothing)
            held = torch.where(holds[part], scores, nothing)
            loss = (torch.logsumexp(scores, 1) - torch.logsumexp(held, 1)).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return model


def three_ways(example: Example) -> Iterator[Example]:
    """Yield the question as it is, if it is answered, without the document that answers, and without the sentences that do."""
    whole = [np.ones(len(example.rows), bool)] if example.holds.any() else []
    for kept in (*whole, ~example.own, ~example.holds):
        if kept.any():
            yield Example(*(part[kept] for part in example))


def answered_rows(data: Iterable[Example], model: torch.nn.Sequential) -> tuple[Matrix, Labels]:
    """Return what the reader knows of each question, and whether the documents answered."""
    asked = [(summarise(one.rows, scores_of(model, one.rows, one.priors)), bool(one.holds.any())) for one in data]
    rows, labels = zip(*asked, strict=True)
    return np.asarray(rows, np.float32), np.asarray(labels)


def scores_of(model: torch.nn.Sequential, rows: Matrix, priors: Matrix) -> Matrix:
    scores: Matrix = model(torch.from_numpy(rows)).detach().numpy()[:, 0] + priors - priors.max()
    return scores


def fit_answered(rows: Matrix, labels: Labels) -> tuple[Matrix, float]:
    """Fit the probability that the documents answer; return weights and bias for rows as they are."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    model = LogisticRegression(C=0.05, max_iter=2000, class_weight="balanced").fit((rows - mean) / spread, labels)
    weights = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ mean)


def calibrated(answered: tuple[Matrix, float], asked: list[Example], model: torch.nn.Sequential) -> tuple[Matrix, float]:
    """Stretch and shift the probability so that it is true of questions that it was not fitted on: how often the best sentence is right."""
    from sklearn.linear_model import LogisticRegression

    scores = [scores_of(model, example.rows, example.priors) for example in asked]
    rows = np.asarray([summarise(example.rows, own) for example, own in zip(asked, scores, strict=True)])
    right = [bool(example.holds[own.argmax()]) for example, own in zip(asked, scores, strict=True)]
    scale = LogisticRegression(C=1e6).fit((rows @ answered[0] + answered[1])[:, None], right)
    return answered[0] * float(scale.coef_[0, 0]), answered[1] * float(scale.coef_[0, 0]) + float(scale.intercept_[0])


def sureness(rows: Matrix, answered: tuple[Matrix, float]) -> Matrix:
    sure: Matrix = 1 / (1 + np.exp(-(rows @ answered[0] + answered[1])))
    return sure


def natural_rows(data: Path, model: torch.nn.Sequential, most: int) -> Matrix:
    """Return what the reader knows of MIRACL's questions where a passage of a right article was found."""
    questions = [json.loads(line) for line in (data / "miracl_th_train.jsonl").open(encoding="utf-8")]
    chosen = random.Random(SEED).sample([item for item in questions if item["positive_articles"]], most)
    wanted = {article for item in chosen for article in item["positive_articles"] + item["negative_articles"]}
    with tempfile.TemporaryDirectory() as folder:
        records = Path(folder, "articles.jsonl")
        with lzma.open(data / "thwiki_2018.jsonl.xz", "rt", encoding="utf-8") as lines, records.open("w", encoding="utf-8") as out:
            out.writelines(line for line in lines if json.loads(line)["source"].partition("curid=")[2] in wanted)
        retriever = opened(records, Path(folder, "library"))
        article = {held.document: held.source.partition("curid=")[2] for held in retriever.library.held()}
        rows = []
        for item in chosen:
            question = ask(item["question"])
            hits = retriever.retrieve(question, READ_HITS)
            if any(article[hit.passage.document] in item["positive_articles"] for hit in hits):
                found = candidates(hits)
                seen = features(question, found, retriever.embedder)
                rows.append(summarise(seen, scores_of(model, seen, priors(found))))
    return np.asarray(rows, np.float32)


def report(data: list[Example], natural: Matrix, sentence: torch.nn.Sequential, answered: tuple[Matrix, float]) -> str:
    """Return how well both do on questions they were not fitted on."""
    ranked = [example.holds[np.argsort(-scores_of(sentence, example.rows, example.priors))] for example in data]
    first, second = np.mean([held[0] for held in ranked]), np.mean([held[:2].any() for held in ranked])
    rows, labels = answered_rows((way for one in data for way in three_ways(one)), sentence)
    sure, asked = sureness(rows, answered), sureness(natural, answered)
    lines = [f"iapp_validation, {len(data)} questions: evidence sentence@1 {first:.3f} @2 {second:.3f}"]
    for threshold in (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5):
        wrong, lost = (sure[~labels] >= threshold).mean(), (sure[labels] < threshold).mean()
        natural_lost = (asked < threshold).mean()
        lines.append(f"  {threshold}: unanswerable answered {wrong:.3f}, answerable refused {lost:.3f}, MIRACL refused {natural_lost:.3f}")
    return "\n".join(lines)


def exported(model: torch.nn.Sequential) -> dict[str, Any]:
    first, _, second = model
    rounded = {
        "hidden": first.weight.detach().numpy(), "hidden_bias": first.bias.detach().numpy(),
        "out": second.weight.detach().numpy()[0], "out_bias": second.bias.detach().numpy(),
    }  # fmt: skip
    return {name: np.round(values.astype(float), 4).tolist() for name, values in rounded.items()}


def asked_sets(data: Path) -> dict[str, list[Example]]:
    """Return what is fitted and calibrated on, by name."""
    asked = [(name, people(data, name)) for name in ("iapp_train", "iapp_validation")]
    sets: dict[str, list[Example]] = {}
    for name, questions in [*asked, *((part, written(data, part)) for part in ("fit", "calibrate"))]:
        with tempfile.TemporaryDirectory() as folder:
            retriever = library_of(questions, Path(folder))
            sets[name] = list(examples(questions, retriever))
            if name == "iapp_train":
                sets["paraphrased"] = list(examples(questions, retriever, paraphrase=True))
            if name == "iapp_validation":
                sets["without"] = list(examples(questions, retriever, without=True))
    return sets


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=8)
    options = parser.parse_args()
    torch.manual_seed(SEED)
    sets = asked_sets(options.data)
    sentence = fit_sentence(sets["iapp_train"] + sets["paraphrased"] + sets["fit"], options.epochs)
    ways = [answered_rows(asked, sentence) for asked in ((way for one in sets["paraphrased"] for way in three_ways(one)), sets["fit"])]
    fitted = fit_answered(*map(np.concatenate, zip(*ways, strict=True)))
    answered = calibrated(fitted, sets["iapp_validation"] + sets["without"] + sets["calibrate"], sentence)
    linear = {"weights": np.round(answered[0], 4).tolist(), "bias": round(answered[1], 4)}
    weights = {"columns": list(COLUMNS), "sentence": exported(sentence), "answered": linear}
    options.out.write_text(json.dumps(weights, ensure_ascii=False) + "\n", encoding="utf-8")
    print(report(sets["iapp_validation"], natural_rows(options.data, sentence, 500), sentence, answered))


if __name__ == "__main__":
    main()
