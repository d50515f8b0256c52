"""The filter: a line in the query language, coloured, completed as it is typed, its mistakes underlined."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QInputMethodEvent, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QWidget

from playground.panels.inspector import reading
from playground.widgets.completion import Completion
from playground.widgets.fields import VeiledField
from playground.widgets.theme import color, mono_font

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation

AFTER_MS = 180
"""How long nothing is typed before the log is asked."""
_TERM = re.compile(r'(?:(?<=\s)|^)-?([A-Za-z_]+(?:!=|>=|<=|[:=<>]))(?=\S)|"[^"]*"?')


class QueryField(VeiledField):
    """`asked` carries what is to be looked for, soon after it was typed or at once on Enter."""

    asked = Signal(str)
    entered = Signal()
    """Enter: the first row is meant."""
    left_down = Signal()
    """Down: the list is meant."""

    def __init__(self, bridge: Bridge, store: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.filter")
        self.setAccessibleName("Filter the requests, or paste any ID")
        self.setPlaceholderText('status:429  model:gpt-*  since:2h  dur>5s  "free text"  or any ID')
        self.setClearButtonEnabled(True)
        self.setMaxLength(4000)
        self._bridge, self._store = bridge, store
        self._wrong: tuple[int, int] | None = None
        self._looking: Operation[Any] | None = None
        self._again = False
        self._completion: Completion | None = None
        self._painting = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self.ask)
        self.textChanged.connect(self._changed)
        self.textEdited.connect(self._edited)
        self.retheme()

    def retheme(self) -> None:
        super().retheme()
        self.setFont(mono_font(12))
        self._colour()

    # Asking

    def ask(self) -> None:
        """Say now what is to be looked for."""
        self._timer.stop()
        self.asked.emit(self.text().strip())

    def set_query(self, text: str) -> None:
        """Put a query there, and ask it."""
        self.setText(text)
        self.close_completion()
        self.ask()

    def mark(self, start: int, end: int) -> None:
        """Underline what is wrong; nothing where both are the same and at the end."""
        lead = len(self.text()) - len(self.text().lstrip())
        self._wrong = (start + lead, max(end, start + 1) + lead) if end or start else None
        self._colour()

    def unmark(self) -> None:
        if self._wrong is not None:
            self._wrong = None
            self._colour()

    def _changed(self, _text: str) -> None:
        if not self._painting:
            self._wrong = None
            self._timer.start()
            self._colour()

    # Colours

    def _colour(self) -> None:
        """A QLineEdit has no highlighter; formats as an input method gives them stay until the text is another."""
        if self._painting or self.echoMode() != VeiledField.EchoMode.Normal:
            return
        cursor = self.cursorPosition()
        attributes = []
        for match in _TERM.finditer(self.text()):
            start, end = match.span(1) if match[1] else match.span()
            form = QTextCharFormat()
            form.setForeground(color("simulated" if match[1] else "muted"))
            attributes.append(self._attribute(start - cursor, end - start, form))
        if self._wrong is not None:
            start, end = self._wrong
            form = QTextCharFormat()
            form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            form.setUnderlineColor(color("error"))
            form.setForeground(color("error"))
            attributes.append(self._attribute(start - cursor, min(end, len(self.text())) - start, form))
        self._painting = True
        QCoreApplication.sendEvent(self, QInputMethodEvent("", attributes))
        self._painting = False

    @staticmethod
    def _attribute(start: int, length: int, form: QTextCharFormat) -> QInputMethodEvent.Attribute:
        return QInputMethodEvent.Attribute(QInputMethodEvent.AttributeType.TextFormat, start, max(length, 0), form)

    # Completing

    def _edited(self, _text: str) -> None:
        self._complete()

    def _complete(self) -> None:
        if self._looking is not None:
            self._again = True
            return
        self._looking = self._bridge.blocking(
            reading.values, self._store, self.text(), self.cursorPosition(), label="Completing a query", owner=self
        )
        self._looking.finished.connect(self._completed)

    def _completed(self) -> None:
        operation, self._looking = self._looking, None
        failed = operation is None or operation.error is not None
        if self._again:
            self._again = False
            self._complete()
        elif operation is not None and not failed and self.hasFocus():
            found = [one for one in operation.result or () if self.text()[one.start : one.end] != one.text]
            typed = self.text()[found[0].start : self.cursorPosition()] if found else ""
            # An empty line shows what there is only when it is asked for.
            self._popup().offer(found if typed or self.text()[: self.cursorPosition()].endswith((":", ",")) else [])

    def _popup(self) -> Completion:
        if self._completion is None:
            self._completion = Completion("inspector.completion", self)
            self._completion.taken.connect(self._take)
        return self._completion

    def completing(self) -> bool:
        return self._completion is not None and self._completion.isVisible()

    def close_completion(self) -> None:
        if self._completion is not None:
            self._completion.hide()

    def _take(self, candidate: Any) -> None:
        text = self.text()
        value = candidate.text
        if not value.endswith((":", ">", "<", "=")) and not text[candidate.end : candidate.end + 1].strip():
            value += " "
        self.setText(text[: candidate.start] + value + text[candidate.end :].lstrip())
        self.setCursorPosition(candidate.start + len(value))
        self.close_completion()
        if value.endswith(":"):
            self._complete()

    def show_completion(self) -> None:
        """Ctrl+Space: all that may come next."""
        from playground.core.exchanges.query.complete import complete

        self._popup().offer(complete(self.text(), self.cursorPosition()))

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self.completing() and self._completion_key(key):
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close_completion()
            self.ask()
            self.entered.emit()
        elif key == Qt.Key.Key_Down:
            self.left_down.emit()
        elif key == Qt.Key.Key_Escape and self.text():
            self.set_query("")
        elif key == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.show_completion()
        else:
            super().keyPressEvent(event)

    def _completion_key(self, key: Qt.Key) -> bool:
        done = self._popup().key(key)
        if not isinstance(done, bool) and done is not None:
            self._take(done)
            return True
        return bool(done)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab takes what is offered, where something is."""
        if forward and self.completing():
            self._completion_key(Qt.Key.Key_Tab)
            return True
        return super().focusNextPrevChild(forward)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.close_completion()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.close_completion()
