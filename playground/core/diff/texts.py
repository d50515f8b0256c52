"""Two texts, line by line; within lines that belong together, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence

from playground.core.diff.align import align
from playground.core.diff.model import CUT, Budget, Change, Diff, DiffLine, Span

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORDS = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+|\s+|[^\w\s]")
"""Scripts without blanks are told apart sign by sign."""
WORDS = 4000
"""Words of two lines that are compared; longer lines are other lines as a whole."""
_WORD_EDITS = 200
_ALIKE = 0.35
"""The part of two lines that must be equal for them to be one line that changed."""
_BLOCK = 400
"""Pairs of lines that are looked at to find out which of a stretch belong together."""


def diff_texts(left: str, right: str, budget: Budget | None = None) -> Diff:
    """Texts, each difference one change. Ends of lines count as one sign, as the window shows them."""
    budget = budget or Budget()
    diff = Diff()
    diff.lines = line_pairs(left.splitlines(), right.splitlines(), budget)
    if budget.cut:
        diff.note(CUT)
    kinds = [line.kind for line in diff.lines]
    for number, line in enumerate(diff.lines):
        if line.kind != "same" and (number == 0 or kinds[number - 1] != line.kind):
            diff.changes.append(Change(line.kind, "", line.left, line.right))
    return diff


def line_pairs(left: Sequence[str], right: Sequence[str], budget: Budget, pointer: str = "") -> list[DiffLine]:
    """The lines of both sides, those that belong together side by side."""
    lines: list[DiffLine] = []
    at_a = at_b = 0
    for next_a, next_b in [*align(left, right, budget), (len(left), len(right))]:
        if at_a < next_a or at_b < next_b:
            lines += _replaced(left[at_a:next_a], right[at_b:next_b], budget, pointer)
        if next_a < len(left):
            lines.append(DiffLine("same", left[next_a], right[next_b]))
        at_a, at_b = next_a + 1, next_b + 1
    budget.take(len(lines))
    return lines


def _replaced(left: Sequence[str], right: Sequence[str], budget: Budget, pointer: str) -> list[DiffLine]:
    """A stretch without an equal line."""
    lines: list[DiffLine] = []
    at_a = at_b = 0
    for next_a, next_b in [*_likely(left, right), (len(left), len(right))]:
        lines += [DiffLine("removed", text, None, pointer=pointer) for text in left[at_a:next_a]]
        lines += [DiffLine("added", None, text, pointer=pointer) for text in right[at_b:next_b]]
        if next_a < len(left):
            lines += changed_line(left[next_a], right[next_b], budget, pointer)
        at_a, at_b = next_a + 1, next_b + 1
    return lines


def _likely(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    """Which lines are versions of each other: of a small stretch by their words, else by their places."""
    if len(left) == len(right):
        return [(number, number) for number in range(len(left))]
    if len(left) * len(right) > _BLOCK:
        return []
    ours, theirs = [set(_WORDS.findall(text)) for text in left], [set(_WORDS.findall(text)) for text in right]
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for a in range(len(left) - 1, -1, -1):
        for b in range(len(right) - 1, -1, -1):
            both = len(ours[a] & theirs[b]) / max(1, len(ours[a] | theirs[b]))
            pair = best[a + 1][b + 1] + (both if both >= _ALIKE else 0.0)
            best[a][b] = max(pair, best[a + 1][b], best[a][b + 1])
    found, a, b = [], 0, 0
    while a < len(left) and b < len(right):
        if best[a][b] == best[a + 1][b]:
            a += 1
        elif best[a][b] == best[a][b + 1]:
            b += 1
        else:
            found.append((a, b))
            a, b = a + 1, b + 1
    return found


def changed_line(left: str, right: str, budget: Budget, pointer: str = "") -> list[DiffLine]:
    """One line that changed, with its words marked; two lines where hardly a word is the same."""
    marks = word_marks(left, right, budget)
    if marks is None:
        return [DiffLine("removed", left, None, pointer=pointer), DiffLine("added", None, right, pointer=pointer)]
    return [DiffLine("changed", left, right, marks[0], marks[1], pointer)]


def word_marks(left: str, right: str, budget: Budget) -> tuple[tuple[Span, ...], tuple[Span, ...]] | None:
    """Where two lines differ; None where too little is the same, or they are too long to say."""
    ours, theirs = _WORDS.findall(left), _WORDS.findall(right)
    if len(ours) + len(theirs) > WORDS or budget.spent:
        return None
    own = Budget(0.25)
    pairs = align(ours, theirs, own, _WORD_EDITS)
    equal = sum(len(ours[a]) for a, _ in pairs if not ours[a].isspace())
    letters = max(1, sum(len(word) for word in (*ours, *theirs) if not word.isspace()) / 2)
    if equal / letters < _ALIKE:
        return None
    return _spans(ours, {a for a, _ in pairs}), _spans(theirs, {b for _, b in pairs})


def _spans(words: Sequence[str], same: set[int]) -> tuple[Span, ...]:
    found: list[Span] = []
    at = 0
    for number, word in enumerate(words):
        end = at + len(word)
        if number not in same:
            if found and found[-1][1] == at:
                found[-1] = (found[-1][0], end)
            else:
                found.append((at, end))
        at = end
    return tuple(found)
