"""A choice that can be unset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QStyle, QStyleOptionComboBox, QWidget

from playground.widgets.controls.optional import CROSS, NOT_SENT, OptionalField
from playground.widgets.style_parts import chevron
from playground.widgets.theme import color, scaled, ui_font
from playground.widgets.themed import Themed


class OptionalChoice(Themed, OptionalField, QComboBox):
    """One of a few words, or nothing. `editable`: any other text too.

    Up, Down and letters choose, Space or Alt+Down opens the list, Delete and Backspace unset.
    """

    changed = Signal(object)
    """The value: a str, or None."""

    def __init__(
        self,
        choices: Sequence[str | tuple[str, str]],
        editable: bool = False,
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`choices`: values, or (value, text) pairs."""
        super().__init__(parent)
        self._last: str | None = None
        self._quiet = False
        self.setAccessibleName(name)
        self.setMinimumWidth(80)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setEditable(editable)
        self.set_choices(choices)
        edit = self.lineEdit()
        if edit is not None:
            self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            edit.setPlaceholderText(NOT_SENT)
            edit.setFrame(False)
            edit.setAccessibleName(name)
            edit.textChanged.connect(self._maybe_changed)
            completer = self.completer()
            if completer is not None:
                completer.setFilterMode(Qt.MatchFlag.MatchContains)
                completer.setCompletionMode(completer.CompletionMode.PopupCompletion)
        self.currentIndexChanged.connect(self._maybe_changed)
        self.retheme()
        self._describe()

    def set_choices(self, choices: Sequence[str | tuple[str, str]]) -> None:
        """Other choices; the value stays, also where it is none of them."""
        value = self.value() if self.count() else None
        self._quiet = True
        self.clear()
        if not self.isEditable():
            self.addItem(NOT_SENT, None)
        for choice in choices:
            key, text = (choice, choice) if isinstance(choice, str) else choice
            self.addItem(text, key)
        self._show(value)
        self._quiet = False

    def value(self) -> Any:
        if self.isEditable():
            text = self.currentText().strip()
            index = self.findText(text, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchCaseSensitive)
            return str(self.itemData(index)) if index >= 0 else text or None
        data = self.currentData()
        return None if data is None else str(data)

    def set_value(self, value: Any) -> None:
        """Set or, with None, unset; a value that is no choice is added to them."""
        self._show(value)
        self._maybe_changed()

    def _show(self, value: str | None) -> None:
        if value is None:
            self.setCurrentIndex(-1 if self.isEditable() else 0)
            if self.isEditable():
                self.setEditText("")
            return
        index = self.findData(value)
        if index < 0 and not self.isEditable():
            self.addItem(value, value)
            index = self.count() - 1
        if index >= 0:
            self.setCurrentIndex(index)
        edit = self.lineEdit()
        if edit is not None:
            self.setEditText(self.itemText(index) if index >= 0 else value)
            if not edit.hasFocus():
                edit.setCursorPosition(0)

    def is_unset(self) -> bool:
        return self.value() is None

    def unset(self) -> None:
        self.set_value(None)

    def _maybe_changed(self) -> None:
        if self._quiet:
            return
        value = self.value()
        if value == self._last:
            return
        self._last = value
        self._problem = ""
        self._leave_room()
        self._describe()
        self.changed.emit(value)

    def retheme(self) -> None:
        self.setFont(ui_font(13))

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        widest = max((metrics.horizontalAdvance(self.itemText(row)) for row in range(min(self.count(), 50))), default=0)
        return QSize(max(124, widest + 52), scaled(26))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, scaled(26))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._leave_room()

    def _leave_room(self) -> None:
        """The line of an editable choice ends before the ×."""
        edit = self.lineEdit()
        if edit is not None:
            room = 0 if self.is_unset() else CROSS - 2
            self.setProperty("room", room)  # the style leaves it whenever Qt lays the line out
            edit.setGeometry(8, 1, max(0, self.width() - 30 - room), max(0, self.height() - 2))

    def _cross_rect(self) -> QRect:
        return QRect(self.width() - CROSS - 19, 0, CROSS, self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.isEditable() and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.unset()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the panel; it changes no value."""
        event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._track_cross(event.position().toPoint())
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.is_unset() and self._cross_rect().contains(event.position().toPoint()):
            self.unset()
            return
        super().mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._track_cross(QPoint(-1, -1))
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter = QPainter(self)
        focus = self.hasFocus() or bool(option.state & QStyle.StateFlag.State_HasFocus)
        self._paint_box(painter, focus)
        arrow = QRect(self.width() - 22, 0, 16, self.height())
        chevron(painter, arrow, "down", "muted" if self.isEnabled() else "faint")
        if not self.isEditable():
            painter.setFont(self.font())
            unset = self.is_unset()
            painter.setPen(color("faint" if not self.isEnabled() else "muted" if unset else "text"))
            area = self.rect().adjusted(9, 0, -24 if unset else -42, 0)
            text = painter.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)
        self._paint_cross(painter)


class OptionalFlag(OptionalChoice):
    """true, false or nothing."""

    def __init__(self, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(("true", "false"), name=name, parent=parent)

    def value(self) -> bool | None:
        return {"true": True, "false": False}.get(str(self.currentData()))

    def set_value(self, value: bool | None) -> None:
        """Set or, with None, unset."""
        super().set_value(None if value is None else "true" if value else "false")
