"""The type checker and the linter are part of the tests, so that one command says whether all is well."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.helpers.needs import ROOT


@pytest.mark.parametrize("command", [["mypy"], ["ruff", "check"]], ids=["types", "lint"])
def test_nothing_to_complain_about(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
