"""Two schemas as one that accepts what both accept."""

from __future__ import annotations

import copy
import math
from typing import Any

from playground.core.schemas.keywords import ANNOTATIONS, KEYWORDS, has_type, same, types_of
from playground.core.schemas.pointers import referred
from playground.core.schemas.reach import reaches

_MOST = 4000
"""Schemas that are put together before giving up."""
_PAIRS = 36
"""Branches that two anyOfs may have together, each with each."""
_GREATEST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_LEAST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_OBJECT = ("properties", "additionalProperties", "patternProperties")
_ARRAY = ("prefixItems", "items")
_GROUPS = (("contains", "minContains", "maxContains"), ("if", "then", "else"))
"""What means something only together: the first one decides."""
_UNSEEN = ("unevaluatedProperties", "unevaluatedItems", "$dynamicRef")
"""What depends on where it stands."""


class CannotMerge(Exception):
    """It cannot be written as one schema."""


class Merger:
    """Knows the document, and how much has been put together."""

    def __init__(self, root: Any, pointer: str) -> None:
        self._root = root
        self._pointer = pointer
        self._left = _MOST
        self._recursive: dict[str, bool] = {}
        """Targets of `$ref`s: whether they lead back to the place."""

    def put_together(self, one: Any, other: Any) -> Any:
        """A schema for what fits both; False: nothing does. Raises CannotMerge, also for what is no schema. Neither is
        changed; parts may be shared."""
        try:
            return self.both(one, other)
        except (RecursionError, TypeError, ValueError, AttributeError, LookupError, ArithmeticError):
            raise CannotMerge from None

    def both(self, one: Any, other: Any) -> Any:
        """The same, for schemas whose keywords have values that they may have."""
        self._left -= 1
        if self._left < 0:
            raise CannotMerge
        if one is True or one == {}:
            return self._plain(other) if isinstance(other, dict) else other
        if other is True or other == {}:
            return one
        if one is False or other is False:
            return False
        if not isinstance(one, dict) or not isinstance(other, dict):
            raise CannotMerge
        one, other = self._plain(one), self._plain(other)
        if one is False or other is False:
            return False
        if any(name in one or name in other for name in _UNSEEN):
            raise CannotMerge
        merged = dict(one)
        done = {*_OBJECT, *_ARRAY, *self._groups(one, other)}
        self._objects(merged, one, other)
        self._arrays(merged, one, other)
        for name, value in other.items():
            if name in done:
                continue
            if name not in merged:
                merged[name] = copy.deepcopy(value)
            elif name in KEYWORDS and name not in ANNOTATIONS:
                merged[name] = self._value(name, merged[name], value, one, other)
                if merged[name] is None and name == "anyOf":
                    return False
        return self._checked(merged)

    def _plain(self, schema: dict[str, Any]) -> Any:
        """Without a `$ref` and an `allOf` of its own."""
        if "$ref" in schema:
            found = referred(self._root, schema["$ref"])
            if found is None or not isinstance(found[1], dict) or self._leads_back(found[0]):
                raise CannotMerge
            rest = {name: value for name, value in schema.items() if name != "$ref"}
            # what stands beside the $ref says more about this place than what it points to: it wins, and comes first
            target = {name: value for name, value in found[1].items() if name not in ("$defs", "definitions", "$id")}
            return self._put(rest, self.both({}, target))
        if "allOf" in schema and isinstance(schema["allOf"], list):
            merged: Any = {name: value for name, value in schema.items() if name != "allOf"}
            for part in schema["allOf"]:
                merged = self.both(merged, part)
            if merged is not False and not isinstance(merged, dict):
                raise CannotMerge
            return merged
        return schema

    def _leads_back(self, target: str) -> bool:
        if target not in self._recursive:
            self._recursive[target] = reaches(self._root, target, self._pointer)
            self._left -= 20
        return self._recursive[target]

    def _put(self, beside: dict[str, Any], target: Any) -> Any:
        if target is True:
            return beside
        if isinstance(target, dict) and all(name in ANNOTATIONS for name in beside):
            kept = {name: value for name, value in target.items() if name not in beside}
            return {**beside, **copy.deepcopy(kept)}
        return self.both(beside, target)

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
        if name == "anyOf" and len(mine) * len(yours) <= _PAIRS:
            pairs = [self.both(first, second) for first in mine for second in yours]
            return [pair for pair in pairs if pair is not False] or None
        if name == "multipleOf" and isinstance(mine, int) and isinstance(yours, int):
            return math.lcm(mine, yours)
        if name == "uniqueItems":
            return bool(mine or yours)
        raise CannotMerge  # two patterns, two oneOfs, …: JSON Schema can say that with allOf only

    def _groups(self, one: dict[str, Any], other: dict[str, Any]) -> list[str]:
        """Keywords of the other that are not to be taken over one by one. Raises CannotMerge."""
        done: list[str] = []
        for names in _GROUPS:
            mine, yours = ({name: of[name] for name in names if name in of} for of in (one, other))
            first = names[0]
            if first not in other or (mine and same(mine, yours)):
                done += names
            if mine and yours and not same(mine, yours) and (first in mine or first in yours):
                raise CannotMerge
        return done

    def _objects(self, merged: dict[str, Any], one: dict[str, Any], other: dict[str, Any]) -> None:
        """What both say about properties: a property has to fit what each says about its name."""
        if not any(name in other for name in _OBJECT):
            return
        if not any(name in one for name in _OBJECT):
            merged.update({name: copy.deepcopy(other[name]) for name in _OBJECT if name in other})
            return
        if "patternProperties" in one or "patternProperties" in other:
            raise CannotMerge
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

    def _arrays(self, merged: dict[str, Any], one: dict[str, Any], other: dict[str, Any]) -> None:
        """What both say about items: each item has to fit what each says about its place."""
        if not any(name in other for name in _ARRAY):
            return
        if not any(name in one for name in _ARRAY):
            merged.update({name: copy.deepcopy(other[name]) for name in _ARRAY if name in other})
            return
        first, second = (of.get("prefixItems", []) for of in (one, other))
        rest, others = (of.get("items", True) for of in (one, other))
        if isinstance(rest, list) or isinstance(others, list):
            raise CannotMerge
        places = range(max(len(first), len(second)))
        prefix = [self.both(_at(first, place, rest), _at(second, place, others)) for place in places]
        items = self.both(rest, others)
        if False in prefix:
            raise CannotMerge
        if prefix:
            merged["prefixItems"] = copy.deepcopy(prefix)
        if items is False and not prefix:
            items = copy.deepcopy(rest if rest is not False else others)
            merged["maxItems"] = 0
        if items is not True:
            merged["items"] = copy.deepcopy(items)

    def _checked(self, merged: dict[str, Any]) -> Any:
        """False where nothing fits. Refuse what would have to be written with `false`; drop forbidden properties of
        closed objects, and values that do not fit."""
        if merged.get("type") == []:
            return False
        properties = merged.get("properties")
        if isinstance(properties, dict) and any(value is False for value in properties.values()):
            required = merged.get("required", [])
            forbidden = [name for name, value in properties.items() if value is False]
            if any(name in required for name in forbidden):
                if types_of(merged) == ("object",):
                    return False
                raise CannotMerge
            if merged.get("additionalProperties") is not False:
                raise CannotMerge
            merged["properties"] = {name: value for name, value in properties.items() if value is not False}
        types = types_of(merged)
        if "const" in merged:
            wrong = types and not has_type(merged["const"], types)
            if wrong or not any(same(merged["const"], value) for value in merged.get("enum", [merged["const"]])):
                return False
            merged.pop("enum", None)
        elif isinstance(merged.get("enum"), list):
            values = [value for value in merged["enum"] if not types or has_type(value, types)]
            if not values:
                return False
            merged["enum"] = values
        return merged


def _at(prefix: list[Any], place: int, rest: Any) -> Any:
    return prefix[place] if place < len(prefix) else rest


def _types(one: dict[str, Any], other: dict[str, Any]) -> Any:
    mine, yours = types_of(one), types_of(other)
    both = [name for name in mine if name in yours or (name == "integer" and "number" in yours)]
    both += [name for name in yours if name == "integer" and "number" in mine and name not in both]
    return both[0] if len(both) == 1 else both
