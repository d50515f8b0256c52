"""Fields that can be unset: then nothing is sent, and a dashed box says so."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLineEdit, QWidget

from playground.widgets.presentation import shown
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, scaled, ui_font
from playground.widgets.themed import Themed

NOT_SENT = "not sent"
CROSS = 20
"""Pixels at the right that hold the × of a set field."""


class OptionalField:
    """What the optional fields have in common: a value or None, words about what is wrong with it, a box, an ×.

    A field is `Themed` too, which shows its tooltip as a text from elsewhere.
    """

    _problem = ""
    _mark = ""
    _help = ""
    _hover_cross = False
    _special = ""
    _offers: tuple[str, ...] = ()

    def value(self) -> Any:
        """None: unset, or not valid (`problem()` says which)."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Set or, with None, unset."""
        raise NotImplementedError

    def problem(self) -> str:
        """What is wrong with the field in one sentence; "" where nothing is."""
        return self._problem

    def is_unset(self) -> bool:
        raise NotImplementedError

    def unset(self) -> None:
        raise NotImplementedError

    def special(self) -> str:
        """The value that no text stands for, such as null or an empty text, in its words; "" where there is none."""
        return self._special

    def set_special(self, words: str) -> None:
        """Show such a value; the text goes. "" takes it away."""
        raise NotImplementedError

    def set_offers(self, words: tuple[str, ...]) -> None:
        """Such values that can be chosen while the field is unset: by its dots, or Alt+Down."""
        self._offers = words
        self._describe()

    def open_offers(self) -> None:
        """Show them in a menu."""
        from PySide6.QtWidgets import QMenu

        assert isinstance(self, QWidget)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words in self._offers:
            menu.addAction(words).triggered.connect(self._offer_chosen)
        rect = self._cross_rect()
        menu.popup(self.mapToGlobal(QPoint(rect.x(), rect.bottom() + 2)))

    def _offer_chosen(self) -> None:
        assert isinstance(self, QWidget)
        action = self.sender()
        self.choose_special(str(action.text()))  # type: ignore[attr-defined]

    def choose_special(self, words: str) -> None:
        """Show such a value, and say that it was chosen."""
        self.set_special(words)
        self.changed.emit(None)  # type: ignore[attr-defined]

    def set_problem(self, words: str) -> None:
        """Say that the value is wrong; the next change of it takes that away."""
        self._problem = words
        self._describe()

    def set_mark(self, words: str) -> None:
        """Mark the field with what somebody else said of it, such as a server; "" takes the mark away."""
        self._mark = words
        self._describe()

    def mark(self) -> str:
        return self._mark

    def set_help(self, words: str) -> None:
        """What the tooltip says while nothing is wrong."""
        self._help = words
        self._describe()

    def _describe(self) -> None:
        """Tooltip and accessible description from the state."""
        assert isinstance(self, QWidget)
        state = "not sent" if self.is_unset() else ""
        hint = "" if self.is_unset() else "Delete the text, or click ×, to not send it"
        state = self._special or state
        self.setToolTip(self._problem or self._mark or self._help or hint)
        self.setAccessibleDescription(shown(self._problem or self._mark) or state)
        self.update()

    def _cross_rect(self) -> QRect:
        assert isinstance(self, QWidget)
        return QRect(self.width() - CROSS - 2, 0, CROSS, self.height())

    def _paint_box(self, painter: QPainter, focus: bool) -> None:
        assert isinstance(self, QWidget)
        unset = self.is_unset()
        if self._problem or (self._mark and not unset):
            rounded(painter, self.rect(), "error_soft", "error", width=1.5 if focus else 1)
        elif self._mark and not focus:
            rounded(painter, self.rect(), None, "error", dashed=True)
        elif focus:
            rounded(painter, self.rect(), "surface", "accent", width=1.5)
        elif unset:
            rounded(painter, self.rect(), None, "line_strong", dashed=True)
        else:
            rounded(painter, self.rect(), "surface", "line")

    def _paint_cross(self, painter: QPainter) -> None:
        assert isinstance(self, QWidget)
        if (self.is_unset() and not self._offers) or not self.isEnabled():
            return
        center = self._cross_rect().center()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.is_unset():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("text" if self._hover_cross else "faint"))
            for x in (-4, 0, 4):
                painter.drawEllipse(center + QPoint(x, 1), 1, 1)
            painter.restore()
            return
        pen = painter.pen()
        pen.setColor(color("text" if self._hover_cross else "faint"))
        pen.setWidthF(1.3)
        painter.setPen(pen)
        for a, b in ((QPoint(-3, -3), QPoint(4, 4)), (QPoint(-3, 4), QPoint(4, -3))):
            painter.drawLine(center + a, center + b)
        painter.restore()

    def _hits_cross(self, position: QPoint) -> bool:
        """Unset by the ×, or open the menu by the dots, where a press is on them."""
        if not self._cross_rect().contains(position) or (self.is_unset() and not self._offers):
            return False
        if self.is_unset():
            self.open_offers()
        else:
            self.unset()
        return True

    def _offered_by(self, event: QKeyEvent) -> bool:
        """Alt+Down opens the menu; Backspace in a field without text takes such a value away."""
        key = event.key()
        if key == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier and self._offers:
            self.open_offers()
        elif self._special and key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.unset()
        else:
            return False
        return True

    def _track_cross(self, position: QPoint) -> None:
        assert isinstance(self, QWidget)
        over = (not self.is_unset() or bool(self._offers)) and self._cross_rect().contains(position)
        if over != self._hover_cross:
            self._hover_cross = over
            self.update()


