"""JSON laid side by side: each side is still whole, and what changed is named by where it is."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.diff import Budget, Diff, diff_values, hunks
from playground.core.diff.align import align, ascending
from playground.core.diff.values import same

SCALARS = (
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-2, 2, allow_nan=False) | st.text("abé\n ~/", max_size=3)
)
NAMES = st.sampled_from(["id", "name", "a", "b/c", "~", "", "type", "role"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=20
)


def side(diff: Diff, which: str) -> Any:
    lines = (getattr(line, which) for line in diff.lines)
    return json.loads("\n".join(line for line in lines if line is not None))


def at(value: Any, pointer: str) -> Any:
    """What a JSON pointer leads to. Raises LookupError."""
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


@given(VALUES, VALUES)
def test_each_side_is_whole_and_each_change_is_where_it_says(left: Any, right: Any) -> None:
    diff = diff_values(left, right)
    if not any('"""' in (line.left or "") for line in diff.lines):  # texts of several lines are shown as such
        assert same(side(diff, "left"), left)
        assert same(side(diff, "right"), right)
    assert diff.is_same == same(left, right)
    for change in diff.changes:
        if change.kind in ("changed", "added"):
            assert same(at(right, change.pointer), change.after)
        if change.kind in ("changed", "removed"):
            assert same(at(left, change.left_pointer or change.pointer), change.before)
        if change.kind == "moved":
            at(left, change.left_pointer or change.pointer), at(right, change.pointer)
    for line in diff.lines:
        for text, marks in ((line.left, line.left_marks), (line.right, line.right_marks)):
            assert all(text is not None and 0 <= start < end <= len(text) for start, end in marks)


@given(VALUES)
def test_a_value_is_the_same_as_itself(value: Any) -> None:
    diff = diff_values(value, json.loads(json.dumps(value)))
    assert diff.is_same and not hunks(diff.lines)


@given(st.lists(st.integers(0, 6), max_size=30), st.lists(st.integers(0, 6), max_size=30))
def test_aligned_items_are_equal_and_in_order_and_no_fewer_than_difflib_finds(
    left: list[int], right: list[int]
) -> None:
    pairs = align(left, right, Budget())
    assert all(left[a] == right[b] for a, b in pairs)
    assert all(one[0] < two[0] and one[1] < two[1] for one, two in pairwise(pairs))
    if left == right:
        assert len(pairs) == len(left)


def test_the_longest_ascending_part() -> None:
    assert ascending([5, 0, 1, 9, 2, 3]) == [1, 2, 4, 5]
    assert ascending([]) == []


@pytest.mark.parametrize("pair", [(1, 1.0), (1, True), (0, False), (None, False), ("1", 1), (2**70, 2**70 + 1)])
def test_values_that_python_takes_for_equal_are_told_apart(pair: tuple[Any, Any]) -> None:
    diff = diff_values({"a": [pair[0]]}, {"a": [pair[1]]})
    assert [(change.kind, change.pointer) for change in diff.changes] == [("changed", "/a/0")]


def test_the_order_of_names_is_no_difference() -> None:
    assert diff_values({"a": 1, "b": 2}, {"b": 2, "a": 1}).is_same


def test_items_are_known_by_their_ids_when_they_move_and_change() -> None:
    left = [{"id": "a", "n": 1}, {"id": "b", "n": 2}, {"id": "c", "n": 3}]
    right = [{"id": "b", "n": 2}, {"id": "c", "n": 4}, {"id": "a", "n": 9}]
    diff = diff_values({"tools": left}, {"tools": right})
    found = [(change.kind, change.left_pointer or change.pointer, change.pointer) for change in diff.changes]
    assert found == [
        ("changed", "/tools/2/n", "/tools/1/n"),
        ("moved", "/tools/0", "/tools/2"),
        ("changed", "/tools/0/n", "/tools/2/n"),
    ]


def test_items_without_ids_are_known_by_what_they_hold() -> None:
    one, two, three = ({"role": role, "content": role * 3} for role in ("user", "assistant", "developer"))
    diff = diff_values([one, two, three], [three, one, two])
    assert [(change.kind, change.left_pointer, change.pointer) for change in diff.changes] == [("moved", "/2", "/0")]


def test_a_message_put_in_front_is_one_change_and_a_changed_one_shows_its_words() -> None:
    talk = [{"role": "user", "content": f"question number {number} about cats"} for number in range(50)]
    other = [{"role": "system", "content": "be good"}, *json.loads(json.dumps(talk))]
    other[30]["content"] = "question number 29 about small dogs"
    diff = diff_values(talk, other)
    assert [(change.kind, change.pointer) for change in diff.changes] == [("added", "/0"), ("changed", "/30/content")]
    [line] = [line for line in diff.lines if line.kind == "changed"]
    assert [line.left[start:end] for start, end in line.left_marks] == ["cats"]  # type: ignore[index]
    assert "".join(line.right[start:end] for start, end in line.right_marks) == "small dogs"  # type: ignore[index]


def test_texts_of_several_lines_are_compared_by_lines() -> None:
    left, right = "first\nsecond line\nthird", "first\nsecond row\nthird\nfourth"
    diff = diff_values({"input": left}, {"input": right})
    assert [line.right for line in diff.lines if line.kind == "added"] == ["fourth"]
    assert [change.pointer for change in diff.changes] == ["/input"]


def test_ids_and_times_of_answers_are_others_each_time() -> None:
    left = {"id": "resp_1", "created_at": 1, "output": [{"type": "message", "id": "msg_1", "text": "a"}]}
    right = {"id": "resp_2", "created_at": 2, "output": [{"type": "message", "id": "msg_2", "text": "a"}]}
    assert diff_values(left, right, answer=True).is_same
    assert not diff_values(left, right).is_same
    right["output"][0]["text"] = "b"  # type: ignore[index]
    assert [change.pointer for change in diff_values(left, right, answer=True).changes if change.kind == "changed"] == [
        "/output/0/text"
    ]


def test_half_surrogates_and_deep_values_are_compared() -> None:
    assert not diff_values({"a": "\ud800"}, {"a": "\ud801"}).is_same
    deep_a: Any = 1
    deep_b: Any = 2
    for _ in range(600):
        deep_a, deep_b = [deep_a], [deep_b]
    assert diff_values(deep_a, deep_b).counts() == {"changed": 1}


def test_what_is_too_long_to_be_shown_whole_is_told_in_few_lines() -> None:
    left = {"data": [{"n": number, "text": f"text {number}", "more": [1, 2]} for number in range(60_000)]}
    right = json.loads(json.dumps(left))
    right["data"][30_000]["n"] = -1
    diff = diff_values(left, right, Budget(60))
    assert [change.pointer for change in diff.changes] == ["/data/30000/n"] and not diff.notes
    told = [line.left for line in diff.lines if "equal lines" in (line.left or "")]
    assert len(diff.lines) < 32_000 and len(told) == 2, told
    hidden = sum(int(line.split()[1].replace(",", "")) for line in told if line)
    whole = len(json.dumps(left, indent=2).splitlines())
    assert len(diff.lines) - len(told) + hidden == whole


def test_eight_megabytes_that_have_nothing_in_common_end_in_time() -> None:
    left = {"data": [{"n": number, "text": f"left {number} " * 4} for number in range(100_000)]}
    right = {"data": [{"n": number, "text": f"{number} right" * 5, "m": [number]} for number in range(100_000)]}
    began = time.monotonic()
    diff = diff_values(left, right, Budget(1.0))
    assert time.monotonic() - began < 20, "the bound of one second does not hold"
    assert diff.notes and not diff.is_same
