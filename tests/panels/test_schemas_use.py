"""Schemas where they are used: what holds them, the way into Compose, and the bench of function tools."""

from __future__ import annotations

import json
from typing import Any

import pytest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from playground.core.saved import Collection, SavedRequest
from playground.core.schemas.trying import MOCKS
from playground.core.schemas.use import Held, put
from playground.core.schemas.validate import validate
from playground.panels.schemas.view import SchemasView
from tests.helpers.servers import RecordingServer, Reply
from tests.panels.conftest import House
from tests.panels.test_compose_schema import SCHEMA, TOOL, choose, library, until


def opened(house: House, value: Any, name: str = "triage_result") -> SchemasView:
    """The panel with this document."""
    view = house.schemas()
    view.open_value(value, name)
    house.settled()
    return view


def run(house: House, name: str) -> None:
    assert house.commands.run(f"schemas.{name}")
    house.settled()


def test_a_schema_becomes_a_tool_a_format_and_itself_again(sandbox_house: House, qtbot: QtBot) -> None:
    view = opened(sandbox_house, SCHEMA)
    assert not view.using.strip.isVisibleTo(view)
    run(sandbox_house, "make_function")
    tool = view.workshop.value()
    assert (tool["type"], tool["name"], tool["parameters"]) == ("function", "triage_result", SCHEMA)
    assert view.using.strip.kind.text() == "function tool"
    assert view.using.strip.isVisibleTo(view)
    run(sandbox_house, "make_text_format")
    assert view.workshop.value()["schema"] == SCHEMA
    run(sandbox_house, "make_response_format")
    assert view.workshop.value()["json_schema"]["schema"] == SCHEMA
    run(sandbox_house, "unwrap")
    assert view.workshop.value() == SCHEMA
    unwrap = sandbox_house.commands.get("schemas.unwrap")
    assert unwrap is not None and not unwrap.isEnabled()
    run(sandbox_house, "undo")
    until(qtbot, lambda: view.workshop.value().get("json_schema", {}).get("schema") == SCHEMA)


def test_name_and_description_of_a_tool_are_edited_beside_the_tree(sandbox_house: House, qtbot: QtBot) -> None:
    view = opened(sandbox_house, TOOL, "lookup_incident")
    strip = view.using.strip
    assert (strip.name.text(), strip.description.text()) == ("lookup_incident", "Finds incidents.")
    strip.description.setFocus()
    strip.description.selectAll()
    qtbot.keyClicks(strip.description, "Finds what is broken")
    strip.description.editingFinished.emit()
    sandbox_house.settled()
    assert view.workshop.value()["description"] == "Finds what is broken"
    strip.name.selectAll()
    qtbot.keyClicks(strip.name, "find it!")
    strip.name.editingFinished.emit()
    sandbox_house.settled()
    assert view.workshop.value()["name"] == "find_it_"
    assert view.workshop.value()["parameters"] == TOOL["parameters"]


def test_the_schema_goes_to_compose(sandbox_house: House, qtbot: QtBot) -> None:
    compose = sandbox_house.compose()
    view = opened(sandbox_house, SCHEMA)
    run(sandbox_house, "use_in_compose")
    form = compose.draft().request().body()["text"]["format"]
    assert (form["name"], form["schema"]) == ("triage_result", SCHEMA)
    view.open_value(TOOL, "lookup_incident")
    sandbox_house.settled()
    run(sandbox_house, "use_in_compose")
    assert compose.draft().request().body()["tools"] == [TOOL]
    until(qtbot, lambda: compose.schema.looks.keys() == {"format", "tool/lookup_incident"})


