"""Fixes, one or all: made at once, or shown before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from playground.core.importing import IMPORTING

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.schemas import Fix, Fixed
    from playground.panels.contract import PanelContext
    from playground.panels.schemas.fix_preview import FixPreview
    from playground.panels.schemas.view import SchemasView


def mend(value: Any, profile_id: str, fix: Fix | None) -> Fixed:
    """The value with one fix, or with all that can be made. In the pool."""
    with IMPORTING:
        from playground.core.schemas import apply_all, fix_all, profile

    rules = profile(profile_id)
    return fix_all(value, rules) if fix is None else apply_all(value, [fix], rules)


ALL = "Fix all"


class Fixing(QObject):
    """Commands, and what the buttons of findings want."""

    def __init__(self, view: SchemasView, context: PanelContext) -> None:
        super().__init__(view)
        self._view, self._context = view, context
        self._operation: Operation[Fixed] | None = None
        self._look = False
        self._title = ""
        self.dialog: FixPreview | None = None

    def fix_all(self) -> None:
        """Make the usual fix of each finding until nothing more is to be mended."""
        self._begin(None, False, ALL)

    def preview_all(self) -> None:
        """Show what that would change."""
        self._begin(None, True, ALL)

    def wanted(self, fix: Fix, look: bool) -> None:
        """One fix; one that gives something up is shown first."""
        self._begin(fix, look or bool(fix.loses), fix.title)

    def _begin(self, fix: Fix | None, look: bool, title: str) -> None:
        self._view.workshop.when_read(partial(self._begin_read, fix, look, title))

    def _begin_read(self, fix: Fix | None, look: bool, title: str) -> None:
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
        fixed = operation.result
        if not fixed.applied:
            offered = any(one.fixes for one in fixed.left)
            words = "No error can be fixed by itself; what the findings offer is yours to choose."
            self._view.say(words if offered else "There is nothing that can be fixed by itself.", "muted")
        elif self._look:
            self._preview(fixed)
        else:
            self._change(fixed)

    def _preview(self, fixed: Fixed) -> None:
        from playground.core.redact import known
        from playground.core.schemas.writing import write
        from playground.panels.schemas.fix_preview import FixPreview

        mask = known().text
        self.dialog = FixPreview(
            self._context, self._title, mask(self._before), mask(write(fixed.value)), fixed, self._view.window()
        )
        self.dialog.agreed.connect(self._agreed)
        self.dialog.destroyed.connect(self._gone)
        self.dialog.open()

    def _gone(self) -> None:
        self.dialog = None

    def _agreed(self, fixed: Fixed) -> None:
        self._change(fixed)

    def _change(self, fixed: Fixed) -> None:
        """What the server no longer enforces is kept for the proof, which checks it here."""
        workshop = self._view.workshop
        workshop.replace(fixed.value)
        workshop.check_here(fixed.client)
        made, left = len(fixed.applied), sum(one.severity == "error" for one in fixed.left)
        words = [f"{made} fixed." if made > 1 else "Fixed."]
        if fixed.lost:  # first: the line may be short
            words.append(f"Given up: {'; '.join(line.removeprefix(': ') for line in fixed.lost)}")
        if left and self._title == ALL:
            words.append(f"{left} {'is' if left == 1 else 'are'} yours to mend.")
        if workshop.client is not None:
            words.append("The proof checks here what the server no longer does.")
        words.append("Ctrl+Z takes it back.")
        self._view.say(" ".join(words), "warning" if fixed.lost else "good")
