"""The types that TypeScript and JavaScript bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.core.schemas.convert.typescript_algebra import (
    UNDEFINED,
    Schema,
    is_object,
    literals,
    object_of,
    options_of,
    union,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    from playground.core.schemas.convert.typescript_kinds import Kinds
    from playground.core.schemas.convert.typescript_reader import Env, Reader

_SAME = frozenset(("Readonly", "Promise", "PromiseLike", "Awaited", "NoInfer", "DeepReadonly"))
_LISTS = frozenset(("Array", "ReadonlyArray", "Iterable", "AsyncIterable", "Set", "ReadonlySet"))
_MAPS = frozenset(("Map", "ReadonlyMap", "WeakMap"))
_FILTERS = frozenset(("Exclude", "Extract", "NonNullable"))
_PARTS = frozenset(("Partial", "Required", "Pick", "Omit"))
_TEXT: Schema = {"type": "string"}
_PLAIN: dict[str, tuple[Schema, str]] = {
    "Date": ({"type": "string", "format": "date-time"}, "A Date is a text in JSON."),
    "URL": (_TEXT, "A URL is a text in JSON."),
    "bigint": ({"type": "integer"}, "bigint is written as a whole number."),
    "String": (_TEXT, ""),
    "Number": ({"type": "number"}, ""),
    "Boolean": ({"type": "boolean"}, ""),
    "Object": ({"type": "object", "additionalProperties": True}, ""),
    "Function": (UNDEFINED, "A function is no JSON; it is left out."),
    "Symbol": (UNDEFINED, "A symbol is no JSON; it is left out."),
    "Uppercase": (_TEXT, "Uppercase is written as any text."),
    "Lowercase": (_TEXT, "Lowercase is written as any text."),
    "Capitalize": (_TEXT, "Capitalize is written as any text."),
    "Uncapitalize": (_TEXT, "Uncapitalize is written as any text."),
}
BUILTIN = _SAME | _LISTS | _MAPS | _FILTERS | _PARTS | set(_PLAIN) | {"Record"}


class Builtin:
    """Reads them, with their arguments."""

    def __init__(self, reader: Reader, kinds: Kinds) -> None:
        self.reader = reader
        self.kinds = kinds

    def read(self, name: str, node: Node, args: list[Node], env: Env) -> Schema:
        """One of BUILTIN."""
        if name in _PLAIN:
            made, words = _PLAIN[name]
            if words:
                self.reader.note(node, words)
            return made
        if not args:
            return {"type": "array", "items": {}} if name in _LISTS else {}
        if name in _SAME:
            return self.reader.type(args[0], env)
        if name in _LISTS:
            made = {"type": "array", "items": self.kinds.item(args[0], env)}
            return {**made, "uniqueItems": True} if name.endswith("Set") else made
        if name == "Record" or name in _MAPS:
            if name in _MAPS:
                self.reader.note(node, f"A {name} is written as an object.")
            return self._record(args, env)
        if name in _FILTERS:
            return self._filtered(name, args, env)
        return self._parts(name, node, args, env)

    def _record(self, args: list[Node], env: Env) -> Schema:
        names = self.kinds.keys(args[0], env)
        value = self.kinds.solid(args[1], env) if len(args) > 1 else {}
        if names is None:
            return object_of({}, [], _extra(value))
        return object_of(dict.fromkeys(names, value), names)

    def _filtered(self, name: str, args: list[Node], env: Env) -> Schema:
        options = self.kinds.options(args[0], env)
        if name == "NonNullable":
            found = union(options)
            options = options_of(found, self.reader.resolve) if "$ref" not in found else [found]
            return union([one for one in options if one is not UNDEFINED and one != {"type": "null"}])
        others = self.kinds.options(args[1], env) if len(args) > 1 else []
        flat = [inner for one in options for inner in _each(one, self.reader.resolve)]
        against = [inner for one in others for inner in _each(one, self.reader.resolve)]
        kept = [one for one in flat if _among(one, against, self.reader.resolve) is (name == "Extract")]
        return union(kept)

    def _parts(self, name: str, node: Node, args: list[Node], env: Env) -> Schema:
        options = options_of(self.kinds.solid(args[0], env), self.reader.resolve)
        names = self.kinds.keys(args[1], env) if len(args) > 1 else []
        if name in ("Pick", "Omit") and names is None:
            self.reader.note(node, f"Which properties {name} names cannot be told; all are kept.")
            name = "Same"
        return union([self._part(name, one, names or []) for one in options])

    def _part(self, name: str, whole: Schema, names: list[str]) -> Schema:
        if not is_object(whole):
            return whole
        properties: dict[str, Any] = whole.get("properties", {})
        required = whole.get("required", [])
        if name == "Partial":
            required = []
        elif name == "Required":
            required = list(properties)
        elif name in ("Pick", "Omit"):
            properties = {key: one for key, one in properties.items() if (key in names) is (name == "Pick")}
        return object_of(properties, required, whole.get("additionalProperties", False))


def _extra(value: Schema) -> Any:
    """What further properties are: False for never, True for anything."""
    return True if value == {} else False if value == {"not": {}} else value


def _each(schema: Schema, resolve: Any) -> list[Schema]:
    """The options of a union, each literal by itself; references stay."""
    if "$ref" in schema and not literals(resolve(schema)) and "anyOf" not in resolve(schema):
        return [schema]
    made: list[Schema] = []
    for one in options_of(schema, resolve) if schema is not UNDEFINED else [schema]:
        values = literals(one)
        kind = one.get("type")
        made += [{"type": kind, "const": value} for value in values] if values and isinstance(kind, str) else [one]
    return made


def _among(one: Schema, others: list[Schema], resolve: Any) -> bool:
    """Whether a type is one of others, as far as can be told: the same, a literal of a type, an object with the same
    tag."""
    for other in others:
        if one == other or (set(other) == {"type"} and one.get("type") == other["type"]):
            return True
        mine, its = resolve(one), resolve(other)
        wanted = its.get("properties", {}) if is_object(its) and is_object(mine) else {}
        if wanted and all(mine.get("properties", {}).get(name) == value for name, value in wanted.items()):
            return True
    return False
