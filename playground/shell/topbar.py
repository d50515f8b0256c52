"""The bar at the window's top: the menu, the profile, the way into the palette, and today's requests."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from playground.shell.surface import PaintedButton, Surface, Text, draw_key_hint, key_words
from playground.widgets.commands import Command
from playground.widgets.icons import paint_icon
from playground.widgets.presentation import shown_line
from playground.widgets.theme import current_theme, scaled

TOPBAR_HEIGHT = 44


class MenuButton(PaintedButton):
    """The program's diamond; opens the menu made from the registry."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("topbar.menu", "Menu", parent)
        self.setToolTip("Menu (Alt+M)")
        self.setFixedSize(36, 32)

    def paint(self, painter: QPainter, box: QRectF) -> None:
        theme = current_theme()
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(box, 7, 7)
        middle, half = box.center(), 6.2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(middle.x(), middle.y() - half),
                    QPointF(middle.x() + half, middle.y()),
                    QPointF(middle.x(), middle.y() + half),
                    QPointF(middle.x() - half, middle.y()),
                ]
            )
        )


class ProfileChip(PaintedButton):
    """Which server answers. Amber with a dot for the sandbox, so that nobody takes its answers for real ones."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("topbar.profile", "Profile", parent)
        self._label = ""
        self._sandbox = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_profile(self, label: str, *, sandbox: bool, tip: str) -> None:
        self._label, self._sandbox = label, sandbox
        self.setAccessibleName(f"Profile: {label}")
        self.setToolTip(tip)
        self.updateGeometry()
        self.update()

    def label(self) -> str:
        return self._label

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        metrics = self.fontMetrics()
        shown = metrics.elidedText(shown_line(self._label), Qt.TextElideMode.ElideRight, 260)
        return QSize(metrics.horizontalAdvance(shown) + 20 + 16 + (16 if self._sandbox else 0), scaled(24))

    def paint(self, painter: QPainter, box: QRectF) -> None:
        theme = current_theme()
        body = box.adjusted(0.5, 0.5, -0.5, -0.5)
        role = "warning" if self._sandbox else "text"
        if self._sandbox:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("warning_soft"))
        else:
            painter.setPen(theme.color("line"))
            painter.setBrush(theme.color("hover" if self.underMouse() else "surface"))
        painter.drawRoundedRect(body, body.height() / 2, body.height() / 2)
        left = box.left() + 10
        if self._sandbox:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("warning"))
            painter.drawEllipse(QPointF(left + 3.5, box.center().y()), 3.5, 3.5)
            left += 14
        painter.setPen(theme.color(role))
        painter.setFont(self.font())
        words = QRectF(left, box.top(), box.right() - 22 - left, box.height())
        label, room = shown_line(self._label), int(words.width()) + 4
        shown = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, room)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(role))
        x, y = box.right() - 15, box.center().y() - 1.5
        painter.drawPolygon(QPolygonF([QPointF(x - 3.5, y), QPointF(x + 3.5, y), QPointF(x, y + 5)]))


class PresentingSign(PaintedButton):
    """Says that presentation mode is on, and ends it. Hidden else."""

    WORDS = "Presenting"
    KEY = "F11"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("topbar.presenting", "Presentation mode is on: leave it", parent)
        self.setToolTip(
            "Presentation mode: IDs, keys, organisation, project and hosts are masked. What is copied is real.\n"
            "Click or press F11 to leave it."
        )
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        return QSize(self.fontMetrics().horizontalAdvance(self.WORDS) + scaled(32) + 30, scaled(24))

    def paint(self, painter: QPainter, box: QRectF) -> None:
        theme = current_theme()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent_soft"))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        middle = int(box.center().y())
        paint_icon(painter, QRect(int(box.left()) + 9, middle - 7, 15, 15), "eye-off", "accent")
        left = draw_key_hint(painter, int(box.right()) - 6, middle + 1, self.KEY)
        painter.setPen(theme.color("accent"))
        painter.setFont(self.font())
        words = QRectF(box.left() + 30, box.top(), left - box.left() - 32, box.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.WORDS)


class SearchButton(PaintedButton):
    """Looks like a search field and opens the palette."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("topbar.search", "Search, paste an ID, or run a command", parent)
        self._keys = ""
        self.setMaximumWidth(420)
        self.setMinimumWidth(180)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_command(self, command: Command | None) -> None:
        """The command that opens the palette."""
        if command is not None:
            self._keys = key_words(command.shortcut().toString())
            self.setToolTip(command.toolTip())
            self.clicked.connect(command.trigger)

    def sizeHint(self) -> QSize:
        return QSize(420, scaled(28))

    def paint(self, painter: QPainter, box: QRectF) -> None:
        theme = current_theme()
        painter.setPen(theme.color("line"))
        painter.setBrush(theme.color("sunken"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        left = draw_key_hint(painter, int(box.right()) - 8, int(box.center().y()) + 1, self._keys)
        painter.setPen(theme.color("muted"))
        painter.setFont(self.font())
        words = QRectF(box.left() + 11, box.top(), left - box.left() - 19, box.height())
        shown = painter.fontMetrics().elidedText(self.accessibleName(), Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class TopBar(Surface):
    """`menu` and `profiles` are filled by the window and opened without a nested event loop."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface", "b", parent, height=TOPBAR_HEIGHT)
        self.setObjectName("topbar")
        self.menu = QMenu(self)
        self.menu.setObjectName("topbar.menu.popup")
        self.profiles = QMenu(self)
        self.profiles.setObjectName("topbar.profile.popup")
        self.menu_button = MenuButton(self)
        self.chip = ProfileChip(self)
        self.search = SearchButton(self)
        self.presenting = PresentingSign(self)
        self.totals = Text("", "muted", size=12)
        self.totals.setObjectName("topbar.totals")
        self.totals.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.menu_button.clicked.connect(self.open_menu)
        self.chip.clicked.connect(self.open_profiles)
        self._lay_out()

    def _lay_out(self) -> None:
        left, right = QWidget(self), QWidget(self)
        for side in (left, right):
            side.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        start = QHBoxLayout(left)
        start.setContentsMargins(0, 0, 0, 0)
        start.setSpacing(8)
        start.addWidget(self.menu_button)
        start.addWidget(self.chip)
        start.addStretch(1)
        end = QHBoxLayout(right)
        end.setContentsMargins(0, 0, 0, 0)
        end.setSpacing(12)
        end.addStretch(1)
        end.addWidget(self.presenting)
        end.addWidget(self.totals)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 12, 1)
        row.setSpacing(16)
        row.addWidget(left, 1)
        row.addWidget(self.search, 2)
        row.addWidget(right, 1)

    def open_menu(self) -> None:
        self.menu.popup(self.menu_button.below())

    def open_profiles(self) -> None:
        self.profiles.popup(self.chip.below())

    def take_focus(self) -> None:
        self.chip.setFocus(Qt.FocusReason.TabFocusReason)
