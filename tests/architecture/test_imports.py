"""The import rules hold, and each one catches the violation it is there for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.needs import ROOT

SCRIPT = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


def _lint(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", SCRIPT, "--no-cache", "--no-logo", "--verbose"],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package and its rules, to be violated. Each test leaves it as it found it."""
    root = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "playground", root / "playground", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


def test_the_rules_hold() -> None:
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_the_copy_is_what_is_looked_at(copy: Path) -> None:
    assert _lint(copy).returncode == 0
    (copy / "playground" / "astray").mkdir()
    (copy / "playground" / "astray" / "__init__.py").touch()
    done = _lint(copy)
    shutil.rmtree(copy / "playground" / "astray")
    assert done.returncode == 1 and "astray" in done.stdout, "a new part of the house must be given its place"


VIOLATIONS = [
    ("core/bad.py", "import PySide6.QtCore", "know no Qt", "playground.core.bad -> PySide6"),
    ("core/bad.py", "from playground.widgets import theme", "Nothing points back up", "playground.core.bad"),
    (
        "core/bad.py",
        "from playground.sandbox import ids",
        "over HTTP only",
        "playground.core.bad -> playground.sandbox",
    ),
    ("core/bad.py", "def later() -> None:\n    import qasync", "Only the bridge", "playground.core.bad -> qasync"),
    ("sandbox/bad.py", "import qasync", "know no Qt", "playground.sandbox.bad -> qasync"),
    ("sandbox/bad.py", "import openai", "Only the core talks", "playground.sandbox.bad -> openai"),
    ("sandbox/bad.py", "from playground.core import errors", "plain helpers", "playground.sandbox.bad"),
    ("cli/bad.py", "from playground.bridge import Bridge", "know no Qt", "playground.cli.bad"),
    ("bridge/bad.py", "import keyring", "Only the core talks", "playground.bridge.bad -> keyring"),
    ("bridge/bad.py", "from playground.widgets import theme", "Nothing points back up", "playground.bridge.bad"),
    ("widgets/bad.py", "import httpx2", "Only the core talks", "playground.widgets.bad -> httpx2"),
    ("widgets/bad.py", "from playground.panels import contract", "Nothing points back up", "playground.widgets.bad"),
    ("panels/bad.py", "import qasync", "Only the bridge", "playground.panels.bad -> qasync"),
    ("panels/bad.py", "from playground.shell import palette", "Nothing points back up", "playground.panels.bad"),
    ("shell/bad.py", "from playground import app", "Nothing points back up", "playground.shell.bad -> playground.app"),
    ("shell/bad.py", "from openai import AsyncOpenAI", "Only the core talks", "playground.shell.bad -> openai"),
]


@pytest.mark.parametrize(
    ("file", "code", "rule", "named"), VIOLATIONS, ids=[f"{file}:{code.split()[-1]}" for file, code, _, _ in VIOLATIONS]
)
def test_a_violation_is_caught_and_named(copy: Path, file: str, code: str, rule: str, named: str) -> None:
    path = copy / "playground" / file
    path.write_text(f"{code}\n")
    done = _lint(copy)
    path.unlink()
    said = " ".join(done.stdout.split())
    assert done.returncode == 1, said
    assert rule in said and named in said


def test_qt_by_way_of_another_module_is_caught(copy: Path) -> None:
    (copy / "playground" / "core" / "first.py").write_text("from playground.core import second\n")
    (copy / "playground" / "core" / "second.py").write_text("def later() -> None:\n    from PySide6 import QtCore\n")
    (copy / "playground" / "sandbox" / "third.py").write_text("from playground.core import first\n")
    done = _lint(copy)
    for path in ("core/first.py", "core/second.py", "sandbox/third.py"):
        (copy / "playground" / path).unlink()
    said = " ".join(done.stdout.split())
    assert done.returncode == 1
    assert "playground.core.first -> playground.core.second" in said


def test_a_new_panel_needs_no_edit_of_the_rules_and_may_import_no_other(copy: Path) -> None:
    panels = copy / "playground" / "panels"
    for name in ("north", "south"):
        (panels / name).mkdir()
        (panels / name / "__init__.py").touch()
        (panels / name / "view.py").write_text("from playground.panels import contract\n")
    assert _lint(copy).returncode == 0
    (panels / "north" / "view.py").write_text("from playground.panels.south import view\n")
    done = _lint(copy)
    for name in ("north", "south"):
        shutil.rmtree(panels / name)
    said = " ".join(done.stdout.split())
    assert done.returncode == 1
    assert "playground.panels.north.view -> playground.panels.south.view" in said
    assert _lint(copy).returncode == 0, "the copy is clean again"


LAZY = ("openai", "httpx2", "aiohttp", "keyring", "jsonschema", "pygments", "PySide6", "qasync", "xllamacpp")


def test_importing_the_core_and_the_command_line_loads_nothing_heavy() -> None:
    code = f"""
import importlib, pkgutil, sys
for package in ("playground.core", "playground.cli"):
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, package + "."):
        importlib.import_module(module.name)
print([name for name in {LAZY!r} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stdout + done.stderr
