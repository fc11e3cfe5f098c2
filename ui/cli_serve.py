"""The commands that serve others: ``tham chat`` (the page), its ``tham password``, and ``tham mcp`` for assistants."""

import sys
from pathlib import Path

import click

from index.errors import UsageError
from ui.i18n import say


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="เฉพาะเครื่องนี้เท่านั้น / this machine only, unless you say otherwise")
@click.option("--port", type=click.IntRange(1, 65535), default=7860, show_default=True)
@click.option("--auth", metavar="USER:HASHFILE", help="ต้องเข้าสู่ระบบด้วยรหัสผ่าน / ask for a password, made with: tham password HASHFILE")
@click.option("--without-password", is_flag=True, help="ยอมให้เครื่องอื่นเข้าได้โดยไม่มีรหัสผ่าน / let other machines in without a password")
@click.option(
    "--seeds",
    type=click.Path(path_type=Path),
    help="เติมคลังจากโฟลเดอร์นี้เมื่อยังไม่มีหรือเปลี่ยนไป / fill the library from this folder when it is missing or has changed",
)
def chat(
    library: Path, embedder: str | None, generator: str | None, host: str, port: int, auth: str | None, without_password: bool,
    seeds: Path | None,
) -> None:  # fmt: skip
    """เปิดหน้าเว็บถามตอบบนเครื่องนี้ / Open the chat page on this machine.

    A password crosses the network readably unless something in front of the page speaks HTTPS.
    Example: tham chat --host 0.0.0.0 --auth somchai:~/tham.password
    """
    from ui.password import check_host, login

    admits = login(auth) if auth is not None else None
    check_host(host, guarded=admits is not None, open_to_all=without_password)
    if seeds is not None:
        from ui.seeding import fill

        fill(library, seeds, embedder)
    from ui.web.server import serve

    serve(library, embedder, generator, host=host, port=port, login=admits)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def password(file: Path) -> None:
    """ตั้งรหัสผ่านของหน้าเว็บ เก็บเฉพาะค่าแฮชไว้ในไฟล์ / Set the page's password; the file keeps its hash only.

    It is asked for twice and not shown. What is piped in is taken as it is: printf '%s' "$SECRET" | tham password FILE
    """
    from ui.password import hashed, write

    write(file, hashed(_typed()))
    for language in ("th", "en"):
        click.echo(say("password_kept", language).format(file))


def _typed() -> str:
    """Return the password that is typed twice, or one line that is piped in. Raises UsageError where the two differ."""
    if not sys.stdin.isatty():
        return sys.stdin.buffer.readline().decode("utf-8", "surrogateescape").rstrip("\r\n")
    first, again = (str(click.prompt(_both(words), hide_input=True)) for words in ("password", "password_again"))
    if first != again:
        raise UsageError("พิมพ์รหัสผ่านสองครั้งไม่ตรงกัน ไม่ได้บันทึกอะไร", "The two passwords differ; nothing was written.")
    return first


def _both(name: str) -> str:
    return f"{say(name, 'th')} / {say(name, 'en')}"


@click.command()
def mcp(library: Path, embedder: str | None) -> None:
    """เครื่องมือสำหรับผู้ช่วย AI ผ่าน MCP ทาง stdin/stdout / Tools for assistants, over the Model Context Protocol on stdin and stdout.

    An assistant starts this command itself, once it stands in its settings.
    """
    from ui.assistants.mcp import serve

    serve(library, embedder)
