"""“What happened” and “Timing” of requests that were really made: what is said, counted, painted, linked."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from playground.panels.inspector.doctor import DoctorTab
from playground.panels.inspector.timing import TimingTab
from playground.panels.inspector.view import InspectorView
from playground.widgets import countdown
from playground.widgets.links import LinkQuestion
from tests.panels.conftest import PATIENCE, House

HEADER = "X-Sandbox-Error"


def call(house: House, *, generation: bool = False, **headers: str) -> None:
    """A read or a generation of the sandbox, with a fault that its headers ask for."""

    async def made() -> None:
        import openai

        client = await (await house.sessions.session()).client()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            if generation:
                await client.responses.create(model="sandbox-echo", input="Hi", extra_headers=sent)
            else:
                await client.models.list(extra_headers=sent)
        except openai.APIError:
            return

    house.await_(made)
    assert house.store.flush()


def error(status: int, **values: Any) -> str:
    return json.dumps({"status": status, **values})


def doctor(house: House, view: InspectorView) -> DoctorTab:
    view.show_tab("doctor")
    house.settled()
    tab = view.tab("doctor")
    assert isinstance(tab, DoctorTab)
    house.qtbot.waitUntil(lambda: tab.words.title.isVisible(), timeout=PATIENCE)
    return tab


def test_a_call_with_three_attempts_as_in_the_picture(sandbox_house: House, qtbot: QtBot) -> None:
    call(sandbox_house, X_Sandbox_Fault="500")
    view = sandbox_house.inspector()
    tab = doctor(sandbox_house, view)
    words = tab.words
    assert words.chip.text() == "500 server_error" and words.request_id.id().startswith("req_")
    assert words.title.text().startswith("The server failed. ") and "all answered 500." in words.title.text()
    assert words.remedy.text().startswith("What to do. Try again")
    assert words.retry.text() == "Will a retry help? Yes, in a moment."
    assert words.whose.text().startswith("Whose matter is it? The server.")
    assert not words.wait.isVisible() and not words.param.isVisible() and not words.earlier.isVisible()
    assert [spot.bar is None for spot in tab.attempts.plot.spots()].count(True) == 2
    assert tab.attempts.title.accessibleName().startswith("3 attempts · ")
    assert words.x() < tab.attempts.x() and words.width() < tab.attempts.width(), "they do not stand side by side"
    with qtbot.waitSignal(tab.link_opened) as opened:
        QTest.mouseClick(words.request_id, Qt.MouseButton.LeftButton)
    assert opened.args == [words.request_id.id()]
    QTest.mouseClick(words.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == words.request_id.id()


def test_their_words_are_folded_and_can_be_read_by_key(sandbox_house: House) -> None:
    call(sandbox_house, X_Sandbox_Error=error(500, message="First line.\nSecond <b>line</b>.\u202e"))
    words = doctor(sandbox_house, sandbox_house.inspector()).words
    assert words.disclosure.note() == "“First line.”" and not words.said.isVisible()
    QTest.keyClick(words.disclosure, Qt.Key.Key_Space)
    assert words.said.isVisible() and words.disclosure.note() == ""
    shown = words.said.plain_text()
    assert "Second <b>line</b>." in shown and "\u202e" not in shown


def test_the_time_until_another_try_counts_down_while_it_is_seen(
    sandbox_house: House, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(sandbox_house, generation=True, X_Sandbox_Fault="429=90")
    view = sandbox_house.inspector()
    words = doctor(sandbox_house, view).words
    assert words.wait.isVisible() and words.wait.text().startswith("The server asked to wait 1 min 30 s: 1 min ")
    assert words.wait.timer.isActive() and "not sent again by itself" in words.retry.text()
    now = time.time()
    monkeypatch.setattr(countdown.time, "time", lambda: now + 30)
    words.wait.timer.timeout.emit()
    assert words.wait.text().endswith(("1 min 00 s left.", "59 s left.", "58 s left."))
    view.show_tab("timing")
    assert not words.wait.timer.isActive(), "it counts where nobody sees it"
    monkeypatch.setattr(countdown.time, "time", lambda: now + 100)
    view.show_tab("doctor")
    qtbot.waitUntil(lambda: words.wait.text().endswith("that time is over."), timeout=PATIENCE)
    assert not words.wait.timer.isActive()


def test_the_param_and_the_documentation_are_links(sandbox_house: House, qtbot: QtBot) -> None:
    asked = error(400, code="unsupported_value", type="invalid_request_error", param="temperature")
    call(sandbox_house, generation=True, X_Sandbox_Error=asked)
    tab = doctor(sandbox_house, sandbox_house.inspector())
    assert tab.words.title.text().startswith("“temperature” was not accepted.")
    assert tab.words.param.words() == "Go to “temperature”"
    explorer = sandbox_house.explorer()
    QTest.keyClick(tab.words.param, Qt.Key.Key_Return)
    sandbox_house.settled()
    assert explorer.page.entry is not None and explorer.page.entry.name == "responses.create"
    row, focus = explorer.page.form.row("/temperature"), explorer.window().focusWidget()
    assert row is not None and focus is not None and row.isAncestorOf(focus)
    assert "Made by the sandbox" in explorer.page.form.model.marks["/temperature"]
    assert tab.words.section.words() == "Documentation: Error codes"
    QTest.keyClick(tab.words.section, Qt.Key.Key_Space)
    (question,) = tab.window().findChildren(LinkQuestion)
    assert question.where.host == "developers.openai.com"
    question.close()


def test_what_went_well_says_so_and_what_came_before(sandbox_house: House) -> None:
    call(sandbox_house, X_Sandbox_Fault="503=0.01@1")
    words = doctor(sandbox_house, sandbox_house.inspector()).words
    assert words.chip.text() == "200" and words.title.text().startswith("It went well at the second attempt.")
    assert words.earlier.text() == "Attempt 1 (503): The server is overloaded." and words.earlier.isVisible()
    assert not words.remedy.isVisible() and not words.section.isVisible() and not words.disclosure.isVisible()


def test_another_row_is_told_at_once_and_the_last_asked_for_wins(sandbox_house: House) -> None:
    for status in (401, 404, 500):
        call(sandbox_house, generation=True, X_Sandbox_Error=error(status))
    view = sandbox_house.inspector()
    tab = doctor(sandbox_house, view)
    details = [sandbox_house.store.load(one.id) for one in sandbox_house.store.recent(3)]
    for detail in details:
        tab.show_detail(detail)
    sandbox_house.settled()
    assert tab.words.chip.text().startswith(str(details[-1].summary.status))
    tab.show_detail(None)
    assert not tab.words.isVisible()


def test_below_one_another_where_there_is_little_room(sandbox_house: House, qtbot: QtBot) -> None:
    call(sandbox_house, X_Sandbox_Fault="500")
    view = sandbox_house.inspector()
    tab = doctor(sandbox_house, view)
    view.resize(620, 700)
    qtbot.waitUntil(lambda: tab.attempts.y() > tab.words.geometry().bottom(), timeout=PATIENCE)
    assert tab.words.width() == tab.attempts.width() > 400


def test_the_timing_in_numbers(sandbox_house: House, qtbot: QtBot) -> None:
    call(sandbox_house, X_Sandbox_Fault="429=0.05@1")
    view = sandbox_house.inspector()
    view.show_tab("timing")
    sandbox_house.settled()
    tab = view.tab("timing")
    assert isinstance(tab, TimingTab)
    qtbot.waitUntil(lambda: tab.phases.rowCount() > 0, timeout=PATIENCE)
    column = [[tab.phases.cell(row, n).text for row in range(tab.phases.rowCount())] for n in range(6)]
    assert [words for words in column[0] if words] == ["1 · 429", "2 · 200"]
    assert "Back-off" in column[1] and "Server" in column[1] and column[2][0] == "0"
    wait = column[1].index("Back-off")
    assert column[5][wait] == "the wait before the next attempt; the server had asked for 50 ms"
    shares = [float(words.strip("<%")) for words in column[4]]
    assert 90 <= sum(shares) <= 110
    names = [tab.headers.cell(row, 0).text for row in range(tab.headers.rowCount())]
    assert {"openai-processing-ms", "openai-version", "openai-organization", "x-request-id"} <= set(names)
    row = names.index("x-request-id")
    assert tab.headers.titles == ("Header", "Attempt 1", "Attempt 2")
    assert tab.headers.cell(row, 1).link != tab.headers.cell(row, 2).link != ""
    tab.phase_table.selectRow(wait)
    assert tab.fall.words.text().startswith("Back-off ")
    for table in (tab.phase_table, tab.header_table):  # as high as its rows: the page scrolls
        assert not table.verticalScrollBar().maximum()


def test_all_that_can_be_used_has_a_name(sandbox_house: House) -> None:
    call(sandbox_house, X_Sandbox_Fault="429=0.01")
    view = sandbox_house.inspector()
    tab = doctor(sandbox_house, view)
    view.show_tab("timing")
    sandbox_house.settled()
    for part in (tab, view.tab("timing")):
        for button in part.findChildren(QAbstractButton):
            if button.isVisibleTo(part) and button.focusPolicy() != Qt.FocusPolicy.NoFocus:
                assert button.objectName() and button.accessibleName(), button
    QApplication.sendEvent(tab, QEvent(QEvent.Type.StyleChange))


def test_what_happened_is_copied_for_a_ticket_without_secrets(sandbox_house: House) -> None:
    secret = "ghp_" + "aB3" * 12
    call(sandbox_house, generation=True, X_Sandbox_Error=error(429, code="insufficient_quota", message=f"No. {secret}"))
    view = sandbox_house.inspector()
    sandbox_house.commands.run("inspector.copy_explanation")
    sandbox_house.settled()
    text = QGuiApplication.clipboard().text()
    assert text.startswith("The account has no credit left. ") and secret not in text
    for line in (
        "What to do: Add credit",
        "Will a retry help: No.",
        "Request: POST /responses, model sandbox-echo",
        "Error: status 429, code insufficient_quota",
        "The server's words: No. ",
        "Documentation: Error codes",
    ):
        assert line in text, line
    request_id = sandbox_house.store.recent(1)[0].request_id
    assert request_id and request_id in text and "Begun: 20" in text
    sandbox_house.commands.run("inspector.open_documentation")
    sandbox_house.settled()
    (question,) = view.window().findChildren(LinkQuestion)
    question.close()
