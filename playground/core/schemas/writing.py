"""A schema's value as the text that people read: an indent of two, and what is short on one line."""

from __future__ import annotations

import json
from json.encoder import encode_basestring
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
    flat = _flat(value)
    if flat is not None and used + len(flat) <= WIDTH:
        return flat
    inner = indent + 2
    pad = " " * inner
    if isinstance(value, dict) and value:
        lines = []
        for name, one in value.items():
            key = f"{_name(name)}: "
            lines.append(f"{pad}{key}{_write(one, inner, inner + len(key))}")
        return "{\n" + ",\n".join(lines) + "\n" + " " * indent + "}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(pad + _write(one, inner, inner) for one in value) + "\n" + " " * indent + "]"
    return _encoded(value)


def _flat(value: Any) -> str | None:
    """Lists of plain values, and schemas without parts, on one line; None for what may not be."""
    if isinstance(value, list):
        if len(value) > 40 or any(isinstance(one, dict | list) for one in value):
            return None
        return f"[{', '.join(map(_encoded, value))}]"
    if not isinstance(value, dict) or len(value) > 6 or not value.keys() <= _PLAIN:
        return None
    parts = []
    for name, one in value.items():
        said = None if isinstance(one, dict) else _flat(one) if isinstance(one, list) else _encoded(one)
        if said is None:
            return None
        parts.append(f'"{name}": {said}')
    text = f"{{{', '.join(parts)}}}"
    return text if len(text) <= _SHORT else None


def _name(name: Any) -> str:
    return encode_basestring(name) if isinstance(name, str) else json.dumps(str(name), ensure_ascii=False)


def _encoded(value: Any) -> str:
    """One value; a text by the function that `json.dumps` comes to in the end, five times as fast."""
    if isinstance(value, str):
        return encode_basestring(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
