"""The list of the history: two lines a run, opened by Enter, renamed by F2, copied by Ctrl+C."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from playground.panels.compose.history_model import (
    RunsModel,
    SummaryRole,
    copy_text,
    end_words,
    numbers,
    time_text,
)
from playground.widgets.commands import Command
from playground.widgets.icons import paint_icon
from playground.widgets.presentation import shown_line
from playground.widgets.theme import current_theme, is_theme_change, scaled, ui_font

if TYPE_CHECKING:
    from playground.core.exchanges import RunSummary

Index = QModelIndex | QPersistentModelIndex

ROW = 50
PAD = 16
Left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
Right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RunDelegate(QStyledItemDelegate):
    """Name or first line, and a star; below them time, model, how it ended, tokens and cost."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.open_id = ""
        """The run that Compose shows."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, scaled(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        run: RunSummary | None = index.data(SummaryRole)
        if run is None:
            return
        theme, box = current_theme(), QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.color("selection"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.color("hover"))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), theme.color("line"))
        if run.id == self.open_id:
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height() - 1), theme.color("accent"))
        inner = box.adjusted(PAD, scaled(6), -PAD, -scaled(6))
        upper = QRect(inner.left(), inner.top(), inner.width(), scaled(20))
        lower = QRect(inner.left(), inner.bottom() - scaled(17), inner.width(), scaled(18))
        self._paint_title(painter, upper, run)
        self._paint_facts(painter, lower, run)

    @staticmethod
    def _paint_title(painter: QPainter, box: QRect, run: RunSummary) -> None:
        if run.starred:
            side = scaled(14)
            paint_icon(painter, QRect(box.right() - side + 1, box.top() + 2, side, side), "star", "accent")
            box = box.adjusted(0, 0, -side - 6, 0)
        painter.setFont(ui_font(13, 600 if run.name else 400))
        painter.setPen(current_theme().color("text" if run.name or run.title else "muted"))
        text = painter.fontMetrics().elidedText(shown_line(run.words), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(Left), text)

    @staticmethod
    def _paint_facts(painter: QPainter, box: QRect, run: RunSummary) -> None:
        theme = current_theme()
        painter.setFont(ui_font(12))
        metrics: QFontMetrics = painter.fontMetrics()
        right = box.right() + 1
        (end, role), figures = end_words(run), numbers(run)
        for text, text_role in ((figures, "muted"), (end, role)):
            if text:
                painter.setPen(theme.color(text_role))
                painter.drawText(QRect(box.left(), box.top(), right - box.left(), box.height()), int(Right), text)
                right -= metrics.horizontalAdvance(text) + 10
        when = time_text(run.started_at)
        painter.setPen(theme.color("muted"))
        painter.drawText(box, int(Left), when)
        left = box.left() + metrics.horizontalAdvance(when) + 10
        painter.setPen(theme.color("simulated" if run.simulated else "muted"))
        model = shown_line(f"sandbox · {run.model}" if run.simulated and "sandbox" not in run.model else run.model)
        room = QRect(left, box.top(), max(0, right - left), box.height())
        painter.drawText(room, int(Left), metrics.elidedText(model, Qt.TextElideMode.ElideRight, room.width()))

    # Renaming

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        run: RunSummary | None = index.data(SummaryRole)
        edit = QLineEdit(parent)
        edit.setObjectName("compose.history.name")
        edit.setAccessibleName("Name of the run")
        edit.setPlaceholderText(run.title if run is not None else "")
        edit.setMaxLength(200)
        return edit

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        box = QRect(option.rect)
        editor.setGeometry(QRect(box.left() + PAD - 8, box.top() + 2, box.width() - 2 * PAD + 16, scaled(25)))


class RunList(QListView):
    """`opened`: a run's id, by Enter or a double click. `selected`: the selection changed. `dismissed`: Escape."""

    opened = Signal(str)
    selected = Signal()
    dismissed = Signal()

    def __init__(self, model: RunsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compose.history.list")
        self.setAccessibleName("Runs, newest first")
        self._source = model
        self._delegate = RunDelegate(self)
        self.menu_commands: list[Command | None] = []
        """What the context menu offers; None: a line."""
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.activated.connect(self._activated)
        self._retheme()

    def runs(self) -> list[RunSummary]:
        """The selected runs, from the top."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return [run for row in rows if (run := self._source.run(row)) is not None]

    def current(self) -> RunSummary | None:
        return self._source.run(self.currentIndex().row())

    def show_open(self, run_id: str) -> None:
        """Mark the run that Compose shows."""
        self._delegate.open_id = run_id
        self.viewport().update()

    def choose(self, row: int) -> None:
        """Make a row the only selected one."""
        index = self._source.index(row)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def rename(self) -> None:
        """Edit the current run's name in its place."""
        if self.currentIndex().isValid() and self._source.editable:
            self.edit(self.currentIndex())

    def copy(self) -> None:
        """The selected rows as tab-separated lines."""
        if runs := self.runs():
            QGuiApplication.clipboard().setText("\n".join(copy_text(run) for run in runs))

    def _activated(self, index: QModelIndex) -> None:
        run = self._source.run(index.row())
        if run is not None:
            self.opened.emit(run.id)

    def selectionChanged(self, selected: Any, deselected: Any) -> None:
        super().selectionChanged(selected, deselected)
        self.selected.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif self.state() == QAbstractItemView.State.EditingState:
            event.accept()  # it ended the editing of a name, and means nothing more
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._activated(self.currentIndex())
        elif event.key() == Qt.Key.Key_Escape:
            self.dismissed.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for command in self.menu_commands:
            if command is None:
                menu.addSeparator()
            else:
                menu.addAction(command)
        menu.popup(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_theme_change(event):
            self._retheme()

    def _retheme(self) -> None:
        palette = self.palette()
        base = current_theme().color("window")
        if palette.color(palette.ColorRole.Base) != base:
            palette.setColor(palette.ColorRole.Base, base)
            self.setPalette(palette)
        self.doItemsLayout()
