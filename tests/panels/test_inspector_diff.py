"""The tabs Diff and Events over what the real sandbox answered: attempts, streams, sound, what has no body."""

from __future__ import annotations

import gc
import struct
import weakref

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QWidget

from playground.core.profiles import Retries
from playground.panels.inspector.diff import DiffTab
from playground.panels.inspector.events import EventsTab
from playground.panels.inspector.view import InspectorView
from tests.helpers.servers import RecordingServer, Reply
from tests.panels.conftest import PATIENCE, House
from tests.panels.test_inspector_replay import call, chosen

SECRET = "ghp_" + "a1B2" * 9


def diff_of(house: House, view: InspectorView) -> DiffTab:
    """The tab, shown, its comparison made."""
    view.show_tab("diff")
    house.settled()
    tab: DiffTab = view.tab("diff")
    house.qtbot.waitUntil(lambda: tab.looked is not None, timeout=PATIENCE)
    house.settled()
    return tab


def events_of(house: House, view: InspectorView) -> EventsTab:
    view.show_tab("events")
    house.settled()
    tab: EventsTab = view.tab("events")
    return tab


def test_two_attempts_of_a_call_are_compared_and_any_other_two(sandbox_house: House) -> None:
    house = sandbox_house
    fault = {"X-Sandbox-Fault": "429=0.02@1, 503=0.02@2"}
    row = call(house, "models.list", {"extra_headers": fault})
    assert row.summary.attempts == 3
    view = house.inspector()
    chosen(house, view, row)
    tab = diff_of(house, view)
    assert tab.looked is not None and tab.looked.comparison is not None
    found = tab.looked.comparison
    assert (found.left.attempt.number, found.right.attempt.number) == (2, 3)
    assert "HTTP 503 → HTTP 200" in tab.words.source() and tab.words.source().startswith("The same request")
    assert not found.request.counts(), "a header that counts attempts is no difference"
    assert tab.parts.value() == "response", "what is seen first is what differs"
    tab.choice.setCurrentIndex(1)
    tab.choice.activated.emit(1)
    house.settled()
    found = tab.looked.comparison
    assert (found.left.attempt.number, found.right.attempt.number) == (1, 3)
    tab.attempts.choose(1)
    house.settled()
    found = tab.looked.comparison
    assert (found.left.attempt.number, found.right.attempt.number) == (1, 2)
    tab.parts.set_value("response")
    changed = [line for line in tab.view.layout_shown.sides[1] if line.kind in ("changed", "added")]
    assert any("HTTP 503" in line.text for line in changed)


def test_a_pasted_id_leads_to_any_other_request(sandbox_house: House) -> None:
    house = sandbox_house
    one = call(house, "models.list", {})
    two = call(house, "embeddings.create", {"model": "sandbox-embed", "input": f"x {SECRET}"})
    view = house.inspector()
    chosen(house, view, two)
    tab = diff_of(house, view)
    assert tab.looked is not None and tab.looked.comparison is None
    assert "paste the ID" in tab.looked.words
    tab.id_field.setText("req_nobody")
    house.qtbot.keyClick(tab.id_field, Qt.Key.Key_Return)
    house.settled()
    assert tab.looked.words == "No request in the log has the ID req_nobody."
    tab.id_field.setText(one.summary.request_id or "")
    house.qtbot.keyClick(tab.id_field, Qt.Key.Key_Return)
    house.settled()
    assert tab.looked.comparison is not None
    tab.parts.set_value("request")
    house.commands.run("inspector.diff.view.copy")
    house.settled()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("--- ") and "POST" in copied and SECRET not in copied and "[removed]" in copied
    assert "another call (GET /models → POST /embeddings)" in tab.words.source()[:1].lower() + tab.words.source()[1:]


