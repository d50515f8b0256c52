"""The dashboard's tiles, charts and tables, and which rows each of their marks stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from playground.core.plain import seconds_text
from playground.panels.inspector.dashboard_series import Shown, slower_query
from playground.panels.inspector.dashboard_tables import DearModel, GroupsModel, TableBox, cost_text
from playground.panels.inspector.dashboard_tiles import TileRow
from playground.widgets.chart import BarChart, TimeChart
from playground.widgets.chart.scale import axis_text
from playground.widgets.controls import HairLine
from playground.widgets.theme import is_theme_change, scaled

if TYPE_CHECKING:
    from playground.core.exchanges.dashboard import Dashboard, Layer, Percentiles

WIDE = 1560
"""Pixels (before the type scale) from which on three charts stand side by side."""
CHART = 212
"""Pixels: how high a chart is."""
TILES = (
    ("calls", "Calls"),
    ("errors", "Error rate"),
    ("duration", "Duration"),
    ("first", "First token"),
    ("tokens", "Tokens"),
    ("cost", "Cost"),
    ("budget", "Budget today"),
)
_PERIODS = {1: "day", 7: "week", 28: "four weeks"}
_GROUP_WIDTHS = (160, 72, 64, 96, 92, 138)
_SLOW = ("Time", "Call", "Model", "Status", "Duration", "First token")
_DEAR = ("Time", "Call", "Model", "Tokens in", "Tokens out", "Cost")
_SLOW_WIDTHS = (108, 150, 110, 66, 76, 90)
_DEAR_WIDTHS = (108, 150, 106, 84, 92, 74)


class DashboardBody(QScrollArea):
    """`rows_wanted` carries the query of what was clicked."""

    rows_wanted = Signal(str)
    budget_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.dashboard.area")
        self.setAccessibleName("The dashboard's charts and tables")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._shown: Shown | None = None
        self._columns = 0
        self._make()
        self._connect()

    def _make(self) -> None:
        name = "inspector.dashboard"
        none = "No call has ended in this time."
        self.tiles = TileRow(TILES)
        self.calls = TimeChart(f"{name}.calls", "Calls by outcome", "count")
        self.duration = TimeChart(f"{name}.duration", "Duration of answered calls", "seconds", none)
        self.first = TimeChart(f"{name}.first", "Time to the first token", "seconds", "No call streamed in this time.")
        self.rates = TimeChart(f"{name}.rates", "Error rate by code", "percent", "No call failed in this time.")
        self.codes = BarChart(f"{name}.codes", "Errors by code", "count", "No call failed in this time.")
        self.tokens = TimeChart(f"{name}.tokens", "Tokens by model", "tokens", "No server counted tokens in this time.")
        self.cost = TimeChart(f"{name}.cost", "Cost by model", "usd")
        self.charts: tuple[QWidget, ...] = (
            self.calls, self.rates, self.duration, self.first, self.tokens, self.cost)  # fmt: skip
        self.models = TableBox(f"{name}.models", "Models", GroupsModel("Model", "no model", self),
                               _GROUP_WIDTHS, 0, self)  # fmt: skip
        self.profiles = TableBox(f"{name}.profiles", "Profiles", GroupsModel("Profile", "no profile", self),
                                 _GROUP_WIDTHS, 0, self)  # fmt: skip
        self.slowest = TableBox(f"{name}.slowest", "The slowest calls", DearModel(_SLOW, self), _SLOW_WIDTHS, 1, self)
        self.dearest = TableBox(
            f"{name}.dearest", "The most expensive calls", DearModel(_DEAR, self), _DEAR_WIDTHS, 1, self
        )
        self.tables = (self.models, self.profiles, self.slowest, self.dearest)
        content = self._laid_out()
        self.setWidget(content)
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def _laid_out(self) -> QWidget:
        content = QWidget()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(16, 16, 16, 16)
        self._grid.setHorizontalSpacing(32)
        self._grid.setVerticalSpacing(24)
        lower = QGridLayout()
        lower.setContentsMargins(16, 16, 16, 24)
        lower.setHorizontalSpacing(32)
        lower.setVerticalSpacing(24)
        beside = QVBoxLayout()
        beside.setSpacing(24)
        beside.addWidget(self.profiles)
        beside.addWidget(self.codes)
        beside.addStretch(1)
        lower.addWidget(self.models, 0, 0, Qt.AlignmentFlag.AlignTop)
        lower.addLayout(beside, 0, 1)
        lower.addWidget(self.slowest, 1, 0, Qt.AlignmentFlag.AlignTop)
        lower.addWidget(self.dearest, 1, 1, Qt.AlignmentFlag.AlignTop)
        lower.setColumnStretch(0, 1)
        lower.setColumnStretch(1, 1)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tiles)
        column.addWidget(HairLine())
        column.addLayout(self._grid)
        column.addWidget(HairLine())
        column.addLayout(lower)
        column.addStretch(1)
        self._arrange(2)
        return content

    def _connect(self) -> None:
        self.tiles.chosen.connect(self._tile_chosen)
        self.calls.mark_chosen.connect(self._calls_chosen)
        self.rates.mark_chosen.connect(self._rate_chosen)
        self.codes.mark_chosen.connect(self._code_chosen)
        self.duration.mark_chosen.connect(self._duration_chosen)
        self.first.mark_chosen.connect(self._first_chosen)
        self.tokens.mark_chosen.connect(self._tokens_chosen)
        self.cost.mark_chosen.connect(self._cost_chosen)
        self.models.opened.connect(self._model_opened)
        self.profiles.opened.connect(self._profile_opened)
        self.slowest.opened.connect(self._slow_opened)
        self.dearest.opened.connect(self._dear_opened)

    # As wide as it is ---------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(3 if self.viewport().width() >= scaled(WIDE) else 2)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_theme_change(event) and self._columns:
            self._arrange(self._columns, again=True)

    def _arrange(self, columns: int, *, again: bool = False) -> None:
        if columns == self._columns and not again:
            return
        self._columns = columns
        for place, chart in enumerate(self.charts):
            self._grid.addWidget(chart, place // columns, place % columns)
            chart.setFixedHeight(scaled(CHART))
        for place in range(3):
            self._grid.setColumnStretch(place, 1 if place < columns else 0)

    # What is shown ------------------------------------------------------------------------------------------------

    def show_numbers(self, shown: Shown) -> None:
        """Show what was read. Nothing jumps: what is off in a legend stays off, sorted stays sorted."""
        board = shown.board
        if board is None:
            return
        self._shown = shown
        span = board.span
        start, end = span.edges[0], span.edges[-1]
        self._show_tiles(board)
        self._show_budget(shown)
        self.calls.set_series(shown.calls, start=start, end=end)
        self.rates.set_series(shown.rates, start=start, end=end)
        self.codes.set_bars(shown.codes)
        self._show_percentiles(self.duration, "Duration of answered calls", shown.duration, board.duration, board)
        self._show_percentiles(self.first, "Time to the first token", shown.first_token, board.first_token, board)
        days = round((span.days[-1] - span.days[0]) / (len(span.days) - 1) / 86_400)
        by = f"by model and {_PERIODS.get(days, f'{days} days')}" if span.by_day else "by model"
        first, last = span.days[0], span.days[-1]
        self.tokens.set_title(f"Tokens {by}")
        self.tokens.set_series(shown.tokens, start=first, end=last)
        unpriced = board.totals.unpriced
        self.cost.set_title(f"Cost {by}", f"without {_calls(unpriced)} at an unknown price" if unpriced else "")
        self.cost.set_empty(
            f"The price of {_calls(unpriced)} is not known." if unpriced else "No call in this time cost anything."
        )
        self.cost.set_series(shown.cost, start=first, end=last)
        self.models.model.show_rows(board.models)
        self.profiles.model.show_rows(board.profiles)
        self.slowest.model.show_rows(board.slowest)
        self.dearest.model.show_rows(board.dearest)

    @staticmethod
    def _show_percentiles(chart: TimeChart, title: str, series: object, of: Percentiles, board: Dashboard) -> None:
        chart.set_title(title, f"of every {_ordinal(of.every)} call" if of.every > 1 else "")
        chart.set_series(series, start=board.span.edges[0], end=board.span.edges[-1])  # type: ignore[arg-type]

    def _show_tiles(self, board: Dashboard) -> None:
        totals = board.totals
        notes = [f"{totals.open:,} under way"] if totals.open else []
        notes += [f"{totals.stopped:,} stopped"] if totals.stopped else []
        self.tiles["calls"].show_number(f"{totals.calls:,}", ", ".join(notes), opens=totals.calls > 0)
        rate = totals.error_rate
        self.tiles["errors"].show_number(
            "–" if rate is None else f"{rate * 100:.{0 if rate in (0, 1) else 1}f} %",
            f"{totals.failed:,} of {totals.over:,} failed" if totals.over else "",
            "error" if totals.failed else "text",
            "Failed calls among those that are over: no answer, an error status, or an error inside the stream. "
            "Stopped calls are not counted.",
            opens=totals.failed > 0,
        )
        for key, of in (("duration", board.duration), ("first", board.first_token)):
            found = of.overall
            number = seconds_text(found[50]) if found else "–"
            note = f"p95 {seconds_text(found[95])} · p99 {seconds_text(found[99])}" if found else ""
            tip = "Half of the answered calls took no longer (p50)." if found else ""
            self.tiles[key].show_number(number, note, tip=tip, opens=bool(found))
        counted = totals.tokens > 0
        note = f"{_short(totals.input_tokens)} in · {_short(totals.output_tokens)} out" if counted else ""
        exact = f"{totals.tokens:,} tokens, as servers counted them" if counted else ""
        self.tiles["tokens"].show_number(_short(totals.tokens) if counted else "–", note, tip=exact, opens=counted)
        self._show_cost(board)

    def _show_cost(self, board: Dashboard) -> None:
        totals, tile = board.totals, self.tiles["cost"]
        known = totals.known_cost
        if known is None:
            tile.show_number("unknown", f"no price for {_calls(totals.unpriced)}", "muted", opens=True)
            return
        text = cost_text(known, totals.priced, 0) or "–"
        note = f"+ unknown: {_calls(totals.unpriced)}" if totals.unpriced else ""
        if board.source == "sandbox":
            note = "simulated, free of charge"
        tip = "US dollars by the list prices this program knows. Calls without a count of tokens are not in it."
        tile.show_number(text, note, tip=tip, opens=bool(totals.priced or totals.unpriced))

    def _show_budget(self, shown: Shown) -> None:
        """Of today, whatever the span is: what the window warns by."""
        tile, spent, budget = self.tiles["budget"], shown.spent, shown.wanted.budget
        if spent is None or budget <= 0:
            tile.show_number("none", "Set a budget a day…", "muted", "The window warns, and runs are asked for.")
            return
        from playground.core.spending import usd

        role = {"near": "warning", "passed": "error"}.get(spent.level(budget), "text")
        tip = f"Without {_calls(spent.unpriced)} at an unknown price" if spent.unpriced else ""
        tile.show_number(f"{spent.cost / budget * 100:.0f} %", f"{usd(spent.cost)} of {usd(budget)}", role, tip)

    # What is behind a mark ----------------------------------------------------------------------------------------

    def _want(self, query: str, start: float | None = None, end: float | None = None) -> None:
        """The rows that a query finds among what is counted, of the whole span or of a part of it."""
        from playground.core.exchanges.dashboard import exact

        board = self._board()
        if board is None:
            return
        span = board.span
        start = span.start if start is None else max(start, span.start)
        end = span.end if end is None else min(end, span.end)
        parts = [board.query, query, f"since:{exact(start)}", f"until:{exact(end)}"]
        self.rows_wanted.emit(" ".join(part for part in parts if part))

    def _board(self) -> Dashboard | None:
        return self._shown.board if self._shown is not None else None

    def _layer_chosen(self, layers: tuple[Layer, ...], key: str, start: float) -> None:
        board = self._board()
        layer = next((layer for layer in layers if (layer.key or "-") == key), None)
        if board is not None and layer is not None:
            self._want(layer.query, *board.span.bucket(start))

    def _calls_chosen(self, key: str, start: float, _end: float) -> None:
        if (board := self._board()) is not None:
            self._layer_chosen(board.outcomes, key, start)

    def _rate_chosen(self, key: str, start: float, _end: float) -> None:
        if (board := self._board()) is not None:
            self._layer_chosen(board.rates, key, start)

    def _tokens_chosen(self, key: str, start: float, _end: float) -> None:
        if (board := self._board()) is not None:
            self._layer_chosen(board.tokens, key, start)

    def _cost_chosen(self, key: str, start: float, _end: float) -> None:
        if (board := self._board()) is not None:
            self._layer_chosen(board.cost, key, start)

    def _code_chosen(self, key: str, _start: float, _end: float) -> None:
        board = self._board()
        if board is not None:
            self._want(next((layer.query for layer in board.codes if layer.key == key), "status:failed"))

    def _duration_chosen(self, key: str, start: float, _end: float) -> None:
        if (board := self._board()) is not None:
            self._slower(board.duration, "dur", key, start)

    def _first_chosen(self, key: str, start: float, _end: float) -> None:
        if (board := self._board()) is not None:
            self._slower(board.first_token, "first", key, start)

    def _slower(self, of: Percentiles, field: str, key: str, start: float) -> None:
        """The calls that took as long as a percentile, or longer."""
        board = self._board()
        if board is None:
            return
        value = getattr(of, key)[board.span.edges.index(start)]
        if value is not None:
            self._want(slower_query(field, value), *board.span.bucket(start))

    def _tile_chosen(self, key: str) -> None:
        board = self._board()
        if key == "budget":
            self.budget_wanted.emit()
        if board is None or key == "budget":
            return
        queries = {"calls": "", "errors": "status:failed", "tokens": "tokens>0", "cost": "tokens>0"}
        for name, of, field in (("duration", board.duration, "dur"), ("first", board.first_token, "first")):
            queries[name] = slower_query(field, of.overall[95]) if of.overall else ""
        self._want(queries[key])

    def _model_opened(self, row: int) -> None:
        self._want(self.models.model.rows[row].query)

    def _profile_opened(self, row: int) -> None:
        self._want(self.profiles.model.rows[row].query)

    def _slow_opened(self, row: int) -> None:
        self.rows_wanted.emit(f"id:{self.slowest.model.rows[row].id}")

    def _dear_opened(self, row: int) -> None:
        self.rows_wanted.emit(f"id:{self.dearest.model.rows[row].id}")


def _short(count: int) -> str:
    """`12.4k`, `1.2M`."""
    for size in (1_000_000_000, 1_000_000, 1000):
        if count >= size:
            return axis_text(round(count / size, 1) * size, "tokens", size / 10)
    return str(count)


def _calls(count: int) -> str:
    return f"{count:,} call{'' if count == 1 else 's'}"


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
