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
    """Reads a cURL command; in the pool. Raises Refused."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __call__(self, catalog: Catalog) -> Opened:
        with IMPORTING:
            from playground.core.imports import ImportProblem, is_curl, open_as, read_curl

        if not is_curl(self._text):
            raise Refused("There is no cURL command on the clipboard. Copy one, then import it.")
        try:
            return open_as(catalog, read_curl(self._text))
        except ImportProblem as error:
            raise Refused(f"The cURL command cannot be read. {error}") from error


class Passing(QObject):
    """What is asked for before the catalogue is there waits for it."""

    def __init__(self, view: ExplorerView, context: PanelContext) -> None:
        super().__init__(view)
        self._view, self._context = view, context
        self._wanted: FromLog | FromText | None = None
        self._operation: Operation[Opened] | None = None
        self._offer: tuple[str, Secret] | None = None
        """A base URL, and a key that came with a request to it: in memory alone, until it is taken or put away."""
        view.methods.loaded.connect(self._begin)

    # From elsewhere

    def open_exchange(self, exchange_id: str = "") -> None:
        """Show a logged request as the method that made it; without an id, the one that is chosen in the dock."""
        self._view.bring_forward()
        if not exchange_id:
            self._context.commands.run("requests.open-in-explorer")
            return
        self._wanted = FromLog(self._context.store, exchange_id)
        self._begin()

    def open_text(self, text: str = "") -> None:
        """Open a cURL command, without a text the one on the clipboard."""
        self._view.bring_forward()
        self._wanted = FromText(text or QGuiApplication.clipboard().text())
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
