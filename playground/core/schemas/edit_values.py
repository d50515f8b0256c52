"""Edits of what a single schema says: its type, whether null is allowed, its values, its constraints.

Another type keeps what fits: annotations, and the constraints that the new type has too.
"""

from __future__ import annotations

from typing import Any

from playground.core.schemas.edit_base import (
    Edited,
    EditError,
    follow,
    kept,
    repointed,
    schema_at,
    with_at,
    with_key,
    without,
)
from playground.core.schemas.keywords import ANNOTATIONS, KEYWORDS, TYPES, has_type, same, type_of, types_of

KINDS = ("string", "integer", "number", "boolean", "object", "array", "enum", "const", "any of", "null")
"""What `set_type` takes."""
UNSET = object()
"""For `set_keyword`: take the keyword away."""
_NULL = {"type": "null"}
_STAY = ANNOTATIONS | {"$defs", "definitions"}
"""What stands beside an anyOf of the rest."""
_MEMBERS = {"object": ("properties", "patternProperties"), "array": ("items", "prefixItems")}
_CHOICES = 20
"""Numbers of a range that become values of an enum by themselves."""


def is_null(schema: Any) -> bool:
    """Whether only null fits, as an option of an anyOf says it."""
    return isinstance(schema, dict) and (schema.get("type") == "null" or schema == {"const": None})


def unwrapped(schema: dict[str, Any], pointer: str) -> tuple[dict[str, Any], str]:
    """Of an anyOf of one thing and null: that thing, and where it stands. Else the schema itself."""
    options = schema.get("anyOf")
    if isinstance(options, list) and len(options) == 2 and not types_of(schema) and "$ref" not in schema:
        for number in (0, 1):
            if is_null(options[1 - number]) and isinstance(options[number], dict) and not is_null(options[number]):
                return options[number], f"{pointer}/anyOf/{number}"
    return schema, pointer


def is_nullable(schema: dict[str, Any]) -> bool:
    """Whether null is said to be allowed beside something else."""
    types = types_of(schema)
    if types:
        return "null" in types and len(types) > 1
    options = schema.get("anyOf")
    if isinstance(options, list):
        return len(options) > 1 and any(map(is_null, options))
    values = schema.get("enum")
    return isinstance(values, list) and len(values) > 1 and None in values


def kind_of(schema: dict[str, Any]) -> str:
    """What a schema is first of all: one of KINDS, "reference", "several" types, or "anything"."""
    inner, _ = unwrapped(schema, "")
    if "$ref" in inner:
        return "reference"
    if "const" in inner:
        return "const"
    if "enum" in inner:
        return "enum"
    if "anyOf" in inner or "oneOf" in inner:
        return "any of"
    types = [one for one in types_of(inner) if one != "null"] or list(types_of(inner))[:1]
    if len(types) > 1:
        return "several"
    if types:
        return types[0] if types[0] in TYPES else "anything"
    found = next((kind for kind, keywords in _MEMBERS.items() if any(word in inner for word in keywords)), "anything")
    return found


def set_type(root: Any, pointer: str, kind: str) -> Edited:
    """Another type for the schema at a pointer. Null stays allowed where it was, annotations stay, and constraints
    that the new type has; what a `$ref` leads to is not lost: then it raises EditError."""
    if kind not in KINDS:
        raise EditError(f"There is no type “{kind}”.")
    schema = schema_at(root, pointer)
    nullable = is_nullable(schema)
    inner, where = unwrapped(schema, pointer)
    base = inner if inner is schema else {**inner, **without(schema, "anyOf")}
    made = _of_kind(base, kind)
    if kind != "null" and nullable:
        made = _nullable(made)
    after = with_at(root, pointer, made)
    if where != pointer:
        after = repointed(after, follow(where, pointer))
    return Edited(kept(root, after, "Its type cannot change"), pointer)


