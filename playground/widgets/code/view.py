"""Finished code to read: highlighted, selectable, scrolling."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from playground.widgets.code.box import CodeBox


class CodeView(QScrollArea):
    """Read-only monospaced text. `set_text` replaces it; `wrap` breaks long lines instead of scrolling sideways;
    `copies`: whether a button in the corner copies it."""

    def __init__(
        self,
        text: str = "",
        language: str = "",
        *,
        wrap: bool = False,
        copies: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Code")
        self.viewport().setAutoFillBackground(False)
        self._wrap, self._copies = wrap, copies
        self._box = CodeBox(language, wrap=wrap, header=False, copies=copies)
        self._box.resized.connect(self._fit)
        self.setWidget(self._box)
        self._box.setAutoFillBackground(False)
        self.horizontalScrollBar().valueChanged.connect(self._keep_button)
        self.set_text(text)

    def text(self) -> str:
        return self._box.text()

    def set_text(self, text: str, language: str | None = None) -> None:
        """Other code; `language` None keeps the one before."""
        if language is not None and language != self._box.language:
            box = CodeBox(language, wrap=self._wrap, header=False, copies=self._copies)
            box.resized.connect(self._fit)
            self.setWidget(box)
            box.setAutoFillBackground(False)
            self._box = box
        self._box.set_text(text)
        self._box.finish()
        self._fit()

    def append(self, text: str) -> None:
        """Add to the end."""
        self._box.append(text)
        self._fit()

    def copy(self) -> None:
        """Put all of it on the clipboard."""
        self._box.copy()

    def _fit(self) -> None:
        """The box is as wide as its widest line, so that the bar for going sideways is always in sight."""
        width = max(40, self.viewport().width())
        if not self._wrap:
            width = max(width, self._box.whole_width())
        height = self._box.fit(width)
        self._box.resize(width, max(height, self.viewport().height()))
        self._keep_button()

    def _keep_button(self) -> None:
        self._box.keep_button_at(self.horizontalScrollBar().value() + max(40, self.viewport().width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
