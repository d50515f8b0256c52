"""The tabs beside the output: the same run as events, JSON, code and HTTP, and once more as it came."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import threading
import weakref
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from playground.core.profiles import KeySource
from playground.core.runs.events import EventLog
from playground.panels.compose.source import ShownRun
from playground.panels.compose.view import ComposeView
from tests.helpers.needs import ROOT
from tests.helpers.servers import Received, RecordingServer, Reply
from tests.panels.conftest import PATIENCE, House
from tests.panels.streams import chat_events, chat_reply, error_reply, held_before, responses_events, responses_reply
from tests.panels.test_compose import enabled, finish, generations, write

PIECES = tuple(f"word{n} " for n in range(40))
ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


def show(house: House, name: str) -> None:
    assert house.commands.run(f"compose.show_{name}")
    house.settled()


def run_once(house: House, server: RecordingServer, qtbot: QtBot, *, api: str = "responses") -> ComposeView:
    """A panel with a finished run."""
    path, reply = ("/responses", responses_reply) if api == "responses" else ("/chat/completions", chat_reply)
    server.add(path, reply(*PIECES, chunk=211))
    view = house.compose()
    view.settings.api.set_value(api)
    write(view, "Grüße", instructions="be brief")
    view.run()
    finish(view, qtbot)
    house.settled()
    return view


def tab(view: ComposeView, name: str) -> Any:
    return view.output.tabs[name]


def until(qtbot: QtBot, true: Any) -> None:
    qtbot.waitUntil(true, timeout=PATIENCE)


def test_a_tab_is_made_when_it_is_wanted(house: House) -> None:
    view = house.compose()
    assert view.output.tabs == {} and view.output.tab == "output"
    for number, name in enumerate(("output", "events", "json", "code", "wire")):
        show(house, name)
        assert view.output.tab == name
        chosen = [button.isChecked() for button in view.output.strip.buttons]
        assert chosen == [number == place for place in range(5)]
        seen = [view.output.page, *view.output.tabs.values()]
        assert [page.isVisible() for page in seen].count(True) == 1
    assert view.output.tabs.keys() == {"events", "json", "code", "wire"}
    view.output.strip.buttons[2].click()
    assert view.output.tab == "json" and view.output.strip.buttons[2].isChecked()
    view.output.strip.buttons[2].click()
    assert view.output.strip.buttons[2].isChecked(), "what is chosen stays chosen"


def test_nothing_of_them_is_imported_before() -> None:
    """The window is painted first."""
    late = ("tabs.events", "tabs.json", "tabs.code", "tabs.wire", "tabs.head", "feed", "playback")
    code = (
        "import sys, playground.panels.compose.view\n"
        f"late = ['playground.panels.compose.' + name for name in {late!r}]\n"
        "late += ['playground.core.runs.rows', 'playground.core.codegen', 'playground.core.wire', 'orjson', 'openai']\n"
        "print([name for name in late if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_tabs_by_keyboard(house: House, qtbot: QtBot) -> None:
    view = house.compose()
    editor = view.prompt.messages.cards[0].editor
    editor.setFocus()
    qtbot.keyClick(editor, Qt.Key.Key_4, ALT)
    assert view.output.tab == "code"
    qtbot.keyClick(view, Qt.Key.Key_Tab, CONTROL)
    assert view.output.tab == "wire"
    qtbot.keyClick(view, Qt.Key.Key_Tab, CONTROL)
    assert view.output.tab == "output", "round and round"
    qtbot.keyClick(view, Qt.Key.Key_Backtab, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert view.output.tab == "wire"
    button = view.output.strip.buttons[4]
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Left)
    assert view.output.tab == "code" and view.output.strip.buttons[3].hasFocus()


# ---- Events


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_every_event_is_a_row(house: House, server: RecordingServer, qtbot: QtBot, api: str) -> None:
    view = run_once(house, server, qtbot, api=api)
    expected = len(responses_events(*PIECES)) if api == "responses" else len(chat_events(*PIECES)) + 1
    assert view.output.strip.buttons[1].count() == str(expected), "counted before anybody looks"
    show(house, "events")
    model = tab(view, "events").model
    assert model.rowCount() == expected
    rows = [model.row(row) for row in range(expected)]
    assert [row.number for row in rows] == list(range(1, expected + 1))
    assert all(row.gap >= 0 for row in rows[1:]) and rows[0].gap is None
    assert any("word7" in row.preview for row in rows)
    assert f"{expected} events" in tab(view, "events").head.note.text()
    if api == "chat":
        assert rows[-1].kind == "[DONE]"
    table = tab(view, "events").table
    assert table.hasFocus() and tab(view, "events").detail is None, "nothing was chosen yet"
    first = table.visualRect(model.index(0, 3)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=first)
    assert tab(view, "events").title.text().startswith("Event 1")
    table.selectRow(4)
    house.settled()
    shown = json.loads(tab(view, "events").detail.document().data)
    assert (shown.get("delta") or shown["choices"][0]["delta"]["content"]) in PIECES


def test_events_while_they_come(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    hold = threading.Event()
    server.add("/responses", held_before(responses_reply(*PIECES, chunk=100, hold=hold), "word20 "))
    view = house.compose()
    show(house, "events")
    events = tab(view, "events")
    assert events.empty.isVisible() and events.empty.title.text() == "No events yet"
    write(view, "hi")
    view.run()
    until(qtbot, lambda: events.model.rowCount() > 10)
    assert "streaming" in events.head.note.text() and not enabled(house, "compose.play_back")
    so_far = events.model.rowCount()
    assert so_far < len(responses_events(*PIECES))
    events.table.selectRow(3)
    hold.set()
    finish(view, qtbot)
    until(qtbot, lambda: events.feed.complete)
    assert events.model.rowCount() == len(responses_events(*PIECES))
    assert events.table.currentIndex().row() == 3, "what is looked at stays"
    assert enabled(house, "compose.play_back")


def test_events_by_type_sorted_and_copied(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    view = run_once(house, server, qtbot)
    show(house, "events")
    events = tab(view, "events")
    assert events.filter.itemText(0) == f"All types  {len(responses_events(*PIECES))}"
    place = events.filter.findData("response.output_text.delta")
    assert events.filter.itemText(place).endswith(f"  {len(PIECES)}")
    events.filter.setCurrentIndex(place)
    events.filter.activated.emit(place)
    house.settled()
    assert events.model.rowCount() == len(PIECES)
    assert f"{len(PIECES)} of" in events.head.note.text()
    events.table.sortByColumn(4, Qt.SortOrder.DescendingOrder)
    house.settled()
    sizes = [events.model.row(row).size for row in range(events.model.rowCount())]
    assert sizes == sorted(sizes, reverse=True) and len(sizes) == len(PIECES)
    events.table.selectAll()
    events.table.copy_data()
    house.settled()
    copied = [json.loads(line) for line in QGuiApplication.clipboard().text().splitlines()]
    assert sorted(event["delta"] for event in copied) == sorted(PIECES)
    events.table.selectRow(0)
    events.table.copy()
    house.settled()
    assert QGuiApplication.clipboard().text().split("\t")[3] == "response.output_text.delta"


def test_what_is_no_event_is_shown_as_what_it_is(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    body = b": hello\n\nevent: x\ndata: {broken\n\n" + responses_reply("a").body + b'data: {"type":"half'
    server.add("/responses", Reply(body, content_type="text/event-stream"))
    view = house.compose()
    write(view, "hi")
    view.run()
    finish(view, qtbot)
    show(house, "events")
    events = tab(view, "events")
    kinds = [events.model.row(row).kind for row in range(events.model.rowCount())]
    assert (kinds[0], kinds[1], kinds[-1]) == ("comment", "not JSON", "cut off")
    events.table.selectRow(1)
    house.settled()
    assert events.detail.fault() is not None


def test_a_large_event_is_read_elsewhere(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    large = "x" * 300_000
    server.add("/responses", responses_reply("small", large))
    view = house.compose()
    write(view, "hi")
    view.run()
    finish(view, qtbot)
    show(house, "events")
    events = tab(view, "events")
    place = next(row for row in range(events.model.rowCount()) if events.model.row(row).size > 300_000)
    events.table.selectRow(place)
    until(qtbot, lambda: events.detail is not None and events.detail.document() is not None)
    assert large.encode() in events.detail.document().data
    events.table.selectRow(0)
    house.settled()
    assert json.loads(events.detail.document().data)["type"] == "response.created"
    show(house, "wire")
    text = tab(view, "wire").view.text()
    assert len(text) < 20_000 and "bytes more" in text
    house.commands.run("compose.copy_wire")
    house.settled()
    assert large in QGuiApplication.clipboard().text()


# ---- JSON


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_the_response_as_one_object(house: House, server: RecordingServer, qtbot: QtBot, api: str) -> None:
    view = run_once(house, server, qtbot, api=api)
    show(house, "json")
    shown = json.loads(tab(view, "json").view.document().data)
    if api == "responses":
        assert shown == responses_events(*PIECES)[-1]["response"]
    else:
        assert shown["object"] == "chat.completion" and shown["usage"]["total_tokens"] == 7
        assert shown["choices"][0]["message"]["content"] == "".join(PIECES)
    tab(view, "json").what.set_value("request")
    house.settled()
    assert json.loads(tab(view, "json").view.document().data) == generations(server)[0].json()


def test_the_request_before_and_after_it_was_changed(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", responses_reply("x"))
    view = house.compose()
    write(view, "first")
    show(house, "json")
    shown = tab(view, "json")
    assert json.loads(shown.view.document().data)["input"][0]["content"] == "first"
    write(view, "second")
    until(qtbot, lambda: b"second" in shown.view.document().data)
    view.run()
    finish(view, qtbot)
    house.settled()
    assert shown.what.value() == "response", "once there is one, it is what one wants to see"
    shown.what.set_value("request")
    house.settled()
    assert "still the same" in shown.head.note.text()
    write(view, "third")
    until(qtbot, lambda: "changed" in shown.head.note.text())
    assert b"second" in shown.view.document().data
    shown.which.choose("now")
    until(qtbot, lambda: b"third" in shown.view.document().data)
    assert "differs" in shown.head.note.text()


def test_a_response_without_an_end_is_said_to_have_none(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", responses_reply("kept", end=""))
    view = house.compose()
    write(view, "hi")
    view.run()
    finish(view, qtbot)
    show(house, "json")
    assert "no end" in tab(view, "json").head.note.text()
    assert json.loads(tab(view, "json").view.document().data)["status"] == "in_progress"


# ---- Code


def test_the_program_follows_the_draft(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    view = house.compose()
    write(view, "first")
    show(house, "code")
    code = tab(view, "code")
    assert '"first"' in code.view.text() and server.base_url in code.view.text()
    assert "sk-test" not in code.view.text()
    write(view, "second")
    assert '"first"' in code.view.text(), "a moment later"
    until(qtbot, lambda: '"second"' in code.view.text())
    code.languages.set_value("curl")
    until(qtbot, lambda: code.view.text().startswith("curl "))
    house.commands.run("compose.copy_code")
    assert QGuiApplication.clipboard().text() == code.text() == code.view.text()
    view.save()
    assert house.memory.state["tabs"]["code"] == {"language": "curl"}
    house.close(view)
    again = house.compose()
    show(house, "code")
    assert tab(again, "code").languages.value() == "curl"


def test_the_program_of_what_was_sent_and_of_what_would_be(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    view = run_once(house, server, qtbot)
    show(house, "code")
    code = tab(view, "code")
    write(view, "changed")
    until(qtbot, lambda: "changed" in code.head.note.text())
    assert "Grüße" in code.view.text()
    code.which.choose("now")
    until(qtbot, lambda: '"changed"' in code.view.text())
    write(view, "")
    until(qtbot, lambda: "Not complete" in code.head.note.text())


# ---- Wire


def test_the_http_that_would_be_sent_is_what_is_sent(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", responses_reply("Hello"))
    view = house.compose()
    write(view, "hi")
    show(house, "wire")
    wire = tab(view, "wire")
    would = wire.view.text()
    head, _, body = would.partition("\n\n")
    assert head.splitlines()[0] == "POST /v1/responses HTTP/1.1"
    assert "authorization: Bearer ••••" in head and "sk-test" not in would
    assert not generations(server), "nothing was sent"
    view.run()
    finish(view, qtbot)
    until(qtbot, lambda: "200 OK" in wire.view.text())
    sent: Received = generations(server)[0]
    assert body.encode() == sent.body
    shown_head = wire.view.text().partition("\n\n")[0]
    changing = ("x-client-request-id",)
    for line in shown_head.splitlines()[1:]:
        name, _, value = line.partition(": ")
        if name.lower() != "authorization":
            assert sent.headers[name.lower()] == value
        assert line in head or name.lower() in changing
    assert "content-type: text/event-stream" in wire.view.text() and "response.created" in wire.view.text()
    assert house.store.count() == 1 + len([one for one in server.received if one.method == "GET"])


def test_a_refused_request_can_be_seen_whole(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", error_reply(400, "Unsupported parameter.", param="temperature"))
    view = house.compose()
    write(view, "hi")
    view.run()
    finish(view, qtbot)
    assert view.output.strip.buttons[0]._mark == "error"
    show(house, "wire")
    text = tab(view, "wire").view.text()
    assert "HTTP/1.1 400 Bad Request" in text and "Unsupported parameter." in text and '"hi"' in text
    show(house, "events")
    assert tab(view, "events").empty.title.text() == "No event came"
    show(house, "json")
    assert json.loads(tab(view, "json").view.document().data)["error"]["param"] == "temperature"
    assert "400" in tab(view, "json").head.note.text()
    assert not enabled(house, "compose.play_back")


def test_each_attempt_can_be_seen(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    from playground.core.profiles import Retries

    server.add("/responses", error_reply(500, "Once more."), responses_reply("ok"))
    server._replies["/responses"][0].forever = False
    house.use(house.add_profile("Twice", server.base_url, default_model="m", retries=Retries(generations=1)).id)
    view = house.compose()
    write(view, "hi", model="m")
    view.run()
    finish(view, qtbot)
    show(house, "wire")
    wire = tab(view, "wire")
    assert "200 OK" in wire.view.text() and wire.attempts is not None
    assert "authorization" not in wire.view.text()
    wire.attempts.set_value("0")
    assert "500 Internal Server Error" in wire.view.text() and "Once more." in wire.view.text()
    house.commands.run("compose.copy_wire")
    house.settled()
    assert "Once more." in QGuiApplication.clipboard().text()


def test_a_server_that_is_not_there_is_seen_so(house: House, qtbot: QtBot) -> None:
    gone = RecordingServer()
    gone.close()
    house.use(house.add_profile("Gone", gone.base_url, default_model="m").id)
    view = house.compose()
    write(view, "hi", model="m")
    show(house, "wire")
    assert f"host: 127.0.0.1:{gone.port}" in tab(view, "wire").view.text().lower()
    view.run()
    finish(view, qtbot)
    until(qtbot, lambda: "── answer ──" in tab(view, "wire").view.text())
    assert "Cannot connect" in tab(view, "wire").view.text()


def test_a_run_without_http_says_so(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    """Such as one out of a file."""
    view = run_once(house, server, qtbot)
    run = view.source.run
    assert run is not None
    view.source.show(ShownRun(run.request, run.log, None, run.snapshot))
    show(house, "wire")
    assert tab(view, "wire").nothing.title.text() == "No HTTP is kept of it"
    tab(view, "wire").which.choose("now")
    until(qtbot, lambda: "POST /v1/responses" in tab(view, "wire").view.text())
    show(house, "code")
    assert server.base_url in tab(view, "code").view.text()
    show(house, "events")
    assert tab(view, "events").model.rowCount() == len(responses_events(*PIECES))


def test_what_is_missing_is_said(house: House, qtbot: QtBot) -> None:
    """No key: nothing can be sent, and yet all of it can be seen."""
    house.use(house.add_profile("Keyless", "http://127.0.0.1:9/v1").id)
    profile = house.profiles.active
    house.profiles.save(type(profile)(**{**vars(profile), "key": KeySource.MEMORY}))
    view = house.compose()
    write(view, "hi", model="m")
    for name in ("code", "wire"):
        show(house, name)
        assert "127.0.0.1:9/v1" in tab(view, name).view.text() or "host: 127.0.0.1:9" in tab(view, name).view.text()
    view.run()
    finish(view, qtbot)
    house.settled()
    assert tab(view, "wire").nothing.isVisible() and not tab(view, "wire").view.isVisible()
    show(house, "json")
    assert tab(view, "json").nothing.title.text() == "No response came"


# ---- Playing back


def test_a_run_is_played_back_to_the_same_end(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    view = run_once(house, server, qtbot)
    text, stats = view.output.view.text(), view.output.stats.text()
    reply = view.model.reply
    show(house, "events")
    show(house, "output")
    house.commands.run("compose.play_back")
    playing = view.output.playing
    assert playing.bar.isVisible() and view.output.chip.isVisible() and view.output.chip.text() == "playback ▸ 1×"
    until(qtbot, lambda: playing.control.at == playing.control.duration and not house.bridge.operations)
    assert (view.output.view.text(), view.output.stats.text()) == (text, stats)
    assert view.model.reply is reply and enabled(house, "compose.continue")
    assert len(generations(server)) == 1, "no request is made"
    house.commands.run("compose.close_playback")
    house.settled()
    assert not playing.bar.isVisible() and not view.output.chip.isVisible()
    assert (view.output.view.text(), view.output.stats.text()) == (text, stats)
    assert not enabled(house, "compose.close_playback")


def slow_run(house: House, server: RecordingServer, qtbot: QtBot) -> ComposeView:
    """A run that took ten seconds, by what its log says."""
    view = run_once(house, server, qtbot)
    run = view.source.run
    assert run is not None
    body = run.log.body()
    run.log = EventLog.of(body, [(at, 10 * at / len(body)) for at in range(0, len(body), 200)])
    run.snapshot = replace(run.snapshot, duration=10.0)
    view.source.show(run)
    house.settled()
    return view


def test_steering_a_playback(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    view = slow_run(house, server, qtbot)
    text = view.output.view.text()
    show(house, "events")
    house.commands.run("compose.play_back")
    playing, events = view.output.playing, tab(view, "events")
    bar = playing.bar
    until(qtbot, lambda: playing.control.at > 0)
    bar.position.setValue(5000)
    bar.position.wanted.emit(5000)
    until(qtbot, lambda: playing.control.at >= 5.0)
    until(qtbot, lambda: 0 < events.model.played < events.model.rowCount() - 1)
    half = view.output.view.text()
    assert 0 < len(half) < len(text) and text.startswith(half)
    house.commands.run("compose.play_back")
    until(qtbot, lambda: not house.bridge.operations)
    assert "❚❚" in view.output.chip.text()
    stands = playing.control.at
    bar.position.wanted.emit(1000)
    until(qtbot, lambda: not house.bridge.operations and playing.control.at < stands)
    assert len(view.output.view.text()) < len(half), "back, while it stands still"
    bar.speeds.set_value("4")
    assert view.output.chip.text() == "playback ❚❚ 4×"
    house.commands.run("compose.play_back")
    until(qtbot, lambda: playing.control.at > 1.2)
    house.commands.run("compose.close_playback")
    until(qtbot, lambda: not playing.bar.isVisible())
    house.settled()
    assert view.output.view.text() == text and events.model.played == -1


def test_a_new_run_ends_a_playback(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    view = slow_run(house, server, qtbot)
    house.commands.run("compose.play_back")
    playing = view.output.playing
    until(qtbot, lambda: playing.control.at > 0)
    server.add("/responses", responses_reply("something else"))
    view.run()
    assert not playing.bar.isVisible()
    finish(view, qtbot)
    house.settled()
    assert view.output.view.text() == "something else" == view.model.reply.text()
    assert view.output.strip.buttons[1].count() == str(len(responses_events("x")))


def test_a_trouble_comes_back_after_its_playback(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", responses_reply("half of it", end=""))
    view = house.compose()
    write(view, "hi")
    view.run()
    finish(view, qtbot)
    house.settled()
    assert view.output.place.isVisible()
    house.commands.run("compose.play_back")
    assert not view.output.place.isVisible()
    house.settled()
    house.commands.run("compose.close_playback")
    house.settled()
    assert view.output.place.isVisible() and view.output.view.text() == "half of it"


def test_the_sandbox_is_said_to_be_one_in_a_playback_too(sandbox_house: House, qtbot: QtBot) -> None:
    view = sandbox_house.compose()
    write(view, "hi", model="sandbox-echo")
    view.resize(1700, 700)
    view.run()
    finish(view, qtbot)
    sandbox_house.settled()
    sandbox_house.commands.run("compose.play_back")
    assert view.output.chip.text() == "playback ▸ 1× · sandbox · simulated"
    sandbox_house.commands.run("compose.close_playback")
    sandbox_house.settled()
    for name in ("json", "code", "wire"):
        show(sandbox_house, name)
    assert "sandbox" in view.output.chip.text()
    assert sandbox_house.sandbox is not None
    assert sandbox_house.sandbox.base_url in tab(view, "code").view.text()
    key = sandbox_house.sandbox.key
    assert all(key not in text for text in (tab(view, "code").view.text(), tab(view, "wire").view.text()))


def test_new_prompt_empties_every_tab(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    view = run_once(house, server, qtbot)
    for name in ("events", "json", "code", "wire"):
        show(house, name)
    house.commands.run("compose.new")
    house.settled()
    assert view.output.strip.buttons[1].count() == ""
    for name in ("code", "wire", "json"):
        show(house, name)
        assert not tab(view, name).which.isVisible()
    show(house, "events")
    assert tab(view, "events").empty.isVisible()


def test_everything_has_a_name(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    view = run_once(house, server, qtbot)
    house.commands.run("compose.play_back")
    for name in ("events", "json", "code", "wire"):
        show(house, name)
    for widget in view.output.findChildren(QWidget):
        if widget.window() is view and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert widget.accessibleName(), widget
            assert widget.objectName(), (widget, widget.accessibleName())


class Windows(QObject):
    """Notes every window that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


def visit_all(house: House, view: ComposeView) -> None:
    for name in ("events", "json", "code", "wire"):
        show(house, name)
    tab(view, "events").table.selectRow(2)
    house.commands.run("compose.play_back")
    house.settled()
    house.commands.run("compose.close_playback")
    house.settled()


def test_no_part_of_a_tab_is_ever_a_window(
    house: House, server: RecordingServer, qtbot: QtBot, qapp: QApplication
) -> None:
    """As a widget is that is shown before it has its place."""
    view = run_once(house, server, qtbot)
    windows = Windows()
    qapp.installEventFilter(windows)
    visit_all(house, view)
    qapp.removeEventFilter(windows)
    assert windows.shown == []


def test_nothing_stays_of_them(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    view = run_once(house, server, qtbot)
    visit_all(house, view)
    parts = {"view": view, "source": view.source, "control": view.output.playing.control, **view.output.tabs}
    left = {name: weakref.ref(part) for name, part in {**parts, "index": view.output.feed.index}.items()}
    house.close(view)
    del view, parts
    gc.collect()
    assert [name for name, part in left.items() if part() is not None] == []
