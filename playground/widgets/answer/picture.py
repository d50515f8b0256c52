"""A picture to look at: as large as there is room, or pixel by pixel."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from playground.core.pictures import animation, dimensions, refusal
from playground.widgets.theme import color

PREVIEW = 1600
"""Pixels of the longer side of what is drawn while all of a larger picture is seen: scaling 64 million at each paint
would take a second."""
STEPS = (0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 8.0, 16.0)
CHECK = 8
"""Pixels of the squares behind what can be seen through."""


class Decoded(NamedTuple):
    """A picture, or why there is none."""

    image: QImage
    preview: QImage
    """The same, no larger than `PREVIEW`."""
    format: str
    size: int
    """Bytes of the file."""
    fault: str = ""
    frames: tuple[QImage, ...] = ()
    """All of them, where it moves."""
    durations: tuple[int, ...] = ()
    """Milliseconds of each frame."""


def decode(data: bytes) -> Decoded:
    """Decode a picture, in any thread; one that would take too much memory is not. Never raises."""
    fault = refusal(data)
    found = dimensions(data)
    kind = found[0] if found is not None else ""
    if not fault:
        image = QImage.fromData(data)
        if image.isNull():
            fault = f"This {kind} is broken: it begins like one, and cannot be read to its end."
        else:
            small = max(image.width(), image.height()) <= PREVIEW
            side = Qt.AspectRatioMode.KeepAspectRatio
            smooth = Qt.TransformationMode.SmoothTransformation
            preview = image if small else image.scaled(PREVIEW, PREVIEW, side, smooth)
            return _moving(Decoded(image, preview, kind, len(data)), data)
    return Decoded(QImage(), QImage(), kind, len(data), fault)


def _moving(picture: Decoded, data: bytes) -> Decoded:
    """With its frames, if there are several."""
    found = animation(data)
    if found is None:
        return picture
    form, line = QImage.Format.Format_RGBA8888, found.width * 4
    frames = tuple(QImage(raw, found.width, found.height, line, form).copy() for raw in found.frames)
    return picture._replace(frames=frames, durations=found.durations)


class _Canvas(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.picture: Decoded | None = None
        self.zoom = 1.0

    def set_zoom(self, zoom: float) -> None:
        self.zoom = zoom
        image = self.picture.image if self.picture is not None else QImage()
        self.resize(max(1, round(image.width() * zoom)), max(1, round(image.height() * zoom)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        picture = self.picture
        if picture is None or picture.image.isNull():
            return
        painter, seen = QPainter(self), event.rect() & self.rect()
        if picture.image.hasAlphaChannel():
            _checks(painter, seen)
        small = self.width() <= picture.preview.width()
        image = picture.preview if small else picture.image
        ratio = image.width() / self.width()
        source = QRectF(seen.x() * ratio, seen.y() * ratio, seen.width() * ratio, seen.height() * ratio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom < 3)
        painter.drawImage(QRectF(seen), image, source)


def _checks(painter: QPainter, rect: QRect) -> None:
    painter.fillRect(rect, color("surface"))
    for y in range(rect.top() // CHECK, rect.bottom() // CHECK + 1):
        for x in range(rect.left() // CHECK, rect.right() // CHECK + 1):
            if (x + y) % 2:
                painter.fillRect(QRect(x * CHECK, y * CHECK, CHECK, CHECK) & rect, color("hover"))


class PictureView(QScrollArea):
    """Fits the picture into itself until a person chooses a zoom."""

    zoomed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName("Picture")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.fits = True
        self._canvas = _Canvas()
        self.setWidget(self._canvas)

    def set_picture(self, picture: Decoded | None) -> None:
        self._canvas.picture = picture
        self._fit()

    def show_frame(self, image: QImage) -> None:
        """Another frame of the same picture, of the same size."""
        if self._canvas.picture is not None:
            self._canvas.picture = self._canvas.picture._replace(image=image, preview=image)
            self._canvas.update()

    def zoom(self) -> float:
        return self._canvas.zoom

    def fit(self) -> None:
        """As large as there is room, never larger than it is."""
        self.fits = True
        self._fit()

    def set_zoom(self, zoom: float) -> None:
        """So many pixels of the window for one of the picture; what was in the middle stays there."""
        before, middle = self._canvas.zoom, self._middle()
        self.fits = False
        self._canvas.set_zoom(min(STEPS[-1], max(STEPS[0], zoom)))
        place = middle * (self._canvas.zoom / before)
        self.horizontalScrollBar().setValue(place.x() - self.viewport().width() // 2)
        self.verticalScrollBar().setValue(place.y() - self.viewport().height() // 2)
        self.zoomed.emit()

    def step(self, by: int) -> None:
        """The next larger (1) or smaller (-1) zoom."""
        now = self._canvas.zoom
        steps = [step for step in STEPS if (step > now * 1.001 if by > 0 else step < now * 0.999)]
        if steps:
            self.set_zoom(steps[0] if by > 0 else steps[-1])

    def _middle(self) -> QPoint:
        """The place of the canvas in the middle of the window."""
        canvas, room = self._canvas.size(), self.viewport().size()
        x = self.horizontalScrollBar().value() + room.width() // 2
        y = self.verticalScrollBar().value() + room.height() // 2
        return QPoint(
            x if canvas.width() > room.width() else canvas.width() // 2,
            y if canvas.height() > room.height() else canvas.height() // 2,
        )

    def _fit(self) -> None:
        picture = self._canvas.picture
        if picture is not None and not picture.image.isNull() and self.fits:
            size, room = picture.image.size(), self._room()
            self._canvas.set_zoom(min(1.0, room.width() / size.width(), room.height() / size.height()))
        self._canvas.setVisible(picture is not None and not picture.image.isNull())
        self.zoomed.emit()

    def _room(self) -> QSize:
        return QSize(max(1, self.width() - 32), max(1, self.height() - 32))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.fits:
            self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.step(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)
