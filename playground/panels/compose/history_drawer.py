"""The history over the prompt's column: a search field, the runs, and what can be done with those selected."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from playground.panels.compose.history_list import RunList
from playground.panels.compose.history_model import RunsModel
from playground.widgets.commands import Command, CommandRegistry
from playground.widgets.controls import Chip, EmptyState, HairLine, IconButton, Label

MARGIN = 16
SEARCH_AFTER_MS = 90
ACTIONS = ("compose.history_open", "compose.history_rename", "compose.history_star", "compose.save_recording")
EMPTY = "Every prompt you run is kept here, with its answer and its timing, until you delete it."


class HistoryDrawer(QWidget):
    """`searched`: the words or the filter changed. `closed`: Escape."""

    searched = Signal()
    closed = Signal()

    def __init__(self, model: RunsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compose.history.drawer")
        self.setAccessibleName("History of runs")
        self.list = RunList(model)
        self.search = QLineEdit()
        self.search.setObjectName("compose.history.search")
        self.search.setAccessibleName("Search the history")
        self.search.setPlaceholderText("Search prompts, answers, names, IDs")
        self.search.setClearButtonEnabled(True)
        self.title = Label("History", "text", 13, 600)
        self.count = Label("", "muted", 12)
        self.count.setObjectName("compose.history.count")
        self.source = Chip("recording", "simulated")
        self.source.setObjectName("compose.history.source")
        self.source.hide()
        self.chosen = Label("", "muted", 12)
        self.chosen.setObjectName("compose.history.chosen")
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(SEARCH_AFTER_MS)
        self._typing.timeout.connect(self.searched)
        self.search.textChanged.connect(self._typing.start)
        self.search.installEventFilter(self)
        self.list.dismissed.connect(self.closed)

    def build(self, commands: CommandRegistry) -> None:
        """Put the parts in their places, once the commands that the buttons show are there."""

        def command(name: str) -> Command:
            found = commands.get(name)
            assert found is not None, name
            return found

        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = self._row(9, MARGIN - 4)
        head.addWidget(self.title)
        head.addWidget(self.count)
        head.addWidget(self.source)
        head.addStretch(1)
        head.addWidget(IconButton(command("compose.open_recording")))
        head.addWidget(IconButton(command("compose.history_close")))
        column.addLayout(head)
        column.addWidget(HairLine())
        find = self._row(8, MARGIN - 4)
        find.addWidget(self.search, 1)
        find.addWidget(IconButton(command("compose.history_starred")))
        column.addLayout(find)
        column.addWidget(HairLine())
        self.empty = EmptyState("history", "No runs yet", EMPTY, command("compose.play_sample"))
        self.empty.set_widest(260)
        self.none = EmptyState("search", "Nothing found", "")
        self.none.set_widest(260)
        self._pages = QStackedWidget()
        for page in (QWidget(), self.list, self.empty, self.none):
            self._pages.addWidget(page)
        column.addWidget(self._pages, 1)
        column.addWidget(HairLine())
        foot = self._row(6, MARGIN - 4)
        foot.addWidget(self.chosen, 1)
        for name in (*ACTIONS, "compose.history_delete"):
            foot.addWidget(IconButton(command(name)))
        column.addLayout(foot)

    @staticmethod
    def _row(above: int, right: int) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(MARGIN, above, right, above)
        row.setSpacing(6)
        return row

    def show_rows(self, found: int, text: str) -> None:
        """The list, or why it is empty."""
        if found:
            self._pages.setCurrentWidget(self.list)
        elif text:
            self.none.text.setText(text)
            self._pages.setCurrentWidget(self.none)
        else:
            self._pages.setCurrentWidget(self.empty)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys that are meant for the list, while somebody types."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)
                if not self.list.currentIndex().isValid():
                    self.list.choose(0)
                else:
                    self.list.keyPressEvent(event)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
                if not self.list.currentIndex().isValid():
                    self.list.choose(0)
                run = self.list.current()
                if run is not None:
                    self.list.opened.emit(run.id)
                return True
            if key == Qt.Key.Key_Escape:
                if self.search.text():
                    self.search.clear()
                else:
                    self.closed.emit()
                return True
        return super().eventFilter(watched, event)
