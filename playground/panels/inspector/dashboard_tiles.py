"""The dashboard's numbers that are read first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, scaled, ui_font
from playground.widgets.themed import Themed

HEIGHT = 76
"""Pixels."""
Align = Qt.AlignmentFlag


class Tile(Themed, QAbstractButton):
    """A title, a number, and what goes with it. A click opens its rows, where there are any."""

    chosen = Signal(str)
    """Its key."""

    def __init__(self, key: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"inspector.dashboard.tile.{key}")
        self._key, self._title, self._number, self._note, self._role = key, title, "–", "", "text"
        self.is_last = False
        """No hairline follows it."""
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._clicked)
        self.retheme()
        self.show_number("–")

    def _clicked(self) -> None:
        self.chosen.emit(self._key)

    def show_number(
        self, number: str, note: str = "", role: str = "text", tip: str = "", *, opens: bool = True
    ) -> None:
        """Another number; `opens`: whether there is something behind it."""
        self._number, self._note, self._role = number, note, role
        self.setAccessibleName(f"{self._title}: {number}{f', {note}' if note else ''}")
        self.setToolTip(tip)
        self.setEnabled(opens)
        self.setCursor(Qt.CursorShape.PointingHandCursor if opens else Qt.CursorShape.ArrowCursor)
        self.update()

    def number(self) -> str:
        return self._number

    def note(self) -> str:
        return self._note

    def retheme(self) -> None:
        self.setFixedHeight(scaled(HEIGHT))

    def sizeHint(self) -> QSize:
        return QSize(scaled(150), scaled(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(110), scaled(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = self.rect()
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            rounded(painter, rect.adjusted(2, 4, -3, -4), "pressed" if self.isDown() else "hover", None)
        if self.hasFocus():
            rounded(painter, rect.adjusted(2, 4, -3, -4), None, "accent", 6, 1.5)
        if not self.is_last:
            painter.fillRect(rect.right(), scaled(16), 1, rect.height() - scaled(32), color("line"))
        inner = rect.adjusted(12, 0, -12, 0)
        self._line(painter, inner, scaled(10), 11, 600, "muted", self._title.upper(), spacing=0.6)
        self._line(painter, inner, scaled(27), 20, 600, self._role, self._number)
        self._line(painter, inner, scaled(53), 12, 400, "muted", self._note)

    @staticmethod
    def _line(
        painter: QPainter, box: QRect, top: int, size: float, weight: int, role: str, text: str, spacing: float = 0.0
    ) -> None:
        font = ui_font(size, weight, spacing=spacing)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(color(role))
        words = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(QRect(box.x(), top, box.width(), metrics.height()), Align.AlignLeft | Align.AlignTop, words)


class TileRow(QWidget):
    """Tiles side by side, all as wide."""

    chosen = Signal(str)

    def __init__(self, tiles: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(4, 0, 4, 0)
        grid.setSpacing(0)
        self.tiles: dict[str, Tile] = {}
        for place, (key, title) in enumerate(tiles):
            tile = Tile(key, title, self)
            tile.chosen.connect(self.chosen)
            self.tiles[key] = tile
            grid.addWidget(tile, 0, place)
            grid.setColumnStretch(place, 1)
            tile.is_last = place == len(tiles) - 1

    def __getitem__(self, key: str) -> Tile:
        return self.tiles[key]
