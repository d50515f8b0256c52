"""One reporter for every exception that nobody caught: in slots, tasks, threads, paintEvent, destructors, and for what
Qt itself complains about. It tells the person once, in a line, and keeps a report without secrets."""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, Slot, qInstallMessageHandler

_log = logging.getLogger("playground.reporter")
_qt_log = logging.getLogger("qt")

QUIET = 30.0
"""Seconds in which the same fault at the same place is only counted."""
BURST = 10
"""Reports in `BURST_SECONDS`; more are only counted."""
BURST_SECONDS = 60.0
SHORT = 240
"""Characters of the line that a person reads."""

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_HARMLESS = ("This plugin does not support propagateSizeHints",)


@dataclass(frozen=True, slots=True)
class Report:
    """One fault, as it is told."""

    text: str
    """What happened, in a line."""
    path: Path | None
    """The report's file; None where it could not be written."""
    repeats: int = 0
    """How often the same happened since it was told last."""


class LoopFault(Exception):
    """What an asyncio loop complains about without an exception, e.g. a task that was destroyed while pending."""


@dataclass(slots=True)
class _Seen:
    told: float
    repeats: int = 0


class Reporter(QObject):
    """Made in the GUI thread, before the window. `folder` is where reports go (`DataPaths.reports`)."""

    reported = Signal(object)
    """A `Report`, in the GUI thread, after its file was written."""
    _written = Signal()

    def __init__(self, folder: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._lock = threading.Lock()
        self._seen: dict[object, _Seen] = {}
        self._recent: deque[float] = deque(maxlen=BURST)
        self._to_write: deque[tuple[str, str, int]] = deque()
        self._to_tell: deque[Report] = deque()
        self._writer: threading.Thread | None = None
        self._before: tuple[Any, Any, Any] | None = None
        self._crash_note: Any = None
        self._said: dict[str, float] = {}
        self._written.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    # Hooks

    def install(self) -> None:
        """Take over every hook, and have hard crashes noted in a file."""
        if self._before is not None:
            return
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._excepthook
        threading.excepthook = self._thread_hook
        sys.unraisablehook = self._unraisable_hook
        qInstallMessageHandler(self._qt_message)
        if self._folder is not None:
            self._note_crashes(self._folder)

    def uninstall(self) -> None:
        """Give the hooks back, and wait for reports that are being written."""
        if self._before is not None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
            self._before = None
            qInstallMessageHandler(None)
        writer = self._writer
        if writer is not None:
            writer.join(2.0)
        note, self._crash_note = self._crash_note, None
        if note is not None:
            faulthandler.disable()
            note.close()
            path = Path(note.name)
            if path.stat().st_size == 0:
                path.unlink(missing_ok=True)

    def _note_crashes(self, folder: Path) -> None:
        """Hard crashes (segmentation fault, abort) go to a file whose name `reports.collect_crashes` knows."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._crash_note = (folder / f"crash-{os.getpid()}.txt").open("w", encoding="utf-8")
            faulthandler.enable(self._crash_note)
        except OSError as error:
            _log.warning("hard crashes cannot be noted in %s: %s", folder, error)

    def previous_crash(self) -> Report | None:
        """How an earlier process crashed, told once. Reads the disk: call it with `Bridge.blocking`."""
        from playground.bridge.reports import collect_crashes

        try:
            path = collect_crashes(self._folder) if self._folder is not None else None
        except OSError as error:
            _log.warning("the notes of earlier crashes cannot be read: %s", error)
            return None
        if path is None:
            return None
        return Report("The program crashed the last time it ran. What it was doing is in the report.", path)

    def _excepthook(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if issubclass(kind, (KeyboardInterrupt, SystemExit)):
            sys.__excepthook__(kind, error or kind(), trace)
        else:
            self.report(error or kind(), "in the window")

    def _thread_hook(self, arguments: Any) -> None:
        if arguments.exc_type is not SystemExit:
            name = arguments.thread.name if arguments.thread is not None else "a thread"
            self.report(arguments.exc_value or arguments.exc_type(), f"in the thread {name}")

    def _unraisable_hook(self, unraisable: Any) -> None:
        # The object itself is not kept, nor shown by its own repr: it is on its way out.
        name = getattr(unraisable.object, "__qualname__", type(unraisable.object).__qualname__)
        error = unraisable.exc_value or unraisable.exc_type()
        self.report(error, f"{unraisable.err_msg or 'while something was cleared away'} ({name})")

    def _qt_message(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        level = logging.DEBUG if message.startswith(_HARMLESS) else _LEVELS.get(kind, logging.WARNING)
        now = time.monotonic()
        if now - self._said.get(message, -QUIET) < QUIET:
            return
        if len(self._said) > 200:
            self._said.clear()
        self._said[message] = now
        category = "" if context.category in (None, "default") else f"{context.category}: "
        _qt_log.log(level, "%s%s", category, message)

    # One path for all

    def report(self, error: BaseException, where: str = "") -> None:
        """Report an exception: from any thread, returns at once. The same fault again is only counted for a while."""
        key = _place(error)
        now = time.monotonic()
        with self._lock:
            seen = self._seen.get(key)
            if seen is not None and now - seen.told < QUIET:
                seen.repeats += 1
                return
            if len(self._recent) == BURST and now - self._recent[0] < BURST_SECONDS:
                self._seen[key] = _Seen(now, seen.repeats + 1 if seen else 1)
                return
            repeats = seen.repeats if seen else 0
            self._recent.append(now)
            if len(self._seen) > 500:
                self._seen.clear()
            self._seen[key] = _Seen(now)
        self._queue(error, where, repeats)

    def _queue(self, error: BaseException, where: str, repeats: int) -> None:
        import traceback

        from playground.bridge.reports import without_secrets

        detail = without_secrets("".join(traceback.format_exception(error)))
        problem = getattr(error, "problem", None)
        text = problem.line() if problem is not None else f"{type(error).__name__}: {error}".rstrip(": ")
        text = without_secrets(" ".join(text.split()))
        if len(text) > SHORT:
            text = text[: SHORT - 1] + "…"
        _log.error("%s %s\n%s", text, where, detail)
        with self._lock:
            self._to_write.append((text, f"{where}, thread {threading.current_thread().name}\n\n{detail}", repeats))
            if self._writer is not None:
                return
            self._writer = threading.Thread(target=self._write, name="playground-reports")
        try:
            self._writer.start()
        except RuntimeError:  # the interpreter is ending: no new threads
            self._writer = None

    def _write(self) -> None:
        """In a thread of its own, gone when everything is written."""
        from playground.bridge.reports import write_report

        while True:
            with self._lock:
                if not self._to_write:
                    self._writer = None
                    return
                text, detail, repeats = self._to_write.popleft()
            path = None
            if self._folder is not None:
                try:
                    path = write_report(self._folder, text, detail)
                except OSError as error:
                    _log.warning("a report cannot be written into %s: %s", self._folder, error)
            self._to_tell.append(Report(text, path, repeats))
            try:
                self._written.emit()
            except RuntimeError:  # Qt's side is gone
                return

    @Slot()
    def _tell(self) -> None:
        while self._to_tell:
            self.reported.emit(self._to_tell.popleft())


def _place(error: BaseException) -> object:
    """Where an exception was raised, to know it again."""
    trace = error.__traceback__
    if trace is None:
        return (type(error), str(error))
    while trace.tb_next is not None:
        trace = trace.tb_next
    return (type(error), trace.tb_frame.f_code.co_filename, trace.tb_lineno)


def report_context(context: dict[str, Any]) -> None:
    """For `loop.set_exception_handler`: what an asyncio loop complains about goes to `sys.excepthook`."""
    error = context.get("exception")
    if error is None:
        error = LoopFault(str(context.get("message", "an unknown fault in the loop")))
    sys.excepthook(type(error), error, error.__traceback__)
