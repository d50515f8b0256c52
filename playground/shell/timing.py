"""The small bar of an attempt: connecting, waiting for the server, the answer coming in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.widgets.theme import current_theme

if TYPE_CHECKING:
    from playground.core.exchanges import Timings


def paint_timings(painter: QPainter, rect: QRect, timings: Timings, total: float, role: str = "accent") -> None:
    """Paint one attempt over `total` seconds into a rectangle; `role` colours the answer."""
    theme = current_theme()
    connected = min(timings.connected or 0.0, total)
    answered = min(timings.first_byte if timings.first_byte is not None else total, total)
    marks = (
        (0.0, connected, "line_strong"),
        (connected, answered, "accent_light" if role == "accent" else role),
        (answered, total, role),
    )
    path = QPainterPath()
    path.addRoundedRect(QRectF(rect), 2, 2)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    scale = rect.width() / total if total > 0 else 0.0
    for begin, end, colour in marks:
        if end > begin:
            painter.fillRect(
                QRectF(rect.left() + begin * scale, rect.top(), (end - begin) * scale, rect.height()),
                theme.color(colour),
            )
    painter.restore()


class TimingBar(QWidget):
    """One attempt's bar, as wide as there is room. The words beside it say the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._timings: Timings | None = None
        self._total, self._role = 0.0, "accent"
        self.setMinimumWidth(40)

    def set_timings(self, timings: Timings, total: float | None, role: str = "accent") -> None:
        """`total`: seconds of the whole attempt."""
        known = [value for value in (timings.last_byte, timings.first_token, timings.first_byte, timings.sent) if value]
        self._timings, self._total, self._role = timings, total or max(known, default=0.0), role
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._timings is not None and self._total > 0:
            paint_timings(QPainter(self), self.rect(), self._timings, self._total, self._role)
