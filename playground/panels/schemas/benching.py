"""What the bench of a function tool does: generates, checks, asks the model, and sends the tool's answer back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from playground.core.importing import IMPORTING
from playground.core.schemas.proof.model import Plan, ProofInput
from playground.core.schemas.proof.preparing import schema_in, tool_in
from playground.core.schemas.trying import Said, SayingOn, Turn, conversation, with_answer
from playground.core.schemas.use import held
from playground.panels.schemas.bench import BenchTab
from playground.panels.schemas.proof_work import PlanTokens, ProofWork, widest
from playground.widgets.spending import SpendGuard

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.schemas.trying import Checked
    from playground.panels.contract import PanelContext
    from playground.panels.schemas.view import SchemasView

AFTER_MS = 150
LONGEST = 200_000
"""Characters of arguments, answer and words together that are shown as a conversation, copied and sent."""
KEPT_NAMES = 50
"""Tools whose mock and words are remembered."""


def make(value: Any, seed: int) -> str:
    """Arguments that fit. Raises ValueError. In the pool."""
    with IMPORTING:
        from playground.core.schemas.trying import arguments
    return arguments(value, seed)


def check(value: Any, text: str) -> Checked:
    """In the pool."""
    with IMPORTING:
        from playground.core.schemas.trying import check_arguments
    return check_arguments(value, text)


class TurnTokens:
    """For the spend guard. In the pool."""

    def __init__(self, body: dict[str, Any]) -> None:
        self._body = body

    def __call__(self) -> tuple[int, bool]:
        with IMPORTING:
            from playground.core.input_tokens import InputTokens
        return InputTokens(self._body)()


class Benching(QObject):
    """Adds the commands and the tab's page. It works only while the page is seen."""

    def __init__(self, view: SchemasView, context: PanelContext) -> None:
        super().__init__(view)
        self._view, self._context, self._workshop = view, context, view.workshop
        self._seed = -1
        self._own = False
        """Whether the arguments are somebody's, and not generated."""
        self._asks = False
        """Whether what stands beside the arguments is about what was asked: a look at them does not write over it."""
        self._making: Operation[str] | None = None
        self._checking: Operation[Checked] | None = None
        self._sending: Operation[Said] | None = None
        self._again = False
        self._exchange = ""
        self._wanted = ""
        """What the question about the budget is about: ask or send."""
        self._said: Said | None = None
        self._kept: dict[str, dict[str, str]] = {}
        self._name = ""
        self.work = ProofWork(context.bridge, context.sessions, self)
        self.spending = SpendGuard(
            "schemas.bench", context.bridge, context.store, context.settings, context.commands, "Schemas", view
        )
        self.page = BenchTab(self._add_commands(), self.spending.bar)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self.check)
        self.page.edited.connect(self._edited)
        self.page.arguments.edited.connect(self._written)
        self.page.shown.connect(self.follow)
        self.page.opened.connect(self.open_request)
        self.spending.passed.connect(self._passed)
        self.work.ended.connect(self._asked)
        self._workshop.changed.connect(self.follow)

    def _add_commands(self) -> dict[str, Any]:
        rows = (
            ("ask", "Ask the Model for a Call of the Tool", self.ask, "play", ("try", "function", "arguments")),
            ("stop", "Stop Asking for a Call of the Tool", self.stop, "square", ("cancel",)),
            ("another", "Generate Other Arguments", self.another, "refresh-cw", ("example", "random")),
            ("send", "Send the Tool's Answer to the Model", self.send, "corner-down-left", ("mock", "function")),
            ("copy", "Copy the Conversation of the Bench", self.copy, "copy", ("items", "messages")),
            ("open", "Show the Request of the Bench", self.open_request, "text-align-start", ()),
        )
        made = {
            name: self._context.commands.add(
                f"schemas.bench_{name}", title, handler, group="Schemas", icon=icon, scope=self._view, keywords=keywords
            )
            for name, title, handler, icon, keywords in rows
        }
        made["stop"].setEnabled(False)
        return made

    # The tool

    def _document(self) -> Any:
        """The tool; None where the document is none, or cannot be read."""
        value = self._workshop.value()
        return value if tool_in(value) is not None and self._workshop.broken is None else None

    def follow(self) -> None:
        """Another tool, or another schema of it: the arguments are checked anew, those that nobody wrote made anew."""
        value = self._document()
        if value is None or not self.page.isVisible():
            return
        model = self._view.proof.page.options.chosen_model()
        self.page.say_to(model)
        name = held(value).name
        if name != self._name:
            self._take_name(name)
        if self._own and self.page.arguments.text().strip():
            self.check()
        else:
            self._make(max(self._seed, 0))

    def _take_name(self, name: str) -> None:
        if self._name:
            self._kept[self._name] = self._now()
        self._name, self._said = name, None
        kept = self._kept.pop(name, {})
        self._own = bool(kept.get("arguments"))
        self.page.show_arguments(kept.get("arguments", ""))
        if "answer" in kept:
            self.page.show_answer(kept["answer"])
        self.page.said.edit.set_text(kept.get("said", ""))

    def _now(self) -> dict[str, str]:
        page = self.page
        now = {"answer": page.answer.text(), "said": page.said.edit.text()}
        return {**now, "arguments": page.arguments.text()} if self._own else now

    # Arguments

    def another(self) -> None:
        """Other arguments that fit."""
        if not self._is_there():
            return
        self._own = False
        self._make(self._seed + 1)

    def _is_there(self) -> bool:
        if self._document() is None:
            self._view.bring_forward()
            self._view.say("This is no function tool: “Make It a Function Tool” makes it one.", "warning")
            return False
        self._view.show_tab("bench")
        return True

    def _make(self, seed: int) -> None:
        if self._making is not None:
            return
        self._seed = seed
        self._making = self._context.bridge.blocking(make, self._document(), seed, label="Making arguments", owner=self)
        self._making.finished.connect(self._made)

    def _made(self) -> None:
        operation, self._making = self._making, None
        if operation is None or operation.state == "cancelled":
            return
        if isinstance(operation.error, ValueError):
            self.page.say(f"None can be made. {operation.error}", "error")
        elif operation.error is not None:
            raise operation.error
        elif operation.result is not None and not self._own:
            self._asks = False
            self.page.show_arguments(operation.result)
            self._no_request()
            self.check()

    def _written(self) -> None:
        self._own = bool(self.page.arguments.text().strip())
        self._asks = False
        self._no_request()

    def _no_request(self) -> None:
        """The arguments are no longer those that a model gave."""
        self.page.id.set_id(None)
        self._exchange = ""

    def _edited(self) -> None:
        if self._said is not None:
            self._said = None
            self.page.say_of_answer("")
        self._timer.start()
        self._view.keep_soon()

    def check(self) -> None:
        """Look at the arguments now, and put the conversation together."""
        self._timer.stop()
        value = self._document()
        if value is None:
            return
        if self._checking is not None:
            self._again = True
            return
        self._show_turns()
        self._checking = self._context.bridge.blocking(
            check, value, self.page.arguments.text(), label="Checking arguments", owner=self
        )
        self._checking.finished.connect(self._checked)

    def _checked(self) -> None:
        operation, self._checking = self._checking, None
        if operation is None or operation.state == "cancelled":
            return
        if operation.error is not None:
            raise operation.error
        if operation.result is not None:
            checked = operation.result
            if not self._own and self._seed >= 0 and checked.fits:
                checked = replace(checked, words=f"Generated, seed {self._seed}. {checked.words}")
            self.page.show_checked(checked, words=not self._asks)
        if self._again:
            self._again = False
            self.check()

    # The conversation

    def _is_long(self) -> bool:
        """Whether there is too much of it for the window, which is said."""
        page = self.page
        long = sum(edit.document().characterCount() for edit in (page.said.edit, page.arguments, page.answer)) > LONGEST
        if long:
            page.say_of_answer(f"More than {LONGEST:,} characters: not shown, nor sent.", "warning")
        return long

    def _show_turns(self) -> None:
        page = self.page
        if self._is_long():
            page.show_turns([])
            return
        turns = conversation(self._document(), page.said.edit.text(), page.arguments.text(), page.answer.text())
        if self._said is not None:
            turns = with_answer(turns, self._said)
        page.show_turns(turns)

    def copy(self) -> None:
        """As JSON."""
        if self._is_there() and not self._is_long():
            self._show_turns()
            QGuiApplication.clipboard().setText(self.page.turns.text())

    # The model

    def _model(self) -> str:
        """The one that the proof runs on; empty where none is chosen, which is said."""
        model = self._view.proof.page.options.chosen_model()
        if not model:
            self.page.say("Choose a model in the proof's options first.", "warning")
            self._view.proof.show_options(True)
        return model

    def ask(self) -> None:
        """Send what is said with the tool, and take the call's arguments."""
        if self._busy() or not self._is_there() or not (model := self._model()):
            return
        words = self.page.said.edit.text()
        if not words.strip():
            self.page.say("Write what somebody would say first.", "warning")
            self.page.said.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        value, proof = self._document(), self._view.proof
        plan = Plan(
            schema_in(value), (ProofInput(words),), held(value).name or "tool", model, 1,
            proof.inputs.instructions.toPlainText(), proof.page.options.most_tokens(), tool=True,
            description=tool_in(value) or "", parallel=1,
        )  # fmt: skip
        self._wanted = "ask"
        if not self.spending.lets_pass(proof.models.profile, widest(plan), PlanTokens(plan)):
            return
        self._asks = True
        self.page.say(f"{model} is asked …", "muted")
        self._no_request()
        self.work.start(plan, proof.rules())
        self._show_running(True)

    def _asked(self) -> None:
        self._show_running(False)
        page, problem = self.page, self.work.problem
        outcome = self.work.outcomes[0] if self.work.outcomes else None
        if outcome is None:
            if problem is None:
                page.say("Stopped.", "muted")
            else:
                page.say(f"{problem.title}. {problem.cause}", "error", problem.remedy)
            return
        page.id.set_id(outcome.request_id)
        self._exchange = outcome.exchange_id or ""
        if outcome.verdict in ("valid", "invalid") and outcome.text.strip():
            self._own, self._said, self._asks = True, None, False
            page.say_of_answer("")
            page.show_arguments(_laid_out(outcome.text))
            self.check()
            self._view.keep_soon()
        else:
            page.say(outcome.words, "warning" if outcome.verdict in ("cut", "refused") else "error")

    def send(self) -> None:
        """Send the tool's answer, and show what the model makes of it."""
        if self._busy() or not self._is_there() or self._is_long() or not (model := self._model()):
            return
        page, proof = self.page, self._view.proof
        turn = Turn(
            self._document(), model, page.said.edit.text(), page.arguments.text(), page.answer.text(),
            proof.inputs.instructions.toPlainText(), proof.page.options.most_tokens(),
        )  # fmt: skip
        body = turn.request().body()
        self._wanted = "send"
        if not self.spending.lets_pass(proof.models.profile, body, TurnTokens(body)):
            return
        page.say_of_answer(f"{model} is asked …")
        self._sending = self._context.bridge.call(
            SayingOn(self._context.sessions, turn), label="Sending the tool's answer", owner=self
        )
        self._sending.finished.connect(self._sent)
        self._show_running(True)

    def _sent(self) -> None:
        operation, self._sending = self._sending, None
        self._show_running(False)
        if operation is None or operation.state == "cancelled":
            self.page.say_of_answer("Stopped.")
            return
        if operation.error is not None:
            problem = getattr(operation.error, "problem", None)
            if problem is None:
                raise operation.error
            self.page.say_of_answer(f"{problem.title}. {problem.cause}", "error")
            return
        self._said = said = operation.result
        if said is None:
            return
        self._exchange = said.exchange_id or ""
        called = "It calls the tool again." if said.call is not None else ""
        simulated = "Simulated." if self._view.proof.models.profile.is_sandbox else ""
        words = said.words or " ".join(filter(None, (called, simulated))) or "The model answered."
        role = (
            "error" if said.problem is not None else "warning" if said.words else "simulated" if simulated else "good"
        )
        self.page.say_of_answer(words, role)
        self._show_turns()

    def _busy(self) -> bool:
        return self.work.running or self._sending is not None

    def _passed(self) -> None:
        self.ask() if self._wanted == "ask" else self.send()

    def stop(self) -> None:
        """Stop what is under way."""
        if self.spending.is_asking:
            self.spending.refrain()
        self.work.stop()
        if self._sending is not None:
            self._sending.cancel()

    def _show_running(self, running: bool) -> None:
        self.page.show_running(running)
        for name, enabled in (("ask", not running), ("send", not running), ("stop", running)):
            self.page.commands[name].setEnabled(enabled)

    def open_request(self) -> None:
        """Show the last request in the log."""
        if self._exchange:
            self._context.commands.run("requests.show", self._exchange)

    # What is remembered

    def to_state(self) -> dict[str, Any]:
        """For the panel to remember: by the tools' names."""
        kept = {**self._kept, self._name: self._now()} if self._name else dict(self._kept)
        return dict(list(kept.items())[-KEPT_NAMES:])

    def load_state(self, state: object) -> None:
        """What `to_state` gave; what does not fit is left out."""
        for name, one in state.items() if isinstance(state, dict) else ():
            if isinstance(one, dict):
                self._kept[str(name)] = {str(key): text for key, text in one.items() if isinstance(text, str)}


def _laid_out(text: str) -> str:
    import json

    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text
