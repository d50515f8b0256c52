"""Files copied or moved from one store to others of the same account, so that none is lost wherever it is cut off.

What is there already is not added again, so that asking anew goes on where it was. A file leaves its store only after
every other store has said that it is ready there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from playground.core.errors import Problem, ProblemError
from playground.core.stores import reading
from playground.core.stores.adding import Entry, add_files
from playground.core.stores.changing import remove_file
from playground.core.stores.model import StoreFile
from playground.core.stores.rules import AUTO, Wrong, refuse
from playground.core.stores.watching import Pace, Seen, Target, Watcher

if TYPE_CHECKING:
    from playground.core.session import Session

Step = Literal["there", "added", "ready", "failed", "moved", "kept", "left_out"]
"""`there`: it was in the other store; `added`: it is being read there; `moved`: it left its store; `kept`: it stays in
its store, because it is not ready everywhere; `left_out`: it is not ready in its own store."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of a file."""

    file: str
    step: Step
    store: str
    """Where: the other store, or its own."""
    words: str = ""
    problem: Problem | None = None

    def text(self) -> str:
        """Why, where there is more to say."""
        return self.problem.line() if self.problem is not None else self.words


async def copy(
    session: Session,
    source: str,
    targets: Sequence[str],
    *,
    move: bool = False,
    files: Collection[str] | None = None,
    pace: Pace | None = None,
) -> AsyncIterator[Copied | Seen]:
    """Copy what is ready in a store to others, with attributes and chunking, and wait until it is ready there. `move`:
    then take it out of its store. `files`: only these. Gives each step as it is done, and how far the stores are
    meanwhile. Raises ProblemError where a store cannot be read; nothing is taken away then."""
    others = list(dict.fromkeys(targets))
    wrong = [Wrong("targets", "No other store is named.")] if not others else []
    if source in others:
        wrong.append(Wrong("targets", "The store itself is among them."))
    refuse(wrong, "The files cannot be copied so")
    chosen = [one for one in await reading.all_files(session, source) if files is None or one.id in files]
    for missing in sorted(set(files or ()) - {one.id for one in chosen}):
        yield Copied(missing, "left_out", source, "It is not in this store.")
    good = [one for one in chosen if one.status == "completed"]
    for one in chosen:
        if one.status != "completed":
            words = one.trouble.text() if one.trouble else f"It is {one.status.replace('_', ' ')} here."
            yield Copied(one.id, "left_out", source, words)
    for target in others:
        async for step in _to(session, good, target):
            yield step
    if not good:
        return
    async for seen in Watcher(session, [Target(one) for one in others], pace):
        yield seen
    waiting = {one.id: one for one in good}
    for target in others:
        async for result in _arrived(session, list(waiting.values()), target):
            if result.step != "ready":
                waiting.pop(result.file, None)
            yield result
    if move:
        for one in good:
            yield await _moved(session, source, one, one.id in waiting)


async def _to(session: Session, files: Sequence[StoreFile], target: str) -> AsyncIterator[Copied]:
    """Add what is not in a store yet, or failed there."""
    there = {one.id: one for one in await reading.all_files(session, target)}
    entries = []
    for one in files:
        known = there.get(one.id)
        if known is None or known.status not in ("completed", "in_progress"):
            chunking = one.chunking if one.chunking.kind == "static" else AUTO
            entries.append(Entry(one.id, one.attributes, chunking))
        else:
            same = dict(known.attributes) == dict(one.attributes)
            yield Copied(one.id, "there", target, "" if same else "Its attributes are others there, and stay so.")
    async for added in add_files(session, target, entries):
        for file in added.files:
            yield Copied(file, "added" if added.problem is None else "failed", target, problem=added.problem)


async def _arrived(session: Session, files: Sequence[StoreFile], target: str) -> AsyncIterator[Copied]:
    """Whether each is ready in a store, by what the store says now."""
    there = {one.id: one for one in await reading.all_files(session, target)}
    for one in files:
        known = there.get(one.id)
        if known is not None and known.status == "completed":
            yield Copied(one.id, "ready", target)
        elif known is None:
            yield Copied(one.id, "failed", target, "It is not in that store.")
        else:
            words = known.trouble.text() if known.trouble else f"It is {known.status.replace('_', ' ')} there."
            yield Copied(one.id, "failed", target, words)


async def _moved(session: Session, source: str, file: StoreFile, is_ready: bool) -> Copied:
    kept = Copied(file.id, "kept", source, "It is not ready in every other store; nothing of it was taken away.")
    if not is_ready:
        return kept
    try:
        await remove_file(session, source, file.id)
    except ProblemError as error:
        return replace(kept, words="", problem=error.problem)
    return Copied(file.id, "moved", source)
