"""A process that makes schemas and writes them.

    python -m tests.bench.convert_child

prints one JSON line with milliseconds, each beside json.loads of the same text.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from typing import Any

from playground.core.schemas.convert import KINDS, examples, from_typescript, infer, to_text

REPEATS = 5
EXAMPLES, PROPERTIES = 10_000, 500


def ticket(number: int, maker: random.Random) -> dict[str, Any]:
    """An answer as a model gives it, about 400 bytes."""
    return {
        "id": f"T-{number}",
        "category": maker.choice(["billing", "export", "login", "other"]),
        "priority": maker.randrange(1, 5),
        "sentence": "The export failed with “Request too large” since Tuesday." * maker.randrange(1, 3),
        "at": f"2026-11-{maker.randrange(1, 28):02d}T12:00:00Z",
        "customer": {"mail": f"user{number}@example.com", "plan": maker.choice(["free", "team", None])},
        "tags": [maker.choice(["slow", "data", "urgent", "refund"]) for _ in range(maker.randrange(4))],
        "score": maker.choice([1, 0.5, None]),
    }


def wide() -> dict[str, Any]:
    """500 properties, in 25 objects."""
    leaves: tuple[dict[str, Any], ...] = (
        {"type": "string", "description": "the deciding sentence, as it was said"},
        {"type": "integer", "minimum": 1, "maximum": 4},
        {"type": "string", "enum": ["export", "login", "billing", "other"]},
        {"anyOf": [{"$ref": "#/$defs/place"}, {"type": "null"}]},
        {"type": "array", "items": {"type": "string"}, "maxItems": 5},
    )
    groups = {
        f"group_{group}": _object({f"property_{at}": leaves[at % 5] for at in range(PROPERTIES // 25 - 1)})
        for group in range(25)
    }
    place = _object({"city": {"type": "string"}, "inner": {"anyOf": [{"$ref": "#/$defs/place"}, {"type": "null"}]}})
    return {**_object(groups), "$defs": {"place": place}}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def timed(work: Callable[[], Any]) -> list[float]:
    """Milliseconds of each run after the first, which imports."""
    work()
    found = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        found.append((time.perf_counter() - start) * 1000)
    return found


def main() -> None:
    maker = random.Random(7)
    lines = [json.dumps(ticket(number, maker), ensure_ascii=False) for number in range(EXAMPLES)]
    text = "\n".join(lines)
    values = examples(text, "x")
    schema = wide()
    written = json.dumps(schema)
    types = to_text(schema, "Wide", "typescript").text
    found = {
        "bytes": len(text.encode()),
        "lines": timed(lambda: [json.loads(line) for line in lines]),
        "infer": timed(lambda: infer(values)),
        "loads": timed(lambda: json.loads(written)),
        "schema": len(written),
        "typescript": timed(lambda: from_typescript(types)),
        "kinds": {kind: timed(lambda kind=kind: to_text(schema, "Wide", kind)) for kind, _ in KINDS},
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
