"""The versions as a list, and the changes between two of them as rows that say whom each breaks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from playground.panels.schemas.library_rows import when
from playground.panels.schemas.place_row import PlaceRow
from playground.widgets.presentation import shown_line
from playground.widgets.rows import Cell, Index, RowsModel
from playground.widgets.surface import Text
from playground.widgets.theme import color, mono_font, scaled, ui_font

if TYPE_CHECKING:
    from playground.core.schemas.changes import Change, Flag
    from playground.core.schemas.library import Version

MOST = 150
"""Changes that are listed."""
_LINE = 17
_WRAPS = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


class VersionRows(RowsModel):
    """The newest first."""

    titles = ("Version", "Saved", "Label and note")
    hints = ("Each save keeps one", "When it was saved", "What was said of it")

    def __init__(self) -> None:
        super().__init__()
        self.versions: tuple[Version, ...] = ()
        self.present = 0
        """The one whose text the file has."""

    def show_versions(self, versions: tuple[Version, ...], present: int) -> None:
        if (versions, present) != (self.versions, self.present):
            self.beginResetModel()
            self.versions, self.present = versions, present
            self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self.versions)

    def cell(self, row: int, column: int) -> Cell:
        one = self.versions[row]
        if column == 0:
            return Cell(f"v{one.number}", "accent" if one.number == self.present else "text", mono=True)
        if column == 1:
            return Cell(when(one.time), "muted")
        return Cell(shown_line(" · ".join(filter(None, (one.label, one.note)))), "text" if one.label else "muted")

    def hint(self, row: int, column: int) -> str:
        one = self.versions[row]
        saved = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(one.time))
        now = ", as the file is now" if one.number == self.present else ""
        return "\n".join(filter(None, (f"v{one.number}{now}, saved {saved}, {one.size:,} bytes", one.label, one.note)))


def meaning(change: Change) -> tuple[str, str]:
    """Whom a change breaks, in words, and their colour role."""
    flags = (change.breaks_readers, change.breaks_writers)
    if flags == (False, False):
        return "breaks nobody", "good"
    words = [_words(flag, whom) for flag, whom in zip(flags, ("readers", "writers"), strict=True) if flag is not False]
    return " · ".join(words), "error" if flags[0] is True else "warning"


def _words(flag: Flag, whom: str) -> str:
    return f"breaks {whom}" if flag else f"may break {whom}: not known"


class ChangeRow(PlaceRow):
    """One change. Enter or a click goes to its place."""

    def __init__(self, change: Change, number: int, parent: QWidget | None = None) -> None:
        super().__init__(f"schemas.change.{number}", change.pointer, parent)
        self.change = change
        self.setAccessibleName(shown_line(f"{change.path or 'The schema'}: {change.words} It {meaning(change)[0]}."))
        self.setToolTip(shown_line(change.pointer) or "The whole schema")

    def sizeHint(self) -> QSize:
        return QSize(300, scaled(46))

    def heightForWidth(self, width: int) -> int:
        return scaled(20) + self._wrapped(width).height() + scaled(24)

    def _wrapped(self, width: int) -> QRect:
        box = QRect(32, scaled(22), max(60, width - 48), scaled(_LINE * 3))
        found = QFontMetrics(ui_font(12.5)).boundingRect(box, _WRAPS, shown_line(self.change.words))
        return QRect(box.x(), box.y(), box.width(), min(found.height(), box.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = self.rect()
        if self.underMouse() or self.hasFocus():
            painter.fillRect(box, color("hover"))
        painter.fillRect(0, box.bottom(), box.width(), 1, color("line"))
        words, role = meaning(self.change)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(role))
        painter.drawEllipse(16, scaled(10), 7, 7)
        painter.setFont(mono_font(12, 600))
        painter.setPen(color("text"))
        room = max(0, box.width() - 48)
        title = painter.fontMetrics().elidedText(
            shown_line(self.change.path or "the schema"), Qt.TextElideMode.ElideMiddle, room
        )
        painter.drawText(QRect(32, scaled(4), room, scaled(18)), Qt.AlignmentFlag.AlignVCenter, title)
        said = self._wrapped(box.width())
        painter.setFont(ui_font(12.5))
        painter.drawText(said, _WRAPS, shown_line(self.change.words))
        painter.setFont(ui_font(11.5, 500))
        painter.setPen(color(role))
        painter.drawText(QRect(32, said.bottom() + 1, room, scaled(17)), Qt.AlignmentFlag.AlignVCenter, words)


class ChangeList(QScrollArea):
    """The changes, one below the other."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schemas.changes")
        self.setAccessibleName("What changed")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inner = QWidget()
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.setWidget(self._inner)
        self.rows: list[ChangeRow] = []
        self._more = Text("", "muted", size=12)
        self._more.setContentsMargins(32, 6, 16, 6)
        self._more.hide()
        self._column.insertWidget(0, self._more)

    def show_changes(self, changes: tuple[Change, ...]) -> None:
        """Those that break first, otherwise in the order of the document."""
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        ranked = sorted(changes, key=_rank)
        self.rows = [ChangeRow(change, number) for number, change in enumerate(ranked[:MOST])]
        for number, row in enumerate(self.rows):
            row.chosen.connect(self.chosen)
            self._column.insertWidget(number, row)
        self._more.set_text(f"{len(changes) - MOST:,} more." if len(changes) > MOST else "")
        self._more.setVisible(len(changes) > MOST)


def _rank(change: Change) -> int:
    if change.breaks_readers is True:
        return 0
    if change.is_breaking:
        return 1
    return 2 if (change.breaks_readers, change.breaks_writers) != (False, False) else 3
