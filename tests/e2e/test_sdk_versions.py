"""Older versions of the SDK, each in an environment of its own: the program starts, reads it anew, and knows all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.needs import ROOT, TEST_ALL

VERSIONS = ("3.52.0", "3.50.0")
"""The oldest that pyproject.toml allows, and one that is older still. The newest is what the other tests run with."""
OFFLINE = ("No matching distribution", "Could not find a version", "Connection", "Network is unreachable", "Temporary")


def environment(folder: Path, version: str) -> Path:
    """A virtual environment with that SDK and, for all else, this interpreter's packages; its Python. Skips where pip
    reaches no registry."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=120)
    scripts = sysconfig.get_path("scripts", vars={"base": str(folder)}, scheme="venv")
    python = Path(scripts) / Path(sys.executable).name
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--retries", "1"]
    done = subprocess.run([*install, f"openai=={version}"], capture_output=True, text=True, timeout=300)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word of why"])[-1]
        reason = f"pip could not fetch openai=={version}: {last}"
        if any(words in done.stderr for words in OFFLINE) and not TEST_ALL:
            pytest.skip(reason)
        pytest.fail(reason, pytrace=False)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}, scheme="venv"))
    here = sysconfig.get_path("purelib")
    (site / "rest.pth").write_text(f"import site; site.addsitedir({here!r})\n", encoding="utf-8")
    return python


def ran(python: Path, *arguments: object, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    command = [str(python), *map(str, arguments)]
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environ, timeout=timeout)


def walked(python: Path, cache: Path, record_property: Callable[[str, object], None]) -> dict[str, Any]:
    """What the walk finds in that environment. Each exception fails the test."""
    done = ran(python, "-m", "tests.core.catalog.walk_child", cache)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    record_property(
        "said",
        f"openai {found['sdk']}: {found['methods']} public methods, {found['wired']} with verb and path, "
        f"{found['forms']} forms; the SDK sends the smallest body of {found['sent']}.",
    )
    assert found["absent"] == []
    assert found["refused"] == {} and found["formless"] == {}
    assert found["wired"] + found["sockets"] + len(found["unwired"]) == found["methods"]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_an_older_sdk(version: str, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    python = environment(tmp_path / "env", version)
    data = tmp_path / "data"

    picture = tmp_path / "picture.png"
    flags = ("--sandbox", "--panel", "explorer", "--screenshot", picture, "--data-dir", data)
    window = ran(python, "-m", "playground", *flags)
    assert window.returncode == 0, window.stderr
    assert picture.read_bytes().startswith(b"\x89PNG")

    listed = ran(python, "-m", "playground", "methods", "--data-dir", data)
    assert listed.returncode == 0, listed.stderr
    assert listed.stdout.splitlines()[-1].endswith(f"methods of openai {version}")

    found = walked(python, data / "cache", record_property)
    assert found["sdk"] == version
    assert found["wired"] >= 421


@pytest.mark.slow
def test_an_sdk_with_other_methods(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    """The methods of 3.30.0 are others than those of today, and nothing here knows which: so will the next ones be."""
    python = environment(tmp_path / "env", "3.30.0")
    found = walked(python, tmp_path / "cache", record_property)
    assert (found["sdk"], found["methods"], found["wired"]) == ("3.30.0", 402, 389)
