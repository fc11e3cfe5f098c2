"""Thai PDFs of known texts, made by Chromium, LibreOffice and fpdf2, for `bench.pdf`."""

import html
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from index.parse import parse
from index.records import Document

_HERE = Path(__file__).parent
_SEEDS = _HERE.parent / "seeds"
_ROWS = (
    ("ลำดับ", "รายการ", "จำนวน", "หน่วย"), ("๑", "ข้าวหอมมะลิ", "1,250.50", "ตัน"), ("๒", "น้ำตาลทรายแดง", "89", "กระสอบ"),
    ("๓", "ผ้าฝ้ายย้อมคราม (indigo)", "3,400", "ผืน"), ("๔", "กล้วยตาก", "12", "ลัง"),
)  # fmt: skip
_NOTES = ("ดูรายละเอียดในภาคผนวก ก ท้ายเล่ม", "Smith, J. (2019). Thai texts, p. 42. และข้อสังเกตเพิ่มเติมของผู้เขียน", "สัมภาษณ์เมื่อวันที่ ๕ มีนาคม ๒๕๖๑")
_URN = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = " ".join(f'xmlns:{one}="{_URN}{one}:1.0"' for one in ("office", "style", "text", "table"))
_SPACES += "".join(f' xmlns:{one}="{_URN}{name}-compatible:1.0"' for one, name in (("fo", "xsl-fo"), ("svg", "svg")))
_COLUMNS = '<table:table-column table:number-columns-repeated="4"/>'
_HEAD = "รายงานประจำปีฉบับทดลอง"


class Block(NamedTuple):
    """A heading (h1, h2), a paragraph (p), a row of a table or a footnote; ``note`` is the text of the footnote marked at its end."""

    kind: str
    text: str
    note: str = ""


class Job(NamedTuple):
    """A PDF to make: its maker, type, part, and how it is set."""

    part: str
    maker: str
    font: str
    css: str = ""
    columns: int = 1
    bold: bool = False
    justified: bool = False
    notes: bool = False
    times: int = 1


JOBS = (
    Job("tune", "chromium", "Garuda"),
    Job("tune", "chromium", "Noto Sans Thai"),
    Job("tune", "chromium", "Laksaman", columns=2),
    Job("tune", "chromium", "Tlwg Typist", justified=True),
    Job("tune", "libreoffice", "Garuda", notes=True),
    Job("tune", "libreoffice", "Noto Sans Thai", columns=2),
    Job("tune", "libreoffice", "Laksaman", justified=True),
    Job("tune", "libreoffice", "Tlwg Typist"),
    Job("tune", "fpdf2", "Garuda"),
    Job("check", "chromium", "Kinnari", bold=True),
    Job("check", "chromium", "Waree", css="p{font-weight:900;-webkit-text-stroke:0.2px}", columns=2),
    Job("check", "chromium", "Noto Serif Thai", justified=True),
    Job("check", "chromium", "Noto Looped Thai", css="p{text-indent:2em;margin:0}"),
    Job("check", "libreoffice", "Loma", justified=True, notes=True),
    Job("check", "libreoffice", "Norasi", columns=2),
    Job("check", "libreoffice", "Noto Serif Thai", bold=True),
    Job("check", "libreoffice", "Tlwg Mono", justified=True),
    Job("check", "fpdf2", "Loma"),
    Job("check", "chromium", "Umpush", times=12),
    Job("check", "libreoffice", "Sawasdee", notes=True, times=12),
)


def texts(part: str) -> list[str]:
    """Return the paragraphs of a part."""
    seed = sorted(_SEEDS.glob("*.txt"))[part == "check"]
    document = next(one for one in parse(seed) if isinstance(one, Document))
    found = [document.text[one.start : one.end] for one in document.paragraphs]
    found = [" ".join(text.split()) for text in found if "\n" not in text and text.isprintable()]
    if part == "tune":
        return found[:30]
    own = (_HERE / "pdf_paragraphs.txt").read_text(encoding="utf-8").splitlines()
    return own + [text for text in found if len(text) > 100][:12]


def blocks(job: Job) -> list[Block]:
    """Return what a PDF says, in order."""
    made, note = [Block("h1", "หนังสือรวมเรื่องสั้นสำหรับทดสอบการอ่าน")], 0
    for at, text in enumerate(texts(job.part) * job.times):
        if at % 6 == 0:
            made.append(Block("h2", f"บทที่ {at // 6 + 1} ว่าด้วยเรื่องต่าง ๆ"))
        if at == 8:
            made += [Block("row", "\t".join(cells)) for cells in _ROWS]
        has_note = job.notes and at % 4 == 1
        made.append(Block("p", text, f"{_NOTES[note % len(_NOTES)]} ({text[:12].strip()})" if has_note else ""))
        note += has_note
    return made


def truth(made: list[Block]) -> Iterator[str]:
    """Yield the paragraphs as they should be read; footnotes follow theirs."""
    number = 0
    for block in made:
        number += bool(block.note)
        yield f"{block.text} {number}" if block.note else block.text.replace("\t", " ")
        if block.note:
            yield block.note


def make(job: Job, folder: Path) -> Path:
    """Make a PDF and return its path."""
    signs = ["bold"] * job.bold + ["just"] * job.justified + ["long"] * (job.times > 1)
    name = "-".join([job.maker, *job.font.split(), str(job.columns), *signs])
    path = folder / f"{name}.pdf"
    if not path.exists():
        {"chromium": _chromium, "libreoffice": _libreoffice, "fpdf2": _fpdf2}[job.maker](job, blocks(job), path)
    return path


