"""The transfers as a table: what each is doing, how far and how fast, and what can be done about it in its row."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from playground.core.transfers.rules import bytes_text
from playground.widgets.presentation import shown_line
from playground.widgets.rows import PAD, Cell, RowsDelegate, RowsModel, RowsTable
from playground.widgets.theme import color, scaled

if TYPE_CHECKING:
    from playground.core.transfers.model import TransferState

Index = QModelIndex | QPersistentModelIndex
NAME, STATE, MOVED, RATE, FIRST, SECOND = range(6)
WIDTHS = (190, 200, 150, 150, 66, 66)
PAUSE, RESUME, CANCEL, RETRY, WHY, SHOW, OPEN = "pause", "resume", "cancel", "retry", "why", "show", "where"
_TITLES = {
    PAUSE: "Pause", RESUME: "Resume", CANCEL: "Cancel", RETRY: "Retry", WHY: "Why?", SHOW: "Show", OPEN: "Where?",
}  # fmt: skip
_ROLES = {"done": "good", "failed": "error", "paused": "warning", "cancelled": "muted", "waiting": "muted"}
_ROOT = QModelIndex()


def actions(state: TransferState) -> tuple[str, str]:
    """What can be done about a transfer, in its row; empty for nothing."""
    match state.item.state:
        case "waiting" | "running":
            return PAUSE, CANCEL
        case "paused":
            return RESUME, CANCEL
        case "failed":
            return RETRY, WHY
        case "done":
            return (SHOW, "") if state.item.kind == "upload" else (OPEN, "")
    return "", ""


def state_words(state: TransferState) -> str:
    """What it is doing, or what became of it."""
    item = state.item
    match item.state:
        case "running":
            wait = max(0.0, state.retry_at - time.monotonic()) if state.retry_at is not None else 0.0
            return f"{state.phase or 'Beginning'}{f', in {wait:.0f} s' if wait >= 1 else ''}"
        case "failed":
            return item.problem.title if item.problem is not None else "Failed"
        case "done":
            return ("Uploaded" if item.kind == "upload" else "Downloaded") + (f". {item.note}" if item.note else "")
        case "cancelled":
            return f"Cancelled. {item.note}".strip() if item.note else "Cancelled"
        case "paused":
            return "Paused"
    return "Waiting"


def left_words(seconds: float | None) -> str:
    """`12 s left`, `4 min left`, `2 h left`; empty where it cannot be told."""
    if seconds is None or seconds < 1:
        return ""
    if seconds < 60:
        return f"{seconds:.0f} s left"
    return f"{seconds / 60:.0f} min left" if seconds < 5400 else f"{seconds / 3600:.1f} h left"


class TransfersModel(RowsModel):
    """By the order in which they were added."""

    titles = ("File", "State", "Moved", "Rate", "", "")
    hints = ("", "", "Bytes that have moved, of all", "Over the last seconds")

    def __init__(self) -> None:
        super().__init__()
        self.states: list[TransferState] = []
        self._places: dict[str, int] = {}

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.states)

    def put(self, states: Iterable[TransferState]) -> None:
        """What is new of some."""
        fresh: list[TransferState] = []
        changed: list[int] = []
        for state in states:
            place = self._places.get(state.item.id)
            if place is None:
                self._places[state.item.id] = len(self.states) + len(fresh)
                fresh.append(state)
            elif place >= len(self.states):
                fresh[place - len(self.states)] = state
            else:
                self.states[place] = state
                changed.append(place)
        if changed:
            self.dataChanged.emit(self.index(min(changed), 0), self.index(max(changed), SECOND))
        if fresh:
            begin = len(self.states)
            self.beginInsertRows(QModelIndex(), begin, begin + len(fresh) - 1)
            self.states += fresh
            self.endInsertRows()

    def take_out(self, ids: set[str]) -> None:
        self.beginResetModel()
        self.states = [state for state in self.states if state.item.id not in ids]
        self._places = {state.item.id: place for place, state in enumerate(self.states)}
        self.endResetModel()

    def state_at(self, row: int) -> TransferState | None:
        return self.states[row] if 0 <= row < len(self.states) else None

    def state_of(self, transfer: str) -> TransferState | None:
        place = self._places.get(transfer)
        return self.states[place] if place is not None else None

    def cell(self, row: int, column: int) -> Cell:
        state = self.states[row]
        item = state.item
        if column == NAME:
            return Cell(shown_line(item.name), elide=Qt.TextElideMode.ElideMiddle)
        if column == STATE:
            return Cell(shown_line(state_words(state)), _ROLES.get(item.state, "text"))
        if column == MOVED:
            if item.size < 0:
                return Cell(bytes_text(state.sent) if state.sent else "", "muted")
            size = bytes_text(item.size)
            over = item.state in ("done", "cancelled")
            return Cell(size if over else f"{bytes_text(state.sent)} of {size}", "muted")
        if column == RATE:
            if item.state != "running" or state.rate <= 0:
                return Cell("")
            return Cell(" · ".join(filter(None, (f"{bytes_text(int(state.rate))}/s", left_words(state.left)))), "muted")
        action = actions(state)[column - FIRST]
        return Cell(_TITLES[action], "accent", link=f"{action} {item.id}") if action else Cell("")

    def raw(self, row: int, column: int) -> object:
        state = self.states[row]
        if column == NAME:
            return str(state.item.path)
        return state_words(state) if column == STATE else None

    def hint(self, row: int, column: int) -> str:
        item = self.states[row].item
        if column == NAME:
            return str(item.path)
        if column == STATE:
            return item.problem.line() if item.problem is not None else state_words(self.states[row])
        return ""


class TransfersDelegate(RowsDelegate):
    """With a thin bar below the words of what has moved."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        model = index.model()
        if index.column() != MOVED or not isinstance(model, TransfersModel):
            return
        state = model.states[index.row()]
        if state.item.size < 0 or state.item.state not in ("running", "paused", "failed"):
            return
        rect = option.rect
        box = QRect(rect.x() + PAD, rect.bottom() - scaled(4), max(0, rect.width() - 2 * PAD), 2)
        painter.fillRect(box, color("line"))
        role = {"failed": "error", "paused": "warning"}.get(state.item.state, "accent")
        painter.fillRect(QRect(box.x(), box.y(), round(box.width() * state.share), 2), color(role))


class TransfersTable(RowsTable):
    """Links in its rows are `ACTION ID`."""

    def __init__(self, model: TransfersModel) -> None:
        super().__init__("files.transfers", "Transfers")
        self.transfers = model
        self._painted = TransfersDelegate(self)
        self.setItemDelegate(self._painted)
        self.setModel(model)
        self.setSortingEnabled(False)
        self.set_columns(WIDTHS, stretch=STATE)
        self.horizontalHeader().hide()  # the words say what they are

    def fit(self, most: int) -> None:
        """As high as its rows, up to so many; it gives way where there is no room for them."""
        row = self.verticalHeader().defaultSectionSize()
        count = min(most, max(1, self.transfers.rowCount()))
        self.setMinimumHeight(row * min(2, count))
        self.setMaximumHeight(row * count)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.maximumHeight())

    def make_menu(self):  # type: ignore[no-untyped-def]
        """The links are actions, no IDs."""
        return super(RowsTable, self).make_menu()

    def chosen(self) -> list[str]:
        """The transfers whose rows are selected."""
        found = (self.transfers.state_at(row) for row in self.selected_rows())
        return [state.item.id for state in found if state is not None]
