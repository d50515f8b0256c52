"""How long each part of a request took: the waterfall, the same in numbers, and what the server said of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from playground.core.exchanges.waterfall import MEANINGS, PHASES, Gap, Phase, Waterfall, about, waterfall
from playground.core.plain import fine_text, seconds_text
from playground.widgets.attempts import scrolled
from playground.widgets.controls import SectionLabel
from playground.widgets.presentation import mask_field, mask_id, presenting, shown_line
from playground.widgets.rows import Cell, Index, RowsModel, RowsTable
from playground.widgets.surface import Surface
from playground.widgets.theme import scaled
from playground.widgets.waterfall import WaterfallView
from playground.widgets.waterfall_plot import words_of

if TYPE_CHECKING:
    from playground.core.exchanges import AttemptDetail, ExchangeDetail
    from playground.panels.contract import PanelContext
    from playground.widgets.waterfall_plot import Spot

_IDS = ("x-request-id", "x-client-request-id")


class PhasesModel(RowsModel):
    """One row a phase and one a wait, in their order."""

    titles = ("Attempt", "Part", "Began", "Took", "Share", "What it is")
    hints = ("", "", "Since the call began", "", "Of the whole call", "")
    right = frozenset({2, 3, 4})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.spots: list[Spot] = []
        self._seconds = 0.0

    def set_spots(self, spots: list[Spot], seconds: float) -> None:
        self.beginResetModel()
        self.spots, self._seconds = spots, seconds
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.spots)

    def _first(self, row: int) -> bool:
        return not row or self.spots[row - 1].row != self.spots[row].row

    def cell(self, row: int, column: int) -> Cell:
        spot = self.spots[row]
        part, bar = spot.part, spot.bar
        if column == 0:
            words = f"{bar.number} · {bar.outcome}" if bar is not None and self._first(row) else ""
            return Cell(words, "error" if bar is not None and bar.failed else "text")
        if column == 1:
            wait = isinstance(part, Gap)
            return Cell(_name(part), "muted" if wait else "text")
        if column == 2:
            return Cell(fine_text(part.start) if part.start else "0", "muted", mono=True, right=True)
        if column == 3:
            return Cell(fine_text(part.seconds), mono=True, right=True)
        if column == 4:
            share = part.seconds / self._seconds if self._seconds else 0.0
            return Cell(f"{share:.0%}" if share >= 0.005 else "<1%", "muted", mono=True, right=True)
        return Cell(_meaning(spot), "muted")

    def raw(self, row: int, column: int) -> object:
        spot = self.spots[row]
        if column == 0:  # each line stands for itself where it is pasted
            return f"{spot.bar.number} · {spot.bar.outcome}" if spot.bar is not None else ""
        return self.cell(row, column).text

    def hint(self, row: int, column: int) -> str:
        return words_of(self.spots[row])


def _name(part: Phase | Gap) -> str:
    if isinstance(part, Phase):
        return PHASES[part.kind]
    return "Redirect" if part.kind == "redirect" else "Back-off"


def _meaning(spot: Spot) -> str:
    """The words of a part without what the other columns say."""
    part = spot.part
    if isinstance(part, Gap) and part.told is not None:
        return f"{MEANINGS[part.kind]}; the server had asked for {seconds_text(part.told)}"
    return words_of(spot).partition(": ")[2]


class HeadersModel(RowsModel):
    """What the attempts' answers say of the server: one row a header, one column an attempt."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self._said: list[dict[str, str]] = []

    def set_attempts(self, attempts: tuple[AttemptDetail, ...]) -> None:
        self.beginResetModel()
        self._said = [dict(about(attempt)) for attempt in attempts]
        self._names = list(dict.fromkeys(name for said in self._said for name in said))
        several = len(attempts) > 1
        self.titles = ("Header", *(f"Attempt {one.number}" if several else "Value" for one in attempts))
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._names)

    def cell(self, row: int, column: int) -> Cell:
        name = self._names[row]
        if column == 0:
            return Cell(name, "muted", mono=True)
        value = self._said[column - 1].get(name, "")
        if name in _IDS:
            return Cell(mask_id(value), "accent", mono=True, link=value)
        words = mask_field(name, shown_line(value)) if presenting() else shown_line(value)
        return Cell(words, mono=True)

    def raw(self, row: int, column: int) -> object:
        name = self._names[row]
        return name if column == 0 else self._said[column - 1].get(name, "")


class _Whole(RowsTable):
    """A table as high as its rows: its page scrolls, not the table."""

    ground = "surface"

    def __init__(self, name: str, title: str, model: RowsModel) -> None:
        super().__init__(name, title)
        self.setSortingEnabled(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setModel(model)
        self._fit()
        model.modelReset.connect(self._fit)

    def _fit(self) -> None:
        model = self.model()
        rows = model.rowCount() if model is not None else 0
        height = self.verticalHeader().defaultSectionSize() * rows
        self.setFixedHeight(height + self.horizontalHeader().sizeHint().height() + 2)

    def _retheme(self) -> None:
        super()._retheme()
        if self.model() is not None:
            self._fit()


class TimingTab(QWidget):
    """`link_opened`: an ID was clicked."""

    link_opened = Signal(str)

    def __init__(self, _context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.timing")
        self.setAccessibleName("Timing")
        self.fall = WaterfallView("inspector.timing.waterfall")
        self.phases, self.headers = PhasesModel(self), HeadersModel(self)
        self.phase_table = _Whole("inspector.timing.phases", "How long each part took", self.phases)
        self.header_table = _Whole("inspector.timing.headers", "What the server said of itself", self.headers)
        self.fall.link_opened.connect(self.link_opened)
        self.header_table.link_opened.connect(self.link_opened)
        self.phase_table.selected_row.connect(self._picked)
        self._said = SectionLabel("What the server said of itself")
        content = Surface("surface")
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(0)
        column.addWidget(self.fall)
        column.addSpacing(16)
        column.addWidget(self.phase_table)
        column.addSpacing(20)
        column.addWidget(self._said)
        column.addSpacing(4)
        column.addWidget(self.header_table)
        column.addStretch(1)
        self._content = content
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(content, "inspector.timing.page", "Timing"))
        self.phase_table.set_columns((110, 110, 84, 84, 64, 400), stretch=5)
        content.hide()

    def show_detail(self, detail: ExchangeDetail | None) -> None:
        """Show an exchange's times; None: nothing is chosen."""
        self._content.setVisible(detail is not None)
        found = waterfall(detail) if detail is not None else Waterfall((), (), 0.0, True)
        self.fall.set_waterfall(found)
        self.phases.set_spots(self.fall.plot.spots(), found.seconds)
        attempts = detail.attempts if detail is not None else ()
        self.headers.set_attempts(attempts)
        self.header_table.set_columns((scaled(220), *(240 for _ in attempts)), stretch=len(attempts) or None)
        said = self.headers.rowCount() > 0
        self._said.setVisible(said)
        self.header_table.setVisible(said)

    def _picked(self, row: int) -> None:
        """A row was chosen: its part is marked in the picture."""
        if 0 <= row < len(self.phases.spots):
            self.fall.plot.pick(self.phases.spots[row])
