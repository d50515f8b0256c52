"""Work with stores as a window asks for it: coroutine functions for `Bridge.call`, which know whose session."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from playground.core.profiles import Profile
    from playground.core.session import Session, SessionManager

T = TypeVar("T")


class StoreDesk:
    """`desk.asking(lambda session: changing.delete(session, "vs_1"))` and the like, to be run in the asyncio thread.
    What they raise is a ProblemError, whatever was wrong."""

    def __init__(self, sessions: SessionManager, profile: Profile | None = None) -> None:
        """`profile`: whose stores; None: of the profile that is the active one when it is asked."""
        self._sessions, self._profile = sessions, profile

    def asking(self, work: Callable[[Session], Awaitable[T]]) -> Callable[[], Coroutine[Any, Any, T]]:
        """A coroutine function that gives the result."""

        async def ask() -> T:
            return await self._run(work)

        return ask

    def telling(self, work: Callable[[Session], AsyncIterable[T]]) -> Callable[[Any], Coroutine[Any, Any, int]]:
        """A coroutine function that takes a sink, pushes to it each thing as it comes (`sink.push([thing])`), and
        gives how many there were."""

        async def tell(sink: Any) -> int:
            async def push(session: Session) -> int:
                count = 0
                async for one in work(session):
                    sink.push([one])
                    count += 1
                return count

            return await self._run(push)

        return tell

    async def _run(self, work: Callable[[Session], Awaitable[T]]) -> T:
        from playground.core.errors import ProblemError, explain

        profile = self._profile or self._sessions.current
        base_url = ""
        try:
            session = await self._sessions.session_of(profile)
            base_url = session.base_url
            return await work(session)
        except ProblemError:
            raise
        except Exception as error:
            raise ProblemError(explain(error, base_url=base_url, profile=profile.name)) from error
