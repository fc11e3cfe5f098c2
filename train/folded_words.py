"""The folded dictionary: `python -m train.folded_words` writes models/folded_words.txt from pythainlp's words and `thai.fold`.

Run it again when `thai/fold.py` or the dictionary changes; a test compares.
"""

from pathlib import Path

from thai.fold import fold
from thai.words import FOLDED, dictionary


def folded(words: list[str]) -> list[str]:
    """Return the folded keys of the words, each once, sorted."""
    return sorted({key for word in words if (key := fold(word))})


def main() -> None:
    words = dictionary().read_text(encoding="utf-8").split("\n")
    Path(FOLDED).write_text("\n".join(folded(words)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
