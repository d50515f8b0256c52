"""A hundred runs over ten schemas on the real local model: valid objects, or an honest incomplete."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from playground.core.schemas import Document, check, profile
from playground.core.schemas.proof import Outcome, Plan, Progress, ProofInput, prove
from playground.core.schemas.validate import validate
from tests.core.schemas.proofs import session_with
from tests.helpers.sandbox import Server

TEXTS = (
    "The export of my invoices to PDF has failed since Monday.",
    "I cannot log in with my new phone, and the code never comes.",
)
RUNS = 5


def _closed(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _one(word: str) -> dict[str, Any]:
    return {"type": "string", "enum": [word]}


WORD = {"type": "string", "maxLength": 24}
STEP = _closed(action=WORD, owner={"type": ["string", "null"], "maxLength": 12})
SCHEMAS: dict[str, dict[str, Any]] = {
    "one_word": _closed(word=WORD),
    "choice": _closed(category={"type": "string", "enum": ["export", "login", "billing", "other"]}),
    "numbers": _closed(severity={"type": "integer", "minimum": 1, "maximum": 4}, sure={"type": "boolean"}),
    "nested": _closed(customer=_closed(name=WORD, tier={"type": "string", "enum": ["free", "gold"]}), note=WORD),
    "list": _closed(tags={"type": "array", "items": WORD, "minItems": 1, "maxItems": 3}),
    "steps": _closed(steps={"type": "array", "items": STEP, "minItems": 1, "maxItems": 2}),
    "nullable": _closed(due={"type": ["string", "null"], "maxLength": 16}, done={"type": ["boolean", "null"]}),
    "either": _closed(value={"anyOf": [_closed(kind=_one("text"), text=WORD), _closed(kind=_one("none"), why=WORD)]}),
    "shared": {
        **_closed(first={"$ref": "#/$defs/place"}, second={"$ref": "#/$defs/place"}),
        "$defs": {"place": _closed(city=WORD, country={"type": "string", "enum": ["AT", "DE", "FR"]})},
    },
    "dated": _closed(day={"type": "string", "format": "date"}, code={"type": "string", "pattern": "^[A-Z]{3}$"}),
}


@pytest.mark.model
def test_a_hundred_runs_over_ten_schemas(model_sandbox: Server, tmp_path: Path, record_property: Any) -> None:
    assert len(SCHEMAS) == 10 and len(SCHEMAS) * len(TEXTS) * RUNS == 100
    for name, schema in SCHEMAS.items():
        assert check(Document.of(schema), profile("openai")).is_accepted, name
    outcomes: dict[str, list[Outcome]] = {name: [] for name in SCHEMAS}

    async def main() -> None:
        async with session_with(model_sandbox, tmp_path) as (session, _store):
            for name, schema in SCHEMAS.items():

                def take(progress: list[Progress], into: list[Outcome] = outcomes[name]) -> None:
                    into.extend(one.outcome for one in progress)

                inputs = tuple(ProofInput(text) for text in TEXTS)
                plan = Plan(schema, inputs, name, "smollm2-135m", RUNS, "Answer in JSON.", 160, parallel=2)
                await prove(session, plan, take)

    asyncio.run(main())
    found = [one for each in outcomes.values() for one in each]
    told = {verdict: sum(one.verdict == verdict for one in found) for verdict in ("valid", "cut")}
    record_property(
        "said", f"local model, 10 schemas: {told['valid']} valid and {told['cut']} cut of {len(found)} runs"
    )
    assert len(found) == 100
    strange = [(name, one) for name, each in outcomes.items() for one in each if one.verdict not in ("valid", "cut")]
    assert not strange, strange[:3]
    for name, each in outcomes.items():
        for one in each:
            if one.verdict == "valid":
                assert not validate(SCHEMAS[name], json.loads(one.text))
            else:
                assert one.words == "Cut at 160 tokens." and one.output_tokens == 160
    assert told["valid"] >= 80, told
