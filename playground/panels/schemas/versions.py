"""The tab of versions: what was saved when, and what has changed since, for those who read and those who write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from playground.panels.schemas.shelf_work import Comparing, Describing, Listing
from playground.panels.schemas.versions_parts import ChangeList, VersionRows
from playground.widgets.controls import CommandButton, EmptyState, HairLine, IconButton
from playground.widgets.rows import RowsTable
from playground.widgets.surface import Text

if TYPE_CHECKING:
    from playground.core.schemas.changes import Flag
    from playground.core.schemas.library import Version
    from playground.panels.schemas.shelf import Shelf
    from playground.panels.schemas.shelf_work import Compared
    from playground.panels.schemas.workshop import Workshop
    from playground.widgets.commands import Command, CommandRegistry
    from playground.widgets.diff import DiffView

GROUP = "Schemas"
NARROW = 700
"""Pixels below which the list stands above what changed."""
_NONE = "No versions yet"
_HOW = "Each save keeps one: it can be compared with what is written now, and restored."


class VersionsTab(QWidget):
    """Follows the schema while it is shown. `place_wanted`: a place of the text that somebody asks for."""

    place_wanted = Signal(str)

    def __init__(
        self, shelf: Shelf, workshop: Workshop, registry: CommandRegistry, save: Command, scope: QWidget
    ) -> None:
        super().__init__()
        self.setObjectName("schemas.versions")
        self._shelf, self._workshop = shelf, workshop
        self._entry = ""
        self._wanted: tuple[str, int, str] | None = None
        """What is compared, or was: the schema, the version, the text."""
        self._other: tuple[str, str] | None = None
        """A text that is no version, and what it is."""
        self._is_filling = False
        self._text = ""
        """Of the version that is chosen."""
        rows = (
            ("restore_version", "Restore the Version of the Schema", self.restore, "undo-2"),
            ("copy_version", "Copy the Version of the Schema", self.copy, "copy"),
        )
        self.commands = {
            name: registry.add(f"schemas.{name}", title, handler, group=GROUP, icon=icon, scope=scope, enabled=False)
            for name, title, handler, icon in rows
        }
        self.model = VersionRows()
        self.table = RowsTable("schemas.versions.list", "Versions of the schema")
        self.table.setModel(self.model)
        self.table.setSortingEnabled(False)
        self.table.set_columns([72, 70, 120], stretch=2)
        self._to_describe: list[tuple[str, int, str, str]] = []
        """Entry, version, label and note: what is being written, and what comes after it."""
        self.label, self.note = QLineEdit(), QLineEdit()
        for field, name, title in ((self.label, "label", "Label"), (self.note, "note", "Note")):
            field.setObjectName(f"schemas.versions.{name}")
            field.setAccessibleName(f"{title} of the version")
            field.setPlaceholderText(title)
            field.editingFinished.connect(self._describe)
        self.summary = Text("", "muted", size=12, wrap=True)
        self.summary.setObjectName("schemas.versions.summary")
        self.changes = ChangeList()
        self._registry = registry
        self.diff: DiffView | None = None
        """Made when the tab is first shown: comparing brings much along that the panel does not need at its start."""
        self.empty = EmptyState("history", _NONE, _HOW, save)
        self._lay_out()
        self.table.selected_row.connect(self._chosen)
        self.changes.chosen.connect(self.place_wanted)
        shelf.moved.connect(self._moved)
        workshop.checked.connect(self._moved)

    def _lay_out(self) -> None:
        fields, buttons = QHBoxLayout(), QHBoxLayout()
        for row in (fields, buttons):
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(6)
        fields.addWidget(self.label, 2)
        fields.addWidget(self.note, 3)
        buttons.addStretch(1)
        buttons.addWidget(IconButton(self.commands["copy_version"]))
        buttons.addWidget(CommandButton(self.commands["restore_version"], "plain", text="Restore", shortcut=False))
        self.foot = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self.foot.setContentsMargins(12, 6, 12, 6)
        self.foot.setSpacing(6)
        self.foot.addLayout(fields, 1)
        self.foot.addLayout(buttons)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addWidget(HairLine())
        column.addLayout(self.foot)
        told = QWidget()
        column = QVBoxLayout(told)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.summary.setContentsMargins(16, 8, 16, 8)
        column.addWidget(self.summary)
        column.addWidget(HairLine())
        column.addWidget(self.changes, 1)
        self.right = QSplitter(Qt.Orientation.Vertical)
        self.right.setObjectName("schemas.versions.right")
        self.across = QSplitter(Qt.Orientation.Horizontal)
        self.across.setObjectName("schemas.versions.across")
        for splitter, parts in ((self.right, (told,)), (self.across, (left, self.right))):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
            for part in parts:
                splitter.addWidget(part)
        self.across.setSizes([300, 460])
        self.across.setStretchFactor(1, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.across)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def _make_diff(self) -> DiffView:
        from playground.widgets.diff import DiffView

        if self.diff is None:
            self.diff = DiffView("schemas.versions.diff", self._registry, group=GROUP)
            self.diff.mode.set_value("unified")
            self.right.addWidget(self.diff)
            self.right.setSizes([220, 260])
        return self.diff

    # The list

    def _moved(self) -> None:
        """The text or its file is another."""
        entry = self._shelf.current.entry_id
        if entry != self._entry:
            self._entry, self._other, self._wanted = entry, None, None
            self.table.clearSelection()
            self.table.setCurrentIndex(self.model.index(-1, -1))
            self.model.show_versions((), 0)
        if self.isVisible():
            self._list()

    def _list(self) -> None:
        if not self._entry and self._other is None:
            self._nothing()
        elif self._entry:
            self._shelf.run(Listing(self._shelf.folder, self._entry), "Reading the versions", _Listed(self))
        self._compare()

    def show_versions(self, entry: str, versions: tuple[Version, ...]) -> None:
        """The versions of a schema, as they are on the disk."""
        if entry != self._entry:
            return
        row = self.version()
        before = row.number if row is not None else 0
        self._is_filling = True  # no version is chosen for a moment, and what is typed about one stays
        self.model.show_versions(versions, self._shelf.current.version)
        if not versions and self._other is None:
            self._is_filling = False
            self._nothing()
            return
        self.stack.setCurrentWidget(self.across)
        number = next((at for at, one in enumerate(versions) if one.number == before), -1)
        if number < 0 and self._other is None:
            # The one before the newest says what the last save changed; where something is unsaved, the newest does.
            number = 1 if len(versions) > 1 and not self._shelf.is_dirty else 0
        if number >= 0 and versions:
            self.table.selectRow(number)
        self._is_filling = False
        self._allow()
        self._compare()

    def _nothing(self) -> None:
        self.model.show_versions((), 0)
        words = _HOW if self._entry else f"This schema is in no file yet. {_HOW}"
        self.empty.set_words(_NONE, words)
        self.stack.setCurrentWidget(self.empty)
        self._allow()

    def version(self) -> Version | None:
        """The one that is chosen."""
        row = self.table.currentIndex().row()
        return self.model.versions[row] if 0 <= row < len(self.model.versions) else None

    def _chosen(self, row: int) -> None:
        if self._is_filling:
            return
        if row >= 0:
            self._other = None
        self._allow()
        self._compare()

    def _allow(self) -> None:
        one = self.version()
        for command in self.commands.values():
            command.setEnabled(one is not None and self.stack.currentWidget() is self.across)
        for field, text in ((self.label, one.label if one else ""), (self.note, one.note if one else "")):
            field.setEnabled(one is not None)
            if not field.hasFocus() or one is None:
                field.setText(text)
                field.setCursorPosition(0)

    # What changed

    def show_other(self, text: str, title: str) -> None:
        """Compare what is written now with a text that is no version."""
        self._other = (text, title)
        self.table.clearSelection()
        self.table.setCurrentIndex(self.model.index(-1, -1))
        self.stack.setCurrentWidget(self.across)
        self._compare()

    def _compare(self) -> None:
        one, other = self.version(), self._other
        if not self.isVisible() or (one is None and other is None):
            return
        text = self._workshop.text()
        number = one.number if other is None and one is not None else 0
        wanted = (self._entry, number, text)
        if wanted == self._wanted and other is None:
            return
        self._wanted = wanted
        work = Comparing(self._shelf.folder, self._entry, number, text, other[0] if other is not None else "")
        self._shelf.run(work, "Comparing two versions", _Compared(self, wanted), self._not_compared)

    def show_compared(self, wanted: tuple[str, int, str], compared: Compared) -> None:
        """What was found, unless something else is asked for since."""
        if wanted != self._wanted:
            return
        from playground.core.schemas.changes import breaks_readers, breaks_writers

        self._text = compared.old
        name = f"v{wanted[1]}" if wanted[1] else (self._other or ("", "The other"))[1]
        self.changes.show_changes(compared.changes)
        self._make_diff().set_diff(compared.diff, name, "As it stands here")
        if compared.unknown:
            self.summary.set_role("warning")
            self.summary.set_text(compared.unknown)
        elif not compared.changes:
            self.summary.set_role("good")
            same = "the same text" if compared.old == self._workshop.text() else "nothing but how it is laid out"
            self.summary.set_text(f"{name} and what stands here: {same}.")
        else:
            readers, writers = breaks_readers(compared.changes), breaks_writers(compared.changes)
            role = "error" if readers else "warning" if (readers, writers) != (False, False) else "good"
            self.summary.set_role(role)
            self.summary.set_text(f"Since {name}: {_hurt(readers, writers)}.")

    def _not_compared(self, error: BaseException) -> None:
        self._wanted = None
        self.changes.show_changes(())
        self._make_diff().clear("Not compared", str(error))
        self.summary.set_role("error")
        self.summary.set_text(str(error))

    # What is done

    def restore(self) -> None:
        """Put the text of the version into the editor; Ctrl+Z brings back what was there."""
        one = self.version()
        if one is not None and self._wanted is not None and self._wanted[1] == one.number:
            self._workshop.set_text(self._text)

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)

    def _describe(self) -> None:
        """Both fields tell of an end twice, by Enter and when they are left: one after the other is written, so that
        what was said last is what stays."""
        one = self.version()
        if one is None or not self._entry:
            return
        wanted = (self._entry, one.number, self.label.text().strip(), self.note.text().strip())
        last = self._to_describe[-1] if self._to_describe else (self._entry, one.number, one.label, one.note)
        if wanted != last:
            self._to_describe.append(wanted)
            if len(self._to_describe) == 1:
                self._describe_next()

    def _describe_next(self) -> None:
        work = Describing(self._shelf.folder, *self._to_describe[0])
        self._shelf.run(work, "Labelling a version", self._described, self._not_described)

    def _described(self, _nothing: None = None) -> None:
        del self._to_describe[0]
        if self._to_describe:
            self._describe_next()
        else:
            self._list()

    def _not_described(self, error: BaseException) -> None:
        self._shelf.tell(error)
        self._described()

    # Events

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._make_diff()
        self._list()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= NARROW
        orientation = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if orientation != self.across.orientation():
            self.across.setOrientation(orientation)
            beside = QBoxLayout.Direction.TopToBottom if wide else QBoxLayout.Direction.LeftToRight
            self.foot.setDirection(beside)
            self.across.setSizes([300, 460] if wide else [150, 400])


def _hurt(readers: Flag, writers: Flag) -> str:
    if (readers, writers) == (False, False):
        return "nobody is broken, neither who reads by it nor who writes by it"
    if readers is True and writers is True:
        return "breaks who reads by it, and who writes by it"
    said = {True: "breaks", None: "may break"}
    parts = [
        f"{said[flag]} who {does} by it" if flag is not False else f"who {does} by it is not touched"
        for flag, does in ((readers, "reads"), (writers, "writes"))
    ]
    return "; ".join(parts)


class _Listed:
    """What follows the reading of versions."""

    def __init__(self, tab: VersionsTab) -> None:
        self._tab, self._entry = tab, tab._entry

    def __call__(self, versions: tuple[Version, ...]) -> None:
        self._tab.show_versions(self._entry, versions)


class _Compared:
    """What follows a comparison."""

    def __init__(self, tab: VersionsTab, wanted: tuple[str, int, str]) -> None:
        self._tab, self._wanted = tab, wanted

    def __call__(self, compared: Compared) -> None:
        self._tab.show_compared(self._wanted, compared)
