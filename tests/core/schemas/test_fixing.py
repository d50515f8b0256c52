"""Fixes: what they give up is said, and no schema, however odd, breaks the check."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from playground.core.schemas import Document, apply_all, check, fix_all, profile, profiles
from playground.core.schemas.example import generate
from playground.core.schemas.validate import UnusableSchema, Validator
from tests.core.schemas.made import SCHEMAS, SENSIBLE
from tests.core.schemas.proving import compared


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(SENSIBLE)
def test_no_fix_changes_what_is_accepted_without_a_word(schema: dict[str, Any]) -> None:
    fixed = fix_all(schema, profile("openai"))
    assert all(bool(fix.loses) == (fix.narrows or fix.widens) for fix in fixed.applied)
    old, new = Validator(schema), Validator(fixed.value)
    try:
        if not any(fix.narrows for fix in fixed.applied):
            assert all(new.fits(document) for document in generate(schema, 1, count=5))
        if not any(fix.widens for fix in fixed.applied):
            assert all(old.fits(document) for document in generate(fixed.value, 1, count=5))
    except UnusableSchema:
        assume(False)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SCHEMAS)
def test_odd_schemas_are_checked_and_fixed(schema: Any) -> None:
    for name in profiles():
        fix_all(schema, profile(name))
        assert check(Document("", schema), profile(name)).seconds < 5


@pytest.mark.parametrize("ref", [{}, [], False, 7])
def test_a_ref_that_is_no_text(ref: Any) -> None:
    fixed = fix_all({"$ref": ref}, profile("openai"))
    assert "malformed" in {finding.rule for finding in fixed.left}


def test_what_is_referred_to_stays_what_it_was() -> None:
    """A fix within something that a $ref points to, and that holds something that another points to."""
    part = {"type": "object", "properties": {"x": {"type": "string"}}, "required": ["x"]}
    value = {
        "type": "object",
        "properties": {
            "a": {"type": "object", "properties": {"b": {"allOf": [part, {"required": ["x"]}]}}, "required": ["b"]},
            "c": {"$ref": "#/properties/a"},
            "d": {"$ref": "#/properties/a/properties/b/allOf/0"},
        },
        "required": ["a", "c", "d"],
    }
    rules = profile("openai")
    (fix,) = (one.fixes[0] for one in check(Document("", value), rules).findings if one.rule == "all-of")
    for changed in (fix.apply(value), apply_all(value, [fix], rules).value):
        assert "allOf" not in str(changed) and changed["properties"]["c"] == {"$ref": "#/properties/a"}
        verdict = compared(value, changed, count=10)
        assert (verdict.lost, verdict.won) == ([], []) and verdict.fitted
    fixed = fix_all(value, rules)
    assert not fixed.left and compared(value, fixed.value, count=10).won == []
