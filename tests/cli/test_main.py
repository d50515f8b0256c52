"""Flags, usage, and what is said where Qt cannot run."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from playground import __version__
from playground.cli.display import missing_library, no_display
from playground.cli.main import run as run_cli
from playground.cli.options import AppOptions
from tests.cli.test_call import run
from tests.helpers.needs import ROOT

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Qt needs a display's name only on Linux")


def test_the_windows_flags() -> None:
    assert run_cli([]) == AppOptions()
    arguments = "--profile Work --data-dir /d --panel models --size 1280x800 --theme dark --screenshot a.png"
    assert run_cli([*arguments.split(), "--log-level", "info"]) == AppOptions(
        profile="Work",
        data_dir=Path("/d"),
        panel="models",
        size=(1280, 800),
        theme="dark",
        screenshot=Path("a.png"),
        log_level="info",
    )
    assert run_cli(["--sandbox"]) == AppOptions(sandbox=True)
    assert run_cli(["--run"]) == AppOptions(run=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["--size", "large"],
        ["--theme", "pink"],
        ["--log-level", "loud"],
        ["--sandbox", "--profile", "Work"],
        ["--profile", "Work", "call", "--sandbox", "models.list"],
        ["--panel", "compose", "call", "models.list"],
        ["call"],
        ["sandbox", "--port", "99999"],
        ["sandbox", "dance"],
        ["--data"],
    ],
)
def test_wrong_usage_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run_cli(arguments)
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_version_and_help() -> None:
    assert run("--version") == (0, f"playground {__version__}\n".encode(), b"")
    for arguments in (["--help"], ["call", "--help"], ["sandbox", "--help"], ["sandbox", "fetch-model", "--help"]):
        code, out, _ = run(*arguments)
        assert code == 0
        assert b"--data-dir" in out


def test_the_command_line_is_quick_and_light() -> None:
    """A subcommand imports no Qt, and usage errors import nothing at all."""
    heavy = ("PySide6", "openai", "httpx2", "aiohttp", "keyring", "jsonschema", "pygments", "asyncio")
    code = f"""
import sys
from playground.__main__ import main
try:
    main(["--version"])
except SystemExit:
    pass
loaded = [name for name in {heavy!r} if name in sys.modules]
assert not loaded, loaded
from playground.core import calls, errors, models, runs
from playground.cli import call, sandbox
loaded = [name for name in {heavy[:-1]!r} if name in sys.modules]
assert not loaded, loaded
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60, stdout=subprocess.DEVNULL)


@linux
def test_no_display_is_one_line(tmp_path: Path) -> None:
    code, out, err = run("--data-dir", tmp_path, environ={"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""})
    assert (code, out) == (2, b"")
    assert err.count(b"\n") == 1
    assert b"QT_QPA_PLATFORM=offscreen" in err


@linux
def test_a_display_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    code, _, err = run(
        "--data-dir", tmp_path, environ={"DISPLAY": ":987", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    )
    assert code == 2
    assert err.count(b"\n") == 1
    assert b":987" in err


@linux
def test_what_can_be_known_of_a_display(tmp_path: Path) -> None:
    assert no_display({"QT_QPA_PLATFORM": "offscreen"}) is None
    assert no_display({"QT_QPA_PLATFORM": "minimal"}) is None
    assert no_display({"WAYLAND_DISPLAY": "wayland-0"}) is None
    assert "offscreen" in str(no_display({"QT_QPA_PLATFORM": "ofscreen"}))
    assert "DISPLAY is not set" in str(no_display({"QT_QPA_PLATFORM": "xcb"}))
    assert no_display({}, screenshot=True) is None
    assert no_display({}) is not None
    for odd in ("nonsense", "host-without-number", ":x"):
        assert odd in str(no_display({"DISPLAY": odd}))
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0/tmp/.X11-unix/X12345")
        server.listen()
        # Somebody listens; what is missing now can only be a library.
        assert "cannot be reached" not in str(no_display({"DISPLAY": ":12345"}))


def test_a_missing_library_names_its_package() -> None:
    error = ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")
    assert str(missing_library(error)).endswith("apt-get install libegl1")
    error = ImportError("/x/libfoo.so.9: cannot open shared object file: No such file or directory")
    assert "libfoo.so.9" in str(missing_library(error))
    assert missing_library(ImportError("No module named 'x'")) is None


@linux
def test_a_missing_library_is_one_line(tmp_path: Path) -> None:
    """An ImportError as Qt's bindings raise it, in the real process."""
    (tmp_path / "PySide6").mkdir()
    words = "libEGL.so.1: cannot open shared object file: No such file or directory"
    (tmp_path / "PySide6" / "__init__.py").write_text(f"raise ImportError({words!r})\n")
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    code, out, err = run("--data-dir", tmp_path / "d", environ={"PYTHONPATH": path, "QT_QPA_PLATFORM": "offscreen"})
    assert (code, out) == (2, b"")
    assert err.count(b"\n") == 1
    assert b"libegl1" in err
