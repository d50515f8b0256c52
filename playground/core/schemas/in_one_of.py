"""What stands in a oneOf: a document has to fit one branch and no other, so a branch that accepts more can make the
whole accept less, and the other way round. Fixes in there say both."""

from __future__ import annotations

from dataclasses import replace

from playground.core.schemas.checker import Checker
from playground.core.schemas.findings import Fix
from playground.core.schemas.keywords import walk
from playground.core.schemas.pointers import referred

_SAID = "It stands in a oneOf, so the whole may accept other documents in both directions."


def finish(checker: Checker) -> None:
    """Correct what fixes in a oneOf, and in what a oneOf refers to, say of themselves."""
    one_ofs = [(pointer, schema["oneOf"]) for pointer, schema in checker.one_ofs]
    for pointer, holder in checker.unentered:
        one_ofs += [(pointer, schema["oneOf"]) for _, schema in walk(holder) if "oneOf" in schema]
    if not one_ofs:
        return
    within = tuple(f"{pointer}/" for pointer in _reached(checker, one_ofs))
    for number, finding in enumerate(checker.findings):
        if any(fix.narrows != fix.widens and f"{fix.pointer}/".startswith(within) for fix in finding.fixes):
            fixes = tuple(_both(fix, within) for fix in finding.fixes)
            checker.findings[number] = replace(finding, fixes=fixes)


def _both(fix: Fix, within: tuple[str, ...]) -> Fix:
    if fix.narrows == fix.widens or not f"{fix.pointer}/".startswith(within):
        return fix
    return replace(fix, narrows=True, widens=True, loses=(*fix.loses, _SAID))


def _reached(checker: Checker, one_ofs: list[tuple[str, object]]) -> set[str]:
    """The pointers of the oneOfs, and of all that `$ref`s in them lead to."""
    found = {f"{pointer}/oneOf" for pointer, _ in one_ofs}
    waiting = [branches for _, branches in one_ofs]
    while waiting:
        for _, schema in walk({"oneOf": waiting.pop()}):
            target = referred(checker.root, schema["$ref"]) if "$ref" in schema else None
            if target is not None and target[0] not in found:
                found.add(target[0])
                waiting.append([target[1]])
    return found
