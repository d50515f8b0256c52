"""Whether the profile has the key that an administration method wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal

from playground.core.errors import ProblemError

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.profiles import Profile
    from playground.panels.contract import PanelContext

ADMIN_KEY = "sk-admin-"
WANTS = "This method needs an admin key: they begin with sk-admin- and are made by an owner of the organisation."


class LookAtKey:
    """What is to be said of a profile's key; in the worker. Empty where it is an admin key, or may be one."""

    def __init__(self, sessions: Any, profile: Profile) -> None:
        self._sessions, self._profile = sessions, profile

    async def __call__(self) -> str:
        name = self._profile.name
        if self._profile.is_sandbox:
            return ""
        try:
            session = await self._sessions.session_of(self._profile)
        except ProblemError:
            return f"{WANTS} The profile “{name}” has no key."
        if session.secret.startswith(ADMIN_KEY):
            return ""
        if urlsplit(session.base_url).hostname != "api.openai.com":
            return f"{WANTS} The one of “{name}” is none; another server than OpenAI's may take it all the same."
        return f"{WANTS} The one of “{name}” is none, and will be refused. Choose another profile, or make one for it."


class AdminCheck(QObject):
    """Looks again when the profile is another. `said`: words, or nothing."""

    said = Signal(str)

    def __init__(self, context: PanelContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._operation: Operation[str] | None = None
        self._wanted = False
        self._again = False

    def want(self, wanted: bool) -> None:
        """Whether the method that is shown needs such a key."""
        self._wanted = wanted
        self.look()

    def look(self) -> None:
        if not self._wanted:
            return
        if self._operation is not None:
            self._again = True
            return
        profile = self._context.sessions.current
        self._operation = self._context.bridge.call(
            LookAtKey(self._context.sessions, profile), label="Looking at the kind of key", owner=self
        )
        self._operation.finished.connect(self._looked)

    def _looked(self) -> None:
        operation, self._operation = self._operation, None
        again, self._again = self._again, False
        if again:
            self.look()
        elif self._wanted and operation is not None and operation.error is None:
            self.said.emit(operation.result or "")
