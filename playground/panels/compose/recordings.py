"""Recordings in Compose: saves runs to a file, and plays such files back with no key and no network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from playground.bridge import Operation
from playground.core.errors import Problem, ProblemError
from playground.core.resources import resource
from playground.panels.compose.samples import SAMPLES
from playground.panels.compose.stage import Origin
from playground.panels.contract import PanelContext
from playground.widgets.presentation import shown_line

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog

    from playground.core.exchanges import ExchangeStore, RunSummary
    from playground.core.recordings import RecordedRun, Recording
    from playground.core.runs.history import Reopened
    from playground.panels.compose.view import ComposeView

FOLDER = "recordings"
SUFFIX = ".playground-recording"
_FILTER = f"Recordings (*{SUFFIX});;All files (*)"


def read_recording(path: Path) -> Recording:
    """For `bridge.blocking`. Raises ProblemError."""
    from playground.core.recordings import load

    return load(path)


def write_recording(store: ExchangeStore, run_ids: list[str], path: Path) -> int:
    """For `bridge.blocking`: gives the number of runs. Raises OSError, KeyError for a run that is gone."""
    from playground.core.recordings import of_stored, save

    return save(path, (of_stored(store.history.load(run_id)) for run_id in run_ids))


class Recordings(QObject):
    """At most one recording is open. What plays a run of it is what plays back any run."""

    def __init__(self, view: ComposeView, context: PanelContext) -> None:
        super().__init__(view)
        self._view, self._context = view, context
        self._reading: Operation[Recording] | None = None
        self._writing: Operation[int] | None = None
        self._to_save: list[str] = []
        self._recording: Recording | None = None
        self._opening: Operation[tuple[RunSummary, Reopened]] | None = None
        self.dialog: QFileDialog | None = None
        view.setAcceptDrops(True)

    # Saving

    def ask_save(self) -> None:
        """Ask where the selected runs, or the one that is shown, are to be saved."""
        history = self._view.history
        runs = history.selected()
        shown = [] if self._view.model.recorded else [history.open_id]
        ids = [run.id for run in runs if run.status != "running"] if runs else shown
        self._to_save = [run_id for run_id in ids if run_id]
        if not self._to_save:
            self._view.say("There is no run to save yet.", "warning")
            return
        name = _file_name(runs[0].words) if len(runs) == 1 else f"{len(ids)} runs" if runs else "run"
        dialog = self._dialog("Save as recording", saves=True)
        dialog.setDefaultSuffix(SUFFIX[1:])
        dialog.selectFile(f"{name}{SUFFIX}")
        dialog.fileSelected.connect(self.save)
        dialog.open()

    def save(self, file: str) -> None:
        """Write the runs that were asked for."""
        self._writing = self._context.bridge.blocking(
            write_recording, self._context.store, self._to_save, Path(file), label="Saving a recording", owner=self
        )
        self._writing.finished.connect(self._saved)
        self._path = Path(file)

    def _saved(self) -> None:
        operation, self._writing = self._writing, None
        if operation is None:
            return
        error, name = operation.error, shown_line(self._path.name)
        if isinstance(error, OSError):
            cause = f"{error.strerror or error}: {self._path}."
            self._context.notify(Problem("The recording was not saved", cause, "Choose another folder, or free space."))
        elif isinstance(error, KeyError):
            self._view.say("The run is not in the history any more.", "warning")
        elif operation.result is not None:
            runs = "1 run" if operation.result == 1 else f"{operation.result} runs"
            self._view.say(f"Saved {runs} to “{name}”, without keys.", "good")

    # Opening

    def ask_open(self) -> None:
        """Ask for a file."""
        dialog = self._dialog("Open recording")
        dialog.fileSelected.connect(self.open_file)
        dialog.open()

    def _dialog(self, title: str, *, saves: bool = False) -> QFileDialog:
        from PySide6.QtWidgets import QFileDialog  # a dear class, and not needed before

        modes, files = QFileDialog.AcceptMode, QFileDialog.FileMode
        dialog = QFileDialog(self._view, title)
        dialog.setObjectName("compose.recording.file")
        dialog.setAcceptMode(modes.AcceptSave if saves else modes.AcceptOpen)
        dialog.setFileMode(files.AnyFile if saves else files.ExistingFile)
        dialog.setNameFilter(_FILTER)
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        return dialog

    def open_file(self, file: str | Path = "") -> None:
        """Read a recording and play it, or list its runs where it holds several. Without a file: ask for one."""
        self._view.bring_forward()
        if not file:
            self.ask_open()
            return
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._context.bridge.blocking(
            read_recording, Path(file), label="Opening a recording", owner=self
        )
        self._reading.finished.connect(self._read)

    def _read(self) -> None:
        operation = self._reading
        if operation is None or not operation.done:
            return
        self._reading = None
        error, recording = operation.error, operation.result
        if error is not None:
            problem = error.problem if isinstance(error, ProblemError) else None
            self._context.notify(
                problem or Problem("The recording cannot be opened", str(error), "Choose another one.")
            )
        if recording is None:
            return
        if recording.problem is not None:
            self._context.notify(recording.problem)
        self._recording = recording
        if len(recording.runs) > 1:
            self._view.history.show_recorded(_title(recording.path), [run.summary for run in recording.runs])
        self.play_run(recording.runs[0].summary.id)

    def play_sample(self) -> None:
        """The first of those that came with the program."""
        self.play_reasoning()

    def play_reasoning(self) -> None:
        self._open_sample(0)

    def play_tools(self) -> None:
        self._open_sample(1)

    def play_failure(self) -> None:
        self._open_sample(2)

    def _open_sample(self, number: int) -> None:
        self.open_file(resource(FOLDER, f"{SAMPLES[number][0]}{SUFFIX}"))

    # Playing

    def play_run(self, run_id: str) -> None:
        """Play a run of the open recording from its beginning."""
        if self._view.model.running:
            self._view.say("A run is in progress. Stop it, or wait for its end, then play the recording.", "warning")
            return
        runs = self._recording.runs if self._recording is not None else []
        run = next((run for run in runs if run.summary.id == run_id), None)
        if run is not None:
            self._opening = self._context.bridge.blocking(_rebuilt, run, label="Opening a recording", owner=self)
            self._opening.finished.connect(self._rebuilt)

    def _rebuilt(self) -> None:
        operation, self._opening = self._opening, None
        opened = operation.result if operation is not None else None
        if opened is None or self._view.model.running:
            return
        run, reopened = opened
        origin = Origin(f"Recording “{shown_line(run.words)}”.", recorded=True)
        self._view.present(reopened, origin)
        self._view.history.set_open(run.id)
        if reopened.log.size:
            # All of it is known; what is shown of it comes with the playback.
            self._view.model.apply(reopened.changes)
            self._view.conclude()
            self._view.output.play_back()
        else:
            self._view.take(reopened.changes)
            self._view.conclude()


def _rebuilt(run: RecordedRun) -> tuple[RunSummary, Reopened]:
    """For `bridge.blocking`."""
    return run.summary, run.reopened()


def _title(path: Path) -> str:
    stem = path.name.removesuffix(SUFFIX)
    return dict(SAMPLES).get(stem, stem) if path.parent == resource(FOLDER) else stem


def _file_name(words: str) -> str:
    """What a run is called, as a file may be."""
    kept = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in words)
    return " ".join(kept.split())[:60].strip() or "run"
