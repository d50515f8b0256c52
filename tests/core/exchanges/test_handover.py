"""What is about to leave the log: its preview says what its writing does."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.core.exchanges import ExchangeStore
from playground.core.exchanges.handover import SHOWN, Handover, Kind, file_name, not_written
from playground.core.redact import Redactor
from tests.core.exchanges.test_export import SECRETS, seeded
from tests.core.exchanges.test_query import put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ExchangeStore]:
    with contextlib.closing(ExchangeStore.open(tmp_path / "log.sqlite3", Redactor())) as store:
        seeded(store)
        put(store, body=b'{"input": "' + b"word " * 20_000 + b'ghp_0123456789abcdefghijABCDEFGHIJ012345"}', attempts=2)
        assert store.flush()
        yield store


@pytest.mark.parametrize("kind", ["bundle", "har", "jsonl", "csv"])
def test_what_is_measured_is_what_is_written(store: ExchangeStore, tmp_path: Path, kind: Kind) -> None:
    chosen = Handover(kind, tuple(store.log.ids()))
    told: list[tuple[int, int]] = []
    measured = chosen.measure(store, lambda *done: told.append(done))
    saved = chosen.save(store, tmp_path / "x")
    assert (measured.count, measured.removed) == (saved.count, saved.removed) == (3, saved.removed)
    assert saved.size == (tmp_path / "x").stat().st_size and abs(measured.size - saved.size) < 100
    assert told[-1][0] == told[-1][1] and told == sorted(told)
    smaller = Handover(kind, tuple(store.log.ids()), bodies=False).measure(store)
    assert smaller.size < measured.size or kind == "csv"


@pytest.mark.parametrize("kind", ["bundle", "har", "jsonl"])
def test_a_preview_marks_what_is_taken_out(store: ExchangeStore, kind: Kind) -> None:
    chosen = Handover(kind, tuple(store.log.ids()))
    for number in chosen.numbers:
        preview = chosen.preview(store, number)
        left = "".join(piece.text for piece in preview.pieces if piece.role != "cut")
        for name, secret in SECRETS.items():
            assert secret not in left, name
        assert sum(preview.removed.values()) == sum(piece.role == "cut" for piece in preview.pieces) > 0
    _long, _binary, first = chosen.numbers
    gone = {piece.text: piece.kind for piece in chosen.preview(store, first).pieces if piece.role == "cut"}
    assert gone[SECRETS["GitHub"]] == "GitHub token" and gone[SECRETS["password in a URL"]] == "password in a URL"
    assert "query-secret-55aa" in gone or any("query" in kind for kind in gone.values())


def test_long_and_left_out_bodies(store: ExchangeStore) -> None:
    newest, binary, _ = store.log.ids()
    chosen = Handover("har", (newest, binary), without=frozenset({binary}))
    pieces = chosen.preview(store, newest).pieces
    assert sum(len(piece.text) for piece in pieces) < 2 * SHOWN + 5000
    assert (
        any("more characters" in piece.text for piece in pieces)
        and [piece.kind for piece in pieces].count("GitHub token") == 2
    ), "also where it is not shown"
    assert any("left out" in piece.text for piece in chosen.preview(store, binary).pieces)
    assert not any("left out" in piece.text for piece in pieces)
    with pytest.raises(KeyError):
        chosen.preview(store, 10_000)


def test_a_line_of_csv(store: ExchangeStore) -> None:
    newest, *_ = store.log.ids()
    store.log.note([newest], f"see {SECRETS['Slack']}")
    preview = Handover("csv", (newest,)).preview(store, newest)
    assert {"note: ", "method: ", "status: "} <= {piece.text for piece in preview.pieces if piece.role == "name"}
    assert dict(preview.removed) == {"Slack token": 1} and "word word" not in "".join(p.text for p in preview.pieces)


def test_names(store: ExchangeStore) -> None:
    rows = store.log.page(limit=1)
    assert file_name("bundle", rows, 1).startswith("support-req_") and file_name("har", rows, 1).endswith(".har")
    assert file_name("csv", rows, 12) == "requests-2026-09-21-12-requests.csv"


def test_why_it_was_not_written(tmp_path: Path) -> None:
    for kind, words in (
        (errno.ENOSPC, "full"),
        (errno.EACCES, "may be written"),
        (errno.ENOENT, "no folder"),
        (errno.EISDIR, "is a folder"),
        (errno.ENAMETOOLONG, "shorter"),
        (errno.EIO, "nput/output"),
    ):
        problem = not_written(tmp_path / "x.zip", OSError(kind, os.strerror(kind)))
        assert words in problem.line() and "Nothing of it is left" in problem.cause
