"""JSON to read: as a tree and as text, to search and to copy from, whatever its size."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from playground.core.jsondoc import Document, Fault, dotted, parse, pointer
from playground.widgets.commands import CommandRegistry
from playground.widgets.json.commands import JsonCommands
from playground.widgets.json.find_bar import FindBar
from playground.widgets.json.full import FullValue
from playground.widgets.json.head import FaultLine, JsonHead
from playground.widgets.json.path_bar import PathBar
from playground.widgets.json.search import Search
from playground.widgets.json.text import JsonText
from playground.widgets.json.tree import OPENED_MOST, JsonTree
from playground.widgets.json.work import AT_ONCE, Parsing

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation

Mode = Literal["tree", "text"]
COPY_LIMIT = 64 * 1024 * 1024
"""Bytes that are copied to the clipboard at most."""


class JsonView(QWidget):
    """Shows one JSON document. Give it bytes with `set_bytes` (of any size) or a small value with `set_value`.

    `name` begins every object name and command id (`compose.json` → `compose.json.find`); `commands` is the window's
    registry: while the view is seen, its commands are in the palette, as `group`. Without one they are only in its
    menus and keys. `head` is its topmost line; who has one above already may put that there instead.
    """

    ready = Signal()
    """The document is indexed and shown, or its fault is."""
    found = Signal()
    """A search has ended."""

    def __init__(
        self,
        name: str,
        commands: CommandRegistry | None = None,
        parent: QWidget | None = None,
        *,
        group: str = "JSON",
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName("JSON")
        self._bridge: Bridge | None = None
        self._document: Document | None = None
        self._parsing: Operation[Document] | None = None
        self._search = Search(self)
        self._search.moved.connect(self._reveal)
        self._search.changed.connect(self._say_count)
        self._search.ended.connect(self.found)
        self._mode: Mode = "tree"
        self.commands = JsonCommands(self, name, commands or CommandRegistry(self), group)
        self._build(name)
        self._enable()

    # What it shows

    def set_bytes(self, data: bytes, *, bridge: Bridge | None) -> None:
        """Show a body. Small ones at once, others as soon as a thread of `bridge` has indexed them; what was begun for
        an earlier body is given up. What is no JSON is shown as text, with the place of the fault."""
        self._stop()
        self._bridge = bridge
        if bridge is None or len(data) <= AT_ONCE:
            self._show(parse(data))
            return
        self._set_document(None)
        self._progress.setValue(0)
        self.head.say(f"Reading {size_text(len(data))} …")
        self._stack.setCurrentWidget(self._waiting)
        self._parsing = bridge.run(Parsing(data), label="Reading JSON", owner=self)
        self._parsing.changed.connect(self._parsing_changed)
        self._parsing.finished.connect(self._parsed)

    def set_value(self, value: object) -> None:
        """Show a small value that `json.dumps` can write (an event, a request)."""
        self.set_bytes(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"), bridge=None)

    def clear(self) -> None:
        """Show nothing."""
        self._stop()
        self._set_document(None)
        self.head.say("")

    def document(self) -> Document | None:
        """What is shown; None while it is being read."""
        return self._document

    def fault(self) -> Fault | None:
        """Why what is shown is no JSON."""
        return self._document.fault if self._document is not None else None

    def mode(self) -> Mode:
        """What was chosen."""
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """Tree or text. A document that is no JSON is always text; the next one is shown as chosen here."""
        self._choose(mode)

    # Finding

    def find(self, text: str) -> None:
        """Look for words in keys and values; the first one is shown."""
        self.show_find()
        self._find_bar.set_text(text)

    def show_find(self) -> None:
        """Open the line to type in."""
        self._find_bar.show()
        self._find_bar.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._find_bar.edit.selectAll()

    def close_find(self) -> None:
        self._find_bar.hide()
        self._face().setFocus(Qt.FocusReason.OtherFocusReason)

    def hits(self) -> tuple[int, bool]:
        """How many keys and values hold the words, and whether there are no more."""
        return len(self._search.hits), self._search.complete

    def find_next(self) -> None:
        self._search.step(1)

    def find_previous(self) -> None:
        self._search.step(-1)

    # Copying

    def pointer(self) -> str:
        """The current row's path as a JSON Pointer (RFC 6901)."""
        return pointer(self._steps())

    def path(self) -> str:
        """The current row's path as `output[0].text`."""
        return dotted(self._steps())

    def copy_path(self) -> None:
        _copy(self.path())

    def copy_pointer(self) -> None:
        _copy(self.pointer())

    def copy_value(self) -> None:
        """A string without its quotes, anything else as it stands; of the text, what is selected."""
        if self._face() is self._text:
            self._text.copy()
            return
        node, document = self._tree.json.node(self._tree.currentIndex()), self._document
        if node is None or document is None:
            return
        if document.kind(node.start) == "string":
            _copy(document.string(node.start, node.child.end)[0])
        else:
            self.copy_json()

    def copy_json(self) -> None:
        """The current row's value as it stands in the document."""
        node, document = self._tree.json.node(self._tree.currentIndex()), self._document
        if node is not None and document is not None:
            _copy(document.source(node.start, node.child.end))

    def copy_all(self) -> None:
        """The whole document as it came."""
        if self._document is not None:
            _copy(self._document.decode(self._document.data[:COPY_LIMIT]))

    # Opening

    def expand_all(self) -> None:
        """Open every row, or as many levels as come to 2,000 rows."""
        if not self._tree.open_all():
            self.head.say(f"Opened up to {OPENED_MOST:,} rows; the rest is too much at once")

    def collapse_all(self) -> None:
        self._tree.collapseAll()

    def show_full(self) -> None:
        """Show the whole text of the current row's string below the tree."""
        node, document = self._tree.json.node(self._tree.currentIndex()), self._document
        if node is not None and document is not None and document.kind(node.start) == "string":
            self._full.show_value(self.path() or "value", document.string(node.start, node.child.end)[0])

    # Making

    def _build(self, name: str) -> None:
        commands = self.commands
        self.head = JsonHead(name, (commands.expand, commands.collapse, commands.find))
        self.head.chosen.connect(self._choose)
        self._fault_line = FaultLine(name)
        self._find_bar = FindBar(name, commands.previous, commands.following, commands.close_find)
        self._find_bar.wanted.connect(self._look_for)
        self._find_bar.step.connect(self._search.step)
        self._find_bar.closed.connect(self.close_find)
        self._find_bar.hide()
        self._tree = JsonTree()
        self._tree.setObjectName(f"{name}.tree.rows")
        self._tree.moved.connect(self._moved)
        self._tree.opened_row.connect(self.show_full)
        self._tree.menu_wanted.connect(self._menu)
        self._text = JsonText()
        self._text.setObjectName(f"{name}.text.lines")
        self._text.menu_wanted.connect(self._menu)
        self._waiting, self._progress = _waiting()
        self._stack = QStackedWidget()
        for page in (self._tree, self._text, self._waiting):
            self._stack.addWidget(page)
        self._full = FullValue(name)
        self._path_bar = PathBar(commands.copy_path)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._fault_line)
        column.addWidget(self._find_bar)
        column.addWidget(self._stack, 1)
        column.addWidget(self._full)
        column.addWidget(self._path_bar)

    # What happens

    def _stop(self) -> None:
        """Give up what is under way for the document before."""
        parsing, self._parsing = self._parsing, None
        if parsing is not None:
            parsing.cancel()
        self._search.stop()

    def _parsing_changed(self) -> None:
        if self._parsing is not None and self._parsing.progress.total:
            progress = self._parsing.progress
            self._progress.setValue(int(1000 * progress.done / (progress.total or 1)))

    def _parsed(self) -> None:
        operation = self._parsing
        if operation is None or not operation.done:
            return
        self._parsing = None
        if operation.error is not None:
            self.head.say("")
            self._fault_line.say(f"It could not be read: {operation.error}")
        elif operation.result is not None:
            self._show(operation.result)

    def _show(self, document: Document) -> None:
        self._set_document(document)
        fault = document.fault
        empty = not document.data.strip()
        self.head.say("No body" if empty else size_text(len(document.data)))
        if fault is not None and not empty:
            self._fault_line.say(f"This is not JSON. {fault} It is shown as it came.")
            self._text.show_fault(fault)
        elif document.encoding is not None:
            self._fault_line.say(f"{document.encoding} It is shown as an escape.", "warning")
        self._face_changed()
        self._find_bar.ask_again()
        self.ready.emit()

    def _set_document(self, document: Document | None) -> None:
        self._document = document
        self._search.start(None, "", None)
        self._full.hide()
        self._fault_line.say("")
        self._tree.json.set_document(document)
        self._text.set_document(document, self._bridge)
        if document is not None and document.root >= 0:
            self._tree.open_first()
            self._tree.setCurrentIndex(self._tree.json.index(0, 0))
        self._moved()
        self._enable()

    def _choose(self, mode: str) -> None:
        self._mode = "text" if mode == "text" else "tree"
        self._face_changed()

    def _face(self) -> QWidget:
        return self._tree if self._mode == "tree" and self._readable() else self._text

    def _readable(self) -> bool:
        return self._document is None or self._document.root >= 0

    def _face_changed(self) -> None:
        if self._parsing is None:
            self._stack.setCurrentWidget(self._face())
        self._path_bar.setVisible(self._face() is self._tree)
        if self._face() is not self._tree:
            self._full.hide()
        self._reveal()
        self._enable()

    def _enable(self) -> None:
        document = self._document
        face = "tree" if self._face() is self._tree else "text"
        tree = document is not None and document.root >= 0 and face == "tree"
        self.head.show_mode(face, readable=self._readable())
        self.commands.enable(
            shown=self.isVisible(),
            document=document is not None,
            tree=tree,
            hits=len(self._search.hits) > 0,
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._enable()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._enable()

    def _steps(self) -> list[str | int]:
        node = self._tree.json.node(self._tree.currentIndex())
        return self._tree.json.steps(node) if node is not None else []

    def _moved(self) -> None:
        self._path_bar.set_path(self.path(), self.pointer())
        if self._full.isVisible():
            self.show_full()

    def _menu(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.commands.fill(menu, tree=self._face() is self._tree)
        menu.popup(where)

    # Finding

    def _look_for(self, text: str) -> None:
        if not text:
            self._text.mark(-1, 0)
        self._search.start(self._document, text, self._bridge)

    def _say_count(self) -> None:
        self._find_bar.count.setText(self._search.words())
        self._enable()

    def _reveal(self) -> None:
        document, offset = self._document, self._search.offset
        if document is None or offset < 0:
            return
        if self._face() is self._tree:
            self._tree.go_to(self._tree.json.index_of(document.path(offset)))
        else:
            self._text.mark(offset, len(self._find_bar.text()))

    def current_index(self) -> QModelIndex:
        """The tree's current row, for tests."""
        return self._tree.currentIndex()


def _waiting() -> tuple[QWidget, QProgressBar]:
    page = QWidget()
    bar = QProgressBar()
    bar.setRange(0, 1000)
    bar.setTextVisible(False)
    bar.setFixedSize(240, 4)
    column = QVBoxLayout(page)
    column.addWidget(bar, 0, Qt.AlignmentFlag.AlignCenter)
    return page, bar


def size_text(size: int) -> str:
    """`412 bytes`, `14.2 kB`, `8.0 MB` (decimal units)."""
    if size < 1000:
        return f"{size} byte{'s' if size != 1 else ''}"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text.encode("utf-8", "replace").decode("utf-8"))
