"""The bench of a function tool: arguments that fit it or not, a mock of its answer, and what a model makes of both."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from playground.core.schemas.trying import MOCKS
from playground.widgets.code import CodeView
from playground.widgets.controls import CommandButton, HairLine, IconButton, IdLabel, SectionLabel
from playground.widgets.controls.growing import GrowingEdit
from playground.widgets.form.json_edit import JsonEdit, Mark
from playground.widgets.presentation import tip
from playground.widgets.style_parts import rounded
from playground.widgets.surface import Text
from playground.widgets.theme import scaled

if TYPE_CHECKING:
    from playground.core.schemas.trying import Checked
    from playground.widgets.commands import Command

OWN = "Another"


class SayField(QWidget):
    """What somebody says to the model, in a box that grows. `sent`: Ctrl+Enter."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = GrowingEdit("Say something", most=5)
        self.edit.setObjectName("schemas.bench.said")
        self.edit.setAccessibleName("What is said to the model")
        column = QVBoxLayout(self)
        column.setContentsMargins(9, 5, 9, 5)
        column.addWidget(self.edit)
        self.setFocusProxy(self.edit)

    def paintEvent(self, _event: QPaintEvent) -> None:
        focus = self.edit.hasFocus()
        rounded(QPainter(self), self.rect(), "surface", "accent" if focus else "line", width=1.5 if focus else 1)


