"""Everything that a window says, to whoever looks at it or listens to it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QAbstractTableModel, QLocale, QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

from playground.widgets.choices import ShownDelegate
from playground.widgets.code import CodeBox
from playground.widgets.controls import Chip, Disclosure
from playground.widgets.panes import TextPane
from playground.widgets.presentation import shown_line

Role = Qt.ItemDataRole
ROLES = (
    Role.DisplayRole,
    Role.ToolTipRole,
    Role.StatusTipRole,
    Role.AccessibleTextRole,
    Role.AccessibleDescriptionRole,
)
ROWS = 200


def said(*roots: QWidget) -> Iterator[tuple[str, str]]:
    """Where it is said and what, of these widgets and all in them; without any, of every window there is."""
    for root in roots or QApplication.topLevelWidgets():
        for widget in (root, *root.findChildren(QWidget)):
            place = f"{type(widget).__name__} {widget.objectName()}"
            for what, text in _of(widget):
                if text:
                    yield f"{place}: {what}", text


def _of(widget: QWidget) -> Iterator[tuple[str, str]]:
    yield "title", widget.windowTitle()
    yield "tip", widget.toolTip()
    yield "status tip", widget.statusTip()
    yield "name", widget.accessibleName()
    yield "description", widget.accessibleDescription()
    if isinstance(widget, QLabel | QAbstractButton):
        yield "text", widget.text()
    elif isinstance(widget, QLineEdit):
        yield "text", widget.displayText()
        yield "placeholder", widget.placeholderText()
    elif isinstance(widget, QPlainTextEdit | QTextEdit):
        yield "text", widget.toPlainText()
    elif isinstance(widget, TextPane):
        yield "text", widget.plain_text()
    elif isinstance(widget, Chip):
        yield "text", widget.shown_text()
    elif isinstance(widget, QTabBar):
        for index in range(widget.count()):
            yield "tab", widget.tabText(index)
    elif isinstance(widget, QComboBox):
        for index in range(widget.count()):
            delegate = widget.itemDelegate()
            text = widget.itemText(index)
            yield "choice", delegate.displayText(text, QLocale()) if isinstance(delegate, ShownDelegate) else text
    elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
        delegate = widget.itemDelegate()
        for what, text in _rows(widget.model()):
            shown = isinstance(delegate, ShownDelegate) and "Display" in what
            yield what, delegate.displayText(text, QLocale()) if shown else text
    elif isinstance(widget, QMenu):
        for action in widget.actions():
            yield "action", f"{action.text()} {action.toolTip()}"
    if isinstance(widget, Disclosure):
        yield "note", shown_line(widget.note())
    if isinstance(widget, CodeBox):
        yield "code", widget.accessibleName()


def _rows(model: QAbstractItemModel, parent: QModelIndex | None = None, depth: int = 0) -> Iterator[tuple[str, str]]:
    above = parent if parent is not None else QModelIndex()
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(above)
    deep = not isinstance(model, QAbstractListModel | QAbstractTableModel)
    for column in range(columns):
        yield "heading", str(model.headerData(column, Qt.Orientation.Horizontal) or "")
    for row in range(min(model.rowCount(above), ROWS)):
        for column in range(columns):
            index = model.index(row, column, above)
            for role in ROLES:
                value = index.data(role)
                if isinstance(value, str):
                    yield f"cell ({role.name})", value
        if deep and depth < 12 and model.hasChildren(model.index(row, 0, above)):
            yield from _rows(model, model.index(row, 0, above), depth + 1)
