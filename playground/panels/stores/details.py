"""The chosen store, and below it the chosen file: what they are, and what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from playground.core.filing.listing import left_text, moment_text
from playground.core.stores.cost import Cost, cost_text
from playground.core.stores.model import Store
from playground.core.transfers.rules import bytes_text
from playground.panels.stores.rows import Known, attribute_words
from playground.panels.stores.tables import STATES
from playground.widgets.controls import CommandButton, HairLine, IdLabel, Label, SectionLabel
from playground.widgets.flow import FlowLayout
from playground.widgets.panes import Paragraph
from playground.widgets.presentation import shown_line

if TYPE_CHECKING:
    from playground.panels.contract import PanelContext

MARGIN = 16
ID_LENGTH = 28
"""Characters of an ID that are shown."""


class _Facts(QWidget):
    """Names and values below each other; what is empty is left out."""

    def __init__(self, name: str, titles: tuple[str, ...]) -> None:
        super().__init__()
        self.setObjectName(name)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self._rows: dict[str, tuple[Label, Label]] = {}
        for row, title in enumerate(titles):
            left, value = Label(title, "muted", 12), Label("", "text", 12, selectable=True, wrap=True)
            grid.addWidget(left, row, 0)
            grid.addWidget(value, row, 1)
            self._rows[title] = (left, value)

    def say(self, values: dict[str, tuple[str, str]]) -> None:
        """`values`: words and their role."""
        for title, (left, value) in self._rows.items():
            words, role = values.get(title, ("", "text"))
            value.setText(words)
            value.set_role(role)
            value.setAccessibleName(f"{title}: {words}")
            left.setVisible(bool(words))
            value.setVisible(bool(words))

    def text(self, title: str) -> str:
        return self._rows[title][1].text()


class Details(QScrollArea):
    """`id_opened`: the store's ID was clicked; `file_opened`: the file's. Shown while a store is chosen."""

    id_opened = Signal(str)
    file_opened = Signal(str)

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stores.details")
        self.setAccessibleName("The store and the file")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self._commands = context.commands
        self.facts = _Facts(
            "stores.facts",
            ("State", "Files", "Size", "Cost", "Created", "Last used", "Expires", "About", "Metadata"),
        )
        self.file_facts = _Facts("stores.file_facts", ("State", "Size", "Chunks of", "Added", "Attributes"))
        self.name = Paragraph("", "text", 15, 600)
        self.name.setObjectName("stores.details.name")
        self.id = IdLabel("", limit=ID_LENGTH, parent=self)
        self.id.setObjectName("stores.details.id")
        self.id.opened.connect(self.id_opened)
        self.file_name = Paragraph("", "text", 13, 600)
        self.file_name.setObjectName("stores.details.file")
        self.file_id = IdLabel("", limit=ID_LENGTH, parent=self)
        self.file_id.setObjectName("stores.details.file_id")
        self.file_id.opened.connect(self.file_opened)
        self.wrong = Label("", "error", 12, wrap=True, selectable=True)
        self.wrong.setObjectName("stores.details.wrong")
        self._build()
        self.show_store(None, Cost(0, None, ""))
        self.show_file(None)

    def _buttons(self, *names: tuple[str, str]) -> FlowLayout:
        buttons = FlowLayout(gap=8, line_gap=8)
        for name, kind in names:
            if (command := self._commands.get(f"stores.{name}")) is not None:
                buttons.addWidget(CommandButton(command, kind, shortcut=False))
        return buttons

    def _build(self) -> None:
        self.file = QWidget()
        below = QVBoxLayout(self.file)
        below.setContentsMargins(MARGIN, 12, MARGIN, 12)
        below.setSpacing(6)
        below.addWidget(SectionLabel("Chosen file"))
        for part in (self.file_name, self.file_id, self.file_facts, self.wrong):
            below.addWidget(part)
        below.addSpacing(4)
        below.addLayout(self._buttons(("open_file", "plain"), ("remove_file", "plain")))
        self.content = QWidget()
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(MARGIN, 12, MARGIN, 12)
        head.setSpacing(6)
        for widget in (self.name, self.id, self.facts):
            head.addWidget(widget)
        head.addSpacing(4)
        head.addLayout(self._buttons(("ask", "primary"), ("rename", "plain"), ("delete", "plain")))
        column.addLayout(head)
        self.line = HairLine()
        column.addWidget(self.line)
        column.addWidget(self.file)
        column.addStretch(1)
        self.setWidget(self.content)
        self.content.setAutoFillBackground(False)

    def show_store(self, store: Store | None, cost: Cost) -> None:
        """Another one, or none."""
        self.content.setVisible(store is not None)
        if store is None:
            return
        self.name.set_text(shown_line(store.name) or "(no name)")
        self.id.set_id(store.id)
        expired = store.status == "expired"
        ends = f"{moment_text(store.expires)} ({left_text(store.expires)})" if store.expires else "never"
        if store.days:
            ends = f"{ends}, {store.days:,} day{'s' if store.days != 1 else ''} after the last use"
        size = f"{bytes_text(store.size)} ({store.size:,} bytes)" if store.size >= 1024 else bytes_text(store.size)
        metadata = ", ".join(f"{name}: {value}" for name, value in store.metadata.items())
        busy = store.status == "in_progress"
        state = {"completed": "ready", "in_progress": "in progress"}.get(store.status, store.status)
        self.facts.say(
            {
                "State": (state or "not said", "error" if expired else "warning" if busy else "text"),
                "Files": (store.counts.text(), "error" if store.counts.failed else "text"),
                "Size": (size if store.size >= 0 else "not said", "text"),
                "Cost": (f"{cost_text(cost.share(store))}. {cost.note}".strip(), "text"),
                "Created": (moment_text(store.created), "text"),
                "Last used": (moment_text(store.active), "text"),
                "Expires": (ends, "error" if expired else "text"),
                "About": (store.description, "text"),
                "Metadata": (metadata, "text"),
            }
        )

    def show_file(self, known: Known | None) -> None:
        """Another one, or none."""
        self.file.setVisible(known is not None)
        self.line.setVisible(known is not None)
        if known is None:
            return
        one = known.file
        self.file_name.set_text(shown_line(known.name) or "(name not known)")
        self.file_id.set_id(one.id)
        roles = {"failed": "error", "in_progress": "warning"}
        attributes = attribute_words(one.attributes)
        self.file_facts.say(
            {
                "State": (STATES.get(one.status, one.status), roles.get(one.status, "text")),
                "Size": (bytes_text(one.size) if one.size >= 0 else "", "text"),
                "Chunks of": (one.chunking.text(), "text"),
                "Added": (moment_text(one.created), "text"),
                "Attributes": (attributes or "none", "text" if attributes else "muted"),
            }
        )
        self.wrong.setText(one.trouble.text() if one.trouble is not None else "")
        self.wrong.setVisible(one.trouble is not None)
