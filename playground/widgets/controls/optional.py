"""Fields that can be unset: then nothing is sent, and a dashed box says so."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QStyle, QStyleOptionComboBox, QWidget

from playground.widgets.presentation import shown, tip
from playground.widgets.style_parts import chevron, rounded
from playground.widgets.theme import color, scaled, ui_font
from playground.widgets.themed import Themed

NOT_SENT = "not sent"
_CROSS = 20
"""Pixels at the right that hold the × of a set field."""


class OptionalField:
    """What the optional fields have in common: a value or None, words about what is wrong with it, a box, an ×."""

    _problem = ""
    _hover_cross = False

    def value(self) -> float | int | str | None:
        """None: unset, or not valid (`problem()` says which)."""
        raise NotImplementedError

    def problem(self) -> str:
        """What is wrong with the field in one sentence; "" where nothing is."""
        return self._problem

    def is_unset(self) -> bool:
        raise NotImplementedError

    def unset(self) -> None:
        raise NotImplementedError

    def set_problem(self, words: str) -> None:
        """Mark the field, e.g. with what the server said about it; the next change of the value takes it away."""
        self._problem = words
        self._describe()

    def _describe(self) -> None:
        """Tooltip and accessible description from the state."""
        assert isinstance(self, QWidget)
        state = "not sent" if self.is_unset() else ""
        hint = "" if self.is_unset() else "Delete the text, or click ×, to not send it"
        self.setToolTip(tip(self._problem) or hint)
        self.setAccessibleDescription(shown(self._problem) or state)
        self.update()

    def _cross_rect(self) -> QRect:
        assert isinstance(self, QWidget)
        return QRect(self.width() - _CROSS - 2, 0, _CROSS, self.height())

    def _paint_box(self, painter: QPainter, focus: bool) -> None:
        assert isinstance(self, QWidget)
        unset = self.is_unset()
        if self._problem:
            rounded(painter, self.rect(), "error_soft", "error", width=1.5 if focus else 1)
        elif focus:
            rounded(painter, self.rect(), "surface", "accent", width=1.5)
        elif unset:
            rounded(painter, self.rect(), None, "line_strong", dashed=True)
        else:
            rounded(painter, self.rect(), "surface", "line")

    def _paint_cross(self, painter: QPainter) -> None:
        assert isinstance(self, QWidget)
        if self.is_unset() or not self.isEnabled():
            return
        center = self._cross_rect().center()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = painter.pen()
        pen.setColor(color("text" if self._hover_cross else "faint"))
        pen.setWidthF(1.3)
        painter.setPen(pen)
        for a, b in ((QPoint(-3, -3), QPoint(4, 4)), (QPoint(-3, 4), QPoint(4, -3))):
            painter.drawLine(center + a, center + b)
        painter.restore()

    def _track_cross(self, position: QPoint) -> None:
        assert isinstance(self, QWidget)
        over = not self.is_unset() and self._cross_rect().contains(position)
        if over != self._hover_cross:
            self._hover_cross = over
            self.update()


class OptionalNumber(Themed, OptionalField, QLineEdit):
    """A number or nothing. Empty is unset; Up and Down step, from unset to `start` (else the minimum).

    What is typed is never changed: text that is no number, or out of range, is marked, and `problem()` says why.
    """

    changed = Signal(object)
    """The value: int (no decimals), float, or None."""

    def __init__(
        self,
        minimum: float | None = None,
        maximum: float | None = None,
        decimals: int = 2,
        step: float = 0.1,
        *,
        start: float | None = None,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._minimum, self._maximum, self._decimals, self._step = minimum, maximum, decimals, step
        self._start = start if start is not None else minimum if minimum is not None else 0.0
        self._last: float | int | None = None
        self.setFrame(False)
        self.setAccessibleName(name)
        self.setPlaceholderText(NOT_SENT)
        self.setMinimumWidth(80)
        self.textChanged.connect(self._text_changed)
        self.retheme()
        self._align()
        self._describe()

    def value(self) -> float | int | None:
        number, _ = self._parse()
        return number

    def set_value(self, value: float | int | None) -> None:
        """Set or, with None, unset. A value out of range is shown and marked, not changed."""
        self.setText("" if value is None else self._format(value))

    def is_unset(self) -> bool:
        return not self.text().strip()

    def unset(self) -> None:
        self.setText("")

    def retheme(self) -> None:
        self.setFont(ui_font(13))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.PlaceholderText, color("muted"))
        palette.setColor(QPalette.ColorRole.Text, color("text"))
        self.setPalette(palette)

    def _format(self, value: float | int) -> str:
        if self._decimals == 0:
            return str(int(value)) if float(value).is_integer() else repr(float(value))
        return f"{round(float(value), 10):g}" if abs(value) < 1e6 else repr(float(value))

    def _parse(self) -> tuple[float | int | None, str]:
        text = self.text().strip()
        if not text:
            return None, ""
        number: float | int
        try:
            number = int(text) if self._decimals == 0 else float(text)
        except ValueError:
            if "," in text:
                return None, f"“{text}” is no number here: write it with a point, without separators"
            kind = "whole number" if self._decimals == 0 else "number"
            return None, f"“{text}” is not a {kind}"
        if number != number or number in (float("inf"), float("-inf")):
            return None, f"“{text}” is not a number that can be sent"
        low, high = self._minimum, self._maximum
        if (low is not None and number < low) or (high is not None and number > high):
            return None, self._range_words()
        return number, ""

    def _range_words(self) -> str:
        low = None if self._minimum is None else self._format(self._minimum)
        high = None if self._maximum is None else self._format(self._maximum)
        if low is not None and high is not None:
            return f"Must be between {low} and {high}"
        return f"Must be at least {low}" if low is not None else f"Must be at most {high}"

    def _text_changed(self) -> None:
        number, self._problem = self._parse()
        self._align()
        self._describe()
        if number != self._last or type(number) is not type(self._last) or self._problem:
            self._last = number
            self.changed.emit(number)

    def _align(self) -> None:
        unset = self.is_unset()
        side = Qt.AlignmentFlag.AlignLeft if unset else Qt.AlignmentFlag.AlignRight
        if self.alignment() != side | Qt.AlignmentFlag.AlignVCenter:
            self.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self.setTextMargins(7, 0, 7 if unset else _CROSS + 1, 0)

    def step_by(self, steps: int) -> None:
        """Move by steps of the field's size, inside its range; from unset to its start value."""
        number = self.value()
        if number is None:
            if self.is_unset():
                self.set_value(self._start)
            return
        target = round(number + steps * self._step, 10)
        if self._minimum is not None:
            target = max(self._minimum, target)
        if self._maximum is not None:
            target = min(self._maximum, target)
        self.set_value(target)
        self.selectAll()

    def sizeHint(self) -> QSize:
        return QSize(124, scaled(26))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, scaled(26))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}
        count = steps.get(Qt.Key(event.key()))
        if count is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            self.step_by(count)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._track_cross(event.position().toPoint())
        self.setCursor(Qt.CursorShape.ArrowCursor if self._hover_cross else Qt.CursorShape.IBeamCursor)
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.is_unset() and self._cross_rect().contains(event.position().toPoint()):
            self.unset()
            self._track_cross(event.position().toPoint())
            return
        super().mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._track_cross(QPoint(-1, -1))
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_box(painter, self.hasFocus())
        painter.end()
        super().paintEvent(event)
        self._paint_cross(QPainter(self))


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

    def value(self) -> str | None:
        if self.isEditable():
            text = self.currentText().strip()
            index = self.findText(text, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchCaseSensitive)
            return str(self.itemData(index)) if index >= 0 else text or None
        data = self.currentData()
        return None if data is None else str(data)

    def set_value(self, value: str | None) -> None:
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
        if self.isEditable():
            self.setEditText(self.itemText(index) if index >= 0 else value)

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

    def _cross_rect(self) -> QRect:
        return QRect(self.width() - _CROSS - 20, 0, _CROSS, self.height())

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
