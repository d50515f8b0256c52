"""The schema of a table's row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from playground.core.schemas.convert.inference import infer
from playground.core.schemas.convert.model import ConvertError

MOST_COLUMNS = 5_000
"""As many properties as the strict subset has."""
_WHOLE = re.compile(r"[+-]?(0|[1-9]\d{0,17})\Z")
"""A number with a zero before it is none: a postcode, a telephone number, an article's number."""
_NUMBER = re.compile(r"[+-]?(0|[1-9]\d{0,17})(\.\d+)?([eE][+-]?\d{1,3})?\Z")
_LOGICAL = {"true": True, "false": False, "TRUE": True, "FALSE": False, "True": True, "False": False}


def from_csv(header: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> dict[str, Any]:
    """An object with a property for each column; its type after the rows: a column is a number, true or false, or has
    a format where all cells that are not empty are so; it is nullable where one is empty. Raises ConvertError for a
    header without names, or with the same one twice."""
    names = [name.strip().lstrip("\ufeff") for name in header]
    if not any(names):
        raise ConvertError("The header has no names: its first line is to name the columns.")
    if len(names) > MOST_COLUMNS:
        raise ConvertError(f"The table has {len(names):,} columns; an object has at most {MOST_COLUMNS:,} properties.")
    names = [name or f"column_{number}" for number, name in enumerate(names, 1)]
    for name in names:
        if names.count(name) > 1:
            raise ConvertError(f"The header has “{name}” twice: which is which cannot be told.")
    properties = {}
    for place, name in enumerate(names):
        cells = [row[place].strip() if place < len(row) else "" for row in rows]
        properties[name] = _column(cells)
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": False}


def _column(cells: list[str]) -> dict[str, Any]:
    full = [cell for cell in cells if cell]
    if not full:
        return {"type": "string"} if not cells else {"type": ["string", "null"]}
    values: list[Any] = full
    if all(_WHOLE.match(cell) for cell in full):
        values = [int(cell) for cell in full]
    elif all(_NUMBER.match(cell) for cell in full):
        values = [float(cell) for cell in full]
    elif all(cell in _LOGICAL for cell in full):
        values = [_LOGICAL[cell] for cell in full]
    return infer([*values, *([None] if len(full) < len(cells) else [])])
