"""The smallest value that a schema takes, for a method's example body and for trying methods out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FILE = "@file"
"""Stands where a file is meant, in the form of `playground call`: `@path`."""
_DEEPEST = 12


def resolved(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself, behind references."""
    for _ in range(_DEEPEST):
        target = schema.get("$ref")
        if not isinstance(target, str):
            break
        schema = {**defs.get(target.rpartition("/")[2], {}), **{k: v for k, v in schema.items() if k != "$ref"}}
    return schema


def minimal_value(schema: Mapping[str, Any], defs: Mapping[str, Any], depth: int = 0) -> Any:
    """A valid value, as small as can be made without searching: required members only, the first of what may be."""
    schema = resolved(schema, defs)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    for word in ("anyOf", "oneOf"):
        if schema.get(word):
            return minimal_value(_simplest(schema[word], defs), defs, depth + 1)
    if schema.get("allOf"):
        return minimal_value(schema["allOf"][0], defs, depth + 1)
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    if kind == "object" or (kind is None and "properties" in schema):
        return _object(schema, defs, depth)
    if kind == "array":
        count = int(schema.get("minItems") or 0)
        items = schema.get("items")
        return [minimal_value(items if isinstance(items, dict) else {}, defs, depth + 1) for _ in range(count)]
    return _scalar(str(kind), schema)


def _object(schema: Mapping[str, Any], defs: Mapping[str, Any], depth: int) -> dict[str, Any]:
    properties = schema.get("properties") or {}
    if depth > _DEEPEST:
        return {}
    return {name: minimal_value(properties.get(name, {}), defs, depth + 1) for name in schema.get("required") or ()}


def _scalar(kind: str, schema: Mapping[str, Any]) -> Any:
    if kind == "string":
        if schema.get("format") == "binary":
            return FILE
        return "text".ljust(int(schema.get("minLength") or 0), "x")
    if kind in ("integer", "number"):
        low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + (1 if "exclusiveMinimum" in schema else 0))
        return int(low) if kind == "integer" else low
    return {"boolean": False, "null": None}.get(kind, "text")


_EASE = {"string": 0, "integer": 1, "number": 1, "boolean": 2, "array": 3, "object": 4, "null": 9}


def _simplest(branches: list[Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:
    """The branch that is easiest to fill: a fixed value or text before numbers, lists and objects; null last."""

    def ease(branch: Mapping[str, Any]) -> int:
        found = resolved(branch, defs)
        if "const" in found or "enum" in found:
            return 0
        if "anyOf" in found:
            return min(ease(one) for one in found["anyOf"])
        kind = found.get("type")
        return _EASE.get(kind if isinstance(kind, str) else "object", 4) + (
            len(found.get("required") or ()) if kind == "object" else 0
        )

    return min(branches, key=ease)
