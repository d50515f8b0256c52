"""A proof as it runs: each input so many times, some at once, one outcome after the other.

`prove(session, plan, push)` pushes a `Progress` for each run, so that whoever stops it has what came. Every run is in
the request log, origin "schemas".
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from playground.core.runs.changes import BlockKind, BlockOpened, RunSnapshot, TextAppended, TextReplaced
from playground.core.runs.parameters import Api
from playground.core.schemas.proof.agreement import Agreement
from playground.core.schemas.proof.judging import judge
from playground.core.schemas.proof.model import Outcome, Plan, Progress, Totals, Verdict

if TYPE_CHECKING:
    from playground.core.session import Session, SessionManager

ORIGIN = "schemas"
SAME_FAILURES = 3
"""After so many equal refusals of the server, and nothing else, the rest is not sent: it would be the same."""
_NO_RESPONSES = (404, 405, 501)
"""What a server answers that knows Chat Completions only."""


class Stopped(Exception):
    """The server refuses every run for the same reason. `outcome`: the last one."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.words)
        self.outcome = outcome


class Tally:
    """Outcomes put together. Lives in the asyncio thread."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._agreement = Agreement()
        self._counts: Counter[Verdict] = Counter()
        self._tokens = [0, 0]
        self._cost: Decimal | None = None
        self._unpriced = 0
        self._failed: set[int] = set()
        self._reasons: Counter[tuple[Any, ...]] = Counter()

    def add(self, outcome: Outcome) -> Totals:
        """Count one, and say how things stand."""
        self._counts[outcome.verdict] += 1
        self._tokens[0] += outcome.input_tokens or 0
        self._tokens[1] += outcome.output_tokens or 0
        if outcome.cost is not None:
            self._cost = (self._cost or Decimal()) + outcome.cost
        elif outcome.output_tokens:
            self._unpriced += 1
        if not outcome.is_good:
            self._failed.add(outcome.input)
        if outcome.problem is not None:
            problem = outcome.problem
            self._reasons[(problem.status, problem.code, problem.param, problem.title)] += 1
        self._agreement.add(outcome.input, outcome.fields)
        return self.totals()

    def totals(self) -> Totals:
        return Totals(
            self.total,
            self._counts.total(),
            dict(self._counts),
            self._agreement.fields(),
            self._tokens[0],
            self._tokens[1],
            self._cost,
            self._unpriced,
            frozenset(self._failed),
        )

    @property
    def is_hopeless(self) -> bool:
        """Whether all runs so far failed, for one reason."""
        done = self._counts.total()
        return done >= SAME_FAILURES and self._counts["failed"] == done and len(self._reasons) == 1


class Output:
    """The text of a run, and its refusal, out of the run's changes."""

    def __init__(self) -> None:
        self._parts: dict[str, list[str]] = {}
        self._refusals: set[str] = set()
        self._calls: dict[str, list[str]] = {}

    def push(self, changes: Sequence[Any]) -> None:
        for change in changes:
            kind = type(change)
            if kind in (TextAppended, TextReplaced):
                parts = self._parts.get(change.key, self._calls.get(change.key))
                if parts is not None and kind is TextReplaced:
                    parts.clear()
                if parts is not None:
                    parts.append(change.text)
            elif kind is BlockOpened and change.block.kind is BlockKind.TOOL_CALL:
                self._calls[change.block.key] = [change.block.text]
            elif kind is BlockOpened and change.block.kind in (BlockKind.TEXT, BlockKind.REFUSAL):
                self._parts[change.block.key] = [change.block.text]
                if change.block.kind is BlockKind.REFUSAL:
                    self._refusals.add(change.block.key)

    def text(self) -> str:
        return "".join("".join(parts) for key, parts in self._parts.items() if key not in self._refusals)

    def call(self) -> str | None:
        """The arguments of the first tool call; None where none was called."""
        return "".join(next(iter(self._calls.values()))) if self._calls else None

    def refusal(self) -> str:
        return "\n".join("".join(parts) for key, parts in self._parts.items() if key in self._refusals)


class _Proof:
    def __init__(self, session: Session, plan: Plan, push: Callable[[list[Progress]], object]) -> None:
        self._session, self._plan, self._push = session, plan, push
        self._tally = Tally(plan.total)
        self._api: Api = plan.api
        self._left = deque((number, run) for run in range(plan.runs) for number in range(len(plan.inputs)))
        self._first = asyncio.Event()
        self.hopeless: Outcome | None = None

    async def run(self) -> Totals:
        """The first one alone: where the server has no Responses, all go to Chat Completions."""
        workers = max(1, min(self._plan.parallel, self._plan.total))
        async with asyncio.TaskGroup() as group:
            for place in range(workers):
                group.create_task(self._work(place == 0))
        return self._tally.totals()

    async def _work(self, first: bool) -> None:
        if not first:
            await self._first.wait()
        try:
            while self._left:
                outcome = await self._one(*self._left.popleft())
                self._push([Progress(outcome, self._tally.add(outcome))])
                self._first.set()
                if self._tally.is_hopeless:
                    self.hopeless = self.hopeless or outcome
                    self._left.clear()
        finally:
            self._first.set()

    async def _one(self, number: int, run: int) -> Outcome:
        output, snapshot = await self._ask(number)
        problem = snapshot.problem
        if (
            self._api == "responses"
            and not self._first.is_set()
            and problem is not None
            and problem.status in _NO_RESPONSES
            and problem.code != "model_not_found"
        ):
            self._api = "chat"
            said, asked = await self._ask(number)
            if asked.status == "failed" and asked.problem is not None and asked.problem.status in _NO_RESPONSES:
                self._api = "responses"  # neither is there: the first answer is the one to show
            else:
                output, snapshot = said, asked
        plan = self._plan
        text = output.call() if plan.tool else output.text()
        return await asyncio.to_thread(judge, number, run, text, output.refusal(), snapshot, plan.schema, plan.client)

    async def _ask(self, number: int) -> tuple[Output, RunSnapshot]:
        from playground.core.runs.run import run_generation

        output = Output()
        request = self._plan.request(number, self._api)
        return output, await run_generation(self._session, request, output.push, origin=ORIGIN)


async def prove(session: Session, plan: Plan, push: Callable[[list[Progress]], object]) -> Totals:
    """Run a plan. `push` takes a `Progress` for each run, in the order in which they end; what was pushed stands when
    it is cancelled. Runs are made round by round: every input once, then every input a second time.

    Raises Stopped where the server refused the first `SAME_FAILURES` runs, all for one reason; nothing but that and
    CancelledError.
    """
    proof = _Proof(session, plan, push)
    totals = await proof.run()
    if proof.hopeless is not None and totals.done < totals.total:
        raise Stopped(proof.hopeless)
    return totals


class Proving:
    """`await Proving(sessions, plan)(sink)` in the asyncio thread, by the profile that is active when it begins.

    Raises ProblemError where no session can be had, Stopped as `prove` does.
    """

    def __init__(self, sessions: SessionManager, plan: Plan) -> None:
        self._sessions, self._plan = sessions, plan

    async def __call__(self, sink: Any) -> Totals:
        from playground.core.errors import ProblemError, explain

        profile = self._sessions.current
        try:
            session = await self._sessions.session_of(profile)
        except Exception as error:
            raise ProblemError(explain(error, base_url=profile.base_url or "", profile=profile.name)) from error
        return await prove(session, self._plan, sink.push)
