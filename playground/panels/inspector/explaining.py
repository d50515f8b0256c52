"""What happened to the current request, to be pasted into a mail or a ticket; and the documentation of its error."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.panels.contract import PanelContext
    from playground.panels.inspector.view import InspectorView


class Told(NamedTuple):
    """An explanation, and where its error is documented."""

    text: str
    section: str
    address: str


def explained(store: Any, exchange_id: str) -> Told:
    """In the pool. Raises KeyError for one that is gone, ProblemError where a pattern of secrets takes too long."""
    from playground.core.exchanges.scrub import Scrubber
    from playground.core.exchanges.story import story, told

    detail = store.load(exchange_id)
    found = story(detail)
    return Told(Scrubber().text(told(detail, found)), found.section, found.address)


class Explaining(QObject):
    """Two commands over the current row."""

    def __init__(self, view: InspectorView, context: PanelContext) -> None:
        super().__init__(view)
        self._view, self._context = view, context
        self._operation: Operation[Told] | None = None
        self._then: Callable[[Told], None] = self._copy
        add, keywords = context.commands.add, ("doctor", "error", "explain", "cause", "remedy")
        add("inspector.copy_explanation", "Copy What Happened", self.copy, group="Requests", icon="copy", scope=view,
            keywords=keywords)  # fmt: skip
        add("inspector.open_documentation", "Open the Documentation of This Error", self.open, group="Requests",
            icon="external-link", scope=view, keywords=keywords)  # fmt: skip

    def copy(self) -> None:
        """Put what happened on the clipboard, without secrets."""
        self._read(self._copy)

    def open(self) -> None:
        """Ask whether to open the section that is about this error."""
        self._read(self._open)

    def _read(self, then: Callable[[Told], None]) -> None:
        exchange_id = self._view.current_id()
        if not exchange_id:
            self._view.say("No request is chosen.", "warning")
        elif self._operation is None:
            self._then = then
            self._operation = self._context.bridge.blocking(
                explained, self._context.store, exchange_id, label="Reading what happened", owner=self
            )
            self._operation.finished.connect(self._done)

    def _done(self) -> None:
        operation, self._operation = self._operation, None
        if operation is None or operation.state == "cancelled":
            return
        if isinstance(operation.error, KeyError):
            self._view.say("It is not in the log any more.", "warning")
        elif operation.error is not None or operation.result is None:
            self._view.say(str(operation.error), "warning")
        else:
            self._then(operation.result)

    def _copy(self, found: Told) -> None:
        QGuiApplication.clipboard().setText(found.text)
        self._view.say("Copied what happened.")

    def _open(self, found: Told) -> None:
        if not found.address:
            self._view.say("There is no section of the documentation about this.")
            return
        from playground.widgets.links import ask_to_open

        ask_to_open(found.address, found.section, self._view)
