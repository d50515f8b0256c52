"""What the tabs beside the output show: the run that is looked at, and the request as it would be sent now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from playground.core.runs import GenerationRequest, RunSnapshot
from playground.core.runs.events import EventLog
from playground.core.served import LOCAL_MODEL

if TYPE_CHECKING:
    from playground.core.profiles import Profile
    from playground.panels.compose.draft import Draft
    from playground.panels.contract import PanelContext

DEBOUNCE_MS = 150
"""From the last change of the draft to what is shown of it."""


def source_words(sandbox: bool, model: str) -> tuple[str, str]:
    """The chip in the output's header, and its role: nobody is to take a simulated answer for a real one."""
    if not sandbox:
        return "", "muted"
    if model == LOCAL_MODEL:
        return "sandbox · a very small local model", "simulated"
    return "sandbox · simulated", "simulated"


class HasRunId(Protocol):
    """Something that knows a run's id in the history once it has begun."""

    @property
    def run_id(self) -> str: ...


@dataclass(slots=True)
class ShownRun:
    """A run that is looked at: under way, over, or out of the history."""

    request: GenerationRequest
    log: EventLog
    profile: Profile | None
    """By which it was sent; None where that is not there any more."""
    snapshot: RunSnapshot = field(default_factory=RunSnapshot)
    running: bool = False
    base_url: str = ""
    """Where it went, if that is known; else the profile tells."""
    kept: HasRunId | None = None
    """Whoever knows its id."""

    @property
    def run_id(self) -> str:
        """In the history; empty where it is in none."""
        return self.kept.run_id if self.kept is not None else ""


class RunSource(QObject):
    """Tells the tabs. Nothing is worked out before one of them asks."""

    run_changed = Signal()
    """Another run is looked at, or none."""
    progressed = Signal()
    """More of the run is there, or it has ended."""
    draft_changed = Signal()
    """What would be sent may be another; told a moment after the last change."""

    def __init__(self, context: PanelContext, draft: Callable[[], Draft], parent: QObject | None = None) -> None:
        """`draft`: reads what is written now."""
        super().__init__(parent)
        self.context = context
        self.run: ShownRun | None = None
        self._draft = draft
        self._debounce = QTimer(self)
        self._debounce.setSingleShot(True)
        self._debounce.setInterval(DEBOUNCE_MS)
        self._debounce.timeout.connect(self.draft_changed)

    @property
    def profile(self) -> Profile:
        """By which the draft would be sent."""
        return self.context.sessions.current

    def draft(self) -> GenerationRequest:
        """What would be sent now."""
        return self._draft().request()

    def can_play(self) -> bool:
        """Whether there is a run that can be played back."""
        run = self.run
        return run is not None and not run.running and run.log.size > 0

    def edited(self) -> None:
        """Something in the draft, or the profile, is another."""
        self._debounce.start()

    def show(self, run: ShownRun | None) -> None:
        """Look at another run."""
        self.run = run
        self.run_changed.emit()

    def progress(self, snapshot: RunSnapshot) -> None:
        """More came."""
        if self.run is not None:
            self.run.snapshot = snapshot
            self.progressed.emit()

    def end(self, snapshot: RunSnapshot) -> None:
        """Nothing more comes."""
        if self.run is not None:
            self.run.running = False
            self.progress(snapshot)

    def is_as_sent(self, body: dict[str, Any]) -> bool:
        """Whether a body is the one that was sent."""
        return self.run is not None and self.run.request.body() == body
