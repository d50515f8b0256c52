"""Settings of several lines: text, and JSON that is checked while it is typed."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from playground.core.runs.json_text import read
from playground.widgets.controls import Label, OptionalField
from playground.widgets.controls.growing import LINE, GrowingEdit
from playground.widgets.theme import color, mono_font, scaled
from playground.widgets.themed import Themed


class _Editor(GrowingEdit):
    """`mono`: in the type of code."""

    def __init__(self, placeholder: str, mono: bool, lines: int) -> None:
        self._mono = mono
        self.special = False
        self._words = placeholder
        super().__init__(placeholder, lines=lines, most=14)

    def retheme(self) -> None:
        super().retheme()
        if self._mono:
            self.setFont(mono_font(12))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.document().isEmpty():
            # Qt's own stands higher than the first line of a text would.
            painter = QPainter(self.viewport())
            painter.setFont(self.font())
            painter.setPen(color("accent" if self.special else "muted"))
            painter.drawText(QRect(0, 1, self.width(), scaled(LINE)), Qt.AlignmentFlag.AlignVCenter, self._words)

    def setPlaceholderText(self, words: str) -> None:
        self._words = words
        super().setPlaceholderText("")
        self.update()

    def placeholderText(self) -> str:
        return self._words

    def keyPressEvent(self, event: QKeyEvent) -> None:
        field = self.parentWidget()
        if not isinstance(field, LongField) or not field._offered_by(event):
            super().keyPressEvent(event)


class LongField(Themed, OptionalField, QWidget):
    """Text of several lines, or nothing. `json`: the kind of JSON it must be (dict or list), None for any text.

    The value is the text as it was typed, whether or not it is JSON.
    """

    changed = Signal(object)
    """The text, or None."""

    def __init__(
        self, *, name: str = "", json: type | None = None, placeholder: str = "not sent", lines: int = 1
    ) -> None:
        super().__init__()
        self._json = json
        self._last: str | None = None
        self._waiting = placeholder
        self.editor = _Editor(placeholder, json is not None, lines)
        self.trouble = Label("", "error", 12, wrap=True)
        self.trouble.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(9, 3, 22, 3)
        column.setSpacing(4)
        column.addWidget(self.editor)
        column.addWidget(self.trouble)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setFocusProxy(self.editor)
        self.setAccessibleName(name)
        self.editor.setAccessibleName(name)
        self.editor.textChanged.connect(self._text_changed)
        self._describe()

    def setObjectName(self, name: object) -> None:
        super().setObjectName(str(name))
        self.editor.setObjectName(f"{name}.text")

    def value(self) -> str | None:
        text = self.editor.text()
        return text if text.strip() else None

    def set_value(self, value: str | None) -> None:
        """Set or, with None, unset."""
        self.editor.set_text(value or "")

    def is_unset(self) -> bool:
        return self.value() is None and not self._special

    def unset(self) -> None:
        special = self._special
        self.set_special("")
        self.editor.set_text("")
        if special:
            self.changed.emit(None)

    def set_waiting(self, words: str) -> None:
        """What the field says while it is unset."""
        self._waiting = words
        if not self._special:
            self.editor.setPlaceholderText(words)

    def set_special(self, words: str) -> None:
        if words == self._special:
            return
        self._special = words
        if words:
            self.editor.blockSignals(True)
            self.editor.set_text("")
            self.editor.blockSignals(False)
            self._last, self._problem = None, ""
        self.editor.setPlaceholderText(words or self._waiting)
        self.editor.special = bool(words)
        self.editor.retheme()
        self._describe()

    def _text_changed(self) -> None:
        if self._special and self.editor.text():
            self.set_special("")
        value = self.value()
        self._problem = read(value, self._json)[1] if value is not None and self._json is not None else ""
        self.trouble.setText(self._problem)
        self.trouble.setVisible(bool(self._problem))
        self._describe()
        if value != self._last:
            self._last = value
            self.changed.emit(value)

    def _describe(self) -> None:
        super()._describe()
        self.editor.setAccessibleDescription(self.accessibleDescription())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._track_cross(event.position().toPoint())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._hits_cross(event.position().toPoint()):
            self.editor.setFocus(Qt.FocusReason.MouseFocusReason)
            self.editor.to_end()

    def leaveEvent(self, event: object) -> None:
        self._track_cross(self.rect().bottomLeft())
        super().leaveEvent(event)  # type: ignore[arg-type]

    def _cross_rect(self):  # type: ignore[no-untyped-def]
        rect = super()._cross_rect()
        rect.setHeight(min(rect.height(), 28))
        return rect

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_box(painter, self.editor.hasFocus())
        self._paint_cross(painter)