def test_two_chosen_rows_stand_beside_each_other_by_themselves(sandbox_house: House) -> None:
    house = sandbox_house
    rows = [call(house, "models.list", {}) for _ in range(3)]
    view = house.inspector()
    chosen(house, view, rows[2])
    tab = diff_of(house, view)
    assert tab.looked is not None and tab.looked.chosen is not None and tab.looked.chosen.which == rows[1].summary.id
    table, model = view.list.table, view.list.model
    place = table.visualRect(model.index(model.place_of(rows[0].number), 2)).center()
    control = Qt.KeyboardModifier.ControlModifier
    house.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, control, place)
    house.qtbot.waitUntil(lambda: view.current_id() == rows[0].summary.id, timeout=PATIENCE)
    house.qtbot.waitUntil(lambda: tab.looked.chosen.which == rows[2].summary.id, timeout=PATIENCE)
    assert tab.looked.chosen.kind == "chosen"


def test_the_one_before_of_the_same_method_is_offered(sandbox_house: House) -> None:
    house = sandbox_house
    first = call(house, "responses.create", {"model": "sandbox-echo", "input": "first"}, stream=True)
    call(house, "models.list", {})
    second = call(house, "responses.create", {"model": "sandbox-echo", "input": "second"}, stream=True)
    view = house.inspector()
    chosen(house, view, second)
    tab = diff_of(house, view)
    assert tab.looked is not None and tab.looked.chosen is not None
    assert (tab.looked.chosen.kind, tab.looked.chosen.which) == ("previous", first.summary.id)
    pills = [pill.text() for pill in tab.parts.findChildren(QAbstractButton)]
    assert pills[0] == "Request 1"
    view.list.table.setFocus()
    house.qtbot.keyClick(view.list.table, Qt.Key.Key_F7)
    assert '"input": "first"' in tab.view.left.textCursor().block().text()


def test_every_control_of_the_tabs_has_a_name(sandbox_house: House) -> None:
    house = sandbox_house
    row = call(house, "responses.create", {"model": "sandbox-echo", "input": "x"}, stream=True)
    view = house.inspector()
    chosen(house, view, row)
    for tab in (diff_of(house, view), events_of(house, view)):
        for widget in tab.findChildren(QWidget):
            if (
                widget.focusPolicy() != Qt.FocusPolicy.NoFocus
                and widget.isVisible()
                and "qt_" not in widget.objectName()
            ):
                if widget.parent() is not None and widget.parent().metaObject().className() == "QComboBox":
                    continue
                assert widget.accessibleName() and widget.objectName(), widget


def test_the_events_of_a_stream_with_their_gaps_the_longest_marked(sandbox_house: House) -> None:
    house = sandbox_house
    profile = house.profiles.active
    body = {"model": "sandbox-echo", "input": "x", "extra_headers": {"X-Sandbox-Fault": "slow-tokens=6, incomplete=3"}}
    row = call(house, "responses.create", body, stream=True)
    assert profile.is_sandbox
    view = house.inspector()
    chosen(house, view, row)
    tab = events_of(house, view)
    assert tab.read is not None and tab.read.what == "event" and tab.read.longest is not None
    event, gap = tab.read.longest
    gaps = [tab.read.index.row(at).gap or 0 for at in range(len(tab.read.index))]
    assert gap == max(gaps) > 0.1 and gaps[event] == gap
    assert f"before event {event + 1}" in tab.head.note.source()
    assert tab.view.model.role_of(event, tab.read.index.row(event), 2) == "warning"
    deltas = tab.view.filter.findData("response.output_text.delta")
    tab.view.filter.setCurrentIndex(deltas)
    tab.view.filter.activated.emit(deltas)
    house.settled()
    assert 0 < tab.view.model.rowCount() < len(tab.read.index)
    assert " of " in tab.head.note.source()
    house.commands.run("inspector.events.longest")
    house.settled()
    assert tab.view.model.event_at(tab.view.table.currentIndex().row()) == event


def test_the_events_of_any_attempt(house: House, server: RecordingServer) -> None:
    error = {"error": {"message": "busy", "type": "server_error"}}
    busy = Reply.of_json(error, status=503, headers={"retry-after": "0"})
    profile = house.add_profile("Reads again", server.base_url, retries=Retries(reads=1))
    house.use(profile.id)
    server.add("/files", busy, Reply.of_json({"object": "list", "data": [], "has_more": False}))
    row = call(house, "files.list", {})
    assert row.summary.attempts == 2
    view = house.inspector()
    chosen(house, view, row)
    tab = events_of(house, view)
    assert tab.read is not None and tab.read.what == "piece"
    assert b'"data"' in tab.read.index.raw(0) and "No stream" in tab.head.note.source()
    tab.attempts.choose(0)
    house.settled()
    assert b"busy" in tab.read.index.raw(0)


