"""A schema as text: the same value, short things on one line, long ones below each other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.schemas.writing import WIDTH, write

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=6) | st.sampled_from(["type", "enum"]),
                                                                inner, max_size=5),
)  # fmt: skip


@given(VALUES)
def test_what_is_written_reads_as_the_same(value: Any) -> None:
    text = write(value)
    assert json.loads(text) == value
    assert list(json.loads(text)) == list(value) if isinstance(value, dict) else True
    assert text.endswith("\n") and write(json.loads(text)) == text


def test_short_schemas_stand_on_one_line() -> None:
    value = {
        "type": "object",
        "properties": {
            "tier": {"type": "string", "enum": ["free", "paid"]},
            "steps": {"type": "array", "items": {"type": "object", "properties": {}}},
        },
        "required": ["tier", "steps"],
    }
    assert write(value).splitlines() == [
        "{",
        '  "type": "object",',
        '  "properties": {',
        '    "tier": {"type": "string", "enum": ["free", "paid"]},',
        '    "steps": {',
        '      "type": "array",',
        '      "items": {',
        '        "type": "object",',
        '        "properties": {}',
        "      }",
        "    }",
        "  },",
        '  "required": ["tier", "steps"]',
        "}",
    ]


def test_long_lists_are_broken() -> None:
    text = write({"enum": [f"a long value, number {number}" for number in range(12)]})
    assert all(len(line) <= WIDTH for line in text.splitlines()) and len(text.splitlines()) == 16


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write({"minimum": float("nan")})
