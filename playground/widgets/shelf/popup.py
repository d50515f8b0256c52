"""The list of the library's schemas, with a field to find one, below the button that asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from playground.widgets.controls import Label
from playground.widgets.presentation import shown_line, tip
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, scaled, ui_font

if TYPE_CHECKING:
    from playground.widgets.shelf.shelf import Listing, Shelf

MOST_ROWS = 10
"""Rows that are seen at once."""
MOST_LISTED = 200
_WORDS = {"schema": "", "text.format": "text.format", "response_format": "response_format", "function": "function tool"}
_KEY, _NOTE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class Offer(NamedTuple):
    """A row that is no schema of the library; `key` is what is told when it is chosen."""

    key: str
    title: str
    note: str = ""


class _Rows(QStyledItemDelegate):
    """A name, and quieter what there is to say about it."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, scaled(28))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        box = QRect(option.rect)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            rounded(painter, box.adjusted(4, 1, -4, -1), "accent_soft" if chosen else "hover", None, 5)
        inner = box.adjusted(12, 0, -12, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        elide = Qt.TextElideMode.ElideRight
        painter.setFont(ui_font(13))
        painter.setPen(color("text"))
        note = str(index.data(_NOTE) or "")
        title = painter.fontMetrics().elidedText(str(index.data()), elide, inner.width())
        painter.drawText(inner, middle, title)
        left = painter.fontMetrics().horizontalAdvance(title) + 12
        if note and inner.width() - left > 40:
            painter.setFont(ui_font(12))
            painter.setPen(color("muted"))
            words = painter.fontMetrics().elidedText(note, elide, inner.width() - left)
            painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, words)


class SchemaPopup(QFrame):
    """`chosen`: the id of a schema, or the key of an offer. Deletes itself when it closes."""

    chosen = Signal(str)

    def __init__(
        self, name: str, shelf: Shelf, offers: tuple[Offer, ...] = (), *, kinds: tuple[str, ...] = (),
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """`offers` stand before the library's. `kinds`: of which schemas are listed; empty: all."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName(name)
        self.setAccessibleName("Schemas to choose from")
        self._shelf, self._offers, self._kinds = shelf, offers, kinds
        self.field = QLineEdit()
        self.field.setObjectName(f"{name}.find")
        self.field.setAccessibleName("Find a schema")
        self.field.setPlaceholderText("Find a schema")
        self.field.setClearButtonEnabled(True)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setObjectName(f"{name}.list")
        self.list.setAccessibleName("Schemas")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.viewport().setAutoFillBackground(False)
        self.list.setItemDelegate(_Rows(self.list))
        self.note = Label("", "muted", 12, wrap=True)
        self.note.setObjectName(f"{name}.note")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.field)
        column.addWidget(self.list)
        column.addWidget(self.note)
        self.field.textChanged.connect(self._fill)
        self.list.itemClicked.connect(self._clicked)
        shelf.listed.connect(self._listed)
        self._fill()

    def open_below(self, button: QWidget) -> None:
        """Show it, as wide as the button at least, on the screen."""
        self.setFixedWidth(max(button.width(), scaled(300)))
        self._fit()
        place = button.mapToGlobal(QPoint(0, button.height() + 3))
        screen = button.screen().availableGeometry()
        place.setX(max(screen.left(), min(place.x(), screen.right() - self.width())))
        if place.y() + self.height() > screen.bottom():
            place.setY(max(screen.top(), button.mapToGlobal(QPoint(0, 0)).y() - self.height() - 3))
        self.move(place)
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self._shelf.refresh()

    def _listed(self, _listing: Listing) -> None:
        self._fill()

    def _fill(self, _text: str = "") -> None:
        text = self.field.text()
        words = text.casefold().split()
        before = self.list.currentItem()
        key = before.data(_KEY) if before is not None else None
        self.list.clear()
        for offer in self._offers:
            if all(word in f"{offer.title} {offer.note}".casefold() for word in words):
                self._add(*offer)
        listing = self._shelf.now
        entries = listing.entries
        if words:
            from playground.core.schemas.library import find  # the shelf has imported it, in the pool

            entries = tuple(hit.entry for hit in find(entries, text)) if entries else ()
        wanted = [entry for entry in entries if not self._kinds or entry.kind in self._kinds]
        for entry in wanted[:MOST_LISTED]:
            title = entry.title if entry.title != entry.id else ""
            note = " · ".join(filter(None, (_WORDS.get(entry.kind, ""), title, entry.description)))
            self._add(entry.id, entry.id, note)
        self.list.setCurrentRow(next((at for at in range(self.list.count()) if self._key(at) == key), 0))
        if listing.problem:
            self._say(f"The library cannot be read. {listing.problem}", "error")
        elif not listing.entries:
            self._say("The library is empty. Save a schema in Schemas, and it is offered here.", "muted")
        elif len(wanted) > MOST_LISTED:
            self._say(f"{len(wanted) - MOST_LISTED:,} more: type a part of the name.", "muted")
        else:
            self._say("" if self.list.count() else "No schema has all of these words.", "muted")
        self._fit()

    def _add(self, key: str, title: str, note: str = "") -> None:
        item = QListWidgetItem(shown_line(title))
        item.setData(_KEY, key)
        item.setData(_NOTE, shown_line(note))
        item.setToolTip(tip(note))
        self.list.addItem(item)

    def _key(self, row: int) -> str:
        return str(self.list.item(row).data(_KEY))

    def _say(self, words: str, role: str) -> None:
        self.note.set_role(role)
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def _fit(self) -> None:
        rows = max(1, min(self.list.count(), MOST_ROWS))
        self.list.setFixedHeight(rows * scaled(28) + 4)
        self.list.setVisible(self.list.count() > 0)
        if self.isVisible() or self.minimumWidth() == self.maximumWidth():
            layout = self.layout()
            assert layout is not None
            layout.activate()
            self.setFixedHeight(layout.heightForWidth(self.width()) if layout.hasHeightForWidth() else
                                layout.sizeHint().height())  # fmt: skip

    # Choosing

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self.list.setCurrentRow(max(0, min(self.list.currentRow() + step, self.list.count() - 1)))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

    def _clicked(self, item: QListWidgetItem) -> None:
        self._choose(item)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            key = str(item.data(_KEY))
            self.close()
            self.chosen.emit(key)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("surface"))
        rounded(painter, self.rect(), "surface", "line", 6)
