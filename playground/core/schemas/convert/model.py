"""What goes in and comes out of a conversion, and what is said where there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MAX_SOURCE = 2_000_000
"""Characters of a source (Python, TypeScript) that is read: a type is not longer, and a parser's work has an end."""
MAX_DEPTH = 100
"""Levels of nested types. The strict subset has 10; what is deeper than this is no type that somebody wrote."""


class ConvertError(ValueError):
    """A source that cannot become a schema, or a schema that cannot be written so: what, where, what to do."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a conversion could not keep, or decided: said beside the result, never silently."""

    words: str
    line: int = 0
    """Line of the source from 1; 0: none."""

    def __str__(self) -> str:
        return f"line {self.line}: {self.words}" if self.line else self.words


@dataclass(frozen=True, slots=True)
class Imported:
    """Schemas that were read from a source, the last one first if it is what the others are used by."""

    schemas: dict[str, dict[str, Any]]
    """By the name of the class, interface, function …, in the source's order."""
    notes: tuple[Note, ...] = ()
    main: str = ""
    """The one that is meant where nobody chose: the one no other uses; the last of those."""
    functions: frozenset[str] = frozenset()
    """Those that are the parameters of a function: each is described as it, and can be a function tool."""

    @property
    def schema(self) -> dict[str, Any]:
        """The main one."""
        return self.schemas[self.main]


@dataclass(frozen=True, slots=True)
class Program:
    """A schema written in some other way."""

    text: str
    notes: tuple[Note, ...] = ()
    suffix: str = field(default=".json")
    """What a file with it is called."""


def chosen(schemas: dict[str, dict[str, Any]], name: str, what: str) -> str:
    """The name of the schema that is meant: the one asked for; else the last that no other refers to. Raises
    ConvertError where there is none, or not that one."""
    if not schemas:
        raise ConvertError(f"There is no {what} in it.")
    if name:
        if name not in schemas:
            raise ConvertError(f"There is no “{name}” in it, but {_listed(schemas)}.")
        return name
    used = {used for own, schema in schemas.items() for used in schema.get("$defs", {}) if used != own}
    free = [one for one in schemas if one not in used]
    return (free or list(schemas))[-1]


def _listed(names: dict[str, Any], limit: int = 12) -> str:
    shown = [f"“{name}”" for name in list(names)[:limit]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
