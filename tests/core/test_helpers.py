"""The SDK's helpers, called like any other method: several requests, or one stream, and JSON in the end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.core.answering import open_answer
from playground.core.calls import UsageProblem, call
from playground.core.session import Session
from tests.core.house import House
from tests.helpers.servers import Reply

RESPONSE = {"id": "resp_1", "object": "response", "created_at": 1, "model": "m", "output": [], "status": "in_progress",
            "parallel_tool_calls": True, "tool_choice": "auto", "tools": []}  # fmt: skip
EVENTS = [
    {"type": "response.created", "sequence_number": 0, "response": RESPONSE},
    {"type": "response.completed", "sequence_number": 1, "response": {**RESPONSE, "status": "completed"}},
]


def store_file(status: str) -> Reply:
    return Reply.of_json({"id": "file-1", "object": "vector_store.file", "vector_store_id": "vs_1", "status": status,
                          "created_at": 1, "usage_bytes": 0, "last_error": None})  # fmt: skip


async def whole(session: Session, method: str, body: dict[str, Any]) -> Any:
    answer = await call(session, method, body)
    return [event async for event in answer] if hasattr(answer, "__aiter__") else answer


def test_a_helper_that_polls(house: House) -> None:
    house.server.add("/vector_stores/vs_1/files", store_file("in_progress"))
    house.server.add("/vector_stores/vs_1/files/file-1", store_file("in_progress"), store_file("completed"))
    body = {"vector_store_id": "vs_1", "file_id": "file-1", "poll_interval_ms": 1}
    answer = house.run(lambda session: whole(session, "vector_stores.files.create_and_poll", body))
    assert (answer["id"], answer["status"]) == ("file-1", "completed")
    assert [one.method for one in house.server.received] == ["POST", "GET", "GET"]
    assert {row.sdk_method for row in house.store.recent(3)} == {"vector_stores.files.create_and_poll"}


def test_a_helper_that_streams(house: House) -> None:
    house.server.add("/responses", Reply.of_events(EVENTS))
    events = house.run(lambda session: whole(session, "responses.stream", {"model": "m", "input": "hi"}))
    assert [event["type"] for event in events] == ["response.created", "response.completed"]
    assert events[1]["response"]["status"] == "completed"
    assert json.loads(house.server.received[-1].body)["stream"] is True


def test_a_helper_that_uploads_in_parts(house: House, tmp_path: Any) -> None:
    (tmp_path / "big.jsonl").write_bytes(b"0123456789")
    upload = {"id": "upload_1", "object": "upload", "bytes": 10, "created_at": 1, "expires_at": 2,
              "filename": "big.jsonl", "purpose": "batch", "status": "pending"}  # fmt: skip
    house.server.add("/uploads", Reply.of_json(upload))
    part = {"id": "part_1", "object": "upload.part", "created_at": 1, "upload_id": "upload_1"}
    house.server.add("/uploads/upload_1/parts", Reply.of_json(part), Reply.of_json({**part, "id": "part_2"}))
    house.server.add("/uploads/upload_1/complete", Reply.of_json({**upload, "status": "completed"}))
    body = {"file": f"@{tmp_path / 'big.jsonl'}", "mime_type": "text/jsonl", "purpose": "batch", "part_size": 6}
    answer = house.run(lambda session: whole(session, "uploads.upload_file_chunked", body))
    assert answer["status"] == "completed"
    assert json.loads(house.server.received[-1].body)["part_ids"] == ["part_1", "part_2"]


def test_a_helper_that_sends_nothing(house: House) -> None:
    body = {"payload": "{}", "headers": {}, "secret": "whsec_" + "x" * 8}
    with pytest.raises(Exception, match=r"(?i)webhook|header|signature"):
        house.run(lambda session: whole(session, "webhooks.unwrap", body))
    assert house.server.received == []


def test_what_only_python_can_give_is_told(house: House) -> None:
    with pytest.raises(UsageProblem, match="helper of the SDK for Python programs"):
        house.run(
            lambda session: whole(session, "beta.agents.sessions.artifacts.for_result", {"result": {"id": "turn_1"}})
        )
    with pytest.raises(UsageProblem, match="lacks “vector_store_id”"):
        house.run(lambda session: whole(session, "vector_stores.files.poll", {"file_id": "file-1"}))


def test_for_who_looks_on(house: House) -> None:
    async def look(session: Session, method: str, body: dict[str, Any]) -> Any:
        async with open_answer(session, method, body) as answer:
            if answer.head.is_stream:
                return answer.head, [event async for event in answer.events()]
            return answer.head, json.loads(await answer.read())

    house.server.add("/responses", Reply.of_events(EVENTS))
    head, events = house.run(lambda session: look(session, "responses.stream", {"model": "m", "input": "hi"}))
    assert head.is_stream and len(events) == 2
    house.server.add("/vector_stores/vs_1/files/file-1", store_file("completed"))
    body = {"vector_store_id": "vs_1", "file_id": "file-1"}
    head, value = house.run(lambda session: look(session, "vector_stores.files.poll", body))
    assert value["status"] == "completed"
    assert head.exchange_id == house.last().summary.id
