"""What may be typed next, in a list below a field that never takes the focus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from playground.widgets.presentation import shown_line
from playground.widgets.theme import color, mono_font, scaled, ui_font

if TYPE_CHECKING:
    from playground.widgets.rows import Index


class Candidate(Protocol):
    """One way to go on: `text` is to stand in place of the characters from `start` to `end`; `words`: what it means."""

    @property
    def text(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def words(self) -> str: ...


_CANDIDATE = Qt.ItemDataRole.UserRole
_MOST = 9
_ROW = 26
_WIDTH = 460


class _Rows(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        candidate = index.data(_CANDIDATE)
        rect = QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, color("selection"))
        painter.setFont(mono_font(12))
        painter.setPen(color("text"))
        inner = rect.adjusted(10, 0, -10, 0)
        text = shown_line(candidate.text)
        middle = Qt.AlignmentFlag.AlignVCenter
        width = painter.fontMetrics().horizontalAdvance(text)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, middle, shown)
        painter.setFont(ui_font(12))
        painter.setPen(color("muted"))
        left = max(width + 16, scaled(110))
        rest = inner.adjusted(left, 0, 0, 0)
        words = painter.fontMetrics().elidedText(candidate.words, Qt.TextElideMode.ElideRight, max(rest.width(), 0))
        painter.drawText(rest, middle, words)


class Completion(QListWidget):
    """Hidden where there is nothing to offer."""

    taken = Signal(object)
    """A candidate was clicked."""

    def __init__(self, name: str, field: QWidget) -> None:
        """`name`: the object's; `field`: the widget that is typed in."""
        super().__init__(field.window())
        self.setObjectName(name)
        self.setAccessibleName("What may be typed next")
        self._field = field
        self.setWindowFlags(Qt.WindowType.ToolTip)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFrameShape(QFrame.Shape.Box)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setItemDelegate(_Rows(self))
        self.setUniformItemSizes(True)
        self.hide()

    def offer(self, candidates: Sequence[Candidate], at: QPoint | None = None) -> None:
        """Show these; the first is not chosen before Down is pressed. `at`: where, in the field's coordinates (None:
        below it)."""
        before = self.current()
        self.clear()
        for candidate in candidates:
            item = QListWidgetItem(candidate.text)
            item.setData(_CANDIDATE, candidate)
            item.setSizeHint(QRect(0, 0, 10, scaled(_ROW)).size())
            self.addItem(item)
            if before is not None and candidate.text == before.text:
                self.setCurrentItem(item)
        if not candidates or not self._field.isVisible():
            self.hide()
            return
        shown = min(len(candidates), _MOST)
        self.resize(scaled(_WIDTH), shown * scaled(_ROW) + 2 * self.frameWidth())
        self.move(self._field.mapToGlobal(at if at is not None else QPoint(0, self._field.height() + 2)))
        self.show()

    def current(self) -> Candidate | None:
        """The one that is chosen."""
        item = self.currentItem()
        return item.data(_CANDIDATE) if item is not None else None

    def first(self) -> Candidate | None:
        item = self.item(0)
        return item.data(_CANDIDATE) if item is not None else None

    def key(self, key: Qt.Key) -> Candidate | bool | None:
        """What a key does here: a candidate that is taken, True where it was used, False where it was not."""
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.step(1 if key == Qt.Key.Key_Down else -1)
            return True
        if key == Qt.Key.Key_Escape:
            self.hide()
            return True
        if key == Qt.Key.Key_Tab:
            return self.current() or self.first() or True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self.current() or False
        return False

    def step(self, by: int) -> None:
        """Choose the one below or above; before the first there is none."""
        row = min(self.currentRow() + by, self.count() - 1)
        if row < 0:
            self.setCurrentRow(-1)
            self.clearSelection()
        else:
            self.setCurrentRow(row)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        item = self.itemAt(event.position().toPoint())
        if item is not None:
            self.taken.emit(item.data(_CANDIDATE))
