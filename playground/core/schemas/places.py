"""Where each value of a JSON text stands: one pass without recursion, for texts that `json.loads` takes."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from playground.core.schemas.pointers import escape

DEEPEST = 200
"""Levels of nesting that are read. A schema of ten levels of objects has about forty."""

_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SCALAR = re.compile(r"[^\s,\]}]+")


class Place(NamedTuple):
    """Character offsets: the value, and the name of the member that it is (-1: it is none)."""

    start: int
    end: int
    key: int
    key_end: int


def find_places(text: str) -> tuple[dict[str, Place], tuple[str, ...]]:
    """The places by pointer, and the pointers of members that came before under the same name.

    Where the text breaks off or is broken, what was read until then.
    """
    places: dict[str, Place] = {}
    twice: list[str] = []
    open_: list[tuple[str, int, int, int, bool]] = []
    """Pointer, start, key, key's end, and whether it is an object, of each container that is open."""
    counts: list[int] = []
    names: list[set[str]] = []
    """The items, and the names of members, that each of them has so far."""
    at, size, pointer, key, key_end = _space(text, 0), len(text), "", -1, -1
    while at < size:
        sign = text[at]
        if sign in "{[":
            open_.append((pointer, at, key, key_end, sign == "{"))
            counts.append(0)
            names.append(set())
            at = _space(text, at + 1)
        elif sign not in "]}":
            match = (_STRING if sign == '"' else _SCALAR).match(text, at)
            if match is None:
                break
            places[pointer] = Place(at, match.end(), key, key_end)
            at = _space(text, match.end())
        while open_ and at < size and text[at] in "]}":
            pointer, start, key, key_end, _ = open_.pop()
            counts.pop()
            names.pop()
            places[pointer] = Place(start, at + 1, key, key_end)
            at = _space(text, at + 1)
        if not open_:
            break
        if at < size and text[at] == ",":
            at = _space(text, at + 1)
        parent, _, _, _, is_object = open_[-1]
        key = key_end = -1
        if is_object:
            match = _STRING.match(text, at)
            if match is None:
                break
            key, key_end = match.span()
            name = escape(_name(match[0]))
            pointer = f"{parent}/{name}"
            if name in names[-1]:
                twice.append(pointer)
            names[-1].add(name)
            at = _space(text, key_end)
            at = _space(text, at + 1) if at < size and text[at] == ":" else at
        else:
            pointer = f"{parent}/{counts[-1]}"
            counts[-1] += 1
    for pointer, start, key, key_end, _ in reversed(open_):
        places[pointer] = Place(start, size, key, key_end)
    return places, tuple(twice)


def _space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match is not None else at


def _name(quoted: str) -> str:
    if "\\" not in quoted:
        return quoted[1:-1]
    try:
        return str(json.loads(quoted))
    except ValueError:
        return quoted[1:-1]
