"""What the palette finds here: a query over the log, where that is what was typed."""

from __future__ import annotations

from pathlib import Path

from playground.core.exchanges.query import QueryError, parse
from playground.core.exchanges.query.parse import Term
from playground.core.exchanges.query.sql import conditions
from playground.panels.contract import Found

BEST = 9_000
"""A score above all that a search gives."""
LEAST = 1
"""Below all of them: any words may stand in a request."""


class QueryFinder:
    """Asks the log nothing: that is done when what it found is opened."""

    def __init__(self, cache: Path) -> None:
        pass

    def find(self, text: str) -> list[Found]:
        """The query itself; words alone stand below everything else."""
        text = text.strip()
        if not text or "\n" in text:
            return []
        try:
            terms = parse(text)
            conditions(terms)
        except QueryError:
            return []
        is_query = any(isinstance(term, Term) for term in terms)
        return [
            Found(
                title=f"Requests with {text}" if is_query else f"Find “{text}” in all requests",
                command="inspector.find",
                arguments=(text,),
                score=BEST if is_query else LEAST,
                group="Requests",
                icon="text-align-start",
            )
        ]
