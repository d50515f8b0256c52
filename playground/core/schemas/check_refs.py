"""Rules about `$ref` and definitions, and whether some document fits at all."""

from __future__ import annotations

from typing import Any

from playground.core.schemas.checker import Checker, cut
from playground.core.schemas.keywords import ANNOTATIONS, HIDDEN, walk
from playground.core.schemas.pointers import at, escape, referred, target_of
from playground.core.schemas.reach import never_ending, reaches


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
    if len(schema) == 1 or "ref-siblings" not in checker.profile.rules or not pointer:
        return
    beside = [name for name in schema if name != "$ref" and not name.startswith(HIDDEN)]
    if not beside:
        return
    words = f"{', '.join(cut(name, 20) for name in beside[:4])} beside $ref."
    plain = all(name in ANNOTATIONS for name in beside)
    if reaches(checker.root, found[0], pointer):
        fixes = (checker.fix("Put the $ref into an anyOf", "wrap_ref", pointer),) if plain else ()
    else:
        fixes = (checker.fix("Put what it points to here", "inline_ref", pointer),)
    checker.tell("ref-siblings", where, words, fixes, node=pointer)


def _definitions(checker: Checker, value: dict[str, Any], schema: dict[str, Any], pointer: str) -> None:
    checker.tally.text += sum(map(len, value))


HANDLERS: dict[str, Any] = {"$ref": _ref, "$defs": _definitions, "definitions": _definitions}


def finish(checker: Checker) -> None:
    """What can be said when all `$ref`s are known."""
    root = checker.root
    if not checker.refs or not isinstance(root, dict):
        return
    looping = set()
    for pointer, _ in checker.refs:
        if _loops(root, pointer):
            looping.add(pointer)
            checker.tell("ref-loop", f"{pointer}/$ref", "It leads back to itself.", node=pointer)
    if looping or "never-ending" not in checker.profile.rules:
        return
    for pointer in never_ending(root):
        if any(True for _ in walk(at(root, pointer))):
            name = f"“{cut(pointer.rpartition('/')[2])}”" if pointer else "It"
            checker.tell("never-ending", pointer, f"{name} has to hold another one of its kind, without end.")


def _loops(root: Any, pointer: str) -> bool:
    """Whether following `$ref`s only comes back."""
    seen = set()
    while pointer not in seen:
        seen.add(pointer)
        schema = at(root, pointer)
        found = referred(root, schema.get("$ref")) if isinstance(schema, dict) else None
        if found is None:
            return False
        pointer = found[0]
    return True


def pointer_of(names: tuple[str, ...]) -> str:
    """A pointer of steps."""
    return "".join(f"/{escape(name)}" for name in names)
