"""Quiet buttons: a word that opens a menu of others, and a small icon at a corner."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from playground.widgets.icons import paint_icon
from playground.widgets.presentation import shown_line
from playground.widgets.style_parts import chevron, rounded
from playground.widgets.theme import color, scaled, ui_font
from playground.widgets.themed import Themed


class PickButton(Themed, QAbstractButton):
    """`user ▾`: a click, Space or Alt+Down opens the choices; Up and Down choose without opening.

    A value that is none of the choices is shown and offered too.
    """

    chosen = Signal(str)

    def __init__(self, choices: Sequence[str], value: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = tuple(choices)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setText(value)
        self.clicked.connect(self.open_menu)
        self.retheme()

    def retheme(self) -> None:
        self.setFont(ui_font(12))
        self.updateGeometry()

    def value(self) -> str:
        return self.text()

    def set_value(self, value: str) -> None:
        """Choose; says so where that is another one."""
        if value != self.text():
            self.show_value(value)
            self.chosen.emit(value)

    def show_value(self, value: str) -> None:
        """Show another value, as nobody's choice."""
        if value != self.text():
            self.setText(value)
            self.updateGeometry()

    def set_choices(self, choices: Sequence[str]) -> None:
        self._choices = tuple(choices)

    def open_menu(self) -> None:
        """Show the choices below the button."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for choice in self._choices if self.text() in self._choices else (*self._choices, self.text()):
            action = menu.addAction(choice.replace("&", "&&"))
            action.setData(choice)
            action.setCheckable(True)
            action.setChecked(choice == self.text())
            group.addAction(action)
        group.triggered.connect(self._triggered)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def _triggered(self, action: QAction) -> None:
        self.set_value(str(action.data()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or (
            step == 1 and event.modifiers() & Qt.KeyboardModifier.AltModifier
        ):
            self.open_menu()
        elif step is None or event.modifiers() & Qt.KeyboardModifier.AltModifier or not self._choices:
            super().keyPressEvent(event)
        else:
            index = self._choices.index(self.text()) if self.text() in self._choices else 0
            self.set_value(self._choices[min(max(index + step, 0), len(self._choices) - 1)])

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(shown_line(self.text())) + 22, scaled(20))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        role = "text" if self.underMouse() or self.hasFocus() else "muted"
        if self.hasFocus():
            rounded(painter, self.rect(), None, "accent", 4, 1.5)
        painter.setPen(color(role))
        area = self.rect().adjusted(4, 0, -18, 0)
        text = painter.fontMetrics().elidedText(shown_line(self.text()), Qt.TextElideMode.ElideRight, area.width() + 1)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)
        chevron(painter, QRect(self.width() - 15, 1, 12, self.height()), "down", role)


class SmallButton(QAbstractButton):
    """A small icon at a corner, 20 pixels square."""

    def __init__(self, icon: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setFixedSize(20, 20)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        hover = self.isEnabled() and self.underMouse()
        if hover:
            rounded(painter, self.rect(), "hover", None, 4)
        if self.hasFocus():
            rounded(painter, self.rect(), None, "accent", 4, 1.5)
        role = "text" if hover or self.hasFocus() else "muted" if self.isEnabled() else "faint"
        paint_icon(painter, QRect(3, 3, 14, 14), self._icon, role)
