"""The schema of example values.

Own and not genson (1.4; tried): that knows types, what is required, null and the order, but neither enums nor formats.
The rule for each guess is written at it, and a guess is made only where nothing in the examples speaks against it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from playground.core.schemas.convert.model import MAX_DEPTH, ConvertError
from playground.core.schemas.formats import FORMATS

ENUM_MOST = 8
"""A text is an enum where all its values are among at most so many words, …"""
ENUM_TIMES = 3
"""… on average each was seen so often at least, …"""
ENUM_LONGEST = 40
"""… and none is longer, in characters, or has a line break."""
MAP_LEAST = 4
"""Keys from which an object may be a map: its keys are all like IDs or dates, and its values of one type."""

_FORMATS = (
    ("date-time", re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)\Z")),
    ("date", re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z")),
    ("time", re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)\Z")),
    ("duration", re.compile(r"P(?=[\dT])(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?\Z")),
    ("uuid", re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")),
    ("email", re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}\Z")),
    ("ipv4", re.compile(r"((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)\Z")),
    ("ipv6", re.compile(r"(?=.*:.*:)[0-9a-fA-F:]{2,39}\Z")),
)
"""Formats of the strict subset that a text shows by itself, if the validator says so, too: `12:00:00` is no IPv6
address. `hostname` is not guessed: every word is one."""
_KEY = re.compile(r"(\d+|[0-9a-fA-F]{8,}|[0-9a-fA-F-]{36}|\d{4}-\d\d(-\d\d)?|[A-Za-z]+[-_]\d+)\Z")
_ORDER = ("string", "integer", "number", "boolean", "array", "object", "null")


class _Seen:
    """What was seen at one place."""

    __slots__ = ("count", "fields", "formats", "items", "keys_like_ids", "kinds", "objects", "overflown", "words")

    def __init__(self) -> None:
        self.count: dict[str, int] = {}
        self.kinds: dict[str, None] = {}
        self.words: dict[str, int] = {}
        self.overflown = False
        self.formats: set[str] | None = None
        self.fields: dict[str, tuple[_Seen, list[int]]] = {}
        self.objects = 0
        self.keys_like_ids = True
        self.items: _Seen | None = None


def infer(examples: Sequence[Any]) -> dict[str, Any]:
    """The schema that all the examples follow: types, what is required (in each object that was seen at the place),
    null, enums, formats; properties in the order in which they were seen. Objects are closed. Raises ConvertError
    where there is no example, or one is nested too deeply."""
    if not examples:
        raise ConvertError("There is no example to learn from.")
    seen = _Seen()
    for example in examples:
        _look(seen, example, 0)
    return _schema(seen)


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, Mapping):
        return "object"
    if isinstance(value, list | tuple):
        return "array"
    raise ConvertError(f"An example is JSON; {type(value).__name__} is not.")


def _look(seen: _Seen, value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ConvertError(f"An example is nested more than {MAX_DEPTH} levels deep.")
    kind = _kind(value)
    seen.kinds.setdefault(kind)
    seen.count[kind] = seen.count.get(kind, 0) + 1
    if kind == "string":
        _look_at_text(seen, value)
    elif kind == "object":
        seen.objects += 1
        for name, item in value.items():
            if not isinstance(name, str):
                raise ConvertError("An example is JSON; its keys are texts.")
            if name not in seen.fields:
                seen.fields[name] = (_Seen(), [0])
                seen.keys_like_ids = seen.keys_like_ids and _KEY.match(name) is not None
            inner, times = seen.fields[name]
            times[0] += 1
            _look(inner, item, depth + 1)
    elif kind == "array":
        if seen.items is None:
            seen.items = _Seen()
        for item in value:
            _look(seen.items, item, depth + 1)


def _look_at_text(seen: _Seen, value: str) -> None:
    if not seen.overflown:
        if len(value) > ENUM_LONGEST or "\n" in value or not value:
            seen.overflown = True
        else:
            seen.words[value] = seen.words.get(value, 0) + 1
            seen.overflown = len(seen.words) > ENUM_MOST
        if seen.overflown:
            seen.words.clear()
    if seen.formats is None or seen.formats:
        short = value if len(value) <= 400 else ""
        fits = {name for name, pattern in _FORMATS if pattern.match(short) and FORMATS[name](short)}
        seen.formats = fits if seen.formats is None else seen.formats & fits


def _schema(seen: _Seen) -> dict[str, Any]:
    kinds = [kind for kind in seen.kinds if kind != "null"]
    if "number" in kinds and "integer" in kinds:
        kinds.remove("integer")  # each whole number is a number, too
    kinds.sort(key=_ORDER.index)
    options = [_of_kind(seen, kind) for kind in kinds]
    if not options:
        return {"type": "null"} if "null" in seen.kinds else {}
    if "null" not in seen.kinds:
        return options[0] if len(options) == 1 else {"anyOf": options}
    if len(options) == 1:
        return _nullable(options[0])
    return {"anyOf": [*options, {"type": "null"}]}


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if schema["type"] == "object":
        return {"anyOf": [schema, {"type": "null"}]}
    made = {**schema, "type": [schema["type"], "null"]}
    if "enum" in made:
        made["enum"] = [*made["enum"], None]
    return made


def _of_kind(seen: _Seen, kind: str) -> dict[str, Any]:
    if kind == "string":
        if seen.formats:
            return {"type": "string", "format": next(name for name, _ in _FORMATS if name in seen.formats)}
        if is_enum(seen.words, seen.count["string"]) and not seen.overflown:
            return {"type": "string", "enum": list(seen.words)}
    if kind == "array":
        return {"type": "array", "items": _schema(seen.items) if seen.items is not None else {}}
    if kind == "object":
        return _object(seen)
    return {"type": kind}


def is_enum(words: Mapping[str, int], times: int) -> bool:
    """The rule for enums, after how often each word was seen."""
    return 1 < len(words) <= ENUM_MOST and times >= ENUM_TIMES * len(words)


def _object(seen: _Seen) -> dict[str, Any]:
    if len(seen.fields) >= MAP_LEAST and seen.keys_like_ids:
        values = [_schema(inner) for inner, _ in seen.fields.values()]
        if all(value == values[0] for value in values):
            return {"type": "object", "additionalProperties": values[0]}
    return {
        "type": "object",
        "properties": {name: _schema(inner) for name, (inner, _) in seen.fields.items()},
        "required": [name for name, (_, times) in seen.fields.items() if times[0] == seen.objects],
        "additionalProperties": False,
    }
