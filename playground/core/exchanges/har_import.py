"""HAR files into the log: each call becomes an exchange of the origin `import`, tagged `har` and with the file's name.

It stands in the log where the log got to know it: its id and its number are those of the import, so a file's calls
stand together at the top, in the order of the file. `started_at` is when a call really began: `since:` and the time
that is shown are true, and older than those of its neighbours. What is in the log already is not written again, neither
a call that this program made and exported, nor an entry that was imported before.

Secrets of every kind are taken out before anything is written (`scrub`), since nobody knows what another program's file
holds. Tokens, cost, IDs and errors are read from the bodies as for calls of one's own. Limits are not: they are
another's.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.core.errors import Problem, ProblemError
from playground.core.exchanges import har_read, rows, texts
from playground.core.exchanges.har_calls import ORIGIN, TAG, Call, make_call
from playground.core.exchanges.har_read import EntryError, PassedOver, ReadAttempt
from playground.core.exchanges.har_stream import HarError, read_entries
from playground.core.exchanges.log import checked_tag
from playground.core.exchanges.messages import Answered, AttemptBegan, AttemptEnded
from playground.core.exchanges.records import ExchangeSummary, new_id
from playground.core.exchanges.scrub import Scrubber

if TYPE_CHECKING:
    from playground.core.exchanges.patterns import SecretPattern
    from playground.core.exchanges.store import ExchangeStore

TOLD = 50
"""Troubles that are told one by one."""
_AT_ONCE, _BYTES_AT_ONCE = 40, 512 * 1024
"""Calls, and bytes of bodies, that are written in one transaction."""


@dataclass(slots=True)
class Imported:
    """What became of a file."""

    name: str
    added: int = 0
    """Calls that are in the log now."""
    known: int = 0
    """Calls that were in it before."""
    passed_over: Counter[str] = field(default_factory=Counter)
    """Entries that are no HTTP, by their scheme."""
    unread: int = 0
    """Entries that could not be read."""
    troubles: list[str] = field(default_factory=list)
    """What was wrong, in words with the number of the entry; at most `TOLD`."""
    broken: str = ""
    """Why the file could not be read to its end; empty: it could."""
    stopped: bool = False
    removed: Counter[str] = field(default_factory=Counter)
    """Secrets of each kind that were taken out."""
    tag: str = ""
    first: str = ""
    """The id of the first exchange that was added."""

    def words(self) -> str:
        """All of it, but for the single troubles, in one or two sentences."""
        parts = [_many(self.added, "request") + " imported"]
        if self.known:
            parts.append(f"{self.known:,} {'was' if self.known == 1 else 'were'} in the log already")
        if self.unread:
            parts.append(f"{self.unread:,} of its entries could not be read")
        if passed := sum(self.passed_over.values()):
            parts.append(f"{passed:,} left out that are no HTTP ({', '.join(sorted(self.passed_over))})")
        if self.removed:
            parts.append(f"secrets taken out: {sum(self.removed.values()):,}")
        said = f"{', '.join(parts)}."
        if self.stopped:
            said += " It was stopped before the file's end."
        return f"{said} {self.broken}" if self.broken else said


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def import_har(
    store: ExchangeStore,
    path: Path,
    *,
    told: Callable[[int, int], object] | None = None,
    patterns: Sequence[SecretPattern] | None = None,
) -> Imported:
    """Read a HAR file into the log. Runs in a thread, and waits for the disk.

    `told` hears how many bytes of how many were read; it may raise InterruptedError: what was read until then is kept.
    Raises OSError, HarError where there is no entry in the file at all, and ProblemError where the log cannot be
    written.
    """
    total = path.stat().st_size
    done = Imported(path.name, tag=tag_of(path.name))
    scrub = Scrubber(patterns)

    def hear(read: int) -> None:
        if told is not None:
            told(min(read, total), total)

    writer = _Writer(store.real(), done)
    for attempts in _calls(read_entries(path, hear), path.stat().st_mtime, done):
        writer.add(make_call(attempts, scrub, done.tag))
    writer.write()
    done.removed = scrub.removed
    if done.broken and not (done.added or done.known or done.unread or done.passed_over):
        raise HarError(done.broken)
    return done


def tag_of(name: str) -> str:
    """A file's name as a tag, which has no blanks."""
    kept = re.sub(r"[\s,\"\x1f]+", "-", re.sub(r"\.(har|json|zip)$", "", re.sub(r"\.gz$", "", name))).strip("-")
    return checked_tag(kept[:60] or TAG)


def _calls(entries: Iterable[Any], modified: float, done: Imported) -> Iterator[list[ReadAttempt]]:
    """Entries put together to calls: those of this program's files have all attempts of a call one behind the other."""
    group: list[ReadAttempt] = []
    for one in _attempts(entries, modified, done):
        last = group[-1] if group else None
        if last is None or not (one.page and one.page == last.page and one.attempt == last.attempt + 1):
            if group:
                yield group
            group = []
        group.append(one)
    if group:
        yield group


