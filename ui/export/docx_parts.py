"""What python-docx (1.2) has no call for: the part with the footnotes, Thai styles, and the language of complex script."""

from copy import deepcopy
from typing import Any

FONT, FALLBACK = "TH Sarabun New", "Sarabun"
_INK = "000000"
_SIZES = {"Heading 1": 20, "Heading 2": 18, "Heading 3": 16}  # points: TH Sarabun is small, and 16 is what Thai theses are set in
_BODY, _NOTE = 16, 14
_SEPARATORS = ((-1, "separator"), (0, "continuationSeparator"))


def set_up(document: Any, *, numbered: bool) -> None:
    """Set the page (A4) and the styles; ``numbered`` references hang by the width of a number."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = Cm(3), Cm(2.5), Cm(2.5), Cm(2.5)
    _type(document.styles["Normal"], _BODY)
    for name, size in _SIZES.items():
        _type(document.styles[name], size, bold=True)
    _spaced(document.styles["Body Text"], 6).alignment = ALIGN.THAI_JUSTIFY
    _spaced(_style(document, "Aside", _NOTE), 6)
    _spaced(_style(document, "Short Answer", _BODY, bold=True), 6)
    quote = _spaced(document.styles["Quote"], 6)
    _type(document.styles["Quote"], _BODY)
    quote.left_indent, quote.alignment = Cm(1.27), ALIGN.THAI_JUSTIFY
    hanging = _spaced(_style(document, "Bibliography", _BODY), 6)
    hanging.left_indent = Cm(0.8 if numbered else 1.27)
    hanging.first_line_indent = -hanging.left_indent
    _spaced(_style(document, "footnote text", _NOTE), 0)
    reference = document.styles.add_style("footnote reference", 2)  # 2: a style of characters
    reference.font.superscript = True


def _style(document: Any, name: str, size: int, bold: bool = False) -> Any:
    style = document.styles.add_style(name, 1)  # 1: a style of paragraphs
    style.base_style = document.styles["Normal"]
    _type(style, size, bold)
    return style


def _spaced(style: Any, points: int) -> Any:
    from docx.shared import Pt

    style.paragraph_format.space_after, style.paragraph_format.space_before = Pt(points), Pt(0)
    style.paragraph_format.line_spacing = 1.0
    return style.paragraph_format


def _type(style: Any, size: int, bold: bool = False) -> None:
    """Set font, size, weight and colour for Latin letters and for complex script alike."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size, style.font.bold, style.font.cs_bold = FONT, Pt(size), bold, bold
    style.font.italic = style.font.cs_italic = False
    style.font.color.rgb = RGBColor.from_string(_INK)
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    for name in list(fonts.attrib):
        del fonts.attrib[name]  # the theme's fonts would win
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    for old in properties.findall(qn("w:szCs")):
        properties.remove(old)
    thai = OxmlElement("w:szCs")
    thai.set(qn("w:val"), str(2 * size))
    properties.find(qn("w:sz")).addnext(thai)


class Footnotes:
    """The footnotes of a document: references in its text, texts in ``word/footnotes.xml``."""

    def __init__(self, document: Any) -> None:
        from docx.oxml import OxmlElement

        self._document = document
        self._root = OxmlElement("w:footnotes")
        for number, kind in _SEPARATORS:
            note, paragraph = self._note(number, kind)
            run = paragraph.add_run()
            run._r.append(OxmlElement(f"w:{kind}"))
            self._root.append(note)

    def _note(self, number: int, kind: str | None = None) -> tuple[Any, Any]:
        """Return a footnote's element and its paragraph."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.text.paragraph import Paragraph

        note, element = OxmlElement("w:footnote"), OxmlElement("w:p")
        if kind:
            note.set(qn("w:type"), kind)
        note.set(qn("w:id"), str(number))
        note.append(element)
        return note, Paragraph(element, self._document._body)

    def add(self, paragraph: Any) -> Any:
        """Add a reference at a paragraph's end; return the paragraph of the footnote to write in."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        number = len(self._root) - len(_SEPARATORS) + 1
        mark = OxmlElement("w:footnoteReference")
        mark.set(qn("w:id"), str(number))
        paragraph.add_run(style="footnote reference")._r.append(mark)
        note, text = self._note(number)
        text.style = "footnote text"
        text.add_run(style="footnote reference")._r.append(OxmlElement("w:footnoteRef"))
        self._root.append(note)
        return text

    def attach(self) -> None:
        """Put the part into the document's package and name the separators in its settings."""
        from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import XmlPart
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        main = self._document.part
        part = XmlPart(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, deepcopy(self._root), main.package)
        main.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        about = OxmlElement("w:footnotePr")
        for number, _ in _SEPARATORS:
            named = OxmlElement("w:footnote")
            named.set(qn("w:id"), str(number))
            about.append(named)
        self._document.settings.element.find(qn("w:compat")).addprevious(about)  # the order that the schema asks for


def set_language(document: Any) -> None:
    """Say that complex script is Thai: Word then breaks lines and checks spelling as Thai."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    language = properties.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:bidi"), "th-TH")
    theme = document.settings.element.find(qn("w:themeFontLang"))
    if theme is not None:
        theme.set(qn("w:bidi"), "th-TH")


def name_fallback_font(document: Any) -> None:
    """Name the font that stands in where TH Sarabun New is not installed."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement, parse_xml
    from docx.oxml.ns import qn
    from lxml import etree

    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    table = parse_xml(part.blob)
    font, other = OxmlElement("w:font"), OxmlElement("w:altName")
    font.set(qn("w:name"), FONT)
    other.set(qn("w:val"), FALLBACK)
    font.append(other)
    table.append(font)
    part._blob = etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True)
