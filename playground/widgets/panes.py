"""A read-only text that is exactly as high as its content, for prose and for code.

A plain widget that paints a QTextDocument: a QTextEdit is six widgets and costs 1.5 ms to make, which an answer of a
few hundred code boxes and tables would pay in dropped frames.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QBrush,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from playground.widgets.icons import icon
from playground.widgets.presentation import shown, tip
from playground.widgets.stack import Growing
from playground.widgets.stand_ins import StandIns
from playground.widgets.theme import color, current_theme, is_theme_change, mono_font, scaled, ui_font


class InertDocument(QTextDocument):
    """A document that never loads anything: no image, no file, no style sheet.

    What is asked for is answered by an empty picture: without any answer Qt's painting of images reads the file itself.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setUndoRedoEnabled(False)
        self.setDocumentMargin(0)
        self.requests = 0
        """How often something asked for a resource, for tests."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        self.requests += 1
        empty = QImage(1, 1, QImage.Format.Format_ARGB32)
        empty.fill(Qt.GlobalColor.transparent)
        return empty


class TextPane(Growing):
    """Text that can be selected with the mouse and copied; links are announced. It never scrolls by itself."""

    link_activated = Signal(str, str)
    """A link was clicked: its address, and its words as they came."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = InertDocument(self)
        self._selection = QTextCursor(self._document)
        self._width = -1
        self._shift = 0
        self._pressed_link = ""
        self._menu_link = ""
        self._clicks = 0
        self.stand_ins = StandIns(self._document)
        self.caret = False
        """Whether to draw the block that marks where text is streaming in."""
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.IBeamCursor)

    def document(self) -> InertDocument:
        return self._document

    def plain_text(self) -> str:
        """The text, without looks."""
        return self._document.toPlainText()

    def wraps(self) -> bool:
        return True

    def fit(self, width: int) -> int:
        if width != self._width:
            self._width = width
            self.update()
            if self.wraps():
                self._document.setTextWidth(max(1, width))
        return math.ceil(self._document.size().height())

    # selection

    def selected_text(self) -> str:
        """What is selected, with line breaks as such, and with the text itself where something else is shown for it."""
        if not self.stand_ins:
            return self._selection.selection().toPlainText()
        return self.stand_ins.original(self._selection.selectionStart(), self._selection.selectionEnd())

    def has_selection(self) -> bool:
        return self._selection.hasSelection()

    def select_all(self) -> None:
        self._selection.select(QTextCursor.SelectionType.Document)
        self.update()

    def clear_selection(self) -> None:
        if self._selection.hasSelection():
            self._selection.clearSelection()
            self.update()

    def copy(self) -> None:
        """Put what is selected on the clipboard, as plain text."""
        if self._selection.hasSelection():
            data = QMimeData()
            data.setText(self.selected_text())
            QGuiApplication.clipboard().setMimeData(data)

    def update_from(self, position: int) -> None:
        """Paint again what lies at and below a character; text above did not change."""
        block = self._document.findBlock(max(0, position))
        top = self._document.documentLayout().blockBoundingRect(block).top() if block.isValid() else 0.0
        self.update(0, max(0, int(top) - 4), self.width(), self.height() + 100)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self.fit(width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit(event.size().width())

    def _position(self, point: QPointF) -> int:
        layout = self._document.documentLayout()
        return layout.hitTest(point + QPointF(self._shift, 0), Qt.HitTestAccuracy.FuzzyHit)

    def link_at(self, point: QPointF) -> str:
        """The address below a point, "" where there is no link."""
        return self._document.documentLayout().anchorAt(point + QPointF(self._shift, 0))

    def link_words(self, point: QPointF) -> str:
        """All the words of the link below a point, as they came."""
        link, words = self.link_at(point), ""
        block = self._document.findBlock(max(0, self._position(point)))
        position, found = self._position(point), False
        walk = block.begin()
        while not walk.atEnd():
            fragment = walk.fragment()
            if fragment.charFormat().anchorHref() == link:
                words += self.stand_ins.part(fragment, fragment.position(), fragment.position() + fragment.length())
                found = found or fragment.position() <= position <= fragment.position() + fragment.length()
            elif found:
                break
            else:
                words = ""
            walk += 1
        return words

    # events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._pressed_link = self.link_at(event.position())
        position = self._position(event.position())
        if self._clicks == 2:
            self._clicks = 3
            self._selection.select(QTextCursor.SelectionType.BlockUnderCursor)
        elif position >= 0:
            keep = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            mode = QTextCursor.MoveMode.KeepAnchor if keep else QTextCursor.MoveMode.MoveAnchor
            self._selection.setPosition(position, mode)
            self._clicks = 1
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._selection.setPosition(max(0, self._position(event.position())))
        self._selection.select(QTextCursor.SelectionType.WordUnderCursor)
        self._clicks = 2
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            position = self._position(event.position())
            if position >= 0 and self._clicks < 2:
                self._selection.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
                self.update()
            return
        self._clicks = 0
        link = self.link_at(event.position())
        shape = Qt.CursorShape.PointingHandCursor if link else Qt.CursorShape.IBeamCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)
            self.setToolTip(link_tip(link) if link else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        link = self.link_at(event.position())
        if link and link == self._pressed_link and not self.has_selection():
            self.link_activated.emit(link, self.link_words(event.position()))
        self._pressed_link = ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.has_selection():
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        else:
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.TabFocusReason):
            self.clear_selection()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.show_menu(event.globalPos(), self.link_at(QPointF(event.pos())))

    def show_menu(self, where: QPoint, link: str) -> QMenu:
        """The menu with Copy, and what the widgets around it add in `add_menu_actions`."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction(icon("copy"), "Copy")
        copy.setEnabled(self.has_selection())
        copy.triggered.connect(self.copy)
        if link:
            self._menu_link = link
            menu.addAction(icon("link"), "Copy Link").triggered.connect(self._copy_link)
        menu.addAction("Select all here").triggered.connect(self.select_all)
        widget: QWidget | None = self.parentWidget()
        while widget is not None:
            add = getattr(widget, "add_menu_actions", None)
            if add is not None:
                add(menu)
            widget = widget.parentWidget()
        menu.popup(where)
        return menu

    def _copy_link(self) -> None:
        QGuiApplication.clipboard().setText(self._menu_link)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.wraps() and self._width != self.width():
            # A layout has asked since how high it would be at another width.
            self._width = self.width()
            self._document.setTextWidth(max(1, self._width))
        painter = QPainter(self)
        painter.translate(-self._shift, 0)
        exposed = QRectF(event.rect()).translated(self._shift, 0)
        self.paint_below(painter, exposed)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = exposed
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Text, color("text"))
        context.palette = palette
        if self._selection.hasSelection():
            selection = QAbstractTextDocumentLayout.Selection()
            selection.cursor = self._selection
            look = QTextCharFormat()
            look.setBackground(QBrush(color("highlight")))
            selection.format = look
            context.selections = [selection]
        self._document.documentLayout().draw(painter, context)
        if self.caret:
            self._paint_caret(painter)

    def paint_below(self, painter: QPainter, exposed: QRectF) -> None:
        """Paint below the text; in the document's coordinates."""

    def _paint_caret(self, painter: QPainter) -> None:
        block = self._document.lastBlock()
        layout = block.layout()
        if layout is None or not layout.lineCount():
            return
        line = layout.lineAt(layout.lineCount() - 1)
        x, _ = line.cursorToX(block.length() - 1)  # type: ignore[misc]
        origin = self._document.documentLayout().blockBoundingRect(block).topLeft()
        height = self._document.defaultFont().pixelSize() + 3
        bottom = origin.y() + line.y() + line.height()
        painter.fillRect(QRectF(origin.x() + x + 1, bottom - height - 1, 4, height), current_theme().color("text"))


