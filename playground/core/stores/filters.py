"""Filters on attributes: as a tree that is built piece by piece, and as the JSON that is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.core.errors import Problem, ProblemError
from playground.core.stores.rules import Wrong
from playground.core.transfers.rules import store_limit

COMPARISONS = {
    "eq": "is", "ne": "is not", "gt": "is more than", "gte": "is at least", "lt": "is less than", "lte": "is at most",
    "in": "is one of", "nin": "is none of",
}  # fmt: skip
GROUPS = {"and": "all of these", "or": "any of these"}
ORDERED = ("gt", "gte", "lt", "lte")
LISTS = ("in", "nin")
DEEPEST = 16
"""Levels that are read; the API does not say how many it takes."""


@dataclass(frozen=True, slots=True)
class Compare:
    """An attribute against a value."""

    key: str
    kind: str
    value: Any

    def text(self) -> str:
        """`year is at least 2026`."""
        return f"{self.key} {COMPARISONS.get(self.kind, self.kind)} {json.dumps(self.value, ensure_ascii=False)}"


@dataclass(frozen=True, slots=True)
class Group:
    """All or any of several filters."""

    kind: str
    parts: tuple[Filter, ...] = ()

    def text(self) -> str:
        """`(a is 1 and b is 2)`."""
        return f"({f' {self.kind} '.join(one.text() for one in self.parts)})"


Filter = Compare | Group


def to_json(filter: Filter) -> dict[str, Any]:
    """As it is sent."""
    if isinstance(filter, Group):
        return {"type": filter.kind, "filters": [to_json(one) for one in filter.parts]}
    return {"type": filter.kind, "key": filter.key, "value": filter.value}


def from_json(value: Any) -> Filter:
    """The tree of what was written as JSON. Raises ProblemError where it has no tree's shape; what is wrong with its
    values is for `check`."""
    return _read(value, "filters", 1)


def from_text(text: str) -> Filter | None:
    """The same of a text; None for an empty one. Raises ProblemError."""
    if not text.strip():
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProblemError(_bad("filters", f"It is no JSON: {error}.")) from None
    return from_json(value)


def _read(value: Any, place: str, depth: int) -> Filter:
    if depth > DEEPEST:
        raise ProblemError(_bad(place, f"It is nested more than {DEEPEST} deep."))
    if not isinstance(value, Mapping):
        raise ProblemError(_bad(place, "A filter is an object in {}."))
    kind = value.get("type")
    if not isinstance(kind, str):
        raise ProblemError(_bad(f"{place}.type", f"It is one of {', '.join((*COMPARISONS, *GROUPS))}."))
    names = {"type", "filters"} if kind in GROUPS else {"type", "key", "value"}
    if unknown := sorted(map(str, value.keys() - names)):
        raise ProblemError(_bad(f"{place}.{unknown[0]}", f"A filter “{kind}” has no such member."))
    if kind not in GROUPS:
        key = value.get("key")
        if not isinstance(key, str) or "value" not in value:
            raise ProblemError(_bad(place, "A comparison has “key”, a text, and “value”."))
        return Compare(key, kind, value["value"])
    parts = value.get("filters")
    if not isinstance(parts, list):
        raise ProblemError(_bad(f"{place}.filters", "It is a list of filters."))
    return Group(kind, tuple(_read(one, f"{place}.filters[{n}]", depth + 1) for n, one in enumerate(parts)))


def check(filter: Filter, place: str = "filters") -> list[Wrong]:
    """What the server would refuse."""
    if isinstance(filter, Group):
        found = [] if filter.kind in GROUPS else [Wrong(f"{place}.type", f"“{filter.kind}” is neither and nor or.")]
        if not filter.parts:
            found.append(Wrong(f"{place}.filters", "It holds no filter."))
        return found + [
            wrong for n, one in enumerate(filter.parts) for wrong in check(one, f"{place}.filters[{n}]")
        ]  # fmt: skip
    found = []
    if filter.kind not in COMPARISONS:
        found.append(Wrong(f"{place}.type", f"“{filter.kind}” is none of {', '.join((*COMPARISONS, *GROUPS))}."))
    if not filter.key:
        found.append(Wrong(f"{place}.key", "It names no attribute."))
    elif len(filter.key) > store_limit("attribute_key_characters"):
        found.append(Wrong(f"{place}.key", "No attribute has so long a name."))
    return found + _check_value(filter, f"{place}.value")


def _check_value(filter: Compare, place: str) -> list[Wrong]:
    value = filter.value
    if filter.kind in LISTS:
        if not isinstance(value, list | tuple):
            return [Wrong(place, "It is a list of texts or numbers.")]
        return [
            Wrong(f"{place}[{n}]", "It is a text or a number.")
            for n, one in enumerate(value)
            if isinstance(one, bool) or not isinstance(one, str | int | float)
        ]
    if filter.kind in ORDERED:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return [] if is_number else [Wrong(place, f"“{filter.kind}” compares numbers.")]
    return [] if isinstance(value, str | int | float) else [Wrong(place, "It is a text, a number, true or false.")]


def _bad(place: str, cause: str) -> Problem:
    return Problem("The filter cannot be read", f"{place}: {cause}", "Correct that.", "After that.", type="usage",
                   param=place)  # fmt: skip
