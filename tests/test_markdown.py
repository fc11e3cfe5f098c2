"""Markdown: what is read of it, and files without text."""

from pathlib import Path

import pytest

from index.errors import SourceError
from tests.documents import A, B, C, only, said

MARKDOWN = f"""---
title: เที่ยวเมืองไทย
authors: [สมชาย ใจดี, สมหญิง]
date: 2021-05-04
draft: true
---
บทที่หนึ่ง
==========

**คำ**ต่อ _เอียง_ [ลิงก์](http://x.y "ชื่อ") `โค้ด<b>` ![แผนที่](a.png) <u>ขีด</u> a < b &amp; c[^n]

## ตาราง ##

| ปี | รายได้ |
|----|-------:|
| 2560 | **30** |

- หนึ่ง
  - ซ้อน
1. สอง

> {A}

```python
x = "<p>"
  y
```

<div>{B}</div>

[^n]: เชิงอรรถ **หนา**
"""


def test_markdown_as_a_reader_sees_it(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(MARKDOWN, encoding="utf-8")
    found = only(path)
    assert said(found) == [
        "คำต่อ เอียง ลิงก์ โค้ด<b> แผนที่ ขีด a < b & c", "ปี | รายได้", "2560 | 30", "หนึ่ง", "ซ้อน", "สอง", A, 'x = "<p>"\n  y', B, "เชิงอรรถ หนา",
    ]  # fmt: skip
    assert found.meta == {"title": "เที่ยวเมืองไทย", "author": "สมชาย ใจดี; สมหญิง", "year": "2021"} and found.title == "เที่ยวเมืองไทย"
    assert [s.headings for s in found.sections] == [("บทที่หนึ่ง",), ("บทที่หนึ่ง", "ตาราง")]
    assert [(n.mark, n.paragraph, found.text[: n.at][-1]) for n in found.notes] == [("1", 10, "c")]


@pytest.mark.parametrize(
    ("text", "title", "shown"),
    [
        (f"# หัวเรื่อง\n\n{A}", "หัวเรื่อง", [A]),
        (f"---\nไม่ใช่: [yaml\n---\n\n{A}", "ไม่ใช่: [yaml", [A]),
        (f"{A}\n\n---\n\n{B}", "a", [A, B]),
        (f"{C[:50]}\n{C[50:]}\n\nถนนพระราม 4  \nเขตปทุมวัน", "a", [C, "ถนนพระราม 4 เขตปทุมวัน"]),
    ],
)
def test_titles_and_lines_of_markdown(tmp_path: Path, text: str, title: str, shown: list[str]) -> None:
    path = tmp_path / "a.md"
    path.write_text(text, encoding="utf-8")
    assert only(path).title == title and said(only(path)) == shown


def test_markdown_without_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\ntitle: ก\n---\n<!-- ลับ -->\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"a\.md: there is no text"):
        only(path)