def test_compose_opens_its_schema_here_and_gets_it_back(sandbox_house: House, qtbot: QtBot) -> None:
    compose = sandbox_house.compose()
    view = opened(sandbox_house, {"type": "object"}, "else")
    sandbox_house.commands.run("compose.set_schema", SCHEMA, "triage_result")
    until(qtbot, lambda: compose.schema.looks)
    sandbox_house.commands.run("compose.edit_schema")
    sandbox_house.settled()
    assert (view.workshop.value(), view.workshop.name) == (SCHEMA, "triage_result")
    run(sandbox_house, "make_text_format")
    view.using.describe("Sorts messages")
    sandbox_house.settled()
    run(sandbox_house, "use_in_compose")
    assert compose.draft().request().body()["text"]["format"] == {
        "type": "json_schema",
        "name": "triage_result",
        "strict": True,
        "description": "Sorts messages",
        "schema": SCHEMA,
    }


def test_what_the_library_has_is_opened_there_and_saved_there(sandbox_house: House, qtbot: QtBot) -> None:
    shelf = library(sandbox_house, **{"triage result": put(Held("schema", SCHEMA, "sorted"), "text.format")})
    compose = sandbox_house.compose()
    view = opened(sandbox_house, {"type": "object"}, "else")
    choose(sandbox_house, compose, "triage result", qtbot)
    assert compose.draft().request().body()["text"]["format"]["name"] == "sorted"
    until(qtbot, lambda: compose.schema.looks)
    sandbox_house.commands.run("compose.edit_schema")
    sandbox_house.settled()
    assert view.shelving.shelf.current.entry_id == "triage result"
    view.using.describe("Sorts messages")
    sandbox_house.settled()
    until(qtbot, lambda: view.shelving.shelf.is_dirty)
    run(sandbox_house, "save")
    assert shelf.read("triage result").value["description"] == "Sorts messages"
    until(qtbot, lambda: view.using.used.strip.link.words() == "Used by Compose")
    run(sandbox_house, "use_in_compose")
    until(qtbot, lambda: compose.draft().taken["format"]["schema"] == "triage result")


def test_a_broken_text_goes_nowhere(sandbox_house: House) -> None:
    compose = sandbox_house.compose()
    view = opened(sandbox_house, SCHEMA)
    before = compose.draft()
    view.source.edit.show_text("{")
    view.workshop.examine()
    sandbox_house.settled()
    for name in ("use_in_compose", "make_function"):
        run(sandbox_house, name)
        assert "no JSON" in view.said.full_text()
    assert compose.draft() == before


# The bench


def bench(house: House, value: Any = TOOL) -> SchemasView:
    view = opened(house, value, "lookup_incident")
    run(house, "tab_bench")
    assert view.stack.currentWidget() is view.benching.page
    return view


def given(view: SchemasView) -> Any:
    return json.loads(view.benching.page.arguments.text())


def test_the_bench_is_offered_for_tools_only(sandbox_house: House) -> None:
    view = opened(sandbox_house, SCHEMA)
    tab = view.strip.buttons[-1]
    assert not tab.isVisibleTo(view)
    run(sandbox_house, "bench_ask")
    assert "Make It a Function Tool" in view.said.full_text()
    run(sandbox_house, "make_function")
    assert tab.isVisibleTo(view)
    run(sandbox_house, "tab_bench")
    run(sandbox_house, "unwrap")
    assert not tab.isVisibleTo(view)
    assert view.stack.currentWidget() is view.source


def test_arguments_are_generated_edited_and_checked(sandbox_house: House, qtbot: QtBot) -> None:
    parameters = {**TOOL["parameters"], "properties": {"since": {"type": "string", "minLength": 3}}}
    view = bench(sandbox_house, {**TOOL, "parameters": parameters})
    page = view.benching.page
    seen = set()
    for number in range(4):
        assert not validate(parameters, given(view))
        assert page.words.full_text() == f"Generated, seed {number}. They fit lookup_incident."
        seen.add(page.arguments.text())
        run(sandbox_house, "bench_another")
    assert len(seen) > 1
    page.arguments.selectAll()
    page.arguments.insertPlainText('{"since": 3}')
    until(qtbot, lambda: page.words.full_text().startswith("/since is an integer"))
    assert [(mark.start, mark.end) for mark in page.arguments._marks] == [(10, 11)]
    run(sandbox_house, "make_function")  # a change of the schema leaves what was written
    view.workshop.replace({**TOOL, "parameters": {"type": "object", "properties": {"since": {"type": "integer"}}}})
    until(qtbot, lambda: page.words.full_text() == "They fit lookup_incident.")
    assert given(view) == {"since": 3}


