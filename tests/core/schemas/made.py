"""Schemas and values that hypothesis makes: sensible ones and hostile ones."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from playground.core.schemas.keywords import KEYWORDS

_NAMES = st.sampled_from(["a", "b", "c", "", "~/", "ü", "type", "$ref"])
_TEXTS = st.text(max_size=6) | st.sampled_from(["^a+$", "(", "[a-z]{2}", "date", "uri", "#", "#/$defs/a", "http://x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(-1e9, 1e9) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=8,
)
"""Any value."""
_TYPE = st.sampled_from(["string", "number", "integer", "boolean", "object", "array", "null"])


def _hostile(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    value = inner | st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3) | JSON
    value = value | _TYPE | st.lists(_NAMES, max_size=3)
    return st.dictionaries(st.sampled_from(sorted(KEYWORDS)) | _NAMES, value, max_size=4)


SCHEMAS = st.recursive(st.just({}) | st.booleans() | st.builds(lambda of: {"type": of}, _TYPE), _hostile, max_leaves=8)
"""Anything that has a schema's keywords somewhere."""

_BOUNDS = st.integers(-3, 3)


def _leaf() -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.builds(lambda of: {"type": of}, st.sampled_from(["string", "integer", "number", "boolean", "null"])),
        st.builds(lambda low: {"type": "integer", "minimum": low}, _BOUNDS),
        st.builds(lambda low, size: {"type": "number", "minimum": low, "maximum": low + size}, _BOUNDS,
                  st.integers(0, 4)),
        st.builds(lambda least: {"type": "string", "minLength": least}, st.integers(0, 3)),
        st.builds(lambda values: {"enum": values}, st.lists(st.sampled_from(["x", "y", 1, 2, None]), min_size=1,
                                                           max_size=3)),
        st.builds(lambda value: {"const": value}, st.sampled_from(["x", 1, True])),
        st.sampled_from([{"type": "string", "pattern": "^[a-c]{2}$"}, {"type": "string", "format": "uri"},
                         {"type": "string", "format": "date"}, {"$ref": "#/$defs/leaf"}, {"$ref": "#/$defs/node"},
                         {"$ref": "#/$defs/leaf", "description": "beside"}, {"type": "string", "nullable": True},
                         {"type": "integer", "default": 3}]),
    )  # fmt: skip


def _composed(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    branches = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(_object, st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
                  st.sets(st.sampled_from("abcd")), st.sampled_from([None, True, False, {"type": "integer"}])),
        st.builds(lambda one, least: {"type": "array", "items": one, "minItems": least}, inner, st.integers(0, 2)),
        st.builds(lambda many: {"anyOf": many}, branches),
        st.builds(lambda many: {"oneOf": many}, branches),
        st.builds(lambda many: {"allOf": many}, branches),
        st.builds(lambda many: {"type": "array", "prefixItems": many}, branches),
    )  # fmt: skip


def _object(properties: dict[str, Any], required: set[str], more: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": sorted(required & properties.keys())}
    return schema if more is None else {**schema, "additionalProperties": more}


def _with_defs(schema: dict[str, Any]) -> dict[str, Any]:
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}, "v": {"type": "integer"}}}
    return {**schema, "$defs": {"leaf": {"type": "string"}, "node": node}}


SENSIBLE = st.recursive(_leaf(), _composed, max_leaves=8).map(_with_defs)
"""Schemas as people write them, with most of what a strict server does not take."""
