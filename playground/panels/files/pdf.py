"""The pages of a PDF, one at a time. They are drawn in a process of their own (`core.filing.pdf_child`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from playground.widgets.answer.picture import Decoded, PictureView
from playground.widgets.controls import EmptyState, HairLine, IconButton
from playground.widgets.heads import Head
from playground.widgets.themed import Label

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation
    from playground.core.filing.pdf_child import Page
    from playground.widgets.commands import CommandRegistry

SHARP = 2
"""Pixels of a page for one of the pane, so that it can be looked at closely."""


def drawn(data: bytes, number: int, width: int) -> Page:
    """In the pool. Raises ValueError, OSError."""
    from playground.core.filing.pdf_child import draw

    return draw(data, number, width)


class PdfView(QWidget):
    """Page, and the way to the others."""

    def __init__(self, bridge: Bridge, commands: CommandRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.setObjectName("files.pdf")
        self._data = b""
        self.number = 0
        self.page: Page | None = None
        self._drawing: Operation[Page] | None = None
        add = commands.add
        self._before = add(
            "files.pdf-previous", "Previous Page", self.previous, group="Files", icon="chevron-left", scope=self,
            shortcut="Alt+Left", enabled=False,
        )  # fmt: skip
        self._after = add(
            "files.pdf-next", "Next Page", self.following, group="Files", icon="chevron-right", scope=self,
            shortcut="Alt+Right", enabled=False,
        )  # fmt: skip
        self.picture = PictureView("files.pdf.page")
        self.broken = EmptyState("file-text", "", "")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.picture)
        self.stack.addWidget(self.broken)
        self.counted = Label("", "muted", 12)
        foot = Head()
        foot.row.addWidget(IconButton(self._before, size=24))
        foot.row.addWidget(self.counted)
        foot.row.addWidget(IconButton(self._after, size=24))
        foot.row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.stack, 1)
        column.addWidget(HairLine())
        column.addWidget(foot)

    def show_pdf(self, data: bytes) -> None:
        """From its first page."""
        self.clear()
        self._data = data
        self._go_to(0)

    def clear(self) -> None:
        """Let go of it."""
        if self._drawing is not None:
            self._drawing.drop()
        self._data, self.number, self.page, self._drawing = b"", 0, None, None
        self.picture.set_picture(None)
        self._say()

    def previous(self) -> None:
        self._go_to(self.number - 1)

    def following(self) -> None:
        self._go_to(self.number + 1)

    def _go_to(self, number: int) -> None:
        if not self._data or number < 0 or (self.page is not None and number >= self.page.pages):
            return
        if self._drawing is not None:
            self._drawing.drop()
        self.number = number
        width = max(400, round(self.width() * self.devicePixelRatioF() * SHARP))
        self._drawing = self._bridge.blocking(drawn, self._data, number, width, label="Drawing a page", owner=self)
        self._drawing.finished.connect(self._came)
        self._say()

    def _came(self) -> None:
        operation = self._drawing
        if operation is None or not operation.done:
            return
        self._drawing = None
        error = operation.error
        if error is not None:
            words = f"{error}".strip().rstrip(".")
            self.broken.set_words("This PDF cannot be shown", f"{words[:1].upper()}{words[1:]}. Download it instead.")
            self.stack.setCurrentWidget(self.broken)
        elif (page := operation.result) is not None:
            self.page = page
            form = QImage.Format.Format_RGBX8888
            image = QImage(page.pixels, page.width, page.height, page.stride, form).copy()
            self.picture.fits = True
            self.picture.set_picture(Decoded(image, image, "PDF", len(self._data)))
            self.picture.setAccessibleName(f"Page {page.number + 1} of {page.pages}")
            self.picture.setAccessibleDescription(page.text)
            self.stack.setCurrentWidget(self.picture)
        self._say()

    def _say(self) -> None:
        pages = self.page.pages if self.page is not None else 0
        busy = self._drawing is not None
        self._before.setEnabled(self.number > 0)
        self._after.setEnabled(self.number + 1 < pages)
        self.counted.setText(f"Page {self.number + 1:,} of {pages:,}" if pages else "Drawing…" if busy else "")
