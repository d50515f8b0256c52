"""From what people have: a text that is pasted or dropped becomes the schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from playground.core.importing import IMPORTING
from playground.panels.schemas.asking import Asking
from playground.widgets.code import CodeView
from playground.widgets.controls import HairLine, Label
from playground.widgets.surface import Text
from playground.widgets.theme import mono_font

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.schemas.convert import Imported
    from playground.panels.contract import PanelContext

AFTER_MS = 300
MOST_NOTES = 4
WORDS = "words"
"""From a description: the model is asked."""
LARGEST = 20_000_000
"""Bytes of a file that is read."""
_HINTS = {
    "json": "One JSON value, several after each other, or JSON Lines: types, optionality and enums are inferred.",
    "python": "Pydantic models, dataclasses, TypedDicts, enums or functions. Nothing of it runs in this program.",
    "typescript": "Interfaces, type aliases, enums or functions.",
    "openapi": "An OpenAPI document, JSON or YAML; choose a component beside this.",
    "csv": "A header, and rows for the types.",
    "signature": "A function in Python or TypeScript, its body there or not. It becomes a function tool, described "
    "by its comment.",
    "json_schema": "A schema, a text.format, a response_format, a function tool, or a whole request with them.",
    WORDS: "Say what the object is for and what it holds. The model lists the fields; the schema is put together here, "
    "so it is always one that strict mode takes.",
}


_LIKE = {
    "json": '{"id": 4, "title": "Cannot export", "tags": ["export"]}\n{"id": 5, "title": "Login loop", "tags": []}',
    "python": "class Ticket(BaseModel):\n    title: str\n    severity: Literal[1, 2, 3, 4]",
    "typescript": "interface Ticket {\n  title: string;\n  severity: 1 | 2 | 3 | 4;\n}",
    "openapi": '{"openapi": "3.1.0", "components": {"schemas": {…}}}',
    "csv": "id,title,open\n4,Cannot export,true",
    "signature": 'def find_tickets(query: str, limit: int = 10) -> list[Ticket]:\n    """Search the tickets."""',
    "json_schema": '{"type": "object", "properties": {…}}',
    WORDS: "A support ticket: its category (export, login, billing or other), how severe it is from 1 to 4, and the "
    "sentence that decided it.",
}
"""What such a source looks like, in the field while it is empty."""


def bring(kind: str, text: str, name: str) -> Imported:
    """What a text holds; `name`: which of several is meant, if it is still there. A function comes as a function tool.
    Runs in the pool. Raises ConvertError."""
    with IMPORTING:
        from playground.core.schemas.convert import ConvertError, read
        from playground.core.schemas.convert.request_out import parameter

    try:
        made = read(kind, text, name if kind == "openapi" else "")
    except ConvertError as error:
        raise ConvertError(f"{error}{_other(kind, text)}") from None
    if name in made.schemas:
        made = replace(made, main=name)
    if made.main in made.functions:
        made = replace(made, schemas=made.schemas | {made.main: parameter(made.schema, made.main, "function", True)})
    return made


def _other(kind: str, text: str) -> str:
    """A sentence where the text looks like another source."""
    from playground.core.schemas.convert import SOURCES, ConvertError, guessed

    try:
        found = guessed("", text)
    except ConvertError:
        return ""
    if not found or found == kind or (kind == "signature" and found in ("python", "typescript")):
        return ""
    return f" It looks like {dict(SOURCES)[found]}: choose that above."


def told(notes: Sequence[object]) -> str:
    """What is said of a conversion, as much as there is room for."""
    more = len(notes) - MOST_NOTES
    return "\n".join([*map(str, notes[:MOST_NOTES]), *([f"And {more} more remarks."] if more > 0 else [])])


class BringDialog(QDialog):
    """`brought` carries schema and name."""

    brought = Signal(object, str)

    def __init__(self, context: PanelContext, kind: str, model: str, parent: QWidget | None = None) -> None:
        """`model`: the one that is asked, unless another is typed."""
        super().__init__(parent)
        from playground.core.schemas.convert import SOURCES

        self.setObjectName("schemas.bring")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("A schema from what you have")
        self.resize(860, 560)
        self.setAcceptDrops(True)
        self._context, self._bridge = context, context.bridge
        self.name = ""
        self._operation: Operation[Imported] | None = None
        self._again = self._wanted = False
        self.schema: Any = None
        self._filling = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self._read)
        self.kinds = QComboBox()
        self.kinds.setObjectName("schemas.bring.kind")
        self.kinds.setAccessibleName("What it is made from")
        for value, title in SOURCES:
            self.kinds.addItem(title, value)
        self.kinds.addItem("A description (asks the model)", WORDS)
        self.asking = Asking(context, model, self)
        self.asking.answered.connect(self._answered)
        self.asking.grew.connect(self._growing)
        self.asking.said.connect(self._say)
        self.kinds.setCurrentIndex(max(0, self.kinds.findData(kind)))
        self.names = QComboBox()
        self.names.setObjectName("schemas.bring.name")
        self.names.setAccessibleName("Which of them")
        self.names.hide()
        self.field = QPlainTextEdit()
        self.field.setObjectName("schemas.bring.text")
        self.field.setAccessibleName("What the schema is made from")
        self.field.setFont(mono_font(12))
        self.field.setTabChangesFocus(True)
        self.hint = Text("", "muted", size=12, wrap=True)
        self.note = Text("", "muted", size=12, wrap=True)
        self.preview = CodeView("", "json", copies=False)
        self.preview.setObjectName("schemas.bring.preview")
        self.preview.setAccessibleName("The schema it becomes")
        self.use = QPushButton("Use This Schema")
        self.use.setObjectName("schemas.bring.use")
        self.use.setDefault(True)
        self.use.setEnabled(False)
        cancel = QPushButton("Cancel")
        cancel.setObjectName("schemas.bring.cancel")
        for button in (self.use, cancel):
            button.setAccessibleName(button.text())
        self._build(cancel)
        self.kinds.currentIndexChanged.connect(self._kind_changed)
        self.names.currentIndexChanged.connect(self._name_chosen)
        self.field.textChanged.connect(self._timer.start)
        self.use.clicked.connect(self._use)
        cancel.clicked.connect(self.reject)
        self._kind_changed()
        self.field.setFocus()

    def _build(self, cancel: QPushButton) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        label = QLabel("From")
        label.setBuddy(self.kinds)
        for widget in (label, self.kinds, self.names):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.asking.model)
        head.addWidget(self.asking.button)
        sides = QHBoxLayout()
        sides.setSpacing(12)
        sides.addWidget(self.field, 1)
        sides.addWidget(self.preview, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.note, 1)
        foot.addWidget(cancel)
        foot.addWidget(self.use)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(Label("A schema from what you have", "text", 15, 600))
        layout.addLayout(head)
        layout.addWidget(self.hint)
        layout.addLayout(sides, 1)
        layout.addWidget(HairLine())
        layout.addLayout(foot)

    def kind(self) -> str:
        return str(self.kinds.currentData())

    def _kind_changed(self, _index: int = 0) -> None:
        self.hint.set_text(_HINTS.get(self.kind(), ""))
        self.field.setPlaceholderText(_LIKE.get(self.kind(), ""))
        self._filling = True
        self.names.clear()
        self.names.hide()
        self._filling = False
        self.asking.show_parts(self.kind() == WORDS)
        self.asking.stop()
        self._wanted = False
        self._timer.start()

    def _name_chosen(self, _index: int) -> None:
        if not self._filling:
            self._read()

    def _read(self) -> None:
        self._timer.stop()
        text = self.field.toPlainText()
        if not text.strip():
            self._show(None)
            self._say("Paste it at the left, or drop a file here." if self.kind() != WORDS else "", "muted")
            return
        if self.kind() == WORDS:
            self._say("Ctrl+Enter asks the model.", "muted")
            return
        if self._operation is not None:
            self._again = True
            return
        self._again = False
        name = self.names.currentText() if self.names.count() else ""
        self._operation = self._bridge.blocking(bring, self.kind(), text, name, label="Making a schema", owner=self)
        self._operation.finished.connect(self._done)

    def _done(self) -> None:
        operation, self._operation = self._operation, None
        if operation is None or operation.state == "cancelled":
            return
        if operation.error is not None:
            self._show(None)
            self._say(str(operation.error), "error")
        elif operation.result is not None:
            made = operation.result
            name = self.name = made.main
            self._offer(list(made.schemas), name)
            self._say(told(made.notes) or "Ctrl+Enter uses it.", "muted")
            self._show(made.schema)
        wanted, self._wanted = self._wanted, False
        if self._again:
            self._wanted = wanted
            self._read()
        elif wanted and not self._timer.isActive():
            self._use()

    def _say(self, words: str, role: str) -> None:
        self.note.set_role(role)
        self.note.set_text(words)

    def _growing(self, schema: Any) -> None:
        """What came until now may be used as it is, once it is stopped."""
        self._show(schema)
        count = len(schema["properties"])
        self._say(f"{count} {'field' if count == 1 else 'fields'} until now …", "muted")

    def _answered(self, schema: Any, name: str, cut: bool) -> None:
        self.name = name
        self._show(schema)
        if cut:
            self._say("The answer was cut short: these are the fields that came.", "warning")
        elif self.asking.simulates():
            self._say("Simulated: the sandbox read nothing of it. A real model would.", "simulated")
        else:
            self._say("Read it before you use it: a model made it. Ctrl+Enter uses it.", "muted")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not enter or not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        elif self.kind() == WORDS and (self.schema is None or self.asking.asked != self.description()):
            self.asking.ask()
        elif not self.asking.running:
            self._use()

    def description(self) -> str:
        """What stands in the field."""
        return self.field.toPlainText().strip()

    def _offer(self, names: list[str], name: str) -> None:
        self._filling = True
        self.names.clear()
        self.names.addItems(names)
        self.names.setCurrentText(name)
        self.names.setVisible(len(names) > 1)
        self._filling = False

    def _show(self, schema: Any) -> None:
        from playground.core.schemas.writing import write

        self.schema = schema
        self.use.setEnabled(schema is not None)
        self.preview.set_text(write(schema) if schema is not None else "", "json")

    def _use(self) -> None:
        """Take it over; what is pasted or written since is read before."""
        if self.kind() != WORDS and (self._timer.isActive() or self._operation is not None):
            self._wanted = True
            if self._timer.isActive():
                self._read()
        elif self.schema is not None:
            self.brought.emit(self.schema, self.name)
            self.accept()

    # Files

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            self._file = self._bridge.blocking(read_file, Path(files[0]), label="Reading a file", owner=self)
            self._file.finished.connect(self._file_read)

    def _file_read(self) -> None:
        if self._file.error is not None:
            self._say(str(self._file.error), "error")
        elif self._file.result is not None:
            text, kind = self._file.result
            if kind and self.kind() not in (kind, "signature"):
                self.kinds.setCurrentIndex(self.kinds.findData(kind))
            self.field.setPlainText(text)


def read_file(path: Path) -> tuple[str, str]:
    """A file's text, and which source its name says it is, if any. Raises OSError; ValueError for one that is too
    large."""
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path.name} is larger than {LARGEST // 1_000_000} MB.")
    with IMPORTING:
        from playground.core.schemas.convert import ConvertError, guessed

    text = path.read_text("utf-8", "replace")
    try:
        return text, guessed(path.name, text)
    except ConvertError:  # it is said when it is read
        return text, ""
