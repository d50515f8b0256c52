"""What a schema says by other schemas: one of several, all of them, none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from playground.core.schemas.changes.comparing import Comparer, Place, both_flags, resolved
from playground.core.schemas.changes.holders import unsure
from playground.core.schemas.changes.model import Change
from playground.core.schemas.disjoint import are_disjoint
from playground.core.schemas.keywords import BARE, same, types_of

_MOST = 24
"""Branches that are each compared with each."""

Branch = tuple[Any, str]
"""A schema, and where it stands."""


def compare_alternatives(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> bool:
    """Whether one of the two is nothing but a choice between schemas, and so both were compared as choices: a schema
    alone is a choice of one. So `string` and `anyOf: [string, null]` differ in null only."""
    was, now = _branches(c.old_root, old, place.old), _branches(c.new_root, new, place.new)
    if was is None and now is None:
        return False
    mine = was if was is not None else [(_bare(old), place.old)]
    yours = now if now is not None else [(_bare(new), place.new)]
    _compare(c, _split(c.old_root, mine), _split(c.new_root, yours), place)
    return True


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name not in BARE}


def _branches(root: Any, schema: dict[str, Any], pointer: str) -> list[Branch] | None:
    names = [name for name in schema if name not in BARE and name not in ("$defs", "definitions")]
    if names not in (["anyOf"], ["oneOf"]):
        return None
    name = names[0]
    if name == "oneOf" and not are_disjoint(root, schema[name]):
        return None
    return [(one, f"{pointer}/{name}/{number}") for number, one in enumerate(schema[name])]


def _split(root: Any, branches: list[Branch]) -> list[Branch]:
    """Branches with one type each, since `["string", "null"]` is a choice, too."""
    found: list[Branch] = []
    for schema, pointer in branches:
        types = types_of(schema) if isinstance(schema, dict) and "$ref" not in schema else ()
        if len(types) > 1 and len(branches) + len(types) <= _MOST:
            found += [({**schema, "type": one}, f"{pointer}\x00{one}") for one in types]
        else:
            found.append((schema, pointer))
    return found


def _compare(c: Comparer, was: list[Branch], now: list[Branch], place: Place) -> None:
    """A choice with a choice: each branch of the new one has to fit into some branch of the old one, for readers; for
    writers the other way round."""
    if max(len(was), len(now)) > _MOST:
        _compare_many(c, was, now, place)
        return
    table = [[_apart(c, one, other, place) for other in now] for one in was]
    pairs = _pairs(c, table, was, now)
    fits = [any(both_flags(table[i][j])[0] is False for i in range(len(was))) for j in range(len(now))]
    holds = [any(both_flags(table[i][j])[1] is False for j in range(len(now))) for i in range(len(was))]
    for i, j in pairs:
        c.tell(table[i][j], readers=not fits[j], writers=not holds[i])
    mine, yours = {i for i, _ in pairs}, {j for _, j in pairs}
    for j, branch in enumerate(now):
        if j not in yours:
            _one(c, branch, place, is_new=True, breaks=not fits[j])
    for i, branch in enumerate(was):
        if i not in mine:
            _one(c, branch, place, is_new=False, breaks=not holds[i])


def _apart(c: Comparer, one: Branch, other: Branch, place: Place) -> list[Change]:
    return c.apart(one[0], other[0], Place(one[1], other[1], place.path, place.depth + 1))


def _pairs(c: Comparer, table: list[list[list[Change]]], was: list[Branch], now: list[Branch]) -> list[tuple[int, int]]:
    """Which branch became which: the same ones first, then those of one type, then by their places."""
    left, right = list(range(len(was))), list(range(len(now)))
    pairs: list[tuple[int, int]] = []

    def pair(i: int, j: int) -> None:
        pairs.append((i, j))
        left.remove(i)
        right.remove(j)

    for i in list(left):
        j = next((j for j in right if not table[i][j]), None)
        if j is not None:
            pair(i, j)
    for i in list(left):
        name = _type(c.old_root, was[i])
        j = next((j for j in right if name and _type(c.new_root, now[j]) == name), None)
        if j is not None:
            pair(i, j)
    if len(left) == len(right):
        for i, j in zip(list(left), list(right), strict=True):
            if "null" not in (_type(c.old_root, was[i]), _type(c.new_root, now[j])):
                pair(i, j)
    return sorted(pairs, key=lambda one: one[1])


def _type(root: Any, branch: Branch) -> str:
    schema = resolved(root, *branch)[0]
    types = types_of(schema) if isinstance(schema, dict) else ()
    return types[0] if len(types) == 1 else ""


def _one(c: Comparer, branch: Branch, place: Place, *, is_new: bool, breaks: bool) -> None:
    root = c.new_root if is_new else c.old_root
    name = _type(root, branch)
    here = replace(place, old=branch[1], new=branch[1])
    if name == "null":
        words = "May be null now." if is_new else "Is never null now."
        c.add(here if is_new else place, "nullable", words, is_new and breaks, not is_new and breaks)
        return
    what = _called(branch[0], name)
    words = f"May be {what} now, too." if is_new else f"Is never {what} now."
    c.add(here, "choice" if is_new else "removed", words, is_new and breaks, not is_new and breaks)


def _called(schema: Any, name: str) -> str:
    ref = schema.get("$ref") if isinstance(schema, dict) else None
    if isinstance(ref, str):
        return f"“{ref.rpartition('/')[2][:40]}”"
    title = schema.get("title") if isinstance(schema, dict) else None
    if isinstance(title, str) and title:
        return f"“{title[:40]}”"
    return {"": "something else", "object": "another object", "array": "another array"}.get(name, f"a {name}")


def _compare_many(c: Comparer, was: list[Branch], now: list[Branch], place: Place) -> None:
    """Too many to compare each with each: by their places, and where they are as many."""
    if len(was) == len(now):
        for one, other in zip(was, now, strict=True):
            c.tell(_apart(c, one, other, place))
    else:
        words = f"{len(was)} choices became {len(now)}: not compared."
        c.add(place, "unknown", words, None, None)


def compare_any_of(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> None:
    """Beside something else that narrows."""
    if "anyOf" not in old and "anyOf" not in new:
        return
    was = [(one, f"{place.old}/anyOf/{n}") for n, one in enumerate(old.get("anyOf", [{}]))]
    now = [(one, f"{place.new}/anyOf/{n}") for n, one in enumerate(new.get("anyOf", [{}]))]
    _compare(c, was, now, place)


def compare_one_of(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> None:
    """What fits one has to fit no other: so a branch that accepts more may make the whole accept less."""
    if "oneOf" not in old and "oneOf" not in new:
        return
    was, now = old.get("oneOf", [True]), new.get("oneOf", [True])
    if are_disjoint(c.old_root, was) and are_disjoint(c.new_root, now):
        _compare(c, [(one, f"{place.old}/oneOf/{n}") for n, one in enumerate(was)],
                 [(one, f"{place.new}/oneOf/{n}") for n, one in enumerate(now)], place)  # fmt: skip
    elif len(was) == len(now) and "oneOf" in old and "oneOf" in new:
        for number, (one, other) in enumerate(zip(was, now, strict=True)):
            c.tell(unsure(c.apart(one, other, place.step("oneOf", str(number), path=place.path), "=")))
    else:
        here = place.step("oneOf", path=place.path)
        c.add(here, "unknown", "Exactly one of other schemas has to fit: not compared.", None, None)


def compare_all_of(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> None:
    """Each part narrows by itself."""
    was, now = old.get("allOf", []), new.get("allOf", [])
    left = list(enumerate(was))
    right = []
    for number, one in enumerate(now):
        twin = next((pair for pair in left if same(pair[1], one) and "$ref" not in repr(one)), None)
        if twin is not None:
            left.remove(twin)
        else:
            right.append((number, one))
    for (i, one), (j, other) in zip(left, right, strict=False):
        here = Place(f"{place.old}/allOf/{i}", f"{place.new}/allOf/{j}", place.path, place.depth + 1)
        kinds = c.old_kinds, c.new_kinds
        c.node(one, other, here)
        c.old_kinds, c.new_kinds = kinds
    for number, one in left[len(right) :]:
        here = Place(f"{place.old}/allOf/{number}", place.new, place.path, place.depth + 1)
        c.tell(c.apart(one, True, here))
    for number, one in right[len(left) :]:
        here = Place(place.old, f"{place.new}/allOf/{number}", place.path, place.depth + 1)
        c.tell(c.apart(True, one, here))


def compare_not(c: Comparer, old: dict[str, Any], new: dict[str, Any], place: Place) -> None:
    """The more is forbidden, the less fits."""
    if "not" not in old and "not" not in new:
        return
    way = {"+": "-", "-": "+"}.get(c.way, c.way)
    here = place.step("not", path=f"{place.path} (not)".strip())
    changes = c.apart(old.get("not", False), new.get("not", False), here, way)
    c.tell(replace(one, breaks_readers=one.breaks_writers, breaks_writers=one.breaks_readers) for one in changes)
