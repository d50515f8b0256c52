"""Rules about `$ref` and definitions, and whether some document fits at all."""

from __future__ import annotations

from typing import Any

from playground.core.schemas.checker import Checker, cut
from playground.core.schemas.hoisting import ROOTS, is_definition
from playground.core.schemas.keywords import ANNOTATIONS, HIDDEN, walk
from playground.core.schemas.merging import inlined_ref
from playground.core.schemas.pointers import at, referred, target_of
from playground.core.schemas.reach import never_ending, reaches

MOST_UNFOLDED = 300
"""Schemas that are put in place of a `$ref`; a larger one stays where it is."""


def _ref(checker: Checker, ref: str, schema: dict[str, Any], pointer: str) -> None:
    where = f"{pointer}/$ref"
    found = referred(checker.root, ref)
    if found is None:
        inside = ref.startswith("#")
        rule = "ref-missing" if inside else "ref-remote"
        anchor = inside and target_of(ref) is None
        why = "Anchors are not followed" if anchor else "There is nothing there" if inside else "It is not fetched"
        checker.tell(rule, where, f"“{cut(ref)}”: {why.lower() if not inside else why}.", node=pointer)
        return
    if not isinstance(found[1], dict):
        if not isinstance(found[1], bool):
            checker.tell("ref-missing", where, f"“{cut(ref)}” points to something that is no schema.", node=pointer)
        return
    checker.refs.append((pointer, found[0]))
    if "ref-elsewhere" in checker.profile.rules and not is_definition(found[0]):
        fix = checker.fix("Give it a name in $defs", "define_refs", "")
        words = f"“{cut(ref)}” points into the schema, not to one of its definitions."
        checker.tell("ref-elsewhere", where, words, (fix,), node=pointer)
    if len(schema) > 1 and "ref-siblings" in checker.profile.rules:
        _siblings(checker, schema, pointer, found[0])


def _siblings(checker: Checker, schema: dict[str, Any], pointer: str, target: str) -> None:
    """What stands beside a `$ref`."""
    beside = [name for name in schema if name != "$ref" and not name.startswith(HIDDEN)]
    if not pointer:
        beside = [name for name in beside if name not in ROOTS]
    if not beside:
        return
    said = [name for name in beside if name not in ANNOTATIONS]
    is_small = checker.unfolded(target, MOST_UNFOLDED) <= MOST_UNFOLDED
    can_be_here = pointer and is_small and not reaches(checker.root, target, pointer)
    if not pointer and (not said or _can_be_one(checker, schema, pointer)):
        fix = checker.fix("Put what the $ref points to here", "inline_root", "")
    elif can_be_here and (not said or _can_be_one(checker, schema, pointer)):
        fix = checker.fix("Put what it points to here", "inline_ref", pointer)
    elif not said:
        fix = checker.fix("Put the $ref into an anyOf", "wrap_ref", pointer)
    else:
        fix = checker.fix(
            "Take what stands beside it out, check it on the client", "drop", pointer, said, widens=True,
            loses=(f"{', '.join(cut(name, 20) for name in said)} {'is' if len(said) == 1 else 'are'} no longer "
                   "enforced by the server.",),
            checkable=tuple(said),
        )  # fmt: skip
    words = f"{', '.join(cut(name, 20) for name in beside[:4])} beside $ref."
    checker.tell("ref-siblings", f"{pointer}/$ref", words, (fix,), node=pointer)


def _can_be_one(checker: Checker, schema: dict[str, Any], pointer: str) -> bool:
    """Whether a `$ref` and what stands beside it can be written as one."""
    return not checker.is_tried() or bool(inlined_ref(checker.root, schema, pointer))


def _definitions(checker: Checker, value: dict[str, Any], schema: dict[str, Any], pointer: str) -> None:
    checker.tally.text += sum(map(len, value))


HANDLERS: dict[str, Any] = {"$ref": _ref, "$defs": _definitions, "definitions": _definitions}


def finish(checker: Checker) -> None:
    """What can be said when all `$ref`s are known."""
    root = checker.root
    if not checker.refs or not isinstance(root, dict):
        return
    looping = _looping(root, [pointer for pointer, _ in checker.refs])
    for pointer, _ in checker.refs:
        if pointer in looping:
            checker.tell("ref-loop", f"{pointer}/$ref", "It leads back to itself.", node=pointer)
    if looping or "never-ending" not in checker.profile.rules:
        return
    known = None if checker.unentered else {target: at(root, target) for _, target in checker.refs}
    for pointer in never_ending(root, known):
        if any(True for _ in walk(at(root, pointer))):
            name = f"“{cut(pointer.rpartition('/')[2])}”" if pointer else "It"
            checker.tell("never-ending", pointer, f"{name} has to hold another one of its kind, without end.")


def _looping(root: Any, pointers: list[str]) -> set[str]:
    """Those from which following `$ref`s only comes back. Each schema is looked at once."""
    ends: dict[str, bool] = {}
    for start in pointers:
        way, pointer = [], start
        while pointer not in ends:
            ends[pointer] = False  # until the way is at its end: who comes here again goes in a circle
            way.append(pointer)
            schema = at(root, pointer)
            found = referred(root, schema.get("$ref")) if isinstance(schema, dict) else None
            if found is None:
                ends[pointer] = True
                break
            pointer = found[0]
        ends.update(dict.fromkeys(way, ends[pointer]))
    return {pointer for pointer in pointers if not ends[pointer]}
