"""The password of a page that others can reach: kept as a salted scrypt hash in a file of one line, never itself.

    scrypt$32768$8$3$<salt>$<hash>        n, r, p as numbers, salt and hash in base64

The cost is what OWASP's Password Storage Cheat Sheet advises for scrypt (n 2**15, r 8, p 3): 32 MB and about a quarter of a second a try.
"""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import ipaddress
import os
import secrets
import tempfile
import threading
import unicodedata
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from index.errors import UsageError
from index.formats.decode import is_text

SHORTEST = 8  # characters
_LONGEST = 1000
_COST = (2**15, 8, 3)
_MOST_MEMORY = 256 * 2**20  # bytes: a file that asks for more is none of ours
_MOST_PASSES = 16
_MARK = "scrypt"
_SALT, _LENGTH = 16, 32  # bytes
_FIELDS = 6
_LONGEST_LINE = 4096  # bytes

Login = Callable[[str, str], Awaitable[bool]]


class Hash(NamedTuple):
    """A hashed password: the cost (n, r, p), the salt, and the hash."""

    cost: tuple[int, int, int]
    salt: bytes
    value: bytes


def hashed(password: str) -> Hash:
    """Return a password's hash with a new salt. Raises UsageError for one too short, too long or not of text."""
    if not is_text(password) or not SHORTEST <= len(password) <= _LONGEST:
        raise UsageError(
            f"รหัสผ่านต้องเป็นข้อความ UTF-8 ยาว {SHORTEST} ถึง {_LONGEST} ตัวอักษร",
            f"A password must be {SHORTEST} to {_LONGEST} characters of UTF-8.",
        )
    salt = secrets.token_bytes(_SALT)
    return Hash(_COST, salt, _scrypt(password, _COST, salt, _LENGTH))


def matches(password: str, kept: Hash) -> bool:
    """Whether it is the password of a hash; takes as long for a wrong one."""
    if not is_text(password) or len(password) > _LONGEST:
        return False
    return hmac.compare_digest(_scrypt(password, kept.cost, kept.salt, len(kept.value)), kept.value)


def _scrypt(password: str, cost: tuple[int, int, int], salt: bytes, length: int) -> bytes:
    """Return the hash. Letters that keyboards write in different ways (ำ, or ํ and า) are one: NFKC, as for all we compare."""
    n, r, p = cost
    typed = unicodedata.normalize("NFKC", password).encode()
    return hashlib.scrypt(typed, salt=salt, n=n, r=r, p=p, maxmem=_MOST_MEMORY, dklen=length)


def write(file: Path, kept: Hash) -> None:
    """Write a hash to a file that only its owner can read (mode 600). Raises UsageError where another kind of file stands there."""
    line = "$".join((_MARK, *map(str, kept.cost), _base64(kept.salt), _base64(kept.value)))
    try:
        if file.exists() and _opened(file)[0] is None:
            raise UsageError(
                f"{file} มีอยู่แล้วและไม่ใช่ไฟล์รหัสผ่านของโปรแกรมนี้ ใช้ชื่ออื่น",
                f"{file} exists and is no password file of this program; use another name.",
            )
        _replace(file, line + "\n")
    except OSError as error:
        raise UsageError(f"เขียนไฟล์ {file} ไม่ได้ ({error.strerror})", f"Cannot write {file} ({error.strerror}).") from error


def _replace(file: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".tham-")  # mkstemp makes it mode 600
    try:
        with open(handle, "w", encoding="ascii") as written:
            written.write(text)
        os.replace(name, file)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def read(file: Path) -> Hash:
    """Return the hash of a password file. Raises UsageError where it cannot be read, is none, or may be read by others."""
    try:
        kept, mode = _opened(file)
    except OSError as error:
        raise UsageError(
            f"อ่านไฟล์รหัสผ่าน {file} ไม่ได้ ({error.strerror}) สร้างใหม่ด้วย: tham password {file}",
            f"Cannot read the password file {file} ({error.strerror}); make one with: tham password {file}",
        ) from error
    if kept is None:
        raise UsageError(
            f"{file} ไม่ใช่ไฟล์รหัสผ่านหรือเสียหาย สร้างใหม่ในไฟล์อื่นด้วย: tham password ไฟล์",
            f"{file} is no password file, or a damaged one; make one elsewhere with: tham password FILE",
        )
    if os.name == "posix" and mode & 0o077:
        raise UsageError(f"ผู้ใช้อื่นเปิดไฟล์ {file} ได้ ปิดด้วย: chmod 600 {file}", f"Others can open {file}; close it with: chmod 600 {file}")
    return kept


def _opened(file: Path) -> tuple[Hash | None, int]:
    """Return the hash that a file holds, None where it is no password file, and the file's mode. Raises OSError."""
    with file.open("rb") as opened:
        mode = os.fstat(opened.fileno()).st_mode
        line = opened.read(_LONGEST_LINE)
    try:
        return _parsed(line.decode("ascii")), mode
    except ValueError:
        return None, mode


def _parsed(line: str) -> Hash:
    """Return the hash that a line holds. Raises ValueError for any other line, and for a cost that would take the machine down."""
    parts = line.removesuffix("\n").split("$")
    if len(parts) != _FIELDS or parts[0] != _MARK or not all(part.isascii() and part.isdigit() for part in parts[1:4]):
        raise ValueError("no password file")
    n, r, p = (int(part) for part in parts[1:4])
    salt, value = (base64.b64decode(part, validate=True) for part in parts[4:])
    if not (n > 1 and n & (n - 1) == 0 and 0 < 128 * n * r <= _MOST_MEMORY // 2 and 0 < p <= _MOST_PASSES):
        raise ValueError("no cost of ours")
    if len(salt) < _SALT or len(value) != _LENGTH:
        raise ValueError("no hash of ours")
    return Hash((n, r, p), salt, value)


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def login(said: str) -> Login:
    """Return what judges a login, from ``USER:HASHFILE``. Raises UsageError.

    One try is judged at a time, away from the page's own thread: guessing is slow and does not slow the page.
    """
    user, colon, file = said.partition(":")
    if not (user.strip() and colon and file):
        raise UsageError(
            "--auth ต้องเป็น ชื่อผู้ใช้:ไฟล์รหัสผ่าน สร้างไฟล์ด้วย: tham password ไฟล์",
            "--auth must be USER:HASHFILE; make the file with: tham password FILE",
        )
    name, kept, one = user.strip().encode(errors="replace"), read(Path(file).expanduser()), threading.Lock()

    def judged(given: str, password: str) -> bool:
        with one:
            right = matches(password, kept)  # before the name is looked at: a wrong name takes as long
        return hmac.compare_digest(given.strip().encode(errors="replace"), name) and right

    async def admits(given: str, password: str) -> bool:
        return await asyncio.to_thread(judged, given, password)

    return admits


def is_local(host: str) -> bool:
    """Whether only this machine can reach a server that listens there."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def check_host(host: str, *, guarded: bool, open_to_all: bool) -> None:
    """Raise UsageError where others could reach the page and nobody said that they may."""
    if not (is_local(host) or guarded or open_to_all):
        raise UsageError(
            f"--host {host} เปิดให้เครื่องอื่นเข้าถึงเอกสารของคุณได้ ตั้งรหัสผ่านก่อน: tham password ไฟล์ แล้วเพิ่ม --auth ชื่อผู้ใช้:ไฟล์ "
            "หรือยืนยันว่าไม่ใช้รหัสผ่านด้วย --without-password",
            f"--host {host} lets other machines reach your documents. Set a password first: tham password FILE, then --auth USER:FILE; "
            "or say --without-password if that is what you want.",
        )
