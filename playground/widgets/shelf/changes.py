"""What is here beside what the library has: shown before it is taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from playground.core.importing import IMPORTING
from playground.widgets.controls import HairLine, Label
from playground.widgets.surface import Text

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation
    from playground.core.diff import Diff
    from playground.widgets.commands import CommandRegistry


MOST = 5
"""Changes that are said."""


def compare(here: Any, there: Any) -> tuple[Diff, str, bool]:
    """The difference line by line, what it means in words, and whether it breaks somebody. In the pool."""
    with IMPORTING:
        from playground.core.diff import diff_texts
        from playground.core.schemas.changes import breaks_readers, diff
        from playground.core.schemas.writing import write
    changes = diff(here, there)
    breaks = breaks_readers(changes)
    lines = [f"• {f'{one.path}: ' if one.path else ''}{one.words}" for one in changes[:MOST]]
    if len(changes) > MOST:
        lines.append(f"and {len(changes) - MOST:,} more")
    if changes:
        verdict = {
            True: "Whoever reads the output by the schema that is here may be refused what the library's allows:",
            None: "It is not sure that whoever reads the output by the schema that is here can read what comes then:",
        }.get(breaks, "Whoever reads the output by the schema that is here can read what comes then.")
        lines.insert(0, verdict)
    return diff_texts(write(here), write(there)), "\n".join(lines), breaks is not False


class SchemaChanges(QDialog):
    """`agreed`: the library's is to be taken."""

    agreed = Signal()

    def __init__(
        self, bridge: Bridge, commands: CommandRegistry, name: str, schema: str, here: Any, there: Any,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        from playground.widgets.diff import DiffView

        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"What changed in {schema}")
        self.resize(900, 560)
        self.diff = DiffView(f"{name}.diff", commands, group="Schemas")
        self.words = Text("", "muted", wrap=True)
        take = QPushButton("Take It Over")
        take.setObjectName(f"{name}.take")
        take.setDefault(True)
        leave = QPushButton("Leave It")
        leave.setObjectName(f"{name}.leave")
        for button in (take, leave):
            button.setAccessibleName(button.text())
        take.clicked.connect(self._agree)
        leave.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.words, 1)
        foot.addWidget(leave)
        foot.addWidget(take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(Label(f"{schema}: here and in the library", "text", 15, 600))
        layout.addWidget(self.diff, 1)
        layout.addWidget(HairLine())
        layout.addLayout(foot)
        self._operation: Operation[tuple[Diff, str, bool]] = bridge.blocking(
            compare, here, there, label="Comparing the schemas", owner=self
        )
        self._operation.finished.connect(self._compared)

    def _compared(self) -> None:
        operation = self._operation
        if operation.error is not None:
            raise operation.error
        if operation.result is not None:
            diff, words, breaking = operation.result
            self.diff.set_diff(diff, "Here", "In the library")
            self.words.set_role("warning" if breaking else "muted")
            self.words.set_text(words)

    def _agree(self) -> None:
        self.agreed.emit()
        self.accept()
