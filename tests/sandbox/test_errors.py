"""What goes wrong: always the API's shape, the right status, and the parameter that is to blame."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.sandbox.web import MAX_BODY
from tests.sandbox.http import Api

ECHO = {"model": "sandbox-echo", "input": "x"}
CHAT = {"model": "sandbox-echo", "messages": [{"role": "user", "content": "x"}]}


def _deep(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


RESPONSES: list[tuple[dict[str, Any], str, str | None]] = [
    ({"temperature": "hot"}, "temperature", "invalid_type"),
    ({"temperature": True}, "temperature", "invalid_type"),
    ({"temperature": 2.1}, "temperature", "decimal_above_max_value"),
    ({"top_p": -0.1}, "top_p", "decimal_below_min_value"),
    ({"max_output_tokens": 15}, "max_output_tokens", "integer_below_min_value"),
    ({"max_output_tokens": 20.5}, "max_output_tokens", "invalid_type"),
    ({"instructions": 3}, "instructions", "invalid_type"),
    ({"stream": "yes"}, "stream", "invalid_type"),
    ({"nonsense": 1}, "nonsense", "unknown_parameter"),
    ({"reasoning": {"effort": "huge"}}, "reasoning.effort", "invalid_value"),
    ({"reasoning": {"power": 1}}, "reasoning.power", "unknown_parameter"),
    ({"metadata": {"a": 1}}, "metadata.a", "invalid_type"),
    ({"metadata": {str(index): "" for index in range(17)}}, "metadata", "object_above_max_properties"),
    ({"metadata": {"k" * 65: ""}}, "metadata", "invalid_value"),
    ({"input": 3}, "input", "invalid_type"),
    ({"input": None}, "input", "missing_required_parameter"),
    ({"input": [3]}, "input[0]", "invalid_type"),
    ({"input": [{"content": "x"}]}, "input[0].type", "missing_required_parameter"),
    ({"input": [{"role": "king", "content": "x"}]}, "input[0].role", "invalid_value"),
    ({"input": [{"role": "user"}]}, "input[0].content", "missing_required_parameter"),
    ({"input": [{"role": "user", "content": [{"type": "output_text"}]}]}, "input[0].content[0].type", "invalid_value"),
    ({"input": [{"type": "telepathy"}]}, "input[0].type", "invalid_value"),
    ({"input": [{"type": "function_call", "name": "f", "arguments": ""}]}, "input[0].call_id",
     "missing_required_parameter"),
    ({"tools": {}}, "tools", "invalid_type"),
    ({"tools": [{"type": "magic"}]}, "tools[0].type", "invalid_value"),
    ({"tools": [{"type": "function"}]}, "tools[0].name", "missing_required_parameter"),
    ({"tools": [{"type": "function", "name": "a b"}]}, "tools[0].name", "invalid_value"),
    ({"tools": [{"type": "function", "name": "f", "parameters": {"type": "thing"}}]}, "tools[0].parameters",
     "invalid_json_schema"),
    ({"tool_choice": "required"}, "tool_choice", "invalid_value"),
    ({"tool_choice": {"type": "function", "name": "f"}}, "tool_choice", "invalid_value"),
    ({"text": {"format": {"type": "yaml"}}}, "text.format.type", "invalid_value"),
    ({"text": {"format": {"type": "json_schema", "schema": {}}}}, "text.format.name", "missing_required_parameter"),
    ({"text": {"format": {"type": "json_schema", "name": "a b", "schema": {}}}}, "text.format.name", "invalid_value"),
    ({"text": {"format": {"type": "json_schema", "name": "f", "schema": {"type": 3}}}}, "text.format.schema",
     "invalid_json_schema"),
    ({"text": {"format": {"type": "json_schema", "name": "f", "strict": True, "schema": _deep(1)}}},
     "text.format.schema", "invalid_json_schema"),
    ({"text": {"format": {"type": "json_schema", "name": "f", "strict": True,
                          "schema": {**_deep(1), "additionalProperties": False}}}},
     "text.format.schema", "invalid_json_schema"),
    ({"text": {"format": {"type": "json_schema", "name": "f", "strict": True, "schema": {"type": "array"}}}},
     "text.format.schema", "invalid_json_schema"),
    ({"text": {"format": {"type": "json_schema", "name": "f", "schema": {"minimum": 3, "maximum": 2}}}},
     "text.format.schema", "invalid_json_schema"),
    ({"text": {"format": {"type": "json_object"}}}, "input", None),
    ({"top_logprobs": 2}, "top_logprobs", "unsupported_parameter"),
    ({"include": ["message.output_text.logprobs"]}, "include[0]", "unsupported_parameter"),
    ({"prompt": {"id": "pmpt_1"}}, "prompt", "unsupported_parameter"),
    ({"model": None}, "model", "missing_required_parameter"),
    ({"model": 3}, "model", "invalid_type"),
]  # fmt: skip


@pytest.mark.parametrize(("more", "param", "code"), RESPONSES)
def test_a_response_names_the_parameter_that_is_wrong(
    api: Api, more: dict[str, Any], param: str, code: str | None
) -> None:
    for stream in (False, True):
        answer = api.post("/responses", {**ECHO, "stream": stream, **more})
        assert answer.status == 400, answer.data
        assert (answer.error["param"], answer.error["code"]) == (param, code)
        assert answer.error["type"] == "invalid_request_error" and answer.error["message"]


CHATS: list[tuple[dict[str, Any], str, str | None]] = [
    ({"messages": []}, "messages", "empty_array"),
    ({"messages": None}, "messages", "missing_required_parameter"),
    ({"messages": [{"role": "user"}]}, "messages[0].content", "missing_required_parameter"),
    ({"messages": [{"role": "tool", "content": "x", "tool_call_id": "c"}]}, "messages[0]", "invalid_value"),
    ({"messages": [{"role": "user", "content": [{"type": "smell"}]}]}, "messages[0].content[0].type", "invalid_value"),
    ({"n": 0}, "n", "integer_below_min_value"),
    ({"logprobs": True}, "logprobs", "unsupported_parameter"),
    ({"stop": ["1", "2", "3", "4", "5"]}, "stop", "array_above_max_length"),
    ({"stream_options": {"include_usage": True}}, "stream_options", "invalid_value"),
    ({"functions": [{"name": "f"}]}, "functions", "unsupported_parameter"),
    ({"input": "x"}, "input", "unknown_parameter"),
    ({"tools": [{"type": "function", "name": "flat"}]}, "tools[0].function", "missing_required_parameter"),
    ({"response_format": {"type": "json_schema", "json_schema": {"name": "f"}}}, "response_format.json_schema.schema",
     "missing_required_parameter"),
]  # fmt: skip


@pytest.mark.parametrize(("more", "param", "code"), CHATS)
def test_a_chat_completion_names_the_parameter_that_is_wrong(
    api: Api, more: dict[str, Any], param: str, code: str | None
) -> None:
    answer = api.post("/chat/completions", {**CHAT, **more})
    assert answer.status == 400, answer.data
    assert (answer.error["param"], answer.error["code"]) == (param, code)


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("/completions", {"model": "sandbox-echo"}, "prompt"),
        ("/completions", {"model": "sandbox-echo", "prompt": [1, 2]}, "prompt"),
        ("/completions", {"model": "sandbox-echo", "prompt": "x", "logprobs": 2}, "logprobs"),
        ("/completions", {"model": "sandbox-echo", "prompt": "x", "n": 3, "best_of": 2}, "best_of"),
        ("/embeddings", {"model": "sandbox-embed", "input": ""}, "input"),
        ("/embeddings", {"model": "sandbox-embed", "input": []}, "input"),
        ("/embeddings", {"model": "sandbox-embed", "input": [1]}, "input"),
        ("/embeddings", {"model": "sandbox-embed", "input": ["x", ""]}, "input[1]"),
        ("/embeddings", {"model": "sandbox-embed", "input": "x " * 9000}, "input"),
        ("/embeddings", {"model": "sandbox-embed", "input": "x", "dimensions": 0}, "dimensions"),
        ("/embeddings", {"model": "sandbox-echo", "input": "x"}, "model"),
        ("/conversations", {"items": [{"role": "user", "content": "x"}] * 21}, "items"),
        ("/conversations", {"metadata": []}, "metadata"),
    ],
)
def test_the_rest_names_it_too(api: Api, path: str, body: dict[str, Any], param: str) -> None:
    answer = api.post(path, body)
    assert answer.status == 400 and answer.error["param"] == param


@pytest.mark.parametrize("data", [b"{", b"[]", b'"x"', b"\xff", b"{'a': 1}", b"NaN", b"[" * 5000, b'{"a": "\\ud800"}'])
def test_what_is_no_json_object_is_refused(api: Api, data: bytes) -> None:
    for path in ("/responses", "/chat/completions", "/conversations", "/embeddings"):
        answer = api.post(path, None, raw=data)
        assert answer.status == 400 and "JSON" in answer.error["message"]


def test_a_body_that_is_too_large_is_refused(api: Api) -> None:
    answer = api.post("/responses", None, raw=b" " * (MAX_BODY + 1))
    assert answer.status == 413 and str(MAX_BODY) in answer.error["message"]


@pytest.mark.parametrize("path", ["/responses", "/chat/completions", "/embeddings", "/completions", "/models/gone"])
def test_an_unknown_model_is_a_404_that_lists_the_models(api: Api, path: str) -> None:
    body = {"model": "gone", "input": "x"}
    if path == "/chat/completions":
        body = {**CHAT, "model": "gone"}
    if path == "/completions":
        body = {"model": "gone", "prompt": "x"}
    answer = api.get(path) if path.startswith("/models") else api.post(path, body)
    assert answer.status == 404 and answer.error["code"] == "model_not_found" and answer.error["param"] == "model"
    assert "'gone'" in answer.error["message"] and "sandbox-echo, " in answer.error["message"]


@pytest.mark.parametrize(
    "path",
    ["/responses/r", "/responses/r/input_items", "/conversations/c", "/conversations/c/items", "/chat/completions/c"],
)
def test_an_unknown_object_is_a_404(api: Api, path: str) -> None:
    answer = api.get(path)
    assert answer.status == 404 and answer.error["type"] == "invalid_request_error"
    assert f"'{path.split('/')[-1] if path[-1] in 'rc' else path.split('/')[2]}'" in answer.error["message"]


@pytest.mark.parametrize(
    ("method", "path", "words"),
    [
        ("POST", "/containers", "POST /containers (containers)"),
        ("GET", "/batches", "GET /batches (batches)"),
        ("POST", "/fine_tuning/jobs", "fine_tuning"),
        ("POST", "/organization/projects", "keeps no organization"),
        ("DELETE", "/organization/users/user_sandbox_sample_1", "keeps no organization"),
        ("POST", "/projects/proj_sandbox_sample_1/roles", "admin.organization"),
    ],
)
def test_what_is_not_served_is_a_501_that_names_it(api: Api, method: str, path: str, words: str) -> None:
    answer = api.call(method, path, {} if method == "POST" else None)
    assert answer.status == 501 and answer.error["code"] == "not_implemented" and words in answer.error["message"]


def test_wrong_methods_and_unknown_paths(api: Api) -> None:
    wrong = api.call("PUT", "/responses", ECHO)
    assert wrong.status == 405 and wrong.error["code"] == "method_not_supported"
    assert wrong.headers["allow"] == "GET, POST"
    assert api.get("/nothing").status == 404
    assert api.delete("/models/sandbox-echo").status == 403


@pytest.mark.parametrize("path", ["/models", "/responses", "/nothing", "/files"])
def test_nothing_without_the_key(api: Api, path: str) -> None:
    for key, code in ((None, None), ("sk-wrong", "invalid_api_key"), (api.key[:-1], "invalid_api_key")):
        answer = api.get(path, key=key)
        assert answer.status == 401 and answer.error["code"] == code and answer.error["type"] == "invalid_request_error"
        assert api.key[:-4] not in answer.data.decode()
    assert api.get(path, headers={"Authorization": f"Basic {api.key}"}).status == 401
    assert api.get(path, headers={"Authorization": f"Bearer {api.key} "}).status != 401


def test_a_page_that_rebinds_its_name_gets_nothing(api: Api) -> None:
    answer = api.get("/models", headers={"Host": f"evil.example:{api.port}"})
    assert answer.status == 403 and "evil.example" in answer.error["message"]
    assert api.get("/models", headers={"Host": f"localhost:{api.port}"}).status == 200
    preflight = api.call("OPTIONS", "/responses", headers={"Origin": "https://evil.example"}, key=None)
    assert preflight.status == 401 and not any(name.startswith("access-control") for name in preflight.headers)


def test_every_answer_has_the_apis_headers(api: Api) -> None:
    answers = [
        api.get("/models"), api.get("/nothing"), api.get("/models", key="wrong"), api.post("/responses", ECHO),
        api.post("/responses", {**ECHO, "stream": True}), api.post("/responses", None, raw=b"{"),
    ]  # fmt: skip
    for answer in answers:
        assert answer.headers["x-request-id"].startswith("req_")
        assert int(answer.headers["openai-processing-ms"]) >= 0
        assert answer.headers["openai-version"] == "2020-10-01"
        assert answer.headers["x-sandbox-engine"] in ("none", "sandbox-echo")
        for kind in ("requests", "tokens"):
            assert int(answer.headers[f"x-ratelimit-limit-{kind}"]) >= int(
                answer.headers[f"x-ratelimit-remaining-{kind}"]
            )  # fmt: skip
            assert answer.headers[f"x-ratelimit-reset-{kind}"].endswith("s")
    assert len({answer.headers["x-request-id"] for answer in answers}) == len(answers)
    assert answers[3].headers["x-sandbox-engine"] == "sandbox-echo"


def test_a_stream_can_fail_in_the_middle(api: Api) -> None:
    failing = {"X-Sandbox-Fault": "failed=4"}
    events = api.post("/responses", {**ECHO, "stream": True}, headers=failing).events
    assert events[-1]["response"]["error"]["code"] == "server_error" and "failed" in json.dumps(events[-1])
    chunks = api.post("/chat/completions", {**CHAT, "stream": True}, headers=failing).events
    assert set(chunks[-1]) == {"error"} and set(chunks[-1]["error"]) == {"message", "type", "param", "code"}
    assert api.post("/chat/completions", CHAT, headers=failing).status == 500
    assert api.post("/responses", ECHO, headers={"X-Sandbox-Rate": "fast"}).error["param"] == "x-sandbox-rate"
