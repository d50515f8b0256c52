"""What the kept runs of a day took, in tokens and in money."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from playground.core.ids import first_id

if TYPE_CHECKING:
    from playground.core.exchanges.store import ExchangeStore


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over runs. What the sandbox simulated is apart: no server counted or charged it."""

    runs: int = 0
    tokens: int = 0
    """Input and output, as servers counted them."""
    cost: Decimal = Decimal(0)
    """USD of the runs whose cost is known."""
    uncounted: int = 0
    """Runs whose server told no tokens."""
    unpriced: int = 0
    """Runs with tokens whose cost is not known."""
    simulated_runs: int = 0
    simulated_tokens: int = 0


def totals_since(store: ExchangeStore, moment: float) -> Totals:
    """Of the runs that began at `moment` (Unix seconds) or later and are over. Runs in a thread."""
    sql = (
        "SELECT simulated, input_tokens, output_tokens, cost FROM runs "
        "WHERE id >= ? AND started_at >= ? AND status != 'running'"
    )
    runs = tokens = uncounted = unpriced = simulated_runs = simulated_tokens = 0
    cost = Decimal(0)
    with store.reader() as db:
        for simulated, given, made, price in db.execute(sql, (first_id(moment - 60), moment)):
            known = given is not None or made is not None
            if simulated:
                simulated_runs += 1
                simulated_tokens += (given or 0) + (made or 0)
                continue
            runs += 1
            tokens += (given or 0) + (made or 0)
            uncounted += not known
            unpriced += known and price is None
            with contextlib.suppress(InvalidOperation):
                cost += Decimal(price or 0)
    return Totals(runs, tokens, cost, uncounted, unpriced, simulated_runs, simulated_tokens)
