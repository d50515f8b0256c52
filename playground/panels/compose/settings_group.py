"""A section of the settings: a title that opens and closes it, and its rows, each made when it is first shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.core.runs.parameters import Api, Parameter
from playground.panels.compose.settings_row import SettingRow
from playground.widgets.controls import FoldHeader, HairLine

MARGIN = 16


class GroupHead(QWidget):
    """Something that stands before a section's rows."""

    def tab_stops(self) -> list[QWidget]:
        """What the Tab key visits, in order."""
        return []


class SettingsGroup(QWidget):
    """`folded`: a person opened or closed it."""

    changed = Signal(str, object)
    forgotten = Signal(str)
    folded = Signal(str, bool)

    def __init__(self, name: str, title: str, parameters: tuple[Parameter, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.parameters = parameters
        self.rows: dict[str, SettingRow] = {}
        self._order = [parameter.id for parameter in parameters]
        self._head: GroupHead | None = None
        self._setting = False
        self.header = FoldHeader(title)
        self.header.setObjectName(f"compose.settings.{name}")
        self.body = QWidget()
        self.body.hide()
        self._inner = QVBoxLayout(self.body)
        self._inner.setContentsMargins(MARGIN, 0, MARGIN, 12)
        self._inner.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(HairLine())
        column.addWidget(self.header)
        column.addWidget(self.body)
        self.header.toggled.connect(self._toggled)

    def set_head(self, head: GroupHead) -> None:
        """Put something before all rows."""
        self._head = head
        self._inner.insertWidget(0, head)

    def set_open(self, is_open: bool) -> None:
        """Open or close it, as nobody's wish."""
        self._setting = True
        self.header.setChecked(is_open)
        self._setting = False

    @property
    def is_open(self) -> bool:
        return self.header.isChecked()

    def _toggled(self, is_open: bool) -> None:
        self.body.setVisible(is_open)
        if not self._setting:
            self.folded.emit(self.name, is_open)

    def row(self, identifier: str, api: Api, value: Any = None) -> SettingRow:
        """The row of a parameter, made where there is none yet."""
        if identifier in self.rows:
            return self.rows[identifier]
        index = self._order.index(identifier)
        row = SettingRow(self.parameters[index], api)
        if value is not None:
            row.field.set_value(value)
        row.changed.connect(self.changed)
        row.forgotten.connect(self.forgotten)
        place = sum(self._order.index(other) < index for other in self.rows)
        self._inner.insertWidget(place + (self._head is not None), row)
        self.rows[identifier] = row
        return row

    def show_rows(self, identifiers: set[str], api: Api, values: Mapping[str, Any]) -> bool:
        """Show these of its rows and no others; returns whether a row was made."""
        made = False
        for parameter in self.parameters:
            row = self.rows.get(parameter.id)
            wanted = parameter.id in identifiers
            if row is None and wanted:
                row = self.row(parameter.id, api, values.get(parameter.id))
                made = True
            if row is not None:
                row.setVisible(wanted)
                row.set_api(api)
        return made

    def tab_stops(self) -> list[QWidget]:
        """What the Tab key visits, in order."""
        stops: list[QWidget] = [self.header]
        if self._head is not None:
            stops += self._head.tab_stops()
        for identifier in self._order:
            if identifier in self.rows:
                stops += self.rows[identifier].tab_stops()
        return stops
