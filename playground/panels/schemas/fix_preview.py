"""What a fix, or all of them, would change: shown before it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from playground.widgets.controls import HairLine, Label
from playground.widgets.surface import Text

if TYPE_CHECKING:
    from playground.core.schemas import Fixed
    from playground.panels.contract import PanelContext


class FixPreview(QDialog):
    """`agreed`: it is to be done."""

    agreed = Signal(object)

    def __init__(
        self, context: PanelContext, title: str, before: str, after: str, fixed: Fixed,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        from playground.core.diff import diff_texts
        from playground.widgets.diff import DiffView

        self.setObjectName("schemas.fix-preview")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("What changes")
        self.resize(900, 560)
        self._fixed = fixed
        self.diff = DiffView("schemas.fix-preview.diff", context.commands, group="Schemas")
        self.diff.set_diff(diff_texts(before, after), "As it is", "Changed")
        lost = fixed.lost
        words = "Exactly the same documents are accepted."
        if lost:
            words = "\n".join(f"• {line.removeprefix(': ')}" for line in lost)
        if fixed.client != fixed.value:
            words += "\nWhat the server no longer enforces, the proof goes on checking here."
        self.lost = Text(words, "warning" if lost else "good", wrap=True)
        do = QPushButton("Change It")
        do.setObjectName("schemas.fix-preview.do")
        do.setDefault(True)
        leave = QPushButton("Leave It")
        leave.setObjectName("schemas.fix-preview.leave")
        for button in (do, leave):
            button.setAccessibleName(button.text())
        do.clicked.connect(self._agree)
        leave.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.lost, 1)
        foot.addWidget(leave)
        foot.addWidget(do)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(Label(title, "text", 15, 600))
        layout.addWidget(self.diff, 1)
        layout.addWidget(HairLine())
        layout.addLayout(foot)

    def _agree(self) -> None:
        self.agreed.emit(self._fixed)
        self.accept()
