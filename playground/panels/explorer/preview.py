"""The exact request before it is sent: as HTTP by a dry run, and as programs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from playground.core.errors import ProblemError, explain
from playground.widgets.code import CodeView
from playground.widgets.controls import EmptyState, HairLine, IconButton
from playground.widgets.heads import Head, pills

if TYPE_CHECKING:
    from playground.bridge import Operation, Sink
    from playground.core.catalog import MethodEntry
    from playground.core.dryrun import DryRun
    from playground.core.profiles import Profile
    from playground.panels.contract import PanelContext
    from playground.panels.explorer.view import ExplorerView
    from playground.widgets.commands import Command

LANGUAGES = [("http", "HTTP"), ("python", "Python"), ("curl", "cURL"), ("javascript", "JavaScript")]
_SYNTAX = {"http": "http", "python": "python", "curl": "bash", "javascript": "javascript"}
SHOWN = 60_000
"""Characters that are shown; copying takes all."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to write."""

    entry: MethodEntry
    arguments: Mapping[str, Any] = field(repr=False)
    stream: bool
    language: str
    prepare: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = field(repr=False, default=None)
    """What makes these arguments those that are sent; it reads files."""


@dataclass(frozen=True, slots=True)
class Written:
    """The text, and what is wrong with the request, where it cannot be made."""

    text: str = field(repr=False)
    language: str
    problem: str = ""


class Writing:
    """Makes the request, and sends it nowhere."""

    def __init__(self, dry: list[DryRun], sessions: Any, profile: Profile, wanted: Wanted) -> None:
        self._dry, self._sessions, self._profile, self._wanted = dry, sessions, profile, wanted

    async def __call__(self, _sink: Sink) -> Written:
        from playground.core.dryrun import DryRun

        wanted = self._wanted
        if not self._dry:
            self._dry.append(DryRun(self._sessions))
        try:
            return await self._write(wanted)
        except ProblemError as error:
            return Written("", wanted.language, error.problem.line())
        except Exception as error:
            return Written("", wanted.language, explain(error).line())

    async def _write(self, wanted: Wanted) -> Written:
        from playground.core.codegen import CallRequest, call_program
        from playground.core.wire import request_text

        profile, made = self._profile, None
        if wanted.prepare is not None:
            arguments = await asyncio.to_thread(wanted.prepare, wanted.arguments)
            wanted = replace(wanted, arguments=arguments, prepare=None)
        if wanted.language in ("http", "curl"):
            made = await self._dry[0].call(profile, wanted.entry.name, wanted.arguments, stream=wanted.stream)
        if made is not None and wanted.language == "http":
            return Written(request_text(made).text, "http")
        request = CallRequest(
            wanted.entry,
            wanted.arguments,
            await self._sessions.base_url_of(profile),
            stream=wanted.stream,
            organization=profile.organization,
            project=profile.project,
            wire=made,
        )
        return Written(call_program(wanted.language, request), wanted.language)


class Copies(QObject):
    """What the commands do that copy the request."""

    def __init__(self, view: ExplorerView) -> None:
        super().__init__(view)
        self._view = view

    def http(self) -> None:
        self._view.page.preview.copy_as("http")

    def python(self) -> None:
        self._view.page.preview.copy_as("python")

    def curl(self) -> None:
        self._view.page.preview.copy_as("curl")

    def javascript(self) -> None:
        self._view.page.preview.copy_as("javascript")


class Preview(QWidget):
    """Written anew while it is seen and its request changes. `told`: words and their role, when it was copied."""

    told = Signal(str, str)

    def __init__(
        self,
        context: PanelContext,
        wanted: Callable[[str], Wanted | None],
        copy: Command,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._wanted = context, wanted
        self._dry: list[DryRun] = []
        self._operation: Operation[Written] | None = None
        self._copying: Operation[Written] | None = None
        self._stale = True
        self._shown = Written("", "")
        self.languages = pills("explorer.preview.language", LANGUAGES, "Language")
        self.head = Head()
        self.head.row.addWidget(self.languages)
        self.head.row.addWidget(self.head.note, 1)
        self.head.row.addWidget(IconButton(copy))
        self.view = CodeView("", "http", wrap=True, copies=False)
        self.view.setObjectName("explorer.preview.view")
        self.view.setAccessibleName("The request as it would be sent")
        self.trouble = EmptyState("triangle-alert", "It cannot be sent like this", "")
        self.pages = QStackedWidget()
        self.pages.addWidget(self.view)
        self.pages.addWidget(self.trouble)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(HairLine())
        column.addWidget(self.pages, 1)
        self.languages.changed.connect(self.refresh)

    def text(self) -> str:
        return self._shown.text

    def copy(self) -> None:
        """Put the whole text on the clipboard."""
        if self._shown.text:
            QGuiApplication.clipboard().setText(self._shown.text)
            self.head.say("Copied.")

    def copy_as(self, language: str) -> None:
        """Write it in a language, seen or not, and put it on the clipboard."""
        wanted = self._wanted(language)
        if wanted is None or self._copying is not None:
            return
        self._copying = self._context.bridge.run(
            Writing(self._dry, self._context.sessions, self._context.sessions.current, wanted),
            label="Writing the request",
            owner=self,
        )
        self._copying.finished.connect(self._copied)

    def _copied(self) -> None:
        operation, self._copying = self._copying, None
        made = operation.result if operation is not None else None
        if made is None:
            self.told.emit("It could not be written.", "warning")
        elif made.problem:
            self.told.emit(made.problem, "warning")
        else:
            QGuiApplication.clipboard().setText(made.text)
            self.told.emit(f"Copied as {dict(LANGUAGES)[made.language]}.", "muted")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def refresh(self, *_value: object) -> None:
        """Write it anew, now or when it is next seen."""
        self._stale = True
        if not self.isVisible() or self._operation is not None:
            return
        self._stale = False
        wanted = self._wanted(self.languages.value())
        if wanted is None:
            return
        self._operation = self._context.bridge.run(
            Writing(self._dry, self._context.sessions, self._context.sessions.current, wanted),
            label="Writing the request",
            owner=self,
        )
        self._operation.finished.connect(self._written)

    def _written(self) -> None:
        operation, self._operation = self._operation, None
        if operation is None:
            return
        if operation.error is not None:
            self.head.say(f"It could not be written: {operation.error}", "error")
        elif operation.result is not None:
            self._show(operation.result)
        if self._stale:
            self.refresh()

    def _show(self, made: Written) -> None:
        self.head.say("" if made.problem else "Nothing is sent yet.")
        self.trouble.set_words("It cannot be sent like this", made.problem)
        self.pages.setCurrentWidget(self.trouble if made.problem else self.view)
        if made == self._shown:
            return
        self._shown = made
        text = made.text
        if len(text) > SHOWN:
            text = f"{text[:SHOWN]}\n… {len(made.text) - SHOWN:,} characters more; copying takes all of it."
        self.view.set_text(text, _SYNTAX[made.language])
