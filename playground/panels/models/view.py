"""Models: the table, a filter, the chosen model's details, and what to say while there is no table."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QGuiApplication, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from playground.bridge import Operation
from playground.core.errors import Problem, ProblemError
from playground.core.served import LOCAL_MODEL, LoadModels, ServedModels, today
from playground.panels.contract import PanelContext
from playground.panels.models.details import ModelDetails
from playground.panels.models.model import ID, NOTES, ModelsModel, make_rows
from playground.panels.models.notices import FetchStrip
from playground.panels.models.table import WIDTHS, CellDelegate, ModelsHeader, ModelsTable
from playground.widgets.commands import Command
from playground.widgets.controls import EmptyState, HairLine, IconButton, Label
from playground.widgets.tables import CopyTable
from playground.widgets.trouble import Trouble


class FilterField(QLineEdit):
    """Escape empties it; Down goes to the table."""

    def __init__(self, table: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self.setObjectName("models.filter")
        self.setAccessibleName("Filter the models")
        self.setPlaceholderText("Filter by name, owner, state or note")
        self.setClearButtonEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)


class ModelsView(QWidget):
    """The panel. The list is loaded when it is first shown, when the profile changes, and on request."""

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models")
        self.setAccessibleName("Models")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._context = context
        self.model = ModelsModel()
        self._loading: Operation[ServedModels] | None = None
        self._loaded_from = ""
        self._add_commands()
        self.rows = ModelsTable(self.model, self)
        self.table = CopyTable()
        self.filter = FilterField(self.table)
        self.count = Label("", "muted", 12)
        self.count.setObjectName("models.count")
        self.details = ModelDetails(self._command("models.use"), self._command("models.copy_id"))
        self.fetch = FetchStrip(context.commands.get("sandbox.fetch-model"))
        self._build()
        self._restore()
        self.filter.textChanged.connect(self._filter_changed)
        context.bridge.listen(context.sessions.changed, self._profiles_changed, self)
        self.refresh()

    # Building

    def _add_commands(self) -> None:
        add, group = self._context.commands.add, "Models"
        add(
            "models.refresh",
            "Refresh the Models",
            self.refresh,
            group=group,
            shortcut="F5",
            icon="refresh-cw",
            scope=self,
        )
        add(
            "models.filter",
            "Filter the Models",
            self.go_to_filter,
            group=group,
            shortcut="Ctrl+F",
            icon="funnel",
            scope=self,
        )
        add("models.use", "Use in Compose", self.use_in_compose, group=group, icon="pencil", scope=self, enabled=False)
        add("models.copy_id", "Copy ID", self.copy_id, group=group, icon="copy", scope=self, enabled=False)

    def _command(self, command_id: str) -> Command:
        command = self._context.commands.get(command_id)
        assert command is not None
        return command

    def _build(self) -> None:
        self._set_up_table()
        self.pages = QStackedWidget()
        self.loading = EmptyState("cpu", "Loading the models…", "")
        self.nothing = EmptyState(
            "cpu", "This server lists no models", "It may still know some: type a name in Compose's model field."
        )
        self.unmatched = EmptyState("search", "No model matches", "Other words in the filter may find one.")
        self.trouble = Trouble("models.trouble", self._command("models.refresh"))
        for page in (self.loading, self.table, self.nothing, self.unmatched, self.trouble):
            self.pages.addWidget(page)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._bar())
        column.addWidget(HairLine())
        column.addWidget(self.fetch)
        column.addWidget(self.pages, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("models.splitter")
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        left.setMinimumWidth(420)
        self.details.setMinimumWidth(264)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.details)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.splitter.setSizes([900, 324])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)

    def _bar(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(12)
        row.addWidget(self.filter, 1)
        row.addWidget(self.count)
        row.addWidget(IconButton(self._command("models.refresh")))
        return row

    def _set_up_table(self) -> None:
        table = self.table
        table.setObjectName("models.table")
        table.setAccessibleName("Models")
        table.setModel(self.rows)
        table.setHorizontalHeader(ModelsHeader(table))
        table.setItemDelegate(CellDelegate(table))
        table.sortByColumn(ID, Qt.SortOrder.AscendingOrder)
        table.setSelectionMode(CopyTable.SelectionMode.SingleSelection)
        table.set_columns(WIDTHS, stretch=NOTES)
        table.selected_row.connect(self._choose)
        table.activated_row.connect(self._activated)

    def _restore(self) -> None:
        state = self._context.state.load()
        if isinstance(sizes := state.get("splitter"), str):
            self.splitter.restoreState(QByteArray.fromBase64(sizes.encode()))
            self.splitter.setHandleWidth(1)
        self._save_timer = QTimer(self)
        self._save_timer.setSingleShot(True)
        self._save_timer.setInterval(400)
        self._save_timer.timeout.connect(self.save)
        self.splitter.splitterMoved.connect(self._moved)

    def save(self) -> None:
        """Have the splitter remembered."""
        self._save_timer.stop()
        self._context.state.save({"splitter": bytes(self.splitter.saveState().toBase64().data()).decode()})

    def _moved(self, _position: int, _index: int) -> None:
        self._save_timer.start()

    # Loading

    def refresh(self) -> None:
        """Ask the server for its models again; what is shown stays until it answered."""
        if self._loading is not None:
            self._loading.cancel()
        self._loading = self._context.bridge.call(
            LoadModels(self._context.sessions, "models"), label="Loading the models", owner=self
        )
        self._loading.finished.connect(self._loaded)
        if self.pages.currentWidget() is not self.table:
            self.pages.setCurrentWidget(self.loading)
        self._show_count()

    def _loaded(self) -> None:
        operation = self._loading
        if operation is None or not operation.done:
            return
        self._loading = None
        error, served = operation.error, operation.result
        if isinstance(error, ProblemError):
            self._show_problem(error.problem)
        elif served is not None:
            self._show_models(served)
        self._show_count()

    def _show_problem(self, problem: Problem) -> None:
        """Instead of a table that may be old."""
        self.model.rows = ()
        self.rows.refresh()
        self.details.show_row(None)
        self.fetch.hide()
        manage = self._context.commands.get("profile.manage")
        more = [manage] if manage is not None and (problem.code == "no_key" or problem.status in (401, 403)) else []
        self.trouble.show_problem(problem, more)
        self.pages.setCurrentWidget(self.trouble)

    def _show_models(self, served: ServedModels) -> None:
        chosen = self.details.row.model.id if self.details.row is not None else ""
        self.model.rows = tuple(make_rows(served.models, today()))
        self._loaded_from = served.profile.id
        self.fetch.setVisible(served.profile.is_sandbox and LOCAL_MODEL not in served.ids)
        self._show_rows(chosen)
        self.table.setColumnWidth(ID, self.rows.id_width())

    def _show_rows(self, chosen: str) -> None:
        """The rows that the filter leaves; the chosen one stays chosen, else the first."""
        self.rows.refresh()
        shown = self.rows.rowCount()
        page: QWidget = self.table if shown else self.unmatched if self.model.rows else self.nothing
        self.pages.setCurrentWidget(page)
        if shown:
            self.table.selectRow(max(0, self.rows.place_of(chosen)))
        else:
            self._choose(-1)

    def _show_count(self) -> None:
        nothing = self.pages.currentWidget() is self.trouble
        self.count.setText("Loading…" if self._loading is not None else "" if nothing else self.model.count_words())

    def _profiles_changed(self, _emissions: list[tuple[Any, ...]]) -> None:
        if self._context.sessions.current.id != self._loaded_from:
            self.model.rows = ()
            self.rows.refresh()
            self.details.show_row(None)
            self.pages.setCurrentWidget(self.loading)
        self.refresh()

    # Choosing

    def _filter_changed(self, text: str) -> None:
        self.model.filter = text
        if self.model.rows:
            self._show_rows(self.details.row.model.id if self.details.row is not None else "")
        self._show_count()

    def _choose(self, place: int) -> None:
        row = self.rows.row_at(place)
        if row is not self.details.row:
            self.details.show_row(row)
        for command_id in ("models.use", "models.copy_id"):
            self._command(command_id).setEnabled(row is not None)

    def _activated(self, _row: int) -> None:
        self.use_in_compose()

    # What the commands do

    def use_in_compose(self) -> None:
        """Open Compose with the chosen model."""
        row = self.details.row
        if row is None:
            return
        commands = self._context.commands
        commands.run("panel.compose")
        if not commands.run("compose.use_model", row.model.id):
            self._context.notify("Compose is not open, so the model could not be chosen there.")

    def copy_id(self) -> None:
        """Put the chosen model's ID on the clipboard."""
        if self.details.row is not None:
            QGuiApplication.clipboard().setText(self.details.row.model.id)
            self._context.notify(f"Copied {self.details.row.model.id}")

    def go_to_filter(self) -> None:
        if not self.isVisible():
            self._context.commands.run("panel.models")
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    # Events

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.filter.setFocus(event.reason())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._save_timer.isActive():
            self.save()
