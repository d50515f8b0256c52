"""Two JSON values: objects by their names, lists by their items' ids or by what the items hold.

Of the libraries (tried on 770 kB, a list of 3,000 messages with one put in, one moved, one changed): `deepdiff` and
`dictdiffer` compare lists by place and found 8,944 changes, `jsondiff` had not ended after 40 s; `deepdiff` without
order found the change and lost the move; `jsonpatch` found all in 0.04 s, but gives a patch: pointers that shift with
each step, while two columns need to know which items belong together. So it is done here.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import orjson

from playground.core.diff.align import align, ascending
from playground.core.diff.model import CUT, Budget, Change, Diff, DiffLine, Kind, Span
from playground.core.diff.texts import changed_line, line_pairs, word_marks

NAMES = ("id", "call_id", "item_id", "name", "index")
"""Fields that may name an item of a list; one is taken for it where each item of both lists has another."""
VOLATILE = frozenset(
    {
        "id", "created", "created_at", "completed_at", "expires_at", "started_at", "item_id", "response_id", "call_id",
        "obfuscation", "request_id", "event_id", "sequence_number",
    }
)  # fmt: skip
"""Fields of answers that are others each time."""
DEPTH = 150
"""Levels below which values are compared as a whole."""
LONG = 120
"""Characters of a text that is compared line by line and word by word, and shown with its own lines."""
_FOLDED = 400
"""Lines of an equal part that are shown while there is room for them."""


class _Place(NamedTuple):
    depth: int
    key: str
    """What stands before the value: `"name": `, or nothing."""
    name: str
    """The field's name; that of the list for its items."""
    pointer: str
    left_pointer: str
    left_comma: str = ""
    right_comma: str = ""

    @property
    def indent(self) -> str:
        return "  " * self.depth

    def inside(self, name: str, left: str, right: str, key: str = "") -> _Place:
        return _Place(self.depth + 1, key, name, f"{self.pointer}/{right}", f"{self.left_pointer}/{left}")


def diff_values(left: Any, right: Any, budget: Budget | None = None, *, answer: bool = False) -> Diff:
    """Two values as `json.loads` gives them. `answer`: they are answers, of which some fields are others each time.

    1, 1.0 and true are different values. An order of names is no difference. Takes at most about the budget's time.
    """
    walk = _Walk(budget or Budget(), answer)
    walk.pair(left, right, _Place(0, "", "", "", ""))
    if walk.budget.cut:
        walk.diff.note(CUT)
    return walk.diff


def same(left: Any, right: Any) -> bool:
    """Whether two values are the same JSON, but for the order of names."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict | list):
        return bool(left == right) and fingerprint(left) == fingerprint(right)
    return bool(left == right) or json.dumps(left) == json.dumps(right)


def fingerprint(value: Any) -> bytes:
    """The same bytes for the same JSON."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (TypeError, RecursionError):  # whole numbers beyond 64 bits, half surrogate pairs, 250 levels
        return json.dumps(value, sort_keys=True).encode()