def _attempts(entries: Iterable[Any], moment: float, done: Imported) -> Iterator[ReadAttempt]:
    """All entries that can be read, until the file ends or breaks off, which is noted. `moment`: for one without a
    time."""
    for number, entry in enumerate(_to_the_end(entries, done), 1):
        try:
            one = har_read.read_entry(entry, number, moment)
        except PassedOver as scheme:
            done.passed_over[str(scheme)] += 1
            continue
        except EntryError as error:
            done.unread += 1
            _trouble(done, number, str(error))
            continue
        moment = one.started_at
        for words in one.notes:
            _trouble(done, number, words)
        yield one


def _to_the_end(entries: Iterable[Any], done: Imported) -> Iterator[Any]:
    try:
        yield from entries
    except InterruptedError:
        done.stopped = True
    except HarError as error:
        done.broken = str(error)


def _trouble(done: Imported, number: int, words: str) -> None:
    if len(done.troubles) < TOLD:
        done.troubles.append(f"Entry {number}: {words}.")
    elif len(done.troubles) == TOLD:
        done.troubles.append("There is more that is not told one by one.")


# Writing ------------------------------------------------------------------------------------------------------------


class _Writer:
    """Writes calls some at a time, each transaction whole or not at all, between what the program itself records."""

    def __init__(self, store: ExchangeStore, done: Imported) -> None:
        self._store, self._done = store, done
        self._waiting: list[Call] = []
        self._size = 0

    def add(self, call: Call) -> None:
        """Raises ProblemError."""
        self._waiting.append(call)
        self._size += call.size
        if len(self._waiting) >= _AT_ONCE or self._size >= _BYTES_AT_ONCE:
            self.write()

    def write(self) -> None:
        """Write what waits, and wait for it. Raises ProblemError where that cannot be."""
        calls, self._waiting, self._size = self._waiting, [], 0
        if not calls:
            return
        added: list[ExchangeSummary] = []
        written: list[bool] = []

        def job(db: sqlite3.Connection) -> None:
            added.clear()
            for call in calls:
                if not _is_known(db, call):
                    added.append(_insert(db, call))

        writer = self._store.writer
        writer.run(job)
        writer.run_afterwards(lambda _db: written.append(True))  # only where the transaction was
        writer.flush(None)
        if not written:
            raise ProblemError(
                Problem(
                    title="The import has stopped",
                    cause=f"The request log could not be written. {_many(self._done.added, 'request')} of "
                    f"{self._done.name} are in it already.",
                    remedy="Free some space on the disk or let go of the file, and import it again: nothing is written "
                    "twice.",
                    retry="After that.",
                    type="not_recorded",
                )
            )
        self._done.added += len(added)
        self._done.known += len(calls) - len(added)
        if added and not self._done.first:
            self._done.first = added[0].id
        for summary in added:
            self._store.changed.emit(summary)


def _is_known(db: sqlite3.Connection, call: Call) -> bool:
    keys = [key for key in (call.key, call.exchange) if key]
    marks = ", ".join("?" * len(keys))
    return db.execute(f"SELECT 1 FROM identifiers WHERE id IN ({marks}) LIMIT 1", keys).fetchone() is not None


def _insert(db: sqlite3.Connection, call: Call) -> ExchangeSummary:
    summary = replace(call.summary, id=new_id())
    rowid = rows.insert_exchange(db, summary, ORIGIN)
    rows.update_exchange(db, rowid, summary)
    found: set[str | None] = {summary.id, call.key, call.exchange, *texts.path_identifiers(summary.path)}
    for number, one in enumerate(call.attempts, 1):
        found |= _insert_attempt(db, rowid, number, one, summary)
    rows.add_identifiers(db, rowid, found)
    rows.write_texts(db, rowid)
    db.executemany("INSERT OR IGNORE INTO tags (tag, exchange) VALUES (?, ?)", [(tag, rowid) for tag in call.tags])
    if call.note or call.pinned:
        marks = (call.note or None, int(call.pinned), rowid)
        db.execute("UPDATE exchanges SET note = ?, pinned = ? WHERE rowid = ?", marks)
    return summary


def _insert_attempt(
    db: sqlite3.Connection, rowid: int, number: int, one: ReadAttempt, summary: ExchangeSummary
) -> set[str | None]:
    """Gives the IDs that it names."""
    client, request = one.client_request_id, one.request_id
    headers = tuple(one.request_headers)
    rows.insert_attempt(db, rowid, AttemptBegan("", number, one.started_at, one.url, headers, client or ""))
    if one.request_body or one.request_size:
        rows.set_request_body(db, rowid, number, one.request_body, one.request_size)
    if one.status is not None:
        answer = Answered("", number, one.status, tuple(one.response_headers), request, one.timings)
        rows.answered(db, rowid, answer)
    if one.response_body:
        marks = array("I", (0, 0) if not one.arrivals else ())
        for offset, seconds in one.arrivals:
            marks.extend((offset, int(seconds * 10_000)))
        moment = one.timings.first_byte or 0.0
        rows.insert_chunk(db, rowid, number, 0, moment, one.response_body, marks.tobytes())
    last = number == summary.attempts
    state = one.state or (summary.state if last else "done" if one.status is not None else "failed")
    end = AttemptEnded("", number, state, None, one.error, one.timings, one.response_size)
    rows.end_attempt(db, rowid, end, state, one.error or (summary.error_message if last else None))
    return {client, request, *texts.body_identifiers(one.response_body)}
