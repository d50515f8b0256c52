"""A schema's value as the text that people read: an indent of two, and what is short on one line."""

from __future__ import annotations

import json
from typing import Any

WIDTH = 88
"""Characters of a line that lists and small objects may fill."""
_SHORT = 72
"""Characters of an object that stays on one line."""
_PLAIN = frozenset(
    ("type", "enum", "const", "description", "format", "minimum", "maximum", "minLength", "maxLength", "pattern",
     "$ref", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "title", "default")
)  # fmt: skip
"""Members of a schema that has no parts: such a schema reads best on one line."""


def write(value: Any) -> str:
    """JSON that ends in a line feed; the order of members is kept. Raises ValueError for what is no JSON, and
    RecursionError for what is nested too deeply."""
    return f"{_write(value, 0, 0)}\n"


def _write(value: Any, indent: int, used: int) -> str:
    """`indent`: spaces of the line it stands in; `used`: characters that are there before it."""
    flat = json.dumps(value, ensure_ascii=False, allow_nan=False) if _may_be_flat(value) else ""
    if flat and used + len(flat) <= WIDTH:
        return flat
    inner = indent + 2
    pad = " " * inner
    if isinstance(value, dict) and value:
        lines = []
        for name, one in value.items():
            key = f"{json.dumps(name, ensure_ascii=False)}: "
            lines.append(f"{pad}{key}{_write(one, inner, inner + len(key))}")
        return "{\n" + ",\n".join(lines) + "\n" + " " * indent + "}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(pad + _write(one, inner, inner) for one in value) + "\n" + " " * indent + "]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _may_be_flat(value: Any) -> bool:
    """Lists of plain values, and schemas without parts."""
    if isinstance(value, list):
        return len(value) <= 40 and not any(isinstance(one, dict | list) for one in value)
    if isinstance(value, dict):
        return (
            value.keys() <= _PLAIN
            and len(value) <= 6
            and all(
                not isinstance(one, dict) and (not isinstance(one, list) or _may_be_flat(one)) for one in value.values()
            )
            and len(json.dumps(value, ensure_ascii=False)) <= _SHORT
        )
    return False
