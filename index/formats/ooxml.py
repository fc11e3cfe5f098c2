"""What DOCX and PPTX share: parts found by their relations, names of elements, and the properties of the file.

Elements are told by their names without the namespace: "strict" files have others than Office's usual ones.
"""

import posixpath
import zipfile
from pathlib import Path
from typing import NamedTuple

from index.errors import SourceError
from index.formats.flow import real
from index.formats.unpack import Element, misnamed, part, xml


class Relation(NamedTuple):
    """Another part that a part refers to, and as what: "footnotes", "slide" ..."""

    kind: str
    target: str


class Package:
    """The parts of an opened file, whose main one must be a ``kind``: a document, a presentation, a workbook. Raises SourceError."""

    def __init__(self, archive: zipfile.ZipFile, kind: str) -> None:
        path = Path(archive.filename or "")
        self._archive, self.name = archive, path.name
        self.main = next((target for of, target in self.relations("").values() if of == "officeDocument"), "")
        if not self.main or local(self.root(self.main)) != kind:
            raise misnamed(path)

    def root(self, name: str) -> Element:
        """Return the root element of a part. Raises SourceError."""
        return xml(part(self._archive, name), self.name)

    def relations(self, name: str) -> dict[str, Relation]:
        """Return what a part, or with "" the file, refers to inside the file, by id; what is missing is left out."""
        folder, file = posixpath.split(name)
        listed = posixpath.join(folder, "_rels", f"{file}.rels")
        if listed not in self._archive.NameToInfo:
            return {}
        found: dict[str, Relation] = {}
        for relation in self.root(listed):
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
            if relation.get("TargetMode") != "External" and target in self._archive.NameToInfo:
                found[relation.get("Id", "")] = Relation(relation.get("Type", "").rpartition("/")[2], target)
        return found

    def related(self, name: str, kind: str) -> Element | None:
        """Return the root of the part to which a part refers as ``kind``, or None."""
        target = next((target for of, target in self.relations(name).values() if of == kind), None)
        return None if target is None else self.root(target)

    def properties(self) -> dict[str, str | None]:
        """Return what the file says of itself, by the names of a bibliography. A part that cannot be read says nothing."""
        said = self._said("core-properties")
        return {"title": real(said.get("title")), "author": real(said.get("creator"))}

    def pages(self) -> int | None:
        """Return how many pages the program that saved the file counted."""
        counted = self._said("extended-properties").get("Pages", "")
        return int(counted) if counted.isdecimal() else None

    def _said(self, kind: str) -> dict[str, str]:
        try:
            root = self.related("", kind)
        except SourceError:
            return {}
        return {} if root is None else {local(child): (child.text or "").strip() for child in root}


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""  # an entity has no name


def attribute(element: Element | None, name: str) -> str | None:
    """Return an attribute, whatever its namespace; None without an element."""
    if element is None:
        return None
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def child(element: Element | None, *names: str) -> Element | None:
    """Return the first child of a name, its first child of the next name and so on, or None."""
    for name in names:
        element = None if element is None else next((one for one in element if local(one) == name), None)
    return element


def is_on(element: Element | None) -> bool:
    """Whether a switch (w:b, w:vanish ...) is there and not turned off."""
    return element is not None and attribute(element, "val") not in ("0", "false", "off")
