"""The proof as it runs: what came so far, and the way to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from playground.core.importing import IMPORTING

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation, Sink
    from playground.core.errors import Problem
    from playground.core.schemas.proof import Outcome, Plan, Progress, Totals
    from playground.core.session import SessionManager


class Mended:
    """Runs a plan; where the schema is to be mended first, what is sent is the mended one, and the whole is checked
    here. In the asyncio thread."""

    def __init__(self, sessions: SessionManager, plan: Plan, rules: str) -> None:
        """`rules`: whose; empty: the schema is sent as it is."""
        self._sessions, self._plan, self._rules = sessions, plan, rules

    async def __call__(self, sink: Sink) -> Totals:
        import asyncio

        with IMPORTING:
            from playground.core.schemas.proof.preparing import mended
            from playground.core.schemas.proof.running import Proving
        plan = await asyncio.to_thread(mended, self._plan, self._rules) if self._rules else self._plan
        return await Proving(self._sessions, plan)(sink)


class ProofWork(QObject):
    """At most one proof. `began`, `came` (outcomes, at most once a frame), `ended`."""

    began = Signal()
    came = Signal(int)
    """How many outcomes there were before."""
    ended = Signal()

    def __init__(self, bridge: Bridge, sessions: SessionManager, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge, self._sessions = bridge, sessions
        self._operation: Operation[Totals] | None = None
        self.plan: Plan | None = None
        self.outcomes: list[Outcome] = []
        self.totals: Totals | None = None
        self.problem: Problem | None = None
        """Why it could not be run, or not to its end."""
        self.stopped = False

    @property
    def running(self) -> bool:
        return self._operation is not None

    def start(self, plan: Plan, rules: str = "") -> None:
        """Run it; what was there before is gone."""
        from playground.core.schemas.proof import Totals

        self.plan, self.outcomes, self.totals = plan, [], Totals(plan.total)
        self.problem, self.stopped = None, False
        self._operation = self._bridge.run(
            Mended(self._sessions, plan, rules), label="Proving the schema", owner=self, on_changes=self._took
        )
        self._operation.finished.connect(self._finished)
        self.began.emit()

    def stop(self) -> None:
        """What came stays."""
        if self._operation is not None:
            self.stopped = True
            self._operation.cancel()

    def _took(self, changes: list[Progress]) -> None:
        before = len(self.outcomes)
        self.outcomes += [one.outcome for one in changes]
        self.totals = changes[-1].totals
        self.came.emit(before)

    def _finished(self) -> None:
        operation, self._operation = self._operation, None
        if operation is None:
            return
        error = operation.error
        if error is not None:
            self.problem = self._problem_of(error)
        self.ended.emit()

    @staticmethod
    def _problem_of(error: BaseException) -> Problem:
        from playground.core.errors import explain
        from playground.core.schemas.proof.running import Stopped

        if isinstance(error, Stopped) and error.outcome.problem is not None:
            return error.outcome.problem
        return explain(error)


def widest(plan: Plan) -> dict[str, Any]:
    """The body of the longest input, by which the price of all is told: none is dearer."""
    number = max(range(len(plan.inputs)), key=lambda place: len(plan.inputs[place].key))
    return plan.request(number).body()


class PlanTokens:
    """Tokens of the longest input with its schema, for the spend guard. In the pool."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def __call__(self) -> tuple[int, bool]:
        with IMPORTING:
            from playground.core.input_tokens import InputTokens
        return InputTokens(widest(self._plan))()
