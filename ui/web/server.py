"""Serving the page on this machine. Gradio comes up first; the models load behind it."""

import base64
import contextlib
import re
import socket
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import UsageError
from ui.assistants import mcp
from ui.engine import Engine
from ui.i18n import say
from ui.password import Login, is_local
from ui.settings import keep_offline
from ui.turns import LANGUAGES
from ui.web.guard import fetch_nothing, guards
from ui.web.login import LoginFirst, login_page
from ui.web.page import build

if TYPE_CHECKING:
    import gradio as gr
    from starlette.middleware import Middleware

_ASSETS = Path(__file__).resolve().parent / "assets"
_FONT = "Sarabun"
_THAI, _LATIN = "U+0E01-0E5B,U+200C-200D,U+25CC", "U+0000-00FF,U+2000-206F,U+20AC,U+2122"
# Gradio's own code needs inline scripts and eval; what the policy stops is every request that would leave this machine.
_POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; font-src 'self' data:; frame-src 'none'; object-src 'none'; form-action 'self'"
)
_STYLES = ("page.css", "talk.css", "source.css", "library.css", "seeing.css")
_LARGEST = "500mb"


def serve(
    library: Path, embedder: str | None, generator: str | None = None, *, host: str, port: int, login: Login | None = None
) -> None:
    """Serve the page until Ctrl+C, to those whom ``login`` admits. Raises UsageError where the port is taken."""
    _check_free(host, port)
    keep_offline()
    engine = Engine(library, embedder, generator)
    page = launched(engine, host, port, login)
    engine.start()
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    address = f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
    with contextlib.suppress(KeyboardInterrupt):
        for language in LANGUAGES:
            print(f"{say('serving', language).format(address)}  ·  {say('to_stop', language)}", flush=True)
        threading.Event().wait()
    page.close(verbose=False)
    print(f"\n{say('stopped', 'th')} / {say('stopped', 'en')}", flush=True)


def launched(engine: Engine, host: str, port: int, login: Login | None = None) -> "gr.Blocks":
    """Return the page of an engine, being served; ``close`` ends that."""
    fetch_nothing()
    page = build(engine)
    page.queue(max_size=64, default_concurrency_limit=8).launch(**launch_settings(host, port, login, engine))
    return page


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just given back counts as free
        try:
            probe.bind((host, port))
        except OSError as error:
            other = port % 65535 + 1
            raise UsageError(
                f"เปิดที่ {host} พอร์ต {port} ไม่ได้ ({error.strerror}) อาจมีโปรแกรมอื่นใช้อยู่ ลองพอร์ตอื่นด้วย --port {other}",
                f"Cannot listen on {host} port {port} ({error.strerror}); another program may use it. Try --port {other}",
            ) from error


def launch_settings(host: str, port: int, login: Login | None = None, engine: Engine | None = None) -> dict[str, Any]:
    """Return how the page is launched: nothing shared, kept, counted or fetched. With an engine its tools for assistants are served too."""
    return {
        "server_name": host,
        "server_port": port,
        "share": False,
        "inbrowser": False,
        "quiet": True,
        "show_error": False,
        "prevent_thread_lock": True,
        "run_history": False,
        "enable_monitoring": False,
        "ssr_mode": False,
        "pwa": False,
        "footer_links": [],
        "max_file_size": _LARGEST,
        "theme": _theme(),
        "head": _head(),
        "favicon_path": _ASSETS / "favicon.png",
        "auth": login,
        "auth_message": f"ถาม: {say('log_in', 'th')} · Tham: {say('log_in', 'en')}",
        "mcp_server": False,  # gradio's own, whatever the environment says: ours is in app_kwargs
        "app_kwargs": {"middleware": [*guards(host), *_asking(login)], **(_tools(engine, host) if engine and login is None else {})},
    }


def _asking(login: Login | None) -> "list[Middleware]":
    """Return what shows our own page to those who have yet to log in."""
    from starlette.middleware import Middleware

    return [Middleware(LoginFirst, page=login_page(_head(("page.css",))))] if login else []


def _tools(engine: Engine, host: str) -> dict[str, Any]:
    """Return the tools for assistants as a part of the page's server, for this machine only."""
    if not is_local(host):
        return {}
    tools = mcp.mounted(engine)
    return {"routes": [tools.route], "lifespan": tools.lifespan}


def _head(styles: Sequence[str] = _STYLES) -> str:
    """Return the page's head: the policy, the fonts inside the style sheet itself, and Thai as the language it begins in."""
    faces = "".join(
        f"@font-face{{font-family:'{_FONT}';font-weight:{weight};font-display:swap;unicode-range:{letters};"
        f"src:url(data:font/woff2;base64,{_base64(f'fonts/sarabun-{script}-{weight}-normal.woff2')}) format('woff2')}}"
        for weight in (400, 600)
        for script, letters in (("thai", _THAI), ("latin", _LATIN))
    )
    return (
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><meta name="referrer" content="no-referrer">'
        f"<style>{faces}{''.join(map(_asset, styles))}</style><script>document.documentElement.lang='th'</script>"
    )


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _base64(name: str) -> str:
    return base64.b64encode((_ASSETS / name).read_bytes()).decode()


def _theme() -> "gr.themes.Base":
    import gradio as gr

    theme = gr.themes.Base(
        font=[gr.themes.Font(_FONT), gr.themes.Font("Noto Sans Thai"), gr.themes.Font("sans-serif")],
        font_mono=[gr.themes.Font("monospace")],
    )
    colours = {
        "body_background_fill": "paper", "body_text_color": "ink", "body_text_color_subdued": "soft", "background_fill_primary": "paper",
        "background_fill_secondary": "paper", "block_background_fill": "card", "block_border_color": "line", "border_color_primary": "line",
        "input_background_fill": "card", "input_border_color": "line", "input_border_color_focus": "deep", "color_accent_soft": "tint",
        "button_primary_background_fill": "deep", "button_primary_background_fill_hover": "deeper", "button_primary_text_color": "on-deep",
        "button_secondary_background_fill": "card", "button_secondary_text_color": "ink", "link_text_color": "deep",
        "button_secondary_background_fill_hover": "tint", "button_primary_border_color": "deep",
    }  # fmt: skip
    light, dark = _palettes()
    chosen = {name: f"var(--{colour}, {light[colour]})" for name, colour in colours.items()}
    chosen |= {f"{name}_dark": f"var(--{colour}, {dark[colour]})" for name, colour in colours.items()}
    return theme.set(**chosen, color_accent="var(--deep)", block_border_width="1px", input_border_width="1px")


def _palettes() -> tuple[dict[str, str], dict[str, str]]:
    """Return the page's colours in light and in dark, for what gradio draws before our style sheet is there."""
    named = re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", _asset("page.css"))
    return dict(reversed(named)), dict(named)  # light stands first
