"""The request log: what was sent and what came back, attempt by attempt, in one SQLite file."""

from __future__ import annotations

from playground.core.exchanges.history import RunHistory
from playground.core.exchanges.log import LogRow, RequestLog
from playground.core.exchanges.query import QueryError
from playground.core.exchanges.records import (
    AttemptDetail,
    ExchangeDetail,
    ExchangeSummary,
    RunSummary,
    State,
    StoredRun,
    Timings,
    new_id,
)
from playground.core.exchanges.store import ExchangeStore
from playground.core.exchanges.writer import ExchangeWriter

__all__ = [
    "AttemptDetail",
    "ExchangeDetail",
    "ExchangeStore",
    "ExchangeSummary",
    "ExchangeWriter",
    "LogRow",
    "QueryError",
    "RequestLog",
    "RunHistory",
    "RunSummary",
    "State",
    "StoredRun",
    "Timings",
    "new_id",
]
