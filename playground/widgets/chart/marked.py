"""What every chart's painted part does: it is read out, copied, and shows that it has the focus."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QContextMenuEvent, QFocusEvent, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from playground.widgets.icons import icon
from playground.widgets.presentation import shown
from playground.widgets.themed import Themed


class MarkedWidget(Themed, QWidget):
    """Subclasses say what is marked and what there is, in words, and call `describe` when that changes."""

    def spoken(self) -> str:
        """The mark's words; without one, what is shown and what the keys do."""
        raise NotImplementedError

    def csv(self) -> str:
        """What is copied."""
        raise NotImplementedError

    def unmark(self) -> None:
        """The focus has gone elsewhere: nothing is marked any more."""
        raise NotImplementedError

    def copy(self) -> None:
        """Put what is shown on the clipboard, as CSV."""
        QGuiApplication.clipboard().setText(self.csv())

    def describe(self) -> None:
        """Tell who hears the window."""
        words = shown(self.spoken())
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
            if QAccessible.isActive():
                QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.unmark()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("copy"), "Copy as CSV").triggered.connect(self.copy)
        menu.popup(event.globalPos())
