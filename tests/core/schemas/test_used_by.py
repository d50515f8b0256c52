"""Who uses a schema: saved requests, a draft, and runs of the history."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from playground.core.exchanges import ExchangeStore
from playground.core.ids import new_id
from playground.core.runs.kept import RunBegan
from playground.core.saved import Collection, SavedRequest
from playground.core.schemas.library import Library
from playground.core.schemas.use import Held, digest, put
from playground.core.schemas.used_by import Use, UseFinder, Uses, Wanted, places_of_draft, wanted

OLD: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
NEW: dict[str, Any] = {**OLD, "additionalProperties": False}
TEXT = {"model": "m", "input": "x", "text": {"format": put(Held("schema", OLD, "t"), "text.format")}}
TOOLS = {"model": "m", "messages": [], "tools": [put(Held("schema", NEW, "t"), "function", "chat")]}


def draft(schema: Any, *, taken: str = "") -> dict[str, Any]:
    settings = {"text.format.type": "json_schema", "text.format.name": "t", "text.format.schema": json.dumps(schema)}
    more = {"taken": {"format": {"schema": taken, "sha256": "x"}}} if taken else {}
    return {"version": 2, "settings": settings, "other": "", **more}


@pytest.fixture
def requests(tmp_path: Path) -> Path:
    folder = tmp_path / "requests"
    folder.mkdir()
    made = Collection(folder)
    made.save(SavedRequest("Sort", "responses.create", TEXT))
    made.save(SavedRequest("Call", "chat.completions.create", TOOLS))
    made.save(SavedRequest("Else", "models.list", {}))
    (folder / "broken.yaml").write_text("json_schema: [", "utf-8")
    return folder


def test_saved_requests_use_it_as_it_is_or_as_a_version_had_it(tmp_path: Path, requests: Path) -> None:
    library = Library(tmp_path / "schemas")
    first = library.save("ticket", json.dumps(OLD))
    library.save("ticket", json.dumps(NEW), stamp=first.stamp)
    one = wanted(put(Held("schema", NEW, "ticket"), "text.format"), "ticket", library)
    assert one.versions == {digest(OLD): 1, digest(NEW): 2}
    finder = UseFinder()
    uses = finder.find(one, requests, (), None)
    assert {(use.title, use.note) for use in uses.found} == {("Sort", "as version 1 had it"), ("Call", "")}
    assert uses.words() == "Used by 2 saved requests"
    assert uses.problem == ""
    assert finder.find(one, requests, (), None) == uses


def test_a_file_that_changes_is_read_again(requests: Path) -> None:
    finder, one = UseFinder(), Wanted(digest(OLD))
    [use] = finder.find(one, requests, (), None).found
    path = Path(use.id)
    path.write_text(path.read_text("utf-8").replace("string", "number"), "utf-8")
    os.utime(path, ns=(1, 1))
    assert finder.find(one, requests, (), None).found == ()
    path.unlink()
    assert finder.find(Wanted(digest(NEW)), requests, (), None).words() == "Used by 1 saved request"


def test_a_draft_uses_it_by_what_it_is_or_by_where_it_was_taken() -> None:
    finder = UseFinder()
    assert finder.find(Wanted(digest(OLD)), None, [draft(OLD)], None).words() == "Used by Compose"
    assert finder.find(Wanted(digest(NEW)), None, [draft(OLD, taken="ticket")], None).found == ()
    [use] = finder.find(Wanted(digest(NEW), "ticket"), None, [draft(OLD, taken="ticket")], None).found
    assert use == Use("draft", "The prompt in Compose", "", "edited there")
    tool = {"other": json.dumps({"tools": [put(Held("schema", NEW, "f"), "function")]}), "settings": {}}
    assert places_of_draft(tool) == [(digest(NEW), "", "f")]


@pytest.mark.parametrize(
    "damaged",
    [
        {},
        {"settings": 3, "other": 4, "taken": []},
        {"settings": {"text.format.type": "json_schema", "text.format.schema": "{"}, "other": "[" * 100_000},
        {"settings": {"text.format.type": "json_schema", "text.format.schema": "[]"}, "other": "3"},
    ],
)
def test_a_damaged_draft_uses_nothing(damaged: Any) -> None:
    assert places_of_draft(damaged) == []


def test_runs_of_the_history_use_it(tmp_path: Path) -> None:
    store = ExchangeStore.open(tmp_path / "log.sqlite3")
    try:
        for schema in (OLD, NEW, NEW):
            store.writer.put(RunBegan(new_id(), 1.0, "responses", "m", "Sandbox", "", True, draft(schema)))
        store.flush()
        uses = UseFinder().find(Wanted(digest(NEW)), None, [draft(NEW)], store)
        assert uses.words() == "Used by Compose and 2 runs"
        assert all(use.id for use in uses.of("run"))
    finally:
        store.close()


def test_no_folder_no_use_and_no_complaint(tmp_path: Path) -> None:
    assert UseFinder().find(Wanted("x"), tmp_path / "none", (), None) == Uses()
    (tmp_path / "file").write_text("")
    assert "could not be read" in UseFinder().find(Wanted("x"), tmp_path / "file", (), None).problem


def test_the_words_count_each_kind() -> None:
    found = (Use("saved", "a"), Use("draft", "b"), Use("run", "c"))
    assert Uses(found).words() == "Used by 1 saved request, Compose and 1 run"
    assert Uses().words() == ""
