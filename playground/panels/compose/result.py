"""The middle column: the answer as it streams in, what went wrong with it, the tabs that show the same run in other
ways, and the line of numbers under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from playground.core.runs import RunSnapshot
from playground.panels.compose import words
from playground.panels.compose.source import RunSource
from playground.panels.compose.stall import StallStrip
from playground.panels.compose.tabs import TABS, Tab, make
from playground.panels.compose.trouble import INDENT, BannerPlace
from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import Chip, CommandButton, EmptyState, HairLine, IconButton, IdLabel, Label, TabStrip
from playground.widgets.flow import FlowLayout
from playground.widgets.presentation import shown
from playground.widgets.theme import color, current_theme, scaled, ui_font
from playground.widgets.themed import Themed, tint


class Bar(Themed, QWidget):
    """A strip on the surface's colour. `height` in pixels goes with the type."""

    def __init__(self, height: int) -> None:
        super().__init__()
        self._height = height
        self.retheme()

    def retheme(self) -> None:
        self.setFixedHeight(scaled(self._height))

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


class OutputColumn(QWidget):
    """Holds the answer and the tabs beside it. What shows blocks is made with the first run, and each tab when it is
    first chosen, so that the first frame is cheap."""

    opened = Signal()
    """The request ID was clicked."""
    tab_changed = Signal(str)
    played = Signal(int)
    """So many bytes of the run have been played back; -1: nothing is played back any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compose.output_column")
        self.view: Any = None
        """The OutputView, once there was a run."""
        self.source: RunSource
        """What the tabs show; from `build` on."""
        self.empty = EmptyState("message-square", "The answer streams in here", "")
        self.stats = StatsLine()
        self.stats.opened.connect(self.opened)
        self.page = QWidget()
        self.place = BannerPlace(self.page)
        self.stall = StallStrip(self)
        self.chip = Chip("", "simulated")
        self.chip.setObjectName("compose.source")
        self.chip.hide()
        self.tab = TABS[0][0]
        self.tabs: dict[str, Tab] = {}
        """Those that were shown."""
        self.remembered: dict[str, Any] = {}
        """What tabs want to remember, by their names."""
        self.feed: Any = None
        """Counts the events, once there was a run."""
        self.playing: Any = None
        """The PlayedBack, once something was played back."""
        self._source_words = ("", "muted")
        self._chip_words = ""
        self._waited = 0
        self._snapshot: RunSnapshot | None = None
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._tick)

    def build(self, commands: CommandRegistry, source: RunSource) -> None:
        """Put the parts in their places, once the commands that the buttons show are there."""
        self.source = source
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._header(commands))
        self._column.addWidget(HairLine())
        self._column.addWidget(self.page, 1)
        self.stall.build(commands)
        self._column.addWidget(self.stall)
        self._column.addWidget(HairLine())
        self._column.addWidget(self.stats)
        self._body = QVBoxLayout()
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(0)
        if (sample := commands.get("compose.play_sample")) is not None:
            self.empty.add_command(sample)
        self._body.addWidget(self.empty, 1)
        page = QVBoxLayout(self.page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addLayout(self._body, 1)
        page.addWidget(self.place)
        self._filler = QWidget()
        self._filler.hide()
        page.addWidget(self._filler, 1)

    def _header(self, commands: CommandRegistry) -> QWidget:
        bar = Bar(38)
        row = QHBoxLayout(bar)
        row.setContentsMargins(13, 0, 12, 0)
        row.setSpacing(6)
        shown = [(commands.get(f"compose.show_{name}"), words) for name, words in TABS]
        self.strip = TabStrip([(command, words) for command, words in shown if command], name="Views of the run")
        row.addWidget(self.strip)
        row.addStretch(1)
        row.addWidget(self.chip)
        go_on, copy = commands.get("compose.continue"), commands.get("compose.copy_output")
        assert go_on is not None and copy is not None
        self.continue_button = CommandButton(go_on, "quiet", text="Continue")
        self._continue_icon = IconButton(go_on)
        self._continue_icon.setObjectName("compose.continue.icon")
        self._continue_icon.hide()
        self._icons = QHBoxLayout()
        self._icons.setSpacing(6)
        self._icons.addWidget(self.continue_button)
        self._icons.addWidget(self._continue_icon)
        self._icons.addWidget(IconButton(copy))
        row.addLayout(self._icons)
        return bar

    def add_line(self, line: QWidget) -> None:
        """Put something above the numbers."""
        self._column.insertWidget(self._column.indexOf(self.stats) - 1, line)

    def show_hint(self, text: str) -> None:
        """What the place says before the first run."""
        self.empty.set_words(self.empty.title.text(), text)

    # The tabs

    def show_tab(self, name: str) -> None:
        """Show the run another way; a tab is made when it is first wanted."""
        if name != "output" and name not in self.tabs:
            tab = self.tabs[name] = make(name, self)
            tab.restore(self.remembered.get(name, {}))
            tab.hide()
            self._column.insertWidget(self._column.indexOf(self.page) + 1, tab, 1)
        self.tab = name
        for other, page in self._pages():
            if other != name:
                page.hide()
        dict(self._pages())[name].show()
        self.strip.choose([one for one, _ in TABS].index(name))
        self.tab_changed.emit(name)

    def step_tab(self, by: int) -> None:
        """To the next tab, or the one before; round and round."""
        names = [name for name, _ in TABS]
        self.show_tab(names[(names.index(self.tab) + by) % len(names)])

    def to_state(self) -> dict[str, Any]:
        """What the tabs want to remember."""
        return {**self.remembered, **{name: state for name, tab in self.tabs.items() if (state := tab.state())}}

    def _pages(self) -> list[tuple[str, QWidget]]:
        return [("output", self.page), *self.tabs.items()]

    # A run

    def begin(self, source: str, role: str) -> None:
        """An answer is to come; `source` says in a word what kind of server gives it, where that matters."""
        if self.view is None:
            from playground.widgets.blocks import OutputView

            self.view = OutputView()
            self.view.setObjectName("compose.output")
            self.view.setAccessibleName("Output")
            self._body.addWidget(self.view, 1)
        self.make_feed()
        self.stop_playback()
        self.empty.hide()
        self.view.clear()
        self.view.show()
        self._filler.hide()
        self.place.set_box(None)
        self.strip.buttons[0].set_mark("")
        self._source_words = (source, role)
        self.say_source(source, role)
        self._waited = 0
        self._second.start()
        self.show_snapshot(RunSnapshot())

    def make_feed(self) -> None:
        """Have the events counted, from the first run on or from the first look."""
        if self.feed is None:
            from playground.panels.compose.feed import EventFeed

            self.feed = EventFeed(self.source)
            self.feed.grown.connect(self._count)

    def say_source(self, words: str, role: str) -> None:
        """The chip in the header."""
        self._chip_words = words
        self.chip.set_role(role)
        self.chip.setToolTip(words)
        self.chip.setVisible(bool(words))
        self._fit_chip()

    def _fit_chip(self) -> None:
        """The whole words where there is room, else the first of them."""
        self.chip.set_text(self._chip_words)
        wide = self.width() >= scaled(720)
        self.continue_button.setVisible(wide)
        self._continue_icon.setVisible(not wide)
        others = self.strip.sizeHint().width() + self._icons.sizeHint().width() + 48
        if self.chip.sizeHint().width() > self.width() - others:
            self.chip.set_text(self._chip_words.split(" · ")[0])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_chip()

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
        self.strip.buttons[0].set_mark("" if box is None else "error" if snapshot.status == "failed" else "warning")
        alone = box is not None and blocks == 0
        if self.view is not None:
            self.view.setVisible(not alone)
        self._filler.setVisible(alone)

    def reset(self) -> None:
        """As before the first run."""
        self._second.stop()
        self.stop_playback()
        if self.view is not None:
            self.view.clear()
            self.view.hide()
        self.place.set_box(None)
        self.strip.buttons[0].set_mark("")
        self._filler.hide()
        self.chip.hide()
        self.empty.show()
        self.stats.show_facts((), None)

    def _count(self) -> None:
        self.strip.buttons[1].set_count(f"{self.feed.count:,}" if self.feed.count else "")
        self._fit_chip()

    def _tick(self) -> None:
        self._waited += 1
        if self._snapshot is not None:
            self.stats.show_facts(words.stats(self._snapshot, self._waited), self._snapshot.request_id)

    # Playing it back

    def play_back(self) -> None:
        """Begin, pause or go on with playing the run back."""
        if self.playing is None:
            from playground.panels.compose.playback import PlayedBack

            self.playing = PlayedBack(self)
            self._column.insertWidget(self._column.indexOf(self.stall) + 1, self.playing.bar)
        self.playing.control.toggle()

    def close_playback(self) -> None:
        """Show the run as it ended."""
        if self.playing is not None:
            self.playing.control.close()

    def stop_playback(self) -> None:
        """Be done with it at once."""
        if self.playing is not None:
            self.playing.control.forget()

    def show_playback(self, how: str) -> None:
        """Mark the output as played back; empty: as the run itself."""
        if how and self._source_words[0] == "recording":
            how = how.replace("playback", "recording")
            self.say_source(how, "simulated")
        elif how:
            self.say_source(f"{how} · {self._source_words[0]}" if self._source_words[0] else how, "simulated")
        if how:
            self.place.hide()
            if self.view is not None:
                self.view.show()
            self._filler.hide()
        else:
            self.say_source(*self._source_words)
            self.place.setVisible(self.place.widget() is not None)
