"""Why something cannot be shown, in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from playground.widgets.controls import Banner

if TYPE_CHECKING:
    from playground.core.errors import Problem
    from playground.widgets.commands import Command


class Trouble(QScrollArea):
    """A `Banner` that scrolls where it is too high, with the command that tries again."""

    opened = Signal(str)
    """The request's ID was clicked."""

    def __init__(self, name: str, again: Command | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._again = again
        self.banner: Banner | None = None
        self.setObjectName(name)
        self.setAccessibleName("What went wrong")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)

    def show_problem(self, problem: Problem, more: Sequence[Command] = ()) -> None:
        """Another one; `more`: commands that may help, too."""
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(16, 16, 16, 16)
        self.banner = Banner(problem, self._again)
        self.banner.setMaximumWidth(720)
        self.banner.opened.connect(self.opened)
        # Its own policy would cap it at the height it has before its sentences are wrapped.
        self.banner.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        for command in more:
            self.banner.add_action(command)
        column.addWidget(self.banner)
        column.addStretch(1)
        old = self.takeWidget()
        self.setWidget(holder)
        holder.setAutoFillBackground(False)
        if old is not None:
            old.deleteLater()
