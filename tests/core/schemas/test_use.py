"""A schema taken out of what holds it, put into a request, and known again."""

from __future__ import annotations

from typing import Any

import pytest

from playground.core.schemas import schema_base
from playground.core.schemas.pointers import at
from playground.core.schemas.use import (
    HOLDERS,
    Held,
    clean_name,
    described,
    digest,
    held,
    put,
    renamed,
    turned,
    used_in,
    with_tool,
)

SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A ticket.",
    "properties": {"b": {"type": "string"}, "a": {"type": "integer"}},
    "required": ["b", "a"],
    "additionalProperties": False,
}


@pytest.mark.parametrize("api", ["responses", "chat"])
@pytest.mark.parametrize("holder", HOLDERS)
def test_what_is_put_in_comes_out_again(holder: Any, api: Any) -> None:
    document = put(Held("schema", SCHEMA, "ticket", "why", False), holder, api)
    found = held(document, "ticket")
    assert found.schema is SCHEMA
    assert found.holder == holder
    if holder != "schema":
        assert (found.name, found.description, found.strict) == ("ticket", "why", False)
        assert at(document, schema_base(document)) is SCHEMA


def test_every_way_round_keeps_the_schema_its_name_and_its_description() -> None:
    document: Any = SCHEMA
    for holder in ("function", "response_format", "text.format", "function"):
        document = turned(document, holder, "ticket")
        assert held(document).name == "ticket"
        assert held(document).description == "A ticket."
        assert held(document).strict is True
    assert digest(held(document).schema) == digest(SCHEMA)
    assert turned(document, "schema", "ticket") == SCHEMA
    assert turned(document, "function", "other") is document


def test_the_order_of_members_counts_and_the_layout_does_not() -> None:
    other = {**SCHEMA, "properties": dict(reversed(SCHEMA["properties"].items()))}
    assert other == SCHEMA
    assert digest(other) != digest(SCHEMA)
    with pytest.raises(ValueError, match="JSON"):
        digest({"minimum": float("nan")})


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("a b/c", "a_b_c"), ("  ", "result"), ("x" * 90, "x" * 64), ("größe", "gr_e"), ("ok-1_2", "ok-1_2")],
)
def test_names_are_made_such_as_the_api_takes(name: str, wanted: str) -> None:
    assert clean_name(name) == wanted


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_name_and_description_of_a_tool_are_edited(api: Any) -> None:
    tool = put(Held("schema", {"type": "object"}, "one"), "function", api)
    changed = renamed(described(tool, "Finds things."), "two")
    assert (held(changed).name, held(changed).description) == ("two", "Finds things.")
    assert held(described(changed, "")).description is None
    assert held(tool).name == "one"
    inner = changed["function"] if api == "chat" else changed
    assert list(inner).index("description") == list(inner).index("name") + 1
    assert described(SCHEMA, "x") is SCHEMA


def test_the_schemas_of_a_request_are_found_wherever_they_are() -> None:
    body = {
        "model": "m",
        "text": {"format": put(Held("schema", SCHEMA, "ticket"), "text.format")},
        "tools": [
            {"type": "web_search"},
            put(Held("schema", SCHEMA, "find"), "function"),
            {"type": "namespace", "tools": [put(Held("schema", {}, "deep"), "function", "chat")]},
        ],
    }
    assert [(used.pointer, used.held.holder, used.held.name) for used in used_in(body)] == [
        ("/text/format", "text.format", "ticket"),
        ("/tools/1", "function", "find"),
        ("/tools/2/tools/0", "function", "deep"),
    ]


def test_a_deep_or_hostile_body_ends() -> None:
    deep: Any = {}
    for _ in range(5_000):
        deep = {"a": [deep]}
    assert list(used_in(deep)) == []
    assert list(used_in({"type": "function", "parameters": 3, "name": None})) == []
    assert held({"type": "json_schema", "json_schema": {"schema": {}, "name": 7, "strict": "yes"}}) == Held(
        "response_format", {}
    )


def test_a_tool_takes_the_place_of_its_namesake() -> None:
    one = Held("function", SCHEMA, "find")
    tools = with_tool([{"type": "web_search"}, put(Held("schema", {}, "find"), "function")], one, "responses")
    assert tools == [{"type": "web_search"}, put(one, "function")]
    assert with_tool("nonsense", one, "chat") == [put(one, "function", "chat")]
