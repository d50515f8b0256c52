"""Requests that come from the explorer, and go there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from playground.core.runs.parameters import Api
from playground.core.runs.reading import read_body
from playground.panels.compose.draft import Draft
from playground.widgets.commands import CommandRegistry

if TYPE_CHECKING:
    from playground.panels.compose.view import ComposeView

APIS: Mapping[str, Api] = {"responses.create": "responses", "chat.completions.create": "chat"}
"""The methods whose requests can be opened here."""


class Passing(QObject):
    """Adds the two commands. They meet the explorer by its commands alone."""

    def __init__(self, view: ComposeView, commands: CommandRegistry) -> None:
        super().__init__(view)
        self._view, self._commands = view, commands
        for name, title, handler, icon in (
            ("open_request", "Open a Request of the Explorer", self.open_request, "square-pen"),
            ("open_in_explorer", "Open in Explorer", self.open_in_explorer, "compass"),
        ):
            commands.add(
                f"compose.{name}",
                title,
                handler,
                group="Compose",
                icon=icon,
                scope=view,
                keywords=("request", "method", "form"),
            )

    def open_request(self, method: str = "", arguments: Mapping[str, Any] | None = None) -> None:
        """Take a request over: its method, and its arguments as `core.calls.call` has them. Without one, the explorer
        gives the one that is open there."""
        if arguments is None:
            self._commands.run("panel.explorer")
            self._commands.run("explorer.open_in_compose")
            return
        api = APIS.get(method)
        if api is None:
            self._view.say(f"Compose cannot send {method}: it writes responses and chat completions.", "warning")
            return
        body = {name: value for name, value in arguments.items() if not name.startswith("extra_")}
        body.update(arguments.get("extra_body") or {})
        self._view.take_over(Draft.of_request(read_body(api, body)))
        left = [name[6:] for name in ("extra_headers", "extra_query") if arguments.get(name)]
        if left:
            self._view.say(f"Opened without its extra {' and '.join(left)}: Compose does not send such.", "warning")

    def open_in_explorer(self) -> None:
        """Show the prompt as it would be sent, in the explorer."""
        request = self._view.draft().request()
        self._commands.run("panel.explorer")
        self._commands.run("explorer.open", request.method, request.body())
