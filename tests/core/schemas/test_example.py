"""Documents that fit: one to look at, many to prove something with; and an honest no where none is found."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.core.schemas import fix_all, profile
from playground.core.schemas.convert import infer
from playground.core.schemas.example import NoExample, example, generate
from playground.core.schemas.validate import UnusableSchema, Validator
from tests.core.schemas.corpus_made import MADE
from tests.core.schemas.made import JSON, SCHEMAS
from tests.core.schemas.ordinary import ordinary

_CLOSED: dict[str, Any] = {"type": "object", "additionalProperties": False}
_NODE = {"type": "object", "properties": {"v": {"type": "integer"}, "next": {"$ref": "#/$defs/n"}}, "required": ["v"]}
SATISFIABLE: list[Any] = [
    True, {}, {"type": "null"}, {"const": {"a": [1]}}, {"enum": [None, "x"]}, {"type": "integer", "enum": ["x", 3]},
    {"type": "string", "minLength": 5000}, {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{4}$"},
    {"type": "string", "pattern": "b$", "minLength": 4}, {"type": "string", "pattern": "^(?=a)[a-z]+$"},
    {"type": "string", "pattern": "^(a|b)\\1$"}, {"type": "string", "format": "date-time"},
    {"type": "string", "format": "email", "maxLength": 18}, {"not": {"type": "string"}}, {"not": {"const": "text"}},
    {"type": "string", "not": {"const": "text"}}, {"not": {"not": {"type": "boolean"}}},
    {"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 5},
    {"type": "number", "minimum": 0.2, "maximum": 0.3},
    {"type": "integer", "multipleOf": 7, "minimum": 50}, {"type": "number", "multipleOf": 0.25, "maximum": -1},
    {"type": "array", "items": {"type": "integer"}, "minItems": 9}, {"type": "array", "items": False},
    {"type": "array", "items": {"enum": ["x", "y", "z"]}, "uniqueItems": True, "minItems": 3},
    {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "minItems": 4},
    {"type": "array", "items": {"type": "integer"}, "contains": {"minimum": 30}, "minContains": 2},
    {"type": "array", "prefixItems": [{"type": "integer"}, {"const": "x"}], "items": {"type": "null"}, "minItems": 3},
    {**_CLOSED, "patternProperties": {"^x-[a-z]$": {"type": "integer"}}, "minProperties": 1},
    {"type": "object", "propertyNames": {"pattern": "^[a-c]$"}, "minProperties": 1},
    {"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a"], "dependentRequired": {"a": ["b"]}},
    {"type": "object", "properties": {"a": {}, "b": {}, "c": {}}, "maxProperties": 1},
    {"type": "object", "properties": {"a": {"const": 1}}, "required": ["a"], "if": {"properties": {"a": {"const": 1}}},
     "then": {"required": ["b"]}},
    {"type": "object", "properties": {"a": {"type": "integer"}}, "anyOf": [{"required": ["a"]}, {"required": ["z"]}]},
    {"oneOf": [{"type": "integer"}, {"type": "integer", "minimum": 5}]},
    {"oneOf": [{"type": "number"}, {"minimum": 3}]},
    {"allOf": [{"pattern": "[ab]"}, {"pattern": "[bc]"}], "type": "string"},
    {"allOf": [{"minimum": 3}, {"maximum": 4}, {"type": "integer"}, {"not": {"const": 3}}]},
    {"$ref": "#/$defs/n", "$defs": {"n": _NODE}},
    {"$ref": "#/$defs/n", "required": ["v", "next"], "$defs": {"n": _NODE}},
    {**_CLOSED, "properties": {"more": {"type": "array", "items": {"$ref": "#"}}}, "required": ["more"]},
    {**_CLOSED, "properties": {"more": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}, "required": ["more"]},
    {"type": "object", "properties": {"a": {"const": 1}, "b": {"not": {}}}}, {"type": "object", "required": ["a", "b"]},
]  # fmt: skip
EMPTY: list[Any] = [
    False, {"enum": []}, {"not": {}}, {"type": "integer", "minimum": 3, "maximum": 2}, {"type": "string", "const": 1},
    {"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 2},
    {"allOf": [{"type": "string"}, {"type": "null"}]},
    {**_CLOSED, "required": ["a"]}, {"type": "object", "properties": {"a": False}, "required": ["a"]},
    {"type": "array", "items": {"enum": [1]}, "uniqueItems": True, "minItems": 2}, {"anyOf": [False, {"enum": []}]},
    {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}, {"oneOf": [True, True]},
    {"type": "string", "enum": ["x"], "pattern": "^y$"}, {"type": "string", "minLength": 3, "maxLength": 2},
]  # fmt: skip


@pytest.mark.parametrize("schema", SATISFIABLE, ids=str)
def test_an_example_fits_and_is_always_the_same(schema: Any) -> None:
    made = example(schema)
    validator = Validator(schema)
    assert validator.fits(made) and json.dumps(made) == json.dumps(example(schema))
    many = list(generate(schema, 7, count=5))
    assert many and all(validator.fits(one) for one in many)
    assert json.dumps(many) == json.dumps(list(generate(schema, 7, count=5)))


@pytest.mark.parametrize("schema", EMPTY, ids=str)
def test_where_nothing_fits_that_is_said(schema: Any) -> None:
    began = time.monotonic()
    with pytest.raises(NoExample, match="No document that fits"):
        example(schema)
    assert isinstance(NoExample(), ValueError) and list(generate(schema, 1)) == []
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("schema", [{"type": "text"}, {"$ref": "#/$defs/none"}, {"$ref": "#"}, {"properties": []}, 3])
def test_a_schema_that_means_nothing_has_no_example(schema: Any) -> None:
    with pytest.raises(UnusableSchema):
        example(schema)


@settings(deadline=None, max_examples=60)
@given(st.lists(JSON, min_size=1, max_size=4))
def test_what_was_inferred_has_an_example(values: list[Any]) -> None:
    schema = infer(values)
    assert Validator(schema).fits(example(schema))


NOTHING_FITS = {19, 83, 103}
"""Of these an enum and a pattern, or two alternatives, keep everything out: looked at by hand."""


def test_schemas_that_servers_take_have_an_example() -> None:
    rules, without = profile("openai"), set()
    for seed in range(120):
        fixed = fix_all(json.loads(json.dumps(ordinary(seed))), rules)
        if not any(one.severity == "error" for one in fixed.left):
            try:
                assert Validator(fixed.value).fits(example(fixed.value))
            except NoExample:
                without.add(seed)
    assert without == NOTHING_FITS


@pytest.mark.parametrize(
    ("name", "size"), [("properties", 5000), ("depth", 10), ("enum_values", 1000), ("text", 120000)]
)
def test_an_example_at_the_limits(name: str, size: int) -> None:
    schema = MADE[name](size)
    assert Validator(schema).violations(example(schema), seconds=30) == []


@settings(deadline=None, max_examples=60)
@given(SCHEMAS)
def test_any_schema_has_an_example_or_says_why_not(schema: Any) -> None:
    try:
        made = example(schema)
    except (NoExample, UnusableSchema) as error:
        assert str(error)
    else:
        assert Validator(schema).fits(made)
