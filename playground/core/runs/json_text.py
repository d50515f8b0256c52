"""JSON that a person types: read, or said in words what is wrong with it and where."""

from __future__ import annotations

import json
from typing import Any

LONGEST = 200_000
"""Characters of JSON that are read while a person types; it keeps the window's thread free."""

_WORDS = {
    "Expecting value": "a value is expected here",
    "Expecting property name enclosed in double quotes": "a name in double quotes is expected here",
    "Expecting ',' delimiter": "a comma or the closing bracket is expected here",
    "Expecting ':' delimiter": "a colon is expected here",
    "Extra data": "there is something after the end of the value",
    "Unterminated string starting at": "the text that begins here has no closing quote",
    "Invalid control character at": "a line break or a control character stands inside a text; write \\n",
    "Invalid \\escape": "this backslash begins no known escape; write \\\\ for a backslash",
    "Invalid \\uXXXX escape": "\\u is followed by four hexadecimal digits",
    "Illegal trailing comma before end of object": "this comma has nothing after it; remove it",
    "Illegal trailing comma before end of array": "this comma has nothing after it; remove it",
}
_KINDS: dict[type, str] = {dict: "an object, in { and }", list: "an array, in [ and ]"}


class _Twice(ValueError):
    """A name that an object has twice."""


class _NoNumber(ValueError):
    """NaN or an infinity, which Python takes and JSON does not have."""


def read(text: str, kind: type = dict) -> tuple[Any, str]:
    """The value and "", or None and what is wrong with the text, with line and column. `kind`: dict, list, or object
    for any JSON."""
    value, problem, _ = read_at(text, kind)
    return value, problem


def read_at(text: str, kind: type = dict, longest: int = LONGEST) -> tuple[Any, str, int]:
    """The same with the place of what is wrong, in characters from the beginning; -1 where it is no single place."""
    if len(text) > longest:
        return None, f"This is longer than {longest:,} characters", -1
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        words = _WORDS.get(error.msg, error.msg)
        if text[error.pos : error.pos + 1] in ("}", "]") and text[: error.pos].rstrip().endswith(","):
            words = "remove the comma before this bracket"
        return None, f"Line {error.lineno}, column {error.colno}: {words}", error.pos
    except _Twice as error:
        return None, f"The name “{error}” stands twice in one object", -1
    except _NoNumber as error:
        return None, f"{error} is no number in JSON", -1
    except (RecursionError, ValueError):
        return None, "It is nested too deeply, or a number in it is too long", -1
    if not isinstance(value, kind):
        return None, f"It must be {_KINDS[kind]}", 0
    return value, "", -1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _Twice(name)
            seen.add(name)
    return made


def _constant(name: str) -> float:
    raise _NoNumber(name)
