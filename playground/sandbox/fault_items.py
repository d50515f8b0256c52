"""Faults in what an answer holds: an item of an unknown type, and one of many megabytes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson

from playground.sandbox.checks import Json
from playground.sandbox.faults import Faults, note

NAMES = ("unknown-item", "huge-body")
UNKNOWN_ITEM = "sandbox_novelty_call"
_WORDS = "The quick brown fox jumps over the lazy dog while the log of the search grows. " * 9


def items(faults: Faults, *, share: int = 1) -> list[Json]:
    """The output items that the faults add. `share`: how often each goes over the wire."""
    found: list[Json] = []
    if "unknown-item" in faults:
        found.append(
            {
                "id": "novelty_sandbox",
                "type": UNKNOWN_ITEM,
                "status": "completed",
                "words": f"An item of a type that no client knows. {note('unknown-item')}",
                "nested": {"numbers": [1, 2, 3], "is_new": True},
            }
        )
    megabytes = faults.get("huge-body")
    if megabytes is not None:
        found.append(
            {
                "id": "fs_sandbox",
                "type": "file_search_call",
                "status": "completed",
                "queries": [f"everything {note('huge-body')}"],
                "results": _results(round(megabytes * 1_000_000 / share / _size(_result(1000)))),
            }
        )
    return found


def message(faults: Faults) -> Json:
    """What the faults add to a message of Chat Completions, or to its delta."""
    added: Json = {}
    if "unknown-item" in faults:
        inner = {"words": f"A tool call of a type that no client knows. {note('unknown-item')}"}
        added["tool_calls"] = [{"index": 0, "id": "call_novelty", "type": UNKNOWN_ITEM, UNKNOWN_ITEM: inner}]
    megabytes = faults.get("huge-body")
    if megabytes is not None:
        count = round(megabytes * 1_000_000 / _size(_citation(_result(1000))))
        added["annotations"] = [_citation(result) for result in _results(count)]
    return added


def add_to(body: Any, faults: Faults) -> bool:
    """Put them into a plain answer; False where it has no place for them."""
    if not isinstance(body, dict):
        return False
    if isinstance(body.get("output"), list):
        body["output"] += items(faults)
        return True
    if body.get("object") == "chat.completion":
        body["choices"][0]["message"] |= message(faults)
        return True
    return False


@lru_cache(maxsize=1)
def _results(count: int) -> list[Json]:
    return [_result(number) for number in range(count)]


def _result(number: int) -> Json:
    return {
        "file_id": f"file-{number:012d}",
        "filename": f"log-{number:06d}.txt",
        "score": round(1 / (number + 1), 6),
        "attributes": {"part": number, "kept": number % 2 == 0},
        "text": f"{number}: {_WORDS}",
    }


def _citation(result: Json) -> Json:
    return {"type": "url_citation", "url_citation": {"url": f"https://example.com/{result['filename']}", **result}}


def _size(value: Json) -> int:
    return len(orjson.dumps(value)) + 1
