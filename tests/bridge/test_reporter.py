"""Whatever nobody caught is told once, and kept in a report without secrets."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QTimer, Signal, qWarning
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from playground.bridge import Bridge, Report, Reporter
from playground.bridge import reporter as module
from playground.bridge.reports import KEPT, collect_crashes, without_secrets, write_report

KEY = "sk-proj-abcdefghijklmnop1234567890"


class Listener(QObject):
    heard = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.reports: list[Report] = []

    def hear(self, report: Report) -> None:
        assert threading.current_thread() is threading.main_thread()
        self.reports.append(report)
        self.heard.emit()


@pytest.fixture
def listener(qapp: Any) -> Listener:
    return Listener()


@pytest.fixture
def reporter(listener: Listener, tmp_path: Path) -> Iterator[Reporter]:
    made = Reporter(tmp_path / "reports")
    made.install()
    made.reported.connect(listener.hear)
    yield made
    made.uninstall()


def read(report: Report) -> str:
    assert report.path is not None
    return report.path.read_text("utf-8")


def test_an_exception_in_a_slot(reporter: Reporter, listener: Listener, qtbot: QtBot) -> None:
    class Broken(QObject):
        def work(self) -> None:
            raise ValueError(f"the key {KEY} is bad")

    broken = Broken()
    timer = QTimer()
    timer.timeout.connect(broken.work)
    timer.setSingleShot(True)
    with qtbot.waitSignal(listener.heard):
        timer.start(0)
    (report,) = listener.reports
    assert report.text.startswith("ValueError: the key sk-")
    written = read(report)
    assert "in work" in written
    assert "openai-playground" in written
    assert KEY not in written + report.text
    assert "abcdefghijklmnop" not in written


def test_a_paint_event_that_raises_all_the_time_is_told_once(
    reporter: Reporter, listener: Listener, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    painted: list[bool] = []

    class Broken(QWidget):
        enough = Signal()

        def paintEvent(self, _event: QPaintEvent) -> None:
            painted.append(True)
            if len(painted) < 60:
                self.update()
            else:
                self.enough.emit()
            raise ZeroDivisionError("while painting")

    broken = Broken()
    qtbot.addWidget(broken)
    with caplog.at_level(logging.ERROR), qtbot.waitSignals([listener.heard, broken.enough]):
        broken.show()
    assert len(painted) >= 60
    assert [report.text for report in listener.reports] == ["ZeroDivisionError: while painting"]
    assert len([record for record in caplog.records if record.name == "playground.reporter"]) == 1


def test_what_was_counted_meanwhile_is_told_next_time(
    reporter: Reporter, listener: Listener, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    error = ValueError("again")
    with qtbot.waitSignal(listener.heard):
        reporter.report(error)
    for _ in range(5):
        reporter.report(error)
    now[0] += module.QUIET + 1
    with qtbot.waitSignal(listener.heard):
        reporter.report(error)
    assert [report.repeats for report in listener.reports] == [0, 5]


def test_many_different_faults_do_not_flood(reporter: Reporter, listener: Listener, qtbot: QtBot) -> None:
    with qtbot.waitSignal(listener.heard):
        for number in range(100):
            reporter.report(ValueError(f"fault {number}"))
    reporter.uninstall()  # waits for the writer
    qtbot.wait_signal(listener.heard, timeout=100, raising=False).wait()
    assert len(listener.reports) == module.BURST


def test_threads_tasks_and_destructors(
    reporter: Reporter, listener: Listener, qtbot: QtBot, bridge: Bridge, run: Any
) -> None:
    def fail() -> None:
        raise RuntimeError("in a thread")

    async def leave_failing_task() -> None:
        async def fail_alone() -> None:
            raise RuntimeError("in a task of the worker")

        task = asyncio.create_task(fail_alone())
        await asyncio.wait([task])
        del task
        gc.collect()

    async def go() -> None:
        await bridge.call(leave_failing_task, label="leave", owner=None).wait()

        async def fail_here() -> None:
            raise RuntimeError("in a task of the window")

        task = asyncio.create_task(fail_here())
        await asyncio.wait([task])
        del task
        gc.collect()

    class Dying:
        def __del__(self) -> None:
            raise RuntimeError("in a destructor")

    def seen() -> set[str]:
        return {report.text.removeprefix("RuntimeError: ") for report in listener.reports}

    expected = {"in a thread", "in a task of the worker", "in a task of the window", "in a destructor"}
    with qtbot.waitCallback() as everything:

        def check() -> None:
            if seen() == expected:
                everything()

        listener.heard.connect(check)
        thread = threading.Thread(target=fail, name="failing")
        thread.start()
        thread.join()
        Dying()
        run(go())
    assert seen() == expected


def test_qt_warnings_are_logged_once(reporter: Reporter, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "qt"):
        for _ in range(10):
            qWarning("QPainter::begin: not so")
    assert [record.getMessage() for record in caplog.records] == ["QPainter::begin: not so"]


def test_the_hooks_are_given_back(tmp_path: Path, qapp: Any) -> None:
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    reporter = Reporter(tmp_path)
    reporter.install()
    assert sys.excepthook != before[0]
    reporter.uninstall()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_no_fault_of_its_own(
    listener: Listener, tmp_path: Path, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("x")
    reporter = Reporter(tmp_path / "file" / "reports")
    reporter.install()
    reporter.reported.connect(listener.hear)
    try:
        with qtbot.waitSignal(listener.heard):
            reporter.report(ValueError("no place"))
    finally:
        reporter.uninstall()
    assert listener.reports[0].path is None
    assert "cannot be written" in caplog.text


def test_old_reports_make_room(tmp_path: Path) -> None:
    for number in range(KEPT + 5):
        (tmp_path / f"report-20200101-0000{number:02}-aaaaaa.txt").write_text("old")
    newest = write_report(tmp_path, "title", "detail")
    left = sorted(tmp_path.glob("report-*.txt"))
    assert len(left) == KEPT
    assert newest in left


@pytest.mark.parametrize(
    "text",
    [
        f"key {KEY}",
        f"{{'Authorization': 'Bearer {KEY}'}}",
        "Authorization: Bearer a-key-of-another-server-99",
        "api_key='a-key-of-another-server-99'",
        "headers (b'authorization', b'Bearer a-key-of-another-server-99')",
        "bearer a-key-of-another-server-99",
    ],
)
def test_secrets_are_taken_out(text: str) -> None:
    shown = without_secrets(text)
    assert "abcdefghijklmnop" not in shown
    assert "another-server" not in shown


CRASH = """
import sys, faulthandler
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from playground.bridge import Reporter
app = QCoreApplication([])
reporter = Reporter(Path(sys.argv[1]))
reporter.install()
faulthandler._sigsegv()
"""


def test_a_hard_crash_is_told_at_the_next_start(tmp_path: Path, qapp: Any) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", CRASH, str(tmp_path)], env=environment, capture_output=True, timeout=60
    )
    assert done.returncode < 0 or done.returncode > 128
    reporter = Reporter(tmp_path)
    reporter.install()
    try:
        report = reporter.previous_crash()
        assert report is not None
        assert "crashed" in report.text
        assert "Segmentation fault" in read(report)
        assert reporter.previous_crash() is None
    finally:
        reporter.uninstall()


def test_notes_of_the_living_are_left_alone(tmp_path: Path) -> None:
    alive = tmp_path / f"crash-{os.getppid()}.txt"
    alive.write_text("not yet")
    assert collect_crashes(tmp_path) is None
    assert alive.exists()
