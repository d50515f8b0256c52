"""An exchange's attempts, and rows of labels and values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from playground.core.plain import seconds_text, size_text
from playground.widgets.surface import Surface, Text
from playground.widgets.timeline import TimingBar

if TYPE_CHECKING:
    from playground.core.exchanges.records import AttemptDetail


def scrolled(content: QWidget, name: str, accessible: str) -> QScrollArea:
    """A page in a frameless scroll area."""
    area = QScrollArea()
    area.setObjectName(name)
    area.setAccessibleName(accessible)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area


class Rows(QGridLayout):
    """Labels and values in two columns; the values can be selected. Its widgets are used again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalSpacing(16)
        self.setVerticalSpacing(4)
        self.setColumnStretch(1, 1)
        self._lines: list[tuple[Text, Text]] = []

    def fill(self, rows: Sequence[tuple[str, str]]) -> None:
        """Show these and no others."""
        while len(self._lines) < len(rows):
            line = (Text("", "muted", size=12), Text("", "text", size=12, mono=True, elide=True))
            self.addWidget(line[0], len(self._lines), 0, Qt.AlignmentFlag.AlignTop)
            self.addWidget(line[1], len(self._lines), 1)
            self._lines.append(line)
        for number, line in enumerate(self._lines):
            shown = number < len(rows)
            for widget, text in zip(line, rows[number] if shown else ("", ""), strict=True):
                widget.set_text(text)
                widget.setVisible(shown)


class AttemptsPage(QWidget):
    """One line an attempt: number, status, request ID, bar, duration, and what went wrong."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._area = scrolled(QWidget(), name, "Attempts")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)

    def set_attempts(self, attempts: Sequence[AttemptDetail]) -> None:
        self._area.setWidget(attempt_lines(attempts))


def attempt_lines(
    attempts: Sequence[AttemptDetail],
    margins: tuple[int, int, int, int] = (16, 12, 16, 12),
    role: str = "surface",
) -> QWidget:
    """The attempts below one another, as a widget; `role`: of its background."""
    content = Surface(role)
    layout = QVBoxLayout(content)
    layout.setContentsMargins(*margins)
    layout.setSpacing(10)
    for attempt in attempts:
        layout.addLayout(_line(attempt))
    layout.addStretch(1)
    return content


def _line(attempt: AttemptDetail) -> QGridLayout:
    bad = attempt.state == "failed" or (attempt.status or 0) >= 400
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(4)
    grid.setColumnMinimumWidth(0, 14)
    grid.setColumnMinimumWidth(1, 30)
    grid.setColumnStretch(2, 1)
    bar = TimingBar(attempt.timings, "failed" if bad else attempt.state)
    status = str(attempt.status) if attempt.status is not None else "no answer"
    grid.addWidget(Text(str(attempt.number), "muted", size=12), 0, 0)
    grid.addWidget(Text(status, "error" if bad else "good", size=12, weight=500), 0, 1)
    grid.addWidget(bar, 0, 2)
    grid.addWidget(Text(seconds_text(attempt.timings.last_byte), "muted", size=12), 0, 3)
    lines = []
    if request_id := attempt.request_id or attempt.client_request_id:
        lines.append(Text(request_id, "accent", size=12, mono=True, elide=True))
    sizes = f"{size_text(attempt.request_body_size)} sent, {size_text(attempt.response_body_size)} received"
    words = " · ".join(part for part in (sizes, attempt.error or "") if part)
    lines.append(Text(words, "muted", size=12, wrap=True))
    for row, line in enumerate(lines, 1):
        grid.addWidget(line, row, 1, 1, 3)
    return grid
