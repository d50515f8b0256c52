"""The request and the answer of each attempt: headers and body, pretty and raw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.core.exchanges.shown import DetailTexts, texts_of
from playground.panels.inspector.attempt_choice import AttemptChoice
from playground.widgets.controls import Label
from playground.widgets.message import MessagePage

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.exchanges import ExchangeDetail
    from playground.panels.contract import PanelContext


class MessageTab(QWidget):
    """One side of an attempt; the last one, unless another is chosen."""

    link_opened = Signal(str)
    side = ""

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._texts: DetailTexts | None = None
        self._wanted: ExchangeDetail | None = None
        self._operation: Operation[DetailTexts] | None = None
        self.setObjectName(f"inspector.{self.side}")
        self.page = MessagePage(self.side, context.bridge, context.commands, self, place="inspector")
        self.choice = AttemptChoice(f"inspector.{self.side}.attempt", self)
        self.choice.changed.connect(self._show)
        self.trouble = Label("", "error", 13, wrap=True, selectable=True)
        self.trouble.setContentsMargins(16, 8, 16, 8)
        self.trouble.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.choice)
        layout.addWidget(self.trouble)
        layout.addWidget(self.page, 1)

    def show_detail(self, detail: ExchangeDetail | None) -> None:
        """Lay out in the pool what was read, and show it."""
        self._wanted = detail
        if self._operation is None and detail is not None:
            self._begin()

    def _begin(self) -> None:
        assert self._wanted is not None
        self._operation = self._context.bridge.blocking(
            texts_of, self._wanted, label="Laying out a request", owner=self
        )
        self._operation.finished.connect(self._laid_out)
        self._reading = self._wanted

    def _laid_out(self) -> None:
        operation, self._operation = self._operation, None
        error = operation.error if operation is not None else None
        if self._wanted is not self._reading and self._wanted is not None:
            self._begin()
            return
        if operation is None or operation.state == "cancelled":
            return
        self.trouble.setVisible(error is not None)
        if error is not None:
            self.trouble.setText(f"This request cannot be laid out: {error}")
            return
        self._texts = operation.result
        attempts = self._texts.attempts if self._texts is not None else ()
        self.choice.set_attempts([text.attempt for text in attempts])
        self._show()

    def _show(self) -> None:
        texts, at = self._texts, self.choice.value()
        if texts is not None and 0 <= at < len(texts.attempts):
            attempt = texts.attempts[at]
            self.page.set_message(attempt.request if self.side == "request" else attempt.response)


class RequestTab(MessageTab):
    side = "request"


class ResponseTab(MessageTab):
    side = "response"
