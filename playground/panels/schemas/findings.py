"""What the rules say of the schema, below its source: each with its place, its reason and what mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from playground.panels.schemas.place_row import PlaceRow
from playground.widgets.controls import CommandButton, IconButton, SectionLabel
from playground.widgets.presentation import shown_line
from playground.widgets.style_parts import rounded
from playground.widgets.surface import Text
from playground.widgets.theme import color, mono_font, scaled, ui_font
from playground.widgets.themed import Themed

if TYPE_CHECKING:
    from playground.core.schemas import Finding, Fix
    from playground.panels.schemas.workshop import Workshop
    from playground.widgets.commands import Command

MOST = 200
"""Findings that are listed; of more, how many there are."""
LINE, LINES = 17, 3
"""Pixels of a line of a finding's words, and how many of them there are at the most."""
_WRAPS = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
ROLES = {"error": "error", "warning": "warning", "note": "muted"}


class FindingRow(PlaceRow):
    """One finding. Enter or a click goes to its place; the buttons mend it."""

    fix_wanted = Signal(object, bool)
    """A fix, and whether only to be shown what it changes."""

    def __init__(self, finding: Finding, number: int, parent: QWidget | None = None) -> None:
        super().__init__(f"schemas.finding.{number}", finding.pointer, parent)
        self.finding = finding
        self.fix = FixButton(finding.fixes, number, self) if finding.fixes else None
        if self.fix is not None:  # placed by hand: a layout would decide how high the row is
            self.fix.wanted.connect(self.fix_wanted)
        self.setToolTip(f"{finding.reason}\n{finding.source.title}, {finding.source.date}\n{finding.source.url}")
        self.setAccessibleName(f"{finding.severity}: {finding.words} At {finding.pointer or 'the root'}.")
        self.setAccessibleDescription(finding.reason)

    def sizeHint(self) -> QSize:
        return QSize(300, scaled(40))

    def heightForWidth(self, width: int) -> int:
        words = self._wrapped(QRect(0, 0, max(60, self._room(width)), scaled(LINE * LINES)))
        return words.height() + scaled(22)

    def _wrapped(self, box: QRect) -> QRect:
        found = QFontMetrics(ui_font(12.5)).boundingRect(box, _WRAPS, shown_line(self.finding.words))
        return QRect(box.x(), box.y(), box.width(), min(found.height(), box.height()))

    def _room(self, width: int) -> int:
        """Pixels for the words."""
        chip = QFontMetrics(ui_font(11, 500)).horizontalAdvance(self.finding.severity) + 16
        fix = self.fix.fitting(width) + 24 if self.fix is not None else 16
        return width - 20 - chip - 12 - fix

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.fix is not None:
            width, height = self.fix.fitting(self.width()), self.fix.sizeHint().height()
            self.fix.setGeometry(self.width() - width - 12, (self.height() - height) // 2, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = self.rect()
        if self.underMouse() or self.hasFocus():
            painter.fillRect(box, color("hover"))
        painter.fillRect(0, box.bottom(), box.width(), 1, color("line"))
        role = ROLES[self.finding.severity]
        painter.setFont(ui_font(11, 500))
        metrics = painter.fontMetrics()
        words = self.finding.severity
        width = metrics.horizontalAdvance(words) + 16
        chip = QRect(20, box.center().y() - scaled(9), width, scaled(19))
        rounded(painter, chip, f"{role}_soft" if role != "muted" else "sunken", None, chip.height() / 2)
        painter.setPen(color(role))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)
        x = chip.right() + 13
        painter.setFont(ui_font(12.5))
        painter.setPen(color("text"))
        room = max(0, self._room(box.width()))
        said = self._wrapped(QRect(x, box.y() + 3, room, scaled(LINE * LINES)))
        painter.drawText(said, _WRAPS, shown_line(self.finding.words))
        painter.setFont(mono_font(11))
        painter.setPen(color("muted"))
        where = painter.fontMetrics().elidedText(
            shown_line(self.finding.pointer or "the root"), Qt.TextElideMode.ElideMiddle, room
        )
        painter.drawText(QRect(x, said.bottom() + 1, room, scaled(16)), Qt.AlignmentFlag.AlignVCenter, where)


