"""Filters that are kept: a menu of them, and pills for the common ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QLineEdit, QMenu, QWidget

from playground.widgets.presentation import shown_line

if TYPE_CHECKING:
    from playground.panels.inspector.view import InspectorView

LONGEST_NAME = 60
MOST = 200
ERRORS = "status:4xx,5xx,failed"
SLOW = "dur>5s"


def with_term(query: str, term: str) -> str:
    """A query with a term, or without it where it is there."""
    words = query.split()
    if term in words:
        words.remove(term)
        return " ".join(words)
    return f"{query.strip()} {term}".strip()


class SavedFilters(QObject):
    """Names and their queries, in the order in which they were kept."""

    changed = Signal()

    def __init__(self, view: InspectorView) -> None:
        super().__init__(view)
        self._view = view
        self.filters: dict[str, str] = {}
        self._dialog: QInputDialog | None = None

    def load(self, state: Mapping[str, Any]) -> None:
        """What is of another shape is passed over."""
        found = state.get("filters")
        if isinstance(found, dict):
            pairs = [(str(name), str(query)) for name, query in found.items() if isinstance(query, str)]
            self.filters = dict(pairs[:MOST])

    # Keeping

    def save(self) -> None:
        """Ask for a name, and keep the filter under it."""
        query = self._view.query()
        if not query:
            self._view.say("There is no filter to keep: write one first.", "warning")
            return
        dialog = QInputDialog(self._view)
        dialog.setObjectName("inspector.save-filter")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Keep this filter")
        dialog.setLabelText(f"A name for “{shown_line(query)}”:")
        dialog.setTextValue(next((name for name, one in self.filters.items() if one == query), ""))
        field = dialog.findChild(QLineEdit)
        if field is not None:
            field.setMaxLength(LONGEST_NAME)
            field.setObjectName("inspector.save-filter.name")
            field.setAccessibleName("Name of the filter")
        dialog.textValueSelected.connect(self._named)
        self._query = query
        self._dialog = dialog
        dialog.open()

    def _named(self, name: str) -> None:
        name = " ".join(name.split())[:LONGEST_NAME]
        if not name:
            self._view.say("A filter needs a name.", "warning")
            return
        self.keep(name, self._query)
        self._view.say(f"Kept as “{name}”.")

    def keep(self, name: str, query: str) -> None:
        """Keep a query under a name; one of that name is replaced."""
        self.filters[name] = query
        self.changed.emit()

    def forget(self, name: str) -> None:
        """Keep it no more."""
        if self.filters.pop(name, None) is not None:
            self.changed.emit()

    # The menu

    def menu(self) -> QMenu:
        """All that are kept, and what can be done with the present one."""
        menu = QMenu(self._view)
        menu.setObjectName("inspector.filters.menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, query in self.filters.items():
            action = menu.addAction(f"{shown_line(name)}\t{shown_line(query)[:60]}".replace("&", "&&"))
            action.setData(query)
        if self.filters:
            menu.addSeparator()
        else:
            menu.addAction("No filter is kept yet").setEnabled(False)
        for command_id in ("inspector.save_filter", "inspector.forget_filter"):
            command = self._view.commands_of(command_id)
            if command is not None:
                menu.addAction(command)
        menu.triggered.connect(self._chosen)
        return menu

    def show_menu(self, below: QWidget) -> None:
        self.menu().popup(below.mapToGlobal(QPoint(0, below.height() + 2)))

    def _chosen(self, action: QAction) -> None:
        if isinstance(query := action.data(), str):
            self._view.show_query(query)

    def forget_current(self) -> None:
        """Forget the one whose query stands in the field."""
        query = self._view.query()
        name = next((name for name, one in self.filters.items() if one == query), "")
        if not name:
            self._view.say("This filter is not among those that are kept.", "warning")
            return
        self.forget(name)
        self._view.say(f"“{name}” is forgotten.")
