"""The part of the settings that says which schema the output follows, and of which schemas the tools' arguments are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.panels.compose.schema_look import Look
from playground.panels.compose.settings_group import GroupHead
from playground.widgets.commands import Command
from playground.widgets.controls import CommandButton, Label, LinkButton
from playground.widgets.flow import FlowLayout
from playground.widgets.shelf.button import SchemaButton


class ToolLink(LinkButton):
    """A function tool of the request by its name. `wanted`: what can be done with it is asked for."""

    wanted = Signal(str)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(f"{look.name} · {look.state}" if look.role == "error" else look.name, size=12, parent=parent)
        self.name = look.name
        self.setObjectName(f"compose.schema.tool.{look.name}")
        self.setAccessibleName(f"Function tool {look.name}, {look.state}")
        self.setToolTip(look.note or "Edit its parameters in Schemas, or take it out")
        if look.role == "error" or look.note:
            self.set_role("error" if look.role == "error" else "warning")
        self.clicked.connect(self._clicked)

    def _clicked(self) -> None:
        self.wanted.emit(self.name)


class SchemaPart(GroupHead):
    """`shown`: it is seen again. `tool_wanted`: a function tool's name."""

    shown = Signal()
    tool_wanted = Signal(str)

    def __init__(
        self, edit: Command, take: Command, changes: Command, new: Command, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.button = SchemaButton("compose.schema", "Schema of the output")
        self.edit = CommandButton(edit, "quiet", text="Edit in Schemas", shortcut=False)
        self.new = CommandButton(new, "quiet", text="New in Schemas", shortcut=False)
        self.note = Label("", "warning", 12, wrap=True, selectable=True)
        self.note.setObjectName("compose.schema.note")
        self.take = CommandButton(take, "plain", text="Take It Over", shortcut=False)
        self.changes = CommandButton(changes, "plain", text="What Changed", shortcut=False)
        links = FlowLayout(gap=4, line_gap=0)
        links.setContentsMargins(-8, 0, 0, 0)  # a quiet button's own room, so that its icon stands below the box
        for button in (self.edit, self.new):
            links.addWidget(button)
        self._offers = QWidget()
        row = FlowLayout(self._offers, gap=8, line_gap=6)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.take)
        row.addWidget(self.changes)
        self._tools = QWidget()
        self._tool_row = FlowLayout(self._tools, gap=10, line_gap=0)
        self._tool_row.setContentsMargins(0, 0, 0, 0)
        self._links: list[QWidget] = []
        self._shown_tools: tuple[Look, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(4)
        column.addWidget(self.button)
        column.addLayout(links)
        for part in (self.note, self._offers, self._tools):
            column.addWidget(part)
            part.hide()

    def show_format(self, form: str, look: Look | None) -> None:
        """`form`: the format that is set, "" for none. `look`: how its schema stands, where it has one."""
        has_schema = form == "json_schema"
        if has_schema and look is not None:
            self.button.show_schema(look.name or "unnamed schema", look.state, look.role)
        else:
            plain = {"json_object": "Any JSON object", "json_schema": "Schema still to be chosen"}
            self.button.show_schema("", plain.get(form, "Text; choose a schema"))
        self.edit.setVisible(look is not None and has_schema)
        self.new.setVisible(not self.edit.isVisibleTo(self))
        note = look.note if look is not None and has_schema else ""
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self._offers.setVisible(look is not None and has_schema and look.newer is not None)

    def show_tools(self, looks: Sequence[Look]) -> None:
        """The function tools of the request."""
        if tuple(looks) == self._shown_tools:
            return
        self._shown_tools = tuple(looks)
        while self._tool_row.count():
            self._tool_row.takeAt(0)
        for old in self._links:
            old.deleteLater()
        self._links = [Label("Tools:", "muted", 12)] if looks else []
        for look in looks:
            link = ToolLink(look, self._tools)
            link.wanted.connect(self.tool_wanted)
            self._links.append(link)
        for widget in self._links:
            self._tool_row.addWidget(widget)
            widget.show()
        self._tools.setVisible(bool(looks))
        for before, after in pairwise([self.changes, *self._links[1:]]):
            QWidget.setTabOrder(before, after)

    def tab_stops(self) -> list[QWidget]:
        return [self.button, self.edit, self.new, self.take, self.changes, *self._links[1:]]

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()
