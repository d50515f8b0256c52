"""Asks the model for the fields of what is described."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton

from playground.core.importing import IMPORTING
from playground.core.served import LOCAL_MODEL

if TYPE_CHECKING:
    from playground.bridge import Operation, Sink
    from playground.core.session import SessionManager
    from playground.panels.contract import PanelContext
    from playground.panels.schemas.bring import BringDialog


class FromWords:
    """In the asyncio thread. Gives the schema, its name, and whether the answer was cut short; pushes the schema as
    it grows. Raises ProblemError, NotWorded."""

    def __init__(self, sessions: SessionManager, model: str, words: str) -> None:
        self._sessions, self._model, self._words = sessions, model, words

    async def __call__(self, sink: Sink) -> tuple[dict[str, Any], str, bool]:
        with IMPORTING:
            from playground.core.errors import ProblemError, explain
            from playground.core.schemas.wording import NotWorded, ask, build, build_part

        fields = 0

        def told(text: str) -> None:
            nonlocal fields
            if text.count('"optional"') > fields and (part := build_part(text)) is not None:
                fields = text.count('"optional"')
                sink.push([part[0]])

        session = await self._sessions.session()
        try:
            answer = await ask(session, self._model, self._words, told)
            try:
                return (*build(answer), False)
            except NotWorded:
                if (part := build_part(answer)) is None:
                    raise
                return (*part, True)
        except (NotWorded, ProblemError):
            raise
        except Exception as error:
            raise ProblemError(explain(error, base_url=session.base_url, profile=session.profile.name)) from error


class Asking(QObject):
    """The model's field and the button, for the dialog's head."""

    answered = Signal(object, str, bool)
    """Schema, name, and whether there would have been more."""
    grew = Signal(object)
    """The schema so far."""
    said = Signal(str, str)
    """Words and their role."""

    def __init__(self, context: PanelContext, model: str, dialog: BringDialog) -> None:
        super().__init__(dialog)
        self._context, self._dialog = context, dialog
        self._operation: Operation[tuple[dict[str, Any], str, bool]] | None = None
        self.asked = ""
        """The description that was sent last."""
        self.model = QLineEdit()
        self.model.setObjectName("schemas.bring.model")
        self.model.setAccessibleName("Model that is asked")
        self.model.setPlaceholderText("Model")
        self.model.setMinimumWidth(160)
        self.model.setText(model or context.sessions.current.default_model or "")
        self.button = QPushButton("Ask")
        self.button.setObjectName("schemas.bring.ask")
        self.button.setAccessibleName("Ask the model")
        self.button.setAutoDefault(False)
        self.button.setToolTip("Sends the description to the model (Ctrl+Enter)")
        self.button.clicked.connect(self._pressed)

    @property
    def running(self) -> bool:
        return self._operation is not None

    def simulates(self) -> bool:
        """Whether what answers reads nothing."""
        return self._context.sessions.current.is_sandbox and self.model.text().strip() != LOCAL_MODEL

    def show_parts(self, shown: bool) -> None:
        for part in (self.model, self.button):
            part.setVisible(shown)

    def _pressed(self, _checked: bool = False) -> None:
        if self._operation is not None:
            self.stop()
        else:
            self.ask()

    def stop(self) -> None:
        """What came stays."""
        if self._operation is not None:
            self._operation.cancel()

    def ask(self) -> None:
        """Send the description; while it runs, the button stops it."""
        words, model = self._dialog.description(), self.model.text().strip()
        if self._operation is not None:
            return
        if not words or not model:
            self.said.emit("Say what the object holds first." if not words else "Name a model first.", "warning")
            return
        self.asked = words
        where = self._context.sessions.current
        self.said.emit(f"{model} on {where.name} is asked …", "muted")
        self.button.setText("Stop")
        self._operation = self._context.bridge.run(
            FromWords(self._context.sessions, model, words),
            label="Asking for a schema",
            owner=self,
            on_changes=self._grew,
        )
        self._operation.finished.connect(self._done)

    def _grew(self, parts: list[Any]) -> None:
        self.grew.emit(parts[-1])

    def _done(self) -> None:
        operation, self._operation = self._operation, None
        self.button.setText("Ask")
        if operation is None or operation.state == "cancelled":
            if not self.button.isHidden():  # it is no more what the schema is made from
                self.said.emit("Stopped.", "muted")
        elif operation.error is not None:
            self.said.emit(_words(operation.error), "error")
        elif operation.result is not None:
            self.answered.emit(*operation.result)


def _words(error: BaseException) -> str:
    problem = getattr(error, "problem", None)
    if problem is None:
        return str(error)
    request = f"Request ID: {problem.request_id}." if getattr(problem, "request_id", None) else ""
    return " ".join(filter(None, (f"{problem.title}.", problem.cause, problem.remedy, request)))
