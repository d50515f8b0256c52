"""The question before runs are deleted for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from playground.widgets.presentation import shown_line

if TYPE_CHECKING:
    from playground.core.exchanges import RunSummary

_LONGEST = 80


def ask(
    over: QWidget, runs: Sequence[RunSummary], delete: Callable[[], object], gone: Callable[[], object]
) -> QMessageBox:
    """Ask whether these runs are to go; names one, counts many. `delete` and `gone` are bound methods."""
    count = f"{len(runs):,} runs"
    box = QMessageBox(over)
    box.setObjectName("compose.confirm-delete")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle("Delete run" if len(runs) == 1 else "Delete runs")
    box.setText(f"Delete “{_short(runs[0])}” for good?" if len(runs) == 1 else f"Delete {count} for good?")
    what = "Its prompt, its answer and its requests are" if len(runs) == 1 else "Prompts, answers and requests are"
    if all(run.simulated for run in runs):
        also = "The sandbox's own copies go with them."
    else:
        also = "What a server keeps by itself is not touched."
    box.setInformativeText(
        f"{what} overwritten on this disk. {also} What is in the editor stays. This cannot be undone."
    )
    yes = box.addButton("Delete" if len(runs) == 1 else f"Delete {count}", QMessageBox.ButtonRole.DestructiveRole)
    no = box.addButton(QMessageBox.StandardButton.Cancel)
    for button, name in ((yes, "delete"), (no, "cancel")):
        button.setObjectName(f"compose.confirm-delete.{name}")
        button.setAccessibleName(button.text())
    box.setDefaultButton(no)
    yes.clicked.connect(delete)
    box.destroyed.connect(gone)
    box.open()
    return box


def _short(run: RunSummary) -> str:
    text = shown_line(run.words)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
