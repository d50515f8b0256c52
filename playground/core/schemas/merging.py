"""Several schemas that all have to hold, as one that accepts the same documents; where that can be written."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, Literal

from playground.core.schemas.keywords import ANNOTATIONS, HIDDEN
from playground.core.schemas.merger import CannotMerge, Merger
from playground.core.schemas.pointers import referred
from playground.core.schemas.reach import reaches

MOST_BRANCHES = 100
"""Of an anyOf into which something is put."""
_UNSEEN = ("unevaluatedProperties", "unevaluatedItems")
_SAYS_NOTHING = ANNOTATIONS | {"$defs", "definitions"}


def merged_all_of(root: Any, schema: dict[str, Any], pointer: str) -> dict[str, Any] | Literal[False] | None:
    """A schema without its `allOf`: everything in one. None where that cannot be written in JSON Schema, False where
    no document fits all of it."""
    found = _together(root, schema, pointer)
    if found is None or found.left:
        return None
    return found.schema


def partly_merged(root: Any, schema: dict[str, Any], pointer: str) -> dict[str, Any] | None:
    """A schema without its `allOf`: as much of it as can be written in one, so that it accepts more. None where that
    is nothing."""
    found = _together(root, schema, pointer)
    if found is None or found.schema is False:
        return None
    merged = found.schema
    if merged.keys() <= _SAYS_NOTHING:
        for part in found.left:
            if isinstance(part, dict):
                return _with_part(merged, part)
    return merged


@dataclass
class _Merged:
    schema: dict[str, Any] | Literal[False]
    left: list[Any]
    """Parts that cannot be put together with the others."""


def _together(root: Any, schema: dict[str, Any], pointer: str) -> _Merged | None:
    """What is beside an `allOf` and its parts, as far as they can be written as one."""
    parts = schema.get("allOf")
    if not isinstance(parts, list):
        return None
    rest = {name: value for name, value in schema.items() if name != "allOf"}
    unseen = {name: rest.pop(name) for name in _UNSEEN if name in rest}  # they see what all the parts say
    saying = [part for part in [rest, *parts] if not isinstance(part, dict) or part.keys() - _SAYS_NOTHING]
    if len(saying) == 1 and isinstance(saying[0], dict):  # the others only tell: a $ref stays one
        merged: dict[str, Any] = {}
        for part in [rest, *parts]:
            merged = _with_part(merged, part)
        return _Merged({**merged, **unseen}, [])
    merger = Merger(root, pointer)
    whole: Any = {}
    left: list[Any] = []
    for part in [rest, *parts]:
        try:
            whole = merger.put_together(whole, part)
        except CannotMerge:
            if part is rest:
                return None
            left.append(part)
    if whole is False:
        return _Merged(False, [])
    if not isinstance(whole, dict):
        return None
    whole = {**whole, **unseen}
    if len(left) == 1 and whole.keys() <= _SAYS_NOTHING and isinstance(left[0], dict):
        return _Merged(_with_part(whole, left[0]), [])
    return _Merged(whole, left)


def _with_part(merged: dict[str, Any], part: Any) -> dict[str, Any]:
    """Annotations, and the one part of an allOf that says more."""
    return {**merged, **{name: copy.deepcopy(value) for name, value in part.items() if name not in merged}}


def inlined_ref(root: Any, schema: dict[str, Any], pointer: str) -> dict[str, Any] | Literal[False] | None:
    """A schema with what its `$ref` points to in place of it; what stands beside the `$ref` holds, too. None and False
    as for `merged_all_of`."""
    found = referred(root, schema.get("$ref"))
    beside = {name: value for name, value in schema.items() if name != "$ref"}
    if found is not None and isinstance(found[1], dict) and beside.keys() <= ANNOTATIONS:
        if reaches(root, found[0], pointer):
            return None
        target = {name: value for name, value in found[1].items() if name not in ("$defs", "definitions", "$id")}
        return {**beside, **{name: value for name, value in target.items() if name not in beside}}
    return _tried(root, pointer, schema)


def distributed(root: Any, schema: dict[str, Any], pointer: str) -> dict[str, Any] | Literal[False] | None:
    """An `anyOf` with what stands beside it put into each of its branches; those that nothing fits then are left out.
    None and False as for `merged_all_of`."""
    branches = schema.get("anyOf")
    if not isinstance(branches, list) or len(branches) > MOST_BRANCHES or any(name in schema for name in _UNSEEN):
        return None
    beside = {name: value for name, value in schema.items() if _is_beside(name)}
    new: list[Any] = []
    for merged in (_tried(root, pointer, beside, branch) for branch in branches):
        if merged is None:
            return None
        if merged is not False:
            new.append(merged)
    if not new:
        return False
    return {name: (new if name == "anyOf" else value) for name, value in schema.items() if name not in beside}


def _is_beside(name: str) -> bool:
    """Whether a keyword beside an anyOf says something about it."""
    return name not in _SAYS_NOTHING and name != "anyOf" and not name.startswith(HIDDEN)


def _tried(root: Any, pointer: str, *parts: Any) -> dict[str, Any] | Literal[False] | None:
    merger = Merger(root, pointer)
    merged: Any = {}
    try:
        for part in parts:
            merged = merger.put_together(merged, part)
    except CannotMerge:
        return None
    return merged if isinstance(merged, dict) or merged is False else None