class BenchTab(QWidget):
    """`edited`: the arguments, the answer or what is said, by hand. `shown`: it is seen again."""

    edited = Signal()
    shown = Signal()
    opened = Signal()
    """The request ID was clicked."""

    def __init__(self, commands: dict[str, Command], bar: QWidget, parent: QWidget | None = None) -> None:
        """`commands`: ask, another, send, stop and copy. `bar`: asks about the budget."""
        super().__init__(parent)
        self.setObjectName("schemas.bench")
        self.setAccessibleName("Test bench of the tool")
        self._quiet = False
        self.commands = commands
        self.said = SayField()
        self.words = Text("", "muted", size=12, elide=True)
        self.words.setObjectName("schemas.bench.words")
        self.id = IdLabel("", limit=12)
        self.id.setObjectName("schemas.bench.request_id")
        self.id.opened.connect(self._open)
        self.arguments = self._editor("arguments", "Arguments of the call")
        self.answer = self._editor("answer", "Answer of the tool")
        self.mocks = QComboBox()
        self.mocks.setObjectName("schemas.bench.mock")
        self.mocks.setAccessibleName("Mock of the tool's answer")
        for key, title, _text in MOCKS:
            self.mocks.addItem(title, key)
        self.mocks.addItem(OWN, "")
        self.answered = Text("", "muted", size=12, elide=True)
        self.answered.setObjectName("schemas.bench.answered")
        self.turns = CodeView("", "json", wrap=True, copies=False)
        self.turns.setObjectName("schemas.bench.turns")
        self.turns.setAccessibleName("The conversation as it is sent")
        self._build(bar)
        self.show_answer(MOCKS[0][2])
        self.mocks.currentIndexChanged.connect(self._mock_chosen)
        self.said.edit.textChanged.connect(self._edited)

    def _editor(self, name: str, title: str) -> JsonEdit:
        edit = JsonEdit()
        edit.setObjectName(f"schemas.bench.{name}")
        edit.setAccessibleName(title)
        edit.edited.connect(self._edited)
        return edit

    def _build(self, bar: QWidget) -> None:
        get = self.commands.__getitem__
        ask = QHBoxLayout()
        ask.setContentsMargins(20, 10, 12, 10)
        ask.setSpacing(8)
        ask.addWidget(self.said, 1)
        self.ask = CommandButton(get("ask"), "primary", text="Ask", shortcut=False)
        self.stop = CommandButton(get("stop"), "plain", text="Stop", shortcut=False)
        self.stop.hide()
        for button in (self.ask, self.stop):
            ask.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        another = IconButton(get("another"), size=26)
        send = CommandButton(get("send"), "quiet", text="Send the answer", shortcut=False)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setObjectName("schemas.bench.splitter")
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        parts = (
            _part("Arguments", self.arguments, (self.words, self.id, another)),
            _part("Answer of the tool", self.answer, (None, self.mocks)),
            _part("Conversation", _inset(self.turns), (self.answered, send, IconButton(get("copy"), size=26))),
        )
        for part, least in zip(parts, (110, 84, 90), strict=True):
            part.setMinimumHeight(scaled(least))
            self.splitter.addWidget(part)
        self.splitter.setSizes([210, 100, 200])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(ask)
        column.addWidget(bar)
        column.addWidget(HairLine())
        column.addWidget(self.splitter, 1)

    # What stands in it

    def show_arguments(self, text: str) -> None:
        """Other arguments, as nobody's edit."""
        self.arguments.show_text(text)
        self.arguments.set_marks([])

    def show_answer(self, text: str) -> None:
        """Another answer of the tool; the mock that it is, is chosen."""
        self.answer.show_text(text)
        self._choose_mock()

    def _choose_mock(self) -> None:
        text = self.answer.text()
        key = next((key for key, _title, mock in MOCKS if mock == text), "")
        self._quiet = True
        self.mocks.setCurrentIndex(self.mocks.findData(key))
        self._quiet = False

    def _mock_chosen(self, _index: int) -> None:
        if self._quiet:
            return
        key = self.mocks.currentData()
        text = next((mock for one, _title, mock in MOCKS if one == key), None)
        if text is None:
            self.answer.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.answer.show_text(text)
            self.edited.emit()

    def _edited(self) -> None:
        if self.sender() is self.answer:
            self._choose_mock()
        self.edited.emit()

    def say_to(self, model: str) -> None:
        """Which model is asked, in the empty field."""
        self.said.edit.setPlaceholderText(f"Say something{f' to {model}' if model else ''}")

    # What is said of it

    def show_checked(self, checked: Checked, *, words: bool = True) -> None:
        """Whether the arguments fit, and where not. `words`: whether to say it, too."""
        self.arguments.set_marks([Mark(start, end, words) for start, end, words in checked.marks])
        if words:
            self.say(checked.words, "good" if checked.fits else "error", checked.more)

    def say(self, words: str, role: str, more: str = "") -> None:
        """Beside the arguments."""
        self.words.set_role(role)
        self.words.set_text(words)
        self.words.setToolTip(tip(more))

    def say_of_answer(self, words: str, role: str = "muted") -> None:
        """Beside the conversation."""
        self.answered.set_role(role)
        self.answered.set_text(words)

    def show_turns(self, turns: list[Any]) -> None:
        """The conversation, a turn on a line or more."""
        self.turns.set_text(json.dumps(turns, ensure_ascii=False, indent=2), "json")

    def show_running(self, running: bool) -> None:
        self.ask.setVisible(not running)
        self.stop.setVisible(running)

    def _open(self, _request_id: str) -> None:
        self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.ask.isVisibleTo(self):
            self.commands["ask"].trigger()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()


def _inset(body: QWidget) -> QWidget:
    """With room around: what has a frame of its own does not touch the part's edges."""
    around = QWidget()
    column = QVBoxLayout(around)
    column.setContentsMargins(20, 2, 12, 12)
    column.addWidget(body)
    return around


def _part(title: str, body: QWidget, beside: tuple[QWidget | None, ...]) -> QWidget:
    """A title with what stands beside it (None: room), over what it is about."""
    part = QWidget()
    head = QHBoxLayout()
    head.setContentsMargins(20, 4, 12, 4)
    head.setSpacing(8)
    head.addWidget(SectionLabel(title))
    for widget in beside:
        if widget is None:
            head.addStretch(1)
        else:
            head.addWidget(widget, 1 if isinstance(widget, Text) else 0)
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addLayout(head)
    column.addWidget(body, 1)
    return part
