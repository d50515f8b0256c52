"""Inputs out of files and out of the history of Compose."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog

from playground.core.importing import IMPORTING

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.exchanges import ExchangeStore
    from playground.core.schemas.proof import ProofInput
    from playground.panels.contract import PanelContext
    from playground.panels.schemas.proof import ProofColumn
    from playground.panels.schemas.proof_inputs import InputsPage

FROM_HISTORY = 50
"""Runs of Compose whose inputs are taken at once."""


def read(path: Path) -> list[ProofInput]:
    """Inputs out of a file. In the pool."""
    with IMPORTING:
        from playground.core.schemas.proof.inputs import read_file
    return read_file(path)


def write(path: Path, inputs: list[ProofInput]) -> None:
    """In the pool. Raises OSError."""
    with IMPORTING:
        from playground.core.schemas.proof.inputs import save_file
    save_file(path, inputs)


def recent(store: ExchangeStore) -> list[ProofInput]:
    """Inputs of the last runs in the history. In the pool; raises what the history raises."""
    with IMPORTING:
        from playground.core.schemas.proof.inputs import InputsError, from_history, merged
    found = []
    for run in store.history.find(limit=FROM_HISTORY):
        one = from_history(store.history.load(run.id).draft)
        if one is not None:
            found.append(one)
    if not found:
        raise InputsError("There are no runs in it.")
    return merged((), found)[0]


class InputsImport(QObject):
    """One import at a time; another one takes its place."""

    def __init__(self, context: PanelContext, column: ProofColumn) -> None:
        super().__init__(column)
        self._context, self._column = context, column
        self._page: InputsPage | None = None
        self._operation: Operation[list[ProofInput]] | None = None
        self._saving: Operation[None] | None = None
        self._source = self._target = ""

    def attach(self, page: InputsPage) -> None:
        """Where inputs go."""
        self._page = page

    def ask(self) -> None:
        """Ask for a file."""
        self._column.show_inputs()
        dialog = QFileDialog(self._column.window(), "Import Inputs")
        dialog.setObjectName("schemas.inputs.import_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(("Inputs (*.jsonl *.ndjson *.json *.csv *.tsv *.txt)", "All files (*)"))
        dialog.fileSelected.connect(self.file)
        dialog.open()

    def file(self, path: str) -> None:
        """Read inputs out of a file, off the GUI thread."""
        self._follow(Path(path).name, self._context.bridge.blocking(
            read, Path(path), label="Reading inputs", owner=self))  # fmt: skip

    def ask_where(self) -> None:
        """Ask where to write them."""
        if self._page is None or not self._page.inputs():
            return
        self._column.show_inputs()
        dialog = QFileDialog(self._column.window(), "Export Inputs")
        dialog.setObjectName("schemas.inputs.export_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("jsonl")
        dialog.selectFile(f"{self._column.workshop.name or 'result'}.inputs.jsonl")
        dialog.fileSelected.connect(self.save)
        dialog.open()

    def save(self, path: str) -> None:
        """Write them as JSON Lines."""
        if self._page is None or self._saving is not None:
            return
        self._target = Path(path).name
        self._saving = self._context.bridge.blocking(
            write, Path(path), self._page.inputs(), label="Writing inputs", owner=self
        )
        self._saving.finished.connect(self._saved)

    def _saved(self) -> None:
        operation, self._saving = self._saving, None
        if operation is None or self._page is None:
            return
        error = operation.error
        if error is not None:
            words = f"{error.strerror or error}" if isinstance(error, OSError) else str(error)
            self._page.say(f"{self._target}: {words}", "error")
        else:
            self._page.say(f"They are in {self._target}.", "good")

    def history(self) -> None:
        """What was last sent in Compose."""
        self._column.show_inputs()
        self._follow("the history", self._context.bridge.blocking(
            recent, self._context.store, label="Reading the history", owner=self))  # fmt: skip

    def _follow(self, source: str, operation: Operation[list[ProofInput]]) -> None:
        if self._operation is not None:
            self._operation.cancel()
        self._source, self._operation = source, operation
        operation.finished.connect(self._came)

    def _came(self) -> None:
        operation = self._operation
        if operation is None or not operation.done or self._page is None:
            return
        self._operation = None
        error = operation.error
        if error is not None:
            words = f"{error.strerror or error}" if isinstance(error, OSError) else str(error)
            self._page.say(f"{self._source}: {words}", "error")
        elif operation.result is not None:
            self._page.bring(operation.result, self._source)
