"""The attempts of a call and the waits between them, painted on one axis of time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from playground.core.exchanges.waterfall import MEANINGS, PHASES, Bar, Gap, Phase
from playground.core.plain import fine_text, seconds_text
from playground.widgets.controls import IdLabel
from playground.widgets.presentation import shown_line, tip
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, mono_font, scaled, ui_font
from playground.widgets.themed import Themed

if TYPE_CHECKING:
    from playground.core.exchanges.waterfall import Waterfall

ROW, BAR, AXIS, NUMBER, OUTCOME, IDS = 25, 8, 26, 20, 82, 88
"""Pixels: heights of a row, a bar and the axis; widths of the columns before it."""
TICK = 140
"""Pixels between two marks of the axis, about."""
_ROLES = {"queue": "line_strong", "dns": "faint", "connect": "line_strong", "tls": "faint", "send": "line_strong",
          "server": "accent_light", "token": "token", "stream": "accent"}  # fmt: skip


class Spot(NamedTuple):
    """A part that can be read out."""

    row: int
    part: Phase | Gap
    bar: Bar | None
    """The attempt that it is of; None for a wait."""


def role_of(phase: Phase, bar: Bar) -> str:
    """The colour role of a phase: red from where the attempt failed, of an error from the server's work on."""
    refused = (bar.status or 0) >= 400 and phase.kind in ("server", "token", "stream")
    if bar.failed and (refused or _is_last(phase, bar)):
        return "error"
    return _ROLES[phase.kind]


