"""A seek bar that shows the sound: what was played in the accent's colour."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, scaled

STEP = 5.0
"""Seconds of an arrow key."""


def clock(seconds: float) -> str:
    """`0:03`, `12:40`, `1:02:03`."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


class WaveSlider(QSlider):
    """Values are milliseconds. A press goes there; arrow keys go by five seconds. `sliderMoved` carries what a person
    chose; `setValue` tells nobody."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName(name)
        self._peaks: Sequence[tuple[float, float]] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSingleStep(round(STEP * 1000))
        self.actionTriggered.connect(self._acted)

    def set_sound(self, peaks: Sequence[tuple[float, float]], seconds: float) -> None:
        """Another sound, at its beginning."""
        self._peaks = peaks
        self.setRange(0, round(seconds * 1000))
        self.setPageStep(max(1000, round(seconds * 100)))
        self.set_position(0.0)

    def set_position(self, seconds: float) -> None:
        """Where the sound is. While a person drags, the place is theirs."""
        if not self.isSliderDown():
            self.setValue(round(seconds * 1000))
        self.setAccessibleName(f"Position, {clock(seconds)} of {clock(self.maximum() / 1000)}")

    def _acted(self, _action: int) -> None:
        self.sliderMoved.emit(self.sliderPosition())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.isEnabled():
            self.setSliderDown(True)
            self._go_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._go_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def _go_to(self, x: float) -> None:
        share = min(1.0, max(0.0, x / max(1, self.width())))
        self.setValue(round(share * self.maximum()))
        self.sliderMoved.emit(self.value())

    def sizeHint(self) -> QSize:
        return QSize(200, scaled(96))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, scaled(64))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rounded(painter, self.rect(), "sunken", "accent" if self.hasFocus() else "line", 8)
        width, middle = self.width() - 2, self.height() / 2
        played = 1 + width * self.value() / max(1, self.maximum())
        painter.setPen(Qt.PenStyle.NoPen)
        bars = max(1, width // 4)
        for bar in range(bars if self._peaks else 0):
            first = bar * len(self._peaks) // bars
            part = self._peaks[first : max(first + 1, (bar + 1) * len(self._peaks) // bars)]
            height = max(1.0, max(max(high, -low) for low, high in part) * (middle - 10))
            x = 3 + bar * 4
            painter.setBrush(color("accent" if x < played else "line_strong"))
            painter.drawRoundedRect(QRectF(x, middle - height, 2, 2 * height), 1, 1)
        if self.isEnabled():
            painter.fillRect(QRectF(played, 4, 1, self.height() - 8), color("accent"))
