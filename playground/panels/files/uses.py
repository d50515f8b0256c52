"""Where a file is used; looked for when somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from playground.core.filing.listing import RemoteFile
from playground.core.filing.used import NOT_OFFERED, PLACES, REQUESTED, FindUses, Looked, Use
from playground.widgets.controls import EmptyState, IdLabel, Label, SectionLabel
from playground.widgets.panes import Paragraph

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.profiles import Profile
    from playground.panels.contract import PanelContext

SHOWN = 100
"""Uses in one place that are listed."""


class UsesPane(QWidget):
    """`request_opened`: an exchange of the log is to be shown; `id_opened`: an object of the server."""

    request_opened = Signal(str)
    id_opened = Signal(str)

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("files.uses")
        self._context = context
        self._profile: Profile | None = None
        self.file: RemoteFile | None = None
        self.found: dict[str, Looked] = {}
        self._finding: Operation[None] | None = None
        self.find = context.commands.add(
            "files.find_uses", "Find Where the File Is Used", self.look, group="Files", icon="search", scope=self,
            enabled=False, keywords=("used", "vector store", "batch", "fine-tuning"),
        )  # fmt: skip
        self.waiting = EmptyState(
            "search", "Where is it used?",
            "Vector stores, batches and fine-tuning jobs of the server are looked through, and the requests on record.",
            self.find,
        )  # fmt: skip
        self.list = QScrollArea()
        self.list.setObjectName("files.uses.list")
        self.list.setAccessibleName("Where the file is used")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setWidgetResizable(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.viewport().setAutoFillBackground(False)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.waiting)
        self.stack.addWidget(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)

    def show_file(self, file: RemoteFile | None, profile: Profile | None) -> None:
        """Another one: nothing is known of it yet."""
        if file is not None and self.file is not None and file.id == self.file.id and profile == self._profile:
            return
        finding, self._finding = self._finding, None
        if finding is not None:
            finding.drop()
        self.file, self._profile, self.found = file, profile, {}
        self.find.setEnabled(file is not None)
        self.stack.setCurrentWidget(self.waiting)

    def look(self) -> None:
        """Look for its uses."""
        if self.file is None or self._profile is None or self._finding is not None:
            return
        self.found = {}
        work = FindUses(self._context.sessions, self._context.store, self._profile, self.file.id)
        self._finding = self._context.bridge.run(
            work, label="Looking where a file is used", owner=self, on_changes=self._more
        )
        self._finding.finished.connect(self._ended)
        self._show()

    def _more(self, found: list[Looked]) -> None:
        file_id = self.file.id if self.file is not None else ""
        found = [one for one in found if one.file == file_id]  # what was looked for before may still come
        self.found.update((one.place, one) for one in found)
        if found:
            self._show()

    def _ended(self) -> None:
        operation = self._finding
        if operation is None or not operation.done:
            return
        self._finding = None
        if operation.error is not None:
            from playground.core.errors import explain

            problem = explain(operation.error)
            self.found = {place: self.found.get(place, Looked(place, problem=problem)) for place in PLACES}
        self._show()

    def _show(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(6)
        for place in PLACES:
            column.addWidget(SectionLabel(place))
            column.addLayout(self._place(place, self.found.get(place)))
            column.addSpacing(10)
        column.addStretch(1)
        old = self.list.takeWidget()
        self.list.setWidget(content)
        content.setAutoFillBackground(False)
        if old is not None:
            old.deleteLater()
        self.stack.setCurrentWidget(self.list)

    def _place(self, place: str, looked: Looked | None) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(2)
        if looked is None:
            column.addWidget(Label("Looking…", "muted", 12))
            return column
        if looked.problem is not None:
            problem = looked.problem
            column.addWidget(Paragraph(f"Could not be looked through. {problem.line()}", "warning", 12))
            return column
        for use in looked.uses[:SHOWN]:
            column.addLayout(self._use(use, place))
        more = len(looked.uses) - SHOWN
        notes = [
            f"And {more:,} more." if more > 0 else "",
            looked.note,
            "" if looked.uses or looked.note == NOT_OFFERED else "None.",
        ]
        if words := " ".join(filter(None, notes)):
            column.addWidget(Label(words, "muted", 12, wrap=True))
        return column

    def _use(self, use: Use, place: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        requested = place == REQUESTED
        link = IdLabel(use.id, limit=20, parent=self)
        link.setObjectName(f"files.uses.{use.id}")
        link.opened.connect(self.request_opened if requested else self.id_opened)
        title = Label(use.title, "text", 12)
        title.setAccessibleName(use.title)
        title.setToolTip(use.title)
        row.addWidget(link)
        row.addWidget(title, 1)
        row.addWidget(Label(use.how, "muted", 12))
        return row
