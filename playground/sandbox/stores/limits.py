"""What the API allows of a store's files: attributes, and how they are cut."""

from __future__ import annotations

from typing import Any

from playground.sandbox import checks
from playground.sandbox.checks import Json
from playground.sandbox.errors import bad_type, bad_value, missing
from playground.sandbox.stores.chunks import USUAL_OVERLAP, USUAL_SIZE

_MOST_ATTRIBUTES, _LONGEST_KEY, _LONGEST_VALUE = 16, 64, 512
expires_after = checks.nested(
    {"anchor": checks.choice("last_active_at"), "days": checks.integer(1, 365)}, ["anchor", "days"]
)
_static = checks.nested(
    {"max_chunk_size_tokens": checks.integer(100, 4096), "chunk_overlap_tokens": checks.integer(0)},
    ["max_chunk_size_tokens", "chunk_overlap_tokens"],
)
_strategy = checks.nested({"type": checks.choice("auto", "static"), "static": _static}, ["type"])


def attributes(value: Any, param: str) -> None:
    """At most 16 pairs; keys of up to 64 characters; texts of up to 512, numbers and booleans."""
    checks.mapping(value, param)
    if len(value) > _MOST_ATTRIBUTES:
        raise bad_value(
            param,
            f"Invalid '{param}': too many properties. Expected an object with at most {_MOST_ATTRIBUTES} properties, "
            f"but got an object with {len(value)} properties instead.",
            "object_above_max_properties",
        )
    for key, entry in value.items():
        if len(key) > _LONGEST_KEY:
            raise bad_value(param, f"Invalid '{param}': the key '{key[:80]}' is longer than {_LONGEST_KEY} characters.")
        if isinstance(entry, str):
            checks.text(_LONGEST_VALUE)(entry, f"{param}.{key}")
        elif not isinstance(entry, bool | int | float):
            raise bad_type(f"{param}.{key}", "one of a string, a number or a boolean", entry)


def chunking(value: Any, param: str) -> None:
    """`{"type": "auto"}`, or static with 100 to 4096 tokens, of which at most half overlap."""
    _strategy(value, param)
    if value["type"] == "auto":
        return
    if value.get("static") is None:
        raise missing(f"{param}.static")
    size, overlap = value["static"]["max_chunk_size_tokens"], value["static"]["chunk_overlap_tokens"]
    if overlap > size // 2:
        raise bad_value(
            f"{param}.static.chunk_overlap_tokens",
            f"Invalid '{param}.static.chunk_overlap_tokens': the overlap must not exceed half of "
            f"max_chunk_size_tokens ({size}). Expected a value <= {size // 2}, but got {overlap} instead.",
        )


def strategy_of(value: Json | None) -> Json:
    """A checked strategy as its two numbers."""
    if value is None or value["type"] == "auto":
        return {"max_chunk_size_tokens": USUAL_SIZE, "chunk_overlap_tokens": USUAL_OVERLAP}
    found: Json = value["static"]
    return found
