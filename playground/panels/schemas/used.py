"""Who uses the schema: saved requests, Compose, and runs of its history; each can be gone to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from playground.core.importing import IMPORTING
from playground.widgets.controls import HairLine, LinkButton
from playground.widgets.presentation import shown_line

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.schemas.used_by import Use, UseFinder, Uses
    from playground.panels.contract import PanelContext
    from playground.panels.schemas.view import SchemasView

AFTER_MS = 500
MOST = 20
"""Lines of the menu."""


class Finding:
    """Looks for the uses of a document; in the pool."""

    def __init__(self, context: PanelContext, finder: list[UseFinder]) -> None:
        """`finder`: empty, or the one that remembers what was read."""
        self._store, self._settings, self._data = context.store, context.settings, context.cache.parent
        self._finder = finder

    def __call__(self, value: Any, name: str, folder: Path, drafts: list[dict[str, Any]]) -> Uses:
        with IMPORTING:
            from playground.core.schemas.library import library_of
            from playground.core.schemas.used_by import UseFinder, Uses, wanted
        if not self._finder:
            self._finder.append(UseFinder())
        try:
            one = wanted(value, name, library_of(self._settings, self._data))
        except (ValueError, RecursionError):
            return Uses()
        return self._finder[0].find(one, folder, drafts, self._store)


class UsedStrip(QWidget):
    """A line below the tree, so that nothing moves when it comes. `shown`: it may be seen again."""

    shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schemas.used")
        self.link = LinkButton("Used by nothing yet", icon="chevron-down", quiet=True, size=12)
        self.link.setObjectName("schemas.used.link")
        self.line = QWidget()
        row = QHBoxLayout()
        row.setContentsMargins(15, 4, 12, 4)
        row.addWidget(self.link)
        row.addStretch(1)
        inner = QVBoxLayout(self.line)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(HairLine())
        inner.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.line)
        self.line.hide()

    def show_words(self, words: str) -> None:
        """Empty: nothing is shown."""
        if words:
            self.link.set_words(words)
        self.line.setVisible(bool(words))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()


class UsedBy(QObject):
    """Looks a moment after the last change, and when the panel is shown, never while it is hidden."""

    def __init__(self, view: SchemasView, context: PanelContext) -> None:
        super().__init__(view)
        self._view, self._context, self._workshop = view, context, view.workshop
        self._finding = Finding(context, [])
        self._operation: Operation[Uses] | None = None
        self._again = False
        self._folder = context.cache.parent / "requests"
        self._drafts: list[dict[str, Any]] = []
        self.uses: Uses | None = None
        self.strip = UsedStrip()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self.look)
        rows = (
            ("show_users", "Show Who Uses the Schema", self.show_users, True),
            ("used_in_compose", "Compose Tells Its Draft", self.take_draft, False),
            ("saved_in", "The Explorer Tells Its Folder", self.take_folder, False),
        )
        for name, title, handler, is_seen in rows:
            context.commands.add(
                f"schemas.{name}", title, handler, group="Schemas", icon="link", scope=view, keywords=("used",),
                listed=is_seen,
            )  # fmt: skip
        self.strip.link.clicked.connect(self.show_users)
        self.strip.shown.connect(self._timer.start)
        self._workshop.changed.connect(self._timer.start)

    def follow(self) -> None:
        """Another document, or it was saved: look in a moment."""
        self._timer.start()

    # What the others say

    def take_draft(self, draft: dict[str, Any] | None = None) -> None:
        """What is written in Compose, as it keeps it."""
        self._drafts = [draft] if draft is not None else []

    def take_folder(self, folder: str = "") -> None:
        """Where the explorer's saved requests are."""
        if folder:
            self._folder = Path(folder)

    # Looking

    def look(self) -> None:
        """Look now."""
        self._timer.stop()
        value = self._workshop.value()
        if value is None or not self._view.isVisible():
            return
        if self._operation is not None:
            self._again = True
            return
        self._drafts = []
        for command in ("compose.tell_schemas", "explorer.tell_folder"):
            self._context.commands.run(command)
        self._operation = self._context.bridge.blocking(
            self._finding, value, self._view.shelving.shelf.current.entry_id, self._folder, self._drafts,
            label="Looking for who uses the schema", owner=self,
        )  # fmt: skip
        self._operation.finished.connect(self._found)

    def _found(self) -> None:
        operation, self._operation = self._operation, None
        if operation is None or operation.state == "cancelled":
            return
        if operation.error is not None:
            raise operation.error
        self.uses = operation.result
        self.strip.show_words(self.uses.words() if self.uses is not None else "")
        if self._again:
            self._again = False
            self.look()

    # Going there

    def show_users(self) -> None:
        """List them; choosing one goes there."""
        self._view.bring_forward()
        uses = self.uses
        if uses is None or not uses.found:
            self._view.say((uses.problem if uses is not None else "") or "No request and no run uses it yet.")
            return
        menu = QMenu(self._view)
        menu.setObjectName("schemas.used.menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for use in uses.found[:MOST]:
            kind = {"saved": "Saved: ", "run": "Run: "}.get(use.kind, "")
            note = f"   ({use.note})" if use.note else ""
            opening = Going(menu, self._context, use)
            words = f"{kind}{shown_line(use.title)[:80]}{note}".replace("&", "&&")
            menu.addAction(words).triggered.connect(opening.go)
        if len(uses.found) > MOST:
            menu.addAction(f"and {len(uses.found) - MOST:,} more").setEnabled(False)
        link = self.strip.link
        menu.popup(link.mapToGlobal(QPoint(0, link.height() + 2)))


class Going(QObject):
    """Goes to one use."""

    def __init__(self, menu: QMenu, context: PanelContext, use: Use) -> None:
        super().__init__(menu)
        self._context, self._use = context, use

    def go(self) -> None:
        commands, use = self._context.commands, self._use
        panel, command = {
            "saved": ("panel.explorer", "explorer.open_saved"),
            "run": ("panel.compose", "compose.open_run"),
        }.get(use.kind, ("panel.compose", "compose.focus_settings"))
        commands.run(panel)
        commands.run(command, *((use.id,) if use.id else ()))
