"""The password of a page that others can reach: kept as a hash, asked for before anything is told, and asked for where it must be."""

import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client

from index.embed import Embedder
from index.errors import UsageError
from tests.browsing import free_port
from tests.page_server import MILL, MILL_ASKED, PANDAS, library_of, served_here
from ui.password import check_host, hashed, is_local, login, matches, read, write
from ui.settings import ROOT

pytestmark = PANDAS
SECRET = "กำแพงน้ำเงิน๙"
COST = "scrypt$32768$8$3"
SALT, VALUE = "AAAAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A password file."""
    kept = tmp_path_factory.mktemp("password") / "tham.password"
    write(kept, hashed(SECRET))
    return kept


def tham(*arguments: str, said: str = "", **more: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ui", *arguments]
    return subprocess.run(command, input=said, capture_output=True, text=True, cwd=ROOT, timeout=60, **more)


def test_a_password_is_kept_as_a_hash_that_only_its_owner_reads(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    line = file.read_text(encoding="ascii")
    assert re.fullmatch(r"scrypt\$32768\$8\$3\$[A-Za-z0-9+/=]{24}\$[A-Za-z0-9+/=]{44}\n", line) and SECRET not in line
    kept = read(file)
    assert matches(SECRET, kept) and matches("กําแพงน้ําเงิน๙", kept), "ำ as some keyboards write it"
    assert not matches(SECRET + " ", kept) and not matches("", kept) and not matches("ก" * 5000, kept) and not matches("\ud800", kept)
    again = hashed(SECRET)
    assert again.salt != kept.salt and again.value != kept.value


@pytest.mark.parametrize("password", ["", "สั้นไป๗", "ก" * 1001, "ก\ud800" * 8])
def test_a_password_too_short_too_long_or_of_no_text_is_refused(password: str) -> None:
    with pytest.raises(UsageError, match="8 to 1000 characters"):
        hashed(password)


@pytest.mark.parametrize("line", [
    "", "x", f"{COST}${SALT}${VALUE}$", f"{COST}${SALT}$AAAA", f"{COST}$AAAA${VALUE}", f"{COST}${SALT}$?{VALUE[1:]}", f"bcrypt$32768$8$3${SALT}${VALUE}",
    f"scrypt$32767$8$3${SALT}${VALUE}", f"scrypt$32768$0$3${SALT}${VALUE}", f"scrypt$1048576$8$3${SALT}${VALUE}", f"scrypt$32768$8$17${SALT}${VALUE}",
    f"scrypt$-2$8$3${SALT}${VALUE}", f"scrypt$๓$8$3${SALT}${VALUE}",
])  # fmt: skip
def test_a_damaged_file_lets_nobody_in_and_is_not_written_over(tmp_path: Path, line: str) -> None:
    damaged = tmp_path / "password"
    damaged.write_text(line, encoding="utf-8")
    damaged.chmod(0o600)
    with pytest.raises(UsageError, match="is no password file, or a damaged one"):
        read(damaged)
    with pytest.raises(UsageError, match="exists and is no password file"):
        write(damaged, hashed(SECRET))
    assert damaged.read_text(encoding="utf-8") == line and os.listdir(tmp_path) == ["password"]


def test_a_file_that_others_can_open_is_refused_and_mended_by_a_new_password(tmp_path: Path) -> None:
    loose = tmp_path / "password"
    write(loose, hashed(SECRET))
    loose.chmod(0o640)
    with pytest.raises(UsageError, match="chmod 600"):
        read(loose)
    write(loose, hashed("รหัสใหม่๑๒๓"))
    assert matches("รหัสใหม่๑๒๓", read(loose)) and stat.S_IMODE(loose.stat().st_mode) == 0o600


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"make one with: tham password"):
        login(f"somchai:{tmp_path}/nosuch")
    with pytest.raises(UsageError, match="Cannot write"):
        write(tmp_path / "nosuch" / "password", hashed(SECRET))
    for said in ("somchai", "somchai:", ":file", " :file"):
        with pytest.raises(UsageError, match="USER:HASHFILE"):
            login(said)


def test_the_command_keeps_what_is_piped_in(tmp_path: Path) -> None:
    file = tmp_path / "รหัส"
    done = tham("password", str(file), said=f"{SECRET}\n")
    assert done.returncode == 0 and matches(SECRET, read(file)) and SECRET not in done.stdout
    refused = tham("password", str(tmp_path / "b"), said="short\n")
    assert refused.returncode == 2 and "8 to 1000 characters" in refused.stderr and not (tmp_path / "b").exists()


@pytest.mark.parametrize(("host", "local"), [
    ("127.0.0.1", True), ("localhost", True), ("::1", True), ("127.3.2.1", True), ("0.0.0.0", False), ("::", False), ("192.168.1.5", False), ("tham.example", False), ("", False),
])  # fmt: skip
def test_only_this_machine_may_do_without_a_password(host: str, local: bool) -> None:
    assert is_local(host) is local
    check_host(host, guarded=True, open_to_all=False)
    check_host(host, guarded=False, open_to_all=True)
    if not local:
        with pytest.raises(UsageError, match="--without-password"):
            check_host(host, guarded=False, open_to_all=False)


def test_the_page_is_not_opened_to_others_without_a_password(tmp_path: Path) -> None:
    refused = tham("chat", "--host", "0.0.0.0", "--library", str(tmp_path / "library"))
    assert refused.returncode == 2 and refused.stdout == "" and "Traceback" not in refused.stderr
    assert "ตั้งรหัสผ่านก่อน" in refused.stderr and "--auth USER:FILE" in refused.stderr


def test_with_a_password_the_command_opens_the_page_to_others(file: Path, tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "ui", "chat", "--host", "0.0.0.0", "--port", str(port), "--auth", f"somchai:{file}", "--library", str(tmp_path / "library")]
    environment = {**os.environ, "GRADIO_TEMP_DIR": str(tmp_path / "temporary")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as server:
        assert server.stdout and server.stderr
        try:
            assert f"http://127.0.0.1:{port}" in server.stdout.readline()
            assert httpx.get(f"http://127.0.0.1:{port}/config").status_code == 401
        finally:
            server.send_signal(signal.SIGINT)
            assert server.wait(timeout=15) == 0
        errors = server.stderr.read()
        assert "Traceback" not in errors, errors


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, file: Path) -> Iterator[str]:
    """A page that others can reach, with a password."""
    library = library_of(tmp_path_factory.mktemp("guarded"), embedder)
    with served_here(library, embedder, login(f"somchai:{file}"), "0.0.0.0") as address:
        yield address


CALLS = [
    ("GET", "/config"), ("GET", "/gradio_api/info"), ("GET", "/gradio_api/openapi.json"), ("POST", "/gradio_api/component_server"), ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/run/ask"), ("POST", "/gradio_api/call/ask"), ("POST", "/gradio_api/upload"), ("GET", "/gradio_api/queue/data?session_hash=x"),
    ("GET", "/gradio_api/file=/etc/passwd"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_without_login_nothing_is_told(guarded: str, method: str, path: str) -> None:
    assert httpx.request(method, guarded + path, json={"data": ["ก"]} if method == "POST" else None).status_code == 401


def test_the_page_before_login_tells_nothing_of_the_library(guarded: str) -> None:
    shown = httpx.get(guarded)
    assert shown.status_code == 200 and "โรงสี" not in shown.text and "gradio_config" not in shown.text
    assert "เข้าสู่ระบบ" in shown.text and "Log in" in shown.text and '<html lang="th">' in shown.text
    for cookie in ("access-token-x=1", "access-token-=; access-token-unsecure-=", "\x22;=;", "access-token-unsecure-" + "a" * 43 + "=b"):
        assert httpx.get(guarded, headers={"Cookie": cookie}).text == shown.text, "a cookie of another server is no login"
    colours = httpx.get(f"{guarded}/theme.css").text
    assert "var(--paper, #f7f5ef)" in colours and "var(--paper, #161714)" in colours, "our style sheet is not there yet"


def test_the_tools_for_assistants_are_not_served_beside_a_password(guarded: str) -> None:
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"Accept": "application/json, text/event-stream"}
    assert httpx.post(f"{guarded}/mcp", json=asked, headers=headers).status_code in (404, 405)


def test_the_right_name_and_password_are_let_in_and_no_others(guarded: str) -> None:
    for name, password in (("somchai", "ผิดแน่นอน๑๒"), ("someone", SECRET), ("somchai", ""), ("", SECRET)):
        refused = httpx.post(f"{guarded}/login", data={"username": name, "password": password})
        assert refused.status_code in (400, 422) and not refused.cookies
    client = Client(guarded, auth=("somchai", SECRET), verbose=False)
    assert client.predict(MILL_ASKED, api_name="/ask")["answer"] == MILL
    client.close()
    with pytest.raises(Exception, match="Could not login"):
        Client(guarded, auth=("somchai", "ผิดแน่นอน๑๒"), verbose=False)


def test_guessing_is_slow_and_does_not_slow_the_page(guarded: str) -> None:
    began = time.perf_counter()
    assert httpx.post(f"{guarded}/login", data={"username": "someone", "password": "ผิดแน่นอน๑๒"}).status_code == 400
    assert time.perf_counter() - began > 0.05, "as long for a wrong name"


def test_a_name_of_its_own_is_allowed_where_others_may_come(guarded: str) -> None:
    assert httpx.get(guarded, headers={"Host": "tham.example"}).status_code == 200
    assert httpx.get(guarded, headers={"Host": "tham.example", "Origin": "https://evil.example"}).status_code == 403
