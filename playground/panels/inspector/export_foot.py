"""The foot of the export dialog: where the file goes, how far it is, what went wrong."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLineEdit, QProgressBar, QPushButton, QWidget

from playground.core.errors import explain
from playground.core.exchanges.handover import not_written
from playground.widgets.controls import Label
from playground.widgets.surface import Text


class Foot(QWidget):
    """`save_asked`, `stop_asked`, `close_asked`: what was pressed."""

    save_asked = Signal()
    stop_asked = Signal()
    close_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.may_replace = False
        """Whether somebody said that a file of this name may go."""
        self.dialog: QFileDialog | None = None
        self.file = QLineEdit()
        self.file.setObjectName("inspector.export.file")
        self.file.setAccessibleName("File")
        self.file.textEdited.connect(self._edited)
        label = Label("File")
        label.setBuddy(self.file)
        self.size = Label("", "muted", 12)
        self.size.setObjectName("inspector.export.size")
        self.choose = self._button("Choose…", "choose")
        self.choose.clicked.connect(self._choose)
        self.words = Text("", "muted", size=12, wrap=True)
        self.words.setObjectName("inspector.export.words")
        self.bar = QProgressBar()
        self.bar.setObjectName("inspector.export.progress")
        self.bar.setAccessibleName("Progress")
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(6)
        self.bar.hide()
        self.open_button = self._button("Open Folder", "open")
        self.open_button.clicked.connect(self._open)
        self.open_button.hide()
        self.cancel = self._button("Cancel", "cancel")
        self.cancel.clicked.connect(self._cancel)
        self.save = self._button("Save", "save")
        self.save.clicked.connect(self.save_asked)
        self.save.setDefault(True)
        self._running = False
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.file, 0, 1)
        grid.addWidget(self.size, 0, 2)
        grid.addWidget(self.choose, 0, 3)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.bar, 1)
        for button in (self.open_button, self.cancel, self.save):
            row.addWidget(button)
        grid.addLayout(row, 1, 0, 1, 4)
        grid.setColumnStretch(1, 1)

    def _button(self, text: str, name: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"inspector.export.{name}")
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        return button

    # Where

    def path(self) -> Path:
        return Path(self.file.text()).expanduser()

    def set_path(self, path: Path) -> None:
        """Suggest a place; another name may not replace anything yet."""
        self.file.setText(str(path))
        self._edited()

    def set_size(self, words: str) -> None:
        self.size.setText(words)

    def _edited(self) -> None:
        self.may_replace = False
        self.save.setText("Save")
        self.save.setEnabled(bool(self.file.text().strip()))

    def _choose(self) -> None:
        dialog = QFileDialog(self, "Save as", str(self.path().parent))
        dialog.setObjectName("inspector.export.files")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix(self.path().suffix[1:])
        dialog.selectFile(self.path().name)
        dialog.fileSelected.connect(self._chosen)
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def _chosen(self, file: str) -> None:
        self.set_path(Path(file))
        self.may_replace = True  # the dialog asks

    # What goes on

    def run(self, running: bool) -> None:
        """While it is written, Cancel stops that, and nothing else can be done."""
        self._running = running
        self.bar.setVisible(running)
        self.bar.setRange(0, 0)
        self.words.setVisible(not running)
        self.save.setEnabled(not running)
        self.file.setEnabled(not running)
        self.choose.setEnabled(not running)
        self.cancel.setText("Stop" if running else "Cancel")
        self.cancel.setAccessibleName(self.cancel.text())
        self.open_button.hide()

    def progress(self, done: float, total: float | None) -> None:
        if total:
            self.bar.setRange(0, int(total))
            self.bar.setValue(int(done))

    def say(self, words: str, role: str = "muted") -> None:
        self.words.set_role(role)
        self.words.set_text(words)

    def fail(self, error: BaseException | None) -> None:
        """Say why nothing was written."""
        if isinstance(error, OSError):
            self.say(not_written(self.path(), error).line(), "error")
        elif error is not None:
            self.say(explain(error).line(), "error")

    def ask_to_replace(self) -> None:
        """There is such a file: pressed again, Save replaces it."""
        self.may_replace = True
        self.save.setText("Replace")
        self.say(f"There is a file “{self.path().name}” already. Replace it, or give another name.", "warning")

    def done(self, words: str) -> None:
        """It is written."""
        self.say(f"Saved: {words}", "good")
        self._edited()
        self.cancel.setText("Close")
        self.cancel.setAccessibleName("Close")
        self.open_button.show()
        self.cancel.setFocus()

    def _cancel(self) -> None:
        (self.stop_asked if self._running else self.close_asked).emit()

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.path().parent)))
