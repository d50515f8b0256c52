"""A column of things that grow: heights are known exactly, and growth at the end costs the same at any length.

Qt's box layouts ask every child again when one of them grows. Here each child says its height for a width once, and a
change moves only what is below it; whoever changes many children in one go batches, so that there is one pass.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class Growing(QWidget):
    """A widget whose height follows from its width."""

    resized = Signal()
    """The height for the present width changed, outside a batch of the parent's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Growing at the end leaves what is above as it was: only what is new is painted.
        self.setAttribute(Qt.WidgetAttribute.WA_StaticContents)

    def fit(self, width: int) -> int:
        """Lay out for a width in pixels; returns the height. Called again only where width or content changed."""
        raise NotImplementedError


class Stack(Growing):
    """Growing widgets, one above the other."""

    def __init__(self, spacing: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._gap = spacing
        self._items: list[Growing] = []
        self._tops: list[int] = []
        self._heights: list[int] = []
        self._places: dict[Growing, int] = {}
        self._dirty_from: int | None = None
        self._stale: set[Growing] = set()
        self._batch = 0
        self._width = -1
        self._total = 0
        self.margins = (0, 0, 0, 0)
        """Left, top, right, bottom, in pixels."""

    def items(self) -> list[Growing]:
        """The children, from the top."""
        return list(self._items)

    def add(self, item: Growing) -> None:
        """Append a child."""
        item.setParent(self)
        self._places[item] = len(self._items)
        self._items.append(item)
        self._tops.append(0)
        self._heights.append(0)
        item.resized.connect(self._child_resized)
        self.touch(item)
        item.show()

    def remove(self, item: Growing) -> None:
        """Take a child away and delete it; what is below moves up."""
        place = self._places.pop(item, None)
        if place is None:
            return
        item.resized.disconnect(self._child_resized)
        for values in (self._items, self._tops, self._heights):
            del values[place]
        for index in range(place, len(self._items)):
            self._places[self._items[index]] = index
        self._stale.discard(item)
        item.hide()
        item.deleteLater()
        self._dirty_from = place if self._dirty_from is None else min(self._dirty_from, place)
        if not self._batch:
            self._settle()

    def remove_all(self) -> None:
        """Take all children away and delete them."""
        for item in self._items:
            item.resized.disconnect(self._child_resized)
            item.hide()
            item.setParent(None)  # type: ignore[call-overload]
            item.deleteLater()
        for values in (self._items, self._tops, self._heights, self._places, self._stale):
            values.clear()
        self._dirty_from = 0
        self._settle()

    def touch(self, item: Growing) -> None:
        """A child's content changed: its height is asked again, now or at the end of the batch."""
        place = self._places.get(item)
        if place is None:
            return
        self._stale.add(item)
        self._dirty_from = place if self._dirty_from is None else min(self._dirty_from, place)
        if not self._batch:
            self._settle()

    def begin(self) -> None:
        """Start a batch: nothing is laid out until `end`."""
        self._batch += 1

    def end_later(self) -> None:
        """End the batch and leave the layout to the parent, which asks for the height by `fit`."""
        self._batch -= 1

    def end(self) -> bool:
        """End the batch; returns whether the height changed."""
        self._batch -= 1
        return self._settle() if not self._batch else False

    def _child_resized(self) -> None:
        item = self.sender()
        if isinstance(item, Growing):
            self.touch(item)

    def _settle(self) -> bool:
        if self._dirty_from is None or self._width < 0:
            return False
        start, self._dirty_from = self._dirty_from, None
        before = self._total
        self._place(start)
        if self._total != before:
            self.updateGeometry()
            self.resized.emit()
            return True
        return False

    def _place(self, start: int) -> None:
        left, top, right, bottom = self.margins
        inner = max(0, self._width - left - right)
        y = top if start == 0 else self._tops[start - 1] + self._heights[start - 1] + self._gap
        if start > 0 and self._heights[start - 1] == 0:
            y -= self._gap
        for index in range(start, len(self._items)):
            item = self._items[index]
            if item in self._stale:
                self._stale.discard(item)
                self._heights[index] = item.fit(inner)
            height = self._heights[index]
            self._tops[index] = y
            item.setGeometry(left, y, inner, height)
            y += height + (self._gap if height else 0)
        self._total = max(0, y - (self._gap if self._items and y > top else 0)) + bottom

    def fit(self, width: int) -> int:
        if width != self._width:
            self._width = width
            self._stale.update(self._items)
            self._dirty_from = 0
        if self._dirty_from is not None:
            start, self._dirty_from = self._dirty_from, None
            self._place(start)
        return self._total

    def content_height(self) -> int:
        """Pixels, as of the last pass."""
        return self._total

    def sizeHint(self) -> QSize:
        return QSize(320, self._total)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self._total)

    def hasHeightForWidth(self) -> bool:
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != self._width:
            before = self._total
            self.fit(event.size().width())
            if self._total != before:
                self.updateGeometry()
                self.resized.emit()
