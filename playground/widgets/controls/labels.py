"""Things to read: section titles, hairlines, chips, IDs, empty states."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QVBoxLayout, QWidget

from playground.widgets.commands import Command
from playground.widgets.icons import icon, paint_icon
from playground.widgets.presentation import mask_id, shown_line
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, mono_font, scaled, ui_font
from playground.widgets.themed import Label, Themed


class SectionLabel(Label):
    """The title of a section: 11 px, semi-bold, spaced capitals, muted."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text.upper(), "muted", 11, 600, spacing=0.6, parent=parent)
        self.setAccessibleName(text)

    def set_title(self, text: str) -> None:
        """Another title, in its natural capitals."""
        self.setText(text.upper())
        self.setAccessibleName(text)


class HairLine(QWidget):
    """One pixel between two things."""

    def __init__(self, orientation: Qt.Orientation = Qt.Orientation.Horizontal, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if orientation == Qt.Orientation.Horizontal:
            self.setFixedHeight(1)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        else:
            self.setFixedWidth(1)
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), color("line"))


# role -> (fill, border, text)
_CHIP = {
    "plain": ("surface", "line", "text"),
    "muted": ("sunken", None, "muted"),
    "accent": ("accent_soft", None, "accent"),
    "good": ("good_soft", None, "good"),
    "warning": ("warning_soft", None, "warning"),
    "error": ("error_soft", None, "error"),
    "simulated": ("simulated_soft", None, "simulated"),
}


class Chip(Themed, QWidget):
    """A pill with a word or two. Roles: plain, muted, accent, good, warning, error, simulated (anything else is plain).

    `dot`: the colour role of a dot before the text. `icon`: an icon's name instead.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "plain",
        *,
        dot: str | None = None,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text, self._role, self._dot, self._icon = text, role, dot, icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        self.retheme()

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def set_role(self, role: str, dot: str | None = None) -> None:
        """Another colour; `dot` as in the constructor."""
        if (role, dot) != (self._role, self._dot):
            self._role, self._dot = role, dot
            self.updateGeometry()
            self.update()

    def retheme(self) -> None:
        self.setFont(ui_font(12))
        self.updateGeometry()

    def shown_text(self) -> str:
        """The words as they are painted."""
        return shown_line(self._text)

    def _lead(self) -> int:
        return 13 if self._dot else 18 if self._icon else 0

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self.shown_text())
        return QSize(width + self._lead() + 22, scaled(22))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill, line, text = _CHIP.get(self._role, _CHIP["plain"])
        rect = self.rect()
        rounded(painter, rect, fill, line, rect.height() / 2)
        x = 11
        if self._dot:
            side = 7.0
            rounded(painter, QRectF(x, (rect.height() - side) / 2, side, side), self._dot, None, side / 2)
        elif self._icon:
            paint_icon(painter, QRect(x - 2, (rect.height() - 14) // 2, 14, 14), self._icon, text)
        painter.setPen(color(text if self.isEnabled() else "faint"))
        painter.drawText(rect.adjusted(x + self._lead(), 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, self.shown_text())


class IdLabel(Themed, QAbstractButton):
    """An ID as a link: click or Enter opens it, right-click or Ctrl+C copies it.

    Shown whole, or, with `limit`, shortened to so many characters.
    """

    opened = Signal(str)

    def __init__(self, id_: str = "", *, limit: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id = ""
        self._limit = limit
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._open)
        self.retheme()
        self.set_id(id_)

    def id(self) -> str:
        return self._id

    def set_id(self, id_: str | None) -> None:
        """Another ID; none hides the label."""
        self._id = id_ or ""
        self.setVisible(bool(id_)) if self.parentWidget() else None
        self._say()

    def _say(self) -> None:
        """The ID as it may be shown: as text, tooltip and accessible name."""
        words = mask_id(self._id)
        self.setText(words)
        self.setToolTip(f"{words}\nClick to open, right-click to copy" if words else "")
        self.setAccessibleName(f"ID {words}" if words else "No ID")
        self.updateGeometry()

    def copy(self) -> None:
        """Put the whole ID on the clipboard."""
        QGuiApplication.clipboard().setText(self._id)

    def retheme(self) -> None:
        self.setFont(mono_font())
        self._say()

    def _shown(self) -> str:
        text = self.text()
        return text[: self._limit - 1] + "…" if 0 < self._limit < len(text) else text

    def _open(self) -> None:
        if self._id:
            self.opened.emit(self._id)

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self._shown()) + 8, scaled(20))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("copy"), "Copy ID").triggered.connect(self.copy)
        menu.addAction(icon("arrow-right"), "Open").triggered.connect(self._open)
        menu.popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.hasFocus():
            rounded(painter, self.rect(), None, "accent", 4, 1.5)
        painter.setPen(color("accent_hover" if self.underMouse() else "accent"))
        rect = self.rect().adjusted(4, 0, -4, 0)
        metrics = painter.fontMetrics()
        text = metrics.elidedText(self._shown(), Qt.TextElideMode.ElideMiddle, rect.width() + 1)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        if self.underMouse():
            y = (self.height() + metrics.ascent() - metrics.descent()) // 2 + 2
            end = QPoint(rect.x() + metrics.horizontalAdvance(text), y)
            painter.drawLine(QPoint(rect.x(), y), end)


class _Glyph(QWidget):
    """One large icon."""

    def __init__(self, name: str, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setFixedSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_icon(QPainter(self), self.rect(), self._name, "faint")


class EmptyState(QWidget):
    """What a place says while it holds nothing: an icon, a title, a sentence that tells what to do, one command."""

    def __init__(
        self, icon: str, title: str, text: str, command: Command | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(6)
        column.addStretch(2)
        center = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(_Glyph(icon, 28), 0, center)
        column.addSpacing(4)
        self.title = Label(title, "text", 14, 600)
        self.text = Label(text, "muted", 13, wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._widest = self._room = scaled(340)
        self.text.setFixedWidth(self._widest)
        column.addWidget(self.title, 0, center)
        column.addWidget(self.text, 0, center)
        column.addStretch(3)
        self._column = column
        if command is not None:
            self.add_command(command)
        self.set_words(title, text)

    def set_words(self, title: str, text: str) -> None:
        """Other words, as high as they are."""
        self.title.setText(title)
        self.setAccessibleName(title)
        self.text.setText(text)
        self._fit()

    def set_widest(self, width: int) -> None:
        """How wide the sentence is, in pixels, where there is room for it."""
        self._widest = width
        self._fit()

    def _fit(self) -> None:
        width = min(self._widest, self._room)
        self.text.setFixedWidth(width)
        self.text.setMinimumHeight(self.text.heightForWidth(width) if self.text.text() else 0)

    def minimumSizeHint(self) -> QSize:
        """The sentence takes what room there is; the rest needs its own."""
        hint, least = super().minimumSizeHint(), scaled(120)
        for place in range(self._column.count()):
            widget = self._column.itemAt(place).widget()
            if widget is not None and widget is not self.text:
                least = max(least, widget.sizeHint().width())
        margins = self._column.contentsMargins()
        return QSize(min(hint.width(), least + margins.left() + margins.right()), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        margins = self._column.contentsMargins()
        self._room = max(scaled(80), event.size().width() - margins.left() - margins.right())
        self._fit()

    def add_command(self, command: Command) -> None:
        """What can be done about it."""
        from playground.widgets.controls.buttons import CommandButton

        below = self._column.count() - 1
        self._column.insertWidget(below, CommandButton(command, "plain"), 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.insertSpacing(below, 8)
