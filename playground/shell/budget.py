"""Follows what is spent today against the budget, and says in the window when it is nearly used up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from playground.core.settings import BUDGET
from playground.shell.notices import Notice

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.spending import Spent
    from playground.shell.window import Window

AFTER_MS = 1000
"""Pause before the calls are summed up again."""
SETTLED_MS = 1500
"""The same after the budget itself was changed: it is typed digit by digit, and $2 is not yet $25."""


def load_spent(store: Any) -> Spent:
    """Of today's calls. Runs in a thread."""
    from playground.core.importing import IMPORTING

    log = store.real().log
    with IMPORTING:
        from playground.core.spending import midnight
    spent: Spent = log.spent(midnight())
    return spent


class BudgetWatch(QObject):
    """Without a budget it reads nothing. Each level is said once a day."""

    changed = Signal()

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.spent: Spent | None = None
        """None: there is no budget, or it is not known yet."""
        self._said: tuple[str, float, set[str]] = ("", 0.0, set())
        """The day, the budget, and the levels that were said."""
        self._reading: Operation[Spent] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self._read)

    def start(self) -> None:
        """Listen, and read once. After the first frame."""
        parts = self._window.parts
        parts.bridge.listen(parts.store.changed, self._changed, self)
        parts.bridge.listen(parts.settings.changed, self._settings_changed, self)
        self._changed([])

    @property
    def budget(self) -> float:
        """USD a day; 0: none."""
        return float(self._window.parts.settings.get(BUDGET))

    def words(self) -> tuple[str, str]:
        """For the top bar: `84 % of $5.00`, and the role of its colour; both empty without a budget."""
        if self.spent is None or self.budget <= 0:
            return "", ""
        from playground.core.spending import usd

        role = {"near": "warning", "passed": "error"}.get(self.spent.level(self.budget), "muted")
        return f"{self.spent.cost / self.budget * 100:.0f} % of {usd(self.budget)}", role

    def _changed(self, _emissions: list[tuple[Any, ...]]) -> None:
        if self.budget > 0 and not self._timer.isActive():
            self._timer.start()

    def _settings_changed(self, emissions: list[tuple[Any, ...]]) -> None:
        if (BUDGET.key,) not in emissions:
            return
        if self.budget > 0:
            self._timer.start(SETTLED_MS)
        else:
            self.spent = None
            self.changed.emit()

    def _read(self) -> None:
        self._timer.setInterval(AFTER_MS)
        if self._reading is not None:
            self._timer.start()
            return
        parts = self._window.parts
        self._reading = parts.bridge.blocking(load_spent, parts.store, label="Summing up what was spent", owner=self)
        self._reading.finished.connect(self._was_read)

    def _was_read(self) -> None:
        operation, self._reading = self._reading, None
        if operation is None or operation.error is not None:  # why the log cannot be read is said where it is opened
            return
        self.spent = operation.result
        self._warn()
        self.changed.emit()

    def _warn(self) -> None:
        """Say the level, if it is a new one today."""
        from playground.core.spending import today, warning

        budget = self.budget
        if self.spent is None or budget <= 0:
            return
        if self._said[:2] != (today(), budget):
            self._said = (today(), budget, set())
        level = self.spent.level(budget)
        if level and level not in self._said[2]:
            self._said[2].update(("near", level))
            words = warning(level, budget, self.spent)
            self._window.tell(Notice(words, "warning" if level == "near" else "error"))
