"""Rules about types, and about objects: closed, every property required."""

from __future__ import annotations

from typing import Any

from playground.core.schemas.checker import Checker, cut, listed
from playground.core.schemas.findings import Fix
from playground.core.schemas.keywords import ANNOTATIONS, KEYWORDS, TYPES, type_of, types_of
from playground.core.schemas.merging import distributed
from playground.core.schemas.pointers import escape, referred

_COMPOSED = ("allOf", "anyOf", "oneOf", "$ref")
_SAYS_TYPE = frozenset(_COMPOSED)
_MAP = ANNOTATIONS | {
    "type", "properties", "required", "additionalProperties", "propertyNames", "minProperties", "maxProperties"
}  # fmt: skip
_MAPS = (("object",), ("object", "null"), ("null", "object"))
_DECIDING = frozenset(("enum", "const", "allOf", "oneOf", "anyOf", "not", "$ref"))
"""What decides about null, besides the type."""
HANDLERS: dict[str, Any] = {}


def check_types(checker: Checker, schema: dict[str, Any], types: tuple[str, ...], pointer: str, holder: str) -> None:
    """A schema's type, and what follows from it."""
    if not types:
        if "type" not in schema and _SAYS_TYPE.isdisjoint(schema) and (pointer or holder):
            _untyped(checker, schema, pointer)
        if "properties" in schema:
            _object(checker, schema, pointer)
        return
    for name in types:
        if name == "object":
            _object(checker, schema, pointer)
        elif name == "array":
            if "items" not in schema:
                _array(checker, schema, pointer)
        elif name not in TYPES:
            known = ", ".join(TYPES)
            checker.tell("unknown-type", f"{pointer}/type", f"“{cut(name)}” is no type. There are {known}.",
                         node=pointer)  # fmt: skip


def _array(checker: Checker, schema: dict[str, Any], pointer: str) -> None:
    if "missing-items" not in checker.profile.rules:
        return
    if isinstance(schema.get("prefixItems"), list):
        words = "The array has no items: prefixItems alone does not say what is in it."
        checker.tell("missing-items", pointer, words, (tuple_to_list(checker, schema, pointer),))
        return
    fix = checker.fix("An array of strings", "add_items", pointer, {"type": "string"}, narrows=True, automatic=False,
                      loses=("Only strings are accepted in the array.",))  # fmt: skip
    checker.tell("missing-items", pointer, "The array does not say what is in it: it needs items.", (fix,))


def tuple_to_list(checker: Checker, schema: dict[str, Any], pointer: str) -> Fix:
    """The fix of an array that says what is at each place."""
    return checker.fix(
        "An array of any of these instead", "tuple_to_list", pointer, widens=True, narrows="items" not in schema,
        loses=("The order and number of the items are no longer enforced by the server.",), checkable=("prefixItems",),
    )  # fmt: skip


def derived_type(schema: dict[str, Any]) -> tuple[Any, bool] | None:
    """A type for a schema without one, and whether it accepts the same documents with it."""
    values = schema.get("enum") if isinstance(schema.get("enum"), list) else None
    if "const" in schema:
        values = [schema["const"]]
    if values:
        kinds = list(dict.fromkeys(type_of(value) for value in values))
        if "number" in kinds and "integer" in kinds:
            kinds.remove("integer")
        return (kinds[0] if len(kinds) == 1 else kinds), True
    meant = {of for name in schema if name in KEYWORDS for of in KEYWORDS[name].types}
    return (meant.pop(), False) if len(meant) == 1 else None


def _untyped(checker: Checker, schema: dict[str, Any], pointer: str) -> None:
    if "missing-type" not in checker.profile.rules:
        return
    found = derived_type(schema)
    if found is None:
        scalars = ["string", "number", "boolean", "null"]
        fix = checker.fix("Text, number, true or false, or null", "set_type", pointer, scalars, narrows=True,
                          automatic=False, loses=("Objects and arrays are no longer accepted.",))  # fmt: skip
        checker.tell("missing-type", pointer, "It has no type, so it accepts anything.", (fix,))
        return
    kind, exact = found
    listed_parts = exact and not {"object", "array"}.isdisjoint([kind] if isinstance(kind, str) else kind)
    name = kind if isinstance(kind, str) else " or ".join(kind)
    loses = () if exact else (f"Values that are no {name} are no longer accepted.",)
    fix = checker.fix(f"Say that it is {name}", "set_type", pointer, kind, narrows=not exact, loses=loses,
                      automatic=not listed_parts)  # fmt: skip
    checker.tell("missing-type", pointer, f"It has no type; by what it says it is {name}.", (fix,))


def root_fixes(checker: Checker, root: dict[str, Any], named: tuple[str, ...]) -> tuple[Fix, ...]:
    """What can be done about a root that is no object."""
    if "object" in named:
        only = checker.fix("Only an object", "set_type", "", "object", narrows=True,
                           loses=("null and other values are no longer accepted.",))  # fmt: skip
        return (only,)
    if not named and "$ref" in root:
        return (checker.fix("Put what the $ref points to here", "inline_root", ""),)
    if not named and "properties" in root and not any(name in root for name in _COMPOSED):
        typed = checker.fix("Say that it is an object", "set_type", "", "object", narrows=True,
                            loses=("Values that are no object are no longer accepted.",))  # fmt: skip
        return (typed,)
    if "allOf" in root or (not named and derived_type(root) is None and not any(name in root for name in _COMPOSED)):
        return ()  # it is merged first; or it accepts anything, and nobody knows what is meant
    wrap = checker.fix("Wrap it in an object", "wrap_root", "", narrows=True, widens=True,
                       loses=("What is there now comes inside the property “result”.",))  # fmt: skip
    return (wrap,)


