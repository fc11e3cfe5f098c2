"""Failures to two sentences and an exit code: what a user can cause, and what the machine refused."""

import logging
import sqlite3
import sys
from typing import NoReturn

import click

from index.errors import LibraryError, ThamError, UsageError
from ui.i18n import WORDS
from ui.settings import ROOT


def fail(error: ThamError) -> NoReturn:
    """Say what is wrong and exit."""
    click.echo(f"{error.thai}\n{error.english}", err=True)
    sys.exit(error.exit_code)


def failure(error: Exception) -> ThamError:
    """Return whatever went wrong for a caller that is not at the terminal: our own errors as they are, a defect logged and named as one."""
    if isinstance(error, ThamError):
        return error
    if isinstance(error, sqlite3.DatabaseError | OSError | UnicodeEncodeError):
        return explained(error)
    logging.getLogger("tham").error("a call failed", exc_info=error)
    return ThamError(*WORDS["broken"])


def explained(error: sqlite3.DatabaseError | OSError | UnicodeEncodeError) -> ThamError:
    """Return what the machine refused, as two sentences for the user."""
    if isinstance(error, FileNotFoundError) and str(error.filename).startswith(str(ROOT / "models")):
        return ThamError(
            f"ไฟล์ {error.filename} หายไป โปรดดึงโค้ดของโครงการมาใหม่", f"{error.filename} is missing; check the project out again."
        )
    if isinstance(error, sqlite3.OperationalError | OSError):
        return ThamError(
            f"อ่านหรือเขียนไฟล์ไม่ได้ ({error}) โปรดตรวจสิทธิ์และเนื้อที่ดิสก์ แล้วลองใหม่",
            f"A file could not be read or written ({error}); check permissions and disk space and try again.",
        )
    if isinstance(error, sqlite3.DatabaseError):
        return LibraryError(
            f"คลังเสียหาย ({error}) โปรดย้ายโฟลเดอร์ของคลังออกไป แล้วเพิ่มเอกสารใหม่ด้วย: tham add",
            f"The library is damaged ({error}); move its folder away and add the documents again with: tham add",
        )
    return UsageError(
        "มีข้อความหรือชื่อไฟล์ที่ไม่ใช่ Unicode ที่ถูกต้อง โปรดแก้ให้เป็น UTF-8",
        "A text or the name of a file is not valid Unicode; make it UTF-8.",
    )


def misused(error: click.UsageError) -> UsageError:
    """Return what is wrong with a command as it was typed, and where to look it up."""
    command = error.ctx.command_path if error.ctx else "tham"
    return UsageError(f"{_reason(error)} ดูวิธีใช้ด้วย: {command} --help", f"{error.format_message()} See: {command} --help")


def _reason(error: click.UsageError) -> str:
    named = error.param.get_error_hint(error.ctx) if isinstance(error, click.BadParameter) and error.param and error.ctx else ""
    if isinstance(error, click.MissingParameter):
        return f"ยังขาด {named}"
    if isinstance(error, click.BadParameter):
        return f"ค่าของ {named} ใช้ไม่ได้"
    if isinstance(error, click.NoSuchOption):
        return f"ไม่มีตัวเลือก {error.option_name}"
    if isinstance(error, click.BadOptionUsage):
        return f"ใช้ตัวเลือก {error.option_name} ไม่ถูก"
    return "สั่งไม่ถูก"
