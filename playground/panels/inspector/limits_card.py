"""One model's limits: a meter for each, what is to be expected, and a chart of what was left over time."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.panels.inspector.limits_series import CardShown, MeterShown, query_at
from playground.widgets.chart import Limit, TimeChart
from playground.widgets.controls import Label, LinkButton
from playground.widgets.presentation import mask_id
from playground.widgets.style_parts import rounded
from playground.widgets.surface import Text
from playground.widgets.theme import scaled

LEFT = 400
"""Pixels of the column with the meters."""
HEIGHT = 168
"""Of the chart."""
SHORT = 0.1


class MeterBar(QWidget):
    """How much of a limit is left: full at the right end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share: float | None = None
        self._role = "accent"
        self.setFixedHeight(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float | None, role: str) -> None:
        if (share, role) != (self._share, self._role):
            self._share, self._role = share, role
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(scaled(160), 6)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        rounded(painter, box, "sunken", "line", 3)
        if self._share:
            rounded(painter, QRectF(0, 0, max(6.0, box.width() * self._share), box.height()), self._role, None, 3)


class Meter(QWidget):
    """A limit's name, its numbers, its bar, and what is to be expected."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.title = Text("", "text", weight=500)
        self.value = Text("", "text", size=12, mono=True)
        self.bar = MeterBar()
        self.detail = Text("", "muted", size=12, elide=True)
        self.outlook = Text("", "muted", size=12, wrap=True)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self.detail)
        column.addWidget(self.outlook)

    def show_meter(self, shown: MeterShown) -> None:
        role = "text" if shown.role == "accent" else shown.role
        self.title.set_text(shown.title[:1].upper() + shown.title[1:])
        self.value.set_text(shown.value)
        self.value.set_role(role)
        self.bar.show_share(shown.share, shown.role)
        self.detail.set_text(shown.detail)
        self.detail.setVisible(bool(shown.detail))
        self.outlook.set_text(shown.outlook)
        self.outlook.set_role("muted" if shown.role == "accent" else shown.role)
        self.setAccessibleName(f"{shown.title}: {shown.value}. {shown.detail}. {shown.outlook}")


class Facts(QWidget):
    """Titles and values in two columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[Label, Text]] = []

    def show_facts(self, facts: tuple[tuple[str, str, str], ...]) -> None:
        while len(self._rows) < len(facts):
            title, value = Label("", "muted", 12), Text("", "text", size=12, elide=True)
            self._grid.addWidget(title, len(self._rows), 0)
            self._grid.addWidget(value, len(self._rows), 1)
            self._rows.append((title, value))
        for place, (title, value) in enumerate(self._rows):
            there = place < len(facts)
            title.setVisible(there)
            value.setVisible(there)
            if there:
                title.setText(facts[place][0])
                value.set_text(facts[place][1])
                title.setToolTip(facts[place][2])


class LimitsCard(QWidget):
    """One model at one server."""

    rows_wanted = Signal(str)

    def __init__(self, key: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name = f"inspector.limits.{key}"
        self.setObjectName(name)
        self._name = name
        self._shown: CardShown | None = None
        self.model = Text("", "text", size=14, weight=600)
        self.where = Text("", "muted", size=12, elide=True)
        self.rows = LinkButton("Its requests")
        self.rows.setObjectName(f"{name}.rows")
        self.rows.clicked.connect(self._rows_clicked)
        self.facts = Facts()
        self.meters: dict[str, Meter] = {}
        self.silent = Text(
            "Its answers name no limits. Not every server tells them, and some only for some paths.",
            "muted",
            size=12,
            wrap=True,
        )
        self.chart = TimeChart(f"{name}.chart", "Left of the limit", "percent", empty="No limits were told.")
        self.chart.setMinimumHeight(scaled(HEIGHT))
        self.chart.mark_chosen.connect(self._mark_chosen)
        self._build()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.model)
        head.addWidget(self.where, 1)
        head.addWidget(self.rows)
        self._left = QVBoxLayout()
        self._left.setSpacing(12)
        self._left.addWidget(self.silent)
        self._left.addWidget(self.facts)
        self._left.addStretch(1)
        body = QHBoxLayout()
        body.setSpacing(28)
        self._column = QWidget()
        self._left.setContentsMargins(0, 0, 0, 0)
        self._column.setLayout(self._left)
        self._column.setFixedWidth(scaled(LEFT))
        body.addWidget(self._column)
        body.addWidget(self.chart, 1)
        body.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(10)
        column.addLayout(head)
        column.addLayout(body)

    def show_card(self, shown: CardShown) -> None:
        """Show it as it is now; what is the same is not touched."""
        self._shown = shown
        name = shown.model or "Requests without a model"
        self.setAccessibleName(f"Limits of {name}")
        self.model.set_text(name)
        self._say_where()
        self.rows.setAccessibleName(f"Show the requests of {name}")
        wanted = {meter.kind for meter in shown.meters}
        for kind in [kind for kind in self.meters if kind not in wanted]:
            self.meters.pop(kind).deleteLater()
        for place, meter in enumerate(shown.meters):
            if meter.kind not in self.meters:
                self.meters[meter.kind] = Meter(f"{self._name}.{meter.kind}")
                self._left.insertWidget(place, self.meters[meter.kind])
            self.meters[meter.kind].show_meter(meter)
        self.silent.setVisible(not shown.meters)
        self.chart.setVisible(bool(shown.series))
        self.facts.show_facts(shown.facts)
        if shown.series:
            self.chart.set_series(
                shown.series,
                start=shown.start,
                end=shown.end,
                moments=shown.moments,
                limits=[Limit("a tenth", SHORT, "warning")],
                top=1.0,
            )

    def _say_where(self) -> None:
        parts = self._shown.where if self._shown is not None else ()
        self.where.set_text(
            " · ".join(f"{what} {mask_id(which) if private else which}".strip() for what, which, private in parts)
        )

    def retheme_sizes(self) -> None:
        """Larger or smaller type, and what presentation mode hides."""
        self._say_where()
        self._column.setFixedWidth(scaled(LEFT))
        self.chart.setMinimumHeight(scaled(HEIGHT))

    def _rows_clicked(self) -> None:
        if self._shown is not None:
            self.rows_wanted.emit(self._shown.query)

    def _mark_chosen(self, _key: str, start: float, _end: float) -> None:
        if self._shown is not None:
            self.rows_wanted.emit(query_at(self._shown, start))
