"""The waterfall: what is painted where, what the mouse and the keys read out, in both themes."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from playground.core.exchanges.records import AttemptDetail, ExchangeDetail, ExchangeSummary, Timings
from playground.core.exchanges.waterfall import Gap, waterfall
from playground.widgets.controls import IdLabel
from playground.widgets.theme import ThemeManager, color
from playground.widgets.waterfall import Key, WaterfallView
from playground.widgets.waterfall_plot import Spot, ticks
from tests.widgets.conftest import Show, settle


def attempt(number: int, start: float, status: int | None, state: Any, **more: Any) -> AttemptDetail:
    times = {name: more.pop(name) for name in tuple(more) if name in Timings.__dataclass_fields__}
    values: dict[str, Any] = {
        "url": "http://127.0.0.1/v1/models", "request_headers": (), "request_body": b"", "request_body_size": 0,
        "request_body_capped": False, "response_headers": (("Retry-After", "1.1"),), "response_body": b"",
        "response_body_size": 0, "response_body_capped": False, "request_id": f"req_{number}c19b2f0d4a7",
        "client_request_id": f"pg-{number}", "error": None, **more,
    }  # fmt: skip
    return AttemptDetail(
        number=number, started_at=1000 + start, status=status, state=state, timings=Timings(**times), **values
    )


def exchange(*attempts: AttemptDetail, state: Any = "done", duration: float | None = None) -> ExchangeDetail:
    last = attempts[-1]
    summary = ExchangeSummary(
        "01J", 1000, "Work", "GET", "/models", "models.list", "test", None, state, last.status, None, None,
        last.request_id, None, len(attempts), duration, last.timings,
    )  # fmt: skip
    return ExchangeDetail(summary, attempts)


THREE = exchange(
    attempt(1, 0.0, 429, "failed", queued=0.1, connected=0.5, sent=0.6, first_byte=1.0, ended=1.0),
    attempt(2, 2.0, 503, "failed", connected=0.5, sent=0.5, first_byte=1.0, ended=1.0),
    attempt(3, 4.0, 200, "done", connected=0.5, sent=0.5, first_byte=1.0, first_token=1.5, last_byte=4.0, ended=4.0),
    duration=8.0,
)


def opened(show: Show, detail: ExchangeDetail = THREE, width: int = 760) -> WaterfallView:
    view = WaterfallView("doctor.waterfall")
    view.set_waterfall(waterfall(detail), "openai-version 2020-10-01")
    show(view, width, view.sizeHint().height())
    return view


def pixel(view: WaterfallView, spot: Spot) -> QColor:
    """The colour in the middle of a part, as painted."""
    center = view.plot.rect_of(spot).center()
    image = view.plot.grab().toImage()
    ratio = image.devicePixelRatio()
    return image.pixelColor(round(center.x() * ratio), round(center.y() * ratio))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_what_is_painted_where(show: Show, theme: ThemeManager, mode: Any) -> None:
    theme.apply(mode)
    view = opened(show)
    settle()
    rows: dict[int, list[Spot]] = {}
    for spot in view.plot.spots():
        rows.setdefault(spot.row, []).append(spot)
    assert len(rows) == 5 and [isinstance(row[0].part, Gap) for row in rows.values()] == [False, True] * 2 + [False]
    box = view.plot.field()
    for spot in view.plot.spots():  # one axis for all
        rect = view.plot.rect_of(spot)
        assert rect.left() == pytest.approx(box.left() + box.width() * spot.part.start / 8.0)
        assert rect.width() == pytest.approx(max(2.0, box.width() * spot.part.seconds / 8.0))
    assert pixel(view, rows[0][-1]) == color("error") == pixel(view, rows[2][-1])
    assert pixel(view, rows[0][1]) == color("line_strong")
    assert pixel(view, rows[4][-1]) == color("accent") and pixel(view, rows[4][1]) == color("accent_light")
    hatched = view.plot.rect_of(rows[1][0])
    image = view.plot.grab().toImage()
    line = [
        image.pixelColor(x, round(hatched.center().y())) for x in range(round(hatched.left()), round(hatched.right()))
    ]
    assert {color("line_strong").name()} < {one.name() for one in line}, "no stroke, or no air between strokes"


def test_the_title_and_the_legend_say_what_there_is(show: Show) -> None:
    view = opened(show)
    assert view.title.accessibleName() == "3 attempts · 8.00 s"
    words = [key.words for key in view.findChildren(Key)]
    assert words == ["connect", "server", "first token", "answer", "server, failed", "back-off"]
    assert view.words.text() == "6.00 s in attempts, 2.00 s between them."
    view.set_waterfall(waterfall(exchange(attempt(1, 0, None, "failed", queued=0.1, ended=0.2), duration=0.2)))
    settle()
    assert [key.words for key in view.findChildren(Key) if key.isVisible()] == ["connect", "failed"]
    view.set_waterfall(None)
    assert not view.plot.spots()


def test_an_answer_that_broke_off_is_red_from_there_alone(show: Show) -> None:
    times = {"connected": 0.1, "sent": 0.1, "first_byte": 0.5, "first_token": 0.6, "last_byte": 1.0, "ended": 1.0}
    view = opened(show, exchange(attempt(1, 0, 200, "failed", **times), state="failed", duration=1.0))
    settle()
    *before, last = view.plot.spots()
    assert pixel(view, last) == color("error") and color("error") not in [pixel(view, spot) for spot in before]
    assert [key.words for key in view.findChildren(Key)] == ["connect", "server", "first token", "answer, broken"]


def test_the_mouse_reads_out_a_part(show: Show, qtbot: QtBot) -> None:
    view = opened(show)
    wait = next(spot for spot in view.plot.spots() if isinstance(spot.part, Gap))
    QTest.mouseMove(view.plot, view.plot.rect_of(wait).center().toPoint())
    qtbot.waitUntil(lambda: view.plot.picked() is wait)
    assert view.words.text() == (
        "Back-off 1.00 s, from 1.00 s to 2.00 s: the wait before the next attempt; the server had asked for 1.10 s"
    )
    far = view.plot.rect_of(wait).center() + QPointF(300, 0)
    QTest.mouseMove(view.plot, far.toPoint())
    qtbot.waitUntil(lambda: view.plot.picked() is None)
    assert view.words.text() == "6.00 s in attempts, 2.00 s between them."


def test_the_keys_go_through_all_parts_in_time(show: Show, qtbot: QtBot) -> None:
    view = opened(show)
    QTest.keyClick(view.plot, Qt.Key.Key_Home)
    said = [view.words.text()]
    for _ in view.plot.spots()[1:]:
        QTest.keyClick(view.plot, Qt.Key.Key_Right)
        said.append(view.words.text())
    assert len(set(said)) == len(view.plot.spots()) and said[0].startswith("Attempt 1 · Queue 100 ms, from 0 to 100 ms")
    assert said[-1] == "Attempt 3 · Answer 2.50 s, from 5.50 s to 8.00 s: until the last byte of the answer was read"
    assert view.plot.accessibleDescription() == said[-1]
    QTest.keyClick(view.plot, Qt.Key.Key_Up)
    assert view.words.text().startswith("Back-off")
    QTest.keyClick(view.plot, Qt.Key.Key_Home)
    assert view.words.text() == said[0]
    QTest.keyClick(view.plot, Qt.Key.Key_End)
    with qtbot.waitSignal(view.link_opened) as opened_link:
        QTest.keyClick(view.plot, Qt.Key.Key_Return)
    assert opened_link.args == ["req_3c19b2f0d4a7"]


def test_each_attempts_request_id_is_a_link(show: Show, qtbot: QtBot) -> None:
    view = opened(show)
    labels = [label for label in view.findChildren(IdLabel) if label.isVisible()]
    assert [label.id() for label in labels] == [f"req_{number}c19b2f0d4a7" for number in (1, 2, 3)]
    rows = [label.geometry().center().y() // 25 for label in labels]
    assert rows == [0, 2, 4]
    with qtbot.waitSignal(view.link_opened) as found:
        QTest.mouseClick(labels[1], Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert found.args == ["req_2c19b2f0d4a7"]


def test_nothing_of_a_server_is_believed(show: Show) -> None:
    """A request ID and an error's words come from elsewhere."""
    bad = attempt(1, 0, None, "failed", request_id="<b>req_1</b>\u202e", error="<img src=x>\u202eabc", ended=0.2)
    view = opened(show, exchange(bad, state="failed", duration=0.2))
    QTest.keyClick(view.plot, Qt.Key.Key_Home)
    assert "\u202e" not in view.words.text() and "<img src=x>" in view.words.text()


