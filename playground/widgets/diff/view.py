"""A comparison to look through: side by side or one below the other, from one difference to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from playground.core.diff import Diff, as_text, counts_text, prepared
from playground.widgets.commands import Command, CommandRegistry
from playground.widgets.controls import EmptyState, HairLine, IconButton, Label
from playground.widgets.diff.layout import MOST, Layout, lay_out
from playground.widgets.diff.pane import DiffPane
from playground.widgets.heads import Head, Note, pills
from playground.widgets.presentation import revision
from playground.widgets.theme import is_theme_change

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation

SIDES, UNIFIED = "sides", "unified"
_PAUSE = 60
"""Milliseconds after the last change of the width before lines are broken anew."""


class DiffView(QWidget):
    """`set_diff` shows a comparison. `name` begins the object names and the ids of the commands. What stands in the
    head line beside the pills is in `head`, for its owner to add to."""

    said = Signal(str, str)
    """Words about what was just done, and their role."""

    def __init__(
        self,
        name: str,
        commands: CommandRegistry,
        parent: QWidget | None = None,
        *,
        group: str = "Diff",
        bridge: Bridge | None = None,
        clean: Callable[[str], str] | None = None,
    ) -> None:
        """`clean`: what the text goes through before it is copied, in `bridge`'s pool."""
        super().__init__(parent)
        self._bridge, self._clean = bridge, clean
        self._copying: Operation[str] | None = None
        self.setObjectName(name)
        self._name = name
        self._diff: Diff | None = None
        self._titles = ("", "")
        self._opened: set[int] = set()
        self._most = MOST
        self._at = -1
        self._presented = revision()
        self.layout_shown = Layout()
        self.left = DiffPane(f"{name}.left", "Before")
        self.right = DiffPane(f"{name}.right", "After")
        self._commands = self._add_commands(commands, group)
        self.steps = [self._commands[key] for key in ("next-change", "previous-change")]
        """The commands with keys, for an owner that offers them in more places."""
        self._width = QTimer(self)
        self._width.setSingleShot(True)
        self._width.setInterval(_PAUSE)
        self._width.timeout.connect(self._lay_out_again)
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.setInterval(0)
        self._end.timeout.connect(self._at_end)
        self._build()
        self._connect()
        self.clear("Nothing is compared yet", "")

    def _add_commands(self, registry: CommandRegistry, group: str) -> dict[str, Command]:
        rows = (
            ("next-change", "Next Difference", self.next_change, "F7", "chevron-down"),
            ("previous-change", "Previous Difference", self.previous_change, "Shift+F7", "chevron-up"),
            ("unfold", "Show or Fold Equal Lines", self.unfold, None, "maximize-2"),
            ("switch-view", "Side by Side or Unified", self.switch_view, None, "layers"),
            ("copy", "Copy the Differences as Text", self.copy, None, "copy"),
        )
        return {
            key: registry.add(
                f"{self._name}.{key}", title, handler, group=group, shortcut=shortcut, icon=icon, scope=self,
                keywords=("diff", "compare", "change"),
            )
            for key, title, handler, shortcut, icon in rows
        }  # fmt: skip

    def _build(self) -> None:
        name = self._name
        self.mode = pills(f"{name}.mode", [(SIDES, "Side by side"), (UNIFIED, "Unified")], "Show the two")
        self.place = Label("", "muted", 12)
        self.place.setAccessibleName("Which difference is shown")
        head = self.head = Head()
        head.row.addWidget(self.mode)
        head.row.addWidget(head.note, 1)
        head.row.addWidget(self.place)
        for key in ("previous-change", "next-change", "unfold", "copy"):
            head.row.addWidget(IconButton(self._commands[key]))
        self.notes = Label("", "warning", 12, wrap=True, selectable=True)
        self.notes.setObjectName(f"{name}.notes")
        self.notes.setContentsMargins(16, 6, 16, 6)
        self.titles = (Note(), Note())
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        self.panes.setObjectName(f"{name}.panes")
        self.panes.setHandleWidth(1)
        self.panes.setChildrenCollapsible(False)
        for title, pane in zip(self.titles, (self.left, self.right), strict=True):
            side = QWidget()
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            row = QHBoxLayout()
            row.setContentsMargins(16, 6, 12, 4)
            row.addWidget(title)
            column.addLayout(row)
            column.addWidget(pane, 1)
            self.panes.addWidget(side)
        self.panes.setSizes([1000, 1000])
        self.left.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.empty = EmptyState("layers", "", "")
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.panes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(HairLine())
        column.addWidget(self.notes)
        column.addWidget(self.pages, 1)

    def _connect(self) -> None:
        self.mode.changed.connect(self._mode_changed)
        for pane in (self.left, self.right):
            pane.fold_opened.connect(self._open_fold)
            pane.columns_changed.connect(self._columns_changed)
        self.left.verticalScrollBar().valueChanged.connect(self.right.verticalScrollBar().setValue)
        self.right.verticalScrollBar().valueChanged.connect(self.left.verticalScrollBar().setValue)
        self.left.verticalScrollBar().valueChanged.connect(self._scrolled)

    # What is shown

    @property
    def diff(self) -> Diff | None:
        return self._diff

    @property
    def is_unified(self) -> bool:
        return self.mode.value() == UNIFIED

    def set_diff(self, diff: Diff, left: str, right: str) -> None:
        """Show a comparison; `left` and `right`: what stands on either side, in words."""
        self._diff, self._titles = diff, (left, right)
        self._opened.clear()
        self._most, self._at = MOST, -1
        self.head.say(counts_text(diff))
        self.notes.setText(" ".join(diff.notes))
        self.notes.setVisible(bool(diff.notes))
        if not diff.lines:
            self._nothing("Nothing to compare", "Neither side has anything here.")
            return
        self.pages.setCurrentWidget(self.panes)
        self._lay_out()

    def clear(self, title: str, text: str) -> None:
        """Show words instead."""
        self._diff = None
        self.head.say("")
        self.notes.hide()
        self._nothing(title, text)

    def _nothing(self, title: str, text: str) -> None:
        self.layout_shown = Layout()
        for pane in (self.left, self.right):
            pane.set_lines(())
        self.empty.set_words(title, text)
        self.pages.setCurrentWidget(self.empty)
        self._sync()

    def _lay_out(self) -> None:
        if self._diff is None:
            return
        unified = self.is_unified
        columns = self.left.columns() if unified else min(self.left.columns(), self.right.columns())
        self.layout_shown = lay_out(self._diff, self._opened, columns, unified=unified, most=self._most)
        left, right = self.layout_shown.sides
        top = self.right.top_line() if not unified else self.left.top_line()
        self.left.set_lines(left)
        self.right.set_lines(right)
        self.right.parentWidget().setVisible(not unified)
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if unified else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.left.setVerticalScrollBarPolicy(policy)
        words = f"{self._titles[0]}  →  {self._titles[1]}" if unified else self._titles[0]
        for note, text in zip(self.titles, (words, self._titles[1]), strict=True):
            note.setText(text)
            note.setToolTip(text)
        self.left.verticalScrollBar().setValue(top)
        if 0 <= self._at < len(self.layout_shown.hunks):
            self._go_to(self._at)
        else:
            self._at = -1
        self._sync()

    def changeEvent(self, event: QEvent) -> None:
        """Presenting, what is private is hidden at once."""
        super().changeEvent(event)
        if is_theme_change(event) and self._presented != revision():
            self._presented = revision()
            self._lay_out_again()

    def _lay_out_again(self) -> None:
        if self.pages.currentWidget() is self.panes:
            self._lay_out()

    def _columns_changed(self) -> None:
        self._width.start()

    def _mode_changed(self, _mode: str) -> None:
        self._lay_out_again()

    def switch_view(self) -> None:
        """From side by side to unified, and back."""
        self.mode.set_value(SIDES if self.is_unified else UNIFIED)

    # Folds

    def _open_fold(self, row: int) -> None:
        lines = self.layout_shown.sides[0]
        if self.layout_shown.rest and lines[-1].row == row:
            self._show_more()
        else:
            self._opened.add(row)
            self._lay_out()

    def _show_more(self) -> None:
        self._most += MOST
        self._lay_out()

    def _scrolled(self, value: int) -> None:
        """Whoever comes to the end is shown more."""
        if self.layout_shown.rest and value >= self.left.verticalScrollBar().maximum() > 0:
            self._end.start()

    def _at_end(self) -> None:
        bar = self.left.verticalScrollBar()
        if self.layout_shown.rest and bar.value() >= bar.maximum():
            self._show_more()

    def unfold(self) -> None:
        """Show all equal lines; where all are shown, fold them."""
        if self._diff is None:
            return
        if self.layout_shown.folded:
            self._opened = {first for first, _ in prepared(self._diff).folds or ()}
        else:
            self._opened.clear()
        self._lay_out()

    # From one to the next

    def next_change(self) -> None:
        """Go to the next difference; after the last one the first."""
        self._step(1)

    def previous_change(self) -> None:
        """Go to the difference before; before the first one the last."""
        self._step(-1)

    def _step(self, by: int) -> None:
        while self._at + by >= len(self.layout_shown.hunks) and self.layout_shown.rest:
            self._show_more()
        count = len(self.layout_shown.hunks)
        if count:
            self._go_to(count - 1 if self._at < 0 and by < 0 else (self._at + by) % count)

    def _go_to(self, number: int) -> None:
        self._at = number
        first, last = self.layout_shown.hunks[number]
        panes = (self.left,) if self.is_unified else (self.left, self.right)
        for pane in panes:
            pane.set_current(first, last)
        self._sync()

    def _sync(self) -> None:
        count = self._diff.places if self._diff is not None and self.layout_shown.hunks else 0
        for key in ("next-change", "previous-change"):
            self._commands[key].setEnabled(bool(count))
        shown = self.pages.currentWidget() is self.panes
        for key in ("unfold", "copy", "switch-view"):
            self._commands[key].setEnabled(shown)
        words = f"{self._at + 1:,} of {count:,}" if self._at >= 0 else f"{count:,} place{'s' if count != 1 else ''}"
        self.place.setText(words if count else "")

    # Copying

    def text(self) -> str:
        """The differences as text."""
        return as_text(self._diff, *self._titles) if self._diff is not None else ""

    def copy(self) -> None:
        """Put the differences on the clipboard."""
        if self._bridge is None:
            self._copied_text(self.text())
        elif self._copying is None:
            self._copying = self._bridge.blocking(self._clean_text, label="Copying the differences", owner=self)
            self._copying.finished.connect(self._copied)

    def _clean_text(self) -> str:
        """In the pool."""
        return self._clean(self.text()) if self._clean is not None else self.text()

    def _copied(self) -> None:
        operation, self._copying = self._copying, None
        if operation is not None and operation.result is not None:
            self._copied_text(operation.result)

    def _copied_text(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.said.emit("Copied the differences.", "muted")
