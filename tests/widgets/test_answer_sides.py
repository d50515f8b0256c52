"""Headers, timing and attempts beside an answer."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from playground.core.exchanges.records import AttemptDetail, ExchangeDetail, ExchangeSummary, Timings
from playground.widgets.answer import AnswerView
from playground.widgets.answer.sides import HeadersPage
from playground.widgets.presentation import present
from playground.widgets.theme import ThemeManager
from tests.helpers.walk import said
from tests.widgets.conftest import Show, settle

TIMES = Timings(queued=0.001, connected=0.088, sent=0.09, first_byte=0.6, last_byte=1.2)
GOOD = AttemptDetail(
    number=2,
    started_at=1764000000.0,
    url="http://127.0.0.1:8787/v1/files",
    request_headers=(("authorization", "Bearer ***"), ("accept", "application/json")),
    request_body=b"",
    request_body_size=0,
    request_body_capped=False,
    status=200,
    response_headers=(
        ("x-request-id", "req_8f2a1b3c4d"),
        ("content-type", "application/json"),
        ("openai-organization", "acme-secret"),
    ),
    response_body=b"{}",
    response_body_size=2048,
    response_body_capped=False,
    request_id="req_8f2a1b3c4d",
    client_request_id=None,
    state="done",
    error=None,
    timings=TIMES,
)
BAD = replace(GOOD, number=1, status=503, state="failed", error="overloaded", request_id="req_1111111111")
EXCHANGE = ExchangeDetail(
    ExchangeSummary(
        "01K", 1764000000.0, "Sandbox", "GET", "/files", "files.list", "explorer", None, "done", 200, None, None,
        "req_8f2a1b3c4d", None, 2, 1.6, TIMES,
    ),
    (BAD, GOOD),
)  # fmt: skip


def shown(show: Show, tab: str) -> AnswerView:
    view = AnswerView("t.answer", None)
    show(view)
    view.show_json({"a": 1})
    view.show_exchange(EXCHANGE)
    view.findChild(QAbstractButton, f"t.answer.tab-{tab}").click()  # type: ignore[union-attr]
    return view


def headers(view: AnswerView) -> HeadersPage:
    found = view.findChild(HeadersPage)
    assert found is not None
    return found


def test_headers_of_both_sides_are_a_table(show: Show, qtbot: QtBot) -> None:
    view = shown(show, "headers")
    page = headers(view)
    assert page.model.headers == list(GOOD.response_headers), "of the last attempt, in the order they came"
    with qtbot.waitSignal(view.link_opened) as opened:
        place = page.table.visualRect(page.model.index(0, 1))
        QTest.mouseClick(
            page.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place.x() + 20, place.center().y())
        )
    assert opened.args == ["req_8f2a1b3c4d"]
    page.table.clearSelection()
    view.findChild(QAbstractButton, "t.answer.copy-headers").click()  # type: ignore[union-attr]
    assert QGuiApplication.clipboard().text().split("\n")[1] == "content-type: application/json"
    view.findChild(QAbstractButton, "t.answer.headers.side.request").click()  # type: ignore[union-attr]
    assert page.model.headers == list(GOOD.request_headers)
    page.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert [name for name, _ in page.model.headers] == ["accept", "authorization"]


def test_timing_tells_moments_and_every_attempt(show: Show, qtbot: QtBot) -> None:
    view = shown(show, "timing")
    words = [text for _, text in said(view) if text]
    for part in ("The server answered 200.", "First byte", "600 ms", "1.60 s", "ATTEMPTS  2", "503"):
        assert part in words, part
    assert "0 bytes sent, 2.0 kB received · overloaded" in words
    with qtbot.waitSignal(view.link_opened) as opened:
        view.findChild(QAbstractButton, "t.answer.timing.request-id").click()  # type: ignore[union-attr]
    assert opened.args == ["req_8f2a1b3c4d"]


def test_another_answer_has_no_headers_yet(show: Show) -> None:
    view = shown(show, "headers")
    view.show_busy()
    assert headers(view).model.rowCount() == 0 and not headers(view).table.isVisible()
    view.show_exchange(EXCHANGE)
    assert headers(view).table.isVisible(), "those of a stream are there before its end"


def test_presentation_mode_masks_headers_and_ids(show: Show, theme: ThemeManager) -> None:
    view = shown(show, "headers")
    view.set_tab("timing")
    present(True)
    try:
        theme.apply("light")
        settle()
        words = "\n".join(text for _, text in said(view))
        assert "8f2a1b3c4d" not in words and "acme-secret" not in words and "1111111111" not in words
        assert "application/json" in words
    finally:
        present(False)
        theme.apply("light")
