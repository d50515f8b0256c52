"""What Models knows, without a widget: the rows, their order, and which of them a filter leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from playground.core.served import Badge, ServedModel, day_words, retirement

COLUMNS = ("Model", "Owner", "Created", "Context", "State", "Notes")
ID, OWNER, CREATED, CONTEXT, STATE, NOTES = range(6)


@dataclass(frozen=True, slots=True)
class Row:
    """One model as the table shows it."""

    model: ServedModel
    badge: Badge | None

    def text(self, column: int) -> str:
        model = self.model
        if column == ID:
            return model.id
        if column == OWNER:
            return model.owner
        if column == CREATED:
            return created_words(model.created)
        if column == CONTEXT:
            return f"{model.facts.context:,}" if model.facts.context is not None else ""
        if column == STATE:
            return self.badge.text if self.badge is not None else "simulated" if model.facts.simulated else ""
        return model.facts.note

    def sort_key(self, column: int) -> tuple[Any, ...]:
        """Rows that have nothing in a column come last."""
        model = self.model
        name = model.id.casefold()
        if column == CREATED:
            return (model.created is None, model.created or 0, name)
        if column == CONTEXT:
            return (model.facts.context is None, model.facts.context or 0, name)
        if column == STATE:
            return (model.retires is None, model.retires or date.max, not model.facts.simulated, name)
        text = self.text(column).casefold()
        return (not text, text, name)

    def matches(self, words: Sequence[str]) -> bool:
        """Whether every word is in some column."""
        line = " ".join(self.text(column) for column in range(len(COLUMNS))).casefold()
        return all(word in line for word in words)


def created_words(created: float | None) -> str:
    """7 Aug 2025; "" where the server does not say."""
    if created is None:
        return ""
    try:
        return day_words(datetime.fromtimestamp(created).astimezone().date())
    except (ValueError, OverflowError, OSError):
        return ""


def make_rows(models: Sequence[ServedModel], now: date) -> list[Row]:
    return [Row(model, retirement(model.retires, model.facts.successor, now)) for model in models]


@dataclass
class ModelsModel:
    """The rows that are shown: filtered and in order."""

    rows: tuple[Row, ...] = ()
    filter: str = ""
    column: int = ID
    descending: bool = False

    def shown(self) -> list[Row]:
        words = self.filter.casefold().split()
        found = [row for row in self.rows if not words or row.matches(words)]
        key: Callable[[Row], tuple[Any, ...]] = _Key(self.column)
        if not self.descending:
            return sorted(found, key=key)
        # Downwards, what has nothing in the column still comes last.
        full = [row for row in found if not key(row)[0]]
        return [*sorted(full, key=key, reverse=True), *sorted((row for row in found if key(row)[0]), key=key)]

    def count_words(self) -> str:
        """`12 models`, `3 of 12 models`."""
        total, shown = len(self.rows), len(self.shown())
        noun = "model" if total == 1 else "models"
        return f"{total:,} {noun}" if shown == total else f"{shown:,} of {total:,} {noun}"


class _Key:
    __slots__ = ("_column",)

    def __init__(self, column: int) -> None:
        self._column = column

    def __call__(self, row: Row) -> tuple[Any, ...]:
        return row.sort_key(self._column)
