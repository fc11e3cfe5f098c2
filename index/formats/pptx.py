"""PPTX: a slide is a page. Its title is a heading; then come its texts in the file's own order of reading, tables, diagrams, and what the
speaker notes. Hidden slides are read too; slide numbers, dates and footers are not.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from index.compose import Composer
from index.formats.flow import CELLS, no_text, shallow, signs
from index.formats.ooxml import Package, child, local
from index.formats.unpack import Element, opened
from index.metadata import known
from index.records import Document, Unit

_TITLES = ("title", "ctrTitle")
_AROUND = ("sldNum", "dt", "ftr", "hdr", "sldImg")  # what stands on every slide
_RELATION = "relationships}"  # in the namespace of an attribute that names another part


def read(path: Path, meta: Mapping[str, str], at: Callable[[int], None]) -> Iterator[Document]:
    """Yield the Document of a PPTX file. Raises SourceError, OSError."""
    composer = Composer(unit=Unit.SLIDE)
    title = ""
    with opened(path) as archive, shallow(path.name):
        package = Package(archive, "presentation")
        for number, name in enumerate(signs(_slides(package), path, at), start=1):
            heading = _slide(composer, package, name, number)
            title = title or heading
        about = known(meta, package.properties())
    if not composer:
        raise no_text(path.name)
    yield composer.document(title=about.get("title") or title or path.stem, source=str(path), meta=about)


def _slides(package: Package) -> list[str]:
    """Return the parts that are slides, in the order of the show."""
    targets = {id: target for id, (_, target) in package.relations(package.main).items()}
    listed = child(package.root(package.main), "sldIdLst")
    ids = [_relation(slide, "id") for slide in (() if listed is None else listed)]
    return [targets[id] for id in ids if id in targets]


def _slide(composer: Composer, package: Package, name: str, number: int) -> str:
    """Add a slide; return its title. A title with nothing under it is a paragraph."""
    shapes = list(_shapes(child(package.root(name), "cSld", "spTree")))
    titles = [shape for shape in shapes if _place(shape) in _TITLES]
    title = " ".join(" ".join(_paragraphs(child(shape, "txBody"))) for shape in titles).strip().replace("\n", " ")
    texts = [text for shape in shapes if _place(shape) not in (*_TITLES, *_AROUND) for text in _texts(shape, package, name)]
    notes = package.related(name, "notesSlide")
    if notes is not None:
        bodies = [shape for shape in _shapes(child(notes, "cSld", "spTree")) if _place(shape) == "body"]
        texts += [text for shape in bodies for text in _paragraphs(child(shape, "txBody"))]
    heading = title if texts else ""
    composer.heading((heading,) if heading else (), heading, number)
    for text in texts or [title]:
        composer.paragraph(text, number)
    return title


def _shapes(tree: Element | None) -> Iterator[Element]:
    """Yield the shapes of a slide, also those in groups."""
    for shape in () if tree is None else tree:
        if local(shape) in ("sp", "graphicFrame"):
            yield shape
        elif local(shape) in ("grpSp", "AlternateContent", "Choice"):
            yield from _shapes(shape)


def _place(shape: Element) -> str:
    """Return what a shape is in the slide's layout, or nothing."""
    holder = child(shape, "nvSpPr", "nvPr", "ph")
    return "" if holder is None else holder.get("type", "obj")


def _texts(shape: Element, package: Package, name: str) -> Iterator[str]:
    """Yield the paragraphs of a shape, the rows of a table, the texts of a diagram."""
    yield from _paragraphs(child(shape, "txBody"))
    held = child(shape, "graphic", "graphicData")
    for line in _of(child(held, "tbl"), "tr"):
        cells = [" ".join(_paragraphs(child(cell, "txBody"))) for cell in _of(line, "tc") if not _is_covered(cell)]
        if any(cells):
            yield CELLS.join(cells)
    diagram = child(held, "relIds")
    data = package.relations(name).get(_relation(diagram, "dm")) if diagram is not None else None
    if data is not None:
        yield from filter(None, (_text(paragraph).strip() for paragraph in package.root(data.target).iter("{*}p")))


def _is_covered(cell: Element) -> bool:
    """Whether a cell is merged into the one before or above it."""
    return any(cell.get(merged) in ("1", "true") for merged in ("hMerge", "vMerge"))


def _of(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else [one for one in element if local(one) == name]


def _paragraphs(body: Element | None) -> list[str]:
    """Return the paragraphs of a text frame, without the empty ones."""
    return [text for text in (_text(paragraph).strip() for paragraph in _of(body, "p")) if text]


def _text(element: Element) -> str:
    parts: list[str] = []
    for one in element:
        name = local(one)
        if name in ("t", "br"):
            parts.append("\n" if name == "br" else one.text or "")
        elif name != "Fallback" and one.get("type") != "slidenum":
            parts.append(_text(one))
    return "".join(parts)


def _relation(element: Element, name: str) -> str:
    """Return the id of the relation that an element names."""
    return next((str(value) for key, value in element.attrib.items() if key.endswith(_RELATION + name)), "")
