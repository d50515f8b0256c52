"""What the top bar and the status bar say: who answers, whether it is ready, what is under way, what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from playground.core.errors import Problem, ProblemError
from playground.shell.budget import BudgetWatch
from playground.shell.dock import LOADED
from playground.shell.limits_line import LimitsLine
from playground.shell.notices import Notice
from playground.shell.proxy_note import ProxyNote
from playground.shell.totals import TodayTotals, totals_line, totals_tip

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.exchanges import ExchangeSummary
    from playground.core.profiles import Profile, ProfileStore
    from playground.shell.window import Window

LOCAL_MODEL = "smollm2"
SANDBOX_TIP = "The sandbox on this machine answers. Nothing leaves it, and nothing of it is a real service's answer."
FIRST_START = "No key is set, so the sandbox on this machine answers: simulated text. Add a key in Settings › Profiles."
ECHO = "The sandbox's echo engine answers: simulated text, no model."
MODEL = "The sandbox's local model answers: real output of a very small model."


class Standing(QObject):
    """Follows the profile, the session and the requests. All of it is shown in words; colours only repeat them."""

    ready = Signal()
    """The active profile's session stands, or why it does not is said."""

    def __init__(self, window: Window, profiles: ProfileStore, *, first_start: bool) -> None:
        super().__init__(window)
        self._window, self._profiles = window, profiles
        self._first_start = first_start
        self._engine = str(window.parts.settings.get("sandbox.engine"))
        self._opening: Operation[Any] | None = None
        self._again = False
        self._limits = LimitsLine(window)
        self._proxy = ProxyNote(window)
        self._problem: Problem | None = None
        self._switching: Operation[None] | None = None
        window.profile_wanted.connect(self.use)
        window.dock.updated.connect(self._updated)
        window.parts.faults.changed.connect(self._fault_changed)
        self._today = TodayTotals(window)
        self._today.changed.connect(self._show_totals)
        self.budget = BudgetWatch(window)
        self.budget.changed.connect(self._show_totals)
        self.show_profile()

    def start(self) -> None:
        """Listen, and open the session. After the first frame."""
        bridge, parts = self._window.parts.bridge, self._window.parts
        bridge.listen(parts.sessions.changed, self._switched, self)
        bridge.listen(self._profiles.changed, self._profiles_changed, self)
        self._today.start()
        self._limits.use_profile(self._profiles.active.name)
        self.budget.start()
        self.open_session()

    # Profile ----------------------------------------------------------------------------------------------------

    def show_profile(self) -> None:
        """Say in the top bar who answers."""
        profile = self._profiles.active
        label, tip = profile.name, profile.base_url or "https://api.openai.com/v1"
        if profile.is_sandbox:
            label = f"{profile.name} · {'local model' if self.local_model() else 'echo engine'}"
            tip = SANDBOX_TIP
            if (fault := self._window.parts.faults.fault) is not None:
                label, tip = f"{profile.name} · fault: {fault.title}", fault.words()
        self._window.topbar.chip.show_profile(label, sandbox=profile.is_sandbox, tip=tip)
        self._window.profile_commands.show(self._profiles.profiles, profile.id)
        self._show_state()

    def local_model(self) -> bool:
        """Whether the sandbox's local model answered last, or is to answer first."""
        return self._engine.startswith(LOCAL_MODEL)

    def use_engine(self, model: str) -> None:
        self._engine = model
        self.show_profile()

    def use(self, profile_id: str) -> None:
        """Switch to another profile; runs under way keep the one they began with."""
        parts = self._window.parts
        self._switching = parts.bridge.call(
            UseProfile(parts.sessions, profile_id), label="Switching the profile", owner=self
        )
        self._switching.finished.connect(self._use_ended)

    def _use_ended(self) -> None:
        operation, self._switching = self._switching, None
        if operation is not None and operation.error is not None:
            self._window.notify(problem_of(operation.error))

    def _switched(self, _emissions: list[tuple[Profile]]) -> None:
        self._first_start = False
        self._limits.use_profile(self._profiles.active.name)
        self.show_profile()
        self.open_session()

    def _fault_changed(self) -> None:
        self.show_profile()
        fault, profile = self._window.parts.faults.fault, self._profiles.active
        if fault is not None and not profile.is_sandbox:
            self._window.notify(
                f"The sandbox's fault “{fault.kind.title}” is on. It meets requests to the sandbox only; the profile "
                f"in use is “{profile.name}”."
            )

    def _profiles_changed(self, _emissions: list[tuple[Any, ...]]) -> None:
        self.show_profile()
        if self._problem is not None:
            self.open_session()

    # Session ----------------------------------------------------------------------------------------------------

    def open_session(self) -> None:
        """Have the session stand before it is asked for: the SDK is imported, the sandbox started, the key read."""
        if self._opening is not None:
            self._again = True
            return
        self._again = False
        self._problem = None
        parts = self._window.parts
        words = "Starting the sandbox" if self._profiles.active.is_sandbox else "Opening the session"
        self._opening = parts.bridge.call(OpenSession(parts.sessions), label=words, owner=self)
        self._opening.finished.connect(self._opened)
        self._show_state()

    def _opened(self) -> None:
        operation, self._opening = self._opening, None
        if operation is None:
            return
        if self._again:
            self.open_session()
            return
        if operation.error is not None:
            self._problem = problem_of(operation.error)
        elif operation.result:
            self._window.tell(Notice(operation.result, "warning"))
        self._show_state()
        self.ready.emit()

    def settled(self) -> bool:
        return self._opening is None and self._limits.settled()

    # Requests ---------------------------------------------------------------------------------------------------

    def _updated(self, summaries: list[ExchangeSummary]) -> None:
        profile = self._profiles.active
        for summary in sorted(summaries, key=lambda summary: summary.id):
            if summary.profile == profile.name and profile.is_sandbox and summary.model and summary.method == "POST":
                self._engine = summary.model
        self._limits.updated(summaries)
        self._show_totals()
        self.show_profile()

    def _show_totals(self) -> None:
        from datetime import datetime  # 1.4 ms that the first frame can do without

        midnight = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
        requests = sum(summary.started_at >= midnight for summary in self._window.dock.summaries())
        more, totals = requests >= LOADED, self._today.totals
        label = self._window.topbar.totals
        line, (share, role) = totals_line(totals, requests, more), self.budget.words()
        label.set_text(" · ".join(part for part in (line, share) if part))
        label.set_role(role or "muted")
        label.setToolTip(totals_tip(totals, requests, more))

    # State ------------------------------------------------------------------------------------------------------

    def _show_state(self) -> None:
        status, profile = self._window.status, self._profiles.active
        running = [summary for summary in self._window.dock.summaries() if summary.state == "open"]
        if self._opening is not None:
            word = "Starting the sandbox…" if profile.is_sandbox else "Opening the session…"
            status.show_state(word, "accent", self._who_answers(profile))
        elif running:
            streaming = any(summary.timings.first_byte is not None for summary in running)
            status.show_state(
                "Streaming" if streaming else "Waiting for the answer", "accent", self._under_way(running)
            )
        elif self._problem is not None:
            status.show_state("not ready", "error", self._problem.line())
        elif profile.is_sandbox and (fault := self._window.parts.faults.fault) is not None:
            status.show_state("fault on", "warning", f"{fault.words()} “Sandbox: No Fault” ends it.")
        else:
            status.show_state("ready", "good", self._who_answers(profile))

    def _under_way(self, running: list[ExchangeSummary]) -> str:
        if len(running) > 1:
            return f"{len(running)} requests under way"
        return " · ".join(part for part in (f"{running[0].method} {running[0].path}", running[0].model or "") if part)

    def _who_answers(self, profile: Profile) -> str:
        if profile.is_sandbox:
            if self._first_start and not self.local_model():
                return FIRST_START
            return MODEL if self.local_model() else ECHO
        return profile.base_url or "api.openai.com"


class UseProfile:
    def __init__(self, sessions: Any, profile_id: str) -> None:
        self._sessions, self._profile_id = sessions, profile_id

    async def __call__(self) -> None:
        await self._sessions.use(self._profile_id)


class OpenSession:
    """Builds the client too, so that the first request does not wait for the SDK's import. Gives what must be known
    before anything is sent; empty where there is nothing."""

    def __init__(self, sessions: Any) -> None:
        self._sessions = sessions

    async def __call__(self) -> str:
        session = await self._sessions.session()
        await session.client()
        caution: str = session.caution
        return caution


def problem_of(error: BaseException) -> Problem:
    """An error in words."""
    if isinstance(error, ProblemError):
        return error.problem
    cause, remedy = getattr(error, "cause", None), getattr(error, "remedy", None)
    if isinstance(cause, str) and isinstance(remedy, str):  # what the sandbox raises; it knows nothing of the core's
        return Problem(title=str(error).rstrip("."), cause=cause, remedy=remedy)
    from playground.core.errors import explain

    return explain(error)
