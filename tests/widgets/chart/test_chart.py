"""Charts in a window: pointed at, walked through, switched off, copied, and painted fast however many points."""

from __future__ import annotations

import csv
import io
import math
import random
from array import array

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from playground.widgets.chart import Bar, BarChart, Limit, Moment, Series, TimeChart, sample
from playground.widgets.chart.legend import LegendButton
from playground.widgets.theme import ThemeManager, color
from tests.widgets.conftest import Show

START = 1_790_000_000.0
Chosen = list[tuple[str, float, float]]


def calls() -> list[Series]:
    xs = [START + 300 * number for number in range(12)]
    good = Series("good", "answered", xs, [20 + number for number in range(12)], "bars", width=300)
    bad = Series("bad", "failed", xs, [number % 4 for number in range(12)], "bars", role="error", width=300)
    return [good, bad]


def listening(chart: TimeChart | BarChart) -> Chosen:
    heard: Chosen = []

    def hear(key: str, start: float, end: float) -> None:
        heard.append((key, start, end))

    chart.mark_chosen.connect(hear)
    return heard


def grabbed(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def has_colour(image: QImage, role: str) -> bool:
    wanted = color(role).rgb()
    return any(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))


def test_a_click_on_a_layer_of_a_bar_chooses_it_with_its_time(show: Show) -> None:
    chart = TimeChart("t", "Calls")
    chart.set_series(calls())
    show(chart, 600, 300)
    heard = listening(chart)
    geometry = chart.plot.geometry_now()
    x = round(geometry.x(START + 3 * 300 + 150))
    for value in (10.0, 24.5):  # 23 answered, then 3 failed on top of them
        QTest.mouseClick(chart.plot, Qt.MouseButton.LeftButton, pos=QPoint(x, round(geometry.y(value))))
    assert heard == [("good", START + 900, START + 1200), ("bad", START + 900, START + 1200)]


def test_the_keys_read_every_value_out_and_enter_chooses(show: Show) -> None:
    chart = TimeChart("t", "Calls")
    chart.set_series(calls())
    show(chart, 600, 300)
    heard = listening(chart)
    chart.plot.setFocus()
    assert "Arrow keys" in chart.plot.accessibleDescription()
    said = set()
    for _ in range(12):
        QTest.keyClick(chart.plot, Qt.Key.Key_Right)
        said.add(chart.plot.accessibleDescription())
    assert len(said) == 12
    assert any("answered 31, failed 3" in words for words in said)
    QTest.keyClick(chart.plot, Qt.Key.Key_Right)
    assert chart.plot.mark == ("good", 11), "there is nothing after the last"
    QTest.keyClick(chart.plot, Qt.Key.Key_Down)
    assert chart.plot.words().split(": ")[1].startswith("failed 3")
    QTest.keyClick(chart.plot, Qt.Key.Key_Return)
    assert heard == [("bad", START + 3300, START + 3600)]
    QTest.keyClick(chart.plot, Qt.Key.Key_Home)
    assert chart.plot.mark is not None and chart.plot.mark[1] == 0
    QTest.keyClick(chart.plot, Qt.Key.Key_Escape)
    assert chart.plot.mark is None


def test_the_mark_stays_on_its_time_while_values_follow(show: Show) -> None:
    chart = TimeChart("t", "Calls")
    chart.set_series(calls())
    show(chart, 600, 300)
    QTest.keyClick(chart.plot, Qt.Key.Key_End)
    xs = [START + 300 * number for number in range(2, 14)]
    chart.set_series([Series("good", "answered", xs, [7] * 12, "bars", width=300)])
    assert chart.plot.mark == ("good", 9) and "answered 7" in chart.plot.words()
    chart.set_series([Series("good", "answered", xs[-2:], [7] * 2, "bars", width=300)])
    assert chart.plot.mark is None, "its time has left the chart"


