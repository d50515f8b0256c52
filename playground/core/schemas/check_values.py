"""Rules about values: enum, const, patterns, formats, bounds."""

from __future__ import annotations

import json
import re
from functools import lru_cache, partial
from typing import Any

from playground.core.schemas.checker import Checker, cut, shown
from playground.core.schemas.findings import Fix
from playground.core.schemas.keywords import has_type, types_of
from playground.core.schemas.patterns import PatternError, compiled, spelled_out

_LOOKAROUND = re.compile(r"\\.|\[(?:[^\]\\]|\\.)*\]|(\(\?<?[=!])", re.DOTALL)
_CLASSES = frozenset("dDwWsS")
_PAIRS = (
    ("minimum", "maximum", False),
    ("minimum", "exclusiveMaximum", True),
    ("exclusiveMinimum", "maximum", True),
    ("exclusiveMinimum", "exclusiveMaximum", True),
    ("minLength", "maxLength", False),
    ("minItems", "maxItems", False),
    ("minProperties", "maxProperties", False),
)

_NUMBER_BOUNDS = frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"))


def _enum(checker: Checker, values: list[Any], schema: dict[str, Any], pointer: str) -> None:
    tally = checker.tally
    tally.enum_values += len(values)
    texts = [value if isinstance(value, str) else json.dumps(value) for value in values]
    size = sum(map(len, texts))
    tally.text += size
    above = checker.profile.limits.enum_text_above
    if above and len(values) > above and size > tally.enum_text and all(isinstance(one, str) for one in values):
        tally.enum_text, tally.large_enum = size, pointer
    at = f"{pointer}/enum"
    if not values:
        checker.tell("enum-empty", at, "The enum has no values, so nothing is valid.", node=pointer)
        return
    kinds = {(value.__class__, text) for value, text in zip(values, texts, strict=True)}
    if len(kinds) < len(values):
        fix = checker.fix("Keep each value once", "dedupe_enum", pointer)
        checker.tell("enum-duplicate", at, "A value is there more than once.", (fix,), node=pointer)
    types = types_of(schema)
    if types and "type" in schema:
        wrong = [value for value in values if not has_type(value, types)]
        if wrong:
            fixes: tuple[Fix, ...] = ()
            if len(wrong) < len(values):
                fixes = (checker.fix("Remove what can never be written", "filter_enum", pointer),)
            words = f"{shown(wrong[0])} is no {' or '.join(types)}, so it can never be written."
            checker.tell("enum-type", at, words, fixes, node=pointer)


def _const(checker: Checker, value: Any, schema: dict[str, Any], pointer: str) -> None:
    checker.tally.text += len(value if isinstance(value, str) else json.dumps(value))
    types = types_of(schema)
    if types and not has_type(value, types):
        words = f"{shown(value)} is no {' or '.join(types)}, so nothing is valid."
        checker.tell("enum-type", f"{pointer}/const", words, node=pointer)


@lru_cache(maxsize=4096)
def pattern_fault(pattern: str) -> str:
    """Why a pattern is no regular expression; empty where it is one."""
    try:
        compiled(pattern)
    except PatternError as error:
        return str(error)
    return ""


def has_lookaround(pattern: str) -> bool:
    """Whether a pattern looks ahead or behind."""
    return "(?" in pattern and any(match[1] for match in _LOOKAROUND.finditer(pattern))


def has_classes(pattern: str) -> bool:
    """Whether a pattern has \\d or another class that a backslash names."""
    return any(match[0][1:2] in _CLASSES for match in re.finditer(r"\\.", pattern))


def _pattern(checker: Checker, pattern: str, schema: dict[str, Any], pointer: str) -> None:
    at = f"{pointer}/pattern"
    fault = pattern_fault(pattern)
    if fault:
        checker.tell("pattern-invalid", at, f"It is no regular expression: {fault}.", node=pointer)
        return
    drop = checker.fix(
        "Take the pattern out, check it on the client", "drop", pointer, ["pattern"], widens=True,
        loses=(f"The pattern {cut(pattern)} is no longer enforced by the server.",), checkable=("pattern",),
    )  # fmt: skip
    if has_lookaround(pattern):
        checker.tell("pattern-lookaround", at, "The pattern looks ahead or behind.", (drop,), node=pointer)
    if "pattern-classes" in checker.profile.rules and has_classes(pattern):
        new = spelled_out(pattern)
        fix = drop if has_classes(new) else checker.fix("Spell them out", "set_pattern", pointer, new)
        checker.tell("pattern-classes", at, "The pattern has classes such as \\d.", (fix,), node=pointer)
    if "pattern-anchors" in checker.profile.rules and not (pattern.startswith("^") and pattern.endswith("$")):
        checker.tell("pattern-anchors", at, "The pattern has to begin with ^ and end with $.", (drop,), node=pointer)
    if "pattern-and-length" in checker.profile.rules and ("minLength" in schema or "maxLength" in schema):
        _beside_length(checker, "pattern", pointer)


def _beside_length(checker: Checker, name: str, pointer: str) -> None:
    fix = checker.fix(
        "Take the length out, check it on the client", "drop", pointer, ["minLength", "maxLength"], widens=True,
        loses=("The text's length is no longer enforced by the server.",), checkable=("minLength", "maxLength"),
    )  # fmt: skip
    checker.tell("pattern-and-length", f"{pointer}/{name}", f"A length cannot stand beside {name}.", (fix,),
                 node=pointer)  # fmt: skip


def _format(checker: Checker, name: str, schema: dict[str, Any], pointer: str) -> None:
    if "format" in checker.states:
        return
    if "format-unlisted" in checker.profile.rules and name not in checker.profile.formats:
        types = types_of(schema)
        if not types or "string" in types:
            fix = checker.fix(
                "Take the format out, check it on the client", "drop", pointer, ["format"], widens=True,
                loses=(f"The format “{cut(name)}” is no longer enforced by the server.",), checkable=("format",),
            )  # fmt: skip
        else:  # it constrains nothing
            fix = checker.fix("Take the format out", "drop", pointer, ["format"])
        known = ", ".join(sorted(checker.profile.formats))
        checker.tell("format-unlisted", f"{pointer}/format", f"“{cut(name)}” is no format that is taken: {known}.",
                     (fix,), node=pointer)  # fmt: skip
    elif "pattern-and-length" in checker.profile.rules and ("minLength" in schema or "maxLength" in schema):
        _beside_length(checker, "format", pointer)


def _bound(name: str, checker: Checker, value: Any, schema: dict[str, Any], pointer: str) -> None:
    """Said at the lower bound: where it is above the upper one; and once a schema where bounds do nothing."""
    unheld = "number-bounds" in checker.profile.rules and "number" in types_of(schema)
    if unheld and name == next((one for one in schema if one in _NUMBER_BOUNDS), ""):
        checker.tell("number-bounds", f"{pointer}/{name}", "The bounds of a number are not held to.", node=pointer)
    for low, high, open_ in _PAIRS:
        if low == name and high in schema:
            bottom, top = value, schema[high]
            if not (isinstance(bottom, (int, float)) and isinstance(top, (int, float))):
                continue
            if bottom > top or (open_ and bottom == top):
                words = f"{low} {bottom} and {high} {top}: no value is between them."
                checker.tell("contradiction", f"{pointer}/{low}", words, node=pointer)


HANDLERS: dict[str, Any] = {
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "format": _format,
    **{name: partial(_bound, name) for pair in _PAIRS for name in pair[:2]},
}
