"""The left column: a field that searches, the tree below it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from playground.core.catalog import Catalog, CatalogError, ensure_catalog, fits, read_catalog
from playground.core.importing import IMPORTING
from playground.panels.explorer.nodes import FAVOURITES, RECENT, SAVED, found, tree
from playground.panels.explorer.tree import MethodTree
from playground.widgets.controls import EmptyState, HairLine, Label

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation
    from playground.core.saved import Listed, Scan

RECENT_MOST = 8


class ReadCatalog:
    """Reads the catalogue in the pool; 20 ms."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    def __call__(self) -> Catalog | None:
        with IMPORTING:
            return read_catalog(self._cache)


class BuildCatalog:
    """Builds the catalogue of the installed SDK in a process of its own; ten seconds."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    async def __call__(self) -> Catalog:
        return await ensure_catalog(self._cache)


def is_command(text: str) -> bool:
    """Whether a text is a request: a cURL command, or a HAR."""
    if "curl" not in text[:200].lower() and "{" not in text[:20]:
        return False
    from playground.panels.explorer.texts import is_request

    return is_request(text)


class SearchField(QLineEdit):
    """Escape empties it; Down and Enter go to what was found. `command_pasted`: a request, which it does not take."""

    command_pasted = Signal(str)

    def __init__(self, go_down: Callable[[], None]) -> None:
        super().__init__()
        self._go_down = go_down
        self.setObjectName("explorer.search")
        self.setAccessibleName("Search the methods")
        self.setPlaceholderText("Search 436 methods")
        self.setClearButtonEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste) and is_command(text := QGuiApplication.clipboard().text()):
            self.command_pasted.emit(text)
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go_down()
        else:
            super().keyPressEvent(event)


class MethodsColumn(QWidget):
    """Knows the catalogue; tells which method was chosen."""

    chosen = Signal(str)
    loaded = Signal()
    """The catalogue is there, or another one is."""

    def __init__(self, bridge: Bridge, cache: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explorer.methods")
        self._bridge, self._cache = bridge, cache
        self.catalog: Catalog | None = None
        self.favourites: list[str] = []
        self.recent: list[str] = []
        self._listed_recent: list[str] = []
        self.saved: tuple[Listed, ...] = ()
        self._opened: set[str] = {FAVOURITES, RECENT, SAVED}
        self._current = ""
        self._reading: Operation[Catalog | None] | None = None
        self._building: Operation[Catalog] | None = None
        self.tree = MethodTree()
        self.search = SearchField(self.go_to_rows)
        self.note = Label("", "muted", 12)
        self.environment = QComboBox()
        self.environment.setObjectName("explorer.environment")
        self.environment.setAccessibleName("Environment of the saved requests")
        self.environment.setToolTip("Which environment fills the {{variables}} of saved requests")
        self.environment.hide()
        self._build()
        self.search.textChanged.connect(self._searched)
        self.tree.chosen.connect(self.chosen)
        self._read()

    def _build(self) -> None:
        self.nothing = EmptyState(
            "search", "No method is found", "Search for a part of a name, a path, or a parameter."
        )
        self.waiting = EmptyState("compass", "Reading the SDK…", "Once for each version of it: about ten seconds.")
        self.pages = QStackedWidget()
        for page in (self.waiting, self.tree, self.nothing):
            self.pages.addWidget(page)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 10, 12, 10)
        bar.addWidget(self.search)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 6, 12, 6)
        foot.setSpacing(6)
        foot.addWidget(self.environment)
        foot.addWidget(self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(HairLine())
        column.addWidget(self.pages, 1)
        column.addWidget(HairLine())
        column.addLayout(foot)

    # The catalogue

    def _read(self) -> None:
        self._reading = self._bridge.blocking(ReadCatalog(self._cache), label="Reading the catalogue", owner=self)
        self._reading.finished.connect(self._was_read)

    def _was_read(self) -> None:
        operation, self._reading = self._reading, None
        found_ = operation.result if operation is not None else None
        if found_ is not None:
            self._use(found_)
        if not fits(found_):
            self._building = self._bridge.call(BuildCatalog(self._cache), label="Reading the SDK's methods", owner=self)
            self._building.finished.connect(self._was_built)
            self._say()

    def _was_built(self) -> None:
        operation, self._building = self._building, None
        if operation is None:
            return
        error = operation.error
        if operation.result is not None:
            self._use(operation.result)
        elif self.catalog is None:
            words = str(error) if isinstance(error, CatalogError) else f"{error}"
            self.waiting.set_words("The SDK's methods could not be read", words)
        self._say(failed=error is not None)

    def _use(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.search.setPlaceholderText(f"Search {len(catalog.methods)} methods")
        self.refresh()
        self._say()
        self.loaded.emit()

    def _say(self, *, failed: bool = False) -> None:
        if self.catalog is None:
            self.note.setText("")
        elif self._building is not None:
            self.note.setText(f"of SDK {self.catalog.sdk_version}; the installed one is being read…")
        elif failed:
            self.note.setText(f"of SDK {self.catalog.sdk_version}; the installed one could not be read")
        else:
            self.note.setText(f"{len(self.catalog.methods)} methods of SDK {self.catalog.sdk_version}")

    # The rows

    def refresh(self) -> None:
        """Show what belongs there now."""
        if self.catalog is None:
            self.pages.setCurrentWidget(self.waiting)
            return
        text = self.search.text().strip()
        if text:
            root = found(self.catalog, text)
            self.tree.show_rows(root, self.catalog, is_tree=False, opened=set())
            self.pages.setCurrentWidget(self.tree if root.children else self.nothing)
            return
        self._listed_recent = list(self.recent)
        self.tree.show_rows(
            tree(self.catalog, self.favourites, self.recent, self.saved),
            self.catalog,
            is_tree=True,
            opened=self._opened,
        )
        self.pages.setCurrentWidget(self.tree)
        if self._current:
            self.tree.choose(self._current)

    def opened(self) -> list[str]:
        """The ids of the groups that are open."""
        if self.tree.is_tree and self.catalog is not None:
            self._opened = (self._opened - set(self.tree.groups())) | set(self.tree.opened())
        return sorted(self._opened)

    def set_opened(self, ids: list[str]) -> None:
        self._opened = set(ids)

    def show_current(self, method: str, *, remember: bool) -> None:
        """Mark a method as the one that is open."""
        self.opened()
        self._current = method
        if remember and (not self.recent or self.recent[0] != method):
            self.recent = [method, *(name for name in self.recent if name != method)][:RECENT_MOST]
        if not self.search.text().strip():
            self.tree.choose(method)

    def show_saved(self, scan: Scan | None, environment: str) -> None:
        """List the saved requests, and the environments there are."""
        self.saved = scan.requests if scan is not None else ()
        self.environment.clear()
        self.environment.addItems(["No environment", *(scan.environments if scan is not None else ())])
        self.environment.setCurrentIndex(max(0, self.environment.findText(environment)) if environment else 0)
        self.environment.setVisible(self.environment.count() > 1)
        if not self.search.text().strip():
            self.opened()
            self.refresh()

    def show_recent(self) -> None:
        """List the methods that were opened meanwhile; not while somebody looks, for the rows below would move."""
        if self._listed_recent != self.recent and not self.search.text().strip():
            self.opened()
            self.refresh()

    def toggle_favourite(self, method: str) -> bool:
        """Star a method, or take its star; gives whether it has one now."""
        self.opened()
        if method in self.favourites:
            self.favourites.remove(method)
        else:
            self.favourites.append(method)
        self.refresh()
        return method in self.favourites

    def _searched(self, _text: str) -> None:
        if self.tree.is_tree:
            self.opened()
        self.refresh()
        if self.search.text().strip():
            self.tree.first()

    def go_to_rows(self) -> None:
        if self.pages.currentWidget() is self.tree:
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)
            if not self.tree.currentIndex().isValid():
                self.tree.first()

    def go_to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()
