"""A schema where it is used: taken out of what holds it, put into a request, and known again.

What holds a schema is a `text.format` (Responses), a `response_format` (Chat Completions), or a function tool in the
shape of either API; a schema by itself is held by nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from playground.core.runs.parameters import Api
from playground.core.schemas.check import schema_base
from playground.core.schemas.pointers import at, escape

Holder = Literal["schema", "text.format", "response_format", "function"]
HOLDERS: Mapping[str, str] = {
    "schema": "a schema",
    "text.format": "a text.format",
    "response_format": "a response_format",
    "function": "a function tool",
}
"""In words."""
NAMELESS = "result"
LONGEST_NAME = 64
"""Characters of a name that the API takes."""
_DEEPEST = 40
_MOST = 200_000
"""Values of a body that are looked at."""


@dataclass(frozen=True, slots=True)
class Held:
    """A schema and what stands beside it."""

    holder: Holder
    schema: Any = field(repr=False)
    name: str = ""
    description: str | None = None
    """None: there is none."""
    strict: bool | None = None
    """None: it is not said, and the server decides."""

    def named(self, name: str) -> Held:
        """With this name, made one that the API takes, where it has none."""
        return replace(self, name=self.name or clean_name(name))


def clean_name(name: str) -> str:
    """Letters, digits, `_` and `-`, up to 64 characters; never empty."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_")[:LONGEST_NAME] or NAMELESS


def held(value: Any, name: str = "") -> Held:
    """What a document holds. `name`: of a schema by itself."""
    base = schema_base(value)
    if not base:
        return Held("schema", value, clean_name(name) if name else "")
    inner = at(value, base.rpartition("/")[0])
    holder: Holder = "function"
    if value["type"] == "json_schema":
        holder = "response_format" if base.startswith("/json_schema") else "text.format"
    strict, description, own = inner.get("strict"), inner.get("description"), inner.get("name")
    return Held(
        holder,
        at(value, base),
        own if isinstance(own, str) and own else clean_name(name) if name else "",
        description if isinstance(description, str) else None,
        strict if isinstance(strict, bool) else None,
    )


def put(one: Held, holder: Holder, api: Api = "responses") -> Any:
    """The document in which the schema is held so: `strict` is true where nothing else was said, and a tool or format
    without a description takes the schema's own. The schema itself stays as it is. `api`: of a function tool."""
    if holder == "schema":
        return one.schema
    said = one.description
    own = one.schema.get("description") if isinstance(one.schema, Mapping) else None
    description = said if said is not None else own if isinstance(own, str) else None
    named = {"name": one.name or NAMELESS, **({"description": description} if description is not None else {})}
    strict = True if one.strict is None else one.strict
    if holder == "function":
        tool = {**named, "parameters": one.schema, "strict": strict}
        return {"type": "function", "function": tool} if api == "chat" else {"type": "function", **tool}
    form = {**named, "strict": strict, "schema": one.schema}
    return {"type": "json_schema", **(form if holder == "text.format" else {"json_schema": form})}


def turned(value: Any, holder: Holder, name: str) -> Any:
    """A document whose schema is held in another way; what is the same already is given back."""
    now = held(value, name)
    return value if now.holder == holder else put(now.named(name), holder)


def described(value: Any, description: str) -> Any:
    """A format or tool with another description, behind its name; an empty one is taken out."""
    return _beside(value, "description", description or None)


def renamed(value: Any, name: str) -> Any:
    """A format or tool with another name; a schema by itself has none."""
    return _beside(value, "name", name)


def _beside(value: Any, member: str, new: str | None) -> Any:
    base = schema_base(value)
    if not base:
        return value
    outer = base.rpartition("/")[0]
    inner = dict(at(value, outer))
    if new is None:
        inner.pop(member, None)
    elif member in inner:
        inner[member] = new
    else:
        inner = _after(inner, "name" if member != "name" else "type", member, new)
    return inner if not outer else {**value, outer[1:]: inner}


def _after(inner: dict[str, Any], before: str, member: str, new: Any) -> dict[str, Any]:
    """With a member behind another one, or first."""
    if before not in inner:
        return {member: new, **inner}
    made: dict[str, Any] = {}
    for name, value in inner.items():
        made[name] = value
        if name == before:
            made[member] = new
    return made


def digest(schema: Any) -> str:
    """SHA-256 of a schema, in hexadecimal. The order of members counts, for output follows it; how it is laid out does
    not. Raises ValueError, RecursionError for what is no JSON."""
    text = json.dumps(schema, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Used:
    """A schema that a request holds."""

    pointer: str
    """Of what holds it."""
    held: Held


def used_in(body: Any) -> Iterator[Used]:
    """The schemas of a request's body, wherever in it they are. Never raises; what is below 40 levels, or behind the
    first 200,000 values, is not looked at."""
    left: list[tuple[str, Any, int]] = [("", body, 0)]
    seen = 0
    while left and seen < _MOST:
        pointer, value, depth = left.pop()
        seen += 1
        if isinstance(value, dict) and schema_base(value):
            yield Used(pointer, held(value))
        elif depth < _DEEPEST and isinstance(value, dict):
            left += [(f"{pointer}/{escape(str(name))}", one, depth + 1) for name, one in reversed(value.items())]
        elif depth < _DEEPEST and isinstance(value, list):
            left += [(f"{pointer}/{place}", one, depth + 1) for place, one in reversed(list(enumerate(value)))]


def with_tool(tools: Any, one: Held, api: Api) -> list[Any]:
    """A request's tools with this one: in place of the function of the same name, else behind the others."""
    kept = list(tools) if isinstance(tools, list) else []
    made = put(one, "function", api)
    for place, tool in enumerate(kept):
        if isinstance(tool, dict) and schema_base(tool) and held(tool).name == one.name:
            kept[place] = made
            return kept
    return [*kept, made]
