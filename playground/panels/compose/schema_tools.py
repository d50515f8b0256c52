"""The function tools among a request's other fields: put in, gone on with, taken out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from playground.core.importing import IMPORTING
from playground.core.runs.json_text import read
from playground.panels.compose.schema_look import tool_place
from playground.widgets.actions import Opener

if TYPE_CHECKING:
    from playground.core.schemas.use import Held
    from playground.panels.compose.schema import RequestSchema
    from playground.panels.compose.view import ComposeView


class RequestTools(QObject):
    """Of one draft. What the library says of them, its owner knows."""

    def __init__(self, view: ComposeView, owner: RequestSchema) -> None:
        super().__init__(owner)
        self._view, self._owner = view, owner
        self._settings = view.settings

    def all(self) -> list[Held]:
        """The function tools among the other fields."""
        other = self._settings.value("other")
        if not isinstance(other, str) or '"tools"' not in other:
            return []
        with IMPORTING:
            from playground.core.schemas.use import held
        value = read(other)[0]
        tools = value.get("tools") if isinstance(value, dict) else None
        found = [held(tool) for tool in tools] if isinstance(tools, list) else []
        return [one for one in found if one.holder == "function" and one.name]

    def put(self, one: Held) -> str:
        """Add it, or replace its namesake. Its place in the draft; empty where that cannot be done, which is said."""
        with IMPORTING:
            from playground.core.schemas.use import with_tool
        other = self._settings.value("other")
        body = read(other)[0] if isinstance(other, str) and other.strip() else {}
        if not isinstance(body, dict):
            self._view.say("“Other fields” is no JSON object yet: mend that, then take the tool over.", "warning")
            self._settings.go_to("other")
            return ""
        is_new = one.name not in [tool.name for tool in self.all()]
        body = {**body, "tools": with_tool(body.get("tools"), one, self._view.draft().api)}
        self._settings.set_value("other", json.dumps(body, ensure_ascii=False, indent=2))
        self._view.say(f"The tool {one.name} was {'added to' if is_new else 'replaced in'} “Other fields”.")
        return tool_place(one.name)

    def show(self, name: str = "") -> None:
        """What can be done with a function tool; without a name, with the first."""
        tools = {one.name: one for one in self.all()}
        name = name or next(iter(tools), "")
        if name not in tools:
            return
        menu = QMenu(self._view)
        menu.setObjectName("compose.schema.tool.menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        one = self._owner.looks.get(tool_place(name))
        rows = [("Edit in Schemas", self.edit, name)]
        if one is not None and one.newer is not None:
            rows += [("Take Over the Library's", self._owner.take_over, one.place)]
            rows += [("Show What Changed", self._owner.show_changes, one.place)]
        rows += [("Take It Out of the Request", self.remove, name)]
        for words, method, argument in rows:
            menu.addAction(words).triggered.connect(Opener(menu, method, argument).open)
        link = self._owner.part.findChild(QObject, f"compose.schema.tool.{name}") or self._owner.part
        menu.popup(link.mapToGlobal(QPoint(0, link.height() + 2)))  # type: ignore[attr-defined]

    def edit(self, name: str) -> None:
        """Open it in Schemas."""
        from playground.core.schemas.use import put

        one = next((one for one in self.all() if one.name == name), None)
        if one is not None:
            self._owner.open_in_schemas(put(one, "function"), name)

    def remove(self, name: str) -> None:
        """Take it out of the request; the former prompt can be restored."""
        from playground.core.schemas.use import held

        body = read(str(self._settings.value("other")))[0]
        if name not in [one.name for one in self.all()]:
            return
        kept = [tool for tool in body["tools"] if held(tool).holder != "function" or held(tool).name != name]
        self._owner.keep_former(self._view.draft())
        body = {key: value for key, value in {**body, "tools": kept}.items() if key != "tools" or value}
        self._settings.taken.pop(tool_place(name), None)
        self._settings.set_value("other", json.dumps(body, ensure_ascii=False, indent=2) if body else None)
        self._view.say(f"The tool {name} was taken out, and can be restored.")
