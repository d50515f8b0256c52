"""The small bar of an attempt: connecting, waiting for the server, the answer coming in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

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
