"""Train Tham's own embedder, a static one: a tokenizer and one vector a piece, a text's vector being the mean of its pieces'.

    python -m train.embedder --data ../shared/data --out models/tham-static

Contrastive (InfoNCE, van den Oord et al. 2018): in a batch of 1,024 pairs each question must find its own passage among all, and each
passage its question. Written as an ordinary sentence-transformers folder (`StaticEmbedding`). Needs torch, sentence-transformers, nlpo3
and pythainlp. Random choices come from one seed and the default is one thread, which gives the same bytes each time on one machine; with
more threads the sums may differ in their last digits.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch.nn import functional

from train.embedder_data import Corpus, Ids, build_corpus, read_pieces, read_questions
from train.embedder_pairs import Batch, Mix, Pairs, examples, piece_counts, templates
from train.embedder_tokenizer import build_tokenizer

TOKENIZER_PASSAGES = 100_000
NEWS_PASSAGES = 120_000
REPORT_EVERY = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that is chosen by hand; tuned on iapp validation and MIRACL dev."""

    vocabulary: int = 24_000
    dimension: int = 256
    steps: int = 4000
    learning_rate: float = 0.1
    warm_up: int = 50
    scale: float = 20.0
    smoothing: float = 1e-4
    seed: int = 0
    threads: int = 1


def say(text: str) -> None:
    """Progress goes to standard error."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def prepare(data: Path, settings: Settings) -> tuple[Tokenizer, Pairs, npt.NDArray[np.int64]]:
    """The tokenizer, the pairs to train on, and each piece's count in Wikipedia."""
    chosen = random.Random(settings.seed)
    wiki = read_pieces(data / "thwiki_2018.jsonl.xz")
    titles = list(dict.fromkeys(piece.name for piece in wiki))
    sample = [piece.text for piece in chosen.sample(wiki, min(TOKENIZER_PASSAGES, len(wiki)))]
    say(f"building the tokenizer from {len(sample)} passages and {len(titles)} titles")
    tokenizer = build_tokenizer(sample + titles, size=settings.vocabulary)
    say(f"{tokenizer.get_vocab_size()} pieces; tokenising {len(wiki)} passages")
    corpus = build_corpus(tokenizer, wiki)
    del wiki
    news = _news(data, tokenizer)
    asked = examples(read_questions(data), corpus, tokenizer)
    counts = piece_counts(corpus, tokenizer.get_vocab_size())
    say(f"{len(corpus.passages)} Wikipedia and {len(news.passages)} news passages, {len(asked)} questions")
    return tokenizer, Pairs(corpus, news, asked, templates(asked, counts), Mix(), settings.seed), counts


def _news(data: Path, tokenizer: Tokenizer) -> Corpus:
    pieces = read_pieces(data / "thaigov_v2.jsonl.xz")
    return build_corpus(tokenizer, pieces[:: max(1, len(pieces) // NEWS_PASSAGES)])


def first_weights(counts: npt.NDArray[np.int64], settings: Settings) -> torch.Tensor:
    """Random directions; frequent pieces shorter, a / (a + p) (SIF, Arora et al. 2017). Shape (V, D)."""
    share = counts / counts.sum()
    length = torch.tensor(settings.smoothing / (settings.smoothing + share), dtype=torch.float32)
    return torch.randn(len(counts), settings.dimension) * length[:, None]


def unit_vectors(bag: torch.nn.EmbeddingBag, rows: Sequence[Ids]) -> torch.Tensor:
    """(N, D) for N texts' pieces."""
    starts = np.cumsum([0, *[len(row) for row in rows[:-1]]])
    vectors = bag(torch.from_numpy(np.concatenate(rows)), torch.from_numpy(starts))
    return functional.normalize(vectors, dim=-1)


def contrast(bag: torch.nn.EmbeddingBag, batch: Batch, scale: float) -> torch.Tensor:
    """Mean of the losses in both directions; rows of one group are left out as negatives."""
    scores = scale * unit_vectors(bag, batch.questions) @ unit_vectors(bag, batch.passages).T
    groups = torch.from_numpy(batch.groups)
    same = groups[:, None] == groups[None, :]
    same.fill_diagonal_(False)
    scores = scores.masked_fill(same, -1e4)
    own = torch.arange(len(groups))
    return (functional.cross_entropy(scores, own) + functional.cross_entropy(scores.T, own)) / 2


def train(pairs: Pairs, counts: npt.NDArray[np.int64], settings: Settings) -> torch.Tensor:
    """The trained vectors, (V, D)."""
    bag = torch.nn.EmbeddingBag.from_pretrained(first_weights(counts, settings), freeze=False, mode="mean")
    optimiser = torch.optim.Adam(bag.parameters(), lr=settings.learning_rate, betas=(0.9, 0.99), fused=True)
    total = 0.0
    for step in range(settings.steps):
        rate = min(1.0, (step + 1) / settings.warm_up) * max(0.02, 1 - step / settings.steps)
        optimiser.param_groups[0]["lr"] = settings.learning_rate * rate
        loss = contrast(bag, pairs.batch(), settings.scale)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
        total += loss.item()
        if (step + 1) % REPORT_EVERY == 0:
            say(f"step {step + 1} of {settings.steps}, loss {total / REPORT_EVERY:.3f}")
            total = 0.0
    return bag.weight.detach()


def save(tokenizer: Tokenizer, vectors: torch.Tensor, counts: npt.NDArray[np.int64], out: Path) -> None:
    """Write the sentence-transformers folder; pieces never seen in training say nothing (a zero vector)."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    vectors[torch.from_numpy(counts == 0)] = 0.0
    vectors[0] = 0.0  # the unknown piece
    vectors = vectors / vectors.norm(dim=1).mean()
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=vectors)], device="cpu")
    model.save(str(out), create_model_card=False)
    for file in out.glob("*"):
        file.chmod(0o644)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    defaults = Settings()
    parser.add_argument("--steps", type=int, default=defaults.steps)
    parser.add_argument("--vocabulary", type=int, default=defaults.vocabulary)
    parser.add_argument("--seed", type=int, default=defaults.seed)
    parser.add_argument("--threads", type=int, default=defaults.threads)
    given = parser.parse_args()
    settings = Settings(steps=given.steps, vocabulary=given.vocabulary, seed=given.seed, threads=given.threads)
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    tokenizer, pairs, counts = prepare(given.data, settings)
    save(tokenizer, train(pairs, counts, settings), counts, given.out)
    say(f"written to {given.out}")


if __name__ == "__main__":
    main()
