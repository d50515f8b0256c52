"""Tables: copying what is shown, in the order it is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from playground.widgets.tables import ROW, CopyTable
from tests.widgets.conftest import Show

LINES = (("b", "2", "two\twords"), ("a", "1", "one"), ("c", "3", None))


def make() -> CopyTable:
    table = CopyTable()
    model = QStandardItemModel(table)
    model.setHorizontalHeaderLabels(["Name", "Number", "Note"])
    for line in LINES:
        model.appendRow([QStandardItem(value) for value in line])
    table.setModel(model)
    table.set_columns([80, 60, 100])
    return table


def test_rows_are_copied_as_they_are_shown(show: Show) -> None:
    table = make()
    show(table, 400, 300)
    table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    table.selectAll()
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "a\t1\tone\nb\t2\ttwo words\nc\t3\t"
    table.horizontalHeader().moveSection(1, 0)
    table.setColumnHidden(2, True)
    table.clearSelection()
    table.selectRow(0)
    table.copy()
    assert QGuiApplication.clipboard().text() == "1\ta"


def test_rows_are_of_the_designs_height_and_widths_fixed(show: Show) -> None:
    table = make()
    show(table, 400, 300)
    assert table.rowHeight(0) == ROW
    assert [table.columnWidth(column) for column in range(3)] == [80, 60, 100]
    assert not table.showGrid()


def test_enter_opens_a_row_and_moving_tells_it(show: Show) -> None:
    table = make()
    show(table, 400, 300)
    selected: list[int] = []
    activated: list[int] = []
    table.selected_row.connect(selected.append)
    table.activated_row.connect(activated.append)
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert selected == [0, 1]
    assert activated == [1]


def test_the_menu_copies(show: Show) -> None:
    table = make()
    show(table, 400, 300)
    menu = table.make_menu()
    assert isinstance(menu, QMenu)
    assert not menu.actions()[0].isEnabled()
    table.selectAll()
    assert table.make_menu().actions()[0].text() == "Copy 3 rows"
    table.setCurrentIndex(table.model().index(1, 0))
    table.copy_cell()
    assert QGuiApplication.clipboard().text() == "a"