def test_a_mock_answers_and_the_conversation_is_shown(sandbox_house: House, qtbot: QtBot) -> None:
    view = bench(sandbox_house)
    page = view.benching.page
    page.mocks.setCurrentIndex(page.mocks.findData("error"))
    page.said.edit.set_text("What broke?")
    until(qtbot, lambda: "What broke?" in page.turns.text())
    turns = json.loads(page.turns.text())
    assert [one.get("type", one.get("role")) for one in turns] == ["user", "function_call", "function_call_output"]
    assert turns[2]["output"] == {key: text for key, _words, text in MOCKS}["error"]
    page.answer.selectAll()
    page.answer.insertPlainText("mine")
    assert page.mocks.currentText() == "Another"
    run(sandbox_house, "bench_copy")
    from PySide6.QtGui import QGuiApplication

    assert json.loads(QGuiApplication.clipboard().text())[2]["output"] == "mine"


def test_what_is_too_long_is_neither_shown_nor_sent(sandbox_house: House, qtbot: QtBot) -> None:
    view = bench(sandbox_house)
    page = view.benching.page
    page.arguments.selectAll()
    page.arguments.insertPlainText(json.dumps({"since": "x" * 200_001}))
    until(qtbot, lambda: "not shown" in page.answered.full_text())
    assert json.loads(page.turns.text()) == []
    view.proof.page.options.model.setEditText("sandbox-echo")
    before = len(sandbox_house.store.recent())
    run(sandbox_house, "bench_send")
    assert len(sandbox_house.store.recent()) == before


def test_the_model_is_asked_and_its_arguments_are_checked(sandbox_house: House, qtbot: QtBot) -> None:
    view = bench(sandbox_house)
    page = view.benching.page
    view.proof.page.options.model.setEditText("sandbox-echo")
    run(sandbox_house, "bench_ask")
    assert "first" in page.words.full_text()
    page.said.edit.set_text("The export is broken since Monday")
    run(sandbox_house, "bench_ask")
    until(qtbot, lambda: not view.benching.work.running)
    sandbox_house.settled()
    assert not validate(TOOL["parameters"], given(view))
    assert page.words.full_text() == "They fit lookup_incident."
    assert page.id.id()
    run(sandbox_house, "bench_open")
    assert sandbox_house.called[-1][0] == "requests.show"
    run(sandbox_house, "bench_send")
    until(qtbot, lambda: len(json.loads(page.turns.text())) > 3)
    assert "Simulated" in page.answered.full_text()


