"""The search lab: one question to the chosen store, under two settings side by side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget

from playground.core.errors import ProblemError
from playground.core.stores.desk import StoreDesk
from playground.core.stores.model import Store
from playground.core.stores.searching import Found, Setting
from playground.panels.stores.lab_column import LabColumn
from playground.widgets.controls import CommandButton, HairLine

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.profiles import Profile
    from playground.core.session import Session
    from playground.panels.contract import PanelContext

COLUMNS = 2


class Search:
    """A question under several settings, each answer as it comes, with the number of the asking."""

    def __init__(self, round_: int, store: str, query: str, settings: list[Setting]) -> None:
        self._round, self._store, self._query, self._settings = round_, store, query, settings

    async def __call__(self, session: Session) -> AsyncIterator[tuple[int, Found]]:
        from playground.core.stores.searching import lab

        async for found in lab(session, [self._store], self._query, self._settings):
            yield self._round, found


class LabPane(QWidget):
    """Asks when that is asked for. What a store was asked is kept while others are looked at, its answers are not."""

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stores.lab")
        self.setAccessibleName("Search lab")
        self._context = context
        self._store: Store | None = None
        self._profile: Profile | None = None
        self._searching: Operation[int] | None = None
        self._round = 0
        self.command = context.commands.add(
            "stores.search_now", "Search the Store", self.search, group="Vector stores", icon="search", scope=self,
            enabled=False,
        )  # fmt: skip
        self.query = QLineEdit()
        self.query.setObjectName("stores.lab.query")
        self.query.setAccessibleName("Question")
        self.query.setPlaceholderText("A question or some words")
        self.query.textChanged.connect(self._sync)
        self.query.returnPressed.connect(self.search)
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 16, 8)
        head.setSpacing(8)
        head.addWidget(self.query, 1)
        head.addWidget(CommandButton(self.command, "primary", text="Search", shortcut=False))
        self.columns = [LabColumn(number) for number in range(1, COLUMNS + 1)]
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("stores.lab.splitter")
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for column in self.columns:
            self.splitter.addWidget(column)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(head)
        outer.addWidget(HairLine())
        outer.addWidget(self.splitter, 1)

    def show_store(self, store: Store | None, profile: Profile | None) -> None:
        """Another one, or none."""
        same = self._store is not None and store is not None and store.id == self._store.id
        self._store, self._profile = store, profile
        if not same:
            self._round += 1
            if self._searching is not None:
                self._searching.drop()
                self._searching = None
            for column in self.columns:
                column.show_found(None)
        self._sync()

    def _sync(self, *_text: str) -> None:
        ready = self._store is not None and self._searching is None and bool(self.query.text().strip())
        self.command.setEnabled(ready)

    def search(self) -> None:
        """Ask the store, under each setting."""
        if self._store is None or self._searching is not None or not self.query.text().strip():
            return
        self._round += 1
        usable = [column for column in self.columns if not column.problem()]
        for column in self.columns:
            if column not in usable:
                column.refuse(column.problem())
        if not usable:
            return
        settings = [column.setting() for column in usable]
        work = Search(self._round, self._store.id, self.query.text(), settings)
        desk = StoreDesk(self._context.sessions, self._profile)
        for column in usable:
            column.words.setText("Searching…")
            column.words.set_role("muted")
        self._searching = self._context.bridge.run(
            desk.telling(work), label="Searching the store", owner=self, on_changes=self._found
        )
        self._searching.finished.connect(self._ended)
        self._sync()

    def _found(self, answers: list[tuple[int, Found]]) -> None:
        for round_, found in answers:
            if round_ == self._round:
                self.columns[int(found.setting.name) - 1].show_found(found)

    def _ended(self) -> None:
        operation = self._searching
        if operation is None or not operation.done:
            return
        self._searching = None
        if isinstance(operation.error, ProblemError):
            for column in self.columns:
                column.refuse(operation.error.problem.line())
        self._sync()
