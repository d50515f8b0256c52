"""Names of types from names of properties, titles and definitions."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable

_PIECES = re.compile(r"[^0-9A-Za-z]+")
_HEAD = re.compile(r"[A-Za-z_]")


def class_name(text: str, otherwise: str = "Model") -> str:
    """`line items` → `LineItems`; what cannot be part of a name is left out."""
    pieces = [piece for piece in _PIECES.split(text) if piece]
    name = "".join(piece[0].upper() + piece[1:] for piece in pieces)[:80]
    return name if name and _HEAD.match(name) else f"{otherwise}{name}"


def singular(text: str) -> str:
    """What one of several is called: `entries` → `entry`, `items` → `item`; `data` → `data item`."""
    if re.search(r"[^aeiou]ies$", text):
        return f"{text[:-3]}y"
    if re.search(r"(ss|x|ch|sh)es$", text):
        return text[:-2]
    if re.search(r"[^siu]s$", text) and len(text) > 3:
        return text[:-1]
    return f"{text} item"


def python_name(text: str, taken: Iterable[str]) -> str:
    """A property's name as a Python name: itself where it is one and not taken."""
    name = re.sub(r"[^0-9A-Za-z_]", "_", text) if not (text.isidentifier() and text.isascii()) else text
    name = name.lstrip("_") or "field"
    if name[0].isdigit():
        name = f"field_{name}"
    used = set(taken)
    while keyword.iskeyword(name) or name in used:
        name += "_"
    return name


class Names:
    """Names that are each given once."""

    def __init__(self, reserved: Iterable[str]) -> None:
        self._taken = set(reserved)

    def take(self, wish: str) -> str:
        """The name, or with a number where it is taken."""
        name, number = wish, 1
        while name in self._taken:
            number += 1
            name = f"{wish}{number}"
        self._taken.add(name)
        return name
