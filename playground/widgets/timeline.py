"""How long an exchange took, as a small bar: connect grey, wait light, streaming accent, failure red."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.widgets.theme import color

if TYPE_CHECKING:
    from playground.core.exchanges.records import Timings

Segment = tuple[str, float, float]
"""Kind (connect, wait, stream, failed, pause), start and end in seconds."""

_ROLES = {"connect": "line_strong", "wait": "accent_light", "stream": "accent", "failed": "error"}
_WORDS = {
    "connect": "connecting",
    "wait": "waiting for the first token",
    "stream": "streaming",
    "failed": "failed",
    "pause": "pause before the next attempt",
}


def segments(timings: Timings, state: str = "done", duration: float | None = None) -> list[Segment]:
    """The parts of one attempt. `state` as in the request log; `duration`: its length in seconds, where it is known."""
    connected = timings.connected or timings.sent or 0.0
    known = (timings.last_byte, timings.first_token, timings.first_byte, timings.sent, timings.connected)
    end = max([duration or 0.0, *(value for value in known if value is not None)])
    if state == "failed":
        return [("connect", 0.0, connected), ("failed", connected, max(end, connected))]
    answered = timings.first_token if timings.first_token is not None else timings.first_byte
    if answered is None:
        return [("connect", 0.0, connected), ("wait", connected, max(end, connected))]
    parts: list[Segment] = [("connect", 0.0, connected), ("wait", connected, answered), ("stream", answered, end)]
    if state in ("cut", "cancelled"):
        parts.append(("failed", end, end + max(end * 0.02, 0.001)))
    return [part for part in parts if part[2] > part[1]]


def paint_segments(painter: QPainter, rect: QRectF, parts: Sequence[Segment], scale: float) -> None:
    """Draw the parts into a rectangle that stands for `scale` seconds; pauses are dotted."""
    if scale <= 0:
        return
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for number, (kind, start, end) in enumerate(parts):
        left = rect.x() + rect.width() * start / scale
        right = rect.x() + rect.width() * end / scale
        right = min(max(right, left + 2), rect.right() + 1)
        bar = QRectF(left, rect.y(), right - left, rect.height())
        if kind == "pause":
            x = bar.left()
            while x < bar.right():
                painter.fillRect(QRectF(x, bar.y(), min(3.0, bar.right() - x), bar.height()), color("line_strong"))
                x += 6
            continue
        painter.setBrush(color(_ROLES.get(kind, "muted")))
        painter.drawRoundedRect(bar, 2, 2)
        if number + 1 < len(parts) and parts[number + 1][0] != "pause" and bar.width() > 4:
            painter.drawRect(bar.adjusted(2, 0, 0, 0))
        if number and parts[number - 1][0] != "pause" and bar.width() > 4:
            painter.drawRect(bar.adjusted(0, 0, -2, 0))
    painter.restore()


class TimingBar(QWidget):
    """The bar of one exchange, or of several attempts one after the other."""

    def __init__(self, timings: Timings | None = None, state: str = "done", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: list[Segment] = []
        self._scale = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if timings is not None:
            self.set_timings(timings, state)

    def set_timings(self, timings: Timings, state: str = "done", duration: float | None = None) -> None:
        """Show one attempt."""
        self.set_segments(segments(timings, state, duration))

    def set_segments(self, parts: Sequence[Segment], scale: float | None = None) -> None:
        """Show parts; `scale`: the seconds of the whole width (None: the end of the last part)."""
        self._parts = list(parts)
        self._scale = scale or max((end for _, _, end in self._parts), default=0.0)
        words = ", ".join(f"{_WORDS.get(kind, kind)} {_seconds(end - start)}" for kind, start, end in self._parts)
        self.setToolTip(words)
        self.setAccessibleName(f"Timing: {words}" if words else "Timing unknown")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(110, 18)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        bar = QRectF(0, (self.height() - 8) / 2, self.width(), 8)
        paint_segments(QPainter(self), bar, self._parts, self._scale)


def _seconds(value: float) -> str:
    return f"{value * 1000:.0f} ms" if round(value, 3) < 1 else f"{value:.1f} s"
