"""The questions a command is given: one typed, or a file of them."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from index.errors import UsageError
from index.formats.decode import is_text


class Item(NamedTuple):
    """A question with its id, and the questions of the conversation ``after`` which it is asked."""

    name: Any
    text: str
    after: tuple[str, ...] = ()


def questions(question: str | None, batch: Path | None) -> list[Item]:
    """Return one typed question, whose id is None, or a file of them. Raises UsageError."""
    if (question is None) == (batch is None):
        raise UsageError("ใส่คำถามหนึ่งข้อ หรือ --batch ไฟล์ อย่างใดอย่างหนึ่ง", "Give one question, or --batch FILE.")
    if batch is None:
        assert question is not None
        if not question.strip():
            raise UsageError("คำถามว่างเปล่า โปรดพิมพ์คำถาม", "The question is empty; type one.")
        if not is_text(question):
            raise UsageError("คำถามไม่ใช่ข้อความ Unicode ที่ถูกต้อง โปรดพิมพ์ใหม่เป็น UTF-8", "The question is not valid Unicode; type it in UTF-8.")
        return [Item(None, question)]
    return list(_batch_questions(batch))


def _batch_questions(batch: Path) -> Iterator[Item]:
    try:
        content = sys.stdin.buffer.read() if str(batch) == "-" else batch.read_bytes()
        lines = content.decode("utf-8-sig").split("\n")  # splitlines would also cut at U+2028, which JSON leaves unescaped
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"อ่านไฟล์คำถาม {batch} ไม่ได้", f"Cannot read the questions of {batch} ({error}).") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            name, question, after = item.get("id", number), item["question"], item.get("after", [])
            if isinstance(name, dict | list) or not isinstance(after, list):
                raise ValueError("no id, or no list of earlier questions")
            if not all(isinstance(text, str) and is_text(text) for text in (question, *after)):
                raise ValueError("not a question of text")
        except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
            raise UsageError(
                f'{batch} บรรทัด {number}: ต้องเป็น JSON ที่มี "id" และ "question" เป็นข้อความ ("after" ถ้ามี เป็นรายการของข้อความ)',
                f'{batch} line {number}: must be JSON with "id" and "question", a text ("after", if given, is a list of texts).',
            ) from error
        yield Item(name, question, tuple(after))
