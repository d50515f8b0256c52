"""Past outputs against the schema: out of a file, or of the request log. What would break, by path."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from playground.core.importing import IMPORTING
from playground.widgets.controls import EmptyState, HairLine, Label
from playground.widgets.presentation import shown_line
from playground.widgets.rows import Cell, Index, RowsModel, RowsTable
from playground.widgets.surface import Text
from playground.widgets.theme import scaled

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation, Sink
    from playground.core.exchanges import ExchangeStore
    from playground.core.schemas.proof import Break, Checked

LAST_CALLS = 200
MOST_CALLS = 5_000


class StoredChecking:
    """Checks in the pool; pushes how many it has, and ends when it is cancelled."""

    def __init__(self, outputs: Any, schema: Any) -> None:
        """`outputs`: a function that gives them, called in the pool."""
        self._outputs, self._schema = outputs, schema
        self._cancelled = False

    async def __call__(self, sink: Sink) -> Checked:
        import asyncio

        with IMPORTING:
            from playground.core.schemas.proof.stored import check_stored

        def tell(count: int) -> None:
            if self._cancelled:
                raise InterruptedError("stopped")
            sink.push([count])

        def check() -> Checked:
            return check_stored(self._outputs(), self._schema, tell=tell)

        try:
            return await asyncio.to_thread(check)
        except asyncio.CancelledError:
            self._cancelled = True
            raise


class _File:
    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self) -> Any:
        from playground.core.schemas.proof.outputs import of_file

        return of_file(self._path)


class _Log:
    def __init__(self, store: ExchangeStore, name: str, most: int) -> None:
        self._store, self._name, self._most = store, name, most

    def __call__(self) -> Any:
        from playground.core.schemas.proof.outputs import of_log

        return of_log(self._store, self._name, self._most)


class Breaks(RowsModel):
    titles = ("Outputs", "Path", "What is wrong", "Where first")
    right = frozenset({0})

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Break] = []

    def set_rows(self, rows: list[Break]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self.rows)

    def cell(self, row: int, column: int) -> Cell:
        one = self.rows[row]
        if column == 0:
            return Cell(f"{one.count:,}", right=True)
        if column == 1:
            return Cell(shown_line(one.path or "the output"), mono=True, elide=Qt.TextElideMode.ElideMiddle)
        if column == 2:
            return Cell(shown_line(one.words), "error")
        return Cell(shown_line(", ".join(one.examples)), "muted")

    def hint(self, row: int, column: int) -> str:
        one = self.rows[row]
        return f"{one.path or 'The output'} {one.words}\n{', '.join(one.examples)}"


class StoredDialog(QDialog):
    """`opened`: the exchange of an output is asked for."""

    opened = Signal(str)

    def __init__(
        self, bridge: Bridge, store: ExchangeStore, schema: Any, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("schemas.stored")
        self.setWindowTitle("Check Past Outputs")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._bridge, self._store, self._schema, self._name = bridge, store, schema, name
        self._operation: Operation[Checked] | None = None
        self.result_: Checked | None = None
        self.source = QComboBox()
        self.source.setObjectName("schemas.stored.source")
        self.source.setAccessibleName("Where the outputs are")
        self.source.addItem("The request log", "log")
        self.source.addItem("A file…", "file")
        self.most = QSpinBox()
        self.most.setObjectName("schemas.stored.most")
        self.most.setAccessibleName("How many of the last calls")
        self.most.setRange(1, MOST_CALLS)
        self.most.setValue(LAST_CALLS)
        self.go = QPushButton("Check")
        self.go.setObjectName("schemas.stored.check")
        self.stop = QPushButton("Stop")
        self.stop.setObjectName("schemas.stored.stop")
        self.said = Text("", "muted", wrap=True)
        self.said.setObjectName("schemas.stored.said")
        self.busy = QProgressBar()
        self.busy.setObjectName("schemas.stored.progress")
        self.busy.setAccessibleName("Checking")
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.busy.setFixedHeight(3)
        self.model = Breaks()
        self.table = RowsTable("schemas.stored.list", "What would break")
        self.table.setModel(self.model)
        self.table.setSortingEnabled(False)
        self.table.set_columns((80, 180, 300, 160), stretch=2)
        self.empty = EmptyState("circle-check", "Nothing checked yet",
                                "Every output is checked by itself, however many there are.")  # fmt: skip
        self._build()
        self.source.currentIndexChanged.connect(self._sourced)
        self.go.clicked.connect(self.check)
        self.stop.clicked.connect(self.cancel)
        self.table.activated_row.connect(self._activated)
        self._sourced()
        for button in (self.go, self.stop, self.close_):
            button.setAutoDefault(False)  # Enter in the list opens a request, and is no click on Check
        self.go.setFocus()
        self.resize(scaled(760), scaled(460))
        self._running(False)

    def _build(self) -> None:
        self.calls = Label("of the last calls whose schema is called so, at most", "muted", 12)
        self.close_ = QPushButton("Close")
        self.close_.setObjectName("schemas.stored.close")
        self.close_.clicked.connect(self.reject)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.source)
        head.addWidget(self.calls)
        head.addWidget(self.most)
        head.addStretch(1)
        head.addWidget(self.stop)
        head.addWidget(self.go)
        self.body = QStackedWidget()
        self.body.addWidget(self.empty)
        self.body.addWidget(self.table)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.said)
        column.addWidget(self.busy)
        column.addWidget(HairLine())
        column.addWidget(self.body, 1)
        column.addLayout(foot)

    def _sourced(self, *_index: object) -> None:
        logged = self.source.currentData() == "log"
        self.calls.setVisible(logged)
        self.most.setVisible(logged)
        self.calls.setText(f"the last calls with the schema “{self._name}”, at most")

    def check(self) -> None:
        """Begin, after a file was chosen where that is meant."""
        if self.source.currentData() == "log":
            self._start(_Log(self._store, self._name, self.most.value()))
            return
        dialog = QFileDialog(self, "Past Outputs")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(("Outputs (*.jsonl *.ndjson *.json)", "All files (*)"))
        dialog.fileSelected.connect(self.check_file)
        dialog.open()

    def check_file(self, path: str) -> None:
        """The outputs of a file."""
        self._start(_File(Path(path)))

    def _start(self, outputs: Any) -> None:
        if self._operation is not None:
            return
        self._operation = self._bridge.run(
            StoredChecking(outputs, self._schema), label="Checking past outputs", owner=self, on_changes=self._counted
        )
        self._operation.finished.connect(self._checked)
        self._running(True)
        self._say("Checking…")

    def cancel(self) -> None:
        if self._operation is not None:
            self._operation.cancel()

    def _counted(self, counts: list[int]) -> None:
        self._say(f"{counts[-1]:,} outputs so far…")

    def _checked(self) -> None:
        operation, self._operation = self._operation, None
        self._running(False)
        if operation is None:
            return
        error = operation.error
        if error is not None:
            from playground.core.errors import explain
            from playground.core.schemas.validate import UnusableSchema

            self._say(str(error) if isinstance(error, UnusableSchema) else explain(error).line(), "error")
        elif operation.result is None:
            self._say("Stopped.")
        else:
            self._show(operation.result)

    def _show(self, result: Checked) -> None:
        self.result_ = result
        self._say(
            result.words(), "good" if result.checked and not result.wrong else "error" if result.wrong else "muted"
        )
        if result.unread:
            self.said.set_text("\n".join([result.words(), *result.unread]))
        self.model.set_rows(result.breaks)
        self.body.setCurrentIndex(1 if result.breaks else 0)
        if not result.breaks:
            fits = bool(result.checked) and not result.wrong
            title = "All fit" if fits else "No outputs" if not result.checked else "Nothing that can be told by path"
            self.empty.set_words(title, "" if result.checked else "Nothing was found there.")

    def _say(self, words: str, role: str = "muted") -> None:
        self.said.set_role(role)
        self.said.set_text(words)

    def _running(self, running: bool) -> None:
        self.busy.setVisible(running)
        self.go.setVisible(not running)
        self.stop.setVisible(running)

    def _activated(self, row: int) -> None:
        if 0 <= row < len(self.model.rows) and self.model.rows[row].exchange_id:
            self.opened.emit(self.model.rows[row].exchange_id)
