"""The request log's file: found again, upgraded, set aside, shared by two instances, full."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.core.exchanges import ExchangeStore, ExchangeSummary, new_id, retention, schema
from playground.core.exchanges import Timings as T
from playground.core.exchanges.messages import (
    Answered,
    AttemptBegan,
    AttemptEnded,
    ExchangeBegan,
    ExchangeEnded,
    RequestBody,
)
from playground.core.exchanges.store import StoreError, connect, match_expression
from playground.core.redact import Redactor, known

EVENTS = (("content-type", "text/event-stream"),)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ExchangeStore]:
    with contextlib.closing(ExchangeStore.open(tmp_path / "log.sqlite3", Redactor())) as store:
        yield store


def begin(store: ExchangeStore, text: str = "hello", path: str = "/responses") -> str:
    """An exchange whose answer has begun to come."""
    exchange = new_id()
    body = f'{{"model": "echo", "input": "{text}"}}'.encode()
    for message in (
        ExchangeBegan(exchange, time.time(), "Sandbox", "POST", path, "responses.create", "test"),
        AttemptBegan(exchange, 1, time.time(), f"http://x/v1{path}", (("a", "b"),), f"pg-{exchange}-1"),
        RequestBody(exchange, 1, body, len(body)),
        Answered(exchange, 1, 200, EVENTS, f"req_{exchange.lower()}", T(first_byte=0.5)),
    ):
        store.writer.put(message)
    return exchange


def finish(store: ExchangeStore, exchange: str, data: bytes = b'data: {"delta": "world"}\n\n') -> None:
    store.writer.put((exchange, 1, 0.75, data))
    store.writer.put(AttemptEnded(exchange, 1, "done", None, None, T(last_byte=0.75), len(data)))
    store.writer.put(ExchangeEnded(exchange, 1.0))


def test_ids_sort_by_time() -> None:
    ids = [new_id() for _ in range(5000)]
    assert ids == sorted(set(ids)) and all(len(i) == 26 for i in ids)


def test_an_exchange_is_told_written_and_read(store: ExchangeStore) -> None:
    told: list[ExchangeSummary] = []
    store.changed.connect(told.append)
    exchange = begin(store)
    assert store.flush()
    assert told[-1].state == "open" and told[-1].model == "echo" and store.load(exchange).summary == told[-1]
    finish(store, exchange)
    assert store.flush()
    (summary,) = store.recent()
    assert summary == told[-1] and summary.state == "done" and summary.duration == 1.0 and summary.attempts == 1
    (attempt,) = store.load(exchange).attempts
    assert attempt.response_body == b'data: {"delta": "world"}\n\n' and attempt.arrivals == ((0, 0.75),)
    assert attempt.request_headers == (("a", "b"),) and attempt.status == 200 and not attempt.response_body_capped
    assert store.count() == 1
    with pytest.raises(KeyError):
        store.load("nonsense")


def test_the_newest_come_first(store: ExchangeStore) -> None:
    ids = [begin(store) for _ in range(5)]
    store.flush()
    assert [e.id for e in store.recent(3)] == ids[::-1][:3]


def test_found_by_any_id_and_any_words(store: ExchangeStore) -> None:
    exchange = begin(store, "the quick brown fox", "/responses/resp_abc123/cancel")
    finish(store, exchange, b'data: {"id": "msg_xyz789", "delta": "jum"}\n\ndata: {"delta": "ps over"}\n\n')
    other = begin(store, "something else")
    store.flush()
    for text in (
        exchange,
        exchange[:12].lower(),
        f"req_{exchange.lower()}"[:25],
        "resp_abc",
        "MSG_XYZ",
        "pg-" + exchange,
    ):
        assert exchange in [e.id for e in store.find(text)], text
    for text in ("quick fox", "Brown", "jumps", "jumps ov", "echo fox", "cancel"):
        assert [e.id for e in store.find(text)] == [exchange], text
    assert [e.id for e in store.find("else")] == [other]
    assert [e.id for e in store.find("  ")] == [other, exchange]
    assert store.find("quick zebra") == [] and len(store.find("echo", limit=1)) == 1


@pytest.mark.parametrize(
    "text",
    [
        '"',
        '""',
        "AND",
        "a OR",
        "NOT x",
        "(",
        "x*",
        "a:b",
        "^a",
        "-",
        "NEAR(",
        "\x00",
        "'; DROP TABLE texts;",
        "{a}",
        "é",
    ],
)
def test_what_people_type_is_no_query_language(store: ExchangeStore, text: str) -> None:
    begin(store, "plain")
    store.flush()
    store.find(text)
    match_expression(text)


def test_removed_means_found_nowhere(store: ExchangeStore, tmp_path: Path) -> None:
    gone, kept, running = begin(store, "vanishing"), begin(store, "staying"), begin(store, "vanishing too")
    finish(store, gone)
    finish(store, kept)
    store.flush()
    store.remove(gone, running, "nonsense")
    assert {e.id for e in store.recent()} == {kept, running} and store.find(gone) == []
    assert [e.id for e in store.find("vanishing")] == [running] and len(store.find("staying")) == 1
    retention.tidy(store, -1e4, None)
    assert [e.id for e in store.recent()] == [running]
    with contextlib.closing(connect(store.path)) as db:
        assert db.execute("SELECT count(*) FROM chunks").fetchone() == (0,)
        assert db.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")


def test_a_first_version_is_upgraded_and_its_texts_found(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    with contextlib.closing(connect(path)) as db:
        assert schema.migrate(db, 1) == 0
        db.execute(
            "INSERT INTO exchanges (id, instance, started_at, profile, method, path, sdk_method, origin, state) "
            "VALUES ('01A', 'i', 1, 'P', 'POST', '/responses', '', '', 'done')"
        )
        db.execute(
            "INSERT INTO attempts (exchange, number, started_at, url, request_headers, request_body, response_headers,"
            " request_id, state) VALUES (1, 1, 1, 'u', '[]', ?, '[]', 'req_old', 'done')",
            (b'{"input": "ancient words"}',),
        )
        db.execute(
            "INSERT INTO chunks VALUES (1, 1, 0, 0, ?, x'')", (b'{"id": "resp_old1", "text": "venerable answer"}',)
        )
    with contextlib.closing(ExchangeStore.open(path)) as store:
        for text in ("ancient", "venerable", "req_ol", "resp_old1", "01A"):
            assert [e.id for e in store.find(text)] == ["01A"], text
    with contextlib.closing(connect(path)) as db:
        assert schema.migrate(db) == schema.VERSION


def test_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    ExchangeStore.open(path).close()
    with contextlib.closing(connect(path)) as db:
        db.execute("UPDATE schema_version SET version = 99")
    with pytest.raises(StoreError, match="newer version"):
        ExchangeStore.open(path)
    assert [file.name for file in tmp_path.iterdir()] == ["log.sqlite3"]


@pytest.mark.parametrize("offset", [0, 4096])
def test_a_damaged_file_is_kept_and_a_new_one_begun(tmp_path: Path, offset: int) -> None:
    path = tmp_path / "log.sqlite3"
    with contextlib.closing(ExchangeStore.open(path)) as store:
        finish(store, begin(store))
    data = bytearray(path.read_bytes())
    data[offset : offset + 4096 * 3] = b"damage! " * 512 * 3
    path.write_bytes(data)
    with contextlib.closing(ExchangeStore.open(path)) as store:
        assert store.problem is not None and store.count() == 0
        finish(store, begin(store))
        store.flush()
        assert store.count() == 1
    (kept,) = tmp_path.glob("log.sqlite3.broken-*")
    assert kept.read_bytes() == data


def test_a_locked_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.core.exchanges.damage.BUSY", 0.1)
    path = tmp_path / "log.sqlite3"
    ExchangeStore.open(path).close()
    with contextlib.closing(connect(path)) as db:
        db.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="locked"):
            ExchangeStore.open(path)
        db.execute("ROLLBACK")


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be opened"):
        ExchangeStore.open(tmp_path / "file" / "log.sqlite3")


def test_two_instances_share_a_file(store: ExchangeStore) -> None:
    mine = begin(store)
    store.flush()
    with contextlib.closing(ExchangeStore.open(store.path)) as second:
        assert second.load(mine).summary.state == "open"
        theirs = begin(second)
        finish(store, mine)
        assert store.flush() and second.flush()
        assert {e.id: e.state for e in second.recent()} == {mine: "done", theirs: "open"}
    # The second one ended without finishing: its exchange is cut for whoever opens next, the first one's stays.
    running = begin(store)
    store.flush()
    with contextlib.closing(ExchangeStore.open(store.path)) as third:
        assert {e.id: e.state for e in third.recent()} == {running: "open", mine: "done", theirs: "cut"}


CHILD = """
import sys, threading
from pathlib import Path
from playground.core.exchanges import ExchangeStore
from tests.core.exchanges.test_store import begin
store = ExchangeStore.open(Path(sys.argv[1]))
exchange = begin(store, "last words")
store.writer.put((exchange, 1, 0.1, b'data: {"delta": "what came"}'))
store.flush()
print(exchange, flush=True)
threading.Event().wait()
"""


def test_a_killed_process_keeps_what_came(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    with subprocess.Popen([sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        exchange = child.stdout.readline().strip()
        with contextlib.closing(ExchangeStore.open(path)) as store:
            assert store.load(exchange).summary.state == "open"
        child.kill()
    with contextlib.closing(ExchangeStore.open(path)) as store:
        detail = store.load(exchange)
        assert detail.summary.state == "cut" and detail.attempts[0].state == "cut"
        assert detail.attempts[0].response_body == b'data: {"delta": "what came"}'
        assert [e.id for e in store.find("came")] == [exchange] == [e.id for e in store.find("last words")]
    assert [file.name for file in tmp_path.iterdir()] == ["log.sqlite3"]


FULL = """
import resource, sys, threading
from pathlib import Path
from playground.core.exchanges import ExchangeStore
from tests.core.exchanges.test_store import begin, finish
store = ExchangeStore.open(Path(sys.argv[1]))
told = []
store.writer.problem.connect(told.append)
first = begin(store)
store.flush()
limit = 300_000
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
for _ in range(3):
    finish(store, begin(store), b"x" * limit)
    assert store.flush()
