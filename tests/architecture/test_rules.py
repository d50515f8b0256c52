"""The rules of the house that no linter knows: they hold, and each catches a violation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.rules import (
    MAX_FILE_LINES,
    MAX_FUNCTION_LINES,
    code_problems,
    text_problems,
    tracked_files,
)
from tests.helpers.needs import ROOT


def test_the_code_keeps_the_rules() -> None:
    assert code_problems(ROOT) == []


def test_the_text_keeps_the_rules() -> None:
    files = tracked_files(ROOT)
    assert len(files) > 50
    assert text_problems(ROOT, files) == []


@pytest.mark.parametrize(
    ("place", "code", "words"),
    [
        ("widgets/bad.py", "x = 1\n" * (MAX_FILE_LINES + 1), "lines; files"),
        ("widgets/bad.py", "def long():\n" + "    x = 1\n" * MAX_FUNCTION_LINES, "long has"),
        ("widgets/bad.py", "button.clicked.connect(lambda: self.go())", "bound method"),
        ("widgets/bad.py", "button.clicked.connect(functools.partial(self.go, 1))", "bound method"),
        ("widgets/bad.py", "app.processEvents()", "wake-ups"),
        ("widgets/bad.py", "dialog.exec()", "nests an event loop"),
        ("core/bad.py", "QTimer.singleShot(0, go)", "never fires"),
        ("bridge/worker.py", "QTimer.singleShot(0, go)", "never fires"),
        ("core/bad.py", "try:\n    go()\nexcept Exception:\n    pass", "swallows"),
    ],
)
def test_a_violation_in_code_is_caught(tmp_path: Path, place: str, code: str, words: str) -> None:
    path = tmp_path / "playground" / place
    path.parent.mkdir(parents=True)
    path.write_text(code + "\n")
    (problem,) = code_problems(tmp_path)
    assert words in problem and problem.startswith(f"playground/{place}:")


@pytest.mark.parametrize(
    "code",
    ["signal.connect(self.go)", "QTimer.singleShot(0, self.go)", "try:\n    go()\nexcept KeyError:\n    pass"],
)
def test_what_is_allowed_is_let_through(tmp_path: Path, code: str) -> None:
    (tmp_path / "playground" / "widgets").mkdir(parents=True)
    (tmp_path / "playground" / "widgets" / "good.py").write_text(code + "\n")
    assert code_problems(tmp_path) == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("see https://py" + "pi.org/simple", "package index"),
        ("path = '/ro" + "ot/.cache'", "one machine"),
        ("# TO" + "DO: later", "left for later"),
    ],
)
def test_a_violation_in_text_is_caught(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "notes.md"
    path.write_text(f"fine\n{line}\n")
    (problem,) = text_problems(tmp_path, [path])
    assert problem.startswith("notes.md:2:") and words in problem
