"""What is said to be wrong, and where: against the jsonschema library, and in the words of a person."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.core.forms import FormModel
from tests.helpers.sdk_schemas import sdk_schema

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "minLength": 1, "maxLength": 5, "pattern": "^[a-z]*$"},
        "number": {"type": "number", "minimum": 0, "maximum": 2},
        "count": {"type": "integer", "exclusiveMinimum": 0, "multipleOf": 3},
        "flag": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
        "size": {"enum": ["low", "high"], "type": "string"},
        "model": {"anyOf": [{"type": "string"}, {"enum": ["a", "b"], "type": "string"}]},
        "epochs": {"anyOf": [{"const": "auto", "type": "string"}, {"type": "integer"}]},
        "words": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
        "map": {"type": "object", "additionalProperties": {"type": "string"}},
        "part": {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {"type": {"const": "a"}, "x": {"type": "integer"}},
                    "required": ["type", "x"],
                },
                {
                    "type": "object",
                    "properties": {"type": {"const": "b"}, "y": {"type": "string"}},
                    "required": ["type"],
                },
            ]
        },
    },
    "required": ["text"],
    "additionalProperties": False,
}
_leaf = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-4, 7),
    st.floats(-3, 3, width=16),
    st.sampled_from(["", "a", "auto", "low", "ABC"]),
)
_values = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["type", "x", "y", "k"]), inner, max_size=3)
    ),
    max_leaves=6,
)
_tagged = st.fixed_dictionaries({"type": st.sampled_from(["a", "b", "c"])}, optional={"x": _leaf, "y": _leaf})


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from([*SCHEMA["properties"], "other"]), st.one_of(_values, _tagged), max_size=5))
def test_it_agrees_with_jsonschema_on_what_is_valid(value: dict[str, Any]) -> None:
    form = FormModel(SCHEMA, request=False)
    errors = form.set_value(value)
    theirs = list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(value))
    assert bool(errors) == bool(theirs), (errors, [error.message for error in theirs])
    assert form.value() == value


@pytest.mark.parametrize(
    ("value", "pointer", "words"),
    [
        ({"text": "abcdef"}, "/text", "May have 5 characters; it has 6"),
        ({"text": "A"}, "/text", "Must look like ^[a-z]*$"),
        ({"text": "a", "number": 3}, "/number", "Must be between 0 and 2"),
        ({"text": "a", "count": 4}, "/count", "Must be a multiple of 3"),
        ({"text": "a", "count": "4"}, "/count", "Must be a whole number, not a text"),
        ({"text": "a", "size": "mid"}, "/size", "Must be one of low, high"),
        ({"text": "a", "epochs": "all"}, "/epochs", "Must be auto or a whole number"),
        ({"text": "a", "words": ["a", 1]}, "/words/1", "Must be a text, not a whole number"),
        ({"text": "a", "words": ["a", "b", "c"]}, "/words", "Must have at most 2 items; it has 3"),
        ({"text": "a", "map": {"a/b": 1}}, "/map/a~1b", "Must be a text, not a whole number"),
        ({"text": "a", "part": {"type": "a", "x": "1"}}, "/part/x", "Must be a whole number, not a text"),
        ({"text": "a", "part": {"type": "c"}}, "/part/type", "“c” is none of a, b"),
        ({"text": None}, "/text", "Must be a text, not null"),
        ({"text": "a", "more": 1}, "/more", "There is no parameter of this name"),
        ({}, "/text", "Required"),
    ],
)
def test_what_is_wrong_and_where(value: dict[str, Any], pointer: str, words: str) -> None:
    errors = FormModel(SCHEMA, request=False).set_value(value)
    assert [(error.pointer, error.message) for error in errors] == [(pointer, words)]


def test_required_alternatives_are_said_in_words() -> None:
    schema = {
        "properties": {name: {"type": "string"} for name in ("model", "messages", "prompt", "input")},
        "required": ["model"],
        "anyOf": [{"required": ["messages"]}, {"required": ["prompt", "input"]}],
    }
    form = FormModel(schema, request=False)
    assert form.errors()[0].message == "Required"
    errors = form.set_value({"model": "m"})
    assert [(error.pointer, error.message) for error in errors] == [("", "Needs either messages, or prompt and input.")]
    assert form.set_value({"model": "m", "messages": "x"}) == []


def test_a_change_in_one_item_is_noticed_among_many() -> None:
    form = FormModel(sdk_schema("responses.create"))
    message = {"role": "user", "content": "x"}
    assert form.set_value({"model": "m", "input": [dict(message) for _ in range(500)]}) == []
    node = form.node_at("/input/250/content")
    assert node is not None
    node.set(5)
    assert [error.pointer for error in form.errors()] == ["/input/250/content"]
    node.set("five")
    assert form.errors() == []
