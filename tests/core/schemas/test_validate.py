"""The validator: as the JSON Schema Test Suite has it, told where and why, and safe from hostile schemas."""

from __future__ import annotations

import json
import tarfile
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.schemas.keywords import KEYWORDS
from playground.core.schemas.validate import UnusableSchema, Validator, validate
from tests.core.schemas.made import JSON, SCHEMAS
from tests.helpers.needs import NEEDS

_KEYWORDS = """
additionalProperties allOf anyOf boolean_schema const contains default defs dependentRequired dependentSchemas enum
exclusiveMaximum exclusiveMinimum if-then-else infinite-loop-detection items maxContains maxItems maxLength
maxProperties maximum minContains minItems minLength minProperties minimum multipleOf not oneOf pattern
patternProperties prefixItems properties propertyNames ref required type uniqueItems
optional/bignum optional/ecmascript-regex
"""
"""Those of the strict subset, and those that fixes take out."""
_FORMATS = ["date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uuid"]


@pytest.mark.suite
@pytest.mark.parametrize("name", [*_KEYWORDS.split(), *(f"optional/format/{one}" for one in _FORMATS)])
def test_the_json_schema_test_suite(name: str) -> None:
    path = NEEDS["suite"].path
    assert path is not None
    with tarfile.open(path) as archive:
        member = next(one for one in archive if one.name.endswith(f"/json/tests/draft2020-12/{name}.json"))
        file = archive.extractfile(member)
        assert file is not None
        groups = json.load(file)
    wrong = [
        (group["description"], test["description"])
        for group in groups
        for test in group["tests"]
        if (not validate(group["schema"], test["data"])) != test["valid"]
    ]
    assert sum(len(group["tests"]) for group in groups) > 1
    assert wrong == []


def test_each_violation_has_its_path_and_words() -> None:
    schema = {
        "type": "object",
        "properties": {"a/b": {"type": "array", "items": {"type": "integer", "minimum": 3}}, "kind": {"enum": ["x"]}},
        "required": ["a/b", "kind"],
        "additionalProperties": False,
    }
    told = {one.path: one.words for one in validate(schema, {"a/b": [5, "no", 1], "kind": "x", "more": 1})}
    assert told == {
        "/a~1b/1": "is a string, not an integer",
        "/a~1b/2": "is 1, less than 3",
        "": "has “more”, which the schema does not list",
    }
    assert {one.words for one in validate(schema, {"more": 1})} == {
        "has no “a/b”", "has no “kind”", "has “more”, which the schema does not list",
    }  # fmt: skip


def test_of_alternatives_the_nearest_is_told() -> None:
    closed = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
    (told,) = validate({"anyOf": [{"type": "null"}, closed]}, {"n": "x"})
    assert told.words == "fits none of the alternatives; the nearest: /n is a string, not an integer"


@pytest.mark.parametrize(
    ("schema", "value", "words"),
    [
        ({"$ref": "https://example.com/schema.json"}, 1, "not fetched"),
        ({"$ref": "file:///etc/passwd"}, 1, "not fetched"),
        ({"$ref": "#/$defs/none"}, 1, "leads nowhere"),
        ({"$ref": "#"}, 1, "without end"),
        ({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}, 1, "without end"),
        ({"pattern": "^(a|a)*$"}, "a" * 40 + "!", "more than 0.1 s"),
        ({"patternProperties": {"^(a|a)*$": {}}}, {"a" * 40 + "!": 1}, "more than 0.1 s"),
        ({"additionalProperties": False, "patternProperties": {"^(a|aa)+$": {}}}, {"a" * 60 + "!": 1}, "more than"),
        ({"pattern": "("}, "x", "pattern"),
        ({"type": 3}, 1, "type"),
        ({"properties": []}, {}, "properties"),
        (3, 1, "object"),
        ({"$defs": {f"d{n}": {"anyOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)}
          | {"d40": {"type": "null"}}, "$ref": "#/$defs/d0"}, 1, "more than"),
    ],
    ids=str,
)  # fmt: skip
def test_hostile_schemas_are_unusable_and_said_to_be(schema: Any, value: Any, words: str) -> None:
    began = time.monotonic()
    with pytest.raises(UnusableSchema) as caught:
        validate(schema, value, seconds=0.5)
    assert words in str(caught.value)
    assert time.monotonic() - began < 10


def test_recursion_that_ends_is_followed() -> None:
    tree = {"type": "object", "properties": {"next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}}
    validator = Validator(tree)
    assert validator.fits({"next": {"next": {"next": None}}})
    assert not validator.fits({"next": {"next": {"next": 3}}})


@given(SCHEMAS, JSON)
def test_any_schema_says_yes_or_no_or_why_not(schema: Any, value: Any) -> None:
    try:
        told = validate(schema, value, seconds=1)
    except UnusableSchema as error:
        assert error.words
    else:
        assert all(one.words and (one.path == "" or one.path.startswith("/")) for one in told)


@given(st.recursive(st.just({}), lambda inner: st.dictionaries(st.text(max_size=4), inner, max_size=2), max_leaves=9))
def test_a_schema_without_keywords_accepts_everything(schema: Any) -> None:
    plain = {name: value for name, value in schema.items() if name not in KEYWORDS and not name.startswith("$")}
    assert validate(plain, {"x": [1, None]}) == []
