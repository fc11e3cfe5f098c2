"""Fit the extractor: `python -m train.extractor --data ../shared/data --begin build/masked.safetensors --out models/extractor.safetensors`.

From the layers that ``train/masked.py`` began, on iapp_train, its documents in one library, titles for every second one, and on the
questions written for it (``train/written.py``), many of which nothing answers. Each is asked as it is or, a third of the time, in other
words; of all documents, of its own, of all but its own, or without the sentences that hold the answer; some without titles. The order of
the sentences is the reader's (``models/reader.json``), which must be fitted before.

iapp_validation is reported. Over an hour on two cores; ``--work`` keeps what was prepared and each epoch's weights, and a run that was
stopped goes on from there.
"""

import argparse
import hashlib
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
from safetensors import safe_open
from safetensors.torch import save_file

from bench.evidence import f1
from bench.evidence import words as counted
from bench.seeds import squeeze
from index.embed import open_embedder
from rag.reading.extract import SEEN, Weights, run
from rag.reading.rank import WEIGHTS as READER
from rag.reading.tokens import Meanings, normal
from thai.words import words
from train.contexts import people
from train.extractor_data import SHOWN, Encoder, Example, Shown, drawn, examples, without_fact
from train.extractor_net import Extractor, Read, descend, loss_of, packed
from train.rewording import reworded
from train.written import FILE, written

SEED, VOCABULARY, BATCH, DROP = 7, 2500, 24, 0.25
REWORDED = 0.35  # of the questions are put in other words each time they are asked
EPOCHS, RATE = 5, 2e-3
UNTITLED = 0.2  # of the questions are asked without titles and headings: many documents have none that tell what they are about
Prepared = TypeVar("Prepared")


def kept(file: Path, make: Callable[[], Prepared]) -> Prepared:
    """Return what a file keeps, made first where it is not there."""
    if file.exists():
        loaded: Prepared = pickle.loads(file.read_bytes())  # our own file of an earlier run
        return loaded
    made = make()
    file.write_bytes(pickle.dumps(made))
    return made


def work_of(folder: Path, *sources: Path) -> Path:
    """Return the folder for what is made of these files: of others the work is another."""
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.read_bytes())
    work = folder / digest.hexdigest()[:12]
    work.mkdir(parents=True, exist_ok=True)
    return work


def vocabulary(data: Sequence[Example]) -> dict[str, int]:
    """Return the numbers of the words that most questions and sentences have."""
    counts: Counter[str] = Counter()
    for example in data:
        counts.update({normal(word) for word in words(example.question)})
        for shown in example.everywhere[:3]:
            counts.update({normal(word) for word in words(shown.said.text)})
    return {word: at for at, (word, _) in enumerate(counts.most_common(VOCABULARY))}


def asked_again(example: Example, encoder: Encoder, chance: random.Random) -> Read | None:
    """Return a question with what is shown of it this time, some of them in other words; None where there is nothing to show."""
    shown = drawn(example, chance)
    if not shown:
        return None
    if chance.random() < UNTITLED:
        shown = tuple(one._replace(said=one.said._replace(subject="")) for one in shown)
    if chance.random() < REWORDED:
        return encoder.read(reworded(example.question, chance), shown, again=False)
    return encoder.read(example.question, shown)