def test_sound_is_played_and_what_has_no_body_says_so(house: House, server: RecordingServer) -> None:
    samples = struct.pack("<2400h", *range(2400))
    shape = (16, 1, 1, 24000, 48000, 2, 16)
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", *shape, b"data", 4800)
    server.add("/audio/speech", Reply(body=head + samples, headers={"content-type": "audio/wav"}))
    server.add("/files/file-1", Reply(b"", 204))
    sound = call(house, "audio.speech.create", {"model": "m", "voice": "alloy", "input": "x"})
    nothing = call(house, "files.delete", {"file_id": "file-1"})
    view = house.inspector()
    chosen(house, view, sound)
    tab = events_of(house, view)
    assert tab.read is not None and tab.read.kind.startswith("audio/")
    assert tab.answer is not None and tab.answer.isVisible() and tab.answer.face() == "audio"
    chosen(house, view, nothing)
    house.settled()
    assert tab.pages.currentWidget() is tab.empty and not tab.answer.isVisible()
    assert "no body" in tab.empty.accessibleName() or tab.read is None


def test_pictures_in_a_stream_and_in_json_are_shown(sandbox_house: House) -> None:
    house = sandbox_house
    body = {"prompt": "A lighthouse", "size": "256x256"}
    whole = call(house, "images.generate", body)
    stream = call(house, "images.generate", {**body, "partial_images": 2}, stream=True)
    text = call(house, "models.list", {})
    view = house.inspector()
    for row, what in ((whole, "piece"), (stream, "event")):
        chosen(house, view, row)
        tab = events_of(house, view)
        assert tab.read is not None and tab.read.what == what and tab.read.media is not None
        assert tab.answer is not None and tab.answer.isVisible() and tab.answer.face() == "image"
    chosen(house, view, text)
    house.settled()
    assert tab.read.media is None and not tab.answer.isVisible()


def test_the_messages_of_a_websocket_go_both_ways(sandbox_house: House) -> None:
    house = sandbox_house

    async def talk() -> None:
        from playground.core.sockets import connect

        socket = await connect(await house.sessions.session(), "realtime.connect", {"model": "gpt-realtime"})
        await socket.send({"type": "session.update", "session": {"type": "realtime", "instructions": "Be brief."}})
        async for frame in socket.messages():
            if frame.data["type"] == "session.updated":
                break
        await socket.close(1000, "enough")

    house.await_(talk)
    house.store.flush()
    view = house.inspector()
    chosen(house, view, house.store.log.page(limit=1)[0])
    tab = events_of(house, view)
    assert tab.read is not None and tab.read.what == "message"
    kinds = [tab.read.index.row(at).kind for at in range(len(tab.read.index))]
    assert kinds == ["↑ session.update", "↓ session.created", "↓ session.updated", "closed"]
    assert "4 messages" in tab.head.note.source() and "1000 enough" in tab.read.index.row(3).preview


def test_the_tabs_go_with_the_panel(sandbox_house: House) -> None:
    house = sandbox_house
    first = call(house, "audio.speech.create", {"model": "gpt-4o-mini-tts", "voice": "alloy", "input": "x"})
    row = call(house, "audio.speech.create", {"model": "gpt-4o-mini-tts", "voice": "alloy", "input": "y"})
    view = house.inspector()
    chosen(house, view, row, first)
    tabs = [weakref.ref(events_of(house, view)), weakref.ref(diff_of(house, view))]
    house.close(view)
    del view
    gc.collect()
    assert [tab() for tab in tabs] == [None, None]
    left = [command.id for command in house.commands if command.id.startswith(("inspector.diff", "inspector.events"))]
    assert not left
