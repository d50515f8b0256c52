"""Files that are deleted, some at a time, each by itself: what fails is told, the others go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from playground.core.filing.listing import ORIGIN

if TYPE_CHECKING:
    from playground.core.errors import Problem
    from playground.core.profiles import Profile
    from playground.core.session import Session, SessionManager

TOGETHER = 4
"""Requests at once."""


class Deleted(NamedTuple):
    """What became of one. `problem` is None where it is gone, also where somebody else had deleted it."""

    id: str
    problem: Problem | None


class DeleteFiles:
    """`await DeleteFiles(sessions, profile, ids)(sink)` pushes a `Deleted` for each file, and says how many are done.
    Raises ProblemError where there is no session at all."""

    def __init__(self, sessions: SessionManager, profile: Profile, ids: Sequence[str]) -> None:
        self._sessions, self._profile, self._ids = sessions, profile, tuple(ids)

    async def __call__(self, sink: Any) -> int:
        import asyncio

        from playground.core.errors import ProblemError, explain

        try:
            session = await self._sessions.session_of(self._profile)
        except Exception as error:
            raise ProblemError(explain(error, profile=self._profile.name)) from error
        lanes = asyncio.Semaphore(TOGETHER)
        done = gone = 0

        async def one(identifier: str) -> None:
            nonlocal done, gone
            async with lanes:
                problem = await _delete(session, identifier)
            done += 1
            gone += problem is None
            sink.push([Deleted(identifier, problem)])
            sink.progress(done, len(self._ids))

        async with asyncio.TaskGroup() as group:
            for identifier in self._ids:
                group.create_task(one(identifier))
        return gone


async def _delete(session: Session, identifier: str) -> Problem | None:
    from playground.core.calls import call
    from playground.core.errors import explain

    try:
        await call(session, "files.delete", {"file_id": identifier}, origin=ORIGIN)
    except Exception as error:
        problem = explain(error, base_url=session.base_url, profile=session.profile.name)
        return None if problem.status == 404 else problem
    return None
