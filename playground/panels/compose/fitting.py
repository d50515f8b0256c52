"""Says under an answer whether it fits the schema that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.panels.compose.schema_look import Fit, fit
from playground.panels.compose.trouble import INDENT
from playground.widgets.icons import icon_pixmap
from playground.widgets.presentation import tip
from playground.widgets.surface import Text
from playground.widgets.theme import scaled
from playground.widgets.themed import Label, Themed

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation
    from playground.panels.compose.view import ComposeView

_ICONS = {"good": "circle-check", "error": "circle-x", "warning": "triangle-alert"}
_RANK = {"error": 0, "warning": 1, "good": 2}


class FitLine(Themed, QWidget):
    """A line above the numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compose.fit")
        self._role = "good"
        self.sign = Label("")
        self.words = Text("", "good", size=12, elide=True)
        self.words.setObjectName("compose.fit.words")
        row = QHBoxLayout(self)
        row.setContentsMargins(INDENT, 6, INDENT - 4, 6)
        row.setSpacing(6)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignVCenter)
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
        self.words.set_text(" ".join(one.words for one in fits))
        self.words.setToolTip(tip("\n".join(one.more or one.words for one in fits)))
        self.retheme()

    def retheme(self) -> None:
        side = scaled(15)
        self.sign.setPixmap(icon_pixmap(_ICONS.get(self._role, "info"), self._role, side, self.devicePixelRatioF()))


class Fitting(QObject):
    """Follows the run that is shown; an answer is checked when nothing more of it comes."""

    def __init__(self, view: ComposeView, bridge: Bridge) -> None:
        super().__init__(view)
        self._view, self._bridge = view, bridge
        self._operation: Operation[tuple[Fit, ...]] | None = None
        self.line: FitLine | None = None
        view.source.run_changed.connect(self._another)
        view.source.progressed.connect(self._progressed)

    def _another(self) -> None:
        if self._operation is not None:
            self._operation.cancel()
            self._operation = None
        if self.line is not None:
            self.line.show_fits(())

    def _progressed(self) -> None:
        run = self._view.source.run
        if run is None or run.running or self._operation is not None:
            return
        body = run.request.body()
        if run.snapshot.status == "failed" or not body.keys() & {"text", "response_format", "tools"}:
            return
        reply = self._view.model.reply
        if reply.refused:
            return
        self._operation = self._bridge.blocking(
            fit, body, reply.text(), tuple(reply.calls()), run.snapshot, label="Checking the answer", owner=self
        )
        self._operation.finished.connect(self._checked)

    def _checked(self) -> None:
        operation = self._operation
        if operation is None or not operation.done:
            return
        self._operation = None
        if operation.error is not None:
            raise operation.error
        if operation.state == "cancelled" or not operation.result:
            return
        if self.line is None:
            self.line = FitLine()
            self._view.output.add_line(self.line)
        self.line.show_fits(operation.result)
