"""The messages: a card each, with a role, an editor that grows, and a way to remove it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.core.runs import Message
from playground.panels.compose.draft import ROLES
from playground.widgets.controls import Label
from playground.widgets.controls.growing import GrowingEdit, Trouble, paint_box
from playground.widgets.controls.pick import PickButton, SmallButton

_PLACEHOLDERS = {
    "user": "Write a message",
    "assistant": "Empty: the model writes this turn",
    "system": "What the model is told before all else",
    "developer": "What the model is told by the developer",
}


def token_words(tokens: int) -> str:
    """`312 tokens`; nothing for none."""
    return f"{tokens:,} token{'' if tokens == 1 else 's'}" if tokens else ""


class RoleButton(PickButton):
    """`user ▾`."""

    def __init__(self, role: str, parent: QWidget | None = None) -> None:
        super().__init__(ROLES, role, parent)

    def set_role(self, role: str) -> None:
        self.set_value(role)


class MessageCard(QWidget):
    """One message. A click anywhere in it is a click into its text."""

    edited = Signal()
    cursor_moved = Signal()
    entered = Signal(object)
    removed = Signal(object)

    def __init__(self, message: Message, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = (0, 1)
        self.role = RoleButton(message.role, self)
        self.editor = GrowingEdit(_PLACEHOLDERS.get(message.role, "Write a message"), most=20, parent=self)
        self.editor.set_text(message.text)
        self.remove = SmallButton("x", self)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.role)
        head.addStretch(1)
        self.tokens = Label("", "muted", 11)
        head.addWidget(self.tokens)
        head.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(7, 6, 6, 8)
        column.setSpacing(1)
        column.addLayout(head)
        body = QHBoxLayout()
        body.setContentsMargins(4, 0, 0, 0)
        body.addWidget(self.editor)
        column.addLayout(body)
        self.trouble = Trouble(self.editor, self)
        self.trouble.setContentsMargins(4, 4, 4, 0)
        column.addWidget(self.trouble)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.role.chosen.connect(self._role_chosen)
        self.editor.textChanged.connect(self.edited)
        self.editor.cursorPositionChanged.connect(self.cursor_moved)
        self.editor.entered.connect(self._entered)
        self.remove.clicked.connect(self._remove)

    def message(self) -> Message:
        return Message(self.role.text(), self.editor.text())

    def name_parts(self, index: int, count: int) -> None:
        """The names by which tests and screen readers know the parts: they go by the place in the list."""
        self._place = (index, count)
        number = index + 1
        self.setObjectName(f"compose.message.{index}")
        self.setAccessibleName(f"Message {number} of {count}")
        for widget, part, words in (
            (self.role, "role", f"Role of message {number}: {self.role.text()}"),
            (self.editor, "text", f"Message {number}, {self.role.text()}"),
            (self.remove, "remove", f"Remove message {number}"),
        ):
            widget.setObjectName(f"compose.message.{index}.{part}")
            widget.setAccessibleName(words)
        self.tokens.setObjectName(f"compose.message.{index}.tokens")
        self.role.setToolTip("The role of this message")
        self.remove.setToolTip("Remove this message")
        self.remove.setVisible(count > 1)

    def _role_chosen(self, role: str) -> None:
        self.editor.setPlaceholderText(_PLACEHOLDERS.get(role, "Write a message"))
        self.name_parts(*self._place)
        self.edited.emit()

    def _entered(self) -> None:
        self.entered.emit(self)

    def _remove(self) -> None:
        self.removed.emit(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.editor.setFocus(Qt.FocusReason.MouseFocusReason)
        self.editor.to_end()

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_box(self, self.editor.hasFocus(), self.trouble.isVisibleTo(self))


class MessageList(QWidget):
    """The cards, in order. `current` is the one that had the focus last."""

    edited = Signal()
    cursor_moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: list[MessageCard] = []
        self._current: MessageCard | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.setObjectName("compose.messages")
        self.setAccessibleName("Messages")

    @property
    def cards(self) -> tuple[MessageCard, ...]:
        return tuple(self._cards)

    def messages(self) -> tuple[Message, ...]:
        return tuple(card.message() for card in self._cards)

    def show_tokens(self, counts: tuple[int, ...]) -> None:
        """How many tokens each message's text has; messages that came since then say nothing."""
        for index, card in enumerate(self._cards):
            card.tokens.setText(token_words(counts[index]) if index < len(counts) else "")

    def set_messages(self, messages: tuple[Message, ...]) -> None:
        """Show these; cards that say the same stay as they are."""
        for index, message in enumerate(messages):
            if index == len(self._cards):
                self._insert(index, message)
            elif self._cards[index].message() != message:
                card = self._cards[index]
                card.role.set_role(message.role)
                card.editor.set_text(message.text)
        for card in self._cards[len(messages) :]:
            self._drop(card)
        self._rename()
        self.edited.emit()

    def mark(self, message: Message, index: int, words: str) -> None:
        """Say what a server said of the message that was sent as the one at `index`; messages without text are not."""
        sent = [card for card in self._cards if card.message().text.strip()]
        if index < len(sent) and sent[index].message() == message:
            sent[index].trouble.say(words)

    def go_to(self, index: int) -> None:
        """Give the focus to the message that was sent as the one at `index`."""
        sent = [card for card in self._cards if card.message().text.strip()]
        if index < len(sent):
            sent[index].editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def unmark(self) -> None:
        """Take away what servers said."""
        for card in self._cards:
            card.trouble.forget()

    def add(self, role: str, text: str = "") -> MessageCard:
        """A message behind all others."""
        card = self._insert(len(self._cards), Message(role, text))
        self._rename()
        self.edited.emit()
        return card

    def next_role(self) -> str:
        """Who speaks next: the user, after the user the assistant."""
        return "assistant" if self._cards and self._cards[-1].role.text() == "user" else "user"

    @property
    def current(self) -> MessageCard | None:
        """The card that had the focus last, else the last one."""
        return self._current or (self._cards[-1] if self._cards else None)

    def remove(self, card: MessageCard) -> None:
        """Take a card away, unless it is the only one; the focus goes to its neighbour if it was in the card."""
        if len(self._cards) < 2 or card not in self._cards:
            return
        index = self._cards.index(card)
        inside = card.isAncestorOf(self.window().focusWidget() or self)
        self._drop(card)
        self._rename()
        if inside:
            self._cards[min(index, len(self._cards) - 1)].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()

    def move_current(self, step: int) -> None:
        """Move the current card up (−1) or down (1)."""
        card = self.current
        if card is None:
            return
        index = self._cards.index(card)
        target = index + step
        if not 0 <= target < len(self._cards):
            return
        self._cards.insert(target, self._cards.pop(index))
        self._column.removeWidget(card)
        self._column.insertWidget(target, card)
        self._rename()
        self.edited.emit()

    def _insert(self, index: int, message: Message) -> MessageCard:
        card = MessageCard(message, self)
        self._cards.insert(index, card)
        self._column.insertWidget(index, card)
        card.edited.connect(self.edited)
        card.cursor_moved.connect(self.cursor_moved)
        card.entered.connect(self._entered)
        card.removed.connect(self.remove)
        return card

    def _drop(self, card: MessageCard) -> None:
        self._cards.remove(card)
        if self._current is card:
            self._current = None
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _entered(self, card: MessageCard) -> None:
        self._current = card

    def _rename(self) -> None:
        """Names and Tab order follow the places."""
        before: QWidget | None = None
        for index, card in enumerate(self._cards):
            card.name_parts(index, len(self._cards))
            for widget in (card.role, card.editor, card.remove):
                if before is not None:
                    QWidget.setTabOrder(before, widget)
                before = widget
