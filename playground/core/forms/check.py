"""Whether values fit a form's shapes, and where they do not.

Our own and not `jsonschema`, which takes milliseconds for a request and says of a union only that nothing fits: this
runs at each keystroke, remembers what it found for every part that did not change, and speaks of the alternative that
was meant. A test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from playground.core.forms import titles
from playground.core.forms.shapes import Kind, Shape, Shapes, Variant
from playground.core.forms.values import UNSET, Nameless, join, json_type, same

Found = tuple[tuple[str | int, ...], str]
"""The way from the checked value to what is wrong, and what is wrong."""
MOST = 200
"""Errors of one part that are kept."""
REMEMBERED = 50_000
"""Dicts and lists whose errors are remembered."""
REQUIRED = "Required"
_TYPES = {Kind.TEXT: "string", Kind.INTEGER: "integer", Kind.NUMBER: "number", Kind.BOOLEAN: "boolean",
          Kind.OBJECT: "object", Kind.MAP: "object", Kind.LIST: "array", Kind.FILE: "string"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FormError:
    """What is wrong, and the JSON Pointer of the place ("" for the whole)."""

    pointer: str
    message: str


class Checker:
    """Checks the values of one form. Whoever changes a part of them says so by `forget`."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._known: dict[int, tuple[Any, dict[int, list[Found]]]] = {}

    def forget(self, container: Any) -> None:
        """A dict or list changed, itself or below."""
        self._known.pop(id(container), None)

    def forget_all(self) -> None:
        self._known.clear()

    def errors(self, shape: Shape, value: Any) -> list[FormError]:
        """All that is wrong with a value."""
        return [FormError(join(steps), words) for steps, words in self.check(shape, value)]

    def check(self, shape: Shape, value: Any) -> Sequence[Found]:
        """The same with the ways as steps; what did not change since is not looked at again."""
        if not isinstance(value, dict | list):
            words = self._scalar_problem(shape, value)
            return [((), words)] if words else ()
        held = self._known.get(id(value))
        if held is None or held[0] is not value:
            if len(self._known) > REMEMBERED:
                self._known.clear()
            held = self._known[id(value)] = (value, {})
        found = held[1].get(id(shape))
        if found is None:
            found = held[1][id(shape)] = self._check_container(shape, value)[:MOST]
        return found

    def _check_container(self, shape: Shape, value: Any) -> list[Found]:
        if shape.kind is Kind.UNION:
            index = self.match(shape, value)
            return list(self.check(shape.variants[index].shape, value)) if index >= 0 else [_unmatched(shape, value)]
        if shape.kind is Kind.JSON:
            fits = shape.json_type is None or isinstance(value, shape.json_type)
            return [] if fits else [((), f"Must be {'an object' if shape.json_type is dict else 'a list'}")]
        wanted = dict if shape.kind in (Kind.OBJECT, Kind.MAP) else list if shape.kind is Kind.LIST else None
        if wanted is None or not isinstance(value, wanted):
            return [((), _wrong_type(shape, value))]
        if isinstance(value, list):
            return self._check_list(shape, value)
        return self._check_map(shape, value) if shape.kind is Kind.MAP else self._check_object(shape, value)

    def _check_object(self, shape: Shape, value: dict[str, Any]) -> list[Found]:
        found: list[Found] = []
        for name in shape.required:
            if value.get(name, UNSET) is UNSET:
                found.append(((name,), REQUIRED))
        ways = shape.alternatives
        if ways and not any(all(value.get(name, UNSET) is not UNSET for name in way) for way in ways):
            found.append(((), titles.needs((), ways)))
        for name, child in value.items():
            inner = self._shapes.property(shape, name)
            if inner is not None:
                if child is not UNSET:
                    found += [((name, *steps), words) for steps, words in self.check(inner, child)]
            elif shape.closed:
                found.append(((name,), "There is no parameter of this name"))
        return found

    def _check_map(self, shape: Shape, value: dict[str, Any]) -> list[Found]:
        found: list[Found] = []
        inner = self._shapes.items(shape)
        for name, child in value.items():
            if type(name) is Nameless:
                if child is not UNSET:
                    found.append(((name,), "A value lacks its name"))
            elif child is UNSET:
                found.append(((name,), "A name lacks its value"))
            else:
                found += [((name, *steps), words) for steps, words in self.check(inner, child)]
        words = _span_problem(shape, len(value), "minProperties", "maxProperties", "entries")
        return [*found, ((), words)] if words else found

    def _check_list(self, shape: Shape, value: list[Any]) -> list[Found]:
        found: list[Found] = []
        inner = self._shapes.items(shape)
        for index, child in enumerate(value):
            if child is not UNSET:
                for steps, words in self.check(inner, child):
                    found.append(((index, *steps), words))
        words = _span_problem(shape, len(value), "minItems", "maxItems", "items")
        return [*found, ((), words)] if words else found

    # Unions

    def match(self, shape: Shape, value: Any) -> int:
        """The number of the alternative that a value is meant as; -1 where it is none of them."""
        some = [index for index, variant in enumerate(shape.variants) if self._may_be(variant, value)]
        if isinstance(value, dict) and shape.tag:
            some = self._tagged(shape, value, some)
        sure = [index for index in some if shape.variants[index].shape.kind is not Kind.JSON]
        some = sure or some
        if len(some) < 2:
            return some[0] if some else -1
        best, fewest = some[0], (1 << 30, 0)
        for index in some:
            inner = shape.variants[index].shape
            unknown = sum(name not in inner.properties for name in value) if isinstance(value, dict) else 0
            cost = (len(self.check(inner, value)), unknown)
            if cost < fewest:
                best, fewest = index, cost
            if cost == (0, 0):
                break
        return best

    def may_be(self, shape: Shape, variant: Variant, value: Any) -> bool:
        """Whether a value is of an alternative's type, and its tag one of the alternative's."""
        if not self._may_be(variant, value):
            return False
        tag = value.get(shape.tag, UNSET) if isinstance(value, dict) and shape.tag else UNSET
        return tag is UNSET or not variant.tags or any(same(tag, one) for one in variant.tags)

    def _may_be(self, variant: Variant, value: Any) -> bool:
        """Whether a value is of an alternative's type."""
        shape, kind = variant.shape, json_type(value)
        if value is None:
            return shape.nullable
        match shape.kind:
            case Kind.JSON:
                return shape.json_type is None or isinstance(value, shape.json_type)
            case Kind.CHOICE:
                return any(same(value, one) for one in shape.choices) or (shape.open and kind == "string")
            case Kind.NUMBER:
                return kind in ("number", "integer")
        return _TYPES.get(shape.kind) == kind

    def _tagged(self, shape: Shape, value: dict[str, Any], some: list[int]) -> list[int]:
        """Of the alternatives those whose tag is the value's."""
        tag = value.get(shape.tag, UNSET)
        variants = shape.variants
        if tag is UNSET:
            free = [index for index in some if shape.tag not in variants[index].shape.required]
            return free or some
        named = [index for index in some if any(same(tag, one) for one in variants[index].tags)]
        if named:
            return named
        rest = [index for index in some if not variants[index].tags]
        return rest or (some if len(some) == 1 else [])

    # What has no parts

    def _scalar_problem(self, shape: Shape, value: Any) -> str:
        if value is None:
            return "" if shape.nullable or _takes_null(shape) else f"Must be {_wanted(shape)}, not null"
        if shape.kind is Kind.UNION:
            index = self.match(shape, value)
            return (
                self._scalar_problem(shape.variants[index].shape, value) if index >= 0 else _unmatched(shape, value)[1]
            )
        return scalar_problem(shape, value)


