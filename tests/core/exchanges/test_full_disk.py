"""The disk is full in the midst of an answer: the call goes on, it is said once, and nothing is missing afterwards."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.core.errors import Problem
from playground.core.exchanges import ExchangeStore, live
from playground.core.exchanges.damage import is_disk
from playground.core.exchanges.messages import AttemptEnded, ExchangeEnded
from playground.core.exchanges.records import Timings
from playground.core.redact import Redactor
from tests.core.exchanges.test_store import begin, finish
from tests.helpers.disks import fill, small_disk

PIECE = b'data: {"delta": "%04d"}\n\n'


class Small:
    """A log on a disk of its own, and what was told of it."""

    def __init__(self, disk: Path, store: ExchangeStore) -> None:
        self.disk, self.store = disk, store
        self.problems: list[Problem] = []
        self.recovered: list[int] = []
        self._ballast: Path | None = None
        store.writer.problem.connect(self.problems.append)
        store.writer.recovered.connect(self.recovered.append)

    def fill(self) -> None:
        self._ballast = fill(self.disk)

    def free(self) -> None:
        assert self._ballast is not None
        self._ballast.unlink()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Small]:
    with (
        small_disk(tmp_path / "disk", 2048) as disk,
        contextlib.closing(ExchangeStore.open(disk / "log.sqlite3", Redactor())) as store,
    ):
        yield Small(disk, store)


def piece(small: Small, exchange: str, number: int, size: int = 1) -> None:
    small.store.writer.put((exchange, 1, number / 100, PIECE % number * size))


def end(small: Small, exchange: str) -> None:
    small.store.writer.put(AttemptEnded(exchange, 1, "done", None, None, Timings(last_byte=2.0), 0))
    small.store.writer.put(ExchangeEnded(exchange, 2.0))


def test_an_answer_that_comes_meanwhile_is_whole_afterwards(small: Small) -> None:
    exchange = begin(small.store)
    piece(small, exchange, 0)
    assert small.store.flush()
    small.fill()
    for number in range(1, 100):
        piece(small, exchange, number, 40)
        if number % 30 == 0:
            small.store.flush()
    end(small, exchange)
    another = begin(small.store, "begun while it was full")
    finish(small.store, another)
    small.store.flush()
    small.store.flush()
    assert [problem.title for problem in small.problems] == ["Requests are not being recorded"], "once"
    assert "Free some space; recording goes on by itself" in small.problems[0].remedy
    assert small.store.load(exchange).summary.state == "open" and small.recovered == []
    small.free()
    assert small.store.flush()
    detail = small.store.load(exchange)
    assert detail.summary.state == "done" and small.recovered == [0] and len(small.problems) == 1
    body = PIECE % 0 + b"".join(PIECE % number * 40 for number in range(1, 100))
    assert detail.attempts[0].response_body == body
    assert [offset for offset, _ in detail.attempts[0].arrivals] == [
        0, *(len(PIECE % 0) * (1 + 40 * number) for number in range(99))
    ]  # fmt: skip
    assert small.store.load(another).summary.state == "done"


def test_what_is_too_much_to_wait_for_is_said_to_be_missing(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.core.exchanges.writer.HELD_MOST", 10_000)
    exchange, short = begin(small.store), begin(small.store, "short")
    piece(small, exchange, 0)
    finish(small.store, short)
    assert small.store.flush()
    small.fill()
    for number in range(1, 100):
        piece(small, exchange, number, 40)
    end(small, exchange)
    unknown = begin(small.store, "nobody will know")
    finish(small.store, unknown)
    small.store.flush()
    small.free()
    later = begin(small.store, "later")
    piece(small, exchange, 100)  # what still comes of it is nothing without the rest
    finish(small.store, later)
    assert small.store.flush()
    detail = small.store.load(exchange)
    assert (detail.summary.state, detail.summary.error_code) == ("cut", live.LOST)
    assert detail.attempts[0].response_body == PIECE % 0 and detail.attempts[0].state == "cut"
    assert small.recovered == [2] and len(small.problems) == 1
    assert {one.id for one in small.store.recent()} == {exchange, short, later}


def test_closing_does_not_wait_for_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 2048) as disk:
        with contextlib.closing(ExchangeStore.open(disk / "log.sqlite3", Redactor())) as store:
            exchange = begin(store)
            assert store.flush()
            ballast = fill(disk)
            store.writer.put((exchange, 1, 0.1, PIECE % 1 * 1000))
            store.flush()
        ballast.unlink()
        with contextlib.closing(ExchangeStore.open(disk / "log.sqlite3", Redactor())) as store:
            assert store.load(exchange).summary.state == "cut"


@pytest.mark.parametrize(
    ("words", "is_one"),
    [
        ("database or disk is full", True),
        ("disk I/O error", True),
        ("attempt to write a readonly database", True),
        ("unable to open database file", True),
        ("database is locked", False),
        ("no such table: x", False),
    ],
)
def test_what_may_be_otherwise_in_a_while(words: str, is_one: bool) -> None:
    assert is_disk(sqlite3.OperationalError(words)) is is_one