class OptionalLine(Themed, OptionalField, QLineEdit):
    """A line that is unset while it is empty."""

    changed = Signal(object)
    """The value, or None."""

    def __init__(self, *, name: str = "", placeholder: str = NOT_SENT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._last: Any = None
        self._waiting = placeholder
        self.setFrame(False)
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setMinimumWidth(80)
        self.textChanged.connect(self._text_changed)
        self.retheme()
        self._align()
        self._describe()

    def is_unset(self) -> bool:
        return not self.text().strip() and not self._special

    def unset(self) -> None:
        special = self._special
        self.set_special("")
        if self.text():
            self.setText("")
        elif special:
            self.changed.emit(None)

    def set_waiting(self, words: str) -> None:
        """What the field says while it is unset."""
        self._waiting = words
        if not self._special:
            self.setPlaceholderText(words)

    def set_special(self, words: str) -> None:
        if words == self._special:
            return
        self._special = words
        if words:
            self.blockSignals(True)
            self.setText("")
            self.blockSignals(False)
            self._last, self._problem = None, ""
        self.setPlaceholderText(words or self._waiting)
        self.retheme()
        self._align()
        self._describe()

    def retheme(self) -> None:
        self.setFont(ui_font(13))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.PlaceholderText, color("accent" if self._special else "muted"))
        palette.setColor(QPalette.ColorRole.Text, color("text"))
        self.setPalette(palette)

    def _parse(self) -> tuple[Any, str]:
        """The value, or None and what is wrong with the text."""
        raise NotImplementedError

    def _text_changed(self) -> None:
        if self._special and self.text():
            self.set_special("")
        before = self._problem
        value, self._problem = self._parse()
        self._align()
        self._describe()
        if value != self._last or type(value) is not type(self._last) or self._problem or before:
            self._last = value
            self.changed.emit(value)

    def _side(self) -> Qt.AlignmentFlag:
        return Qt.AlignmentFlag.AlignLeft

    def _align(self) -> None:
        unset = self.is_unset()
        side = Qt.AlignmentFlag.AlignLeft if unset else self._side()
        if self.alignment() != side | Qt.AlignmentFlag.AlignVCenter:
            self.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self.setTextMargins(7, 0, 7 if unset and not self._offers else CROSS + 1, 0)

    def sizeHint(self) -> QSize:
        return QSize(124, scaled(26))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, scaled(26))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._track_cross(event.position().toPoint())
        self.setCursor(Qt.CursorShape.ArrowCursor if self._hover_cross else Qt.CursorShape.IBeamCursor)
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._hits_cross(event.position().toPoint()):
            self._track_cross(event.position().toPoint())
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._offered_by(event):
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._track_cross(QPoint(-1, -1))
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_box(painter, self.hasFocus())
        painter.end()
        super().paintEvent(event)
        self._paint_cross(QPainter(self))


class OptionalNumber(OptionalLine):
    """A number or nothing. Empty is unset; Up and Down step, from unset to `start` (else the minimum).

    What is typed is never changed: text that is no number, or out of range, is marked, and `problem()` says why.
    """

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
        self._minimum, self._maximum, self._decimals, self._step = minimum, maximum, decimals, step
        self._start = start if start is not None else minimum if minimum is not None else 0.0
        super().__init__(name=name, parent=parent)

    def _side(self) -> Qt.AlignmentFlag:
        return Qt.AlignmentFlag.AlignRight

    def value(self) -> float | int | None:
        number, _ = self._parse()
        return number

    def set_value(self, value: float | int | None) -> None:
        """Set or, with None, unset. A value out of range is shown and marked, not changed."""
        self.setText("" if value is None else self._format(value))

    def _format(self, value: float | int) -> str:
        if isinstance(value, int):
            return str(value)
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)

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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}
        count = steps.get(Qt.Key(event.key()))
        if count is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            self.step_by(count)


class OptionalText(OptionalLine):
    """A text or nothing. Empty is unset.

    `escapes`: \\n, \\t, \\r and \\\\ stand for a line break, a tab, a carriage return and a backslash.
    """

    def __init__(
        self, *, name: str = "", placeholder: str = NOT_SENT, escapes: bool = False, parent: QWidget | None = None
    ) -> None:
        self._escapes = escapes
        super().__init__(name=name, placeholder=placeholder, parent=parent)

    def value(self) -> str | None:
        return self._parse()[0]

    def set_value(self, value: str | None) -> None:
        """Set or, with None, unset; line breaks in a field without escapes become blanks, as Qt has it."""
        text = value or ""
        if self._escapes:
            for letter, character in _ESCAPES.items():
                text = text.replace(character, f"\\{letter}")
        self.setText(text)

    def is_unset(self) -> bool:
        return not self.text() and not self._special

    def _parse(self) -> tuple[str | None, str]:
        text = self.text()
        return (_ESCAPED.sub(_unescaped, text) if self._escapes else text) or None, ""


_ESCAPES = {"\\": "\\", "n": "\n", "t": "\t", "r": "\r"}
"""Letter behind a backslash → character; the backslash first, for it is in all the others."""
_ESCAPED = re.compile(r"\\([\\ntr])")


def _unescaped(found: re.Match[str]) -> str:
    return _ESCAPES[found[1]]
