"""Responses over time: stored, continued, made in the background, resumed, cancelled, deleted."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest

from tests.sandbox.http import Api

ECHO = {"model": "sandbox-echo"}


def _types(events: list[dict[str, Any]]) -> list[str]:
    """The types in order, equal neighbours once."""
    found: list[str] = []
    for event in events:
        if not found or found[-1] != event["type"]:
            found.append(event["type"])
    return found


def _wait_for_end(api: Api, identifier: str) -> dict[str, Any]:
    """Follow a background response to its end; what it is then."""
    api.get(f"/responses/{identifier}?stream=true")
    response: dict[str, Any] = api.get(f"/responses/{identifier}").json
    return response


def test_a_text_streams_in_the_apis_order(api: Api) -> None:
    events = api.post("/responses", {**ECHO, "input": "Hi", "stream": True, "reasoning": {"effort": "low"}}).events
    part = ["response.output_item.added", "response.reasoning_summary_part.added"]
    assert _types(events) == [
        "response.created",
        "response.in_progress",
        *part,
        "response.reasoning_summary_text.delta",
        "response.reasoning_summary_text.done",
        "response.reasoning_summary_part.done",
        "response.output_item.done",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    text = "".join(event["delta"] for event in events if event["type"] == "response.output_text.delta")
    final = events[-1]["response"]
    assert final["output"][1]["content"][0]["text"] == text
    assert "usage" not in events[0]["response"] and final["usage"]["output_tokens_details"]["reasoning_tokens"] > 0
    assert events[0]["response"]["output"] == [] and final["completed_at"] >= final["created_at"]


def test_a_function_call_streams_its_arguments(api: Api) -> None:
    tool = {"type": "function", "name": "add", "parameters": {"properties": {"a": {"type": "integer"}}}}
    events = api.post("/responses", {**ECHO, "input": "Add", "tools": [tool], "stream": True}).events
    assert _types(events)[2:-1] == [
        "response.output_item.added",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.output_item.done",
    ]
    deltas = "".join(e["delta"] for e in events if e["type"] == "response.function_call_arguments.delta")
    call = events[-1]["response"]["output"][0]
    assert call["arguments"] == deltas and isinstance(json.loads(deltas)["a"], int)
    assert call["status"] == "completed" and call["id"].startswith("fc_") and call["call_id"].startswith("call_")


def test_cut_off_by_its_tokens_it_is_incomplete(api: Api) -> None:
    events = api.post("/responses", {**ECHO, "input": "Hi", "max_output_tokens": 16, "stream": True}).events
    final = events[-1]["response"]
    assert events[-1]["type"] == "response.incomplete" and final["status"] == "incomplete"
    assert final["incomplete_details"] == {"reason": "max_output_tokens"}
    assert final["usage"]["output_tokens"] == 16 and final["output"][0]["status"] == "incomplete"
    assert events[-2]["type"] == "response.output_item.done" and events[-2]["item"]["status"] == "incomplete"


def test_a_response_continues_the_one_before(api: Api) -> None:
    first = api.make("/responses", {**ECHO, "input": "My name is Ada."})
    second = api.make("/responses", {**ECHO, "input": "And now?", "previous_response_id": first["id"]})
    third = api.make("/responses", {**ECHO, "input": "Still?", "previous_response_id": second["id"]})
    assert third["usage"]["input_tokens"] > second["usage"]["input_tokens"] > first["usage"]["input_tokens"]
    listed = api.get(f"/responses/{third['id']}/input_items?order=asc").json["data"]
    assert [item["role"] for item in listed] == ["user", "assistant", "user", "assistant", "user"]
    assert listed[1]["id"] == first["output"][0]["id"]


def test_input_items_come_in_pages_newest_first(api: Api) -> None:
    items = [{"role": "user", "content": f"number {index}"} for index in range(5)]
    response = api.make("/responses", {**ECHO, "input": items})
    path = f"/responses/{response['id']}/input_items?limit=2"
    seen, page = [], api.get(path).json
    while True:
        seen += [item["content"][0]["text"] for item in page["data"]]
        assert page["first_id"] == page["data"][0]["id"] and len(page["data"]) <= 2
        if not page["has_more"]:
            break
        page = api.get(f"{path}&after={page['last_id']}").json
    assert seen == [f"number {index}" for index in (4, 3, 2, 1, 0)]
    assert api.get(f"{path}&after=msg_none").error["param"] == "after"
    assert api.get(f"/responses/{response['id']}/input_items?limit=0").error["param"] == "limit"


def test_a_stored_item_can_be_referred_to(api: Api) -> None:
    first = api.make("/responses", {**ECHO, "input": "The word is banana."})
    item = api.get(f"/responses/{first['id']}/input_items").json["data"][0]
    second = api.make("/responses", {**ECHO, "input": [{"type": "item_reference", "id": item["id"]}]})
    assert "The word is banana." in second["output"][0]["content"][0]["text"]
    missing = api.post("/responses", {**ECHO, "input": [{"type": "item_reference", "id": "msg_none"}]})
    assert missing.status == 404 and "msg_none" in missing.error["message"]


def test_what_is_not_stored_is_gone(api: Api) -> None:
    response = api.make("/responses", {**ECHO, "input": "Hi", "store": False})
    assert api.get(f"/responses/{response['id']}").status == 404
    follow = api.post("/responses", {**ECHO, "input": "Hi", "previous_response_id": response["id"]})
    assert follow.status == 400 and follow.error["code"] == "previous_response_not_found"


def test_a_conversation_gains_what_was_said(api: Api) -> None:
    conversation = api.make("/conversations", {"items": [{"role": "user", "content": "Remember: blue."}]})
    body = {**ECHO, "input": "Which colour?", "conversation": {"id": conversation["id"]}}
    response = api.make("/responses", body)
    assert response["conversation"] == {"id": conversation["id"]}
    items = api.get(f"/conversations/{conversation['id']}/items?order=asc").json["data"]
    assert [item["role"] for item in items] == ["user", "user", "assistant"]
    again = api.make("/responses", {**body, "input": "And?", "stream": False})
    assert again["usage"]["input_tokens"] > response["usage"]["input_tokens"]
    both = api.post("/responses", {**body, "previous_response_id": response["id"]})
    assert both.status == 400 and both.error["param"] == "previous_response_id"


def test_a_failed_run_leaves_its_conversation_alone(api: Api) -> None:
    conversation = api.make("/conversations", {})
    body = {**ECHO, "input": "Hi", "conversation": conversation["id"]}
    failed = api.post("/responses", body, headers={"X-Sandbox-Fault": "failed=2"})
    assert failed.status == 500 and failed.error["type"] == "server_error"
    assert api.get(f"/conversations/{conversation['id']}/items").json["data"] == []


def test_a_tool_output_is_answered_with_text(api: Api) -> None:
    tool = {"type": "function", "name": "get_weather", "parameters": {"type": "object", "properties": {}}}
    first = api.make("/responses", {**ECHO, "input": "Weather?", "tools": [tool]})
    call = first["output"][0]
    output = {"type": "function_call_output", "call_id": call["call_id"], "output": "12 degrees and rain"}
    second = api.make(
        "/responses", {**ECHO, "input": [output], "tools": [tool], "previous_response_id": first["id"]}
    )  # fmt: skip
    text = second["output"][0]["content"][0]["text"]
    assert "12 degrees and rain" in text and "get_weather" in text
    stray = api.post("/responses", {**ECHO, "input": [output]})
    assert stray.status == 400 and call["call_id"] in stray.error["message"]


def test_a_compacted_conversation_can_go_on(api: Api) -> None:
    turns = [{"role": "user", "content": "One"}, {"role": "assistant", "content": "The secret is 42."}]
    compacted = api.make("/responses/compact", {**ECHO, "input": turns})
    assert [item["type"] for item in compacted["output"]] == ["message", "compaction"]
    after = [*compacted["output"], {"role": "user", "content": "Go on"}]
    response = api.make("/responses", {**ECHO, "input": after})
    assert "secret is 42" in response["output"][0]["content"][0]["text"]


def test_counted_input_is_what_a_response_uses(api: Api) -> None:
    body = {**ECHO, "input": "How long is this?", "instructions": "Count"}
    counted = api.make("/responses/input_tokens", body)["input_tokens"]
    assert counted == api.make("/responses", body)["usage"]["input_tokens"]


# in the background


def test_a_background_response_is_queued_then_completed(api: Api) -> None:
    started = api.make("/responses", {**ECHO, "input": "Hi", "background": True})
    assert started["status"] == "queued" and started["output"] == []
    ended = _wait_for_end(api, started["id"])
    assert ended["status"] == "completed" and ended["output"][0]["content"][0]["text"]


def test_a_background_stream_can_be_resumed_anywhere(api: Api) -> None:
    whole = api.post("/responses", {**ECHO, "input": "Hi", "background": True, "stream": True})
    events = whole.events
    assert _types(events)[:3] == ["response.created", "response.queued", "response.in_progress"]
    path = f"/responses/{events[0]['response']['id']}?stream=true"
    assert api.get(path).data == whole.data
    assert api.get(f"{path}&starting_after=5").events == events[6:]
    assert api.get(f"{path}&starting_after={len(events)}").events == []


def test_only_background_responses_stream_again(api: Api) -> None:
    response = api.make("/responses", {**ECHO, "input": "Hi"})
    assert api.get(f"/responses/{response['id']}?stream=true").error["param"] == "stream"
    assert api.post(f"/responses/{response['id']}/cancel", None).status == 400


def test_a_background_response_is_cancelled(api: Api) -> None:
    slow = {"X-Sandbox-Rate": "1"}
    started = api.make("/responses", {**ECHO, "input": "Hi", "background": True}, headers=slow)
    cancelled = api.make(f"/responses/{started['id']}/cancel", None)
    assert cancelled["status"] == "cancelled"
    assert api.make(f"/responses/{started['id']}/cancel", None)["status"] == "cancelled"
    assert api.get(f"/responses/{started['id']}").json["status"] == "cancelled"


def test_a_follower_hears_of_the_cancel(api: Api) -> None:
    """The stream of a response that is cancelled ends, without an event of its own."""
    headers = {"Authorization": f"Bearer {api.key}", "X-Sandbox-Rate": "1", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection(api.host, api.port or 80, timeout=30)
    try:
        body = json.dumps({**ECHO, "input": "Hi", "background": True, "stream": True})
        connection.request("POST", "/v1/responses", body, headers)
        answer = connection.getresponse()
        answer.readline()
        created = json.loads(answer.readline()[6:])
        api.make(f"/responses/{created['response']['id']}/cancel", None)
        rest = answer.read().decode()
    finally:
        connection.close()
    assert "response.in_progress" in rest and "response.completed" not in rest


def test_a_deleted_response_is_gone_and_its_run_stopped(api: Api) -> None:
    started = api.make("/responses", {**ECHO, "input": "Hi", "background": True}, headers={"X-Sandbox-Rate": "1"})
    path = f"/responses/{started['id']}"
    assert api.delete(path).json == {"id": started["id"], "object": "response", "deleted": True}
    for method in ("GET", "DELETE"):
        assert api.call(method, path).status == 404
    assert api.get(f"{path}/input_items").status == 404


@pytest.mark.parametrize("more", [{"store": False}])
def test_background_needs_storing(api: Api, more: dict[str, Any]) -> None:
    refused = api.post("/responses", {**ECHO, "input": "Hi", "background": True, **more})
    assert refused.status == 400 and refused.error["param"] == "background"
