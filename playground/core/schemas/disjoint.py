"""Can a document fit two schemas at once? Says no only where that is sure."""

from __future__ import annotations

from typing import Any

from playground.core.schemas.keywords import has_type, same, type_of, types_of
from playground.core.schemas.pointers import referred

_MOST = 64
"""Branches that are compared with each other."""
_DEEP = 6


def are_disjoint(root: Any, branches: list[Any]) -> bool:
    """Whether no document fits two of the schemas."""
    if len(branches) > _MOST:
        return False
    return all(disjoint(root, one, other) for number, one in enumerate(branches) for other in branches[number + 1 :])


def disjoint(root: Any, one: Any, other: Any, depth: int = _DEEP) -> bool:
    """Whether surely no document fits both."""
    one, other = _resolved(root, one), _resolved(root, other)
    if one is False or other is False:
        return True
    if not isinstance(one, dict) or not isinstance(other, dict) or depth == 0:
        return False
    for a, b in ((one, other), (other, one)):
        values = _values(a)
        if values is not None:
            return all(_excludes(root, b, value) for value in values)
    for a, b in ((one, other), (other, one)):
        for keyword in ("anyOf", "oneOf"):
            branches = a.get(keyword)
            known = isinstance(branches, list) and 0 < len(branches) <= _MOST
            if known and all(disjoint(root, branch, b, depth - 1) for branch in a[keyword]):
                return True
    types, others = types_of(one), types_of(other)
    if not types or not others:
        return False
    shared = _shared(types, others)
    return not shared or (shared == {"object"} and _objects(root, one, other, depth))


def _resolved(root: Any, schema: Any) -> Any:
    for _ in range(8):
        if not isinstance(schema, dict) or "$ref" not in schema or len(schema) > 1:
            return schema
        found = referred(root, schema["$ref"])
        if found is None:
            return schema
        schema = found[1]
    return schema


def _values(schema: dict[str, Any]) -> list[Any] | None:
    """All that it may accept, where it lists them."""
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum")
    return values if isinstance(values, list) and len(values) <= 1000 else None


def _excludes(root: Any, schema: dict[str, Any], value: Any) -> bool:
    """Whether a schema surely does not accept a value."""
    types = types_of(schema)
    if types and not has_type(value, types):
        return True
    values = _values(schema)
    if values is not None:
        return not any(same(value, one) for one in values)
    branches = schema.get("anyOf")
    if isinstance(branches, list) and branches:
        resolved = [_resolved(root, one) for one in branches[:_MOST]]
        return len(branches) <= _MOST and all(
            isinstance(one, dict) and bool(types_of(one)) and not has_type(value, types_of(one)) for one in resolved
        )
    return type_of(value) == "object" and isinstance(value, dict) and _object_excludes(schema, value)


def _object_excludes(schema: dict[str, Any], value: dict[str, Any]) -> bool:
    required = schema.get("required")
    return isinstance(required, list) and any(isinstance(name, str) and name not in value for name in required)


def _shared(types: tuple[str, ...], others: tuple[str, ...]) -> set[str]:
    def spread(names: tuple[str, ...]) -> set[str]:
        return set(names) | ({"integer"} if "number" in names else set())

    return spread(types) & spread(others)


def _objects(root: Any, one: dict[str, Any], other: dict[str, Any], depth: int) -> bool:
    """Whether a property that both need keeps them apart, or one needs what the other forbids."""
    mine, yours = _properties(one), _properties(other)
    needed, wanted = _required(one), _required(other)
    for name in needed & wanted:
        if name in mine and name in yours and disjoint(root, mine[name], yours[name], depth - 1):
            return True
    return bool(_forbidden(other, needed - yours.keys()) or _forbidden(one, wanted - mine.keys()))


def _forbidden(schema: dict[str, Any], names: set[str]) -> set[str]:
    return names if schema.get("additionalProperties") is False and "patternProperties" not in schema else set()


def _properties(schema: dict[str, Any]) -> dict[str, Any]:
    properties = schema.get("properties")
    return properties if isinstance(properties, dict) else {}


def _required(schema: dict[str, Any]) -> set[str]:
    required = schema.get("required")
    return {name for name in required if isinstance(name, str)} if isinstance(required, list) else set()
