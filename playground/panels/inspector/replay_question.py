"""Asks before a request is sent again: what, where to, and what that may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from playground.core.plain import size_text
from playground.widgets.controls import Label

if TYPE_CHECKING:
    from playground.core.profiles import Profile
    from playground.core.replay import Replay


def place_of(profile: Profile) -> str:
    """`the sandbox`, `“Work” (https://…)`."""
    if profile.is_sandbox:
        return "the sandbox"
    return f"“{profile.name}” ({profile.base_url or 'https://api.openai.com/v1'})"


def title_of(replay: Replay, profile: Profile) -> str:
    """What is asked."""
    if replay.refusal:
        return "It cannot be sent again as it was"
    act = "Do it again" if replay.destructive else "Send it again"
    return f"{act} to {'the sandbox' if profile.is_sandbox else f'“{profile.name}”'}?"


def lines_of(replay: Replay, profile: Profile) -> list[str]:
    """What will be sent where, and what speaks for a second look."""
    if replay.refusal:
        return [replay.refusal, replay.remedy]
    what = f"{replay.verb} {replay.path}, as {replay.method}"
    if replay.model:
        what += f" with {replay.model}"
    if replay.size:
        what += f", {size_text(replay.size)}"
    lines = [f"{what}, to {place_of(profile)}{', streamed' if replay.stream else ''}."]
    if replay.profile and replay.profile != profile.name:
        lines.append(f"It went through “{replay.profile}” to {replay.base_url} before.")
    if replay.destructive:
        lines.append(f"{replay.verb} {replay.path} cannot be undone from here.")
    elif not replay.is_read and not profile.is_sandbox:
        lines.append("It is a new request: what it makes is made again, and costs again.")
    if replay.admin:
        lines.append("It wants an admin key.")
    lines.extend(replay.notes)
    return lines


class ReplayQuestion(QDialog):
    """`accepted`: send it; `edit`: open it in the explorer instead."""

    edit = Signal()

    def __init__(self, replay: Replay, profile: Profile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.replay.dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Send again")
        self.setMinimumWidth(460)
        self.title = Label(title_of(replay, profile), "text", 14, 600, wrap=True)
        self.words = Label("\n".join(lines_of(replay, profile)), "text", 13, wrap=True, selectable=True)
        self.words.setObjectName("inspector.replay.words")
        box = QDialogButtonBox()
        can_send = not replay.refusal
        self.send = None
        if can_send:
            self.send = box.addButton("Send Again", QDialogButtonBox.ButtonRole.AcceptRole)
        self.explorer = box.addButton("Edit in Explorer", QDialogButtonBox.ButtonRole.ActionRole)
        self.cancel = box.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.explorer.setVisible(bool(replay.method))
        for name, button in (("send", self.send), ("edit", self.explorer), ("cancel", self.cancel)):
            if button is not None:
                button.setObjectName(f"inspector.replay.{name}")
                button.setAccessibleName(button.text().replace("&", ""))
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        self.explorer.clicked.connect(self._edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(self.title)
        column.addWidget(self.words)
        column.addSpacing(4)
        column.addWidget(box)
        # Enter, pressed once too often, does no harm. (A button outside of a dialog cannot be its default.)
        careful = replay.destructive or replay.passes_budget
        safe = self.cancel if careful or self.send is None else self.send
        safe.setDefault(True)
        safe.setFocus(Qt.FocusReason.OtherFocusReason)

    def _edit(self) -> None:
        self.edit.emit()
        self.reject()
