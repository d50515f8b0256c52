"""JSON Schema → types. What types cannot say is noted, by its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from playground.core.schemas.convert.model import MAX_DEPTH, ConvertError
from playground.core.schemas.convert.nodes import MISSING, ROOT, Kind, Node, Property, Shape

LIMITS: dict[str, tuple[str, ...]] = {
    "string": ("minLength", "maxLength", "pattern", "format", "contentEncoding", "contentMediaType"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"),
    "array": ("minItems", "maxItems", "uniqueItems"),
    "object": ("minProperties", "maxProperties"),
}
LIMITS["integer"] = LIMITS["number"]
ANNOTATIONS = ("examples", "deprecated", "readOnly", "writeOnly")
_STRUCTURE = frozenset(
    [
        "$schema",
        "$id",
        "$defs",
        "definitions",
        "$ref",
        "$comment",
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "prefixItems",
        "enum",
        "const",
        "anyOf",
        "oneOf",
        "allOf",
        "title",
        "description",
        "default",
        "discriminator",
        "nullable",
        "patternProperties",
        "propertyNames",
        "$anchor",
        "example",
    ]
)
_TYPES: dict[str, Kind] = {
    "string": "string", "integer": "integer", "number": "number", "boolean": "boolean", "null": "null",
    "array": "array", "object": "object",
}  # fmt: skip


def read_shape(schema: Mapping[str, Any], name: str) -> Shape:
    """A schema's types. Raises ConvertError for one that is no schema, is nested too deeply, or refers to what is not
    in it."""
    reader = _Reader(schema)
    try:
        root = reader.node(reader.root(), "#", 0)
        while reader.todo:
            reader.define(reader.todo.pop(0))
    except RecursionError:
        raise ConvertError("The schema is nested too deeply.") from None
    order = {found: place for place, found in enumerate(reader.declared)}
    defs = dict(sorted(reader.defs.items(), key=lambda item: order.get(item[0], len(order))))
    return Shape(name, root, defs, list(dict.fromkeys(reader.notes)))


class _Reader:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self.defs: dict[str, Node] = {}
        self.todo: list[str] = []
        self.notes: list[str] = []
        self._pointers: dict[str, str] = {}
        self._known: set[str] = set()
        self.declared = [
            name for word in ("$defs", "definitions") for name in document.get(word) or {} if isinstance(name, str)
        ]

    def root(self) -> Mapping[str, Any]:
        """The schema; a reference where it repeats one of its definitions, as recursion is written for strict mode:
        else each output had the type twice, under two names."""
        own = {word: value for word, value in self._document.items() if word not in ("$defs", "definitions", "$schema")}
        for word in ("$defs", "definitions"):
            defs = self._document.get(word)
            for name, value in defs.items() if isinstance(defs, Mapping) and len(own) > 1 else ():
                if value == own:
                    return {"$ref": f"#/{word}/{str(name).replace('~', '~0').replace('/', '~1')}"}
        return self._document

    def define(self, name: str) -> None:
        pointer = self._pointers[name]
        self.defs[name] = self.node(self._resolve(pointer), pointer, 0)

    def node(self, schema: Any, at: str, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise ConvertError(f"{at[:200]} … is nested more than {MAX_DEPTH} levels deep.")
        if schema is True:
            return Node("any")
        if schema is False:
            return Node("never")
        if not isinstance(schema, Mapping):
            raise ConvertError(f"{at}: a schema is an object, not {type(schema).__name__}.")
        schema = self._without_all_of(schema, at)
        known = _STRUCTURE | {word for words in LIMITS.values() for word in words} | set(ANNOTATIONS)
        for word in schema:
            if word not in known and not str(word).startswith("x-"):
                self.notes.append(f"{at}: “{word}” is left out: types cannot say it.")
        made = self._bare(schema, at, depth)
        made = self._described(made, schema)
        if schema.get("nullable") is True and not made.nullable:
            made = Node("union", made.description, items=(replace(made, description=""), Node("null")))
        return made

    def _described(self, node: Node, schema: Mapping[str, Any]) -> Node:
        title, words = schema.get("title"), schema.get("description")
        extras = {word: schema[word] for word in schema if word in ANNOTATIONS or str(word).startswith("x-")}
        if "example" in schema and "examples" not in extras:
            extras["examples"] = [schema["example"]]
        return replace(
            node,
            title=title if isinstance(title, str) else "",
            description=words if isinstance(words, str) else "",
            default=schema.get("default", MISSING),
            extras=extras,
        )

    def _bare(self, schema: Mapping[str, Any], at: str, depth: int) -> Node:
        if "$ref" in schema:
            return Node("ref", ref=self._refer(schema["$ref"], at))
        if "const" in schema:
            return Node("enum", values=(schema["const"],))
        if isinstance(schema.get("enum"), list):
            return Node("enum", values=tuple(schema["enum"]))
        for word in ("anyOf", "oneOf"):
            if isinstance(schema.get(word), list):
                return self._union(schema, word, at, depth)
        kinds = schema.get("type")
        if isinstance(kinds, list):
            options = tuple(self._typed(schema, str(kind), at, depth) for kind in kinds)
            if not options:
                return Node("never")
            return options[0] if len(options) == 1 else Node("union", items=options)
        return self._typed(schema, kinds if isinstance(kinds, str) else _implied(schema), at, depth)

    def _union(self, schema: Mapping[str, Any], word: str, at: str, depth: int) -> Node:
        told = schema.get("discriminator")
        tag = told.get("propertyName", "") if isinstance(told, Mapping) else ""
        if word == "oneOf" and not tag:
            self.notes.append(f"{at}: “oneOf” is written as a union: that exactly one may match is not said.")
        if "properties" in schema or "items" in schema:
            self.notes.append(f"{at}: what stands beside “{word}” is left out.")
        options = tuple(self.node(one, f"{at}/{word}/{i}", depth + 1) for i, one in enumerate(schema[word]))
        if not options:
            return Node("never")
        return Node("union", items=options, discriminator=str(tag)) if len(options) > 1 else options[0]

    def _typed(self, schema: Mapping[str, Any], kind: str, at: str, depth: int) -> Node:
        if not kind:
            return Node("any")
        if kind not in _TYPES:
            raise ConvertError(f"{at}: “{kind}” is no type of JSON Schema.")
        limits = {word: schema[word] for word in LIMITS.get(kind, ()) if word in schema}
        if kind == "object":
            return self._object(schema, limits, at, depth)
        if kind == "array":
            return self._array(schema, limits, at, depth)
        return Node(_TYPES[kind], limits=limits)

    def _object(self, schema: Mapping[str, Any], limits: dict[str, Any], at: str, depth: int) -> Node:
        properties = schema.get("properties")
        extra: Any = schema.get("additionalProperties")
        patterns = schema.get("patternProperties")
        keys: Node | None = None
        if isinstance(schema.get("propertyNames"), Mapping):
            keys = self.node({"type": "string", **schema["propertyNames"]}, f"{at}/propertyNames", depth + 1)
        if isinstance(patterns, Mapping) and patterns:
            if len(patterns) == 1 and not properties and extra in (None, False):
                pattern, extra = next(iter(patterns.items()))
                keys = Node("string", limits={"pattern": pattern})
            else:
                self.notes.append(f"{at}: “patternProperties” is left out beside other properties.")
        node = self.node(extra, f"{at}/additionalProperties", depth + 1) if isinstance(extra, Mapping) else None
        if node is not None and node.kind == "any" and not node.description:
            extra, node = True, None
        if not isinstance(properties, Mapping) or not properties:
            if extra is False:
                return Node("object", limits=limits, extra=False)
            return Node("map", limits=limits, items=(node or Node("any"),), keys=keys, extra=extra if keys else None)
        required = schema.get("required")
        needed = {one for one in required if isinstance(one, str)} if isinstance(required, list) else set()
        fields = tuple(
            Property(str(name), self.node(value, f"{at}/properties/{name}", depth + 1), name in needed)
            for name, value in properties.items()
        )
        for name in sorted(needed - set(properties)):
            self.notes.append(f"{at}: “{name}” is required and not described; it is left out.")
        return Node("object", limits=limits, fields=fields, extra=node if node is not None else extra)

    def _array(self, schema: Mapping[str, Any], limits: dict[str, Any], at: str, depth: int) -> Node:
        items, first = schema.get("items"), schema.get("prefixItems")
        if isinstance(items, list):  # as before 2020-12
            items, first = schema.get("additionalItems"), items
        if isinstance(first, list) and first:
            parts = tuple(self.node(one, f"{at}/prefixItems/{i}", depth + 1) for i, one in enumerate(first))
            least = limits.pop("minItems", 0)
            most = limits.pop("maxItems", None)
            closed = items is False or most == len(parts)
            rest = None if closed else self.node(True if items is None else items, f"{at}/items", depth + 1)
            return Node("tuple", items=parts, rest=rest, limits=limits, least=least if isinstance(least, int) else 0)
        return Node(
            "array", limits=limits, items=(self.node(True if items is None else items, f"{at}/items", depth + 1),)
        )

    def _refer(self, ref: Any, at: str) -> str:
        if ref in ("#", "#/"):
            return ROOT
        if not isinstance(ref, str) or not ref.startswith("#/"):
            raise ConvertError(f"{at}: “{ref}” is elsewhere, and nothing is fetched. Bring it into $defs.")
        name = unquote(ref.rsplit("/", 1)[-1]).replace("~1", "/").replace("~0", "~")
        if self._pointers.setdefault(name, ref) != ref:
            name = ref.removeprefix("#/")
            self._pointers[name] = ref
        if name not in self._known:
            self._resolve(ref)
            self._known.add(name)
            self.todo.append(name)
        return name

    def _resolve(self, pointer: str) -> Any:
        value: Any = self._document
        for part in pointer[2:].split("/"):
            part = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(value, Mapping) and part in value:
                value = value[part]
            elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
                value = value[int(part)]
            else:
                raise ConvertError(f"“{pointer}” points to nothing in the schema.")
        return value

    def _without_all_of(self, schema: Mapping[str, Any], at: str) -> Mapping[str, Any]:
        """`allOf` of objects as one object; what cannot be joined is noted."""
        for _ in range(MAX_DEPTH):
            parts = schema.get("allOf")
            if not isinstance(parts, list) or not parts:
                return schema
            beside = {word: value for word, value in schema.items() if word != "allOf"}
            structure = {"properties", "type", "items", "enum", "anyOf", "oneOf", "$ref", "required"} & beside.keys()
            if len(parts) == 1 and isinstance(parts[0], Mapping) and not structure:
                schema = {**parts[0], **beside}
                continue
            joined: dict[str, Any] = {}
            for part in [*parts, beside]:
                self._join(joined, self._followed(part), at)
            schema = joined
        raise ConvertError(f"{at}: “allOf” comes to itself again.")

    def _followed(self, part: Any) -> Mapping[str, Any]:
        for _ in range(MAX_DEPTH):
            if not isinstance(part, Mapping):
                return {}
            ref = part.get("$ref")
            if not isinstance(ref, str):
                return part
            target = self._document if ref == "#" else self._resolve(ref) if ref.startswith("#/") else {}
            part = {**target, **{word: value for word, value in part.items() if word != "$ref"}}
        raise ConvertError("“$ref” comes to itself again.")

    def _join(self, into: dict[str, Any], part: Mapping[str, Any], at: str) -> None:
        for word, value in part.items():
            if word == "properties" and isinstance(value, Mapping):
                into["properties"] = {**into.get("properties", {}), **value}
            elif word == "required" and isinstance(value, list):
                into["required"] = list(dict.fromkeys([*into.get("required", []), *value]))
            elif word == "allOf" and isinstance(value, list):
                into["allOf"] = [*into.get("allOf", []), *value]
            elif word in ("$defs", "definitions", "title", "description") or into.get(word, value) == value:
                into[word] = value
            elif word == "additionalProperties":
                into[word] = False if False in (value, into[word]) else value
            else:
                self.notes.append(f"{at}: the parts of “allOf” differ in “{word}”; the first one is kept.")


def _implied(schema: Mapping[str, Any]) -> str:
    """The type that is meant where none is said."""
    for kind, words in (
        ("object", ("properties", "additionalProperties", "patternProperties", "required")),
        ("array", ("items", "prefixItems")),
        ("string", ("pattern", "minLength", "maxLength")),
        ("number", ("minimum", "maximum", "multipleOf")),
    ):
        if any(word in schema for word in words):
            return kind
    return ""
