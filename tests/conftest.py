"""No sockets beyond this machine, offline switches set, all state in temporary folders."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from index.build import add
from index.embed import Embedder, open_embedder
from rag.assemble import Answerer
from tests import browsing
from ui.settings import ROOT, keep_offline

address, browser, page = browsing.address, browsing.browser, browsing.page  # one server and one browser for all tests of the page
keep_offline()
settings.register_profile(
    "steady", deadline=None, derandomize=bool(os.environ.get("CI"))
)  # machines differ; a submission is judged alike each time
settings.load_profile("steady")
SEEDS = ROOT / "seeds"
_LOCAL = ("127.0.0.1", "localhost", "::1")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail any connection that would leave this machine."""
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))


def _guarded(call: Callable[..., Any]) -> Callable[..., Any]:
    """Return the call refusing any address but this machine's, which is the last argument."""

    def guarded(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[-1]
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in _LOCAL:
            raise AssertionError(f"a test tried to reach {address}")
        return call(self, *arguments)

    return guarded


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return open_embedder()


@pytest.fixture(scope="session")
def seeds_library(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    folder = tmp_path_factory.mktemp("seeds") / "library"
    add(folder, [SEEDS], embedder)
    return folder


@pytest.fixture(scope="session")
def answerer(seeds_library: Path, embedder: Embedder) -> Iterator[Answerer]:
    opened = Answerer(seeds_library, embedder)
    yield opened
    opened.close()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a command of its own, with its library under tmp_path."""
    return {**os.environ, "THAM_LIBRARY": str(tmp_path / "library"), "PYTHONPATH": str(ROOT)}


TEXTS = {f"{n}.txt": f"เอกสารที่ {n} ว่าด้วยเรื่อง{word}ในประเทศไทยและเพื่อนบ้าน" for n, word in enumerate(("ข้าวหอม", "ปลาทู", "รถไฟ"))}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "ไฟล์"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
