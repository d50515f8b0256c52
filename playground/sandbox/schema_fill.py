"""A value that is valid under a JSON Schema: deterministic, plausible, and checked before it is given out.

Covers the subset of Structured Outputs (types, enum, const, anyOf, $ref and $defs with recursion, formats, patterns,
bounds, multipleOf, numbers of items), and beyond it oneOf, allOf of plain parts, lengths and uniqueItems.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from playground.sandbox.patterns import in_python
from playground.sandbox.schema_text import sample_text

DEEP = 4
"""Levels of objects and arrays after which only what must be there is written."""
_ENDLESS = 10_000
_ANYTHING: dict[str, Any] = {}
_IMPOSSIBLE: dict[str, Any] = {"enum": []}


class Unfillable(Exception):
    """No valid value was found. The words say where and why."""


def fill(schema: dict[str, Any], *, note: str = "") -> Any:
    """A value for the schema; `note` is worked into the first free text. Raises Unfillable."""
    try:
        value = _Filler(schema, note).value(schema, "value", 0)
        problem = next(iter(_validator()(schema).iter_errors(value)), None)
    except RecursionError:
        raise Unfillable("the schema refers to itself without end") from None
    except Unfillable:
        raise
    except Exception as error:  # an unresolvable $ref, a pattern that Python cannot read, ...
        raise Unfillable(f"{type(error).__name__}: {error}") from None
    if problem is not None:
        path = "/".join(str(step) for step in problem.absolute_path)
        raise Unfillable(f"at '/{path}': {problem.message[:300]}")
    return value


@lru_cache(maxsize=1)
def _validator() -> Any:
    """Draft 2020-12, whose patterns are JavaScript's."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    return extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]


