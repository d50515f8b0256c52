"""What all edits of a schema rest on: where a schema stands, another value in its place, and `$ref`s that follow.

A value is never changed: an edit copies the containers on the way to its place and shares the rest.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

from playground.core.schemas.keywords import KEYWORDS, MANY, NAMED, ONE, walk
from playground.core.schemas.pointers import at, escape, referred, target_of, tokens

DEFS = ("$defs", "definitions")
_ORDER = (
    "$schema $id $anchor $ref title type description enum const format pattern minLength maxLength minimum "
    "exclusiveMinimum maximum exclusiveMaximum multipleOf minItems maxItems uniqueItems anyOf oneOf allOf "
    "prefixItems items properties patternProperties required minProperties maxProperties additionalProperties "
    "default $defs definitions"
)
"""Where a keyword that was not there before is put: people read the type first, and the properties before what is
required of them."""
_RANKS = {name: rank for rank, name in enumerate(_ORDER.split())}


class EditError(ValueError):
    """Why something cannot be done, as a sentence."""


class Edited(NamedTuple):
    """Another schema, and the pointer of what was edited in it."""

    value: Any
    pointer: str


class Place(NamedTuple):
    """How a schema is held: `parent` is the pointer of the schema that holds it, by `keyword`, there under `key`: a
    name, a number in an array, or None where the keyword's value is the schema itself."""

    parent: str
    keyword: str
    key: str | int | None

    @property
    def holder(self) -> str:
        """The pointer of the keyword's value."""
        return f"{self.parent}/{escape(self.keyword)}"


def short(name: str) -> str:
    """A name as it is said in a sentence."""
    return f"“{name if len(name) <= 40 else name[:39] + '…'}”"


def schema_at(root: Any, pointer: str) -> dict[str, Any]:
    """The schema there. Raises EditError where there is none, or only true or false."""
    try:
        found = at(root, pointer)
    except (LookupError, ValueError):
        raise EditError("What was to be changed is not there any more.") from None
    if not isinstance(found, dict):
        raise EditError("What stands there is no schema with members: write it in the source.")
    return found


def with_at(root: Any, pointer: str, value: Any) -> Any:
    """The document with another value in one place. Raises EditError where the place is not there."""
    steps = tokens(pointer)
    chain: list[Any] = [root]
    try:
        for step in steps[:-1]:
            chain.append(at(chain[-1], f"/{escape(step)}"))
    except (LookupError, ValueError):
        raise EditError("What was to be changed is not there any more.") from None
    for container, step in zip(reversed(chain), reversed(steps), strict=True) if steps else ():
        if isinstance(container, dict):
            value = {**container, step: value}
        elif isinstance(container, list) and step.isascii() and step.isdecimal() and int(step) < len(container):
            value = [*container[: int(step)], value, *container[int(step) + 1 :]]
        else:
            raise EditError("What was to be changed is not there any more.")
    return value


def place_of(root: Any, pointer: str) -> Place:
    """How the schema at a pointer is held: only a walk from the root tells whether a step is a keyword or a name.

    Raises EditError for the root itself, and for what is no schema's place.
    """
    steps = tokens(pointer)
    parent, number = "", 0
    place: Place | None = None
    while number < len(steps):
        keyword = steps[number]
        holds = KEYWORDS[keyword].holds if keyword in KEYWORDS else 0
        holder = f"{parent}/{escape(keyword)}"
        key: str | int | None = None
        inside = at_or_none(root, holder)
        if (holds == NAMED and isinstance(inside, dict)) or (holds in (MANY, ONE) and isinstance(inside, list)):
            if number + 1 == len(steps):
                raise EditError("There is no schema.")
            step = steps[number + 1]
            key = int(step) if isinstance(inside, list) and step.isascii() and step.isdecimal() else step
            number += 1
        elif holds != ONE:
            raise EditError("There is no schema.")
        place = Place(parent, keyword, key)
        parent = holder if key is None else f"{holder}/{escape(str(key))}"
        number += 1
    if place is None:
        raise EditError("That is the whole schema.")
    return place


def at_or_none(root: Any, pointer: str) -> Any:
    """The value there, None where there is none."""
    try:
        return at(root, pointer)
    except (LookupError, ValueError):
        return None


def with_key(schema: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """A schema with a keyword: in its place, else where people look for it."""
    if name in schema or name not in _RANKS:
        return {**schema, name: value}
    rank, made, waiting = _RANKS[name], {}, True
    for key, one in schema.items():
        if waiting and _RANKS.get(key, -1) > rank:
            made[name], waiting = value, False
        made[key] = one
    if waiting:
        made[name] = value
    return made


def without(schema: dict[str, Any], *names: str) -> dict[str, Any]:
    """A schema without keywords."""
    return {key: one for key, one in schema.items() if key not in names}


# $refs


def ref_to(pointer: str) -> str:
    """The `$ref` that leads to a pointer of this document."""
    return "#" + pointer.replace("%", "%25")


def uses(root: Any, pointer: str) -> list[str]:
    """The pointers of the schemas whose `$ref` leads to one or into it, those inside it left out."""
    inside = f"{pointer}/"
    found = []
    for where, schema in walk(root):
        ref = schema.get("$ref")
        target = target_of(ref) if isinstance(ref, str) else None
        if target is not None and (target == pointer or target.startswith(inside)) and not where.startswith(inside):
            found.append(where)
    return found


def repointed(root: Any, moved: Callable[[str], str]) -> Any:
    """The document with the `$ref`s that lead to another place now: `moved` gives a pointer's new one. One that led
    nowhere before is left as it is."""
    changes: list[tuple[str, str]] = []
    for where, schema in walk(root):
        ref = schema.get("$ref")
        target = target_of(ref) if isinstance(ref, str) else None
        if target is not None and moved(target) != target:
            changes.append((where, ref_to(moved(target))))
    if len(changes) > 8:  # each copies its way: many at once are cheaper in a copy of all
        root = copy.deepcopy(root)
        for where, ref in changes:
            at(root, where)["$ref"] = ref
        return root
    for where, ref in changes:
        root = with_at(root, where, {**at(root, where), "$ref": ref})
    return root


def follow(old: str, new: str) -> Callable[[str], str]:
    """What `repointed` takes where a schema went from one pointer to another."""
    inside = f"{old}/"

    def moved(target: str) -> str:
        return new if target == old else new + target[len(old) :] if target.startswith(inside) else target

    return moved


def kept(before: Any, after: Any, words: str) -> Any:
    """`after`, if every `$ref` of it still leads somewhere that did. Raises EditError that begins with `words`."""
    lost = {ref: where for where, ref in _loose(after)}
    if lost:
        for _, ref in _loose(before):
            lost.pop(ref, None)
    if lost:
        ref, where = next(iter(lost.items()))
        raise EditError(f"{words}: the $ref “{ref[:80]}” at {where[:80] or 'the root'} leads to it. Change that first.")
    return after


def _loose(root: Any) -> list[tuple[str, str]]:
    """The `$ref`s that lead nowhere in this document."""
    found = []
    for where, schema in walk(root):
        ref = schema.get("$ref")
        if isinstance(ref, str) and target_of(ref) is not None and referred(root, ref) is None:
            found.append((where, ref))
    return found
