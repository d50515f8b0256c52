"""The foot of the prompt: its tokens and cost, how much of the model's context it fills, and what is wrong there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.widgets.controls import Label
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, scaled, ui_font
from playground.widgets.themed import Themed

if TYPE_CHECKING:
    from playground.panels.compose.counting import Estimate

BAR = 44
"""Pixels of the meter's bar."""
FULL = 0.9
"""The share of the context from which on the meter warns."""


class ContextMeter(Themed, QWidget):
    """A small bar and a number: how much of the context window the prompt fills. Hidden where that is not known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self._role = "accent"
        self.setObjectName("compose.context")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()
        self.retheme()

    def show_share(self, share: float | None, tokens: int, context: int | None, *, warns: bool) -> None:
        """`share` of the context, 1.0 is all of it."""
        self.setVisible(share is not None and tokens > 0)
        if share is None:
            return
        self._share = share
        self._role = "error" if share > 1 else "warning" if warns or share > FULL else "accent"
        words = f"{tokens:,} of the model's {context:,} tokens of context, {self.text()}"
        self.setToolTip(words)
        self.setAccessibleName(f"Context: {words}")
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The share in percent."""
        percent = self._share * 100
        if percent >= 9.95:
            return f"{percent:,.0f} %"
        return f"{percent:.1f} %" if percent >= 0.1 else "under 0.1 %"

    def role(self) -> str:
        """accent, warning or error."""
        return self._role

    def retheme(self) -> None:
        self.setFont(ui_font(12))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self.text()) + scaled(BAR) + 8, scaled(18))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        wide, y = scaled(BAR), (self.height() - 4) / 2
        rounded(painter, QRectF(0, y, wide, 4), "line", None, 2)
        if self._share > 0:
            rounded(painter, QRectF(0, y, max(4.0, wide * min(1.0, self._share)), 4), self._role, None, 2)
        painter.setPen(color("muted" if self._role == "accent" else self._role))
        painter.drawText(self.rect().adjusted(wide + 8, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())


class PromptFoot(QWidget):
    """Hidden while nothing was counted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tokens = Label("", "muted", 12, wrap=True)
        self.tokens.setObjectName("compose.tokens")
        self.meter = ContextMeter()
        self.warning = Label("", "warning", 12, wrap=True)
        self.warning.setObjectName("compose.tokens.warning")
        self.warning.hide()
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.tokens, 1)
        row.addWidget(self.meter, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.warning)
        self._trouble = ""
        self.hide()

    def show_trouble(self, words: str) -> None:
        """Say why the server's own count is missing, until the prompt changes."""
        self._trouble = words
        self._warn(words, "warning")
        self.show()

    def _warn(self, words: str, role: str) -> None:
        self.warning.setText(words)
        self.warning.set_role(role)
        self.warning.setVisible(bool(words))

    def show_estimate(self, estimate: Estimate) -> None:
        trouble, self._trouble = self._trouble, ""
        words, warning = estimate.words(), estimate.warning() or trouble
        self.setVisible(bool(words))
        self.tokens.setText(words)
        self.tokens.setToolTip(estimate.tip())
        self.meter.show_share(estimate.share, estimate.tokens, estimate.context, warns=bool(estimate.warning()))
        self._warn(warning, "error" if self.meter.role() == "error" else "warning")
