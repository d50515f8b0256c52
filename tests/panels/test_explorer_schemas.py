"""Fields of the explorer's form that hold a JSON Schema: from the library, to Schemas and back."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.core.saved import Collection, SavedRequest
from playground.panels.explorer.view import ExplorerView
from tests.panels.conftest import House
from tests.panels.test_compose_schema import SCHEMA, TOOL, library, until

MATCH = Qt.MatchFlag.MatchExactly
FORMAT = {"model": "m", "text": {"format": {"type": "json_schema", "name": "", "schema": {"type": "object"}}}}
CHAT = {"model": "m", "messages": [], "response_format": {"type": "json_schema", "json_schema": {"name": "mine"}}}


def form(house: House, method: str, arguments: dict[str, Any], pointer: str) -> ExplorerView:
    view = house.explorer()
    view.open_method(method, arguments)
    house.settled()
    assert view.page.form.go_to(pointer)
    return view


def take(house: House, view: ExplorerView, name: str, pointer: str, qtbot: QtBot) -> None:
    """By the field's button, and the list."""
    row = view.page.form.row(pointer)
    button = row.schema  # type: ignore[union-attr]
    assert button.isVisibleTo(view)
    assert button.accessibleName()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    popup = view.schemas._popup
    assert popup is not None
    until(qtbot, lambda: popup.list.findItems(name, MATCH))
    popup._clicked(popup.list.findItems(name, MATCH)[0])
    house.settled()


def test_a_schema_is_chosen_for_a_field_and_its_name_filled_in(sandbox_house: House, qtbot: QtBot) -> None:
    library(sandbox_house, triage_result=SCHEMA)
    view = form(sandbox_house, "responses.create", FORMAT, "/text/format/schema")
    take(sandbox_house, view, "triage_result", "/text/format/schema", qtbot)
    made = view.page.arguments()["text"]["format"]
    assert made == {"type": "json_schema", "name": "triage_result", "schema": SCHEMA}


def test_a_name_that_is_there_stays(sandbox_house: House, qtbot: QtBot) -> None:
    library(sandbox_house, triage_result=SCHEMA)
    pointer = "/response_format/json_schema/schema"
    view = form(sandbox_house, "chat.completions.create", CHAT, pointer)
    take(sandbox_house, view, "triage_result", pointer, qtbot)
    assert view.page.arguments()["response_format"]["json_schema"] == {"name": "mine", "schema": SCHEMA}


@pytest.mark.parametrize("chat", [False, True])
def test_a_tools_parameters_go_to_schemas_as_the_tool_and_come_back(sandbox_house: House, chat: bool) -> None:
    opened: list[tuple[Any, ...]] = []
    sandbox_house.commands.add("schemas.open_value", "Open", lambda *what: opened.append(what), group="Tests")
    inner = {name: value for name, value in TOOL.items() if name != "type"}
    tool = {"type": "function", "function": inner} if chat else TOOL
    method, pointer = "responses.create", "/tools/0/parameters"
    if chat:
        method, pointer = "chat.completions.create", "/tools/0/function/parameters"
    view = form(sandbox_house, method, {"model": "m", "tools": [tool]}, pointer)
    sandbox_house.commands.run("explorer.choose_schema")
    popup = view.schemas._popup
    assert popup is not None
    popup._clicked(popup.list.item(0))
    assert opened == [(tool, "lookup_incident")]
    other = {**TOOL, "description": "Better.", "parameters": SCHEMA}
    sandbox_house.commands.run("explorer.set_schema", other, "lookup_incident")
    made = view.page.arguments()["tools"][0]
    made = made["function"] if chat else made
    assert (made["description"], made["parameters"], made["name"]) == ("Better.", SCHEMA, "lookup_incident")


def test_where_there_is_no_such_field_that_is_said(sandbox_house: House) -> None:
    view = sandbox_house.explorer()
    view.open_method("models.list", {})
    sandbox_house.settled()
    sandbox_house.commands.run("explorer.edit_schema")
    assert "No field" in view.page.status.source()
    sandbox_house.commands.run("explorer.set_schema", SCHEMA, "x")
    assert view.page.arguments() == {}
    assert "models.list takes no schema" in view.page.status.source()


def test_without_a_field_the_schema_goes_where_the_request_holds_one(sandbox_house: House) -> None:
    view = sandbox_house.explorer()
    sandbox_house.commands.run("explorer.set_schema", SCHEMA, "x")
    sandbox_house.settled()
    assert view.page.entry is not None and view.page.entry.name == "responses.create"
    form = {"type": "json_schema", "name": "x", "strict": True, "schema": SCHEMA}
    assert view.page.arguments() == {"text": {"format": form}}
    view.open_method("responses.create", {"model": "m", "text": {"verbosity": "low"}})
    sandbox_house.commands.run("explorer.set_schema", TOOL, "")
    assert view.page.arguments() == {"model": "m", "text": {"verbosity": "low"}, "tools": [TOOL]}
    view.open_method("chat.completions.create", {"model": "m", "messages": []})
    sandbox_house.commands.run("explorer.set_schema", SCHEMA, "x")
    assert view.page.arguments()["response_format"]["json_schema"]["schema"] == SCHEMA


def test_a_saved_request_is_opened_also_before_the_catalogue_is_there(sandbox_house: House, qtbot: QtBot) -> None:
    folder = sandbox_house.context().cache.parent / "requests"
    folder.mkdir()
    written = Collection(folder).save(SavedRequest("Sort", "responses.create", {**FORMAT, "input": "hi"}))
    view = ExplorerView(sandbox_house.context())
    sandbox_house._show_view(view)
    assert view.methods.catalog is None
    sandbox_house.commands.run("explorer.open_saved", str(written.request.path))
    until(qtbot, lambda: view.page.entry is not None)
    sandbox_house.settled()
    assert view.page.entry is not None and view.page.entry.name == "responses.create"
    assert view.page.arguments()["input"] == "hi"
    assert sandbox_house.notes == []
