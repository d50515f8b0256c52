"""Components become schemas of their own, with what they refer to."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
import yaml
from openapi_schema_validator import OAS31Validator

from playground.core.schemas.convert import ConvertError, Imported, from_openapi, from_typescript, read, to_text
from playground.core.schemas.validate import Validator
from tests.helpers.needs import shared

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
    with pytest.raises(ConvertError, match="nothing is fetched"):
        from_openapi(remote)
    remote["components"]["schemas"]["B"] = {"type": "string"}
    made = from_openapi(remote)
    assert list(made.schemas) == ["B"] and "nothing is fetched. It is left out." in str(made.notes)
    assert list(from_openapi(PETS, "Owner").schemas) == ["Pet", "Owner", "Alone"], "another one can be chosen"


def test_yaml() -> None:
    made = read(
        "openapi", "openapi: 3.1.0\ncomponents:\n  schemas:\n    A: {type: object, properties: {b: {type: string}}}\n"
    )
    assert made.main == "A" and made.schema["properties"]["b"] == {"type": "string"}


@pytest.fixture(scope="module")
def document() -> Any:
    """OpenAI's own document."""
    path = shared("openapi", "openapi.yaml")
    if path is None:
        pytest.skip("needs ../shared/openapi/openapi.yaml (PLAYGROUND_SHARED points elsewhere)")

    class Loader(yaml.CSafeLoader):
        """As the product reads it: dates are texts."""

    Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)
    return yaml.load(path.read_bytes(), Loader)


@pytest.fixture(scope="module")
def made(document: Any) -> Imported:
    return from_openapi(document)


def test_the_examples_of_openais_document(
    document: Any, made: Imported, record_property: Callable[[str, object], None]
) -> None:
    """Each component by itself accepts what an independent validator accepts with the whole document."""
    path = shared("openapi", "spec_schema_examples.jsonl")
    assert path is not None
    count = fitting = 0
    for line in path.read_text("utf-8").splitlines():
        entry = json.loads(line)
        try:
            value = json.loads(entry["example"])
        except ValueError:
            continue
        whole = {"$ref": f"#/components/schemas/{entry['schema']}", "components": document["components"]}
        other = OAS31Validator(whole)
        validator = Validator(made.schemas[entry["schema"]])
        less = [{name: one for name, one in value.items() if name != left} for left in list(value)[:6]] if isinstance(
            value, dict) else []  # fmt: skip
        for one in (value, *less, [], {}):
            assert validator.fits(one) is other.is_valid(one), (entry["schema"], one)
            count += 1
            fitting += other.is_valid(one)
    assert fitting > 400 and count - fitting > 400
    record_property("said", f"OpenAPI components agree with openapi-schema-validator on {count} values")


def test_each_component_of_openais_document_can_be_written(made: Imported) -> None:
    """Every tenth, in each language; what is read back of TypeScript is understood whole."""
    assert len(made.schemas) > 1_000
    for name in list(made.schemas)[::10]:
        schema = made.schemas[name]
        jsonschema.Draft202012Validator.check_schema(schema)
        types = to_text(schema, name, "typescript").text
        assert {note.words[:24] for note in from_typescript(types).notes} <= {"“string” takes any text:"}
        assert "export const " in to_text(schema, name, "zod").text
        for kind in ("pydantic", "typeddict"):
            compile(to_text(schema, name, kind).text, name, "exec")


def test_yaml_is_what_json_can_hold() -> None:
    text = "components:\n  schemas:\n    A:\n      type: string\n      enum: [no, 2026-11-27, 1.5, null]\n"
    assert read("openapi", text).schema["enum"] == ["no", "2026-11-27", 1.5, None]
    for bad, words in (
        ("a: [", "line 1, column 5"),
        ("a: !!python/object:os.system x", "no YAML"),
        ("a: !!binary aGk=", "nothing that JSON has"),
        ("a: .inf", "nothing that JSON has"),
        ("? [a, b]\n: c", "nothing that JSON has"),
        ("? {a: b}\n: c", "line 1, column 3"),
        ("[" * 5_000, "nested too deeply"),
        ("a0: &a0 [x, x]\n" + "".join(f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]\n" for at in range(1, 12)),
         "more than 3,000,000 values"),
        ("\t", "no "),
    ):  # fmt: skip
        with pytest.raises(ConvertError, match=words):
            read("openapi", bad)
