"""The rows of a form: what they have in common, section titles, and the buttons at the end of lists."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QGuiApplication,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QToolTip, QWidget

from playground.core.forms import Node, titles
from playground.core.forms.values import copied, pretty
from playground.widgets.form.frame import INDENT, MARGIN, Frame, frame
from playground.widgets.icons import paint_icon
from playground.widgets.presentation import shown, shown_line, tip
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, scaled, ui_font
from playground.widgets.themed import Label, Themed

if TYPE_CHECKING:
    from playground.widgets.form.sheet import Sheet

GAP = 8
"""Pixels between two rows."""
_LINE = 17
"""Pixels of a line of help."""
_CLOSED_LINES = 2
"""Lines of help beside a field, until all of it is asked for."""
_ANY = Qt.TextFlag.TextWordWrap


class Row(Themed, QWidget):
    """One place of the form. Its name, its help and its lines of depth are painted, not widgets: that is what makes a
    form of forty parameters quick to open."""

    help_gap = 3
    """Pixels between the field and the help below it."""

    def __init__(self, sheet: Sheet, node: Node, depth: int) -> None:
        super().__init__(sheet)
        self.sheet, self.node, self.depth = sheet, node, depth
        self.bare = False
        self.expanded = False
        self._trouble: Label | None = None
        self._help = ""
        self._frame: Frame | None = None
        self._help_rect = QRect()
        self._label_rect = QRect()

    # What it says

    def label(self) -> str:
        """The name, as it is painted."""
        return "" if self.bare else self.node.name

    def help(self) -> str:
        """What the schema says of the place: what is asked of it, and what it is for."""
        node = self.node
        if not self._help:
            shape, place = node.shape, node.place
            words = [] if self.bare else [titles.readable(place.shape.help or shape.help)]
            words = [part for part in (titles.bounds(shape), *words) if part]
            if place.shape.deprecated and "deprecated" not in " ".join(words).lower():
                words.insert(0, "Deprecated")
            self._help = ". ".join(part.rstrip(".") if part is not words[-1] else part for part in words) or " "
        return self._help.strip()

    def set_trouble(self, words: str) -> None:
        """Say below the field what is wrong with it; "" for nothing."""
        if self._trouble is None:
            if not words:
                return
            self._trouble = Label("", "error", 12, wrap=True, selectable=True, parent=self)
        self._trouble.setObjectName(f"{self.object_name()}.problem")
        if words != self._trouble.source() or self._trouble.isHidden() == bool(words):
            self._trouble.setText(words)
            self._trouble.setVisible(bool(words))
            self.sheet.refit(self)

    def trouble(self) -> str:
        """What is said below the field."""
        return "" if self._trouble is None or self._trouble.isHidden() else self._trouble.source()

    def object_name(self, part: str = "") -> str:
        """The name of a control of this row: the form's, the steps of the pointer, and the control's."""
        steps = [self.sheet.prefix, *(str(step).strip("\0") for step in self.node.steps)]
        return ".".join([*steps, part] if part else steps)

    def spoken(self, words: str = "") -> str:
        """What a screen reader says of a control: the name, and the pointer."""
        name = self.node.name or self.node.title
        return f"{name}{f' {words}' if words else ''}, {self.node.pointer}"

    # For the sheet

    def refresh(self) -> None:
        """Show the model's value."""

    def stops(self) -> list[QWidget]:
        """What the Tab key visits, in order."""
        return []

    def target(self) -> QWidget | None:
        """What gets the focus when somebody goes to this place."""
        stops = self.stops()
        return stops[0] if stops else None

    def focus_switch(self) -> None:
        """Give the focus to the switch of the place's union."""

    def fit(self, width: int) -> int:
        """Lay out for a width; returns the height."""
        place = self._frame = frame(width, self.depth)
        height = max(self._place(place), self._fit_label(place))
        if self._trouble is not None and not self._trouble.isHidden():
            left = place.field if self._beside() else place.label
            inner = place.right - left
            self._trouble.setGeometry(left, height + 2, inner, self._trouble.heightForWidth(inner))
            height = self._trouble.geometry().bottom() + 1
        return self._fit_help(place, height) + GAP

    def _beside(self) -> bool:
        """Whether the field stands beside the name."""
        return True

    def _place(self, place: Frame) -> int:
        """Put the controls where they belong; returns the height that they take."""
        return scaled(26)

    def _fit_label(self, place: Frame) -> int:
        words = self.label()
        if not words:
            self._label_rect = QRect()
            return 0
        width = place.label_width if self._beside() else place.right - place.label
        metrics = QFontMetrics(ui_font(13))
        inner = metrics.boundingRect(QRect(0, 0, width, 400), _flags(_ANY), _broken(words))
        height = max(inner.height(), metrics.height())
        top = max(0, (scaled(26) - height) // 2) if height < scaled(30) else 2
        self._label_rect = QRect(place.label, top, width, height)
        return top + height

    def _fit_help(self, place: Frame, height: int) -> int:
        words = self.help()
        self._help_rect = QRect()
        if not words:
            return height
        line = scaled(_LINE)
        metrics = QFontMetrics(ui_font(12))
        left, width = (place.help, place.help_width) if place.help else (place.field, place.field_width)
        if not place.help and (not place.wide or not self._beside()):
            left, width = place.label, place.right - place.label
        lines = 1 if not place.help else min(_CLOSED_LINES, max(1, (height + 8) // line))
        inner = lines * line
        if self.expanded:
            text = "\n".join(self._words())
            inner = metrics.boundingRect(QRect(0, 0, width, 4000), _flags(_ANY), text).height() + 4
        elif place.help and metrics.horizontalAdvance(self._words()[0]) <= width:
            inner = line
        top = (5 if inner < scaled(26) else 0) if place.help else height + self.help_gap
        self._help_rect = QRect(left, top, width, inner)
        return max(height, top + inner - (4 if place.help and not self.expanded else 0))

    def _words(self) -> list[str]:
        """The help's paragraphs, without the line breaks of the source."""
        parts = shown(self.help()).replace("\r", "").split("\n\n")
        return [part if part.lstrip().startswith(("-", "*")) else part.replace("\n", " ") for part in parts]

    # Help

    def toggle_help(self) -> None:
        """All of the help, or its first line."""
        self.expanded = not self.expanded
        self.sheet.refit(self)
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self.show_tip(event)
            return True
        return super().event(event)

    def show_tip(self, event: QHelpEvent) -> None:
        """The name as a pointer, and all of the help."""
        words = [self.node.pointer, *(fill(part, 88, break_long_words=False) for part in self._words())]
        QToolTip.showText(event.globalPos(), tip("\n".join(word for word in words if word)), self)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copy Name").triggered.connect(self.copy_name)
        menu.addAction("Copy Pointer").triggered.connect(self.copy_pointer)
        if self.node.is_set:
            menu.addAction("Copy Value as JSON").triggered.connect(self.copy_value)
        if self.help():
            menu.addAction("Copy Help").triggered.connect(self.copy_help)
            words = "Show Less Help" if self.expanded else "Show All Help"
            menu.addAction(f"{words}\tF1").triggered.connect(self.toggle_help)
        menu.popup(event.globalPos())

    def copy_name(self) -> None:
        QGuiApplication.clipboard().setText(self.node.name)

    def copy_pointer(self) -> None:
        QGuiApplication.clipboard().setText(self.node.pointer)

    def copy_value(self) -> None:
        """What is set here, in parts that are sent."""
        QGuiApplication.clipboard().setText(pretty(copied(self.node.value)))

    def copy_help(self) -> None:
        QGuiApplication.clipboard().setText(self.help())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._help_rect.contains(event.position().toPoint()):
            self.toggle_help()
        else:
            super().mousePressEvent(event)

    def retheme(self) -> None:
        self.sheet.refit(self)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for level in range(self.depth):
            painter.fillRect(QRect(MARGIN + level * INDENT + 2, 0, 1, self.height()), color("line"))
        self._paint_label(painter)
        self._paint_help(painter)

    def _paint_label(self, painter: QPainter) -> None:
        words = self.label()
        if not words or self._label_rect.isEmpty():
            return
        painter.setFont(ui_font(13))
        painter.setPen(color("muted" if self.node.place.shape.deprecated else "text"))
        painter.drawText(self._label_rect, _flags(_ANY), _broken(words))

    def _paint_help(self, painter: QPainter) -> None:
        rect = self._help_rect
        if rect.isEmpty():
            return
        painter.setFont(ui_font(12))
        painter.setPen(color("muted"))
        words = self._words()
        if self.expanded:
            painter.drawText(rect, _flags(_ANY), "\n".join(words))
            return
        first = words[0]
        metrics = painter.fontMetrics()
        line = scaled(_LINE)
        if rect.height() < 2 * metrics.height():
            text = metrics.elidedText(first, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter.value), text)
            return
        head, rest = _first_line(metrics, first, rect.width())
        painter.drawText(QPoint(rect.x(), rect.y() + metrics.ascent()), head)
        text = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(QPoint(rect.x(), rect.y() + line + metrics.ascent()), text)


def _flags(flag: Qt.TextFlag) -> int:
    return int(flag.value)


def _broken(name: str) -> str:
    """A name that may break behind its underscores and dots."""
    return shown_line(name).replace("_", "_\u200b").replace(".", ".\u200b")


def _first_line(metrics: QFontMetrics, text: str, width: int) -> tuple[str, str]:
    """The words that fit into one line, and the rest."""
    words = text.split(" ")
    head = words[0]
    for index, word in enumerate(words[1:], 1):
        longer = f"{head} {word}"
        if metrics.horizontalAdvance(longer) > width:
            return head, " ".join(words[index:])
        head = longer
    return head, ""


class SectionRow(Row):
    """The title of a part of the form, with a hairline above it and a sentence below."""

    def __init__(self, sheet: Sheet, node: Node, title: str) -> None:
        super().__init__(sheet, node, 0)
        self.title, self.first, self.words = title, False, ""
        self.setAccessibleName(title)

    def label(self) -> str:
        return ""

    def help(self) -> str:
        return ""

    def fit(self, width: int) -> int:
        metrics = QFontMetrics(ui_font(12))
        inner = QRect(MARGIN, scaled(36), width - 2 * MARGIN, 400)
        self._help_rect = metrics.boundingRect(inner, _flags(_ANY), self.words) if self.words else QRect()
        return scaled(38) + (self._help_rect.height() + GAP if self.words else 0) + (0 if self.first else 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        top = 0
        if not self.first:
            painter.fillRect(QRect(0, 4, self.width(), 1), color("line"))
            top = 4
        painter.setFont(ui_font(11, 600, spacing=0.6))
        painter.setPen(color("muted"))
        rect = QRect(MARGIN, top, self.width() - 2 * MARGIN, scaled(36))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter.value), self.title.upper())
        if self.words:
            painter.setFont(ui_font(12))
            below = QRect(MARGIN, top + scaled(34), self.width() - 2 * MARGIN, self.height())
            painter.drawText(below, _flags(_ANY), self.words)


class TextButton(Themed, QAbstractButton):
    """An icon and a word, quiet: `+ Item`."""

    def __init__(self, text: str, icon: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.retheme()

    def retheme(self) -> None:
        self.setFont(ui_font(13))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self.text()) + 34, scaled(26))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect, hover = self.rect(), self.isEnabled() and self.underMouse()
        if hover:
            rounded(painter, rect, "pressed" if self.isDown() else "hover", None, 5)
        if self.hasFocus():
            rounded(painter, rect, None, "accent", 5, 1.5)
        role = "text" if hover or self.hasFocus() else "muted" if self.isEnabled() else "faint"
        paint_icon(painter, QRect(5, (rect.height() - 14) // 2, 14, 14), self._icon, role)
        painter.setPen(color(role))
        painter.drawText(rect.adjusted(24, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, self.text())


class ButtonRow(Row):
    """A button at the end of a list, or one that shows more of it."""

    pressed = Signal(object)
    """The node of the list."""

    def __init__(self, sheet: Sheet, node: Node, depth: int, text: str, icon: str, part: str) -> None:
        super().__init__(sheet, node, depth)
        self.bare = True
        self._part = part
        self.button = TextButton(text, icon, self)
        self.button.clicked.connect(self._pressed)
        self.refresh()

    def help(self) -> str:
        return ""

    def set_text(self, text: str) -> None:
        self.button.setText(text)

    def refresh(self) -> None:
        self.button.setObjectName(self.object_name(self._part))
        self.button.setAccessibleName(f"{self.button.text()}, {self.node.pointer}")

    def stops(self) -> list[QWidget]:
        return [self.button]

    def _place(self, place: Frame) -> int:
        size = self.button.sizeHint()
        self.button.setGeometry(place.label - 5, 0, size.width(), size.height())
        return size.height()

    def _pressed(self) -> None:
        self.pressed.emit(self.node)
