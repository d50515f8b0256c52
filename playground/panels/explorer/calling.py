"""Sends what is written on the page, and passes on what comes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from playground.core.answering import AnswerHead
from playground.core.catalog import Kind
from playground.core.input_tokens import InputTokens, unknown_tokens
from playground.panels.explorer.sending import Failed, Sending, Sent

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.profiles import Profile
    from playground.panels.contract import PanelContext
    from playground.panels.explorer.view import ExplorerView

WAITING = "Waiting for the answer…"
ADMIN = (
    "This method wants an admin key, and was refused. Admin keys begin with sk-admin-: make a profile with one "
    "(Settings › Profiles), and choose it at the top left."
)


class Calling(QObject):
    """One call at a time."""

    def __init__(self, view: ExplorerView, context: PanelContext) -> None:
        super().__init__(view)
        self._view, self._context = view, context
        self._operation: Operation[None] | None = None
        self._sent: Sent | None = None
        self._profile: Profile | None = None
        """By which it was sent: its next pages are asked for by the same."""
        self._insisted: tuple[str, dict[str, Any]] | None = None
        """What was found wanting, and is sent all the same when Send is pressed once more."""

    @property
    def running(self) -> bool:
        return self._operation is not None

    def send(self) -> None:
        """Send the request as it is written; say first what is wrong with it, and ask where it ends or removes
        something."""
        view, page = self._view, self._view.page
        entry = page.entry
        if entry is None or self.running:
            return
        view.bring_forward()
        arguments = page.arguments()
        if not self._is_fit(entry.name, arguments):
            return
        self._insisted = None
        if entry.destructive:
            view.question.ask_about(entry, arguments, self._context.sessions.current)
            view.sync()
            return
        self.spend()

    def spend(self) -> None:
        """Send it, or open the line, unless that may pass the day's budget: then ask."""
        entry, profile = self._view.page.entry, self._context.sessions.current
        if entry is None:
            return
        arguments = self._view.page.arguments()
        line = entry.kind is Kind.WEBSOCKET
        costs = line or (entry.verb == "POST" and isinstance(arguments.get("model"), str))
        count = unknown_tokens if line else InputTokens(arguments)
        if costs and not self._view.spending.lets_pass(profile, arguments, count):
            return
        if not line:
            self._send()
        elif self._view.line is not None:
            self._view.save()
            self._view.line.open(entry.name, arguments)

    def _is_fit(self, method: str, arguments: dict[str, Any]) -> bool:
        """Whether it may be sent. What is missing or wrong is sent when Send is pressed once more; JSON that cannot be
        read is not."""
        page = self._view.page
        fault = page.fault()
        if fault is None:
            return True
        unread = page.pair.has_fault()
        if not unread and self._insisted == (method, arguments):
            return True
        self._insisted = None if unread else (method, arguments)
        page.go_to_fault()
        words = "Nothing was sent." if unread else "Send again to send it as it is."
        page.say(f"{fault.message.rstrip('.')}. {words}", "warning")
        return False

    def confirm(self) -> None:
        """Yes, do it."""
        if self._view.question.is_asking:
            self.refrain()
            self._send()

    def refrain(self) -> None:
        """Put the question away; nothing is sent."""
        self._view.question.put_away(self._view.page.tabs.buttons[0])
        self._view.sync()

    def stop(self) -> None:
        """Close the socket at once; what came is kept. Where a question is asked, it is put away."""
        entry, line = self._view.page.entry, self._view.line
        if self._view.title_bar.is_asking:
            self._view.saved.put_away()
        elif self._view.spending.is_asking:
            self._view.spending.refrain()
        elif self._view.question.is_asking:
            self.refrain()
        elif entry is not None and entry.kind is Kind.WEBSOCKET:
            if line is not None:
                line.close()
        elif self._operation is not None:
            self._operation.cancel()

    def next_page(self) -> None:
        """Ask for the page after the last one that came."""
        following = self._view.result.following
        if not self.running and following is not None and self._sent is not None:
            self._start(replace(self._sent, arguments=following, prepare=None))

    def _send(self) -> None:
        page = self._view.page
        if page.entry is None:
            return
        self._view.save()
        page.pair.clear_marks()
        self._profile = self._context.sessions.current
        prepare = self._view.saved.prepared()
        self._sent = Sent(page.entry.name, page.arguments(), page.streams, self._profile.name, prepare)
        commands = self._view.commands
        self._view.result.begin(self._sent, commands["stop"], commands["retry"], simulated=self._profile.is_sandbox)
        self._start(self._sent)

    def _start(self, sent: Sent) -> None:
        catalog = self._view.methods.catalog
        assert catalog is not None and self._profile is not None
        self._operation = self._context.bridge.run(
            Sending(
                self._context.sessions,
                self._profile,
                sent,
                is_list=catalog.methods[sent.method].kind is Kind.LIST,
            ),
            label=f"Calling {sent.method}",
            owner=self._view,
            on_changes=self._told,
        )
        self._operation.finished.connect(self._finished)
        self._view.page.say(WAITING)
        self._view.sync()

    def _told(self, changes: list[Any]) -> None:
        self._view.result.tell_all(changes)
        for change in changes:
            if isinstance(change, AnswerHead):
                self._view.page.say("")
            elif isinstance(change, Failed):
                self._failed(change)

    def _failed(self, failed: Failed) -> None:
        problem, page = failed.problem, self._view.page
        if page.entry is None or self._sent is None or page.entry.name != self._sent.method:
            return
        if page.entry.admin and problem.status in (401, 403):
            page.say(ADMIN, "warning")
        elif problem.param:
            page.mark(problem.param, problem.server_words or problem.cause)

    def _finished(self) -> None:
        operation, self._operation = self._operation, None
        if operation is None:
            return
        view = self._view
        view.seen.refresh()
        if view.page.status.source() == WAITING:
            view.page.say("")
        view.sync()
        view.result.end(cancelled=operation.state == "cancelled", error=operation.error)