def test_a_server_without_responses_is_asked_by_chat(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", Reply.of_json({"error": {"message": "no such path"}}, status=404, forever=True))
    message = {"role": "assistant", "content": "Two things."}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    server.add("/chat/completions", Reply.of_json({"id": "c", "object": "chat.completion", "choices": [choice]}))
    view = bench(house)
    view.proof.page.options.model.setEditText("gpt-4o")
    view.benching.page.said.edit.set_text("hello")
    run(house, "bench_send")
    until(qtbot, lambda: "Two things." in view.benching.page.turns.text())
    body = json.loads(server.received[-1].body)
    assert [one["role"] for one in body["messages"]][-3:] == ["user", "assistant", "tool"]
    assert body["messages"][-2]["tool_calls"][0]["id"] == body["messages"][-1]["tool_call_id"]
    assert "tool_choice" not in body


def test_a_wrong_key_is_said_where_it_was_asked(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    error = {"error": {"message": "Incorrect API key", "type": "invalid_request_error", "code": "invalid_api_key"}}
    server.add("/responses", Reply.of_json(error, status=401, forever=True))
    view = bench(house)
    view.proof.page.options.model.setEditText("gpt-4o")
    view.benching.page.said.edit.set_text("hello")
    before = view.benching.page.arguments.text()
    run(house, "bench_ask")
    until(qtbot, lambda: not view.benching.work.running)
    house.settled()
    assert "key" in view.benching.page.words.full_text()
    assert view.benching.page.arguments.text() == before
    run(house, "bench_send")
    until(qtbot, lambda: "key" in view.benching.page.answered.full_text())


def test_the_bench_remembers_each_tool(sandbox_house: House, qtbot: QtBot) -> None:
    view = bench(sandbox_house)
    page = view.benching.page
    page.answer.selectAll()
    page.answer.insertPlainText("mine")
    page.arguments.selectAll()
    page.arguments.insertPlainText('{"since": "now"}')
    view.using.rename("other")
    sandbox_house.settled()
    assert given(view) != {"since": "now"}
    view.using.rename("lookup_incident")
    sandbox_house.settled()
    assert (page.answer.text(), given(view)) == ("mine", {"since": "now"})
    view.save()
    sandbox_house.close(view)
    again = bench(sandbox_house)
    until(qtbot, lambda: again.benching.page.arguments.text() == '{"since": "now"}')


@pytest.mark.parametrize("value", [{"type": "function", "name": "a", "parameters": {"type": "object", "allOf": [{}]}}])
def test_a_tool_that_strict_mode_refuses_has_a_bench_too(sandbox_house: House, value: Any) -> None:
    view = bench(sandbox_house, value)
    assert view.benching.page.words.full_text()


# Who uses it


def test_who_uses_the_schema_is_said_and_gone_to(sandbox_house: House, qtbot: QtBot) -> None:
    folder = sandbox_house.context().cache.parent / "requests"
    folder.mkdir()
    body = {"model": "m", "input": "x", "text": {"format": put(Held("schema", SCHEMA, "t"), "text.format")}}
    written = Collection(folder).save(SavedRequest("Sort a message", "responses.create", body))
    compose = sandbox_house.compose()
    compose.picker.use("sandbox-echo")
    sandbox_house.commands.run("compose.set_schema", SCHEMA, "t")
    compose.run()
    until(qtbot, lambda: not compose.model.running)
    gone: list[tuple[Any, ...]] = []
    sandbox_house.commands.add("explorer.open_saved", "Open", lambda *what: gone.append(what), group="Tests")
    view = opened(sandbox_house, SCHEMA)
    used = view.using.used
    until(qtbot, lambda: used.strip.link.words() == "Used by 1 saved request, Compose and 1 run")
    assert used.strip.line.isVisibleTo(view)
    run(sandbox_house, "show_users")
    menu = view.findChild(QMenu, "schemas.used.menu")
    assert menu is not None
    first, second, third = menu.actions()
    assert first.text() == "Saved: Sort a message"
    first.trigger()
    assert gone == [(str(written.request.path),)]
    second.trigger()
    third.trigger()
    sandbox_house.settled()
    until(qtbot, lambda: "run" in compose.prompt.status.text().lower() or compose.model.source)
    view.workshop.replace({**SCHEMA, "title": "another"})
    until(qtbot, lambda: not used.strip.line.isVisibleTo(view))
    run(sandbox_house, "show_users")
    assert "yet" in view.said.full_text()


def test_what_others_tell_is_not_offered_in_the_palette(sandbox_house: House) -> None:
    sandbox_house.schemas()
    for name in ("used_in_compose", "saved_in"):
        command = sandbox_house.commands.get(f"schemas.{name}")
        assert command is not None and not command.listed
        command.run()
