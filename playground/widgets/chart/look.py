"""How series are told apart: by colour, and, for who does not see colours, by dashes, marks and hatching too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from playground.widgets.chart.data import Series
from playground.widgets.theme import color

ROLES = tuple(f"series_{number}" for number in range(1, 7))
"""In the order in which series get them. None of them means anything elsewhere."""
DASHES: tuple[tuple[float, ...], ...] = ((), (5, 3), (1.5, 2.5), (7, 2.5, 1.5, 2.5), (3, 2), (9, 3))
_PATTERNS = (
    Qt.BrushStyle.SolidPattern,
    Qt.BrushStyle.BDiagPattern,
    Qt.BrushStyle.Dense5Pattern,
    Qt.BrushStyle.FDiagPattern,
    Qt.BrushStyle.HorPattern,
    Qt.BrushStyle.DiagCrossPattern,
)
SOFT = 0.26
"""How much of the colour the ground of a hatched area has."""


@dataclass(frozen=True, slots=True)
class Look:
    """Of one series."""

    role: str
    place: int
    projected: bool = False

    @property
    def colour(self) -> QColor:
        return color(self.role)

    def pen(self, width: float = 1.6) -> QPen:
        """Of its line."""
        colour = self.colour
        pen = QPen(colour, width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        dash = (4.0, 4.0) if self.projected else DASHES[self.place % len(DASHES)]
        if dash:
            pen.setDashPattern(list(dash))
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen

    def fills(self) -> tuple[QBrush, ...]:
        """What a bar is filled with, one over the other: the first series solid, the others hatched on a lighter
        ground."""
        pattern = _PATTERNS[self.place % len(_PATTERNS)]
        colour = self.colour
        if pattern == Qt.BrushStyle.SolidPattern:
            return (QBrush(colour),)
        return QBrush(mixed(colour, color("surface"), 0.5)), QBrush(colour, pattern)

    def soft(self) -> QColor:
        """Of an area below a line."""
        return mixed(self.colour, color("surface"), SOFT)

    def mark(self, painter: QPainter, at: QPointF, size: float = 3.0) -> None:
        """Its mark on a point: a disk, a square, a triangle, …"""
        painter.setPen(QPen(color("surface"), 1.0))
        painter.setBrush(self.colour)
        _shape(painter, self.place, at, size)


def _shape(painter: QPainter, place: int, at: QPointF, size: float) -> None:
    x, y = at.x(), at.y()
    match place % 4:
        case 0:
            painter.drawEllipse(at, size, size)
        case 1:
            painter.drawRect(QRectF(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8))
        case 2:
            corners = [(x, y - size * 1.2), (x + size * 1.15, y + size * 0.9), (x - size * 1.15, y + size * 0.9)]
            painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
        case _:
            corners = [(x, y - size * 1.3), (x + size * 1.3, y), (x, y + size * 1.3), (x - size * 1.3, y)]
            painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))


def mixed(first: QColor, second: QColor, share: float) -> QColor:
    """So much of the first on the second."""
    return QColor.fromRgbF(
        first.redF() * share + second.redF() * (1 - share),
        first.greenF() * share + second.greenF() * (1 - share),
        first.blueF() * share + second.blueF() * (1 - share),
    )


def looks(series: Sequence[Series]) -> Mapping[str, Look]:
    """A look for each key. A projection (key `tokens~`) has the colour of its series (`tokens`)."""
    found: dict[str, Look] = {}
    place = 0
    for one in series:
        if one.quiet:
            found[one.key] = Look(one.role or ROLES[0], 0)
            continue
        origin = found.get(one.key.rstrip("~")) if one.projected else None
        if origin is not None:
            found[one.key] = Look(one.role or origin.role, origin.place, projected=True)
            continue
        found[one.key] = Look(one.role or ROLES[place % len(ROLES)], place, one.projected)
        place += 1
    return found


def swatch(painter: QPainter, box: QRectF, series: Series, look: Look) -> None:
    """A sample of the series, for the legend and the read-out."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = box.center()
    if series.kind in ("bars", "area", "band"):
        square = QRectF(middle.x() - 5, middle.y() - 5, 10, 10)
        if series.kind == "bars":
            for brush in look.fills():
                painter.fillRect(square, brush)
        else:
            painter.fillRect(square, look.soft())
            painter.setPen(look.pen())
            painter.drawLine(square.topLeft(), square.topRight())
    else:
        painter.setPen(look.pen(1.8))
        painter.drawLine(QPointF(box.left(), middle.y()), QPointF(box.right(), middle.y()))
        if not series.plain and not series.projected and series.kind == "line":
            look.mark(painter, middle)
    painter.restore()
