"""A whole request, as somebody sent it whose schema was refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.core.schemas.check import check
from playground.core.schemas.convert import guessed, read
from playground.core.schemas.convert.requests_in import WHOLE
from playground.core.schemas.document import Document
from playground.core.schemas.rules import profile

A: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}}
B: dict[str, Any] = {"type": "object", "properties": {"b": {"type": "string"}}}
RESPONSES = {
    "model": "m",
    "input": "x",
    "text": {"format": {"type": "json_schema", "name": "triage", "strict": True, "schema": A}},
    "tools": [
        {"type": "web_search"},
        {"type": "function", "name": "triage", "description": "Looks.", "parameters": B},
    ],
}
CHAT = {
    "model": "m",
    "messages": [],
    "response_format": {"type": "json_schema", "json_schema": {"name": "triage", "schema": A}},
    "tools": [{"type": "function", "function": {"name": "triage", "description": "Looks.", "parameters": B}}],
}


@pytest.mark.parametrize("request_", [RESPONSES, CHAT, {"custom_id": "1", "method": "POST", "body": CHAT}])
def test_the_format_and_the_tools_of_a_request_are_offered(request_: dict[str, Any]) -> None:
    text = json.dumps(request_)
    assert guessed("sent.json", text) == "json_schema"
    made = read("json_schema", text)
    assert (made.main, made.schema) == ("triage", A)
    assert made.schemas["triage_2"] == {"description": "Looks.", **B} and made.functions == {"triage_2"}
    assert read("json_schema", text, "triage_2").main == "triage_2"


@pytest.mark.parametrize(
    "value",
    [
        {"model": "m", "input": "x"},
        {"model": 1, "text": [], "tools": {}, "response_format": "text"},
        {"model": 1, "tools": [None, 1, {"type": "function"}, {"type": "function", "name": 4, "parameters": []}]},
        {"type": "object", "properties": {"model": A, "tools": {"type": "array"}}},
        {"body": {"body": A}},
    ],
)
def test_what_has_no_schema_of_a_request_is_read_as_it_is(value: dict[str, Any]) -> None:
    assert read("json_schema", json.dumps(value)).schema == value


def test_one_that_is_pasted_into_the_source_is_told_for_what_it_is() -> None:
    def words(value: Any) -> str:
        return " ".join(one.words for one in check(Document.parse(json.dumps(value)), profile("openai")).findings)

    assert WHOLE in words(RESPONSES) and WHOLE in words(CHAT)
    assert WHOLE not in words({"type": "string"}) and WHOLE not in words(A)
