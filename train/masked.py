"""Begin the extractor: `python -m train.masked --data ../shared/data --out build/masked.safetensors`.

Before it sees a question, its layers learn from plain text how words go together: of pieces of Wikipedia and of government news some
words are hidden, and told from those around them (Devlin et al. 2019) among the words hidden in the batch and frequent others.
Fitting goes on from there: `python -m train.extractor --begin build/masked.safetensors …`. On one core 8 minutes to read, 22 to fit.
"""

import argparse
import json
import lzma
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

from index.embed import open_embedder
from rag.reading.extract import GAP
from rag.reading.tokens import MARKS, Matrix, Meanings, Numbers, normal, numbered
from thai.meaning import table
from thai.words import words
from train.extractor_net import HIDDEN, QUESTION, Extractor, descend

SEED, VOCABULARY, DROP = 7, 2500, 0.1
CORPORA = {"thwiki_2018.jsonl.xz": 0.5, "thaigov_v2.jsonl.xz": 0.05}  # the share of the texts of each that is read
LINE, LONGEST = 60, 8000  # letters of the shortest line that is read, and of a text
PIECE, SHORTEST = 64, 12  # most and fewest words of a piece
MASKED, OTHERS = 0.15, 3000  # share of the words that is hidden, and how many others each is told from
STEPS, BATCH, RATE, WARM = 3000, 110, 2e-3, 300
SHARPNESS = 4.0  # of the likeness of vectors at first
BEGUN = ("p_in", "blocks", "norm", "small")  # the layers that are kept


def pieces(data: Path) -> Iterator[list[str]]:
    """Yield runs of words of a share of all texts."""
    chance = random.Random(SEED)
    for name, share in CORPORA.items():
        with lzma.open(data / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                if chance.random() < share:
                    for text in json.loads(line)["text"][:LONGEST].split("\n"):
                        found = words(text) if len(text) >= LINE else []
                        yield from (run for at in range(0, len(found), PIECE) if len(run := found[at : at + PIECE]) >= SHORTEST)


class Masked(nn.Module):
    """The extractor's layers, and what tells a hidden word from their output."""

    def __init__(self, model: Extractor, vectors: Matrix) -> None:
        """``vectors`` (n + 1, size) of the words to tell apart, the last one, zeros, of all others."""
        super().__init__()
        self.model = model
        self.register_buffer("vectors", torch.from_numpy(vectors))
        self.told = nn.Linear(HIDDEN, vectors.shape[1])
        self.often = nn.Parameter(torch.zeros(len(vectors)))
        self.instead = nn.Parameter(torch.zeros(vectors.shape[1]))

    def forward(self, numbers: torch.Tensor, own: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
        """Return how unlikely the hidden words are. ``numbers`` and ``own`` (pieces, PIECE), -1 beyond the end; ``others`` to tell from."""
        unknown, none = len(self.vectors) - 1, self.model.small.num_embeddings - 1
        chosen = (numbers >= 0) & (numbers < unknown) & (torch.rand(numbers.shape) < MASKED)
        apart = functional.pad(torch.stack([numbers, own, chosen.long()]), (0, GAP), value=-1).flatten(1)  # no piece sees the next
        numbers, own, masked = apart[0], apart[1], apart[2] == 1
        vectors = torch.where(masked[:, None], self.instead, self.vectors[torch.where(numbers < 0, unknown, numbers)])
        small = self.model.small(torch.where(masked | (own < 0), none, own))
        real = (numbers >= 0).float()[:, None]
        seen = torch.cat([vectors, small, torch.zeros(len(numbers), MARKS + vectors.shape[1])], -1)
        rows, told = self.model.p_in(seen) * real, torch.zeros(1, QUESTION).expand(len(numbers), -1)
        for block in self.model.blocks:
            rows = block(rows, told, real)
        among = torch.unique(torch.cat([numbers[masked], others]))
        scores = SHARPNESS * self.told(self.model.norm(rows)[masked]) @ self.vectors[among].t() + self.often[among]
        return functional.cross_entropy(scores, torch.searchsorted(among, numbers[masked]))


def read(data: Path) -> tuple[Numbers, Numbers, Matrix, list[str]]:
    """Return numbers of words and of own vectors (pieces, PIECE), -1 beyond the end; the words' vectors; the words with own ones."""
    known, meanings = table()[0], Meanings(open_embedder())
    meanings.read(known)
    every = [[normal(word) for word in run] for run in pieces(data)]
    frequent = [word for word, _ in Counter(word for run in every for word in run).most_common(VOCABULARY)]
    places = {word: at for at, word in enumerate(frequent)}
    both = np.full((2, len(every), PIECE), -1, np.int32)
    for at, run in enumerate(every):
        both[0, at, : len(run)] = [known.get(word, len(known)) for word in run]
        both[1, at, : len(run)] = numbered(tuple(run), places)
    vectors = np.concatenate([meanings.vectors, np.zeros((1, meanings.size), np.float32)])
    return both[0], both[1], vectors, frequent


def fit(net: Masked, numbers: Numbers, own: Numbers, steps: int) -> None:
    """Fit on pieces drawn at random, the rate rising at first and then falling to a tenth."""
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1.0, (step + 1) / WARM) * (1.0 - 0.9 * step / steps))
    chance = np.random.default_rng(SEED)
    counts = np.bincount(numbers[(numbers >= 0) & (numbers < len(net.vectors) - 1)], minlength=len(net.vectors) - 1) + 1.0
    shares, losses = np.cumsum(counts / counts.sum()), []
    for step in range(steps):
        drawn = chance.integers(len(numbers), size=BATCH)
        others = np.minimum(np.searchsorted(shares, chance.random(OTHERS)), len(shares) - 1)
        loss = net(*(torch.from_numpy(part).long() for part in (numbers[drawn], own[drawn], others)))
        descend(loss, net, optimiser, schedule, 1.0)
        losses.append(loss.item())
        if (step + 1) % 200 == 0:
            print(f"step {step + 1}: loss {np.mean(losses[-200:]):.3f}", flush=True)


def keep(model: Extractor, frequent: list[str], file: Path) -> None:
    """Write what the extractor begins with."""
    kept = {name: value.contiguous() for name, value in model.state_dict().items() if name.startswith(BEGUN)}
    save_file(kept, file, {"words": json.dumps(frequent, ensure_ascii=False)})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.manual_seed(SEED)
    numbers, own, vectors, frequent = read(options.data)
    model = Extractor(len(frequent), vectors.shape[1], DROP)
    fit(Masked(model, vectors), numbers, own, STEPS)
    keep(model, frequent, options.out)


if __name__ == "__main__":
    main()
