"""Requests of the log on their way out again: sent as they were, edited, compared, copied as programs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from playground.bridge import Operation, Sink
    from playground.core.catalog import Catalog
    from playground.core.profiles import Profile
    from playground.core.replay import Replay, Sent, Written
    from playground.panels.contract import PanelContext
    from playground.panels.inspector.replay_question import ReplayQuestion
    from playground.panels.inspector.view import InspectorView

GROUP = "Requests"
FOR_COMPOSE = ("responses.create", "chat.completions.create")
_NAMES = {"curl": "cURL", "python": "Python", "javascript": "JavaScript", "json": "JSON", "har": "a HAR entry"}


class Catalogue:
    """The SDK's methods, read when they are first needed. Lives in the worker."""

    def __init__(self, context: PanelContext) -> None:
        self._cache = context.cache
        self._read: Catalog | None = None

    async def get(self) -> Catalog:
        """Raises CatalogError."""
        from playground.core.catalog.store import ensure_catalog

        if self._read is None:
            self._read = await ensure_catalog(self._cache)
        return self._read


class Reading:
    """Reads a request that is to be sent again, and what that may cost. Raises KeyError where it is gone."""

    def __init__(self, catalogue: Catalogue, context: PanelContext, profile: Profile, exchange_id: str) -> None:
        self._catalogue, self._store, self._settings = catalogue, context.store, context.settings
        self._profile, self._exchange_id = profile, exchange_id

    async def __call__(self) -> Replay:
        catalog = await self._catalogue.get()
        return await asyncio.to_thread(self._make, catalog)

    def _make(self, catalog: Catalog) -> Replay:
        from playground.core.replay import read_replay, with_costs

        replay = read_replay(catalog, self._store.load(self._exchange_id))
        return with_costs(replay, self._store, self._settings, self._profile)


class Sending:
    """Sends it, and marks the new one as its replay."""

    def __init__(self, context: PanelContext, profile: Profile, replay: Replay) -> None:
        self._sessions, self._store = context.sessions, context.store
        self._profile, self._replay = profile, replay
        self.exchange_id = ""
        """Of the new one, once its answer begins."""

    def headed(self, exchange_id: str) -> None:
        self.exchange_id = exchange_id

    async def __call__(self, _sink: Sink) -> Sent:
        from playground.core.replay import mark, send_again

        sent = await send_again(self._sessions, self._profile, self._replay, self.headed)
        if sent.exchange_id:
            await asyncio.to_thread(mark, self._store, sent.exchange_id, self._replay)
        return sent


class Writing:
    """Writes it as a program or as data."""

    def __init__(self, catalogue: Catalogue, store: Any, exchange_id: str, language: str) -> None:
        self._catalogue, self._store = catalogue, store
        self._exchange_id, self._language = exchange_id, language

    async def __call__(self) -> Written:
        catalog = None if self._language in ("json", "har") else await self._catalogue.get()
        return await asyncio.to_thread(self._make, catalog)

    def _make(self, catalog: Catalog | None) -> Written:
        from playground.core.replay import write_as

        return write_as(self._language, self._store, catalog, self._store.load(self._exchange_id))


class Pair:
    """The ids of two rows."""

    def __init__(self, store: Any, numbers: list[int]) -> None:
        self._store, self._numbers = store, numbers

    async def __call__(self) -> list[str]:
        rows = await asyncio.to_thread(self._store.log.rows, self._numbers)
        return [row.summary.id for row in rows]


class Copies(QObject):
    """What the commands do that copy the current request."""

    def __init__(self, replaying: Replaying) -> None:
        super().__init__(replaying)
        self._copy_as = replaying.copy_as

    def curl(self) -> None:
        self._copy_as("curl")

    def python(self) -> None:
        self._copy_as("python")

    def javascript(self) -> None:
        self._copy_as("javascript")

    def json(self) -> None:
        self._copy_as("json")

    def har(self) -> None:
        self._copy_as("har")


