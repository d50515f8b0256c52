"""What was read out of a file, piece by piece, as it is searched."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from playground.core.errors import ProblemError
from playground.core.stores import reading
from playground.core.stores.desk import StoreDesk
from playground.panels.stores.rows import Known
from playground.widgets.controls import EmptyState, HairLine, Label
from playground.widgets.plain import ReadOnlyText
from playground.widgets.presentation import shown_line
from playground.widgets.rows import Cell, RowsModel, RowsTable
from playground.widgets.trouble import Trouble

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.profiles import Profile
    from playground.core.session import Session
    from playground.core.stores.reading import Piece
    from playground.panels.contract import PanelContext

Index = QModelIndex | QPersistentModelIndex
NUMBER, LENGTH, BEGIN = range(3)
WIDTHS = (48, 90, 200)
LONGEST = 200
"""Characters of a piece that stand in its row."""
_ROOT = QModelIndex()


class PiecesModel(RowsModel):
    """The pieces, by their beginnings."""

    titles = ("No.", "Characters", "Begins with")
    right = frozenset({NUMBER, LENGTH})

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[Piece] = []

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.pieces)

    def show_pieces(self, pieces: list[Piece]) -> None:
        self.beginResetModel()
        self.pieces = pieces
        self.endResetModel()

    def cell(self, row: int, column: int) -> Cell:
        piece = self.pieces[row]
        if column == BEGIN:
            return Cell(shown_line(" ".join(piece.text[:LONGEST].split())))
        number = piece.number + 1 if column == NUMBER else len(piece.text)
        return Cell(f"{number:,}", "muted" if column == NUMBER else "text", mono=True, right=True)

    def raw(self, row: int, column: int) -> object:
        piece = self.pieces[row]
        return (piece.number + 1, len(piece.text), piece.text)[column]


class ChunksPane(QWidget):
    """Asks for a file's content when it is first seen with it."""

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stores.chunks")
        self.setAccessibleName("What was read out of the file")
        self._context = context
        self.file: Known | None = None
        self._profile: Profile | None = None
        self._loading: Operation[list[Piece]] | None = None
        self._shown: tuple[str, str, str] | None = None
        self.model = PiecesModel()
        self.table = RowsTable("stores.chunks.table", "Pieces of the file")
        self.table.setModel(self.model)
        self.table.setSortingEnabled(False)
        self.table.set_columns(WIDTHS, stretch=BEGIN)
        self.text = ReadOnlyText()
        self.text.setObjectName("stores.chunks.text")
        self.text.setAccessibleName("The chosen piece")
        self._build()
        self.table.selected_row.connect(self._chosen)
        self.show_file(None, None)

    def _build(self) -> None:
        self.title = Label("", "text", 13, 600)
        self.count = Label("", "muted", 12)
        self.count.setObjectName("stores.chunks.count")
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 16, 12)
        head.addWidget(self.title, 1)
        head.addWidget(self.count)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setObjectName("stores.chunks.splitter")
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.text)
        self.splitter.setSizes([200, 260])
        self.content = QWidget()
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(HairLine())
        column.addWidget(self.splitter, 1)
        self.nothing = EmptyState("file-text", "No file chosen", "Choose one under Files to see what was read of it.")
        self.waiting = EmptyState("file-text", "Loading what was read…", "")
        self.trouble = Trouble("stores.chunks.trouble", self._context.commands.get("stores.refresh_files"))
        self.pages = QStackedWidget()
        for page in (self.nothing, self.waiting, self.content, self.trouble):
            self.pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)

    def show_file(self, file: Known | None, profile: Profile | None) -> None:
        """Another one, or none."""
        self.file, self._profile = file, profile
        key = (file.file.store, file.id, file.file.status) if file is not None else None
        if key == self._shown and file is not None:
            self.title.setText(shown_line(file.name or file.id))
            return
        self._shown = None
        if self._loading is not None:
            self._loading.drop()
            self._loading = None
        self.model.show_pieces([])
        self.text.show_text("")
        if file is None:
            self.nothing.set_words("No file chosen", "Choose one under Files to see what was read of it.")
            self.pages.setCurrentWidget(self.nothing)
        elif file.file.status != "completed":
            said = file.file.trouble.text() if file.file.trouble is not None else "It can be read once it is ready."
            self.nothing.set_words("Nothing was read of this file", said)
            self.pages.setCurrentWidget(self.nothing)
        else:
            self.pages.setCurrentWidget(self.waiting)
            if self.isVisible():
                self.fetch()

    def fetch(self) -> None:
        """Ask for the content of the file, unless it is there."""
        file = self.file
        if file is None or self._loading is not None or self._shown is not None or file.file.status != "completed":
            return
        work = partial(_content, store=file.file.store, file=file.id)
        desk = StoreDesk(self._context.sessions, self._profile)
        self._loading = self._context.bridge.call(desk.asking(work), label="Loading the file's pieces", owner=self)
        self._loading.finished.connect(self._ended)

    def _ended(self) -> None:
        operation, file = self._loading, self.file
        if operation is None or not operation.done or file is None:
            return
        self._loading = None
        if isinstance(operation.error, ProblemError):
            self.trouble.show_problem(operation.error.problem)
            self.pages.setCurrentWidget(self.trouble)
        elif operation.result is not None:
            self._shown = (file.file.store, file.id, file.file.status)
            pieces = operation.result
            self.model.show_pieces(pieces)
            self.title.setText(shown_line(file.name or file.id))
            self.count.setText(f"{len(pieces):,} piece{'s' if len(pieces) != 1 else ''}, {file.file.chunking.text()}")
            self.pages.setCurrentWidget(self.content)
            if pieces:
                self.table.selectRow(0)

    def _chosen(self, row: int) -> None:
        self.text.show_text(self.model.pieces[row].text if 0 <= row < len(self.model.pieces) else "")


async def _content(session: Session, store: str, file: str) -> list[Piece]:
    return await reading.content(session, store, file)
