"""Word vectors by company kept: `python -m train.words --data ../shared/data --out models/words.safetensors`.

Positive pointwise mutual information of words within a few places of each other in Thai Wikipedia and government news, reduced by
a truncated singular value decomposition (Levy, Goldberg and Dagan 2015: context distribution smoothing 0.75, eigenvalues weighted by
the root). The reader uses the vectors to see that ตาย and เสียชีวิต, หนัง and ภาพยนตร์ speak of one thing.
"""

import argparse
import json
import lzma
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from thai.terms import terms

SEED, WINDOW, SMOOTHING = 11, 4, 0.75


def texts(data: Path, most: int) -> Iterator[str]:
    """Yield texts of both corpora, up to ``most`` documents of each."""
    for name in ("thwiki_2018.jsonl.xz", "thaigov_v2.jsonl.xz"):
        with lzma.open(data / name, "rt", encoding="utf-8") as lines:
            for line in islice(lines, most):
                yield json.loads(line)["text"][:6000]


def vocabulary(runs: list[list[str]], size: int) -> list[str]:
    """Return the most frequent words, numbers left out, most frequent first."""
    counts = Counter(word for run in runs for word in run if not any(letter.isdigit() for letter in word))
    return [word for word, count in counts.most_common(size) if count >= 20]


def cooccurrence(runs: list[list[str]], words: list[str]) -> sparse.csr_matrix:
    """Return how often word i has word j within the window, (n, n) symmetric; nearer counts more."""
    number = {word: at for at, word in enumerate(words)}
    size = len(words)
    total = sparse.csr_matrix((size, size), dtype=np.float32)
    for start in range(0, len(runs), 10000):
        ids = np.concatenate([[number.get(word, -1) for word in run] + [-1] * WINDOW for run in runs[start : start + 10000]])
        for distance in range(1, WINDOW + 1):
            left, right = ids[:-distance], ids[distance:]
            both = (left >= 0) & (right >= 0)
            weights = np.full(int(both.sum()), 1.0 / distance, np.float32)
            total = total + sparse.coo_matrix((weights, (left[both], right[both])), (size, size)).tocsr()
    return (total + total.T).tocsr()


def vectors(counts: sparse.csr_matrix, dimension: int) -> np.ndarray:
    """Return (n, dimension) float32 rows of unit length."""
    matrix = counts.tocoo()
    rows = np.asarray(counts.sum(axis=1)).ravel()
    columns = rows**SMOOTHING
    pmi = np.log(matrix.data * columns.sum() / (rows[matrix.row] * columns[matrix.col]))
    kept = pmi > 0
    positive = sparse.csr_matrix((pmi[kept], (matrix.row[kept], matrix.col[kept])), matrix.shape)
    left, values, _ = randomized_svd(positive, dimension, n_iter=4, random_state=SEED)
    scaled = left * np.sqrt(values)
    return (scaled / np.maximum(np.linalg.norm(scaled, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--texts", type=int, default=60000, help="documents of each corpus")
    parser.add_argument("--size", type=int, default=30000, help="words")
    parser.add_argument("--dimension", type=int, default=96)
    options = parser.parse_args()
    runs = [terms(text) for text in texts(options.data, options.texts)]
    words = vocabulary(runs, options.size)
    found = vectors(cooccurrence(runs, words), options.dimension)
    save_file({"vectors": np.round(found * 127).astype(np.int8)}, options.out, {"words": json.dumps(words, ensure_ascii=False)})
    number = {word: at for at, word in enumerate(words)}
    for word in ("ตาย", "ภาพยนตร์", "ภรรยา", "ตำรา", "เกษตรกร", "ก่อตั้ง"):
        if word in number:
            near = np.argsort(-(found @ found[number[word]]))[1:9]
            print(word, [words[at] for at in near])


if __name__ == "__main__":
    main()
