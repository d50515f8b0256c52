"""JSON values with places that wait for one, and the pointers to them."""

from __future__ import annotations

import json
from enum import Enum
from typing import Any, Final

import orjson


class Unset(Enum):
    """Nothing: not sent. Not null, and not empty."""

    UNSET = "unset"

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> bool:
        return False


UNSET: Final = Unset.UNSET


class Nameless(str):
    """The key of an entry in a map that has no name yet: not sent."""

    __slots__ = ()


def copied(value: Any) -> Any:
    """A copy without what has no value or no name yet. About a microsecond for each element."""
    if isinstance(value, dict):
        return {
            key: copied(child) if isinstance(child, dict | list) else child
            for key, child in value.items()
            if child is not UNSET and type(key) is not Nameless
        }
    if isinstance(value, list):
        return [copied(child) if isinstance(child, dict | list) else child for child in value if child is not UNSET]
    return value


def pretty(value: Any) -> str:
    """A value as JSON in lines. By orjson, which takes a thirtieth of the time of `json` with an indent, and only what
    it does not know, such as a number of more than 64 bits, by that."""
    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    except (TypeError, ValueError):
        return json.dumps(value, ensure_ascii=False, indent=2)


def same(first: Any, second: Any) -> bool:
    """Equal as JSON: true is not 1, and 1.0 is 1."""
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    return bool(first == second)


def join(steps: tuple[str | int, ...] | list[str | int]) -> str:
    """Steps as a JSON Pointer (RFC 6901): `/input/0/role`; "" for the whole."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def split(pointer: str) -> list[str]:
    """The steps of a JSON Pointer; an index comes as its digits."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def json_type(value: Any) -> str:
    """The name of a value's type in JSON Schema; "integer" also for 1.0."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "array" if isinstance(value, list) else "object" if isinstance(value, dict) else "string"


def pointer_of(place: str) -> str:
    """A JSON Pointer for a place as servers write it, `input[0].content`; a pointer stays what it is."""
    if not place or place.startswith("/"):
        return place
    return join([part for part in place.replace("[", ".").replace("]", "").split(".") if part])
