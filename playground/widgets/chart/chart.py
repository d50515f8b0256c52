"""A chart over time: its title, its legend and its plot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.widgets.chart.content import Content
from playground.widgets.chart.data import Limit, Moment, Series, Unit
from playground.widgets.chart.legend import Legend
from playground.widgets.chart.plot import TimePlot
from playground.widgets.controls import SectionLabel
from playground.widgets.theme import scaled
from playground.widgets.themed import Label


class TimeChart(QWidget):
    """Shows series over local time. It knows no API and reads nothing: `set_series` gives it what to show.

    `name`: its object name; its parts are `<name>.plot` and `<name>.legend.<key>`. `empty`: what it says while it has
    no values.
    """

    mark_chosen = Signal(str, float, float)
    """A click or Enter on a value: key of its series, and the time it stands for: from, until (Unix seconds; the same
    twice for a moment)."""

    def __init__(
        self,
        name: str,
        title: str,
        unit: Unit = "count",
        empty: str = "Nothing to show yet.",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._unit: Unit = unit
        self.title = SectionLabel(title)
        self.note = Label("", "muted", 12)
        self.note.hide()
        self.legend = Legend(f"{name}.legend")
        self.plot = TimePlot(f"{name}.plot", empty)
        self.plot.setAccessibleName(f"Chart: {title}")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addWidget(self.note)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.legend)
        column.addWidget(self.plot, 1)
        self.legend.toggled.connect(self.plot.set_hidden)
        self.plot.mark_chosen.connect(self.mark_chosen)

    def set_series(
        self,
        series: Sequence[Series],
        *,
        start: float = 0.0,
        end: float = 0.0,
        limits: Sequence[Limit] = (),
        moments: Sequence[Moment] = (),
        top: float = 0.0,
    ) -> None:
        """Show these. `start`, `end`: the axis in Unix seconds (0: as the series have it); `top`: the value axis goes
        at least so high. Series that the legend switched off stay off, by their keys; the mark stays on its value."""
        content = Content(
            self._unit, tuple(series), tuple(limits), tuple(moments), start, end, top, hidden=self.legend.off
        )
        self.legend.set_content(content)
        self.plot.set_content(content)

    def set_empty(self, words: str) -> None:
        """What it says while it has no values."""
        self.plot.empty = words
        self.plot.set_content(self.plot.content)

    def set_title(self, title: str, note: str = "") -> None:
        """Another title; `note`: muted words beside it."""
        self.title.set_title(title)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.plot.setAccessibleName(f"Chart: {title}")

    def csv(self) -> str:
        """What is shown, as CSV; Ctrl+C in the plot copies it."""
        return self.plot.csv()

    def sizeHint(self) -> QSize:
        return QSize(scaled(360), scaled(230))
