"""A base for widgets that set fonts or palettes of their own and must set them again with the theme."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from playground.widgets.theme import color, is_theme_change, mono_font, ui_font


class Themed:
    """Mixin before a QWidget class: `retheme()` is called when colours or fonts may be others.

    A widget calls `retheme()` itself at the end of its `__init__`.
    """

    _retheming = False

    def retheme(self) -> None:
        """Set fonts and palettes again. Painting that asks `color()` needs nothing here."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)  # type: ignore[misc]
        if is_theme_change(event) and not self._retheming:
            self._retheming = True
            try:
                self.retheme()
                self.update()  # type: ignore[attr-defined]
            finally:
                self._retheming = False


def tint(widget: QWidget, role: str, target: QPalette.ColorRole = QPalette.ColorRole.WindowText) -> None:
    """Give one palette role of a widget a theme colour."""
    palette = widget.palette()
    palette.setColor(target, color(role))
    widget.setPalette(palette)


class Label(Themed, QLabel):
    """Text in a role's colour. Plain text, never HTML; `selectable` text can be selected with the mouse and copied."""

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
        super().__init__(text, parent)
        self._look = (role, size, weight, mono, spacing)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.setCursor(Qt.CursorShape.IBeamCursor)
        self.retheme()

    def set_role(self, role: str) -> None:
        """Another colour role."""
        self._look = (role, *self._look[1:])
        self.retheme()

    def retheme(self) -> None:
        role, size, weight, mono, spacing = self._look
        self.setFont(mono_font(size, weight) if mono else ui_font(size, weight, spacing=spacing))
        tint(self, role)
