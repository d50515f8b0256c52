"""The middle column: the answer as it streams in, what went wrong with it, and the line of numbers under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from playground.core.runs import RunSnapshot
from playground.panels.compose import words
from playground.panels.compose.stall import StallStrip
from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import Chip, CommandButton, EmptyState, HairLine, IconButton, IdLabel, Label
from playground.widgets.flow import FlowLayout
from playground.widgets.presentation import shown
from playground.widgets.theme import color, current_theme, scaled, ui_font
from playground.widgets.themed import Themed, tint

INDENT = 28
"""Pixels left and right of the answer."""


class Bar(QWidget):
    """A strip on the surface's colour."""

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), color("surface"))


def _escape(text: str) -> str:
    """For rich text; `html.escape` would cost its module's table of entities at start."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;")


class FactLabel(Themed, QLabel):
    """`412 ms to first token`: the number strong, the rest muted; can be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fact = words.Fact("")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.retheme()

    def show_fact(self, fact: words.Fact) -> None:
        if fact != self._fact:
            self._fact = fact
            self._show()

    def retheme(self) -> None:
        self.setFont(ui_font(12))
        tint(self, "muted")
        self._show()

    def _show(self) -> None:
        theme, fact = current_theme(), self._fact
        strong = theme.css("text" if fact.role == "muted" else fact.role)
        text = (
            f"<span style='color:{strong}; font-weight:600'>{_escape(shown(fact.strong))}</span>" if fact.strong else ""
        )
        if fact.rest:
            text += f"{' ' if text else ''}<span style='color:{theme.css('muted')}'>{_escape(shown(fact.rest))}</span>"
        self.setText(text)
        self.setAccessibleName(fact.text())


class StatsLine(QWidget):
    """Time to first token, speed, tokens, cost, request ID. Breaks into two lines where it is narrow."""

    opened = Signal()
    """The request ID was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compose.stats")
        self.setAccessibleName("Numbers of the run")
        self._flow = FlowLayout(self, last_right=True)
        self._flow.setContentsMargins(INDENT, 8, INDENT - 4, 8)
        self._labels: list[FactLabel] = []
        self.hint = Label("Time, tokens, cost and request ID of a run are shown here.", "muted", 12)
        self._flow.addWidget(self.hint)
        self.request_id = IdLabel("", parent=self)
        self.request_id.setObjectName("compose.request_id")
        self.request_id.opened.connect(self._open)
        self._flow.addWidget(self.request_id)
        self.request_id.hide()

    def show_facts(self, facts: Sequence[words.Fact], request_id: str | None) -> None:
        """Show these parts; labels are used again."""
        self.hint.setVisible(not facts and not request_id)
        while len(self._labels) < len(facts):
            label = FactLabel(self)
            self._flow.insert_widget(len(self._labels), label)
            self._labels.append(label)
        for index, label in enumerate(self._labels):
            if index < len(facts):
                label.show_fact(facts[index])
            label.setVisible(index < len(facts))
        if (request_id or "") != self.request_id.id():
            self.request_id.set_id(request_id)

    def text(self) -> str:
        """The parts as one line."""
        shown = [label.accessibleName() for label in self._labels if not label.isHidden()]
        return "   ".join([*shown, self.request_id.id()]).strip()

    def _open(self, _request_id: str) -> None:
        self.opened.emit()


class BoxHolder(QWidget):
    """The box with its margins. Qt asks the box's sentences for their heights at widths they never get, and each
    answer wraps them anew: before they are painted they are wrapped for the width they have."""

    def __init__(self, box: QWidget) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(INDENT, 12, INDENT, 12)
        column.addWidget(box)
        # The box's own policy would cap it at the height it has before its sentences are wrapped.
        box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        from playground.widgets.panes import TextPane

        for pane in self.findChildren(TextPane):
            pane.fit(pane.width())


class BannerPlace(QScrollArea):
    """Where the box for what went wrong stands: as high as the box, up to six tenths of the column; then it scrolls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setAccessibleName("What went wrong")
        self.setObjectName("compose.trouble")
        self.hide()

    def set_box(self, box: QWidget | None) -> None:
        """Show a box, or none."""
        old = self.takeWidget()
        if old is not None:
            old.deleteLater()
        if box is not None:
            holder = BoxHolder(box)
            holder.installEventFilter(self)
            self.setWidget(holder)
            holder.setAutoFillBackground(False)
        self.setVisible(box is not None)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _fit(self) -> None:
        """Sizes are set here: a resizable scroll area gives its widget the height of its narrowest width."""
        holder, parent = self.widget(), self.parentWidget()
        if holder is None or parent is None:
            return
        limit = max(80, round(parent.height() * 0.6))
        width = self.width()
        height = holder.heightForWidth(width)
        if height > limit:
            width -= self.verticalScrollBar().sizeHint().width()
            height = holder.heightForWidth(width)
        holder.resize(width, height)
        self.setFixedHeight(min(height, limit))


