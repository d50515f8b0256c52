"""What a JSON Schema asks for, as one of a dozen kinds of field.

The dialect is what pydantic writes for types: `anyOf` without a discriminator, null as one of the alternatives, names
in `$defs`. A shape is found for one place when somebody asks for it: a schema that holds itself has no end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from playground.core.forms import titles
from playground.core.forms.values import same

Schema = Mapping[str, Any]
ANYTHING: Schema = {}


class Kind(StrEnum):
    """What a place is filled with."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    """One of `choices`; any other text as well where the shape is `open`."""
    MIXED = "mixed"
    """One of `choices`, which are words, or a number."""
    FILE = "file"
    OBJECT = "object"
    LIST = "list"
    MAP = "map"
    UNION = "union"
    JSON = "json"
    """Any JSON, or any object, or any list: see `json_type`."""


SCALARS = frozenset({Kind.TEXT, Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN, Kind.CHOICE, Kind.MIXED, Kind.FILE})


@dataclass(slots=True, eq=False)
class Shape:
    """One place of a form. Compared by identity."""

    kind: Kind
    schema: Schema
    title: str = ""
    help: str = ""
    nullable: bool = False
    choices: tuple[Any, ...] = ()
    open: bool = False
    whole: bool = False
    """Of MIXED: whether the number is a whole one."""
    json_type: type | None = None
    """Of JSON: dict or list; None for anything."""
    variants: tuple[Variant, ...] = ()
    tag: str = ""
    """Of UNION: the property that tells its objects apart, where there is one."""

    @property
    def id_kind(self) -> str:
        """Of what the value is an ID: "file", "response", …; "" where it is none."""
        return str(self.schema.get("x-id-kind") or "")

    @property
    def deprecated(self) -> bool:
        return bool(self.schema.get("deprecated"))

    @property
    def constant(self) -> bool:
        """Whether there is but one value that it can have."""
        return self.kind is Kind.CHOICE and len(self.choices) == 1 and not self.open

    @property
    def properties(self) -> Mapping[str, Schema]:
        found: Mapping[str, Schema] = self.schema.get("properties") or {}
        return found

    @property
    def required(self) -> Sequence[str]:
        return tuple(self.schema.get("required") or ())

    @property
    def closed(self) -> bool:
        """Whether an object takes no other names than those of its properties."""
        return self.schema.get("additionalProperties") is False

    @property
    def alternatives(self) -> tuple[tuple[str, ...], ...]:
        """Sets of names of which one has to be there in whole; none where `required` says it all."""
        sets = self.schema.get("anyOf") or self.schema.get("oneOf") or ()
        if self.kind is not Kind.OBJECT or not sets or any(set(one) != {"required"} for one in sets):
            return ()
        rest = [tuple(name for name in one["required"] if name not in self.required) for one in sets]
        return tuple(dict.fromkeys(rest)) if all(rest) else ()


@dataclass(slots=True, eq=False)
class Variant:
    """One alternative of a union. `tags`: what its tag can be; none where it has no tag."""

    title: str
    shape: Shape
    tags: tuple[Any, ...] = ()
    help: str = ""


@dataclass(slots=True)
class _Parts:
    """The alternatives of one place, sorted."""

    nullable: bool = False
    text: Schema | None = None
    file: Schema | None = None
    words: list[Any] = field(default_factory=list)
    number: Schema | None = None
    boolean: Schema | None = None
    objects: list[Schema] = field(default_factory=list)
    lists: list[Schema] = field(default_factory=list)
    anything: Schema | None = None

    def count(self) -> int:
        single = (self.text, self.file, self.number, self.boolean, self.anything)
        scalars = sum(part is not None for part in single) + (bool(self.words) and self.text is None)
        return scalars + len(self.objects) + len(self.lists)


class Shapes:
    """The shapes of one self-contained schema, each found once."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._found: dict[int, tuple[Schema, Shape]] = {}
        self._items: dict[int, Shape] = {}
        self._merged: dict[int, tuple[Schema, Schema]] = {}
        self.root = self.of(root)

    def of(self, schema: Any) -> Shape:
        """The shape of a schema that is part of the root; `true` and {} are anything."""
        if not isinstance(schema, Mapping):
            schema = ANYTHING
        found = self._found.get(id(schema))
        if found is None or found[0] is not schema:
            found = self._found[id(schema)] = (schema, self._make(schema))
        return found[1]

    def property(self, shape: Shape, name: str) -> Shape | None:
        """The shape of an object's property; None for a name it does not know."""
        schema = shape.properties.get(name)
        return None if schema is None else self.of(schema)

    def items(self, shape: Shape) -> Shape:
        """The shape of a list's items, or of a map's values."""
        found = self._items.get(id(shape))
        if found is None:
            word = "items" if shape.kind is Kind.LIST else "additionalProperties"
            found = self._items[id(shape)] = self.of(shape.schema.get(word, ANYTHING))
        return found

    # From schema to shape

    def resolved(self, schema: Schema) -> Schema:
        """A schema with its `$ref` and `allOf` put in; what stands beside them wins."""
        if "$ref" not in schema and "allOf" not in schema:
            return schema
        kept = self._merged.get(id(schema))
        if kept is not None and kept[0] is schema:
            return kept[1]
        made = self._merge(schema, ())
        self._merged[id(schema)] = (schema, made)
        return made

    def _merge(self, schema: Schema, seen: tuple[str, ...]) -> Schema:
        reference = schema.get("$ref")
        parts: list[Schema] = []
        if isinstance(reference, str) and reference not in seen:
            parts.append(self._merge(self._target(reference), (*seen, reference)))
        parts += [self._merge(part, seen) for part in schema.get("allOf", ())]
        if not parts:
            return schema
        made: dict[str, Any] = {}
        for part in (*parts, {key: value for key, value in schema.items() if key not in ("$ref", "allOf")}):
            for key, value in part.items():
                if key == "properties" and key in made:
                    made[key] = {**made[key], **value}
                elif key == "required" and key in made:
                    made[key] = list(dict.fromkeys([*made[key], *value]))
                else:
                    made[key] = value
        return made

    def _target(self, reference: str) -> Schema:
        """What `#/$defs/Name` stands for; anything where it stands for nothing."""
        at: Any = self._root
        for step in reference.removeprefix("#").split("/")[1:]:
            at = at.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(at, Mapping) else None
        return at if isinstance(at, Mapping) else ANYTHING

    def _leaves(self, schema: Schema, depth: int = 0) -> Iterator[Schema]:
        """The alternatives, those of alternatives included."""
        schema = self.resolved(schema)
        choices = schema.get("anyOf") or schema.get("oneOf")
        if not choices or depth > 8 or schema.get("properties"):
            kinds = schema.get("type")
            if isinstance(kinds, list):
                for kind in kinds:
                    yield {**schema, "type": kind}
            else:
                yield schema
            return
        for choice in choices:
            yield from self._leaves(choice, depth + 1)

    def _make(self, schema: Schema) -> Shape:
        whole = self.resolved(schema)
        parts = _Parts()
        for leaf in self._leaves(whole):
            _sort(leaf, parts)
        shape = self._union(whole, parts) if parts.count() > 1 else self._single(parts)
        shape.nullable = parts.nullable or bool(whole.get("nullable"))
        shape.title = str(whole.get("title") or shape.title)
        shape.help = str(whole.get("description") or shape.help)
        if shape.schema is not whole:
            beside = {key: whole[key] for key in _BESIDE if key in whole}
            if beside:
                shape.schema = {**shape.schema, **beside}
        return shape

    def _single(self, parts: _Parts) -> Shape:
        """The only alternative, or anything where there is none but null."""
        if parts.objects:
            return _object(parts.objects[0])
        if parts.lists:
            return _list(parts.lists[0])
        made = list(_scalars(parts))
        return made[0] if made else Shape(Kind.JSON, parts.anything or ANYTHING)

    def _union(self, whole: Schema, parts: _Parts) -> Shape:
        scalars = list(_scalars(parts))
        if len(scalars) == parts.count() == 2 and parts.words and parts.number is not None and parts.text is None:
            words = tuple(word for word in parts.words if isinstance(word, str))
            if len(words) == len(parts.words):
                number = parts.number
                return Shape(Kind.MIXED, number, choices=words, whole=number.get("type") == "integer")
        objects = [self.resolved(one) for one in parts.objects]
        tag, tags = self._tag(objects, whole)
        variants = [Variant(titles.scalar(shape), shape) for shape in scalars]
        variants += [Variant(titles.plural(self._item_title(one)), _list(one)) for one in parts.lists]
        variants += [
            Variant(str(one.get("title") or ""), _object(one), values, str(one.get("description") or ""))
            for one, values in zip(objects, tags, strict=True)
        ]
        if parts.anything is not None:
            variants.append(Variant("JSON", Shape(Kind.JSON, parts.anything)))
        titles.name_variants(variants)
        return Shape(Kind.UNION, whole, variants=tuple(variants), tag=tag)

    def _item_title(self, schema: Schema) -> str:
        items = schema.get("items")
        if not isinstance(items, Mapping) or not items:
            return ""
        items = self.resolved(items)
        if items.get("anyOf") or items.get("oneOf"):
            kinds = {str(leaf.get("type")) for leaf in self._leaves(items)} - {"null"}
            return kinds.pop() if len(kinds) == 1 else ""
        return "array" if items.get("type") == "array" else str(items.get("type") or "")

    def _tag(self, objects: list[Schema], whole: Schema) -> tuple[str, list[tuple[Any, ...]]]:
        """The property that tells objects apart, and what it is in each."""
        if not objects:
            return "", []
        named = (whole.get("discriminator") or {}).get("propertyName")
        candidates = dict.fromkeys(["type", "role", *(name for one in objects for name in one.get("properties", ()))])
        best: tuple[int, str, list[tuple[Any, ...]]] = (0, "", [() for _ in objects])
        for name in [named] if named else candidates:
            values = [self._fixed(one, name) for one in objects]
            holders = sum(bool(one) for one in values)
            score = _alone(values)
            if holders * 2 > len(objects) and (holders > 1 or len(objects) == 1) and score > best[0]:
                best = (score, name, values)
        return best[1], best[2]

    def _fixed(self, schema: Schema, name: str) -> tuple[Any, ...]:
        """The few values that a property can have; none where it can have any."""
        at = schema.get("properties", {}).get(name)
        if not isinstance(at, Mapping):
            return ()
        at = self.resolved(at)
        if "const" in at:
            return (at["const"],)
        return tuple(at.get("enum", ()))


