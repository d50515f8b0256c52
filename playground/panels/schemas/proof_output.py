"""One output: laid out, what is wrong underlined, and said below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QTextEdit, QVBoxLayout, QWidget

from playground.core.importing import IMPORTING
from playground.widgets.controls import IconButton, IdLabel, SectionLabel
from playground.widgets.form.json_edit import JsonEdit, Mark
from playground.widgets.presentation import shown
from playground.widgets.style_parts import rounded
from playground.widgets.surface import Text
from playground.widgets.theme import color

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation
    from playground.core.schemas.proof import Outcome
    from playground.core.schemas.proof.showing import ShownOutput
    from playground.widgets.commands import Command

LINES = 6
"""Things that are wrong which are said; of more, how many there are."""


def show(outcome: Outcome) -> ShownOutput:
    """In the pool."""
    with IMPORTING:
        from playground.core.schemas.proof.showing import show_output
    return show_output(outcome)


class OutputText(JsonEdit):
    """JSON to read, without line numbers: they would take a tenth of the column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._note = (0, 0)
        super().__init__(parent)
        self.setObjectName("schemas.proof.output")
        self.setAccessibleName("The output")
        self.setReadOnly(True)
        self.document().setDocumentMargin(10)
        self._gutter.hide()

    def show_output(self, output: ShownOutput, role: str) -> None:
        text = shown(output.text)
        self._role = role
        self._note = (len(text), len(text) + len(output.note))
        self.setPlainText(text + output.note)
        # Masked texts have other lengths: then what is wrong is only said.
        places = output.marks if text == output.text else ()
        marks = [Mark(start, end, words) for start, end, words in places]
        self.set_marks(marks)
        self._show_marks()
        if marks:
            self.show_place(marks[0].start)

    _role = "warning"

    def _show_marks(self) -> None:
        super()._show_marks()
        if self._note[1] <= self._note[0]:
            return
        made = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        last = self.document().characterCount() - 1
        qt = self.places().to_qt
        cursor.setPosition(min(qt(self._note[0]), last))
        cursor.setPosition(min(qt(self._note[1]), last), QTextCursor.MoveMode.KeepAnchor)
        made.cursor = cursor  # type: ignore[attr-defined]
        look = QTextCharFormat()
        look.setForeground(color(self._role))
        made.format = look  # type: ignore[attr-defined]
        self.setExtraSelections([*self.extraSelections(), made])

    def gutter_width(self) -> int:
        return 0

    def retheme(self) -> None:
        super().retheme()
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, color("sunken"))
        self.setPalette(palette)

    def paint_gutter(self, painter: QPainter, rect: QRect) -> None:
        """There is none."""


class OutputBox(QWidget):
    """`opened`: an exchange's id is asked for."""

    opened = Signal(str)

    def __init__(self, bridge: Bridge, copy: Command, request: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._operation: Operation[ShownOutput] | None = None
        self.outcome: Outcome | None = None
        self._next = False
        self.title = SectionLabel("Output")
        self.id = IdLabel("", limit=14)
        self.id.setObjectName("schemas.proof.request_id")
        self.id.opened.connect(self._open)
        self.text = OutputText()
        self.words = Text("", "muted", size=12, wrap=True)
        self.words.setObjectName("schemas.proof.words")
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.title, 1)
        head.addWidget(self.id)
        head.addWidget(IconButton(copy, size=24))
        head.addWidget(IconButton(request, size=24))
        self.box = _Box(self.text)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.words)
        column.addWidget(self.box, 1)
        column.addStretch(0)

    def show_outcome(self, outcome: Outcome, title: str) -> None:
        """Lay it out, off the GUI thread."""
        self.outcome = outcome
        self.title.set_title(title)
        self.id.set_id(outcome.request_id)
        self.box.setVisible(bool(outcome.text))
        self.words.set_text(_words(outcome))
        self.words.set_role({"valid": "good", "cut": "warning", "refused": "warning"}.get(outcome.verdict, "error"))
        if self._operation is not None:
            self._next = True
            return
        self._operation = self._bridge.blocking(show, outcome, label="Laying the output out", owner=self)
        self._operation.finished.connect(self._laid_out)

    def _laid_out(self) -> None:
        operation, self._operation = self._operation, None
        if self._next and self.outcome is not None:
            self._next = False
            self.show_outcome(self.outcome, self.title.accessibleName())
        elif operation is not None and operation.result is not None and self.outcome is not None:
            role = "warning" if self.outcome.verdict in ("cut", "refused") else "error"
            self.text.show_output(operation.result, role)

    def _open(self, _request_id: str) -> None:
        if self.outcome is not None and self.outcome.exchange_id:
            self.opened.emit(self.outcome.exchange_id)


def _words(outcome: Outcome) -> str:
    """Each thing that is wrong on a line, its place before it."""
    if outcome.problem is not None:
        return f"{outcome.problem.title}."
    if not outcome.wrong:
        return outcome.words
    lines = []
    for one in outcome.wrong[:LINES]:
        here = " (only checked here)" if one.client else ""
        lines.append(f"{one.line()}{here}")
    if len(outcome.wrong) > LINES:
        lines.append(f"and {len(outcome.wrong) - LINES} more")
    return "\n".join(lines)


class _Box(QWidget):
    """The rounded frame around the text."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(inner)
        self.setMinimumHeight(64)

    def paintEvent(self, event: QPaintEvent) -> None:
        rounded(QPainter(self), self.rect(), "sunken", "line", 8)
