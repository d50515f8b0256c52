"""The stand-ins for the request log and the sessions, from the program's start until the real ones are there."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.core.exchanges import ExchangeSummary, new_id
from playground.core.exchanges.messages import AttemptBegan, ExchangeBegan, ExchangeEnded
from playground.core.exchanges.store import StoreError
from playground.shell.late_store import LateStore
from playground.shell.memory import StateFolder, write_states


@pytest.fixture
def late(tmp_path: Path) -> Iterator[LateStore]:
    store = LateStore(tmp_path / "log.sqlite3")
    yield store
    store.close()


def put(store: LateStore, exchange_id: str) -> None:
    now = time.time()
    store.writer.put(ExchangeBegan(exchange_id, now, "Tests", "GET", "/models", "models.list", "tests"))
    store.writer.put(AttemptBegan(exchange_id, 1, now, "http://127.0.0.1/v1/models", (), f"pg-{exchange_id}-1"))
    store.writer.put(ExchangeEnded(exchange_id, 0.1, "done"))


def test_what_happens_before_the_log_is_open_is_written_when_it_is(late: LateStore) -> None:
    heard: list[ExchangeSummary] = []
    late.changed.connect(heard.append)
    early, afterwards = new_id(), new_id()
    put(late, early)
    late.open()
    put(late, afterwards)
    assert late.flush()
    assert [row.id for row in late.recent()] == [afterwards, early]
    assert {row.id for row in heard} == {early, afterwards}


def test_readers_wait_until_it_is_open(late: LateStore) -> None:
    counted: list[int] = []
    reader = threading.Thread(target=lambda: counted.append(late.count()))
    reader.start()
    assert counted == []
    late.open()
    reader.join(10)
    assert counted == [0]


def test_a_log_that_cannot_be_opened_is_told_to_all_and_keeps_nothing_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    store = LateStore(tmp_path / "file" / "log.sqlite3")
    put(store, new_id())
    with pytest.raises(StoreError):
        store.open()
    with pytest.raises(StoreError):
        store.recent()
    put(store, new_id())
    assert not store.writer._kept
    store.close()


def test_states_are_written_whole_and_read_again(tmp_path: Path, qapp: object) -> None:
    write_states(tmp_path / "state", {"window": {"panel": "compose"}, "panel-compose": {"draft": "“Grüße”"}})
    folder = StateFolder(tmp_path / "state")
    folder.read()
    assert folder.state("panel-compose").load() == {"draft": "“Grüße”"}
    folder.state("panel-compose").save({"draft": ""})
    folder.state("window").save({"panel": "compose"})
    assert folder.take_unsaved() == {"panel-compose": {"draft": ""}}, "what did not change is not written"
    assert folder.take_unsaved() == {}
    folder.release()
    assert sorted(path.name for path in (tmp_path / "state").iterdir()) == ["panel-compose.json", "window.json"]


def test_a_second_window_writes_over_nothing_of_the_first(tmp_path: Path, qapp: object) -> None:
    first, second, third = (StateFolder(tmp_path / "state") for _ in range(3))
    first.read()
    first.put("panel-compose", {"draft": "mine"})
    write_states(first.folder, first.take_unsaved())
    second.read()
    assert (first.window, second.window) == (1, 2)
    assert second.get("panel-compose") == {"draft": "mine"}, "it begins as a copy"
    second.put("panel-compose", {"draft": "yours"})
    write_states(second.folder, second.take_unsaved())
    for folder in (second, first):
        folder.release()
    third.read()
    assert (third.window, third.get("panel-compose")) == (1, {"draft": "mine"})
    fourth = StateFolder(tmp_path / "state")
    fourth.read()
    assert (fourth.window, fourth.get("panel-compose")) == (2, {"draft": "yours"})


def test_a_damaged_state_is_kept_aside_and_said(tmp_path: Path, qapp: object) -> None:
    write_states(tmp_path / "state", {"window": {"panel": "models"}})
    (tmp_path / "state" / "panel-compose.json").write_text('{"draft": {"instructions": "a day of wo', "utf-8")
    folder = StateFolder(tmp_path / "state")
    folder.read()
    assert folder.get("window") == {"panel": "models"} and folder.get("panel-compose") == {}
    (problem,) = folder.problems
    (kept,) = (tmp_path / "state").glob("panel-compose.json.broken-*")
    assert kept.name in problem.remedy and "a day of wo" in kept.read_text("utf-8")
