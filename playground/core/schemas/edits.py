"""Edits of a schema's properties and definitions: each gives a new value, keeps the order and all that it does not
touch, and lets no `$ref` lead nowhere that led somewhere.

Every function takes the whole document and JSON pointers, and raises EditError, a sentence, where it cannot be done.
What a single schema says is edited in `edit_values`, definitions in `edit_defs`; both are to be had from here.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from playground.core.schemas.edit_base import (
    DEFS,
    Edited,
    EditError,
    Place,
    at_or_none,
    follow,
    kept,
    place_of,
    repointed,
    schema_at,
    short,
    uses,
    with_at,
    with_key,
    without,
)
from playground.core.schemas.edit_defs import add_definition, definitions, inline, make_definition, use_definition
from playground.core.schemas.edit_values import (
    KINDS,
    UNSET,
    add_option,
    is_nullable,
    kind_of,
    set_enum,
    set_keyword,
    set_nullable,
    set_type,
    unwrapped,
)
from playground.core.schemas.pointers import escape

__all__ = [
    "KINDS",
    "UNSET",
    "EditError",
    "Edited",
    "add_definition",
    "add_option",
    "add_property",
    "definitions",
    "duplicate",
    "inline",
    "is_nullable",
    "is_required",
    "kind_of",
    "make_definition",
    "move",
    "remove",
    "rename",
    "set_enum",
    "set_keyword",
    "set_nullable",
    "set_required",
    "set_type",
    "step",
    "unwrapped",
    "use_definition",
    "uses",
]

_NAMED = ("properties", "patternProperties", *DEFS)


def properties_of(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema's properties; raises EditError where they are no object."""
    found = schema.get("properties", {})
    if not isinstance(found, dict):
        raise EditError("“properties” is no object there: mend it in the source.")
    return found


def free_name(taken: Any, wanted: str) -> str:
    """`wanted`, or with the first number that nobody has."""
    number, name = 2, wanted
    while name in taken:
        name = f"{wanted}_{number}"
        number += 1
    return name


def is_required(root: Any, pointer: str) -> bool:
    """Whether a property has to be there. Raises EditError where the pointer is no property's."""
    place = _property(root, pointer)
    required = schema_at(root, place.parent).get("required")
    return isinstance(required, list) and place.key in required


def add_property(
    root: Any, pointer: str, name: str = "", schema: dict[str, Any] | None = None, index: int | None = None
) -> Edited:
    """A property more in the object schema at `pointer`, before the one at `index` (None: the last).

    It is required where all others are, as strict servers want it. `name` "": one that is free.
    """
    holder = schema_at(root, pointer)
    properties = properties_of(holder)
    if name in properties:
        raise EditError(f"There is a property {short(name)} already.")
    name = name or free_name(properties, "property")
    required = holder.get("required", [])
    strict = isinstance(required, list) and all(one in required for one in properties)
    made = {"type": "string"} if schema is None else schema
    holder = with_key(holder, "properties", _inserted(properties, name, made, index))
    if strict:
        holder = _with_required(holder, name)
    return Edited(with_at(root, pointer, holder), f"{pointer}/properties/{escape(name)}")


def rename(root: Any, pointer: str, name: str) -> Edited:
    """Another name for a property, a pattern or a definition, in the same place; `required` and `$ref`s follow."""
    place = place_of(root, pointer)
    if place.keyword not in _NAMED:
        raise EditError("It has no name of its own.")
    if not name:
        raise EditError("A name cannot be empty.")
    if name == place.key:
        return Edited(root, pointer)
    holder = schema_at(root, place.parent)
    members = holder[place.keyword]
    if name in members:
        raise EditError(f"There is {short(name)} already.")
    holder = {**holder, place.keyword: _renamed(members, str(place.key), name)}
    if place.keyword == "properties":
        holder = _rename_mentions(holder, str(place.key), name)
    new = f"{place.holder}/{escape(name)}"
    return Edited(repointed(with_at(root, place.parent, holder), follow(pointer, new)), new)