def scalar_problem(shape: Shape, value: Any) -> str:
    """What is wrong with a text, number, boolean or file, in one sentence; "" where nothing is."""
    kind = json_type(value)
    match shape.kind:
        case Kind.JSON:
            return "" if shape.json_type is None else _wrong_type(shape, value)
        case Kind.CHOICE:
            if any(same(value, one) for one in shape.choices):
                return ""
            if not shape.open:
                return _not_one_of(shape)
            return _text_problem(shape, value) if kind == "string" else _wrong_type(shape, value)
        case Kind.MIXED:
            if value in shape.choices and kind == "string":
                return ""
            fits = kind == "integer" or (kind == "number" and not shape.whole)
            return _number_problem(shape, value) if fits else f"Must be {_wanted(shape)}"
        case Kind.INTEGER | Kind.NUMBER:
            fits = kind == "integer" or (kind == "number" and shape.kind is Kind.NUMBER)
            return _number_problem(shape, value) if fits else _wrong_type(shape, value)
        case Kind.BOOLEAN:
            if kind != "boolean":
                return _wrong_type(shape, value)
            return "" if value in shape.choices else f"Must be {titles.written(shape.choices[0])}"
        case Kind.TEXT:
            return _text_problem(shape, value) if kind == "string" else _wrong_type(shape, value)
        case Kind.FILE:
            fits = kind == "string" and value.startswith("@") and len(value) > 1
            return "" if fits else "Must be a file: @ and its path"
    return _wrong_type(shape, value)


