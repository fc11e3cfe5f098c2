"""What the page's server refuses whatever it is asked: pages of other sites that call it, and files that it would have to fetch."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ui.i18n import say
from ui.password import is_local

if TYPE_CHECKING:
    from starlette.middleware import Middleware
    from starlette.types import ASGIApp, Receive, Scope, Send


def guards(host: str) -> "list[Middleware]":
    """Return what stands before the page's server: it answers its own pages and programs and, where only this machine can reach it,
    to this machine's names alone, so that no web site comes in under a name of its own (DNS rebinding).
    """
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    own = Middleware(OwnPages)
    if not is_local(host):
        return [own]
    names = list(dict.fromkeys(("127.0.0.1", "localhost", "[::1]", f"[{host}]" if ":" in host else host)))
    return [Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False), own]


class OwnPages:
    """Refuse (403) what a browser sends on behalf of another site's page: it then names an Origin that is not the host it asks.

    Browsers let any page send a form or plain text anywhere, and gradio reads those as calls. Programs name no Origin.
    """

    def __init__(self, app: "ASGIApp") -> None:
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] in ("http", "websocket") and not _is_own(scope):
            from starlette.responses import PlainTextResponse

            refused = PlainTextResponse(f"{say('other_site', 'th')}\n{say('other_site', 'en')}\n", status_code=403)
            await refused(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_own(scope: "Scope") -> bool:
    """Whether a request names no Origin, or that of the page: the host asked, or the one a proxy in front says was asked."""
    from starlette.datastructures import Headers

    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is None:
        return True
    asked = {name.lower() for name in (headers.get("host"), headers.get("x-forwarded-host")) if name}
    return urlsplit(origin).netloc.lower() in asked


def fetch_nothing() -> None:
    """Make gradio refuse a file that a caller names by its address: it would fetch it from the network before we saw it."""
    import gradio as gr
    from gradio import processing_utils

    async def refused(url: str, cache_dir: str) -> Any:
        raise gr.Error(f"{say('no_fetching', 'th')}\n{say('no_fetching', 'en')}", print_exception=False)

    processing_utils.async_ssrf_protected_download = refused
