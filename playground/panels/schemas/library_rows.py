"""The rows of the library's list: what was never saved, schemas, files that cannot be read, removed ones."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from playground.widgets.presentation import shown_line, tip
from playground.widgets.theme import current_theme, scaled, ui_font

if TYPE_CHECKING:
    from playground.core.schemas.library import Hit, Scan
    from playground.panels.schemas.shelf_drafts import Draft

Index = QModelIndex | QPersistentModelIndex
Kind = Literal["section", "schema", "draft", "broken", "removed"]
KINDS = {"function": "tool", "text.format": "text.format", "response_format": "response_format"}
MOST = 500
"""Schemas that are listed at once: with 5,000 a list would hold up the keys."""
ROW, SECTION = 44, 30
"""Pixels."""
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    kind: Kind
    title: str
    detail: str = ""
    right: str = ""
    id: str = ""
    """Of a schema."""
    draft: Draft | None = None
    marked: bool = False
    """It has changes that are in no file."""
    hint: str = ""

    @property
    def is_schema(self) -> bool:
        return self.kind != "section"


def rows_of(scan: Scan, hits: list[Hit], drafts: list[Draft], changed: set[str], wanted: str) -> list[Row]:
    """All that a search leaves. `changed`: IDs with changes that are in no file."""
    small = wanted.casefold()
    found = [Row("draft", one.name, "Never saved", draft=one, marked=True, hint="In no file yet") for one in drafts
             if small in one.name.casefold()]  # fmt: skip
    rows = _section("Not saved", found)
    schemas = [
        Row(
            "schema", hit.entry.id, hit.words or _detail(hit), when(hit.entry.modified), hit.entry.id,
            marked=hit.entry.id in changed, hint=str(hit.entry.path),
        )
        for hit in hits[:MOST]
    ]  # fmt: skip
    rows += _section("Schemas", schemas, len(hits)) if rows or scan.broken or scan.removed else schemas
    if len(hits) > MOST:
        rows.append(Row("section", f"{len(hits) - MOST:,} more: search for them"))
    rows += _section(
        "Cannot be read",
        [Row("broken", one.path.name, one.reason, id=one.id if one.opens else "", hint=f"{one.path}\n{one.reason}")
         for one in scan.broken if small in one.path.name.casefold()],
    )  # fmt: skip
    rows += _section(
        "Removed",
        [Row("removed", one.id, _kept(one.versions), when(one.when), one.id, hint="Enter brings it back")
         for one in scan.removed if small in one.id.casefold()],
    )  # fmt: skip
    return rows


def _kept(versions: int) -> str:
    return "1 version kept" if versions == 1 else f"{versions:,} versions kept"


def _section(title: str, rows: list[Row], count: int = 0) -> list[Row]:
    return [Row("section", title, right=f"{count or len(rows):,}"), *rows] if rows else []


def _detail(hit: Hit) -> str:
    entry = hit.entry
    count = f"{entry.properties:,} propert{'y' if entry.properties == 1 else 'ies'}"
    words = entry.description or (entry.title if entry.title.casefold() != entry.id.casefold() else "")
    return " · ".join(filter(None, (KINDS.get(entry.kind, ""), words or count)))


def when(seconds: float) -> str:
    """A time as a list says it: of today the hour, else the day."""
    at, now = time.localtime(seconds), time.localtime()
    if at[:3] == now[:3]:
        return time.strftime("%H:%M", at)
    return time.strftime("%d %b" if at[0] == now[0] else "%Y-%m-%d", at)


class LibraryRows(QAbstractListModel):
    """Shows a list of `Row`."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []

    def show_rows(self, rows: list[Row]) -> None:
        if rows != self.rows:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or not self.rows[index.row()].is_schema:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return shown_line(row.title)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(row.hint) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            unsaved = "unsaved changes" if row.marked else ""
            return shown_line(", ".join(filter(None, (row.title, row.detail, unsaved, row.right))))
        return None


class RowDelegate(QStyledItemDelegate):
    """Two lines: the name, and what it is; at the right when it was changed, and a dot for what is in no file."""

    current = ""
    """The schema that is open."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        model = index.model()
        row = model.rows[index.row()] if isinstance(model, LibraryRows) else None
        return QSize(100, scaled(SECTION if row is not None and row.kind == "section" else ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, LibraryRows):
            return
        row, rect, theme = model.rows[index.row()], QRect(option.rect), current_theme()
        inner = rect.adjusted(16, 0, -16, 0)
        if row.kind == "section":
            painter.setFont(ui_font(11, 600, spacing=0.6))
            painter.setPen(theme.color("muted"))
            painter.drawText(inner.adjusted(0, 6, 0, 0), _LEFT, row.title.upper())
            painter.setFont(ui_font(11))
            painter.drawText(inner.adjusted(0, 6, 0, 0), _RIGHT, row.right)
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selection"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color("hover"))
        if row.id and row.id == self.current and row.kind == "schema":
            painter.fillRect(QRect(rect.x(), rect.y() + 6, 3, rect.height() - 12), theme.color("accent"))
        half = rect.height() // 2
        top = QRect(inner.x(), rect.y() + scaled(4), inner.width(), half - scaled(2))
        below = QRect(inner.x(), top.bottom(), inner.width(), half - scaled(3))
        small = ui_font(11.5)
        right = QFontMetrics(small).horizontalAdvance(row.right) + (14 if row.marked else 0)
        if row.marked:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(theme.color("warning"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(top.right() - 6, top.center().y() - 2, 6, 6)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setFont(small)
        painter.setPen(theme.color("muted"))
        painter.drawText(top.adjusted(0, 0, -14 if row.marked else 0, 0), _RIGHT, row.right)
        role = {"broken": "error", "removed": "muted"}.get(row.kind, "text")
        painter.setFont(ui_font(13, 500))
        painter.setPen(theme.color(role))
        room = max(0, inner.width() - right - 10)
        painter.drawText(top, _LEFT, painter.fontMetrics().elidedText(shown_line(row.title), _ELIDE, room))
        painter.setFont(small)
        painter.setPen(theme.color("muted"))
        detail = painter.fontMetrics().elidedText(shown_line(row.detail), _ELIDE, inner.width())
        painter.drawText(below, _LEFT, detail)


_ELIDE = Qt.TextElideMode.ElideRight
