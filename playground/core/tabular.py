"""Objects of any API as the rows of a table: which columns there are, what stands in them, sorting and filtering."""

from __future__ import annotations

import json
import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson

Kind = Literal["id", "time", "number", "text", "json"]

FIRST = ("id", "name", "filename", "model", "status", "type", "role", "email", "purpose", "created_at", "created")
"""Columns that are shown first, in this order, where there are any."""
LAST = ("object",)
"""What is mostly the same in every row."""
MOST = 40
"""Columns at most; the JSON of a row has everything."""
SAMPLE = 400
"""Items that are looked at for the columns: the first, and some from everywhere."""
LENGTH = 300
"""Characters of a cell at most."""
SCALAR = "value"
"""The column's name where the items are no objects."""
_TIMES = ("created", "timestamp", "expires", "expiry", "last_used", "updated")
_EARLY, _LATE = 946_684_800, 4_102_444_800
"""2000 and 2100 in Unix seconds: numbers outside are no times."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `kind` decides how a value is written, and how values are sorted."""

    name: str
    kind: Kind

    @property
    def right(self) -> bool:
        """Whether its words end at the right."""
        return self.kind == "number"


def find_columns(items: Sequence[Any]) -> tuple[Column, ...]:
    """The columns for these items: the well-known first, then what the items have in the order they have it; what is
    empty in all of them is left out."""
    step = max(1, len(items) // SAMPLE)
    sample = [*items[: SAMPLE // 2], *items[SAMPLE // 2 :: step]]
    names: Counter[str] = Counter()
    for item in sample:
        for name, value in item.items() if isinstance(item, dict) else ((SCALAR, item),):
            names[str(name)] += value is not None and value != [] and value != {} and value != ""
    found = [name for name, count in names.items() if count]
    first = [name for name in FIRST if name in found]
    last = [name for name in LAST if name in found]
    columns = [_column(name, sample) for name in found if name not in (*first, *last)]
    # What can be read in a cell comes before what cannot.
    middle = [column for column in columns if column.kind != "json"] + [one for one in columns if one.kind == "json"]
    ordered = [*(_column(name, sample) for name in first), *middle, *(_column(name, sample) for name in last)]
    return tuple(ordered[:MOST])


def _column(name: str, sample: Sequence[Any]) -> Column:
    values = [value for value in (value_of(item, name) for item in sample) if value is not None]
    if name == "id" or name.endswith("_id"):
        return Column(name, "id" if all(isinstance(value, str) for value in values) else "text")
    if values and all(is_number(value) for value in values):
        return Column(name, "time" if is_time_name(name) and all(map(_is_time, values)) else "number")
    if any(isinstance(value, dict | list) for value in values):
        return Column(name, "json")
    return Column(name, "text")


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_time_name(name: str) -> bool:
    """Whether a field of this name holds a moment, if it holds a fitting number."""
    return name.endswith(("_at", "_time")) or name.startswith(_TIMES)


def _is_time(value: float) -> bool:
    return value == 0 or _EARLY <= value <= _LATE


def value_of(item: Any, name: str) -> Any:
    """What an item has in a column."""
    if isinstance(item, dict):
        return item.get(name)
    return item if name == SCALAR else None


def text_of(value: Any, kind: Kind = "text") -> str:
    """A value as it stands in a cell, on one line: times as local dates, numbers as they are, what is nested as JSON,
    long lists of numbers by their length."""
    if value is None:
        return ""
    if kind == "time" and is_number(value):
        return time_text(value)
    if isinstance(value, str):
        return value[: LENGTH + 1]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else str(value)
    if isinstance(value, list) and len(value) > 12 and all(is_number(one) for one in value[:12]):
        return f"{len(value):,} numbers"
    return json_text(value)[: LENGTH + 1]


def json_text(value: Any) -> str:
    """JSON on one line; what orjson refuses (numbers beyond 64 bits) in Python's way."""
    try:
        return orjson.dumps(value).decode("utf-8", "replace")
    except (TypeError, ValueError):
        return json.dumps(value, ensure_ascii=False)


def time_text(value: float) -> str:
    """A Unix time as a local date and time; a number that is none as it is."""
    if not value:
        return ""
    try:
        return datetime.fromtimestamp(value).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, OSError, ValueError):
        return str(value)


def line_of(item: Any, columns: Iterable[Column]) -> str:
    """A row as tab-separated text."""
    cells = (text_of(value_of(item, column.name), column.kind) for column in columns)
    return "\t".join(cell.replace("\t", " ").replace("\r", " ").replace("\n", " ") for cell in cells)


class Rows:
    """Items to sort and to filter. The text that is searched is made once. For one thread at a time."""

    def __init__(self, items: Sequence[Any]) -> None:
        self.items = items
        self._texts: list[str] = []

    def select(
        self, words: str, column: Column | None, *, descending: bool = False, only: Sequence[int] | None = None
    ) -> array[int]:
        """The numbers of the items that hold all of the words, by a column's values (None: as they came). Empty values
        come last both ways. `only`: look among these."""
        items = self.items
        rows: Iterable[int] = only if only is not None else range(len(items))
        wanted = words.casefold().split()
        if wanted:
            self._make_texts()
            texts = self._texts
            rows = [row for row in rows if all(word in texts[row] for word in wanted)]
        if column is None:
            return array("l", rows)
        keys = {row: sort_key(value_of(items[row], column.name)) for row in rows}
        full = sorted((row for row, key in keys.items() if key[0] < _EMPTY), key=keys.__getitem__, reverse=descending)
        return array("l", [*full, *(row for row, key in keys.items() if key[0] == _EMPTY)])

    def _make_texts(self) -> None:
        for item in self.items[len(self._texts) :]:
            text = json_text(item)
            if isinstance(item, dict):
                times = (time_text(one) for name, one in item.items() if is_number(one) and is_time_name(name))
                text = " ".join((text, *times))
            self._texts.append(text.casefold())


_EMPTY = 9


def sort_key(value: Any) -> tuple[int, float, str]:
    """Numbers, then texts (numbers in them by their value would surprise: as they are written), then what is nested."""
    if value is None or value == "":
        return _EMPTY, 0.0, ""
    if isinstance(value, bool):
        return 0, float(value), ""
    if isinstance(value, int | float):
        try:
            return 1, float(value), ""
        except OverflowError:
            return 1, math.inf if value > 0 else -math.inf, ""
    if isinstance(value, str):
        return 2, 0.0, value.casefold()
    return 3, float(len(value)), json_text(value)[:200]
