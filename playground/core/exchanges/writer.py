"""The one thread that writes the request log. It sleeps until there is something, gathers for a moment, and commits."""

from __future__ import annotations

import logging
import sqlite3
import threading
from array import array
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from playground.core.errors import Problem
from playground.core.exchanges import damage, rows, run_rows, texts, told
from playground.core.exchanges.live import Live, LiveAttempt, exchange_of, size_of, snapshot, write_lost
from playground.core.exchanges.messages import (
    Answered,
    AttemptBegan,
    AttemptEnded,
    ExchangeBegan,
    ExchangeEnded,
    Message,
    RequestBody,
)
from playground.core.exchanges.records import REQUEST_BODY_CAP, ExchangeSummary, RunSummary, Timings
from playground.core.redact import Redactor, known
from playground.core.runs.kept import RunBegan, RunOver
from playground.core.signals import Signal

ROW = 64 * 1024
GATHER = 0.08
"""Seconds between a first message and the commit of all that have come by then; so much is lost by kill -9."""

_log = logging.getLogger(__name__)

AGAIN = 1.0
"""Seconds after which it is tried again where the file could not be written."""
HELD_MOST = 64 * 1024 * 1024
"""Bytes of bodies that wait in memory until it can."""

Job = Callable[[sqlite3.Connection], None]
Stage = Literal["before", "in", "done"]
"""Of a batch: before, in and after its transaction."""


class _Ticket(threading.Event):
    """Set when everything before it is in the file."""


@dataclass(frozen=True, slots=True)
class _Afterwards:
    """What cannot be done inside a transaction."""

    job: Job


def _is_job(entry: object) -> bool:
    return callable(entry) or isinstance(entry, _Ticket | _Afterwards)


