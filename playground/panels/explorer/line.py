"""The right column of a method that opens a WebSocket: a console, and what its buttons do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from playground.panels.explorer.talking import Connected, Ended, Said, Sending, Talking
from playground.widgets.console import Console

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.panels.contract import PanelContext
    from playground.widgets.commands import Command

_SAY = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello"}]}
_TEXT_ONLY = {"type": "realtime", "output_modalities": ["text"]}
TEMPLATES: dict[str, list[tuple[str, Any]]] = {
    "realtime": [
        ("Say something", {"type": "conversation.item.create", "item": _SAY}),
        ("Ask for an answer", {"type": "response.create"}),
        ("Text answers only", {"type": "session.update", "session": _TEXT_ONLY}),
        ("Stop the answer", {"type": "response.cancel"}),
    ],
    "responses": [
        ("Create a response", {"type": "response.create", "model": "gpt-5", "input": "Hello"}),
    ],
}  # fmt: skip
"""First messages, by the first name of the method that is none of `beta`."""


class Line(QObject):
    """One connection at a time. `changed`: it is open, or is not any more."""

    changed = Signal()
    link_opened = Signal(str)

    def __init__(self, context: PanelContext, connect: Command, disconnect: Command, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._talking: Talking | None = None
        self._operation: Operation[None] | None = None
        self._small: set[Operation[None]] = set()
        """Messages on their way."""
        self.console = Console(
            "explorer.console",
            context.bridge,
            context.commands,
            connect_command=connect,
            disconnect_command=disconnect,
            group="Explorer",
        )
        self.console.send_wanted.connect(self._send)
        self.console.link_opened.connect(self.link_opened)

    @property
    def live(self) -> bool:
        """Whether a connection is being opened, or is open."""
        return self._operation is not None

    def show_method(self, method: str) -> None:
        """Offer the first messages of another method; one that is open stays."""
        if self.live:
            return
        family = next((name for name in method.split(".") if name != "beta"), "")
        self.console.set_templates(TEMPLATES.get(family, []))

    def open(self, method: str, arguments: dict[str, Any]) -> None:
        """Connect."""
        if self.live:
            return
        profile = self._context.sessions.current
        self._talking = Talking(self._context.sessions, profile, method, arguments)
        self.console.set_state("connecting", profile.name)
        self._operation = self._context.bridge.run(
            self._talking, label=f"Connected by {method}", owner=self, on_changes=self._told
        )
        self._operation.finished.connect(self._finished)
        self.changed.emit()

    def close(self) -> None:
        """Disconnect: in order where it is open; a connection that is being opened is given up."""
        if self._talking is None or self._operation is None:
            return
        if self.console.state == "open":
            self.console.set_state("closing")
            self._run(self._talking.close, "Disconnecting")
        else:
            self._operation.cancel()

    def _send(self, message: Any) -> None:
        if self._talking is not None:
            self._run(Sending(self._talking, message), "Sending a message")

    def _run(self, make: Any, label: str) -> None:
        operation = self._context.bridge.call(make, label=label, owner=self)
        self._small.add(operation)
        operation.finished.connect(self._was_sent)

    def _was_sent(self) -> None:
        self._small = {operation for operation in self._small if not operation.done}

    def _told(self, changes: list[Any]) -> None:
        for change in changes:
            if isinstance(change, Connected):
                self.console.set_state("open", change.where)
            elif isinstance(change, Said):
                add = self.console.add_sent if change.sent else self.console.add_received
                add([change.data], [change.at])
            elif isinstance(change, Ended):
                self.console.set_state("closed", code=change.code, reason=change.reason)
                self.console.show_problem(change.problem)

    def _finished(self) -> None:
        operation, self._operation, self._talking = self._operation, None, None
        if operation is not None and self.console.state in ("connecting", "open", "closing"):
            self.console.set_state("closed", "given up" if operation.error is None else str(operation.error))
        self.changed.emit()
