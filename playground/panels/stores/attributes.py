"""The attributes of the chosen file as JSON: checked while they are typed, and sent when that is asked for."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from playground.core.errors import ProblemError
from playground.core.runs.json_text import read
from playground.core.stores import changing
from playground.core.stores.desk import StoreDesk
from playground.core.stores.rules import check_attributes
from playground.panels.stores.rows import Known
from playground.widgets.controls import CommandButton, EmptyState, HairLine, Label
from playground.widgets.form.json_edit import JsonEdit
from playground.widgets.presentation import shown_line

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.profiles import Profile
    from playground.core.session import Session
    from playground.core.stores.model import StoreFile
    from playground.panels.contract import PanelContext

HELP = "A JSON object: up to 16 names with a text, a number, true or false. Searches can be filtered by them."


class AttributesPane(QWidget):
    """`saved` carries the file as it is now. What was typed and not saved is kept while other files are looked at."""

    saved = Signal(object)

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stores.attributes")
        self.setAccessibleName("Attributes of the file")
        self._context = context
        self.file: Known | None = None
        self._profile: Profile | None = None
        self._drafts: dict[tuple[str, str], str] = {}
        self._saving: Operation[StoreFile] | None = None
        add = context.commands.add
        self.save_command = add(
            "stores.save_attributes", "Save the Attributes", self.save, group="Vector stores", icon="save",
            shortcut="Ctrl+S", scope=self, enabled=False,
        )  # fmt: skip
        self.revert_command = add(
            "stores.revert_attributes", "Take Back What Was Typed", self.revert, group="Vector stores", icon="undo-2",
            scope=self, enabled=False,
        )  # fmt: skip
        self._build()
        self.editor.edited.connect(self._edited)
        self.show_file(None, None)

    def _build(self) -> None:
        self.title = Label("", "text", 13, 600)
        self.editor = JsonEdit()
        self.editor.setObjectName("stores.attributes.json")
        self.editor.setAccessibleName("Attributes as JSON")
        self.words = Label(HELP, "muted", 12, wrap=True)
        self.words.setObjectName("stores.attributes.words")
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 16, 12)
        head.addWidget(self.title, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 10, 16, 12)
        foot.setSpacing(8)
        foot.addWidget(self.words)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(CommandButton(self.save_command, "primary", text="Save"))
        buttons.addWidget(CommandButton(self.revert_command, "plain", text="Take Back", shortcut=False))
        buttons.addStretch(1)
        foot.addLayout(buttons)
        self.content = QWidget()
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(HairLine())
        column.addWidget(self.editor, 1)
        column.addWidget(HairLine())
        column.addLayout(foot)
        self.nothing = EmptyState("tag", "No file chosen", "Choose one under Files to see and change its attributes.")
        self.pages = QStackedWidget()
        self.pages.addWidget(self.nothing)
        self.pages.addWidget(self.content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)

    def show_file(self, file: Known | None, profile: Profile | None) -> None:
        """Another one, or none."""
        same = self.file is not None and file is not None and self._key(self.file) == self._key(file)
        self.file, self._profile = file, profile
        self.pages.setCurrentWidget(self.content if file is not None else self.nothing)
        if file is None:
            self._sync()
            return
        self.title.setText(shown_line(file.name or file.id))
        text = self._drafts.get(self._key(file), _written(file))
        if not same or self.editor.text() != text:
            self.editor.show_text(text)
        self._sync()

    def _key(self, file: Known) -> tuple[str, str]:
        return (file.file.store, file.id)

    def _edited(self) -> None:
        file = self.file
        if file is None:
            return
        text = self.editor.text()
        if text == _written(file):
            self._drafts.pop(self._key(file), None)
        else:
            self._drafts[self._key(file)] = text
        self._sync()

    def _wrong(self) -> str:
        """What the server would refuse in what is typed."""
        value, problem = self._value()
        if not isinstance(value, dict):
            return f"{problem.rstrip('.')}."
        found = check_attributes(value)
        return " ".join(one.text() for one in found[:3])

    def _value(self) -> tuple[Any, str]:
        text = self.editor.text()
        return read(text) if text.strip() else ({}, "")

    def _sync(self, failed: str = "") -> None:
        """Commands and words follow what is typed."""
        file = self.file
        changed = file is not None and self._key(file) in self._drafts
        wrong = self._wrong() if changed else ""
        busy = self._saving is not None
        self.save_command.setEnabled(changed and not wrong and not busy)
        self.revert_command.setEnabled(changed and not busy)
        self.editor.setReadOnly(busy)
        said = failed or wrong
        self.words.setText(said or HELP)
        self.words.set_role("error" if said else "muted")

    def revert(self) -> None:
        """The file's attributes as the server has them."""
        if (file := self.file) is not None:
            self._drafts.pop(self._key(file), None)
            self.editor.show_text(_written(file))
            self._sync()

    def save(self) -> None:
        """Send them: they take the place of all that the file had."""
        file = self.file
        if file is None or self._saving is not None or self._wrong():
            return
        work = partial(_set, store=file.file.store, file=file.id, attributes=self._value()[0])
        desk = StoreDesk(self._context.sessions, self._profile)
        self._saving = self._context.bridge.call(desk.asking(work), label="Saving the attributes", owner=self)
        self._saving.finished.connect(self._ended)
        self._sync()

    def _ended(self) -> None:
        operation = self._saving
        if operation is None or not operation.done:
            return
        self._saving = None
        if isinstance(operation.error, ProblemError):
            self._sync(operation.error.problem.line())
        elif operation.result is not None:
            one = operation.result
            self._drafts.pop((one.store, one.id), None)
            self.saved.emit(one)
            self._sync()


def _written(file: Known) -> str:
    return json.dumps(dict(file.file.attributes), ensure_ascii=False, indent=2)


async def _set(session: Session, store: str, file: str, attributes: dict[str, Any]) -> StoreFile:
    return await changing.set_attributes(session, store, file, attributes)
