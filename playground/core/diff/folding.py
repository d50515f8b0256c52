"""Which equal lines are left out, and a comparison as text."""

from __future__ import annotations

from collections.abc import Sequence

from playground.core.diff.model import COUNTED, Diff, DiffLine, hunks

CONTEXT = 3
"""Equal lines that are shown beside a difference."""
_LEAST = 4
"""Lines that are worth a fold."""

WORDS = {"changed": "changed", "added": "added", "removed": "removed", "moved": "moved"}


def folds(lines: Sequence[DiffLine], context: int = CONTEXT) -> list[tuple[int, int]]:
    """Stretches of equal lines that may be left out: first line, and the one after the last."""
    shown = bytearray(len(lines))
    for number, line in enumerate(lines):
        if line.kind in COUNTED:
            for near in range(max(0, number - context), min(len(lines), number + context + 1)):
                shown[near] = 1
        elif line.kind == "volatile":
            shown[number] = 1
    found, start = [], 0
    while (start := shown.find(0, start)) >= 0:
        until = shown.find(1, start)
        until = len(lines) if until < 0 else until
        if until - start >= _LEAST:
            found.append((start, until))
        start = until
    return found


def prepared(diff: Diff) -> Diff:
    """The same with its folds and places found: of 100,000 lines that takes 50 ms, which a window has not."""
    if diff.folds is None:
        diff.folds = folds(diff.lines)
        diff.places = len(hunks(diff.lines))
    return diff


def counts_text(diff: Diff) -> str:
    """`3 changed · 1 added`; `no difference`."""
    parts = [f"{count:,} {WORDS[kind]}" for kind, count in diff.counts().items()]
    volatile = sum(1 for change in diff.changes if change.kind == "volatile")
    if volatile:
        parts.append(f"{volatile:,} other each time")
    if not diff.counts():
        parts.insert(0, "no difference" if diff.is_same else "no difference in what was compared")
    return " · ".join(parts)


def as_text(diff: Diff, left: str, right: str) -> str:
    """A comparison to be pasted elsewhere, in the manner of a unified diff; `<` and `>`: moved."""
    out = [f"--- {left}", f"+++ {right}", *(f"# {note}" for note in diff.notes)]
    hidden = dict(prepared(diff).folds or ())
    number = 0
    while number < len(diff.lines):
        if number in hidden:
            out.append(f"@@ {hidden[number] - number:,} equal lines @@")
            number = hidden[number]
            continue
        first = number
        kind = diff.lines[number].kind
        while number < len(diff.lines) and diff.lines[number].kind == kind and number not in hidden:
            number += 1
        stretch = diff.lines[first:number]
        if kind == "same":
            out += [f"  {line.right}" for line in stretch]
            continue
        signs = ("< ", "> ") if kind == "moved" else ("- ", "+ ")
        out += [f"{signs[0]}{line.left}" for line in stretch if line.left is not None]
        out += [f"{signs[1]}{line.right}" for line in stretch if line.right is not None]
    return "\n".join(out) + "\n"