class ExchangeWriter:
    """Takes messages in any thread without ever blocking, and writes them in its own.

    A file that cannot be written does not stop the calls: `problem` tells it, once until it works again.
    """

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        instance: str,
        changed: Signal[[ExchangeSummary]],
        redactor: Redactor | None = None,
    ) -> None:
        self.redactor = redactor or known()
        self.problem: Signal[[Problem]] = Signal()
        self.recovered: Signal[[int]] = Signal()
        """It works again; of so many exchanges something is missing."""
        self._connect = connect
        self._instance = instance
        self._changed = changed
        self.runs_changed: Signal[[RunSummary]] = Signal()
        self._pending: deque[Message | Job | _Ticket | _Afterwards] = deque()
        self._wake = threading.Event()
        self._hurry = threading.Event()
        self._closing = False
        self._failing = False
        self._stage: Stage = "before"
        self._live: dict[str, Live] = {}
        self._saved: dict[str, Live] = {}
        self._lost: dict[str, Live] = {}
        self._missing = 0
        self._runs: dict[str, RunSummary] = {}
        self._thread = threading.Thread(target=self._run, name="exchange-writer", daemon=True)
        self._thread.start()

    def put(self, message: Message) -> None:
        """Hand a message over. Costs about a microsecond."""
        self._pending.append(message)
        if not self._wake.is_set():
            self._wake.set()

    def run(self, job: Job) -> None:
        """Have a function use the writer's connection, in its thread and order, inside a transaction."""
        self._pending.append(job)
        self._wake.set()

    def run_afterwards(self, job: Job) -> None:
        """The same outside of any transaction, once everything before it is in the file."""
        self._pending.append(_Afterwards(job))
        self._wake.set()

    def touch_run(self, db: sqlite3.Connection, run_id: str) -> None:
        """In a job: have it told that a run is another."""
        found = run_rows.one(db, run_id)
        if found is not None:
            self._runs[run_id] = found

    def flush(self, timeout: float | None = 10.0) -> bool:
        """Wait until all that was put before is in the file. False after `timeout` seconds."""
        if not self._thread.is_alive():
            return not self._pending
        ticket = _Ticket()
        self._pending.append(ticket)
        self._hurry.set()
        self._wake.set()
        return ticket.wait(timeout)

    def close(self, timeout: float | None = 10.0) -> None:
        """Write what is left and end the thread."""
        self._closing = True
        self._hurry.set()
        self._wake.set()
        self._thread.join(timeout)

    # From here on: the writer's thread.

    def _run(self) -> None:
        db: sqlite3.Connection | None = None
        while not (self._closing and not self._pending):
            self._wake.wait()
            if not self._closing:
                self._hurry.wait(AGAIN if self._failing else GATHER)
            self._hurry.clear()
            self._wake.clear()
            batch = [self._pending.popleft() for _ in range(len(self._pending))]
            try:
                db = db or self._connect()
                self._write(db, batch)
            except Exception as error:
                if not self._closing and self._wait(db, batch, error):
                    continue
                self._fail(db, batch, error)
            for entry in batch:
                if isinstance(entry, _Ticket):
                    entry.set()
        if db is not None:
            db.close()

    def _write(self, db: sqlite3.Connection, batch: Iterable[Message | Job | _Ticket | _Afterwards]) -> None:
        self._runs = {}
        afterwards: list[Job] = []
        touched: dict[str, ExchangeSummary] = {}
        self._stage = "before"
        db.execute("BEGIN IMMEDIATE")
        self._stage = "in"
        self._saved = snapshot(self._live)
        write_lost(db, self._lost, touched)
        for message in batch:
            if isinstance(message, tuple):
                self._buffer(message[0], message[1], message[2], message[3])
            elif isinstance(message, _Ticket):
                continue
            elif isinstance(message, _Afterwards):
                afterwards.append(message.job)
            elif isinstance(message, RunBegan | RunOver):
                self._apply_run(db, message)
            elif callable(message):
                message(db)
            else:
                self._apply(db, message, touched)
        for exchange in self._live.values():
            for number, attempt in exchange.attempts.items():
                if attempt.buffer:
                    self._spill(db, exchange.rowid, number, attempt)
        db.execute("COMMIT")
        self._stage = "done"
        self._lost = {}
        if self._failing and not all(isinstance(message, _Ticket) for message in batch):
            self._failing = False
            missing, self._missing = self._missing, 0
            self.recovered.emit(missing)
        for summary in touched.values():
            self._changed.emit(summary)
        for run in self._runs.values():
            self.runs_changed.emit(run)
        for job in afterwards:
            job(db)

    def _wait(self, db: sqlite3.Connection | None, batch: list[Any], error: Exception) -> bool:
        """Another program holds the file, or the disk is full or cannot be written: nothing is given up, it is tried
        again until that is over, or too much has come meanwhile. Jobs are given up: who waits for one is told."""
        if self._stage == "before" and damage.is_busy(error):
            self._pending.extendleft(reversed(batch))
        elif self._stage != "done" and damage.is_disk(error) and size_of(batch) <= HELD_MOST:
            self._take_back(db)
            self._pending.extendleft(message for message in reversed(batch) if not _is_job(message))
            for entry in batch:
                if isinstance(entry, _Ticket):
                    entry.set()
        else:
            return False
        if self._pending:
            self._wake.set()
        self._tell(error)
        return True

    def _take_back(self, db: sqlite3.Connection | None) -> None:
        """What was being written is not, and what is known of the exchanges is as before."""
        if db is not None and db.in_transaction:
            try:
                db.execute("ROLLBACK")
            except sqlite3.Error:
                _log.warning("the request log could not be rolled back")
        if self._stage == "in":
            self._live = self._saved

    def _tell(self, error: Exception) -> None:
        if not self._failing:
            self._failing = True
            self.problem.emit(damage.write_problem(error))

    def _fail(self, db: sqlite3.Connection | None, batch: list[Any], error: Exception) -> None:
        """Give the batch up. What it began is not known to the file and is forgotten; what was begun before, and is
        further in it, has lost something: that is written when it works again."""
        self._take_back(db)
        if self._stage != "done":
            met = {exchange_of(message) for message in batch} - {""}
            self._missing += len(met)
            self._lost |= {name: self._live.pop(name) for name in met if name in self._live}
        if not isinstance(error, sqlite3.Error):
            _log.error("the request log's writer failed", exc_info=error)
        self._tell(error)

    def _apply_run(self, db: sqlite3.Connection, message: RunBegan | RunOver) -> None:
        run: RunSummary | None
        if isinstance(message, RunBegan):
            run = run_rows.began(db, message, self._instance, self.redactor)
        else:
            run = run_rows.over(db, message, self.redactor)
        if run is not None:
            self._runs[run.id] = run

    def _apply(self, db: sqlite3.Connection, message: Any, touched: dict[str, ExchangeSummary]) -> None:
        if isinstance(message, ExchangeBegan):
            self._began(db, message)
            touched[message.id] = self._live[message.id].summary
            return
        exchange_id = message.id if isinstance(message, ExchangeEnded) else message.exchange
        exchange = self._live.get(exchange_id)
        if exchange is None:
            return
        if isinstance(message, AttemptBegan):
            self._attempt_began(db, exchange, message)
        elif isinstance(message, RequestBody):
            self._request_body(db, exchange, message)
        elif isinstance(message, Answered):
            self._answered(db, exchange, message)
        elif isinstance(message, AttemptEnded):
            self._attempt_ended(db, exchange, message)
        elif isinstance(message, ExchangeEnded):
            self._ended(db, exchange, message)
        rows.update_exchange(db, exchange.rowid, exchange.summary)
        touched[exchange_id] = exchange.summary

    def _began(self, db: sqlite3.Connection, message: ExchangeBegan) -> None:
        summary = ExchangeSummary(
            id=message.id,
            started_at=message.started_at,
            profile=message.profile,
            method=message.method,
            path=message.path,
            sdk_method=message.sdk_method,
            origin=message.origin,
            model=None,
            state="open",
            status=None,
            error_code=None,
            error_message=None,
            request_id=None,
            client_request_id=None,
            attempts=0,
            duration=None,
            timings=Timings(),
        )
        rowid = rows.insert_exchange(db, summary, self._instance, message.run)
        self._live[message.id] = Live(rowid, summary, message.run)
        rows.add_identifiers(db, self._live[message.id].rowid, {message.id, *texts.path_identifiers(message.path)})

    def _attempt_began(self, db: sqlite3.Connection, exchange: Live, message: AttemptBegan) -> None:
        exchange.attempts[message.number] = LiveAttempt(url=message.url, began=message.started_at)
        rows.insert_attempt(db, exchange.rowid, message)
        rows.add_identifiers(db, exchange.rowid, {message.client_request_id})
        exchange.state = "open"
        exchange.summary = replace(
            exchange.summary,
            attempts=message.number,
            client_request_id=message.client_request_id,
            request_id=None,
            status=None,
            timings=Timings(),
        )

    def _request_body(self, db: sqlite3.Connection, exchange: Live, message: RequestBody) -> None:
        kept = message.data if exchange.run else message.data[:REQUEST_BODY_CAP]
        data = self.redactor.data(kept)
        rows.set_request_body(db, exchange.rowid, message.number, data, message.size)
        if message.number == 1 or exchange.summary.model is None:
            exchange.summary = replace(exchange.summary, model=texts.model_of(data))
            rows.update_exchange(db, exchange.rowid, exchange.summary)
            rows.write_texts(db, exchange.rowid)

    def _answered(self, db: sqlite3.Connection, exchange: Live, message: Answered) -> None:
        attempt = exchange.attempts.setdefault(message.number, LiveAttempt())
        attempt.status = message.status
        attempt.headers = rows.answered(db, exchange.rowid, message)
        rows.add_identifiers(db, exchange.rowid, {message.request_id})
        timings = message.timings
        moment = attempt.began + (timings.first_byte or 0.0)
        told.write(
            db, exchange.rowid, message.number, told.read(message.headers, moment), url=attempt.url, moment=moment,
            model=exchange.summary.model or "", profile=exchange.summary.profile, status=message.status,
            waited=told.waited(timings.sent, timings.first_byte),
        )  # fmt: skip
        exchange.summary = replace(
            exchange.summary, status=message.status, request_id=message.request_id, timings=message.timings
        )

    def _buffer(self, exchange_id: str, number: int, arrived: float, data: bytes) -> None:
        exchange = self._live.get(exchange_id)
        if exchange is not None and number in exchange.attempts:
            exchange.attempts[number].buffer.append((arrived, data))

    def _spill(
        self, db: sqlite3.Connection, rowid: int, number: int, attempt: LiveAttempt, *, last: bool = False
    ) -> None:
        """Write the pieces that came since the last time, in rows of about ROW bytes: looking through more of them at
        once would keep other threads waiting."""
        pieces, attempt.buffer = attempt.buffer, []
        group: list[tuple[float, bytes]] = []
        size = 0
        for piece in pieces:
            group.append(piece)
            size += len(piece[1])
            if size >= ROW:
                self._row(db, rowid, number, attempt, group, last=False)
                group, size = [], 0
        self._row(db, rowid, number, attempt, group, last=last)

    def _row(
        self,
        db: sqlite3.Connection,
        rowid: int,
        number: int,
        attempt: LiveAttempt,
        pieces: list[tuple[float, bytes]],
        *,
        last: bool,
    ) -> None:
        """One row: bytes, and where and when each piece of them began."""
        if attempt.held:
            pieces.insert(0, (attempt.held_since, attempt.held))
        if not pieces:
            return
        joined = b"".join(data for _, data in pieces)
        written, attempt.held = (self.redactor.last(joined), b"") if last else self.redactor.split(joined)
        marks, position = array("I"), 0
        for arrived, data in pieces:
            if position < len(written):
                marks.extend((position, min(int(arrived * 10_000), 0xFFFFFFFF)))
            attempt.held_since = arrived
            position += len(data)
        if written:
            rows.insert_chunk(db, rowid, number, attempt.offset, pieces[0][0], written, marks.tobytes())
            attempt.offset += len(written)

    def _attempt_ended(self, db: sqlite3.Connection, exchange: Live, message: AttemptEnded) -> None:
        attempt = exchange.attempts.pop(message.number, None) or LiveAttempt()
        self._spill(db, exchange.rowid, message.number, attempt, last=True)
        state, code, error = message.state, message.error_code, message.error
        stream = texts.is_event_stream(attempt.headers)
        body = rows.body(db, exchange.rowid, message.number)
        if stream or (attempt.status or 0) >= 400:
            if message.early and stream and texts.stream_is_whole(body):
                state = "done"
            fault = texts.fault_of(body, stream=stream and (attempt.status or 0) < 400)
            if (attempt.status or 0) >= 400:
                state = "failed" if state == "done" else state
                code = code or f"http_{attempt.status}"
            if fault is not None and state in ("done", "failed"):
                state, code, error = "failed", fault.code or code, fault.message or error
        error = None if error is None else self.redactor.text(error)
        rows.end_attempt(db, exchange.rowid, message, state, error)
        rows.add_identifiers(db, exchange.rowid, texts.body_identifiers(body))
        exchange.state = state
        exchange.summary = replace(
            exchange.summary,
            timings=message.timings,
            error_code=code if state != "done" else None,
            error_message=error if state != "done" else None,
        )

    def _ended(self, db: sqlite3.Connection, exchange: Live, message: ExchangeEnded) -> None:
        for number, attempt in exchange.attempts.items():
            self._spill(db, exchange.rowid, number, attempt, last=True)
        summary = exchange.summary
        state = message.state or exchange.state
        done = state == "done"
        error = None if message.error is None else self.redactor.text(message.error)
        exchange.summary = replace(
            summary,
            state="done" if state == "open" else state,
            duration=message.duration,
            error_code=None if done else (summary.error_code or message.error_code),
            error_message=None if done else (summary.error_message or error),
        )
        rows.update_exchange(db, exchange.rowid, exchange.summary)
        rows.write_texts(db, exchange.rowid)
        del self._live[message.id]
