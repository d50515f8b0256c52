"""Schemas as people and programs write them, with about everything in them that a strict server does not take."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

_NAMES = ("a", "b", "c", "d")
_STRINGS: tuple[dict[str, Any], ...] = (
    {}, {"minLength": 2}, {"maxLength": 3}, {"pattern": "^[a-c]{2}$"}, {"pattern": "b"}, {"pattern": "^(?=a)[a-z]+$"},
    {"format": "date"}, {"format": "uri"}, {"format": "email", "minLength": 3}, {"enum": ["x", "y"]},
    {"enum": ["x", "x", "y"]}, {"enum": ["x", 1]}, {"const": "x"}, {"default": "x"}, {"minimum": 3}, {"foo": 1},
    {"nullable": True}, {"examples": ["x"], "title": "T"}, {"not": {"const": "x"}}, {"contentEncoding": "base64"},
)  # fmt: skip
_NUMBERS: tuple[dict[str, Any], ...] = (
    {}, {"minimum": 1}, {"minimum": 0, "maximum": 3}, {"exclusiveMinimum": 0}, {"multipleOf": 2}, {"enum": [1, 2, 2.0]},
    {"const": 1}, {"default": 3}, {"format": "int32"}, {"minLength": 1}, {"not": {"minimum": 2}}, {"maximum": 10},
)  # fmt: skip
_ANY: tuple[dict[str, Any], ...] = (
    {"enum": ["x", 1, None]}, {"const": True}, {"type": ["string", "null"]}, {"type": ["integer", "string"]},
    {"type": "boolean"}, {"type": "null"}, {"minLength": 1}, {"type": ["integer", "null"], "enum": [1, 2]},
    {"$ref": "#/$defs/leaf"}, {"$ref": "#/$defs/pair"}, {"$ref": "#/$defs/node"}, {"$ref": "#/properties/a"},
    {"$ref": "#/$defs/pair/properties/y"}, {"$ref": "#/components/schemas/one"}, {"$ref": "#"},
    {"$ref": "#/$defs/pair", "description": "beside"}, {"$ref": "#/$defs/leaf", "minLength": 2},
    {"$ref": "#/$defs/node", "title": "beside"}, {"$ref": "#/$defs/pair", "required": ["y"]},
    {"allOf": [{"$ref": "#/$defs/pair"}], "description": "as Pydantic 1"},
    {"allOf": [{"$ref": "#/$defs/node"}, {"description": "again"}]},
    {"allOf": [{"$ref": "#/$defs/node"}, {"required": ["v"]}]},
    {"anyOf": [{"$ref": "#/$defs/pair"}, {"type": "null"}], "default": None},
)  # fmt: skip
_DEFS: dict[str, Any] = {
    "leaf": {"type": "string"},
    "node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}, "v": {"type": "integer"}}},
    "pair": {"type": "object", "properties": {"x": {"type": "string"}, "y": {"$ref": "#/$defs/leaf"}},
             "required": ["x"]},
}  # fmt: skip
_COMPONENTS: dict[str, Any] = {
    "schemas": {
        "one": {"type": "object", "properties": {"two": {"$ref": "#/components/schemas/two"}}},
        "two": {"type": "integer"},
    }
}


def ordinary(seed: int) -> dict[str, Any]:
    """A schema of an object; the same for the same seed."""
    return _Maker(random.Random(seed)).root()


class _Maker:
    def __init__(self, chooser: random.Random) -> None:
        self._chooser = chooser
        self._left = 14

    def root(self) -> dict[str, Any]:
        made = self._object(0)
        made["properties"].setdefault("a", {"type": "string"})  # some $refs lead there
        defs = dict(_DEFS)
        place = "definitions" if self._likely(0.15) else "$defs"
        text = {**made, place: defs, "components": _COMPONENTS}
        return _renamed(text, f"#/{place}/") if place != "$defs" else text

    def _likely(self, share: float) -> bool:
        return self._chooser.random() < share

    def _one(self, many: Any) -> Any:
        return self._chooser.choice(many)

    def _any(self, depth: int) -> dict[str, Any]:
        self._left -= 1
        kinds = [self._string, self._number, self._leaf]
        if depth < 4 and self._left > 0:
            kinds += [self._object, self._array, self._branches, self._map, self._object, self._all]
        return dict(self._one(kinds)(depth))

    def _leaf(self, depth: int) -> dict[str, Any]:
        return dict(self._one(_ANY))

    def _string(self, depth: int) -> dict[str, Any]:
        typed = {} if self._likely(0.1) else {"type": "string"}
        return {**typed, **self._one(_STRINGS), **(self._one(_STRINGS) if self._likely(0.2) else {})}

    def _number(self, depth: int) -> dict[str, Any]:
        return {"type": self._one(["integer", "number"]), **self._one(_NUMBERS)}

    def _object(self, depth: int) -> dict[str, Any]:
        names = self._chooser.sample(_NAMES, self._chooser.randint(1, 3))
        made: dict[str, Any] = {"type": "object", "properties": {name: self._any(depth + 1) for name in names}}
        if self._likely(0.7):
            made["required"] = [name for name in names if self._likely(0.6)] + (["z"] if self._likely(0.05) else [])
        if self._likely(0.5):
            made["additionalProperties"] = self._one([False, False, True, {}, {"type": "integer"}])
        if depth < 4 and self._left > 0 and self._likely(0.5):
            self._left -= 2
            made.update(self._one(self._extras(names, depth))())
        return made

    def _extras(self, names: list[str], depth: int) -> list[Callable[[], dict[str, Any]]]:
        """What else is said of objects."""
        first = names[0]
        plain: list[dict[str, Any]] = [
            {"anyOf": [{"required": [name]} for name in names]},
            {"oneOf": [{"required": [first]}, {"properties": {"k": {"const": 1}}, "required": ["k"]}]},
            {"allOf": [{"if": {"required": [first]}, "then": {"required": ["k"]}}]},
            {"if": {"required": [first]}, "then": {"required": ["k"]}}, {"dependentRequired": {first: ["k"]}},
            {"not": {"required": [first, "z"]}}, {"patternProperties": {"^x": {"type": "string"}}},
            {"minProperties": 1}, {"unevaluatedProperties": False}, {"propertyNames": {"minLength": 1}},
            {"title": "An object", "description": "of some kind", "$comment": "c"},
        ]  # fmt: skip
        return [
            lambda: {"anyOf": [self._part(depth), self._part(depth)]},
            lambda: {"allOf": [self._part(depth)]},
            lambda: {"allOf": [self._part(depth), {"$ref": "#/$defs/pair"}]},
            lambda: self._one(plain),
            lambda: self._one(plain),
            lambda: self._one(plain),
        ]

    def _part(self, depth: int) -> dict[str, Any]:
        """An object without its type, as parts are written."""
        made = self._object(depth + 2)
        if self._likely(0.5):
            made.pop("type", None)
        return made

    def _array(self, depth: int) -> dict[str, Any]:
        item = self._any(depth + 1)
        return {
            "type": "array",
            **self._one([
                {"items": item}, {"items": item}, {"items": item, "minItems": 1}, {"items": item, "maxItems": 2},
                {"prefixItems": [item, {"type": "integer"}]}, {"prefixItems": [item], "items": {"type": "string"}},
                {"prefixItems": [item], "items": False}, {"items": item, "uniqueItems": True},
                {"items": {"type": "integer"}, "contains": {"minimum": 3}}, {"contains": {"type": "string"}},
                {"items": item, "anyOf": [{"minItems": 2}, {"maxItems": 0}]},
            ]),
        }  # fmt: skip

    def _map(self, depth: int) -> dict[str, Any]:
        sizes = self._one([{}, {"minProperties": 1}, {"maxProperties": 2}, {"propertyNames": {"pattern": "^m"}}])
        return {"type": "object", "additionalProperties": self._any(depth + 1), **sizes}

    def _branches(self, depth: int) -> dict[str, Any]:
        keyword = self._one(["anyOf", "oneOf"])
        told = self._one([{}, {}, {"description": "one of"}, {"nullable": True}, {"default": None}])
        if self._likely(0.4):  # told apart by a constant
            parts = [self._object(depth + 2) for _ in range(2)]
            for number, part in enumerate(parts):
                part["properties"] = {"kind": {"const": f"k{number}"}, **part["properties"]}
                part["required"] = ["kind", *part.get("required", [])]
            return {keyword: parts, **told, **({"type": "object"} if self._likely(0.3) else {})}
        return {keyword: [self._any(depth + 1) for _ in range(self._chooser.randint(1, 3))], **told}

    def _all(self, depth: int) -> dict[str, Any]:
        one = self._string if self._likely(0.3) else self._number if self._likely(0.3) else self._part
        return {"allOf": [one(depth) for _ in range(self._chooser.randint(1, 2))], **self._one([{}, {"title": "All"}])}


def _renamed(value: Any, base: str) -> Any:
    """Its `$ref`s to definitions under their older name."""
    if isinstance(value, dict):
        return {
            name: (one.replace("#/$defs/", base) if name == "$ref" and isinstance(one, str) else _renamed(one, base))
            for name, one in value.items()
        }
    return [_renamed(one, base) for one in value] if isinstance(value, list) else value