def test_the_legend_switches_a_series_off_and_remembers_it(show: Show) -> None:
    chart = TimeChart("t", "Calls")
    chart.set_series(calls())
    show(chart, 600, 300)
    before = chart.plot.geometry_now().high
    button = chart.findChild(LegendButton, "t.legend.good")
    assert button is not None and button.accessibleName() == "Show answered"
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert chart.plot.geometry_now().high < before, "the axis fits what is left"
    assert not has_colour(grabbed(chart.plot), "accent")
    chart.set_series(calls())
    assert [one.key for one in chart.plot.content.shown] == ["bad"]
    assert "answered" in chart.csv(), "copies are whole"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert has_colour(grabbed(chart.plot), "accent")


def test_a_gap_is_no_line_and_no_value(show: Show) -> None:
    xs = [START + number for number in range(30)]
    ys = [None if 10 <= number < 20 else 5.0 for number in range(30)]
    chart = TimeChart("t", "Latency", "seconds")
    chart.set_series([Series("p50", "p50", xs, ys, plain=True)])
    show(chart, 600, 300)
    image, geometry = grabbed(chart.plot), chart.plot.geometry_now()

    def drawn(second: float) -> bool:
        x = round(geometry.x(START + second))
        middle = round(geometry.y(5.0))
        return any(image.pixelColor(x, y).blue() < 180 for y in range(middle - 1, middle + 2))

    assert drawn(4.5) and drawn(24.5) and not drawn(14.5)
    chart.plot.setFocus()
    for _ in range(11):
        QTest.keyClick(chart.plot, Qt.Key.Key_Right)
    assert chart.plot.mark == ("p50", 20)


def test_a_step_holds_its_value_until_the_next(show: Show) -> None:
    chart = TimeChart("t", "Left", "tokens")
    chart.set_series(
        [Series("a", "a", [START, START + 100], [90, 10], "step"), Series("b", "b", [START + 50, START + 200], [3, 4])],
        limits=[Limit("limit", 200)],
        moments=[Moment("runs out", START + 150)],
    )
    show(chart, 600, 300)
    heard = listening(chart)
    geometry = chart.plot.geometry_now()
    assert geometry.high >= 200, "the limit is on the chart"
    QTest.mouseClick(
        chart.plot, Qt.MouseButton.LeftButton, pos=QPointF(geometry.x(START + 90), geometry.y(90)).toPoint()
    )
    assert heard == [("a", START, START + 100)]
    QTest.keyClick(chart.plot, Qt.Key.Key_Right)
    assert chart.plot.words().endswith("b 3, a 90"), "a second mark reads the step as it holds there"


def test_series_are_told_apart_without_colours() -> None:
    xs = [START, START + 1]
    chart = TimeChart("t", "Lines")
    chart.set_series([Series(str(number), str(number), xs, [1, 2]) for number in range(6)])
    patterns = {tuple(chart.plot.content.looks[str(number)].pen().dashPattern()) for number in range(6)}
    assert len(patterns) == 6


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_colours_are_the_themes(show: Show, theme: ThemeManager, mode: str) -> None:
    chart = TimeChart("t", "Calls")
    chart.set_series(calls())
    show(chart, 400, 240)
    theme.apply(mode)  # type: ignore[arg-type]
    QApplication.sendPostedEvents()
    assert has_colour(grabbed(chart.plot), "accent")


def test_nothing_is_said_in_words(show: Show) -> None:
    chart = TimeChart("t", "Calls", empty="No calls in this hour.")
    show(chart, 400, 240)
    said = grabbed(chart.plot)
    assert chart.plot.accessibleDescription() == "No calls in this hour."
    chart.set_series([Series("a", "a", [START], [None])])
    assert chart.plot.accessibleDescription() == "No calls in this hour."
    chart.set_empty("")
    assert grabbed(chart.plot) != said
    QTest.keyClick(chart.plot, Qt.Key.Key_Right)
    QTest.keyClick(chart.plot, Qt.Key.Key_Return)


def test_one_point_is_seen(show: Show) -> None:
    chart = TimeChart("t", "Calls")
    chart.set_series([Series("a", "a", [START], [3.0])])
    show(chart, 400, 240)
    assert has_colour(grabbed(chart.plot), "accent")


