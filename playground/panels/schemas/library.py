"""The library as a page of the left column, in the tree's place: a search, the list, what can be done with it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPalette, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from playground.panels.schemas.library_rows import LibraryRows, Row, RowDelegate, rows_of
from playground.widgets.controls import CommandButton, EmptyState, HairLine, IconButton
from playground.widgets.surface import Text
from playground.widgets.themed import Themed, tint

if TYPE_CHECKING:
    from playground.core.schemas.library import Hit, Scan
    from playground.panels.schemas.shelf_drafts import Draft
    from playground.widgets.commands import Command

_PATH = 30
"""Characters of a path that are shown."""
AFTER_MS = 80
"""How long nothing is typed before the list is searched."""


_KEYS = {
    Qt.Key.Key_F2: {"schema": "rename"},
    Qt.Key.Key_Delete: {"schema": "delete", "removed": "erase", "draft": "drop_draft"},
}
"""Of the list: the command by the kind of row."""


class LibraryList(Themed, QListView):
    """Enter and a double click open; the keys that write go to the search."""

    opened = Signal(int)
    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schemas.library.list")
        self.setAccessibleName("Schemas of the library")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self.menu_wanted)
        self.clicked.connect(self._clicked)
        self.retheme()

    def retheme(self) -> None:
        tint(self, "window", QPalette.ColorRole.Base)
        self.doItemsLayout()
        self.viewport().update()

    def _clicked(self, index: QModelIndex) -> None:
        self.opened.emit(index.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)


class LibraryPage(QWidget):
    """`chosen`: a row that is to be opened; `asked`: the list is wanted as it is now; `left`: back to the tree."""

    chosen = Signal(object)
    asked = Signal()
    left = Signal()

    def __init__(self, commands: dict[str, Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schemas.library.page")
        self._scan: Scan | None = None
        self._drafts: list[Draft] = []
        self._changed: set[str] = set()
        self._commands = commands
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self._search)
        self.search = QLineEdit()
        self.search.setObjectName("schemas.library.search")
        self.search.setAccessibleName("Search the library")
        self.search.setPlaceholderText("Names, descriptions, properties")
        self.search.setClearButtonEnabled(True)
        self.model, self.delegate = LibraryRows(), RowDelegate(self)
        self.list = LibraryList()
        self.list.setModel(self.model)
        self.list.setItemDelegate(self.delegate)
        self.note = Text("", "muted", size=12, wrap=True)
        self.note.setObjectName("schemas.library.note")
        self.note.setContentsMargins(16, 6, 16, 6)
        self.note.hide()
        self.empty = EmptyState(
            "folder", "No schemas yet", "Save the one that is open, or put JSON files into the folder.",
            commands["save"],
        )  # fmt: skip
        self.empty.set_widest(220)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.empty)
        self._lay_out()
        self.search.textChanged.connect(self._typed)
        self.list.opened.connect(self._opened)
        self.list.menu_wanted.connect(self._show_menu)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 12, 8)
        head.setSpacing(4)
        head.addWidget(self.search, 1)
        for name in ("new", "open_folder", "back"):
            head.addWidget(IconButton(self._commands[name]))
        self.foot = Text("", "muted", size=11.5, elide=True)
        self.foot.setObjectName("schemas.library.folder")
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 6, 12, 6)
        foot.setSpacing(8)
        foot.addWidget(self.foot, 1)
        foot.addWidget(CommandButton(self._commands["choose_folder"], "quiet", text="Change…", shortcut=False))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(HairLine())
        column.addWidget(self.note)
        column.addWidget(self.stack, 1)
        column.addWidget(HairLine())
        column.addLayout(foot)

    # What is shown

    def show_library(
        self, scan: Scan, folder: str, drafts: list[Draft], changed: set[str], current: str, problem: str = ""
    ) -> None:
        """What the folder holds; `changed`: IDs with changes that are in no file; `current`: the one that is open."""
        self._scan, self._drafts, self._changed = scan, drafts, changed
        self.delegate.current = current
        words = problem or scan.capped
        self.note.set_role("error" if problem else "warning")
        self.note.set_text(words)
        self.note.setVisible(bool(words))
        self.foot.set_text(_short(folder))
        self.foot.setToolTip(folder)
        self._search()

    def _typed(self, _text: str) -> None:
        self._timer.start()

    def _search(self) -> None:
        self._timer.stop()
        if self._scan is None:
            return
        wanted = self.search.text().strip()
        row = self.row()
        self.model.show_rows(rows_of(self._scan, self._hits(wanted), self._drafts, self._changed, wanted))
        nothing = not self.model.rows
        self.stack.setCurrentWidget(self.empty if nothing else self.list)
        if nothing and wanted:
            self.empty.set_words("Nothing is found", "No name, description or property has these words.")
        elif nothing:
            self.empty.set_words("No schemas yet", "Save the one that is open, or put JSON files into the folder.")
        self._choose(row.title if row is not None else "", first=bool(wanted))
        self.list.viewport().update()

    def _hits(self, wanted: str) -> list[Hit]:
        from playground.core.schemas.library import find

        return find(self._scan.entries, wanted) if self._scan is not None else []

    def _choose(self, title: str, *, first: bool) -> None:
        rows = [number for number, row in enumerate(self.model.rows) if row.is_schema]
        number = next((one for one in rows if self.model.rows[one].title == title), -1)
        if first or number < 0:
            number = next((one for one in rows if not first and self._is_current(self.model.rows[one])), -1)
            number = rows[0] if number < 0 and rows else number
        if number >= 0:
            self.list.setCurrentIndex(self.model.index(number))

    def _is_current(self, row: Row) -> bool:
        return row.kind == "schema" and row.id == self.delegate.current

    def row(self) -> Row | None:
        """The one that is chosen."""
        index = self.list.currentIndex()
        return self.model.rows[index.row()] if index.isValid() and index.row() < len(self.model.rows) else None

    # What is done

    def begin(self) -> None:
        """Somebody opens it to look for a schema."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()
        self._choose("", first=False)

    def _opened(self, number: int) -> None:
        row = self.model.rows[number] if 0 <= number < len(self.model.rows) else None
        if row is not None and row.is_schema:
            self.chosen.emit(row)

    def _show_menu(self, where: QPoint) -> None:
        row = self.row()
        if row is None or not self.list.indexAt(where).isValid():
            return
        names = {
            "schema": ("rename", "duplicate", "delete", "", "open_folder"),
            "removed": ("bring_back", "erase"),
            "draft": ("drop_draft",),
        }.get(row.kind, ("open_folder",))
        menu = QMenu(self)
        menu.setObjectName("schemas.library.menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in names:
            if name:
                menu.addAction(self._commands[name])
            else:
                menu.addSeparator()
        menu.popup(self.list.viewport().mapToGlobal(where))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            if self.search.text():
                self.search.clear()
            else:
                self.left.emit()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.search.hasFocus():
            self._search()
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            if key == Qt.Key.Key_Down and not self.search.text():
                self.list.keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.search.hasFocus():
            self._search()
            self._opened(self.list.currentIndex().row())
        elif key in _KEYS and self.list.hasFocus() and (row := self.row()) is not None:
            name = _KEYS[key].get(row.kind)
            if name is not None:
                self._commands[name].trigger()
        elif event.text().isprintable() and event.text() and self.list.hasFocus():
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)
            self.search.insert(event.text())
        else:
            super().keyPressEvent(event)


def _short(folder: str) -> str:
    """A path whose end is seen: that is what tells folders apart."""
    home = str(Path.home())
    folder = f"~{folder[len(home) :]}" if folder.startswith(f"{home}{os.sep}") else folder
    return folder if len(folder) <= _PATH else f"…{folder[-_PATH:]}"
