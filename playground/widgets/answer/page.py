"""An answer's faces: a line with pills and the tools of the face that is seen, and below it that face."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from playground.widgets.answer.face import Face
from playground.widgets.commands import Command
from playground.widgets.controls import Banner, HairLine, IconButton, Segmented
from playground.widgets.heads import Head, pills


class FacesPage(QWidget):
    """Shows one of some faces; which there are depends on the answer."""

    chosen = Signal(str)
    """A face's kind, when a person chose it."""

    def __init__(self, name: str, commands: Sequence[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.faces: tuple[Face, ...] = ()
        self.face: Face | None = None
        self.pills: Segmented | None = None
        self.head = Head()
        self._tools = QStackedWidget()
        self._tools.setSizePolicy(self.head.note.sizePolicy())
        self._nothing = QWidget()
        self._tools.addWidget(self._nothing)
        self.head.row.addWidget(self._tools, 1)
        for command in commands:
            self.head.row.addWidget(IconButton(command))
        self._above = QVBoxLayout()
        self._above.setContentsMargins(12, 12, 12, 12)
        self._banner_place = QWidget()
        self._banner_place.setLayout(self._above)
        self._banner_place.hide()
        self.stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(HairLine())
        column.addWidget(self._banner_place)
        column.addWidget(self.stack, 1)

    def add(self, face: Face) -> None:
        """A face that has just been made."""
        self.stack.addWidget(face)
        if face.tools is not None:
            self._tools.addWidget(face.tools)

    def set_faces(self, faces: Sequence[Face], first: Face) -> None:
        """What there is of this answer; `first` is seen."""
        if tuple(faces) != self.faces:
            self.faces = tuple(faces)
            self._make_pills()
        self.show_face(first)

    def _make_pills(self) -> None:
        if self.pills is not None:
            self.head.row.removeWidget(self.pills)
            self.pills.hide()
            self.pills.deleteLater()
            self.pills = None
        if len(self.faces) > 1:
            options = [(face.kind, face.title) for face in self.faces]
            self.pills = pills(f"{self._name}.face", options, "Show the answer as")
            self.pills.changed.connect(self._pill_chosen)
            self.head.row.insertWidget(0, self.pills)

    def _pill_chosen(self, kind: str) -> None:
        face = next((face for face in self.faces if face.kind == kind), None)
        if face is not None:
            self.show_face(face)
            self.chosen.emit(kind)

    def show_face(self, face: Face) -> None:
        self.face = face
        self.stack.setCurrentWidget(face)
        self._tools.setCurrentWidget(face.tools or self._nothing)
        if self.pills is not None:
            self.pills.blockSignals(True)
            self.pills.set_value(face.kind)
            self.pills.blockSignals(False)

    def set_banner(self, banner: Banner | None) -> None:
        """What went wrong after something had come; None: nothing."""
        while (item := self._above.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if banner is not None:
            self._above.addWidget(banner)
        self._banner_place.setVisible(banner is not None)
