"""What the block widgets have in common, and the rows they are made of."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QRect
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget

from playground.core.runs import Block
from playground.widgets.icons import icon
from playground.widgets.presentation import shown_line
from playground.widgets.stack import Growing, Stack
from playground.widgets.theme import color, font_scale, is_theme_change

BAR = 16
"""Pixels that a block with a bar at its left is indented."""


class Row(Growing):
    """Widgets side by side, as wide as they want to be; the last one takes what is left if `stretch`."""

    def __init__(self, *widgets: QWidget, spacing: int = 8, stretch: bool = False) -> None:
        super().__init__()
        self._widgets = list(widgets)
        self._gap = spacing
        self._stretch = stretch
        self._scale = font_scale()
        for widget in widgets:
            widget.setParent(self)

    def fit(self, width: int) -> int:
        shown = [widget for widget in self._widgets if not widget.isHidden()]
        sizes = [widget.sizeHint() for widget in shown]
        height = max((size.height() for size in sizes), default=0)
        x = 0
        for number, (widget, size) in enumerate(zip(shown, sizes, strict=True)):
            last = number == len(shown) - 1
            wide = width - x if last and self._stretch else min(size.width(), max(0, width - x))
            widget.setGeometry(QRect(x, (height - size.height()) // 2, max(0, wide), size.height()))
            x += wide + self._gap
        return height

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_theme_change(event) and self._scale != font_scale():
            self._scale = font_scale()
            self.resized.emit()


class BlockView(Stack):
    """One block. Subclasses show `append`, `replace` and `close`; the text is kept here."""

    bar = ""
    """The colour role of a line at the left; none without."""

    def __init__(self, block: Block) -> None:
        super().__init__(8)
        self.key = block.key
        self.kind = block.kind
        self.title = block.title
        self.state = "streaming"
        self._parts: list[str] = []
        self.setObjectName("output.block")
        self.setAccessibleName(shown_line(block.title or block.kind.value))
        if self.bar:
            self.margins = (BAR, 0, 0, 0)

    def text(self) -> str:
        """All of the block's text, as it came."""
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0] if self._parts else ""

    def append(self, text: str) -> None:
        """More text at the end."""
        self._parts.append(text)
        self.show_more(text)

    def replace(self, text: str) -> None:
        """Another text instead. One that only goes on is appended, so that nothing is rendered twice."""
        before = self.text()
        if text == before:
            return
        if before and text.startswith(before):
            self.append(text[len(before) :])
            return
        self._parts = [text]
        self.show_all(text)

    def close(self, state: str, data: dict[str, Any] | None) -> None:
        """The block is as it stays; may come again with more data."""
        self.state = state
        self.show_closed(data)

    def show_more(self, text: str) -> None:
        """Show text that was appended."""

    def show_all(self, text: str) -> None:
        """Show another text."""

    def show_closed(self, data: dict[str, Any] | None) -> None:
        """Show that nothing more comes."""

    def judged(self, words: str, role: str) -> None:
        """What somebody who knows more found out about it, in a word or two."""

    def copy(self) -> None:
        """Put the block's text on the clipboard."""
        QGuiApplication.clipboard().setText(self.text())

    def ask_to_open(self, href: str, words: str) -> None:
        """A link was clicked: say where it goes, and ask."""
        from playground.widgets.links import ask_to_open

        ask_to_open(href, words, self)

    def add_menu_actions(self, menu: QMenu) -> None:
        menu.addAction(icon("copy"), "Copy block").triggered.connect(self.copy)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.bar:
            QPainter(self).fillRect(0, 0, 2, self.height(), color(self.bar))
