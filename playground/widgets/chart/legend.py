"""Names the series; each name switches its series off and on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from playground.widgets.chart.content import Content
from playground.widgets.chart.data import Series
from playground.widgets.chart.look import Look, swatch
from playground.widgets.flow import FlowLayout
from playground.widgets.presentation import shown_line
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, scaled, ui_font
from playground.widgets.themed import Themed

_TITLE = 200
"""Pixels of a name at most."""


class LegendButton(Themed, QAbstractButton):
    """A swatch and a name; not checked: the series is not shown."""

    def __init__(self, name: str, series: Series, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.series, self._look = series, look
        self.setCheckable(True)
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_series(series, look)

    def set_series(self, series: Series, look: Look) -> None:
        self.series, self._look = series, look
        self.setAccessibleName(f"Show {series.title}")
        self.retheme()

    def retheme(self) -> None:
        self.setFont(ui_font(12))
        self.updateGeometry()
        self.update()

    def _words(self) -> str:
        metrics = QFontMetrics(self.font())
        return metrics.elidedText(shown_line(self.series.title), Qt.TextElideMode.ElideRight, scaled(_TITLE))

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self._words()) + 34, scaled(22))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.hasFocus():
            rounded(painter, self.rect(), None, "accent", 4)
        elif self.underMouse():
            rounded(painter, self.rect(), "hover", None, 4)
        on = self.isChecked()
        painter.setOpacity(1.0 if on else 0.35)
        swatch(painter, QRectF(5, 0, 16, self.height()), self.series, self._look)
        painter.setOpacity(1.0)
        font = self.font()
        font.setStrikeOut(not on)
        painter.setFont(font)
        painter.setPen(color("text" if on else "muted"))
        painter.drawText(self.rect().adjusted(27, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._words())


class Legend(QWidget):
    """What is switched off stays so while the chart's content changes."""

    toggled = Signal(object)
    """Keys (frozenset) of the series that are off."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._buttons: dict[str, LegendButton] = {}
        self._off: frozenset[str] = frozenset()
        self._flow = FlowLayout(self, gap=4, line_gap=0)
        self._flow.setContentsMargins(0, 0, 0, 0)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    @property
    def off(self) -> frozenset[str]:
        return self._off

    def set_content(self, content: Content) -> None:
        """One button a series; those that there were are kept, and with them the focus."""
        entries = list(content.legend())
        keys = [one.key for one, _ in entries]
        if keys != list(self._buttons):
            for key in [key for key in self._buttons if key not in keys]:
                self._remove(key)
            for place, (one, look) in enumerate(entries):
                if one.key not in self._buttons:
                    self._add(place, one, look)
            ordered = {key: self._buttons[key] for key in keys}
            if list(self._buttons) != keys:
                self._reorder(ordered)
        for one, look in entries:
            self._buttons[one.key].set_series(one, look)
        self.setVisible(bool(entries))

    def _add(self, place: int, series: Series, look: Look) -> None:
        button = LegendButton(f"{self._name}.{series.key}", series, look, self)
        button.setChecked(series.key not in self._off)
        button.toggled.connect(self._toggled)
        self._buttons[series.key] = button
        self._flow.insert_widget(place, button)
        button.show()

    def _remove(self, key: str) -> None:
        button = self._buttons.pop(key)
        self._flow.removeWidget(button)
        button.hide()
        button.deleteLater()

    def _reorder(self, ordered: dict[str, LegendButton]) -> None:
        for button in ordered.values():
            self._flow.removeWidget(button)
        for button in ordered.values():
            self._flow.addWidget(button)
        self._buttons = ordered

    def _toggled(self, _on: bool) -> None:
        here = frozenset(key for key, button in self._buttons.items() if not button.isChecked())
        self._off = here | frozenset(key for key in self._off if key not in self._buttons)
        self.toggled.emit(self._off)
