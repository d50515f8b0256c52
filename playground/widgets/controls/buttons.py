"""Buttons that show a command, pills that choose one of a few, and the small arrow that opens something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from playground.widgets.commands import Command
from playground.widgets.flow import FlowLayout
from playground.widgets.icons import paint_icon
from playground.widgets.presentation import shown_line
from playground.widgets.style_parts import chevron, rounded
from playground.widgets.theme import color, current_theme, scaled, ui_font
from playground.widgets.themed import Themed

Kind = Literal["primary", "plain", "quiet"]
Align = Qt.AlignmentFlag

_KEY_WORDS = {"Return": "⏎", "Enter": "⏎", "Ctrl+Return": "Ctrl ⏎", "Ctrl+Enter": "Ctrl ⏎"}


def key_text(sequence: QKeySequence) -> str:
    """A shortcut as the design writes it: "Ctrl K", "Esc", "Ctrl ⏎"; "" for none."""
    text = sequence.toString(QKeySequence.SequenceFormat.PortableText)
    return _KEY_WORDS.get(text, text.replace("+", " "))


class ActionButton(Themed, QAbstractButton):
    """A button whose text, tooltip and state are a command's."""

    def __init__(self, command: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._command: Command | None = command
        self.setObjectName(command.id)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._trigger)
        command.changed.connect(self._sync)
        command.destroyed.connect(self._lost)
        self.retheme()
        self._sync()

    @property
    def command(self) -> Command | None:
        """The command it shows; None after the command went away."""
        return self._command

    def _trigger(self) -> None:
        if self._command is not None:
            self._command.trigger()

    def _lost(self) -> None:
        self._command = None
        self.setEnabled(False)

    def _sync(self) -> None:
        command = self._command
        if command is None:
            return
        self.setEnabled(command.isEnabled())
        self.setCheckable(command.isCheckable())
        self.setChecked(command.isChecked())
        self.setToolTip(command.toolTip())
        self.setAccessibleName(command.text().replace("&", ""))
        self.updateGeometry()
        self.update()

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class CommandButton(ActionButton):
    """A push button for a command, with its shortcut as a hint.

    `text`: other words than the command's title (an accessible name stays the title). `shortcut=False` hides the hint.
    """

    def __init__(
        self,
        command: Command,
        kind: Kind = "plain",
        *,
        text: str = "",
        shortcut: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        self._kind: Kind = kind
        self._words = text
        self._hint = shortcut and kind != "quiet"
        super().__init__(command, parent)

    def retheme(self) -> None:
        self.setFont(ui_font(13, 400 if self._kind == "quiet" else 500))
        self.updateGeometry()

    def _text(self) -> str:
        if self._words or self._command is None:
            return self._words
        return self._command.text().replace("&", "")

    def _key(self) -> str:
        return key_text(self._command.shortcut()) if self._hint and self._command is not None else ""

    def _icon_name(self) -> str:
        return self._command.icon_name if self._command is not None and self._kind == "quiet" else ""

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self._text())
        width += 16 if self._kind == "quiet" else 26
        if self._icon_name():
            width += 22
        if key := self._key():
            width += QFontMetrics(ui_font(11)).horizontalAdvance(key) + (8 if self._kind == "primary" else 18)
        return QSize(width, scaled(26 if self._kind == "quiet" else 30))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        enabled, down, hover = self.isEnabled(), self.isDown() or self.isChecked(), self.underMouse()
        rect = self.rect()
        text = "text"
        if self._kind == "primary" and enabled:
            rounded(painter, rect, "accent_hover" if hover or down else "accent", None)
            text = "on_accent"
        elif self._kind == "quiet":
            text = "text" if hover else "muted"
            if enabled and (down or hover):
                rounded(painter, rect, "pressed" if down else "hover", None)
        else:
            fill = "window" if not enabled else "pressed" if down else "hover" if hover else "surface"
            rounded(painter, rect, fill, "line_strong" if enabled else "line")
        if self.hasFocus():
            inset = 2 if self._kind == "primary" else 0
            ring = rect.adjusted(inset, inset, -inset, -inset)
            rounded(painter, ring, None, "on_accent" if self._kind == "primary" else "accent", 5, 1.5)
        self._paint_text(painter, rect, text if enabled else "faint")

    def _paint_text(self, painter: QPainter, rect: QRect, role: str) -> None:
        pad = 8 if self._kind == "quiet" else 13
        x = rect.x() + pad
        if name := self._icon_name():
            paint_icon(painter, QRect(x, rect.center().y() - 7, 16, 16), name, role)
            x += 22
        painter.setFont(self.font())
        painter.setPen(color(role))
        key = self._key()
        area = QRect(x, rect.y(), rect.right() - x - (0 if key else pad) + 1, rect.height())
        painter.drawText(
            area,
            Align.AlignVCenter | (Align.AlignLeft if key or self._icon_name() else Align.AlignHCenter),
            self._text(),
        )
        if not key:
            return
        painter.setFont(ui_font(11))
        width = painter.fontMetrics().horizontalAdvance(key)
        if self._kind == "primary":
            tone = QColor(color(role))
            tone.setAlphaF(0.85)
            painter.setPen(tone)
            painter.drawText(rect.adjusted(0, 0, -pad, 0), Align.AlignVCenter | Align.AlignRight, key)
            return
        cap = QRect(rect.right() - pad - width - 8, rect.center().y() - 8, width + 12, 18)
        rounded(painter, cap, "window", "line", 4)
        painter.setPen(color("muted" if self.isEnabled() else "faint"))
        painter.drawText(cap, Align.AlignCenter, key)


