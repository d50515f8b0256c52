"""What is under way to the server and from it: a strip below the list."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from playground.core.errors import Problem, ProblemError, explain
from playground.core.filing.desk import Left, TransferDesk
from playground.core.transfers.rules import bytes_text
from playground.panels.files.strips import FailureStrip
from playground.panels.files.transfers import (
    CANCEL,
    OPEN,
    PAUSE,
    RESUME,
    RETRY,
    SHOW,
    WHY,
    TransfersModel,
    TransfersTable,
    left_words,
)
from playground.widgets.controls import HairLine, IconButton, Label, SectionLabel
from playground.widgets.heads import Head
from playground.widgets.question import QuestionBar
from playground.widgets.theme import scaled

if TYPE_CHECKING:
    from pathlib import Path

    from playground.bridge import Operation
    from playground.core.transfers.model import Orphan, State, TransferState
    from playground.core.transfers.queue import TransferQueue
    from playground.panels.contract import PanelContext
    from playground.widgets.commands import Command

SAY_EVERY_MS = 200
ROWS_SEEN = 5
FEW = 300
"""Transfers that are counted anew whenever one of them has turned; more are counted some times a second."""
_OPEN = ("waiting", "running", "paused")
_OVER = ("done", "cancelled", "failed")
_WHICH: dict[str, tuple[tuple[str, ...], str]] = {
    "pause": (("waiting", "running"), "Pause {of}"),
    "resume": (("paused",), "Resume {of}"),
    "retry_failed": (("failed",), "Retry What Failed"),
    "cancel": ((*_OPEN, "failed"), "Cancel {of}"),
    "forget": (_OVER, "Clear What Is Over"),
}
"""Which transfers a command is for, and what it is called."""


class QueueStrip(QWidget):
    """Hidden while there is nothing. `came`: a file has arrived on the server; `shown`: one is to be chosen there."""

    came = Signal()
    shown = Signal(str)

    def __init__(self, context: PanelContext, desk: TransferDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("files.queue")
        self.setAccessibleName("Transfers")
        self._context, self.desk = context, desk
        self._thens: dict[Operation[Any], Any] = {}
        self._left: Left | None = None
        self._is_small = False
        self.model = TransfersModel()
        self.table = TransfersTable(self.model)
        self._add_commands()
        self.offer = QuestionBar(
            "files.interrupted", self._commands["later"], self._commands["clean_up"], self._commands["go_on"]
        )
        self.failure = FailureStrip("files.queue.failure", self._commands["queue_dismiss"])
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAY_EVERY_MS)
        self._timer.timeout.connect(self._say)
        self._build()
        self.table.link_opened.connect(self._act)
        self.table.selectionModel().selectionChanged.connect(self._say)
        context.bridge.listen(desk.changed, self._changed, self)

    def _add_commands(self) -> None:
        titles: tuple[tuple[str, str, Any, str], ...] = (
            ("pause", "Pause the Transfers", self.pause, "pause"),
            ("resume", "Resume the Transfers", self.resume, "play"),
            ("retry_failed", "Retry What Failed", self.retry, "refresh-cw"),
            ("cancel", "Cancel the Transfers", self.cancel, "circle-x"),
            ("forget", "Clear What Is Over", self.forget, "eraser"),
            ("go_on", "Go On", self.go_on, "play"),
            ("clean_up", "Clean Up on the Server", self.clean_up, "trash-2"),
            ("later", "Later", self.later, "clock"),
            ("queue_dismiss", "Dismiss the Reason", self.dismiss, "x"),
        )
        self._commands: dict[str, Command] = {
            name: self._context.commands.add(
                f"files.{name}", title, handler, group="Files", icon=icon, scope=self, enabled=False
            )
            for name, title, handler, icon in titles
        }

    def _build(self) -> None:
        self.bar = QProgressBar()
        self.bar.setObjectName("files.queue.progress")
        self.bar.setAccessibleName("Progress of all transfers")
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setFixedWidth(scaled(140))
        self.head = Head()
        self.head.row.setSpacing(10)
        self.head.row.addWidget(SectionLabel("Transfers"))
        self.head.row.addWidget(self.bar)
        self.head.row.addWidget(self.head.note, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        for name in ("pause", "resume", "retry_failed", "cancel", "forget"):
            buttons.addWidget(IconButton(self._commands[name]))
        self.head.row.addLayout(buttons)
        self.note = Label("", "muted", 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.line = HairLine()
        for part in (self.line, self.offer, self.failure, self.head, self.table):
            column.addWidget(part)
        self._show_parts()

    def be_small(self, small: bool) -> None:
        """One line only, or the rows, too."""
        self._is_small = small
        self._show_parts()

    # What there is

    def start(self) -> None:
        """Open the journal; what was interrupted is offered."""
        self._run(self.desk.open, "Looking for interrupted transfers", self._opened)

    def _opened(self, left: Left) -> None:
        if left.problem is not None:
            self._context.notify(left.problem)
        self.model.put(left.transfers)
        self._left = left
        alone = left.alone
        if left.transfers or alone:
            self.offer.ask(_offer_words(left.transfers, alone))
            self._commands["go_on"].setEnabled(bool(left.transfers))
        self._say()

    def _changed(self, emissions: list[tuple[TransferState]]) -> None:
        states = {state.item.id: state for (state,) in emissions}
        before = {key: self.model.state_of(key) for key in states}
        self.model.put(states.values())
        turned = [
            one for key, one in states.items() if (was := before[key]) is None or was.item.state != one.item.state
        ]
        if any(one.item.state == "done" and one.item.kind == "upload" for one in turned):
            self.came.emit()
        if turned and len(self.model.states) <= FEW:
            self._say()
        elif not self._timer.isActive():
            self._timer.start()

    def counts(self) -> Counter[State]:
        return Counter(state.item.state for state in self.model.states)

    def _show_parts(self) -> None:
        there = bool(self.model.states)
        self.head.setVisible(there)
        self.table.setVisible(there and not self._is_small)
        self.line.setVisible(there)
        self.table.fit(2 if self.offer.is_asking else ROWS_SEEN)

    def _say(self, *_changed: object) -> None:
        """Commands, and all of them in one line."""
        states = self.model.states
        counts = self.counts()
        self._show_parts()
        active = counts["waiting"] + counts["running"]
        chosen = self.table.chosen()
        of = "the Selected" if chosen else "the Transfers"
        for name, (which, title) in _WHICH.items():
            there = bool(self._chosen(*which)) if chosen else any(counts[one] for one in which)
            self._commands[name].setEnabled(there)
            self._commands[name].setText(title.format(of=of))
        moved = sum(max(0, one.item.size) if one.item.state == "done" else one.sent for one in states)
        whole = sum(max(0, one.item.size) if one.item.state in (*_OPEN, "done") else one.sent for one in states)
        rate = sum(one.rate for one in states if one.item.state == "running")
        words = [f"{counts['done']:,} of {len(states):,} done"]
        words += [f"{counts[one]:,} {one}" for one in ("failed", "paused", "cancelled") if counts[one]]
        words.append(f"{bytes_text(moved)} of {bytes_text(whole)}" if active or counts["paused"] else bytes_text(moved))
        if rate > 0 and active:
            words += [f"{bytes_text(int(rate))}/s", left_words(max(0, whole - moved) / rate)]
        self.head.say(" · ".join(words), "error" if counts["failed"] else "muted")
        self.bar.setRange(0, 1000)
        self.bar.setValue(int(1000 * moved / whole) if whole else 0)
        self.bar.setVisible(bool(active or counts["paused"]))
        if active and not chosen and len(states) > ROWS_SEEN:
            self._follow()
        if counts["running"] and not self._timer.isActive():
            self._timer.start()

    def _follow(self) -> None:
        """What runs is seen, unless somebody is looking at other rows."""
        if self.table.underMouse() or self.table.hasFocus():
            return
        for row, state in enumerate(self.model.states):
            if state.item.state == "running":
                self.table.scrollTo(self.model.index(row, 0), self.table.ScrollHint.PositionAtTop)
                return

    # What a person does

    def send(self, paths: list[Path], purpose: str, profile: str, expires: int | None) -> None:
        """Files that were checked."""

        async def add(queue: TransferQueue) -> object:
            return await queue.add(paths, purpose, profile, expires_after=expires)

        self._ask(add, "Adding files to the queue")

    def fetch(self, wanted: list[tuple[str, Path]], profile: str, *, overwrite: bool) -> None:
        """Files of the server, each to its place."""

        async def add(queue: TransferQueue) -> object:
            return [await queue.download(one, path, profile, overwrite=overwrite) for one, path in wanted]

        self._ask(add, "Beginning a download")

    def pause(self) -> None:
        self._do("pause", "pause")

    def resume(self) -> None:
        self._do("resume", "resume")

    def retry(self) -> None:
        """Only those that failed."""
        self.dismiss()
        self._do("retry", "retry_failed")

    def cancel(self) -> None:
        self._do("cancel", "cancel")

    def forget(self) -> None:
        """Those that are over leave the list."""
        ids = self._chosen(*_OVER)
        self._do("forget", "forget")
        self.model.take_out(set(ids))
        self._say()

    def _chosen(self, *states: str) -> list[str]:
        """The selected ones that are in one of these states; where none is selected, all that are."""
        chosen = self.table.chosen()
        ids = chosen or [state.item.id for state in self.model.states]
        found = (self.model.state_of(one) for one in ids)
        return [state.item.id for state in found if state is not None and state.item.state in states]

    def _do(self, what: str, command: str) -> None:
        ids = self._chosen(*_WHICH[command][0])
        if ids:
            self._ask(partial(_method, what, ids), f"Transfers: {what}")

    def _act(self, link: str) -> None:
        """A word in a row was clicked."""
        action, _, transfer = link.partition(" ")
        state = self.model.state_of(transfer)
        if state is None:
            return
        if action in (PAUSE, RESUME, CANCEL, RETRY):
            self._ask(partial(_method, action, [transfer]), f"Transfers: {action}")
        elif action == WHY and state.item.problem is not None:
            self.failure.show_problem(state.item.problem)
        elif action == SHOW and state.item.file_id:
            self.shown.emit(state.item.file_id)
        elif action == OPEN:
            self._context.notify(f"It is in {state.item.path}")

    def dismiss(self) -> None:
        self.failure.put_away()

    # What was interrupted

    def go_on(self) -> None:
        """Resume what an ended process left."""
        left = self._left
        self.offer.put_away(self.table)
        self._show_parts()
        if left is not None and left.transfers:
            self._ask(partial(_method, "resume", [one.item.id for one in left.transfers]), "Going on with transfers")

    def later(self) -> None:
        """They stay paused in the list."""
        self.offer.put_away(self.table)
        self._show_parts()

    def clean_up(self) -> None:
        """Cancel them here and on the server."""
        left = self._left
        self.offer.put_away(self.table)
        self._show_parts()
        ids = [one.item.id for one in left.transfers] if left is not None else []
        self._run(partial(self.desk.clean_up, ids), "Cleaning up on the server", self._cleaned)

    def _cleaned(self, still: list[Orphan]) -> None:
        if not still:
            self._context.notify("Nothing of the interrupted uploads is left on the server.")
            return
        count = f"{len(still):,} uploads" if len(still) > 1 else f"The upload of “{still[0].name}”"
        self._context.notify(
            Problem(
                f"{count} could not be cancelled on the server",
                "The server could not be reached, or never said which upload it is.",
                "Such uploads end by themselves within the hour; nothing has to be done.",
                "Yes.",
            )
        )

    # Asking the queue

    def _ask(self, ask: Any, label: str) -> None:
        self._run(self.desk.asking(ask), label, None)

    def _run(self, make: Any, label: str, done: Any) -> None:
        operation = self._context.bridge.call(make, label=label, owner=self)
        self._thens[operation] = done
        operation.finished.connect(self._ended)

    def _ended(self) -> None:
        """Any of the operations: each that is over is dealt with once."""
        for operation in [one for one in self._thens if one.done]:
            then = self._thens.pop(operation)
            error = operation.error
            if error is not None:
                problem = error.problem if isinstance(error, ProblemError) else explain(error)
                self.failure.show_problem(problem)
            elif operation.state == "succeeded" and then is not None:
                then(operation.result)
        self._say()


async def _method(what: str, ids: list[str], queue: TransferQueue) -> object:
    return await getattr(queue, what)(*ids)


def _offer_words(transfers: tuple[TransferState, ...], alone: tuple[Orphan, ...]) -> str:
    """What was found, and what can be done."""
    words = []
    if transfers:
        count = f"{len(transfers):,} transfers were" if len(transfers) > 1 else f"“{transfers[0].item.name}” was"
        moved, size = sum(one.sent for one in transfers), sum(max(0, one.item.size) for one in transfers)
        words.append(f"{count} interrupted: {bytes_text(moved)} of {bytes_text(size)} had moved.")
    if alone:
        names = ", ".join(f"“{one.name}”" for one in alone[:2]) + (" and others" if len(alone) > 2 else "")
        words.append(f"The server still holds parts of {names}, which nothing goes on with.")
    words.append("Go on, or clean up on the server? Uploads in parts end by themselves within the hour.")
    return " ".join(words)
