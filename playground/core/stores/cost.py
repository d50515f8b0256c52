"""What stores cost while they stand. The price is in `resources/facts/vector-stores-*.json`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import urlsplit

from playground.core.stores.model import Store
from playground.core.stores.rules import facts


class Cost(NamedTuple):
    """Of all stores of an account together, while they stay as they are."""

    size: int
    """Bytes that they take; of those that say it."""
    month: Decimal | None
    """USD in 30 days; None where it is not known."""
    note: str
    """How that is reckoned, or why it is not known."""

    def share(self, store: Store) -> Decimal | None:
        """One store's part, by its size: the free GB is the organization's, and not one store's."""
        if self.month is None or store.size < 0:
            return None
        return self.month * store.size / self.size if self.size else Decimal(0)


def monthly(stores: Sequence[Store], base_url: str, *, sandbox: bool = False) -> Cost:
    """`base_url`: of the server that has them. The sandbox costs nothing; what other servers take is not known."""
    size = sum(max(0, one.size) for one in stores)
    price = facts()["price"]
    if sandbox:
        return Cost(size, Decimal(0), "The sandbox costs nothing.")
    if urlsplit(base_url).hostname != price["host"]:
        return Cost(size, None, "What this server takes is not known.")
    if any(one.size < 0 for one in stores):
        return Cost(size, None, "The server does not say how much they take.")
    paid = max(0, size - price["free_gb"] * price["gb_bytes"])
    day = Decimal(price["usd_per_gb_day"]) * paid / price["gb_bytes"]
    note = (
        f"${price['usd_per_gb_day']} a GB and day after the first {price['free_gb']} GB, by {price['title']} "
        f"(table of {facts()['date']}). {price['note']} Other projects of the organization are not counted."
    )
    return Cost(size, day * price["month_days"], note)


def cost_text(month: Decimal | None) -> str:
    """`$12.30 a month`, `free`, `less than $0.01 a month`, `cost not known`."""
    if month is None:
        return "cost not known"
    if not month:
        return "free"
    return f"${month:,.2f} a month" if month >= Decimal("0.01") else "less than $0.01 a month"
