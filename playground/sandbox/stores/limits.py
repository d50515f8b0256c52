"""What the API allows of a store's files: attributes, and how they are cut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.sandbox import checks
from playground.sandbox.checks import Json
from playground.sandbox.errors import bad_type, bad_value, missing
from playground.sandbox.stores.chunks import USUAL_OVERLAP, USUAL_SIZE

_MOST_ATTRIBUTES, _LONGEST_KEY, _LONGEST_VALUE = 16, 64, 512
expires_after = checks.nested(
    {"anchor": checks.choice("last_active_at"), "days": checks.integer(1, 365)}, ["anchor", "days"]
)
_NUMBERS: Mapping[str, checks.Check] = {
    "max_chunk_size_tokens": checks.integer(100, 4096),
    "chunk_overlap_tokens": checks.integer(0),
}
_static = checks.nested(_NUMBERS, list(_NUMBERS))
_strategy = checks.nested({"type": checks.choice("auto", "static"), "static": _static, **_NUMBERS}, ["type"])


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
    """`{"type": "auto"}`, or static with 100 to 4096 tokens, of which at most half overlap.

    An example of the API's document has the two numbers beside `type` and not in `static`: that is taken, too.
    """
    _strategy(value, param)
    if value["type"] == "auto":
        return
    place = param if _flat(value) else f"{param}.static"
    if value.get("static") is None and not _flat(value):
        raise missing(place)
    numbers = strategy_of(value)
    size, overlap = numbers["max_chunk_size_tokens"], numbers["chunk_overlap_tokens"]
    if overlap > size // 2:
        raise bad_value(
            f"{place}.chunk_overlap_tokens",
            f"Invalid '{place}.chunk_overlap_tokens': the overlap must not exceed half of "
            f"max_chunk_size_tokens ({size}). Expected a value <= {size // 2}, but got {overlap} instead.",
        )


def strategy_of(value: Json | None) -> Json:
    """A checked strategy as its two numbers."""
    if value is None or value["type"] == "auto":
        return {"max_chunk_size_tokens": USUAL_SIZE, "chunk_overlap_tokens": USUAL_OVERLAP}
    found: Json = value if _flat(value) else value["static"]
    return {name: found[name] for name in _NUMBERS}


def _flat(value: Json) -> bool:
    return value.get("static") is None and all(value.get(name) is not None for name in _NUMBERS)
