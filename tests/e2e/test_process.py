"""The real program as a process of its own, offscreen."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from PySide6.QtGui import QImage

from playground.core.paths import DataPaths
from playground.panels.contract import discover
from tests.helpers.needs import ROOT

TIMEOUT = 90
"""Seconds; nothing is ever expected to take that long."""


def environ() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    return kept | {"QT_QPA_PLATFORM": "offscreen", "PYTHONUNBUFFERED": "1"}


def playground(*flags: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "playground", *flags],
        cwd=ROOT,
        env=environ() | more,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )


def sandboxes(data: Path) -> list[psutil.Process]:
    """Processes whose command line names a folder below this test's data folder."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if str(data) in " ".join(process.info["cmdline"] or []) and process.pid != os.getpid():
            found.append(process)
    return found


def test_run_shows_the_answer_in_the_picture(tmp_path: Path) -> None:
    pictures = []
    for flags in ([], ["--run"]):
        file = tmp_path / f"window{len(flags)}.png"
        done = playground(
            *("--data-dir", str(tmp_path / "data"), "--sandbox", "--panel", "compose", "--theme", "light"),
            *("--screenshot", str(file), "--size", "1280x800", *flags),
        )
        assert (done.returncode, done.stderr) == (0, "")
        pictures.append(QImage(str(file)))
    with contextlib.closing(sqlite3.connect(DataPaths(tmp_path / "data").exchanges)) as log:
        paths = log.execute("SELECT path, state FROM exchanges WHERE method = 'POST'").fetchall()
    assert paths == [("/responses", "done")]
    before, after = (len({p.pixel(x, y) for x in range(420, 990, 3) for y in range(90, 300, 2)}) for p in pictures)
    assert after > before, "the answer is in the picture"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("panel", [manifest.id for manifest in discover()])
def test_a_screenshot_is_the_size_and_theme_asked_for(tmp_path: Path, theme: str, panel: str) -> None:
    data, file = tmp_path / "data", tmp_path / "shots" / "window.png"
    done = playground(
        *("--data-dir", str(data), "--sandbox", "--panel", panel),
        *("--screenshot", str(file), "--size", "1280x800", "--theme", theme),
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "Traceback" not in done.stderr
    picture = QImage(str(file))
    assert (picture.width(), picture.height()) == (1280, 800)
    assert (picture.pixelColor(640, 40).lightness() > 128) is (theme == "light")
    colours = {picture.pixel(x, y) for x in range(0, 1280, 7) for y in range(0, 800, 5)}
    assert len(colours) > 20, "the window is drawn"
    assert not list((data / "reports").glob("*.txt")), "nothing was reported"
    assert not sandboxes(data)


def test_nothing_of_the_persons_is_touched(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    done = playground(
        *("--data-dir", str(tmp_path / "data"), "--screenshot", str(tmp_path / "a.png")),
        HOME=str(home),
        XDG_DATA_HOME=str(home / "data"),
        XDG_CONFIG_HOME=str(home / "config"),
    )
    assert done.returncode == 0, done.stderr
    left = [path for path in home.rglob("*") if path.is_file() and "fontconfig" not in path.parts]
    assert left == []


def test_a_data_folder_that_cannot_be_used_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    done = playground("--data-dir", str(blocked / "data"), "--screenshot", str(tmp_path / "a.png"))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert str(blocked / "data") in done.stderr


@pytest.mark.parametrize(
    ("flags", "words"),
    [(["--profile", "nobody"], "nobody"), (["--panel", "nothing"], "nothing")],
)
def test_an_unknown_name_is_answered_with_the_known_ones(tmp_path: Path, flags: list[str], words: str) -> None:
    done = playground("--data-dir", str(tmp_path / "data"), "--screenshot", str(tmp_path / "a.png"), *flags)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert words in done.stderr
    assert "Sandbox" in done.stderr or "compose" in done.stderr


def test_a_picture_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    done = playground("--data-dir", str(tmp_path / "data"), "--screenshot", str(blocked / "a.png"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "picture" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["asked", "killed"])
def test_no_sandbox_outlives_the_program(tmp_path: Path, number: signal.Signals) -> None:
    data = tmp_path / "data"
    command = [sys.executable, "-m", "playground", "--data-dir", str(data), "--sandbox"]
    with subprocess.Popen(command, cwd=ROOT, env=environ(), stderr=subprocess.PIPE, text=True) as process:
        try:
            child = _sandbox_of(process.pid)
            process.send_signal(number)
            process.wait(TIMEOUT)
            psutil.wait_procs([child], timeout=TIMEOUT)
        finally:
            process.kill()
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    assert [path.name for path in data.rglob("*.tmp")] == []


def _sandbox_of(pid: int) -> psutil.Process:
    """The sandbox's process, as soon as it is there."""
    import time

    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        for child in psutil.Process(pid).children(recursive=True):
            if "playground.sandbox" in " ".join(child.cmdline()):
                return child
        psutil.Process(pid).cpu_percent(interval=0.05)
    raise AssertionError("the sandbox did not start")