def _of_kind(base: dict[str, Any], kind: str) -> dict[str, Any]:
    """A schema of one kind, not nullable."""
    if kind == "any of":
        notes = {key: one for key, one in base.items() if key in _STAY}
        options = base.get("anyOf") or base.get("oneOf")
        rest = {key: one for key, one in base.items() if key not in notes}
        return {**notes, "anyOf": options if isinstance(options, list) else [rest or {"type": "string"}, _OTHER]}
    values = _values(base)
    if kind in ("enum", "const"):
        scalar = {key: one for key, one in base.items() if _fits(key, ("string", "number"))}
        scalar = without(scalar, "type", "enum", "const")
        if kind == "const":
            first = values[0] if values else "value"
            return with_key(with_key(scalar, "type", type_of(first)), "const", first)
        types = {type_of(one) for one in values}
        named = types.pop() if len(types) == 1 else "number" if types == {"integer", "number"} else None
        made = with_key(scalar, "enum", values or ["value"])
        return with_key(made, "type", named or "string") if named or not values else made
    made = {key: one for key, one in base.items() if _fits(key, (kind,))}
    made = with_key(without(made, "type", "enum", "const"), "type", kind)
    if "default" in made and not has_type(made["default"], (kind,)):
        made = without(made, "default")
    if kind == "object":
        for key, one in (("properties", {}), ("required", []), ("additionalProperties", False)):
            made = made if key in made or (key != "properties" and "properties" in base) else with_key(made, key, one)
    if kind == "array" and "items" not in made and "prefixItems" not in made:
        made = with_key(made, "items", {"type": "string"})
    return made


_OTHER = {"type": "string"}


def _fits(keyword: str, types: tuple[str, ...]) -> bool:
    """Whether a keyword has a meaning for one of the types."""
    if keyword in ("$ref", "anyOf", "oneOf"):
        return False
    known = KEYWORDS.get(keyword)
    numbers = ("number",) if "integer" in types else ()
    return known is None or not known.types or bool(known.types.intersection((*types, *numbers)))


def _values(base: dict[str, Any]) -> list[Any]:
    """The values that a schema lists, or that can be listed; null left out."""
    values = base.get("enum")
    if isinstance(values, list) and values:
        return [one for one in values if one is not None] or ["value"]
    if "const" in base:
        return [base["const"]]
    types = types_of(base)
    if "boolean" in types:
        return [True, False]
    low, high = base.get("minimum"), base.get("maximum")
    if "integer" in types:
        if type(low) is int and type(high) is int and 0 <= high - low < _CHOICES:
            return list(range(low, high + 1))
        return [low if type(low) is int else 1]
    if "number" in types:
        return [low if isinstance(low, (int, float)) and not isinstance(low, bool) else 1]
    return []


def set_nullable(root: Any, pointer: str, on: bool) -> Edited:
    """Whether null is allowed beside what the schema says. A `$ref`, a const and other schemas without a type become
    an anyOf, and are themselves again after it; `$ref`s into them follow."""
    schema = schema_at(root, pointer)
    if is_nullable(schema) == on:
        return Edited(root, pointer)
    if not on:
        made = _not_nullable(schema)
        inner, where = unwrapped(schema, pointer)
        after = with_at(root, pointer, made)
        if inner is not schema and "anyOf" not in made:
            after = repointed(after, follow(where, pointer))
        elif isinstance(options := schema.get("anyOf"), list) and inner is schema:
            after = _options_left(after, pointer, options)
        return Edited(kept(root, after, "Null cannot be taken away"), pointer)
    if is_null(schema):
        raise EditError("Only null is allowed there: choose another type first.")
    made = _nullable(schema)
    after = with_at(root, pointer, made)
    if "anyOf" in made and "anyOf" not in schema:
        wrapped = {f"{pointer}/{key}" for key in schema if key not in _STAY}
        size = len(pointer)

        def moved(target: str) -> str:
            if not target.startswith(f"{pointer}/"):
                return target
            head = f"{pointer}/{target[size + 1 :].partition('/')[0]}"
            return f"{pointer}/anyOf/0{target[size:]}" if head in wrapped else target

        after = repointed(after, moved)
    return Edited(after, pointer)


