"""A process that checks a schema at the limits, and prints one JSON line with milliseconds of CPU."""

from __future__ import annotations

import json
import time
from typing import Any

from jsonschema import Draft202012Validator

from playground.core.schemas import Document, check, fix_all, profile
from playground.core.schemas.writing import write

REPEATS = 9
LEAVES: tuple[dict[str, Any], ...] = (
    {"type": "string", "description": "the deciding sentence, as it was said"},
    {"type": "integer", "minimum": 1, "maximum": 4},
    {"type": "string", "const": "export"},
    {"type": ["string", "null"], "format": "date"},
    {"type": "array", "items": {"type": "string"}, "maxItems": 5},
    {"anyOf": [{"$ref": "#/$defs/place"}, {"type": "null"}]},
    {"type": "string", "pattern": "^[A-Z]{2}-[0-9]+$"},
)


def obj(properties: dict[str, Any], closed: bool) -> dict[str, Any]:
    end = {"required": list(properties), "additionalProperties": False} if closed else {}
    return {"type": "object", "properties": properties, **end}


def made(closed: bool) -> dict[str, Any]:
    """50 objects of eight levels, a definition that is one more, and single properties: at both limits."""
    parts = {}
    for group in range(50):
        inner: dict[str, Any] = {}
        for level in range(7):
            names = [f"property_{level}_{number}" for number in range(12)]
            here = {name: LEAVES[(number + level) % len(LEAVES)] for number, name in enumerate(names)}
            inner = {**here, f"level_{level}": obj(inner, closed)} if inner else here
        parts[f"group_{group}"] = obj(inner, closed)
    place = obj({"street": {"type": "string"}, "city": {"type": "string"}}, closed)
    rest = 5000 - 50 * (1 + 7 * 12 + 6) - 2
    more = {f"more_{number}": LEAVES[number % len(LEAVES)] for number in range(rest)}
    return {**obj({**parts, **more}, closed), "$defs": {"place": place}}


def timed(action: Any) -> tuple[float, Any]:
    start = time.process_time()
    result = action()
    return (time.process_time() - start) * 1000, result


def measured(text: str) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {"both": [], "check": [], "plain": [], "place": []}
    rules = profile("openai")
    for _ in range(REPEATS):
        read, document = timed(lambda: Document.parse(text))
        checked, report = timed(lambda read=document: check(read, rules))
        times["both"].append(read + checked)
        times["check"].append(checked)
        pointer = report.findings[-1].pointer if report.findings else "/properties/group_49"
        times["place"].append(timed(lambda read=document, at=pointer: read.line_column(read.key_place(at)[0]))[0])
    for _ in range(3):
        times["plain"].append(timed(lambda: Draft202012Validator.check_schema(json.loads(text)))[0])
    return times


def main() -> dict[str, Any]:
    good, wide = made(True), made(False)
    report = check(Document("", good), profile("openai"))
    budgets = {one.id: one.used for one in report.budgets}
    assert not report.findings, report.findings[:3]
    bad = check(Document("", wide), profile("openai"))
    return {
        "properties": budgets["properties"],
        "depth": budgets["depth"],
        "characters": len(write(good)),
        "findings": len(bad.findings) + bad.left_out,
        "good": measured(write(good)),
        "open": measured(write(wide)),
        "fixed": [timed(lambda: fix_all(wide, profile("openai")))[0] for _ in range(3)],
    }


if __name__ == "__main__":
    print(json.dumps(main()))
