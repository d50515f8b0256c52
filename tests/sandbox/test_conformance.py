"""Everything the sandbox serves, against the schemas of the API's OpenAPI document."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.sandbox.document import Document
from tests.sandbox.http import Api

WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = {"type": "function", "name": "get_weather", "parameters": WEATHER, "strict": None}
FORM = {
    "type": "json_schema",
    "name": "form",
    "strict": True,
    "schema": {**WEATHER, "additionalProperties": False},
}
TURNS = [
    {"role": "developer", "content": "Be brief."},
    {
        "role": "user",
        "content": [{"type": "input_text", "text": "Look"}, {"type": "input_image", "image_url": "data:,"}],
    },
    {"role": "assistant", "content": "I looked."},
    {"type": "function_call", "call_id": "call_1", "name": "get_weather", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "call_1", "output": "rain"},
]

REQUESTS: dict[str, dict[str, Any]] = {
    "text": {"input": "Hello"},
    "items": {"input": TURNS},
    "settings": {
        "input": "Hello", "instructions": "Be kind", "temperature": 0.2, "top_p": 0.9, "metadata": {"a": "b"},
        "max_output_tokens": 2000, "user": "me", "safety_identifier": "s", "prompt_cache_key": "k", "store": False,
        "text": {"verbosity": "low"}, "truncation": "auto", "parallel_tool_calls": False, "service_tier": "flex",
    },
    "reasoning": {"input": "Think", "reasoning": {"effort": "high", "summary": "auto"}},
    "cut": {"input": "Long", "max_output_tokens": 16},
    "cut in reasoning": {"input": "Long", "reasoning": {"effort": "low"}, "max_output_tokens": 16},
    "schema": {"input": "Fill", "text": {"format": FORM}},
    "json": {"input": "Give me JSON", "text": {"format": {"type": "json_object"}}},
    "function": {"input": "Weather?", "tools": [TOOL]},
    "named function": {"input": "Weather?", "tools": [TOOL], "tool_choice": {"type": "function", "name": TOOL["name"]}},
    "custom": {"input": "Run", "tools": [{"type": "custom", "name": "run"}], "tool_choice": "required"},
    "hosted": {"input": "Search", "tools": [{"type": "web_search"}]},
}  # fmt: skip


@pytest.mark.parametrize("name", REQUESTS)
def test_a_plain_response_is_valid(api: Api, spec: Document, name: str) -> None:
    response = api.make("/responses", {"model": "sandbox-echo", **REQUESTS[name]})
    spec.check("Response", response)
    assert response["status"] == ("incomplete" if name.startswith("cut") else "completed")
    assert response["usage"]["output_tokens"] > 0


@pytest.mark.parametrize("name", REQUESTS)
def test_every_event_of_a_streamed_response_is_valid(api: Api, spec: Document, name: str) -> None:
    events = api.post("/responses", {"model": "sandbox-echo", "stream": True, **REQUESTS[name]}).events
    for event in events:
        spec.check_event(event)
    assert [event["sequence_number"] for event in events] == list(range(len(events)))


def test_a_failed_response_is_valid(api: Api, spec: Document) -> None:
    body = {"model": "sandbox-echo", "input": "x", "stream": True}
    events = api.post("/responses", body, headers={"X-Sandbox-Fault": "failed=3"}).events
    for event in events:
        spec.check_event(event)
    assert events[-1]["type"] == "response.failed"
    spec.check("Response", api.get(f"/responses/{events[0]['response']['id']}").json)


def test_what_belongs_to_a_response_is_valid(api: Api, spec: Document) -> None:
    response = api.make("/responses", {"model": "sandbox-echo", "input": TURNS})
    listed = api.get(f"/responses/{response['id']}/input_items?order=asc").json
    spec.check("ResponseItemList", listed)
    assert [item["type"] for item in listed["data"]] == [
        "message", "message", "message", "function_call", "function_call_output",
    ]  # fmt: skip
    spec.check("TokenCountsResource", api.make("/responses/input_tokens", {"model": "sandbox-echo", "input": TURNS}))
    spec.check("CompactResource", api.make("/responses/compact", {"model": "sandbox-echo", "input": TURNS}))
    spec.check("Response", api.get(f"/responses/{response['id']}").json)


def test_conversations_are_valid(api: Api, spec: Document) -> None:
    conversation = api.make("/conversations", {"items": TURNS, "metadata": {"a": "b"}})
    spec.check("ConversationResource", conversation)
    path = f"/conversations/{conversation['id']}"
    spec.check("ConversationItemList", api.get(f"{path}/items").json)
    added = api.make(f"{path}/items", {"items": [{"role": "user", "content": "More"}]})
    spec.check("ConversationItemList", added)
    spec.check("ConversationItem", api.get(f"{path}/items/{added['first_id']}").json)
    spec.check("ConversationResource", api.make(path, {"metadata": {"c": "d"}}))
    spec.check("ConversationResource", api.delete(f"{path}/items/{added['first_id']}").json)
    spec.check("Response", api.make("/responses", {"model": "sandbox-echo", "input": "Hi", "conversation": path[15:]}))
    spec.check("ConversationItemList", api.get(f"{path}/items").json)
    spec.check("DeletedConversationResource", api.delete(path).json)
    empty = api.make("/conversations", {})
    spec.check("ConversationItemList", api.get(f"/conversations/{empty['id']}/items").json)


CHAT_FORM = {name: value for name, value in FORM.items() if name != "type"}
CHATS: dict[str, dict[str, Any]] = {
    "text": {},
    "several": {"n": 3, "seed": 1, "stop": ["###"], "temperature": 0},
    "cut": {"max_completion_tokens": 5},
    "reasoning": {"reasoning_effort": "low"},
    "schema": {"response_format": {"type": "json_schema", "json_schema": CHAT_FORM}},
    "json": {"response_format": {"type": "json_object"}},
    "function": {"tools": [{"type": "function", "function": {"name": "get_weather", "parameters": WEATHER}}]},
    "stored": {"store": True, "metadata": {"a": "b"}},
}  # fmt: skip


def _chat(name: str) -> dict[str, Any]:
    return {"model": "sandbox-echo", "messages": [{"role": "user", "content": "Hello JSON"}], **CHATS[name]}


@pytest.mark.parametrize("name", CHATS)
def test_a_chat_completion_is_valid(api: Api, spec: Document, name: str) -> None:
    completion = api.make("/chat/completions", _chat(name))
    spec.check("CreateChatCompletionResponse", completion)
    assert len(completion["choices"]) == CHATS[name].get("n", 1)


@pytest.mark.parametrize("name", CHATS)
def test_every_chunk_of_a_chat_completion_is_valid(api: Api, spec: Document, name: str) -> None:
    body = {**_chat(name), "stream": True, "stream_options": {"include_usage": True}}
    *chunks, end = api.post("/chat/completions", body).events
    assert end == {"done": True}
    for chunk in chunks:
        spec.check("CreateChatCompletionStreamResponse", chunk)
    assert chunks[-1]["choices"] == [] and chunks[-1]["usage"]["total_tokens"] > 0
    assert all(chunk["usage"] is None for chunk in chunks[:-1])


def test_a_custom_tool_call_in_a_chat_completion_is_valid(api: Api, spec: Document) -> None:
    body = {**_chat("text"), "tools": [{"type": "custom", "custom": {"name": "run"}}]}
    completion = api.make("/chat/completions", body)
    spec.check("CreateChatCompletionResponse", completion)
    assert completion["choices"][0]["message"]["tool_calls"][0]["custom"]["name"] == "run"


def test_stored_chat_completions_are_valid(api: Api, spec: Document) -> None:
    completion = api.make("/chat/completions", _chat("stored"))
    path = f"/chat/completions/{completion['id']}"
    spec.check("CreateChatCompletionResponse", api.get(path).json)
    spec.check("CreateChatCompletionResponse", api.make(path, {"metadata": {"c": "d"}}))
    spec.check("ChatCompletionList", api.get("/chat/completions").json)
    listed = api.get(f"{path}/messages").json
    assert [message["role"] for message in listed["data"]] == ["user"]
    for message in listed["data"]:
        message["role"] = "assistant"  # the schema knows no other, but the document's own example has "user"
    spec.check("ChatCompletionMessageList", listed)
    spec.check("ChatCompletionDeleted", api.delete(path).json)
    spec.check("ChatCompletionList", api.get("/chat/completions?model=none").json)


def test_completions_are_valid(api: Api, spec: Document) -> None:
    body = {"model": "sandbox-echo", "prompt": ["One", "Two"], "n": 2, "echo": True}
    spec.check("CreateCompletionResponse", api.make("/completions", body))
    for chunk in api.post("/completions", {**body, "stream": True}).events[:-1]:
        chunk["choices"] = [
            {**choice, "finish_reason": choice["finish_reason"] or "stop"} for choice in chunk["choices"]
        ]  # the document has no schema for chunks, in which the reason is null until the end
        spec.check("CreateCompletionResponse", chunk)


def test_embeddings_and_models_are_valid(api: Api, spec: Document) -> None:
    body = {"model": "sandbox-embed", "input": ["one", "two"], "dimensions": 8}
    answer = api.make("/embeddings", body)
    spec.check("CreateEmbeddingResponse", answer)
    coded = api.make("/embeddings", {**body, "encoding_format": "base64"})
    assert len(base64.b64decode(coded["data"][1]["embedding"])) == 8 * 4
    models = api.get("/models").json
    spec.check("ListModelsResponse", models)
    spec.check("Model", api.get(f"/models/{models['data'][0]['id']}").json)


def test_files_are_valid(api: Api, spec: Document) -> None:
    fields: list[Any] = [("purpose", "user_data"), ("file", ("näme.txt", b"Hello"))]
    expiry = [("expires_after[anchor]", "created_at"), ("expires_after[seconds]", "3600")]
    made = api.form("/files", [*fields, *expiry]).json
    spec.check("OpenAIFile", made)
    assert made["expires_at"] == made["created_at"] + 3600 and made["filename"] == "näme.txt"
    spec.check("OpenAIFile", api.get(f"/files/{made['id']}").json)
    spec.check("ListFilesResponse", api.get("/files?purpose=user_data&limit=1").json)
    content = api.get(f"/files/{made['id']}/content")
    assert content.data == b"Hello" and content.headers["content-type"] == "application/octet-stream"
    spec.check("DeleteFileResponse", api.delete(f"/files/{made['id']}").json)
    spec.check("ListFilesResponse", api.get("/files?purpose=evals").json)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/batches"),
        ("POST", "/organization/projects"),
        ("GET", "/nothing"),
        ("DELETE", "/models"),
        ("GET", "/responses/resp_1"),
        ("POST", "/responses"),
    ],
)
def test_errors_are_valid(api: Api, spec: Document, method: str, path: str) -> None:
    spec.check("ErrorResponse", api.call(method, path).json)


def test_the_judge_objects(spec: Document) -> None:
    with pytest.raises(AssertionError, match="logprobs"):
        spec.check_event({"type": "response.output_text.delta", "item_id": "m", "output_index": 0, "content_index": 0,
                          "delta": "x", "sequence_number": 0})  # fmt: skip
    with pytest.raises(AssertionError, match="ErrorResponse"):
        spec.check("ErrorResponse", {"error": {"message": "x", "type": "y", "param": 3, "code": None}})