class OutputColumn(QWidget):
    """Holds the answer; the view that shows blocks is made with the first run, so that the first frame is cheap."""

    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compose.output_column")
        self.view: Any = None
        """The OutputView, once there was a run."""
        self.empty = EmptyState("message-square", "The answer streams in here", "")
        self.stats = StatsLine()
        self.stats.opened.connect(self.opened)
        self.place = BannerPlace(self)
        self.stall = StallStrip(self)
        self.chip = Chip("", "simulated")
        self.chip.setObjectName("compose.source")
        self.chip.hide()
        self._waited = 0
        self._snapshot: RunSnapshot | None = None
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._tick)

    def build(self, commands: CommandRegistry) -> None:
        """Put the parts in their places, once the commands that the buttons show are there."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header(commands))
        column.addWidget(HairLine())
        self._body = QVBoxLayout()
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(0)
        self._body.addWidget(self.empty, 1)
        column.addLayout(self._body, 1)
        self.stall.build(commands)
        column.addWidget(self.stall)
        column.addWidget(self.place)
        self._filler = QWidget()
        self._filler.hide()
        column.addWidget(self._filler, 1)
        column.addWidget(HairLine())
        column.addWidget(self.stats)

    def _header(self, commands: CommandRegistry) -> QWidget:
        bar = Bar()
        bar.setFixedHeight(scaled(38))
        row = QHBoxLayout(bar)
        row.setContentsMargins(20, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(Label("Output", "text", 13, 500))
        row.addWidget(self.chip)
        row.addStretch(1)
        go_on, copy = commands.get("compose.continue"), commands.get("compose.copy_output")
        assert go_on is not None and copy is not None
        self.continue_button = CommandButton(go_on, "quiet")
        row.addWidget(self.continue_button)
        row.addWidget(IconButton(copy))
        return bar

    def show_hint(self, text: str) -> None:
        """What the place says before the first run."""
        label = self.empty.text
        label.setText(text)
        label.setMinimumHeight(label.heightForWidth(label.maximumWidth()))

    # A run

    def begin(self, source: str, role: str) -> None:
        """An answer is to come; `source` says in a word what kind of server gives it, where that matters."""
        if self.view is None:
            from playground.widgets.blocks import OutputView

            self.view = OutputView()
            self.view.setObjectName("compose.output")
            self.view.setAccessibleName("Output")
            self._body.addWidget(self.view, 1)
        self.empty.hide()
        self.view.clear()
        self.view.show()
        self._filler.hide()
        self.place.set_box(None)
        self.chip.set_text(source)
        self.chip.set_role(role)
        self.chip.setVisible(bool(source))
        self._waited = 0
        self._second.start()
        self.show_snapshot(RunSnapshot())

    def apply(self, changes: list[Any]) -> None:
        """What came, in order."""
        self.view.apply(changes)

    def show_snapshot(self, snapshot: RunSnapshot) -> None:
        """The numbers as they stand."""
        self._snapshot = snapshot
        if snapshot.status != "waiting":
            self._second.stop()
        self.stats.show_facts(words.stats(snapshot, self._waited), snapshot.request_id)

    def end(self, snapshot: RunSnapshot, box: QWidget | None, *, blocks: int) -> None:
        """Nothing comes any more. `box`: what went wrong, or was left undone; without any block it takes the place."""
        self._second.stop()
        self.show_snapshot(snapshot)
        self.place.set_box(box)
        alone = box is not None and blocks == 0
        if self.view is not None:
            self.view.setVisible(not alone)
        self._filler.setVisible(alone)

    def reset(self) -> None:
        """As before the first run."""
        self._second.stop()
        if self.view is not None:
            self.view.clear()
            self.view.hide()
        self.place.set_box(None)
        self._filler.hide()
        self.chip.hide()
        self.empty.show()
        self.stats.show_facts((), None)

    def _tick(self) -> None:
        self._waited += 1
        if self._snapshot is not None:
            self.stats.show_facts(words.stats(self._snapshot, self._waited), self._snapshot.request_id)
