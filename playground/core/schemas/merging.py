"""Several schemas that all have to hold, as one that accepts the same documents; where that can be written."""

from __future__ import annotations

import copy
import math
from typing import Any

from playground.core.schemas.keywords import ANNOTATIONS, HIDDEN, same, types_of
from playground.core.schemas.pointers import referred
from playground.core.schemas.reach import reaches

_MOST = 4000
"""Schemas that are put together before giving up."""
_GREATEST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
_LEAST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_OBJECT = ("properties", "additionalProperties", "patternProperties")
_EQUAL = ("pattern", "format", "$defs", "definitions")


class _Cannot(Exception):
    """It cannot be written as one schema."""


def merged_all_of(root: Any, schema: dict[str, Any], pointer: str) -> dict[str, Any] | None:
    """A schema without its `allOf`: everything in one. None where that cannot be written in JSON Schema."""
    parts = schema.get("allOf")
    if not isinstance(parts, list):
        return None
    rest = {name: value for name, value in schema.items() if name != "allOf"}
    return _tried(root, pointer, [rest, *parts])


def inlined_ref(root: Any, schema: dict[str, Any], pointer: str) -> dict[str, Any] | None:
    """A schema with what its `$ref` points to in place of it; what stands beside the `$ref` holds, too."""
    return _tried(root, pointer, [schema])


def distributed(root: Any, schema: dict[str, Any], pointer: str) -> dict[str, Any] | None:
    """An `anyOf` with what stands beside it put into each of its branches."""
    branches = schema.get("anyOf")
    if not isinstance(branches, list) or len(branches) > 100:
        return None
    stays = ANNOTATIONS | {"$defs", "definitions", "anyOf"}
    beside = {name: value for name, value in schema.items() if name not in stays and not name.startswith(HIDDEN)}
    new = []
    for branch in branches:
        merged = _tried(root, pointer, [copy.deepcopy(beside), branch])
        if merged is None:
            return None
        new.append(merged)
    kept = {name: value for name, value in schema.items() if name not in beside}
    return {name: (new if name == "anyOf" else value) for name, value in kept.items()}


def _tried(root: Any, pointer: str, parts: list[Any]) -> dict[str, Any] | None:
    merger = _Merger(root, pointer)
    try:
        merged: Any = {}
        for part in parts:
            merged = merger.both(merged, part)
    except (_Cannot, RecursionError):
        return None
    return merged if isinstance(merged, dict) else None


