"""Office files made for tests, and what is asked of the documents read from them."""

import re
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
import openpyxl
import pptx
import pytest

from index.errors import SourceError
from index.parse import parse
from index.records import Document
from tests.documents import said

THAI = "กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def noted(document: Document) -> list[tuple[str, str, str]]:
    """Return each footnote: its mark, the text of its paragraph up to the mark, what it says."""
    texts = said(document)
    bearers = {note.at: next(one for one in document.paragraphs if one.start <= note.at <= one.end) for note in document.notes}
    return [(note.mark, document.text[bearers[note.at].start : note.at], texts[note.paragraph - 1]) for note in document.notes]


def rezip(path: Path, parts: dict[str, str | bytes | None]) -> Path:
    """Write parts into a zip-based file, in place of those of the same names; None takes one out."""
    with zipfile.ZipFile(path) as old:
        kept = {name: old.read(name) for name in old.namelist() if name not in parts}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in {**kept, **{name: data for name, data in parts.items() if data is not None}}.items():
            new.writestr(name, data)
    return path


def word(path: Path, body: str, **parts: str) -> Path:
    """Write a DOCX with this body; ``parts`` are footnotes, endnotes, settings ... as XML."""
    docx.Document().save(str(path))
    with zipfile.ZipFile(path) as archive:
        relations = archive.read("word/_rels/document.xml.rels").decode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    added = "".join(f'<Relationship Id="x{name}" Type="{kind}/{name}" Target="{name}.xml"/>' for name in parts if name != "settings")
    return rezip(
        path,
        {
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": relations.replace("</Relationships>", f"{added}</Relationships>"),
            **{f"word/{name}.xml": f"<w:{name} {W}>{inside}</w:{name}>" for name, inside in parts.items()},
        },
    )


def p(*runs: str, style: str = "") -> str:
    kept = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{kept}{''.join(runs)}</w:p>"


def r(text: str, inside: str = "") -> str:
    return f'<w:r>{inside}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def footnote(id: int) -> str:
    return f'<w:r><w:footnoteReference w:id="{id}"/></w:r>'


NEXT_PAGE = "<w:lastRenderedPageBreak/>"
HARD_BREAK = '<w:r><w:br w:type="page"/></w:r>'


def paged(path: Path, pages: int) -> Path:
    """Write the count of pages that a program states into a DOCX."""
    with zipfile.ZipFile(path) as archive:
        about = archive.read("docProps/app.xml").decode()
    return rezip(path, {"docProps/app.xml": re.sub(r"<Pages>\d+</Pages>", f"<Pages>{pages}</Pages>", about)})


ODF = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"), ("style", "style"), ("meta", "meta"))
)
ODF += ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
ODF += ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'


def writer(path: Path, text: str, styles: str = "", about: str = "") -> Path:
    """Write an ODT with this text, these automatic styles and this about itself."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        content = f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{text}</office:text></office:body>"
        archive.writestr("content.xml", f"<office:document-content {ODF}>{content}</office:document-content>")
        archive.writestr("meta.xml", f"<office:document-meta {ODF}><office:meta>{about}</office:meta></office:document-meta>")
    return path


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def good(path: Path) -> Path:
    """Write a readable file of the kind that the path's ending names."""
    if path.suffix == ".docx":
        return word(path, p(r(THAI)))
    if path.suffix == ".odt":
        return writer(path, f"<text:p>{THAI}</text:p>")
    if path.suffix == ".xlsx":
        return workbook(path, ก=[["ชื่อ", "ค่า"], [THAI, 1]])
    made = pptx.Presentation()
    made.slides.add_slide(made.slide_layouts[6]).shapes.add_textbox(0, 0, 9, 9).text_frame.text = THAI
    made.save(str(path))
    return path


KINDS = ("docx", "odt", "pptx", "xlsx")
MAIN = {"docx": "word/document.xml", "odt": "content.xml", "pptx": "ppt/slides/slide1.xml", "xlsx": "xl/worksheets/sheet1.xml"}
BOMB = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def fails(path: Path, reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as caught:
        list(parse(path))
    for sentence in (caught.value.thai, caught.value.english):
        assert sentence.startswith(path.name) and "\n" not in sentence and "Traceback" not in sentence