def remove(root: Any, pointer: str) -> Edited:
    """Without a property, a definition, an option of anyOf, or another part. The pointer is the one that holds it.

    Raises EditError while a `$ref` from elsewhere leads to it.
    """
    place = place_of(root, pointer)
    users = uses(root, pointer)
    if users:
        count = "a $ref leads" if len(users) == 1 else f"{len(users)} $refs lead"
        raise EditError(f"{count} to it, from {users[0][:80] or 'the root'}. Inline or change that first.")
    holder = schema_at(root, place.parent)
    inside = holder[place.keyword]
    if isinstance(inside, list) and isinstance(place.key, int):
        return _without_option(root, place, holder, inside)
    if place.key is None:
        holder = without(holder, place.keyword)
    else:
        holder = {**holder, place.keyword: without(inside, str(place.key))}
        if place.keyword == "properties":
            holder = _unrequired(holder, str(place.key))
        elif not holder[place.keyword]:
            holder = without(holder, place.keyword)
    return Edited(with_at(root, place.parent, holder), place.parent)


def duplicate(root: Any, pointer: str) -> Edited:
    """The same again below it, under a free name; required where it is."""
    place = place_of(root, pointer)
    schema = copy.deepcopy(at_or_none(root, pointer))
    holder = schema_at(root, place.parent)
    inside = holder[place.keyword]
    if isinstance(inside, list) and isinstance(place.key, int):
        at = place.key + 1
        root = with_at(root, place.holder, [*inside[:at], schema, *inside[at:]])
        return Edited(repointed(root, _shifted(place.holder, at, 1)), f"{place.holder}/{at}")
    if place.keyword not in _NAMED:
        raise EditError("There can be only one of it.")
    old = str(place.key)
    name = free_name(inside, old)
    holder = {**holder, place.keyword: _inserted(inside, name, schema, list(inside).index(old) + 1)}
    if place.keyword == "properties" and old in _required(holder):
        holder = _with_required(holder, name)
    return Edited(with_at(root, place.parent, holder), f"{place.holder}/{escape(name)}")


def move(root: Any, pointer: str, target: str, index: int | None = None) -> Edited:
    """A property before the one at `index` (None: last) of the object schema at `target`, in this or another object.

    `index` counts the target's properties as they are before. Whether it is required goes with it, and `$ref`s follow.
    """
    place = _property(root, pointer)
    name, source = str(place.key), schema_at(root, place.parent)
    if target == pointer or target.startswith(f"{pointer}/"):
        raise EditError("A property cannot be put into itself.")
    if target == place.parent:
        order = properties_of(source)
        at = len(order) if index is None else index
        if at > list(order).index(name):
            at -= 1
        moved = _inserted(without(order, name), name, order[name], at)
        return Edited(with_at(root, target, {**source, "properties": moved}), pointer)
    into = properties_of(schema_at(root, target))
    if name in into:
        raise EditError(f"There is a property {short(name)} already.")
    schema, needed = source["properties"][name], name in _required(source)
    left = _unrequired({**source, "properties": without(source["properties"], name)}, name)
    made = with_at(root, place.parent, left)
    holder = schema_at(made, target)
    holder = with_key(holder, "properties", _inserted(properties_of(holder), name, schema, index))
    if needed:
        holder = _with_required(holder, name)
    new = f"{target}/properties/{escape(name)}"
    made = repointed(with_at(made, target, holder), follow(pointer, new))
    return Edited(kept(root, made, "It cannot go there"), new)