late = begin(store)
store.writer.put((late, 1, 0.1, b"x" * limit))
assert store.flush() and len(told) == 1, told
assert "not being recorded" in told[0].title and "full" in told[0].cause.lower(), told
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
finish(store, first)
finish(store, late)
finish(store, begin(store))
assert store.flush() and len(told) == 1
print([e.state for e in store.recent()])
store.close()
"""


def test_a_full_disk_is_said_once_and_recording_goes_on_later(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "log.sqlite3")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(["done"] * 6), "what came meanwhile is on record too"


def test_an_idle_writer_sleeps(store: ExchangeStore) -> None:
    finish(store, begin(store))
    store.flush()
    before = _switches(store)
    assert not threading.Event().wait(0.5)
    assert _switches(store) - before <= 1


def _switches(store: ExchangeStore) -> int:
    native = store.writer._thread.native_id
    status = Path(f"/proc/{os.getpid()}/task/{native}/status")
    if not status.exists():
        pytest.skip("needs Linux's /proc")
    return int(status.read_text().split("voluntary_ctxt_switches:")[1].split()[0])


def test_a_busy_exchange_is_told_a_dozen_times_a_second_at_most(store: ExchangeStore) -> None:
    told: list[ExchangeSummary] = []
    store.changed.connect(told.append)
    exchange = begin(store)
    began = time.monotonic()
    for _ in range(60):
        store.writer.put(Answered(exchange, 1, 200, EVENTS, None, T()))
        threading.Event().wait(0.005)
    assert 1 <= len(told) <= 2 + (time.monotonic() - began) / 0.08


def test_keys_in_two_pieces_never_reach_the_file(tmp_path: Path) -> None:
    redactor = Redactor()
    redactor.add("canary-0123456789-key")
    with contextlib.closing(ExchangeStore.open(tmp_path / "log.sqlite3", redactor)) as store:
        exchange = begin(store, "say canary-0123456789-key")
        store.writer.put((exchange, 1, 0.1, b'data: {"delta": "canary-0123'))
        store.flush()
        finish(store, exchange, b'456789-key"}\n\n')
        store.flush()
        assert store.find("canary") == []
        for file in tmp_path.iterdir():
            assert b"canary-0123" not in file.read_bytes(), file
        body = store.load(exchange).attempts[0].response_body
        assert body == b'data: {"delta": "' + b"*" * 21 + b'"}\n\n'


def test_readers_are_separate_and_cannot_write(store: ExchangeStore) -> None:
    with store.reader() as db, pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.execute("DELETE FROM exchanges")


def test_a_key_that_the_model_says_in_two_pieces_is_not_in_the_joined_text(store: ExchangeStore) -> None:
    known().add("canary-in-two-0123456789")
    exchange = begin(store, "what is my key?")
    finish(store, exchange, b'data: {"delta": "it is canary-in-"}\n\ndata: {"delta": "two-0123456789 indeed"}\n\n')
    assert store.flush()
    assert [found.id for found in store.find("indeed")] == [exchange]
    assert store.find("canary-in-two-0123456789") == []
    with contextlib.closing(connect(store.path)) as db:
        (text,) = db.execute("SELECT response FROM texts").fetchone()
    assert "canary-in-two" not in text
