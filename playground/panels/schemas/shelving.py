"""The library in the window: the list in the tree's place, the strip that asks, the tab of versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedWidget, QWidget

from playground.panels.schemas.library import LibraryPage
from playground.panels.schemas.shelf import Shelf
from playground.panels.schemas.shelf_asking import Asking
from playground.panels.schemas.versions import VersionsTab

if TYPE_CHECKING:
    from playground.panels.contract import PanelContext
    from playground.panels.schemas.library_rows import Row
    from playground.panels.schemas.view import SchemasView


class Shelving(QObject):
    """Puts the parts together."""

    def __init__(self, view: SchemasView, context: PanelContext) -> None:
        super().__init__(view)
        self._view = view
        self.shelf = Shelf(view, context)
        self.asking = Asking(view, self, context.commands)
        self.commands = self.asking.commands
        self.bar = self.asking.bar
        self.page = LibraryPage(self.commands)
        self.versions = VersionsTab(self.shelf, view.workshop, context.commands, self.commands["save"], view)
        self.left = QStackedWidget()
        self.page.chosen.connect(self.asking.chosen)
        self.page.asked.connect(self.shelf.refresh)
        self.page.left.connect(self.show_tree)
        self.shelf.scanned.connect(self._scanned)
        self.shelf.moved.connect(self._moved)
        self.versions.place_wanted.connect(view.go_to)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._back)

    def hold(self, tree: QWidget) -> QWidget:
        """The left column below its head: the tree's page, or the library."""
        self.left.addWidget(tree)
        self.left.addWidget(self.page)
        return self.left

    def _back(self, state: Qt.ApplicationState) -> None:
        """Somebody comes back from another program, which may have changed files."""
        if state == Qt.ApplicationState.ApplicationActive and self._view.isVisible():
            self.shelf.look()
            if self.shows_library:
                self.shelf.refresh()

    @property
    def shows_library(self) -> bool:
        return self.left.currentWidget() is self.page

    def show_library(self) -> None:
        """List the schemas; asked again, back to the tree."""
        self._view.bring_forward()
        if self.shows_library and self.page.isVisible():
            self.show_tree()
            return
        self._show()
        self.left.setCurrentWidget(self.page)
        self.page.begin()

    def show_tree(self) -> None:
        """Back to the tree of what is open."""
        if self.shows_library:
            has_focus = self.page.isAncestorOf(self._view.window().focusWidget() or self._view.window())
            self.left.setCurrentIndex(0)
            if has_focus:
                self._view.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def row(self) -> Row | None:
        """The row that is chosen, where the list is shown."""
        return self.page.row() if self.shows_library else None

    def focus(self) -> QWidget:
        """What gets the focus when nothing is asked any more."""
        return self.page.list if self.shows_library else self._view.source.edit

    def _scanned(self) -> None:
        if self.shows_library:
            self._show()

    def _show(self) -> None:
        shelf = self.shelf
        changed = {one.entry_id for one in shelf.drafts if one.entry_id}
        if shelf.is_dirty and shelf.current.entry_id:
            changed.add(shelf.current.entry_id)
        self.page.show_library(
            shelf.scan, str(shelf.folder), shelf.drafts.unsaved(), changed, shelf.current.entry_id, shelf.problem
        )

    def _moved(self) -> None:
        current = self.shelf.current
        is_dirty, number = self.shelf.is_dirty, current.version or current.newest
        if not current.entry_id:
            words = "not saved" if is_dirty else "not in the library"
        elif is_dirty:
            words = f"v{number} • unsaved" if number else "• unsaved"
        elif current.version:
            words = f"v{number}"
        else:
            words = f"after v{number}" if number else "no version"
        self._view.head.set_saved(words, is_dirty=is_dirty and bool(current.entry_id))
        if self.shows_library:
            self._show()
