"""What today took, in the top bar: tokens and money, and what of it is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from decimal import Decimal

    from playground.bridge import Operation
    from playground.core.exchanges.today import Totals
    from playground.shell.window import Window

AFTER_MS = 250
"""Pause before the runs are summed up again: several that end together are read once."""


def load_totals(store: Any) -> Totals:
    """Of the runs since midnight. Runs in a thread."""
    from datetime import datetime

    from playground.core.importing import IMPORTING

    log = store.real()
    with IMPORTING:
        from playground.core.exchanges.today import totals_since
    midnight = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return totals_since(log, midnight.timestamp())


class TodayTotals(QObject):
    """Follows the runs that are kept; sums them up off the GUI thread."""

    changed = Signal()

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.totals: Totals | None = None
        self._reading: Operation[Totals] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self._read)

    def start(self) -> None:
        """Listen, and read once. After the first frame."""
        parts = self._window.parts
        parts.bridge.listen(parts.store.runs_changed, self._runs_changed, self)
        parts.bridge.listen(parts.store.runs_removed, self._runs_changed, self)
        self._timer.start()

    def _runs_changed(self, _emissions: list[tuple[Any, ...]]) -> None:
        self._timer.start()

    def _read(self) -> None:
        if self._reading is not None:
            self._timer.start()
            return
        parts = self._window.parts
        self._reading = parts.bridge.blocking(load_totals, parts.store, label="Summing up today", owner=self)
        self._reading.finished.connect(self._summed)

    def _summed(self) -> None:
        operation, self._reading = self._reading, None
        if operation is None or operation.error is not None:  # why the log cannot be read is said where it is opened
            return
        if operation.result is not None and operation.result != self.totals:
            self.totals = operation.result
            self.changed.emit()


def totals_line(totals: Totals | None, requests: int, more: bool) -> str:
    """For the top bar: `12.4k tokens · $0.04 today`. Without any run: how many requests there were."""
    if totals is not None and totals.runs:
        known = f"{short(totals.tokens)} tokens"
        if totals.unpriced + totals.uncounted == totals.runs:
            return f"{known} · cost unknown today" if totals.tokens else "tokens and cost unknown today"
        rest = " + unknown" if totals.unpriced or totals.uncounted else ""
        return f"{known} · {money(totals.cost)}{rest} today"
    if totals is not None and totals.simulated_tokens:
        return f"{short(totals.simulated_tokens)} simulated tokens today"
    return f"{requests:,}{'+' if more else ''} request{'' if requests == 1 else 's'} today" if requests else ""


def totals_tip(totals: Totals | None, requests: int, more: bool) -> str:
    """The same in sentences."""
    if totals is None:
        return ""
    lines = [f"Today, in the runs that are kept ({requests:,}{'+' if more else ''} requests in the log):"]
    if totals.runs:
        lines.append(f"{_runs(totals.runs)} of servers: {totals.tokens:,} tokens, {money(totals.cost)}")
    if totals.unpriced:
        lines.append(f"{_runs(totals.unpriced)} of them at a price that is not known")
    if totals.uncounted:
        lines.append(f"{_runs(totals.uncounted)} of them without a count of tokens by the server")
    if totals.simulated_runs:
        tokens = f"{totals.simulated_tokens:,} tokens"
        lines.append(f"{_runs(totals.simulated_runs)} of the sandbox: {tokens}, free of charge")
    return "\n".join(lines) if len(lines) > 1 else ""


def _runs(count: int) -> str:
    return f"{count:,} run{'' if count == 1 else 's'}"


def short(count: int) -> str:
    """`12.4k`, `1.2M`; below 1,000 as it is."""
    if count < 1000:
        return str(count)
    if count < 999_950:
        return f"{count / 1000:.1f}k".replace(".0k", "k")
    return f"{count / 1_000_000:.1f}M".replace(".0M", "M")


def money(cost: Decimal) -> str:
    """`$0.04`; less than half a cent with two digits that count."""
    if cost == 0:
        return "$0"
    if cost * 200 >= 1:
        return f"${cost:,.2f}"
    return f"${cost:.4f}" if cost * 20_000 >= 1 else "under $0.0001"
