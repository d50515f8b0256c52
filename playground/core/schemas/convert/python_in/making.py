"""JSON Schema of rebuilt types: Pydantic's own, with its keywords in the order in which people read them."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pydantic
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

if TYPE_CHECKING:
    from playground.core.schemas.convert.python_in.reader import Reader

_FIRST = ("$ref", "title", "description", "type", "format", "const", "enum")
_LAST = (
    "default",
    "examples",
    "properties",
    "required",
    "additionalProperties",
    "anyOf",
    "oneOf",
    "items",
    "prefixItems",
    "$defs",
)
_PLACES = {name: place - len(_FIRST) for place, name in enumerate(_FIRST)} | {
    name: 1 + i for i, name in enumerate(_LAST)
}
_NAMED = ("properties", "$defs")
"""Keywords whose keys are names, which stay in their order."""


def schema_of(reader: Reader, made: Any, name: str) -> dict[str, Any]:
    """The schema of a type, as `model_json_schema()` has it. Raises what Pydantic raises."""

    class Schemas(GenerateJsonSchema):
        ignored_warning_kinds = {"skipped-choice", "non-serializable-default", "skipped-discriminator"}  # noqa: RUF012

        def handle_invalid_for_json_schema(self, schema: Any, error_info: str) -> JsonSchemaValue:
            reader.note(f"Something in “{name}” is nothing that JSON holds ({error_info[:80]}). It takes anything.")
            return {}

        def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:
            return value

    adapter = pydantic.TypeAdapter(made)
    if not adapter.pydantic_complete:  # an alias that uses itself by way of others
        adapter.rebuild(force=True, _types_namespace=dict(vars(reader.module)))
    made_of: dict[str, Any] = ordered(adapter.json_schema(schema_generator=Schemas))
    return made_of if _finite(reader, made_of, name) else _without_endless(made_of)


def _finite(reader: Reader, schema: dict[str, Any], name: str) -> bool:
    """Whether JSON can say it all; noted where it cannot."""
    try:
        json.dumps(schema, allow_nan=False)
    except ValueError:
        reader.note(f"A value in “{name}” is no number of JSON (infinity, or NaN), and is left out.")
        return False
    return True


def _without_endless(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_endless(one) for one in value if not _is_endless(one)]
    if isinstance(value, dict):
        return {key: _without_endless(one) for key, one in value.items() if not _is_endless(one)}
    return value


def _is_endless(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def ordered(schema: Any, named: bool = False) -> Any:
    """What a thing is first, what it is made of last; the properties in their own order."""
    if isinstance(schema, list):
        return [ordered(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    keys = list(schema) if named else sorted(schema, key=lambda key: _PLACES.get(key, 0))
    plain = () if named else ("default", "examples", "enum", "const")
    return {key: schema[key] if key in plain else ordered(schema[key], not named and key in _NAMED) for key in keys}
