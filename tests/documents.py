"""Texts that tests put into files, and what is asked of the documents read from them."""

from pathlib import Path

from index.parse import parse
from index.records import Document

A = "กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย ตั้งอยู่บนสามเหลี่ยมปากแม่น้ำเจ้าพระยา มีประชากรมากที่สุดในประเทศ"
B = "เชียงใหม่เป็นจังหวัดในภาคเหนือของประเทศไทย ก่อตั้งเมื่อ พ.ศ. 1839 โดยพญามังราย และเคยเป็นราชธานีของอาณาจักรล้านนา"
C = "ภูเก็ตเป็นเกาะที่ใหญ่ที่สุดของประเทศไทย ตั้งอยู่ในทะเลอันดามัน มีรายได้หลักจากการท่องเที่ยวและการทำสวนยางพารา"


def only(path: Path) -> Document:
    """Return the one document of a file."""
    found = list(parse(path))
    assert len(found) == 1 and isinstance(found[0], Document), found
    return found[0]


def said(document: Document) -> list[str]:
    """Return the text of each paragraph."""
    return [document.text[one.start : one.end] for one in document.paragraphs]
