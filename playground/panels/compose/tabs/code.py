"""The request as a program: the one that was sent, or the draft as it is."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout

from playground.core.codegen import LANGUAGES, CodeRequest, program
from playground.core.runs import GenerationRequest
from playground.panels.compose.tabs import Tab
from playground.panels.compose.tabs.head import SENT, Head, SentOrNow, pills
from playground.widgets.code import CodeView
from playground.widgets.controls import HairLine, IconButton

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from playground.bridge import Operation, Sink
    from playground.core.profiles import Profile
    from playground.core.session import SessionManager
    from playground.panels.compose.result import OutputColumn

SHOWN = 60_000
"""Characters that are shown; copying takes all."""
_SYNTAX = {"python": "python", "curl": "bash", "javascript": "javascript"}


@dataclass(frozen=True, slots=True)
class Programmed:
    """A program and what it was made from."""

    language: str
    text: str


class Programming:
    """Writes a program in the worker. Importing the SDK, to know its parameters, takes its time there."""

    def __init__(
        self,
        sessions: SessionManager,
        profile: Profile,
        base_url: str,
        request: GenerationRequest,
        language: str,
    ) -> None:
        self._sessions, self._profile, self._base_url = sessions, profile, base_url
        self._request, self._language = request, language

    async def __call__(self, _sink: Sink) -> Programmed:
        profile, request, base_url = self._profile, self._request, self._base_url
        if not base_url:
            base_url = await self._sessions.base_url_of(profile)
        code = CodeRequest(
            request.method,
            request.path,
            request.body(),
            base_url,
            organization=profile.organization,
            project=profile.project,
        )
        return Programmed(self._language, await asyncio.to_thread(program, self._language, code))


class CodeTab(Tab):
    """Python, cURL or JavaScript, as it would be run."""

    def __init__(self, column: OutputColumn) -> None:
        super().__init__("code", "Code")
        self._source = source = column.source
        self._operation: Operation[Programmed] | None = None
        self._stale = True
        self._shown: Programmed | None = None
        self._copy_next = False
        self.languages = pills("compose.code.language", list(LANGUAGES), "Language")
        self.which = SentOrNow("compose.code.which", source, self)
        self.view = CodeView("", "python", copies=False)
        self.view.setObjectName("compose.code.view")
        head = self.head = Head()
        head.row.addWidget(self.languages)
        head.row.addWidget(head.note, 1)
        head.row.addWidget(self.which)
        copy = source.context.commands.get("compose.copy_code")
        if copy is not None:
            head.row.addWidget(IconButton(copy))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(HairLine())
        layout.addWidget(self.view, 1)
        self.languages.changed.connect(self._refresh)
        self.which.changed.connect(self._refresh)
        source.run_changed.connect(self._run_changed)
        source.draft_changed.connect(self._refresh)

    def text(self) -> str:
        """The whole program; empty before the first was written."""
        return self._shown.text if self._shown is not None else ""

    def copy(self) -> None:
        if self._operation is not None or self._stale:
            self._copy_next = True
        elif self._shown is not None:
            QGuiApplication.clipboard().setText(self._shown.text)
            self._say_copied()

    def go_to(self) -> None:
        self.view.setFocus()

    def state(self) -> dict[str, Any]:
        return {"language": self.languages.value()}

    def restore(self, state: dict[str, Any]) -> None:
        self.languages.set_value(str(state.get("language", "")))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._refresh()

    def _run_changed(self) -> None:
        self.which.follow()
        self._refresh()

    def _refresh(self) -> None:
        """Write it anew, now or when it is next seen."""
        self._stale = True
        if not self.isVisible() or self._operation is not None:
            return
        self._stale = False
        source, run = self._source, self._source.run
        sent = self.which.value() == SENT and run is not None
        request = run.request if run is not None and sent else source.draft()
        profile, base_url = source.profile, ""
        if run is not None and sent:
            # Where a run out of the history went is known without its profile.
            profile, base_url = run.profile or profile, run.base_url
        self._say(request, sent=sent)
        self._operation = source.context.bridge.run(
            Programming(source.context.sessions, profile, base_url, request, self.languages.value()),
            label="Writing a program",
            owner=self,
        )
        self._operation.finished.connect(self._written)

    def _say(self, request: GenerationRequest, *, sent: bool) -> None:
        problems = [] if sent else request.problems()
        if problems:
            self.head.say(f"Not complete: {problems[0]}", "warning")
        else:
            self.head.say(*self.which.words())

    def _say_copied(self) -> None:
        self.head.say("The program was copied.")

    def _written(self) -> None:
        operation, self._operation = self._operation, None
        if operation is None:
            return
        if operation.error is not None:
            self.head.say(f"The program could not be written: {operation.error}", "error")
        elif operation.result is not None:
            self._show(operation.result)
        if self._stale:
            self._refresh()
        elif self._copy_next:
            self._copy_next = False
            self.copy()

    def _show(self, made: Programmed) -> None:
        if made == self._shown:
            return
        self._shown = made
        text = made.text
        if len(text) > SHOWN:
            comment = "//" if made.language == "javascript" else "#"
            text = f"{text[:SHOWN]}\n{comment} … {len(made.text) - SHOWN:,} characters more; copying takes all of it."
        self.view.set_text(text, _SYNTAX[made.language])
