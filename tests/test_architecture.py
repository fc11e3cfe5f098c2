"""The tree is the architecture: arrows point one way, packages hold no imports, heavy libraries are imported where they are used."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from ui.settings import ROOT

ALLOWED = {
    "thai": {"thai"},
    "index": {"index", "thai"},
    "rag": {"rag", "index", "thai"},
    "ui": {"ui", "rag", "index", "thai"},
}
OURS = {*ALLOWED, "bench", "train", "tests"}
HEAVY = {"torch", "gradio", "faiss", "sentence_transformers", "transformers", "tantivy", "sklearn"}


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Return the top-level names a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
        elif isinstance(node, ast.ImportFrom) and node.level:
            names.add("relative import")
    return names


@pytest.mark.parametrize("package", ALLOWED)
def test_imports_point_one_way(package: str) -> None:
    for path in modules(package):
        wrong = (imported(path) & OURS) - ALLOWED[package]
        assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"


def test_the_walk_sees_a_wrong_arrow(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def f():\n    from ui.web.server import serve\n", encoding="utf-8")
    assert imported(wrong) & OURS == {"ui"}


@pytest.mark.parametrize("package", [*ALLOWED, "bench", "train"])
def test_init_files_hold_a_docstring_and_nothing_else(package: str) -> None:
    for path in (ROOT / package).rglob("__init__.py"):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        assert len(body) == 1 and isinstance(body[0], ast.Expr), path


def test_packages_are_this_checkout() -> None:
    for package in ALLOWED:
        module = __import__(package)
        assert module.__file__ is not None and Path(module.__file__).is_relative_to(ROOT)


def test_importing_the_engine_and_the_command_loads_nothing_heavy() -> None:
    code = "import sys, ui.cli, rag.assemble, ui.show; print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    assert not HEAVY & set(loaded)


def test_only_the_faces_print_or_exit() -> None:
    for package in ("thai", "index", "rag"):
        for path in modules(package):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    assert node.func.id not in ("print", "exit"), path
