"""Tabs as the header of a column: words, the chosen one underlined, with a count beside where there is one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.widgets.commands import Command
from playground.widgets.controls.buttons import ActionButton
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, scaled, ui_font

_GAP = 7
"""Pixels left and right of a tab's words, and between them and the count."""


class TabButton(ActionButton):
    """One tab: a checkable command under a short name."""

    def __init__(self, command: Command, text: str, parent: QWidget | None = None) -> None:
        self._words = text
        self._count = ""
        self._mark = ""
        super().__init__(command, parent)

    def count(self) -> str:
        return self._count

    def set_count(self, count: str) -> None:
        """The quieter words beside the name."""
        if count != self._count:
            self._count = count
            self.setAccessibleDescription(count)
            self.updateGeometry()
            self.update()

    def set_mark(self, role: str) -> None:
        """A dot in a role's colour: there is something to see here; "" for none."""
        if role != self._mark:
            self._mark = role
            self.updateGeometry()
            self.update()

    def retheme(self) -> None:
        self.setFont(ui_font(13, 500))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self._words) + 2 * _GAP
        if self._count:
            width += QFontMetrics(ui_font(13)).horizontalAdvance(self._count) + _GAP
        return QSize(width + (10 if self._mark else 0), scaled(38))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        strip = self.parentWidget()
        if step is not None and isinstance(strip, TabStrip):
            strip.step(self, step)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect, chosen = self.rect(), self.isChecked()
        if self.hasFocus():
            rounded(painter, rect.adjusted(0, 5, 0, -5), None, "accent", 5, 1.5)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self.font())
        painter.setPen(color("text" if chosen or self.underMouse() else "muted"))
        painter.drawText(rect.adjusted(_GAP, 0, 0, 0), middle, self._words)
        x = _GAP + painter.fontMetrics().horizontalAdvance(self._words)
        if self._count:
            painter.setFont(ui_font(13))
            painter.setPen(color("muted"))
            painter.drawText(rect.adjusted(x + _GAP, 0, 0, 0), middle, self._count)
            x += _GAP + painter.fontMetrics().horizontalAdvance(self._count)
        if self._mark:
            rounded(painter, QRect(x + 4, rect.height() // 2 - 3, 6, 6), self._mark, None, 3)
        if chosen:
            painter.fillRect(_GAP, rect.height() - 2, rect.width() - 2 * _GAP, 2, color("accent"))


class TabStrip(QWidget):
    """Tabs side by side. Which one is chosen is the state of their commands; arrow keys move between them."""

    def __init__(self, tabs: Sequence[tuple[Command, str]], *, name: str, parent: QWidget | None = None) -> None:
        """`tabs`: commands with the tabs' words. `name`: the accessible name."""
        super().__init__(parent)
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.buttons: list[TabButton] = []
        for command, words in tabs:
            command.setCheckable(True)
            button = TabButton(command, words, self)
            self.buttons.append(button)
            row.addWidget(button)
        self.choose(0)

    def choose(self, index: int) -> None:
        """Underline this one."""
        for number, button in enumerate(self.buttons):
            if button.command is not None:
                button.command.setChecked(number == index)

    def step(self, tab: TabButton, by: int) -> None:
        """Choose the tab beside one, and give it the focus."""
        place = next((at for at, button in enumerate(self.buttons) if button is tab), 0) + by
        if 0 <= place < len(self.buttons):
            self.buttons[place].setFocus(Qt.FocusReason.TabFocusReason)
            self.buttons[place].click()
