"""Compose: the prompt at the left, the answer in the middle, the settings at the right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from playground.bridge import Operation, OperationState
from playground.core.errors import Problem
from playground.core.runs import GenerationRequest, RunSnapshot
from playground.core.runs.request import NO_MESSAGE, NO_MODEL
from playground.core.served import LOCAL_MODEL
from playground.panels.compose import words
from playground.panels.compose.actions import add_commands, add_guard
from playground.panels.compose.counting import PromptTokens
from playground.panels.compose.draft import Draft
from playground.panels.compose.history import History
from playground.panels.compose.model import ComposeModel
from playground.panels.compose.passing import Passing
from playground.panels.compose.picker import ModelPicker
from playground.panels.compose.places import Places
from playground.panels.compose.prompt import PromptColumn
from playground.panels.compose.recordings import Recordings
from playground.panels.compose.result import OutputColumn
from playground.panels.compose.schema import RequestSchema
from playground.panels.compose.settings import SettingsColumn
from playground.panels.compose.source import RunSource, ShownRun, source_words
from playground.panels.compose.stage import Stage
from playground.panels.compose.tab_actions import TabActions
from playground.panels.compose.tools import ServerTools
from playground.panels.contract import PanelContext
from playground.widgets.commands import Command
from playground.widgets.controls import Banner

SAVE_AFTER_MS = 400
SIZES = (352, 560, 284)
"""Pixels of the three columns where nothing is remembered; the middle one takes what is left."""


class ComposeView(Stage):
    """The panel. All it knows is in `model`; what is typed is read from the widgets when it is needed."""

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compose")
        self.setAccessibleName("Compose")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._context = context
        self.model = ComposeModel()
        self._operation: Operation[RunSnapshot] | None = None
        self._request: GenerationRequest | None = None
        self._server = ""
        self._warned = False
        self._stall = 0.0
        """Seconds of silence after which the run says so."""
        self._save_timer = QTimer(self)
        self._save_timer.setSingleShot(True)
        self._save_timer.setInterval(SAVE_AFTER_MS)
        self._save_timer.timeout.connect(self.save)
        self.prompt = PromptColumn(context.commands)
        self.output = OutputColumn()
        self.source = RunSource(context, self.draft, self)
        self.recordings = Recordings(self, context)
        self.history = History(self, context, self.recordings)
        add_commands(self, context.commands, self.prompt.messages)
        self.spending = add_guard(self, context)
        TabActions(self, context.commands)
        Passing(self, context.commands)
        ServerTools(self, context.commands)
        self.settings = SettingsColumn(self._command("compose.reload_models"))
        self.picker = ModelPicker(context, self.model, self.settings, self)
        self.places = Places(self)
        self.schema = RequestSchema(self, context)
        self._build()
        self._restore()
        self._listen()
        self.tokens = PromptTokens(context, self)
        self.picker.load()

    def _build(self) -> None:
        self.prompt.build(self.spending.bar)
        self.output.build(self._context.commands, self.source)
        self.output.setMinimumWidth(400)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("compose.splitter")
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for index, column in enumerate((self.prompt, self.output, self.settings)):
            self.splitter.addWidget(column)
            self.splitter.setStretchFactor(index, (1, 3, 0)[index])
        self.splitter.setSizes(list(SIZES))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)

    def _listen(self) -> None:
        self.prompt.edited.connect(self._edited)
        self.settings.edited.connect(self._edited)
        self.splitter.splitterMoved.connect(self._edited)
        self.output.opened.connect(self._open_request)
        self.picker.profile_changed.connect(self._show_empty)
        self.picker.profile_changed.connect(self.source.edited)

    # Commands

    def _command(self, command_id: str) -> Command:
        command = self._context.commands.get(command_id)
        assert command is not None
        return command

    def _sync_commands(self) -> None:
        """Which commands make sense now."""
        model = self.model
        for command_id, enabled in (
            ("compose.run", not model.running),
            ("compose.retry", not model.running),
            ("compose.stop", model.running),
            ("compose.wait", self.output.stall.is_silent),
            ("compose.continue", model.can_continue),
            ("compose.copy_output", model.snapshot is not None),
            ("compose.play_back", not model.running and self.source.can_play()),
            ("compose.restore", bool(model.former)),
            ("compose.remove_message", len(self.prompt.messages.cards) > 1),
        ):
            self._command(command_id).setEnabled(enabled)
        self.history.sync()

    # The draft

    def draft(self) -> Draft:
        """What is written now."""
        prompt = self.prompt
        self.model.draft = self.settings.read(
            Draft(instructions=prompt.instructions.text(), messages=prompt.messages.messages())
        )
        return self.model.draft

    def _show_draft(self, draft: Draft) -> None:
        self.settings.show_draft(draft)
        self.picker.show_note()
        self.prompt.set_prompt(draft.instructions, draft.messages)
        self.source.edited()
        self._say_status()
        self._sync_commands()

    def _restore(self) -> None:
        state = self._context.state.load()
        self.model.load_state(state)
        self.settings.set_sections(state.get("sections"))
        self.output.remembered = dict(state["tabs"]) if isinstance(state.get("tabs"), dict) else {}
        if not self.model.draft.model or state.get("profile") != self.picker.profile.id:
            self.model.draft = replace(self.model.draft, model=self.picker.first_choice())
        self._show_draft(self.model.draft)
        sizes = state.get("splitter")
        if isinstance(sizes, str):
            self.splitter.restoreState(QByteArray.fromBase64(sizes.encode()))
            self.splitter.setHandleWidth(1)
        self._show_empty()

    def save(self) -> None:
        """Have the draft and the columns remembered; the state's owner writes them off this thread."""
        self._save_timer.stop()
        self.draft()
        state = self.model.to_state()
        state["sections"] = self.settings.sections()
        state["profile"] = self.picker.profile.id
        state["tabs"] = self.output.to_state()
        state["splitter"] = bytes(self.splitter.saveState().toBase64().data()).decode()
        self._context.state.save(state)

    def _edited(self, *_arguments: object) -> None:
        if not self._save_timer.isActive():  # also while someone types without a pause
            self._save_timer.start()
        self.source.edited()
        self._command("compose.remove_message").setEnabled(len(self.prompt.messages.cards) > 1)
        if not self.model.running and self._warned:
            self._say_status()

    def _say(self, text: str, role: str = "muted") -> None:
        self._warned = role == "warning"
        self.prompt.status.set_role(role)
        self.prompt.status.setText(text)

    def _say_status(self) -> None:
        model = self._request.model if self._request is not None else ""
        self._say(self.model.status_words(words.status(self.model.snapshot, self.model.running, model)))

    # Running

    def run(self) -> None:
        """Send the prompt as it is now."""
        if self.model.running:
            return
        self.bring_forward()
        draft = self.draft()
        request = draft.request()
        if problems := [*request.problems(), *self.settings.problems()]:
            self._refuse(problems)
            return
        if not self.spending.lets_pass(*self.tokens.spending(draft, request)):
            return
        from playground.panels.compose.generation import Generation

        self.save()
        profile = self._context.sessions.current
        self._stall = profile.timeouts.stall
        self.prompt.unmark()
        self._request, self._server = request, self.picker.server
        self.model.begin(sent_by=profile.name, simulated=profile.is_sandbox)
        self.output.begin(*source_words(profile.is_sandbox, request.model))
        self.history.set_open("")
        generation = Generation(self._context.sessions, self._context.store, request, draft.to_json())
        self.source.show(ShownRun(request, generation.log, profile, running=True, kept=generation))
        self._operation = self._context.bridge.run(
            generation,
            label=f"Answer from {request.model}",
            owner=self,
            on_changes=self._changed,
        )
        self._operation.finished.connect(self._finished)
        self._say_status()
        self._sync_commands()

    def _refuse(self, problems: list[str]) -> None:
        """Say what keeps the prompt from being sent, and go there."""
        self._say(problems[0], "warning")
        if problems[0] == NO_MODEL:
            self.settings.model.setFocus(Qt.FocusReason.OtherFocusReason)
        elif problems[0] == NO_MESSAGE:
            self.prompt.messages.cards[-1].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.settings.go_to_problem(problems[0])

    def stop(self) -> None:
        """Cancel the run; what came is kept."""
        if self._operation is not None:
            self._operation.cancel()

    def wait(self) -> None:
        """A silent stream may go on being silent."""
        self.output.stall.put_away()

    def _changed(self, changes: list[Any]) -> None:
        updated = self.model.apply(changes)
        self.output.apply(changes)
        self.source.progress(self.model.snapshot or RunSnapshot())
        if updated and self.model.snapshot is not None:
            self.output.show_snapshot(self.model.snapshot)
            self._follow_silence(self.model.snapshot.reason == "stalled")
            self._say_status()

    def _follow_silence(self, silent: bool) -> None:
        if silent is not self.output.stall.is_silent:
            self.output.stall.follow(silent, self._stall)
            self._sync_commands()

    def _finished(self) -> None:
        operation = self._operation
        cancelled = operation is not None and operation.state is OperationState.CANCELLED
        self.history.set_open(self.source.run.run_id if self.source.run is not None else "")
        self.conclude(cancelled=cancelled)

    def conclude(self, *, cancelled: bool = False) -> None:
        """Nothing comes any more, of a run or of one that is shown once more."""
        self._operation = None
        snapshot = self.model.end(cancelled=cancelled)
        if self._request is not None and not self.model.source and snapshot.status in ("completed", "incomplete"):
            self.picker.accepted(self._server, self._request)
        self._follow_silence(False)
        self.source.end(snapshot)
        self.output.end(snapshot, self._trouble_box(snapshot), blocks=self.model.reply.blocks)
        self._say_status()
        self._sync_commands()

    def _trouble_box(self, snapshot: RunSnapshot) -> Banner | None:
        trouble = words.trouble(snapshot, self._request, self.model.reply)
        if trouble is None:
            return None
        problem, role = trouble
        self._mark(problem)
        box = Banner(problem, self._command("compose.retry"), role=role)
        box.opened.connect(self._open_request)
        self.places.offer(box, problem, None if self.model.source else self._request)
        if self.model.can_continue:
            box.add_action(self._command("compose.continue"))
        for command in self._remedies(problem):
            box.add_action(command)
        return box

    def _mark(self, problem: Problem) -> None:
        """Say at its place what a server's `param` names; what a former run was told is no news."""
        request = self._request if not self.model.source else None
        place = request.place(problem.param) if request is not None else None
        if request is None or place is None or self.picker.learn(self._server, request, problem):
            return
        said = problem.server_words or problem.cause
        if place.kind == "model" and self.settings.model.currentText().strip() == request.model:
            self.settings.show_note(said, badge="refused by the server", role="error")
        elif place.kind == "instructions":
            self.prompt.mark_instructions(said)
        elif place.kind == "message":
            self.prompt.messages.mark(request.messages[place.message], place.message, said)

    def _remedies(self, problem: Problem) -> list[Command]:
        """Commands of others that mend it."""
        commands = self._context.commands
        wanted: tuple[str, ...] = ()
        ours = problem.code in ("no_key", "bad_base_url") or problem.type == "key_error"
        if ours or problem.status in (401, 403):
            wanted = ("profile.manage",)
        elif self.model.simulated and self._request is not None and self._request.model == LOCAL_MODEL:
            wanted = ("sandbox.fetch-model",) if problem.status == 404 else ()
        if self.model.simulated:
            wanted = (*wanted, "sandbox.fault.off")
        found = [command for name in wanted if (command := commands.get(name)) is not None]
        return [command for command in found if command.isEnabled()]

    def _open_request(self, *_id: object) -> None:
        snapshot = self.model.snapshot
        if snapshot is not None and snapshot.exchange_id:
            self._context.commands.run("requests.show", snapshot.exchange_id)

    # What the commands do

    def continue_conversation(self) -> None:
        """The answer becomes a message; the next one is to be written."""
        self.bring_forward()
        self.draft()
        if self.model.can_continue:
            self._show_draft(self.model.go_on())
            self.prompt.show_end()
            self._sync_commands()
            self._save_timer.start()

    def new_prompt(self) -> None:
        """Begin anew; “Restore Former Prompt” brings back what was written."""
        self.bring_forward()
        self.draft()
        self._show_draft(self.model.new())
        if not self.model.running:
            self.model.snapshot = None
            self.source.show(None)
            self.output.reset()
            self._say("The former prompt can be restored." if self.model.former else "")
            self._sync_commands()
        self.prompt.show_end()

    def take_over(self, draft: Draft) -> None:
        """Write another prompt in place of this one, which can be restored."""
        self.bring_forward()
        self.draft()
        self._show_draft(self.model.put_by(draft))
        self._say("The request of the explorer. The former prompt can be restored.")
        self.prompt.show_end()
        self._edited()

    def restore_prompt(self) -> None:
        """Bring back what “New Prompt” put away."""
        self.bring_forward()
        self.draft()
        draft = self.model.restore()
        if draft is not None:
            self._show_draft(draft)
            self.prompt.show_end()

    def find_setting(self, setting: str = "") -> None:
        """Go to a setting; without one, to the field that finds it by name."""
        self.bring_forward()
        if setting:
            self.settings.go_to(setting)
        else:
            self.settings.find()

    def unset_settings(self) -> None:
        """Send no setting at all; “Restore Former Prompt” brings them back."""
        self.bring_forward()
        draft = self.draft()
        count = self.settings.unset_all()
        if count:
            self.model.unset_all(draft)
            self._say(f"{count} {'setting was' if count == 1 else 'settings were'} unset, and can be restored.")
            self._sync_commands()
        else:
            self._say("No setting is set.")

    def copy_output(self) -> None:
        """Put the answer's text on the clipboard."""
        if text := self.model.reply.text():
            QGuiApplication.clipboard().setText(text)
            self._say("The output was copied.")

    def use_model(self, model: str = "") -> None:
        """Take this model; without one, go to where it is chosen."""
        self.bring_forward()
        if model:
            self.picker.use(model)
            self._edited()
        self.settings.model.setFocus(Qt.FocusReason.ShortcutFocusReason)
        edit = self.settings.model.lineEdit()
        if edit is not None:
            edit.selectAll()

    def bring_forward(self) -> None:
        """Show the panel."""
        if not self.isVisible():
            self._context.commands.run("panel.compose")

    def _show_empty(self) -> None:
        profile = self.picker.profile
        server = f"{profile.base_url or 'api.openai.com'} (profile “{profile.name}”)"
        self.output.show_hint(words.first_words(sandbox=profile.is_sandbox, server=server))

    # Events

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.prompt.show_end()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._sync_commands()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._save_timer.isActive():
            self.save()
