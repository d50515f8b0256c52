"""The palette (Ctrl+K): one list over commands, panels, profiles and exchanges, opened over the window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from playground.shell.finding import Asking, PanelFinders, PanelFound
from playground.shell.palette_model import (
    Entry,
    EntryRole,
    PaletteModel,
    command_entries,
    exchange_entry,
    looks_like_id,
    panel_entry,
)
from playground.shell.surface import Text, draw_key_hint, key_words
from playground.widgets.commands import CommandRegistry
from playground.widgets.fields import VeiledField
from playground.widgets.icons import paint_icon
from playground.widgets.presentation import shown_line
from playground.widgets.theme import current_theme, is_theme_change, mono_font, scaled, ui_font

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation
    from playground.core.exchanges import ExchangeStore, ExchangeSummary

ROW = 32
FIELD = 44
WIDTH = 640
LOG_SEARCH_AFTER_MS = 150
LOG_SEARCH_FROM = 3
"""Letters from which on the log is searched too."""

PASTED_FROM = 400
"""Characters from which on a pasted text is not shown in the field; nor is one of several lines, or a command."""

Index = QModelIndex | QPersistentModelIndex


class EntryDelegate(QStyledItemDelegate):
    """Paints an entry: icon, title, hint, and at the right its group and its keys."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, scaled(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry | None = index.data(EntryRole)
        if entry is None:
            return
        theme, box = current_theme(), option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selection"))
            painter.drawRoundedRect(QRectF(box.adjusted(6, 1, -6, -1)), 6, 6)
        if entry.icon:
            paint_icon(painter, QRect(box.left() + 16, box.center().y() - 8, 16, 16), entry.icon, "muted")
        right = box.right() - 16
        if entry.shortcut:
            right = draw_key_hint(painter, right, box.center().y() + 1, key_words(entry.shortcut)) - 10
        painter.setFont(ui_font(12))
        painter.setPen(theme.color("muted"))
        group_width = painter.fontMetrics().horizontalAdvance(entry.group)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(
            QRect(right - group_width, box.top(), group_width, box.height()),
            middle | Qt.AlignmentFlag.AlignRight,
            entry.group,
        )
        self._paint_title(
            painter, entry, QRect(box.left() + 42, box.top(), right - group_width - 54 - box.left(), box.height())
        )
        painter.restore()

    def _paint_title(self, painter: QPainter, entry: Entry, place: QRect) -> None:
        theme, middle = current_theme(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(mono_font(12) if entry.hint else ui_font(13))
        painter.setPen(theme.color("text"))
        metrics = painter.fontMetrics()
        title = metrics.elidedText(shown_line(entry.title), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, middle, title)
        if entry.hint:
            used = metrics.horizontalAdvance(title) + 14
            rest = place.adjusted(used, 0, 0, 0)
            painter.setFont(mono_font(12))
            painter.setPen(theme.color(entry.role if entry.role in ("error", "warning") else "muted"))
            words, room = shown_line(entry.hint), max(0, rest.width())
            hint = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
            painter.drawText(rest, middle, hint)


class PaletteBox(QFrame):
    """The rounded box in the overlay; paints itself."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("line_strong"))
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        painter.fillRect(QRect(1, scaled(FIELD) + 1, self.width() - 2, 1), theme.color("line"))


class Palette(QWidget):
    """Lies over the whole window while it is open; a click beside the box, Esc, or running an entry closes it."""

    def __init__(
        self,
        commands: CommandRegistry,
        bridge: Bridge,
        store: ExchangeStore,
        finders: PanelFinders,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self.setObjectName("palette")
        self._commands, self._bridge, self._store = commands, bridge, store
        self._came_from: QWidget | None = None
        self._asked = ""
        self._operation: Operation[list[ExchangeSummary]] | None = None
        self._pasted = ""
        """What was pasted and is not shown; the field says how much it is."""
        self._asking = Asking(finders, bridge, self)
        self._asking.answered.connect(self._panels_answered)
        self._model = PaletteModel(self)
        self._box = PaletteBox(self)
        self.field = VeiledField(self._box)
        self.field.setObjectName("palette.field")
        self.field.setAccessibleName("Search, paste an ID, or run a command")
        self.field.setPlaceholderText("Search, paste an ID, or run a command")
        self.field.setFrame(False)
        self.list = QListView(self._box)
        self.list.setObjectName("palette.list")
        self.list.setAccessibleName("Commands and requests")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(EntryDelegate(self.list))
        self.list.setModel(self._model)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._nothing = Text("", "muted", parent=self._box)
        self._nothing.setObjectName("palette.nothing")
        layout = QVBoxLayout(self._box)
        layout.setContentsMargins(1, 1, 1, 6)
        layout.setSpacing(0)
        self.field.setTextMargins(14, 0, 14, 0)
        layout.addWidget(self.field)
        layout.addSpacing(6)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._nothing)
        self._nothing.setContentsMargins(16, 8, 16, 12)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOG_SEARCH_AFTER_MS)
        self._timer.timeout.connect(self._search_log)
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        self.list.clicked.connect(self._clicked)
        self.list.entered.connect(self.list.setCurrentIndex)
        window.installEventFilter(self)
        self._retheme()
        self.hide()

    def _retheme(self) -> None:
        self.field.setFont(ui_font(15))
        self.field.setFixedHeight(scaled(FIELD))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_theme_change(event) and hasattr(self, "list"):
            self._retheme()
            if self.isVisible():
                self._place()

    # Opening and closing ----------------------------------------------------------------------------------------

    def open(self, recent: Sequence[ExchangeSummary], text: str = "") -> None:
        """Show the palette, with what can be done now."""
        if not self.isVisible():
            self._came_from = QApplication.focusWidget()
        self._model.load(
            command_entries(self._commands, frozenset({"palette.open"})),
            [exchange_entry(self._commands, summary) for summary in recent],
        )
        self.field.setText(text)
        self._typed(text)
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.field.selectAll()

    def dismiss(self) -> None:
        """Close and give the focus back to where it was."""
        if not self.isVisible():
            return
        self.hide()
        self._timer.stop()
        self._pasted = ""
        self._asking.ask("")
        self.field.clear()  # what was pasted there may be a key
        if self._came_from is not None:
            from shiboken6 import isValid

            if isValid(self._came_from) and self._came_from.isVisible():
                self._came_from.setFocus(Qt.FocusReason.PopupFocusReason)
        self._came_from = None

    def entries(self) -> list[Entry]:
        """What is listed now."""
        return self._model.entries()

    def run_current(self) -> None:
        """Close, then run the chosen entry with the focus back in its place, so that scoped commands work."""
        entry: Entry | None = self.list.currentIndex().data(EntryRole)
        if entry is not None:
            self.dismiss()
            entry.run()

    # Searching --------------------------------------------------------------------------------------------------

    def _typed(self, text: str) -> None:
        if self._pasted and text != pasted_words(self._pasted):
            self._pasted = ""
        self._model.search(text)
        self._choose_first()
        query = text.strip()
        self._asking.ask(self._pasted or query)
        if self._pasted:
            self._timer.stop()
        elif len(query) >= LOG_SEARCH_FROM:
            self._timer.start(0 if looks_like_id(query) else LOG_SEARCH_AFTER_MS)
        else:
            self._timer.stop()

    def _search_log(self) -> None:
        if self._operation is not None:
            self._operation.cancel()
        self._asked = self.field.text().strip()
        self._operation = self._bridge.blocking(
            self._store.find, self._asked, 20, label="Searching the request log", owner=self
        )
        self._operation.finished.connect(self._log_answered)
        self._choose_first()

    def _log_answered(self) -> None:
        operation = self.sender()
        if operation is not self._operation or self._operation is None:
            return
        found = self._operation.result or []
        self._operation = None
        if not self.isVisible():
            return
        at = self.list.currentIndex().row()
        self._model.add_found(self._asked, [exchange_entry(self._commands, summary) for summary in found])
        if looks_like_id(self._asked) or at < 0:
            self._choose_first()
        else:
            self.list.setCurrentIndex(self._model.index(min(at, self._model.rowCount() - 1), 0))
            self._show_nothing()

    def _panels_answered(self, text: str, found: list[PanelFound]) -> None:
        if not self.isVisible() or text != (self._pasted or self.field.text().strip()):
            return
        row = self.list.currentIndex().row()
        chosen = self.list.currentIndex().data(EntryRole) if row > 0 else None
        ranked = [
            (one.found.score, panel_entry(self._commands, one))
            for one in found
            if one.found.arguments or self._commands.get(one.found.command) is None  # else it stands there anyway
        ]
        self._model.add_ranked(self.field.text().strip(), ranked)
        self._choose_first()
        if (at := self._model.row_of(chosen)) > 0:
            self.list.setCurrentIndex(self._model.index(at, 0))

    def paste(self, text: str) -> bool:
        """A text of several lines, a long one, or a command is kept aside, as it is; False where the field takes it."""
        lines = text.strip()
        if "\n" not in lines and len(lines) < PASTED_FROM and not lines.startswith(("curl ", "curl.exe ")):
            return False
        self._pasted = text
        self.field.setText(pasted_words(text))
        return True

    def _choose_first(self) -> None:
        self.list.setCurrentIndex(self._model.index(0, 0))
        self.list.scrollToTop()
        self._show_nothing()

    def _show_nothing(self) -> None:
        empty = self._model.rowCount() == 0
        searching = self._timer.isActive() or self._operation is not None
        words = "Searching the request log…" if searching else "Nothing is called so."
        if self._pasted:
            words = "Looking what it is…" if self._asking.busy else "Nothing here knows what to do with that text."
        self._nothing.set_text(words)
        self._nothing.setVisible(empty)
        self.list.setVisible(not empty)
        self._place()

    # Keys, mouse, geometry --------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        if watched is self.parentWidget() and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key, rows = Qt.Key(event.key()), self._model.rowCount()
        if event.matches(QKeySequence.StandardKey.Paste):
            return self.paste(QGuiApplication.clipboard().text())
        if key == Qt.Key.Key_Escape:
            self.dismiss()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.run_current()
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            pass
        else:
            page = max(1, self.list.height() // scaled(ROW) - 1)
            step = {
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_PageDown: page,
                Qt.Key.Key_PageUp: -page,
            }.get(key)
            if step is None or not rows:
                return False
            at = self.list.currentIndex().row() + step
            at = at % rows if abs(step) == 1 else max(0, min(rows - 1, at))
            self.list.setCurrentIndex(self._model.index(at, 0))
        return True

    def _clicked(self, index: QModelIndex) -> None:
        self.list.setCurrentIndex(index)
        self.run_current()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._box.geometry().contains(event.position().toPoint()):
            self.dismiss()

    def _place(self) -> None:
        window = self.window()
        self.setGeometry(window.rect())
        width = min(WIDTH, window.width() - 32)
        rows = max(1, self._model.rowCount())
        height = min(scaled(FIELD) + 15 + rows * scaled(ROW), max(200, window.height() - 160))
        self._box.setGeometry((window.width() - width) // 2, 6, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shade = current_theme().color("text" if not current_theme().dark else "sunken")
        shade = type(shade)(shade)
        shade.setAlphaF(0.10 if not current_theme().dark else 0.45)
        painter.fillRect(event.rect(), shade)


def pasted_words(text: str) -> str:
    """What the field shows of a pasted text: there may be a key in it."""
    lines, characters = len(text.strip().splitlines()), len(text.strip())
    size = f"{lines} lines" if lines > 1 else f"{characters:,} characters"
    return f"Pasted: {text.split(maxsplit=1)[0][:12]} … ({size})"
