"""Schemas in Compose: chosen from the library, sent to Schemas and back, and whether an answer fits."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from playground.core.runs import Message
from playground.core.schemas.library import Library, library_of
from playground.core.schemas.use import digest
from playground.panels.compose.view import ComposeView
from tests.helpers.servers import RecordingServer, Reply
from tests.panels.conftest import PATIENCE, House

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "category": {"type": "string", "enum": ["export", "login"]},
        "severity": {"type": "integer", "minimum": 1, "maximum": 4},
    },
    "required": ["category", "severity"],
    "additionalProperties": False,
}
TOOL: dict[str, Any] = {
    "type": "function",
    "name": "lookup_incident",
    "description": "Finds incidents.",
    "parameters": {
        "type": "object",
        "properties": {"since": {"type": "string"}},
        "required": ["since"],
        "additionalProperties": False,
    },
    "strict": True,
}


def library(house: House, **schemas: Any) -> Library:
    made = library_of(house.settings, house.context().cache.parent)
    for name, value in schemas.items():
        made.save(name, json.dumps(value, indent=2))
    return made


def change(made: Library, name: str, value: Any) -> None:
    made.save(name, json.dumps(value, indent=2), stamp=made.read(name).stamp)


def until(qtbot: QtBot, true: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(true()), timeout=PATIENCE)


def choose(house: House, view: ComposeView, row: str, qtbot: QtBot) -> None:
    house.commands.run("compose.pick_schema")
    popup = view.schema._popup
    assert popup is not None
    until(qtbot, lambda: any(popup.list.item(at).text() == row for at in range(popup.list.count())))
    at = next(at for at in range(popup.list.count()) if popup.list.item(at).text() == row)
    popup._clicked(popup.list.item(at))
    house.settled()


def test_a_schema_is_chosen_from_the_library_and_sent(sandbox_house: House, qtbot: QtBot) -> None:
    library(sandbox_house, triage_result=SCHEMA)
    view = sandbox_house.compose()
    view.prompt.messages.set_messages((Message("user", "hello"),))
    choose(sandbox_house, view, "triage_result", qtbot)
    body = view.draft().request().body()
    assert body["text"] == {
        "format": {"type": "json_schema", "name": "triage_result", "strict": True, "schema": SCHEMA}
    }
    assert view.draft().taken == {"format": {"schema": "triage_result", "sha256": digest(SCHEMA)}}
    until(qtbot, lambda: view.schema.part.button.title() == "triage_result")
    assert view.schema.part.button.state() == "strict ✓"
    sandbox_house.commands.run("compose.restore")
    assert "text" not in view.draft().request().body()
    assert view.draft().taken == {}


def test_what_the_library_changed_is_told_shown_and_taken_over(sandbox_house: House, qtbot: QtBot) -> None:
    shelf = library(sandbox_house, triage_result=SCHEMA)
    view = sandbox_house.compose()
    choose(sandbox_house, view, "triage_result", qtbot)
    newer = {**SCHEMA, "properties": {**SCHEMA["properties"], "severity": {"type": "integer"}}}
    change(shelf, "triage_result", newer)
    view.hide()
    view.show()
    until(qtbot, lambda: "newer version" in view.schema.part.note.text())
    assert view.schema.part.take.isVisibleTo(view)
    sandbox_house.commands.run("compose.schema_changes")
    sandbox_house.settled()
    dialog = view.window().findChild(object, "compose.schema.changes")
    assert dialog is not None
    assert "minimum" in dialog.diff.left.toPlainText()  # type: ignore[attr-defined]
    assert "severity" in dialog.words.full_text()  # type: ignore[attr-defined]
    assert "may be refused" in dialog.words.full_text()  # type: ignore[attr-defined]
    dialog._agree()  # type: ignore[attr-defined]
    sandbox_house.settled()
    until(qtbot, lambda: not view.schema.part.note.isVisibleTo(view))
    assert view.draft().request().body()["text"]["format"]["schema"] == newer
    assert view.draft().taken["format"]["sha256"] == digest(newer)


def test_an_edit_in_the_request_is_told_too(sandbox_house: House, qtbot: QtBot) -> None:
    library(sandbox_house, triage_result=SCHEMA)
    view = sandbox_house.compose()
    choose(sandbox_house, view, "triage_result", qtbot)
    view.settings.set_value("text.format.schema", json.dumps({**SCHEMA, "title": "mine"}))
    until(qtbot, lambda: "Edited here" in view.schema.part.note.text())


def test_schemas_sends_a_schema_and_it_is_known_again(sandbox_house: House, qtbot: QtBot) -> None:
    library(sandbox_house, other={**SCHEMA, "title": "x"}, triage_result=SCHEMA)
    view = sandbox_house.compose()
    sandbox_house.commands.run("compose.set_schema", SCHEMA, "sorted")
    until(qtbot, lambda: "format" in view.draft().taken)
    assert view.draft().taken["format"]["schema"] == "triage_result"
    assert view.draft().request().body()["text"]["format"]["name"] == "sorted"


def test_a_chat_has_it_as_its_response_format(sandbox_house: House) -> None:
    view = sandbox_house.compose()
    view.settings.part.api.set_value("chat")
    form = {"type": "json_schema", "name": "a", "description": "why", "strict": False, "schema": SCHEMA}
    sandbox_house.commands.run("compose.set_schema", form, "b")
    inner = {"name": "a", "strict": False, "description": "why", "schema": SCHEMA}
    assert view.draft().request().body()["response_format"] == {"type": "json_schema", "json_schema": inner}


def test_the_schema_is_opened_in_schemas(sandbox_house: House, qtbot: QtBot) -> None:
    opened: list[tuple[Any, ...]] = []
    sandbox_house.commands.add("schemas.open_value", "Open", lambda *what: opened.append(what), group="Tests")
    view = sandbox_house.compose()
    sandbox_house.commands.run("compose.set_schema", SCHEMA, "triage_result")
    until(qtbot, lambda: view.schema.looks)
    sandbox_house.commands.run("compose.edit_schema")
    assert opened == [(SCHEMA, "triage_result")]


def test_a_function_tool_is_added_replaced_edited_and_taken_out(sandbox_house: House, qtbot: QtBot) -> None:
    opened: list[tuple[Any, ...]] = []
    sandbox_house.commands.add("schemas.open_value", "Open", lambda *what: opened.append(what), group="Tests")
    view = sandbox_house.compose()
    view.settings.set_value("other", json.dumps({"tools": [{"type": "web_search"}], "unheard_of": 1}))
    sandbox_house.commands.run("compose.set_schema", TOOL, "ignored")
    assert view.draft().request().body()["tools"] == [{"type": "web_search"}, TOOL]
    other = {**TOOL, "description": "Better."}
    sandbox_house.commands.run("compose.set_schema", other, "")
    assert view.draft().request().body()["tools"] == [{"type": "web_search"}, other]
    until(qtbot, lambda: "tool/lookup_incident" in view.schema.looks)
    view.schema.tools.edit("lookup_incident")
    assert opened == [(other, "lookup_incident")]
    view.schema.tools.remove("lookup_incident")
    assert json.loads(view.draft().other) == {"tools": [{"type": "web_search"}], "unheard_of": 1}
    sandbox_house.commands.run("compose.restore")
    assert view.draft().request().body()["tools"] == [{"type": "web_search"}, other]


@pytest.mark.parametrize(
    "tools", [{"type": "function", "name": "a", "parameters": {}}, [3, None, {"type": "function"}], "x"]
)
def test_other_fields_in_which_tools_are_none_do_no_harm(sandbox_house: House, tools: Any) -> None:
    view = sandbox_house.compose()
    view.settings.set_value("other", json.dumps({"tools": tools}))
    sandbox_house.settled()
    assert view.schema.tools.all() == []
    view.schema.tools.show()
    view.schema.tools.remove("a")
    assert json.loads(view.draft().other) == {"tools": tools}


def test_a_tool_in_a_chat_has_the_chats_shape(sandbox_house: House) -> None:
    view = sandbox_house.compose()
    view.settings.part.api.set_value("chat")
    sandbox_house.commands.run("compose.set_schema", TOOL, "")
    inner = {name: TOOL[name] for name in ("name", "description", "parameters", "strict")}
    assert view.draft().request().body()["tools"] == [{"type": "function", "function": inner}]


def test_other_fields_that_are_no_json_are_not_written_over(sandbox_house: House) -> None:
    view = sandbox_house.compose()
    view.settings.set_value("other", "{broken")
    sandbox_house.commands.run("compose.set_schema", TOOL, "")
    assert view.draft().other == "{broken"
    assert "no JSON object" in view.prompt.status.text()


def run(house: House, view: ComposeView, qtbot: QtBot) -> str:
    view.prompt.messages.set_messages((Message("user", "hello"),))
    view.run()
    until(qtbot, lambda: not view.model.running)
    house.settled()
    line = view.schema.fitting.line
    return "" if line is None or not line.isVisibleTo(view) else line.words.full_text()


def test_an_answer_that_fits_is_said_to(sandbox_house: House, qtbot: QtBot) -> None:
    view = sandbox_house.compose()
    view.picker.use("sandbox-echo")
    assert run(sandbox_house, view, qtbot) == ""
    sandbox_house.commands.run("compose.set_schema", SCHEMA, "triage_result")
    assert run(sandbox_house, view, qtbot) == "The output fits triage_result."
    view.settings.set_value("text.format.type", None)
    assert run(sandbox_house, view, qtbot) == ""


def answered(text: str) -> Reply:
    response = {
        "id": "resp_1",
        "object": "response",
        "status": "completed",
        "model": "gpt-4o",
        "output": [
            {
                "type": "message", "role": "assistant", "status": "completed", "id": "msg_1",
                "content": [{"type": "output_text", "text": text, "annotations": []}],
            },
            {
                "type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "lookup_incident",
                "arguments": '{"since": 3}', "status": "completed",
            },
        ],
    }  # fmt: skip
    return Reply.of_json(response, headers={"x-request-id": "req_1"})


def test_what_does_not_fit_is_said_with_its_place(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", answered('{"category": "export", "severity": 9}'))
    view = house.compose()
    view.picker.use("gpt-4o")
    house.commands.run("compose.set_schema", SCHEMA, "triage_result")
    house.commands.run("compose.set_schema", TOOL, "")
    words = run(house, view, qtbot)
    assert "does not fit triage_result: /severity is 9, greater than 4" in words
    assert "arguments of lookup_incident do not fit: /since is an integer, not a string" in words
    verdicts = [block._verdict.text() for block in view.output.view.blocks() if block.title == "lookup_incident"]
    assert verdicts == ["does not fit"]


def test_the_reference_is_remembered(sandbox_house: House, qtbot: QtBot) -> None:
    library(sandbox_house, triage_result=SCHEMA)
    view = sandbox_house.compose()
    choose(sandbox_house, view, "triage_result", qtbot)
    view.save()
    sandbox_house.close(view)
    again = sandbox_house.compose()
    assert again.draft().taken == {"format": {"schema": "triage_result", "sha256": digest(SCHEMA)}}


def test_a_change_of_the_library_on_another_place_leaves_the_draft(sandbox_house: House, qtbot: QtBot) -> None:
    shelf = library(sandbox_house, triage_result=SCHEMA)
    view = sandbox_house.compose()
    choose(sandbox_house, view, "triage_result", qtbot)
    shelf.remove("triage_result")
    view.schema.refresh()
    until(qtbot, lambda: "not in the library any more" in view.schema.part.note.text())
    assert not view.schema.part.take.isVisibleTo(view)
    assert view.draft().request().body()["text"]["format"]["schema"] == SCHEMA


# The list


def test_the_list_is_searched_and_used_by_keys_alone(sandbox_house: House, qtbot: QtBot) -> None:
    library(sandbox_house, triage_result=SCHEMA, invoice={**SCHEMA, "description": "What a customer owes"}, tool=TOOL)
    view = sandbox_house.compose()
    sandbox_house.commands.run("compose.pick_schema")
    sandbox_house.settled()
    popup = view.schema._popup
    assert popup is not None
    assert [popup.list.item(row).text() for row in range(popup.list.count())] == [
        "Text", "JSON object", "invoice", "tool", "triage_result",
    ]  # fmt: skip
    qtbot.keyClicks(popup.field, "nothing like it")
    assert popup.list.count() == 0
    assert "No schema" in popup.note.text()
    popup.field.selectAll()
    qtbot.keyClicks(popup.field, "owes")
    assert [popup.list.item(row).text() for row in range(popup.list.count())] == ["invoice"]
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    sandbox_house.settled()
    assert view.draft().taken["format"]["schema"] == "invoice"
    assert view.schema._popup is None


def test_text_and_any_object_are_chosen_there_too(sandbox_house: House, qtbot: QtBot) -> None:
    view = sandbox_house.compose()
    sandbox_house.commands.run("compose.set_schema", SCHEMA, "a")
    for row, wanted in (("JSON object", {"format": {"type": "json_object"}}), ("Text", None)):
        choose(sandbox_house, view, row, qtbot)
        assert view.draft().request().body().get("text") == wanted
    assert view.draft().settings["text.format.schema"]  # what was there comes back with the format


def test_an_empty_library_says_where_schemas_come_from(sandbox_house: House) -> None:
    view = sandbox_house.compose()
    sandbox_house.commands.run("compose.pick_schema")
    sandbox_house.settled()
    assert view.schema._popup is not None
    assert "Save a schema in Schemas" in view.schema._popup.note.text()


def test_a_schema_that_went_meanwhile_is_said(sandbox_house: House, qtbot: QtBot) -> None:
    shelf = library(sandbox_house, triage_result=SCHEMA)
    view = sandbox_house.compose()
    sandbox_house.commands.run("compose.pick_schema")
    sandbox_house.settled()
    popup = view.schema._popup
    assert popup is not None
    shelf.path("triage_result").unlink()
    popup._clicked(popup.list.findItems("triage_result", Qt.MatchFlag.MatchExactly)[0])
    sandbox_house.settled()
    assert "no schema “triage_result”" in view.prompt.status.text()
    assert "text" not in view.draft().request().body()


def test_hidden_characters_of_a_title_are_seen(sandbox_house: House) -> None:
    library(sandbox_house, a={**SCHEMA, "title": "pay\u202egnp.exe"})
    view = sandbox_house.compose()
    sandbox_house.commands.run("compose.pick_schema")
    sandbox_house.settled()
    popup = view.schema._popup
    assert popup is not None
    assert all("\u202e" not in str(popup.list.item(2).data(role)) for role in (0, 3, 256, 257))


def test_each_choice_of_a_chat_is_checked_by_itself(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    choices = [
        {"index": number, "finish_reason": "stop", "message": {"role": "assistant", "content": json.dumps(content)}}
        for number, content in enumerate(({"category": "login", "severity": 1}, {"category": "login"}))
    ]
    server.add("/chat/completions", Reply.of_json({"id": "c", "object": "chat.completion", "choices": choices}))
    view = house.compose()
    view.picker.use("gpt-4o")
    view.settings.part.api.set_value("chat")
    house.commands.run("compose.set_schema", SCHEMA, "triage_result")
    words = run(house, view, qtbot)
    assert "Output 1 fits triage_result." in words
    assert "Output 2 does not fit triage_result: The output has no “severity”." in words


def test_a_tool_of_the_library_is_told_to_be_newer_and_taken_over(sandbox_house: House, qtbot: QtBot) -> None:
    shelf = library(sandbox_house, lookup_incident=TOOL)
    view = sandbox_house.compose()
    choose(sandbox_house, view, "lookup_incident", qtbot)
    assert view.draft().taken["tool/lookup_incident"]["schema"] == "lookup_incident"
    newer = {**TOOL, "parameters": {**TOOL["parameters"], "description": "Of one customer."}}
    change(shelf, "lookup_incident", newer)
    view.schema.refresh()
    until(qtbot, lambda: any("newer" in one.note for one in view.schema.looks.values()))
    view.schema.tools.show("lookup_incident")
    menu = view.findChild(QMenu, "compose.schema.tool.menu")
    assert menu is not None
    words = [action.text() for action in menu.actions()]
    assert words == ["Edit in Schemas", "Take Over the Library's", "Show What Changed", "Take It Out of the Request"]
    menu.actions()[1].trigger()
    menu.close()
    assert view.draft().request().body()["tools"] == [newer]
    until(qtbot, lambda: not view.schema.looks["tool/lookup_incident"].note)


def test_a_schema_larger_than_a_request_takes_is_refused(sandbox_house: House) -> None:
    view = sandbox_house.compose()
    large = {**SCHEMA, "description": "x" * 200_001}
    sandbox_house.commands.run("compose.set_schema", large, "large")
    assert "200,000 at most" in view.prompt.status.text()
    assert view.draft().settings == {}


def test_another_description_in_the_library_is_told(sandbox_house: House, qtbot: QtBot) -> None:
    form = {"type": "json_schema", "name": "t", "description": "old", "strict": True, "schema": SCHEMA}
    shelf = library(sandbox_house, sorted=form)
    view = sandbox_house.compose()
    choose(sandbox_house, view, "sorted", qtbot)
    until(qtbot, lambda: view.schema.looks)
    assert not view.schema.looks["format"].note
    change(shelf, "sorted", {**form, "description": "new"})
    view.schema.refresh()
    until(qtbot, lambda: "another description" in view.schema.looks["format"].note)
    sandbox_house.commands.run("compose.take_schema")
    assert view.draft().request().body()["text"]["format"]["description"] == "new"
    until(qtbot, lambda: not view.schema.looks["format"].note)


def test_a_run_of_the_history_is_checked_again(sandbox_house: House, qtbot: QtBot) -> None:
    view = sandbox_house.compose()
    view.picker.use("sandbox-echo")
    sandbox_house.commands.run("compose.set_schema", SCHEMA, "triage_result")
    assert run(sandbox_house, view, qtbot)
    run_id = view.history.open_id
    view.settings.set_value("text.format.type", None)
    assert run(sandbox_house, view, qtbot) == ""
    sandbox_house.commands.run("compose.open_run", run_id)
    line = view.schema.fitting.line
    assert line is not None
    until(qtbot, lambda: line.isVisibleTo(view))
    assert line.words.full_text() == "The output fits triage_result."
    assert view.draft().settings["text.format.type"] == "json_schema"
