"""Line icons (Lucide, 1.7 stroke), drawn in a theme role's colour.

The colour is looked up when an icon is painted, so that icons set once follow every change of theme.
"""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap

from playground.core.resources import resource
from playground.widgets.theme import current_theme


@cache
def _source(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text("utf-8")


@lru_cache(maxsize=512)
def _pixmap(name: str, color: str, width: int, height: int) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", color).encode()))
    pixmap = QPixmap(width, height)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    side = min(width, height)
    renderer.render(painter, QRectF((width - side) / 2, (height - side) / 2, side, side))
    painter.end()
    return pixmap


def icon_pixmap(name: str, role: str = "muted", size: int = 18, ratio: float = 1.0) -> QPixmap:
    """An icon as a pixmap of `size` device-independent pixels. Raises FileNotFoundError for an unknown name."""
    side = round(size * ratio)
    pixmap = _pixmap(name, current_theme().css(role), side, side)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def paint_icon(painter: QPainter, rect: QRect, name: str, role: str) -> None:
    """Draw an icon centred in a rectangle, in its shorter side's size."""
    side = min(rect.width(), rect.height())
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    pixmap = icon_pixmap(name, role, side, ratio)
    painter.drawPixmap(QPoint(rect.x() + (rect.width() - side) // 2, rect.y() + (rect.height() - side) // 2), pixmap)


class _Engine(QIconEngine):
    """Paints one of our icons in the colours of the moment."""

    def __init__(self, name: str, role: str, on_role: str, size: int) -> None:
        super().__init__()
        self.name = name
        self.role = role
        self.on_role = on_role
        self.size = size

    def _color(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        theme = current_theme()
        if mode == QIcon.Mode.Disabled:
            return theme.css("faint")
        return theme.css(self.on_role if state == QIcon.State.On else self.role)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        pixmap = _pixmap(self.name, self._color(mode, state), round(rect.width() * ratio), round(rect.height() * ratio))
        painter.drawPixmap(rect, pixmap)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return QPixmap(_pixmap(self.name, self._color(mode, state), size.width(), size.height()))

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        pixmap = QPixmap(_pixmap(self.name, self._color(mode, state), size.width(), size.height()))
        pixmap.setDevicePixelRatio(scale)
        return pixmap

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        side = min(size.width(), size.height())
        return QSize(side, side)

    def availableSizes(self, mode: QIcon.Mode = QIcon.Mode.Normal, state: QIcon.State = QIcon.State.Off) -> list[QSize]:
        return [QSize(self.size, self.size)]

    def isNull(self) -> bool:
        return False

    def clone(self) -> QIconEngine:
        return _Engine(self.name, self.role, self.on_role, self.size)


@cache
def icon(name: str, role: str = "muted", size: int = 18, *, on_role: str = "accent") -> QIcon:
    """An icon by its file name in `resources/icons`, without `.svg`; `on_role` colours the checked state.

    Raises FileNotFoundError for an unknown name.
    """
    _source(name)
    return QIcon(_Engine(name, role, on_role, size))
