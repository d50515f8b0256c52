"""A box that says which schema is in use and how it stands, and opens the list of others."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from playground.widgets.icons import paint_icon
from playground.widgets.presentation import shown_line, tip
from playground.widgets.style_parts import chevron, rounded
from playground.widgets.theme import color, scaled, ui_font
from playground.widgets.themed import Themed

_ICON = 15
_GAP = 9


class SchemaButton(Themed, QAbstractButton):
    """`wanted`: the list of schemas is asked for, by a click, Enter, Space or Down."""

    wanted = Signal()

    def __init__(self, name: str, spoken: str, parent: QWidget | None = None) -> None:
        """`spoken`: what it is, for those who hear it."""
        super().__init__(parent)
        self._spoken = spoken
        self._title, self._state, self._role = "", "", "muted"
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.wanted)
        self.show_schema("", "No schema")

    def show_schema(self, name: str, state: str, role: str = "muted") -> None:
        """The schema's name, and in a word or two how it stands. Without a name the box is dashed."""
        self._title, self._state, self._role = name, state, role
        self.setText(name or state)
        self.setAccessibleName(f"{self._spoken}: {f'{name}, {state}' if name else state}")
        self.setToolTip(tip(name))
        self.update()

    def title(self) -> str:
        return self._title

    def state(self) -> str:
        """The words at the right."""
        return self._state

    def retheme(self) -> None:
        self.setFont(ui_font(13))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(scaled(160), scaled(32))

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(80), scaled(32))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, box = QPainter(self), self.rect()
        line = "accent" if self.hasFocus() else "line_strong" if self.underMouse() or not self._title else "line"
        width = 1.5 if self.hasFocus() else 1
        rounded(painter, box, "surface" if self._title else None, line, width=width, dashed=not self._title)
        side = scaled(_ICON)
        paint_icon(painter, QRect(_GAP, (box.height() - side) // 2, side, side), "braces", "muted")
        chevron(painter, QRect(box.width() - 20, 0, 12, box.height()), "down", "muted")
        left, right = _GAP + side + 7, box.width() - 26
        middle = Qt.AlignmentFlag.AlignVCenter
        state, small = shown_line(self._state), ui_font(12)
        if self._title:
            room = min(QFontMetrics(small).horizontalAdvance(state) + 1, (right - left) // 2)
            painter.setFont(small)
            painter.setPen(color(self._role))
            words = painter.fontMetrics().elidedText(state, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(right - room, 0, room, box.height()), middle | Qt.AlignmentFlag.AlignRight, words)
            right -= room + 8
        painter.setFont(self.font())
        painter.setPen(color("text" if self._title else "muted"))
        words = painter.fontMetrics().elidedText(
            shown_line(self._title or self._state), Qt.TextElideMode.ElideRight, right - left
        )
        painter.drawText(QRect(left, 0, right - left, box.height()), middle, words)
