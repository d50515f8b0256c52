"""Presentation mode in the real window: nothing private is said anywhere, type is larger, copies are real."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from playground.app import Application
from playground.core.profiles import KeySource, Profile
from playground.panels.compose.tabs import TABS
from playground.shell.profiles_page import ProfilesPage
from playground.widgets.presentation import TYPE_FACTOR, presenting
from playground.widgets.tables import CopyTable
from playground.widgets.theme import font_scale
from tests.helpers.servers import RecordingServer, Reply
from tests.helpers.walk import said
from tests.shell.conftest import PATIENCE, Make, recorded

REQUEST = "req_CanaryRequest68a4f0c2"
RESPONSE = "resp_68a4CanaryResponse0f0c2"
ITEM = "msg_68a4CanaryItem0f0c2"
ORGANIZATION = "canary-organization"
PROJECT = "proj_CanaryProject77"
HOST = "llm.canary-host.example"
TUNED = "ft:gpt-test:canary-team::8xYz"
KEY = "sk-canary-0123456789abcdef"
PRIVATE = (REQUEST, RESPONSE, ITEM, ORGANIZATION, PROJECT, HOST, "canary-team", KEY)


def response(status: str = "completed") -> dict[str, Any]:
    text = f'Your response is `{RESPONSE}`.\n\n```json\n{{"id": "{RESPONSE}"}}\n```\n'
    part = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    item = {"type": "message", "id": ITEM, "role": "assistant", "status": status, "content": [part]}
    return {"id": RESPONSE, "object": "response", "status": status, "model": "gpt-test", "output": [item]}


def events() -> list[dict[str, Any]]:
    whole = response()
    item = whole["output"][0]
    where = {"item_id": ITEM, "output_index": 0, "content_index": 0}
    text = item["content"][0]["text"]
    part = {**item["content"][0], "text": ""}
    return [
        {"type": "response.created", "response": {**whole, "status": "in_progress", "output": []}},
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "content": []}},
        {"type": "response.content_part.added", **where, "part": part},
        *({"type": "response.output_text.delta", **where, "delta": text[at : at + 5]} for at in range(0, len(text), 5)),
        {"type": "response.output_text.done", **where, "text": text},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": whole},
    ]  # fmt: skip


@pytest.fixture
def stage(
    make: Make, recording_server: RecordingServer, qtbot: QtBot, request: pytest.FixtureRequest
) -> Iterator[Application]:
    """A program with private things in every place: profiles, headers, bodies, errors, models."""
    server = recording_server
    headers = {"x-request-id": REQUEST, "openai-organization": ORGANIZATION, "openai-project": PROJECT}
    models = [{"id": name, "object": "model", "created": 1, "owned_by": ORGANIZATION} for name in ("gpt-test", TUNED)]
    server.add("/models", Reply.of_json({"object": "list", "data": models}, headers=headers, forever=True))
    server.add("/responses", Reply.of_events(events(), headers=headers))
    error = {"error": {"message": f"No access for {ORGANIZATION}, see {RESPONSE}.", "type": "x", "code": "y"}}
    server.add("/responses", Reply.of_json(error, status=403, headers=headers, forever=True))
    environ = {
        "OPENAI_BASE_URL": server.base_url,
        "OPENAI_API_KEY": KEY,
        "OPENAI_ORG_ID": ORGANIZATION,
        "OPENAI_PROJECT_ID": PROJECT,
    }
    program = make(environ, size=(1280, 900), presentation=getattr(request, "param", False))
    program.profiles.save(
        Profile.new("Other", base_url=f"https://{HOST}/v1", organization=ORGANIZATION, key=KeySource.NONE)
    )
    program.window.show_panel("compose")
    qtbot.waitUntil(lambda: program.standing.settled() and not program.bridge.operations, timeout=PATIENCE)
    yield program


def leaks(program: Application) -> list[tuple[str, str]]:
    return [(place, text) for place, text in said() if any(canary.lower() in text.lower() for canary in PRIVATE)]


def run_prompt(program: Application, qtbot: QtBot) -> Any:
    program.window.commands.run("compose.use_model", "gpt-test")
    program.window.commands.run("compose.run")
    view = program.window.panels.currentWidget()
    qtbot.waitUntil(lambda: not program.bridge.operations and not program.bridge.armed, timeout=PATIENCE)
    return view


def visit(program: Application, qtbot: QtBot) -> Iterator[str]:
    """Each screen, one after the other."""
    window = program.window
    view = run_prompt(program, qtbot)
    yield "an answer"
    for tab, _title in TABS:
        view.output.show_tab(tab)
        qtbot.waitUntil(lambda: not program.bridge.operations, timeout=PATIENCE)
        for table in view.findChildren(CopyTable):
            if table.isVisible():
                table.selectRow(table.model().rowCount() - 1)
        qtbot.waitUntil(lambda: not program.bridge.operations, timeout=PATIENCE)
        yield f"tab {tab}"
    view.output.show_tab("output")
    (run,) = program.store.history.find(limit=1)
    program.store.history.rename(run.id, f"For {ORGANIZATION}, {RESPONSE}")
    window.commands.run("compose.history")
    qtbot.waitUntil(lambda: not program.bridge.operations, timeout=PATIENCE)
    yield "history"
    window.commands.run("compose.history_close")
    exchange = recorded(program, qtbot)
    window.show_request(exchange)
    details = window.dock.details
    assert details is not None
    qtbot.waitUntil(lambda: details.shown() is not None, timeout=PATIENCE)
    for tab in range(details.tabs.count()):
        details.tabs.setCurrentIndex(tab)
        yield f"details, {details.tabs.tabText(tab)}"
    window.open_palette(REQUEST)
    qtbot.waitUntil(lambda: not program.bridge.operations, timeout=PATIENCE)
    yield "palette"
    window.palette_view().dismiss()
    window.dock.filter.setText(REQUEST)
    yield "filter"
    window.dock.filter.clear()
    run_prompt(program, qtbot)
    yield "a refusal"
    window.show_panel("models")
    qtbot.waitUntil(lambda: not program.bridge.operations, timeout=PATIENCE)
    yield "models"
    window.open_settings("Profiles")
    dialog = window.settings_dialog()
    assert dialog is not None
    for profile in program.profiles.profiles:
        page = dialog.findChild(ProfilesPage)
        assert page is not None
        page.show_profile(profile.id)
        qtbot.waitUntil(lambda: not program.bridge.operations, timeout=PATIENCE)
        yield f"settings, {profile.name}"
    dialog.close()
    window.notify(f"Something about {RESPONSE} of {ORGANIZATION}")
    yield "notice"


def test_the_canaries_are_seen_without_the_mode(stage: Application, qtbot: QtBot) -> None:
    """Else the next test proves nothing."""
    found = ""
    for _screen in visit(stage, qtbot):
        found += "\n".join(text for _place, text in said())
    assert [canary for canary in PRIVATE if canary not in found] == [KEY]


@pytest.mark.parametrize("stage", [False, True], ids=["command", "flag"], indirect=True)
def test_no_screen_says_anything_private(stage: Application, qtbot: QtBot) -> None:
    if not presenting():
        stage.window.commands.run("view.presentation")
    for screen in visit(stage, qtbot):
        assert leaks(stage) == [], screen


def test_what_is_on_the_screen_already_is_masked_and_comes_back(stage: Application, qtbot: QtBot) -> None:
    window, key = stage.window, Qt.Key.Key_F11
    view = run_prompt(stage, qtbot)
    window.show_request(recorded(stage, qtbot))
    qtbot.waitUntil(lambda: not stage.bridge.operations, timeout=PATIENCE)
    before = sorted(set(leaks(stage)))
    assert before and font_scale() == 1.0
    sign = window.topbar.presenting
    assert sign.isHidden()
    QTest.keyClick(window, key)
    QApplication.processEvents()
    assert presenting() and font_scale() == TYPE_FACTOR and sign.isVisible()
    assert leaks(stage) == []
    view.copy_output()
    assert RESPONSE in QGuiApplication.clipboard().text(), "what is copied is real"
    QTest.mouseClick(sign, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert not presenting() and font_scale() == 1.0 and sign.isHidden()
    assert sorted(set(leaks(stage))) == before


def squeezed(program: Application) -> list[str]:
    """Visible buttons that are smaller than they have to be."""
    buttons = [button for button in program.window.findChildren(QAbstractButton) if button.isVisible()]
    return [
        f"{button.objectName()} {button.size().toTuple()} {button.minimumSizeHint().toTuple()}"
        for button in buttons
        if button.width() < button.minimumSizeHint().width() or button.height() < button.minimumSizeHint().height()
    ]


@pytest.mark.parametrize("scale", [1.0, 1.15])
def test_larger_type_squeezes_no_button(stage: Application, qtbot: QtBot, scale: float) -> None:
    stage.window.resize(1280, 900)
    view = run_prompt(stage, qtbot)
    for tab, _title in TABS:
        view.output.show_tab(tab)
    stage.window.commands.run("view.presentation")
    stage.theme.apply("light", scale)
    for tab, _title in TABS:
        view.output.show_tab(tab)
        qtbot.waitUntil(lambda: squeezed(stage) == [], timeout=5000)


def test_a_profile_added_while_presenting_is_masked(stage: Application, qtbot: QtBot) -> None:
    stage.window.commands.run("view.presentation")
    stage.profiles.save(Profile.new("New", base_url="https://late.example/v1", key=KeySource.NONE))
    stage.window.notify("The server late.example did not answer.")
    qtbot.waitUntil(lambda: not [text for _place, text in said() if "late.example" in text], timeout=PATIENCE)


def test_the_flag_begins_with_it(make: Make, server: RecordingServer) -> None:
    program = make({"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": KEY}, presentation=True)
    assert presenting() and program.presenting.command.isChecked()
    assert program.window.topbar.presenting.isVisibleTo(program.window)
