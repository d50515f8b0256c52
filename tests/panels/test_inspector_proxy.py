"""The proxy's page in the real panel: a program goes through it, and its calls stand in the list."""

from __future__ import annotations

import socket
import threading
import urllib.error
import urllib.request

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from playground.core.profiles import KeySource, Profile
from playground.core.proxy.lines import LANGUAGES, lines
from playground.core.proxy.names import FAULT_HEADER
from playground.panels.inspector.proxy import ProxyPage
from playground.panels.inspector.view import InspectorView
from tests.helpers.sandbox import Server
from tests.helpers.servers import RecordingServer, Reply
from tests.panels.conftest import PATIENCE, House

KEY = "canary-page-key-0123456789"
MODELS = Reply.of_json({"object": "list", "data": []}, forever=True)


def opened(house: House) -> tuple[InspectorView, ProxyPage]:
    view = house.inspector()
    view.show_page("proxy")
    page: ProxyPage = view.page("proxy")
    page.form.number.setValue(0)
    return view, page


def running(house: House, page: ProxyPage, qtbot: QtBot) -> str:
    house.commands.run("inspector.proxy_start")
    house.settled()
    qtbot.waitUntil(lambda: page.head.chip.text() == "Running", timeout=PATIENCE)
    return page.control.state.base_url


def ask(house: House, url: str, **headers: str) -> tuple[int, str]:
    """A program's request, in a thread of its own: status, and the mark of an answer that the proxy made."""
    found: list[tuple[int, str]] = []

    def go() -> None:
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {KEY}", **headers})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                answer.read()
                found.append((answer.status, ""))
        except urllib.error.HTTPError as error:
            found.append((error.code, error.headers.get(FAULT_HEADER) or ""))
            error.close()

    house.bridge.blocking(go, label="A program", owner=None)
    house.settled()
    return found[0]


def test_a_program_goes_through_and_its_calls_are_listed(
    house: House, recording_server: RecordingServer, qtbot: QtBot
) -> None:
    recording_server.add("/models", MODELS)
    house.use(house.add_profile("Work", recording_server.base_url).id)
    view, page = opened(house)
    assert page.head.chip.text() == "Off" and not page.counts.isVisible()
    assert page.buttons["start"].isVisible() and not page.buttons["stop"].isVisible()
    assert page.form.server.full_text() == f"Work · {recording_server.base_url}"
    base_url = running(house, page, qtbot)
    assert page.lines.address.full_text() == base_url
    assert page.head.notice.isVisible() and page.buttons["stop"].isVisible() and not page.buttons["start"].isVisible()
    assert not page.form.number.isEnabled() and not page.form.place.isEnabled()
    assert ask(house, f"{base_url}/models") == (200, "")
    assert ask(house, f"{base_url}/nothing") == (404, "")
    assert ask(house, f"{base_url}/models", Origin="https://a.example") == (403, "web_page")
    numbers = page.counts.numbers
    qtbot.waitUntil(lambda: numbers["refused"].full_text() == "1", timeout=PATIENCE)
    assert [numbers[name].full_text() for name in ("open", "finished", "failed")] == ["0", "2", "1"]
    assert "web pages are refused" in page.last.full_text()
    recent = page.lines.recent
    qtbot.waitUntil(lambda: len(recent.model.rows) == 2, timeout=PATIENCE)
    assert [recent.model.cell(row, 1).text for row in (0, 1)] == ["GET /nothing", "GET /models"]
    assert [recent.model.cell(row, 3).text for row in (0, 1)] == ["404", "200"]
    recent.table.activated_row.emit(1)
    house.settled()
    assert view.current_page() == "requests" and view.current_id() == recent.model.rows[1].id
    view.show_page("proxy")
    house.commands.run("inspector.proxy_rows")
    house.settled()
    assert view.current_page() == "requests"
    assert view.query() == "origin:proxy"
    qtbot.waitUntil(lambda: len(view.shown_numbers()) == 2, timeout=PATIENCE)
    house.commands.run("inspector.proxy_stop")
    house.settled()
    view.show_page("proxy")
    assert page.head.chip.text() == "Off" and page.counts.isVisible()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{base_url}/models", timeout=5)


def test_what_is_to_be_entered_can_be_copied(house: House, recording_server: RecordingServer, qtbot: QtBot) -> None:
    house.use(house.add_profile("Work", recording_server.base_url).id)
    _view, page = opened(house)
    base_url = running(house, page, qtbot)
    for language, words in LANGUAGES:
        pill = page.findChild(QAbstractButton, f"inspector.proxy.lines.{language}")
        assert isinstance(pill, QAbstractButton) and pill.text() == words
        QTest.mouseClick(pill, Qt.MouseButton.LeftButton)
        house.commands.run("inspector.proxy_copy_lines")
        text = QApplication.clipboard().text()
        assert text == page.lines.code.text() == lines(language, base_url)
        assert base_url in text and KEY not in text
    house.commands.run("inspector.proxy_copy_address")
    assert QApplication.clipboard().text() == base_url


