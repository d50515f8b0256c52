"""Requests that come from elsewhere (the log, a cURL command), and go to Compose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from playground.core.importing import IMPORTING

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.catalog import Catalog
    from playground.core.imports import Opened, Secret
    from playground.panels.contract import PanelContext
    from playground.panels.explorer.view import ExplorerView

FOR_COMPOSE = ("responses.create", "chat.completions.create")


class Refused(Exception):
    """What was given is no request; says why."""


class FromLog:
    """Reads an exchange and finds the method that makes such a request; in the pool. Raises Refused."""

    def __init__(self, store: Any, exchange_id: str) -> None:
        self._store, self._exchange_id = store, exchange_id

    def __call__(self, catalog: Catalog) -> Opened:
        with IMPORTING:
            from playground.core.imports import open_as
            from playground.core.imports.logged import read_exchange

        try:
            request = read_exchange(self._store.load(self._exchange_id))
        except KeyError:
            raise Refused("That request is not in the log any more.") from None
        if request is None:
            raise Refused("Nothing was sent of that request, so there is nothing to open.")
        return open_as(catalog, request)


class FromText:
    """Reads a cURL command, or a request of a HAR; in the pool. Raises Refused. `number`: which one, from 0; None: the
    first that a method makes."""

    def __init__(self, text: str, number: int | None) -> None:
        self._text, self._number = text, number

    def __call__(self, catalog: Catalog) -> Opened:
        with IMPORTING:
            from playground.core.imports import ImportProblem, open_as
            from playground.panels.explorer.texts import requests_in

        try:
            requests = requests_in(self._text)
        except ImportProblem as error:
            raise Refused(f"The request cannot be read. {error}") from error
        if not requests:
            raise Refused("There is no cURL command and no HAR on the clipboard. Copy one, then import it.")
        if self._number is not None:
            return open_as(catalog, requests[self._number])
        opened = [open_as(catalog, request) for request in requests]
        best = next((one for one in opened if one.method), opened[0])
        if len(opened) > 1:
            best.notes.append(
                f"One of {len(opened)} requests: paste the HAR into the palette (Ctrl+K) to choose another."
            )
        return best


class Passing(QObject):
    """What is asked for before the catalogue is there waits for it."""

    def __init__(self, view: ExplorerView, context: PanelContext) -> None:
        super().__init__(view)
        self._view, self._context = view, context
        self._wanted: FromLog | FromText | None = None
        self._operation: Operation[Opened] | None = None
        self._offer: tuple[str, Secret] | None = None
        """A base URL, and a key that came with a request to it: in memory alone, until it is taken or put away."""
        self._complaint = ("", "")
        """A parameter of the request that is opened, and what a server said of it."""
        view.methods.loaded.connect(self._begin)

    # From elsewhere

    def open_exchange(self, exchange_id: str = "", param: str = "", said: str = "") -> None:
        """Show a logged request as the method that made it; without an id, the one that is chosen in the dock.
        `param`: what a server found fault with, to go there; `said`: its words."""
        self._view.bring_forward()
        if not exchange_id:
            self._context.commands.run("requests.open-in-explorer")
            return
        self._complaint = (param, said)
        self._wanted = FromLog(self._context.store, exchange_id)
        self._begin()

    def open_text(self, text: str = "", number: int | None = None) -> None:
        """Open a cURL command or a request of a HAR, without a text the one on the clipboard."""
        self._view.bring_forward()
        self._complaint = ("", "")
        self._wanted = FromText(text or QGuiApplication.clipboard().text(), number)
        self._begin()

    def _begin(self) -> None:
        catalog = self._view.methods.catalog
        if catalog is None or self._wanted is None or self._operation is not None:
            return
        reading, self._wanted = self._wanted, None
        self._operation = self._context.bridge.blocking(reading, catalog, label="Reading a request", owner=self)
        self._operation.finished.connect(self._read)

    def _read(self) -> None:
        operation, self._operation = self._operation, None
        if operation is None or operation.state == "cancelled":
            return
        if isinstance(operation.error, Refused):
            self._context.notify(str(operation.error))
        elif operation.error is not None:
            self._context.notify(f"The request could not be read: {operation.error}")
        elif operation.result is not None:
            self._show(operation.result)
        self._begin()

    def _show(self, opened: Opened) -> None:
        if not opened.method:
            self._context.notify(" ".join(opened.notes))
            return
        self._view.open_method(opened.method, opened.arguments)
        words = list(opened.notes)
        self._offer = (opened.base_url, opened.key) if opened.key else None
        if opened.key:
            words.append("A key was in it, and was left out. It can be put into the keyring with a profile of its own.")
        self._view.commands["keep_key"].setEnabled(bool(opened.key))
        self._view.commands["forget_key"].setEnabled(bool(words))
        self._view.page.head.imported.say(" ".join(words))
        (param, said), self._complaint = self._complaint, ("", "")
        if self._view.page.knows(param):
            self._view.page.mark(param, said)

    # A key that came with it

    def keep_key(self) -> None:
        """Have the settings ask where the key is to be kept."""
        if self._offer is not None:
            base_url, key = self._offer
            self._context.commands.run("profile.new-with-key", base_url, key)
            self.forget_key()

    def forget_key(self) -> None:
        """Put the note away, and the key out of memory."""
        self._offer = None
        self._view.commands["keep_key"].setEnabled(False)
        self._view.commands["forget_key"].setEnabled(False)
        self._view.page.head.imported.say("")

    # To Compose

    def open_in_compose(self) -> None:
        """Give a response or a chat to Compose."""
        self._view.bring_forward()
        entry = self._view.page.entry
        if entry is None or entry.name not in FOR_COMPOSE:
            self._view.page.say(f"Compose opens {' and '.join(FOR_COMPOSE)}.", "warning")
            return
        self._context.commands.run("panel.compose")
        self._context.commands.run("compose.open_request", entry.name, self._view.page.arguments())