def fit(model: Extractor, data: Sequence[Example], encoder: Encoder, work: Path) -> None:
    """Fit on the examples, the rate rising over the first sixth and falling to the end; ``work`` keeps each epoch's state."""
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=1e-2)
    steps = EPOCHS * (len(data) // BATCH + 1) + 1
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps, pct_start=0.15)
    for epoch in range(EPOCHS):
        state = work / f"epoch-{epoch}.pt"
        if state.exists():
            saved = torch.load(state, weights_only=True)
            for part, value in zip((model, optimiser, schedule), saved, strict=True):
                part.load_state_dict(value)
            continue
        torch.manual_seed(SEED + epoch)
        chance, began, losses = random.Random(SEED + epoch), time.monotonic(), []
        order = chance.sample(range(len(data)), len(data))
        for at in range(0, len(order), BATCH):
            reads = [read for n in order[at : at + BATCH] if (read := asked_again(data[n], encoder, chance))]
            if not reads:
                continue
            loss = loss_of(model, packed(reads, encoder.vocabulary, encoder.meanings.vectors))
            descend(loss, model, optimiser, schedule, 2.0)
            losses.append(loss.item())
        torch.save((model.state_dict(), optimiser.state_dict(), schedule.state_dict()), state)
        print(f"epoch {epoch}: loss {np.mean(losses):.3f}, {time.monotonic() - began:.0f} s", flush=True)


def begin(model: Extractor, numbers: dict[str, int], file: Path) -> None:
    """Take over the layers that ``train/masked.py`` fitted; a word's own vector by the word."""
    with safe_open(file, "pt") as opened:
        words: list[str] = json.loads(opened.metadata()["words"])
        learned = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118  # no mapping
    small = learned.pop("small.weight")
    with torch.no_grad():
        for at, word in enumerate(words):
            if word in numbers:
                model.small.weight[numbers[word]] = small[at]
    if others := model.load_state_dict(learned, strict=False).unexpected_keys:
        raise ValueError(f"{file} is of another network: {others}")


def exported(model: Extractor, numbers: dict[str, int]) -> Weights:
    """Return the weights as the program reads them, rounded to half precision."""
    arrays = {name: value.detach().half().float().numpy() for name, value in model.state_dict().items()}
    return Weights(arrays, numbers)


def report(weights: Weights, meanings: Meanings, data: Sequence[Example]) -> str:
    """Return how well it does on questions it was not fitted on."""
    ways: dict[str, Callable[[Example], Sequence[Shown]]] = {
        "own document": lambda example: example.at_home,
        "all documents": lambda example: example.everywhere,
        "fact missing": lambda example: without_fact(example.everywhere),
        "other documents": lambda example: [shown for shown in example.everywhere if not shown.own],
    }
    return "\n".join(f"{name:16}{_figures(weights, meanings, [(one, way(one)[:SHOWN]) for one in data])}" for name, way in ways.items())


def _figures(weights: Weights, meanings: Meanings, asked: Sequence[tuple[Example, Sequence[Shown]]]) -> str:
    told = []
    for example, shown in asked:
        if shown:
            read = run(weights, example.question, [each.said for each in shown], meanings)
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
    parser.add_argument("--begin", type=Path, help="what train.masked wrote")
    parser.add_argument("--work", type=Path, default=Path("build/extractor"))
    options = parser.parse_args()
    work = work_of(options.work, FILE, READER, *([options.begin] if options.begin else []))
    torch.manual_seed(SEED)
    iapp = kept(work / "train.pickle", lambda: examples(people(options.data, "iapp_train")))
    own = kept(work / "written.pickle", lambda: examples(written(options.data, "fit")))
    judged = kept(work / "validation.pickle", lambda: examples(people(options.data, "iapp_validation")))
    embedder = open_embedder()
    encoder = Encoder(vocabulary([*iapp, *own]), Meanings(embedder))
    model = Extractor(len(encoder.vocabulary), encoder.meanings.size, DROP)
    if options.begin:
        begin(model, encoder.vocabulary, options.begin)
    fit(model, [*iapp, *own], encoder, work)
    model.eval()
    weights = exported(model, encoder.vocabulary)
    metadata = {"words": json.dumps(list(weights.vocabulary), ensure_ascii=False), "marks": SEEN, "embedder": embedder.fingerprint}
    save_file({name: value.detach().half().contiguous() for name, value in model.state_dict().items()}, options.out, metadata)
    print(report(weights, encoder.meanings, judged))


if __name__ == "__main__":
    main()
