"""What happened to a request: what it was, what to do, whether another try helps; and its attempts in time beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.core.exchanges.story import Story, story
from playground.core.exchanges.waterfall import Waterfall, about_words, waterfall
from playground.widgets.attempts import scrolled
from playground.widgets.controls import Chip, Disclosure, IdLabel, LinkButton
from playground.widgets.countdown import Countdown
from playground.widgets.flow import FlowLayout
from playground.widgets.lead import LeadParagraph
from playground.widgets.links import ask_to_open
from playground.widgets.panes import Paragraph
from playground.widgets.surface import Surface
from playground.widgets.theme import scaled
from playground.widgets.waterfall import WaterfallView

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.exchanges import ExchangeDetail
    from playground.panels.contract import PanelContext

BESIDE = 820
"""Pixels from which the attempts stand beside the words; below them where there is less room."""
WORDS = 440
"""Pixels: the width of the words, where the attempts are beside them."""
_SHOWN = 20_000

Told = tuple[Story, Waterfall, str]


def told(detail: ExchangeDetail) -> Told:
    """All that is shown of it; in the pool: it reads bodies."""
    return story(detail), waterfall(detail), about_words(detail)


class DoctorTab(QWidget):
    """`link_opened`: an ID was clicked."""

    link_opened = Signal(str)

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.doctor")
        self.setAccessibleName("What happened")
        self._context = context
        self._wanted: ExchangeDetail | None = None
        self._reading: ExchangeDetail | None = None
        self._operation: Operation[Told] | None = None
        self.words = StoryWords(self)
        self.words.link_opened.connect(self.link_opened)
        self.words.param_wanted.connect(self._go_to_param)
        self.attempts = WaterfallView("inspector.doctor.waterfall")
        self.attempts.link_opened.connect(self.link_opened)
        content = Surface("surface")
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, content)
        self._row.setContentsMargins(24, 16, 24, 16)
        self._row.addWidget(self.words, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self.attempts, 1, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(content, "inspector.doctor.page", "What happened"))
        content.hide()
        self._content = content
        self._arrange()

    def show_detail(self, detail: ExchangeDetail | None) -> None:
        """Read in the pool what is to be said of it, and say it. None: nothing is chosen."""
        self._wanted = detail
        if detail is None:
            self._content.hide()
            self.words.set_story(None)
        elif self._operation is None:
            self._begin(detail)

    def _begin(self, detail: ExchangeDetail) -> None:
        self._reading = detail
        self._operation = self._context.bridge.blocking(told, detail, label="Reading what happened", owner=self)
        self._operation.finished.connect(self._read)

    def _read(self) -> None:
        operation, self._operation = self._operation, None
        if self._wanted is not self._reading and self._wanted is not None:
            self._begin(self._wanted)
            return
        if operation is None or operation.state == "cancelled" or self._wanted is None:
            return
        if operation.error is not None or operation.result is None:
            self.words.set_trouble(str(operation.error))
            self.attempts.set_waterfall(None)
        else:
            found, fall, about = operation.result
            self.words.set_story(found)
            self.attempts.set_waterfall(fall, about)
        self._content.show()

    def _go_to_param(self, param: str, said: str) -> None:
        """Open the request in the explorer, at what the server found fault with."""
        if self._wanted is not None:
            self._context.commands.run("panel.explorer")
            self._context.commands.run("explorer.open_exchange", self._wanted.summary.id, param, said)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        beside = self.width() >= scaled(BESIDE)
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._row.setDirection(way)
        self._row.setSpacing(32 if beside else 24)
        wide = min(scaled(WORDS), max(scaled(320), int(self.width() * 0.36))) if beside else 16_777_215
        self.words.setMaximumWidth(wide)
        self.words.setMinimumWidth(wide if beside else 0)


class StoryWords(QWidget):
    """A `Story` in words, with its links."""

    link_opened = Signal(str)
    param_wanted = Signal(str, str)
    """The parameter that an error names was clicked; the server's words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.doctor.words")
        self._story: Story | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.chip = Chip()
        self.request_id = IdLabel(parent=self)
        self.request_id.setObjectName("inspector.doctor.request_id")
        self.request_id.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.request_id.setMinimumWidth(60)
        self.request_id.opened.connect(self.link_opened)
        self.copy = LinkButton("copy", quiet=True, parent=self)
        self.copy.setObjectName("inspector.doctor.copy")
        self.copy.setToolTip("Copy the request ID")
        self.copy.clicked.connect(self.request_id.copy)
        self.title = LeadParagraph("", role="text", size=14, weight=600)
        self.title.setObjectName("inspector.doctor.title")
        self.earlier = Paragraph("", "muted")
        self.remedy = LeadParagraph("")
        self.remedy.setObjectName("inspector.doctor.remedy")
        self.retry = LeadParagraph("")
        self.retry.setObjectName("inspector.doctor.retry")
        self.wait = Countdown("inspector.doctor.wait")
        self.whose = LeadParagraph("")
        self.names = Paragraph("", "muted", 12, mono=True)
        self.names.setObjectName("inspector.doctor.names")
        self._links()
        self._their_words()
        self._lay_out()

    def _links(self) -> None:
        self.param = LinkButton("Go to the parameter", icon="arrow-right", parent=self)
        self.param.setObjectName("inspector.doctor.param")
        self.param.clicked.connect(self._go_to_param)
        self.section = LinkButton("Documentation", icon="external-link", parent=self)
        self.section.setObjectName("inspector.doctor.section")
        self.section.clicked.connect(self._open_section)

    def _their_words(self) -> None:
        self.disclosure = Disclosure("Their words")
        self.disclosure.setObjectName("inspector.doctor.their_words")
        self.disclosure.toggled.connect(self._fold)
        self.said = Paragraph("", "muted", 12, mono=True)
        self.said.setObjectName("inspector.doctor.said")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.chip)
        head.addWidget(self.request_id)
        head.addWidget(self.copy)
        head.addStretch(1)
        links = QWidget(self)
        flow = FlowLayout(links, gap=16, line_gap=2)
        flow.setContentsMargins(0, 0, 0, 0)
        flow.addWidget(self.param)
        flow.addWidget(self.section)
        self._link_row = links
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        for part in (self.title, self.earlier, self.remedy, self.retry, self.wait, self.whose, self.names, links):
            column.addWidget(part)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.disclosure)
        words.addWidget(self.said)
        column.addLayout(words)

    # What is said -------------------------------------------------------------------------------------------------

    def set_story(self, found: Story | None) -> None:
        """Say it; None: nothing."""
        self._story = found
        if found is None:
            self.wait.set_wait(None, 0.0)
            return
        self.chip.set_text(found.chip)
        self.chip.set_role(found.role, dot=found.role)
        self.request_id.set_id(found.request_id)
        self.copy.setVisible(bool(found.request_id))
        self.title.set_words(found.title, found.text)
        _say(self.earlier, "\n".join(found.earlier))
        self.remedy.set_words("What to do." if found.remedy else "", found.remedy)
        self.retry.set_words("Will a retry help?" if found.retry else "", found.retry)
        self.whose.set_words("Whose matter is it?" if found.whose else "", found.whose)
        _say(self.names, "   ".join(f"{name}\N{NO-BREAK SPACE}{value}" for name, value in found.names))
        self.param.set_words(f"Go to “{found.param}”" if found.param else "Go to the parameter")
        self.param.setVisible(bool(found.param))
        self.section.set_words(f"Documentation: {found.section}" if found.section else "Documentation")
        self.section.setToolTip(found.address)
        self.section.setVisible(bool(found.address))
        self._link_row.setVisible(bool(found.param or found.address))
        self.said.set_text(found.words[:_SHOWN])
        self.disclosure.setVisible(bool(found.words))
        self.disclosure.setChecked(False)
        self._fold(False)
        self.wait.set_wait(found.asked, found.ready_at or 0.0)

    def set_trouble(self, words: str) -> None:
        """It could not be read."""
        self.set_story(Story("unreadable", "warning", "", "What happened cannot be told.", words))

    def _fold(self, open_: bool) -> None:
        words = self._story.words if self._story is not None else ""
        line = words.strip().splitlines()[0] if words.strip() else ""
        self.disclosure.set_note("" if open_ or not line else f"“{line}”")
        self.said.setVisible(open_ and bool(words))

    # Where it leads -----------------------------------------------------------------------------------------------

    def _go_to_param(self) -> None:
        if self._story is not None and self._story.param:
            self.param_wanted.emit(self._story.param, self._story.words)

    def _open_section(self) -> None:
        if self._story is not None and self._story.address:
            ask_to_open(self._story.address, self._story.section, self)


def _say(paragraph: Paragraph, words: str) -> None:
    paragraph.set_text(words)
    paragraph.setVisible(bool(words))
