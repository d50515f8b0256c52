"""Secrets of one's own: texts and expressions that are taken out of whatever leaves the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from playground.core.exchanges.patterns import LONGEST, MOST, SecretPattern, dump, parse
from playground.core.settings import SECRET_PATTERNS
from playground.panels.inspector.dialog_size import fit
from playground.widgets.controls import HairLine, Label
from playground.widgets.presentation import shown_line
from playground.widgets.surface import Text
from playground.widgets.tables import HairlineDelegate
from playground.widgets.theme import scaled

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.panels.contract import PanelContext

KINDS = (("text", "Text"), ("regex", "Regular expression"))
NAME = "inspector.patterns"


class PatternsDialog(QDialog):
    """Changes hold at once. Deleted when it is closed."""

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.patterns: tuple[SecretPattern, ...] = ()
        self._checking: Operation[Any] | None = None
        self._reading: Operation[Any] | None = None
        self.setObjectName(NAME)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Secret patterns")
        self._build()
        fit(self, 680, 500)
        self._read()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(Label("Secrets of your own", "text", 14, 600))
        column.addWidget(
            Text(
                "Names of customers, numbers of accounts, keys of other services: they are taken out of bundles, "
                "exports and copies, also in base64 and in URLs. A text is kept in the settings as you type it: for a "
                "password, write an expression of its shape. A group (?P<secret>…) takes out only a part.",
                "muted",
                wrap=True,
            )
        )
        self.table = _table()
        self.table.itemSelectionChanged.connect(self._selected)
        column.addWidget(self.table, 1)
        column.addWidget(HairLine())
        column.addLayout(self._fields())
        self.words = Text("", "muted", size=12, wrap=True)
        self.words.setObjectName(f"{NAME}.words")
        column.addWidget(self.words)
        self.remove = self._button("Remove", "remove", self.remove_one)
        self.close_button = self._button("Close", "close", self.close)
        foot = QHBoxLayout()
        foot.addWidget(self.remove)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column.addLayout(foot)
        self._sync()
        self.name.setFocus()

    def _fields(self) -> QGridLayout:
        self.name, self.expression, self.kind = QLineEdit(), QLineEdit(), QComboBox()
        self.name.setMaxLength(60)
        self.name.setPlaceholderText("customer")
        self.expression.setMaxLength(LONGEST)
        for value, words in KINDS:
            self.kind.addItem(words, value)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        fields = (("Name", self.name, "name"), ("Kind", self.kind, "kind"), ("Pattern", self.expression, "pattern"))
        for column, (words, field, name) in enumerate(fields):
            field.setObjectName(f"{NAME}.{name}")
            field.setAccessibleName(words)
            label = Label(words, "muted", 12)
            label.setBuddy(field)
            grid.addWidget(label, 0, column)
            grid.addWidget(field, 1, column)
        self.add = self._button("Add", "add", self.add_one)
        self.add.setDefault(True)
        grid.addWidget(self.add, 1, 3)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 2)
        self.expression.setMinimumWidth(scaled(160))
        self.name.setMinimumWidth(scaled(100))
        self.name.textChanged.connect(self._sync)
        self.expression.textChanged.connect(self._sync)
        return grid

    def _button(self, text: str, name: str, slot: Any) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"{NAME}.{name}")
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    # What there is

    def _read(self) -> None:
        text = self._context.settings.get(SECRET_PATTERNS)
        self._reading = self._context.bridge.blocking(parse, text, label="Reading secret patterns", owner=self)
        self._reading.finished.connect(self._read_them)

    def _read_them(self) -> None:
        operation, self._reading = self._reading, None
        if operation is None or operation.result is None:
            return
        patterns, wrong = operation.result
        self._show(patterns)
        if wrong:
            self._say(" ".join(wrong), "warning")

    def _show(self, patterns: tuple[SecretPattern, ...]) -> None:
        self.patterns = patterns
        self.table.setRowCount(len(patterns))
        words = dict(KINDS)
        for row, pattern in enumerate(patterns):
            for column, text in enumerate((pattern.name, words[pattern.kind], pattern.expression)):
                self.table.setItem(row, column, QTableWidgetItem(shown_line(text)))
        self._sync()

    def _selected(self) -> None:
        row = self.table.currentRow()
        if self.table.selectedItems() and 0 <= row < len(self.patterns):
            pattern = self.patterns[row]
            self.name.setText(pattern.name)
            self.kind.setCurrentIndex(self.kind.findData(pattern.kind))
            self.expression.setText(pattern.expression)
        self._sync()

    def _sync(self) -> None:
        known = any(pattern.name == self.name.text().strip() for pattern in self.patterns)
        self.add.setText("Change" if known else "Add")
        self.add.setAccessibleName(self.add.text())
        full = len(self.patterns) >= MOST and not known
        self.add.setEnabled(bool(self.name.text().strip() and self.expression.text()) and not full)
        self.remove.setEnabled(bool(self.table.selectedItems()))

    def _say(self, words: str, role: str = "muted") -> None:
        self.words.set_role(role)
        self.words.set_text(words)

    # Changes

    def add_one(self) -> None:
        """Try what was typed, and take it out from now on."""
        if self._checking is not None:
            return
        self._say("Trying it…")
        self._checking = self._context.bridge.blocking(
            SecretPattern,
            self.name.text().strip(),
            self.kind.currentData(),
            self.expression.text(),
            label="Trying a secret pattern",
            owner=self,
        )
        self._checking.finished.connect(self._checked)

    def _checked(self) -> None:
        operation, self._checking = self._checking, None
        if operation is None:
            return
        error, pattern = operation.error, operation.result
        if error is not None or pattern is None:
            self._say(f"Not added: {error}", "error")
            return
        rest = tuple(one for one in self.patterns if one.name != pattern.name)
        self._keep((*rest, pattern))
        self._say(f"“{pattern.name}” is taken out from now on.", "good")
        self.name.clear()
        self.expression.clear()
        self._sync()
        self.name.setFocus()

    def remove_one(self) -> None:
        """Take out no more what the chosen pattern finds."""
        row = self.table.currentRow()
        if 0 <= row < len(self.patterns):
            name = self.patterns[row].name
            self._keep(self.patterns[:row] + self.patterns[row + 1 :])
            self._say(f"“{name}” is not taken out any more.")

    def _keep(self, patterns: tuple[SecretPattern, ...]) -> None:
        self._context.settings.set(SECRET_PATTERNS, dump(patterns))
        self._show(patterns)


def _table() -> QTableWidget:
    table = QTableWidget(0, 3)
    table.setObjectName(f"{NAME}.list")
    table.setAccessibleName("Secret patterns")
    table.setHorizontalHeaderLabels(["Name", "Kind", "Pattern"])
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setItemDelegate(HairlineDelegate(table))
    table.verticalHeader().hide()
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
    table.setColumnWidth(0, scaled(150))
    table.setColumnWidth(1, scaled(150))
    return table
