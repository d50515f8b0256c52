"""Unions and intersections of schemas, as TypeScript means them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

Schema = dict[str, Any]
UNDEFINED: Schema = {"not": {}, "$comment": "undefined"}
"""What JSON has not: `undefined`, functions, symbols. Told by being this very object."""
NEVER: Schema = {"not": {}}
MOST = 200
"""Options that an intersection of unions may come to."""
_BARE = frozenset(("type", "const", "enum"))


def weight(value: Any, most: int) -> int:
    """How many values a schema has, counted up to `most`: what is shared counts each time, as when it is written."""
    count, todo = 0, [value]
    while todo and count <= most:
        one = todo.pop()
        count += 1
        todo.extend(one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())
    return count


def union(options: Sequence[Schema]) -> Schema:
    """One schema for any of several; without `undefined`, which the caller looks for."""
    flat: dict[str, Schema] = {}
    for one in _flat(options):
        flat.setdefault(json.dumps(one, sort_keys=True), one)
    found = list(flat.values())
    if not found:
        return NEVER
    if any(one == {} for one in found):
        return {}
    null = any(one == {"type": "null"} for one in found)
    rest = _with_one_enum([one for one in found if one != {"type": "null"}])
    if not rest:
        return {"type": "null"}
    if not null:
        return rest[0] if len(rest) == 1 else {"anyOf": rest}
    return _nullable(rest[0]) if len(rest) == 1 else {"anyOf": [*rest, {"type": "null"}]}


def _flat(options: Sequence[Schema]) -> list[Schema]:
    made: list[Schema] = []
    for one in options:
        if one is UNDEFINED or one == NEVER:
            continue
        if list(one) == ["anyOf"]:
            made += _flat(one["anyOf"])
        elif isinstance(one.get("type"), list) and one["type"][-1] == "null" and len(one["type"]) == 2:
            made += [_without_null(one), {"type": "null"}]
        elif one == {"type": "boolean"}:
            made += [{"type": "boolean", "const": True}, {"type": "boolean", "const": False}]
        else:
            made.append(one)
    return made


def _without_null(schema: Schema) -> Schema:
    made = {**schema, "type": schema["type"][0]}
    if "enum" in made:
        values = [value for value in made["enum"] if value is not None]
        made.pop("enum")
        made |= {"const": values[0]} if len(values) == 1 else {"enum": values}
    return made


def literals(schema: Schema) -> list[Any] | None:
    """The values of a schema that is a choice of some; None for others."""
    if not schema.keys() <= _BARE:
        return None
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum")
    return values if isinstance(values, list) else None


def _with_one_enum(options: list[Schema]) -> list[Schema]:
    """All literals as one enum where the first of them was; those of a type that is there as a whole go."""
    whole = {kind for one in options if one.keys() == {"type"} for kind in [one["type"]] if isinstance(kind, str)}
    if "number" in whole:
        whole.add("integer")
    values: list[Any] = []
    made: list[Schema] = []
    place = -1
    for one in options:
        found = literals(one)
        if found is None:
            made.append(one)
            continue
        kept = [value for value in found if kind_of(value) not in whole]
        if kept and place < 0:
            place = len(made)
        values += kept
    if values:
        made.insert(place, enum(values))
    return made


def enum(values: Sequence[Any]) -> Schema:
    """A choice of values."""
    seen: dict[str, Any] = {}
    for value in values:
        seen.setdefault(f"{kind_of(value)} {json.dumps(value)}", value)
    values = list(seen.values())
    kinds = list(dict.fromkeys(kind_of(value) for value in values))
    if kinds == ["boolean"] and len(values) == 2:
        return {"type": "boolean"}
    if "number" in kinds and "integer" in kinds:
        kinds.remove("integer")
    kind: Any = kinds[0] if len(kinds) == 1 else kinds
    return {"type": kind, "const": values[0]} if len(values) == 1 else {"type": kind, "enum": values}


def kind_of(value: Any) -> str:
    """The type of a literal."""
    if isinstance(value, bool):
        return "boolean"
    return "integer" if isinstance(value, int) else "number" if isinstance(value, float) else (
        "null" if value is None else "string"
    )  # fmt: skip


def _nullable(schema: Schema) -> Schema:
    values = literals(schema)
    if values is not None:
        return enum([*values, None])
    kind = schema.get("type")
    if not isinstance(kind, str) or kind == "object":
        return {"anyOf": [schema, {"type": "null"}]}
    return {**schema, "type": [kind, "null"]}


def options_of(schema: Schema, resolve: Callable[[Schema], Schema]) -> list[Schema]:
    """What a schema is a union of, its references followed."""
    schema = resolve(schema)
    if "anyOf" in schema:
        return [inner for one in schema["anyOf"] for inner in options_of(one, resolve)]
    kinds = schema.get("type")
    if isinstance(kinds, list) and "enum" not in schema:
        return [{**schema, "type": kind} if kind != "null" else {"type": "null"} for kind in kinds]
    return [schema]


def intersection(left: Schema, right: Schema, resolve: Callable[[Schema], Schema]) -> Schema:
    """What is both. Raises ValueError where that comes to too many options."""
    if left == {} or left is right:
        return right
    if right == {}:
        return left
    lefts, rights = options_of(left, resolve), options_of(right, resolve)
    if len(lefts) * len(rights) > MOST:
        raise ValueError(f"it comes to more than {MOST} combinations")
    if len(lefts) == len(rights) == 1:
        return _both(lefts[0], rights[0], resolve)
    return union([_both(one, other, resolve) for one in lefts for other in rights])


def _both(left: Schema, right: Schema, resolve: Callable[[Schema], Schema]) -> Schema:
    if left == {} or left == right:
        return right
    if right == {}:
        return left
    if is_object(left) and is_object(right):
        return _objects(left, right, resolve)
    if is_object(left) != is_object(right):  # `string & { __brand: "Id" }`: the object is only for the compiler
        scalar, other = (right, left) if is_object(left) else (left, right)
        return (
            scalar
            if scalar.get("type") in ("string", "number", "integer", "boolean") and "properties" in other
            else (scalar if other == {"type": "object", "additionalProperties": True} else NEVER)
        )
    for one, other in ((left, right), (right, left)):
        values = literals(one)
        if values is not None:
            others = literals(other)
            kept = [
                value
                for value in values
                if (value in others if others is not None else kind_of(value) in _kinds(other))
            ]
            return enum(kept) if kept else NEVER
    if set(_kinds(left)) & set(_kinds(right)):
        return {**left, **right}
    return NEVER


def _kinds(schema: Schema) -> list[str]:
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind] if isinstance(kind, str) else []
    return [*kinds, "integer"] if "number" in kinds else kinds


def is_object(schema: Schema) -> bool:
    """Whether it is an object of whatever properties."""
    return schema.get("type") == "object"


def _objects(left: Schema, right: Schema, resolve: Callable[[Schema], Schema]) -> Schema:
    properties: Schema = dict(left.get("properties", {}))
    required = list(left.get("required", []))
    for name, one in right.get("properties", {}).items():
        both = intersection(properties[name], one, resolve) if name in properties else one
        if both == NEVER and name in [*required, *right.get("required", [])]:
            return NEVER
        properties[name] = both
    required += [name for name in right.get("required", []) if name not in required]
    extras = [one["additionalProperties"] for one in (left, right) if one.get("additionalProperties") is not False]
    extra: Any = False
    for one in extras:
        extra = one if extra is False or extra is True else extra if one is True else intersection(extra, one, resolve)
    return object_of(properties, required, extra)


def object_of(properties: Schema, required: Sequence[str], extra: Any = False) -> Schema:
    """An object; `extra`: what further properties are."""
    if not properties and extra is not False:
        return {"type": "object", "additionalProperties": extra}
    needed = set(required)
    order = [name for name in properties if name in needed]
    return {"type": "object", "properties": properties, "required": order, "additionalProperties": extra}
