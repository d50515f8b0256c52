"""Where a message is written: JSON, marked where it is none, sent by Ctrl+Enter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QComboBox, QFrame, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from playground.core.jsondoc import Fault, parse
from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import CommandButton, HairLine
from playground.widgets.heads import Head
from playground.widgets.json.head import FaultLine
from playground.widgets.presentation import shown_line
from playground.widgets.theme import color, mono_font, scaled
from playground.widgets.themed import Themed

PAUSE_MS = 120
"""After the last key, before what is written is looked at."""
REMEMBERED = 100
"""Messages that were sent, and can be had back."""


class JsonEdit(Themed, QPlainTextEdit):
    """Plain monospaced text with a mark where it is no JSON."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fault: Fault | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.document().setDocumentMargin(12)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.retheme()

    def retheme(self) -> None:
        self.setFont(mono_font(12))
        self.mark(self._fault)

    def mark(self, fault: Fault | None) -> None:
        """Underline where the fault is; None: nowhere."""
        self._fault = fault
        marks = []
        if fault is not None:
            block = self.document().findBlockByNumber(fault.line - 1)
            cursor = QTextCursor(block if block.isValid() else self.document().lastBlock())
            steps = min(max(0, fault.column - 1), max(0, block.length() - 2))
            cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.MoveAnchor, steps)
            cursor.movePosition(QTextCursor.MoveOperation.EndOfWord, QTextCursor.MoveMode.KeepAnchor)
            if not cursor.hasSelection():
                cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor)
            if not cursor.hasSelection():
                cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor)
            look = QTextCharFormat()
            look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            look.setUnderlineColor(QColor(color("error")))
            look.setBackground(color("error_soft"))
            mark = QTextEdit.ExtraSelection()
            mark.cursor, mark.format = cursor, look  # type: ignore[attr-defined]
            marks.append(mark)
        self.setExtraSelections(marks)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # A line break is what Enter is for; with Ctrl the command has it.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier
        ):
            event.ignore()
            return
        super().keyPressEvent(event)


class Composer(QWidget):
    """`send_wanted` carries the JSON that was written, as Python has it."""

    send_wanted = Signal(object)

    def __init__(self, name: str, commands: CommandRegistry, parent: QWidget | None = None, *, group: str) -> None:
        super().__init__(parent)
        self._open = False
        self._templates: list[Any] = []
        self._sent: list[str] = []
        self._back = 0
        self.fault: Fault | None = None
        add = commands.add
        self.send = add(
            f"{name}.send", "Send Message", self._send, group=group, shortcut="Ctrl+Return", scope=self, enabled=False
        )
        self._previous = add(
            f"{name}.previous", "Previous Message", self.previous, group=group, shortcut="Alt+Up", scope=self
        )
        self._next = add(f"{name}.next", "Next Message", self.following, group=group, shortcut="Alt+Down", scope=self)
        self.edit = JsonEdit()
        self.edit.setObjectName(f"{name}.message")
        self.edit.setAccessibleName("Message to send, as JSON")
        self.edit.setPlaceholderText("A message as JSON. Ctrl+Enter sends it.")
        self.templates = QComboBox()
        self.templates.setObjectName(f"{name}.templates")
        self.templates.setAccessibleName("Templates of messages")
        self.templates.setMinimumContentsLength(14)
        self.templates.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.templates.activated.connect(self._take_template)
        self.head = Head()
        self.head.row.addWidget(self.templates)
        self.head.row.addWidget(self.head.note, 1)
        self.head.row.addWidget(CommandButton(self.send, "primary", text="Send"))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.check)
        self.edit.textChanged.connect(self._pause.start)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.fault_line = FaultLine(name)
        for widget in (HairLine(), self.head, self.fault_line, self.edit):
            column.addWidget(widget)
        self.setMinimumHeight(scaled(120))
        self.set_templates(())
        self.check()

    def set_templates(self, templates: Sequence[tuple[str, Any]]) -> None:
        """Titles with JSON as Python has it."""
        self._templates = [value for _, value in templates]
        self.templates.clear()
        self.templates.addItem("Templates")
        for title, _ in templates:
            self.templates.addItem(shown_line(title))
        self.templates.setVisible(bool(templates))

    def set_open(self, is_open: bool) -> None:
        """Whether a message can be sent now."""
        self._open = is_open
        self._enable()

    def set_text(self, text: str) -> None:
        self.edit.setPlainText(text)
        self.edit.moveCursor(QTextCursor.MoveOperation.End)
        self.check()

    def text(self) -> str:
        return self.edit.toPlainText()

    def check(self) -> None:
        """Look at what is written."""
        self._pause.stop()
        text = self.text()
        self.fault = parse(text.encode("utf-8", "surrogatepass")).fault if text.strip() else None
        self.edit.mark(self.fault)
        self._enable()

    def _enable(self) -> None:
        written = bool(self.text().strip())
        self.send.setEnabled(self._open and written and self.fault is None)
        self.fault_line.say(str(self.fault) if self.fault is not None else "")
        self.head.say("" if self._open else "Not connected")
        self._previous.setEnabled(self._back < len(self._sent))
        self._next.setEnabled(self._back > 0)

    def _take_template(self, place: int) -> None:
        if place > 0:
            self.set_text(json.dumps(self._templates[place - 1], ensure_ascii=False, indent=2))
            self.edit.setFocus()
        self.templates.setCurrentIndex(0)

    def _send(self) -> None:
        self.check()
        text = self.text()
        if not self.send.isEnabled():
            return
        if not self._sent or self._sent[-1] != text:
            self._sent = [*self._sent[1 - REMEMBERED :], text]
        self._back = 0
        self.send_wanted.emit(json.loads(text))
        self.edit.selectAll()
        self._enable()

    def previous(self) -> None:
        """The message that was sent before."""
        self._go_back(1)

    def following(self) -> None:
        self._go_back(-1)

    def _go_back(self, by: int) -> None:
        back = self._back + by
        if by > 0 and self._back == 0 and self._sent and self.text() == self._sent[-1]:
            back += 1  # it stands there already
        if 0 < back <= len(self._sent):
            self._back = back
            self.set_text(self._sent[-back])
        elif back == 0:
            self._back = 0
            self.set_text("")
