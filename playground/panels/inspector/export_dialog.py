"""Before requests leave the log: which, what of them, what is taken out, how large it is, and where it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from playground.core.exchanges.handover import Handover, file_name
from playground.core.plain import size_text
from playground.panels.inspector import export_work as work
from playground.panels.inspector.cut_text import CutText
from playground.panels.inspector.dialog_size import fit
from playground.panels.inspector.export_foot import Foot
from playground.panels.inspector.export_list import ExportModel, ExportTable
from playground.widgets.controls import CommandButton, HairLine, Label, SectionLabel, Segmented
from playground.widgets.plain import ReadOnlyText
from playground.widgets.presentation import presenting
from playground.widgets.surface import Text
from playground.widgets.theme import scaled

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.panels.contract import PanelContext

TITLES = {
    "bundle": "Support bundle",
    "har": "Export as HAR",
    "jsonl": "Export as JSON Lines",
    "csv": "Export as CSV",
}
WORDS = {
    "bundle": "One zip for OpenAI's support: a summary in words, every request as JSON, and a HAR file. What is struck "
    "through is taken out.",
    "har": "HAR 1.2, for browsers and other tools: an entry for each attempt. What is struck through is taken out.",
    "jsonl": "A request in each line, with its attempts, headers and timings. What is struck through is taken out.",
    "csv": "A request in each line, without headers and bodies. What is struck through is taken out.",
}
AFTER_MS = 150
"""How long after a change it is measured anew."""


class ExportDialog(QDialog):
    """Deleted when it is closed; what runs then is stopped. `saved` carries what became of it, in words."""

    saved = Signal(str)

    def __init__(
        self,
        context: PanelContext,
        kind: Any,
        scopes: list[tuple[str, tuple[int, ...]]],
        folder: Path,
        parent: QWidget | None = None,
    ) -> None:
        """`scopes`: words and numbers of what can be handed over, the likeliest first."""
        super().__init__(parent)
        self._context = context
        self._scopes = scopes
        profiles = {profile.name: profile for profile in context.sessions.profiles}
        self.chosen = Handover(kind, scopes[0][1], profiles=profiles)
        self.folder = folder
        self._number = -1
        self._measuring: Operation[Any] | None = None
        self._measure: work.Stoppable | None = None
        self._saving: Operation[Any] | None = None
        self._save: work.Stoppable | None = None
        self._listing: Operation[Any] | None = None
        self._previewing: Operation[Any] | None = None
        self._stale_preview = False
        self._unmeasured = True
        """What is chosen has not been counted."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self._measure_all)
        self.setObjectName("inspector.export")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(TITLES[kind])
        self._build()
        fit(self, 1040, 680)
        self.finished.connect(self._stop_all)
        context.bridge.listen(context.settings.changed, self._settings_changed, self)
        self._list()

    # Its parts

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addLayout(self._head())
        column.addWidget(Text(WORDS[self.chosen.kind], "muted", wrap=True))
        column.addWidget(HairLine())
        column.addWidget(self._middle(), 1)
        column.addWidget(HairLine())
        column.addLayout(self._gone())
        column.addWidget(HairLine())
        self.foot = Foot(self)
        self.foot.save_asked.connect(self.save)
        self.foot.stop_asked.connect(self.stop)
        self.foot.close_asked.connect(self.reject)
        column.addWidget(self.foot)
        self.foot.file.setFocus()

    def _head(self) -> QHBoxLayout:
        self.scope = QComboBox()
        self.scope.setObjectName("inspector.export.scope")
        self.scope.setAccessibleName("Which requests")
        self.scope.addItems([words for words, _numbers in self._scopes])
        self.scope.setVisible(len(self._scopes) > 1)
        self.scope.currentIndexChanged.connect(self._scope_chosen)
        head = QHBoxLayout()
        head.addWidget(Label(TITLES[self.chosen.kind], "text", 14, 600))
        head.addStretch(1)
        head.addWidget(self.scope)
        return head

    def _middle(self) -> QSplitter:
        kind = self.chosen.kind
        self.model = ExportModel(self)
        self.model.bodies_changed.connect(self._bodies_changed)
        self.table = ExportTable(self.model)
        self.table.setColumnHidden(2, kind == "csv")
        self.table.chosen.connect(self._look_at)
        self.more = Text("", "muted", size=12, wrap=True)
        self.bodies = QCheckBox("Bodies of requests and answers")
        self.bodies.setObjectName("inspector.export.bodies")
        self.bodies.setAccessibleName("Hand over the bodies of requests and answers")
        self.bodies.setChecked(True)
        self.bodies.setVisible(kind != "csv")
        self.bodies.toggled.connect(self._bodies_toggled)
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(8)
        left.addWidget(self.table, 1)
        left.addWidget(self.more)
        left.addWidget(self.bodies)
        self.more.hide()
        side = QWidget()
        side.setLayout(left)
        self.preview = CutText("inspector.export.preview", "The request as it is handed over")
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("inspector.export.splitter")
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(side)
        self.splitter.addWidget(self._right())
        self.splitter.setSizes([scaled(400), scaled(600)])
        self.splitter.setStretchFactor(1, 1)
        return self.splitter

    def _right(self) -> QWidget:
        """The request that is looked at; of a bundle, or its summary."""
        self.summary = ReadOnlyText("Looking for secrets…")
        self.summary.setObjectName("inspector.export.summary")
        self.summary.setAccessibleName("The bundle's summary.md")
        self.summary.setTabChangesFocus(True)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.preview)
        self.stack.addWidget(self.summary)
        self.sides = Segmented([("request", "Request"), ("summary", "summary.md")], name="What is shown")
        self.sides.setVisible(self.chosen.kind == "bundle")
        self.sides.changed.connect(self._show_side)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(12, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.sides)
        column.addWidget(self.stack, 1)
        return right

    def _show_side(self, side: str) -> None:
        self.stack.setCurrentWidget(self.summary if side == "summary" else self.preview)

    def _gone(self) -> QHBoxLayout:
        self.removed = Text("", "text", size=13, wrap=True)
        self.removed.setObjectName("inspector.export.removed")
        command = self._context.commands.get("inspector.secret_patterns")
        assert command is not None
        self.patterns = CommandButton(command, "plain", shortcut=False)
        gone = QHBoxLayout()
        gone.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(SectionLabel("Taken out of all"))
        words.addWidget(self.removed)
        gone.addLayout(words, 1)
        gone.addWidget(self.patterns, 0, Qt.AlignmentFlag.AlignTop)
        return gone

    # Which requests, which bodies

    def _scope_chosen(self, place: int) -> None:
        self.chosen = replace(self.chosen, numbers=self._scopes[place][1], without=frozenset())
        self.model.without.clear()
        self._list()

    def _bodies_toggled(self, bodies: bool) -> None:
        self.chosen = replace(self.chosen, bodies=bodies)
        self.model.set_bodies(bodies)
        self._again()

    def _bodies_changed(self) -> None:
        self.chosen = replace(self.chosen, without=frozenset(self.model.without))
        self._again()

    def _settings_changed(self, emissions: list[tuple[str]]) -> None:
        if ("secrets.patterns",) in emissions:
            self._again()

    def _again(self) -> None:
        """Something that is handed over is another: look and measure anew."""
        self._show_preview()
        self._measure_soon()

    # The list

    def _list(self) -> None:
        self._listing = self._context.bridge.blocking(
            work.first_rows, self._context.store, self.chosen.numbers, label="Reading requests", owner=self
        )
        self._listing.finished.connect(self._listed)
        self._measure_soon()

    def _listed(self) -> None:
        operation = self._listing
        if operation is None or not operation.done:
            return
        self._listing = None
        if operation.error is not None or operation.result is None:
            self.foot.fail(operation.error)
            return
        rows = operation.result
        self.model.put(rows)
        left = len(self.chosen.numbers) - len(rows)
        self.more.set_text(f"and {left:,} more, which are handed over too" if left else "")
        self.more.setVisible(bool(left))
        # In presentation mode no ID is on the screen, also not in a name.
        named = [] if presenting() else rows[:1]
        name = file_name(self.chosen.kind, named, len(self.chosen.numbers))
        self.foot.set_path(self.folder / name)
        if rows:
            self.table.selectRow(0)
            self._look_at(rows[0].number)

    # The preview

    def _look_at(self, number: int) -> None:
        if number != self._number:
            self._number = number
            self._show_preview()

    def _show_preview(self) -> None:
        if self._number < 0:
            return
        if self._previewing is not None:
            self._stale_preview = True
            return
        self._stale_preview = False
        self._previewing = self._context.bridge.blocking(
            work.preview, self._context.store, self.chosen, self._number, label="Looking for secrets", owner=self
        )
        self._previewing.finished.connect(self._previewed)

    def _previewed(self) -> None:
        operation, self._previewing = self._previewing, None
        if self._stale_preview:
            self._show_preview()
        elif operation is not None and operation.error is not None:
            self.foot.fail(operation.error)
        elif operation is not None and operation.result is not None:
            self.preview.show_pieces(operation.result.pieces)

    # What it comes to

    def _measure_soon(self) -> None:
        if self._measure is not None:
            self._measure.stop()
        self.foot.say("")
        self._unmeasured = True
        self.removed.set_role("muted")
        self.removed.set_text("Looking for secrets…")
        self.foot.set_size("…")
        self._timer.start()

    def _measure_all(self) -> None:
        if self._measuring is not None or self._saving is not None:  # this is called again when that has ended
            return
        self._measure = work.Stoppable(work.measure, self._context.store, self.chosen)
        self._measuring = self._context.bridge.run(self._measure, label="Looking for secrets", owner=self)
        self._measuring.changed.connect(self._measuring_on)
        self._measuring.finished.connect(self._measured)

    def _measuring_on(self) -> None:
        operation = self._measuring
        if operation is not None and operation.progress.total:
            share = int(100 * operation.progress.done / operation.progress.total)
            self.removed.set_text(f"Looking for secrets… {share} %")

    def _measured(self) -> None:
        operation, self._measuring, self._measure = self._measuring, None, None
        if operation is None or operation.state == "cancelled":
            return
        error = operation.error
        if isinstance(error, InterruptedError) or self._timer.isActive():
            self._unmeasured = True
            self._timer.start()
        elif error is not None or operation.result is None:
            self.removed.set_text("It could not be looked through.")
            self.foot.fail(error)
        else:
            self._unmeasured = False
            self.foot.set_size(f"about {size_text(operation.result.size)}")
            self._say_removed(operation.result.removed)
            self.summary.show_text(operation.result.summary)

    def _say_removed(self, removed: Mapping[str, int]) -> None:
        self.removed.set_role("text" if removed else "muted")
        kinds = " · ".join(f"{kind} {count:,}" for kind, count in sorted(removed.items()))
        self.removed.set_text(kinds or "Nothing more was found: keys were taken out as the log was written.")

    # Saving

    def save(self) -> None:
        """Write the file."""
        if self._saving is not None:
            return
        self._save = work.Stoppable(
            work.save, self._context.store, self.chosen, self.foot.path(), self.foot.may_replace
        )
        self._timer.stop()
        if self._measure is not None:  # what is written is counted as well
            self._measure.stop()
        self.foot.run(True)
        self._saving = self._context.bridge.run(self._save, label=TITLES[self.chosen.kind], owner=self)
        self._saving.changed.connect(self._saving_on)
        self._saving.finished.connect(self._saved)

    def _saving_on(self) -> None:
        if self._saving is not None:
            self.foot.progress(self._saving.progress.done, self._saving.progress.total)

    def _saved(self) -> None:
        operation, self._saving, self._save = self._saving, None, None
        self.foot.run(False)
        if operation is None or operation.state == "cancelled":
            return
        error, result = operation.error, operation.result
        if isinstance(error, InterruptedError):
            self.foot.say("Stopped: no file was written.", "warning")
        elif isinstance(error, FileExistsError):
            self.foot.ask_to_replace()
        elif error is not None or result is None:
            self.foot.fail(error)
        else:
            self._unmeasured = False
            self.foot.set_size(size_text(result.size))
            self._say_removed(result.removed)
            self.summary.show_text(result.summary)
            count = f"{result.count:,} request{'' if result.count == 1 else 's'}"
            taken = sum(result.removed.values())
            words = f"{count} in “{self.foot.path().name}”, {size_text(result.size)}"
            words += f", {taken:,} secret{'' if taken == 1 else 's'} taken out." if taken else "."
            self.folder = self.foot.path().parent
            self.saved.emit(words)
            self.foot.done(words)
        if self._unmeasured:
            self._timer.start()

    def stop(self) -> None:
        """End the writing; nothing is left of the file."""
        if self._save is not None:
            self._save.stop()

    def _stop_all(self) -> None:
        for one in (self._save, self._measure):
            if one is not None:
                one.stop()
