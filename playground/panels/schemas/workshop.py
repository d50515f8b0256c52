"""The one document of the panel: its text is the source editor's; it is read and checked off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from playground.core.importing import IMPORTING

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation
    from playground.core.schemas import Document, Finding, Report, SchemaTextError
    from playground.widgets.source import SourceEdit

AFTER_MS = 120
"""How long nothing is typed before the text is read and checked."""
LARGE = 1_000_000
"""Characters from which on it is five times as long."""


@dataclass(frozen=True)
class Examined:
    """A text, what it holds, and what is found in it."""

    text: str
    profile: str
    document: Document | None
    broken: SchemaTextError | None
    report: Report | None
    places: tuple[tuple[int, int], ...] = ()
    """Of each finding: the characters to underline."""


def examine(text: str, profile_id: str) -> Examined:
    """Read and check a text. Runs in the pool."""
    with IMPORTING:
        from playground.core.schemas import Document, SchemaTextError, check, profile

    try:
        document = Document.parse(text)
    except SchemaTextError as error:
        return Examined(text, profile_id, None, error, None)
    report = without_secrets(check(document, profile(profile_id)))
    places = tuple(_place(document, finding) for finding in report.findings)
    return Examined(text, profile_id, document, None, report, places)


def without_secrets(report: Report) -> Report:
    """Keys that were pasted into a schema are masked in what is said of it."""
    from playground.core.redact import known

    mask = known().text
    return replace(
        report, findings=tuple(replace(one, words=mask(one.words), reason=mask(one.reason)) for one in report.findings)
    )


def _place(document: Document, finding: Finding) -> tuple[int, int]:
    """A member's name, where it has one: underlining a whole object says nothing."""
    start, end = document.key_place(finding.pointer)
    return (start, start + 1) if document.text[start : start + 1] in ("{", "[") else (start, end)


class Workshop(QObject):
    """What tree, source, findings, example and proof are about."""

    changed = Signal()
    """The value is another."""
    checked = Signal()
    """The report is another, or why there is none."""
    place_wanted = Signal(str)
    """A JSON pointer that somebody asks for."""
    renamed = Signal()

    def __init__(self, bridge: Bridge, editor: SourceEdit, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._editor = bridge, editor
        self.name = "result"
        self.profile = "openai"
        self.examined: Examined | None = None
        self._value: Any = None
        self._client: tuple[Any, Any] | None = None
        self._operation: Operation[Examined] | None = None
        self._again = False
        self._agrees = self._is_another = False
        self._waiting: list[Callable[[], None]] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.examine)
        editor.textChanged.connect(self._typed)

    # The document

    def text(self) -> str:
        """As it stands in the source editor."""
        return self._editor.text()

    def value(self) -> Any:
        """As it could last be read; None before."""
        return self._value

    @property
    def broken(self) -> SchemaTextError | None:
        """Why the text cannot be read, as far as it was looked at."""
        return self.examined.broken if self.examined is not None else None

    @property
    def report(self) -> Report | None:
        """Of the text as it was last looked at; None where that could not be read."""
        return self.examined.report if self.examined is not None else None

    @property
    def document(self) -> Document | None:
        return self.examined.document if self.examined is not None else None

    @property
    def is_current(self) -> bool:
        """Whether what was examined is what stands there."""
        return not self._timer.isActive() and self._operation is None

    def expect_another(self) -> None:
        """The next text is another document's: where it cannot be read, what the former held is not its value."""
        self._is_another = True

    @property
    def is_another(self) -> bool:
        """Whether what stands there is another document, which was not read yet."""
        return self._is_another

    def why_not_edit(self) -> str:
        """Why an edit of the value would lose what is typed in the text; empty: it would not."""
        if self._agrees:
            return ""
        if self.is_current and self.broken is not None:
            return f"The text is no JSON in line {self.broken.line}: mend that first, or take it back with Ctrl+Z."
        return "What is typed is being read: try it again in a moment."

    def when_read(self, then: Callable[[], None]) -> None:
        """Do it now, or as soon as what stands there was looked at: what is asked for in the moment of typing is about
        what is typed."""
        if self.is_current:
            then()
            return
        self._waiting.append(then)
        if self._timer.isActive():
            self.examine()

    def set_text(self, text: str) -> None:
        """Another document, as one step that can be undone."""
        self._editor.show_text(text)
        self._editor.horizontalScrollBar().setValue(0)  # else the end of a line that was long hides the lines' begins
        self.examine()

    def replace(self, value: Any) -> None:
        """Another value: one step in the source editor's history."""
        from playground.core.schemas.writing import write

        self._value = value
        self.set_text(write(value))
        self._agrees = True

    def check_here(self, client: Any) -> None:
        """A schema for a validator on this side, with what fixes took out of the one that is sent. It goes with the
        value that stands here now."""
        self._client = (self._value, client) if client != self._value else None

    @property
    def client(self) -> Any:
        """That schema; None where there is none, or where the value is another since."""
        return self._client[1] if self._client is not None and self._client[0] == self._value else None

    def set_profile(self, profile: str) -> None:
        """Whose rules are checked."""
        if profile != self.profile:
            self.profile = profile
            self.examine()

    def set_name(self, name: str) -> None:
        """What the schema is called in a request."""
        if name != self.name:
            self.name = name
            self.renamed.emit()

    def go_to(self, pointer: str) -> None:
        """Have source and tree show a place."""
        self.place_wanted.emit(pointer)

    # Looking at it

    def _typed(self) -> None:
        self._agrees = False
        self._timer.start(AFTER_MS * (5 if self._editor.document().characterCount() > LARGE else 1))

    def examine(self) -> None:
        """Read and check the text now."""
        self._timer.stop()
        if self._operation is not None:
            self._again = True
            return
        self._again = False
        self._operation = self._bridge.blocking(
            examine, self._editor.text(), self.profile, label="Checking the schema", owner=self
        )
        self._operation.finished.connect(self._examined)

    def _examined(self) -> None:
        operation, self._operation = self._operation, None
        if operation is not None and operation.error is not None:
            raise operation.error
        if operation is None or operation.result is None:
            return
        if operation.result.text == self._editor.text():
            self._take(operation.result)
        if self._again:
            self.examine()
        elif not self._timer.isActive():
            waiting, self._waiting = self._waiting, []
            for then in waiting:
                then()

    def _take(self, examined: Examined) -> None:
        """What was found in the text that stands there. Of a text of before it would take an edit back that was made
        in the tree since."""
        self.examined = examined
        if examined.document is not None:
            self._value, self._agrees, self._is_another = examined.document.value, True, False
            self.changed.emit()
        elif self._is_another:
            self._value, self._is_another = None, False
            self.changed.emit()
        self.checked.emit()
