"""Makes documents along a schema. What it makes fits mostly; who asks looks."""

from __future__ import annotations

import random
from time import perf_counter
from typing import Any

from playground.core.schemas.keywords import TYPES, types_of
from playground.core.schemas.merging import inlined_ref, merged_all_of, partly_merged
from playground.core.schemas.pointers import referred
from playground.core.schemas.texts import text
from playground.core.schemas.validate import Validator

PLAIN: tuple[Any, ...] = ("text", 7, 2.5, True, None, [], {}, "", 0, -1, False, {"a": 1}, ["text"], "a")
"""Documents of all kinds."""
_DEEP = 40
_NODES = 20_000
"""Values in one document, at most, those that are thrown away again among them."""
_TRIES = 8
"""Of something that is to fit what nobody can be led by."""
_BY_TRYING = frozenset(
    ("not", "if", "dependentRequired", "dependentSchemas", "propertyNames", "uniqueItems", "contains", "oneOf", "allOf",
     "patternProperties", "minProperties", "maxProperties", "unevaluatedProperties", "unevaluatedItems", "anyOf")
)  # fmt: skip
_TOGETHER = frozenset(
    ("type", "properties", "items", "required", "minimum", "maximum", "additionalProperties", "minLength", "pattern",
     "minItems", "prefixItems", "maxItems", "maxLength", "format", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
)  # fmt: skip
"""What stands beside branches and has to be thought of in each."""


class Stuck(Exception):
    """Nothing was found that fits."""


class Filler:
    """For one document. Without a chooser it is always the same: first values, everything that may be there (`full`)
    or only what has to be."""

    def __init__(
        self, root: Any, validator: Validator, chooser: random.Random | None, *, full: bool, end: float
    ) -> None:
        self._root = root
        self._validator = validator
        self._chooser = chooser
        self._full = full
        self._end = end
        """When nothing more is tried, by `perf_counter`."""
        self._left = _NODES

    def fill(self, schema: Any, depth: int) -> Any:
        """Raises Stuck, and what schemas that mean nothing raise."""
        if not isinstance(schema, dict) or _BY_TRYING.isdisjoint(schema):
            return self._fill(schema, depth, 0)
        before = self._chooser
        tries = 2 if depth > 8 else _TRIES
        try:
            for attempt in range(tries):
                if attempt and before is None:
                    self._chooser = random.Random(attempt)
                try:
                    made = self._fill(schema, depth, attempt)
                except Stuck:
                    if self._left < 0:
                        raise
                    continue
                if self._validator.fits_part(schema, made):
                    return made
        finally:
            self._chooser = before
        raise Stuck

    def _fill(self, schema: Any, depth: int, attempt: int) -> Any:
        self._left -= 1
        if schema is False or self._left < 0 or depth > _DEEP or perf_counter() > self._end:
            raise Stuck
        if schema is True or schema == {}:
            return self._anything()
        if not isinstance(schema, dict):
            raise Stuck
        if "const" in schema:
            return schema["const"]
        if isinstance(schema.get("enum"), list):
            return self._of_enum(schema)
        if "$ref" in schema:
            return self._of_ref(schema, depth)
        if isinstance(schema.get("allOf"), list):
            merged = merged_all_of(self._root, schema, "\x00")
            if merged is None:
                merged = partly_merged(self._root, schema, "\x00")
            if merged is None:
                raise Stuck
            return self._fill(merged, depth, attempt)
        if isinstance(schema.get("if"), dict):
            return self._of_condition(schema, depth, attempt)
        for keyword in ("anyOf", "oneOf"):
            if isinstance(schema.get(keyword), list):
                return self._of_branches(schema, keyword, depth)
        return self._of_type(schema, depth)

    def _anything(self) -> Any:
        return self._chooser.choice(PLAIN) if self._chooser is not None else PLAIN[0]

    def _of_enum(self, schema: dict[str, Any]) -> Any:
        values = schema["enum"]
        types = types_of(schema)
        fitting = Validator({"type": list(types)}) if types and set(types) <= set(TYPES) else None
        values = [one for one in values if fitting is None or fitting.fits(one)]
        if not values:
            raise Stuck
        return values[0] if self._chooser is None else self._chooser.choice(values)

    def _of_ref(self, schema: dict[str, Any], depth: int) -> Any:
        found = referred(self._root, schema["$ref"])
        if found is None:
            raise Stuck
        if len(schema) == 1 or found[1] is schema:
            return self.fill(found[1], depth + 1)
        merged = inlined_ref(self._root, schema, "\x00")
        if merged is None:
            raise Stuck
        return self.fill(merged, depth + 1)

    def _of_condition(self, schema: dict[str, Any], depth: int, attempt: int) -> Any:
        """A document that the condition holds for, or one that it does not hold for."""
        rest = {name: value for name, value in schema.items() if name not in ("if", "then", "else")}
        parts = [rest, schema["if"], schema.get("then", True)]
        if attempt % 2:
            parts = [rest, schema.get("else", True)]
        merged = merged_all_of(self._root, {"allOf": parts}, "\x00")
        return self._fill(merged if isinstance(merged, dict) else rest, depth, attempt)

    def _of_branches(self, schema: dict[str, Any], keyword: str, depth: int) -> Any:
        branches = list(schema[keyword])
        if self._chooser is not None:
            self._chooser.shuffle(branches)
        if depth > 6:  # out of recursion: what needs nothing else comes first
            branches.sort(key=_weight)
        rest = {name: value for name, value in schema.items() if name != keyword}
        for branch in branches:
            both = branch
            if not _TOGETHER.isdisjoint(rest):
                both = merged_all_of(self._root, {"allOf": [rest, branch]}, "\x00")
            try:
                if both is not None:
                    return self.fill(both, depth + 1)
            except Stuck:
                if self._left < 0:
                    raise
        raise Stuck

    def _of_type(self, schema: dict[str, Any], depth: int) -> Any:
        types = list(types_of(schema)) or _meant(schema)
        if not types:
            return self._anything()
        if self._chooser is not None:
            self._chooser.shuffle(types)
        if depth > 6 and "null" in types:
            types = ["null"]
        for kind in types:
            try:
                return self._one(kind, schema, depth)
            except Stuck:
                if self._left < 0:
                    raise
        raise Stuck

    def _one(self, kind: str, schema: dict[str, Any], depth: int) -> Any:
        if kind == "null":
            return None
        if kind == "boolean":
            return self._chooser.random() < 0.5 if self._chooser is not None else True
        if kind in ("integer", "number"):
            return number(schema, self._chooser, whole=kind == "integer")
        if kind == "string":
            for attempt in range(_TRIES):
                made = text(schema, self._chooser if attempt == 0 else random.Random(attempt))
                if made is not None:
                    return made
            raise Stuck
        return self._array(schema, depth) if kind == "array" else self._object(schema, depth)

    def _array(self, schema: dict[str, Any], depth: int) -> list[Any]:
        least = int(max(schema.get("minItems", 0), schema.get("minContains", 1) if "contains" in schema else 0))
        most = int(min(schema.get("maxItems", 10**6), max(least, 3)))
        prefix = schema.get("prefixItems", [])
        wanted = max(least, min(most, max(1, len(prefix))))
        if self._chooser is not None:
            wanted = least if depth > 6 else self._chooser.randint(least, max(least, most))
        elif depth > 6:
            wanted = least
        made: list[Any] = []
        for place in range(wanted):
            try:
                item = self._item(schema, place, depth)
                made.append(self._another(schema, place, depth, made) if _is_in(item, made, schema) else item)
            except Stuck:
                if place >= least and self._left >= 0:
                    break
                raise
        return made

    def _item(self, schema: dict[str, Any], place: int, depth: int) -> Any:
        prefix = schema.get("prefixItems", [])
        inner = prefix[place] if place < len(prefix) else schema.get("items", True)
        if "contains" in schema and place < max(1, schema.get("minContains", 1)):
            both = merged_all_of(self._root, {"allOf": [inner, schema["contains"]]}, "\x00")
            inner = schema["contains"] if both is None else both
        return self.fill(inner, depth + 1)

    def _another(self, schema: dict[str, Any], place: int, depth: int, made: list[Any]) -> Any:
        """An item that is not there yet."""
        before = self._chooser
        try:
            for attempt in range(20):
                self._chooser = before if before is not None and attempt < 10 else random.Random(attempt)
                item = self._item(schema, place, depth)
                if not _is_in(item, made, schema):
                    return item
        finally:
            self._chooser = before
        raise Stuck

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        properties, more = schema.get("properties", {}), schema.get("additionalProperties", True)
        required = [name for name in schema.get("required", []) if isinstance(name, str)]
        most = schema.get("maxProperties", 10**6)
        made: dict[str, Any] = {}
        for name in [*required, *(name for name in properties if name not in required)]:
            needed = name in required
            if not needed and (not self._wants(depth) or len(made) >= most):
                continue
            try:
                made[name] = self.fill(properties.get(name, more), depth + 1)
            except Stuck:
                if needed or self._left < 0:
                    raise
        for name, others in schema.get("dependentRequired", {}).items():
            for other in others if name in made else ():
                if other not in made:
                    made[other] = self.fill(properties.get(other, more), depth + 1)
        self._add_more(schema, made, depth)
        order = {name: place for place, name in enumerate(properties)}
        return dict(sorted(made.items(), key=lambda member: order.get(member[0], len(order))))

    def _add_more(self, schema: dict[str, Any], made: dict[str, Any], depth: int) -> None:
        """Properties that are not listed: as many as are asked for; sometimes one more."""
        more, least = schema.get("additionalProperties", True), int(schema.get("minProperties", 0))
        patterns = schema.get("patternProperties", {})
        for name in schema.get("properties", {}):
            if len(made) < least and name not in made:
                made[name] = self.fill(schema["properties"][name], depth + 1)
        extra = max(0, least - len(made))
        if self._chooser is not None and more is not False and not extra and self._chooser.random() < 0.3:
            extra = 1 if len(made) < schema.get("maxProperties", 10**6) else 0
        for place in range(extra if depth < 7 or least else 0):
            inner, names = more, dict(schema.get("propertyNames") or {})
            if more is False and patterns:
                names["pattern"], inner = next(iter(patterns.items()))
            made.setdefault(self._name(names, place), self.fill(inner, depth + 1))

    def _name(self, names: dict[str, Any], place: int) -> str:
        if not names:
            return f"more{place or ''}"
        made = self._of_type({"type": "string", **names}, 0) if "enum" not in names else self._of_enum(names)
        return str(made)

    def _wants(self, depth: int) -> bool:
        """Whether a property that need not be there is."""
        return depth < 7 and (self._full or (self._chooser is not None and self._chooser.random() < 0.5))


def _is_in(item: Any, made: list[Any], schema: dict[str, Any]) -> bool:
    return schema.get("uniqueItems") is True and item in made


def _weight(branch: Any) -> int:
    """How much more a branch asks for."""
    if not isinstance(branch, dict):
        return 0
    return 2 if "$ref" in branch else 1 if "object" in types_of(branch) or "array" in types_of(branch) else 0


def _meant(schema: dict[str, Any]) -> list[str]:
    """A type for a schema that names none, by what it says; none where it says nothing of a type."""
    signs = (
        ("object", ("properties", "required", "additionalProperties", "patternProperties", "minProperties")),
        ("array", ("items", "prefixItems", "minItems", "contains")),
        ("string", ("minLength", "maxLength", "pattern", "format")),
        ("number", ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
    )
    return [kind for kind, names in signs if any(name in schema for name in names)]


def number(schema: dict[str, Any], chooser: random.Random | None, *, whole: bool) -> int | float:
    """A number within its bounds. Raises Stuck."""
    lows = [schema[name] for name in ("minimum", "exclusiveMinimum") if name in schema]
    highs = [schema[name] for name in ("maximum", "exclusiveMaximum") if name in schema]
    low = max(lows) if lows else (min(highs) - 100 if highs else 0)
    high = min(highs) if highs else (max(lows) + 100 if lows else 100)
    step = schema.get("multipleOf", 1 if whole else 0.5)
    if whole and step < 1:
        step = 1
    first, last = -(-low // step), high // step
    if "exclusiveMinimum" in schema and first * step <= schema["exclusiveMinimum"]:
        first += 1
    if "exclusiveMaximum" in schema and last * step >= schema["exclusiveMaximum"]:
        last -= 1
    if first > last:
        if whole or "multipleOf" in schema or high < low:
            raise Stuck
        return float(low + (high - low) / 2)
    at = first if chooser is None else chooser.randint(int(first), int(last))
    made = at * step
    return int(made) if whole or float(made).is_integer() else float(made)
