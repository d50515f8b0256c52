"""What the settings let go of: at the start, once an hour, and when somebody wants it now. Never in the GUI thread, and
in steps between which requests are recorded as ever."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QMessageBox

from playground.core.plain import size_text
from playground.shell.standing import problem_of

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.exchanges.retention import Doomed, Tidied
    from playground.shell.window import Window

HOUR_MS = 3_600_000
GROUP = "Requests"


class Tidying(QObject):
    """Follows `requests.keep_days` and `requests.keep_megabytes`. A number that is just being typed is not acted on:
    what was changed is for the next hour, or for the command."""

    tidied = Signal()
    """Something was deleted, or given back to the disk."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._parts = window, window.parts
        self._stop = threading.Event()
        self._working: Operation[Any] | None = None
        self._counting: Operation[Doomed] | None = None
        self._by_hand = False
        self.box: QMessageBox | None = None
        """The question that is open."""
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.setInterval(HOUR_MS)
        self._timer.timeout.connect(self.tidy)
        window.left.connect(self._stop.set)
        add = window.commands.add
        self.now = add(
            "requests.tidy",
            "Delete Old Requests Now…",
            self.ask,
            group=GROUP,
            icon="trash-2",
            keywords=("prune", "retention", "space", "clean"),
        )
        self.compact_now = add(
            "requests.compact",
            "Compact the Request Log",
            self.compact,
            group=GROUP,
            icon="hard-drive",
            keywords=("vacuum", "shrink", "space"),
        )

    def start(self) -> None:
        """The log is open."""
        self._timer.start()
        self.tidy()

    def settled(self) -> bool:
        return self._working is None and self._counting is None

    def tidy(self) -> None:
        """Do what the settings say."""
        if self._working is None:
            self._begin("Tidying the request log", self._parts.store.tidy, *self._kept(), self._stop.is_set)

    def compact(self) -> None:
        """Make the file as small as it can be."""
        if self._working is None:
            self._by_hand = True
            self._begin("Compacting the request log", self._parts.store.compact)

    def ask(self) -> None:
        """Say what would go, and ask."""
        if self._counting is None and self.box is None:
            self._counting = self._parts.bridge.blocking(
                self._parts.store.doomed, *self._kept(), label="Counting old requests", owner=self
            )
            self._counting.finished.connect(self._counted)

    def _kept(self) -> tuple[float | None, int | None]:
        settings = self._parts.settings
        return settings.get("requests.keep_days") or None, settings.get("requests.keep_megabytes") * 1_000_000 or None

    def _begin(self, label: str, work: Any, *arguments: Any) -> None:
        self._working = self._parts.bridge.blocking(work, *arguments, label=label, owner=self)
        self._working.finished.connect(self._ended)

    def _ended(self) -> None:
        operation, self._working = self._working, None
        by_hand, self._by_hand = self._by_hand, False
        if operation is None or self._stop.is_set():
            return
        if operation.error is not None:
            self._window.notify(problem_of(operation.error))
            return
        found: Tidied | None = operation.result
        if by_hand:
            self._window.notify(result_words(found))
        if found is not None and (found.gone or found.after != found.before):
            self.tidied.emit()

    def _counted(self) -> None:
        operation, self._counting = self._counting, None
        if operation is None:
            return
        if operation.error is not None or operation.result is None:
            if operation.error is not None:
                self._window.notify(problem_of(operation.error))
            return
        doomed = operation.result
        if not doomed.older and not doomed.excess:
            self._window.notify(f"Nothing to delete: {kept_words(*self._kept())}, and the log takes {doomed.size}.")
            return
        self.box = self._question(doomed)

    def _question(self, doomed: Doomed) -> QMessageBox:
        box = QMessageBox(self._window)
        box.setObjectName("requests.confirm-tidy")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle("Delete old requests")
        box.setText(question_words(doomed, *self._kept()))
        box.setInformativeText(
            "They are overwritten on this disk; this cannot be undone. What is pinned, and the requests of runs in "
            "the history, stay."
        )
        yes = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
        no = box.addButton(QMessageBox.StandardButton.Cancel)
        for button, name in ((yes, "delete"), (no, "cancel")):
            button.setObjectName(f"requests.confirm-tidy.{name}")
            button.setAccessibleName(button.text())
        box.setDefaultButton(no)
        yes.clicked.connect(self._agreed)
        box.destroyed.connect(self._answered)
        box.open()
        return box

    def _agreed(self) -> None:
        if self._working is None:
            self._by_hand = True
            self._begin("Deleting old requests", self._parts.store.tidy, *self._kept(), self._stop.is_set)

    def _answered(self) -> None:
        self.box = None


def kept_words(days: float | None, most: int | None) -> str:
    """What the settings keep."""
    if days is None and most is None:
        return "everything is kept"
    parts = [f"the last {days:g} days"] if days is not None else []
    parts += [f"at most {most / 1e6:,.0f} MB"] if most is not None else []
    return f"{' and '.join(parts)} are kept"


def question_words(doomed: Doomed, days: float | None, most: int | None) -> str:
    """What would go, with its count."""
    count = f"{doomed.older:,} {'request' if doomed.older == 1 else 'requests'}"
    ago = "1 day" if days == 1 else f"{days:g} days"
    older = f"{count} that came more than {ago} ago" if doomed.older and days is not None else ""
    if not doomed.excess or most is None:
        return f"Delete {older}?"
    what = "more" if older else "request" if doomed.excess == 1 else "requests"
    large = f"about {doomed.excess:,} {what}, the oldest, so that the log takes {most / 1e6:,.0f} MB"
    return f"Delete {older + ', and ' if older else ''}{large}? It takes {doomed.size} now."


def result_words(found: Tidied | None) -> str:
    """What was done."""
    if found is None:
        return "The log could not be compacted: another program has it open, or the disk has no room for the copy."
    size = f"the log takes {size_text(found.after.file)} on the disk"
    if not found.gone:
        return f"Compacted: {size}." if found.after.file < found.before.file else f"Nothing to give back: {size}."
    return f"{found.gone:,} {'request' if found.gone == 1 else 'requests'} deleted; {size}."
