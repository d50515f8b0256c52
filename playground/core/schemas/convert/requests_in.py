"""The schemas in a whole request, as it was sent, logged or put into a batch: what people send whose call failed."""

from __future__ import annotations

from typing import Any

from playground.core.schemas.convert.model import Imported

WHOLE = "It looks like a whole request: From… JSON Schema takes the schema out of it."


def requested(value: Any) -> Imported | None:
    """What the answer's format and the function tools of a request say; None where it has none of them."""
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("body"), dict) and "model" not in value:
        value = value["body"]
    if "messages" not in value and "model" not in value and "input" not in value:
        return None
    found: dict[str, dict[str, Any]] = {}
    text, chat = value.get("text"), value.get("response_format")
    for one in (text.get("format") if isinstance(text, dict) else None, _within(chat, "json_schema")):
        _take(found, one, "schema", "Answer")
    tools = value.get("tools")
    functions: set[str] = set()
    for one in tools if isinstance(tools, list) else ():
        if isinstance(one, dict) and one.get("type") == "function":
            functions.add(_take(found, _within(one, "function"), "parameters", "tool"))
    functions.discard("")
    return Imported(found, main=next(iter(found)), functions=frozenset(functions)) if found else None


def _within(one: Any, key: str) -> Any:
    """Chat Completions have it one level deeper."""
    return one[key] if isinstance(one, dict) and isinstance(one.get(key), dict) else one


def _take(found: dict[str, dict[str, Any]], one: Any, key: str, otherwise: str) -> str:
    """Put a schema to the others, under its name or one like it; the name, empty where there is none."""
    schema = one.get(key) if isinstance(one, dict) else None
    if not isinstance(schema, dict):
        return ""
    own = one.get("name")
    name = own if isinstance(own, str) and own else otherwise
    number = 1
    while name in found:
        number += 1
        name = f"{own or otherwise}_{number}"
    found[name] = schema
    if key == "parameters" and isinstance(one.get("description"), str):
        found[name] = {"description": one["description"], **schema}
    return name
