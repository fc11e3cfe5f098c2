"""Documents as BibTeX, RIS and CSL-JSON, for reference managers. Years as the works give them; days of access in the Common Era.

BibTeX has biblatex's entry types; RIS is as Zotero, EndNote and Mendeley read it.
"""

import json
import re
from collections.abc import Sequence

from index.errors import UsageError
from index.records import Document
from rag.bibliography.csl import Item, item_of

FORMS: tuple[str, ...] = ("bibtex", "ris", "csl-json")
_ENTRIES = {
    "book": "book", "chapter": "incollection", "article-journal": "article", "entry-encyclopedia": "inreference", "webpage": "online",
    "thesis": "thesis", "legislation": "legislation", "report": "report", "article-newspaper": "article", "motion_picture": "video",
    "document": "misc",
}  # fmt: skip
_BIBTEX = {
    "title": "title", "publisher": "publisher", "publisher-place": "location", "edition": "edition", "volume": "volume", "issue": "number",
    "page": "pages", "DOI": "doi", "ISBN": "isbn",
}  # fmt: skip
_IN_BOOK = ("incollection", "inreference")
_REFERENCE_TYPES = {
    "book": "BOOK", "chapter": "CHAP", "article-journal": "JOUR", "entry-encyclopedia": "ENCYC", "webpage": "ELEC", "thesis": "THES",
    "legislation": "STAT", "report": "RPRT", "article-newspaper": "NEWS", "motion_picture": "VIDEO", "document": "GEN",
}  # fmt: skip
_RIS = {
    "title": "TI", "container-title": "T2", "publisher": "PB", "publisher-place": "CY", "edition": "ET", "volume": "VL", "issue": "IS",
    "DOI": "DO", "ISBN": "SN", "URL": "UR", "language": "LA",
}  # fmt: skip
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "%&#$_"},
}  # fmt: skip
_UNSAFE_IN_LINK = re.compile(r"[{}\\\s^~]")
_PAGES = re.compile(r"\s*[-–—]\s*")
_KEY = re.compile(r"[^a-z0-9]")


def data(documents: Sequence[Document], form: str) -> str:
    """Return the documents, each once, as "bibtex", "ris" or "csl-json". Raises UsageError for another form."""
    items = [item_of(document) for document in {document.id: document for document in documents}.values()]
    keys = _keys(items)
    if form == "bibtex":
        return "\n".join(_bibtex(item, key) for item, key in zip(items, keys, strict=True))
    if form == "ris":
        return "".join(_ris(item, key) for item, key in zip(items, keys, strict=True))
    if form == "csl-json":
        return json.dumps([{**item, "id": key} for item, key in zip(items, keys, strict=True)], ensure_ascii=False, indent=2) + "\n"
    raise UsageError(f"ไม่รู้จักรูปแบบข้อมูล {form} ใช้ได้: {', '.join(FORMS)}", f"Unknown form {form}; known are: {', '.join(FORMS)}.")


def _keys(items: Sequence[Item]) -> list[str]:
    """Return a key for each item in ASCII letters: smith2020, or book2564-1f3a9c where the author's name has none; no two are the same."""
    keys: list[str] = []
    for item in items:
        family = _KEY.sub("", str((item.get("author") or [{}])[0].get("family", "")).lower())
        year = str(item.get("issued", {}).get("date-parts", [["nd"]])[0][0])
        key = f"{family}{year}" if family else f"{_KEY.sub('', item['type'])}{year}-{_KEY.sub('', item['id'].lower())[:6]}"
        same = sum(each == key or each.startswith(f"{key}.") for each in keys)
        keys.append(f"{key}.{same + 1}" if same else key)
    return keys


def _bibtex(item: Item, key: str) -> str:
    entry = _ENTRIES[item["type"]]
    fields = {role: " and ".join(map(_bibtex_name, item[role])) for role in ("author", "editor", "translator") if item.get(role)}
    fields |= {name: _tex(item[csl]) for csl, name in _BIBTEX.items() if csl in item}
    if entry == "thesis":
        fields |= {"type": "วิทยานิพนธ์" if item["language"] == "th" else "Thesis", "institution": fields.pop("publisher", "")}
    if container := item.get("container-title"):
        name = "booktitle" if entry in _IN_BOOK else "journaltitle" if entry in ("article", "legislation") else "organization"
        fields[name] = _tex(container)
    if "pages" in fields:
        fields["pages"] = _PAGES.sub("--", fields["pages"])
    issued = item.get("issued", {})
    if parts := _parts(issued):
        fields["year"] = parts[0]
        fields |= {"date": "-".join(parts)} if len(parts) > 1 else {}
    elif issued:
        fields["year"] = _tex(issued["literal"])
    if "URL" in item:
        fields["url"] = _UNSAFE_IN_LINK.sub(lambda sign: f"%{ord(sign[0]):02X}", item["URL"])
    if seen := _parts(item.get("accessed", {})):
        fields["urldate"] = "-".join(seen)
    fields["langid"] = "thai" if item["language"] == "th" else "english" if item["language"] == "en" else _tex(item["language"])
    lines = "".join(f"  {name} = {{{said}}},\n" for name, said in fields.items() if said)
    return f"@{entry}{{{key},\n{lines}}}\n"


def _bibtex_name(person: Item) -> str:
    if "literal" in person:
        return f"{{{_tex(person['literal'])}}}"  # braces: BibTeX must not look for a family name
    family = " ".join(part for part in (person.get("non-dropping-particle"), person["family"]) if part)
    parts = (family, person.get("suffix", ""), person.get("given", ""))
    return ", ".join(_tex(part) for part in parts if part)


def _tex(text: str) -> str:
    return "".join(_SPECIAL.get(sign, sign) for sign in text)


def _parts(date: Item) -> list[str]:
    """Return year, month and day of a date as written in ISO 8601."""
    return [f"{part:02}" for part in date.get("date-parts", [[]])[0]]


def _ris(item: Item, key: str) -> str:
    lines = [("TY", _REFERENCE_TYPES[item["type"]]), ("ID", key)]
    for role, tag in (("author", "AU"), ("editor", "ED"), ("translator", "A4")):
        lines += [(tag, _ris_name(person)) for person in item.get(role, [])]
    lines += [(tag, item[name]) for name, tag in _RIS.items() if name in item]
    issued = item.get("issued", {})
    if parts := _parts(issued):
        lines += [("PY", parts[0])] + ([("DA", "/".join(parts))] if len(parts) > 1 else [])
    elif issued:
        lines.append(("PY", issued["literal"]))
    first, _, last = _PAGES.sub("-", item.get("page", "")).partition("-")
    lines += [(tag, page) for tag, page in (("SP", first), ("EP", last)) if page]
    if seen := _parts(item.get("accessed", {})):
        lines.append(("Y2", "/".join(seen)))
    return "".join(f"{tag}  - {said}\r\n" for tag, said in lines) + "ER  - \r\n\r\n"


def _ris_name(person: Item) -> str:
    if "literal" in person:
        return str(person["literal"])
    family = " ".join(part for part in (person.get("non-dropping-particle"), person["family"]) if part)
    return ", ".join(part for part in (family, person.get("given", ""), person.get("suffix", "")) if part)
