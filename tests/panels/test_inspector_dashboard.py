"""The dashboard over a real log in the real panel: what it counts, follows and opens."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from playground.core.settings import BUDGET
from playground.core.spending import midnight
from playground.panels.inspector import dashboard, dashboard_series
from playground.panels.inspector.dashboard import DashboardPage
from playground.panels.inspector.view import InspectorView
from playground.widgets.chart.plot import TimePlot
from playground.widgets.theme import ThemeManager
from tests.bench import log_made
from tests.panels.conftest import PATIENCE, House

MADE = 900


def make(path: Path) -> None:
    """A log whose newest call was made just now: 900 calls, an hour and a half."""
    log_made.make(path, MADE)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE exchanges SET started_at = started_at + ?", (time.time() - log_made.NOW - 1,))
        db.execute("UPDATE exchanges SET profile = 'Sandbox', cost = 0 WHERE rowid % 9 = 0")
        db.execute("UPDATE exchanges SET cost = NULL WHERE model = 'gpt-5-mini'")
    db.close()


@pytest.fixture
def made(tmp_path: Path) -> None:
    """Before the house opens it."""
    make(tmp_path / "exchanges.sqlite3")


@pytest.fixture
def full_house(made: None, house: House) -> Iterator[House]:
    yield house


def opened(house: House) -> tuple[InspectorView, DashboardPage]:
    view = house.inspector()
    view.show_page("dashboard")
    page: DashboardPage = view.page("dashboard")
    house.settled()
    return view, page


def board(page: DashboardPage) -> Any:
    assert page.shown is not None and page.shown.board is not None, page.trouble.text()
    return page.shown.board


def count(view: InspectorView, house: House) -> int:
    """How many rows the list shows."""
    house.settled()
    return view.list.model.rowCount()


def test_the_tiles_say_what_the_log_holds(full_house: House) -> None:
    _, page = opened(full_house)
    totals = board(page).totals
    tiles = page.body.tiles
    assert tiles["calls"].number() == f"{totals.calls:,}" == "800"
    assert tiles["errors"].number() == f"{totals.failed / totals.over * 100:.1f} %"
    assert tiles["cost"].number().startswith("$") and "unknown: " in tiles["cost"].note()
    assert "100 of the sandbox" in page.note.full_text()
    assert tiles["calls"].accessibleName() == "Calls: 800"


def test_every_tile_opens_its_rows(full_house: House) -> None:
    view, page = opened(full_house)
    totals = board(page).totals
    wanted = {"calls": totals.calls, "errors": totals.failed, "tokens": totals.calls, "cost": totals.calls}
    for key, rows in wanted.items():
        view.show_page("dashboard")
        QTest.mouseClick(page.body.tiles[key], Qt.MouseButton.LeftButton)
        assert view.current_page() == "requests"
        assert count(view, full_house) == rows, key


def test_a_mark_of_each_chart_opens_exactly_its_rows(full_house: House) -> None:
    view, page = opened(full_house)
    body = page.body
    for chart in (body.calls, body.tokens, body.duration, body.first):
        view.show_page("dashboard")
        chart.plot.setFocus()
        QTest.keyClick(chart.plot, Qt.Key.Key_End)
        QTest.keyClick(chart.plot, Qt.Key.Key_Left)
        mark = chart.plot.mark
        assert mark is not None and chart.plot.words() in chart.plot.accessibleDescription()
        span = board(page).span
        at = chart.plot.content.span(mark)[0]
        start, end = span.bucket(at)
        QTest.keyClick(chart.plot, Qt.Key.Key_Return)
        assert view.current_page() == "requests"
        full_house.settled()
        model = view.list.model
        rows = full_house.store.log.rows(model.numbers())
        assert rows and all(start <= row.summary.started_at < end for row in rows)
        if chart is body.calls:
            assert len(rows) == board(page).outcomes[0].values[mark[1]]
        if chart is body.tokens:
            assert sum(row.tokens or 0 for row in rows) == board(page).tokens[0].values[mark[1]]
        if chart is body.duration:
            limit = board(page).duration.p50[mark[1]]
            assert min(row.summary.duration for row in rows) == limit


def test_errors_models_and_dear_calls_open_their_rows(full_house: House) -> None:
    view, page = opened(full_house)
    rows = page.body.codes.rows
    rows.setFocus()
    QTest.keyClick(rows, Qt.Key.Key_Down)
    QTest.keyClick(rows, Qt.Key.Key_Return)
    assert count(view, full_house) == board(page).codes[0].total
    view.show_page("dashboard")
    table = page.body.models.table
    table.selectRow(1)
    QTest.keyClick(table, Qt.Key.Key_Return)
    table.activated_row.emit(1)
    assert count(view, full_house) == board(page).models[1].totals.calls
    view.show_page("dashboard")
    page.body.slowest.table.activated_row.emit(0)
    full_house.settled()
    assert view.list.model.rowCount() == 1 and view.current_id() == board(page).slowest[0].id


def test_tables_sort_and_what_is_unknown_comes_last(full_house: House) -> None:
    _, page = opened(full_house)
    table, model = page.body.models.table, page.body.models.model
    costs = {}
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        table.sortByColumn(5, order)
        costs[order] = [row.totals.known_cost for row in model.rows]
        assert costs[order][-1] is None, "gpt-5-mini has no price here"
    assert costs[Qt.SortOrder.AscendingOrder][:-1] == costs[Qt.SortOrder.DescendingOrder][:-1][::-1]
    place = [row.name for row in model.rows].index("gpt-5-mini")
    assert model.cell(place, 5).text == "unknown"


def test_the_span_and_the_source_are_chosen_by_commands(full_house: House) -> None:
    _, page = opened(full_house)
    full_house.commands.run("inspector.dashboard_1h")
    full_house.settled()
    hour = board(page)
    assert hour.span.key == "1h" and 500 <= hour.totals.calls < 800
    assert [key for key, pill in page.spans.items() if pill.isChecked()] == ["1h"]
    full_house.commands.run("inspector.dashboard_sandbox")
    full_house.settled()
    assert {group.name for group in board(page).profiles} == {"Sandbox"}
    assert page.simulated.isVisible() and page.body.tiles["cost"].note() == "simulated, free of charge"


def test_span_and_source_are_remembered_with_what_the_list_remembers(full_house: House) -> None:
    view, page = opened(full_house)
    full_house.commands.run("inspector.dashboard_30d")
    full_house.commands.run("inspector.dashboard_sandbox")
    page.field.set_query("model:gpt-5.2")
    full_house.settled()
    view.save()
    full_house.close(view)
    _, again = opened(full_house)
    assert (board(again).span.key, board(again).source) == ("30d", "sandbox")
    assert again.wanted.query == "" and again.sources["sandbox"].isChecked()
    full_house.memory.state["dashboard"] = {"span": {}, "source": ["x"]}
    full_house.close(full_house._views[0])  # type: ignore[arg-type]
    _, third = opened(full_house)
    assert board(third).span.key == "24h"


def test_a_query_narrows_and_says_what_is_wrong_with_it(full_house: House) -> None:
    _, page = opened(full_house)
    page.field.set_query("model:gpt-5.2 since:30m")
    full_house.settled()
    assert [group.name for group in board(page).models] == ["gpt-5.2"]
    assert page.custom.isVisible() and not any(pill.isChecked() for pill in page.spans.values())
    before = page.shown
    page.field.set_query("modle:gpt-5.2")
    full_house.settled()
    assert page.trouble.isVisible() and "Did you mean “model”" in page.trouble.text()
    assert page.shown is before, "what was there stays"
    page.field.set_query("model:none-such")
    full_house.settled()
    assert page.stack.currentWidget() is page.empty and not page.trouble.isVisible()
    assert "The query finds none" in page.empty.text.text()


def test_it_says_that_it_counts_where_that_takes_long(
    full_house: House, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, page = opened(full_house)
    held, read = threading.Event(), dashboard_series.read

    def slowly(*asked: Any) -> Any:
        assert held.wait(PATIENCE / 1000)
        return read(*asked)

    monkeypatch.setattr(dashboard_series, "read", slowly)
    page.show_span("1h")
    qtbot.waitUntil(lambda: page.note.full_text() == "Counting…" and page.note.isVisible(), timeout=PATIENCE)
    assert board(page).span.key == "24h", "what was there is shown until then"
    page.show_span("7d")
    held.set()
    full_house.settled()
    assert board(page).span.key == "7d" and "of the sandbox" in page.note.full_text()


def test_an_empty_log_says_so(house: House) -> None:
    _, page = opened(house)
    assert page.stack.currentWidget() is page.empty
    assert page.empty.title.text() == "No calls yet"


def test_it_follows_while_it_is_shown_and_rests_while_it_is_not(
    sandbox_house: House, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboard, "LEAST_MS", 30)
    view, page = opened(sandbox_house)

    async def call() -> None:
        client = await (await sandbox_house.sessions.session()).client()
        await client.responses.create(model="sandbox-echo", input="Hello")

    sandbox_house.await_(call)
    qtbot.waitUntil(lambda: page.shown is not None and board(page).totals.calls == 1, timeout=PATIENCE)
    assert board(page).source == "sandbox" and page.body.tiles["calls"].number() == "1"
    assert page.body.calls.plot.words() == ""
    view.show_page("requests")
    before = page.shown
    sandbox_house.await_(call)
    sandbox_house.settled()
    assert page.shown is before and not page._timer.isActive(), "nothing is read for nobody"
    view.show_page("dashboard")
    qtbot.waitUntil(lambda: board(page).totals.calls == 2, timeout=PATIENCE)


def test_a_call_that_ends_while_the_log_is_read_is_counted_next(
    sandbox_house: House, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboard, "LEAST_MS", 30)
    _, page = opened(sandbox_house)

    async def calls() -> None:
        client = await (await sandbox_house.sessions.session()).client()
        for _ in range(5):
            await client.responses.create(model="sandbox-echo", input="Hello")

    sandbox_house.await_(calls)
    qtbot.waitUntil(
        lambda: page.shown is not None and board(page).totals.calls == 5 and board(page).totals.open == 0,
        timeout=PATIENCE,
    )


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("size", [(1228, 740), (1868, 1140)])
def test_it_fits_without_a_bar_at_its_foot(full_house: House, mode: str, size: tuple[int, int]) -> None:
    view, page = opened(full_house)
    ThemeManager().apply(mode)  # type: ignore[arg-type]
    view.resize(*size)
    full_house.settled()
    QApplication.sendPostedEvents()
    body = page.body
    assert not body.horizontalScrollBar().isVisible() and body.widget().width() <= body.viewport().width()
    for table in (box.table for box in body.tables):
        assert not table.horizontalScrollBar().isVisible(), table.objectName()
    columns = {chart.mapTo(body.widget(), chart.rect().topLeft()).x() for chart in body.charts}
    assert len(columns) == (3 if size[0] > 1600 else 2)


def test_the_budget_is_a_tile_that_leads_to_its_setting(full_house: House) -> None:
    _, page = opened(full_house)
    tile = page.body.tiles["budget"]
    assert (tile.number(), tile.note()) == ("none", "Set a budget a day…")
    full_house.settings.set(BUDGET, 10.0)
    full_house.settled()
    spent = full_house.store.log.spent(midnight())
    assert tile.number() == f"{spent.cost * 10:.0f} %" and tile.note().endswith("of $10.00")
    called: list[tuple[object, ...]] = []

    def hear(*page_name: object) -> None:
        called.append(page_name)

    full_house.commands.add("app.settings", "Settings", hear, group="Tests")
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert called == [("Requests",)]


def test_everything_has_a_name(full_house: House) -> None:
    _, page = opened(full_house)
    kinds = (QAbstractButton, QLineEdit, QTableView, TimePlot)
    parts = [part for kind in kinds for part in page.findChildren(kind) if _is_ours(part)]
    assert len(parts) > 20
    for part in parts:
        assert part.objectName() and part.accessibleName(), part
    names = [part.objectName() for part in parts]
    assert len(names) == len(set(names))


def _is_ours(widget: QWidget) -> bool:
    return not widget.objectName().startswith("qt_") and type(widget).__module__.startswith("playground")
