"""JSON Schema of rebuilt types: Pydantic's own, with its keywords in the order in which people read them."""

from __future__ import annotations

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
    return made_of


def ordered(schema: Any, named: bool = False) -> Any:
    """What a thing is first, what it is made of last; the properties in their own order."""
    if isinstance(schema, list):
        return [ordered(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    keys = list(schema) if named else sorted(schema, key=lambda key: _PLACES.get(key, 0))
    plain = () if named else ("default", "examples", "enum", "const")
    return {key: schema[key] if key in plain else ordered(schema[key], not named and key in _NAMED) for key in keys}
