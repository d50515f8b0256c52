"""A call's waterfall: its title, the attempts on one axis of time, what the colours mean, and a line that reads out the
part below the mouse or the keyboard's mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from playground.core.plain import seconds_text
from playground.widgets.controls import SectionLabel
from playground.widgets.flow import FlowLayout
from playground.widgets.heads import Note
from playground.widgets.surface import Text
from playground.widgets.theme import color, scaled, ui_font
from playground.widgets.themed import Themed
from playground.widgets.waterfall_plot import WaterfallPlot, paint_hatched, role_of, tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playground.core.exchanges.waterfall import Waterfall

_BEFORE = ("queue", "dns", "connect", "tls", "send")
"""What comes before the server has the request: grey in the picture, and one entry of its legend."""
_PHASES = (("server", "server", "accent_light"), ("token", "first token", "token"), ("stream", "answer", "accent"))


class Key(Themed, QWidget):
    """One entry of a legend: a swatch and a word. `role` "" is the hatching of a wait."""

    def __init__(self, words: str, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words, self.role = words, role
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.retheme()

    def retheme(self) -> None:
        self.setFont(ui_font(12))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self.words) + self._swatch() + 7, scaled(20))

    def _swatch(self) -> int:
        return 12 if not self.role else 8

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self._swatch()
        box = QRectF(0, (self.height() - 8) / 2, width, 8)
        if self.role:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tone(self.role))
            painter.drawRoundedRect(box, 2, 2)
        else:
            paint_hatched(painter, box)
        painter.setPen(color("muted"))
        painter.drawText(self.rect().adjusted(width + 5, 0, 2, 0), Qt.AlignmentFlag.AlignVCenter, self.words)


def legend(found: Waterfall) -> Iterator[tuple[str, str]]:
    """Word and colour role of what is in the picture."""
    seen = {(phase.kind, role_of(phase, bar)) for bar in found.bars for phase in bar.phases}
    if any(kind in _BEFORE and role != "error" for kind, role in seen):
        yield "connect", "line_strong"
    for kind, words, role in _PHASES:
        if (kind, role) in seen:
            yield words, role
    failed = [bar for bar in found.bars if any(role_of(phase, bar) == "error" for phase in bar.phases)]
    if failed:
        refused = all((bar.status or 0) >= 400 for bar in failed)
        broken = all(bar.status is not None and bar.status < 400 for bar in failed)
        server = "server, failed" if ("server", "accent_light") in seen else "server"
        yield server if refused else "answer, broken" if broken else "failed", "error"
    if "back-off" in found.kinds():
        yield "back-off", ""


class WaterfallView(QWidget):
    """Give it a `Waterfall`; it is as high as it needs to be. `link_opened`: a request's ID was clicked."""

    link_opened = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.title = SectionLabel("", self)
        self.title.setObjectName(f"{name}.title")
        self.plot = WaterfallPlot(f"{name}.plot", self)
        self.plot.read.connect(self._read)
        self.plot.link_opened.connect(self.link_opened)
        self._legend = QWidget(self)
        self._flow = FlowLayout(self._legend, gap=16, line_gap=2)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._keys: list[QWidget] = []
        self.words = Note()
        self.words.setObjectName(f"{name}.words")
        self._summary = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addSpacing(10)
        column.addWidget(self.plot)
        column.addSpacing(8)
        column.addWidget(self._legend)
        column.addSpacing(4)
        column.addWidget(self.words)

    def set_waterfall(self, found: Waterfall | None, about: str = "") -> None:
        """Show a call. `about`: what the answer's headers say, at the legend's end."""
        self.plot.set_waterfall(found)
        for key in self._keys:
            self._flow.removeWidget(key)
            key.hide()
            key.deleteLater()
        self._keys = []
        if found is not None:
            for words, role in legend(found):
                self._add(Key(words, role, self._legend))
            if about:
                self._add(Text(about, "muted", size=12, parent=self._legend))
        self.title.set_title(title_of(found) if found is not None else "")
        self._summary = summary_of(found) if found is not None else ""
        self._read("")
        self.updateGeometry()

    def _add(self, key: QWidget) -> None:
        self._keys.append(key)
        self._flow.addWidget(key)
        key.show()

    def _read(self, words: str) -> None:
        self.words.setText(words or self._summary)
        self.words.setAccessibleName(words or self._summary)


def title_of(found: Waterfall) -> str:
    """`3 attempts · 6.02 s`."""
    count = len(found.bars)
    words = f"{count} attempt{'' if count == 1 else 's'}"
    return f"{words} · {seconds_text(found.seconds)}" if found.over else f"{words} · under way"


def summary_of(found: Waterfall) -> str:
    """How much of a call was work, and how much was waiting."""
    waits = sum(gap.seconds for gap in found.gaps)
    if not found.gaps:
        return "Point at a part, or use the arrow keys, to read it."
    spent = sum(bar.seconds for bar in found.bars)
    return f"{seconds_text(spent)} in attempts, {seconds_text(waits)} between them."
