"""The rows of a form below each other: which there are, where they stand, and how the Tab key visits them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.core.forms import FormError, FormModel, Kind, Node, entries
from playground.core.forms.check import REQUIRED
from playground.core.forms.titles import needs
from playground.widgets.form.extras_row import UnknownRow
from playground.widgets.form.field_row import FieldRow
from playground.widgets.form.fields import IdSource
from playground.widgets.form.frame import MARGIN, frame
from playground.widgets.form.header_row import HeaderRow
from playground.widgets.form.rows import ButtonRow, Row, SectionRow
from playground.widgets.form.switch import COMPOSITE

PORTION = 50
"""Items of a list that are shown at once."""
_EXTRAS = ("extra_headers", "extra_query", "extra_body")
Key = tuple[str, object]


class Sheet(QWidget):
    """What lies in the scroll area. `touched`: a person changed something."""

    settled = Signal()
    """The rows are as the model is."""
    file_asked = Signal(object, str)
    """A field of files wants to know the size of this path."""
    row_entered = Signal(object)
    schema_wanted = Signal(object, object)
    """A node that holds a JSON Schema, and the button: its owner offers what can be done with it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.prefix = "form"
        self.model = FormModel({})
        self.first: tuple[str, ...] = ()
        self.filter = ""
        self.insists = False
        """Whether what is missing is shown as wrong."""
        self.id_source: IdSource | None = None
        self.offers_schemas = False
        """Whether somebody answers `schema_wanted`."""
        self.is_typing = False
        """A field changes from one value to another: no row comes, goes or says something else for it."""
        self.rows: list[Row] = []
        self._made: dict[Key, Row] = {}
        self._open: set[Node] = set()
        self._portions: dict[Node, int] = {}
        self._heights: dict[Row, int] = {}
        self._stale: set[Row] = set()
        self._problems: dict[str, str] = {}
        self._width = -1
        self._busy = False

    def ids(self) -> IdSource | None:
        return self.id_source

    def is_wide(self) -> bool:
        """Whether long fields stand beside their names."""
        return frame(max(self._width, 1), 0).wide

    # Another form

    def set_model(self, model: FormModel, errors: list[FormError]) -> None:
        """Show another form from its beginning."""
        for row in self._made.values():
            row.hide()
            row.deleteLater()
        self._made.clear()
        self._heights.clear()
        self._stale.clear()
        self._open.clear()
        self._portions.clear()
        self.rows = []
        self.insists = False
        self.model = model
        self.set_errors(errors)
        self.settle()

    # Open and closed

    def is_open(self, node: Node) -> bool:
        return node in self._open

    def set_open(self, node: Node, is_open: bool) -> None:
        """Show or hide what is below a place."""
        if is_open:
            self._open.add(node)
        else:
            self._open.discard(node)
        self.settle()

    def open_quietly(self, node: Node) -> None:
        """The same, to be seen when the rows settle."""
        self._open.add(node)

    def open_set(self, most: int = 40) -> None:
        """Open what holds something, as long as it is not much."""
        count = len(self.rows)
        queue = [child for child in self.model.root.children() if child.is_set]
        while queue:
            node = queue.pop(0)
            body = node.inner() or node
            if body.shape.kind not in COMPOSITE or node.value is None:
                continue
            below = body.children()
            count += len(below)
            if count > most + len(self.rows):
                break
            self._open.add(node)
            queue += [child for child in below if child.is_set]
        self.settle()

    def open_to(self, node: Node) -> None:
        """Open what a place is in."""
        for above in node.line()[1:]:
            if above.place is not node.place:
                self._open.add(above.place)
            parent = above.parent
            if above.shape.kind is Kind.LIST:
                index = next((at.key for at in node.line() if at.parent is above), 0)
                if isinstance(index, int) and index >= self._portion(above):
                    self._portions[above] = index + 1
            if parent is None:
                break
        self.settle()

    # The rows there are to be

    def settle(self) -> None:
        """Make the rows as the model is, and lay them out."""
        if self._busy:
            return
        self._busy = True
        wanted = list(self._wanted())
        keys = {key for key, _ in wanted}
        for key in [key for key in self._made if key not in keys]:
            self._drop(key)
        before = self.rows
        self.rows = [row for _, row in wanted]
        for row in self.rows:
            row.refresh()
        self._show_problems()
        if before != self.rows:
            self.order_tabs()
        self._busy = False
        self._lay_out(before != self.rows)
        self.settled.emit()

    def _drop(self, key: Key) -> None:
        row = self._made.pop(key)
        self._heights.pop(row, None)
        self._stale.discard(row)
        row.hide()
        row.deleteLater()

    def _wanted(self) -> Iterator[tuple[Key, Row]]:
        first = True
        for title, nodes, words in self._sections():
            if nodes or words:
                key: Key = ("section", title)
                row = self._made.get(key)
                if row is None:
                    row = self._keep(key, SectionRow(self, self.model.root, title))
                assert isinstance(row, SectionRow)
                if (row.words, row.first) != (words, first):
                    row.words, row.first = words, first
                    self._stale.add(row)
                first = False
                yield key, row
            for node in nodes:
                yield from self._rows_of(node, 0)
        if self.model.root.unknown() and not self.filter:
            yield self._unknown(self.model.root, 0)

    def _sections(self) -> list[tuple[str, list[Node], str]]:
        """The parts of the form: title, places, and a sentence."""
        root = self.model.root
        order = {name: index for index, name in enumerate(self.first)}
        nodes = [node for node in root.children() if self._matches(node)]
        nodes.sort(key=lambda node: order.get(node.name, len(order)))
        if self.filter:  # what is called so before what only speaks of it
            nodes.sort(key=lambda node: self.filter.casefold() not in node.name.casefold())
        shape = root.shape
        asked = {name for way in shape.alternatives for name in way}
        required = [node for node in nodes if node.required or node.name in asked]
        extras = [node for node in nodes if node.name in _EXTRAS and node not in required]
        rest = [node for node in nodes if node not in required and node not in extras]
        current = [node for node in rest if not node.shape.deprecated]
        old = [node for node in rest if node.shape.deprecated]
        words = needs(shape.required, shape.alternatives) if not self.filter else ""
        if not rest and not required and not words and self.filter:
            return [("Required", [], f"Nothing here is called “{self.filter}”."), ("In addition", extras, "")]
        return [
            ("Required", required, words),
            ("Optional", current, ""),
            ("Deprecated", old, ""),
            ("In addition", extras, ""),
        ]

    def _matches(self, node: Node) -> bool:
        if not self.filter:
            return True
        words = self.filter.casefold().split()
        text = f"{node.name} {node.title} {node.shape.help}".casefold()
        return all(word in text for word in words)

    def _rows_of(self, node: Node, depth: int) -> Iterator[tuple[Key, Row]]:
        """The row of a place, and those below it where it is open."""
        body = node.inner() or node if node.value is not None else node
        kind = body.shape.kind
        if kind is not Kind.UNION and kind not in COMPOSITE and not (body is not node and body.shape.constant):
            key: Key = ("row", body)
            yield key, self._made.get(key) or self._keep(key, FieldRow(self, body, depth))
            return
        key = ("row", node)
        yield key, self._made.get(key) or self._keep(key, HeaderRow(self, node, depth))
        if kind in COMPOSITE and node in self._open and node.value is not None:
            yield from self._below(body, depth + 1)

    def _below(self, body: Node, depth: int) -> Iterator[tuple[Key, Row]]:
        children = body.children()
        shown = children if body.shape.kind is Kind.OBJECT else children[: self._portion(body)]
        for child in shown:
            yield from self._rows_of(child, depth)
        if len(shown) < len(children):
            yield self._button(body, depth, f"Show {min(PORTION, len(children) - len(shown))} more", "ellipsis", "more")
        if body.shape.kind is Kind.OBJECT:
            if body.unknown():
                yield self._unknown(body, depth)
        else:
            yield self._button(body, depth, "Entry" if body.shape.kind is Kind.MAP else "Item", "plus", "add")

    def _portion(self, node: Node) -> int:
        return self._portions.get(node, PORTION)

    def _unknown(self, node: Node, depth: int) -> tuple[Key, Row]:
        key: Key = ("unknown", node)
        return key, self._made.get(key) or self._keep(key, UnknownRow(self, node, depth))

    def _button(self, node: Node, depth: int, text: str, icon: str, part: str) -> tuple[Key, Row]:
        key: Key = (part, node)
        row = self._made.get(key)
        if row is None:
            row = self._keep(key, ButtonRow(self, node, depth, text, icon, part))
            assert isinstance(row, ButtonRow)
            row.pressed.connect(self.add_item if part == "add" else self._show_more)
        assert isinstance(row, ButtonRow)
        row.set_text(text)
        return key, row

    def _keep(self, key: Key, row: Row) -> Row:
        self._made[key] = row
        self._stale.add(row)
        return row

    def _show_more(self, node: Node) -> None:
        self._portions[node] = self._portion(node) + PORTION
        self.settle()

    # Lists

    def add_item(self, node: Node) -> None:
        """One more item or entry, opened and with the focus."""
        made = entries.add(node)
        self._open.add(made.place)
        if isinstance(made.key, int) and made.key >= self._portion(node):
            self._portions[node] = made.key + 1
        self.settle()
        row = self.row_of(made)
        if row is None:
            return
        self.focus_row(row)
        if isinstance(row, HeaderRow) and row.pick is not None:
            row.focus_switch()  # what it is comes first
        elif isinstance(row, HeaderRow) and row.key is None:
            below = self.rows[self.rows.index(row) + 1 :]
            first = below[0] if below and below[0].depth > row.depth else row
            self.focus_row(first)

    def add_values(self, node: Node, values: list[Any]) -> None:
        """Items with these values, at the end."""
        for value in values:
            made = entries.add(node)
            (made.inner() or made).set(value)
        self.settle()

    def remove_item(self, node: Node) -> None:
        """Take an item or an entry away; the focus goes to the next one, or to the button that adds one."""
        place = node.place
        parent = place.parent
        if parent is None:
            return
        siblings = parent.children()
        index = siblings.index(place)
        entries.remove(parent, place)
        self.settle()
        left = parent.children()
        row = self.row_of(left[min(index, len(left) - 1)]) if left else self._made.get(("add", parent))
        row = row or self.row_of(parent)
        if row is not None:
            self.focus_row(row)

    # What is wrong

    def set_errors(self, errors: list[FormError]) -> None:
        """What is shown as wrong, each at its place or at the closed one that it is in."""
        self._problems = {}
        for error in errors:
            if error.message != REQUIRED or self.insists:
                self._problems.setdefault(error.pointer, error.message)
        for pointer, words in self.model.marks.items():
            self._problems[pointer] = words

    def problems(self) -> dict[str, str]:
        """What is shown as wrong: pointer → words."""
        return dict(self._problems)

    def _show_problems(self) -> None:
        left = dict(self._problems)
        for row in self.rows:
            if isinstance(row, SectionRow | ButtonRow):
                continue
            pointer = row.node.pointer
            row.set_trouble(left.get(pointer, ""))

    def wrong_below(self, node: Node) -> int:
        """How much is wrong below a place."""
        if not self._problems:
            return 0
        start = f"{node.pointer}/"
        return sum(pointer.startswith(start) for pointer in self._problems)

    # Where they stand

    def refit(self, row: Row) -> None:
        """A row's height changed."""
        self._stale.add(row)
        if not self._busy:
            self._lay_out(False)

    def _lay_out(self, again: bool) -> None:
        width = self._width
        if width <= 0 or self._busy:
            return
        self._busy = True
        y = 4
        for row in self.rows:
            if row in self._stale or row not in self._heights:
                self._heights[row] = row.fit(width)
                self._stale.discard(row)
            height = self._heights[row]
            row.setGeometry(0, y, width, height)
            if row.isHidden():
                row.show()  # not before: where it was made, the pointer could be over it
            y += height
        self._busy = False
        if self.minimumHeight() != y + MARGIN:
            self.setMinimumHeight(y + MARGIN)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != self._width:
            self._width = event.size().width()
            self._stale.update(self.rows)
            self._lay_out(True)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)

    # The keyboard

    def order_tabs(self) -> None:
        """The Tab key goes from the top to the bottom."""
        stops = [stop for row in self.rows for stop in row.stops()]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def row_of(self, node: Node) -> Row | None:
        """The row of a place; of an alternative without a row of its own, that of its union."""
        inner = node.inner()
        if inner is not None and ("row", inner) in self._made:
            return self._made[("row", inner)]
        return self._made.get(("row", node)) or self._made.get(("row", node.place))

    def focus_row(self, row: Row) -> None:
        target = row.target()
        if target is not None:
            from PySide6.QtCore import Qt

            target.setFocus(Qt.FocusReason.OtherFocusReason)
        self.row_entered.emit(row)

    def entered(self, row: Row) -> None:
        self.row_entered.emit(row)
