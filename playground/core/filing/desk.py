"""The transfers of this process, as a window uses them: opened late, asked by anybody, closed at the end."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from playground.core.errors import Problem, ProblemError
from playground.core.importing import IMPORTING
from playground.core.signals import Signal

if TYPE_CHECKING:
    import asyncio

    from playground.core.session import Session, SessionManager
    from playground.core.transfers.model import Orphan, TransferState
    from playground.core.transfers.queue import TransferQueue
    from playground.core.transfers.store import TransferStore

T = TypeVar("T")


class Left(NamedTuple):
    """What was found when the journal was opened."""

    transfers: tuple[TransferState, ...]
    """Unfinished ones of a process that has ended; they are paused."""
    orphans: tuple[Orphan, ...]
    """Uploads that the server may still hold, those of the transfers among them."""
    problem: Problem | None
    """What was wrong with the journal, and was put right."""

    @property
    def alone(self) -> tuple[Orphan, ...]:
        """Uploads that nothing goes on with."""
        known = {one.item.id for one in self.transfers}
        return tuple(one for one in self.orphans if one.item not in known)


class TransferDesk:
    """Its coroutines are for the asyncio thread; they raise JournalError, KeyProblem and ProfileError."""

    def __init__(self, path: Path, sessions: SessionManager) -> None:
        self.path = path
        self.changed: Signal[[TransferState]] = Signal()
        """Emitted in the asyncio thread."""
        self._sessions = sessions
        self._store: TransferStore | None = None
        self._queue: TransferQueue | None = None
        self._opening: asyncio.Lock | None = None
        self._closed = False

    async def open(self) -> Left:
        """Open the journal, and take over what a process left that has ended. Again: gives the same anew."""
        queue = await self._get()
        taken = await queue.restore()
        problem = self._store.problem if self._store is not None else None
        return Left(tuple(taken), tuple(await queue.orphans()), problem)

    async def _get(self) -> TransferQueue:
        import asyncio

        self._opening = self._opening or asyncio.Lock()
        async with self._opening:
            if self._queue is None:
                if self._closed:
                    raise ProblemError(Problem("The program is ending", "Nothing new is begun.", "Start it again."))
                self._store = await asyncio.to_thread(self._open)
                self._queue = self._made(self._store)
                self._queue.changed.connect(self._tell)
            return self._queue

    def _open(self) -> TransferStore:
        with IMPORTING:
            from playground.core.transfers.queue import TransferQueue as TransferQueue
            from playground.core.transfers.store import TransferStore
        return TransferStore(self.path)

    def _made(self, store: TransferStore) -> TransferQueue:
        from playground.core.transfers.queue import TransferQueue

        return TransferQueue(store, self._session_of)

    def _tell(self, state: TransferState) -> None:
        self.changed.emit(state)

    async def _session_of(self, profile_id: str) -> Session:
        for profile in self._sessions.profiles:
            if profile.id == profile_id:
                return await self._sessions.session_of(profile)
        raise ProblemError(
            Problem(
                "The profile is not there any more",
                "This transfer was begun with a profile that was deleted since.",
                "Cancel it, and add the file again with another profile.",
                "No.",
                type="usage",
            )
        )

    def asking(self, ask: Callable[[TransferQueue], Coroutine[Any, Any, T]]) -> Callable[[], Coroutine[Any, Any, T]]:
        """A coroutine function that asks the queue, for `Bridge.call`."""
        return functools.partial(self._ask, ask)

    async def _ask(self, ask: Callable[[TransferQueue], Coroutine[Any, Any, T]]) -> T:
        return await ask(await self._get())

    async def sent_from(self, file_id: str) -> Path | None:
        """Where the file stands here that was uploaded as this one, if it is as it was then."""
        import asyncio

        await self._get()
        return await asyncio.to_thread(self._sent_from, file_id)

    def _sent_from(self, file_id: str) -> Path | None:
        from playground.core.transfers.local import Stamp

        assert self._store is not None
        for item in reversed(self._store.items("done")):
            if item.kind == "upload" and item.file_id == file_id:
                try:
                    return item.path if Stamp.of(item.path.lstat()) == item.stamp else None
                except OSError:
                    return None
        return None

    async def clean_up(self, transfers: Sequence[str]) -> list[Orphan]:
        """Cancel these transfers, and every upload that nothing goes on with; gives those that could not be cancelled
        on the server."""
        queue = await self._get()
        if transfers:
            await queue.cancel(*transfers)
            await queue.settled()
        kept = {one.item.id for one in queue.states() if one.item.state in ("waiting", "running", "paused", "failed")}
        for orphan in await queue.orphans():
            if orphan.item not in kept and orphan.upload_id is not None:
                await _cancelled(queue, orphan)
        return [one for one in await queue.orphans() if one.item not in kept]

    async def close(self) -> None:
        """Stop; what is not over is in the journal, for the next start."""
        import asyncio

        self._closed = True
        if self._queue is not None:
            await self._queue.aclose()
        if self._store is not None:
            await asyncio.to_thread(self._store.close)
        self._queue = self._store = None


async def _cancelled(queue: TransferQueue, orphan: Orphan) -> None:
    """It stays among the orphans where this does not succeed."""
    try:
        await queue.cancel_orphan(orphan)
    except Exception:
        return


def interrupted(path: Path) -> int:
    """How many transfers or uploads were left behind by a process that has ended. For the start of the program: reads
    the disk, and takes nothing over. Raises JournalError."""
    if not path.exists():
        return 0
    with IMPORTING:
        from playground.core.transfers.store import TransferStore
    store = TransferStore(path)
    try:
        return len(store.left_behind() | {one.item for one in store.orphans()})
    finally:
        store.close()