def escaped(name: str) -> str:
    """A name as a step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def pretty(value: Any) -> list[str]:
    """The lines of a value, two blanks a level."""
    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode().split("\n")
    except (TypeError, RecursionError):
        return json.dumps(value, indent=2, ensure_ascii=True).split("\n")


def _scalar(value: Any) -> str:
    return pretty(value)[0]


class _Walk:
    def __init__(self, budget: Budget, answer: bool) -> None:
        self.budget, self._answer = budget, answer
        self.diff = Diff()
        self._condensed = (-1, 0)
        """The last line that stands for equal ones, and for how many."""

    def _put(self, line: DiffLine) -> None:
        self.diff.lines.append(line)
        self.budget.take()

    def _change(self, kind: Kind, place: _Place, before: Any = None, after: Any = None) -> None:
        pointer = place.left_pointer if kind == "removed" else place.pointer
        self.diff.changes.append(
            Change(kind, pointer, before, after, place.left_pointer if place.left_pointer != pointer else "")
        )

    # Values of both sides

    def pair(self, left: Any, right: Any, place: _Place) -> None:
        """A value that was there before and is there now."""
        if same(left, right):
            self._equal(left, place)
        elif self.budget.spent:
            self.budget.cut = True
            self._change("changed", place, left, right)
            self._whole("removed", left, place, place.left_pointer)
            self._whole("added", right, place, place.pointer)
        elif isinstance(left, dict) and isinstance(right, dict) and place.depth < DEPTH:
            self._objects(left, right, place)
        elif isinstance(left, list) and isinstance(right, list) and place.depth < DEPTH:
            self._lists(left, right, place)
        elif isinstance(left, dict | list) or isinstance(right, dict | list):
            self._change("changed", place, left, right)
            self._whole("removed", left, place, place.left_pointer)
            self._whole("added", right, place, place.pointer)
        else:
            self._scalars(left, right, place)

    def _equal(self, value: Any, place: _Place) -> None:
        lines = pretty(value)
        start, rest = place.indent, place.indent
        # Items of a list, and what is long: a short value beside one that changed tells where one is.
        if self.budget.tight and len(lines) > (12 if place.key else 1):
            self._condense(len(lines), place.indent)
            return
        lines[0] = place.key + lines[0]
        last = len(lines) - 1
        for number, text in enumerate(lines):
            text = (rest if number else start) + text
            if number == last and (place.left_comma or place.right_comma):
                self._put(DiffLine("same", text + place.left_comma, text + place.right_comma))
            else:
                self._put(DiffLine("same", text, text))

    def _condense(self, count: int, indent: str) -> None:
        """Tell equal lines in one, together with those right before them."""
        at, before = self._condensed
        if at == len(self.diff.lines) - 1:
            self.diff.lines.pop()
            count += before
        words = f"{indent}… {count:,} equal lines"
        self._put(DiffLine("same", words, words))
        self._condensed = (len(self.diff.lines) - 1, count)

    def _scalars(self, left: Any, right: Any, place: _Place) -> None:
        volatile = self._answer and place.name in VOLATILE
        kind: Kind = "volatile" if volatile else "changed"
        self._change(kind, place, left, right)
        texts = isinstance(left, str) and isinstance(right, str)
        if texts and not volatile and (max(len(left), len(right)) > LONG or "\n" in left or "\n" in right):
            self._texts(left, right, place)
            return
        before = f"{place.indent}{place.key}{_scalar(left)}{place.left_comma}"
        after = f"{place.indent}{place.key}{_scalar(right)}{place.right_comma}"
        head = len(place.indent) + len(place.key)
        marks = self._inner_marks(before, after, head, place) if texts else None
        if marks is None:
            end = -1 if place.left_comma else None
            ours: tuple[Span, ...] = ((head, len(before[:end])),)
            theirs: tuple[Span, ...] = ((head, len(after) - len(place.right_comma)),)
        else:
            ours, theirs = marks
        self._put(DiffLine(kind, before, after, ours, theirs, place.pointer))

    def _inner_marks(
        self, before: str, after: str, head: int, place: _Place
    ) -> tuple[tuple[Span, ...], tuple[Span, ...]] | None:
        ours, theirs = before[head : len(before) - len(place.left_comma)], after[head:]
        found = word_marks(ours, theirs[: len(theirs) - len(place.right_comma)], self.budget)
        if found is None:
            return None
        shifted = [tuple((first + head, last + head) for first, last in side) for side in found]
        return shifted[0], shifted[1]

    def _texts(self, left: str, right: str, place: _Place) -> None:
        """Long texts with their own lines between two quotes."""
        head = f"{place.indent}{place.key}"
        ours, theirs = left.split("\n"), right.split("\n")
        if len(ours) == len(theirs) == 1:
            before, after = f'{head}"{left}"{place.left_comma}', f'{head}"{right}"{place.right_comma}'
            found = changed_line(before, after, self.budget, place.pointer)
            for line in found:
                self._put(line)
            return
        self._put(DiffLine("same", f'{head}"""', f'{head}"""'))
        self.diff.lines += line_pairs(ours, theirs, self.budget, place.pointer)
        end = f'{place.indent}"""'
        self._put(DiffLine("same", end + place.left_comma, end + place.right_comma))

    # Values of one side

    def _whole(self, kind: Kind, value: Any, place: _Place, pointer: str) -> None:
        """All lines of a value, on one side."""
        lines = pretty(value)
        if self.budget.tight and len(lines) > _FOLDED:
            more = len(lines) - _FOLDED
            self.diff.note(f"Of long parts that stand on one side alone the first {_FOLDED} lines are shown.")
            lines = [*lines[:_FOLDED], f"… {more:,} more lines"]
        lines[0] = place.key + lines[0]
        is_left = kind == "removed" or (kind == "moved" and pointer == place.left_pointer)
        lines[-1] += place.left_comma if is_left else place.right_comma
        for text in lines:
            text = place.indent + text
            self._put(DiffLine(kind, text if is_left else None, None if is_left else text, pointer=pointer))

    def _added(self, value: Any, place: _Place) -> None:
        self._change("added", place, after=value)
        self._whole("added", value, place, place.pointer)

    def _removed(self, value: Any, place: _Place) -> None:
        self._change("removed", place, before=value)
        self._whole("removed", value, place, place.left_pointer)

    # Objects

    def _objects(self, left: dict[str, Any], right: dict[str, Any], place: _Place) -> None:
        self._put(DiffLine("same", f"{place.indent}{place.key}{{", f"{place.indent}{place.key}{{"))
        names = _merged(left, right)
        last_left = next((name for name in reversed(names) if name in left), None)
        last_right = next((name for name in reversed(names) if name in right), None)
        for name in names:
            step = escaped(name)
            inner = place.inside(name, step, step, f"{_scalar(name)}: ")._replace(
                left_comma="" if name == last_left else ",", right_comma="" if name == last_right else ","
            )
            if name not in left:
                self._added(right[name], inner)
            elif name not in right:
                self._removed(left[name], inner)
            else:
                self.pair(left[name], right[name], inner)
        end = f"{place.indent}}}"
        self._put(DiffLine("same", end + place.left_comma, end + place.right_comma))

    # Lists

    def _lists(self, left: list[Any], right: list[Any], place: _Place) -> None:
        self._put(DiffLine("same", f"{place.indent}{place.key}[", f"{place.indent}{place.key}["))
        pairs, moved = matched(left, right, self.budget)
        gone, come = {a for a, _ in moved}, {b: a for a, b in moved}
        at_a = at_b = 0
        for next_a, next_b in [*pairs, (len(left), len(right))]:
            self._stretch(left, right, (at_a, next_a, at_b, next_b), gone, come, place)
            if next_a < len(left):
                self.pair(left[next_a], right[next_b], self._item(place, next_a, next_b, left, right))
            at_a, at_b = next_a + 1, next_b + 1
        end = f"{place.indent}]"
        self._put(DiffLine("same", end + place.left_comma, end + place.right_comma))

    def _item(self, place: _Place, a: int, b: int, left: Sequence[Any], right: Sequence[Any]) -> _Place:
        return place.inside(place.name, str(a), str(b))._replace(
            left_comma="," if a < len(left) - 1 else "", right_comma="," if b < len(right) - 1 else ""
        )

    def _stretch(
        self,
        left: list[Any],
        right: list[Any],
        span: tuple[int, int, int, int],
        gone: set[int],
        come: dict[int, int],
        place: _Place,
    ) -> None:
        """What stands between two items that belong together: some are versions of each other, by their order."""
        low_a, high_a, low_b, high_b = span
        ours = deque(at for at in range(low_a, high_a) if at not in gone)
        theirs = deque(at for at in range(low_b, high_b) if at not in come)
        rest_a, rest_b = deque(range(low_a, high_a)), deque(range(low_b, high_b))
        while rest_a or rest_b:
            if rest_a and rest_a[0] in gone:
                at = rest_a.popleft()
                self._moved_away(left[at], self._item(place, at, at, left, left))
            elif rest_b and rest_b[0] in come:
                at = rest_b.popleft()
                self._moved_here(left[come[at]], right[at], self._item(place, come[at], at, left, right))
            elif rest_a and rest_b and _akin(left[ours[0]], right[theirs[0]]):
                a, b = rest_a.popleft(), rest_b.popleft()
                ours.popleft(), theirs.popleft()
                self.pair(left[a], right[b], self._item(place, a, b, left, right))
            elif rest_a and (not rest_b or len(ours) >= len(theirs)):
                at = rest_a.popleft()
                ours.popleft()
                self._removed(left[at], self._item(place, at, at, left, left))
            else:
                at = rest_b.popleft()
                theirs.popleft()
                self._added(right[at], self._item(place, at, at, right, right))

    def _moved_away(self, value: Any, place: _Place) -> None:
        self._whole("moved", value, place, place.left_pointer)

    def _moved_here(self, before: Any, after: Any, place: _Place) -> None:
        """An item at its new place; what of it is another besides is marked."""
        self._change("moved", place)
        start = len(self.diff.lines)
        self.pair(before, after, place)
        lines, self.diff.lines[start:] = self.diff.lines[start:], []
        for line in lines:
            if line.right is not None:
                kind: Kind = "moved" if line.kind == "same" else line.kind
                marks = line.right_marks
                self.diff.lines.append(
                    DiffLine(kind, None, line.right, right_marks=marks, pointer=line.pointer or place.pointer)
                )