_BESIDE = ("x-id-kind", "deprecated", "default", "examples", "minimum", "maximum", "pattern", "maxLength", "minLength")
"""What a schema says of all its alternatives."""


def _alone(values: list[tuple[Any, ...]]) -> int:
    """How many of the sets share nothing with another one."""
    counts: dict[str, int] = {}
    for one in values:
        for value in one:
            counts[repr(value)] = counts.get(repr(value), 0) + 1
    return sum(bool(one) and all(counts[repr(value)] == 1 for value in one) for one in values)


def _sort(leaf: Schema, parts: _Parts) -> None:
    """Put one alternative where it belongs."""
    kind = leaf.get("type")
    if kind == "null" or ("const" in leaf and leaf["const"] is None):
        parts.nullable = True
    elif "const" in leaf or "enum" in leaf:
        for value in leaf["enum"] if "enum" in leaf else (leaf["const"],):
            if value is None:
                parts.nullable = True
            elif isinstance(value, bool):
                _add_boolean(leaf, parts, value)
            elif not any(same(value, other) for other in parts.words):
                parts.words.append(value)
    elif kind == "string":
        if leaf.get("format") == "binary":
            parts.file = parts.file or leaf
        else:
            parts.text = parts.text or leaf
    elif kind in ("integer", "number"):
        parts.number = leaf if parts.number is None or kind == "number" else parts.number
    elif kind == "boolean":
        parts.boolean = {"type": "boolean"}
    elif kind == "array":
        parts.lists.append(leaf)
    elif kind == "object" or leaf.get("properties"):
        parts.objects.append(leaf)
    else:
        parts.anything = parts.anything or leaf


