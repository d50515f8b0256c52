"""Vector stores: the list, what is in the chosen one, what was read of a file, and a question to a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from playground.core.stores.model import Store
from playground.core.stores.rules import Chunking
from playground.panels.stores.attributes import AttributesPane
from playground.panels.stores.changes import Changes
from playground.panels.stores.choosing import ChoicePane
from playground.panels.stores.chunks import ChunksPane
from playground.panels.stores.details import Details
from playground.panels.stores.filed import FilesPane
from playground.panels.stores.lab import LabPane
from playground.panels.stores.listing import StoresList
from playground.panels.stores.naming import NameStrip
from playground.panels.stores.rows import Known
from playground.widgets.controls import CommandButton, EmptyState, HairLine, IconButton, TabStrip
from playground.widgets.presentation import mask_id, shown_line
from playground.widgets.question import QuestionBar

if TYPE_CHECKING:
    from playground.panels.contract import PanelContext
    from playground.widgets.commands import Command

GROUP = "Vector stores"
FILE_SEARCH_RESULTS = "file_search_call.results"
"""What a response is asked to hold besides, so that the passages are seen and not only cited."""


class StoresView(QWidget):
    """The panel. The list is loaded when it is first seen, when the profile changes, and on request."""

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stores")
        self.setAccessibleName("Vector stores")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.context = context
        self._seen = False
        self._asked: tuple[Store, Known | None] | None = None
        self._add_commands()
        self.list = StoresList(context)
        self.files = FilesPane(context)
        self.chunks = ChunksPane(context)
        self.attributes = AttributesPane(context)
        self.lab = LabPane(context)
        self.choice = ChoicePane(context)
        self.details = Details(context)
        self.naming = NameStrip(context.commands)
        self.question = QuestionBar("stores.question", self._command("keep"), self._command("delete_now"))
        self.changes = Changes(context, self)
        self._build()
        self._connect()
        self._restore()
        self._chosen()
        context.bridge.listen(context.sessions.changed, self._profile_changed, self)

    # Building

    def _add_commands(self) -> None:
        def add(name: str, title: str, handler: Any, icon: str = "", key: str = "", *, on: bool = False) -> None:
            self.context.commands.add(
                f"stores.{name}", title, handler, group=GROUP, icon=icon, shortcut=key or None, scope=self, enabled=on
            )

        add("refresh", "Refresh the Stores", self.refresh, "refresh-cw", "F5", on=True)
        add("find", "Search the Stores", self.go_to_search, "search", "Ctrl+F", on=True)
        add("open", "Go to a Store by Its ID", self.open_store, "arrow-right", on=True)
        add("new", "New Vector Store", self.new, "plus", "Ctrl+Alt+N", on=True)
        add("rename", "Rename…", self.rename, "pencil", "F2")
        add("delete", "Delete…", self.ask_to_delete, "trash-2")
        add("keep", "Keep It", self.keep)
        add("delete_now", "Delete for Good", self.delete_now, "trash-2")
        add("copy_id", "Copy ID of the Store", self.copy_id, "copy", "Ctrl+Shift+C")
        add("ask", "Ask in Compose", self.ask, "message-square", "Ctrl+Shift+E")
        add("add_files", "Add Files…", self.add_files, "plus", "Ctrl+U")
        add("remove_file", "Take Out of the Store…", self.ask_to_remove, "minus")
        add("open_file", "Show in Files", self.open_file, "file")
        add("refresh_files", "Refresh the Store's Files", self.refresh_files, "refresh-cw", "Shift+F5")
        add("tab_files", "Show the Store's Files", self.show_files, on=True)
        add("tab_chunks", "Show What Was Read of the File", self.show_chunks, on=True)
        add("tab_lab", "Search in the Store", self.show_lab, "search", "Ctrl+Shift+F", on=True)
        add("tab_attributes", "Show the Attributes of the File", self.show_attributes, on=True)

    def _command(self, name: str) -> Command:
        command = self.context.commands.get(f"stores.{name}")
        assert command is not None
        return command

    def _build(self) -> None:
        self.tabs = TabStrip(
            [
                (self._command("tab_files"), "Files"),
                (self._command("tab_chunks"), "Chunks"),
                (self._command("tab_attributes"), "Attributes"),
                (self._command("tab_lab"), "Search lab"),
            ],
            name="What is shown of the store",
        )
        strip = QHBoxLayout()
        strip.setContentsMargins(9, 0, 12, 0)
        strip.setSpacing(8)
        strip.addWidget(self.tabs)
        strip.addStretch(1)
        strip.addWidget(IconButton(self._command("refresh_files")))
        strip.addWidget(CommandButton(self._command("add_files"), "plain", shortcut=False))
        self.stack = QStackedWidget()
        self.stack.addWidget(self.files)
        self.stack.addWidget(self.chunks)
        self.stack.addWidget(self.attributes)
        self.stack.addWidget(self.lab)
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addLayout(strip)
        inner.addWidget(HairLine())
        inner.addWidget(self.stack, 1)
        self.content = content
        self.nothing = EmptyState("database", "No store chosen", "Choose one to see the files that are in it.")
        self.middle = QStackedWidget()
        for page in (self.nothing, content, self.choice):
            self.middle.addWidget(page)
        self.middle.setMinimumWidth(360)
        self.list.setMinimumWidth(320)
        self.details.setMinimumWidth(260)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.naming, self.question, self.changes.failure):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("stores.splitter")
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for index, part in enumerate((left, self.middle, self.details)):
            self.splitter.addWidget(part)
            self.splitter.setStretchFactor(index, (2, 4, 1)[index])
        self.splitter.setSizes([430, 500, 298])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)

    def _connect(self) -> None:
        self.list.chosen.connect(self._chosen)
        self.list.trouble.opened.connect(self._id_opened)
        self.files.chosen.connect(self._file_chosen)
        self.files.told.connect(self._told)
        self.files.table.activated_row.connect(self._activated)
        self.attributes.saved.connect(self.files.put)
        self.details.id_opened.connect(self._id_opened)
        self.details.file_opened.connect(self._file_opened)
        self.naming.given.connect(self._named)
        self.naming.left.connect(self._back_to_list)
        self.choice.wanted.connect(self._add)
        self.choice.left.connect(self._chosen)

    def _restore(self) -> None:
        state = self.context.state.load()
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
        sizes = bytes(self.splitter.saveState().toBase64().data()).decode()
        self.context.state.save({**self.context.state.load(), "splitter": sizes})

    def _moved(self, _position: int, _index: int) -> None:
        self._save_timer.start()

    # Choosing

    @property
    def store(self) -> Store | None:
        """The chosen one."""
        return self.list.table.current()

    @property
    def file(self) -> Known | None:
        """The chosen one of the store's files."""
        return self.files.table.current()

    def refresh(self) -> None:
        """Ask the server for its stores again."""
        self.list.load()
        self.files.load()

    def refresh_files(self) -> None:
        """Ask the server for the store's files again, or for what was read of one."""
        self.files.load()
        if self.stack.currentWidget() is self.chunks:
            self.chunks.fetch()

    def _profile_changed(self, _emissions: list[tuple[Any, ...]]) -> None:
        self.naming.put_away()
        self.choice.leave()
        self.question.put_away(self.list.table)
        self.changes.put_away()
        if self._seen:
            self.list.load()

    def _chosen(self) -> None:
        """Commands, files and details follow the chosen store."""
        store = self.store
        before = self.files.store
        self.middle.setVisible(bool(self.list.model.rows.all))  # else the list says all that there is to say
        self.details.setVisible(store is not None)
        if self.middle.currentWidget() is not self.choice or store is None or before is None or store.id != before.id:
            self.middle.setCurrentWidget(self.content if store is not None else self.nothing)
        elif not self.choice.no.isEnabled():
            self.middle.setCurrentWidget(self.content)
        for name in ("rename", "delete", "copy_id", "ask", "add_files", "refresh_files"):
            self._command(name).setEnabled(store is not None)
        self.details.show_store(store, self.list.model.cost)
        self.files.show_store(store, self.list.profile)
        self.lab.show_store(store, self.list.profile)

    def _told(self, store: Store) -> None:
        """It is watched: other counts."""
        self.list.put([store])

    def _file_chosen(self) -> None:
        file = self.file
        self.details.show_file(file)
        self.chunks.show_file(file, self.list.profile)
        self.attributes.show_file(file, self.list.profile)
        for name in ("remove_file", "open_file"):
            self._command(name).setEnabled(file is not None)

    def open_store(self, store_id: str = "") -> None:
        """Choose a store by its ID; without one, go where it can be typed."""
        if not self.isVisible():
            self.context.commands.run("panel.stores")
        if store_id:
            self.list.open_store(store_id)
        else:
            self.go_to_search()

    def go_to_search(self) -> None:
        if not self.isVisible():
            self.context.commands.run("panel.stores")
        self.list.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.list.search.selectAll()

    def copy_id(self) -> None:
        """Put the chosen store's ID on the clipboard."""
        if (store := self.store) is not None:
            QGuiApplication.clipboard().setText(store.id)
            self.context.notify(f"Copied {mask_id(store.id)}")

    def show_files(self) -> None:
        self.tabs.choose(0)
        self.stack.setCurrentIndex(0)

    def show_chunks(self) -> None:
        """Also asks for them, where nobody has yet."""
        self.tabs.choose(1)
        self.stack.setCurrentIndex(1)
        self.chunks.fetch()

    def show_attributes(self) -> None:
        self.tabs.choose(2)
        self.stack.setCurrentIndex(2)

    def show_lab(self) -> None:
        """Also goes to the question."""
        self.tabs.choose(3)
        self.stack.setCurrentIndex(3)
        self.lab.query.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _activated(self, _row: int) -> None:
        self.show_chunks()

    def _id_opened(self, identifier: str) -> None:
        self.context.commands.run("palette.open", identifier)

    def _file_opened(self, _id: str) -> None:
        self.open_file()

    def open_file(self) -> None:
        """Show the chosen file among the server's files."""
        if (file := self.file) is not None:
            self.context.commands.run("panel.files")
            self.context.commands.run("files.open", file.id)

    # Asking

    def ask(self) -> None:
        """Go to Compose with a `file_search` in the chosen store."""
        if (store := self.store) is None:
            return
        self.context.commands.run("panel.compose")
        tool = {"type": "file_search", "vector_store_ids": [store.id]}
        if not self.context.commands.run("compose.set_tools", [tool], [FILE_SEARCH_RESULTS]):
            self.context.notify("Compose is not there.")

    # Making, changing, deleting

    def new(self) -> None:
        """Ask for the name of a new store."""
        if not self.isVisible():
            self.context.commands.run("panel.stores")
        self.naming.ask(None, self.context.sessions.current.name)

    def rename(self) -> None:
        if (store := self.store) is not None:
            self.naming.ask(store, self.context.sessions.current.name)

    def _named(self, name: str, store_id: str) -> None:
        self.changes.name(name, store_id)
        self._back_to_list()

    def add_files(self) -> None:
        """Show the server's files that are not in the store."""
        if (store := self.store) is not None:
            self.middle.setCurrentWidget(self.choice)
            self.choice.ask(store.name or store.id, frozenset(self.files.model.rows.all))

    def _add(self, files: list[str], chunking: Chunking) -> None:
        self.middle.setCurrentWidget(self.content)
        self.show_files()
        if (store := self.store) is not None:
            self.changes.add(store.id, files, chunking)

    def ask_to_delete(self) -> None:
        """Ask whether the chosen store is to go."""
        store, profile = self.store, self.list.profile
        if store is None or profile is None:
            return
        self._asked = (store, None)
        named = shown_line(store.name or store.id)
        count = store.counts.total
        held = f" Its {count:,} file{'s' if count != 1 else ''} stay among the server's files." if count else ""
        self._command("delete_now").setText("Delete for Good")
        self.question.ask(
            f"Delete the store “{named}” from {profile.name}? This cannot be undone, and what asks in it fails.{held}"
        )

    def ask_to_remove(self) -> None:
        """Ask whether the chosen file is to be taken out of the store."""
        store, file = self.store, self.file
        if store is None or file is None:
            return
        self._asked = (store, file)
        self._command("delete_now").setText("Take It Out")
        self.question.ask(
            f"Take “{shown_line(file.name or file.id)}” out of “{shown_line(store.name or store.id)}”? "
            "Searches find it no more; the file itself stays among the server's files."
        )

    def keep(self) -> None:
        self._asked = None
        self.question.put_away(self.list.table)

    def delete_now(self) -> None:
        """The question was answered."""
        asked, self._asked = self._asked, None
        self.question.put_away(self.list.table)
        if asked is None:
            return
        store, file = asked
        if file is None:
            self.changes.delete(store.id)
        else:
            self.changes.take_out(store.id, file.id)

    def _back_to_list(self) -> None:
        self.list.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # Events

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.list.search.setFocus(event.reason())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._seen:
            self._seen = True
            self.list.load()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._save_timer.isActive():
            self.save()
