"""The tab Proof: what is run, what came of it, how far the runs agree, each run, and the output of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from playground.panels.schemas.proof_list import Outcomes
from playground.panels.schemas.proof_options import ProofOptions
from playground.panels.schemas.proof_output import OutputBox
from playground.panels.schemas.proof_parts import Agreements, Counts
from playground.widgets.controls import CommandButton, EmptyState, HairLine, IconButton, SectionLabel, Segmented
from playground.widgets.rows import RowsTable
from playground.widgets.surface import Text
from playground.widgets.theme import scaled

if TYPE_CHECKING:
    from playground.bridge import Bridge
    from playground.core.errors import Problem
    from playground.core.schemas.proof import Outcome, Totals
    from playground.widgets.commands import Command

SHOWN = (("all", "All"), ("wrong", "Not valid"))
BARS = 7
"""Fields that are seen at once, where there is room, …"""
LEAST_BARS = 2
"""… and where there is little."""


class ProofPage(QWidget):
    """`chosen`: a run, by the list; `opened`: the exchange of one is asked for."""

    opened = Signal(str)

    def __init__(
        self, bridge: Bridge, commands: dict[str, Command], question: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("schemas.proof")
        self.model = Outcomes()
        self.options = ProofOptions()
        self.options.hide()
        self.said = Text("", "muted", size=13, elide=True)
        self.said.setObjectName("schemas.proof.said")
        self.run = CommandButton(commands["run"], "primary", text="Run", shortcut=False)
        self.stop = CommandButton(commands["stop"], "plain", text="Stop", shortcut=False)
        self.bar = QProgressBar()
        self.bar.setObjectName("schemas.proof.progress")
        self.bar.setAccessibleName("Runs that have ended")
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(3)
        self.counts = Counts()
        self.note = Text("", "muted", size=12, wrap=True)
        self.note.setObjectName("schemas.proof.note")
        self.problems = QVBoxLayout()
        self.problems.setContentsMargins(12, 0, 12, 0)
        self.agreements = Agreements()
        self.table = RowsTable("schemas.proof.list", "Runs")
        self.output = OutputBox(bridge, commands["copy"], commands["open"])
        self.output.opened.connect(self.opened)
        self.empty = EmptyState(
            "flask-conical", "Not proved yet", "Run the schema on inputs of yours, several times each: every output is "
            "checked by a validator of its own.", commands["inputs_tab"],
        )  # fmt: skip
        self.empty.set_widest(scaled(270))
        self._build(commands, question)
        self.table.selected_row.connect(self._selected)
        self.table.activated_row.connect(self._activated)
        self.shown.changed.connect(self._filter)
        self.show_running(False)

    def _build(self, commands: dict[str, Command], question: QWidget) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 12, 10)
        head.setSpacing(6)
        head.addWidget(self.said, 1)
        head.addWidget(IconButton(commands["stored"]))
        head.addWidget(IconButton(commands["options"]))
        head.addWidget(self.stop)
        head.addWidget(self.run)
        self.body = QStackedWidget()
        self.body.addWidget(self.empty)
        self.body.addWidget(self._results())
        self.unsent = Text("", "muted", wrap=True)
        self.unsent.setObjectName("schemas.proof.unsent")
        self.unsent.setContentsMargins(16, 12, 16, 0)
        self.unsent.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.unsent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(HairLine())
        column.addWidget(question)
        column.addWidget(self.options)
        self.options_line = HairLine()
        self.options_line.hide()
        column.addWidget(self.options_line)
        column.addLayout(self.problems)
        column.addWidget(self.body, 1)

    def _results(self) -> QWidget:
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        numbers = QVBoxLayout()
        numbers.setContentsMargins(16, 12, 16, 12)
        numbers.setSpacing(6)
        numbers.addWidget(self.counts)
        numbers.addWidget(self.note)
        column.addLayout(numbers)
        column.addWidget(HairLine())
        self.agreement = QWidget()
        self.agreement.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        inner = QVBoxLayout(self.agreement)
        inner.setContentsMargins(12, 12, 12, 12)
        inner.setSpacing(6)
        title = SectionLabel("Agreement between runs")
        title.setContentsMargins(4, 0, 0, 0)
        inner.addWidget(title)
        self.scroll = _Bars()
        self.scroll.setObjectName("schemas.proof.agreement.scroll")
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll.setWidgetResizable(True)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll.setWidget(self.agreements)
        self.scroll.viewport().setAutoFillBackground(False)
        self.agreements.setAutoFillBackground(False)
        inner.addWidget(self.scroll)
        column.addWidget(self.agreement)
        self.agreement_line = HairLine()
        column.addWidget(self.agreement_line)
        column.addLayout(self._list_head())
        self._set_up_table()
        column.addWidget(self.table, 1)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setObjectName("schemas.proof.splitter")
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(upper)
        splitter.addWidget(self.output)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        self.splitter = splitter
        return splitter

    def _list_head(self) -> QHBoxLayout:
        self.shown = Segmented(SHOWN, name="Which runs are listed")
        self.shown.setObjectName("schemas.proof.shown")
        for pill, (value, _) in zip(self.shown.findChildren(QAbstractButton), SHOWN, strict=True):
            pill.setObjectName(f"schemas.proof.shown.{value}")
        row = QHBoxLayout()
        row.setContentsMargins(16, 8, 8, 8)
        row.addWidget(SectionLabel("Runs"), 1)
        row.addWidget(self.shown)
        return row

    def _set_up_table(self) -> None:
        self.table.setModel(self.model)
        self.table.setSortingEnabled(False)
        self.table.setSelectionMode(self.table.SelectionMode.SingleSelection)
        self.table.set_columns((58, 50, 120, 70), stretch=2)
        self.table.setMinimumHeight(scaled(28) * 3)  # with its header
        self.output.hide()

    # What is shown

    def show_running(self, running: bool) -> None:
        self.run.setVisible(not running)
        self.stop.setVisible(running)
        self.bar.setVisible(running)

    def show_options(self, wanted: bool) -> None:
        self.options.setVisible(wanted)
        self.options_line.setVisible(wanted)

    def clear(self) -> None:
        """A new proof begins."""
        self.model.clear()
        self.output.hide()
        self.show_problem(None)
        self.body.setCurrentIndex(1)

    def add(self, outcomes: list[Outcome]) -> None:
        """More came. Until somebody chooses, the first that is wrong is shown."""
        self.model.add(outcomes)
        present = self.output.outcome if not self.output.isHidden() else None
        wrong = next((one for one in outcomes if not one.is_good), None)
        if present is None or (present.is_good and wrong is not None and not self.table.hasFocus()):
            self.choose(wrong or outcomes[0])

    def choose(self, outcome: Outcome) -> None:
        row = self.model.row_of(outcome)
        if row >= 0:
            self.table.selectRow(row)
            self.table.setCurrentIndex(self.model.index(row, 0))

    def show_totals(self, totals: Totals, words: str) -> None:
        self.counts.show_totals(totals)
        self.note.set_text(words)
        self.note.setVisible(bool(words))
        self.bar.setRange(0, max(1, totals.total))
        self.bar.setValue(totals.done)
        self.agreements.show_fields(totals.fields)
        seen = bool(totals.fields)
        self.agreement.setVisible(seen)
        self.agreement_line.setVisible(seen)
        height = min(self.agreements.sizeHint().height(), scaled(24) * BARS)
        if height != self.scroll.maximumHeight():
            self.scroll.setMaximumHeight(height)
            self.scroll.setMinimumHeight(min(height, scaled(24) * LEAST_BARS))

    def show_problem(self, problem: Problem | None) -> None:
        """In place of, or above, what came."""
        while (item := self.problems.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.problems.setContentsMargins(12, 12 if problem is not None else 0, 12, 0)
        if problem is not None:
            from playground.widgets.controls import Banner

            banner = Banner(problem)
            banner.opened.connect(self.opened)
            # Its own, Maximum, is by the width at which it was measured last: in a narrow column lines would be lost.
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            banner.setSizePolicy(policy)
            self.problems.addWidget(banner)

    def show_hopeless(self, words: str) -> None:
        """Nothing but one problem came: its box stands for the runs."""
        self.unsent.set_text(words)
        self.body.setCurrentWidget(self.unsent)

    def _filter(self, shown: str) -> None:
        self.model.set_only_wrong(shown == "wrong")

    def _selected(self, row: int) -> None:
        outcome = self.model.outcome(row)
        if outcome is not None:
            from playground.core.schemas.proof.showing import run_words

            self.output.show()
            self.output.show_outcome(outcome, run_words(outcome))

    def _activated(self, row: int) -> None:
        outcome = self.model.outcome(row)
        if outcome is not None and outcome.exchange_id:
            self.opened.emit(outcome.exchange_id)


class _Bars(QScrollArea):
    """As high as what is in it, as far as that may be."""

    def sizeHint(self) -> QSize:
        inner = self.widget()
        return QSize(240, inner.sizeHint().height() if inner is not None else 0)
