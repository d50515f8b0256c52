"""Fixes: what they give up is said, and no schema, however odd, breaks the check."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from playground.core.schemas import Document, check, fix_all, profile, profiles
from playground.core.schemas.example import generate
from playground.core.schemas.validate import UnusableSchema, Validator
from tests.core.schemas.made import SCHEMAS, SENSIBLE


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
