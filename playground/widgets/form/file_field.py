"""A file to be sent: its path is typed, chosen or dropped."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.widgets.controls import Label, OptionalField, OptionalText
from playground.widgets.controls.pick import SmallButton
from playground.widgets.style_parts import rounded
from playground.widgets.themed import Themed


class PathLine(OptionalText):
    """The path. Says by its parent's border that a file may be dropped."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self.setAcceptDrops(False)


class FileField(Themed, OptionalField, QWidget):
    """The value is `@` and the path, as `playground call` has it; None where there is none.

    `asked`: its size is wanted, for this path; whoever knows it answers by `set_size`.
    """

    changed = Signal(object)
    asked = Signal(str)
    more_dropped = Signal(list)
    """The paths of the files that were dropped beside the first."""

    def __init__(self, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._over = False
        self.setAcceptDrops(True)
        self.line = PathLine(name)
        self.browse = SmallButton("folder", self)
        self.browse.setToolTip("Choose a file")
        self.size_label = Label("", "muted", 12)
        self.size_label.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.line, 1)
        row.addWidget(self.size_label)
        row.addWidget(self.browse)
        self.setFocusProxy(self.line)
        self.setAccessibleName(name)
        self.line.changed.connect(self._line_changed)
        self.browse.clicked.connect(self.choose)
        self.dialog: Any = None

    def setObjectName(self, name: object) -> None:
        super().setObjectName(str(name))
        self.line.setObjectName(f"{name}.path")
        self.browse.setObjectName(f"{name}.choose")

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.line.setAccessibleName(f"Path of {name}")
        self.browse.setAccessibleName(f"Choose a file for {name}")

    # The value

    def value(self) -> str | None:
        path = self.line.value()
        return None if path is None else f"@{path.removeprefix('@')}"

    def set_value(self, value: str | None) -> None:
        self.line.set_value(None if value is None else value.removeprefix("@"))

    def path(self) -> str:
        """The path, "" where there is none."""
        return (self.value() or "")[1:]

    def is_unset(self) -> bool:
        return self.line.is_unset()

    def unset(self) -> None:
        self.line.unset()

    def special(self) -> str:
        return self.line.special()

    def set_special(self, words: str) -> None:
        self.line.set_special(words)

    def set_offers(self, words: tuple[str, ...]) -> None:
        self.line.set_offers(words)

    def set_waiting(self, words: str) -> None:
        self.line.set_waiting(f"{words}: drop a file, or choose")

    def set_problem(self, words: str) -> None:
        self.line.set_problem(words)

    def set_mark(self, words: str) -> None:
        self.line.set_mark(words)

    def mark(self) -> str:
        return self.line.mark()

    def problem(self) -> str:
        return self.line.problem()

    def set_help(self, words: str) -> None:
        self.line.set_help(words)

    def _describe(self) -> None:
        """The line says it."""

    def set_size(self, path: str, words: str) -> None:
        """How large the file is, or why that is not known; of no interest where the path is another by now."""
        if path == self.path():
            self.size_label.setText(words)
            self.size_label.setVisible(bool(words))

    def _line_changed(self, value: object) -> None:
        self.size_label.hide()
        if self.path():
            self.asked.emit(self.path())
        self.changed.emit(self.value())

    # Choosing and dropping

    def choose(self) -> None:
        """Ask for a file."""
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self, "Choose a file")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._chosen)
        self.dialog = dialog
        dialog.open()

    def _chosen(self, path: str) -> None:
        self.dialog = None
        if path:
            self.set_value(f"@{path}")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._set_over(True)

    def dragLeaveEvent(self, event: QEvent) -> None:  # type: ignore[override]
        self._set_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._set_over(False)
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.set_value(f"@{paths[0]}")
            self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        if len(paths) > 1:
            self.more_dropped.emit(paths[1:])

    def _set_over(self, over: bool) -> None:
        if over != self._over:
            self._over = over
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._over:
            rounded(QPainter(self), self.rect(), "accent_soft", "accent", 6, 1.5)
