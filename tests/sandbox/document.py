"""The API's OpenAPI document as a judge of what the sandbox serves."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.helpers.needs import SHARED, shared

_LEFT_OUT = ("description", "example", "examples", "x-oaiMeta", "title", "discriminator", "default", "nullable")


def _translated(schema: Any) -> Any:
    """OpenAPI's additions as JSON Schema: `nullable` as a union with null, `oneOf` as `anyOf`.

    Its `oneOf`s are told apart by a discriminator; as plain JSON Schema several branches can fit at once.
    """
    if isinstance(schema, list):
        return [_translated(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    done = {
        ("anyOf" if key == "oneOf" else key): _translated(entry)
        for key, entry in schema.items()
        if key not in _LEFT_OUT or (key == "title" and isinstance(entry, dict))
    }
    if schema.get("nullable") is True:
        return {"anyOf": [done, {"type": "null"}]}
    return done


class Document:
    """The components of the document. `check` raises AssertionError where a value does not fit its schema."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._schemas = {
            name: self._component(schema) for name, schema in document["components"]["schemas"].items()
        }  # fmt: skip
        self.paths: dict[str, Any] = document["paths"]
        self._validators: dict[str, Draft202012Validator] = {}
        events = document["components"]["schemas"]["ResponseStreamEvent"]["anyOf"]
        names = [entry["$ref"].rsplit("/", 1)[1] for entry in events]
        self.events = {self._schemas[name]["properties"]["type"]["enum"][0]: name for name in names}
        """The schema's name of every event type that a stream of a response can have."""

    @staticmethod
    def _component(schema: Any) -> Any:
        done = _translated(schema)
        properties = schema.get("properties")
        if isinstance(properties, dict):  # members that are called "description" or "title" are no annotations
            done["properties"] = {name: _translated(entry) for name, entry in properties.items()}
        return done

    def check(self, name: str, value: Any) -> None:
        """Is `value` valid under the component `name`?"""
        if name not in self._validators:
            root = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": self._schemas}}
            self._validators[name] = Draft202012Validator(root)
        problems = [
            f"at /{'/'.join(str(step) for step in error.absolute_path)}: {error.message[:400]}"
            for error in self._validators[name].iter_errors(value)
        ]
        assert not problems, f"no valid {name}: " + "\n".join(problems[:5])

    def check_answer(self, method: str, path: str, value: Any) -> None:
        """Is `value` a valid answer (200, JSON) of an operation? `path` as the document writes it."""
        schema = self.paths[path][method.lower()]["responses"]["200"]["content"]["application/json"]["schema"]
        self.check(schema["$ref"].rsplit("/", 1)[1], value)

    def check_event(self, event: dict[str, Any]) -> None:
        """Is it a valid event of a response's stream, of the very type it says?"""
        assert event["type"] in self.events, f"the document knows no event {event['type']}"
        self.check(self.events[event["type"]], event)


@cache
def load() -> Document:
    """The document. Skips the test where it is absent."""
    path = shared("openapi", "openapi.yaml")
    if path is None:
        pytest.skip(f"needs {SHARED / 'openapi' / 'openapi.yaml'} (PLAYGROUND_SHARED points elsewhere)")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return Document(yaml.load(path.read_text(), Loader=loader))
