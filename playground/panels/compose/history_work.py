"""What the history does in the worker: read a page, read a run, delete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from playground.bridge import Sink
    from playground.core.errors import Problem
    from playground.core.exchanges import ExchangeStore, RunSummary
    from playground.core.exchanges.history import Trace
    from playground.core.runs.history import Reopened
    from playground.core.session import SessionManager

PAGE = 200


class Page(NamedTuple):
    """Some of the runs; `total`: how many there are in all, whatever was searched for."""

    runs: list[RunSummary]
    more: bool
    total: int


def read_page(store: ExchangeStore, text: str, starred: bool, before: str) -> Page:
    """For `bridge.blocking`."""
    history = store.history
    runs = history.find(text, starred=starred, before=before, limit=PAGE + 1)
    return Page(runs[:PAGE], len(runs) > PAGE, history.count())


@dataclass(slots=True)
class Opened:
    """The first of the changes that make up a run that is shown once more."""

    run: RunSummary
    reopened: Reopened


class OpenRun:
    """For `bridge.run`: pushes `Opened`, and then the run's own changes. Raises KeyError for a run that is gone."""

    def __init__(self, store: ExchangeStore, run_id: str) -> None:
        self._store, self._run_id = store, run_id

    async def __call__(self, sink: Sink) -> None:
        import asyncio

        await asyncio.to_thread(self._read, sink)

    def _read(self, sink: Sink) -> None:
        from playground.core.runs.history import reopen

        stored = self._store.history.load(self._run_id)
        reopened = reopen(stored)
        sink.push([Opened(stored.summary, reopened), *reopened.changes])


class Deleted(NamedTuple):
    ids: tuple[str, ...]
    drafts: list[dict[str, Any]]
    """What was written for them."""
    left: Problem | None
    """Why the sandbox still has copies of its own."""


class DeleteRuns:
    """For `bridge.call`: the runs, their exchanges, and what the sandbox keeps of them by itself."""

    def __init__(self, store: ExchangeStore, sessions: SessionManager, runs: Sequence[RunSummary]) -> None:
        self._store, self._sessions = store, sessions
        self._ids = [run.id for run in runs]

    async def __call__(self) -> Deleted:
        import asyncio

        traces = await asyncio.to_thread(self._traces)
        gone = await asyncio.to_thread(self._remove)
        answers = [trace.response_id for trace in traces if trace.simulated and trace.response_id]
        left = await self._forget(answers) if answers else None
        return Deleted(gone, [trace.draft for trace in traces], left)

    def _traces(self) -> list[Trace]:
        return self._store.history.traces(*self._ids)

    def _remove(self) -> tuple[str, ...]:
        return self._store.history.remove(*self._ids)

    async def _forget(self, answers: list[str]) -> Problem | None:
        """Have the sandbox delete its copies: it is this program's own, and its files are in the same folder."""
        from playground.core.calls import call
        from playground.core.errors import explain
        from playground.core.profiles import SANDBOX

        problem = None
        try:
            session = await self._sessions.session_of(SANDBOX)
        except Exception as error:
            return explain(error, profile=SANDBOX.name)
        for answer in answers:
            chat = answer.startswith("chatcmpl")
            method, name = ("chat.completions.delete", "completion_id") if chat else ("responses.delete", "response_id")
            try:
                await call(session, method, {name: answer}, origin="compose")
            except Exception as error:
                found = explain(error, base_url=session.base_url, profile=SANDBOX.name)
                problem = problem if found.status == 404 else found
        return problem
