"""The embedder's tokenizer: Thai words and the pieces of rare words, cut without spaces by a unigram language model.

Words are counted on a segmented sample of the corpus; the most frequent become pieces, and so do the frequent substrings of the words left
out, so that names are cut into syllable-sized pieces rather than letters. The most probable cut of a string into pieces (Kudo 2018,
"Subword Regularization", the unigram model) needs no dictionary when the model is used.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

UNKNOWN = "<unk>"
TONES = "\u0e48\u0e49\u0e4a\u0e4b"
ZERO_WIDTH = r"[\x{00AD}\x{200B}-\x{200F}\x{2060}\x{FEFF}]"
LONGEST_PIECE = 24
LONGEST_SUBSTRING = 5
RARE_CHARACTER = 50


def normaliser() -> normalizers.Sequence:
    """One form for matching: `เเมวนํ้า ๒๕๓๔ ABC` and `แมวน้ำ 2534 abc` become the same string."""
    # NFC, not NFKC: NFKC takes sara am apart.
    steps: list[normalizers.Normalizer] = [normalizers.NFC(), normalizers.Replace(Regex(ZERO_WIDTH), "")]
    for tone in TONES:
        steps.append(normalizers.Replace("\u0e4d" + tone + "\u0e32", tone + "\u0e33"))
    steps.append(normalizers.Replace("\u0e4d\u0e32", "\u0e33"))
    steps.append(normalizers.Replace("\u0e40\u0e40", "\u0e41"))
    steps.extend(normalizers.Replace(chr(0x0E50 + digit), str(digit)) for digit in range(10))
    steps.extend([normalizers.Lowercase(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()])
    return normalizers.Sequence(steps)


def cutter() -> pre_tokenizers.Sequence:
    """Spaces and punctuation separate and are dropped; a run of digits stands alone, so a year in the vocabulary is one piece."""
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\s+"), "removed"),
            pre_tokenizers.Split(Regex(r"[^\w\s]+"), "removed"),
            pre_tokenizers.Split(Regex(r"\d+"), "isolated"),
        ]
    )


def cut_words(texts: Iterable[str]) -> Iterator[str]:
    """Dictionary words of normalised texts, by nlpo3 with pythainlp's word list."""
    import pythainlp
    from nlpo3 import load_dict, segment

    words_file = Path(pythainlp.__file__).parent / "corpus" / "words_th.txt"
    load_dict(str(words_file), "train_embedder")
    cut, form = cutter(), normaliser()
    for text in texts:
        for run, _ in cut.pre_tokenize_str(form.normalize_str(text)):
            yield from segment(run, "train_embedder")


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Words of the texts with their counts; words with a character that is rare in the texts are left out."""
    words = Counter(word for word in cut_words(texts) if word.strip())
    characters: Counter[str] = Counter()
    for word, count in words.items():
        for character in word:
            characters[character] += count
    common = {character for character, count in characters.items() if count >= RARE_CHARACTER}
    return Counter({word: count for word, count in words.items() if common.issuperset(word)})


def _substrings(words: Iterable[tuple[str, int]]) -> Counter[str]:
    """Substrings of 2 to LONGEST_SUBSTRING characters, weighted by their words' counts; none begins with a combining mark."""
    found: Counter[str] = Counter()
    for word, count in words:
        for start in range(len(word)):
            if 0x0E31 <= ord(word[start]) <= 0x0E4E and word[start] not in "เแโใไฯๆ":
                continue
            for end in range(start + 2, min(start + LONGEST_SUBSTRING, len(word)) + 1):
                found[word[start:end]] += count
    return found


def _pieces(counts: Counter[str], size: int, substring_share: float) -> Counter[str]:
    """At most `size` pieces with counts: single characters, frequent words, frequent substrings of the other words."""
    pieces: Counter[str] = Counter()
    for word in counts:
        for character in word:
            pieces[character] = 1
    ranked = [(word, count) for word, count in counts.most_common() if len(word) <= LONGEST_PIECE]
    kept = int((size - len(pieces)) * (1 - substring_share))
    pieces.update(dict(ranked[:kept]))
    # Halved, so that a word that is a piece wins over its own parts.
    substrings = ((part, count // 2 + 1) for part, count in _substrings(ranked[kept:]).most_common() if part not in pieces)
    pieces.update(dict(islice(substrings, size - 1 - len(pieces))))
    return pieces


def _tokenizer(pieces: Counter[str]) -> Tokenizer:
    total = math.log(sum(pieces.values()))
    ranked = sorted(pieces.items(), key=lambda item: (-item[1], item[0]))
    scores = [(UNKNOWN, -30.0)] + [(piece, math.log(count) - total) for piece, count in ranked]
    tokenizer = Tokenizer(models.Unigram(scores, unk_id=0))
    tokenizer.normalizer = normaliser()
    tokenizer.pre_tokenizer = cutter()
    return tokenizer


def build_tokenizer(texts: Sequence[str], *, size: int, substring_share: float = 0.25, rounds: int = 2) -> Tokenizer:
    """A tokenizer of at most `size` pieces for the texts; each round recounts the pieces as they are really used (hard EM).

    Raises ValueError when no text holds a word.
    """
    counts = count_words(texts)
    if not counts:
        raise ValueError("no words in the texts to build a tokenizer from")
    pieces = _pieces(counts, size, substring_share)
    for _ in range(rounds):
        tokenizer = _tokenizer(pieces)
        used: Counter[str] = Counter()
        for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False):
            used.update(encoding.tokens)
        pieces = Counter({piece: used[piece] for piece in pieces if used[piece] > 1 or len(piece) == 1})
        pieces.update({piece: 1 for piece in pieces if pieces[piece] == 0})
    return _tokenizer(pieces)