class FixButton(Themed, QWidget):
    """The usual fix as a button; the others, and what each changes, in a menu beside it."""

    wanted = Signal(object, bool)

    def __init__(self, fixes: tuple[Fix, ...], number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._fixes = fixes
        self.setObjectName(f"schemas.fix.{number}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        usual = fixes[0]
        self.setAccessibleName(usual.title)
        self.setToolTip("\n".join((usual.title, *(usual.loses or ("Accepts exactly the same documents.",)),
                                   "Down or a right click: other ways, and what changes.")))  # fmt: skip

    def retheme(self) -> None:
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        width = QFontMetrics(ui_font(12.5, 500)).horizontalAdvance(shown_line(self._fixes[0].title))
        return QSize(min(width + 44, scaled(260)), scaled(28))

    def fitting(self, width: int) -> int:
        """Pixels that it takes of a row of this width: the words need theirs."""
        return min(self.sizeHint().width(), max(scaled(120), width * 2 // 5))

    def paintEvent(self, event: QPaintEvent) -> None:
        from playground.widgets.style_parts import chevron

        painter = QPainter(self)
        rounded(painter, self.rect(), "hover" if self.underMouse() else "surface", "line_strong")
        if self.hasFocus():
            rounded(painter, self.rect(), None, "accent", 6, 1.5)
        painter.setFont(ui_font(12.5, 500))
        painter.setPen(color("warning" if self._fixes[0].loses else "text"))
        inner = self.rect().adjusted(12, 0, -26, 0)
        text = shown_line(self._fixes[0].title)
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, text)
        chevron(painter, QRect(self.width() - 22, 0, 12, self.height()), "down", "muted")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.RightButton or event.position().x() > self.width() - 26:
            self.open_menu()
        else:
            self.wanted.emit(self._fixes[0], False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.wanted.emit(self._fixes[0], False)
        elif event.key() == Qt.Key.Key_Down:
            self.open_menu()
        else:
            super().keyPressEvent(event)

    def open_menu(self) -> None:
        """All fixes; each is also shown before it is made."""
        menu = QMenu(self)
        menu.setObjectName("schemas.fixes.menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for fix in self._fixes:
            action = menu.addAction(shown_line(fix.title).replace("&", "&&"))
            action.setData((fix, False))
            action.setToolTip("\n".join(fix.loses))
        menu.addSeparator()
        for fix in self._fixes:
            action = menu.addAction(f"What changes: {shown_line(fix.title)}".replace("&", "&&"))
            action.setData((fix, True))
        menu.triggered.connect(self._chosen)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def _chosen(self, action: QAction) -> None:
        fix, look = action.data()
        self.wanted.emit(fix, look)


class Findings(QWidget):
    """Hidden while there is nothing to say but that all is well."""

    chosen = Signal(str)
    fix_wanted = Signal(object, bool)

    def __init__(
        self, workshop: Workshop, rules: QWidget, fix_all: Command, look: Command, parent: QWidget | None = None
    ) -> None:
        """`rules`: the field in which is chosen whose rules are checked."""
        super().__init__(parent)
        self.setObjectName("schemas.findings")
        self._workshop = workshop
        self._shown: tuple[Finding, ...] | None = None
        self.rows: list[FindingRow] = []
        self.title = SectionLabel("Findings")
        self.note = Text("", "muted", size=12, elide=True)
        head = QHBoxLayout()
        head.setContentsMargins(20, 8, 12, 6)
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.note, 1)
        head.addWidget(rules)
        head.addWidget(IconButton(look, icon="git-compare"))
        head.addWidget(CommandButton(fix_all, "quiet", text="Fix all", shortcut=False))
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._area = QScrollArea()
        self._area.setObjectName("schemas.findings.list")
        self._area.setAccessibleName("Findings")
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._list)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.broken = Text("", "error", size=12.5, wrap=True)
        self.broken.setObjectName("schemas.broken")
        self.broken.setContentsMargins(20, 2, 20, 10)
        self.broken.hide()
        layout.addLayout(head)
        layout.addWidget(self.broken)
        layout.addWidget(self._area, 1)
        workshop.checked.connect(self.refresh)

    def refresh(self) -> None:
        """Show what is found now."""
        broken, report = self._workshop.broken, self._workshop.report
        findings = report.findings if report is not None else ()
        if broken is not None:
            self.title.set_title("Not read")
            self.note.set_text("")
            self.broken.set_text(f"Line {broken.line}, column {broken.column}: {broken.words}.")
            self.broken.show()
            self._shown = None
            self._fill(())
            return
        self.broken.hide()
        count = len(findings) + (report.left_out if report is not None else 0)
        self.title.set_title("No findings" if not count else "1 finding" if count == 1 else f"{count:,} findings")
        self.note.set_text(self._words())
        if findings != self._shown:
            self._shown = findings
            self._fill(findings)

    def _words(self) -> str:
        report = self._workshop.report
        if report is None:
            return ""
        from playground.core.schemas import profile

        rules = profile(report.profile)
        return f"in {report.seconds * 1000:.0f} ms, rules of {rules.date}"

    def _fill(self, findings: tuple[Finding, ...]) -> None:
        focused = next((number for number, row in enumerate(self.rows) if row.hasFocus() or (
            row.fix is not None and row.fix.hasFocus())), -1)  # fmt: skip
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self.rows = []
        for number, finding in enumerate(findings[:MOST]):
            row = FindingRow(finding, number)
            row.chosen.connect(self.chosen)
            row.fix_wanted.connect(self.fix_wanted)
            self._column.insertWidget(number, row)
            self.rows.append(row)
        if focused >= 0 and self.rows:
            self.rows[min(focused, len(self.rows) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)

    def take_focus(self) -> None:
        if self.rows:
            self.rows[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
