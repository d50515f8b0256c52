"""A place with parts: an object, a list, a map, or a union of which one alternative is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from playground.core.forms import UNSET, Kind, Node, titles
from playground.widgets.controls.pick import SmallButton
from playground.widgets.form.field_row import ItemRow
from playground.widgets.form.frame import Frame
from playground.widgets.form.switch import COMPOSITE, NOTHING
from playground.widgets.presentation import shown_line
from playground.widgets.style_parts import chevron, rounded
from playground.widgets.theme import color, scaled, ui_font
from playground.widgets.themed import Themed

if TYPE_CHECKING:
    from playground.widgets.form.sheet import Sheet


class FoldLine(Themed, QAbstractButton):
    """The name of a place with parts and what is in it. Space and Enter open and close, Left and Right too; Delete
    unsets; Alt+Down opens the menu."""

    def __init__(self, row: HeaderRow) -> None:
        super().__init__(row)
        self._row = row
        self.note, self.role, self.note_x = "", "muted", 0
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_note(self, note: str, role: str) -> None:
        note = shown_line(note)
        if (note, role) != (self.note, self.role):
            self.note, self.role = note, role
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if self._row.tool_key(event):
            return
        if key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            if self.isChecked() != (key == Qt.Key.Key_Right):
                self.click()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not event.modifiers():
            self._row.unset()
        elif key == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._row.open_menu(self.mapToGlobal(QPoint(self.note_x, self.height())))
        elif key == Qt.Key.Key_F1:
            self._row.toggle_help()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._row.open_menu(event.globalPos())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        hover = self.underMouse() and self.isEnabled()
        if self.hasFocus():
            rounded(painter, self.rect().adjusted(9, 1, 0, -1), None, "accent", 5, 1.5)
        if self.isEnabled():
            way = "down" if self.isChecked() else "right"
            chevron(painter, QRect(0, 0, 10, scaled(26)), way, "text" if hover else "muted")
        if self.note:
            painter.setFont(ui_font(12))
            painter.setPen(color(self.role))
            area = QRect(self.note_x, 0, self.width() - self.note_x, scaled(26))
            text = painter.fontMetrics().elidedText(self.note, Qt.TextElideMode.ElideRight, area.width())
            if len(text) > 1:
                painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)


class HeaderRow(ItemRow):
    """Its parts are rows of their own below it, made when it is opened."""

    help_gap = -2

    def __init__(self, sheet: Sheet, node: Node, depth: int) -> None:
        super().__init__(sheet, node, depth)
        self.fold = FoldLine(self)
        self.fold.clicked.connect(self._toggle)
        self.clear: SmallButton | None = None
        self._said = ""
        self.equip()
        self.refresh()

    # What it shows

    @property
    def body(self) -> Node:
        """The node whose parts are shown."""
        return self.node.inner() or self.node

    @property
    def is_composite(self) -> bool:
        return self.body.shape.kind in COMPOSITE

    def help(self) -> str:
        """That of the place; of an item without any, that of its alternative."""
        words = super().help()
        chosen = self.node.chosen if self.pick is not None and not words else None
        return titles.readable(self.node.shape.variants[chosen].help) if chosen is not None and chosen >= 0 else words

    def refresh(self) -> None:
        node = self.node
        self.fold.setEnabled(self.is_composite)
        self.fold.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self.is_composite else Qt.FocusPolicy.NoFocus)
        self.fold.setChecked(self.is_composite and self.sheet.is_open(node))
        self.refresh_tools()
        if self._frame is not None:
            self._place_pick(self._frame)
        self._refresh_clear()
        if self._said != (said := self.help()):
            self._said = said
            self.sheet.refit(self)
        note, role = self._note()
        self.fold.set_note(note, role)
        self.fold.setObjectName(self.object_name("fold"))
        self.fold.setAccessibleName(self.spoken(note))
        self.fold.setAccessibleDescription("open" if self.fold.isChecked() else "closed")

    def _can_be_unset(self) -> bool:
        return not self.node.place.is_item

    def _note(self) -> tuple[str, str]:
        """How much is in it, and what is wrong below it while it is closed."""
        node, body = self.node, self.body
        wrong = self.sheet.wrong_below(node) if not self.fold.isChecked() else 0
        if wrong:
            return f"{wrong} to mend", "error"
        if node.value is None:
            return ("" if self.pick is not None else "null"), "accent"
        if not node.is_set:
            if self.pick is not None:
                return "", "muted"
            return ("required" if node.required else NOTHING), "muted"
        count = body.count()
        match body.shape.kind:
            case Kind.LIST:
                return (f"{count} item{'' if count == 1 else 's'}" if count else "empty list"), "accent"
            case Kind.MAP:
                return (f"{count} entr{'y' if count == 1 else 'ies'}" if count else "empty"), "accent"
            case Kind.OBJECT:
                shown = self._summary(body)
                return shown or (f"{count} set" if count else "empty"), "muted" if shown else "accent"
        return "", "muted"

    def _summary(self, body: Node) -> str:
        """What a closed item is, in the words of its first texts."""
        if not self.node.place.is_item or self.fold.isChecked():
            return ""
        value = body.value
        parts = []
        for name in ("role", "name", "key", "title", "id", "text", "content"):
            part = value.get(name) if isinstance(value, dict) else None
            if isinstance(part, str) and part:
                parts.append(" ".join(part[:80].split()))
        return " · ".join(parts)

    # Geometry

    def _place(self, place: Frame) -> int:
        height = scaled(26)
        taken = self.place_tools(place)
        left = place.label - 14
        right = place.right - taken
        if self.clear is not None and not self.clear.isHidden():
            right -= 22
            self.clear.move(right + 2, (height - 20) // 2)
        self.fold.setGeometry(left, 0, max(20, right - left), height)
        if self.key is not None:
            self.key.resize(place.label_width - 8, height)  # the arrow stands behind the name
            self.fold.setGeometry(place.field - 14, 0, max(20, right - place.field + 14), height)
        self._place_pick(place)
        return height

    def _place_pick(self, place: Frame) -> None:
        note = place.field - self.fold.x() + (2 if self.pick is None else 0)
        if self.pick is not None:
            size = self.pick.sizeHint()
            width = min(size.width(), max(60, self.fold.geometry().right() - place.field - 8))
            self.pick.setGeometry(place.field - 3, (scaled(26) - size.height()) // 2, width, size.height())
            self.pick.raise_()
            note += width + 8
        if self.fold.note_x != note:
            self.fold.note_x = note
            self.fold.update()

    # Doing

    def _refresh_clear(self) -> None:
        """The × of what is set and can be unset."""
        wanted = self.node.is_set and self._can_be_unset() and not self.node.is_entry
        if wanted and self.clear is None:
            self.clear = SmallButton("x", self)
            self.clear.setToolTip("Do not send it")
            self.clear.clicked.connect(self.unset)
        if self.clear is not None:
            self.clear.setObjectName(self.object_name("unset"))
            self.clear.setAccessibleName(f"Do not send {self.spoken()}")
            if self.clear.isHidden() == wanted:
                self.clear.setVisible(wanted)
                self.sheet.refit(self)

    def unset(self) -> None:
        """Send nothing here."""
        if not self._can_be_unset():
            return
        if self.node.shape.kind is Kind.UNION:
            self.node.choose(None)
        else:
            self.node.unset()
        self.sheet.settle()

    def _toggle(self) -> None:
        self.sheet.set_open(self.node, not self.sheet.is_open(self.node))

    def open_menu(self, where: QPoint) -> None:
        """What can be sent here beside what the fields say."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._can_be_unset():
            menu.addAction("Do not send").triggered.connect(self.unset)
        if self.node.shape.nullable:
            menu.addAction("Send null").triggered.connect(self.send_null)
        if self.is_composite and self.body.value in (UNSET, None):
            kind = "list" if self.body.shape.kind is Kind.LIST else "object"
            menu.addAction(f"Send an empty {kind}").triggered.connect(self.send_empty)
        menu.popup(where)

    def send_null(self) -> None:
        self.node.set(None)
        self.sheet.settle()

    def send_empty(self) -> None:
        """An object or list with nothing in it."""
        if self.node.value is None:
            self.node.unset()
        self.body.begin()
        self.sheet.settle()

    def stops(self) -> list[QWidget]:
        stops: list[QWidget] = [self.key] if self.key is not None else []
        if self.is_composite:
            stops.append(self.fold)
        stops += [self.pick] if self.pick is not None else []
        stops += [self.clear] if self.clear is not None and not self.clear.isHidden() else []
        return stops + self.tool_stops()

    def target(self) -> QWidget | None:
        return self.fold if self.is_composite else self.pick