def _text_problem(shape: Shape, value: str) -> str:
    schema = shape.schema
    least, most = schema.get("minLength"), schema.get("maxLength")
    if least is not None and len(value) < least:
        return f"Must have at least {least} characters; it has {len(value)}"
    if most is not None and len(value) > most:
        return f"May have {most} characters; it has {len(value):,}"
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        compiled = _compiled(pattern)
        if compiled is not None and compiled.search(value) is None:
            return f"Must look like {pattern}"
    return ""


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """None for an expression that Python does not know: then nothing is said."""
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _number_problem(shape: Shape, value: float) -> str:
    schema = shape.schema
    low, high = schema.get("minimum"), schema.get("maximum")
    if (low is not None and value < low) or (high is not None and value > high):
        if low is not None and high is not None:
            return f"Must be between {low} and {high}"
        return f"Must be at least {low}" if low is not None else f"Must be at most {high}"
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if above is not None and value <= above:
        return f"Must be more than {above}"
    if below is not None and value >= below:
        return f"Must be less than {below}"
    step = schema.get("multipleOf")
    if step and abs(value / step - round(value / step)) > 1e-9:
        return f"Must be a multiple of {step}"
    return ""


def _span_problem(shape: Shape, count: int, least: str, most: str, unit: str) -> str:
    low, high = shape.schema.get(least), shape.schema.get(most)
    if (low is not None and count < low) or (high is not None and count > high):
        return f"Must have {titles.span(low, high, unit)}; it has {count}"
    return ""


def _takes_null(shape: Shape) -> bool:
    return shape.kind is Kind.JSON and shape.json_type is None


def _wanted(shape: Shape) -> str:
    """What a place wants, in words."""
    if shape.kind in (Kind.CHOICE, Kind.UNION) and not shape.open:
        return "one of the choices"
    if shape.kind is Kind.MIXED:
        number = "a whole number" if shape.whole else "a number"
        return f"{titles.listed([titles.written(word) for word in shape.choices])} or {number}"
    if shape.kind is Kind.JSON:
        return "an object" if shape.json_type is dict else "a list" if shape.json_type is list else "JSON"
    return titles.TYPE_WORDS[_TYPES.get(shape.kind, "string")]


def _wrong_type(shape: Shape, value: Any) -> str:
    return f"Must be {_wanted(shape)}, not {titles.TYPE_WORDS[json_type(value)]}"


def _not_one_of(shape: Shape) -> str:
    words = [titles.written(one) for one in shape.choices]
    shown = ", ".join(words[:8]) + (", …" if len(words) > 8 else "")
    return f"Must be {words[0]}" if len(words) == 1 else f"Must be one of {shown}"


def _unmatched(shape: Shape, value: Any) -> Found:
    """Why a value is none of a union's alternatives."""
    tags = [tag for variant in shape.variants for tag in variant.tags]
    if isinstance(value, dict) and shape.tag and tags:
        words = list(dict.fromkeys(titles.written(tag) for tag in tags))
        shown = ", ".join(words[:8]) + (", …" if len(words) > 8 else "")
        given = value.get(shape.tag, UNSET)
        if given is UNSET:
            return (shape.tag,), f"Required: one of {shown}"
        return (shape.tag,), f"“{titles.written(given)}” is none of {shown}"
    names = [variant.title for variant in shape.variants]
    return (), f"Must be {', '.join(names[:-1])} or {names[-1]}" if names else "Nothing fits here"
