"""The middle column's first tab: the source, with what may be typed next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.widgets.form.json_edit import Mark
from playground.widgets.source import SourceEdit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.core.schemas.completion import Candidate
    from playground.panels.schemas.workshop import Workshop


class SourceTab(QWidget):
    """`cursor_at` carries the JSON pointer of what the cursor is in."""

    cursor_at = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schemas.source.tab")
        self.edit = SourceEdit("schemas.source", "Source of the schema")
        self.edit.completer = self._complete
        self._workshop: Workshop | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.edit)
        self.edit.cursorPositionChanged.connect(self._moved)

    def attach(self, workshop: Workshop) -> None:
        """Show what is found in this document."""
        self._workshop = workshop
        workshop.checked.connect(self._checked)
        workshop.place_wanted.connect(self.go_to)

    def _complete(self, text: str, cursor: int) -> Sequence[Candidate]:
        from playground.core.schemas.completion import complete

        return complete(text, cursor, self._workshop.value() if self._workshop is not None else None)

    def _checked(self) -> None:
        examined = self._workshop.examined if self._workshop is not None else None
        if examined is None or examined.text != self.edit.text():
            return  # it is looked at again
        if examined.broken is not None:
            place = examined.broken.offset
            self.edit.set_marks([Mark(place, place + 1, examined.broken.words)])
        elif examined.report is not None:
            marks = [
                Mark(start, end, f"{finding.words} {finding.reason}")
                for (start, end), finding in zip(examined.places, examined.report.findings, strict=True)
                if finding.severity != "note"
            ]
            self.edit.set_marks(marks)

    def go_to(self, pointer: str) -> None:
        """Put the cursor at a place of the document."""
        document = self._workshop.document if self._workshop is not None else None
        if document is not None:
            start, _ = document.key_place(pointer)
            self.edit.show_place(start)

    def _moved(self) -> None:
        workshop = self._workshop
        if workshop is None or not self.edit.hasFocus() or not workshop.is_current:
            return
        document = workshop.document
        if document is not None and len(document.text) <= 200_000:
            self.cursor_at.emit(document.pointer_at(self.edit.place()))