def _object(checker: Checker, schema: dict[str, Any], pointer: str) -> None:
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        properties = {}
    required = schema.get("required")
    if not isinstance(required, list):
        required = []
    tally = checker.tally
    tally.properties += len(properties)
    tally.text += sum(map(len, properties))
    rules = checker.profile.rules
    if "closed-objects" in rules and schema.get("additionalProperties") is not False:
        _open(checker, schema, properties, pointer)
    names = {name for name in required if isinstance(name, str)}
    if "all-required" in rules and not names >= properties.keys():
        for name in properties:
            if name not in names:
                _optional(checker, schema, properties, name, pointer)
    if names and not names <= properties.keys() and not any(name in schema for name in _COMPOSED):
        unknown = names - properties.keys()
        _unknown_required(
            checker, list(dict.fromkeys(one for one in required if isinstance(one, str) and one in unknown)), pointer
        )


def _open(checker: Checker, schema: dict[str, Any], properties: dict[str, Any], pointer: str) -> None:
    more = schema.get("additionalProperties")
    words = (
        "It says nothing about other properties, so any may come." if more is None
        else "It takes properties that are not listed."
    )  # fmt: skip
    where = f"{pointer}/additionalProperties" if more is not None else pointer
    fixes: tuple[Fix, ...] = ()
    composed = [name for name in _COMPOSED if name in schema]  # what is listed may be in their parts
    if composed == ["anyOf"]:
        new = distributed(checker.root, schema, pointer) if checker.is_tried() else {}
        if new is None:
            fixes = (without_any_of(checker, pointer),)
        elif new is False:
            words += " As it is, no document fits."
    elif composed:
        words += f" First {composed[0]} has to be mended."
    else:
        is_map = isinstance(more, dict) and bool(more)
        lost = "Properties that are not listed are no longer accepted."
        if is_map:
            lost = "Properties with any name, and what they had to be, are no longer accepted."
        listed_values = "enum" in schema or "const" in schema
        close = checker.fix("Close the object", "close", pointer, narrows=True, loses=(lost,),
                            automatic=not listed_values)  # fmt: skip
        fixes = (close,)
        if is_map and pointer and not properties and schema.keys() <= _MAP and types_of(schema) in _MAPS:
            entries = checker.fix(
                "A list of names and values instead", "map_to_list", pointer, narrows=True, widens=True,
                loses=("The object with any names becomes a list of objects with “name” and “value”.",),
            )  # fmt: skip
            fixes = (entries, close)
    checker.tell("closed-objects", where, words, fixes, node=pointer)


def without_any_of(checker: Checker, pointer: str) -> Fix:
    """The fix where what stands beside an anyOf cannot be put into its branches."""
    return checker.fix(
        "Take anyOf out, check it on the client", "drop", pointer, ["anyOf"], widens=True, checkable=("anyOf",),
        loses=("That one of the alternatives of anyOf fits is no longer enforced by the server.",),
    )  # fmt: skip


def accepts_null(root: Any, schema: Any, depth: int = 12) -> bool:
    """Whether null is surely accepted: by what a schema says itself, and in its anyOf and $ref."""
    if not isinstance(schema, dict) or depth == 0:
        return False
    if _DECIDING.isdisjoint(schema):
        types = types_of(schema)
        return "null" in types if types else schema.keys() <= ANNOTATIONS  # nothing is said: it accepts anything
    if "enum" in schema and not (isinstance(schema["enum"], list) and None in schema["enum"]):
        return False
    if schema.get("const", None) is not None or "allOf" in schema or "oneOf" in schema or "not" in schema:
        return False
    if "$ref" in schema:
        found = referred(root, schema["$ref"])
        return found is not None and accepts_null(root, found[1], depth - 1)
    any_of = schema.get("anyOf")
    if isinstance(any_of, list):
        return any(accepts_null(root, one, depth - 1) for one in any_of)
    return "null" in types_of(schema)


def _optional(checker: Checker, schema: dict[str, Any], properties: dict[str, Any], name: str, pointer: str) -> None:
    node = f"{pointer}/properties/{escape(name)}"
    where = f"{pointer}/required" if "required" in schema else pointer
    label, base = cut(name, 40), checker.base
    never_out = (f"“{label}” may no longer be left out: it is null instead.",)
    # there can be thousands of these while somebody types: made without the way through keywords
    if accepts_null(checker.root, properties[name]):
        fix = Fix(f"Require “{label}”", "require", pointer, name, base, never_out, True)
        checker.tell("all-required", where, f"“{label}” must be required. It takes null already.", (fix,), node)
        return
    plain = Fix("Only require", "require", pointer, name, base, (f"“{label}” always has a value.",), True, False, False)
    fixes: tuple[Fix, ...] = (plain,)
    if isinstance(properties[name], dict):
        fixes = (Fix("Make nullable, require", "require_nullable", pointer, name, base, never_out, True, True), plain)
    checker.tell("all-required", where, f"“{label}” must be required. Or make it nullable.", fixes, node)


def _unknown_required(checker: Checker, names: list[str], pointer: str) -> None:
    if "required-known" not in checker.profile.rules:
        return
    one = len(names) == 1
    fix = checker.fix("Take it out of required" if one else "Take them out of required", "unrequire", pointer, names,
                      widens=True, loses=(f"{listed(names)} need not be there.",))  # fmt: skip
    words = f"{listed(names)} {'is' if one else 'are'} required, and no {'property' if one else 'properties'} here."
    checker.tell("required-known", f"{pointer}/required", words, (fix,), node=pointer)
