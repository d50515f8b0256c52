"""A run on its way into the history: it is written down when it begins, so that nothing that happens can lose it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar, Token
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from playground.core.ids import new_id
from playground.core.runs.changes import RunEnded, RunSnapshot
from playground.core.runs.events import EventLog

run_id: ContextVar[str] = ContextVar("run_id", default="")
"""The run for which calls are made here; empty: none. What is sent and received for a run is kept whole."""


@dataclass(frozen=True, slots=True)
class RunBegan:
    """Somebody pressed Run. The exchanges made for it follow, and carry its id."""

    id: str
    started_at: float
    api: str
    model: str
    profile: str
    base_url: str
    simulated: bool
    """Whether it goes to the sandbox."""
    draft: Mapping[str, Any] = field(repr=False)
    """What was written, as JSON: `instructions`, `messages` and the settings."""


@dataclass(frozen=True, slots=True)
class RunOver:
    """A run has ended. `snapshot`: its numbers and its problem, as `pack` gives them."""

    id: str
    snapshot: Mapping[str, Any] = field(repr=False)


class RunLog:
    """One run, from Run to its end. `with RunLog(…) as run:` – exchanges made inside are the run's.

    `run.taking(push)` is to stand before whatever takes the changes: it sees how the run ended.
    """

    def __init__(
        self,
        put: Callable[[RunBegan | RunOver], object],
        draft: Mapping[str, Any],
        log: EventLog,
        *,
        api: str,
        model: str,
        profile: str,
        base_url: str,
        simulated: bool,
    ) -> None:
        """`put`: the writer's. `log`: where the bytes of the answer go with their times."""
        self.id = new_id()
        self._put, self._log = put, log
        self._over = False
        self._token: Token[str] | None = None
        self._put(RunBegan(self.id, time.time(), api, model, profile, base_url, simulated, draft))

    def __enter__(self) -> RunLog:
        self._token = run_id.set(self.id)
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: object) -> None:
        if self._token is not None:
            run_id.reset(self._token)
        # Whoever was stopped before there was anything to stop has told no end.
        self.over(RunSnapshot(status="cancelled" if kind is not None else "cut"))

    def taking(self, push: Callable[[list[Any]], object]) -> Callable[[list[Any]], None]:
        """`push`, and the end of the run kept on the way."""

        def take(changes: list[Any]) -> None:
            self._look(changes)
            push(changes)

        return take

    def _look(self, changes: Sequence[Any]) -> None:
        if changes and isinstance(changes[-1], RunEnded):
            self.over(changes[-1].snapshot)

    def over(self, snapshot: RunSnapshot) -> None:
        """The run has ended so; only the first word counts."""
        if not self._over:
            self._over = True
            first = next(self._log.chunks(), None)
            self._put(RunOver(self.id, pack(snapshot, first[0] if first else None)))


def pack(snapshot: RunSnapshot, first_read: float | None = None) -> dict[str, Any]:
    """The numbers of a run and its problem as JSON, without what is unset. `first_read`: when the first bytes of the
    answer came, in seconds since the call began."""
    packed: dict[str, Any] = {}
    for entry in fields(snapshot):
        value = getattr(snapshot, entry.name)
        if value is None:
            continue
        if entry.name in ("usage", "problem"):
            value = {name: part for name, part in asdict(value).items() if part is not None}
        elif entry.name == "cost":
            value = str(value)
        packed[entry.name] = value
    if first_read is not None:
        packed["first_read"] = first_read
    return packed
