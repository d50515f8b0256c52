"""The title of a section that can be closed, with what is in it in few words."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from playground.widgets.style_parts import chevron, rounded
from playground.widgets.theme import color, scaled, ui_font
from playground.widgets.themed import Themed


class FoldHeader(Themed, QAbstractButton):
    """`SAMPLING  2 set ▾`: checked is open. Space, Enter, Left and Right open and close it."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._note, self._role = "", "muted"
        self.setText(title)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self._describe)
        self.retheme()
        self._describe()

    def set_note(self, note: str, role: str = "muted") -> None:
        """The words at the right, in a colour role."""
        if (note, role) != (self._note, self._role):
            self._note, self._role = note, role
            self._describe()
            self.update()

    def note(self) -> str:
        return self._note

    def _describe(self, *_checked: object) -> None:
        self.setAccessibleName(f"{self.text()}, {self._note}" if self._note else self.text())
        self.setAccessibleDescription("open" if self.isChecked() else "closed")

    def retheme(self) -> None:
        self.setFont(ui_font(11, 600, spacing=0.6))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self.text().upper()) + 120, scaled(36))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, scaled(36))

    def keyPressEvent(self, event: object) -> None:
        key = event.key()  # type: ignore[attr-defined]
        if key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            self.setChecked(key == Qt.Key.Key_Right)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.toggle()
        else:
            super().keyPressEvent(event)  # type: ignore[arg-type]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = self.rect()
        hover = self.underMouse()
        if self.hasFocus():
            rounded(painter, rect.adjusted(8, 4, -8, -4), None, "accent", 5, 1.5)
        painter.setFont(self.font())
        painter.setPen(color("text" if hover else "muted"))
        painter.drawText(rect.adjusted(16, 0, -40, 0), Qt.AlignmentFlag.AlignVCenter, self.text().upper())
        title = painter.fontMetrics().horizontalAdvance(self.text().upper())
        way = "down" if self.isChecked() else "right"
        chevron(painter, QRect(rect.right() - 30, rect.y(), 14, rect.height()), way, "text" if hover else "muted")
        if self._note:
            font = ui_font(12)
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0)  # a painter takes the widget's otherwise
            painter.setFont(font)
            painter.setPen(color(self._role))
            area = rect.adjusted(16 + title + 8, 0, -36, 0)
            metrics = painter.fontMetrics()
            note = self._note
            if metrics.horizontalAdvance(note) > area.width():  # the last part says most
                last = note.rpartition(" · ")[2]
                note = metrics.elidedText(last, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, note)