def step(root: Any, pointer: str, by: int) -> Edited:
    """A property, definition or option up (-1) or down (1) among its siblings; at the end it stays."""
    place = place_of(root, pointer)
    inside = at_or_none(root, place.holder)
    if isinstance(inside, list) and isinstance(place.key, int):
        other = place.key + by
        if not 0 <= other < len(inside):
            return Edited(root, pointer)
        one, two = pointer, f"{place.holder}/{other}"
        swapped = list(inside)
        swapped[place.key], swapped[other] = swapped[other], swapped[place.key]
        there, back = follow(one, two), follow(two, one)
        made = with_at(root, place.holder, swapped)
        return Edited(repointed(made, lambda at: there(at) if there(at) != at else back(at)), two)
    if place.keyword not in _NAMED:
        return Edited(root, pointer)
    names, name = list(inside), str(place.key)
    at = min(max(names.index(name) + by, 0), len(names) - 1)
    return Edited(with_at(root, place.holder, _inserted(without(inside, name), name, inside[name], at)), pointer)


def set_required(root: Any, pointer: str, on: bool) -> Edited:
    """Whether a property has to be there."""
    place = _property(root, pointer)
    holder = schema_at(root, place.parent)
    if (place.key in _required(holder)) != on:
        holder = _with_required(holder, str(place.key)) if on else _unrequired(holder, str(place.key))
        root = with_at(root, place.parent, holder)
    return Edited(root, pointer)


def _property(root: Any, pointer: str) -> Place:
    place = place_of(root, pointer)
    if place.keyword != "properties" or at_or_none(root, pointer) is None:
        raise EditError("That is no property.")
    return place


def _inserted(members: dict[str, Any], name: str, value: Any, index: int | None) -> dict[str, Any]:
    """Members with one more, before the one at `index`."""
    entries = list(members.items())
    entries.insert(len(entries) if index is None else max(index, 0), (name, value))
    return dict(entries)


def _renamed(members: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    return {(new if key == old else key): one for key, one in members.items()}


def _required(schema: dict[str, Any]) -> list[Any]:
    found = schema.get("required")
    return found if isinstance(found, list) else []


def _with_required(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """With a name in `required`, after the ones that stand before it among the properties."""
    required = list(_required(schema))
    if name not in required:
        order = list(properties_of(schema))
        before = set(order[: order.index(name)]) if name in order else set(order)
        at = max((number + 1 for number, one in enumerate(required) if isinstance(one, str) and one in before),
                 default=0)  # fmt: skip
        required.insert(at, name)
    return with_key(schema, "required", required)


def _unrequired(schema: dict[str, Any], name: str) -> dict[str, Any]:
    if name not in _required(schema):
        return schema
    return {**schema, "required": [one for one in schema["required"] if one != name]}


def _rename_mentions(schema: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """The keywords beside `properties` that name one."""
    made = dict(schema)
    if old in _required(schema):
        made["required"] = [new if one == old else one for one in schema["required"]]
    for keyword in ("dependentRequired", "dependentSchemas"):
        by_name = schema.get(keyword)
        if isinstance(by_name, dict) and new not in by_name:
            made[keyword] = _renamed(by_name, old, new)
    named = made.get("dependentRequired")
    if isinstance(named, dict):
        made["dependentRequired"] = {
            key: [new if one == old else one for one in names] if isinstance(names, list) else names
            for key, names in named.items()
        }
    return made


def _without_option(root: Any, place: Place, holder: dict[str, Any], options: list[Any]) -> Edited:
    """Without one of several schemas. An array of none is no keyword's value."""
    assert isinstance(place.key, int)
    left = [*options[: place.key], *options[place.key + 1 :]]
    if not left:
        return Edited(with_at(root, place.parent, without(holder, place.keyword)), place.parent)
    root = with_at(root, place.holder, left)
    return Edited(repointed(root, _shifted(place.holder, place.key + 1, -1)), place.parent)


def _shifted(holder: str, first: int, by: int) -> Callable[[str], str]:
    """What `repointed` takes where the schemas of an array from `first` on have another number."""
    inside = f"{holder}/"

    def moved(target: str) -> str:
        if not target.startswith(inside):
            return target
        number, slash, rest = target[len(inside) :].partition("/")
        if not (number.isascii() and number.isdecimal() and len(number) < 10) or int(number) < first:
            return target
        return f"{inside}{int(number) + by}{slash}{rest}"

    return moved