def link_tip(href: str) -> str:
    """Where a link goes, for a tooltip."""
    from playground.core.links import destination

    where = destination(href)
    return tip(f"{where.host or where.scheme}\n{href}" if where.opens else f"Not opened: {href}")


class Paragraph(TextPane):
    """A few sentences in one look, wrapped, 20 pixels a line, selectable; for Qt's layouts."""

    def __init__(
        self,
        text: str,
        role: str = "text",
        size: float = 13,
        weight: int = 400,
        *,
        mono: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = (role, size, weight, mono)
        self._text = text
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._render()

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        """Other words."""
        if text != self._text:
            self._text = text
            self._render()
            self.updateGeometry()

    def _render(self) -> None:
        role, size, weight, mono = self._look
        document = self.document()
        document.clear()
        self.stand_ins.clear()
        self.setAccessibleName(shown(self._text))
        font = mono_font(size, weight) if mono else ui_font(size, weight)
        document.setDefaultFont(font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document.setDefaultTextOption(option)
        block = QTextBlockFormat()
        block.setLineHeight(scaled(18 if mono else size + 7), QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        look = QTextCharFormat()
        look.setForeground(QBrush(color(role)))
        cursor = QTextCursor(document)
        cursor.setBlockFormat(block)
        self._insert(cursor, look)
        self.update()

    def _insert(self, cursor: QTextCursor, look: QTextCharFormat) -> None:
        """Put the words in; subclasses give parts of them another look."""
        self.stand_ins.insert(cursor, self._text, look, line_break="\n")

    def sizeHint(self) -> QSize:
        return QSize(240, self.fit(self._width if self._width > 0 else 480))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, scaled(20))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_theme_change(event):
            self._render()
            self.updateGeometry()
