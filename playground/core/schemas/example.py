"""Documents that fit a schema: one to look at, or many different ones to prove something with."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from playground.core.schemas.keywords import TYPES, types_of
from playground.core.schemas.merging import inlined_ref, merged_all_of
from playground.core.schemas.pointers import referred
from playground.core.schemas.texts import text
from playground.core.schemas.validate import UnusableSchema, Validator

_DEEP = 40
_NODES = 20_000
"""Values in one document, at most."""


class NoExample(ValueError):
    """No document that fits was found; there may be none."""


class _Stuck(Exception):
    pass


def example(schema: Any) -> Any:
    """One document that fits, always the same: the first values of enums, every property, one item or as many as are
    asked for. Raises NoExample, and UnusableSchema where the schema means nothing."""
    validator = Validator(schema)
    for filler in (_Filler(schema, None, full=True), _Filler(schema, None, full=False)):
        made = _tried(filler, schema)
        if made is not None and validator.fits(made[0]):
            return made[0]
    for made_ in generate(schema, 1, count=1):
        return made_
    raise NoExample("No document that fits this schema was found.")


def generate(schema: Any, seed: int, *, count: int = 20) -> Iterator[Any]:
    """Up to `count` documents that fit, the same for the same seed; fewer, where none is found. All are checked with
    the validator. Raises UnusableSchema."""
    validator = Validator(schema)
    given = 0
    for attempt in range(count * 4):
        chooser = random.Random(f"{seed}/{attempt}")
        made = _tried(_Filler(schema, chooser, full=attempt % 3 == 0), schema)
        if made is not None and validator.fits(made[0]):
            given += 1
            yield made[0]
            if given == count:
                return


def _tried(filler: _Filler, schema: Any) -> tuple[Any] | None:
    try:
        return (filler.fill(schema, 0),)
    except (_Stuck, RecursionError, UnusableSchema, ArithmeticError, TypeError, ValueError, LookupError):
        return None


class _Filler:
    def __init__(self, root: Any, chooser: random.Random | None, *, full: bool) -> None:
        self._root = root
        self._chooser = chooser
        self._full = full
        self._left = _NODES

    def fill(self, schema: Any, depth: int) -> Any:
        """Raises _Stuck. What it makes fits mostly; the caller looks."""
        self._left -= 1
        if schema is False or self._left < 0 or depth > _DEEP:
            raise _Stuck
        if schema is True or schema == {}:
            return self._anything()
        if not isinstance(schema, dict):
            raise _Stuck
        if "const" in schema:
            return schema["const"]
        if isinstance(schema.get("enum"), list):
            return self._of_enum(schema)
        if "$ref" in schema:
            return self._of_ref(schema, depth)
        if isinstance(schema.get("allOf"), list):
            merged = merged_all_of(self._root, schema, "\x00")
            if merged is None:
                raise _Stuck
            return self.fill(merged, depth)
        for keyword in ("anyOf", "oneOf"):
            if isinstance(schema.get(keyword), list):
                return self._of_branches(schema, keyword, depth)
        return self._of_type(schema, depth)

    def _anything(self) -> Any:
        return self._chooser.choice(["text", 7, 2.5, True, None, [], {"a": 1}]) if self._chooser is not None else "text"

    def _of_enum(self, schema: dict[str, Any]) -> Any:
        values = schema["enum"]
        types = types_of(schema)
        fitting = Validator({"type": list(types)}) if types and set(types) <= set(TYPES) else None
        values = [one for one in values if fitting is None or fitting.fits(one)]
        if not values:
            raise _Stuck
        return values[0] if self._chooser is None else self._chooser.choice(values)

    def _of_ref(self, schema: dict[str, Any], depth: int) -> Any:
        found = referred(self._root, schema["$ref"])
        if found is None:
            raise _Stuck
        if len(schema) == 1 or found[1] is schema:
            return self.fill(found[1], depth + 1)
        merged = inlined_ref(self._root, schema, "\x00")
        if merged is None:
            raise _Stuck
        return self.fill(merged, depth + 1)

    def _of_branches(self, schema: dict[str, Any], keyword: str, depth: int) -> Any:
        branches = list(schema[keyword])
        if self._chooser is not None:
            self._chooser.shuffle(branches)
        if depth > 6:  # out of recursion: what needs nothing else comes first
            branches.sort(key=_weight)
        rest = {name: value for name, value in schema.items() if name != keyword}
        for branch in branches:
            both = branch
            if any(name in rest for name in ("type", "properties", "items", "required", "minimum", "maximum")):
                both = merged_all_of(self._root, {"allOf": [rest, branch]}, "\x00")
            try:
                if both is not None:
                    return self.fill(both, depth + 1)
            except _Stuck:
                if self._left < 0:
                    raise
        raise _Stuck

    def _of_type(self, schema: dict[str, Any], depth: int) -> Any:
        types = list(types_of(schema)) or [_meant(schema)]
        if self._chooser is not None:
            self._chooser.shuffle(types)
        if depth > 6 and "null" in types:
            types = ["null"]
        for kind in types:
            try:
                return self._one(kind, schema, depth)
            except _Stuck:
                if self._left < 0:
                    raise
        raise _Stuck

    def _one(self, kind: str, schema: dict[str, Any], depth: int) -> Any:
        if kind == "null":
            return None
        if kind == "boolean":
            return self._chooser.random() < 0.5 if self._chooser is not None else True
        if kind in ("integer", "number"):
            return number(schema, self._chooser, whole=kind == "integer")
        if kind == "string":
            made = text(schema, self._chooser)
            if made is None:
                raise _Stuck
            return made
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
        items = schema.get("items", schema.get("contains", True))
        made = []
        for place in range(wanted):
            inner = prefix[place] if place < len(prefix) else schema["contains"] if (
                "contains" in schema and place < max(1, schema.get("minContains", 1))
            ) else items  # fmt: skip
            try:
                made.append(self.fill(inner, depth + 1))
            except _Stuck:
                if place >= least and self._left >= 0:
                    break
                raise
        return made

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        properties = schema.get("properties", {})
        required = [name for name in schema.get("required", []) if isinstance(name, str)]
        made: dict[str, Any] = {}
        for name in [*properties, *(name for name in required if name not in properties)]:
            needed = name in required
            if not needed and not self._wants(depth):
                continue
            try:
                made[name] = self.fill(properties.get(name, schema.get("additionalProperties", True)), depth + 1)
            except _Stuck:
                if needed or self._left < 0:
                    raise
        more = schema.get("additionalProperties", True)
        least = int(schema.get("minProperties", 0))
        extra = max(0, least - len(made))
        if self._chooser is not None and more is not False and not extra and self._chooser.random() < 0.3:
            extra = 1
        for number_ in range(extra if depth < 7 or least else 0):
            made.setdefault(f"more{number_ or ''}", self.fill(more, depth + 1))
        return made

    def _wants(self, depth: int) -> bool:
        """Whether a property that need not be there is."""
        return depth < 7 and (self._full or (self._chooser is not None and self._chooser.random() < 0.5))


def _weight(branch: Any) -> int:
    """How much more a branch asks for."""
    if not isinstance(branch, dict):
        return 0
    return 2 if "$ref" in branch else 1 if "object" in types_of(branch) or "array" in types_of(branch) else 0


def _meant(schema: dict[str, Any]) -> str:
    """A type for a schema that names none."""
    signs = (
        ("object", ("properties", "required", "additionalProperties", "patternProperties", "minProperties")),
        ("array", ("items", "prefixItems", "minItems", "contains")),
        ("number", ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
    )
    return next((kind for kind, names in signs if any(name in schema for name in names)), "string")


def number(schema: dict[str, Any], chooser: random.Random | None, *, whole: bool) -> int | float:
    """A number within its bounds. Raises _Stuck."""
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
            raise _Stuck
        return float(low + (high - low) / 2)
    at = first if chooser is None else chooser.randint(int(first), int(last))
    made = at * step
    return int(made) if whole or float(made).is_integer() else float(made)
