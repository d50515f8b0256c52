"""Fixes, one or all: made at once, or shown before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from playground.core.importing import IMPORTING

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.schemas import Fix
    from playground.panels.contract import PanelContext
    from playground.panels.schemas.fix_preview import FixPreview
    from playground.panels.schemas.view import SchemasView


def mend(value: Any, profile_id: str, fix: Fix | None) -> tuple[Any, tuple[str, ...], int, int]:
    """A changed value, what is given up, how many fixes were made, and how many findings are left. In the pool."""
    with IMPORTING:
        from playground.core.schemas import fix_all, profile

    if fix is not None:
        return fix.apply(value), tuple(fix.loses), 1, -1
    fixed = fix_all(value, profile(profile_id))
    return fixed.value, fixed.lost, len(fixed.applied), len(fixed.left)


class Fixing(QObject):
    """Commands, and what the buttons of findings want."""

    def __init__(self, view: SchemasView, context: PanelContext) -> None:
        super().__init__(view)
        self._view, self._context = view, context
        self._operation: Operation[tuple[Any, tuple[str, ...], int, int]] | None = None
        self._look = False
        self._title = ""
        self.dialog: FixPreview | None = None

    def fix_all(self) -> None:
        """Make the usual fix of each finding until nothing more is to be mended."""
        self._begin(None, False, "Fix all")

    def preview_all(self) -> None:
        """Show what that would change."""
        self._begin(None, True, "Fix all")

    def wanted(self, fix: Fix, look: bool) -> None:
        """One fix; one that gives something up is shown first."""
        self._begin(fix, look or bool(fix.loses), fix.title)

    def _begin(self, fix: Fix | None, look: bool, title: str) -> None:
        workshop = self._view.workshop
        if workshop.broken is not None or workshop.value() is None:
            self._view.say("The text is no JSON yet: mend that first.", "warning")
            return
        if self._operation is not None:
            return
        self._look, self._title, self._before = look, title, workshop.text()
        self._operation = self._context.bridge.blocking(
            mend, workshop.value(), workshop.profile, fix, label="Fixing the schema", owner=self
        )
        self._operation.finished.connect(self._mended)

    def _mended(self) -> None:
        operation, self._operation = self._operation, None
        if operation is None or operation.state == "cancelled":
            return
        if operation.error is not None or operation.result is None:
            self._view.say(f"It could not be fixed: {operation.error}", "error")
            return
        workshop = self._view.workshop
        if workshop.text() != self._before:
            self._view.say("The schema was changed meanwhile: nothing was fixed.", "warning")
            return
        value, lost, made, left = operation.result
        if value == workshop.value():
            self._view.say("There is nothing that can be fixed by itself.", "muted")
        elif self._look:
            self._preview(value, lost)
        else:
            self._change(value, lost, made, left)

    def _preview(self, value: Any, lost: tuple[str, ...]) -> None:
        from playground.core.schemas.writing import write
        from playground.panels.schemas.fix_preview import FixPreview

        self.dialog = FixPreview(
            self._context, self._title, self._before, write(value), value, lost, self._view.window()
        )
        self.dialog.agreed.connect(self._agreed)
        self.dialog.destroyed.connect(self._gone)
        self.dialog.open()

    def _gone(self) -> None:
        self.dialog = None

    def _agreed(self, value: Any) -> None:
        self._change(value, (), 0, -1)

    def _change(self, value: Any, lost: tuple[str, ...], made: int, left: int) -> None:
        self._view.workshop.replace(value)
        words = [f"{made} fixed." if made > 1 else "Fixed."]
        if left > 0:
            words.append(f"{left} left: they need you.")
        if lost:
            words.append(f"Given up: {'; '.join(lost[:3])}{' …' if len(lost) > 3 else ''}.")
        self._view.say(" ".join(words) + " Ctrl+Z takes it back.", "warning" if lost else "good")
