"""Questions put in other words, to fit with: some words dropped, some replaced by words of like meaning, names spelled another way."""

import random

from rag.question import ASKING, EMPTY, mended
from thai.meaning import neighbours
from thai.weight import weight
from thai.words import words

NAME = 12.0  # a word that tells so much is mostly a name
LIKE_CONSONANTS = ("กคข", "ตทด", "ชซสจ", "บปพ", "ฟว")


def reworded(question: str, chance: random.Random) -> str:
    """Return a question as another might ask it; what asks stays."""
    kept = []
    for word in mended(tuple(words(question))):
        drawn = chance.random()
        if word in ASKING or word in EMPTY or not word.strip():
            kept.append(word)
        elif weight(word) >= NAME:
            kept.append(respelled(word, chance) if drawn < 0.3 else word)
        elif drawn >= 0.1:
            like = neighbours(word, 6) if drawn < 0.3 else []
            kept.append(chance.choice(like) if like else word)
    return "".join(kept) if "".join(kept).strip() else question


def respelled(name: str, chance: random.Random) -> str:
    """Return a name as another transliteration might have it: consonants swapped with their like, some marks left out."""
    letters = []
    for letter in name:
        likes = next((group for group in LIKE_CONSONANTS if letter in group), "")
        if likes and chance.random() < 0.5:
            letters.append(chance.choice(likes))
        elif letter not in "า็่้ะ์" or chance.random() < 0.6:
            letters.append(letter)
    return "".join(letters)
