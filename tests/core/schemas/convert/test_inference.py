"""What is learned from examples holds for each of them, and the rules for guesses are as they are told."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.core.schemas.convert import (
    ConvertError,
    examples,
    from_csv,
    from_typescript,
    infer,
    read,
    to_text,
)
from playground.core.schemas.validate import Validator

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


LIKE_FORMATS = st.one_of(
    st.from_regex(r"\d{4}-\d\d-\d\d", fullmatch=True),
    st.from_regex(r"20[0-9]{2}-0[12]-(2[89]|3[01])", fullmatch=True),
    st.from_regex(r"2026-0[1-9]-1\d[Tt ][0-2]\d:[0-5]\d:[0-6]\d(\.\d+)?([Zz]|[+-][0-2]\d:\d\d)?", fullmatch=True),
    st.from_regex(r"[0-2]\d:[0-5]\d:[0-6]\d([Zz]|[+-]\d\d:\d\d)?", fullmatch=True),
    st.from_regex(r"P(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d)?S)?)?", fullmatch=True),
    st.from_regex(r"[0-9a-fA-F]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", fullmatch=True),
    st.from_regex(r"[a-z.!+\"-]{1,5}@[a-z-]{1,4}(\.[a-z-]{1,3}){1,2}", fullmatch=True),
    st.from_regex(r"\d{1,3}(\.\d{1,3}){3}", fullmatch=True),
    st.from_regex(r"[0-9a-f:]{2,12}", fullmatch=True),
    st.sampled_from(["٢٠٢٦-11-27", "2026-11-27\n", "１２:00:00Z", "::1", "1.2.3.4\n", "a@b.c\n", ""]),
)  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(st.lists(LIKE_FORMATS, min_size=1, max_size=3))
def test_a_format_is_said_only_where_the_validator_says_so(texts: list[str]) -> None:
    examples = [{"at": text} for text in texts]
    validator = Validator(infer(examples))
    for example in examples:
        assert validator.violations(example) == []


@settings(deadline=None)
@given(st.lists(JSON, min_size=1, max_size=4))
def test_every_example_fits_what_is_written_of_it(values: list[Any]) -> None:
    """Through every text and back: JSON Lines, the schema, and as TypeScript."""
    lines = "\n".join(json.dumps(value) for value in values) + "\n"
    read_back = examples(lines, "x", whole=True)
    assert read_back == values
    schema = infer(read_back)
    validator = Validator(schema)
    assert all(validator.fits(value) for value in values)
    back = from_typescript(to_text(schema, "Answer", "typescript").text)
    assert not back.notes or schema == {}
    again = Validator(back.schema)
    assert all(again.fits(value) for value in values)


@settings(deadline=None)
@given(st.lists(st.lists(st.text(max_size=5) | LIKE_FORMATS, min_size=2, max_size=2), max_size=6))
def test_a_table_becomes_a_row(rows: list[list[str]]) -> None:
    schema = from_csv(["a", "b"], rows)
    assert list(schema["properties"]) == ["a", "b"] == schema["required"]
    for place, name in enumerate("ab"):
        cells = [row[place].strip() for row in rows]
        kinds = schema["properties"][name]["type"]
        assert ("null" in kinds) is ("" in cells)
        if not cells or all(cell == "" for cell in cells):
            assert "string" in kinds
        validator = Validator(schema["properties"][name])
        read = {"integer": int, "number": float, "boolean": lambda cell: cell.lower() == "true"}
        kind = next((one for one in read if one in ([kinds] if isinstance(kinds, str) else kinds)), "")
        for cell in cells:
            value = None if cell == "" else read[kind](cell) if kind else cell
            assert validator.violations(value) == [], (cell, schema)
