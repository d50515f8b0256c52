"""What the pages of the settings share, and the pages that are made from declared settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QSpinBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from playground.shell.surface import Text, draw_focus
from playground.widgets.commands import Command
from playground.widgets.controls import CommandButton, SectionLabel
from playground.widgets.theme import current_theme, scaled, ui_font

if TYPE_CHECKING:
    from playground.bridge import Bridge
    from playground.core.settings import Setting, Settings
    from playground.widgets.controls.buttons import Kind


def command_button(command: Command, kind: Kind = "plain") -> CommandButton:
    """A button for a command, with the names that tests and screen readers go by."""
    button = CommandButton(command, kind)
    button.setObjectName(f"button.{command.id}")
    button.setAccessibleName(command.text().rstrip("…"))
    return button


def scrolled_page(content: QWidget, name: str, accessible: str) -> QScrollArea:
    """A page that scrolls downwards only."""
    area = QScrollArea()
    area.setObjectName(name)
    area.setAccessibleName(accessible)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area


class NavList(QListWidget):
    """A short list to choose a page or an object from."""

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setItemDelegate(NavDelegate(self))
        self.viewport().setAutoFillBackground(False)


class NavDelegate(QStyledItemDelegate):
    """Rows as high as the design has them, the chosen one in the accent's soft colour."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, scaled(30))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, box = current_theme(), QRectF(option.rect).adjusted(0, 1, 0, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft" if chosen else "hover"))
            painter.drawRoundedRect(box, 6, 6)
        if option.state & QStyle.StateFlag.State_HasFocus:
            draw_focus(painter, box, 6)
        painter.setFont(ui_font(13, 500 if chosen else 400))
        painter.setPen(theme.color("accent" if chosen else "text"))
        inner = box.adjusted(10, 0, -8, 0)
        words = str(index.data())
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(inner.width()))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()


class SettingField:
    """One declared setting as a widget: a choice, a box to tick, a number or a text."""

    def __init__(self, setting: Setting[Any], settings: Settings) -> None:
        self.setting = setting
        self._settings = settings
        self._setting_value = False
        self.widget = self._make()
        self.widget.setObjectName(f"settings.{setting.key}")
        self.widget.setAccessibleName(setting.title)
        self.widget.setAccessibleDescription(setting.description)
        self.show_value()

    def _make(self) -> QWidget:
        setting = self.setting
        if setting.choices:
            box = QComboBox()
            for value, words in setting.choices:
                box.addItem(words, value)
            box.currentIndexChanged.connect(self._changed)
            return box
        if setting.type is bool:
            tick = QCheckBox(setting.title)
            tick.toggled.connect(self._changed)
            return tick
        if setting.type in (int, float):
            least, most = setting.minimum or 0, setting.maximum if setting.maximum is not None else 1_000_000
            number: QSpinBox | QDoubleSpinBox = QSpinBox() if setting.type is int else QDoubleSpinBox()
            number.setRange(int(least), int(most))
            if setting.unit:
                number.setSuffix(f" {setting.unit}")
            number.valueChanged.connect(self._changed)
            return number
        line = QLineEdit()
        line.editingFinished.connect(self._changed)
        return line

    def show_value(self) -> None:
        """Show what the settings hold now."""
        value, widget = self._settings.get(self.setting.key), self.widget
        self._setting_value = True
        try:
            if isinstance(widget, QComboBox):
                widget.setCurrentIndex(max(0, widget.findData(value)))
            elif isinstance(widget, QCheckBox):
                widget.setChecked(value)
            elif isinstance(widget, QSpinBox | QDoubleSpinBox):
                widget.setValue(value)
            elif isinstance(widget, QLineEdit):
                widget.setText(value)
        finally:
            self._setting_value = False

    def _changed(self, *_arguments: Any) -> None:
        if self._setting_value:
            return
        widget = self.widget
        if isinstance(widget, QComboBox):
            value: Any = widget.currentData()
        elif isinstance(widget, QCheckBox):
            value = widget.isChecked()
        elif isinstance(widget, QSpinBox | QDoubleSpinBox):
            value = widget.value()
        else:
            value = widget.text() if isinstance(widget, QLineEdit) else None
        self._settings.set(self.setting.key, value)


class SettingsPage(QWidget):
    """The declared settings whose keys begin with one prefix; what else belongs there comes into `column`."""

    def __init__(
        self, bridge: Bridge, settings: Settings, prefix: str, title: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"settings.page.{prefix}")
        self.fields = [SettingField(setting, settings) for setting in settings if setting.key.startswith(f"{prefix}.")]
        content = QWidget()
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(20, 16, 20, 16)
        self.column.setSpacing(12)
        self.column.addWidget(SectionLabel(title))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, 130)
        grid.setColumnStretch(1, 1)
        for field in self.fields:
            self._add(grid, field)
        self.column.addLayout(grid)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled_page(content, f"settings.{prefix}.area", title))
        bridge.listen(settings.changed, self._settings_changed, self)

    def _add(self, grid: QGridLayout, field: SettingField) -> None:
        row = grid.rowCount()
        if not isinstance(field.widget, QCheckBox):
            label = Text(field.setting.title)
            label.setBuddy(field.widget)
            grid.addWidget(label, row, 0)
        field.widget.setMinimumWidth(260)
        grid.addWidget(field.widget, row, 1, Qt.AlignmentFlag.AlignLeft)
        if field.setting.description:
            grid.addWidget(Text(field.setting.description, "muted", size=12, wrap=True), row + 1, 1)
            grid.setRowMinimumHeight(row + 2, 8)

    def _settings_changed(self, _emissions: list[tuple[Any, ...]]) -> None:
        for field in self.fields:
            field.show_value()
