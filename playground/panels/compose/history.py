"""The history in Compose: finds, opens, names, stars and deletes runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt

from playground.bridge import Operation
from playground.core.errors import Problem, ProblemError
from playground.panels.compose.draft import Draft
from playground.panels.compose.history_work import Deleted, DeleteRuns, Opened, OpenRun, Page, read_page
from playground.panels.compose.stage import Origin
from playground.panels.contract import PanelContext
from playground.widgets.presentation import shown_line

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

    from playground.core.exchanges import RunSummary
    from playground.panels.compose.history_drawer import HistoryDrawer
    from playground.panels.compose.history_model import RunsModel
    from playground.panels.compose.recordings import Recordings
    from playground.panels.compose.view import ComposeView
    from playground.widgets.commands import Command


class History(QObject):
    """The drawer is made when it is first asked for."""

    def __init__(self, view: ComposeView, context: PanelContext, recordings: Recordings) -> None:
        super().__init__(view)
        self._view, self._context = view, context
        self._parts: tuple[RunsModel, HistoryDrawer] | None = None
        self._page: Operation[Page] | None = None
        self._opening: Operation[None] | None = None
        self._older = False
        self._heard: dict[str, RunSummary] = {}
        """What was told while a page was being read, which may not have it yet."""
        self._recorded: list[RunSummary] = []
        """The runs of a recording, while they are listed instead of the history."""
        self.recordings = recordings
        self.open_id = ""
        """The run that Compose shows."""
        self.box: QMessageBox | None = None
        self._doomed: list[RunSummary] = []

    # Commands

    def command(self, name: str) -> Command:
        found = self._context.commands.get(f"compose.{name}")
        assert found is not None, name
        return found

    def sync(self) -> None:
        """Which commands make sense now."""
        runs = self.selected()
        stored = bool(runs) and not self._recorded
        one = len(runs) == 1
        for name, enabled in (
            ("history_close", self.is_open),
            ("history_open", one),
            ("history_rename", one and stored),
            ("history_star", stored),
            ("history_delete", stored and any(run.status != "running" for run in runs)),
            ("history_starred", self.is_open and not self._recorded),
            ("save_recording", stored if runs else bool(self.open_id) and not self._view.model.recorded),
        ):
            self.command(name).setEnabled(enabled)

    # The drawer

    @property
    def is_open(self) -> bool:
        return self._parts is not None and self._parts[1].isVisibleTo(self._view)

    @property
    def drawer(self) -> HistoryDrawer:
        return self._made()[1]

    @property
    def rows(self) -> RunsModel:
        return self._made()[0]

    def _made(self) -> tuple[RunsModel, HistoryDrawer]:
        if self._parts is None:
            from playground.panels.compose.history_drawer import HistoryDrawer
            from playground.panels.compose.history_model import RunsModel

            model = RunsModel(self)
            drawer = HistoryDrawer(model)
            drawer.build(self._context.commands)
            drawer.hide()
            self._parts = (model, drawer)
            names = ("open", "rename", "star", "", "delete")
            drawer.list.menu_commands = [self.command(f"history_{name}") if name else None for name in names]
            drawer.list.menu_commands.insert(3, self.command("save_recording"))
            for name in ("rename", "star", "delete"):
                self._move_key(f"history_{name}", drawer)
            drawer.searched.connect(self.load)
            drawer.closed.connect(self.close)
            drawer.list.opened.connect(self.open_run)
            drawer.list.selected.connect(self._selected)
            model.renamed.connect(self._rename)
            model.more_wanted.connect(self._load_older)
            self._context.bridge.listen(self._context.store.runs_changed, self._changed, self)
            self._context.bridge.listen(self._context.store.runs_removed, self._removed, self)
            self._view.prompt.cover(drawer)
        return self._parts

    def _move_key(self, name: str, drawer: HistoryDrawer) -> None:
        """Keys such as Delete mean something else outside of the list."""
        command = self.command(name)
        self._view.removeAction(command)
        drawer.list.addAction(command)

    def toggle(self) -> None:
        """Show the history, or go back to the prompt."""
        self._view.bring_forward()
        if self.is_open:
            self.close()
        else:
            self.show()

    def show(self) -> None:
        """The runs over the prompt's column, read anew."""
        drawer = self.drawer
        self._recorded = []
        self._view.prompt.set_covered(True)
        drawer.list.show_open(self.open_id)
        drawer.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        drawer.search.selectAll()
        self.load()
        self.sync()

    def show_recorded(self, name: str, runs: list[RunSummary]) -> None:
        """The runs of a recording instead."""
        model, drawer = self._made()
        self._recorded = runs
        self._view.prompt.set_covered(True)
        drawer.search.clear()
        drawer.search.setEnabled(False)
        drawer.source.setVisible(True)
        drawer.title.setText(name)
        drawer.count.setText("")
        model.editable = False
        model.set_runs(runs, more=False)
        drawer.show_rows(len(runs), "")
        drawer.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
        drawer.list.choose(0)
        self.sync()

    def close(self) -> None:
        """Back to the prompt."""
        if self._parts is not None:
            self._view.prompt.set_covered(False)
            self._view.prompt.show_end()
        self._recorded = []
        self.sync()

    # Rows

    def selected(self) -> list[RunSummary]:
        return self.drawer.list.runs() if self.is_open else []

    def _selected(self) -> None:
        runs = self.selected()
        self.drawer.chosen.setText(f"{len(runs)} selected" if len(runs) > 1 else "")
        starred = bool(runs) and all(run.starred for run in runs)
        self.command("history_star").setText("Remove Star" if starred else "Star Run")
        self.sync()

    def load(self) -> None:
        """Read the rows that the search field and the filter ask for; the answer to a former question no longer
        counts."""
        self._read(older=False)

    def _load_older(self) -> None:
        self._read(older=True)

    def _read(self, *, older: bool) -> None:
        model, drawer = self._made()
        if self._page is not None:
            self._page.cancel()
        if not older:
            drawer.search.setEnabled(True)
            drawer.source.setVisible(False)
            drawer.title.setText("History")
            model.editable = True
        self._older = older
        self._heard = {}
        before = model.last_id() if older else ""
        text, starred = drawer.search.text(), self.command("history_starred").isChecked()
        self._page = self._context.bridge.blocking(
            read_page, self._context.store, text, starred, before, label="Reading the history", owner=self
        )
        self._page.finished.connect(self._read_page)

    def _read_page(self) -> None:
        operation = self._page
        if operation is None or not operation.done or self._recorded:
            return
        self._page = None
        model, drawer = self._made()
        page = operation.result
        if page is None:
            if operation.error is not None:
                drawer.show_rows(0, f"The history cannot be read. {_reason(operation.error)}")
            return
        heard, self._heard = self._heard, {}
        if self._older:
            model.add_older(page.runs, more=page.more)
            return
        kept = {run.id for run in drawer.list.runs()}
        model.set_runs(page.runs, more=page.more)
        drawer.count.setText(f"{page.total:,} run{'' if page.total == 1 else 's'}" if page.total else "")
        drawer.show_rows(len(page.runs), self._nothing() if page.total else "")
        row = next((row for row, run in enumerate(page.runs) if run.id in kept or run.id == self.open_id), 0)
        if page.runs:
            drawer.list.choose(row)
        self._selected()
        if heard:
            self._take(heard)

    def _nothing(self) -> str:
        """What an empty list says of its reason."""
        starred = self.command("history_starred").isChecked()
        text = shown_line(self.drawer.search.text().strip())
        if text:
            from playground.core.redact import known

            text = known().text(text)
            where = "No starred run" if starred else "No run"
            return f"{where} has “{text}” in its name, model, prompt, answer or IDs."
        return "No run is starred yet. Star one to find it again here."

    def _changed(self, emissions: list[tuple[RunSummary]]) -> None:
        if self._recorded or not self.is_open:
            return  # read anew when it is shown
        latest = {run.id: run for (run,) in emissions}
        if self._page is not None:
            self._heard |= latest
        self._take(latest)

    def _take(self, latest: dict[str, RunSummary]) -> None:
        """Runs that are new or further."""
        model, drawer = self._made()
        fresh = model.update_known(latest.values())
        self._selected()
        starred = self.command("history_starred").isChecked()
        if not fresh and not (starred and not all(run.starred for run in latest.values())):
            return
        if drawer.search.text().strip() or starred:
            self.load()  # whether it belongs here is known to the store
            return
        model.insert_new(fresh)
        drawer.show_rows(model.rowCount(), "")
        drawer.count.setText(f"{model.rowCount():,} runs" if not model.more else drawer.count.source())

    def _removed(self, emissions: list[tuple[tuple[str, ...]]]) -> None:
        for (ids,) in emissions:
            if self.open_id in ids:
                self.open_id = ""
                self._view.forget_run()
        if self.is_open and not self._recorded:
            self.load()

    # What can be done with a run

    def open_selected(self) -> None:
        runs = self.selected()
        if len(runs) == 1:
            self.open_run(runs[0].id)

    def open_run(self, run_id: str) -> None:
        """Show a run as it was. A run or a playback that is under way is not thrown away for it."""
        if any(run.id == run_id for run in self._recorded):
            self.recordings.play_run(run_id)
            return
        if self._view.model.running:
            self._view.say("A run is in progress. Stop it, or wait for its end, then open another one.", "warning")
            return
        if self._opening is not None:
            self._opening.cancel()
        self._opening = self._context.bridge.run(
            OpenRun(self._context.store, run_id), label="Opening a run", owner=self, on_changes=self._arrived
        )
        self._opening.finished.connect(self._opened)

    def _arrived(self, changes: list[Any]) -> None:
        if changes and isinstance(changes[0], Opened):
            self._begin(changes[0])
            changes = changes[1:]
        self._view.take(changes)

    def _begin(self, opened: Opened) -> None:
        run = opened.run
        from playground.panels.compose.history_model import time_text

        when = time_text(run.started_at)
        origin = Origin(f"From the history, {when}.", run.id, run.profile, run.simulated)
        self._view.present(opened.reopened, origin)
        self.set_open(run.id)
        if self.is_open:
            self.close()

    def _opened(self) -> None:
        operation, self._opening = self._opening, None
        if operation is None or not operation.done:
            return
        error = operation.error
        if isinstance(error, KeyError):
            self._view.say("This run is not in the history any more.", "warning")
        elif error is not None:
            self._context.notify(_problem("The run cannot be opened", error))
        elif operation.state == "succeeded":
            self._view.conclude()
            self._view.output.view.to_start()

    def set_open(self, run_id: str) -> None:
        """Mark the run that Compose shows; empty: none that is kept."""
        self.open_id = run_id
        if self._parts is not None:
            self._parts[1].list.show_open(run_id)
        self.sync()

    def rename(self) -> None:
        if self.is_open:
            self.drawer.list.rename()

    def _rename(self, run_id: str, name: str) -> None:
        self._work(self._context.store, "rename", run_id, name, label="Naming a run")

    def star(self) -> None:
        """Star the selected runs; where all are starred, take the stars away."""
        runs = self.selected()
        starred = not all(run.starred for run in runs)
        for run in runs:
            if run.starred is not starred:
                self._work(self._context.store, "star", run.id, starred, label="Starring a run")

    def _work(self, store: Any, method: str, *args: Any, label: str) -> None:
        self._context.bridge.blocking(_call, store, method, args, label=label, owner=self)

    def filter_starred(self) -> None:
        if self.is_open:
            self.load()

    # Deleting

    def ask_delete(self) -> None:
        """Confirm, naming the run or their number; without a nested event loop."""
        from playground.panels.compose.history_question import ask

        runs = [run for run in self.selected() if run.status != "running"]
        if runs:
            self._doomed = runs
            self.box = ask(self._view, runs, self._delete, self._asked)

    def _asked(self) -> None:
        self.box = None

    def _delete(self) -> None:
        runs, self._doomed = self._doomed, []
        operation = self._context.bridge.call(
            DeleteRuns(self._context.store, self._context.sessions, runs), label="Deleting runs", owner=self
        )
        self._deleting: Operation[Deleted] = operation
        operation.finished.connect(self._deleted)

    def _deleted(self) -> None:
        error, result = self._deleting.error, self._deleting.result
        if isinstance(error, TimeoutError):
            remedy = "They are gone from the history. Close other windows of this program."
            self._context.notify(Problem("Deleted runs are not overwritten yet", str(error), remedy))
        elif error is not None:
            self._context.notify(_problem("The runs were not deleted", error))
        elif result is not None:
            count = len(result.ids)
            drafts = [draft for raw in result.drafts if (draft := Draft.from_json(raw)) is not None]
            if self._view.model.forget(drafts):
                self._view.save()
            self._view.say("The run was deleted." if count == 1 else f"{count:,} runs were deleted.")
            if result.left is not None:
                self._context.notify(
                    Problem(
                        "The sandbox still has copies of deleted answers",
                        result.left.line(),
                        "They are below the data folder, in “sandbox”. Delete that folder while the program is closed.",
                    )
                )


def _call(store: Any, method: str, args: tuple[Any, ...]) -> None:
    getattr(store.history, method)(*args)


def _reason(error: BaseException) -> str:
    return error.problem.line() if isinstance(error, ProblemError) else str(error)


def _problem(title: str, error: BaseException) -> Problem:
    if isinstance(error, ProblemError):
        return error.problem
    return Problem(title, str(error) or type(error).__name__, "Look at the request log's state, and try again.")
