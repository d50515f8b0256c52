"""Rules about keywords as such, and about anyOf, oneOf and allOf."""

from __future__ import annotations

from typing import Any

from playground.core.schemas.check_objects import tuple_to_list, without_any_of
from playground.core.schemas.checker import Checker, cut, shown
from playground.core.schemas.disjoint import are_disjoint
from playground.core.schemas.findings import Fix
from playground.core.schemas.keywords import ANNOTATIONS, BARE, HIDDEN
from playground.core.schemas.merging import distributed, merged_all_of, partly_merged
from playground.core.schemas.pointers import at, escape, referred

_TOGETHER = {"if": ("then", "else"), "contains": ("minContains", "maxContains")}
_FOLLOWS = {"then": "if", "else": "if", "minContains": "contains", "maxContains": "contains"}
_ALONE = frozenset(("anyOf", "oneOf", "$defs", "definitions")) | ANNOTATIONS


def said_about(checker: Checker, rule: str, name: str, schema: dict[str, Any], pointer: str, misplaced: bool) -> None:
    """A keyword that is not supported, or that has a rule of its own. `misplaced`: it constrains other types."""
    value = schema[name]
    if name in _FOLLOWS and _FOLLOWS[name] in schema:
        return
    where = f"{pointer}/{escape(name)}"
    if rule == "all-of":
        _all_of(checker, schema, pointer)
    elif rule == "one-of":
        _one_of(checker, value, schema, pointer)
    elif rule == "default":
        fix = checker.fix("Move it into the description", "default_to_description", pointer)
        checker.tell(rule, where, f"The default {shown(value)} is not filled in by anything.", (fix,), node=pointer)
    elif rule == "nullable":
        _nullable(checker, value, pointer)
    elif rule == "definitions":
        fixes = () if pointer else (checker.fix("Rename it to $defs", "rename_definitions", ""),)
        checker.tell(rule, where, "definitions is the older name of $defs.", fixes, node=pointer)
    else:
        _unsupported(checker, rule, name, schema, pointer, misplaced)


def _unsupported(checker: Checker, rule: str, name: str, schema: dict[str, Any], pointer: str, misplaced: bool) -> None:
    value = schema[name]
    said = {"keyword-refused": "is not supported", "keyword-ignored": "has no effect"}
    words = f"{name} {said.get(rule, 'is in no list of supported keywords')}."
    where = f"{pointer}/{escape(name)}"
    if name == "prefixItems" and isinstance(value, list):
        fix = tuple_to_list(checker, schema, pointer)
        checker.tell(rule, where, words, (fix,), node=pointer)
        return
    names = [name, *(one for one in _TOGETHER.get(name, ()) if one in schema)]
    if name in BARE or misplaced:
        fix = checker.fix(f"Remove “{name}”", "drop", pointer, names)
    else:
        said_by = "not held to by this server" if rule == "keyword-ignored" else "no longer enforced by the server"
        text = f"{name} {shown(value, 40)}" if not isinstance(value, (dict, list)) else name
        loses = [f"{text} is {said_by}."]
        narrows = name == "patternProperties" and "additionalProperties" in schema
        if narrows:
            loses.append("Properties whose names match are no longer accepted.")
        fix = checker.fix(
            f"Take “{name}” out, check it on the client", "drop", pointer, names, widens=True, narrows=narrows,
            loses=tuple(loses), checkable=tuple(names),
        )  # fmt: skip
    checker.tell(rule, where, words, (fix,), node=pointer)


def _nullable(checker: Checker, value: Any, pointer: str) -> None:
    if value:
        fix = checker.fix("Accept null", "nullable_to_null", pointer, widens=True,
                          loses=("null is accepted, as OpenAPI means it.",))  # fmt: skip
    else:
        fix = checker.fix("Remove “nullable”", "drop", pointer, ["nullable"])
    checker.tell("nullable", f"{pointer}/nullable", "nullable is no keyword of JSON Schema.", (fix,), node=pointer)


def _all_of(checker: Checker, schema: dict[str, Any], pointer: str) -> None:
    merged = merged_all_of(checker.root, schema, pointer) if checker.is_tried() else {}
    if merged is False:
        words = "allOf is not supported, and here no document fits all of its parts: one of them has to change."
        checker.tell("all-of", f"{pointer}/allOf", words, _without_branch(checker, pointer), node=pointer)
        return
    fixes: tuple[Fix, ...] = ()
    if merged is not None:
        fixes = (checker.fix("Merge it into one schema", "merge_all_of", pointer),)
    elif partly_merged(checker.root, schema, pointer) is not None:
        part = checker.fix(
            "Merge what can be, check all of it on the client", "merge_partly", pointer, widens=True,
            checkable=("allOf",), loses=("Not all that allOf asks for is still enforced by the server.",),
        )  # fmt: skip
        fixes = (part,)
    out = checker.fix(
        "Take allOf out, check it on the client", "drop", pointer, ["allOf"], widens=True, checkable=("allOf",),
        loses=("What allOf asks for is no longer enforced by the server.",), automatic=not fixes,
    )  # fmt: skip
    fixes = (*fixes, out)
    checker.tell("all-of", f"{pointer}/allOf", "allOf is not supported.", fixes, node=pointer)


