"""A base for widgets that set fonts or palettes of their own and must set them again with the theme."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from playground.widgets.presentation import original, shown, tip
from playground.widgets.theme import color, is_theme_change, mono_font, ui_font


class Themed:
    """Mixin before a QWidget class: `retheme()` is called when colours or fonts may be others.

    A widget calls `retheme()` itself at the end of its `__init__`. Tooltip and accessible name are shown as texts from
    elsewhere are, and said again when presentation mode begins or ends.
    """

    _retheming = False
    _tip = _name = ""

    def setToolTip(self, text: str) -> None:
        self._tip = text
        super().setToolTip(tip(text))  # type: ignore[misc]

    def setAccessibleName(self, name: str) -> None:
        self._name = name
        super().setAccessibleName(shown(name))  # type: ignore[misc]

    def retheme(self) -> None:
        """Set fonts and palettes again. Painting that asks `color()` needs nothing here."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)  # type: ignore[misc]
        if is_theme_change(event) and not self._retheming:
            self._retheming = True
            try:
                self.retheme()
                self.update()  # type: ignore[attr-defined]
                if self._tip:
                    self.setToolTip(self._tip)
                if self._name:
                    self.setAccessibleName(self._name)
            finally:
                self._retheming = False


def tint(widget: QWidget, role: str, target: QPalette.ColorRole = QPalette.ColorRole.WindowText) -> None:
    """Give one palette role of a widget a theme colour."""
    palette = widget.palette()
    palette.setColor(target, color(role))
    widget.setPalette(palette)


class Label(Themed, QLabel):
    """Text in a role's colour. Plain text, never HTML; `selectable` text can be selected with the mouse and copied.

    It is shown as texts from elsewhere are; copies give the text itself (`source`).
    """

    def __init__(
        self,
        text: str = "",
        role: str = "text",
        size: float = 13,
        weight: int = 400,
        *,
        mono: bool = False,
        wrap: bool = False,
        selectable: bool = False,
        spacing: float = 0.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._source = text
        self._look = (role, size, weight, mono, spacing)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.setCursor(Qt.CursorShape.IBeamCursor)
        self.retheme()

    def setText(self, text: str) -> None:
        self._source = text
        self._show()

    def source(self) -> str:
        """The text itself, whatever is shown for it."""
        return self._source

    def _show(self) -> None:
        words = shown(self._source)
        if words != self.text():
            super().setText(words)

    def copy(self) -> None:
        """Put what is selected on the clipboard, as it is and not as it is shown."""
        start = self.selectionStart()
        if start >= 0:
            QGuiApplication.clipboard().setText(self.original(start, start + len(self.selectedText())))

    def original(self, start: int, end: int) -> str:
        """The text between two places of what is shown."""
        return original(self._source, start, end)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.hasSelectedText():
            self.copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.text() == self._source or not self.hasSelectedText():
            super().contextMenuEvent(event)
            return
        from PySide6.QtWidgets import QMenu

        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copy").triggered.connect(self.copy)
        menu.popup(event.globalPos())

    def set_role(self, role: str) -> None:
        """Another colour role."""
        self._look = (role, *self._look[1:])
        self.retheme()

    def retheme(self) -> None:
        role, size, weight, mono, spacing = self._look
        self.setFont(mono_font(size, weight) if mono else ui_font(size, weight, spacing=spacing))
        tint(self, role)
        self._show()
