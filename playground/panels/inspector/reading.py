"""What the list asks of the log, in the pool."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.core.importing import IMPORTING

if TYPE_CHECKING:
    from playground.core.exchanges import LogRow

FIRST = 100
"""Rows of the first page: what is seen at once, and some more."""
CHUNK = 50_000
"""Numbers that are read and added at a time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list shows: a query, and by which column (`""`: the time)."""

    query: str = ""
    column: str = ""
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """The newest (or first) rows of a query, or why there are none."""

    asked: Asked
    numbers: list[int]
    rows: list[LogRow]
    mistake: str = ""
    start: int = 0
    end: int = 0
    """The characters that are wrong."""


def _order(asked: Asked) -> Any:
    from playground.core.exchanges.log import Order

    return Order(asked.column, asked.descending) if asked.column else None


def first_page(store: Any, asked: Asked) -> Page:
    """The first rows of a query."""
    with IMPORTING:
        from playground.core.exchanges import QueryError

    try:
        numbers = store.log.ids(asked.query, FIRST, order=_order(asked))
    except QueryError as error:
        return Page(asked, [], [], error.words, error.start, error.end)
    if not asked.column and not asked.descending:
        numbers = list(reversed(store.log.ids(asked.query)))
        return Page(asked, numbers, store.log.rows(numbers[:FIRST]))
    return Page(asked, numbers, store.log.rows(numbers))


def rest(store: Any, asked: Asked, last: int) -> list[int]:
    """More of the same, below `last`, which is the number of the last row that is there."""
    if asked.column:
        return list(store.log.ids(asked.query, order=_order(asked)))
    return list(store.log.ids(asked.query, CHUNK, last))


WINDOW = 200
"""Of the newest so many are looked at again for each change: one under way may fit only now, or not any more."""


@dataclass(frozen=True, slots=True)
class News:
    """What fits now above `floor`, and rows that are new or changed."""

    asked: Asked
    floor: int
    numbers: list[int]
    rows: list[LogRow]


def news(store: Any, asked: Asked, newest: int, changed: Sequence[int], known: Container[int]) -> News:
    """Look for newer ones, and read again what changed. `newest`: the greatest number that was known; `known`: those
    whose rows are there."""
    floor = newest - WINDOW
    numbers = store.log.ids(asked.query, after=floor)
    wanted = [number for number in numbers if number not in known][:FIRST]
    return News(asked, floor, numbers, store.log.rows([*wanted, *changed]))


def read_rows(store: Any, numbers: Sequence[int]) -> tuple[Sequence[int], list[LogRow]]:
    """The rows with these numbers, and which were asked for."""
    return numbers, store.log.rows(numbers)


def number_of(store: Any, exchange_id: str) -> int | None:
    """The number of the exchange that has this ID, of whatever kind."""
    row = store.log.one(exchange_id)
    return None if row is None else row.number


def values(store: Any, text: str, cursor: int) -> Iterator[Any]:
    """Completions, those among them that the log knows."""
    from playground.core.exchanges.query.complete import complete

    return complete(text, cursor, store.log.values)  # type: ignore[return-value]
