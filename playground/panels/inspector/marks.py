"""Pins, notes and tags on requests, and their deletion."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QInputDialog, QLineEdit, QMessageBox, QPlainTextEdit

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.panels.contract import PanelContext
    from playground.panels.inspector.view import InspectorView

GROUP = "Requests"
COUNTED = 20
"""From so many on their number is typed before they are deleted."""


def pin(store: Any, numbers: list[int]) -> str:
    """Pin them, or where all are pinned, unpin them; says what was done."""
    rows = store.log.rows(numbers)
    pinned = not all(row.pinned for row in rows)
    store.log.pin(numbers, pinned)
    words = f"{len(rows):,} requests are" if len(rows) != 1 else "The request is"
    return f"{words} pinned: kept until you unpin it." if pinned else f"{words} not pinned any more."


def note(store: Any, numbers: list[int], text: str) -> str:
    store.log.note(numbers, text)
    return "The note is written." if text.strip() else "The note is gone."


def tag(store: Any, numbers: list[int], text: str) -> str:
    """Add tags; those with a minus before them are taken away. Raises ValueError."""
    from playground.core.exchanges.log import checked_tag

    words = text.replace(",", " ").split()
    wanted = [checked_tag(word) for word in words if not word.startswith("-")]
    for one in wanted:
        store.log.tag(numbers, one)
    for word in words:
        if word.startswith("-") and len(word) > 1:
            store.log.untag(numbers, word[1:])
    return f"Tagged: {' '.join(words)}." if words else ""


def delete(store: Any, numbers: list[int]) -> tuple[int, int, int]:
    """Delete exchanges; gives how many went, how many a run of the history keeps, and how many are under way."""
    ids = [row.summary.id for row in store.log.rows(numbers)]
    store.remove(*ids)
    left = store.log.rows(numbers)
    under_way = sum(row.summary.state == "open" for row in left)
    return len(ids) - len(left), len(left) - under_way, under_way


class Marks(QObject):
    """Commands over the rows that are chosen."""

    def __init__(self, view: InspectorView, context: PanelContext) -> None:
        super().__init__(view)
        self._view, self._context = view, context
        self._numbers: list[int] = []
        self._operation: Operation[Any] | None = None
        self._then: Callable[[Any], None] | None = None
        self.dialog: QInputDialog | QMessageBox | None = None
        add = context.commands.add
        for name, title, handler, keys, icon in (
            ("pin", "Pin or Unpin", self.pin, "Ctrl+D", "pin"),
            ("note", "Write a Note…", self.note, "Ctrl+Shift+N", "message-square"),
            ("tag", "Tag…", self.tag, "Ctrl+T", "tag"),
            ("delete", "Delete Requests…", self.delete, "Del", "trash-2"),
        ):
            add(f"inspector.{name}", title, handler, group=GROUP, shortcut=keys, icon=icon, scope=view)

    def _chosen(self) -> list[int]:
        self._numbers = self._view.numbers()
        if not self._numbers:
            self._view.say("No request is chosen.", "warning")
        return self._numbers

    def _do(self, function: Callable[..., Any], *args: Any, label: str, then: Callable[[Any], None]) -> None:
        self._then = then
        self._operation = self._context.bridge.blocking(
            function, self._context.store, self._numbers, *args, label=label, owner=self
        )
        self._operation.finished.connect(self._done)

    def _done(self) -> None:
        operation, then, self._then = self._operation, self._then, None
        if operation is None or operation.state == "cancelled":
            return
        if operation.error is not None:
            self._view.say(str(operation.error), "error")
        elif then is not None:
            then(operation.result)
        self._view.read_again(self._numbers)

    def _said(self, words: str) -> None:
        self._view.say(words)

    # Marks

    def pin(self) -> None:
        """Pin the rows that are chosen: what is pinned is not deleted by age or size."""
        if self._chosen():
            self._do(pin, label="Pinning requests", then=self._said)

    def note(self) -> None:
        """Write a note to the rows that are chosen."""
        if not self._chosen():
            return
        dialog = self._ask("note", "Note", "A note to this request:" if len(self._numbers) == 1 else
                           f"A note to {len(self._numbers):,} requests:")  # fmt: skip
        dialog.setOption(QInputDialog.InputDialogOption.UsePlainTextEditForTextInput)
        dialog.setTextValue(self._view.note_of(self._numbers[0]) if len(self._numbers) == 1 else "")
        self._named(dialog, QPlainTextEdit, "Note")
        dialog.textValueSelected.connect(self._note_written)
        dialog.open()

    def _note_written(self, text: str) -> None:
        self._do(note, text, label="Writing a note", then=self._said)

    def tag(self) -> None:
        """Tag the rows that are chosen."""
        if not self._chosen():
            return
        dialog = self._ask("tag", "Tag", "Tags, with blanks between; -tag takes one away:")
        self._named(dialog, QLineEdit, "Tags")
        dialog.textValueSelected.connect(self._tagged)
        dialog.open()

    def _tagged(self, text: str) -> None:
        self._do(tag, text, label="Tagging requests", then=self._said)

    def _ask(self, name: str, title: str, label: str) -> QInputDialog:
        dialog = QInputDialog(self._view)
        dialog.setObjectName(f"inspector.{name}.dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(title)
        dialog.setLabelText(label)
        self.dialog = dialog
        return dialog

    def _named(self, dialog: QInputDialog, kind: type[Any], name: str) -> None:
        field = dialog.findChild(kind)
        if field is not None:
            field.setObjectName(f"{dialog.objectName()}.field")
            field.setAccessibleName(name)

    # Deleting

    def delete(self) -> None:
        """Ask, and delete the rows that are chosen."""
        if not self._chosen():
            return
        count = len(self._numbers)
        if count >= COUNTED:
            dialog = self._ask("delete", "Delete requests", f"{count:,} requests are deleted for good, with their "
                               f"bodies. Type {count} to do it:")  # fmt: skip
            self._named(dialog, QLineEdit, "How many are to be deleted")
            dialog.textValueSelected.connect(self._counted)
            dialog.open()
            return
        box = QMessageBox(self._view)
        box.setObjectName("inspector.delete.dialog")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle("Delete requests")
        what = self._view.words_of(self._numbers[0]) if count == 1 else f"{count} requests"
        box.setText(f"Delete {what} from the log?")
        box.setInformativeText("Headers, bodies and timings are overwritten on this disk. This cannot be undone.")
        yes = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
        no = box.addButton(QMessageBox.StandardButton.Cancel)
        for button, name in ((yes, "delete"), (no, "cancel")):
            button.setObjectName(f"inspector.delete.{name}")
            button.setAccessibleName(button.text())
        box.setDefaultButton(no)
        yes.clicked.connect(self._delete)
        self.dialog = box
        box.open()

    def _counted(self, text: str) -> None:
        if text.strip().replace(",", "") == str(len(self._numbers)):
            self._delete()
        else:
            self._view.say(f"“{text}” is not {len(self._numbers)}: nothing was deleted.", "warning")

    def _delete(self) -> None:
        self._do(delete, label="Deleting requests", then=self._deleted)

    def _deleted(self, result: tuple[int, int, int]) -> None:
        gone, kept, under_way = result
        words = [f"{gone:,} deleted." if gone != 1 else "Deleted."] if gone else []
        if kept:
            words.append(f"{kept:,} belong to runs in the history, and go with them.")
        if under_way:
            words.append(f"{under_way:,} are under way: stop them first.")
        self._view.say(" ".join(words), "muted" if gone else "warning")
        self._view.refresh()
