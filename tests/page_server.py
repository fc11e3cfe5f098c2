"""The page's server inside the test's own process, over a small library, for tests that are programs and not browsers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.build import add
from index.embed import Embedder
from tests.browsing import free_port
from ui.engine import Engine
from ui.password import Login
from ui.web import server as web

PANDAS = pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting'")  # gradio counts its calls with an old option of pandas
MILL = "โรงสีเก่าริมคลองมีปล่องสูง 29 วา"
MILL_ASKED = "โรงสีเก่าริมคลองมีปล่องสูงเท่าไร"
TEXTS = {
    "โรงสี.txt": f"{MILL}\n\nเจ้าของโรงสีชื่อนายฮวด แซ่ตั้ง เลิกกิจการเมื่อ พ.ศ. 2498\n\nปัจจุบันเป็นร้านกาแฟ\n",
    "บุญมา.txt": "นายบุญมา ทองดี เป็นนายช่างชาวสงขลา\n\nนายบุญมา ทองดี เกิดเมื่อ พ.ศ. 2450 ที่เมืองสงขลา\n",
    "คำแพง.txt": "นางคำแพง สายสุข เป็นช่างทอผ้าชาวน่าน\n\nนางคำแพง สายสุข เกิดเมื่อ พ.ศ. 2471 ที่เมืองน่าน\n",
}


def library_of(folder: Path, embedder: Embedder) -> Path:
    """Return a library of three small texts."""
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    add(folder / "library", [folder / name for name in TEXTS], embedder)
    return folder / "library"


@contextmanager
def served_here(library: Path, embedder: Embedder, login: Login | None = None, host: str = "127.0.0.1") -> Iterator[str]:
    """The page of a library at an address of this machine, its uploads beside the library."""
    engine, port = Engine(library, None), free_port()
    engine._embedder = embedder  # opened already
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(library.parent / "temporary"))
        page = web.launched(engine, host, port, login)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            page.close(verbose=False)
