"""Searching the whole log from the request dock's filter. Nothing of the log is imported before somebody searches."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.core.exchanges import ExchangeSummary
    from playground.shell.late_store import LateStore

MOST = 200
"""Rows that a search brings."""
_FIELD = re.compile(r"(?:^|\s)-?[A-Za-z_]+(?:[:=<>]|!=)(?!//)|^\s*-\S")


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought: rows, or why there can be none."""

    text: str
    summaries: tuple[ExchangeSummary, ...] = ()
    mistake: str = ""


def asks_log(text: str) -> bool:
    """Whether a filter is a query (`status:429`), which only the log can answer, and not a plain text."""
    return _FIELD.search(text) is not None


def search(store: LateStore, text: str) -> Found:
    """Runs in a thread. Raises what the store raises."""
    from playground.core.exchanges import QueryError

    try:
        return Found(text, tuple(row.summary for row in store.log.page(text, MOST)))
    except QueryError as error:
        return Found(text, mistake=error.words)
