"""The place for what went wrong with a run."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

INDENT = 28
"""Pixels left and right of the answer, and of what stands in its place."""


class BoxHolder(QWidget):
    """The box with its margins. Qt asks the box's sentences for their heights at widths they never get, and each
    answer wraps them anew: before they are painted they are wrapped for the width they have."""

    def __init__(self, box: QWidget) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(INDENT, 12, INDENT, 12)
        column.addWidget(box)
        # The box's own policy would cap it at the height it has before its sentences are wrapped.
        box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        from playground.widgets.panes import TextPane

        for pane in self.findChildren(TextPane):
            pane.fit(pane.width())


class BannerPlace(QScrollArea):
    """Where the box for what went wrong stands: as high as the box, up to six tenths of the column; then it scrolls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setAccessibleName("What went wrong")
        self.setObjectName("compose.trouble")
        self.hide()

    def set_box(self, box: QWidget | None) -> None:
        """Show a box, or none."""
        old = self.takeWidget()
        if old is not None:
            old.deleteLater()
        if box is not None:
            holder = BoxHolder(box)
            holder.installEventFilter(self)
            self.setWidget(holder)
            holder.setAutoFillBackground(False)
        self.setVisible(box is not None)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _fit(self) -> None:
        """Sizes are set here: a resizable scroll area gives its widget the height of its narrowest width."""
        holder, parent = self.widget(), self.parentWidget()
        if holder is None or parent is None:
            return
        limit = max(80, round(parent.height() * 0.6))
        width = self.width()
        height = holder.heightForWidth(width)
        if height > limit:
            width -= self.verticalScrollBar().sizeHint().width()
            height = holder.heightForWidth(width)
        holder.resize(width, height)
        self.setFixedHeight(min(height, limit))
