"""The right column: the schema proved on inputs of a person's, and the inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from playground.core.schemas import schema_base
from playground.core.schemas.pointers import escape
from playground.core.schemas.proof.model import Plan, Totals
from playground.core.schemas.proof.preparing import schema_in, tool_in
from playground.core.schemas.proof.showing import numbers_words, plan_words
from playground.panels.schemas.proof_actions import add_proof_commands
from playground.panels.schemas.proof_import import InputsImport
from playground.panels.schemas.proof_inputs import InputsPage, marked
from playground.panels.schemas.proof_models import ProofModels
from playground.panels.schemas.proof_page import ProofPage
from playground.panels.schemas.proof_work import PlanTokens, ProofWork, widest
from playground.widgets.controls import HairLine, TabStrip
from playground.widgets.spending import SpendGuard

if TYPE_CHECKING:
    from playground.panels.contract import PanelContext
    from playground.panels.schemas.workshop import Workshop

KEPT_NAMES = 50
"""Schemas whose inputs are remembered."""


SAMPLES: dict[str, Any] = {
    "instructions": "Sort this message to our support.",
    "inputs": [
        "The export of my invoices to PDF has failed since Monday, and the tax office wants them by Friday.",
        "I cannot log in with my new phone: the code never comes.",
        "Why was I billed twice in March?",
    ],
}


class ProofColumn(QWidget):
    """`edited`: what `to_state` gives is another."""

    edited = Signal()

    def __init__(self, context: PanelContext, workshop: Workshop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schemas.proof.column")
        self.setAccessibleName("Proof and inputs")
        self._context, self.workshop = context, workshop
        self._name = self._proved = workshop.name
        self._others: dict[str, dict[str, Any]] = {}
        self._only_failed = False
        self.work = ProofWork(context.bridge, context.sessions, self)
        self.bring = InputsImport(context, self)
        self.commands = add_proof_commands(self, context.commands, parent or self)
        self.spending = SpendGuard(
            "schemas", context.bridge, context.store, context.settings, context.commands, "Schemas", self
        )
        self.page = ProofPage(context.bridge, self.commands, self.spending.bar)
        self.inputs = InputsPage(self.commands)
        self.bring.attach(self.inputs)
        self.models = ProofModels(context, self.page.options.model, self)
        self.strip = TabStrip(
            [(self.commands["tab"], "Proof"), (self.commands["inputs_tab"], "Inputs")], name="Proof and inputs"
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(self.page)
        self.stack.addWidget(self.inputs)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(9, 0, 12, 0)
        tabs.addWidget(self.strip)
        tabs.addStretch(1)
        column.addLayout(tabs)
        column.addWidget(HairLine())
        column.addWidget(self.stack, 1)
        self._connect()
        self._show_words()

    def _connect(self) -> None:
        self.work.began.connect(self._began)
        self.work.came.connect(self._came)
        self.work.ended.connect(self._ended)
        self.spending.passed.connect(self._run_again)
        self.page.opened.connect(self._open)
        self.page.agreements.wanted.connect(self._go_to)
        self.page.options.edited.connect(self._edited)
        self.inputs.edited.connect(self._edited)
        self.workshop.renamed.connect(self._renamed)
        self.workshop.checked.connect(self._show_words)
        self.workshop.changed.connect(self._show_numbers)
        self.models.changed.connect(self._show_words)

    # What is run

    def plan(self, only_failed: bool = False) -> Plan | None:
        """What Run would run now; None where something is missing, which is said."""
        options, value = self.page.options, self.workshop.value()
        inputs = self.inputs.inputs()
        if only_failed:
            inputs = [one for one in inputs if one.failed]
        words = ""
        if self.workshop.broken is not None:
            words = "The schema is no JSON yet: mend that first."
        elif value is None:
            words = "There is no schema yet."
        elif not inputs:
            words = "No input has failed." if only_failed else "Write an input first."
        elif not options.chosen_model():
            words = "Choose a model."
        elif options.tokens.problem():
            words = options.tokens.problem()
        if words:
            self._say(words, "warning")
            if "model" in words:
                self.show_options(True)
                options.model.setFocus(Qt.FocusReason.OtherFocusReason)
            elif words == "Write an input first.":
                self.inputs.add() if not self.inputs.model.inputs else None
                self.show_tab(1)
            return None
        tool = tool_in(value)
        return Plan(
            schema_in(value),
            tuple(inputs),
            self.workshop.name or "result",
            options.chosen_model(),
            options.runs.value(),
            self.inputs.instructions.toPlainText(),
            options.most_tokens(),
            tool=tool is not None,
            description=tool or "",
            client=schema_in(self.workshop.client),
            parallel=2 if self.models.profile.is_sandbox else 4,
        )

    def rules(self) -> str:
        """Whose rules the schema is mended by before it is sent; empty: it is sent as it is."""
        report = self.workshop.report
        refused = report is not None and not report.is_accepted
        return self.workshop.profile if refused and self.page.options.mend.isChecked() else ""

    def run(self) -> None:
        """Run all inputs."""
        self._only_failed = False
        self.workshop.when_read(self._run_again)

    def run_failed(self) -> None:
        """Run the regression set only."""
        self._only_failed = True
        self.workshop.when_read(self._run_again)

    def _run_again(self) -> None:
        if self.work.running:
            return
        plan = self.plan(self._only_failed)
        if plan is None:
            return
        if not self.spending.lets_pass(self.models.profile, widest(plan), PlanTokens(plan), plan.total):
            self.show_tab(0)
            return
        self.work.start(plan, self.rules())

    def stop(self) -> None:
        """What came stays. Where the budget is asked about, nothing is run."""
        if self.spending.is_asking:
            self.spending.refrain()
        self.work.stop()

    # What comes

    def _began(self) -> None:
        self._proved = self._name
        self.show_tab(0)
        self.page.clear()
        assert self.work.totals is not None
        self.page.show_totals(self.work.totals, "")
        self.page.show_running(True)
        self._sync()
        self._show_words()

    def _came(self, before: int) -> None:
        totals = self.work.totals
        if totals is not None:
            self.page.add(self.work.outcomes[before:])
            self._show_numbers()

    def _ended(self) -> None:
        self.page.show_running(False)
        self.page.show_problem(self.work.problem)
        totals, plan = self.work.totals, self.work.plan
        if totals is not None and plan is not None:
            self._show_numbers()
            if not totals.done:
                self.page.body.setCurrentIndex(0)
            elif self.work.problem is not None and totals.count("failed") == totals.done:
                left = totals.total - totals.done
                words = f"{totals.done:,} runs failed for this reason; {left:,} more were not sent."
                self.page.show_hopeless(words if left else f"All {totals.done:,} runs failed.")
            self._remember_failed(plan, totals)
        self._sync()
        self._show_words()

    def _show_numbers(self) -> None:
        """How the proof stands; also that it is no longer one of the schema that stands there."""
        totals, plan, value = self.work.totals, self.work.plan, self.workshop.value()
        if totals is None or plan is None:
            return
        words = numbers_words(totals, stopped=self.work.stopped)
        if value is None or schema_in(value) != plan.schema:
            words = f"The schema has changed since these runs. {words}"
        self.page.show_totals(totals, words)

    def _remember_failed(self, plan: Plan, totals: Totals) -> None:
        """Inputs with an output that was wrong are kept as failed; they stay so until somebody takes them out: a run
        that goes well does not prove that the next one will."""
        judged = {one.input for one in self.work.outcomes if one.verdict in ("invalid", "cut", "refused")}
        keys = {plan.inputs[number].key: True for number in judged & totals.failed_inputs}
        if self._proved != self._name and self._proved in self._others:  # another document was opened meanwhile
            self._others[self._proved] = marked(self._others[self._proved], keys)
            self.edited.emit()
        else:
            self.inputs.mark(keys)

    def _sync(self) -> None:
        running = self.work.running
        self.commands["run"].setEnabled(not running)
        self.commands["failed"].setEnabled(not running)
        self.commands["stop"].setEnabled(running)

    def _show_words(self) -> None:
        """What is run, beside Run; and how many inputs there are."""
        if not hasattr(self, "inputs"):
            return
        inputs, options = self.inputs.inputs(), self.page.options
        count, runs, model = len(inputs), options.runs.value(), options.chosen_model()
        if self.work.running and self.work.plan is not None:
            count, runs, model = len(self.work.plan.inputs), self.work.plan.runs, self.work.plan.model
        self._say(plan_words(count, runs, model))
        self.strip.buttons[1].set_count(f"{len(inputs):,}" if inputs else "")
        failed = sum(one.failed for one in inputs)
        self.strip.buttons[1].set_mark("error" if failed else "")
        report = self.workshop.report
        options.mend.setEnabled(report is None or not report.is_accepted)

    def _say(self, words: str, role: str = "muted") -> None:
        self.page.said.set_role(role)
        self.page.said.set_text(words)

    # Other commands

    def show_tab(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        self.strip.choose(number)

    def show_proof(self) -> None:
        self.show_tab(0)

    def show_inputs(self) -> None:
        self.show_tab(1)

    def toggle_options(self) -> None:
        self.show_tab(0)
        self.show_options(self.page.options.isHidden())

    def show_options(self, wanted: bool) -> None:
        self.page.show_options(wanted)
        self.commands["options"].setChecked(wanted)

    def open_request(self) -> None:
        """Show the request of the run that is looked at."""
        outcome = self.page.output.outcome
        if outcome is not None and outcome.exchange_id:
            self._open(outcome.exchange_id)

    def _open(self, exchange_id: str) -> None:
        self._context.commands.run("requests.show", exchange_id)

    def copy_output(self) -> None:
        """As it came."""
        outcome = self.page.output.outcome
        if outcome is not None:
            QGuiApplication.clipboard().setText(outcome.text)

    def _go_to(self, pointer: str) -> None:
        """A field of the output → where the schema speaks of it."""
        value = self.workshop.value()
        place = schema_base(value)
        for step in pointer.split("/")[1:]:
            place += f"/properties/{escape(step.replace('~1', '/').replace('~0', '~'))}"
        self.workshop.go_to(place)

    def add_input(self) -> None:
        self.show_tab(1)
        self.inputs.add()

    def remove_input(self) -> None:
        self.inputs.remove()

    def toggle_failed(self) -> None:
        self.inputs.toggle_failed()

    def check_stored(self) -> None:
        """Past outputs against the schema as it stands."""
        value = self.workshop.value()
        if value is None:
            self._say("There is no schema yet.", "warning")
            return
        from playground.panels.schemas.proof_stored import StoredDialog

        schema = schema_in(value)
        dialog = StoredDialog(
            self._context.bridge, self._context.store, schema, self.workshop.name or "result", self.window()
        )
        dialog.opened.connect(self._open)
        dialog.open()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.models.shown()

    # What is remembered

    def _edited(self) -> None:
        self._show_words()
        self.edited.emit()

    def _renamed(self) -> None:
        """A name that has inputs of its own brings them; else those that are here go with the schema, and stay with
        the one before it where it was not only renamed."""
        before, self._name = self._name, self.workshop.name
        if self._name in self._others or self.workshop.is_another:
            self._others[before] = self.inputs.to_state()
        if self._name in self._others:
            self.inputs.load_state(self._others.pop(self._name))
        self._edited()

    def to_state(self) -> dict[str, Any]:
        """For the panel to remember."""
        kept = dict(list(self._others.items())[-KEPT_NAMES:])
        return {
            "options": self.page.options.to_state(),
            "models": dict(self.models.chosen),
            "inputs": {**kept, self._name: self.inputs.to_state()},
        }

    def load_state(self, state: object) -> None:
        """What `to_state` gave; at the very first start there are inputs to try it on."""
        if not isinstance(state, dict):
            state = {"inputs": {self.workshop.name: SAMPLES}}
        self._name = self.workshop.name
        if isinstance(options := state.get("options"), dict):
            self.page.options.load_state(options)
        if isinstance(models := state.get("models"), dict):
            self.models.chosen = {str(key): value for key, value in models.items() if isinstance(value, str) and value}
        if isinstance(inputs := state.get("inputs"), dict):
            self._others = {str(name): one for name, one in inputs.items() if isinstance(one, dict)}
            self.inputs.load_state(self._others.pop(self._name, {}))
        self.models.choose()
        self._show_words()
