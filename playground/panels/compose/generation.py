"""What runs in the worker thread when somebody presses Run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from playground.core.profiles import OPENAI_BASE_URL
from playground.core.runs import GenerationRequest, RunEnded, RunSnapshot
from playground.core.runs.events import EventLog
from playground.core.runs.kept import RunLog

if TYPE_CHECKING:
    from playground.bridge import Sink
    from playground.core.exchanges import ExchangeStore
    from playground.core.profiles import Profile
    from playground.core.session import SessionManager


class Generation:
    """One run against the profile that is active when it begins. Ends in a `RunEnded`, whatever happens; in the
    history from its beginning."""

    def __init__(
        self,
        sessions: SessionManager,
        store: ExchangeStore,
        request: GenerationRequest,
        draft: Mapping[str, Any],
        log: EventLog | None = None,
    ) -> None:
        """`draft`: what was written, as JSON. `log` takes in the bytes of the answer with their times."""
        self._sessions, self._store = sessions, store
        self._request, self._draft = request, draft
        self.log = EventLog() if log is None else log
        self.run_id = ""
        """In the history; empty until it has begun."""

    async def __call__(self, sink: Sink) -> RunSnapshot:
        profile = self._sessions.current
        run = RunLog(
            self._store.writer.put,
            self._draft,
            self.log,
            api=self._request.api,
            model=self._request.model,
            profile=profile.name,
            base_url=profile.base_url or ("" if profile.is_sandbox else OPENAI_BASE_URL),
            simulated=profile.is_sandbox,
        )
        self.run_id = run.id
        with run:
            return await self._generate(profile, run.taking(sink.push))

    async def _generate(self, profile: Profile, push: Callable[[list[Any]], None]) -> RunSnapshot:
        from playground.core.errors import explain
        from playground.core.runs.run import run_generation

        try:
            session = await self._sessions.session_of(profile)
        except Exception as error:
            # No key, a locked keyring, a sandbox that does not start: nothing was sent.
            problem = explain(error, base_url=profile.base_url or "", profile=profile.name)
            snapshot = RunSnapshot(status="failed", reason=problem.code, problem=problem)
            push([RunEnded(snapshot)])
            return snapshot
        return await run_generation(session, self._request, push, origin="compose", log=self.log)
