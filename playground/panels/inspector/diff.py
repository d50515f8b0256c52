"""What changed between two attempts of a call, or between this request and another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from playground.panels.inspector.attempt_choice import AttemptChoice
from playground.widgets.controls import HairLine, Label
from playground.widgets.diff import DiffView
from playground.widgets.heads import pills
from playground.widgets.presentation import shown_line
from playground.widgets.theme import scaled

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.diff.choosing import Looked, Option
    from playground.core.exchanges import ExchangeDetail
    from playground.panels.contract import PanelContext

PARTS = (("request", "Request"), ("response", "Response"), ("headers", "Headers"), ("timings", "Timings"))
_OTHER = "another one, by its ID…"


def without_secrets(text: str) -> str:
    """What leaves the log is searched once more."""
    from playground.core.exchanges.scrub import Scrubber

    return Scrubber().text(text)


class DiffTab(QWidget):
    """Compares when it is shown: `show_detail` says with what by itself, `compare_with` by an ID."""

    link_opened = Signal(str)
    compared = Signal()
    """What was asked for last is shown."""

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.diff")
        self._context = context
        self._detail: ExchangeDetail | None = None
        self._attempt = 0
        self._wanted: Option | None = None
        self._others: dict[str, str] = {}
        """Exchanges that somebody put beside others: each by the id of the one at hand."""
        self._operation: Operation[Looked] | None = None
        self._again = False
        self._part = ""
        """What somebody wants to see; empty: whatever differs."""
        self.looked: Looked | None = None
        self._build()

    def _build(self) -> None:
        self.attempts = AttemptChoice("inspector.diff.attempt", self)
        self.attempts.changed.connect(self._attempt_chosen)
        self.choice = QComboBox()
        self.choice.setObjectName("inspector.diff.with")
        self.choice.setAccessibleName("Compare with")
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(32)
        self.choice.activated.connect(self._chosen)
        self.id_field = QLineEdit()
        self.id_field.setObjectName("inspector.diff.id")
        self.id_field.setAccessibleName("ID of the other request")
        self.id_field.setPlaceholderText("req_…, resp_…, any ID")
        self.id_field.setMinimumWidth(scaled(190))
        self.id_field.returnPressed.connect(self._id_given)
        self.id_field.hide()
        self.words = Label("", "text", 13, 500, wrap=True, selectable=True)
        self.words.setObjectName("inspector.diff.words")
        self.view = DiffView(
            "inspector.diff.view", self._context.commands, self, group="Requests", bridge=self._context.bridge,
            clean=without_secrets,
        )  # fmt: skip
        self.view.said.connect(self._said)
        self.parts = pills("inspector.diff.part", list(PARTS), "What is compared")
        self.parts.changed.connect(self._part_chosen)
        between = HairLine(Qt.Orientation.Vertical)
        between.setFixedHeight(scaled(20))
        self.view.head.row.insertWidget(0, self.parts)
        self.view.head.row.insertWidget(1, between)
        line = QHBoxLayout()
        line.setContentsMargins(16, 8, 12, 2)
        line.setSpacing(8)
        line.addWidget(Label("Compare with", "muted", 12))
        line.addWidget(self.choice)
        line.addWidget(self.id_field)
        line.addSpacing(8)
        line.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.attempts)
        column.addLayout(line)
        column.addWidget(self.view, 1)

    # Its keys work in the whole panel while it is seen: one goes from row to row, and from difference to difference

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if (panel := self._panel()) is not None:
            panel.addActions(self.view.steps)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if (panel := self._panel()) is not None:
            for command in self.view.steps:
                panel.removeAction(command)

    def _panel(self) -> QWidget | None:
        widget = self.parentWidget()
        while widget is not None and widget.objectName() != "inspector":
            widget = widget.parentWidget()
        return widget

    # What is compared

    def show_detail(self, detail: ExchangeDetail | None) -> None:
        """Compare this request with what is nearest: what it repeats, its attempt before, the one before it."""
        same = detail is not None and self._detail is not None and detail.summary.id == self._detail.summary.id
        self._detail = detail
        if detail is None:
            self._clear("No request is chosen")
            return
        if not same:
            self._attempt, self._wanted = 0, None
            other = self._others.get(detail.summary.id)
            if other is not None:
                self._want_other(other)
        self.attempts.set_attempts(detail.attempts)
        self._begin()

    def compare_with(self, exchange_id: str, other: str) -> None:
        """Put another one beside this one, whenever this one is shown."""
        self._others[exchange_id] = other
        if self._detail is not None and self._detail.summary.id == exchange_id:
            self._want_other(other)
            self._begin()

    def _want_other(self, other: str) -> None:
        from playground.core.diff.choosing import OTHER, Option

        self._wanted = Option(OTHER, other, "the one that was chosen")
        self.id_field.setText(other)

    def _begin(self) -> None:
        if self._operation is not None:
            self._again = True
            return
        if self._detail is None:
            return
        from playground.core.diff.choosing import look

        self._again = False
        panel: Any = self._panel()
        beside = panel.numbers() if panel is not None else []
        self._operation = self._context.bridge.blocking(
            look, self._context.store, self._detail, self._attempt, self._wanted, beside, label="Comparing", owner=self
        )
        self._operation.finished.connect(self._done)

    def _done(self) -> None:
        operation, self._operation = self._operation, None
        if self._again:
            self._begin()
            return
        if operation is None or operation.state == "cancelled":
            return
        if operation.error is not None or operation.result is None:
            gone = isinstance(operation.error, KeyError)
            self._clear("They cannot be compared", "It is not in the log any more." if gone else str(operation.error))
        else:
            self._show(operation.result)
        self.compared.emit()

    # What is shown

    def _clear(self, title: str, text: str = "") -> None:
        self.looked = None
        self.words.setText("")
        self.view.clear(title, text)
        self._count_parts()

    def _show(self, looked: Looked) -> None:
        self.looked = looked
        self._offer(looked)
        if looked.comparison is None:
            self.words.setText("")
            self.view.clear("Nothing to compare with" if not looked.options else "Not compared", looked.words)
            self._count_parts()
            return
        self.words.setText(looked.comparison.words)
        self._count_parts()
        self._show_part(self._first_part())

    def _offer(self, looked: Looked) -> None:
        """What can be chosen, with what was."""
        from playground.core.diff.choosing import OTHER

        self.choice.clear()
        for option in looked.options:
            self.choice.addItem(shown_line(option.words), option)
        self.choice.addItem(_OTHER, None)
        chosen = looked.chosen
        place = next((at for at, one in enumerate(looked.options) if one == chosen), self.choice.count() - 1)
        self.choice.setCurrentIndex(place)
        self.id_field.setVisible(chosen is None or chosen.kind == OTHER)

    def _count_parts(self) -> None:
        """Each pill says how much differs."""
        found = self.looked.comparison if self.looked is not None else None
        for pill, (part, title) in zip(self.parts.findChildren(QAbstractButton), PARTS, strict=True):
            count = sum(found.part(part).counts().values()) if found is not None else 0
            pill.setText(f"{title} {count:,}" if count else title)
            pill.updateGeometry()

    def _first_part(self) -> str:
        """The part that somebody chose last, or the first that differs."""
        found = self.looked.comparison if self.looked is not None else None
        if self._part or found is None:
            return self._part or PARTS[0][0]
        part = next((part for part, _ in PARTS if found.part(part).counts()), PARTS[0][0])
        self.parts.blockSignals(True)
        self.parts.set_value(part)
        self.parts.blockSignals(False)
        return part

    def _part_chosen(self, part: str) -> None:
        self._part = part
        self._show_part(part)

    def _show_part(self, part: str) -> None:
        looked = self.looked
        if looked is not None and looked.comparison is not None:
            self.view.set_diff(looked.comparison.part(part), *looked.titles)

    def _said(self, words: str, _role: str) -> None:
        self.view.head.say(words)

    # Choosing

    def _attempt_chosen(self) -> None:
        if self._detail is not None and self._detail.attempts:
            self._attempt = self._detail.attempts[self.attempts.value()].number
            if self._wanted is not None and self._wanted.which == str(self._attempt):
                self._wanted = None
            self._begin()

    def _chosen(self, place: int) -> None:
        self._wanted = self.choice.itemData(place)
        if self._wanted is None:
            self.id_field.show()
            self.id_field.setFocus(Qt.FocusReason.OtherFocusReason)
            if self.id_field.text().strip():
                self._id_given()
            return
        if self._detail is not None:
            self._others.pop(self._detail.summary.id, None)
        self._begin()

    def _id_given(self) -> None:
        if self._detail is not None and self.id_field.text().strip():
            self.compare_with(self._detail.summary.id, self.id_field.text().strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the field for an ID is not the panel's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.id_field.hasFocus():
            event.accept()
        else:
            super().keyPressEvent(event)
