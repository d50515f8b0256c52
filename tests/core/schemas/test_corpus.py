"""Each rule of each server has a schema that is fine and one that is not; and what its fixes do is what they say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.core.resources import dated
from playground.core.schemas import Document, Finding, Fix, check, fix_all, profile, profiles, schema_base
from playground.core.schemas.formats import FORMATS
from playground.core.schemas.keywords import KEYWORDS
from playground.core.schemas.pointers import at
from playground.core.schemas.validate import Validator
from tests.core.schemas.corpus_made import FOLDER, Pair, pairs
from tests.core.schemas.proving import UnusableSchema, compared

PAIRS = list(pairs())
SMALL = [pair for pair in PAIRS if not pair.is_large and "$text" not in pair.data["bad"]]


def _ids(many: list[Pair]) -> Any:
    return pytest.mark.parametrize("pair", many, ids=[pair.id for pair in many])


@pytest.mark.parametrize("name", profiles())
def test_every_rule_of_every_profile_has_a_pair(name: str) -> None:
    rules = profile(name).rules.keys()
    assert rules == {pair.rule for pair in PAIRS if pair.profile == name}
    assert all(f"{rule}.json" in {path.name for path in FOLDER.iterdir()} for rule in rules)


@_ids(PAIRS)
def test_the_good_one_is_fine_and_the_bad_one_is_found(pair: Pair) -> None:
    rules = profile(pair.profile)
    assert [(one.pointer, one.rule) for one in check(pair.good, rules).findings] == []
    found: dict[str, list[str]] = {}
    for one in check(pair.bad, rules).findings:
        found.setdefault(one.pointer, []).append(one.rule)
        assert one.words and one.reason and one.source.url
    assert {pointer: sorted(names) for pointer, names in found.items()} == {
        pointer: sorted(names) for pointer, names in pair.data["found"].items()
    }
    assert any(pair.rule in names for names in found.values())


def test_the_facts_have_each_member_once_and_use_each_source() -> None:
    def members(pairs_: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len(dict(pairs_)) == len(pairs_), [name for name, _ in pairs_]
        return dict(pairs_)

    facts = json.loads(dated("schema-rules").read_text("utf-8"), object_pairs_hook=members)
    rules = [rule for entry in facts["profiles"].values() for rule in entry["rules"].items()]
    assert {name for name, _ in rules} == facts["rules"].keys()
    assert {source for _, (_, source) in rules} == facts["sources"].keys()
    assert all(set(entry["keywords"]) <= KEYWORDS.keys() for entry in facts["profiles"].values())


_OBJECT: dict[str, Any] = {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"],
                           "additionalProperties": False}  # fmt: skip
_TYPES: list[tuple[str, dict[str, Any]]] = [
    ("minItems maxItems uniqueItems contains minContains maxContains prefixItems unevaluatedItems",
     {"type": "array", "items": {"type": "string"}}),
    ("multipleOf minimum maximum exclusiveMinimum exclusiveMaximum", {"type": "integer"}),
    ("dependentRequired dependentSchemas patternProperties propertyNames minProperties maxProperties "
     "unevaluatedProperties", _OBJECT),
]  # fmt: skip
USES = {word: schema for words, schema in _TYPES for word in words.split()}
"""Of which type a keyword is; of the others a text."""
VALUES: dict[str, Any] = {
    "uniqueItems": True, "contains": {"type": "string"}, "prefixItems": [{"type": "string"}], "dependentRequired": {},
    "dependentSchemas": {}, "patternProperties": {"^b": {"type": "string"}}, "propertyNames": {"type": "string"},
    "unevaluatedProperties": False, "unevaluatedItems": False, "pattern": "^a$", "format": "date", "$anchor": "a",
    "$dynamicAnchor": "a", "$dynamicRef": "#a", "not": {"type": "null"}, "if": {"type": "string"},
    "then": {"type": "string"}, "else": {"type": "string"}, "$comment": "c", "title": "t", "description": "d",
    "examples": ["a"], "deprecated": True, "readOnly": True, "writeOnly": True, "enum": ["a"], "const": "a",
}  # fmt: skip
"""What it says; the others a number."""


@pytest.mark.parametrize("name", profiles())
def test_each_keyword_is_taken_or_not_as_the_facts_have_it(name: str) -> None:
    """Those that are supported pass; those that are named as refused or ignored are found at their place."""
    rules = profile(name)
    plain = [word for word in VALUES if word in rules.keywords and word not in rules.special]
    for word in [*plain, *rules.refused]:
        part = {**USES.get(word, {"type": "string"}), word: VALUES.get(word, 2)}
        value = {"type": "object", "properties": {"a": part}, "required": ["a"], "additionalProperties": False}
        found = [(one.pointer, one.rule) for one in check(Document("", value), rules).findings]
        wanted = rules.refused.get(word)
        assert found == ([(f"/properties/a/{word}", wanted)] if wanted else []), word


def _finding(pair: Pair) -> Finding:
    return next(one for one in check(pair.bad, profile(pair.profile)).findings if one.rule == pair.rule)


def _automatic(pair: Pair) -> list[Fix]:
    return [fix for fix in _finding(pair).fixes if fix.automatic]


@_ids(SMALL)
def test_every_automatic_fix_leads_to_what_passes(pair: Pair) -> None:
    rules, value = profile(pair.profile), pair.bad.value
    fixes = _automatic(pair)
    assert bool(fixes) == (pair.data["fix"] != "none")
    before = sum(one.rule == pair.rule for one in check(pair.bad, rules).findings)
    for fix in fixes:
        changed = fix.apply(value)
        after = check(Document("", changed), rules).findings
        assert sum(one.rule == pair.rule for one in after) < before or pair.rule == "root-object"
        assert not fix_all(changed, rules).left or rules.rules[pair.rule].severity != "error"
        assert not [one for one in fix_all(changed, rules).left if one.severity == "error"]
    fixed = fix_all(value, rules)
    if fixes:
        assert not [one for one in fixed.left if one.severity == "error"]
    else:
        assert pair.rule in {one.rule for one in fixed.left}


@_ids([pair for pair in SMALL if pair.data["fix"] != "none"])
def test_a_fix_accepts_the_same_documents_or_says_what_it_gives_up(pair: Pair) -> None:
    usual, *others = _automatic(pair)
    assert bool(usual.loses) == (pair.data["fix"] == "says")
    for fix in (usual, *others):
        assert bool(fix.loses) == (fix.narrows or fix.widens)
        old, base = pair.bad.value, schema_base(pair.bad.value)
        verdict = compared(at(old, base), at(fix.apply(old), base), count=12)
        unseen = pair.rule == "format-unlisted" and old["properties"]["a"]["format"] not in FORMATS
        assert bool(verdict.lost) == fix.narrows, (fix, verdict.lost[:3])
        assert bool(verdict.won) == fix.widens or unseen, (fix, verdict.won[:3])
        assert verdict.fitted or fix.kind in ("wrap_root", "map_to_list", "unrequire")


@_ids([pair for pair in SMALL if pair.data["fix"] == "says"])
def test_what_the_server_no_longer_enforces_the_client_can(pair: Pair) -> None:
    """With the client's schema beside it, nothing is accepted that was not, but by fixes that say so."""
    usual = _automatic(pair)[0]
    if not usual.checkable or usual.kind == "map_to_list":
        return
    fixed = fix_all(pair.bad.value, profile(pair.profile))
    if usual not in fixed.applied:  # of a warning: it gives something up, and the server may take it
        assert _finding(pair).severity != "error" or pair.rule == "keyword-unlisted"
        return
    try:
        verdict = compared(pair.bad.value, fixed.client, count=12)
    except UnusableSchema:
        Validator(fixed.value)
        return
    assert verdict.won == [] or any(fix.widens and not fix.checkable for fix in fixed.applied)
