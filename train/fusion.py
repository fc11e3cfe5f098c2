"""How what hits share with the question weighs, and how far its pieces are met (``rag/rerank.py``, ``rag/met.py``).

    python -m train.fusion --data ../shared/data --library LIBRARY --out models/fusion.json

LIBRARY holds Thai Wikipedia: `tham add --format jsonl thwiki_2018.jsonl.xz --library LIBRARY`. Fitted on the written questions
(``train/written.py``) over all of Wikipedia, where the passages of the right article that say the answer are right, every second one of
them also over the written questions' own texts; on questions of MIRACL's training part over all of Wikipedia, where every passage of a
right article is right; and on questions of iapp_train over their contexts, without titles, with them, and with noise (`bench/noise.py`).
MIRACL's and the noisy ones count twice, as they are few. Fitted are weights, none below zero, and a network, under which the right ones
among the first candidates are likeliest. iapp_validation, clean and noisy, and MIRACL dev are reported, and the written questions not
fitted on. Deterministic; half an hour.
"""

import argparse
import json
import math
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from bench.articles import articles
from bench.noise import noisy
from bench.retrieval import open_contexts
from bench.seeds import squeeze
from index.embed import SHIPPED, StaticEmbedder
from index.records import Hit
from rag.assemble import open_answerer
from rag.met import PLACES, Nearness, nearness
from rag.question import ask
from rag.rerank import CANDIDATES, CLOSELY, FEATURES, features
from rag.retrieve import Retriever
from train.contexts import library_of, says, squeezed_texts
from train.extractor_net import descend
from train.written import written

NOISE, SEED, QUESTIONS = 0.04, 11, 1000
EPOCHS, BATCH, RATE, DECAY = 12, 32, 4e-3, 1e-2
PIECES, HIDDEN = 32, 16  # pieces of a question that are fitted on, units of the network
_OFF = -1e9
Items = Sequence[dict[str, Any]]
IsRight = Callable[[Hit, dict[str, Any]], bool]


class Seen(NamedTuple):
    """What is seen of a question's closest candidates: features (n, len(FEATURES)), nearness, and which are right (n,)."""

    rows: npt.NDArray[np.float32]
    near: Nearness
    right: npt.NDArray[np.bool_]


def seen(retriever: Retriever, items: Items, is_right: IsRight) -> Iterator[Seen]:
    """Yield what is seen of each question; its closest candidates are those with most of all features, whatever each may weigh."""
    near = retriever.near
    for item in items:
        question = ask(item["question"])
        hits = retriever.candidates(question, CANDIDATES)
        rows = np.array([[row[name] for name in FEATURES] for row in features(question, hits, near)], np.float32)
        if not len(rows):
            continue
        close = np.argsort(-rows.sum(axis=1), kind="stable")[:CLOSELY]
        kept = [hits[at] for at in close]
        yield Seen(rows[close], nearness(question.text, kept, near), np.array([is_right(hit, item) for hit in kept]))


def over_contexts(items: Items, every: Items, noise: float, titled: bool) -> list[Seen]:
    """Return what is seen of questions over the contexts of a part of iapp."""
    rng = random.Random(SEED)
    titles = {item["context"]: item["title"] if titled else "" for item in every}
    spoiled = {text: noisy(text, noise, rng) if noise else text for text in titles}
    source = {text: f"d{number}" for number, text in enumerate(spoiled)}
    with tempfile.TemporaryDirectory() as folder:
        answerer, source_of = open_contexts(list(spoiled.values()), Path(folder), list(titles.values()))
        told = list(seen(answerer.retriever, items, lambda hit, item: source_of[hit.passage.row] == source[item["context"]]))
        answerer.close()
    return told


def over_articles(items: Items, library: Path) -> list[Seen]:
    """Return what is seen of MIRACL's questions over all of Wikipedia; those whose right articles it does not hold are left out."""
    answerer = open_answerer(library)
    article_of = articles(answerer)
    held = set(article_of.values())
    asked = [item for item in items if held.intersection(item["positive_articles"])]
    told = list(seen(answerer.retriever, asked, lambda hit, item: article_of.get(hit.passage.document) in item["positive_articles"]))
    answerer.close()
    return told


def over_written(items: Items, library: Path) -> list[Seen]:
    """Return what is seen of the written questions on Wikipedia that have an answer, over all of it."""
    answerer = open_answerer(library)
    named = {held.source: held.document for held in answerer.library.held()}
    asked = [item for item in items if item["answers"] and item["source"] in named]

    def is_right(hit: Hit, item: dict[str, Any]) -> bool:
        return hit.passage.document == named[item["source"]] and says(item, hit.passage.text)

    told = list(seen(answerer.retriever, asked, is_right))
    answerer.close()
    return told


def over_own_texts(items: Items) -> list[Seen]:
    """Return what is seen of every second written question that has an answer, over the texts that such questions were written on."""
    with tempfile.TemporaryDirectory() as folder:
        retriever = library_of(items, Path(folder))
        home = {text: name for name, text in squeezed_texts(retriever).items()}
        asked = [item for item in items if item["answers"] and squeeze(item["context"]) in home][::2]

        def is_right(hit: Hit, item: dict[str, Any]) -> bool:
            return hit.passage.document == home[squeeze(item["context"])] and says(item, hit.passage.text)

        return list(seen(retriever, asked, is_right))