def _merged(left: dict[str, Any], right: dict[str, Any]) -> list[str]:
    """The names of both: the left side's order, each new name after the one that stands before it on the right."""
    after: dict[str | None, list[str]] = {}
    known: str | None = None
    for name in right:
        if name in left:
            known = name
        else:
            after.setdefault(known, []).append(name)
    names = list(after.get(None, ()))
    for name in left:
        names.append(name)
        names += after.get(name, ())
    return names


def _akin(left: Any, right: Any) -> bool:
    """Whether two items may be versions of one."""
    if isinstance(left, dict) and isinstance(right, dict):
        return all(left.get(name) == right.get(name) for name in ("type", "role") if name in left or name in right)
    return isinstance(left, list) == isinstance(right, list) and isinstance(left, dict) == isinstance(right, dict)


def matched(left: list[Any], right: list[Any], budget: Budget) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Which items belong together: those in the same order, and those that moved (places before and after)."""
    name = _name(left, right)
    ours: list[Hashable] = [item[name] for item in left] if name else [fingerprint(item) for item in left]
    theirs: list[Hashable] = [item[name] for item in right] if name else [fingerprint(item) for item in right]
    if not name:
        found = align(ours, theirs, budget)
        return found, _moves(left, ours, theirs, found)
    places = {key: at for at, key in enumerate(theirs)}
    both = [(a, places[key]) for a, key in enumerate(ours) if key in places]
    kept = set(ascending([b for _, b in both]))
    pairs = [pair for number, pair in enumerate(both) if number in kept]
    return pairs, [pair for number, pair in enumerate(both) if number not in kept]


def _name(left: list[Any], right: list[Any]) -> str:
    """The field that names the items of both lists; empty: none does."""
    if not left or not right or not all(isinstance(item, dict) for item in (*left, *right)):
        return ""
    for name in NAMES:
        ours, theirs = [item.get(name) for item in left], [item.get(name) for item in right]
        if not all(isinstance(value, str | int) for value in (*ours, *theirs)):
            continue
        if len(set(ours)) == len(ours) and len(set(theirs)) == len(theirs) and set(ours) & set(theirs):
            return name
    return ""


def _moves(
    left: list[Any], ours: list[Hashable], theirs: list[Hashable], pairs: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Items that stand elsewhere now. Numbers and the like do not move: one is as good as the other."""
    taken_a, taken_b = {a for a, _ in pairs}, {b for _, b in pairs}
    free: dict[Hashable, deque[int]] = {}
    for at, key in enumerate(ours):
        if at not in taken_a and isinstance(left[at], dict | list | str):
            free.setdefault(key, deque()).append(at)
    found = []
    for at, key in enumerate(theirs):
        if at not in taken_b and free.get(key):
            found.append((free[key].popleft(), at))
    return found
