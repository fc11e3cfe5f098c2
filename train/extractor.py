"""Fit the extractor: `python -m train.extractor --data ../shared/data --out models/extractor.safetensors`.

On iapp_train, its documents in one library, titles for every second one, and on the questions written for it (``train/written.py``), many
of which nothing answers. Each is asked as it is or, a third of the time, in other words; of all documents, of its own, of all but its own,
or without the sentences that hold the answer. The order of the sentences is the reader's (``models/reader.json``), which must be fitted
before.

iapp_validation is reported. About an hour on two cores; ``--work`` keeps what was prepared and each epoch's weights, and a run that was
stopped goes on from there.
"""

import argparse
import json
import pickle
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from safetensors.torch import save_file

from bench.evidence import f1
from bench.evidence import words as counted
from bench.seeds import squeeze
from rag.reading.extract import SEEN, Weights, run
from rag.reading.tokens import normal
from thai.words import words
from train.contexts import people
from train.extractor_data import SHOWN, Encoder, Example, Shown, drawn, examples, without_fact
from train.extractor_net import Extractor, Read, loss_of, packed
from train.rewording import reworded
from train.written import written

SEED, VOCABULARY, BATCH, DROP = 7, 2500, 24, 0.25
REWORDED = 0.35  # of the questions are put in other words each time they are asked
ROUNDS = ((6, 2e-3, 0.0), (3, 8e-4, 0.0), (1, 6e-4, 0.5))  # epochs, the highest rate in them, how often titles and headings are left out
Prepared = TypeVar("Prepared")


def kept(file: Path, make: Callable[[], Prepared]) -> Prepared:
    """Return what a file keeps, made first where it is not there."""
    if file.exists():
        loaded: Prepared = pickle.loads(file.read_bytes())  # our own file of an earlier run
        return loaded
    made = make()
    file.write_bytes(pickle.dumps(made))
    return made


def vocabulary(data: Sequence[Example]) -> dict[str, int]:
    """Return the numbers of the words that most questions and sentences have."""
    counts: Counter[str] = Counter()
    for example in data:
        counts.update({normal(word) for word in words(example.question)})
        for shown in example.everywhere[:3]:
            counts.update({normal(word) for word in words(shown.said.text)})
    return {word: at for at, (word, _) in enumerate(counts.most_common(VOCABULARY))}


def asked_again(example: Example, encoder: Encoder, chance: random.Random, untitled: float) -> Read | None:
    """Return a question with what is shown of it this time, some of them in other words; None where there is nothing to show.

    Titles and headings are left out of a share: many documents have none that tell what they are about.
    """
    shown = drawn(example, chance)
    if not shown:
        return None
    if untitled and chance.random() < untitled:
        shown = tuple(one._replace(said=one.said._replace(subject="")) for one in shown)
    if chance.random() < REWORDED:
        return encoder.read(reworded(example.question, chance), shown, again=False)
    return encoder.read(example.question, shown)


def fit(model: Extractor, data: Sequence[Example], encoder: Encoder, turn: int, work: Path) -> None:
    """Fit one round on the examples, the rate rising over the first sixth and falling to the end; ``work`` keeps each epoch's state."""
    epochs, rate, untitled = ROUNDS[turn]
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=1e-2)
    steps = epochs * (len(data) // BATCH + 1) + 1
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.15)
    for epoch in range(epochs):
        state = work / f"round{turn}-{epoch}.pt"
        if state.exists():
            saved = torch.load(state, weights_only=True)
            for part, value in zip((model, optimiser, schedule), saved, strict=True):
                part.load_state_dict(value)
            continue
        seed = SEED + 10 * turn + epoch
        torch.manual_seed(seed)
        chance, began, losses = random.Random(seed), time.monotonic(), []
        order = chance.sample(range(len(data)), len(data))
        for at in range(0, len(order), BATCH):
            reads = [read for n in order[at : at + BATCH] if (read := asked_again(data[n], encoder, chance, untitled))]
            if not reads:
                continue
            loss = loss_of(model, packed(reads, encoder.vocabulary))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        torch.save((model.state_dict(), optimiser.state_dict(), schedule.state_dict()), state)
        print(f"round {turn}, epoch {epoch}: loss {np.mean(losses):.3f}, {time.monotonic() - began:.0f} s", flush=True)


def exported(model: Extractor, numbers: dict[str, int]) -> Weights:
    """Return the weights as the program reads them, rounded to half precision."""
    arrays = {name: value.detach().half().float().numpy() for name, value in model.state_dict().items()}
    return Weights(arrays, numbers)


def report(weights: Weights, data: Sequence[Example]) -> str:
    """Return how well it does on questions it was not fitted on."""
    ways: dict[str, Callable[[Example], Sequence[Shown]]] = {
        "own document": lambda example: example.at_home,
        "all documents": lambda example: example.everywhere,
        "fact missing": lambda example: without_fact(example.everywhere),
        "other documents": lambda example: [shown for shown in example.everywhere if not shown.own],
    }
    return "\n".join(f"{name:16}{_figures(weights, [(one, way(one)[:SHOWN]) for one in data])}" for name, way in ways.items())


def _figures(weights: Weights, asked: Sequence[tuple[Example, Sequence[Shown]]]) -> str:
    told = []
    for example, shown in asked:
        if shown:
            read = run(weights, example.question, [each.said for each in shown])
            best = read.best
            said = shown[best].said.text[read.spans[best].start : read.spans[best].end].strip()
            exact = any(squeeze(said) == squeeze(answer) for answer in example.answers)
            right = shown[best].span is not None or shown[best].unclear
            told.append((right, exact, f1(said, example.answers, counted), read.none))
    figures = np.asarray(told, float).mean(axis=0)
    return " ".join(f"{name} {value:.3f}" for name, value in zip(("sentence@1", "EM", "F1", "none"), figures, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("build/extractor"))
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    iapp = kept(options.work / "train.pickle", lambda: examples(people(options.data, "iapp_train")))
    own = kept(options.work / "written.pickle", lambda: examples(written(options.data, "fit")))
    judged = kept(options.work / "validation.pickle", lambda: examples(people(options.data, "iapp_validation")))
    encoder = Encoder(vocabulary([*iapp, *own]))
    model = Extractor(len(encoder.vocabulary), DROP)
    for turn in range(len(ROUNDS)):
        fit(model, [*iapp, *own], encoder, turn, options.work)
    model.eval()
    weights = exported(model, encoder.vocabulary)
    metadata = {"words": json.dumps(list(weights.vocabulary), ensure_ascii=False), "marks": SEEN}
    save_file({name: value.detach().half().contiguous() for name, value in model.state_dict().items()}, options.out, metadata)
    print(report(weights, judged))


if __name__ == "__main__":
    main()