def _chromium(job: Job, made: list[Block], path: Path) -> None:
    style = (
        f"@page{{size:A4;margin:2cm;@top-center{{content:'{_HEAD}';font-size:9px}}@bottom-center{{content:counter(page);font-size:9px}}}}"
        f"body{{font-family:'{job.font}';font-size:15px;line-height:1.6;font-weight:{700 if job.bold else 400}}}"
        f"main{{column-count:{job.columns}}}p{{text-align:{'justify' if job.justified else 'left'}}}"
        f"table{{border-collapse:collapse}}td{{border:1px solid;padding:4px {20 // job.columns**2}px}}{job.css}"
    )
    body = []
    for block in made:
        text = html.escape(block.text)
        if block.kind == "row":
            body.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in text.split("\t")) + "</tr>")
        else:
            body.append(f"<{block.kind}>{text}</{block.kind}>")
    content = re.sub(r"((?:<tr>.*?</tr>)+)", r"<table>\1</table>", "".join(body))
    page = path.with_suffix(".html")
    page.write_text(f"<meta charset=utf-8><title>ทดสอบ</title><style>{style}</style><main>{content}</main>", encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={path}", str(page)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)


def _libreoffice(job: Job, made: list[Block], path: Path) -> None:
    flat = path.with_suffix(".fodt")
    flat.write_text(_flat_odt(job, made), encoding="utf-8")
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(path.parent), str(flat)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)


def _flat_odt(job: Job, made: list[Block]) -> str:
    styles = (("h1", 22, True), ("h2", 17, True), ("p", 12, job.bold), ("small", 9, False))
    body = "".join(_flat_block(block) for block in made)
    body = re.sub(r"((?:<table:table-row>.*?</table:table-row>)+)", rf"<table:table>{_COLUMNS}\1</table:table>", body)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document {_SPACES} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">'
        f'<office:font-face-decls><style:font-face style:name="f" svg:font-family="\'{job.font}\'"/></office:font-face-decls>'
        f"<office:styles>{''.join(_flat_style(job, *style) for style in styles)}</office:styles><office:automatic-styles>"
        '<style:style style:name="c" style:family="table-cell"><style:table-cell-properties fo:padding="0.1cm" '
        f'fo:border="{"none" if job.columns > 1 else "0.5pt solid #000000"}"/></style:style>'
        '<style:style style:name="s" style:family="section"><style:section-properties>'
        f'<style:columns fo:column-count="{job.columns}" fo:column-gap="0.8cm"/></style:section-properties></style:style>'
        '<style:page-layout style:name="l"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm"/>'
        "<style:header-style/><style:footer-style/></style:page-layout></office:automatic-styles>"
        '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="l">'
        f'<style:header><text:p text:style-name="small">{_HEAD}</text:p></style:header>'
        '<style:footer><text:p text:style-name="small">หน้า <text:page-number/></text:p></style:footer></style:master-page>'
        '</office:master-styles><office:body><office:text><text:section text:style-name="s" text:name="s">'
        f"{body}</text:section></office:text></office:body></office:document>"
    )


def _flat_style(job: Job, name: str, size: int, bold: bool) -> str:
    weight, align = "bold" if bold else "normal", "justify" if job.justified and name == "p" else "start"
    return (
        f'<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties fo:margin-bottom="0.25cm" '
        f'fo:margin-top="{0.4 if name == "h2" else 0}cm" fo:text-align="{align}"/><style:text-properties '
        f'style:font-name="f" style:font-name-complex="f" fo:font-size="{size}pt" style:font-size-complex="{size}pt" '
        f'fo:font-weight="{weight}" style:font-weight-complex="{weight}" fo:language="en" style:language-complex="th"/></style:style>'
    )


def _flat_block(block: Block) -> str:
    text = html.escape(block.text)
    if block.kind == "row":
        cell = '<table:table-cell table:style-name="c"><text:p text:style-name="p">{}</text:p></table:table-cell>'
        return f"<table:table-row>{''.join(map(cell.format, text.split(chr(9))))}</table:table-row>"
    note = (
        '<text:note text:note-class="footnote"><text:note-citation/><text:note-body>'
        f'<text:p text:style-name="small">{html.escape(block.note)}</text:p></text:note-body></text:note>'
    )
    return f'<text:p text:style-name="{block.kind}">{text}{note if block.note else ""}</text:p>'


def _fpdf2(job: Job, made: list[Block], path: Path) -> None:
    from fpdf import FPDF

    fonts = Path("/usr/share/fonts/truetype/tlwg")
    paper = FPDF()
    for weight, ending in (("", ""), ("B", "-Bold")):
        paper.add_font(job.font, weight, fonts / f"{job.font}{ending}.ttf")
    paper.set_text_shaping(True)
    paper.add_page()
    sizes = {"h1": 22.0, "h2": 17.0}
    for block in made:
        paper.set_font(job.font, "B" if block.kind in sizes else "", sizes.get(block.kind, 12.0))
        if block.kind == "row":
            for cell in block.text.split("\t"):
                paper.cell(45, 8, cell, border=1)
            paper.ln(8)
        else:
            for line in _wrapped(paper, block.text):
                paper.cell(0, 8, line, new_x="LMARGIN", new_y="NEXT")
            paper.ln(4)
    paper.output(str(path))


def _wrapped(paper: Any, text: str) -> Iterator[str]:
    """Yield the lines of a paragraph, broken between words."""
    from thai.words import words

    line = ""
    for word in words(text):
        if line and paper.get_string_width(line + word) > paper.epw - 4:
            yield line.rstrip()
            line = word.lstrip()
        else:
            line += word
    yield line
