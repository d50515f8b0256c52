"""Fixes applied, one or all of them, to a fixed point."""

from __future__ import annotations

import copy
from itertools import groupby
from time import perf_counter
from typing import Any

from playground.core.schemas.check import check, schema_base
from playground.core.schemas.document import Document
from playground.core.schemas.findings import Finding, Fix, Fixed
from playground.core.schemas.fixes import FIXERS, STRUCTURAL, WHOLE, require_all
from playground.core.schemas.hoisting import hoist, inside, is_in_the_way
from playground.core.schemas.keywords import HIDDEN, walk
from playground.core.schemas.pointers import at, put
from playground.core.schemas.rules import Profile

SECONDS = 10.0
"""After so long no further round begins: only schemas that are made for it take so long."""
_REQUIRING = ("require", "require_nullable")
MOST_SCHEMAS = 8000
"""A schema that fixes make larger than this, and three times as large as it was, is left as it is then."""
ROUNDS = 60
"""After so many rounds nothing more is tried: a schema of ten levels takes about five."""


def apply_to(value: Any, fix: Fix) -> bool:
    """Change a document's value in place; False where what was to be changed is gone. Keywords that a fix takes out
    stay under a hidden name: `without_hidden` and `with_client` make schemas of that."""
    try:
        root = at(value, fix.base)
        return FIXERS[fix.kind](root if fix.kind != "set_name" else value, fix.pointer, fix.argument)
    except LookupError:
        return False


def apply_alone(value: Any, fix: Fix) -> bool:
    """As `apply_to`, for one fix that nothing is looked for after: what `$ref`s point to within what it changes is
    moved into `$defs` before. Nothing around it moves, so its pointer stays right."""
    try:
        root = at(value, fix.base)
    except LookupError:
        return False
    wanted = inside(fix.pointer, fix.kind, fix.argument)
    if wanted is not None:
        hoist(root, wanted)
    return apply_to(value, fix)


def make_way(value: Any, fixes: list[Fix]) -> list[Fix]:
    """Move what `$ref`s point to into `$defs`, where one of the fixes would change or remove it. Gives the fix that did
    it; the pointers of others may be others then."""
    try:
        root = at(value, fixes[0].base) if fixes else None
    except LookupError:
        return []
    if root is None or not is_in_the_way(root, [(fix.pointer, fix.kind, fix.argument) for fix in fixes]):
        return []
    first = Fix("Give what $refs point to a name in $defs", "define_refs", "", None, fixes[0].base)
    return [first] if apply_to(value, first) else []


def apply_all(value: Any, fixes: list[Fix], profile: Profile) -> Fixed:
    """Apply these fixes, in their order, to a copy."""
    changed = copy.deepcopy(value)
    applied = [fix for fix in fixes if apply_alone(changed, fix)]
    return _fixed(changed, applied, profile)


def fix_all(value: Any, profile: Profile, *, lossless: bool = False) -> Fixed:
    """Mend all that can be: of errors, the usual fix, whatever it gives up; of warnings and notes, only what gives
    up nothing. `lossless`: nothing is given up for errors either. Each round finds what the one before uncovered. From
    any thread."""
    changed = copy.deepcopy(value)
    applied: list[Fix] = []
    take = kept if lossless else chosen
    most, end = 0, perf_counter() + SECONDS
    for _ in range(ROUNDS):
        report = check(Document("", changed), profile)
        fixes = [fix for fix in map(take, report.findings) if fix is not None]
        done = make_way(changed, fixes) or _round(changed, fixes, end)
        if not done:
            break
        applied += done
        size = sum(1 for _ in walk(changed, hidden=True))
        most = most or max(MOST_SCHEMAS, 3 * size)
        if size > most or perf_counter() > end:  # definitions that hold each other twice double with each round
            break
    return _fixed(changed, applied, profile)


def chosen(finding: Finding) -> Fix | None:
    """The fix that "Fix all" takes for a finding."""
    for fix in finding.fixes:
        if fix.automatic and (finding.severity == "error" or not fix.loses):
            return fix
    return None


def kept(finding: Finding) -> Fix | None:
    """The fix that accepts the same documents, if there is one."""
    return next((fix for fix in finding.fixes if fix.automatic and not fix.loses), None)


def _round(value: Any, fixes: list[Fix], end: float) -> list[Fix]:
    """Apply those that do not get in each other's way. One that moves the whole document comes alone."""
    for fix in [fix for fix in fixes if fix.kind in WHOLE]:
        if apply_to(value, fix):
            return [fix]
    done: list[Fix] = []
    for fix in _inner_first([fix for fix in fixes if fix.kind == "one_of_to_any_of"]):
        if apply_to(value, fix):  # before others: what widens a branch of a oneOf can narrow the whole
            done.append(fix)
    if done:
        return done
    moved: set[str] = set()
    for fix in [fix for fix in fixes if fix.kind in STRUCTURAL]:
        if perf_counter() < end and not _inside(fix.pointer, moved) and apply_to(value, fix):
            moved.add(fix.pointer)
            done.append(fix)
    rest = [fix for fix in fixes if fix.kind not in STRUCTURAL | WHOLE]
    for _, group in groupby(_inner_first(rest), lambda fix: (fix.pointer, fix.kind in _REQUIRING)):
        together = list(group)  # a type before its null
        if not _inside(together[0].pointer, moved):
            done += _applied(value, together)
    return done


def _applied(value: Any, fixes: list[Fix]) -> list[Fix]:
    """Those of the fixes of one schema that were to be made."""
    if fixes[0].kind not in _REQUIRING:
        return [fix for fix in fixes if apply_to(value, fix)]
    try:
        names = [(fix.argument, fix.kind == "require_nullable") for fix in fixes]
        made = require_all(at(value, fixes[0].base), fixes[0].pointer, names)
    except LookupError:
        return []
    return [fix for fix, is_made in zip(fixes, made, strict=True) if is_made]


def _inner_first(fixes: list[Fix]) -> list[Fix]:
    return sorted(fixes, key=lambda fix: -fix.pointer.count("/"))


def _inside(pointer: str, moved: set[str]) -> bool:
    """Whether a schema is, or is in, one that was moved about."""
    while moved:
        if pointer in moved:
            return True
        if not pointer:
            return False
        pointer = pointer.rpartition("/")[0]
    return False


def _fixed(changed: Any, applied: list[Fix], profile: Profile) -> Fixed:
    value = without_hidden(changed)
    lost = [f"{fix.base}{fix.pointer}: {words}" for fix in applied for words in fix.loses]
    left = check(Document("", value), profile).findings
    return Fixed(value, tuple(applied), left, tuple(dict.fromkeys(lost)), with_client(changed))


def without_hidden(value: Any) -> Any:
    """A copy without what fixes took out."""
    return _renamed(value, None)


def with_client(value: Any) -> Any:
    """A copy with what fixes took out put back."""
    return _renamed(value, HIDDEN)


def _renamed(value: Any, back: str | None) -> Any:
    if isinstance(value, list):
        return [_renamed(one, back) for one in value]
    if not isinstance(value, dict):
        return value
    new: dict[str, Any] = {}
    for name, one in value.items():
        if not name.startswith(HIDDEN):
            new[name] = _renamed(one, back)
        elif back is not None:
            new.setdefault(name[len(HIDDEN) :], _renamed(one, back))
    return new


def set_schema(value: Any, schema: Any) -> Any:
    """The document with another schema in it."""
    base = schema_base(value)
    if not base:
        return schema
    changed = copy.deepcopy(value)
    put(changed, base, schema)
    return changed
