"""What the models are fitted with: that every script can be read, and what was written for them."""

import importlib
import json
from collections import Counter
from pathlib import Path

import pytest

from train.grammar import CLOSES, OPENS, closes, opens
from train.written import FILE, PARTS

FOLDER = FILE.parent


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.py")))
def test_every_script_finds_what_it_imports(name: str) -> None:
    importlib.import_module(f"train.{name}")


def test_written_questions_are_told_apart_and_point_into_what_was_read() -> None:
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == len(rows) > 7000
    assert all(row["question"].strip() == row["question"] != "" for row in rows)
    for row in rows:
        told = row["style"] not in ("other_fact", "other_entity", "twisted")
        assert told == (row["answer"] is not None), row["id"]
        assert not told or row["start"] <= row["answer"][0] < row["answer"][1] <= row["end"], row["id"]
    parts = Counter(PARTS.get(row["id"][:2], "fit") for row in rows)
    assert parts["calibrate"] == parts["judge"] == 360
    texts = {part: {(row["corpus"], row["row"]) for row in rows if PARTS.get(row["id"][:2], "fit") == part} for part in parts}
    assert texts["fit"].isdisjoint(texts["judge"] | texts["calibrate"]), "no text that is judged with was fitted on"


def test_acts_of_clauses_are_those_of_their_longest_form() -> None:
    assert opens("ในขณะเดียวกันก็") == "turns" and opens("ในเมือง") == "relates" and opens("แมว") == ""
    assert closes("เรียกกันว่า") == "waits" and closes("จนถึงปัจจุบัน") == "ends" and closes("แมว") == ""
    assert all(len(form) <= 12 for form in (*OPENS, *CLOSES))


def test_the_folder_holds_no_text_of_others() -> None:
    """Places and questions only: what was read stays where it is."""
    assert {path.suffix for path in Path(FOLDER).iterdir() if path.is_file()} <= {".py", ".jsonl"}
    keys = {key for line in FILE.read_text(encoding="utf-8").splitlines() for key in json.loads(line)}
    assert keys == {"id", "corpus", "row", "start", "end", "style", "question", "answer"}
