"""A body of POST /chat/completions: checked, and as an engine's task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.sandbox import checks, tools
from playground.sandbox.checks import Json
from playground.sandbox.engines import GenerationTask
from playground.sandbox.errors import ApiError, bad_type, bad_value, missing, one_of, unsupported
from playground.sandbox.items import text_of
from playground.sandbox.responses_request import EFFORTS, no_logprobs

_ROLES = ("developer", "system", "user", "assistant", "tool", "function")
_PARTS = ("text", "image_url", "input_audio", "file", "refusal")


def _no_logprobs(value: Any, param: str) -> None:
    if value:
        raise no_logprobs(param)


def _legacy(value: Any, param: str) -> None:
    better = "tools" if param == "functions" else "tool_choice"
    raise unsupported(param, f"The sandbox does not take the deprecated '{param}': use '{better}'.")


def _text_only(value: Any, param: str) -> None:
    checks.strings(value, param)
    if value != ["text"]:
        raise unsupported(param, "The sandbox's engines write text only: leave 'modalities' out.")


def _no_audio(value: Any, param: str) -> None:
    raise unsupported(param, "The sandbox's engines write text only: leave 'audio' out.")


stream_options = checks.nested({"include_usage": checks.boolean, "include_obfuscation": checks.boolean})

KNOWN: Mapping[str, checks.Check] = {
    "audio": _no_audio,
    "frequency_penalty": checks.number(-2, 2),
    "function_call": _legacy,
    "functions": _legacy,
    "logit_bias": checks.mapping,
    "logprobs": _no_logprobs,
    "max_completion_tokens": checks.integer(1),
    "max_tokens": checks.integer(1),
    "messages": checks.array,
    "metadata": checks.metadata,
    "modalities": _text_only,
    "model": checks.text(minimum=1),
    "moderation": checks.mapping,
    "n": checks.integer(1, 128),
    "parallel_tool_calls": checks.boolean,
    "prediction": checks.mapping,
    "presence_penalty": checks.number(-2, 2),
    "prompt_cache_key": checks.text(),
    "prompt_cache_options": checks.mapping,
    "prompt_cache_retention": checks.choice("in_memory", "24h"),
    "reasoning_effort": checks.choice(*EFFORTS),
    "response_format": checks.mapping,
    "safety_identifier": checks.text(128),
    "seed": checks.integer(),
    "service_tier": checks.choice("auto", "default", "flex", "scale", "priority", "fast", "ultrafast"),
    "stop": checks.stop_texts,
    "store": checks.boolean,
    "stream": checks.boolean,
    "stream_options": stream_options,
    "temperature": checks.number(0, 2),
    "tool_choice": checks.anything,
    "tools": checks.array,
    "top_logprobs": _no_logprobs,
    "top_p": checks.number(0, 1),
    "user": checks.text(),
    "verbosity": checks.choice("low", "medium", "high"),
    "web_search_options": checks.mapping,
}
"""The parameters of chat.completions.create (openai 3.52.0 and OpenAPI document 2.3.0)."""


def parse(body: Json, headers: Mapping[str, str]) -> GenerationTask:
    """Check a body (its known parameters are already checked). Raises ApiError (400)."""
    if body.get("stream_options") is not None and not body.get("stream"):
        raise bad_value("stream_options", "The 'stream_options' parameter is only allowed when 'stream' is enabled.")
    if body.get("web_search_options") is not None:
        raise unsupported("web_search_options", "The sandbox does not search the web: leave this parameter out.")
    if body.get("max_tokens") is not None and body.get("max_completion_tokens") is not None:
        raise bad_value("max_tokens", "Set either 'max_tokens' or 'max_completion_tokens', not both.")
    messages = read_messages(body["messages"])
    given = tools.chat_tools(body.get("tools") or [])
    chosen, usable = tools.choose(body.get("tool_choice"), given)
    form, schema = tools.text_format(body.get("response_format") or {"type": "text"}, "response_format")
    if form["type"] == "json_object" and not any("json" in message["content"].lower() for message in messages):
        raise ApiError(
            400, "'messages' must contain the word 'json' in some form, to use 'response_format' of type "
            "'json_object'.", param="messages",
        )  # fmt: skip
    stop = body.get("stop")
    return GenerationTask(
        model=body["model"],
        messages=messages,
        temperature=body.get("temperature"),
        top_p=body.get("top_p"),
        max_tokens=body.get("max_completion_tokens") or body.get("max_tokens"),
        schema=schema,
        tools=usable or None,
        tool_choice=chosen,
        seed=body.get("seed"),
        stop=[stop] if isinstance(stop, str) else stop,
        raw=body,
        api="chat",
        headers=headers,
    )


def read_messages(value: list[Any]) -> list[Json]:
    """An engine's messages. Raises ApiError (400) naming the member that is wrong."""
    if not value:
        raise bad_value(
            "messages",
            "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
            "empty_array",
        )
    messages = []
    waiting: set[str] = set()
    for index, message in enumerate(value):
        param = f"messages[{index}]"
        checks.mapping(message, param)
        role = message.get("role")
        if role is None:
            raise missing(f"{param}.role")
        checks.choice(*_ROLES)(role, f"{param}.role")
        read: Json = {"role": "tool" if role == "function" else role, "content": _content(message, role, param)}
        if role == "tool":
            identifier = message.get("tool_call_id")
            if identifier is None:
                raise missing(f"{param}.tool_call_id")
            if identifier not in waiting:
                raise bad_value(
                    param,
                    "Invalid parameter: messages with role 'tool' must be a response to a preceding message with "
                    "'tool_calls'.",
                )
            read["tool_call_id"] = identifier
        calls = _calls(message.get("tool_calls"), f"{param}.tool_calls")
        if calls:
            read["tool_calls"] = calls
            waiting |= {call["id"] for call in calls}
        messages.append(read)
    return messages


def _content(message: Json, role: str, param: str) -> str:
    content = message.get("content")
    if content is None:
        if role == "assistant" and (message.get("tool_calls") or message.get("refusal") or message.get("audio")):
            return str(message.get("refusal") or "")
        raise missing(f"{param}.content")
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise bad_type(f"{param}.content", "one of a string or an array of objects", content)
    for index, part in enumerate(content):
        place = f"{param}.content[{index}]"
        checks.mapping(part, place)
        if part.get("type") not in _PARTS:
            raise bad_value(
                f"{place}.type",
                f"Invalid value: '{part.get('type')}'. Supported values are: {one_of(list(_PARTS))}.",
            )
        if part["type"] == "text":
            checks.text()(part.get("text"), f"{place}.text")
    return text_of(content)


def _calls(value: Any, param: str) -> list[Json]:
    if value is None:
        return []
    checks.array(value, param)
    calls = []
    for index, call in enumerate(value):
        place = f"{param}[{index}]"
        checks.mapping(call, place)
        kind = call.get("type", "function")
        inner = call.get(kind)
        if not isinstance(inner, dict) or not isinstance(call.get("id"), str):
            raise missing(f"{place}.{kind if isinstance(call.get('id'), str) else 'id'}")
        arguments = inner.get("arguments" if kind == "function" else "input")
        checks.text()(inner.get("name"), f"{place}.{kind}.name")
        checks.text()(arguments, f"{place}.{kind}.arguments")
        calls.append({"id": call["id"], "name": inner["name"], "arguments": arguments})
    return calls
