"""Requests that come from the log and go to Compose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from playground.core.importing import IMPORTING

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.catalog import Catalog
    from playground.core.catalog.opening import Opened
    from playground.panels.contract import PanelContext
    from playground.panels.explorer.view import ExplorerView

FOR_COMPOSE = ("responses.create", "chat.completions.create")


class Reopening:
    """Reads an exchange and finds the method that makes such a request; in the pool."""

    def __init__(self, store: Any, catalog: Catalog, exchange_id: str) -> None:
        self._store, self._catalog, self._exchange_id = store, catalog, exchange_id

    def __call__(self) -> tuple[str, Opened | None]:
        with IMPORTING:
            from playground.core.catalog.opening import open_exchange

        detail = self._store.load(self._exchange_id)
        return f"{detail.summary.method} {detail.summary.path}", open_exchange(self._catalog, detail)


class Passing(QObject):
    """What is asked for before the catalogue is there waits for it."""

    def __init__(self, view: ExplorerView, context: PanelContext) -> None:
        super().__init__(view)
        self._view, self._context = view, context
        self._wanted = ""
        self._operation: Operation[tuple[str, Opened | None]] | None = None
        view.methods.loaded.connect(self._catalogue_loaded)

    def open_exchange(self, exchange_id: str = "") -> None:
        """Show a logged request as the method that made it; without an id, choose one in the dock."""
        self._view.bring_forward()
        if not exchange_id:
            self._context.commands.run("requests.open-in-explorer")
            return
        self._wanted = exchange_id
        self._catalogue_loaded()

    def _catalogue_loaded(self) -> None:
        catalog = self._view.methods.catalog
        if catalog is None or not self._wanted or self._operation is not None:
            return
        self._operation = self._context.bridge.blocking(
            Reopening(self._context.store, catalog, self._wanted), label="Reading a request from the log", owner=self
        )
        self._wanted = ""
        self._operation.finished.connect(self._opened)

    def _opened(self) -> None:
        operation, self._operation = self._operation, None
        if operation is None or operation.state == "cancelled":
            return
        if operation.error is not None:
            missing = isinstance(operation.error, KeyError)
            words = "It is not there any more." if missing else str(operation.error)
            self._context.notify(f"The request could not be opened. {words}")
        elif operation.result is not None:
            request, opened = operation.result
            if opened is None:
                self._context.notify(f"No method of this SDK makes the request {request}.")
            else:
                self._view.open_method(opened.method, opened.arguments)
                if opened.left:
                    self._view.page.say(" ".join(opened.left), "warning")
        self._catalogue_loaded()

    def open_in_compose(self) -> None:
        """Give a response or a chat to Compose."""
        self._view.bring_forward()
        entry = self._view.page.entry
        if entry is None or entry.name not in FOR_COMPOSE:
            self._view.page.say(f"Compose opens {' and '.join(FOR_COMPOSE)}.", "warning")
            return
        self._context.commands.run("panel.compose")
        self._context.commands.run("compose.open_request", entry.name, self._view.page.arguments())
