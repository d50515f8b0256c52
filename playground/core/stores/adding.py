"""Files put into a store: from files of the server, in batches, or straight from the disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from playground.core.errors import Problem, ProblemError
from playground.core.stores.asking import ask, object_of
from playground.core.stores.model import Batch, batch_of
from playground.core.stores.rules import AUTO, Chunking, check_attributes, refuse
from playground.core.transfers.rules import store_limit

if TYPE_CHECKING:
    from playground.core.session import Session
    from playground.core.transfers.model import TransferState
    from playground.core.transfers.queue import TransferQueue

PURPOSE = "assistants"
"""Of files that are sent for a store."""
LOOK = 5.0
"""Seconds without news of a transfer, after which it is looked for."""
OVER = ("done", "failed", "cancelled")
"""Of a transfer."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that is to be in a store."""

    file: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    chunking: Chunking = AUTO

    def body(self) -> dict[str, Any]:
        """As it stands in a batch's `files`."""
        body: dict[str, Any] = {"file_id": self.file}
        if self.attributes:
            body["attributes"] = dict(self.attributes)
        if (strategy := self.chunking.body()) is not None:
            body["chunking_strategy"] = strategy
        return body


class Added(NamedTuple):
    """Some files that were asked to be added at once."""

    files: tuple[str, ...]
    batch: Batch | None
    problem: Problem | None = None
    """Why none of them was; they can be asked for again, a file that is in the store already does no harm."""


class FromDisk(NamedTuple):
    """How far files from the disk are on their way into a store."""

    sent: tuple[TransferState, ...]
    """Those of which something is new."""
    added: Added | None = None


def unique(entries: Sequence[Entry]) -> list[Entry]:
    """Each file once: the last that was said of it. The API refuses a batch that names one twice."""
    return list({one.file: one for one in entries}.values())


def checked(entries: Sequence[Entry]) -> None:
    """Raises ProblemError where the server would refuse one of them."""
    found = [
        wrong
        for entry in {(str(one.attributes), one.chunking): one for one in entries}.values()
        for wrong in (*check_attributes(entry.attributes), *entry.chunking.check())
    ]
    refuse(found, "The files cannot be added so")


async def add_files(
    session: Session, store_id: str, entries: Sequence[Entry], *, most: int | None = None
) -> AsyncIterator[Added]:
    """Add files in batches of at most 2,000 (`most`: less), one after another. A batch that the server refuses is told
    of, and the others go on; so is what a broken connection left open. Raises ProblemError for what would be refused,
    before anything is sent."""
    entries = unique(entries)
    checked(entries)
    size = min(most or store_limit("batch_files"), store_limit("batch_files"))
    for start in range(0, len(entries), size):
        some = entries[start : start + size]
        files = tuple(one.file for one in some)
        body = {"vector_store_id": store_id, **_batch_body(some)}
        try:
            # Sent again after a cut it adds no file a second time: a store has each file once.
            answer = await ask(session, "vector_stores.file_batches.create", body)
            yield Added(files, object_of(batch_of(answer, store_id), "vector_stores.file_batches.create"))
        except ProblemError as error:
            yield Added(files, None, error.problem)


def _batch_body(entries: Sequence[Entry]) -> dict[str, Any]:
    """By `file_ids` where all are to be alike, which every server knows; else by `files`, each with its own."""
    first = entries[0]
    if all((one.attributes, one.chunking) == (first.attributes, first.chunking) for one in entries):
        alike = {name: value for name, value in first.body().items() if name != "file_id"}
        return {"file_ids": [one.file for one in entries], **alike}
    return {"files": [one.body() for one in entries]}


async def add_from_disk(
    session: Session,
    queue: TransferQueue,
    store_id: str,
    paths: Sequence[Path],
    *,
    attributes: Mapping[str, Any] | None = None,
    chunking: Chunking = AUTO,
    purpose: str = PURPOSE,
    expires_after: int | None = None,
) -> AsyncIterator[FromDisk]:
    """Send files by the queue and add those that arrive, hundreds at a time while others are still on their way. A
    file that failed is in `sent` with its problem. Raises ProblemError and JournalError."""
    settings = attributes or {}
    checked([Entry("", settings, chunking)])
    news: asyncio.Queue[TransferState] = asyncio.Queue()
    waiting: set[str] = set()
    arrived: list[Entry] = []

    def hear(state: TransferState) -> None:
        news.put_nowait(state)

    stop = queue.changed.connect(hear)
    try:
        waiting.update(
            await queue.add(paths, purpose, session.profile.id, expires_after=expires_after)
        )  # fmt: skip
        mine = frozenset(waiting)
        while waiting:
            try:
                state = await asyncio.wait_for(news.get(), LOOK)
            except TimeoutError:  # of what failed with its journal nobody is told
                over = (queue.state(one) for one in tuple(waiting))
                for state in over:
                    if state.item.state in OVER:
                        news.put_nowait(state)
                continue
            if state.item.id not in mine:
                continue
            if state.item.state in OVER and state.item.id in waiting:
                waiting.discard(state.item.id)
                if state.item.state == "done" and state.item.file_id:
                    arrived.append(Entry(state.item.file_id, settings, chunking))
            yield FromDisk((state,))
            if arrived and (not waiting or len(arrived) >= store_limit("create_files")):
                async for added in add_files(session, store_id, arrived):
                    yield FromDisk((), added)
                arrived.clear()
    finally:
        stop()


async def cancel(session: Session, batch: Batch) -> Batch:
    """Stop a batch: what is ready stays. One that is over is given as it is. Raises ProblemError."""
    body = {"vector_store_id": batch.store, "batch_id": batch.id}
    try:
        answer = await ask(session, "vector_stores.file_batches.cancel", body)
    except ProblemError as error:
        if error.problem.status != 400:
            raise
        answer = await ask(session, "vector_stores.file_batches.retrieve", body)
    return object_of(batch_of(answer, batch.store), "vector_stores.file_batches.cancel")
