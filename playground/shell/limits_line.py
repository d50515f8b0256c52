"""What the foot of the window says about limits: those that the profile in use was told last."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.exchanges import ExchangeSummary
    from playground.shell.window import Window

OLD = 3600.0
"""Seconds after which what was told says nothing about now."""

Told = tuple[str, bool, str]
"""The line, whether less than a tenth is left of something, and where and when it was told."""


def read_told(store: Any, profile: str, now: float) -> Told:
    """Runs in a thread. Empty where nothing is known."""
    from playground.core.exchanges.limit_pace import clock_text
    from playground.core.exchanges.limits import latest

    last = latest(store, profile)
    if last is None or now - last.moment > OLD:
        return "", False, ""
    model = f"{last.scope.model} at " if last.scope.model else ""
    tip = f"What {model}{last.scope.host} told at {clock_text(last.moment, now)}. Click for all limits, over time."
    return last.line(), last.short, tip


class LimitsLine(QObject):
    """Follows the requests that are over, and the profile in use."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._reading: Operation[Told] | None = None
        self._again = False
        self._profile = ""
        self._seen = ""
        command = window.commands.add(
            "requests.limits",
            "Show the Rate Limits",
            self.open_page,
            group="Requests",
            icon="gauge",
            keywords=("remaining", "quota", "tokens per minute", "reset"),
        )
        window.status.limits_wanted.connect(command.run)

    def open_page(self) -> None:
        """The page with all of them."""
        self._window.commands.run("panel.inspector")
        self._window.commands.run("inspector.page_limits")

    def use_profile(self, name: str) -> None:
        """Another profile is in use: what was told another does not hold for it."""
        self._profile = name
        self._window.status.show_limits("")
        self.read()

    def updated(self, summaries: list[ExchangeSummary]) -> None:
        """Requests are further; of those that were answered the newest counts."""
        newest = max((one.id for one in summaries if one.status is not None and one.state != "open"), default="")
        if newest and newest != self._seen:
            self._seen = newest
            self.read()

    def read(self) -> None:
        """Look what was told last."""
        if self._reading is not None:
            self._again = True
            return
        self._again = False
        parts = self._window.parts
        self._reading = parts.bridge.blocking(
            read_told, parts.store, self._profile, time.time(), label="Reading the rate limits", owner=self
        )
        self._reading.finished.connect(self._was_read)

    def settled(self) -> bool:
        return self._reading is None

    def _was_read(self) -> None:
        operation, self._reading = self._reading, None
        if self._again:
            self.read()
        elif operation is not None and operation.error is None and operation.result is not None:
            self._window.status.show_limits(*operation.result)
