"""Many transfers at once: started in turn, paused, gone on with, cancelled, tried again.

All of it lives in the asyncio thread; the disk is touched in threads of its own. What a person sees of it comes by
`changed`, at most ten times a second for what only moves.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from playground.core.errors import Problem, ProblemError
from playground.core.ids import new_id
from playground.core.session import Session
from playground.core.signals import Signal
from playground.core.transfers.download import drop_partial, fetch, has_come
from playground.core.transfers.local import sent_name
from playground.core.transfers.model import OPEN, Item, Orphan, State, Totals, TransferState, UploadState
from playground.core.transfers.pace import Options, Pace
from playground.core.transfers.parts import cancel_upload
from playground.core.transfers.sending import place_of, send
from playground.core.transfers.store import TransferStore
from playground.core.transfers.work import Work

TOLD_EVERY = 0.1
"""Seconds between two words about what has moved."""
TICK = 0.5
"""Seconds after which what runs is told of also where nothing is new."""

_COULD_NOT = "The upload on the server could not be cancelled; it ends by itself within the hour."
_LEFT: dict[UploadState, str] = {
    "cancelled": "The upload on the server was cancelled, too.",
    "gone": "Nothing of it is on the server.",
    "completed": "It was complete before it was cancelled: the file is on the server.",
    "pending": _COULD_NOT,
    "asked": _COULD_NOT,
}
T = TypeVar("T")
Sessions = Callable[[str], Awaitable[Session]]
"""Gives the session of a profile by its id; asked anew for each transfer that begins."""


class TransferQueue:
    """The transfers of this process. Its methods are for the asyncio thread; they raise JournalError."""

    def __init__(self, store: TransferStore, sessions: Sessions, options: Options | None = None) -> None:
        self.options = options or Options()
        self.changed: Signal[[TransferState]] = Signal()
        """A transfer was added, or is further. Emitted in the asyncio thread."""
        self._store, self._sessions = store, sessions
        self._executor = ThreadPoolExecutor(1, "transfers-journal")
        self._lanes = asyncio.Semaphore(self.options.parallel)
        self._paces: dict[str, Pace] = {}
        self._works: dict[str, Work] = {}
        self._next: deque[str] = deque()
        """Those that wait, and perhaps some that do not any more."""
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._cleaning: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._ticking: asyncio.TimerHandle | None = None
        self._closed = False

    # ---- what there is

    def states(self) -> tuple[TransferState, ...]:
        """All that this process knows of, as they were added."""
        return tuple(self._state(work) for work in self._works.values())

    def state(self, transfer: str) -> TransferState:
        """Raises KeyError."""
        return self._state(self._works[transfer])

    def totals(self) -> Totals:
        """What all of them come to; those that are cancelled or failed count with what they have moved."""
        counts: dict[State, int] = {}
        sent = size = 0
        rate = 0.0
        for work in self._works.values():
            counts[work.item.state] = counts.get(work.item.state, 0) + 1
            moved = max(0, work.item.size) if work.item.state == "done" else work.sent
            sent += moved
            size += max(0, work.item.size) if work.item.state in (*OPEN, "done") else moved
            rate += work.meter.rate() if work.item.state == "running" else 0.0
        return Totals(counts, sent, size, rate)

    def _state(self, work: Work) -> TransferState:
        running = work.item.state == "running"
        return TransferState(
            work.item,
            max(0, work.item.size) if work.item.state == "done" else work.sent,
            work.meter.rate() if running else 0.0,
            work.phase if running else "",
            work.retry_at if running else None,
            work.findings,
        )

    def _changed(self, work: Work, important: bool) -> None:
        now = time.monotonic()
        if important or now - work.told_at >= TOLD_EVERY:
            work.told_at = now
            self.changed.emit(self._state(work))

    # ---- adding

    async def add(
        self,
        paths: Iterable[Path],
        purpose: str,
        profile: str,
        *,
        expires_after: int | None = None,
        checked: bool = True,
    ) -> list[str]:
        """Files to be sent, in this order; gives the ids of their transfers. `expires_after`: seconds after which the
        server is to delete them. `checked`: what `check_file` calls an error keeps one from being sent."""
        paths = [_absolute(path) for path in paths]
        sizes = await asyncio.to_thread(lambda: [_size(path) for path in paths])
        now = time.time()
        items = [
            Item(new_id(), "upload", path, sent_name(path), size, purpose, profile, expires_after=expires_after,
                 checked=checked, added_at=now)
            for path, size in zip(paths, sizes, strict=True)
        ]  # fmt: skip
        await self._take(items)
        return [item.id for item in items]

    async def download(self, file_id: str, path: Path, profile: str, *, overwrite: bool = False) -> str:
        """A file of the server to be fetched to a place; gives the id of its transfer. What has come of it stands
        beside the place until it is whole."""
        path = _absolute(path)
        item = Item(new_id(), "download", path, path.name, -1, "", profile, file_id=file_id, overwrite=overwrite,
                    added_at=time.time())  # fmt: skip
        await self._take([item])
        return item.id

    async def _take(self, items: list[Item]) -> None:
        await self._io(self._store.add, items)
        for item in items:
            self._know(item)
        self._next += [item.id for item in items]
        self._pump()

    def _know(self, item: Item) -> Work:
        work = Work(item, self._store, self._executor, self._lanes, self.options, self._changed)
        self._works[item.id] = work
        self._changed(work, True)
        return work

    async def restore(self) -> list[TransferState]:
        """The transfers that another process left unfinished, which has ended or was killed. They are here now, paused,
        for the person to go on with or to cancel."""
        await self._io(self._store.prune)
        taken = await self._io(self._store.take_over)
        for item in taken:
            work = self._know(item)
            if item.kind == "download":
                work.keep_only({0: await asyncio.to_thread(has_come, item.path, item.file_id or "")})
            elif (row := await self._io(self._store.upload, item.id)) is not None:
                parts = await self._io(self._store.parts, row.key)
                work.keep_only({part.number: part.length for part in parts})
        return [self.state(item.id) for item in taken]

    # ---- running

    def _pump(self) -> None:
        """Begin what is next: twice as many as there are lanes, so that the next files are looked at while others are
        sent."""
        if self._closed:
            return
        while self._next and len(self._tasks) < 2 * self.options.parallel:
            work = self._works.get(self._next.popleft())
            if work is not None and work.item.state == "waiting" and work.item.id not in self._tasks:
                work.item = replace(work.item, state="running", problem=None)
                self._tasks[work.item.id] = asyncio.get_running_loop().create_task(self._run(work))
        if self._tasks:
            self._idle.clear()
            self._ticking = self._ticking or asyncio.get_running_loop().call_later(TICK, self._tick)
        else:
            self._idle.set()

    def _tick(self) -> None:
        """A rate falls also where nothing moves any more, and the last bytes before that are told of."""
        self._ticking = None
        if not self._tasks or self._closed:
            return
        now = time.monotonic()
        for identifier in tuple(self._tasks):
            work = self._works.get(identifier)
            if work is not None and work.item.state == "running" and now - work.told_at >= TICK:
                self._changed(work, True)
        self._ticking = asyncio.get_running_loop().call_later(TICK, self._tick)

    async def _run(self, work: Work) -> None:
        identifier = work.item.id
        try:
            self._changed(work, True)
            file_id = await self._moved(work)
            await work.save(state="done", file_id=file_id, asked_at=None, ended_at=time.time())
        except asyncio.CancelledError:
            if not self._closed:
                raise
        except Exception as error:
            problem = work.explained(error)
            work.rest(kept=work.item.kind == "download" or work.item.size > self.options.whole_most)
            work.item = replace(work.item, state="failed", problem=problem, ended_at=time.time())
            with contextlib.suppress(ProblemError):  # the journal itself may be what failed
                await self._io(self._store.put, work.item)
            self._changed(work, True)
        finally:
            self._tasks.pop(identifier, None)
            self._pump()

    async def _moved(self, work: Work) -> str:
        """Do what the transfer is for; gives the file's ID. Raises ProblemError and what the session's start raises."""
        session = await self._sessions(work.item.profile)
        work.session = session
        place = place_of(session)
        if work.item.place and work.item.place != place:
            raise ProblemError(_elsewhere(work.item, place))
        work.item = replace(work.item, place=place)
        work.pace = self._paces.setdefault(place, Pace())
        return await (send(work) if work.item.kind == "upload" else fetch(work))

    # ---- what a person does

    async def pause(self, *transfers: str) -> None:
        """Stop what runs and hold what waits. What the server has stays there."""
        for work in await self._stop(self._those(transfers, ("waiting", "running")), "paused"):
            work.rest(kept=work.item.size > self.options.whole_most or work.item.kind == "download")
            self._changed(work, True)
        self._pump()

    async def resume(self, *transfers: str) -> None:
        """Go on with what is paused."""
        await self._again(self._those(transfers, ("paused",)))

    async def retry(self, *transfers: str) -> None:
        """Try those again that failed, and only those."""
        await self._again(self._those(transfers, ("failed",)))

    async def _again(self, works: list[Work]) -> None:
        for work in works:
            work.item = replace(work.item, state="waiting", problem=None, ended_at=None)
            work.findings = ()
        if works:
            await self._io(self._store.put, *(work.item for work in works))
        for work in works:
            self._changed(work, True)
        self._next += [work.item.id for work in works]
        self._pump()

    async def cancel(self, *transfers: str) -> None:
        """Give up what is not over, and what failed. The server is told, afterwards (`settled`)."""
        for work in await self._stop(self._those(transfers, (*OPEN, "failed")), "cancelled"):
            work.rest(kept=False)
            self._changed(work, True)
            task = asyncio.get_running_loop().create_task(self._clean(work))
            self._cleaning.add(task)
            task.add_done_callback(self._cleaning.discard)
        self._pump()

    async def forget(self, *transfers: str) -> None:
        """Take those that are over off the list, or all of them."""
        works = self._those(transfers, ("done", "failed", "cancelled"))
        await self._io(self._store.forget, *(work.item.id for work in works))
        for work in works:
            del self._works[work.item.id]

    def _those(self, transfers: tuple[str, ...], states: tuple[State, ...]) -> list[Work]:
        """Those that are named, or all, as far as they are in one of the states."""
        works = [self._works[one] for one in transfers if one in self._works] if transfers else self._works.values()
        return [work for work in works if work.item.state in states]

    async def _stop(self, works: list[Work], state: State) -> list[Work]:
        """All of them at once, so that none begins because another one has ended."""
        ended = time.time() if state == "cancelled" else None
        for work in works:
            work.item = replace(work.item, state=state, ended_at=ended)
        tasks = [self._tasks[work.item.id] for work in works if work.item.id in self._tasks]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        if works:
            await self._io(self._store.put, *(work.item for work in works))
        return works

    async def _clean(self, work: Work) -> None:
        """Nothing of a cancelled transfer is to stay on the server, or of a download on the disk."""
        if work.item.kind == "download":
            await asyncio.to_thread(drop_partial, work.item.path, work.item.file_id or "")
            return
        row = await self._io(self._store.upload, work.item.id)
        if row is None:
            if work.item.asked_at is not None:
                await work.save(note="It was sent wholly before it was cancelled: the file may be on the server.")
            return
        await work.save(note=_LEFT[await self._cancelled(work, row.key, row.upload_id)])

    async def _cancelled(self, work: Work, key: int, upload_id: str | None) -> UploadState:
        """What is left of an upload."""
        try:
            work.session = work.session or await self._sessions(work.item.profile)
            return await cancel_upload(work, key, upload_id)
        except Exception:
            return "pending"  # it is still among the orphans

    # ---- uploads that nobody goes on with

    async def orphans(self) -> list[Orphan]:
        """Uploads that a server may still hold: left by a killed process, paused, or not cancelled for want of a
        connection."""
        return await self._io(self._store.orphans)

    async def cancel_orphan(self, orphan: Orphan) -> bool:
        """Cancel one on the server, and its transfer here. False where that could not be done."""
        if orphan.item in self._works and self._works[orphan.item].item.state in (*OPEN, "failed"):
            await self.cancel(orphan.item)
            await self.settled()
            return orphan.key not in {one.key for one in await self.orphans()}
        item = Item(orphan.item, "upload", Path(orphan.name), orphan.name, orphan.size, "", orphan.profile)
        work = Work(item, self._store, self._executor, self._lanes, self.options, _nobody)
        session = await self._sessions(orphan.profile)
        if place_of(session) != orphan.place:
            raise ProblemError(_elsewhere(replace(item, place=orphan.place), place_of(session)))
        work.session = session
        return await self._cancelled(work, orphan.key, orphan.upload_id) not in ("pending", "asked")

    # ---- the end

    async def wait(self) -> None:
        """Until nothing runs and nothing waits to."""
        await self._idle.wait()
        await self.settled()

    async def settled(self) -> None:
        """Until the servers were told of what was cancelled."""
        if self._cleaning:
            await asyncio.wait(set(self._cleaning))

    async def aclose(self) -> None:
        """Stop. What is not over stays in the journal, for the next start."""
        self._closed = True
        if self._ticking is not None:
            self._ticking.cancel()
        tasks = [*self._tasks.values(), *self._cleaning]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await asyncio.to_thread(self._executor.shutdown)
        self._idle.set()

    async def _io(self, action: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, lambda: action(*args))


def _absolute(path: Path) -> Path:
    return path.absolute()  # asks for the working folder, and not the disk


def _size(path: Path) -> int:
    """-1 where it cannot be told: why is found when it is checked."""
    try:
        return path.lstat().st_size
    except (OSError, ValueError):
        return -1


def _nobody(_work: Work, _important: bool) -> None:
    return None


def _elsewhere(item: Item, place: str) -> Problem:
    return Problem(
        "It was begun with another server or account",
        f"What is there of “{item.name}” is at {item.place}; the profile leads to {place} now.",
        "Set the profile as it was, or cancel this transfer and add the file again.",
        "After that.",
        type="usage",
    )
