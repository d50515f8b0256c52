"""Filling schemas: valid whatever the schema, or an honest refusal; and always the same."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_schema_validator import oas31_format_checker

from playground.sandbox.errors import ApiError
from playground.sandbox.patterns import matching
from playground.sandbox.schema_fill import Unfillable, fill
from playground.sandbox.schema_text import by_format
from playground.sandbox.tools import check_schema
from tests.helpers.needs import shared

NEXT = {"anyOf": [{"$ref": "#"}, {"type": "null"}]}
LIST = {
    "type": "object",
    "properties": {"value": {"type": "number"}, "next": NEXT},
    "required": ["value", "next"],
    "additionalProperties": False,
}
TREE = {"type": "object", "properties": {"kids": {"type": "array", "items": {"$ref": "#"}}}, "required": ["kids"]}
MUTUAL = {
    "$defs": {
        "a": {"type": "object", "properties": {"b": {"$ref": "#/$defs/b"}}, "required": ["b"]},
        "b": {"anyOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/end"}]},
        "end": {"type": "object", "properties": {"end": {"const": 1}}, "required": ["end"]},
    },
    "$ref": "#/$defs/a",
}
NASTY: dict[str, dict[str, Any]] = {
    "empty": {},
    "list": LIST,
    "tree": TREE,
    "mutual": MUTUAL,
    "nullable recursion": {"type": ["object", "null"], "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
    "tree with leaves": {**TREE, "properties": {"kids": {"type": "array", "items": {"$ref": "#"}, "minItems": 0}}},
    "union of types": {"type": ["null", "integer", "string"], "minimum": 5},
    "enum of mixed types": {"type": "string", "enum": [1, None, "a"]},
    "const": {"const": {"deep": [1, None]}},
    "anyOf beside type": {"type": "integer", "anyOf": [{"minimum": 10}, {"maximum": 1}]},
    "allOf": {"allOf": [{"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
                        {"properties": {"b": {"type": "boolean"}}, "required": ["b"]}]},
    "ref with siblings": {"$defs": {"n": {"type": "integer", "minimum": 3}}, "$ref": "#/$defs/n", "maximum": 3},
    "escaped ref": {"$defs": {"a/b~c": {"const": 1}}, "$ref": "#/$defs/a~1b~0c"},
    "between integers": {"type": "integer", "exclusiveMinimum": 4, "exclusiveMaximum": 6},
    "between numbers": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001},
    "negative": {"type": "number", "maximum": -10.5},
    "multiple": {"type": "integer", "multipleOf": 7, "minimum": 50, "maximum": 60},
    "decimal multiple": {"type": "number", "multipleOf": 0.01, "minimum": 1.14, "maximum": 1.2},
    "fraction": {"type": "integer", "multipleOf": 2.5, "minimum": 1},
    "unique enum": {"type": "array", "items": {"enum": ["a", "b", "c"]}, "minItems": 3, "uniqueItems": True},
    "unique objects": {"type": "array", "uniqueItems": True, "minItems": 5,
                       "items": {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}},
    "no items": {"type": "array", "items": False},
    "tuple": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False, "minItems": 2},
    "many items": {"type": "array", "items": {"type": "boolean"}, "minItems": 40, "maxItems": 41},
    "lengths": {"type": "string", "minLength": 200, "maxLength": 201},
    "short": {"type": "string", "maxLength": 1},
    "pattern": {"type": "string", "pattern": "^[A-Z]{2}\\d{3,5}(-(x|yz))?$", "minLength": 8},
    "pattern of letters": {"type": "string", "pattern": "^[\\w.+-]+@[a-z]+\\.(com|org)$"},
    "unanchored": {"type": "string", "pattern": "a{3}", "minLength": 10},
    "required unknown": {"type": "object", "required": ["x", "y"]},
    "keyed": {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 3},
    "branches": {"oneOf": [{"type": "object", "properties": {"kind": {"const": "a"}}, "required": ["kind"]},
                           {"type": "object", "properties": {"kind": {"const": "b"}}, "required": ["kind"]}]},
    "impossible branch": {"anyOf": [{"type": "string", "enum": []}, {"type": "integer"}]},
    "true and false": {"type": "object", "properties": {"a": True, "b": False}, "required": ["a"]},
}  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_schema_is_filled(name: str) -> None:
    schema = NASTY[name]
    value = fill(schema)
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(value)
    assert json.dumps(fill(schema)) == json.dumps(value), "it must be the same each time"
    assert len(json.dumps(value)) < 10_000


IMPOSSIBLE: dict[str, dict[str, Any]] = {
    "bounds": {"type": "integer", "minimum": 3, "maximum": 2},
    "endless": {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
    "itself": {"$ref": "#"},
    "nowhere": {"$ref": "#/$defs/none"},
    "elsewhere": {"$ref": "https://example.com/schema"},
    "no enum": {"enum": []},
    "not": {"type": "string", "not": {}},
    "no multiple": {"type": "integer", "multipleOf": 100, "minimum": 1, "maximum": 99},
    "look-behind": {"type": "string", "pattern": "(?<=zz)a$"},
    "broken pattern": {"type": "string", "pattern": "("},
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_cannot_be_filled_is_said(name: str) -> None:
    with pytest.raises(Unfillable) as raised:
        fill(IMPOSSIBLE[name])
    assert str(raised.value)


@pytest.mark.parametrize(
    "form", ["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"]
)  # the formats of Structured Outputs
def test_a_format_is_kept(form: str) -> None:
    for serial in range(1, 200, 13):
        text = by_format(form, serial)
        assert text
        # oas31_format_checker takes a time for Python's %H:%M:%S, which RFC 3339 is not.
        assert form == "time" or oas31_format_checker.conforms(text, form)
        assert Draft202012Validator.FORMAT_CHECKER.conforms(text, form)
        if form == "time":
            assert re.fullmatch(r"\d\d:\d\d:\d\dZ", text)
        if form == "duration":
            assert re.fullmatch(r"PT\d+M", text)


def test_the_note_is_worked_in_once() -> None:
    filled = fill(
        {"type": "object", "properties": {"n": {"type": "integer"}, "a": {}, "b": {"type": "string"}}}, note="NB"
    )
    assert json.dumps(filled).count("NB") == 1


def test_something_is_rather_written_than_nothing() -> None:
    assert fill({"anyOf": [{"type": "null"}, {"type": "integer"}]}) is not None
    assert fill({"type": ["null", "string"]}) is not None
    assert fill(LIST)["next"] is not None and len(fill(TREE)["kids"]) == 2


def test_members_keep_the_schemas_order() -> None:
    schema = {"type": "object", "properties": {key: {"type": "string"} for key in "zaqb"}, "required": list("baqz")}
    assert list(fill(schema)) == list("zaqb")


_SCALARS = st.one_of(
    st.builds(
        lambda low, span: {"type": "integer", "minimum": low, "maximum": low + span},
        st.integers(-1000, 1000),
        st.integers(0, 50),
    ),
    st.builds(
        lambda low, span: {"type": "number", "exclusiveMinimum": low, "maximum": low + span},
        st.floats(-1000, 1000, allow_nan=False),
        st.floats(0.5, 50),
    ),
    st.builds(
        lambda least, span: {"type": "string", "minLength": least, "maxLength": least + span},
        st.integers(0, 40),
        st.integers(0, 10),
    ),
    st.builds(lambda values: {"enum": values}, st.lists(st.one_of(st.none(), st.text(), st.integers()), min_size=1)),
    st.sampled_from([{"type": "boolean"}, {"type": "null"}, {"type": ["string", "null"]}]),
)  # fmt: skip


def _larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.builds(
            lambda members: {
                "type": "object", "properties": members, "required": list(members), "additionalProperties": False
            },
            st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=4),
        ),
        st.builds(
            lambda entry, least, span: {"type": "array", "items": entry, "minItems": least, "maxItems": least + span},
            inner, st.integers(0, 3), st.integers(0, 3),
        ),
        st.builds(lambda branches: {"anyOf": branches}, st.lists(inner, min_size=1, max_size=3)),
    )  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.recursive(_SCALARS, _larger, max_leaves=12))
def test_any_schema_of_the_subset_is_filled(schema: dict[str, Any]) -> None:
    Draft202012Validator(schema).validate(fill(schema))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(["[a-z]", "\\d", "[^0-9]", "(ab|cd)", ".", "x", "\\w", "[A-F0-9]", "\\s", "(?:q)", "\\."]),
        min_size=1, max_size=6,
    ),
    st.sampled_from(["", "+", "*", "?", "{2}", "{1,3}", "{3,}"]),
)  # fmt: skip
def test_patterns_are_matched(parts: list[str], times: str) -> None:
    pattern = "^" + times.join(parts) + times + "$"
    text = matching(pattern)
    assert text is not None and re.search(pattern, text)


def test_schemas_of_the_api_itself_are_filled() -> None:
    path = shared("openapi", "openapi.yaml")
    if path is None:
        pytest.skip("needs the OpenAPI document beside the checkout (PLAYGROUND_SHARED points elsewhere)")
    from tests.sandbox import document

    components = document.load()._schemas
    for name in ("Response", "CreateChatCompletionRequest", "ResponseStreamEvent", "Tool", "VectorStoreObject"):
        root = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": components}}
        Draft202012Validator(root).validate(fill(root))


@pytest.mark.parametrize("pattern", ["^\\u{1F600}x$", "^a\\/b$", "^\\\\u\\{2\\}$", "^\\d{2}$"])
def test_patterns_are_javascripts(pattern: str) -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string", "pattern": pattern}},
        "required": ["a"],
        "additionalProperties": False,
    }
    check_schema(schema, "schema", "response_format 'x'", strict=True)
    made = fill(schema)["a"]
    assert made in ("\U0001f600x", "a/b", "\\u{2}") or (len(made) == 2 and made.isdecimal())


def test_what_is_no_pattern_is_refused() -> None:
    with pytest.raises(ApiError, match="regex"):
        check_schema({"pattern": "(\\u{1F600}"}, "schema", "response_format 'x'", strict=False)
