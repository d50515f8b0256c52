"""What is learned from examples holds for each of them, and the rules for guesses are as they are told."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.core.schemas.convert import ConvertError, examples, from_csv, infer, read

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.lists(JSON, min_size=1, max_size=6))
def test_every_example_fits(values: list[Any]) -> None:
    schema = infer(values)
    for value in values:
        jsonschema.validate(value, schema)


def test_optional_nullable_order_and_formats() -> None:
    schema = infer([
        {"z": 1, "at": "2026-11-27T05:00:00Z", "a": None, "only": "x"},
        {"z": 1.5, "at": "2026-11-27T05:00:00+01:00", "a": "b"},
    ])  # fmt: skip
    assert list(schema["properties"]) == ["z", "at", "a", "only"]
    assert schema["required"] == ["z", "at", "a"]
    assert schema["properties"]["z"] == {"type": "number"}
    assert schema["properties"]["at"] == {"type": "string", "format": "date-time"}
    assert schema["properties"]["a"] == {"type": ["string", "null"]}


@pytest.mark.parametrize(("times", "found"), [(3, True), (2, False)])
def test_enum_where_each_word_was_seen_often_enough(times: int, found: bool) -> None:
    schema = infer([{"kind": word} for word in ("open", "closed") * times])
    assert ("enum" in schema["properties"]["kind"]) is found


def test_keys_like_ids_are_a_map() -> None:
    schema = infer([{"2024-01": 1, "2024-02": 2, "2024-03": 3, "2024-04": 5}])
    assert schema == {"type": "object", "additionalProperties": {"type": "integer"}}


def test_too_deep_and_none_are_said() -> None:
    value: Any = 1
    for _ in range(10_000):
        value = [value]
    with pytest.raises(ConvertError, match="levels deep"):
        infer([value])
    with pytest.raises(ConvertError, match="no example"):
        infer([])


def test_json_lines() -> None:
    assert examples('{"a": 1}\n\n{"a": 2}\n', "x") == [{"a": 1}, {"a": 2}]
    with pytest.raises(ConvertError, match="line 2"):
        examples('{"a": 1}\n{"a": \n', "x")


def test_columns() -> None:
    schema = from_csv(
        ["id", "postcode", "price", "paid", "day", "note"],
        [["1", "01067", "2.5", "true", "2026-11-27", ""], ["2", "80331", "3", "false", "2026-11-28", "hm"]],
    )
    kinds = schema["properties"]
    assert kinds["id"] == {"type": "integer"} and kinds["postcode"] == {"type": "string"}
    assert kinds["price"] == {"type": "number"} and kinds["paid"] == {"type": "boolean"}
    assert kinds["day"] == {"type": "string", "format": "date"} and kinds["note"] == {"type": ["string", "null"]}
    with pytest.raises(ConvertError, match="twice"):
        from_csv(["a", "a"])


def test_a_table_with_semicolons() -> None:
    made = read("csv", "name;age\nAda;36\nBob;\n")
    assert made.schema["properties"]["age"] == {"type": ["integer", "null"]}
