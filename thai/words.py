"""Words of a Thai text, as pieces that tile it: joining them gives the text back.

nlpo3 over pythainlp's dictionary: the algorithm of pythainlp's ``newmm`` in Rust, several times its speed. The same engine reads
questions and documents, and a library remembers which engine filled it.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

ENGINE = "nlpo3/2"  # a library remembers it; the number grows when the terms made of a text change
FOLDED = Path(__file__).resolve().parent.parent / "models" / "folded_words.txt"  # made by train/folded_words.py
_PLAIN_NAME, _FOLDED_NAME = "tham", "tham-folded"


def dictionary() -> Path:
    """Return the file of Thai words, one a line, that pythainlp carries."""
    spec = find_spec("pythainlp")  # located, not imported: the import alone takes 0.1 s
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("pythainlp is not installed: run `make setup`")
    return Path(spec.submodule_search_locations[0], "corpus", "words_th.txt")


@cache
def _load(name: str) -> None:
    import nlpo3

    path = dictionary() if name == _PLAIN_NAME else FOLDED
    if not path.is_file():  # nlpo3 would only print that it found nothing
        raise FileNotFoundError(2, "No such file", str(path))
    nlpo3.load_dict(str(path), name)


def words(text: str) -> list[str]:
    """Return the words of the text, blanks and marks included: ``"".join(words(text)) == text``.

    >>> words("ภาษาไทยง่าย")
    ['ภาษาไทย', 'ง่าย']
    """
    return _segment(text, _PLAIN_NAME)


def folded_words(key: str) -> list[str]:
    """Return the words of a folded key (``thai.fold``), each folded: what dropped tones, letters of one sound and stray blanks leave alike.

    >>> folded_words("พาสาไทยงาย")
    ['พาสาไทย', 'งาย']
    """
    return _segment(key, _FOLDED_NAME)


def _segment(text: str, name: str) -> list[str]:
    if not text:
        return []
    import nlpo3

    _load(name)
    found: list[str] = nlpo3.segment(text, name)
    return found
