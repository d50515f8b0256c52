"""Fields that a model listed, put together: always an object schema that is closed and requires everything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.schemas.wording import FORMAT, NotWorded, ask, build, build_part
from playground.core.session import Session
from tests.core.conftest import house as house
from tests.core.house import House
from tests.helpers.servers import Reply


def field(path: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"path": path, "type": kind, "description": "", "values": [], "optional": False, **more}


def made(*fields: dict[str, Any]) -> dict[str, Any]:
    return build(json.dumps({"name": "Some thing!", "fields": fields}))[0]


def test_paths_make_objects_and_lists() -> None:
    schema = made(
        field("category", values=["a", "b"]),
        field("customer.tier", optional=True, values=["free"]),
        field("steps[].action", description="what to do"),
        field("tags[]"),
        field("due", "date", optional=True),
    )
    assert list(schema["properties"]) == schema["required"] == ["category", "customer", "steps", "tags", "due"]
    assert schema["properties"]["category"] == {"type": "string", "enum": ["a", "b"]}
    assert schema["properties"]["customer"]["properties"]["tier"]["enum"] == ["free", None]
    step = schema["properties"]["steps"]["items"]
    assert step["properties"]["action"] == {"type": "string", "description": "what to do"}
    assert step["required"] == ["action"] and step["additionalProperties"] is False
    assert schema["properties"]["tags"] == {"type": "array", "items": {"type": "string"}}
    assert schema["properties"]["due"] == {"type": ["string", "null"], "format": "date"}


def test_what_is_in_the_way_stays() -> None:
    schema = made(field("a", "integer"), field("a.b"), field("a"), field(""), field("..."))
    assert schema["properties"] == {"a": {"type": "integer"}} and schema["required"] == ["a"]


def test_the_name_is_one_that_the_api_takes() -> None:
    assert build(json.dumps({"name": "Ticket triage: v2", "fields": [field("a")]}))[1] == "Ticket_triage_v2"


@pytest.mark.parametrize(
    "answer", ["", "[]", '{"fields": []}', '{"fields": [1]}', '{"fields": [{"path": 3}', "[" * 5000]
)
def test_what_is_no_list_of_fields_is_said(answer: str) -> None:
    with pytest.raises(NotWorded, match="model"):
        build(answer)


def closed(schema: dict[str, Any]) -> bool:
    kind = schema["type"]
    if kind == "object":
        inner = schema["properties"]
        return (
            schema["required"] == list(inner)
            and not schema["additionalProperties"]
            and all(map(closed, inner.values()))
        )
    return closed(schema["items"]) if kind == "array" else True


@given(st.lists(st.builds(field, st.text(alphabet="ab.[] é", max_size=9), st.sampled_from(["string", "date", "x"])),
                min_size=1, max_size=12))  # fmt: skip
def test_whatever_is_listed_gives_a_strict_schema(fields: list[dict[str, Any]]) -> None:
    try:
        schema = made(*fields)
    except NotWorded:
        return
    assert closed(schema)


ANSWER = json.dumps({"name": "pet", "fields": [field("name"), field("age", "integer")]})


def events(text: str, kind: str = "output_text") -> Reply:
    """A stream of pieces of nine characters."""
    pieces = [text[at : at + 9] for at in range(0, len(text), 9)]
    said = [
        {"type": f"response.{kind}.delta", "delta": piece, "item_id": "msg_1", "output_index": 0, "content_index": 0,
         "sequence_number": number} for number, piece in enumerate(pieces)
    ]  # fmt: skip
    whole = {"id": "resp_1", "object": "response", "created_at": 1, "model": "m", "status": "completed", "output": [],
             "parallel_tool_calls": True, "tool_choice": "auto", "tools": []}  # fmt: skip
    last = {"type": "response.completed", "response": whole, "sequence_number": len(said)}
    return Reply.of_events([*said, last])


def test_the_model_is_asked_by_a_strict_schema_and_the_call_is_on_record(house: House) -> None:
    house.server.add("/responses", events(ANSWER), events("No.", "refusal"))
    parts: list[str] = []

    async def scenario(session: Session) -> None:
        schema, name = build(await ask(session, "m", "A pet has a name and an age.", parts.append))
        assert list(schema["properties"]) == ["name", "age"] and name == "pet"
        with pytest.raises(NotWorded, match=r"refused: No\."):
            await ask(session, "m", "Something else")

    house.run(scenario)
    sent = json.loads(house.server.received[0].body)
    assert sent["input"] == "A pet has a name and an age." and sent["text"]["format"]["schema"] == FORMAT
    house.store.flush()
    assert [(row.origin, row.sdk_method) for row in house.store.recent()] == [("schemas", "responses.create")] * 2


def test_a_server_without_responses_is_asked_by_chat(house: House) -> None:
    message = {"role": "assistant", "content": ANSWER}
    chat = {"id": "c", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}]}  # fmt: skip
    house.server.add("/chat/completions", Reply.of_json(chat))

    async def scenario(session: Session) -> None:
        assert build(await ask(session, "m", "A pet"))[1] == "pet"

    house.run(scenario)
    assert [one.path.rpartition("/v1")[2] for one in house.server.received] == ["/responses", "/chat/completions"]


def test_what_came_until_it_breaks_off_is_a_schema_too() -> None:
    answer = json.dumps({"name": "pet", "fields": [field("name"), field("age", "integer"), field("last")]})
    seen = []
    for end in range(len(answer)):
        part = build_part(answer[:end])
        names = list(part[0]["properties"]) if part is not None else []
        if part is not None:
            assert closed(part[0]) and part[1] == "pet"
        if not seen or seen[-1] != names:
            seen.append(names)
    assert seen == [[], ["name"], ["name", "age"], ["name", "age", "last"]]
