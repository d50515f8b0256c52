"""The part of Compose in which a run is shown once more: from the history, or out of a recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from playground.core.runs import GenerationRequest
from playground.panels.compose.draft import Draft
from playground.panels.compose.model import ComposeModel
from playground.panels.compose.source import RunSource, ShownRun, source_words

if TYPE_CHECKING:
    from playground.core.profiles import Profile
    from playground.core.runs.history import Reopened
    from playground.panels.compose.result import OutputColumn
    from playground.panels.contract import PanelContext


@dataclass(frozen=True, slots=True)
class Kept:
    """A run that is in the history."""

    run_id: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a run that is shown once more comes from."""

    words: str
    """What is said of it beside Run."""
    run_id: str = ""
    """In the history; empty where it is in none."""
    profile: str = ""
    """The name of the profile that it was sent by."""
    simulated: bool = False
    recorded: bool = False


def dropped_file(event: QDropEvent) -> str:
    """The path of the one file that is dragged; empty where it is anything else."""
    urls = event.mimeData().urls()
    return urls[0].toLocalFile() if len(urls) == 1 else ""


class Stage(QWidget):
    """What ComposeView is beside its own: `present`, then `take` as often as there is something, then `conclude`."""

    model: ComposeModel
    output: OutputColumn
    source: RunSource
    _context: PanelContext
    _request: GenerationRequest | None
    _save_timer: QTimer

    def present(self, reopened: Reopened, origin: Origin) -> None:
        """Make room for a run, with what was written for it. What is written now can be brought back."""
        draft = Draft.from_json(reopened.draft) or Draft()
        self.draft()
        self.model.put_by(draft)
        self._request = request = draft.request()
        self.model.begin(
            sent_by=origin.profile, simulated=origin.simulated, source=origin.words, recorded=origin.recorded
        )
        chip = ("recording", "simulated") if origin.recorded else source_words(origin.simulated, request.model)
        self.output.begin(*chip)
        kept = Kept(origin.run_id) if origin.run_id else None
        profile = self._profile(origin)
        self.source.show(ShownRun(request, reopened.log, profile, running=True, base_url=reopened.base_url, kept=kept))
        self._show_draft(draft)
        self._save_timer.start()

    def _profile(self, origin: Origin) -> Profile | None:
        """The one it was sent by, where that is at hand."""
        current = self._context.sessions.current
        return current if current.name == origin.profile and not origin.recorded else None

    def take(self, changes: list[Any]) -> None:
        """What there is of it, in order."""
        self._changed(changes)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A file that was dragged here: a recording, or the reader says what it is not."""
        if file := dropped_file(event):
            event.acceptProposedAction()
            self._context.commands.run("compose.open_recording", file)

    def forget_run(self) -> None:
        """The run that is shown was deleted for good; what is in the editor stays."""
        self.model.snapshot = None
        self.source.show(None)
        self.output.reset()
        self._sync_commands()

    def say(self, text: str, role: str = "muted") -> None:
        """Say it beside Run."""
        self._say(text, role)

    # What the rest of Compose does

    def draft(self) -> Draft:
        """What is written now."""
        raise NotImplementedError

    def conclude(self, *, cancelled: bool = False) -> None:
        """Nothing comes any more."""
        raise NotImplementedError

    def _show_draft(self, draft: Draft) -> None:
        raise NotImplementedError

    def _changed(self, changes: list[Any]) -> None:
        raise NotImplementedError

    def _say(self, text: str, role: str = "muted") -> None:
        raise NotImplementedError

    def _sync_commands(self) -> None:
        raise NotImplementedError