def test_of_a_hundred_thousand_points_what_can_be_seen_is_painted(show: Show) -> None:
    chance = random.Random(1)
    xs = array("d", (START + number for number in range(100_000)))
    ys = array("d", (chance.random() for _ in xs))
    ys[71_234] = 9.0
    chart = TimeChart("t", "Latency", "seconds")
    show(chart, 900, 300)
    chart.set_series([Series("a", "a", xs, ys)])
    image, geometry = grabbed(chart.plot), chart.plot.geometry_now()
    x, y = round(geometry.x(xs[71_234])), round(geometry.y(9.0))
    ground = image.pixel(x, round(geometry.y(9.8)))
    assert any(image.pixel(near, y + 3) != ground for near in (x - 1, x, x + 1)), "the one peak is painted"
    (points,) = sample.lines(chart.plot.content.series[0], geometry)
    assert len(points) <= 2 * (geometry.columns + 2), "no more than can be seen"


@pytest.mark.parametrize("size", [(1, 1), (30, 12), (160, 96), (3000, 40)])
def test_every_kind_is_painted_at_any_size(show: Show, size: tuple[int, int]) -> None:
    xs = [START + 10 * number for number in range(40)]
    ys = [None if number % 9 == 4 else number - 5.0 for number in range(40)]
    chart = TimeChart("t", "All", "usd")
    series = [
        Series("band", "band", xs, [9.0] * 40, "band", lows=[1.0] * 40, quiet=True),
        Series("line", "a line with a very long name that has to be cut somewhere in the read-out", xs, ys),
        Series("step", "step", xs, ys, "step"),
        Series("area", "area", xs, ys, "area", stacked=True),
        Series("over", "over", xs, ys, "area", stacked=True),
        Series("bars", "bars", xs, ys, "bars", width=10),
        Series("line~", "expected", xs[-2:], [1.0, 50.0], projected=True),
    ]
    chart.set_series(series, limits=[Limit("limit", 40)], moments=[Moment("now", xs[-1]), Moment("then", xs[-1])])
    show(chart.plot, *size)
    for _ in range(3):
        chart.plot.grab()
        QTest.keyClick(chart.plot, Qt.Key.Key_Right)
        QTest.keyClick(chart.plot, Qt.Key.Key_Down)
        QTest.mouseMove(chart.plot, QPoint(size[0] // 2, size[1] // 2))
    chart.deleteLater()


def test_csv_has_all_series_and_no_formulas(show: Show) -> None:
    chart = TimeChart("t", "Cost", "usd")
    chart.set_series(
        [Series("a", "=SUM(A1)", [START, START + 60], [0.25, None]), Series("b", "b", [START + 60], [-1.5])]
    )
    show(chart, 400, 240)
    QTest.keyClick(chart.plot, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    rows = list(csv.reader(io.StringIO(QGuiApplication.clipboard().text())))
    assert rows[0] == ["time", "'=SUM(A1) (USD)", "b (USD)"]
    assert [row[1:] for row in rows[1:]] == [["0.25", ""], ["", "-1.5"]]
    assert rows[1][0].count(":") >= 2 and rows[1][0][-6] in "+-", "the time says its zone"


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="2 times and 1 values"):
        Series("a", "a", [1, 2], [1])
    with pytest.raises(ValueError, match="do not ascend"):
        Series("a", "a", [2, 1], [1, 1])
    with pytest.raises(ValueError, match="do not ascend"):
        Series("a", "a", [1, math.nan], [1, 1])


def test_bars_are_walked_chosen_and_say_what_is_unknown(show: Show) -> None:
    chart = BarChart("b", "Cost", "usd")
    chart.set_bars([Bar("x", "gpt-x", 2.5, "12 calls"), Bar("y", "gpt-y", None, "3 calls")])
    show(chart, 400, 160)
    heard = listening(chart)
    QTest.mouseClick(chart.rows, Qt.MouseButton.LeftButton, pos=QPoint(40, 12))
    QTest.keyClick(chart.rows, Qt.Key.Key_Down)
    assert chart.rows.accessibleDescription() == "gpt-y: unknown, 3 calls"
    QTest.keyClick(chart.rows, Qt.Key.Key_Return)
    assert heard == [("x", 0.0, 0.0), ("y", 0.0, 0.0)]
    QTest.keyClick(chart.rows, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().splitlines()[1:] == ["gpt-x,2.5,12 calls", "gpt-y,,3 calls"]
