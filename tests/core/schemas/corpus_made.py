"""The corpus: `corpus/RULE.json`, a list of pairs. Each has a schema that the rule has nothing to say about, and one
that it is about:

- `good`, `bad`: the schemas, or formats or tools around them. `{"$text": …}` is a text, where the value cannot say it;
  `{"$made": [name, size]}` is made here, where the file would be huge.
- `found`: pointer → rules: all that is found in the bad one, and nothing else is.
- `fix`: what the usual fix does: `exact` (the same documents are accepted), `says` (it gives something up, and says
  what), `none` (there is no automatic fix: only a person knows what was meant).
- `profiles`: of which servers; without it, of all that have the rule.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.core.schemas import Document, profile, profiles

FOLDER = Path(__file__).with_name("corpus")


@dataclass(frozen=True)
class Pair:
    """One pair of the corpus, for one server."""

    rule: str
    number: int
    profile: str
    data: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.profile}-{self.rule}-{self.number}"

    @property
    def good(self) -> Document:
        return document(self.data["good"])

    @property
    def bad(self) -> Document:
        return document(self.data["bad"])

    @property
    def is_large(self) -> bool:
        return "$made" in self.data["bad"]


def pairs() -> Iterator[Pair]:
    """All of them, for each server."""
    for path in sorted(FOLDER.glob("*.json")):
        for number, data in enumerate(json.loads(path.read_text("utf-8"))):
            for name in data.get("profiles", profiles()):
                if "profiles" in data or path.stem in profile(name).rules:
                    yield Pair(path.stem, number, name, data)


def document(data: Any) -> Document:
    """A schema as the corpus has it."""
    if "$text" in data:
        return Document.parse(data["$text"])
    if "$made" in data:
        name, size = data["$made"]
        return Document("", MADE[name](size))
    return Document("", json.loads(json.dumps(data)))


def _object(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False, **more,
    }  # fmt: skip


def _properties(size: int) -> dict[str, Any]:
    """So many, in objects of at most 100."""
    parts = {f"g{group}": _object({f"p{n}": {"type": "boolean"} for n in range(99)}) for group in range(size // 100)}
    rest = {f"q{n}": {"type": "boolean"} for n in range(size - 100 * len(parts))}
    return _object({**parts, **rest})


def _in_definitions(size: int) -> dict[str, Any]:
    inner = _object({f"p{n}": {"type": "boolean"} for n in range(size - 1)})
    return _object({"a": {"$ref": "#/$defs/x"}}, **{"$defs": {"x": inner}})


def _depth(size: int) -> dict[str, Any]:
    """Levels of properties, the root being the first."""
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(size - 1):
        schema = _object({"p": schema})
    return schema


def _text(size: int) -> dict[str, Any]:
    """Characters in the names of properties."""
    names = [f"{n:04d}".ljust(1000, "x") for n in range(size // 1000)]
    return _object({name: {"type": "boolean"} for name in [*names, *(["y" * (size % 1000)] if size % 1000 else [])]})


def _text_of_everything(size: int) -> dict[str, Any]:
    """10,000 characters each of a property, a definition, and a const, the rest in one enum of three values."""
    definition, rest = "d" * 10_000, size - 30_000
    first = {"type": "string", "const": "c" * 10_000}
    second = {"type": "string", "enum": ["e", "f", "g" * (rest - 2 - 1)]}
    leaf = {"anyOf": [first, second, {"$ref": f"#/$defs/{definition}"}]}
    return _object({"p" * 10_000: leaf, "q": {"type": "null"}}, **{"$defs": {definition: {"type": "integer"}}})


def _enum_values(size: int) -> dict[str, Any]:
    """In two enums."""
    half = size // 2
    values = [{"type": "integer", "enum": list(range(many))} for many in (half, size - half)]
    return _object({"a": values[0], "b": values[1]})


def _enum_text(size: int, many: int = 251) -> dict[str, Any]:
    """Characters in one enum of so many texts."""
    values = [f"{n:03d}".ljust(size // many, "x") for n in range(many - 1)]
    values.append("z" * (size - sum(map(len, values))))
    return _object({"a": {"type": "string", "enum": values}})


MADE = {
    "properties": _properties,
    "properties_in_definitions": _in_definitions,
    "depth": _depth,
    "text": _text,
    "text_of_everything": _text_of_everything,
    "enum_values": _enum_values,
    "enum_text": _enum_text,
    "enum_text_of_250": lambda size: _enum_text(size, 250),
}
