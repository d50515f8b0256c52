"""Asks before a link is opened: where it goes, whether its words said so, and nothing opens that is not web or mail."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from playground.core.links import Destination, destination, misleads, refusal
from playground.widgets.panes import Paragraph
from playground.widgets.style_parts import rounded
from playground.widgets.theme import scaled

WIDTH = 480
SHOWN = 2000
"""Characters of an address that are shown; copying gives all of it."""
NAME = "link-question"


def ask_to_open(href: str, words: str, over: QWidget) -> LinkQuestion:
    """Ask, over the window of a widget, without stopping anything; a question that is still open goes away."""
    window = over.window()
    for old in window.findChildren(LinkQuestion):
        old.close()
    question = LinkQuestion(href, words, window)
    question.show()
    return question


class LinkQuestion(QDialog):
    """Non-modal; deleted when it is closed. `words`: what the link said, as it was read."""

    def __init__(self, href: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.where = destination(href)
        self.setObjectName(NAME)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Open a link" if self.where.opens else "A link that is not opened")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(8)
        for text, role, size, weight in self._sentences(words):
            column.addWidget(Paragraph(text, role, size, weight))
        column.addWidget(AddressBox(href if len(href) <= SHOWN else f"{href[: SHOWN - 1]}…"))
        column.addSpacing(4)
        column.addLayout(self._buttons(bool(self.warning)))
        self.setFixedWidth(scaled(WIDTH))
        self.resize(scaled(WIDTH), column.totalHeightForWidth(scaled(WIDTH)))

    def _sentences(self, words: str) -> list[tuple[str, str, float, int]]:
        where = self.where
        self.warning = _warning(where, words)
        if not where.opens:
            return [("This link is not opened", "text", 14, 600), (refusal(where), "text", 13, 400)]
        what = "Write a mail to an address at" if where.scheme == "mailto" else "Open a page of"
        found = [(f"{what} {where.host}?", "text", 14.0, 600)]
        if self.warning:
            found.append((self.warning, "warning", 13, 500))
        if where.scheme == "http":
            found.append(("The connection is not encrypted.", "muted", 13, 400))
        return found

    def _buttons(self, careful: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        self.copy_button = self._button("Copy Link", "copy")
        self.copy_button.clicked.connect(self.copy)
        row.addWidget(self.copy_button)
        self.cancel_button = self._button("Cancel" if self.where.opens else "Close", "cancel")
        self.cancel_button.clicked.connect(self.close)
        row.addWidget(self.cancel_button)
        chosen = self.cancel_button
        if self.where.opens:
            words = "Open in Mail" if self.where.scheme == "mailto" else "Open in Browser"
            self.open_button = self._button(words, "open")
            self.open_button.clicked.connect(self.open_it)
            row.addWidget(self.open_button)
            chosen = chosen if careful else self.open_button
        chosen.setDefault(True)
        chosen.setFocus()
        return row

    def _button(self, text: str, name: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(f"{NAME}.{name}")
        button.setAccessibleName(text)
        return button

    def copy(self) -> None:
        """Put the whole address on the clipboard."""
        QGuiApplication.clipboard().setText(self.where.href)
        self.close()

    def open_it(self) -> None:
        """Hand the address to the desktop."""
        if self.where.opens:
            QDesktopServices.openUrl(QUrl(self.where.href))
        self.close()

    def texts(self) -> str:
        """All that it says."""
        return "\n".join(part.text() for part in self.findChildren(Paragraph))


class AddressBox(QWidget):
    """The whole address, in a box."""

    def __init__(self, href: str) -> None:
        super().__init__()
        self.address = Paragraph(href, "text", 12, mono=True)
        self.address.setObjectName(f"{NAME}.address")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.addWidget(self.address)

    def paintEvent(self, event: QPaintEvent) -> None:
        rounded(QPainter(self), self.rect(), "sunken", "line", 6)


def _warning(where: Destination, words: str) -> str:
    if where.has_login and where.scheme != "mailto":
        return f"What stands before the @ is no address: it goes to {where.host}."
    if misleads(words, where.href) is not None:
        return f"Its words say “{words.strip()[:200]}”, but it goes to {where.host}."
    if where.spelled:
        return f"The host is written “{where.spelled}”, in letters that can look like others."
    return ""
