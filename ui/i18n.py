"""The words of the faces, Thai first, English by a switch."""

WORDS: dict[str, tuple[str, str]] = {
    "no_answer": ("ไม่พบคำตอบในเอกสาร", "The documents do not say."),
    "nearest": ("ใกล้เคียงที่สุด", "Nearest passages"),
    "page": ("หน้า {}", "page {}"),
    "paragraph": ("ย่อหน้าที่ {}", "paragraph {}"),
}


def say(name: str, language: str = "th") -> str:
    """Return the words of that name in Thai ("th") or English ("en")."""
    thai, english = WORDS[name]
    return english if language == "en" else thai
