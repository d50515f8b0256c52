"""One side of an exchange: headers, and the body as a JSON tree where it is JSON, else as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from playground.core.exchanges.shown import BodyText, MessageText
from playground.core.plain import decode
from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import Segmented
from playground.widgets.plain import ReadOnlyText
from playground.widgets.surface import Text

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from playground.bridge import Bridge
    from playground.widgets.json import JsonView

BODY, HEADERS = "body", "headers"


class MessagePage(QWidget):
    """Body and headers of one side of the last attempt. What shows JSON is made when some is to be seen."""

    def __init__(
        self,
        name: str,
        bridge: Bridge,
        commands: CommandRegistry,
        parent: QWidget | None = None,
        *,
        place: str = "requests",
    ) -> None:
        """`name`: `request` or `response`; `place`: what the objects' names begin with."""
        super().__init__(parent)
        self._name, self._bridge, self._commands = name, bridge, commands
        self._place = place
        self._message = MessageText("", BodyText("", ""))
        self._parts = Segmented([(BODY, "Body"), (HEADERS, "Headers")], name=f"Parts of the {name}")
        self._parts.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        for pill in self._parts.findChildren(QAbstractButton):
            pill.setObjectName(f"{place}.{name}.{pill.text().lower()}")
        self._note = Text("", "muted", size=12, elide=True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._body, self._headers = ReadOnlyText(), ReadOnlyText()
        self.json: JsonView | None = None
        self._shown = b""
        """What the JSON view was given."""
        self._stack = QStackedWidget()
        for view, part in ((self._body, BODY), (self._headers, HEADERS)):
            view.setObjectName(f"{place}.{name}.{part}.view")
            view.setAccessibleName(f"The {part} of the {name}")
            self._stack.addWidget(view)
        self._parts.changed.connect(self._refresh)
        self._head = QHBoxLayout()
        self._head.setContentsMargins(16, 4, 8, 4)
        self._head.setSpacing(16)
        self._head.addWidget(self._parts)
        self._head.addWidget(self._note, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._head)
        layout.addWidget(self._stack, 1)

    def set_message(self, message: MessageText) -> None:
        self._message = message
        self._note.set_text(message.body.note)
        self._headers.show_text(message.head)
        self._body.show_text(message.body.text)
        if self.json is not None and self._shown != message.body.json:
            self._shown = b""
            self.json.clear()
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _refresh(self) -> None:
        """Show what is chosen."""
        body = self._parts.value() == BODY
        data = self._message.body.json if body else b""
        if data and not self.isVisible():
            return  # it is shown, and the view for it made, when the tab is opened
        if data:
            view = self._json_view()
            self._stack.setCurrentWidget(view)
            if self._shown != data:
                self._shown = data
                view.set_bytes(data, bridge=self._bridge)
        else:
            self._stack.setCurrentWidget(self._body if body else self._headers)
        if self.json is not None:
            self.json.head.setVisible(bool(data))
        self._note.setVisible(not data)

    def _json_view(self) -> JsonView:
        if self.json is None:
            from playground.widgets.json import JsonView

            self.json = JsonView(f"{self._place}.{self._name}.json", self._commands, group=f"JSON of the {self._name}")
            self.json.setAccessibleName(f"The body of the {self._name}")
            self._stack.addWidget(self.json)
            self.json.head.layout().setContentsMargins(0, 0, 0, 0)
            self._head.addWidget(self.json.head, 1)
        return self.json

    def text(self) -> str:
        """Headers and body, for tests."""
        body = self._message.body
        return f"{self._headers.text()}\n\n{decode(body.json) if body.json else body.text}"
