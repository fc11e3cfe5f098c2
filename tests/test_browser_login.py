"""Logging in, in a real browser: Thai first, nothing fetched from elsewhere, a wrong password said in words, the right one let in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.embed import Embedder
from tests.browsing import ask, marks
from tests.page_server import MILL, MILL_ASKED, PANDAS, library_of, served_here
from tests.test_browser_looks import PHONE, WIDE, axe, checked
from ui.password import hashed, login, write

pytestmark = [*marks, PANDAS]
SECRET = "กำแพงน้ำเงิน๙"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[str]:
    """A page with a password."""
    folder: Path = tmp_path_factory.mktemp("login")
    write(folder / "password", hashed(SECRET))
    with served_here(library_of(folder, embedder), embedder, login(f"somchai:{folder / 'password'}")) as address:
        yield address


@pytest.mark.parametrize(("size", "light"), [(WIDE, "light"), (PHONE, "dark"), (WIDE, "dark"), (PHONE, "light")])
def test_the_login_is_thai_first_accessible_and_alone(browser: Any, guarded: str, size: dict[str, int], light: str) -> None:
    context = browser.new_context(viewport=size, color_scheme=light, locale="en-US")
    requested: list[str] = []
    context.on("request", lambda request: requested.append(request.url))
    page = context.new_page()
    page.goto(guarded)
    assert page.evaluate("document.activeElement.name") == "username" and page.evaluate("document.documentElement.lang") == "th"
    assert page.locator("label").all_inner_texts() == ["ชื่อผู้ใช้ · User name", "รหัสผ่าน · Password"]
    checked(page, f"{'phone' if size is PHONE else 'wide'}-{light}-9-login")
    assert axe(page, "html") == []
    page.keyboard.type("somchai")
    page.keyboard.press("Tab")
    page.keyboard.type("ผิดแน่นอน๑๒")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("รหัสผ่านไม่ถูกต้อง").wait_for()
    assert page.evaluate("document.activeElement.name") == "password" and page.input_value("[name=password]") == ""
    page.keyboard.type(SECRET)
    page.keyboard.press("Enter")
    page.locator("#question").wait_for()
    assert MILL in ask(page, MILL_ASKED).inner_text()
    page.reload()
    page.locator(".turn .cite").first.wait_for()
    assert [url for url in requested if not url.startswith((guarded, "data:", "blob:"))] == []
    context.close()
