"""Asks before a run that would pass the day's budget, in a strip of the panel that runs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from playground.core.importing import IMPORTING
from playground.core.settings import BUDGET
from playground.widgets.question import QuestionBar

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation
    from playground.core.profiles import Profile
    from playground.core.settings import Settings
    from playground.core.spending import Asked
    from playground.widgets.commands import CommandRegistry

Count = Callable[[], tuple[int, bool]]
"""Tokens of a request's input, and whether they are only near. Called in the pool; raises OSError, ValueError."""
Request = tuple[str, Mapping[str, Any], int]


def look(
    store: Any, settings: Settings, profile: Profile, body: Mapping[str, Any], count: Count, runs: int = 1
) -> Asked | None:
    """What to ask, if anything. In the pool."""
    with IMPORTING:
        from playground.core.spending import Asked, check
    try:
        return check(store, settings, profile, body, count, runs=runs)
    except Exception as error:  # whatever keeps the log from being read: nobody is to spend unasked
        title = "What was spent today is not known"
        return Asked(title, f"{title}: the request log could not be read ({error}).")


class SpendGuard(QObject):
    """`lets_pass` says whether a request may be sent now; where it has to look or to ask first, `passed` is emitted
    when it may be sent after all: the same request then passes."""

    passed = Signal()
    asking_changed = Signal()

    def __init__(
        self,
        prefix: str,
        bridge: Bridge,
        store: Any,
        settings: Settings,
        commands: CommandRegistry,
        group: str,
        scope: QWidget,
    ) -> None:
        super().__init__(scope)
        self._bridge, self._store, self._settings, self._scope = bridge, store, settings, scope
        self._allowed: Request | None = None
        self._wanted: Request | None = None
        self._looking: Operation[Asked | None] | None = None
        rows = (
            ("spend_not", "Do Not Run", self.refrain, "x"),
            ("spend", "Run All the Same", self.confirm, "check"),
            ("spend_today", "Run, and Ask No More Today", self.confirm_today, ""),
        )
        made = [
            commands.add(
                f"{prefix}.{name}", title, handler, group=group, icon=icon, scope=scope, keywords=("budget", "cost"),
                enabled=False,
            )
            for name, title, handler, icon in rows
        ]  # fmt: skip
        self.bar = QuestionBar(f"{prefix}.spending", *made)

    @property
    def is_asking(self) -> bool:
        return self.bar.is_asking

    def lets_pass(self, profile: Profile, body: Mapping[str, Any], count: Count, runs: int = 1) -> bool:
        """Whether this may be sent now, so many times. False: it is looked at, and perhaps asked for. Without a budget,
        and on the sandbox, it may, and nothing is read."""
        if not self._watches(profile):
            return True
        request = (profile.id, dict(body), runs)
        if request == self._allowed:
            self._allowed = None
            return True
        self._wanted = request
        self.put_away()
        if self._looking is None:
            self._looking = self._bridge.blocking(
                look, self._store, self._settings, profile, body, count, runs,
                label="Looking at the budget", owner=self,
            )  # fmt: skip
            self._looking.finished.connect(self._looked)
        return False

    def _watches(self, profile: Profile) -> bool:
        if profile.is_sandbox or self._settings.get(BUDGET) <= 0:
            return False
        from playground.core.spending import watches

        return watches(self._settings, profile)

    def _looked(self) -> None:
        operation, self._looking = self._looking, None
        if operation is None or operation.state == "cancelled":
            return
        if operation.error is not None or operation.result is None:
            self._pass()  # a log that cannot be read, which is said where it is opened, stops nobody
        else:
            self.bar.ask(operation.result.words)
            self.asking_changed.emit()

    def _pass(self) -> None:
        self._allowed = self._wanted
        self.passed.emit()

    def put_away(self) -> None:
        """Ask no more; nothing is sent."""
        if self.bar.is_asking:
            self.bar.put_away(self._scope)
            self.asking_changed.emit()

    def confirm(self) -> None:
        """Run it all the same."""
        self.put_away()
        self._pass()

    def confirm_today(self) -> None:
        """And ask no more on this day."""
        from playground.core.spending import pass_today

        pass_today(self._settings)
        self.confirm()

    def refrain(self) -> None:
        """Do not run it."""
        self._wanted = None
        self.put_away()
