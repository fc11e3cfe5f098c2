"""Writing files so that a power cut leaves the old one or the new one, never half of one."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def replace_file(path: Path, data: bytes) -> None:
    """Write ``data`` beside ``path``, force it to disk, and rename it over ``path``."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    settle(beside, path)


def settle(beside: Path, path: Path) -> None:
    """Rename a finished file over ``path`` and force the rename to disk."""
    os.replace(beside, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write a small mapping as readable JSON, all or nothing."""
    replace_file(path, (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode())


def read_json(path: Path) -> dict[str, Any]:
    """Return the mapping in a file, or an empty one where the file is missing or damaged."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
