"""How far runs of the same input agree, field by field, kept up to date with each output at the cost of its fields."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from playground.core.schemas.pointers import escape
from playground.core.schemas.proof.model import Field

MOST_FIELDS = 500
"""Places of one output that are compared."""
_LONG = 64
"""Characters from which on a value is kept as its digest."""
_DEEPEST = 12
LENGTH = "\x00"
"""Before the pointer of a list: what is compared is its length. No pointer begins so, whatever names it has."""


def fields_of(value: Any) -> dict[str, str]:
    """Pointer → what is compared there. Objects are gone into; a list counts as a whole, and by its length."""
    found: dict[str, str] = {}
    stack: list[tuple[str, Any, int]] = [("", value, 0)]
    while stack and len(found) < MOST_FIELDS:
        pointer, one, depth = stack.pop()
        if isinstance(one, dict) and one and depth < _DEEPEST:
            below = [(f"{pointer}/{escape(name)}", inner, depth + 1) for name, inner in one.items()]
            stack.extend(reversed(below))
            continue
        found[pointer] = canonical(one)
        if isinstance(one, list):
            found[LENGTH + pointer] = str(len(one))
    return found


def canonical(value: Any) -> str:
    """Equal for equal JSON values, whatever the order of their members; 1 and 1.0 are one number. Never raises."""
    try:
        text = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    except (RecursionError, ValueError, TypeError):
        text = repr(value)
    if len(text) <= _LONG:
        return text
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


class Agreement:
    """Of all inputs. A field that an output lacks counts as a value of its own."""

    def __init__(self) -> None:
        self._counts: dict[int, dict[str, Counter[str]]] = {}
        self._runs: Counter[int] = Counter()
        self._agreeing: Counter[str] = Counter()
        """Pointer → runs that gave the most frequent value, over the inputs with two outputs or more."""
        self._compared: Counter[str] = Counter()
        self._order: dict[str, None] = {}

    def add(self, number: int, fields: Mapping[str, str]) -> None:
        """One output of an input. Outputs that were no JSON are not compared: nobody knows what they would say."""
        if not fields:
            return
        self._weigh(number, -1)
        self._runs[number] += 1
        counts = self._counts.setdefault(number, {})
        for pointer, value in fields.items():
            counts.setdefault(pointer, Counter())[value] += 1
            self._order.setdefault(pointer)
        self._weigh(number, 1)

    def _weigh(self, number: int, sign: int) -> None:
        """Add what an input says to the sums, or take it out."""
        runs = self._runs[number]
        if runs < 2:
            return
        for pointer, values in self._counts[number].items():
            absent = runs - values.total()
            self._agreeing[pointer] += sign * max(absent, max(values.values()))
            self._compared[pointer] += sign * runs

    def fields(self) -> tuple[Field, ...]:
        """Over the inputs that have two outputs or more, weighed by how many they have."""
        found = []
        for pointer in self._order:
            runs = self._compared[pointer]
            if pointer.startswith(LENGTH) or not runs:
                continue
            length = LENGTH + pointer
            lengths = self._agreeing[length] / self._compared[length] if self._compared[length] else None
            found.append(Field(pointer, self._agreeing[pointer] / runs, runs, lengths))
        return tuple(found)
