"""The left column: instructions, messages, and the bar with Run and Stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from playground.core.runs import Message
from playground.panels.compose.foot import PromptFoot
from playground.panels.compose.messages import MessageList, token_words
from playground.widgets.commands import Command, CommandRegistry
from playground.widgets.controls import CommandButton, HairLine, IconButton, Label, SectionLabel
from playground.widgets.controls.growing import EditorBox, GrowingEdit

if TYPE_CHECKING:
    from playground.panels.compose.counting import Estimate

MARGIN = 16
LEAST = 300
"""Pixels of the column's width."""
BAR = 8
"""Pixels of a scroll bar."""


class ColumnArea(QScrollArea):
    """Scrolls downwards only, and is never narrower than what is in it."""

    def minimumSizeHint(self) -> QSize:
        content = self.widget()
        width = content.minimumSizeHint().width() if content is not None else 0
        return QSize(width + BAR, super().minimumSizeHint().height())


def scrolled(content: QWidget, name: str, accessible: str) -> QScrollArea:
    """A column that scrolls downwards only and lies on the window's colour."""
    area = ColumnArea()
    area.setObjectName(name)
    area.setAccessibleName(accessible)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setBackgroundRole(QPalette.ColorRole.Window)
    area.setWidget(content)
    content.setAutoFillBackground(False)
    return area


class PromptColumn(QWidget):
    """What is asked. `edited`: the instructions, a message or a role changed."""

    edited = Signal()

    def __init__(self, commands: CommandRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compose.prompt")
        self.instructions = GrowingEdit("What the model is told before the messages", lines=3, most=12)
        self.instructions.setObjectName("compose.instructions")
        self.instructions.setAccessibleName("Instructions")
        self.messages = MessageList()
        self.status = Label("", "muted", 12, wrap=True)
        self.status.setObjectName("compose.status")
        self.status.setAccessibleName("State of the run")
        self.foot = PromptFoot()
        self._told = Label("", "muted", 11)
        self._told.setObjectName("compose.instructions.tokens")
        self._commands = commands
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(0)
        self._follow.timeout.connect(self._reveal)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def minimumSizeHint(self) -> QSize:
        """Never narrower than the bar with Run and Stop."""
        least = super().minimumSizeHint()
        return QSize(max(LEAST, least.width()), least.height())

    def build(self, question: QWidget) -> None:
        """Put the parts in their places, once the commands that the buttons show are there. `question`: what may have
        to be answered before a run."""
        self._written_parts = [self._title(), HairLine(), self._written()]
        for part in self._written_parts:
            self._column.addWidget(part, 1 if part is self._written_parts[-1] else 0)
        self._column.addWidget(HairLine())
        self._column.addWidget(question)
        self._column.addWidget(self._run_bar())
        self.instructions.textChanged.connect(self.edited)
        self.messages.edited.connect(self.edited)
        self.instructions.cursorPositionChanged.connect(self._follow.start)
        self.messages.cursor_moved.connect(self._follow.start)

    def _command(self, command_id: str) -> Command:
        command = self._commands.get(command_id)
        assert command is not None, f"{command_id} is not registered"
        return command

    def _title(self) -> QWidget:
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(MARGIN, 9, MARGIN - 4, 9)
        row.setSpacing(4)
        row.addWidget(Label("Prompt", "text", 13, 600))
        row.addStretch(1)
        for command_id in ("compose.history", "compose.restore", "compose.new"):
            row.addWidget(IconButton(self._command(command_id)))
        return bar

    def _written(self) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, MARGIN)
        column.setSpacing(0)
        upper = QVBoxLayout()
        upper.setContentsMargins(MARGIN, 14, MARGIN, MARGIN)
        upper.setSpacing(8)
        heading = QHBoxLayout()
        heading.addWidget(SectionLabel("Instructions"))
        heading.addStretch(1)
        heading.addWidget(self._told)
        upper.addLayout(heading)
        self._box = EditorBox(self.instructions)
        upper.addWidget(self._box)
        column.addLayout(upper)
        column.addWidget(HairLine())
        lower = QVBoxLayout()
        lower.setContentsMargins(MARGIN, 9, MARGIN, 0)
        lower.setSpacing(6)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(SectionLabel("Messages"))
        head.addStretch(1)
        add = CommandButton(self._command("compose.add_message"), "quiet", text="Message")
        head.addWidget(add)
        lower.addLayout(head)
        lower.addWidget(self.messages)
        column.addLayout(lower)
        column.addStretch(1)
        self.area = scrolled(content, "compose.prompt.area", "Prompt")
        return self.area

    def _run_bar(self) -> QWidget:
        bar = QWidget()
        column = QVBoxLayout(bar)
        column.setContentsMargins(MARGIN, 12, MARGIN, 12)
        column.setSpacing(10)
        column.addWidget(self.foot)
        row = QHBoxLayout()
        column.addLayout(row)
        row.setSpacing(8)
        row.addWidget(self.status, 1)
        self.stop = CommandButton(self._command("compose.stop"))
        self.run = CommandButton(self._command("compose.run"), "primary")
        row.addWidget(self.stop)
        row.addWidget(self.run)
        return bar

    def cover(self, widget: QWidget) -> None:
        """Something that can stand in the prompt's place."""
        self._cover = widget
        self._column.insertWidget(0, widget, 1)

    def set_covered(self, covered: bool) -> None:
        """Show it, or the prompt."""
        self._cover.setVisible(covered)
        for part in self._written_parts:
            part.setVisible(not covered)

    def set_prompt(self, instructions: str, messages: tuple[Message, ...]) -> None:
        """Show another prompt."""
        self.instructions.set_text(instructions)
        self.messages.set_messages(messages)

    def mark_instructions(self, words: str) -> None:
        """Say what a server said of the instructions."""
        self._box.trouble.say(words)

    def instructions_trouble(self) -> str:
        """What is said of them."""
        return "" if self._box.trouble.isHidden() else self._box.trouble.text()

    def unmark(self) -> None:
        """Take away what servers said."""
        self._box.trouble.forget()
        self.messages.unmark()

    def show_estimate(self, estimate: Estimate) -> None:
        """Show what was counted: in the foot, and at each text its own."""
        self.foot.show_estimate(estimate)
        self._told.setText(token_words(estimate.instructions))
        self.messages.show_tokens(estimate.messages)

    def show_end(self) -> None:
        """Go to the end of the last message."""
        card = self.messages.cards[-1]
        card.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        card.editor.to_end()
        self._follow.start()

    def _reveal(self) -> None:
        """Keep the line that is being written in view; the layout knows its place by now."""
        editor = self.window().focusWidget()
        content = self.area.widget()
        if isinstance(editor, GrowingEdit) and content is not None and content.isAncestorOf(editor):
            place = editor.viewport().mapTo(content, editor.cursorRect().center())
            self.area.ensureVisible(place.x(), place.y(), 0, 32)