class Replaying(QObject):
    """One thing at a time."""

    def __init__(self, view: InspectorView, context: PanelContext) -> None:
        super().__init__(view)
        self._view, self._context = view, context
        self._catalogue = Catalogue(context)
        self._operation: Operation[Any] | None = None
        self._then: Callable[[Any], None] | None = None
        self._replay: Replay | None = None
        self._sending: Sending | None = None
        self._profile: Profile | None = None
        self._language = ""
        self.question: ReplayQuestion | None = None
        self._copies = Copies(self)
        self._add_commands()

    def _add_commands(self) -> None:
        copies = self._copies
        rows: tuple[tuple[str, str, Callable[..., object], str | None, str], ...] = (
            ("replay", "Send Again", self.replay, "Ctrl+R", "refresh-cw"),
            ("stop_replay", "Stop Sending Again", self.stop, None, "square"),
            ("open_in_explorer", "Edit in Explorer", self.open_in_explorer, "Ctrl+E", "compass"),
            ("edit_in_compose", "Edit in Compose", self.edit_in_compose, None, "square-pen"),
            ("compare", "Compare the Two Chosen Requests", self.compare, "Ctrl+Shift+D", "layers"),
            ("copy_request_id", "Copy the Request ID", self.copy_id, None, "copy"),
            ("copy_curl", "Copy as cURL", copies.curl, None, "terminal"),
            ("copy_python", "Copy as Python", copies.python, None, "code"),
            ("copy_javascript", "Copy as JavaScript", copies.javascript, None, "code"),
            ("copy_json", "Copy as JSON", copies.json, None, "braces"),
            ("copy_har", "Copy as HAR Entry", copies.har, None, "file-text"),
        )
        self._commands = {}
        for name, title, handler, keys, icon in rows:
            if self._context.commands.get(f"inspector.{name}") is None:
                self._commands[name] = self._context.commands.add(
                    f"inspector.{name}", title, handler, group=GROUP, shortcut=keys, icon=icon, scope=self._view,
                    keywords=("replay", "repeat", "diff", "log"),
                )  # fmt: skip
        self._commands["stop_replay"].setEnabled(False)

    # What all of them do

    def _chosen(self, exchange_id: str = "") -> str:
        exchange_id = exchange_id or self._view.current_id()
        if not exchange_id:
            self._view.say("No request is chosen.", "warning")
        return exchange_id

    def _do(self, work: Callable[[], Awaitable[Any]], label: str, then: Callable[[Any], None]) -> None:
        if self._operation is not None:
            self._view.say("The one before is still under way.", "warning")
            return
        self._then = then
        self._operation = self._context.bridge.call(work, label=label, owner=self)
        self._operation.finished.connect(self._done)

    def _done(self) -> None:
        (operation, self._operation), (then, self._then) = (self._operation, None), (self._then, None)
        self._commands["stop_replay"].setEnabled(False)
        if operation is None:
            return
        if operation.state == "cancelled":
            self._view.say("Stopped: what had come is in the log.", "muted")
            self._mark_stopped()
        elif isinstance(operation.error, KeyError):
            self._view.say("It is not in the log any more.", "warning")
        elif operation.error is not None:
            self._view.say(str(operation.error), "warning")
        elif then is not None:
            then(operation.result)

    # Sending again

    def replay(self, exchange_id: str = "") -> None:
        """Send the current request (or the one with this id) once more, through the profile that is active now. What
        makes or costs something is asked for first."""
        if exchange_id := self._chosen(exchange_id):
            self._view.say("Reading the request…")
            self._profile = self._context.sessions.current
            work = Reading(self._catalogue, self._context, self._profile, exchange_id)
            self._do(work, "Reading a request", self._ask)

    def _ask(self, replay: Replay) -> None:
        from playground.panels.inspector.replay_question import ReplayQuestion, place_of

        self._view.say("")
        profile = self._profile or self._context.sessions.current
        self._replay = replay
        if replay.is_read and not replay.destructive and not replay.refusal and replay.profile == profile.name:
            self._view.say(f"Sending {replay.verb} {replay.path} to {place_of(profile)}…")
            self._send()
            return
        self.question = ReplayQuestion(replay, profile, self._view)
        self.question.accepted.connect(self._send)
        self.question.edit.connect(self._edit)
        self.question.open()

    def _send(self) -> None:
        replay, profile = self._replay, self._profile
        if replay is None or profile is None or replay.refusal or self._operation is not None:
            return
        self._view.say(f"Sending {replay.verb} {replay.path} again…")
        self._then = self._sent
        self._sending = Sending(self._context, profile, replay)
        self._operation = self._context.bridge.run(self._sending, label=f"Sending {replay.method} again", owner=self)
        self._commands["stop_replay"].setEnabled(True)
        self._operation.finished.connect(self._done)

    def _sent(self, sent: Sent) -> None:
        if sent.problem is not None and not sent.exchange_id:
            self._view.say(sent.problem.line(), "error")
            return
        if sent.problem is not None:
            self._view.say(f"Sent again, and it failed: {sent.problem.line()}", "warning")
        else:
            self._view.say("Sent again. Diff shows what is other now.", "good")
        if sent.exchange_id and self._replay is not None:
            self._view.tab("diff").compare_with(sent.exchange_id, self._replay.exchange_id)
            self._view.show_exchange(sent.exchange_id)
            self._view.show_tab("diff")

    def _mark_stopped(self) -> None:
        """What was stopped is a replay all the same."""
        sending, self._sending = self._sending, None
        if sending is not None and sending.exchange_id and self._replay is not None:
            from playground.core.replay import mark

            self._context.bridge.blocking(
                mark, self._context.store, sending.exchange_id, self._replay, label="Marking a replay", owner=self
            )

    def sending_id(self) -> str:
        """The exchange that is being sent again now, once its answer begins; "" for none."""
        return self._sending.exchange_id if self._sending is not None and self._operation is not None else ""

    def stop(self) -> None:
        """Close the socket at once; what came is in the log."""
        if self._operation is not None:
            self._operation.cancel()

    # Editing

    def open_in_explorer(self, exchange_id: str = "") -> None:
        """Show the request as the method that made it, to be changed and sent."""
        if exchange_id := self._chosen(exchange_id):
            self._context.commands.run("panel.explorer")
            self._context.commands.run("explorer.open_exchange", exchange_id)

    def _edit(self) -> None:
        if self._replay is not None:
            self.open_in_explorer(self._replay.exchange_id)

    def edit_in_compose(self) -> None:
        """Open a response or a chat in Compose."""
        if exchange_id := self._chosen():
            work = Reading(self._catalogue, self._context, self._context.sessions.current, exchange_id)
            self._do(work, "Reading a request", self._compose)

    def _compose(self, replay: Replay) -> None:
        if replay.method not in FOR_COMPOSE:
            what = replay.method or f"{replay.verb} {replay.path}"
            words = f"Compose opens {' and '.join(FOR_COMPOSE)}, and this is {what}. Edit it in the explorer."
            self._view.say(words, "warning")
            return
        if replay.refusal:  # half a prompt would take the place of the one that is there
            self._view.say(f"{replay.refusal} {replay.remedy}", "warning")
            return
        self._view.say("")
        self._context.commands.run("panel.compose")
        self._context.commands.run("compose.open_request", replay.method, dict(replay.arguments))

    # Comparing

    def compare(self) -> None:
        """Put the two rows that are chosen side by side."""
        numbers = self._view.numbers()
        if len(numbers) != 2:
            words = "Choose two requests (Ctrl and a click, or Shift and an arrow) to compare them."
            self._view.say(words, "warning")
            return
        self._do(Pair(self._context.store, numbers), "Reading two requests", self._side_by_side)

    def _side_by_side(self, ids: list[str]) -> None:
        current = self._view.current_id()
        others = [one for one in ids if one != current]
        if current not in ids or len(others) != 1:
            self._view.say("One of the two is not in the log any more.", "warning")
            return
        self._view.tab("diff").compare_with(current, others[0])
        self._view.show_tab("diff")

    # Copying

    def copy_id(self) -> None:
        """Put the server's request ID on the clipboard; ours, where it gave none."""
        detail = self._view.current_detail()
        if detail is None:
            self._view.say("No request is chosen.", "warning")
            return
        summary = detail.summary
        QGuiApplication.clipboard().setText(summary.request_id or summary.client_request_id or summary.id)
        words = "the request ID" if summary.request_id else "our client request ID: the server gave none"
        self._view.say(f"Copied {words}.")

    def copy_as(self, language: str) -> None:
        """Write the current request in a language (`core.replay.LANGUAGES`) and put it on the clipboard."""
        if exchange_id := self._chosen():
            self._language = language
            work = Writing(self._catalogue, self._context.store, exchange_id, language)
            self._do(work, "Writing a request", self._written)

    def _written(self, written: Written) -> None:
        QGuiApplication.clipboard().setText(written.text)
        words = [f"Copied as {_NAMES[self._language]}.", *written.notes]
        self._view.say(" ".join(words), "warning" if written.notes else "muted")
