"""Compose with real bridge, sessions and log, against a server whose every byte is known."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from playground.core.profiles import Timeouts
from playground.core.runs import Message
from playground.panels.compose.view import ComposeView
from playground.widgets.controls import Banner
from tests.helpers.servers import Received, RecordingServer
from tests.panels.conftest import PATIENCE, House, listed
from tests.panels.streams import ID, chat_reply, error_reply, held_before, responses_reply

CONTROL = Qt.KeyboardModifier.ControlModifier
PIECES = ("Hello ", "**world**, ", "this streams.\n\n", "```python\nprint(1)\n```\n")
TEXT = "".join(PIECES)


def write(view: ComposeView, *texts: str, model: str = "gpt-test", instructions: str = "") -> None:
    """Fill the prompt."""
    view.prompt.instructions.set_text(instructions)
    roles = ("user", "assistant")
    view.prompt.messages.set_messages(tuple(Message(roles[i % 2], text) for i, text in enumerate(texts)))
    view.picker.use(model)


def finish(view: ComposeView, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not view.model.running, timeout=PATIENCE)


def generations(server: RecordingServer) -> list[Received]:
    return [request for request in server.received if request.method == "POST"]


def banner(view: ComposeView) -> Banner | None:
    return view.output.findChild(Banner) if view.output.place.widget() is not None else None


def status(view: ComposeView) -> str:
    return view.prompt.status.text()


def enabled(house: House, command_id: str) -> bool:
    command = house.commands.get(command_id)
    assert command is not None
    return command.isEnabled()


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_a_run_streams_to_its_end(house: House, server: RecordingServer, qtbot: QtBot, api: str) -> None:
    path, reply = ("/responses", responses_reply) if api == "responses" else ("/chat/completions", chat_reply)
    server.add(path, reply(*PIECES, chunk=90))
    view = house.compose()
    write(view, "hi", instructions="be brief")
    view.settings.api.set_value(api)
    house.commands.run("compose.run")
    assert view.model.running and not enabled(house, "compose.run") and enabled(house, "compose.stop")
    finish(view, qtbot)
    assert view.output.view.text() == TEXT == view.model.reply.text()
    assert enabled(house, "compose.run") and not enabled(house, "compose.stop") and enabled(house, "compose.continue")
    assert status(view).startswith("Done in ")
    assert view.output.stats.request_id.id() == ID
    line = view.output.stats.text()
    assert "to first token" in line and "cost unknown" in line
    assert ("418 in · 7 cached · 146 reasoning · 187 out" if api == "responses" else "3 in · 4 out") in line
    sent = generations(server)[0].json()
    unset = {"temperature", "top_p", "max_output_tokens", "max_completion_tokens", "reasoning", "reasoning_effort"}
    assert not unset & sent.keys(), "what is unset is not sent"
    assert sent["stream"] is True and sent["model"] == "gpt-test"
    assert house.store.flush()
    assert house.store.recent(1)[0].sdk_method == (
        "responses.create" if api == "responses" else "chat.completions.create"
    )
    view.output.stats.request_id.click()
    assert house.called == [("requests.show", house.store.recent(1)[0].id)]


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_what_is_set_is_sent(house: House, server: RecordingServer, qtbot: QtBot, api: str) -> None:
    server.add("/responses", responses_reply("x"))
    server.add("/chat/completions", chat_reply("x"))
    view = house.compose()
    write(view, "hi")
    view.settings.api.set_value(api)
    for field, text in ((view.settings.field("temperature"), "0.2"), (view.settings.field("top_p"), "0.9")):
        qtbot.keyClicks(field, text)
    qtbot.keyClicks(view.settings.field("max_output_tokens"), "64")
    view.settings.field("reasoning.effort").set_value("low")
    view.run()
    finish(view, qtbot)
    sent = generations(server)[0].json()
    assert (sent["temperature"], sent["top_p"]) == (0.2, 0.9)
    if api == "responses":
        assert (sent["max_output_tokens"], sent["reasoning"]) == (64, {"effort": "low"})
        assert sent["input"] == [{"role": "user", "content": "hi"}]
    else:
        assert (sent["max_completion_tokens"], sent["reasoning_effort"]) == (64, "low")
        assert sent["messages"] == [{"role": "user", "content": "hi"}]


def test_stop_keeps_what_came(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    reply = responses_reply("kept ", "text", "never seen", hold=threading.Event())
    server.add("/responses", held_before(reply, "never"))
    view = house.compose()
    write(view, "hi")
    view.run()
    qtbot.waitUntil(lambda: "text" in view.model.reply.text(), timeout=PATIENCE)
    assert status(view) == "Streaming from gpt-test"
    view.prompt.messages.cards[0].editor.setFocus()
    qtbot.keyClick(view.prompt.messages.cards[0].editor, Qt.Key.Key_Escape)
    finish(view, qtbot)
    assert server.left.wait(5), "the connection was not closed"
    assert view.model.reply.text() == "kept text" == view.output.view.text()
    assert view.output.stats.text().startswith("stopped")
    assert "kept" in status(view)
    assert banner(view) is None and view.output.view.isVisible()
    assert enabled(house, "compose.continue")


def test_a_run_that_is_stopped_before_anything_came_is_stopped(
    house: House, server: RecordingServer, qtbot: QtBot
) -> None:
    server.add("/responses", responses_reply("never", hold=threading.Event()))
    view = house.compose()
    write(view, "hi")
    view.run()
    house.commands.run("compose.stop")
    finish(view, qtbot)
    assert view.model.snapshot is not None and view.model.snapshot.status == "cancelled"
    assert not enabled(house, "compose.continue")


def test_the_prompt_can_be_edited_while_it_runs(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    hold = threading.Event()
    server.add("/responses", responses_reply("answer", hold=hold))
    view = house.compose()
    write(view, "hi")
    view.run()
    view.run()
    qtbot.keyClicks(view.prompt.messages.cards[0].editor, "!")
    assert view.prompt.messages.messages() == (Message("user", "hi!"),)
    hold.set()
    finish(view, qtbot)
    assert len(generations(server)) == 1, "a second Run while one runs does nothing"
    assert generations(server)[0].json()["input"][0]["content"] == "hi"


def test_a_refused_key_is_explained_in_place(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", error_reply(401, "Incorrect API key provided.", code="invalid_api_key"))
    house.commands.add("profile.manage", "Manage Profiles", house._show, group="Tests")
    view = house.compose()
    write(view, "hi")
    view.run()
    finish(view, qtbot)
    box = banner(view)
    assert box is not None and box.isVisible()
    assert (box.problem.status, box.problem.request_id) == (401, ID)
    assert box.problem.server_words == "Incorrect API key provided."
    assert not view.output.view.isVisible(), "nothing came: the box takes the place"
    assert box.findChild(QWidget, "profile.manage") is not None
    assert status(view) == "Failed"
    assert view.output.stats.text().startswith("failed")
    retry = box.findChild(QWidget, "compose.retry")
    assert retry is not None
    qtbot.mouseClick(retry, Qt.MouseButton.LeftButton)
    finish(view, qtbot)
    assert len(generations(server)) == 2


@pytest.mark.parametrize(
    ("param", "name"),
    [("temperature", "temperature"), ("input[0].content", ""), ("instructions", "compose.instructions"),
     ("model", "compose.model"), ("nobody_knows", None)],
)  # fmt: skip
def test_the_parameter_that_a_server_names_is_a_link_to_its_control(
    house: House, server: RecordingServer, qtbot: QtBot, param: str, name: str | None
) -> None:
    server.add("/responses", error_reply(400, "Not so.", param=param, code="unsupported_value"))
    view = house.compose()
    write(view, "hi")
    view.prompt.instructions.setPlainText("Be brief.")
    view.settings.field("temperature").set_value(1.5)
    view.run()
    finish(view, qtbot)
    box = banner(view)
    assert box is not None
    link = box.findChild(QWidget, "banner.param")
    assert (link is None) is (name is None)
    if link is None:
        return
    view.setFocus()
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    house.settled()
    focus = view.window().focusWidget()
    assert focus is not None
    if param == "temperature":
        assert view.settings.row("temperature").isAncestorOf(focus)
    elif param.startswith("input"):
        assert view.prompt.messages.isAncestorOf(focus)
    else:
        assert focus.objectName() == name


def test_a_server_that_is_not_there(house: House, qtbot: QtBot) -> None:
    gone = RecordingServer()
    gone.close()
    house.use(house.add_profile("Gone", gone.base_url, default_model="gpt-x").id)
    view = house.compose()
    assert "missing" in view.settings.note.text() and view.settings.reload.isVisible()
    write(view, "hi", model="gpt-x")
    view.run()
    finish(view, qtbot)
    box = banner(view)
    assert box is not None and box.problem.status is None and box.problem.remedy
    assert f"127.0.0.1:{gone.port}" in box.problem.line()


def test_an_answer_that_reached_the_limit_says_the_remedy(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    details = {"reason": "max_output_tokens"}
    server.add("/responses", responses_reply("half an", end="incomplete", incomplete_details=details))
    view = house.compose()
    write(view, "hi")
    view.settings.field("max_output_tokens").set_value(16)
    view.run()
    finish(view, qtbot)
    box = banner(view)
    assert box is not None and "16" in box.problem.cause and "Max output tokens" in box.problem.remedy
    assert view.output.view.isVisible() and view.output.view.text() == "half an"
    assert box.findChild(QWidget, "compose.continue") is not None


def test_a_stream_that_breaks_keeps_what_came(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    reply = responses_reply("kept", "lost", "lost")
    reply.cut_after = reply.body.index(b"lost")
    server.add("/responses", reply)
    view = house.compose()
    write(view, "hi")
    view.run()
    finish(view, qtbot)
    assert view.model.reply.text() == "kept"
    assert view.output.stats.text().startswith("cut off")
    assert banner(view) is not None and view.output.view.isVisible()


def test_a_stalled_stream_is_said(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    hold = threading.Event()
    server.add("/responses", held_before(responses_reply("first", "second", hold=hold), "second"))
    profile = house.add_profile("Slow", server.base_url, default_model="gpt-test", timeouts=Timeouts(stall=0.1))
    house.use(profile.id)
    view = house.compose()
    write(view, "hi")
    view.run()
    qtbot.waitUntil(lambda: "the server sends nothing" in view.output.stats.text(), timeout=PATIENCE)
    hold.set()
    finish(view, qtbot)
    assert "silent" not in view.output.stats.text()
    assert view.model.reply.text() == "firstsecond"


def test_the_conversation_goes_on(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", responses_reply("the answer"), responses_reply("more"))
    view = house.compose()
    write(view, "question")
    view.run()
    finish(view, qtbot)
    house.commands.run("compose.continue")
    assert [(m.role, m.text) for m in view.prompt.messages.messages()] == [
        ("user", "question"),
        ("assistant", "the answer"),
        ("user", ""),
    ]
    last = view.prompt.messages.cards[-1].editor
    assert last.hasFocus()
    assert not enabled(house, "compose.continue")
    qtbot.keyClicks(last, "and then")
    view.run()
    finish(view, qtbot)
    assert generations(server)[1].json()["input"] == [
        {"role": "user", "content": "question"},
        {"role": "assistant", "content": "the answer"},
        {"role": "user", "content": "and then"},
    ]
    assert view.output.view.text() == "more"


@pytest.mark.parametrize("place", ["instructions", "message", "temperature", "model", "role", "output"])
def test_control_enter_runs_from_everywhere(house: House, server: RecordingServer, qtbot: QtBot, place: str) -> None:
    server.add("/responses", responses_reply("one"), responses_reply("two"))
    view = house.compose()
    write(view, "hi", instructions="sys")
    view.run()
    finish(view, qtbot)
    card = view.prompt.messages.cards[0]
    widget = {
        "instructions": view.prompt.instructions,
        "message": card.editor,
        "temperature": view.settings.field("temperature"),
        "model": view.settings.model.lineEdit(),
        "role": card.role,
        "output": view.output.view,
    }[place]
    assert widget is not None
    widget.setFocus()
    qtbot.keyClick(widget, Qt.Key.Key_Return, CONTROL)
    assert view.model.running
    finish(view, qtbot)
    assert view.model.reply.text() == "two"
    assert view.prompt.messages.messages() == (Message("user", "hi"),), "no line was added"
    assert view.prompt.instructions.text() == "sys"


def test_what_keeps_it_from_being_sent_is_said(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    view = house.compose()
    write(view, "", model="gpt-test")
    view.run()
    assert status(view) == "Write a message." and view.prompt.messages.cards[0].editor.hasFocus()
    qtbot.keyClicks(view.prompt.messages.cards[0].editor, "hi")
    assert status(view) == "", "gone with the first letter"
    view.picker.use("")
    view.run()
    assert status(view) == "Choose a model."
    view.picker.use("gpt-test")
    qtbot.keyClicks(view.settings.field("temperature"), "9")
    view.run()
    assert status(view).startswith("Temperature: ")
    assert not view.model.running and generations(server) == []


def test_a_draft_is_restored_to_the_letter(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    texts = ("a\u00a0b\n\n  tab\tä 🙂 ", "", "last\n")
    view = house.compose()
    write(view, *texts, model="typed-by-hand", instructions="one\ntwo")
    view.settings.api.set_value("chat")
    view.settings.field("temperature").set_value(0.25)
    view.splitter.setSizes([420, 480, 320])
    house.close(view)
    again = house.compose()
    assert tuple(m.text for m in again.prompt.messages.messages()) == texts
    assert again.prompt.instructions.text() == "one\ntwo"
    assert again.settings.model.currentText() == "typed-by-hand"
    assert (again.settings.api.value(), again.settings.field("temperature").value()) == ("chat", 0.25)
    assert again.settings.field("top_p").value() is None
    assert again.draft() == again.model.draft


def test_the_draft_is_saved_soon_after_a_change(house: House, qtbot: QtBot) -> None:
    view = house.compose()
    qtbot.keyClicks(view.prompt.instructions, "saved")
    qtbot.waitUntil(lambda: "saved" in str(house.memory.state.get("draft")), timeout=PATIENCE)


def test_a_new_prompt_can_be_taken_back(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", responses_reply("x"))
    view = house.compose()
    assert not enabled(house, "compose.restore")
    write(view, "precious", instructions="sys")
    view.run()
    finish(view, qtbot)
    house.commands.run("compose.new")
    assert view.draft().is_blank and view.settings.model.currentText() == "gpt-test"
    assert view.output.empty.isVisible() and not view.output.view.isVisible()
    house.commands.run("compose.restore")
    assert view.prompt.messages.messages() == (Message("user", "precious"),)
    assert view.prompt.instructions.text() == "sys"


def test_messages_are_added_moved_and_removed_by_keyboard(house: House, qtbot: QtBot) -> None:
    view = house.compose()
    write(view, "one", "two", "three")
    messages = view.prompt.messages
    editor = messages.cards[2].editor
    editor.setFocus()
    qtbot.keyClick(editor, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(editor, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(editor, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [m.text for m in messages.messages()] == ["three", "one", "two"]
    assert editor.hasFocus() and editor.objectName() == "compose.message.0.text"
    qtbot.keyClick(editor, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert [m.text for m in messages.messages()] == ["one", "three", "two"]
    house.commands.run("compose.remove_message")
    assert [m.text for m in messages.messages()] == ["one", "two"]
    house.commands.run("compose.add_message")
    assert messages.messages()[-1] == Message("user", "") and messages.cards[-1].editor.hasFocus()
    role = messages.cards[-1].role
    qtbot.keyClick(role, Qt.Key.Key_Down)
    assert messages.messages()[-1].role == "assistant"
    assert "assistant" in role.accessibleName()
    for card in messages.cards[1:]:
        qtbot.mouseClick(card.remove, Qt.MouseButton.LeftButton)
    messages.remove(messages.cards[0])
    assert len(messages.cards) == 1, "one message always stays"


def test_another_profile_brings_its_models_and_its_model(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    other = RecordingServer()
    other.add("/models", listed("alpha", "beta"))
    try:
        view = house.compose()
        assert view.model.listed == ("gpt-4o", "gpt-other", "gpt-test")
        view.picker.use("gpt-4o")
        assert view.settings.badge.isVisible() and "2027" in view.settings.badge.text()
        profile = house.add_profile("Other", other.base_url, default_model="beta")
        house.use(profile.id)
        qtbot.waitUntil(lambda: view.model.listed == ("alpha", "beta"), timeout=PATIENCE)
        assert view.settings.model.currentText() == "beta"
        assert [view.settings.model.itemText(i) for i in range(view.settings.model.count())] == ["alpha", "beta"]
        assert not view.settings.badge.isVisible()
        qtbot.keyClicks(view.settings.model.lineEdit(), "x")
        assert view.settings.model.currentText() == "betax"
        assert "not listed" in view.settings.badge.text() and view.settings.badge.isVisible()
        house.use("environment")
        qtbot.waitUntil(lambda: view.model.listed is not None and "gpt-4o" in view.model.listed, timeout=PATIENCE)
        assert view.settings.model.currentText() == "gpt-4o", "what was chosen there last"
        house.use(profile.id)
        house.settled()
        assert view.settings.model.currentText() == "betax"
    finally:
        house.settled()
        other.close()


def test_a_model_that_the_profile_has_no_idea_of_stays(house: House, server: RecordingServer) -> None:
    other = house.add_profile("Other", server.base_url)
    view = house.compose()
    view.settings.model.setEditText("my-own-model")
    house.use(other.id)
    house.settled()
    assert view.settings.model.currentText() == "my-own-model"
    assert "not listed" in view.settings.badge.text()


def test_closing_the_panel_ends_its_run(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", responses_reply("never", hold=threading.Event()))
    view = house.compose()
    write(view, "hi")
    view.run()
    assert server.arrived.acquire(timeout=10) and server.arrived.acquire(timeout=10)
    house.close(view)
    house.settled()
    assert server.left.wait(5)
    assert [command.id for command in house.commands] == ["requests.show"]


def test_the_output_is_copied(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", responses_reply(*PIECES))
    view = house.compose()
    assert not enabled(house, "compose.copy_output")
    write(view, "hi")
    view.run()
    finish(view, qtbot)
    house.commands.run("compose.copy_output")
    assert QGuiApplication.clipboard().text() == TEXT


def test_a_model_is_taken_over_from_elsewhere(house: House) -> None:
    view = house.compose()
    house.commands.run("compose.use_model", "gpt-other")
    assert view.settings.model.currentText() == "gpt-other"
    assert view.model.chosen == {"environment": "gpt-other"}
    edit: Any = view.settings.model.lineEdit()
    assert edit.hasFocus()


def test_long_texts_stop_growing(house: House) -> None:
    view = house.compose()
    editor = view.prompt.messages.cards[0].editor
    editor.set_text("one line")
    small = editor.height()
    editor.set_text("two\nlines")
    assert editor.height() == small + 20
    editor.set_text("x" * 300_000)
    assert editor.height() <= 20 * 20 + 2
    assert editor.text() == "x" * 300_000


def test_the_first_start_on_the_sandbox_runs_at_once(sandbox_house: House, qtbot: QtBot) -> None:
    view = sandbox_house.compose()
    assert view.settings.model.currentText() == "sandbox-echo"
    assert "simulated" in view.output.empty.text.text()
    view.run()
    qtbot.waitUntil(lambda: not view.model.running, timeout=PATIENCE)
    assert view.model.snapshot is not None and view.model.snapshot.status == "completed", view.model.snapshot
    assert "request ID" in view.model.reply.text()
    assert view.output.view.text() == view.model.reply.text()
    assert view.output.chip.isVisible() and "simulated" in view.output.chip.text()
    assert view.settings.badge.text() == "simulated"
    view.picker.use("smollm2-135m")
    assert "not on this machine" in view.settings.note.text()


def test_the_engine_of_the_settings_is_the_sandboxes_model(sandbox_house: House, qtbot: QtBot) -> None:
    view = sandbox_house.compose()
    view.picker.use("typed")
    sandbox_house.settings.set("sandbox.engine", "smollm2-135m")
    qtbot.waitUntil(lambda: view.settings.model.currentText() == "smollm2-135m", timeout=PATIENCE)
    sandbox_house.settings.set("sandbox.engine", "sandbox-echo")
    qtbot.waitUntil(lambda: view.settings.model.currentText() == "sandbox-echo", timeout=PATIENCE)
