"""What a method and its parameters are, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.core.catalog.minimal import resolved
from playground.core.catalog.model import MethodEntry
from playground.core.catalog.tidy import words_of

_MOST, _SUCH = 8, 3
"""Values or alternatives that are named; of more, how many there are."""
_PLURALS = {
    "text": "texts", "file": "files", "whole number": "whole numbers", "number": "numbers", "object": "objects",
}  # fmt: skip
_NAMES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "null": "null"}


def type_words(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    """What a schema takes: `text`, `list of files`, `“auto”, Function Tool or null`, `text such as “gpt-6”`."""
    words = list(dict.fromkeys(_alternatives(schema, defs, 0)))
    null = ["null"] if "null" in words else []
    values = [word for word in words if word.startswith("“")]
    if "text" in words and values:  # an open enumeration
        words = [word for word in words if word not in values and word not in ("text", "null")]
        such = f"text such as {_listed(values[:_SUCH])}"
        return _listed([such + ("" if len(values) <= _SUCH else f" and {len(values) - _SUCH} more"), *words, *null])
    words = [word for word in words if word != "null"]
    if len(words) > _MOST:
        words = [*words[: _MOST - 1], f"{len(words) - _MOST + 1} more"]
    return _listed([*words, *null]) or "anything"


def _listed(words: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def _alternatives(schema: Mapping[str, Any], defs: Mapping[str, Any], depth: int) -> list[str]:
    if "x-python" in schema:
        return ["Python only"]
    schema = resolved(schema, defs)
    if "const" in schema:
        return [_value(schema["const"])]
    if schema.get("enum"):
        return [_value(value) for value in schema["enum"]]
    branches = schema.get("anyOf") or schema.get("oneOf")
    if branches:
        return [words for branch in branches for words in _alternatives(branch, defs, depth + 1)]
    kind = schema.get("type")
    if kind == "array":
        items = _alternatives(schema.get("items") or {}, defs, depth + 1)
        return [f"list of {_PLURALS.get(items[0], items[0])}" if len(items) == 1 else "list"]
    if kind == "object":
        return [words_of(str(schema.get("title") or "object"))]
    if schema.get("format") == "binary":
        return ["file"]
    return [_NAMES.get(str(kind), "anything")]


def _value(value: Any) -> str:
    return f"“{value}”" if isinstance(value, str) else str(value).lower()


def returns_words(entry: MethodEntry) -> str:
    """What a method gives back."""
    if entry.binary:
        return "a file's bytes"
    if entry.kind == "websocket":
        return "a connection for messages both ways"
    if entry.returns in ("", "None"):
        return "nothing"
    return f"a list of {entry.returns}" if entry.kind == "list" else entry.returns


def required_words(entry: MethodEntry) -> str:
    """What must be given, all alternatives of it; empty where nothing must."""
    sets = [" and ".join(names) for names in entry.required if names]
    return "; or ".join(sets) if len(sets) == len(entry.required) else ""