def _pattern(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[Exception]:
    from jsonschema import ValidationError

    if isinstance(value, str) and not re.search(in_python(pattern), value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


class _Filler:
    def __init__(self, root: dict[str, Any], note: str) -> None:
        self._root = root
        self._note = note
        self._serial = 0
        self._depths: dict[int, int] = {}

    def value(self, schema: Any, name: str, level: int) -> Any:
        if schema is True or schema == {}:
            return self._text({}, name)
        if schema is False:
            raise Unfillable(f"nothing is allowed for '{name}'")
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._enum(schema, name)
        for keyword in ("anyOf", "oneOf"):
            if schema.get(keyword):
                rest = {key: entry for key, entry in schema.items() if key != keyword}
                return self._branch(schema[keyword], rest, name, level)
        kind = self._kind(schema, level)
        match kind:
            case "object":
                return self._object(schema, level)
            case "array":
                return self._array(schema, name, level)
            case "string":
                return self._text(schema, name)
            case "integer" | "number":
                return self._number(schema, name, whole=kind == "integer")
            case "boolean":
                return True
            case "null":
                return None
        raise Unfillable(f"the type {kind!r} of '{name}' is unknown")

    # which way to go

    def _kind(self, schema: dict[str, Any], level: int) -> Any:
        kinds = schema.get("type")
        if isinstance(kinds, list):
            if level >= DEEP and "null" in kinds:
                return "null"
            return next((kind for kind in kinds if kind != "null"), "null")
        if kinds is not None:
            return kinds
        if "properties" in schema or "required" in schema:
            return "object"
        if "items" in schema or "prefixItems" in schema or "minItems" in schema:
            return "array"
        numeric = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
        return "number" if any(key in schema for key in numeric) else "string"

    def _branch(self, branches: list[Any], rest: dict[str, Any], name: str, level: int) -> Any:
        """The first branch that can be filled; deep down, the one that ends soonest."""
        rest = {key: entry for key, entry in rest.items() if key not in ("$defs", "definitions", "description")}
        order = sorted(range(len(branches)), key=lambda index: self._depth(branches[index]))
        if level < DEEP:
            alive = [index for index in range(len(branches)) if self._depth(branches[index]) < _ENDLESS]
            real = [index for index in alive if self._resolved(branches[index]).get("type") != "null"]
            order = [*real, *[index for index in order if index not in real]]
        reason = Unfillable(f"'{name}' has no branch that ends")
        for index in order:
            branch = branches[index]
            merged = _merge(rest, self._resolved(branch)) if rest else branch
            try:
                return self.value(merged, name, level)
            except Unfillable as error:
                reason = error
        raise reason

    def _resolved(self, schema: Any) -> dict[str, Any]:
        """Without $ref and allOf: what they name, merged with what stands beside them."""
        seen: set[str] = set()
        if not isinstance(schema, dict):
            return _ANYTHING if schema else _IMPOSSIBLE
        found: dict[str, Any] = schema
        while "$ref" in found:
            ref = found["$ref"]
            if ref in seen:
                raise Unfillable(f"'{ref}' refers to itself and nothing else")
            seen.add(ref)
            beside = {key: entry for key, entry in found.items() if key != "$ref"}
            found = _merge(beside, self._pointed(ref)) if beside else self._pointed(ref)
        for part in found.get("allOf") or ():
            found = _merge({key: entry for key, entry in found.items() if key != "allOf"}, self._resolved(part))
        return found

    def _pointed(self, ref: str) -> dict[str, Any]:
        if not ref.startswith("#"):
            raise Unfillable(f"'{ref}' is not inside the schema")
        target: Any = self._root
        for step in ref[1:].split("/")[1:]:
            step = unquote(step).replace("~1", "/").replace("~0", "~")
            try:
                target = target[int(step)] if isinstance(target, list) else target[step]
            except (KeyError, IndexError, ValueError, TypeError):
                raise Unfillable(f"'{ref}' names nothing in the schema") from None
        if not isinstance(target, dict):
            return _ANYTHING if target else _IMPOSSIBLE
        found: dict[str, Any] = target  # itself, not a copy: depths are remembered by identity
        return found

    def _depth(self, schema: Any) -> int:
        """How many levels the smallest value has; _ENDLESS while that is being found out, or where there is none."""
        if not isinstance(schema, dict):
            return 0
        key = id(schema)
        if key in self._depths:
            return self._depths[key]
        self._depths[key] = _ENDLESS
        found = self._measure(schema)
        if found < _ENDLESS:
            self._depths[key] = found
        else:  # true only of this way into a cycle
            del self._depths[key]
        return found

    def _measure(self, schema: dict[str, Any]) -> int:
        if "$ref" in schema:
            return self._depth(self._pointed(schema["$ref"]))
        if "const" in schema or "enum" in schema:
            return 0
        for keyword in ("anyOf", "oneOf"):
            if schema.get(keyword):
                return min(self._depth(branch) for branch in schema[keyword])
        kinds = schema.get("type")
        if isinstance(kinds, list) and any(kind not in ("object", "array") for kind in kinds):
            return 0
        below = 0
        if "properties" in schema:
            needed = [entry for name, entry in schema["properties"].items() if name in schema.get("required", [])]
            below = 1 + max((self._depth(entry) for entry in needed), default=0)
        elif kinds == "array" and schema.get("minItems", 0) > 0:
            below = 1 + self._depth(schema.get("items"))
        for part in schema.get("allOf") or ():
            below = max(below, self._depth(part))
        return min(below, _ENDLESS)

    # values

    def _enum(self, schema: dict[str, Any], name: str) -> Any:
        for option in schema["enum"]:
            if _has_type(option, schema.get("type")):
                return option
        raise Unfillable(f"no value is allowed for '{name}'")

    def _object(self, schema: dict[str, Any], level: int) -> dict[str, Any]:
        required = schema.get("required", [])
        made: dict[str, Any] = {}
        for name, entry in (schema.get("properties") or {}).items():
            if name in required:
                made[name] = self.value(entry, name, level + 1)
            elif level < DEEP - 1 and self._depth(entry) < DEEP:
                try:
                    made[name] = self.value(entry, name, level + 1)
                except Unfillable:
                    continue
        other = schema.get("additionalProperties", True)
        for name in required:
            if name not in made:
                made[name] = self.value(other if isinstance(other, dict) else {}, name, level + 1)
        while len(made) < schema.get("minProperties", 0):
            name = f"key{len(made) + 1}"
            made[name] = self.value(other if isinstance(other, dict) else {}, name, level + 1)
        return made

    def _array(self, schema: dict[str, Any], name: str, level: int) -> list[Any]:
        least = schema.get("minItems", 0)
        most = schema.get("maxItems", _ENDLESS)
        fixed = schema.get("prefixItems") or []
        entry = schema.get("items", {})
        wish = len(fixed) or (2 if level < DEEP - 1 and self._depth(entry) < DEEP else 0)
        if entry is False:
            wish, most = len(fixed), min(most, len(fixed))
        size = min(max(least, wish), most)
        single = name[:-1] if name.endswith("s") and len(name) > 3 else name
        made: list[Any] = []
        for index in range(size):
            each = fixed[index] if index < len(fixed) else entry
            made.append(self._another(each, single, level, made if schema.get("uniqueItems") else [], least))
            if made[-1] is _NOTHING:
                made.pop()
                break
        return made

    def _another(self, entry: Any, name: str, level: int, taken: list[Any], least: int) -> Any:
        """One more item; where items must differ, one that is not among `taken`."""
        resolved = self._resolved(entry)
        options = resolved.get("enum", [True, False] if resolved.get("type") == "boolean" else None)
        if taken and options is not None:
            return next((option for option in options if option not in taken), _NOTHING)
        value = self.value(entry, name, level + 1)
        for _ in range(50):
            if value not in taken:
                return value
            self._serial += 1
            value = self.value(entry, name, level + 1)
        return value if len(taken) < least else _NOTHING

    def _text(self, schema: dict[str, Any], name: str) -> str:
        self._serial += 1
        note, self._note = self._note, ""
        text = sample_text(schema, name, self._serial, note)
        if text is None:
            raise Unfillable(f"no text was found for '{name}'")
        if note and note not in text:
            self._note = note
        return text

    def _number(self, schema: dict[str, Any], name: str, *, whole: bool) -> int | float:
        self._serial += 1
        step = schema.get("multipleOf", 1 if whole else None)
        if whole and step is not None and float(step) != int(step):
            step = _whole_step(float(step))
        low, high = _bounds(schema, whole)
        if step is not None:
            return _on_grid(low, high, step, self._serial, name, whole)
        if low > high:
            raise Unfillable(f"'{name}' must be at least {low:g} and at most {high:g}")
        value = min(max(0.5 + self._serial, low), high)
        if value == schema.get("exclusiveMinimum") or value == schema.get("exclusiveMaximum"):
            value = (low + high) / 2 if math.isfinite(low + high) else value + (1 if math.isinf(high) else -1)
        return value


_NOTHING = object()


def _bounds(schema: dict[str, Any], whole: bool) -> tuple[float, float]:
    low: float = schema.get("minimum", -math.inf)
    high: float = schema.get("maximum", math.inf)
    above, under = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if above is not None:
        low = max(low, math.floor(above) + 1 if whole else above)
    if under is not None:
        high = min(high, math.ceil(under) - 1 if whole else under)
    return low, high


def _on_grid(low: float, high: float, step: float, serial: int, name: str, whole: bool) -> int | float:
    first = math.ceil(low / step) if math.isfinite(low) else None
    last = math.floor(high / step) if math.isfinite(high) else None
    if first is not None and last is not None and first > last:
        raise Unfillable(f"no multiple of {step:g} lies between {low:g} and {high:g} for '{name}'")
    if first is not None and last is not None:
        times = first + serial % (last - first + 1)
        others = [*range(times, min(last, times + 500) + 1), *range(first, times)]
    elif first is not None:
        others = list(range(max(first, 0) + serial, max(first, 0) + serial + 500))
    else:
        times = min(last, serial) if last is not None else serial
        others = list(range(times, times - 500, -1))
    for times in others:  # 115 * 0.01 is no multiple of 0.01 to a validator that divides floats
        value = round(times * step, 12)
        if value == int(value) or (value / step).is_integer():
            return int(value) if whole or value == int(value) else value
    raise Unfillable(f"no multiple of {step:g} was found for '{name}'")


def _whole_step(step: float) -> float:
    """The smallest whole multiple of a fraction such as 0.5 or 2.5."""
    for times in range(1, 1001):
        if abs(times * step - round(times * step)) < 1e-9:
            return round(times * step)
    raise Unfillable(f"no whole number is a multiple of {step:g}")


def _has_type(value: Any, kinds: Any) -> bool:
    if kinds is None:
        return True
    names = kinds if isinstance(kinds, list) else [kinds]
    tests = {
        "null": value is None,
        "boolean": isinstance(value, bool),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "string": isinstance(value, str),
        "array": isinstance(value, list),
        "object": isinstance(value, dict),
    }
    return any(tests.get(name, False) for name in names)


def _merge(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Both at once, as far as that is plain: properties and required joined, bounds narrowed, enums cut."""
    merged = {**other, **one}
    for key in ("properties", "$defs"):
        if key in one and key in other:
            merged[key] = {**other[key], **one[key]}
    if "required" in one and "required" in other:
        merged["required"] = [*one["required"], *(name for name in other["required"] if name not in one["required"])]
    for key in ("minimum", "exclusiveMinimum", "minItems", "minLength"):
        if key in one and key in other:
            merged[key] = max(one[key], other[key])
    for key in ("maximum", "exclusiveMaximum", "maxItems", "maxLength"):
        if key in one and key in other:
            merged[key] = min(one[key], other[key])
    if "enum" in one and "enum" in other:
        merged["enum"] = [option for option in one["enum"] if option in other["enum"]]
    return merged
