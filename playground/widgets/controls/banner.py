"""What went wrong, in place: what happened, why, what to do, whether trying again helps, and the server's own words."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.widgets.commands import Command
from playground.widgets.controls.buttons import CommandButton, Disclosure
from playground.widgets.controls.labels import Chip, IdLabel
from playground.widgets.controls.link import LinkButton
from playground.widgets.flow import FlowLayout
from playground.widgets.presentation import shown
from playground.widgets.style_parts import rounded
from playground.widgets.theme import is_theme_change

if TYPE_CHECKING:
    from playground.core.errors import Problem


class Banner(QWidget):
    """A `core.errors.Problem` as a box. `action`: a command that mends it or tries again.

    `role` is "error" or "warning".
    """

    opened = Signal(str)
    """The request ID was clicked."""
    param_wanted = Signal(str)
    """The link to the control that the error names was clicked; see `offer_param`."""

    def __init__(
        self, problem: Problem, action: Command | None = None, *, role: str = "error", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.problem = problem
        self._role = role
        self.setObjectName("banner")
        self._say()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        # Qt's text classes are not needed before something went wrong.
        from playground.widgets.panes import Paragraph

        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 12, 12)
        column.setSpacing(6)
        self._head(column)
        column.addWidget(Paragraph(problem.title, "text", 14, 600))
        for words, role_ in ((problem.cause, "text"), (problem.remedy, "text"), (_again(problem), "muted")):
            if words:
                column.addWidget(Paragraph(words, role_))
        self._wait(column)
        self._links(column)
        self._words(column)
        self._foot = FlowLayout(gap=8, line_gap=8)
        self._foot.setContentsMargins(0, 4, 0, 0)
        column.addLayout(self._foot)
        if action is not None:
            self.add_action(action)

    def _say(self) -> None:
        problem = self.problem
        self.setAccessibleName(f"Problem: {shown(problem.title)}")
        self.setAccessibleDescription(shown(" ".join(filter(None, (problem.cause, problem.remedy, _again(problem))))))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_theme_change(event):
            self._say()

    def add_action(self, command: Command) -> CommandButton:
        """Offer a command at the box's foot."""
        button = CommandButton(command, "plain", shortcut=False)
        self._foot.addWidget(button)
        return button

    def offer_param(self) -> None:
        """Offer a way to the control that the error names: whoever calls this answers `param_wanted`."""
        if not self.problem.param:
            return
        link = LinkButton(f"Go to “{self.problem.param}”", icon="arrow-right", parent=self)
        link.setObjectName("banner.param")
        link.clicked.connect(self._go_to_param)
        self._link_row.insert_widget(0, link)

    def _go_to_param(self) -> None:
        self.param_wanted.emit(self.problem.param or "")

    def _wait(self, column: QVBoxLayout) -> None:
        """How long it still is until trying again makes sense, where the server named a time."""
        if self.problem.wait is None:
            return
        from playground.widgets.countdown import Countdown

        wait = Countdown("banner.wait", self)
        column.addWidget(wait)
        wait.set_wait(self.problem.wait, time.time() + self.problem.wait)

    def _links(self, column: QVBoxLayout) -> None:
        self._link_row = FlowLayout(gap=16, line_gap=2)
        column.addLayout(self._link_row)
        if not self.problem.section:
            return
        from playground.core.error_table import section_of

        title, self._address = section_of(self.problem.section)
        if self._address:
            link = LinkButton(f"Documentation: {title}", icon="external-link", parent=self)
            link.setObjectName("banner.section")
            link.setToolTip(self._address)
            link.clicked.connect(self._open_section)
            self._link_row.addWidget(link)

    def _open_section(self) -> None:
        from playground.widgets.links import ask_to_open

        ask_to_open(self._address, "", self)

    def _head(self, column: QVBoxLayout) -> None:
        problem = self.problem
        kind = problem.code or problem.type or ""
        if problem.type == "connection_error":
            kind = f"connection: {kind.replace('_', ' ')}"
        words = " ".join(str(part) for part in (problem.status, kind) if part)
        if not words and not problem.request_id:
            return
        row = QHBoxLayout()
        row.setSpacing(8)
        if words:
            row.addWidget(Chip(words, self._role, dot=self._role))
        if problem.request_id:
            label = IdLabel(problem.request_id, parent=self)
            label.setObjectName("banner.request_id")
            label.opened.connect(self.opened)
            label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            label.setMinimumWidth(80)
            row.addWidget(label)
        row.addStretch(1)
        column.addLayout(row)

    def _words(self, column: QVBoxLayout) -> None:
        if not self.problem.server_words:
            return
        from playground.widgets.panes import Paragraph

        self._disclosure = Disclosure("Their words", _first_line(self.problem.server_words))
        self._disclosure.setObjectName("banner.their_words")
        self._their_words = Paragraph(self.problem.server_words[:20_000], "muted", 12, mono=True, parent=self)
        self._their_words.hide()
        self._disclosure.toggled.connect(self._toggle_words)
        column.addWidget(self._disclosure)
        column.addWidget(self._their_words)

    def _toggle_words(self, shown: bool) -> None:
        self._their_words.setVisible(shown)
        self._disclosure.set_note("" if shown else _first_line(self.problem.server_words or ""))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rounded(painter, self.rect(), "surface", "line", 8)
        painter.setClipRect(QRectF(0, 0, 4, self.height()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rounded(painter, self.rect(), self._role, None, 8)
        painter.setPen(Qt.PenStyle.NoPen)


def _again(problem: Problem) -> str:
    return f"Does trying again help? {problem.retry}" if problem.retry else ""


def _first_line(words: str) -> str:
    line = words.strip().splitlines()[0] if words.strip() else ""
    return f"“{line}”"
