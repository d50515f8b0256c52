"""Which items of two sequences belong together.

`difflib` is quadratic, and on two unlike texts of 8 MB it takes minutes; patience diff (`patiencediff` of Breezy is
under the GPL, which this program is not) is nearly linear where lines are told apart by what they say. So: what stands
once on either side holds the rest, and between such anchors Myers' algorithm looks for the least number of edits, up to
a bound beyond which a stretch counts as replaced.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence

from playground.core.diff.model import Budget

EDITS = 300
"""Edits between two anchors that are looked for; the work grows with their square."""

Pairs = list[tuple[int, int]]


def align(left: Sequence[Hashable], right: Sequence[Hashable], budget: Budget, edits: int = EDITS) -> Pairs:
    """Places of equal items, ascending on both sides. Sets `budget.cut` where it gave up on a stretch."""
    found: Pairs = []
    work = [(0, len(left), 0, len(right))]
    while work:
        low_a, high_a, low_b, high_b = work.pop()
        while low_a < high_a and low_b < high_b and left[low_a] == right[low_b]:
            found.append((low_a, low_b))
            low_a, low_b = low_a + 1, low_b + 1
        while low_a < high_a and low_b < high_b and left[high_a - 1] == right[high_b - 1]:
            high_a, high_b = high_a - 1, high_b - 1
            found.append((high_a, high_b))
        if low_a >= high_a or low_b >= high_b:
            continue
        if budget.spent:
            budget.cut = True
            continue
        anchors = _anchors(left, right, (low_a, high_a, low_b, high_b))
        if not anchors:
            found += _fewest(left[low_a:high_a], right[low_b:high_b], (low_a, low_b), budget, edits)
            continue
        found += anchors
        for at_a, at_b in anchors:
            work.append((low_a, at_a, low_b, at_b))
            low_a, low_b = at_a + 1, at_b + 1
        work.append((low_a, high_a, low_b, high_b))
    return sorted(found)


def _anchors(left: Sequence[Hashable], right: Sequence[Hashable], span: tuple[int, int, int, int]) -> Pairs:
    """What stands once in either stretch, as far as the order is the same."""
    low_a, high_a, low_b, high_b = span
    ours, theirs = Counter(left[low_a:high_a]), Counter(right[low_b:high_b])
    places = {right[at]: at for at in range(low_b, high_b) if theirs[right[at]] == 1}
    both = [(at, places[left[at]]) for at in range(low_a, high_a) if ours[left[at]] == 1 and left[at] in places]
    return [both[number] for number in ascending([b for _, b in both])]


def ascending(numbers: Sequence[int]) -> list[int]:
    """The places of a longest part that ascends (n log n)."""
    ends: list[int] = []
    tails: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        at = bisect_left(ends, number)
        before.append(tails[at - 1] if at else -1)
        if at == len(ends):
            ends.append(number)
            tails.append(place)
        else:
            ends[at], tails[at] = number, place
    found, place = [], tails[-1] if tails else -1
    while place >= 0:
        found.append(place)
        place = before[place]
    return found[::-1]


def _fewest(
    left: Sequence[Hashable], right: Sequence[Hashable], origin: tuple[int, int], budget: Budget, most: int
) -> Pairs:
    """Myers' greedy algorithm (An O(ND) Difference Algorithm, 1986) for at most `most` edits, on what both have."""
    common = set(left) & set(right)
    places_a = [at for at, item in enumerate(left) if item in common]
    places_b = [at for at, item in enumerate(right) if item in common]
    left, right = [left[at] for at in places_a], [right[at] for at in places_b]
    return [(origin[0] + places_a[a], origin[1] + places_b[b]) for a, b in _edits(left, right, budget, most)]


def _edits(left: Sequence[Hashable], right: Sequence[Hashable], budget: Budget, most: int) -> Pairs:
    count_a, count_b = len(left), len(right)
    if not count_a or not count_b:
        return []
    if abs(count_a - count_b) > most:
        budget.cut = True
        return []
    ends = {1: 0}
    trace: list[dict[int, int]] = []
    for edits in range(min(most, count_a + count_b) + 1):
        if budget.spent:
            break
        trace.append(dict(ends))
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (diagonal != edits and ends[diagonal - 1] < ends[diagonal + 1])
            x = ends[diagonal + 1] if down else ends[diagonal - 1] + 1
            y = x - diagonal
            while x < count_a and y < count_b and left[x] == right[y]:
                x, y = x + 1, y + 1
            ends[diagonal] = x
            if x >= count_a and y >= count_b:
                return _way_back(trace, count_a, count_b)
    budget.cut = True
    return []


def _way_back(trace: list[dict[int, int]], x: int, y: int) -> Pairs:
    found: Pairs = []
    for edits in range(len(trace) - 1, -1, -1):
        ends = trace[edits]
        diagonal = x - y
        down = diagonal == -edits or (diagonal != edits and ends[diagonal - 1] < ends[diagonal + 1])
        before = diagonal + 1 if down else diagonal - 1
        from_x = ends[before] if edits else 0
        from_y = from_x - before if edits else 0
        while x > from_x and y > from_y:
            x, y = x - 1, y - 1
            found.append((x, y))
        x, y = from_x, from_y
    return found[::-1]
