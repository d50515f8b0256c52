"""One model beside the table: everything the server said about it, and what to do with it."""

from __future__ import annotations

import json

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import QPalette, QResizeEvent, QTextOption
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from playground.core.served import day_words
from playground.panels.models.model import Row, created_words
from playground.widgets.commands import Command
from playground.widgets.controls import Chip, CommandButton, HairLine, Label, SectionLabel
from playground.widgets.presentation import original, shown_line
from playground.widgets.stack import Growing
from playground.widgets.theme import mono_font
from playground.widgets.themed import Themed

MARGIN = 16
LONGEST = 100_000
"""Characters of JSON that are shown."""


class NamePane(Themed, QTextEdit):
    """A model's ID to the letter, broken anywhere; a label would break it at its hyphens only."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self._text = text
        self.retheme()

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copies give the name itself, whatever is shown for it."""
        cursor, data = self.textCursor(), QMimeData()
        data.setText(original(self._text, cursor.selectionStart(), cursor.selectionEnd(), line=True))
        return data

    def retheme(self) -> None:
        if (words := shown_line(self._text)) != self.toPlainText():
            self.setPlainText(words)
        self.setFont(mono_font(13))
        self._fit()

    def _fit(self) -> None:
        self.document().setTextWidth(max(80, self.width()))
        self.setFixedHeight(round(self.document().size().height()) + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()


class Fitted(QWidget):
    """A box of code that is as high as its content."""

    def __init__(self, box: Growing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = box
        box.setParent(self)
        box.resized.connect(self._fit)
        box.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The box makes its button when it is first painted; it gets a name that tests go by."""
        if event.type() == QEvent.Type.ChildPolished:
            for button in self._box.findChildren(QAbstractButton):
                button.setObjectName("models.details.copy_json")
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        height = self._box.fit(max(80, self.width()))
        self._box.resize(self.width(), height)
        self.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()


class ModelDetails(QScrollArea):
    """Made anew for every model: a dozen labels."""

    def __init__(self, use: Command, copy: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._use, self._copy = use, copy
        self.row: Row | None = None
        self.setObjectName("models.details")
        self.setAccessibleName("Model details")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.show_row(None)

    def show_row(self, row: Row | None) -> None:
        """Show a model, or that none is chosen."""
        self.row = row
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, MARGIN)
        column.setSpacing(0)
        if row is None:
            nothing = Label("Choose a model to see all that the server says about it.", "muted", wrap=True)
            nothing.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
            column.addWidget(nothing)
        else:
            column.addLayout(self._head(row))
            column.addWidget(HairLine())
            column.addLayout(self._known(row))
            column.addWidget(HairLine())
            column.addLayout(self._fields(row))
        column.addStretch(1)
        old = self.takeWidget()
        self.setWidget(content)
        content.setAutoFillBackground(False)
        if old is not None:
            old.deleteLater()

    def _head(self, row: Row) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(MARGIN, 14, MARGIN, MARGIN)
        column.setSpacing(10)
        name = NamePane(row.model.id)
        name.setAccessibleName(row.model.id)
        name.setObjectName("models.details.id")
        column.addWidget(name)
        if row.badge is not None:
            column.addWidget(Chip(row.badge.text, row.badge.role))
        elif row.model.facts.simulated:
            column.addWidget(Chip("simulated", "simulated"))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(CommandButton(self._use, "plain", shortcut=False))
        buttons.addWidget(CommandButton(self._copy, "plain", shortcut=False))
        buttons.addStretch(1)
        column.addLayout(buttons)
        return column

    def _known(self, row: Row) -> QGridLayout:
        model, facts = row.model, row.model.facts
        grid = _grid("What is known")
        for title, text in (
            ("Owner", model.owner),
            ("Created", created_words(model.created)),
            ("Context", f"{facts.context:,} tokens" if facts.context is not None else ""),
            ("Retires", day_words(model.retires) if model.retires is not None else "no date is known"),
        ):
            _add(grid, title, text or "not known", "text" if text else "muted")
        for title, text in (("Successor", facts.successor or ""), ("Note", facts.note)):
            if text:
                _add(grid, title, text, "text")
        return grid

    def _fields(self, row: Row) -> QVBoxLayout:
        from playground.widgets.code.box import CodeBox

        column = QVBoxLayout()
        column.setContentsMargins(MARGIN, 14, MARGIN, MARGIN)
        column.setSpacing(8)
        column.addWidget(SectionLabel("As the server says it"))
        box = CodeBox("json", wrap=True, header=False)
        box.setObjectName("models.details.json")
        box.setAccessibleName("The model's JSON")
        box.set_text(json.dumps(dict(row.model.raw), indent=2, ensure_ascii=False, default=str)[:LONGEST])
        box.finish()
        column.addWidget(Fitted(box))
        return column


def _grid(title: str) -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(MARGIN, 14, MARGIN, MARGIN)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    grid.setColumnMinimumWidth(0, 76)
    grid.setColumnStretch(1, 1)
    grid.addWidget(SectionLabel(title), 0, 0, 1, 2)
    return grid


def _add(grid: QGridLayout, title: str, text: str, role: str) -> None:
    row = grid.rowCount()
    top = Qt.AlignmentFlag.AlignTop
    grid.addWidget(Label(title, "muted", 12), row, 0, top)
    value = Label(text, role, 12, wrap=True, selectable=True)
    value.setAccessibleName(f"{title}: {text}")
    grid.addWidget(value, row, 1, top)
