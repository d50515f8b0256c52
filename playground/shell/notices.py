"""The strip at the window's foot that tells what belongs to no place in a panel: problems and reports, never modal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from playground.shell.surface import Dot, Surface, Text
from playground.widgets.commands import Command, CommandRegistry
from playground.widgets.controls import CommandButton

if TYPE_CHECKING:
    from playground.core.errors import Problem

KEPT = 20


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell. `details`: the whole of it, for the text window; `report`: a file that holds it instead."""

    text: str
    role: str = "muted"
    details: str = ""
    report: Path | None = None


def notice_of(told: Problem | str) -> Notice:
    """What a panel hands to `notify`."""
    if isinstance(told, str):
        return Notice(told, "accent")
    return Notice(f"{told.title.rstrip('.')}. {told.remedy}".strip(), "error", problem_text(told))


def problem_text(problem: Problem) -> str:
    """A problem as text to read and copy: what happened, why, what to do, the server's own words, the ID."""
    lines = [problem.title, ""]
    for heading, text in (
        ("Why", problem.cause),
        ("What to do", problem.remedy),
        ("Will a retry help", problem.retry),
        ("The server's words", problem.server_words or ""),
        ("HTTP status", str(problem.status or "")),
        ("Type", problem.type or ""),
        ("Code", problem.code or ""),
        ("Parameter", problem.param or ""),
        ("Request ID", problem.request_id or ""),
    ):
        if text:
            lines.append(f"{heading}: {text}")
    return "\n".join(lines)


class NoticeStrip(Surface):
    """Shows the newest notice; dismissing it shows the one before. Hidden while there is nothing to tell."""

    details_wanted = Signal(object)

    def __init__(self, commands: CommandRegistry, parent: QWidget | None = None) -> None:
        super().__init__("surface", "t", parent)
        self.setObjectName("notices")
        self.setAccessibleName("Notices")
        self._notices: list[Notice] = []
        self.show_details = commands.add(
            "notice.details", "Show Details", self._show_details, group="Notices", enabled=False
        )
        self.copy = commands.add("notice.copy", "Copy Notice", self._copy, group="Notices", enabled=False)
        self.dismiss = commands.add("notice.dismiss", "Dismiss Notice", self._dismiss, group="Notices", enabled=False)
        self._dot = Dot("error")
        self._text = Text("", "text", wrap=True)
        self._text.setObjectName("notices.text")
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._count = Text("", "muted", size=12)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 8, 4)
        row.setSpacing(8)
        row.addWidget(self._dot)
        row.addWidget(self._text, 1)
        row.addWidget(self._count)
        self._buttons = [
            self._button(self.show_details, "notices.details"),
            self._button(self.copy, "notices.copy"),
            self._button(self.dismiss, "notices.dismiss"),
        ]
        for button in self._buttons:
            row.addWidget(button)
        self.hide()

    def _button(self, command: Command, name: str) -> CommandButton:
        button = CommandButton(command, "quiet")
        button.setObjectName(name)
        button.setAccessibleName(command.text())
        return button

    def tell(self, notice: Notice) -> None:
        """Show a notice at once. The same text twice is one notice; at most the newest 20 are kept."""
        self._notices = [known for known in self._notices if known.text != notice.text]
        self._notices = [*self._notices, notice][-KEPT:]
        self._show_newest()

    def newest(self) -> Notice | None:
        return self._notices[-1] if self._notices else None

    def count(self) -> int:
        return len(self._notices)

    def _show_newest(self) -> None:
        notice = self.newest()
        for command in (self.show_details, self.copy, self.dismiss):
            command.setEnabled(notice is not None)
        self.setVisible(notice is not None)
        if notice is None:
            return
        more = bool(notice.details or notice.report)
        self.show_details.setEnabled(more)
        self._buttons[0].setVisible(more)
        self.show_details.setText("Show Report" if notice.report else "Show Details")
        self._dot.set_role(notice.role)
        self._text.set_text(notice.text)
        self._count.set_text(f"and {len(self._notices) - 1} more" if len(self._notices) > 1 else "")

    def take_focus(self) -> None:
        for button in self._buttons:
            if button.isVisible() and button.isEnabled():
                button.setFocus()
                return

    def _show_details(self) -> None:
        if (notice := self.newest()) is not None:
            self.details_wanted.emit(notice)

    def _copy(self) -> None:
        if (notice := self.newest()) is not None:
            QGuiApplication.clipboard().setText(notice.details or notice.text)

    def _dismiss(self) -> None:
        if self._notices:
            self._notices.pop()
            self._show_newest()