class Order(nn.Module):
    """The weights of the features, and the network of ``rag/met.py``."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.full((len(FEATURES),), 0.3))  # of ten: the optimiser's steps are of one size
        self.met = _layers(PLACES + 2, HIDDEN, HIDDEN, 1)
        self.share = _layers(2, HIDDEN // 2, 1)

    def forward(self, rows: torch.Tensor, cosines: torch.Tensor, sizes: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """Return scores (questions, candidates) of rows (q, c, features), cosines (q, c, pieces, PLACES), sizes (q, pieces, 2)."""
        whole = torch.cat([cosines, sizes[:, None].expand(-1, cosines.shape[1], -1, -1)], -1)
        shares = self.share(sizes)[..., 0].masked_fill(~there, _OFF).softmax(1)
        met = (self.met(whole)[..., 0].sigmoid() * shares[:, None]).sum(-1)
        return torch.cat([rows[..., :-1], met[..., None]], -1) @ (10 * self.weights)


def _layers(*sizes: int) -> nn.Sequential:
    parts = [part for size, following in pairwise(sizes) for part in (nn.Linear(size, following), nn.Tanh())]
    return nn.Sequential(*parts[:-1])


def packed(some: Sequence[Seen]) -> tuple[torch.Tensor, ...]:
    """Return rows, cosines, sizes, which pieces, which candidates and which right ones are there, filled up to the same numbers."""
    rows = np.zeros((len(some), CLOSELY, len(FEATURES)), np.float32)
    cosines, sizes = np.zeros((len(some), CLOSELY, PIECES, PLACES), np.float32), np.zeros((len(some), PIECES, 2), np.float32)
    pieces, filled, right = np.zeros((len(some), PIECES), bool), *np.zeros((2, len(some), CLOSELY), bool)
    for at, one in enumerate(some):
        longest = np.argsort(-one.near.sizes[:, 0], kind="stable")[:PIECES]
        hits, size = len(one.rows), len(longest)
        rows[at, :hits], cosines[at, :hits, :size], sizes[at, :size] = one.rows, one.near.cosines[:, longest], one.near.sizes[longest]
        pieces[at, :size], filled[at, :hits], right[at, :hits] = True, True, one.right
    return tuple(map(torch.from_numpy, (rows, cosines, sizes, pieces, filled, right)))


def fit(told: Sequence[Seen]) -> Order:
    """Return weights under which the right candidates are likeliest."""
    torch.manual_seed(SEED)
    told = [one for one in told if one.right.any()]
    model = Order()
    optimiser = torch.optim.AdamW(model.parameters(), RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=EPOCHS * math.ceil(len(told) / BATCH))
    for epoch in range(EPOCHS):
        lost = 0.0
        for part in torch.randperm(len(told)).split(BATCH):
            *given, filled, right = packed([told[at] for at in part])
            likely = model(*given).masked_fill(~filled, _OFF).log_softmax(1)
            loss = -torch.logsumexp(likely.masked_fill(~right, _OFF), 1).mean()
            descend(loss, model, optimiser, schedule, 1.0)
            with torch.no_grad():
                model.weights.clamp_(min=0)
            lost += loss.item() * len(part)
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {lost / len(told):.3f}", flush=True)
    return model


def first(model: Order, told: Sequence[Seen]) -> str:
    """Return the shares of questions whose first candidate is right, and one of the first three and six."""
    with torch.no_grad():
        *given, filled, right = packed(told)
        order = model(*given).masked_fill(~filled, _OFF).argsort(dim=1, descending=True, stable=True)
    placed = right.gather(1, order)
    return f"{len(told)}: first " + " ".join(f"{placed[:, :most].any(1).float().mean():.3f}" for most in (1, 3, 6))


def exported(model: Order) -> dict[str, Any]:
    """Return the weights as ``models/fusion.json`` has them."""
    share = (10 * model.weights.detach()).tolist()
    layers = {
        name: [[part.weight.tolist(), part.bias.tolist()] for part in getattr(model, name) if isinstance(part, nn.Linear)]
        for name in ("met", "share")
    }
    weights = {name: round(value, 3) for name, value in zip(FEATURES, share, strict=True)}
    return {"weights": weights, "layers": _rounded(layers), "embedder": StaticEmbedder(SHIPPED).fingerprint}


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list) else round(value, 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    parts = ("iapp_train", "iapp_validation", "miracl_th_train", "miracl_th_dev")
    training, validation, asked, dev = ([json.loads(line) for line in (options.data / f"{part}.jsonl").open()] for part in parts)
    sample = random.Random(SEED).sample(training, QUESTIONS)
    own = written(options.data, "fit")
    noisy_ones = over_contexts(sample, training, NOISE, False)
    told = over_contexts(sample, training, 0.0, False) + noisy_ones * 2 + over_contexts(sample, training, 0.0, True)
    told += over_articles(asked, options.library) * 2 + over_written(own, options.library) + over_own_texts(own)
    model = fit(told)
    for noise in (0.0, NOISE):
        print(f"iapp_validation, noise {noise}:", first(model, over_contexts(validation, validation, noise, False)))
    print("MIRACL dev", first(model, over_articles(dev, options.library)))
    print("written", first(model, over_written(written(options.data, "calibrate", "judge"), options.library)))
    options.out.write_text(json.dumps(exported(model)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
