"""One pool of definitions for all schemas: each class of the SDK once, classes of the same name apart."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

PREFIX = "#/$defs/"


def references(schema: Any) -> Iterator[str]:
    """The names of the definitions that a schema refers to directly."""
    if isinstance(schema, dict):
        target = schema.get("$ref")
        if isinstance(target, str) and target.startswith(PREFIX):
            yield target.removeprefix(PREFIX)
        for value in schema.values():
            yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)


def closure(names: Iterator[str], defs: Mapping[str, Any]) -> dict[str, Any]:
    """The definitions of these names and all that they refer to, in the order in which they are met."""
    found: dict[str, Any] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        if name not in found and name in defs:
            found[name] = defs[name]
            waiting.extend(references(defs[name]))
    return found


def renamed(schema: Any, names: Mapping[str, str]) -> Any:
    """The schema with other names for what it refers to."""
    if isinstance(schema, dict):
        return {
            key: PREFIX + names.get(value.removeprefix(PREFIX), value.removeprefix(PREFIX))
            if key == "$ref" and isinstance(value, str)
            else value
            if key in ("const", "enum", "default", "examples")
            else renamed(value, names)
            for key, value in schema.items()
        }
    if isinstance(schema, list):
        return [renamed(value, names) for value in schema]
    return schema


class Pool:
    """Collects definitions. `add` gives a schema whose references hold in the pool."""

    def __init__(self) -> None:
        self.defs: dict[str, Any] = {}
        self._known: dict[tuple[str, str], str] = {}

    def add(self, schema: dict[str, Any], defs: Mapping[str, Any]) -> dict[str, Any]:
        names: dict[str, str] = {}
        fresh = []
        for name in defs:
            signature = json.dumps(closure(iter((name,)), defs), sort_keys=True)
            known = self._known.get((name, signature))
            if known is None:
                base, number = name.rpartition("__")[2], 1  # pydantic puts the module before where names meet
                known = base
                while known in self.defs:
                    number += 1
                    known = f"{base}{number}"
                self._known[name, signature] = known
                self.defs[known] = None  # taken
                fresh.append(name)
            names[name] = known
        for name in fresh:
            self.defs[names[name]] = renamed(defs[name], names)
        result: dict[str, Any] = renamed(schema, names)
        return result


def compacted(methods: list[dict[str, Any]], defs: Mapping[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Both, with one definition in place of several equal ones."""
    defs = dict(defs)
    while True:
        first: dict[str, str] = {}
        twins = {}
        for name, schema in defs.items():
            known = first.setdefault(json.dumps(schema, sort_keys=True), name)
            if known != name:
                twins[name] = known
        if not twins:
            return methods, defs
        defs = {name: renamed(schema, twins) for name, schema in defs.items() if name not in twins}
        for method in methods:
            for parameter in method["parameters"]:
                parameter["schema"] = renamed(parameter["schema"], twins)
