"""Definitions: schemas under a name that `$ref`s lead to. Made of what stands somewhere, used, and inlined again."""

from __future__ import annotations

import copy
from typing import Any

from playground.core.schemas.edit_base import (
    DEFS,
    Edited,
    EditError,
    follow,
    kept,
    place_of,
    ref_to,
    repointed,
    schema_at,
    short,
    with_at,
    with_key,
    without,
)
from playground.core.schemas.pointers import escape, last, referred

_ROOT_ONLY = ("$schema", "$id", *DEFS)


def definitions(root: Any) -> dict[str, str]:
    """The names of the document's definitions, by pointer, in their order."""
    found = {}
    for keyword in DEFS:
        inside = root.get(keyword) if isinstance(root, dict) else None
        for name in inside if isinstance(inside, dict) else ():
            found[f"/{keyword}/{escape(name)}"] = name
    return found


def add_definition(root: Any, name: str = "", schema: dict[str, Any] | None = None) -> Edited:
    """A definition more, the last. `name` "": one that is free."""
    whole = schema_at(root, "")
    keyword = next((word for word in DEFS if word in whole), DEFS[0])
    inside = whole.get(keyword, {})
    if not isinstance(inside, dict):
        raise EditError(f"“{keyword}” is no object: mend it in the source.")
    if name in inside:
        raise EditError(f"There is a definition {short(name)} already.")
    if not name:
        name, number = "definition", 2
        while name in inside:
            name, number = f"definition_{number}", number + 1
    made = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
    filled = {**inside, name: made if schema is None else schema}
    return Edited(with_key(whole, keyword, filled), f"/{keyword}/{escape(name)}")


def make_definition(root: Any, pointer: str, name: str = "") -> Edited:
    """What stands at a pointer becomes a definition, and a `$ref` to it takes its place. `name` "": the property's.

    The pointer is that of the `$ref`. Raises EditError for what is a definition, or a `$ref`, already.
    """
    place = place_of(root, pointer)
    if place.keyword in DEFS:
        raise EditError("It is a definition already.")
    schema = schema_at(root, pointer)
    if "$ref" in schema:
        raise EditError("It is a $ref already.")
    if not name:
        wanted = str(place.key) if isinstance(place.key, str) else last(place.parent) or "item"
        name, number = wanted, 2
        while name in definitions(root).values():
            name, number = f"{wanted}_{number}", number + 1
    made = add_definition(root, name, schema)
    after = with_at(made.value, pointer, {"$ref": ref_to(made.pointer)})
    inside, move = f"{pointer}/", follow(pointer, made.pointer)
    return Edited(repointed(after, lambda target: move(target) if target.startswith(inside) else target), pointer)


def use_definition(root: Any, pointer: str, target: str) -> Edited:
    """A `$ref` to the schema at `target` instead of what stands at a pointer."""
    place_of(root, pointer)
    if pointer == target:
        raise EditError("A schema that is only a $ref to itself says nothing.")
    schema_at(root, target)
    after = with_at(root, pointer, {"$ref": ref_to(target)})
    return Edited(kept(root, after, "It cannot become a $ref"), pointer)


def inline(root: Any, pointer: str) -> Edited:
    """What a `$ref` leads to, in its place; what stands beside the `$ref` stays and goes before it.

    Raises EditError where it leads nowhere, or to a schema that holds it: that would never end.
    """
    schema = schema_at(root, pointer)
    found = referred(root, schema.get("$ref"))
    if found is None or not isinstance(found[1], dict):
        raise EditError("The $ref leads nowhere in this document.")
    target = found[0]
    if pointer == target or pointer.startswith(f"{target}/"):
        raise EditError("It refers to what it is a part of: inlined it would never end.")
    made = copy.deepcopy(without(found[1], *_ROOT_ONLY))
    return Edited(with_at(root, pointer, {**made, **without(schema, "$ref")}), pointer)
