"""Paints what does not change while the pointer moves: grid, axes, series, limits."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPen, QPolygonF

from playground.widgets.chart import sample
from playground.widgets.chart.content import Content
from playground.widgets.chart.data import Series
from playground.widgets.chart.geometry import Geometry
from playground.widgets.chart.look import Look
from playground.widgets.chart.scale import Tick
from playground.widgets.presentation import shown_line
from playground.widgets.theme import color, scaled, ui_font

MARKS_APART = 14
"""Pixels between points, on average, from which on each has its mark."""
THIN = 2.0
"""Pixels of a bar below which bars are painted as one area."""
_OVER = 50
"""Of 255: how strongly an area that stands on no other is filled."""
Align = Qt.AlignmentFlag


def layout(content: Content, width: float, height: float) -> tuple[Geometry, list[Tick], list[Tick]]:
    """Where the parts are in a widget of this size; the ticks of values and of times."""
    metrics = QFontMetrics(ui_font(11))
    foot, head = metrics.height() + 8, max(6, metrics.height() // 2 + 1)
    inner = max(1.0, height - foot - head)
    values = content.values(max(1, int(inner // scaled(30))))
    gutter = max(metrics.horizontalAdvance(tick.label) for tick in values) + 10
    start, end = content.times()
    right = 8.0
    across = max(1.0, width - gutter - right)
    times = content.ticks(max(1, int(across // (metrics.horizontalAdvance("00:00:00") + 24))))
    return Geometry(gutter, head, across, inner, start, end, values[0].at, values[-1].at), values, times


def paint(painter: QPainter, content: Content, geometry: Geometry, values: list[Tick], times: list[Tick]) -> None:
    """The whole picture. The background is the widget's."""
    painter.setFont(ui_font(11))
    _grid(painter, geometry, values, times)
    painter.save()
    painter.setClipRect(QRectF(geometry.left, geometry.top - 2, geometry.width + 1, geometry.height + 6))
    _areas(painter, content, geometry)
    _bars(painter, content, geometry)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for one in content.shown:
        if one.kind in ("line", "step"):
            _line(painter, one, content.looks[one.key], geometry)
    painter.restore()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    labels = _Labels()
    _limits(painter, content, geometry, labels)
    _moments(painter, content, geometry, labels)


class _Labels:
    """Words on the chart; one that would lie on another goes below it."""

    def __init__(self) -> None:
        self._taken: list[QRectF] = []

    def put(self, painter: QPainter, box: QRectF, words: str, role: str) -> None:
        while any(box.intersects(other) for other in self._taken):
            box = box.translated(0, box.height() + 1)
        self._taken.append(box)
        ground = QColor(color("window"))
        ground.setAlpha(210)
        painter.fillRect(box, ground)
        painter.setPen(color(role))
        painter.drawText(box, Align.AlignCenter, words)


def _grid(painter: QPainter, geometry: Geometry, values: list[Tick], times: list[Tick]) -> None:
    metrics = painter.fontMetrics()
    for tick in values:
        y = round(geometry.y(tick.at))
        painter.fillRect(QRectF(geometry.left, y, geometry.width, 1), color("line_strong" if tick.at == 0 else "line"))
        painter.setPen(color("muted"))
        box = QRectF(0, y - metrics.height() / 2, geometry.left - 8, metrics.height())
        painter.drawText(box, Align.AlignRight | Align.AlignVCenter, tick.label)
    last = 0.0
    for tick in times:
        x = round(geometry.x(tick.at))
        painter.fillRect(QRectF(x, geometry.bottom, 1, 4), color("line_strong"))
        if tick.strong:
            painter.fillRect(QRectF(x, geometry.top, 1, geometry.height), color("line"))
        width = metrics.horizontalAdvance(tick.label)
        left = min(max(x - width / 2, 0.0), geometry.right + 8 - width)
        if left < last:
            continue
        last = left + width + 8
        painter.setPen(color("text" if tick.strong else "muted"))
        painter.drawText(QRectF(left, geometry.bottom + 6, width + 2, metrics.height()), Align.AlignLeft, tick.label)


