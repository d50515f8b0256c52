"""The limits that servers told, per model: what is left, how fast it goes, and when it will be gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from playground.panels.contract import PanelContext
from playground.panels.inspector import limits_series
from playground.panels.inspector.limits_card import LimitsCard
from playground.panels.inspector.limits_series import SPANS, Shown
from playground.panels.inspector.pills import TogglePill
from playground.widgets.attempts import scrolled
from playground.widgets.controls import EmptyState, HairLine, Label
from playground.widgets.surface import Text
from playground.widgets.theme import is_theme_change

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent

    from playground.bridge import Operation

GROUP = "Requests"
LEAST_MS = 500
"""Between two looks at what is new."""
SHARE = 5
"""A look is followed by a pause of so many times its length."""
FIRST = "1h"


class _Choice(QObject):
    """A command's handler is a bound method: chooses one span."""

    def __init__(self, page: LimitsPage, span: str) -> None:
        super().__init__(page)
        self._page, self._span = page, span

    def choose(self) -> None:
        self._page.show_span(self._span)


class LimitsPage(QWidget):
    """Reads only while it is shown: at once, when something has changed, and while something grows back."""

    rows_wanted = Signal(str)

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.limits")
        self.setAccessibleName("Limits")
        self._context = context
        self.span = FIRST
        self.shown: Shown | None = None
        self.cards: dict[int, LimitsCard] = {}
        self._lines: dict[int, HairLine] = {}
        self._reading: Operation[Shown] | None = None
        self._active = False
        self._dirty = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._read)
        self._build()
        context.bridge.listen(context.store.changed, self._changed, self)
        context.bridge.listen(context.store.removed, self._changed, self)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 16, 8)
        head.setSpacing(8)
        self.pills: dict[str, TogglePill] = {}
        self._choices: list[_Choice] = []
        for key, words, _ in SPANS:
            choice = _Choice(self, key)
            command = self._context.commands.add(
                f"inspector.limits_{key}",
                f"Limits: {words}",
                choice.choose,
                group=GROUP,
                keywords=("rate", "limit", "remaining"),
                scope=self,
            )
            self._choices.append(choice)
            self.pills[key] = TogglePill(command, words)
            head.addWidget(self.pills[key])
        head.addStretch(1)
        self.note = Text("", "muted", size=12)
        head.addWidget(self.note)
        self.trouble = Label("", "error", 13, wrap=True, selectable=True)
        self.trouble.setContentsMargins(16, 8, 16, 8)
        self.trouble.hide()
        self.empty = EmptyState("gauge", "No limits on record yet", "Reading the log…")
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.area = scrolled(content, "inspector.limits.area", "Limits of each model")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.area)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(HairLine())
        column.addWidget(self.trouble)
        column.addWidget(self.stack, 1)
        self._say_choice()

    # What is wanted

    def show_span(self, span: str) -> None:
        """Look back so far: a key of `SPANS`."""
        self.span = span
        self._dirty = True
        self._say_choice()
        if self._active:
            self._read()

    def _say_choice(self) -> None:
        for key, pill in self.pills.items():
            if pill.command is not None:
                pill.command.setChecked(key == self.span)

    # Reading

    def activate(self) -> None:
        """Shown: read what is new."""
        self._active = True
        self._read()

    def deactivate(self) -> None:
        """Hidden: nothing ticks, nothing is read."""
        self._active = False
        self._timer.stop()

    def _changed(self, _emissions: list[tuple[Any, ...]]) -> None:
        self._dirty = True
        if self._active and self._reading is None and (not self._timer.isActive() or self._timer.interval() > LEAST_MS):
            self._timer.start(LEAST_MS)

    def _read(self) -> None:
        if self._reading is not None or not self._active:
            return
        self._timer.stop()
        self._dirty = False
        self._reading = self._context.bridge.blocking(
            limits_series.read, self._context.store, self.span, label="Reading the limits", owner=self
        )
        self._reading.finished.connect(self._was_read)

    def _was_read(self) -> None:
        operation, self._reading = self._reading, None
        if operation is None:
            return
        if operation.error is not None:
            self._say_trouble(f"The request log could not be read: {operation.error}")
            return
        if operation.result is not None and operation.result.span != self.span:  # another was chosen meanwhile
            self._read()
            return
        if operation.result is not None:
            self._show(operation.result)
        if not self._active:
            return
        pause = LEAST_MS if self._dirty else 1000 * (self.shown.restless if self.shown is not None else 0)
        if pause:
            self._timer.start(round(max(pause, SHARE * 1000 * operation.result.took if operation.result else 0)))

    # Showing

    def _say_trouble(self, words: str) -> None:
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))

    def _show(self, shown: Shown) -> None:
        self._say_trouble("")
        self.shown = shown
        wanted = {card.key for card in shown.cards}
        for key in [key for key in self.cards if key not in wanted]:
            self.cards.pop(key).deleteLater()
            self._lines.pop(key).deleteLater()
        for place, one in enumerate(shown.cards):
            if one.key not in self.cards:
                self._add(one.key)
            if self._column.indexOf(self.cards[one.key]) != 2 * place:
                self._column.insertWidget(2 * place, self.cards[one.key])
                self._column.insertWidget(2 * place + 1, self._lines[one.key])
            self.cards[one.key].show_card(one)
        self._say_rest(shown)
        self.stack.setCurrentWidget(self.area if shown.cards else self.empty)

    def _add(self, key: int) -> None:
        card = LimitsCard(key)
        card.rows_wanted.connect(self.rows_wanted)
        self.cards[key], self._lines[key] = card, HairLine()

    def _say_rest(self, shown: Shown) -> None:
        told = sum(1 for card in shown.cards if card.meters)
        models = "model" if told == 1 else "models"
        self.note.set_text(f"{told} {models} · as of {limits_series.as_of(shown.now)}" if shown.cards else "")
        if shown.cards:
            return
        span = limits_series.span_words(shown.span)
        if shown.calls:
            calls = "the one call" if shown.calls == 1 else f"{shown.calls:,} calls"
            self.empty.set_words(
                "No limits were told",
                f"No answer to {calls} of the last {span} named any. Servers tell them in their answers’ headers "
                "(x-ratelimit-…); many local ones tell none.",
            )
        else:
            self.empty.set_words(
                "No calls in this time",
                f"Nothing was asked in the last {span}. With each answer, what its server says about limits is "
                "kept and shown here.",
            )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_theme_change(event):
            for card in self.cards.values():
                card.retheme_sizes()