def test_very_short_and_very_long_calls_can_be_read(show: Show) -> None:
    for length in (1e-6, 0.0004, 0.9, 61, 86_400):
        marks = ticks(length, 500)
        assert 2 <= len(marks) <= 8 and len({words for _, words in marks}) == len(marks)
        assert all(0 <= at <= length * 1.0001 for at, _ in marks)
    assert ticks(6.02, 640) == [(0.0, "0"), (1.5, "1.5 s"), (3.0, "3.0 s"), (4.5, "4.5 s"), (6.0, "6.0 s")]
    assert [words for _, words in ticks(0.885, 130)] == ["0", "500 ms"], "where there is little room"
    assert [words for _, words in ticks(7.9, 60)] == ["0", "5 s"]
    assert ticks(0.0, 500) == [(0.0, "0")]
    assert [words for _, words in ticks(0.09, 500)] == ["0", "30 ms", "60 ms", "90 ms"]
    view = opened(show, exchange(attempt(1, 0, 200, "done"), duration=0.0))
    assert not view.grab().isNull()


def test_in_a_narrow_place_nothing_overlaps(show: Show) -> None:
    view = opened(show, width=360)
    box = view.plot.field()
    assert box.width() > 100
    for label in view.findChildren(IdLabel):
        assert label.geometry().right() <= box.left()
    shown = [child for child in view.findChildren(QWidget) if child.parent() is view and child.isVisible()]
    for one in shown:
        for other in shown:
            assert one is other or not one.geometry().intersects(other.geometry())
