"""What the fields of a schema's form show for a keyword, and what they mean."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtWidgets import QWidget

from playground.core.schemas import edits
from playground.core.schemas.edits import UNSET
from playground.core.schemas.outline import type_words
from playground.widgets.controls import OptionalNumber, OptionalText
from playground.widgets.controls.optional_long import LongField


def inside_items(schema: Any) -> Any:
    """An array's items, of one that may be null, too."""
    inner, _ = edits.unwrapped(schema, "")
    return inner.get("items")


def kind_value(schema: Any) -> tuple[str, str]:
    """A schema's type as a choice's value, and in words."""
    if not isinstance(schema, dict):
        return "anything", "anything"
    kind = edits.kind_of(schema)
    if kind == "reference":
        inner, _ = edits.unwrapped(schema, "")
        return str(inner["$ref"]), type_words(inner)
    return (kind, kind) if kind in edits.KINDS else (kind, type_words(schema))


def _line_of(value: Any) -> str:
    """An enum's value as a line: a text as it is, unless that would be read as something else."""
    if isinstance(value, str) and value.strip() == value and value and "\n" not in value:
        try:
            json.loads(value, parse_constant=_no_number)
        except ValueError:
            return value
        except RecursionError:
            pass
    return json.dumps(value, ensure_ascii=False)


def _no_number(word: str) -> Any:
    """NaN and its like are words here."""
    raise ValueError(word)


def _value_of(line: str, texts: bool) -> Any:
    """What a line stands for; `texts`: only texts are meant, unless the line is one in quotes."""
    line = line.strip()
    try:
        value = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return line
    return line if texts and not isinstance(value, str) else value


def show(key: str, field: QWidget, value: Any) -> None:
    """Put a keyword's value into its field, if the field says something else."""
    if isinstance(field, OptionalNumber):
        known = value if isinstance(value, int | float) and not isinstance(value, bool) else None
        if field.value() != known or field.problem():
            field.set_value(known)
    elif isinstance(field, LongField | OptionalText):
        if key == "enum":
            text = "\n".join(_line_of(one) for one in value if one is not None) if isinstance(value, list) else None
        elif key == "const":
            text = _line_of(value)
        else:
            text = value if isinstance(value, str) and value else None
        if field.value() != text:
            field.set_value(text)


def read(key: str, field: QWidget, schema: Any) -> Any:
    """The keyword's value as the field has it; UNSET for none."""
    value = field.value()  # type: ignore[attr-defined]
    if value is None:
        return UNSET
    if key in ("enum", "const"):
        inner, _ = edits.unwrapped(schema, "")
        listed = inner.get("enum", [inner.get("const")])
        texts = all(isinstance(one, str) or one is None for one in listed) and "string" in str(inner.get("type"))
        if key == "const":
            return _value_of(str(value), texts)
        return [_value_of(line, texts) for line in str(value).split("\n") if line.strip()]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value
