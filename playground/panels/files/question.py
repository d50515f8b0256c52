"""Asks before files are deleted: one is named; of many the count has to be typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from playground.core.filing.listing import RemoteFile
from playground.core.transfers.rules import bytes_text
from playground.widgets.commands import Command, CommandRegistry
from playground.widgets.controls import CommandButton, Label
from playground.widgets.flow import FlowLayout
from playground.widgets.presentation import shown_line
from playground.widgets.theme import color, scaled

NAMED = 3
"""Files that are named."""


class DeleteQuestion(QWidget):
    """Hidden until it asks."""

    agreed = Signal(list)
    """The IDs that are to be deleted."""
    declined = Signal()

    def __init__(self, commands: CommandRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("files.question")
        self._files: tuple[RemoteFile, ...] = ()
        add = commands.add
        self.no = add("files.keep", "Keep Them", self.decline, group="Files", scope=self, enabled=False)
        self.yes = add(
            "files.delete_now", "Delete for Good", self.agree, group="Files", icon="trash-2", scope=self, enabled=False
        )
        self.words = Label("", "text", 13, 500, wrap=True, selectable=True)
        self.more = Label("", "muted", 12, wrap=True, selectable=True)
        self.count = QLineEdit()
        self.count.setObjectName("files.question.count")
        self.count.setAccessibleName("How many files are to be deleted")
        self.count.setFixedWidth(scaled(110))
        self.count.textChanged.connect(self._typed)
        self.count.returnPressed.connect(self._entered)
        self._refrain = CommandButton(self.no, "plain", shortcut=False)
        self._do = CommandButton(self.yes, "plain", shortcut=False)
        buttons = FlowLayout(gap=8, line_gap=8)
        buttons.addWidget(self._refrain)
        buttons.addWidget(self.count)
        buttons.addWidget(self._do)
        row = QHBoxLayout()
        row.addLayout(buttons, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        column.addWidget(self.words)
        column.addWidget(self.more)
        column.addSpacing(2)
        column.addLayout(row)
        self.hide()

    @property
    def is_asking(self) -> bool:
        return not self.isHidden()

    def ask(self, files: Sequence[RemoteFile], where: str) -> None:
        """Ask about these; `where`: the profile's name."""
        self._files = tuple(files)
        many = len(files) > 1
        names = [f"“{shown_line(one.name or one.id)}”" for one in files[:NAMED]]
        rest = len(files) - len(names)
        listed = ", ".join(names) + (f" and {rest:,} more" if rest > 0 else "")
        if many:
            size = bytes_text(sum(max(0, one.size) for one in files))
            self.words.setText(f"Delete {len(files):,} files, {size}, from {where}? Type {len(files)} to agree.")
        else:
            self.words.setText(f"Delete {listed} from {where}?")
        it = "them" if many else "it"
        gone = f"This cannot be undone. Vector stores lose {it}, and batches and jobs that still wait for {it} fail."
        self.more.setText(f"{listed}. {gone}" if many else gone)
        self.setAccessibleName(self.words.source())
        self.no.setText("Keep Them" if many else "Keep It")
        self.count.setVisible(many)
        self.count.clear()
        self.count.setPlaceholderText(str(len(files)))
        self.no.setEnabled(True)
        self.yes.setEnabled(not many)
        self.show()
        if many:
            self.count.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._refrain.setFocus(Qt.FocusReason.OtherFocusReason)  # Enter, pressed once too often, does no harm

    def _typed(self, text: str) -> None:
        self.yes.setEnabled(self.is_asking and text.strip().replace(",", "") == str(len(self._files)))

    def _entered(self) -> None:
        if self.yes.isEnabled():
            self.agree()

    def agree(self) -> None:
        ids = [one.id for one in self._files]
        self.put_away()
        self.agreed.emit(ids)

    def decline(self) -> None:
        self.put_away()
        self.declined.emit()

    def put_away(self) -> None:
        """Ask no more."""
        self._files = ()
        self.no.setEnabled(False)
        self.yes.setEnabled(False)
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focus = self.window().focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focus, CommandButton):
            focus.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.decline()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), color("warning_soft"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, color("line"))


def command_words(count: int) -> str:
    """What the command to delete says."""
    return f"Delete {count:,} Files…" if count > 1 else "Delete…"


def deleting_words(command: Command, count: int) -> None:
    command.setText(command_words(count))