def test_the_profiles_key_is_put_in_for_a_token(house: House, recording_server: RecordingServer, qtbot: QtBot) -> None:
    recording_server.add("/models", MODELS)
    profile = Profile.new("Keyed", base_url=recording_server.base_url, key=KeySource.MEMORY)
    house.profiles.save(profile)
    house.use(profile.id)
    _view, page = opened(house)
    page.form.tick.setChecked(True)
    house.commands.run("inspector.proxy_start")
    house.settled()
    assert page._banner is not None and "has no key" in page._banner.problem.title
    house.await_(house.vault.set, profile, KEY)
    base_url = running(house, page, qtbot)
    assert page._banner is None
    token = page.control.state.token
    assert token in page.lines.code.text() and KEY not in page.lines.code.text()
    assert ask(house, f"{base_url}/models") == (401, "proxy_token")
    assert ask(house, f"{base_url}/models", Authorization=f"Bearer {token}") == (200, "")
    assert recording_server.received[-1].headers["authorization"] == f"Bearer {KEY}"


def test_the_sandboxs_key_is_shown(house: House, sandbox_server: Server, qtbot: QtBot) -> None:
    house.sandbox = sandbox_server
    house.use("sandbox")
    _view, page = opened(house)
    base_url = running(house, page, qtbot)
    assert sandbox_server.key in page.lines.code.text()
    assert ask(house, f"{base_url}/models", Authorization=f"Bearer {sandbox_server.key}") == (200, "")


@pytest.mark.parametrize("trouble", ["no URL", "a taken port"])
def test_why_it_does_not_start(
    house: House, recording_server: RecordingServer, qtbot: QtBot, trouble: str, request: pytest.FixtureRequest
) -> None:
    house.use(house.add_profile("Work", recording_server.base_url).id)
    _view, page = opened(house)
    if trouble == "no URL":
        page.form.place.set_value("other")
        field = page.findChild(QLineEdit, "inspector.proxy.upstream")
        assert isinstance(field, QLineEdit) and field.isVisible() and not page.form.tick.isVisible()
        QTest.keyClicks(field, "nonsense")
    else:
        taken = socket.create_server(("127.0.0.1", 0))
        request.addfinalizer(taken.close)
        page.form.number.setValue(taken.getsockname()[1])
    house.commands.run("inspector.proxy_start")
    house.settled()
    qtbot.waitUntil(lambda: page._banner is not None and page._banner.isVisible(), timeout=PATIENCE)
    assert page._banner is not None
    assert page._banner.problem.code == ("bad_base_url" if trouble == "no URL" else "port_taken")
    assert page.head.chip.text() == "Off" and page.start_command.isEnabled()
    page.form.place.set_value("other")
    page.form.field.setText("http://another-machine.example/v1")
    assert page.form.warning.isVisible() and "unencrypted" in page.form.warning.full_text()
    page.form.field.setText(recording_server.base_url)
    assert not page.form.warning.isVisible()
    page.form.number.setValue(0)
    running(house, page, qtbot)
    assert page._banner is None
    assert house.settings.get("proxy.upstream") == recording_server.base_url
    assert page.form.server.isVisible() is False


def test_it_stops_with_the_program(house: House, recording_server: RecordingServer, qtbot: QtBot) -> None:
    hold = Reply(chunk=1, hold=threading.Event(), forever=True)
    recording_server.add("/files", hold)
    house.use(house.add_profile("Work", recording_server.base_url).id)
    _view, page = opened(house)
    running(house, page, qtbot)
    port = page.control.state.port
    connection = socket.create_connection(("127.0.0.1", port), 10)
    connection.sendall(b"GET /v1/files HTTP/1.1\r\nHost: localhost\r\n\r\n")
    qtbot.waitUntil(lambda: page.control.state.open == 1, timeout=PATIENCE)
    assert house._run(house.bridge.shutdown(15))
    connection.settimeout(10)
    while connection.recv(1000):
        pass
    connection.close()
    assert not page.control.state.running
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 5)


def test_every_part_has_a_name(house: House) -> None:
    _view, page = opened(house)
    for widget in page.findChildren(QWidget):
        if isinstance(widget, QAbstractButton | QLineEdit) and widget.parent() is not page.form.number:
            if widget.objectName().startswith("qt_"):
                continue
            assert widget.objectName().startswith("inspector."), widget
            assert widget.accessibleName(), widget.objectName()
