"""Requests of the log sent again, edited, compared, copied: through the real sandbox, the real log, the real panel."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication

from playground.core.exchanges import LogRow
from playground.panels.inspector.replay import Replaying
from playground.panels.inspector.view import InspectorView
from tests.helpers.servers import RecordingServer, Reply
from tests.panels.conftest import PATIENCE, House


def call(house: House, method: str, body: dict[str, Any], *, stream: bool = False) -> LogRow:
    """Make a call as the explorer makes it; gives its row. What the server refuses is in the log as well."""

    async def make() -> None:
        from playground.core.answering import open_answer

        session = await house.sessions.session()
        try:
            async with open_answer(session, method, body, stream=stream) as answer:
                async for _ in answer.pieces():
                    pass
        except Exception as error:
            assert getattr(error, "exchange_id", ""), error

    house.await_(make)
    house.store.flush()
    return house.store.log.page(limit=1)[0]


def replaying(view: InspectorView) -> Replaying:
    return next(one for one in view.extensions if isinstance(one, Replaying))


def chosen(house: House, view: InspectorView, *rows: LogRow) -> None:
    """Choose rows, the first one as the current one."""
    house.qtbot.waitUntil(lambda: all(view.list.model.place_of(row.number) >= 0 for row in rows), timeout=PATIENCE)
    view.show_exchange(rows[0].summary.id)
    house.settled()
    selection = view.list.table.selectionModel()
    for row in rows[1:]:
        index = view.list.model.index(view.list.model.place_of(row.number), 0)
        selection.select(index, selection.SelectionFlag.Select | selection.SelectionFlag.Rows)
    house.qtbot.waitUntil(lambda: view.current_detail() is not None, timeout=PATIENCE)
    house.settled()


def sent_again(house: House, view: InspectorView) -> LogRow:
    """Press Send Again, and Send in the question; gives the new row, shown."""
    before = house.store.log.page(limit=1)[0].number
    house.commands.run("inspector.replay")
    house.settled()
    question = replaying(view).question
    assert question is not None and question.send is not None, question and question.words.source()
    question.send.click()
    house.settled()
    house.store.flush()
    new = house.store.log.page(limit=1)[0]
    assert new.number > before
    house.qtbot.waitUntil(lambda: view.current_id() == new.summary.id, timeout=PATIENCE)
    house.settled()
    return new


def test_a_generation_is_sent_again_as_it_was_and_stands_beside_the_first(sandbox_house: House) -> None:
    house = sandbox_house
    body = {"model": "sandbox-echo", "input": "Say it again.", "temperature": 0.25, "metadata": {"odd": "1"}}
    first = call(house, "responses.create", body, stream=True)
    view = house.inspector()
    chosen(house, view, first)
    new = sent_again(house, view)
    one, two = (house.store.load(row.summary.id).attempts[-1] for row in (first, new))
    assert json.loads(one.request_body) == json.loads(two.request_body)
    assert two.status == 200 and b"response.completed" in two.response_body
    assert new.tags == ("replay",) and new.note == f"replay of {first.summary.request_id}"
    tab = view.tab("diff")
    house.qtbot.waitUntil(lambda: tab.looked is not None and tab.looked.comparison is not None, timeout=PATIENCE)
    assert view.list.details.current_tab() == "diff"
    found = tab.looked.comparison
    assert (found.left.detail.summary.id, found.right.detail.summary.id) == (first.summary.id, new.summary.id)
    assert not found.request.counts() and tab.words.source().startswith("The same request")


def test_a_replay_is_compared_with_what_it_repeats_also_later(sandbox_house: House) -> None:
    house = sandbox_house
    first = call(house, "embeddings.create", {"model": "sandbox-embed", "input": "x"})
    view = house.inspector()
    chosen(house, view, first)
    new = sent_again(house, view)
    call(house, "embeddings.create", {"model": "sandbox-embed", "input": "another"})
    house.close(view)
    for command in list(house.commands):
        if command.id.startswith("inspector."):
            house.commands.remove(command.id)
    view = house.inspector()
    chosen(house, view, new)
    view.show_tab("diff")
    house.settled()
    looked = view.tab("diff").looked
    assert looked.chosen.kind == "origin" and looked.chosen.which == first.summary.id


def test_a_read_is_sent_at_once(sandbox_house: House) -> None:
    house = sandbox_house
    first = call(house, "models.list", {})
    view = house.inspector()
    chosen(house, view, first)
    house.commands.run("inspector.replay")
    house.settled()
    house.store.flush()
    assert house.store.log.page(limit=1)[0].note == f"replay of {first.summary.request_id}"


def test_what_ends_something_is_asked_for_and_enter_does_no_harm(sandbox_house: House) -> None:
    house = sandbox_house
    first = call(house, "files.delete", {"file_id": "file-none"})
    view = house.inspector()
    chosen(house, view, first)
    house.commands.run("inspector.replay")
    house.settled()
    question = replaying(view).question
    assert "DELETE /files/file-none cannot be undone" in question.words.source()
    assert question.cancel.isDefault() and not question.send.isDefault()
    question.cancel.click()
    house.settled()
    assert house.store.log.page(limit=1)[0].number == first.number


def test_what_it_took_the_first_time_is_said(house: House, server: RecordingServer) -> None:
    usage = {"input_tokens": 900_000, "output_tokens": 100_000, "total_tokens": 1_000_000}
    server.add("/responses", Reply.of_json({"id": "resp_1", "model": "gpt-4o", "usage": usage}, forever=True))
    first = call(house, "responses.create", {"model": "gpt-4o", "input": "x"})
    view = house.inspector()
    chosen(house, view, first)
    house.commands.run("inspector.replay")
    house.settled()
    question = replaying(view).question
    assert question is not None
    words = question.words.source()
    assert "The first time it took 1,000,000 tokens" in words and "costs again" in words
    assert question.send is not None and question.send.isDefault()
    question.cancel.click()


def test_what_cannot_be_sent_as_it_was_says_why_and_what_to_do(sandbox_house: House, tmp_path: Any) -> None:
    house = sandbox_house
    file = tmp_path / "a.jsonl"
    file.write_text('{"a": 1}\n')
    first = call(house, "files.create", {"file": f"@{file}", "purpose": "batch"})
    view = house.inspector()
    chosen(house, view, first)
    house.commands.run("inspector.replay")
    house.settled()
    question = replaying(view).question
    assert question.send is None
    assert "“a.jsonl” went as bytes" in question.words.source() and "choose the file again" in question.words.source()
    opened: list[Any] = []
    house.commands.add("explorer.open_exchange", "Open", opened.append, group="Tests")
    question.explorer.click()
    assert opened == [first.summary.id]


def test_two_chosen_requests_are_compared(sandbox_house: House) -> None:
    house = sandbox_house
    one = call(house, "responses.create", {"model": "sandbox-echo", "input": "one two three", "temperature": 0.2})
    other = call(house, "responses.create", {"model": "sandbox-mini", "input": "one two", "temperature": 0.7})
    call(house, "models.list", {})
    view = house.inspector()
    chosen(house, view, one, other)
    house.commands.run("inspector.compare")
    house.settled()
    tab = view.tab("diff")
    house.qtbot.waitUntil(lambda: tab.looked is not None and tab.looked.comparison is not None, timeout=PATIENCE)
    words = tab.words.source()
    assert "the model is another (sandbox-echo → sandbox-mini)" in words.lower()
    assert "temperature 0.2 → 0.7" in words and "input differs" in words
    changed = {change.pointer for change in tab.looked.comparison.request.changes}
    assert changed == {"/model", "/temperature", "/input"}
    chosen(house, view, one)
    view.list.table.selectRow(view.list.model.place_of(one.number))
    house.commands.run("inspector.compare")
    assert "Choose two requests" in view.list.said.source()


@pytest.mark.parametrize("language", ["curl", "python", "javascript", "json", "har"])
def test_copies_hold_the_request_and_no_secret(house: House, server: RecordingServer, language: str) -> None:
    server.add("/responses", Reply.of_json({"id": "resp_1"}, forever=True))
    secret = "ghp_" + "a1B2" * 9
    first = call(house, "responses.create", {"model": "gpt-test", "input": f"unmistakable {secret}"})
    view = house.inspector()
    chosen(house, view, first)
    house.commands.run(f"inspector.copy_{language}")
    house.settled()
    text = QGuiApplication.clipboard().text()
    assert "unmistakable" in text and "gpt-test" in text
    assert secret not in text and "sk-test-0123456789" not in text
    assert "[removed]" in text and "left out" in view.list.said.source()


def test_what_is_stopped_keeps_what_came_and_is_a_replay(house: House, server: RecordingServer) -> None:
    server.add("/models/slow", Reply.of_json({"id": "slow"}))
    first = call(house, "models.retrieve", {"model": "slow"})
    hold = threading.Event()
    server.add("/models/slow", Reply.of_json({"id": "slow", "more": "x" * 100}, hold=hold, hold_after=10))
    view = house.inspector()
    chosen(house, view, first)
    house.commands.run("inspector.replay")
    stop = house.commands.get("inspector.stop_replay")
    assert stop is not None
    house.qtbot.waitUntil(lambda: bool(replaying(view).sending_id()), timeout=PATIENCE)
    stop.trigger()
    house.settled()
    hold.set()
    house.store.flush()
    row = house.store.log.page(limit=1)[0]
    assert row.number != first.number and row.summary.state == "cancelled" and row.tags == ("replay",)
    assert "Stopped" in view.list.said.source() and not stop.isEnabled()


def test_a_request_goes_to_compose_and_others_do_not(house: House, server: RecordingServer) -> None:
    server.add("/responses", Reply.of_json({"id": "resp_1"}, forever=True))
    given: list[tuple[Any, ...]] = []
    house.commands.add("compose.open_request", "Open", lambda *what: given.append(what), group="Tests")
    first = call(house, "responses.create", {"model": "gpt-test", "input": "x"}, stream=True)
    second = call(house, "models.list", {})
    view = house.inspector()
    chosen(house, view, first)
    house.commands.run("inspector.edit_in_compose")
    house.settled()
    assert given == [("responses.create", {"model": "gpt-test", "input": "x"})]
    chosen(house, view, second)
    house.commands.run("inspector.edit_in_compose")
    house.settled()
    assert len(given) == 1 and "this is models.list" in view.list.said.source()

    cut = call(house, "responses.create", {"model": "gpt-test", "input": "x" * 9_000_000})
    chosen(house, view, cut)
    house.commands.run("inspector.edit_in_compose")
    house.settled()
    assert len(given) == 1 and "kept only the first" in view.list.said.source()
