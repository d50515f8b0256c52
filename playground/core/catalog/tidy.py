"""Schemas as pydantic writes them, made shorter and said better."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playground.core.catalog.ids import nested_kind

_DEPRECATED = re.compile(
    r"(?i)^\W*deprecated\b|\b(?:is|are|been|now) deprecated\b(?! for)|deprecated in favor|field is being replaced by"
)
_SAYS_SO = re.compile(r"(?i)\bthis (?:value|field|parameter|option) is (?:now |being )?(?:deprecated|replaced)\b")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LITERAL = frozenset({"const", "enum", "default", "examples"})


def mark_deprecated(schema: dict[str, Any], words: str) -> dict[str, Any]:
    """Says so in the schema's own way where the help of a parameter or field says that it is deprecated."""
    if _DEPRECATED.search(words.partition("\n\n")[0]) or _SAYS_SO.search(" ".join(words.split())):
        schema["deprecated"] = True
    return schema


def tidied(schema: dict[str, Any]) -> dict[str, Any]:
    """Without the titles that only repeat a field's name; true or false as one boolean; kinds of IDs marked."""
    result = _each(schema, tidied)
    properties = result.get("properties")
    if isinstance(properties, dict):
        for name, field in properties.items():
            if "$ref" not in field:
                field.pop("title", None)
            mark_deprecated(field, str(field.get("description", "")))
            kind = nested_kind(name)
            if kind and "x-id-kind" not in field:
                field["x-id-kind"] = kind
    branches = result.get("anyOf")
    if isinstance(branches, list):
        result["anyOf"] = _booleans(branches)
        if len(result["anyOf"]) == 1 and "$ref" not in result["anyOf"][0]:
            (only,) = result.pop("anyOf")
            result = {**only, **result}
    return result


def tidied_definition(schema: dict[str, Any]) -> dict[str, Any]:
    """The same of a definition, whose title is a class' name: `FunctionToolParam` is "Function Tool"."""
    result = tidied(schema)
    if isinstance(result.get("title"), str):
        result["title"] = words_of(result["title"])
    return result


def words_of(name: str) -> str:
    """The name of a class of the SDK's in words."""
    while name.endswith("Param") and len(name) > len("Param"):
        name = name.removesuffix("Param")
    return " ".join(_CAMEL.split(name))


def _booleans(branches: list[Any]) -> list[Any]:
    """`anyOf` false and true is a boolean."""
    fixed = [branch for branch in branches if isinstance(branch, dict) and isinstance(branch.get("const"), bool)]
    if len(fixed) < 2:
        return branches
    first = branches.index(fixed[0])
    rest = [branch for branch in branches if branch not in fixed]
    return [*rest[:first], {"type": "boolean"}, *rest[first:]]


def _each(schema: dict[str, Any], change: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    """A copy whose schemas one level below are changed."""
    result: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _LITERAL:
            result[key] = value
        elif key == "properties":
            result[key] = {name: change(field) for name, field in value.items()}
        elif isinstance(value, dict) and key != "discriminator":
            result[key] = change(value)
        elif isinstance(value, list):
            result[key] = [change(one) if isinstance(one, dict) else one for one in value]
        else:
            result[key] = value
    return result
