"""What calls took over a span of time, in numbers: counted by SQL over the columns of the log, in one transaction."""

from playground.core.exchanges.dashboard.model import (
    OTHERS,
    Dashboard,
    Dear,
    Group,
    Layer,
    Percentiles,
    Source,
    Totals,
)
from playground.core.exchanges.dashboard.read import read
from playground.core.exchanges.dashboard.spans import SPANS, Span, exact, term

__all__ = [
    "OTHERS",
    "SPANS",
    "Dashboard",
    "Dear",
    "Group",
    "Layer",
    "Percentiles",
    "Source",
    "Span",
    "Totals",
    "exact",
    "read",
    "term",
]
