"""Which schema leads to which, how deep it nests, and whether something finite fits it. None of it recurses with the
`$ref`s: cycles end."""

from __future__ import annotations

from typing import Any

from playground.core.schemas.keywords import children, types_of, walk
from playground.core.schemas.pointers import escape, referred

_MOST_REACHED = 3000
"""Schemas that are looked at."""


def reaches(root: Any, start: str, pointer: str) -> bool:
    """Whether the schema at `start`, with all that its `$ref`s lead to, holds the one at `pointer`. Yes, too, where
    that is so much that nobody wants to have it copied."""
    seen = {start}
    stack = [start]
    left = _MOST_REACHED
    while stack:
        at = stack.pop()
        if pointer == at or pointer.startswith(f"{at}/"):
            return True
        found = referred(root, f"#{at}")
        for _, schema in walk(found[1] if found is not None else None):
            left -= 1
            if left < 0:
                return True
            target = referred(root, schema.get("$ref"))
            if target is not None and target[0] not in seen:
                seen.add(target[0])
                stack.append(target[0])
    return False


def unfolded(root: Any, start: str, most: int) -> int:
    """How many schemas a target has, when each `$ref` in it that has other keywords beside it is replaced by what it
    points to, and so on; more than `most` where that is many, or has no end."""
    count, stack = 0, [start]
    while stack and count <= most:
        found = referred(root, f"#{stack.pop()}")
        for _, schema in walk(found[1] if found is not None else None):
            count += 1
            target = referred(root, schema["$ref"]) if "$ref" in schema and len(schema) > 1 else None
            if target is not None:
                stack.append(target[0])
            if count > most:
                break
    return count


def targets(root: Any) -> dict[str, Any]:
    """What `$ref`s point to, by pointer."""
    found: dict[str, Any] = {}
    for _, schema in walk(root):
        if "$ref" in schema:
            target = referred(root, schema["$ref"])
            if target is not None and isinstance(target[1], dict):
                found[target[0]] = target[1]
    return found


def never_ending(root: Any, known: dict[str, Any] | None = None) -> list[str]:
    """The pointers of targets of `$ref`s that no finite document fits, because each would hold another. `known`: the
    targets, where somebody has them."""
    known = targets(root) if known is None else known
    users: dict[str, set[str]] = {}
    for pointer, schema in known.items():
        for _, inner in walk(schema):
            target = referred(root, inner.get("$ref"))
            if target is not None:
                users.setdefault(target[0], set()).add(pointer)
    finite: set[str] = set()
    waiting = list(known)
    while waiting:
        pointer = waiting.pop()
        if pointer not in finite and _ends(root, known[pointer], finite, known):
            finite.add(pointer)
            waiting += [one for one in users.get(pointer, ()) if one not in finite]
    return [pointer for pointer in known if pointer not in finite]


def _ends(root: Any, schema: Any, finite: set[str], known: dict[str, Any]) -> bool:
    """Whether something finite fits, given the targets for which that is known."""
    if not isinstance(schema, dict):
        return True
    target = referred(root, schema.get("$ref"))
    if target is not None and target[0] in known and target[0] not in finite:
        return False
    for name in ("anyOf", "oneOf"):
        branches = schema.get(name)
        if isinstance(branches, list) and branches and not any(_ends(root, one, finite, known) for one in branches):
            return False
    parts = schema.get("allOf")
    if isinstance(parts, list) and not all(_ends(root, one, finite, known) for one in parts):
        return False
    types = types_of(schema)
    if types and types != ("object",) and types != ("array",):
        return True  # something else than an object or an array fits
    least = schema.get("minItems")
    if "array" in types and isinstance(least, (int, float)) and least > 0:
        return _ends(root, schema.get("items"), finite, known)
    required, properties = schema.get("required"), schema.get("properties")
    if "object" in types and isinstance(required, list) and isinstance(properties, dict):
        return all(_ends(root, properties.get(name), finite, known) for name in required if isinstance(name, str))
    return True


def levels(root: Any) -> tuple[int, str]:
    """How deep properties are nested, the root being level 1, and where it is deepest. A `$ref` counts as what it
    points to, once: recursion has no depth."""
    depth_of: dict[str, tuple[int, str]] = {}
    return _levels(root, root, "", depth_of, {""})


def _levels(
    root: Any, schema: Any, pointer: str, known: dict[str, tuple[int, str]], open_: set[str]
) -> tuple[int, str]:
    """The levels below (and with) a schema."""
    best = (1, pointer)
    stack: list[tuple[Any, str, int]] = [(schema, pointer, 1)]
    while stack:
        one, at, depth = stack.pop()
        if one.__class__ is not dict:
            continue
        if depth > best[0]:
            best = (depth, at)
        for name, value in one.items():
            if name == "properties" and isinstance(value, dict):
                below = depth + 1
                if below > best[0] and value:
                    best = (below, f"{at}/properties/{escape(next(iter(value)))}")
                deeper = [(key, inner) for key, inner in value.items() if inner.__class__ is dict and _is_deeper(inner)]
                stack += [(inner, f"{at}/properties/{escape(key)}", below) for key, inner in deeper]
            elif name in _DEEPER and isinstance(value, (dict, list)):
                stack += [(inner, where, depth) for where, inner in children({name: value}, at)]
            elif name == "$ref":
                best = max(best, _through(root, value, at, depth, known, open_), key=lambda found: found[0])
    return best


def _is_deeper(schema: dict[str, Any]) -> bool:
    """Whether something below it can have properties: most schemas have nothing below."""
    return not _BELOW.isdisjoint(schema)


def _through(
    root: Any, ref: Any, pointer: str, depth: int, known: dict[str, tuple[int, str]], open_: set[str]
) -> tuple[int, str]:
    """The levels with what a `$ref` leads to."""
    target = referred(root, ref)
    if target is None or target[0] in open_ or len(open_) >= 100:
        return depth, pointer
    if target[0] not in known:
        open_.add(target[0])
        known[target[0]] = _levels(root, target[1], target[0], known, open_)
        open_.discard(target[0])
    return depth - 1 + known[target[0]][0], pointer


_DEEPER = frozenset(("items", "prefixItems", "anyOf", "oneOf", "allOf", "additionalProperties", "patternProperties"))
_BELOW = _DEEPER | {"properties", "$ref"}
