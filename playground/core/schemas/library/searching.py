"""What a search looks through, and how it finds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from playground.core.fuzzy import score
from playground.core.schemas.check import schema_base
from playground.core.schemas.keywords import walk
from playground.core.schemas.library.model import Entry
from playground.core.schemas.pointers import at

WORDS = 6000
"""Characters of one schema that a search looks through."""
_SCHEMAS = 5000
_INSIDE = 5
"""What the words inside count: less than any name."""


class Hit(NamedTuple):
    """What a search found."""

    entry: Entry
    score: int
    """As `core.fuzzy.score` counts."""
    words: str
    """Where it was found inside the schema; empty: by its name or title."""


class Described(NamedTuple):
    """What a list says of a schema."""

    kind: str
    title: str
    description: str
    properties: int
    words: str


def describe(value: Any) -> Described:
    """Of a schema, or of a format or function tool around one. Bounded; never raises."""
    base = schema_base(value)
    kind = {
        "": "schema",
        "/schema": "text.format",
        "/json_schema/schema": "response_format",
        "/function/parameters": "function",
        "/parameters": "function",
    }[base]
    root = at(value, base)
    around = at(value, base.rpartition("/")[0]) if base else {}
    title = _text(root, "title") or _text(around, "name")
    description = _text(root, "description") or _text(around, "description")
    words, properties, room = [title, description], 0, WORDS
    for number, (_, schema) in enumerate(walk(root)):
        if number >= _SCHEMAS:
            break
        names = schema.get("properties")
        if isinstance(names, dict):
            properties += len(names)
        if room > 0:
            said = [*names] if isinstance(names, dict) else []
            said += [_text(schema, "title"), _text(schema, "description")] if number else []
            said = [one[:room] for one in said if one]
            room -= sum(map(len, said))
            words += said
    return Described(kind, title, description, properties, "\n".join(filter(None, words)).casefold()[: 2 * WORDS])


def _text(value: Any, name: str) -> str:
    text = value.get(name) if isinstance(value, dict) else None
    return " ".join(text[:500].split()) if isinstance(text, str) else ""


def find(entries: Iterable[Entry], text: str) -> list[Hit]:
    """The schemas that a text finds, best first: by name and title as the palette does, or where each of its words is
    in a description or the name of a property. An empty text finds all, by name. About 50 ms for 5,000 schemas."""
    wanted = text.casefold().split()
    hits = []
    for entry in entries:
        named = max((found for one in (entry.id, entry.title) if (found := score(text, one)) is not None), default=None)
        if named is not None:
            hits.append(Hit(entry, named, ""))
        elif all(word in entry.words or word in entry.id.casefold() for word in wanted):
            hits.append(Hit(entry, _INSIDE, _line(entry.words, wanted)))
    return sorted(hits, key=lambda hit: (-hit.score, hit.entry.id.casefold(), hit.entry.id))


def _line(words: str, wanted: list[str]) -> str:
    for line in words.split("\n"):
        at = next((line.find(word) for word in wanted if word in line), -1)
        if at >= 0:
            start = max(0, at - 30)
            return ("…" if start else "") + line[start : start + 100] + ("…" if start + 100 < len(line) else "")
    return ""
