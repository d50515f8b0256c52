"""What `$ref`s point to, moved into `$defs`: before a fix changes or removes it where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from playground.core.schemas.keywords import HIDDEN, walk
from playground.core.schemas.pointers import at, escape, put, target_of, tokens

_PLAIN = re.compile(r"[^A-Za-z0-9_.-]+")
_REWRITING = frozenset(
    ("merge_all_of", "merge_partly", "distribute", "inline_ref", "inline_root", "map_to_list", "nullable_to_null")
)
"""Fixes that make a schema anew; only its definitions stay as they are."""
ROOTS = ("$schema", "$id", "$defs", "definitions")
"""What stays at the root when its schema becomes another."""
_HOLDERS = frozenset(("properties", "items", "schemas", "components", "anyOf", "oneOf", "allOf", "prefixItems"))


def retarget(root: Any, moved: Callable[[str], str]) -> None:
    """Change every `$ref` within the document."""
    for _, schema in walk(root, hidden=True):
        for name in ("$ref", HIDDEN + "$ref"):
            pointer = target_of(schema[name]) if isinstance(schema.get(name), str) else None
            new = moved(pointer) if pointer is not None else pointer
            if new is not None and new != pointer:
                schema[name] = "#" + new.replace("%", "%25")


def is_definition(pointer: str) -> bool:
    """Whether a pointer is the document itself or one of its definitions: what servers take in a `$ref`."""
    return pointer == "" or (pointer.startswith(("/$defs/", "/definitions/")) and pointer.count("/") == 2)


def inside(pointer: str, kind: str, argument: Any) -> Callable[[str], bool] | None:
    """Which targets a fix would change or remove on its way; None where it leaves all of them as they are, or is what
    they are said to become."""
    if kind == "drop":
        within = tuple(f"{pointer}/{escape(name)}/" for name in argument)
    elif kind == "tuple_to_list":
        within = (f"{pointer}/prefixItems/", f"{pointer}/items/")
    elif kind == "one_of_to_any_of":
        within = (f"{pointer}/oneOf/",)
    elif kind == "require_nullable":
        within = (f"{pointer}/properties/{escape(argument)}/",)
    elif kind == "drop_branch":
        within = (f"{pointer}/anyOf/",)
    elif kind in _REWRITING:
        within = (f"{pointer}/",)
    else:
        return None
    kept = (f"{pointer}/$defs/", f"{pointer}/definitions/") if kind in _REWRITING else ()

    def wanted(target: str) -> bool:
        step = f"{target}/"
        return step.startswith(within) and step not in (f"{pointer}/",) and not (kept and step.startswith(kept))

    return wanted


def is_in_the_way(root: Any, fixes: list[tuple[str, str, Any]]) -> bool:
    """Whether a `$ref` points to something that one of the fixes (pointer, kind, argument) would change or remove."""
    targets = [pointer for pointer in _targets(root) if _is_schema(root, pointer)]
    if not targets:
        return False
    changed = [wanted for fix in fixes if (wanted := inside(*fix)) is not None]
    return any(wanted(pointer) for wanted in changed for pointer in targets)


def hoist(root: Any, wanted: Callable[[str], bool]) -> list[str]:
    """Move the targets of `$ref`s that are wanted into `$defs`, and leave a `$ref` in place of each. The same documents
    are accepted. Gives where they were."""
    done: list[str] = []
    if not isinstance(root, dict) or not isinstance(root.get("$defs", {}), dict):
        return done
    while pointers := _outermost(root, wanted):
        definitions = root.setdefault("$defs", {})
        moved: dict[str, str] = {}
        for pointer in pointers:
            name = _free_name(pointer, definitions)
            target = at(root, pointer)
            put(root, pointer, {"$ref": f"#/$defs/{escape(name)}"})
            definitions[name] = target
            moved[pointer] = f"/$defs/{escape(name)}"
        retarget(root, partial(_moved, moved))
        done += pointers
    return done


def _moved(moved: dict[str, str], pointer: str) -> str:
    """Where what was there is now."""
    before = pointer
    while before:
        if before in moved:
            return moved[before] + pointer[len(before) :]
        before = before.rpartition("/")[0]
    return pointer


def _outermost(root: Any, wanted: Callable[[str], bool]) -> list[str]:
    """The targets that are wanted, are there, and are not within another such."""
    found = {pointer for pointer in set(_targets(root)) if wanted(pointer) and _is_schema(root, pointer)}
    return sorted(pointer for pointer in found if not _ups(pointer, found))


def _ups(pointer: str, found: set[str]) -> list[str]:
    """Those of the pointers that hold another."""
    above = []
    while pointer:
        pointer = pointer.rpartition("/")[0]
        if pointer in found:
            above.append(pointer)
    return above


def _targets(root: Any) -> Iterable[str]:
    for _, schema in walk(root, hidden=True):
        for name in ("$ref", HIDDEN + "$ref"):
            pointer = target_of(schema[name]) if isinstance(schema.get(name), str) else None
            if pointer and not is_definition(pointer):
                yield pointer


def _is_schema(root: Any, pointer: str) -> bool:
    try:
        return isinstance(at(root, pointer), dict) and pointer not in ("/$defs", "/definitions")
    except (LookupError, ValueError):
        return False


def _free_name(pointer: str, taken: dict[str, Any]) -> str:
    """A name out of the last steps of a pointer that say something."""
    steps = [step for step in tokens(pointer) if step not in _HOLDERS and not step.isdecimal()]
    if steps and tokens(pointer)[-1] == "items":
        steps[-1] += "_item"
    name = _PLAIN.sub("_", steps[-1]).strip("_")[:48] if steps else ""
    name = free = name or "part"
    number = 2
    while free in taken:
        free = f"{name}_{number}"
        number += 1
    return free
