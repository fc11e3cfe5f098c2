"""Words of a Thai text, as pieces that tile it: joining them gives the text back.

nlpo3 over pythainlp's dictionary: the algorithm of pythainlp's ``newmm`` in Rust, several times its speed. The same engine reads
questions and documents, and a library remembers which engine filled it.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

ENGINE = "nlpo3"
_DICTIONARY = "tham"


@cache
def _load_dictionary() -> None:
    import nlpo3

    spec = find_spec("pythainlp")  # located, not imported: the import alone takes 0.1 s
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("pythainlp is not installed: run `make setup`")
    dictionary = Path(spec.submodule_search_locations[0], "corpus", "words_th.txt")
    nlpo3.load_dict(str(dictionary), _DICTIONARY)


def words(text: str) -> list[str]:
    """Return the words of the text, blanks and marks included: ``"".join(words(text)) == text``.

    >>> words("ภาษาไทยง่าย")
    ['ภาษาไทย', 'ง่าย']
    """
    if not text:
        return []
    import nlpo3

    _load_dictionary()
    found: list[str] = nlpo3.segment(text, _DICTIONARY)
    return found
