"""The box beside a mark that says its values."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from playground.widgets.chart.content import Content, Mark
from playground.widgets.chart.geometry import Geometry
from playground.widgets.chart.look import swatch
from playground.widgets.chart.paint import bar_box
from playground.widgets.presentation import shown_line
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, scaled, ui_font

Align = Qt.AlignmentFlag
_SWATCH, _PAD = 18, 8
_TITLE = 220
"""Pixels of a name at most."""


@dataclass(frozen=True, slots=True)
class _Row:
    title: str
    value: str
    number: int
    """Of the series among those that are read out; -1: only words."""
    chosen: bool


def paint_mark(painter: QPainter, content: Content, geometry: Geometry, mark: Mark, widget: QRectF) -> None:
    """A line down at its time, its point or bar made plain, and the box. `widget`: the place there is."""
    x = geometry.x(content.place(mark))
    painter.save()
    painter.fillRect(QRectF(round(x), geometry.top, 1, geometry.height), color("muted"))
    slack = geometry.seconds_a_pixel
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for one, index in content.together(mark, slack):
        if index is None:
            continue
        if one.kind == "bars":
            if one.key == mark[0]:
                painter.setPen(QPen(color("text"), 1.4))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(bar_box(one, index, content.below[one.key][index], geometry).adjusted(-0.5, 0, 0.5, 0))
            continue
        along = x if one.kind == "step" else geometry.x(one.place(index))
        at = QPointF(along, geometry.y(content.height((one.key, index))))
        if one.key == mark[0]:
            painter.setPen(QPen(color("text"), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, 6, 6)
        content.looks[one.key].mark(painter, at, 3.2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _box(painter, content, geometry, mark, widget)
    painter.restore()


def _box(painter: QPainter, content: Content, geometry: Geometry, mark: Mark, widget: QRectF) -> None:
    plain, bold = ui_font(12), ui_font(12, 600)
    metrics, strong = QFontMetrics(plain), QFontMetrics(bold)
    line = metrics.height() + 3
    held = content.rows(mark, geometry.seconds_a_pixel)
    room = max(1, int((widget.height() - 2 * _PAD) // line) - 1)
    rows = [
        _Row(strong.elidedText(shown_line(one.title), Qt.TextElideMode.ElideRight, scaled(_TITLE)), value, number,
             one.key == mark[0])
        for number, (one, value) in enumerate(held)
    ]  # fmt: skip
    if len(rows) > room:
        chosen = next((row for row in rows if row.chosen), rows[0])
        kept = rows[: room - 1] if chosen in rows[: room - 1] else [*rows[: max(0, room - 2)], chosen]
        rows = [*kept, _Row(f"and {len(rows) - len(kept)} more", "", -1, chosen=False)]
    when = content.when(mark)
    names = max(strong.horizontalAdvance(row.title) for row in rows)
    figures = max(strong.horizontalAdvance(row.value) for row in rows)
    width = max(names + figures + _SWATCH + 26, strong.horizontalAdvance(when)) + 2 * _PAD
    height = line * (len(rows) + 1) + 2 * _PAD - 3
    x = geometry.x(content.place(mark))
    left = x + 12 if x + 12 + width <= widget.right() else x - 12 - width
    left = max(widget.left(), left)
    lowest = max(widget.top(), widget.bottom() - height)
    top = min(max(widget.top(), geometry.y(content.height(mark)) - height / 2), lowest)
    box = QRectF(left, top, width, height)
    rounded(painter, box, "surface", "line_strong", 6)
    y = box.top() + _PAD
    painter.setFont(plain)
    painter.setPen(color("muted"))
    painter.drawText(QRectF(box.left() + _PAD, y, width - 2 * _PAD, line), Align.AlignLeft, when)
    for row in rows:
        y += line
        if row.number >= 0:
            series = held[row.number][0]
            swatch(painter, QRectF(box.left() + _PAD, y, 14, line - 3), series, content.looks[series.key])
        painter.setFont(bold if row.chosen else plain)
        painter.setPen(color("text" if row.number >= 0 else "muted"))
        inner = QRectF(box.left() + _PAD + _SWATCH, y, width - 2 * _PAD - _SWATCH, line)
        painter.drawText(inner, Align.AlignLeft, row.title)
        painter.drawText(inner, Align.AlignRight, row.value)
