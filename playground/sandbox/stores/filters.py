"""Filters on attributes: comparisons, and their `and` and `or`."""

from __future__ import annotations

from typing import Any

from playground.sandbox import checks
from playground.sandbox.checks import Json
from playground.sandbox.errors import ApiError, bad_type, bad_value, missing

COMPARISONS = ("eq", "ne", "gt", "gte", "lt", "lte", "in", "nin")
_ORDERED = ("gt", "gte", "lt", "lte")
_LISTS = ("in", "nin")
_DEEPEST, _MOST = 16, 256


def check(value: Any, param: str) -> None:
    """Raises ApiError (400) naming the member that is wrong."""
    _check(value, param, 1, [_MOST])


def _check(value: Any, param: str, depth: int, room: list[int]) -> None:
    room[0] -= 1
    if depth > _DEEPEST or room[0] < 0:
        raise bad_value(
            param, f"Invalid 'filters': at most {_MOST} filters, nested at most {_DEEPEST} deep, are taken."
        )
    checks.mapping(value, param)
    kind = value.get("type")
    if kind is None:
        raise missing(f"{param}.type")
    checks.choice(*COMPARISONS, "and", "or")(kind, f"{param}.type")
    if kind in ("and", "or"):
        _members(value, ("type", "filters"), param)
        checks.array(value["filters"], f"{param}.filters")
        if not value["filters"]:
            raise bad_value(f"{param}.filters", f"Invalid '{param}.filters': expected at least one filter.")
        for index, entry in enumerate(value["filters"]):
            _check(entry, f"{param}.filters[{index}]", depth + 1, room)
        return
    _members(value, ("type", "key", "value"), param)
    checks.text(minimum=1)(value["key"], f"{param}.key")
    _value(kind, value["value"], f"{param}.value")


def _members(value: Json, names: tuple[str, ...], param: str) -> None:
    for name in value:
        if name not in names:
            raise ApiError(400, f"Unknown parameter: '{param}.{name}'.", param=f"{param}.{name}",
                           code="unknown_parameter")  # fmt: skip
    for name in names:
        if value.get(name) is None:
            raise missing(f"{param}.{name}")


def _value(kind: str, value: Any, param: str) -> None:
    if kind in _LISTS:
        if not isinstance(value, list):
            raise bad_type(param, "an array", value)
        for index, entry in enumerate(value):
            if isinstance(entry, bool) or not isinstance(entry, str | int | float):
                raise bad_type(f"{param}[{index}]", "one of a string or a number", entry)
    elif kind in _ORDERED:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise bad_type(param, "a number", value)
    elif not isinstance(value, str | int | float | bool):
        raise bad_type(param, "one of a string, a number or a boolean", value)


def matches(filter: Json | None, attributes: Json) -> bool:
    """Whether a file with these attributes is meant. An attribute that is absent differs from every value."""
    if filter is None:
        return True
    kind = filter["type"]
    if kind == "and":
        return all(matches(entry, attributes) for entry in filter["filters"])
    if kind == "or":
        return any(matches(entry, attributes) for entry in filter["filters"])
    return _compares(kind, attributes.get(filter["key"]), filter["value"])


def _compares(kind: str, held: Any, value: Any) -> bool:
    if kind in _LISTS:
        return any(_same(held, entry) for entry in value) == (kind == "in")
    if kind in ("eq", "ne"):
        return _same(held, value) == (kind == "eq")
    if isinstance(held, bool) or not isinstance(held, int | float):
        return False
    return bool(
        {"gt": held > value, "gte": held >= value, "lt": held < value, "lte": held <= value}[kind]
    )  # fmt: skip


def _same(held: Any, value: Any) -> bool:
    """Equal, and both booleans or neither: 1 is not true."""
    return isinstance(held, bool) == isinstance(value, bool) and bool(held == value)
