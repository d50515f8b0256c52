"""All fixes of schemas as people write them: what is left needs a person, and the documents that are accepted change
only as each fix says. 320 schemas, the same in each run."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from playground.core.schemas import Document, Finding, Fix, check, fix_all, profile
from playground.core.schemas.fixing import apply_to, without_hidden
from tests.core.schemas.ordinary import ordinary
from tests.core.schemas.proving import UnusableSchema, compared

SEEDS = {"openai": range(260), "openai-fine-tuned": range(1000, 1020), "llama.cpp": range(2000, 2020),
         "vllm": range(3000, 3020)}  # fmt: skip
CHUNK = 20
NEEDS_SOMEBODY = {
    "missing-type", "missing-items", "not-an-object-schema", "enum-type", "ref-missing", "ref-loop", "never-ending",
    "limit-depth", "limit-properties",
}  # fmt: skip
"""What cannot be known: what was meant by a schema that accepts anything, or nothing, or that points nowhere."""
_CHUNKS = [(name, seeds[at : at + CHUNK]) for name, seeds in SEEDS.items() for at in range(0, len(seeds), CHUNK)]


def _schema(seed: int) -> Any:
    return json.loads(json.dumps(ordinary(seed)))


@pytest.mark.parametrize(("name", "seeds"), _CHUNKS, ids=[f"{name}-{seeds.start}" for name, seeds in _CHUNKS])
def test_fixes_do_what_they_say(name: str, seeds: range) -> None:
    for seed in seeds:
        value = _schema(seed)
        fixed = fix_all(value, profile(name))
        for fix in fixed.applied:
            assert bool(fix.loses) == (fix.narrows or fix.widens)
            assert all(any(words in said for said in fixed.lost) for words in fix.loses)
        for finding in fixed.left:
            assert finding.severity != "error" or _needs_somebody(finding, fixed.value), (seed, finding)
        _prove(seed, value, fixed.applied, fixed.value)
        if not any(fix.widens and not fix.checkable for fix in fixed.applied) and not _moves(fixed.applied):
            _hold(seed, value, fixed.client, fixed.applied, ())


def _needs_somebody(finding: Finding, value: Any) -> bool:
    """There is no automatic fix, and the finding says why there can be none."""
    if any(fix.automatic for fix in finding.fixes):
        return False
    if finding.rule in NEEDS_SOMEBODY:
        return True
    if finding.rule in ("all-of", "closed-objects"):
        return any(words in finding.words for words in ("no document fits", "allOf has to be mended")) or "enum" in str(
            value
        )
    return finding.rule == "root-object" and "allOf" in value


def _moves(fixes: tuple[Fix, ...]) -> bool:
    """Whether documents are no longer what they were, so that they cannot be compared."""
    return any(fix.kind in ("wrap_root", "map_to_list") for fix in fixes)


def _prove(seed: int, value: Any, applied: tuple[Fix, ...], result: Any) -> None:
    """Step by step, that comes to the same; of every other schema each step, the first of its kind."""
    changed = copy.deepcopy(value)
    seen: set[tuple[str, bool, bool]] = set()
    for fix in applied:
        before = copy.deepcopy(changed)
        assert apply_to(changed, fix), fix
        kind = (fix.kind, fix.narrows, fix.widens)
        if seed % 2 and kind not in seen and not (fix.narrows and fix.widens):
            seen.add(kind)
            _hold(seed, without_hidden(before), without_hidden(changed), (fix,), (fix,))
    assert without_hidden(changed) == result
    if not _moves(applied):
        _hold(seed, value, result, applied, applied)


def _hold(seed: int, old: Any, new: Any, narrowing: tuple[Fix, ...], widening: tuple[Fix, ...]) -> None:
    """Documents are given up, or accepted newly, only where a fix says so."""
    narrows, widens = any(fix.narrows for fix in narrowing), any(fix.widens for fix in widening)
    if narrows and widens:
        return
    try:
        verdict = compared(old, new, seed=seed, count=3)
    except UnusableSchema:
        return
    assert narrows or not verdict.lost, (seed, narrowing, verdict.lost[0])
    assert widens or not verdict.won, (seed, widening, verdict.won[0])


def test_most_schemas_pass_after_all_fixes() -> None:
    """In the others some part accepts nothing, or anything: that is what `_needs_somebody` proves."""
    rules = profile("openai")
    fixed = [fix_all(_schema(seed), rules) for seed in SEEDS["openai"]]
    good = sum(not any(one.severity == "error" for one in one_fixed.left) for one_fixed in fixed)
    assert good >= 205


@pytest.mark.parametrize("name", SEEDS)
def test_each_fix_alone_does_what_it_says(name: str) -> None:
    rules = profile(name)
    proved: dict[tuple[Any, ...], int] = {}
    for seed in range(5000, 5060):
        value = _schema(seed)
        for finding in check(Document("", value), rules).findings:
            for fix in finding.fixes:
                key = (fix.kind, fix.narrows, fix.widens, finding.rule)
                if (fix.narrows and fix.widens) or proved.get(key, 0) >= 4:
                    continue
                proved[key] = proved.get(key, 0) + 1
                _hold(seed, value, fix.apply(value), (fix,), (fix,))
    assert len(proved) > 5
