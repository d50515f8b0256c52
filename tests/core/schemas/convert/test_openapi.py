"""Components become schemas of their own, with what they refer to."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from playground.core.schemas.convert import ConvertError, from_openapi, read

PETS: dict[str, Any] = {
    "openapi": "3.0.3",
    "components": {
        "schemas": {
            "Pet": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "example": "Rex"},
                    "age": {"type": "number", "minimum": 0, "exclusiveMinimum": True, "nullable": True},
                    "owner": {"$ref": "#/components/schemas/Owner"},
                },
            },
            "Owner": {
                "type": "object",
                "properties": {"pets": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}},
            },
            "Alone": {"type": "string", "enum": ["a"], "nullable": True},
        }
    },
}  # fmt: skip


def test_what_refers_to_itself_is_a_definition() -> None:
    schema = from_openapi(PETS, "Pet").schema
    assert schema["$ref"] == "#/$defs/Pet" and list(schema["$defs"]) == ["Pet", "Owner"]
    assert schema["$defs"]["Pet"]["properties"]["age"] == {"type": ["number", "null"], "exclusiveMinimum": 0}
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid({"name": "Rex", "age": None, "owner": {"pets": [{"name": "Tom"}]}})
    assert not validator.is_valid({"name": "Rex", "owner": {"pets": [{}]}})


def test_nullable_enum() -> None:
    assert from_openapi(PETS, "Alone").schema == {"type": ["string", "null"], "enum": ["a", None]}


def test_unknown_and_remote() -> None:
    with pytest.raises(ConvertError, match="no “Cat” in it"):
        from_openapi(PETS, "Cat")
    remote = {"components": {"schemas": {"A": {"$ref": "https://example.com/x.json"}}}}
    with pytest.raises(ConvertError, match="nothing is fetched"):
        from_openapi(remote, "A")


def test_yaml() -> None:
    made = read(
        "openapi", "openapi: 3.1.0\ncomponents:\n  schemas:\n    A: {type: object, properties: {b: {type: string}}}\n"
    )
    assert made.main == "A" and made.schema["properties"]["b"] == {"type": "string"}