def _options_left(root: Any, pointer: str, options: list[Any]) -> Any:
    """`$ref`s into the options that have another number without null."""
    old = [number for number, one in enumerate(options) if not is_null(one)]
    for new, number in enumerate(old):
        if new != number:
            root = repointed(root, follow(f"{pointer}/anyOf/{number}", f"{pointer}/anyOf/{new}"))
    return root


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    types = types_of(schema)
    if types and "const" not in schema:
        made = {**schema, "type": [*types, "null"]}
        values = schema.get("enum")
        if isinstance(values, list) and None not in values:
            made["enum"] = [*values, None]
        return made
    values = schema.get("enum")
    if isinstance(values, list) and "const" not in schema:
        return {**schema, "enum": [*values, None]}
    options = schema.get("anyOf")
    if isinstance(options, list) and not types and "$ref" not in schema:
        return {**schema, "anyOf": [*options, dict(_NULL)]}
    stay = {key: one for key, one in schema.items() if key in _STAY}
    return {**stay, "anyOf": [without(schema, *stay), dict(_NULL)]}


def _not_nullable(schema: dict[str, Any]) -> dict[str, Any]:
    types = types_of(schema)
    values = schema.get("enum")
    made = dict(schema)
    if isinstance(values, list) and None in values:
        left = [one for one in values if one is not None]
        if not left:
            raise EditError("Only null is listed there: list other values first.")
        made["enum"] = left
    if types:
        left_types = [one for one in types if one != "null"]
        return {**made, "type": left_types[0] if len(left_types) == 1 else left_types}
    options = schema.get("anyOf")
    if not isinstance(options, list):
        return made
    left = [one for one in options if not is_null(one)]
    rest = without(made, "anyOf")
    only = left[0] if len(left) == 1 else None
    if isinstance(only, dict) and not rest.keys() & only.keys() and rest.keys() <= _STAY:
        return {**rest, **only} if "type" not in only else {**only, **rest}
    return {**made, "anyOf": left}


def set_enum(root: Any, pointer: str, values: list[Any]) -> Edited:
    """The values that are allowed. Null stays one where it is allowed, and the type becomes that of the values.

    Raises EditError for none.
    """
    schema = schema_at(root, pointer)
    inner, where = unwrapped(schema, pointer)
    listed: list[Any] = []
    for one in values:
        if not any(same(one, other) for other in listed):
            listed.append(one)
    if not listed:
        raise EditError("A list of values needs at least one.")
    nullable = is_nullable(inner)
    if nullable and None not in listed:
        listed.append(None)
    types = list(dict.fromkeys(type_of(one) for one in listed))
    if "number" in types and "integer" in types:
        types.remove("integer")
    made = with_key(without(inner, "const"), "enum", listed)
    if types_of(inner) or "enum" not in inner:
        made = with_key(made, "type", types[0] if len(types) == 1 else types)
    return Edited(with_at(root, where, made), pointer)


def set_keyword(root: Any, pointer: str, name: str, value: Any) -> Edited:
    """A keyword's value; UNSET takes it away. In an anyOf with null, constraints go to the thing itself, and
    annotations stay outside. Raises EditError for a value that the keyword cannot have."""
    schema = schema_at(root, pointer)
    if name not in ANNOTATIONS:
        schema, where = unwrapped(schema, pointer)
    else:
        where = pointer
    known = KEYWORDS.get(name)
    if value is UNSET:
        made = without(schema, name)
    elif known is not None and not known.fits(value):
        raise EditError(f"“{name}” has to be {known.expected}.")
    else:
        made = with_key(schema, name, value)
    after = with_at(root, where, made)
    if known is not None and known.holds:
        after = kept(root, after, f"“{name}” cannot change")
    return Edited(after, pointer)


def add_option(root: Any, pointer: str) -> Edited:
    """One thing more that fits, in an anyOf or oneOf; the last but null."""
    schema = schema_at(root, pointer)
    name = "anyOf" if "anyOf" in schema or "oneOf" not in schema else "oneOf"
    options = schema.get(name, [])
    if not isinstance(options, list):
        raise EditError(f"“{name}” is no array there: mend it in the source.")
    at = len(options) - 1 if options and is_null(options[-1]) else len(options)
    made = with_key(schema, name, [*options[:at], {"type": "string"}, *options[at:]])
    after = with_at(root, pointer, made)
    if at < len(options):
        after = repointed(after, follow(f"{pointer}/{name}/{at}", f"{pointer}/{name}/{at + 1}"))
    return Edited(after, f"{pointer}/{name}/{at}")
