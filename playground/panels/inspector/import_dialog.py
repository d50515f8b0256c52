"""While a HAR file is read into the log: how far it is, and what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from playground.core.errors import explain
from playground.core.exchanges.har_import import Imported, import_har
from playground.core.exchanges.har_stream import HarError
from playground.core.plain import size_text
from playground.panels.inspector.export_work import Stoppable
from playground.widgets.controls import Label
from playground.widgets.plain import ReadOnlyText
from playground.widgets.surface import Text
from playground.widgets.theme import scaled

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.panels.contract import PanelContext

NAME = "inspector.import"


def read_in(store: Any, path: Path, told: Any) -> Imported:
    return import_har(store, path, told=told)


class ImportDialog(QDialog):
    """`shown` carries the query that finds what was imported. Deleted when it is closed, which stops the reading; what
    was read until then is kept."""

    shown = Signal(str)

    def __init__(self, context: PanelContext, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._done: Imported | None = None
        self.setObjectName(NAME)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Import HAR")
        self.setMinimumWidth(scaled(520))
        self.title = Label(f"Reading {path.name}", "text", 14, 600, wrap=True)
        self.words = Text("Keys, tokens and cookies are taken out before anything is written.", "muted", wrap=True)
        self.words.setObjectName(f"{NAME}.words")
        self.bar = QProgressBar()
        self.bar.setObjectName(f"{NAME}.progress")
        self.bar.setAccessibleName("Progress")
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(6)
        self.troubles = ReadOnlyText()
        self.troubles.setObjectName(f"{NAME}.troubles")
        self.troubles.setAccessibleName("What was wrong with entries of the file")
        self.troubles.setMinimumHeight(120)
        self.troubles.hide()
        self.show_button = self._button("Show Them", "show", self._show_them)
        self.show_button.hide()
        self.close_button = self._button("Stop", "close", self._stop_or_close)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.show_button)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        for part in (self.title, self.words, self.bar):
            column.addWidget(part)
        column.addWidget(self.troubles, 1)
        column.addStretch(0)
        column.addLayout(foot)
        self._work = Stoppable(read_in, context.store, path)
        self._operation: Operation[Imported] | None = context.bridge.run(
            self._work, label=f"Importing {path.name}", owner=self
        )
        self._operation.changed.connect(self._on)
        self._operation.finished.connect(self._finished)
        self.finished.connect(self._closed)

    def _button(self, text: str, name: str, slot: Any) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"{NAME}.{name}")
        button.setAccessibleName(text)
        button.clicked.connect(slot)
        return button

    def _on(self) -> None:
        if self._operation is None:
            return
        progress = self._operation.progress
        if progress.total:
            self.bar.setRange(0, 1000)
            self.bar.setValue(int(1000 * progress.done / progress.total))
            self.words.set_text(f"{size_text(int(progress.done))} of {size_text(int(progress.total))}")

    def _finished(self) -> None:
        operation, self._operation = self._operation, None
        self.bar.hide()
        self.close_button.setText("Close")
        self.close_button.setAccessibleName("Close")
        if operation is None or operation.state == "cancelled":
            return
        error = operation.error
        if error is not None or operation.result is None:
            self.title.setText(f"{self._path.name} was not imported")
            if isinstance(error, HarError):
                words = (
                    f"{error} Save it again as HAR: “Export HAR” in a browser's network tab, or mitmproxy's hardump."
                )
            else:
                words = explain(error).line() if error is not None else ""
            self.words.set_role("error")
            self.words.set_text(words)
        else:
            self._say(operation.result)
        self.adjustSize()

    def _say(self, done: Imported) -> None:
        self._done = done
        how = "imported in part" if done.stopped or done.broken or done.unread else "imported"
        self.title.setText(f"{self._path.name}: {how if done.added else 'nothing new'}")
        self.words.set_role("warning" if done.broken or done.unread else "text")
        self.words.set_text(done.words())
        if done.troubles:
            self.troubles.show_text("\n".join(done.troubles))
            self.troubles.show()
        if done.added:
            self.show_button.show()
            self.show_button.setDefault(True)
            self.show_button.setFocus()

    def _show_them(self) -> None:
        if self._done is not None:
            self.shown.emit(f"tag:{self._done.tag}")
        self.accept()

    def _stop_or_close(self) -> None:
        if self._operation is not None:
            self._work.stop()
        else:
            self.reject()

    def _closed(self) -> None:
        self._work.stop()
