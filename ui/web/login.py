"""The page before the page: a name and a password are asked for in Thai and English, by a page of our own. Gradio's is English only."""

import json
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from ui.i18n import WORDS, say

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_FILE = Path(__file__).resolve().parent / "assets" / "login.html"
_SAID = ("log_in", "user_name", "password", "enter")


def login_page(head: str) -> str:
    """Return the page as HTML; ``head`` holds the policy, the fonts and the colours."""
    words = {f"{name}{mark}": say(name, language) for name in _SAID for mark, language in (("", "th"), ("_en", "en"))}
    told = {name: json.dumps(WORDS[said], ensure_ascii=False) for name, said in (("wrong", "log_in_wrong"), ("unreachable", "unreachable"))}
    return Template(_FILE.read_text(encoding="utf-8")).substitute(head=head, **words, **told)


class LoginFirst:
    """Show ``page`` in the place of the page to a browser that has not logged in; everything else stays gradio's to refuse."""

    def __init__(self, app: "ASGIApp", page: str) -> None:
        self._app = app
        self._page = page

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"] in ("", "/") and not _is_in(scope):
            from starlette.responses import HTMLResponse

            await HTMLResponse(self._page, headers={"Cache-Control": "no-store"})(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_in(scope: "Scope") -> bool:
    """Whether a request bears the cookie of a login, by either of the two names that gradio gives it."""
    from starlette.datastructures import Headers

    app = scope["app"]
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(Headers(scope=scope).get("cookie", ""))
    except CookieError:
        return False
    borne = (cookies.get(f"access-token-{kind}{app.cookie_id}") for kind in ("", "unsecure-"))
    return any(one is not None and one.value in app.tokens for one in borne)
