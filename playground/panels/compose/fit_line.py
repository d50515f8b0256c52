"""The line above the numbers that says whether an answer fits its schema."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.panels.compose.schema_look import Fit
from playground.panels.compose.trouble import INDENT
from playground.widgets.icons import icon_pixmap
from playground.widgets.presentation import tip
from playground.widgets.surface import Text
from playground.widgets.theme import scaled
from playground.widgets.themed import Label, Themed

_ICONS = {"good": "circle-check", "error": "circle-x", "warning": "triangle-alert"}
MOST_LINES = 4
_RANK = {"error": 0, "warning": 1, "good": 2}


class FitLine(Themed, QWidget):
    """A line above the numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compose.fit")
        self._role = "good"
        self.sign = Label("")
        self.words = Text("", "good", size=12, wrap=True)
        self.words.setObjectName("compose.fit.words")
        row = QHBoxLayout(self)
        row.setContentsMargins(INDENT, 6, INDENT - 4, 6)
        row.setSpacing(6)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        self.retheme()
        self.hide()

    def show_fits(self, fits: tuple[Fit, ...]) -> None:
        """The worst first."""
        self.setVisible(bool(fits))
        if not fits:
            return
        fits = tuple(sorted(fits, key=lambda one: _RANK.get(one.role, 3)))
        self._role = fits[0].role
        self.words.set_role(self._role)
        self.words.set_text("\n".join(one.words for one in fits[:MOST_LINES]))
        self.words.setToolTip(tip("\n".join(one.more or one.words for one in fits)))
        self.retheme()

    def retheme(self) -> None:
        side = scaled(15)
        self.sign.setPixmap(icon_pixmap(_ICONS.get(self._role, "info"), self._role, side, self.devicePixelRatioF()))