class IconButton(ActionButton):
    """A square with a command's icon (its `icon_name`, or `icon`); the tooltip tells its title and shortcut."""

    def __init__(self, command: Command, *, icon: str = "", size: int = 28, parent: QWidget | None = None) -> None:
        self._icon = icon
        self._size = size
        super().__init__(command, parent)

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = self.rect()
        role = "muted"
        if self.isChecked():
            rounded(painter, rect, "accent_soft", None)
            role = "accent"
        elif self.isEnabled() and (self.isDown() or self.underMouse()):
            rounded(painter, rect, "pressed" if self.isDown() else "hover", None)
            role = "text"
        if self.hasFocus():
            rounded(painter, rect, None, "accent", 6, 1.5)
        name = self._icon or (self._command.icon_name if self._command else "") or "ellipsis"
        side = 18 if self._size >= 26 else 14
        box = QRect((rect.width() - side) // 2, (rect.height() - side) // 2, side, side)
        paint_icon(painter, box, name, role if self.isEnabled() else "faint")


class _Pill(Themed, QAbstractButton):
    """One option of a `Segmented`."""

    def __init__(self, value: str, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.value = value
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.retheme()

    def retheme(self) -> None:
        self.setFont(ui_font(12))
        self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}.get(event.key())
        owner = self.parentWidget()
        if step is not None and isinstance(owner, Segmented):
            owner.move_choice(self, step)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self.text()) + 22, scaled(24))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = self.rect()
        on = self.isChecked()
        fill = "accent_soft" if on else "hover" if self.underMouse() and self.isEnabled() else "surface"
        rounded(painter, rect, fill, None if on else "line", rect.height() / 2)
        if self.hasFocus():
            rounded(painter, rect, None, "accent", rect.height() / 2, 1.5)
        painter.setPen(color("faint" if not self.isEnabled() else "accent" if on else "text"))
        painter.drawText(rect, Align.AlignCenter, self.text())


class Segmented(QWidget):
    """Pills of which one is chosen; arrow keys move between them. `changed` carries the value."""

    changed = Signal(str)

    def __init__(
        self,
        options: Sequence[str | tuple[str, str]],
        *,
        name: str = "",
        flows: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`options`: values, or (value, text) pairs. The first is chosen. `name`: the accessible name. `flows`: those
        for which there is no room begin a new line."""
        super().__init__(parent)
        self.setAccessibleName(name)
        row = FlowLayout(self, gap=8, line_gap=6) if flows else QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        if isinstance(row, QHBoxLayout):
            row.setSpacing(8)
        self._group = QButtonGroup(self)
        self._pills: list[_Pill] = []
        for option in options:
            value, text = (option, option) if isinstance(option, str) else option
            pill = _Pill(value, text, self)
            self._group.addButton(pill)
            self._pills.append(pill)
            row.addWidget(pill)
        if isinstance(row, QHBoxLayout):
            row.addStretch(1)
        if self._pills:
            self._pills[0].setChecked(True)
        self._group.buttonToggled.connect(self._toggled)

    def value(self) -> str:
        """The chosen value, "" where there are no options."""
        return next((pill.value for pill in self._pills if pill.isChecked()), "")

    def set_value(self, value: str) -> None:
        """Choose by value; an unknown one changes nothing."""
        for pill in self._pills:
            if pill.value == value:
                pill.setChecked(True)

    def move_choice(self, pill: QAbstractButton, step: int) -> None:
        """Choose the pill beside one, if it can be chosen, and give it the focus."""
        place = next((at for at, one in enumerate(self._pills) if one is pill), 0) + step
        if 0 <= place < len(self._pills) and self._pills[place].isEnabled():
            self._pills[place].setChecked(True)
            self._pills[place].setFocus(Qt.FocusReason.TabFocusReason)

    def _toggled(self, button: QAbstractButton, checked: bool) -> None:
        if checked and isinstance(button, _Pill):
            self.changed.emit(button.value)


class Disclosure(Themed, QAbstractButton):
    """A line with an arrow that opens and closes something below it: "▸ Reasoning  2.1 s · 146 tokens"."""

    def __init__(self, text: str, note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._note = note
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)
        self.setAccessibleName(text)
        self.retheme()

    def set_note(self, note: str) -> None:
        """The quieter words behind the text."""
        if note != self._note:
            self._note = note
            self.setAccessibleDescription(shown_line(note))
            self.updateGeometry()
            self.update()

    def note(self) -> str:
        return self._note

    def retheme(self) -> None:
        self.setFont(ui_font(12.5))
        self.setAccessibleDescription(shown_line(self._note))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        note = metrics.horizontalAdvance(shown_line(self._note))
        return QSize(metrics.horizontalAdvance(self.text()) + note + 36, scaled(24))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, scaled(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = self.rect()
        theme = current_theme()
        if self.hasFocus():
            rounded(painter, rect, None, "accent", 4, 1.5)
        role = "text" if self.underMouse() else "muted"
        chevron(painter, QRect(-1, 0, 12, rect.height()), "down" if self.isChecked() else "right", role)
        metrics = painter.fontMetrics()
        baseline = QPoint(16, (rect.height() + metrics.ascent() - metrics.descent()) // 2)
        painter.setPen(theme.color(role))
        painter.drawText(baseline, self.text())
        x = 16 + metrics.horizontalAdvance(self.text()) + 8
        painter.setPen(theme.color("muted"))
        note = metrics.elidedText(shown_line(self._note), Qt.TextElideMode.ElideRight, rect.width() - x - 4)
        painter.drawText(QPoint(x, baseline.y()), note)
