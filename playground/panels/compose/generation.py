"""What runs in the worker thread when somebody presses Run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.core.runs import GenerationRequest, RunEnded, RunSnapshot

if TYPE_CHECKING:
    from playground.bridge import Sink
    from playground.core.session import SessionManager


class Generation:
    """One run against the profile that is active when it begins. Ends in a `RunEnded`, whatever happens."""

    def __init__(self, sessions: SessionManager, request: GenerationRequest) -> None:
        self._sessions = sessions
        self._request = request

    async def __call__(self, sink: Sink) -> RunSnapshot:
        from playground.core.errors import explain
        from playground.core.runs.run import run_generation

        profile = self._sessions.current
        try:
            session = await self._sessions.session_of(profile)
        except Exception as error:
            # No key, a locked keyring, a sandbox that does not start: nothing was sent.
            problem = explain(error, base_url=profile.base_url or "", profile=profile.name)
            snapshot = RunSnapshot(status="failed", reason=problem.code, problem=problem)
            sink.push([RunEnded(snapshot)])
            return snapshot
        return await run_generation(session, self._request, sink.push, origin="compose")