def _without_branch(checker: Checker, pointer: str) -> tuple[Fix, ...]:
    """The fix of a schema that nothing fits, where it is one alternative of several."""
    holder, _, number = pointer.rpartition("/")
    if not holder.endswith("/anyOf") or len(at(checker.root, holder)) < 2:
        return ()
    where = holder.removesuffix("/anyOf")
    return (checker.fix("Remove this alternative, which nothing fits", "drop_branch", where, int(number)),)


def _one_of(checker: Checker, branches: Any, schema: dict[str, Any], pointer: str) -> None:
    if "anyOf" in schema:
        fix = checker.fix(
            "Take oneOf out, check it on the client", "drop", pointer, ["oneOf"], widens=True, checkable=("oneOf",),
            loses=("What oneOf asks for is no longer enforced by the server.",),
        )  # fmt: skip
        checker.tell("one-of", f"{pointer}/oneOf", "oneOf is not permitted.", (fix,), node=pointer)
        return
    if are_disjoint(checker.root, branches):
        fix = checker.fix("anyOf instead", "one_of_to_any_of", pointer)
        words = "oneOf is not permitted. anyOf means the same here: no document fits two of the branches."
    else:
        fix = checker.fix(
            "anyOf instead", "one_of_to_any_of", pointer, True, widens=True, checkable=("oneOf",),
            loses=("A document that fits several branches of the oneOf is accepted.",),
        )  # fmt: skip
        words = "oneOf is not permitted. anyOf accepts a document that fits several of the branches, too."
    checker.tell("one-of", f"{pointer}/oneOf", words, (fix,), node=pointer)


def _any_of(checker: Checker, branches: list[Any], schema: dict[str, Any], pointer: str) -> None:
    beside = [name for name in schema if name not in _ALONE and not name.startswith(HIDDEN)]
    rules = checker.profile.rules
    if beside and "allOf" not in schema and "$ref" not in schema:
        mixed = "properties" in schema and "properties-and-anyof" in rules
        if "anyof-siblings" in rules or mixed:
            _beside_any_of(checker, schema, pointer, beside)
            return
    if "first-keys" in rules:
        _first_keys(checker, branches, pointer)


def _beside_any_of(checker: Checker, schema: dict[str, Any], pointer: str, beside: list[str]) -> None:
    rule = "anyof-siblings" if "anyof-siblings" in checker.profile.rules else "properties-and-anyof"
    words = f"{', '.join(cut(name, 20) for name in beside[:4])} beside anyOf."
    new = distributed(checker.root, schema, pointer) if checker.is_tried() else {}
    fixes: tuple[Fix, ...] = ()
    if new is False:
        words += " No document fits them and one of its branches."
    elif new is not None:
        fixes = (checker.fix("Put them into the branches", "distribute", pointer),)
    else:
        fixes = (without_any_of(checker, pointer),)
    checker.tell(rule, f"{pointer}/anyOf", words, fixes, node=pointer)


def _first_keys(checker: Checker, branches: list[Any], pointer: str) -> None:
    """The first properties of objects have other names, or can be told apart by what they are."""
    by_name: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for number, branch in enumerate(branches):
        if isinstance(branch, dict) and "$ref" in branch:
            found = referred(checker.root, branch["$ref"])
            branch = found[1] if found is not None else None
        properties = branch.get("properties") if isinstance(branch, dict) else None
        if isinstance(properties, dict) and properties:
            by_name.setdefault(next(iter(properties)), []).append((number, properties))
    for name, found_ in by_name.items():
        if len(found_) < 2 or are_disjoint(checker.root, [properties[name] for _, properties in found_]):
            continue
        number, properties = found_[-1]
        other = next((one for one in properties if one not in by_name), None)
        fixes: tuple[Fix, ...] = ()
        if other is not None and isinstance(branches[number], dict) and "$ref" not in branches[number]:
            fixes = (checker.fix(f"Write “{cut(other, 30)}” first", "move_first", f"{pointer}/anyOf/{number}", other),)
        words = f"{len(found_)} of the objects begin with “{cut(name)}”, which does not tell them apart."
        checker.tell("first-keys", f"{pointer}/anyOf", words, fixes, node=pointer)


HANDLERS: dict[str, Any] = {"anyOf": _any_of}
