"""Every setting of Compose through its own widget, into the body that a server receives."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from playground.core.runs import Message
from playground.core.runs.parameters import APIS, Api, Parameter, parameter, parameters
from playground.panels.compose.draft import Draft
from playground.panels.compose.refused import MOST, Refusal, Refusals, is_general, sentence
from playground.panels.compose.settings_row import OTHER
from playground.panels.compose.view import ComposeView
from playground.widgets.controls import OptionalChoice, OptionalFlag, OptionalNumber, OptionalText
from playground.widgets.controls.optional_long import LongField
from playground.widgets.controls.optional_rows import OptionalPairs, OptionalTexts
from tests.core.runs.test_parameters import member, sample, settings_for
from tests.helpers.servers import RecordingServer
from tests.panels.conftest import PATIENCE, House
from tests.panels.streams import chat_reply, error_reply, responses_reply
from tests.panels.test_compose import banner, enabled, finish, generations, status, write
from tests.shell.test_window import nameless

FREE = {"responses": {"model", "input", "stream"}, "chat": {"model", "messages", "stream", "stream_options"}}


def prepared(house: House, server: RecordingServer, api: str, runs: int = 1) -> ComposeView:
    path, reply = ("/responses", responses_reply) if api == "responses" else ("/chat/completions", chat_reply)
    server.add(path, *(reply("x") for _ in range(runs)))
    view = house.compose()
    write(view, "hi")
    view.settings.api.set_value(api)
    return view


def enter(field: Any, value: Any) -> None:
    """Put a value in by the keys."""
    if isinstance(field, OptionalTexts | OptionalPairs):
        for index, entry in enumerate(value.items() if isinstance(value, dict) else value):
            for part, text in zip(field.rows()[index], entry if isinstance(entry, tuple) else (entry,), strict=True):
                enter(part, text)
        return
    if isinstance(field, OptionalFlag):
        QTest.keyClicks(field, json.dumps(value)[0])
        return
    edit = (
        field.lineEdit()
        if isinstance(field, OptionalChoice)
        else field.editor
        if isinstance(field, LongField)
        else field
    )
    edit.setFocus()
    QTest.keyClicks(edit, str(value).replace("\n", "\\n"))


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(
    "group", ["reasoning", "sampling", "output", "limits", "state", "caching", "metadata", "safety"]
)
def test_what_is_set_by_hand_is_sent_and_what_is_unset_is_not(
    house: House, server: RecordingServer, qtbot: QtBot, api: Api, group: str
) -> None:
    mine = [entry for entry in parameters() if entry.group == group and api in entry.paths]
    if not mine:
        pytest.skip(f"{api} has no settings in {group}")
    view = prepared(house, server, api, 2)
    values = {}
    for entry in mine:
        if entry.needs is None or entry.needs[0] in values:
            value = "json_schema" if entry.id == "text.format.type" else sample(entry, api)
            if entry.id == "text.format.name":
                value = "n"
            values[entry.id] = value
            enter(view.settings.field(entry.id), value)
    assert view.settings.groups[group].header.note() == f"{len(values)} set"
    view.run()
    assert status(view).startswith(("Waiting", "Streaming")), status(view)
    finish(view, qtbot)
    sent = generations(server)[0].json()
    for identifier, value in values.items():
        entry = parameter(identifier)
        assert entry is not None
        assert member(sent, entry.paths[api]) == (json.loads(value) if entry.kind == "json" else value)
    tops = {entry.paths[api].split(".")[0] for entry in mine if entry.id in values}
    assert set(sent) - FREE[api] == tops - FREE[api]
    for identifier in values:
        view.settings.field(identifier).unset()
    view.run()
    finish(view, qtbot)
    assert set(generations(server)[1].json()) == FREE[api]
    assert view.settings.groups[group].header.note() == ""


@pytest.mark.parametrize("api", APIS)
def test_every_setting_has_its_name_and_its_help(house: House, server: RecordingServer, api: str) -> None:
    view = prepared(house, server, api)
    view.resize(1228, 4000)
    view.splitter.setSizes([400, 556, 272])
    for group in view.settings.groups.values():
        group.header.setChecked(True)
    view.settings.set_value("text.format.type", "json_schema")
    for entry in parameters():
        widget = view.settings.findChild(QWidget, f"compose.{entry.id}")
        there = widget is not None and widget.isVisible()
        assert there is (api in entry.paths), entry.id
        if there and widget is not None:
            assert entry.label in widget.accessibleName()
            assert entry.doc.split()[0] in widget.toolTip() and entry.paths[api] in widget.toolTip()
            assert widget.mapTo(view.settings, widget.rect().bottomRight()).x() < view.settings.width()
    assert view.settings.width() == 272
    assert nameless(view.settings) == []


def test_a_value_is_kept_for_the_other_api(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    view = prepared(house, server, "chat", 2)
    server.add("/responses", responses_reply("x"))
    view.settings.set_value("seed", 7)
    view.settings.set_value("service_tier", "fast")
    view.settings.api.set_value("responses")
    seed = view.settings.findChild(QWidget, "compose.seed")
    assert seed is not None and not seed.isVisible()
    view.run()
    finish(view, qtbot)
    assert set(generations(server)[0].json()) - FREE["responses"] == {"service_tier"}
    view.settings.api.set_value("chat")
    assert seed.isVisible()
    view.run()
    finish(view, qtbot)
    assert generations(server)[1].json()["seed"] == 7


def test_the_draft_keeps_every_setting(house: House, server: RecordingServer) -> None:
    view = prepared(house, server, "chat")
    values = {}
    for entry in parameters():
        values |= settings_for(entry, next(iter(entry.paths)))
    values["text.format.schema"] = '{ "not": finished'
    for identifier, value in values.items():
        view.settings.set_value(identifier, value)
    view.settings.set_value(OTHER.id, '{"x": 1')
    view.settings.groups["safety"].header.setChecked(True)
    view.settings.groups["sampling"].header.setChecked(False)
    draft = view.draft()
    assert draft.settings == values and draft.other == '{"x": 1'
    assert Draft.from_json(json.loads(json.dumps(draft.to_json()))) == draft
    house.close(view)
    again = house.compose()
    assert again.draft() == draft
    assert again.settings.groups["safety"].is_open and not again.settings.groups["sampling"].is_open
    assert not again.settings.groups["metadata"].rows, "what is closed is not made"
    assert again.settings.groups["metadata"].header.note() == "1 set"


def test_a_draft_of_the_first_version_is_read() -> None:
    old = {
        "model": "m",
        "api": "chat",
        "temperature": 0.5,
        "top_p": None,
        "max_output_tokens": 64.0,
        "reasoning_effort": "low",
    }
    draft = Draft.from_json(old)
    assert draft is not None
    assert draft.settings == {"temperature": 0.5, "max_output_tokens": 64, "reasoning.effort": "low"}


@pytest.mark.parametrize(
    ("identifier", "value"),
    [
        ("temperature", "hot"),
        ("temperature", True),
        ("store", 1),
        ("stop", "x"),
        ("metadata", []),
        ("no.such", 1),
        ("user", ""),
    ],
)
def test_what_does_not_fit_a_setting_is_left_out(identifier: str, value: object) -> None:
    draft = Draft.from_json({"version": 2, "settings": {identifier: value, "seed": 3}})
    assert draft is not None and draft.settings == {"seed": 3}


def test_other_fields_are_sent_and_win(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    view = prepared(house, server, "responses")
    view.settings.set_value("temperature", 0.5)
    enter(view.settings.field(OTHER.id), '{"temperature": 1, "of_tomorrow": [1]}')
    view.run()
    finish(view, qtbot)
    sent = generations(server)[0].json()
    assert sent["temperature"] == 1 and sent["of_tomorrow"] == [1]


@pytest.mark.parametrize(
    ("identifier", "value", "said"),
    [
        (OTHER.id, '{"a": 1,}', "Other fields: Line 1, column 9: remove the comma"),
        ("text.format.schema", "{", "JSON Schema: Line 1, column 2"),
        ("safety_identifier", "x" * 200, "Safety identifier: Has 200 characters"),
    ],
)
def test_what_keeps_a_setting_from_being_sent_is_said_there(
    house: House, server: RecordingServer, identifier: str, value: str, said: str
) -> None:
    view = prepared(house, server, "responses")
    view.settings.set_value("text.format.type", "json_schema")
    view.settings.set_value("text.format.name", "n")
    view.settings.set_value("text.format.schema", "{}")
    view.settings.set_value(identifier, value)
    view.settings.groups[view.settings.row(identifier).parameter.group].header.setChecked(False)
    view.run()
    assert status(view).startswith(said) and generations(server) == []
    row = view.settings.row(identifier)
    assert row.isVisible(), "its section is open"
    focused = view.window().focusWidget()
    assert focused is row.widget or row.isAncestorOf(focused or view)


# What servers said


def refuse(server: RecordingServer, param: str, words: str, api: str = "responses", **more: Any) -> None:
    """The next generation is refused."""
    reply = error_reply(400, words, param=param, **more)
    reply.forever = False
    server.add("/responses" if api == "responses" else "/chat/completions", reply)


def is_in_view(view: ComposeView, widget: QWidget) -> bool:
    area = view.settings.area
    return area.rect().contains(widget.mapTo(area, widget.rect().center()))


@pytest.mark.parametrize(
    ("api", "param", "identifier"),
    [
        ("responses", "temperature", "temperature"),
        ("responses", "reasoning.effort", "reasoning.effort"),
        ("responses", "text.format.schema", "text.format.schema"),
        ("chat", "response_format.json_schema.schema", "text.format.schema"),
        ("chat", "max_tokens", "max_output_tokens"),
        ("chat", "stop[0]", "stop"),
        ("responses", "metadata.team", "metadata"),
        ("responses", "moderation.model", "moderation.model"),
    ],
)
def test_a_400_marks_the_setting_it_names(
    house: House, server: RecordingServer, qtbot: QtBot, api: Api, param: str, identifier: str
) -> None:
    words = f"Unsupported parameter: '{param}' is not supported with this model."
    refuse(server, param, words, api)
    view = house.compose()
    write(view, "hi")
    view.settings.api.set_value(api)
    entry = parameter(identifier)
    assert entry is not None
    for name, value in settings_for(entry, api).items():
        view.settings.set_value(name, value)
    group = view.settings.groups[entry.group]
    group.header.setChecked(False)
    view.run()
    finish(view, qtbot)
    assert banner(view) is not None
    row = view.settings.row(identifier)
    assert group.is_open and row.isVisible() and "1 refused" in group.header.note()
    assert row.remark().startswith("gpt-test refused ") and row.remark().endswith(words)
    assert words in row.field.mark() and row.field.problem() == ""
    qtbot.waitUntil(lambda: is_in_view(view, row.widget), timeout=PATIENCE)
    others = [other for one in view.settings.groups.values() for other in one.rows.values() if other is not row]
    assert all(not other.remark() for other in others)


def test_a_refusal_is_remembered_with_its_model(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    refuse(server, "temperature", "Unsupported parameter: 'temperature'.")
    view = house.compose()
    write(view, "hi")
    view.settings.set_value("temperature", 0.5)
    view.run()
    finish(view, qtbot)
    house.close(view)
    view = house.compose()
    row = view.settings.row("temperature")
    assert row.remark().startswith("gpt-test refused temperature on ") and row.field.mark()
    view.picker.use("gpt-other")
    assert row.remark() == "" and row.field.mark() == ""
    view.picker.use("gpt-test")
    assert row.remark() and row.field.mark()
    view.settings.set_value("temperature", None)
    assert row.remark() and not row.field.mark(), "said, but nothing is wrong now"
    other = house.add_profile("Other", server.base_url, default_model="gpt-test")
    house.use(other.id)
    house.settled()
    assert view.settings.model.currentText() == "gpt-test" and row.remark() == "", "another profile"
    house.use("environment")
    house.settled()
    assert row.remark()
    forget: Any = view.settings.findChild(QWidget, "compose.temperature.forget")
    qtbot.mouseClick(forget, Qt.MouseButton.LeftButton)
    assert row.remark() == "" and len(view.model.refusals) == 0


def test_a_refused_setting_can_be_sent_all_the_same_and_is_forgotten_when_it_is_taken(
    house: House, server: RecordingServer, qtbot: QtBot
) -> None:
    refuse(server, "temperature", "'temperature' does not support 0.5.", code="unsupported_value")
    server.add("/responses", responses_reply("a"), responses_reply("b"))
    view = house.compose()
    write(view, "hi")
    view.settings.set_value("temperature", 0.5)
    view.run()
    finish(view, qtbot)
    row = view.settings.row("temperature")
    assert "refused temperature 0.5 on " in row.remark() and row.field.mark()
    view.settings.set_value("temperature", 1.0)
    assert row.remark() and not row.field.mark(), "it was about the other value"
    view.run()
    finish(view, qtbot)
    assert row.remark(), "another value proves nothing"
    view.settings.set_value("temperature", 0.5)
    assert row.field.mark()
    view.run()
    finish(view, qtbot)
    assert generations(server)[2].json()["temperature"] == 0.5
    assert row.remark() == "" and row.field.mark() == ""


def test_other_refusals_mark_nothing(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", error_reply(401, "temperature?", param="temperature"))
    view = house.compose()
    write(view, "hi")
    view.settings.set_value("temperature", 0.5)
    view.run()
    finish(view, qtbot)
    assert len(view.model.refusals) == 0 and view.settings.row("temperature").remark() == ""


@pytest.mark.parametrize(
    ("api", "param", "card"),
    [("responses", "input[1].content", 2), ("chat", "messages[2]", 2), ("responses", "input", 2)],
)
def test_a_message_that_a_server_refused_says_so(
    house: House, server: RecordingServer, qtbot: QtBot, api: str, param: str, card: int
) -> None:
    refuse(server, param, "This message is not allowed.", api)
    view = house.compose()
    write(view, "hi", "", "again", instructions="be brief")
    view.settings.api.set_value(api)
    view.run()
    finish(view, qtbot)
    cards = view.prompt.messages.cards
    assert [one.trouble.isVisible() for one in cards] == [index == card for index in range(3)]
    assert cards[card].trouble.text() == "This message is not allowed."
    qtbot.keyClicks(cards[card].editor, "!")
    assert not cards[card].trouble.isVisible()


def test_the_instructions_and_the_model_are_marked(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    refuse(server, "messages[0].content", "Too rude.", "chat")
    refuse(server, "model", "No such model.", "chat", code="model_not_found")
    view = house.compose()
    write(view, "hi", instructions="be rude")
    view.settings.api.set_value("chat")
    view.run()
    finish(view, qtbot)
    assert view.prompt.instructions_trouble() == "Too rude."
    view.run()
    assert view.prompt.instructions_trouble() == "", "the next run asks anew"
    finish(view, qtbot)
    assert "refused" in view.settings.badge.text() and view.settings.note.text() == "No such model."
    view.picker.use("gpt-other")
    assert "refused" not in view.settings.badge.text()


# Finding and folding


def visible(view: ComposeView) -> set[str]:
    rows = (row for group in view.settings.groups.values() for row in group.rows.values())
    return {row.parameter.id for row in rows if row.isVisible()}


def test_a_setting_is_found_by_its_name(house: House, qtbot: QtBot) -> None:
    view = house.compose()
    before = visible(view)
    assert "safety_identifier" not in before and "temperature" in before
    house.commands.run("compose.find_setting")
    assert view.settings.filter.hasFocus()
    qtbot.keyClicks(view.settings.filter, "cache ttl")
    assert visible(view) == {"prompt_cache_options.ttl"}
    qtbot.keyClick(view.settings.filter, Qt.Key.Key_Return)
    field: Any = view.settings.field("prompt_cache_options.ttl")
    assert field.hasFocus()
    view.settings.filter.setText("reasoning.eff")
    assert visible(view) == {"reasoning.effort"}, "by its name in the body"
    view.settings.filter.setText("json_object")
    assert visible(view) == {"text.format.type"}, "by a value"
    view.settings.filter.setText("seed")
    assert visible(view) == set() and view.settings.unmatched.isVisible(), "the other API's"
    view.settings.filter.setFocus()
    qtbot.keyClick(view.settings.filter, Qt.Key.Key_Escape)
    assert visible(view) == before and not view.settings.groups["caching"].is_open
    house.commands.run("compose.find_setting", "safety_identifier")
    found: Any = view.settings.field("safety_identifier")
    assert found.hasFocus() and found.isVisible()


def test_the_tab_key_goes_down_the_column(house: House, qtbot: QtBot) -> None:
    view = house.compose()
    view.settings.api.set_value("chat")
    view.settings.groups["metadata"].header.setChecked(True)
    view.model.refusals.add(
        view.picker.server, view.settings.model.currentText(), Refusal("top_p", "no", date(2026, 11, 21))
    )
    view.picker.show_note()
    view.settings.filter.setFocus()
    seen: list[int] = []
    names = set()
    for _ in range(60):
        focused = view.window().focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        now = view.window().focusWidget()
        if now is None or not view.settings.isAncestorOf(now):
            break
        seen.append(now.mapTo(view.settings.area.widget(), now.rect().topLeft()).y())
        names.add(now.objectName())
    assert seen == sorted(seen)
    assert {"compose.temperature", "compose.settings.safety", "compose.metadata.0", "compose.metadata.0.value"} <= names
    assert "compose.top_p.forget" in names


def test_all_are_unset_and_can_be_brought_back(house: House, server: RecordingServer) -> None:
    view = prepared(house, server, "chat")
    values = {"seed": 3, "stop": ["x"], "reasoning.summary": "auto"}
    for identifier, value in values.items():
        view.settings.set_value(identifier, value)
    house.commands.run("compose.unset_settings")
    assert view.draft().settings == {} and "3 settings" in status(view)
    assert view.prompt.messages.messages() == (Message("user", "hi"),)
    assert enabled(house, "compose.restore")
    house.commands.run("compose.restore")
    assert view.draft().settings == values


# Remarks without a window


def test_refusals_survive_json_and_have_an_end() -> None:
    refusals = Refusals()
    for number in range(MOST + 3):
        refusals.add("s", f"m{number}", Refusal("seed", "no", date(2026, 11, 21), 7))
    assert len(refusals) == MOST and refusals.of("s", "m0") == {}
    again = Refusals()
    again.load(json.loads(json.dumps(refusals.to_json())))
    assert again.to_json() == refusals.to_json()
    again.load([1, {}, {"server": "s", "model": "m", "setting": "x", "words": "w", "day": "never"}])
    assert len(again) == MOST


def test_no_long_text_is_kept_with_a_refusal(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    refuse(server, "metadata", "Invalid value.", code="invalid_value")
    view = house.compose()
    write(view, "hi")
    view.settings.set_value("metadata", {"secret": "canary-4711"})
    view.run()
    finish(view, qtbot)
    row = view.settings.row("metadata")
    assert row.field.mark() and "canary" not in row.remark()
    view.settings.set_value("metadata", {"secret": "other"})
    assert not row.field.mark() and row.remark()
    assert "canary" not in json.dumps(view.model.refusals.to_json())
    view.settings.set_value("metadata", {"secret": "canary-4711"})
    assert row.field.mark()
    view.settings.set_value("metadata", {"secret": "fine"})
    server.add("/responses", responses_reply("x"))
    view.run()
    finish(view, qtbot)
    assert not row.remark(), "a text that is taken stands for the setting"


def test_how_a_refusal_is_said() -> None:
    refusal = Refusal("temperature", "Unsupported.", date(2025, 3, 1), 0.5, general=False)
    assert (
        sentence("m", "temperature", refusal, date(2026, 1, 1))
        == "m refused temperature 0.5 on 1 Mar 2025: Unsupported."
    )
    assert is_general("unsupported_parameter", "") and is_general(None, "Unrecognized request argument supplied: x")
    assert not is_general("invalid_value", "Unknown parameter") and not is_general(None, "Must be below 1")


KINDS = {
    "number": OptionalNumber,
    "integer": OptionalNumber,
    "boolean": OptionalFlag,
    "choice": OptionalChoice,
    "text": OptionalText,
    "long": LongField,
    "texts": OptionalTexts,
    "pairs": OptionalPairs,
    "json": LongField,
}


@pytest.mark.parametrize("entry", parameters(), ids=[entry.id for entry in parameters()])
def test_a_field_keeps_what_it_is_given(house: House, entry: Parameter) -> None:
    from playground.panels.compose.settings_row import make_field

    api = next(iter(entry.paths))
    field = make_field(entry, api)
    assert isinstance(field, KINDS[entry.kind]) and isinstance(field, QWidget)
    assert field.value() is None and field.is_unset()
    field.set_value(sample(entry, api))
    assert field.value() == sample(entry, api) and field.problem() == "" and not field.is_unset()
    field.unset()
    assert field.value() is None
    field.deleteLater()
