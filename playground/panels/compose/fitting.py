"""Says under an answer whether it fits the schema that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from playground.panels.compose.schema_look import Fit, fit

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation
    from playground.panels.compose.fit_line import FitLine
    from playground.panels.compose.view import ComposeView


_WORDS = {"good": "fits", "error": "does not fit"}
"""What a call's block says."""


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
            fit, body, tuple(reply.texts()), tuple(reply.calls()), run.snapshot, label="Checking the answer", owner=self
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
            from playground.panels.compose.fit_line import FitLine

            self.line = FitLine()
            self._view.output.add_line(self.line)
        self.line.show_fits(operation.result)
        for one in operation.result:
            if one.key and one.role in _WORDS:
                self._view.output.view.judge(one.key, _WORDS[one.role], one.role)
