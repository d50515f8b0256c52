"""The rail at the window's left: one button a panel, the settings at its foot."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.shell.surface import PaintedButton, Surface
from playground.widgets.commands import Command
from playground.widgets.icons import paint_icon
from playground.widgets.theme import current_theme

RAIL_WIDTH = 52
BUTTON = 36
ICON = 18


class RailButton(PaintedButton):
    """Shows one command as an icon; checked while its panel is the one shown."""

    def __init__(self, command: Command, icon_name: str, summary: str, parent: QWidget | None = None) -> None:
        super().__init__(f"rail.{command.id}", command.text(), parent)
        self._command = command
        self._icon_name = icon_name
        keys = command.shortcut().toString()
        self.setToolTip(f"{command.text()}{f' ({keys})' if keys else ''}\n{summary}")
        self.setAccessibleDescription(summary)
        self.setFixedSize(BUTTON, BUTTON)
        self.setCheckable(command.isCheckable())
        self.setChecked(command.isChecked())
        self.clicked.connect(self._trigger)
        command.changed.connect(self._follow)

    @property
    def command(self) -> Command:
        return self._command

    def sizeHint(self) -> QSize:
        return QSize(BUTTON, BUTTON)

    def _trigger(self) -> None:
        self._command.trigger()
        self._follow()

    def _follow(self) -> None:
        self.setChecked(self._command.isChecked())
        self.setEnabled(self._command.isEnabled())

    def paint(self, painter: QPainter, box: QRectF) -> None:
        theme = current_theme()
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft" if self.isChecked() else "hover"))
            painter.drawRoundedRect(box, 7, 7)
        role = "accent" if self.isChecked() else "muted"
        place = QRectF(0, 0, ICON, ICON)
        place.moveCenter(box.center())
        paint_icon(painter, place.toAlignedRect(), self._icon_name, role)


class Rail(Surface):
    """Up and Down move between the buttons; Tab leaves the rail."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface", "r", parent)
        self.setObjectName("rail")
        self.setAccessibleName("Panels")
        self.setFixedWidth(RAIL_WIDTH)
        self._buttons: list[RailButton] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins((RAIL_WIDTH - BUTTON) // 2, 8, (RAIL_WIDTH - BUTTON) // 2, 8)
        self._layout.setSpacing(4)
        self._layout.addStretch(1)
        self._above = 0

    def add(self, command: Command, icon_name: str, summary: str, *, foot: bool = False) -> RailButton:
        """A button for a command, below those before it; `foot`: at the rail's end."""
        button = RailButton(command, icon_name, summary, self)
        if foot:
            self._layout.addWidget(button)
        else:
            self._layout.insertWidget(self._above, button)
            self._above += 1
        self._buttons.append(button)
        return button

    def buttons(self) -> list[RailButton]:
        return list(self._buttons)

    def take_focus(self) -> None:
        """Focus the button of the panel shown."""
        chosen = next((button for button in self._buttons if button.isChecked()), None)
        if chosen is None and self._buttons:
            chosen = self._buttons[0]
        if chosen is not None:
            chosen.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        at = next((index for index, button in enumerate(self._buttons) if button.hasFocus()), None)
        if step is None or at is None:
            super().keyPressEvent(event)
            return
        self._buttons[(at + step) % len(self._buttons)].setFocus(Qt.FocusReason.TabFocusReason)
