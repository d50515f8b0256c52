"""How much of the subset's limits a schema uses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from playground.widgets.controls import SectionLabel
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, scaled, ui_font
from playground.widgets.themed import Themed

if TYPE_CHECKING:
    from playground.core.schemas import Budget
    from playground.panels.schemas.workshop import Workshop

_ROW = 22
_NAMES, _WORDS, _GAP = 96, 104, 14
"""Pixels: the room of the columns beside the bars, and what is between; more only where the type is so large."""


class Meters(Themed, QWidget):
    """A bar for each limit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schemas.budgets")
        self.budgets: tuple[Budget, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Budget")

    def show_budgets(self, budgets: tuple[Budget, ...]) -> None:
        if budgets != self.budgets:
            self.budgets = budgets
            self.setAccessibleDescription(", ".join(f"{one.name}: {words_of(one)}" for one in budgets))
            self.updateGeometry()
            self.update()

    def retheme(self) -> None:
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(240, max(1, len(self.budgets)) * scaled(_ROW))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(ui_font(12))
        for number, budget in enumerate(self.budgets):
            self._paint(painter, QRect(0, number * scaled(_ROW), self.width(), scaled(_ROW)), budget)

    def _paint(self, painter: QPainter, box: QRect, budget: Budget) -> None:
        share = budget.used / budget.limit if budget.limit else 0.0
        role = "error" if share > 1 else "warning" if share > 0.8 else "accent"
        painter.setPen(color("muted"))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, budget.name)
        painter.setPen(color(role if share > 0.8 else "muted"))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words_of(budget))
        metrics = painter.fontMetrics()
        names = max(metrics.horizontalAdvance(one.name) for one in self.budgets)
        words = max(metrics.horizontalAdvance(words_of(one)) for one in self.budgets)
        left, right = max(_NAMES, names + _GAP), box.width() - max(_WORDS, words + _GAP)
        track = QRect(left, box.center().y() - 2, max(0, right - left), 4)
        rounded(painter, track, "line", None, 2)
        if budget.limit and budget.used:
            filled = QRect(track.x(), track.y(), max(4, round(track.width() * min(share, 1.0))), 4)
            rounded(painter, filled, role, None, 2)


def words_of(budget: Budget) -> str:
    return f"{budget.used:,} / {budget.limit:,}" if budget.limit is not None else f"{budget.used:,}"


class Budgets(QWidget):
    def __init__(self, workshop: Workshop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workshop = workshop
        self.meters = Meters()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addWidget(SectionLabel("Budget"))
        column.addWidget(self.meters)
        workshop.checked.connect(self._refresh)

    def _refresh(self) -> None:
        report = self._workshop.report
        if report is not None:
            self.meters.show_budgets(report.budgets)
        elif self._workshop.value() is None:
            self.meters.show_budgets(tuple(replace(one, used=0) for one in self.meters.budgets))
