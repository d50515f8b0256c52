"""Fixes of the document as a whole: its root, its definitions. In place, as those in `fixes`."""

from __future__ import annotations

import copy
from typing import Any

from playground.core.schemas.hoisting import ROOTS, hoist, is_definition, retarget
from playground.core.schemas.keywords import ANNOTATIONS, KEYWORDS, NAMED
from playground.core.schemas.merging import inlined_ref
from playground.core.schemas.pointers import escape, referred


def become(schema: dict[str, Any], new: dict[str, Any]) -> bool:
    """Change a schema's whole content."""
    new = dict(new)
    schema.clear()
    schema.update(new)
    return True


def replace_key(schema: dict[str, Any], old: str, new: str, value: Any) -> None:
    """Another keyword in the place of one."""
    become(schema, {(new if name == old else name): (value if name == old else one) for name, one in schema.items()})


def wrap_root(root: Any, _: str, __: Any) -> bool:
    """The root becomes the property “result” of an object."""
    if not isinstance(root, dict):
        return False
    stays = {name: root[name] for name in ROOTS if name in root}
    prefix = "/properties/result"

    def moved(pointer: str) -> str:
        top = pointer.split("/", 2)[1] if "/" in pointer else ""
        return pointer if top in stays and KEYWORDS[top].holds == NAMED else prefix + pointer

    retarget(root, moved)
    inner = {name: value for name, value in root.items() if name not in stays}
    if isinstance(inner.get("oneOf"), list) and len(inner) == 1 and len(inner["oneOf"]) == 1:
        inner = inner["oneOf"][0]
    return become(root, {
        "type": "object", "properties": {"result": inner}, "required": ["result"], "additionalProperties": False,
        **stays,
    })  # fmt: skip


def inline_root(root: Any, _: str, __: Any) -> bool:
    """What the root's `$ref` points to comes to the root."""
    if not isinstance(root, dict) or not isinstance(root.get("$ref"), str):
        return False
    stays = {name: root[name] for name in ROOTS if name in root}
    beside = {name: value for name, value in root.items() if name not in stays and name != "$ref"}
    if beside.keys() <= ANNOTATIONS:  # where "#" is meant inside, it is the same as what is put here
        target = _target(root)
        new: Any = None if target is None else {**{n: v for n, v in target.items() if n not in ROOTS}, **beside}
    else:
        new = inlined_ref(root, {"$ref": root["$ref"], **beside}, "")
    return isinstance(new, dict) and become(root, {**copy.deepcopy(new), **stays})


def _target(root: dict[str, Any]) -> dict[str, Any] | None:
    """What the root's `$ref` leads to in the end."""
    schema = root
    for _ in range(20):
        found = referred(root, schema["$ref"])
        if found is None or found[1] is root or not isinstance(found[1], dict):
            return None
        schema = found[1]
        if "$ref" not in schema or schema.keys() - {"$ref"} - ANNOTATIONS:
            return schema  # or more is said there: that is the next to be mended
    return None


def define_refs(root: Any, _: str, __: Any) -> bool:
    """Every target of a `$ref` becomes a definition."""
    return bool(hoist(root, lambda pointer: not is_definition(pointer)))


def rename_definitions(root: Any, _: str, __: Any) -> bool:
    """`definitions` becomes `$defs`."""
    if not isinstance(root, dict) or not isinstance(root.get("definitions"), dict):
        return False
    old, there = root["definitions"], root.get("$defs", {})
    if not isinstance(there, dict):
        return False
    names: dict[str, str] = {}
    for name in old:
        new = name
        while new in there or new in names.values() or (new != name and new in old):
            new += "_"
        names[name] = new

    def moved(pointer: str) -> str:
        steps = pointer.split("/", 3)
        if len(steps) < 3 or steps[1] != "definitions":
            return pointer
        key = steps[2].replace("~1", "/").replace("~0", "~")
        return "/".join(["", "$defs", escape(names.get(key, key)), *steps[3:]])

    retarget(root, moved)
    merged = {**there, **{names[name]: value for name, value in old.items()}}
    root.pop("$defs", None)
    replace_key(root, "definitions", "$defs", merged)
    return True
