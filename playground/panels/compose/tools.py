"""Tools of the server (file_search and the like) that other panels put into the request."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from playground.core.runs.json_text import read

if TYPE_CHECKING:
    from playground.panels.compose.draft import Draft
    from playground.panels.compose.view import ComposeView
    from playground.widgets.commands import CommandRegistry

INCLUDE = "include"
"""The setting with what an answer is to hold besides."""


class ServerTools(QObject):
    """Adds `compose.set_tools`."""

    def __init__(self, view: ComposeView, commands: CommandRegistry) -> None:
        super().__init__(view)
        self._view = view
        commands.add(
            "compose.set_tools", "Use These Tools in the Request", self.set_tools, group="Compose", icon="wrench",
            scope=view, listed=False,
        )  # fmt: skip

    def set_tools(self, tools: Sequence[Mapping[str, Any]] = (), include: Sequence[str] = ()) -> None:
        """Put tools of the server into the request, each in place of those of its type; `include`: what the answer is
        to hold besides. What else is written stays, and the former prompt can be restored. Chat completions have no
        such tools, so the prompt becomes one of responses."""
        if not tools:
            return
        draft = self._view.draft()
        made = with_tools(draft, tools, include)
        if made is None:
            self._view.say("“Other fields” is no JSON object yet: mend that, then take the tool over.", "warning")
            self._view.settings.go_to("other")
            return
        self._view.take_over(made)
        names = ", ".join(str(tool.get("type")) for tool in tools)
        moved = " Chat completions have no such tools: it is a response now." if draft.api == "chat" else ""
        self._view.say(f"{names} is among its tools.{moved} Type a question; the former prompt can be restored.")


def with_tools(draft: Draft, tools: Sequence[Mapping[str, Any]], include: Sequence[str]) -> Draft | None:
    """The draft with them; None where its other fields cannot be read."""
    body = read(draft.other)[0] if draft.other.strip() else {}
    if not isinstance(body, dict):
        return None
    given = body.get("tools")
    types = {tool.get("type") for tool in tools}
    there = given if isinstance(given, list) else []
    kept = [one for one in there if not (isinstance(one, dict) and one.get("type") in types)]
    body = {**body, "tools": [*kept, *(dict(tool) for tool in tools)]}
    settings = dict(draft.settings)
    had = settings.get(INCLUDE)
    if wanted := list(dict.fromkeys([*(had if isinstance(had, list | tuple) else ()), *include])):
        settings[INCLUDE] = wanted
    other = json.dumps(body, ensure_ascii=False, indent=2)
    return replace(draft, api="responses", settings=settings, other=other)