def _areas(painter: QPainter, content: Content, geometry: Geometry) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for one in content.shown:
        look = content.looks[one.key]
        if one.kind == "band":
            for upper, lower in zip(sample.lines(one, geometry), sample.lows(one, geometry), strict=True):
                _filled(painter, [*upper, *reversed(lower)], _clear(look.colour))
        elif one.kind == "area" and not one.stacked:
            for points in sample.lines(one, geometry):
                _filled(painter, _down(points, geometry), _clear(look.colour))
                _stroke(painter, points, look)
    # The whole stack first, then all but its last layer over it, and so on.
    for one in reversed([one for one in content.shown if one.kind == "area" and one.stacked]):
        look = content.looks[one.key]
        for points in sample.lines(one, geometry, content.below[one.key]):
            _filled(painter, _down(points, geometry), look.soft())
            _stroke(painter, points, look)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _bars(painter: QPainter, content: Content, geometry: Geometry) -> None:
    layers = [one for one in content.shown if one.kind == "bars" and one.xs]
    thin = [one for one in layers if _bar_width(one, geometry) < THIN]
    for one in reversed(thin):
        for points in sample.lines(one, geometry, content.below[one.key]):
            _filled(painter, _down(points, geometry), content.looks[one.key].colour)
    for one in layers:
        if one in thin:
            continue
        fills, below = content.looks[one.key].fills(), content.below[one.key]
        for start, end in one.parts:
            for index in range(start, end):
                if one.ys[index]:
                    box = bar_box(one, index, below[index], geometry)
                    for brush in fills:
                        painter.fillRect(box, brush)


def _bar_width(series: Series, geometry: Geometry) -> float:
    apart = series.width or (series.xs[-1] - series.xs[0]) / max(1, len(series.xs) - 1) or 1.0
    return apart / geometry.seconds_a_pixel


def bar_box(series: Series, index: int, base: float, geometry: Geometry) -> QRectF:
    """Where one bar lies: whole pixels, with one between it and the next, and never so low that it is not seen."""
    left, right = round(geometry.x(series.xs[index])), round(geometry.x(series.xs[index] + series.width))
    if not series.width:
        left, right = left - 2, left + 3
    right = max(left + 1, right - (1 if right - left > 3 else 0))
    bottom, top = round(geometry.y(base)), round(geometry.y(base + (series.value(index) or 0.0)))
    if top >= bottom:
        top = bottom - 1
    elif base and bottom - top > 2:
        bottom -= 1  # a hairline between two layers
    return QRectF(left, top, right - left, bottom - top)


def _line(painter: QPainter, series: Series, look: Look, geometry: Geometry) -> None:
    polylines = sample.lines(series, geometry)
    seen = sum(map(len, polylines))
    for points in polylines:
        _stroke(painter, points, look)
    if series.kind != "line" or not seen:
        return
    marked = not series.plain and seen * MARKS_APART <= geometry.width
    for points in polylines:
        for point in points if marked else points if len(points) == 1 else ():
            look.mark(painter, point, 2.6 if len(points) > 1 else 3.6)


def _stroke(painter: QPainter, points: Sequence[QPointF], look: Look) -> None:
    # Lines up and down a pixel apart are a surface: smooth edges, 50 ms for 1,200 points, would not be seen.
    dense = len(points) > 800
    painter.setPen(QPen(look.colour, 1) if dense else look.pen())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not dense)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points))


def _filled(painter: QPainter, points: Sequence[QPointF], fill: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(fill))
    painter.drawPolygon(QPolygonF(points))


def _down(points: Sequence[QPointF], geometry: Geometry) -> list[QPointF]:
    """A line closed along the zero."""
    zero = geometry.y(max(geometry.low, 0.0))
    first, last = points[0].x(), points[-1].x()
    if first == last:
        first, last = first - 1, last + 1
        points = [QPointF(first, points[0].y()), QPointF(last, points[-1].y())]
    return [QPointF(first, zero), *points, QPointF(last, zero)]


def _clear(colour: QColor) -> QColor:
    colour = QColor(colour)
    colour.setAlpha(_OVER)
    return colour


def _limits(painter: QPainter, content: Content, geometry: Geometry, labels: _Labels) -> None:
    metrics = painter.fontMetrics()
    for limit in content.limits:
        y = round(geometry.y(limit.value))
        pen = QPen(color(limit.role), 1.4)
        pen.setDashPattern([6, 3])
        painter.setPen(pen)
        painter.drawLine(QPointF(geometry.left, y + 0.5), QPointF(geometry.right, y + 0.5))
        words = shown_line(limit.title)
        width = metrics.horizontalAdvance(words) + 8
        top = y + 2 if y - metrics.height() - 2 < geometry.top - 2 else y - metrics.height() - 2
        labels.put(painter, QRectF(geometry.right - width, top, width, metrics.height()), words, limit.role)


def _moments(painter: QPainter, content: Content, geometry: Geometry, labels: _Labels) -> None:
    metrics = painter.fontMetrics()
    for moment in content.moments:
        if not geometry.start <= moment.x <= geometry.end:
            continue
        x = round(geometry.x(moment.x))
        pen = QPen(color(moment.role), 1)
        pen.setDashPattern([2, 3])
        painter.setPen(pen)
        painter.drawLine(QPointF(x + 0.5, geometry.top), QPointF(x + 0.5, geometry.bottom))
        words = shown_line(moment.title)
        width = metrics.horizontalAdvance(words) + 8
        left = x + 3 if x + 3 + width <= geometry.right else x - 3 - width
        labels.put(painter, QRectF(left, geometry.top + 1, width, metrics.height()), words, moment.role)