def _add_boolean(leaf: Schema, parts: _Parts, value: bool) -> None:
    """A constant true beside a constant false is any boolean."""
    if parts.boolean is None:
        parts.boolean = {"type": "boolean", "enum": [value]}
    elif value not in parts.boolean.get("enum", (value,)):
        parts.boolean = {"type": "boolean"}


def _scalars(parts: _Parts) -> Iterator[Shape]:
    if parts.words or parts.text is not None:
        text = parts.text or ANYTHING
        if parts.words:
            yield Shape(Kind.CHOICE, text, choices=tuple(parts.words), open=parts.text is not None)
        else:
            yield Shape(Kind.TEXT, text)
    if parts.file is not None:
        yield Shape(Kind.FILE, parts.file)
    if parts.number is not None:
        yield Shape(Kind.INTEGER if parts.number["type"] == "integer" else Kind.NUMBER, parts.number)
    if parts.boolean is not None:
        values = tuple(parts.boolean.get("enum", (True, False)))
        yield Shape(Kind.BOOLEAN, parts.boolean, choices=values)


def _object(schema: Schema) -> Shape:
    """An object with properties, a map, or any object."""
    title, words = str(schema.get("title") or ""), str(schema.get("description") or "")
    if schema.get("properties"):
        return Shape(Kind.OBJECT, schema, title, words)
    values = schema.get("additionalProperties")
    if isinstance(values, Mapping) and values:
        return Shape(Kind.MAP, schema, title, words)
    if values is False:
        return Shape(Kind.OBJECT, schema, title, words)
    return Shape(Kind.JSON, schema, title, words, json_type=dict)


def _list(schema: Schema) -> Shape:
    title, words = str(schema.get("title") or ""), str(schema.get("description") or "")
    items = schema.get("items")
    if isinstance(items, Mapping) and items:
        return Shape(Kind.LIST, schema, title, words)
    return Shape(Kind.JSON, schema, title, words, json_type=list)