def tone(role: str) -> QColor:
    """A role's colour; `token`: between those of waiting and of streaming."""
    if role != "token":
        return color(role)
    one, other = color("accent_light"), color("accent")
    return QColor(*((a + b) // 2 for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)))


def _is_last(phase: Phase, bar: Bar) -> bool:
    return phase is bar.phases[-1]


def words_of(spot: Spot) -> str:
    """What a part is, and when and how long it was, in a sentence."""
    part, bar = spot.part, spot.bar
    times = f"{fine_text(part.seconds)}, from {fine_text(part.start) if part.start else '0'} to {fine_text(part.end)}"
    if isinstance(part, Gap):
        told = f"; the server had asked for {seconds_text(part.told)}" if part.told is not None else ""
        name = "Redirect" if part.kind == "redirect" else "Back-off"
        return f"{name} {times}: {MEANINGS[part.kind]}{told}"
    assert bar is not None
    meaning = MEANINGS[part.kind]
    if part.kind == "connect" and bar.reused:
        meaning = "a connection that was there already"
    elif bar.failed and bar.status is None and _is_last(part, bar):
        meaning = f"ended without an answer: {shown_line(bar.error or 'nothing was told')}"
    return f"Attempt {bar.number} · {PHASES[part.kind]} {times}: {meaning}"


class WaterfallPlot(Themed, QWidget):
    """One row an attempt and one a wait. The mouse, or the arrow keys, pick a part; `read` carries its words."""

    read = Signal(str)
    """Words of the part that is picked; empty: none is."""
    link_opened = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName("Attempts on one axis of time")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows: list[Bar | Gap] = []
        self._spots: list[Spot] = []
        self._seconds = 0.0
        self._picked = -1
        self._ids: dict[int, IdLabel] = {}
        self.retheme()

    # What is shown ------------------------------------------------------------------------------------------------

    def set_waterfall(self, found: Waterfall | None) -> None:
        """Show a call; None: nothing."""
        self._rows = list(found.rows()) if found is not None else []
        self._seconds = found.seconds if found is not None else 0.0
        self._spots = []
        for number, row in enumerate(self._rows):
            if isinstance(row, Gap):
                self._spots.append(Spot(number, row, None))
            else:
                self._spots += [Spot(number, phase, row) for phase in row.phases]
        self._pick(-1)
        self._name_rows()
        self.updateGeometry()
        self.update()

    def _name_rows(self) -> None:
        for label in self._ids.values():
            label.hide()
            label.deleteLater()
        self._ids = {}
        for number, row in enumerate(self._rows):
            if isinstance(row, Bar) and row.request_id:
                label = IdLabel(row.request_id, limit=9, parent=self)
                label.setObjectName(f"{self.objectName()}.id.{row.number}")
                label.opened.connect(self.link_opened)
                label.show()
                self._ids[number] = label
        self._place()

    def spots(self) -> list[Spot]:
        """What can be picked, in the order of time."""
        return self._spots

    def picked(self) -> Spot | None:
        """The part whose words are read out."""
        return self._spots[self._picked] if 0 <= self._picked < len(self._spots) else None

    def pick(self, spot: Spot) -> None:
        """Mark a part, and read it out."""
        if spot in self._spots:
            self._pick(self._spots.index(spot))

    # Where what is ------------------------------------------------------------------------------------------------

    def retheme(self) -> None:
        self.setFont(ui_font(12))
        self.updateGeometry()
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(560, scaled(ROW) * len(self._rows) + scaled(AXIS))

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(NUMBER + OUTCOME + IDS) + 120, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        for number, label in self._ids.items():
            box = self._row_rect(number)
            height = min(scaled(20), box.height())
            top = box.y() + (box.height() - height) // 2
            label.setGeometry(scaled(NUMBER + OUTCOME) - 4, top, scaled(IDS), height)

    def _row_rect(self, number: int) -> QRect:
        return QRect(0, number * scaled(ROW), self.width(), scaled(ROW))

    def field(self) -> QRectF:
        """Where the bars are: as wide as the call is long."""
        left = scaled(NUMBER + OUTCOME + IDS) + 8
        return QRectF(left, 0, max(1, self.width() - left - 10), scaled(ROW) * len(self._rows))

    def _x(self, seconds: float) -> float:
        box = self.field()
        return box.x() + box.width() * seconds / (self._seconds or 1.0)

    def rect_of(self, spot: Spot) -> QRectF:
        """Where a part is painted, wide enough to be seen."""
        row = self._row_rect(spot.row)
        left, right = self._x(spot.part.start), self._x(spot.part.end)
        return QRectF(left, row.y() + (row.height() - BAR) / 2, max(2.0, right - left), BAR)

    # Picking ------------------------------------------------------------------------------------------------------

    def _pick(self, number: int, *, told: bool = True) -> None:
        if number != self._picked:
            self._picked = number
            self.update()
        spot = self.picked()
        words = words_of(spot) if spot is not None else ""
        self.setAccessibleDescription(words)
        if told:
            self.read.emit(words)

    def _at(self, place: QPointF) -> int:
        """The nearest part in the row below the mouse, within a few pixels; -1: none."""
        best, least = -1, 5.0
        for number, spot in enumerate(self._spots):
            if not self._row_rect(spot.row).contains(place.toPoint()):
                continue
            rect = self.rect_of(spot)
            far = max(rect.left() - place.x(), place.x() - rect.right(), 0.0)
            if far < least:
                best, least = number, far
        return best

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position())
        if number != self._picked:
            self._pick(number)
            spot = self.picked()
            QToolTip.showText(event.globalPosition().toPoint(), tip(words_of(spot)) if spot else "", self)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self._pick(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._picked < 0 and self._spots and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._pick(0)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._pick(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = event.key(), len(self._spots) - 1
        target = {
            Qt.Key.Key_Right: min(self._picked + 1, last),
            Qt.Key.Key_Left: max(self._picked - 1, 0),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(key))
        spot = self.picked()
        if target is not None and last >= 0:
            self._pick(target)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and last >= 0:
            row = (spot.row if spot is not None else -1) + (1 if key == Qt.Key.Key_Down else -1)
            found = next((number for number, one in enumerate(self._spots) if one.row == row), None)
            self._pick(self._picked if found is None else found)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and spot is not None and spot.bar is not None:
            if spot.bar.request_id:
                self.link_opened.emit(spot.bar.request_id)
        else:
            super().keyPressEvent(event)

    # Painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, row in enumerate(self._rows):
            self._paint_words(painter, self._row_rect(number), row)
            self._paint_row(painter, number, row)
        self._paint_axis(painter)
        spot = self.picked()
        if spot is not None:
            rounded(painter, self.rect_of(spot).adjusted(-3, -4, 3, 4), None, "accent", 4, 1.5)

    def _paint_words(self, painter: QPainter, box: QRect, row: Bar | Gap) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        outcome = QRect(scaled(NUMBER), box.y(), scaled(OUTCOME) - 6, box.height())
        painter.setFont(self.font())
        if isinstance(row, Gap):
            painter.setPen(color("muted"))
            word = "redirect" if row.kind == "redirect" else "wait"
            painter.drawText(outcome, middle, f"{word} {fine_text(row.seconds)}")
            return
        painter.setPen(color("muted"))
        painter.drawText(box, middle, str(row.number))
        painter.setFont(mono_font(12) if row.status is not None else self.font())
        role = "error" if row.failed else "good" if row.state == "done" else "warning"
        painter.setPen(color(role))
        painter.drawText(outcome, middle, row.outcome)

    def _paint_row(self, painter: QPainter, number: int, row: Bar | Gap) -> None:
        if isinstance(row, Gap):
            paint_hatched(painter, self.rect_of(Spot(number, row, None)))
            return
        whole = self.rect_of(Spot(number, Phase("queue", row.start, row.end), row))
        painter.save()
        path = QPainterPath()
        path.addRoundedRect(whole, 2, 2)
        painter.setClipPath(path)
        for phase in row.phases:
            painter.fillRect(self.rect_of(Spot(number, phase, row)), tone(role_of(phase, row)))
        for phase in row.phases[1:]:  # where one phase follows another in the same colour
            rect = self.rect_of(Spot(number, phase, row))
            if rect.left() - whole.left() > 4 and rect.width() > 2:
                painter.fillRect(QRectF(rect.left() - 0.5, rect.y(), 1, rect.height()), color("surface"))
        painter.restore()

    def _paint_axis(self, painter: QPainter) -> None:
        box = self.field()
        if not self._rows:
            return
        line = round(box.bottom())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(QRect(round(box.x()), line, round(box.width()) + 1, 1), color("line"))
        painter.setFont(ui_font(11))
        painter.setPen(color("muted"))
        metrics = painter.fontMetrics()
        for at, words in ticks(self._seconds, box.width()):
            x, width = self._x(at), metrics.horizontalAdvance(words)
            left = min(max(box.x(), x - width / 2), box.right() - width + 1) if at else box.x()
            painter.fillRect(QRect(round(x), line, 1, 4), color("line_strong"))
            where = QRectF(left, line + 5, width + 2, scaled(AXIS) - 6)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, words)


def paint_hatched(painter: QPainter, rect: QRectF) -> None:
    """A wait: strokes with as much air between them."""
    x = rect.left()
    while x < rect.right():
        width = min(4.0, rect.right() - x)
        painter.fillRect(QRectF(x, rect.y(), width, rect.height()), color("line_strong"))
        x += 8


def ticks(seconds: float, width: float) -> list[tuple[float, str]]:
    """Marks of an axis of so many seconds and pixels, at round numbers: 0, 1.5 s, 3.0 s."""
    if seconds <= 0:
        return [(0.0, "0")]
    rough = seconds / max(1.0, width / scaled(TICK))
    power = 10.0 ** math.floor(math.log10(rough))
    steps = [factor * power for factor in (1, 1.5, 2, 2.5, 3, 4, 5, 10)]
    step = next(one for one in steps if one >= rough)
    if step > seconds:  # little room: one mark beside the 0
        step = max(one for one in steps if one <= seconds)
    small = seconds < 1
    unit, factor = ("ms", 1000.0) if small else ("s", 1.0)
    digits = max(0, -math.floor(math.log10(step * factor) + 1e-9) + (0 if _is_round(step * factor) else 1))
    count = int(seconds / step + 1e-9)
    return [(0.0, "0"), *((n * step, f"{n * step * factor:.{digits}f} {unit}") for n in range(1, count + 1))]


def _is_round(value: float) -> bool:
    """Whether one digit says it: 0.2 and not 0.25."""
    digit = value / 10.0 ** math.floor(math.log10(value) + 1e-9)
    return abs(digit - round(digit)) < 1e-6
