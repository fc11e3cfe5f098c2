"""Conversations kept in ``<library>/conversations``, a JSON file each, written whole or not at all. No gradio here.

A file holds data, never HTML: {"format", "id", "title", "created", "changed", "turns": [{"id", "asked", "only", "verdict", "stopped",
"answer": see ``ui.turns.answer_data``}]}.
"""

import json
import re
import secrets
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from index.errors import LibraryError, UsageError
from index.files import replace_file
from ui.turns import Data, checked_turn

FORMAT = "tham-conversation-1"
FOLDER, FEEDBACK = "conversations", "feedback.jsonl"
TITLE_LENGTH = 80  # code points
_MOST_BYTES = 20_000_000  # of a file from elsewhere
_ID = re.compile(r"[0-9a-f]{16}")


class Listed(NamedTuple):
    """A conversation in the list, newest first; ``words`` is what it is searched by."""

    id: str
    title: str
    changed: str
    turns: int
    words: str


def now() -> str:
    """Return the time in UTC as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class Conversations:
    """The conversations of a library folder. Safe to use from several threads; each change reads the file again and writes it whole."""

    def __init__(self, folder: Path) -> None:
        self._library = folder
        self._folder = folder / FOLDER
        self._lock = threading.RLock()
        self._listed: dict[str, tuple[tuple[int, int], Listed]] = {}
        self._last: tuple[tuple[str, int, int], Data] | None = None  # the file read last and its data: a long one is read once

    def listed(self, wanted: str = "") -> list[Listed]:
        """Return conversations with ``wanted`` in title, questions or answers, the last changed first; damaged files are passed over."""
        key = wanted.strip().casefold()
        with self._lock:
            known: dict[str, tuple[tuple[int, int], Listed]] = {}
            for path in self._folder.glob("*.json"):
                if _ID.fullmatch(path.stem) and (entry := self._entry(path)):
                    known[path.stem] = entry
            self._listed = known
        found = [entry[1] for entry in known.values() if key in entry[1].words]
        return sorted(found, key=lambda one: (one.changed, one.id), reverse=True)

    def _entry(self, path: Path) -> tuple[tuple[int, int], Listed] | None:
        try:
            state = path.stat()
            mark = (state.st_mtime_ns, state.st_size)
            if path.stem in self._listed and self._listed[path.stem][0] == mark:
                return self._listed[path.stem]
            return mark, _listed(self._read(path.stem))
        except (OSError, ValueError, KeyError, TypeError, UsageError):
            return None

    def open(self, name: str) -> Data:
        """Return a conversation. Raises UsageError where there is none, or where its file is damaged."""
        with self._lock:
            return self._read(name)

    def _read(self, name: str) -> Data:
        path = self._path(name)
        try:
            state = path.stat()
            mark = (name, state.st_mtime_ns, state.st_size)
            if self._last is None or self._last[0] != mark:
                text = path.read_bytes().decode("utf-8", "surrogatepass")
                self._last = (mark, _checked(json.loads(text)))
            return self._last[1]
        except FileNotFoundError as error:
            raise UsageError("ไม่มีบทสนทนานี้แล้ว อาจถูกลบไป", "This conversation is no longer there; it may have been deleted.") from error
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise UsageError(
                f"อ่านบทสนทนา {path.name} ไม่ได้ ไฟล์อาจเสียหาย", f"The conversation {path.name} cannot be read; its file may be damaged."
            ) from error

    def add(self, name: str | None, turn: Data, replacing: str | None = None) -> str:
        """Add a turn to a conversation, in the place of the turn ``replacing`` where there is one, and return the conversation's id.

        A conversation begins without a name; one deleted meanwhile begins anew under its own.
        """
        with self._lock:
            name = name or secrets.token_hex(8)
            held = self._read(name) if self._path(name).exists() else _new(name, turn["answer"]["question"])
            turns = list(held["turns"])
            at = next((at for at, one in enumerate(turns) if one["id"] == replacing), len(turns))
            turns[at : at + 1] = [turn]
            self._write({**held, "turns": turns})
            return name

    def judge(self, name: str, turn: str, verdict: str | None) -> None:
        """Keep what the reader thinks of an answer ("up", "down" or None), with question, answer and evidence in ``feedback.jsonl``."""
        with self._lock:
            held = self._read(name)
            judged = [{**one, "verdict": verdict} if one["id"] == turn else one for one in held["turns"]]
            found = next((one for one in judged if one["id"] == turn), None)
            if found is None:
                raise UsageError("ไม่มีคำตอบนี้แล้ว", "This answer is no longer there.")
            self._write({**held, "turns": judged})
            line = {"at": now(), "verdict": verdict, "conversation": name, "turn": turn, "only": found["only"], **found["answer"]}
            with (self._library / FEEDBACK).open("a", encoding="utf-8") as out:
                out.write(json.dumps(line, ensure_ascii=False) + "\n")

    def rename(self, name: str, title: str) -> str:
        """Give a conversation another title and return it, cut to its length. Raises UsageError for a blank one."""
        title = _title(title)
        if not title:
            raise UsageError("ชื่อบทสนทนาต้องไม่ว่าง", "A conversation's name cannot be empty.")
        with self._lock:
            self._write({**self._read(name), "title": title}, touch=False)
        return title

    def delete(self, name: str) -> None:
        """Delete a conversation; deleting one that is gone changes nothing."""
        with self._lock:
            self._path(name).unlink(missing_ok=True)

    def take_in(self, text: str) -> str:
        """Keep a conversation that came as a file, under a new id, and return that. Raises UsageError where it is none."""
        try:
            if len(text) > _MOST_BYTES:
                raise ValueError("too long")
            held = _checked(json.loads(text))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise UsageError("ไฟล์นี้ไม่ใช่บทสนทนาของถาม", "This file is not a conversation of Tham.") from error
        with self._lock:
            name = secrets.token_hex(8)
            self._write({**held, "id": name})
        return name

    def _path(self, name: str) -> Path:
        if not _ID.fullmatch(name):
            raise UsageError("ไม่มีบทสนทนานี้", "There is no such conversation.")
        return self._folder / f"{name}.json"

    def _write(self, held: Data, *, touch: bool = True) -> None:
        path = self._path(held["id"])
        held = {**held, "changed": now()} if touch else held
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(path, (json.dumps(held, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8", "surrogatepass"))
            state = path.stat()
        except OSError as error:
            raise LibraryError(
                f"เก็บบทสนทนาไม่ได้ ({error.strerror}) โปรดตรวจเนื้อที่ดิสก์และสิทธิ์",
                f"The conversation cannot be kept ({error.strerror}); check disk space and permissions.",
            ) from error
        self._last = ((held["id"], state.st_mtime_ns, state.st_size), held)


def _title(text: str) -> str:
    return " ".join(text.split())[:TITLE_LENGTH]


def _new(name: str, question: str) -> Data:
    return {"format": FORMAT, "id": name, "title": _title(question), "created": now(), "changed": now(), "turns": []}


def _listed(held: Mapping[str, Any]) -> Listed:
    words = [held["title"]]
    for turn in held["turns"]:
        words += [turn["answer"]["question"], *(claim["text"] for claim in turn["answer"]["claims"])]
    return Listed(held["id"], held["title"], held["changed"], len(held["turns"]), "\n".join(words).casefold())


def _checked(raw: Any) -> Data:
    """Return what a file says, holding only what belongs there. Raises ValueError, KeyError or TypeError for anything else."""
    if not isinstance(raw, dict) or raw.get("format") != FORMAT or not isinstance(raw.get("turns"), list):
        raise ValueError("no conversation")
    if any(not isinstance(raw.get(name), str) for name in ("id", "title", "created", "changed")):
        raise ValueError("no conversation")
    turns = [checked_turn(turn) for turn in raw["turns"]]
    return {**{name: raw[name] for name in ("format", "id", "created", "changed")}, "title": _title(raw["title"]), "turns": turns}