class _Merger:
    def __init__(self, root: Any, pointer: str) -> None:
        self._root = root
        self._pointer = pointer
        self._left = _MOST

    def both(self, one: Any, other: Any) -> Any:
        """A schema for what fits both. Raises _Cannot. Neither is changed; parts may be shared."""
        self._left -= 1
        if self._left < 0:
            raise _Cannot
        if one is True or one == {}:
            return self._plain(other) if isinstance(other, dict) else other
        if other is True or other == {}:
            return one
        if one is False or other is False:
            return False
        if not isinstance(one, dict) or not isinstance(other, dict):
            raise _Cannot
        one, other = self._plain(one), self._plain(other)
        merged = dict(one)
        self._objects(merged, one, other)
        for name, value in other.items():
            if name in _OBJECT:
                continue
            if name not in merged:
                merged[name] = copy.deepcopy(value)
            elif name not in ANNOTATIONS or name == "default":
                merged[name] = self._value(name, merged[name], value, one, other)
        return self._checked(merged)

    def _plain(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Without a `$ref` and an `allOf` of its own."""
        if "$ref" in schema:
            found = referred(self._root, schema["$ref"])
            if found is None or not isinstance(found[1], dict) or reaches(self._root, found[0], self._pointer):
                raise _Cannot
            rest = {name: value for name, value in schema.items() if name != "$ref"}
            # what stands beside the $ref says more about this place than what it points to: it wins, and comes first
            target = {name: value for name, value in found[1].items() if name not in ("$defs", "definitions", "$id")}
            return self._put(rest, self.both({}, target))
        if "allOf" in schema and isinstance(schema["allOf"], list):
            merged: Any = {name: value for name, value in schema.items() if name != "allOf"}
            for part in schema["allOf"]:
                merged = self.both(merged, part)
            if not isinstance(merged, dict):
                raise _Cannot
            return merged
        return schema

    def _put(self, beside: dict[str, Any], target: Any) -> dict[str, Any]:
        if not isinstance(target, dict):
            raise _Cannot
        if all(name in ANNOTATIONS for name in beside):
            kept = {name: value for name, value in target.items() if name not in beside}
            return {**beside, **copy.deepcopy(kept)}
        merged = self.both(beside, target)
        if not isinstance(merged, dict):
            raise _Cannot
        return merged

    def _value(self, name: str, mine: Any, yours: Any, one: dict[str, Any], other: dict[str, Any]) -> Any:
        """One keyword that both have."""
        if same(mine, yours):
            return mine
        if name == "type":
            return _types(one, other)
        if name == "required" and isinstance(mine, list) and isinstance(yours, list):
            return mine + [item for item in yours if item not in mine]
        if name in _GREATEST:
            return max(mine, yours)
        if name in _LEAST:
            return min(mine, yours)
        if name == "enum":
            return [value for value in mine if any(same(value, item) for item in yours)]
        if name == "items":
            return self.both(mine, yours)
        if name == "multipleOf" and isinstance(mine, int) and isinstance(yours, int):
            return math.lcm(mine, yours)
        if name == "uniqueItems":
            return bool(mine or yours)
        if name == "default":
            return mine
        raise _Cannot  # two patterns, two anyOfs, …: JSON Schema can say that with allOf only

    def _objects(self, merged: dict[str, Any], one: dict[str, Any], other: dict[str, Any]) -> None:
        """What both say about properties: a property has to fit what each says about its name."""
        if not any(name in other for name in _OBJECT):
            return
        if not any(name in one for name in _OBJECT):
            merged.update({name: copy.deepcopy(other[name]) for name in _OBJECT if name in other})
            return
        if "patternProperties" in one or "patternProperties" in other:
            raise _Cannot
        mine, yours = one.get("properties", {}), other.get("properties", {})
        more, others = one.get("additionalProperties", True), other.get("additionalProperties", True)
        properties: dict[str, Any] = {}
        for name in [*mine, *(name for name in yours if name not in mine)]:
            new = self.both(mine.get(name, more), yours.get(name, others))
            properties[name] = copy.deepcopy(new)
        if properties or "properties" in merged:
            merged["properties"] = properties
        merged["additionalProperties"] = self.both(more, others)
        if merged["additionalProperties"] is True:
            del merged["additionalProperties"]

    def _checked(self, merged: dict[str, Any]) -> Any:
        """Refuse what would have to be written with `false`; drop forbidden properties of closed objects."""
        if merged.get("type") == []:
            raise _Cannot
        properties = merged.get("properties")
        if isinstance(properties, dict) and any(value is False for value in properties.values()):
            required = merged.get("required", [])
            forbidden = [name for name, value in properties.items() if value is False]
            if merged.get("additionalProperties") is not False or any(name in required for name in forbidden):
                raise _Cannot
            merged["properties"] = {name: value for name, value in properties.items() if value is not False}
        if "const" in merged and "enum" in merged:
            if not any(same(merged["const"], value) for value in merged["enum"]):
                raise _Cannot
            del merged["enum"]
        return merged


def _types(one: dict[str, Any], other: dict[str, Any]) -> Any:
    mine, yours = types_of(one), types_of(other)
    both = [name for name in mine if name in yours or (name == "integer" and "number" in yours)]
    both += [name for name in yours if name == "integer" and "number" in mine and name not in both]
    if not both:
        raise _Cannot
    return both[0] if len(both) == 1 else both
