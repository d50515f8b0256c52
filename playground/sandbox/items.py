"""Items of the Responses API: checked, completed with ids, and turned into an engine's messages."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import orjson

from playground.sandbox import checks
from playground.sandbox.checks import Json
from playground.sandbox.errors import ApiError, bad_type, bad_value, missing, one_of
from playground.sandbox.ids import new_id

PREFIXES = {
    "message": "msg", "function_call": "fc", "function_call_output": "fco", "custom_tool_call": "ctc",
    "custom_tool_call_output": "ctco", "reasoning": "rs", "compaction": "cmp", "file_search_call": "fs",
    "web_search_call": "ws", "computer_call": "cu", "computer_call_output": "cuo", "image_generation_call": "ig",
    "code_interpreter_call": "ci", "local_shell_call": "lsh", "local_shell_call_output": "lsho", "shell_call": "sh",
    "shell_call_output": "sho", "apply_patch_call": "apc", "apply_patch_call_output": "apco", "mcp_call": "mcp",
    "mcp_list_tools": "mcpl", "mcp_approval_request": "mcpr", "mcp_approval_response": "mcpa",
    "tool_search_call": "ts", "tool_search_output": "tso", "additional_tools": "at", "program": "prg",
    "program_output": "prgo",
}  # fmt: skip
"""Every type of item that can be stored, and how its ids begin (OpenAPI document 2.3.0, `Item`)."""

_WITH_STATUS = (
    "message", "function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output",
)  # fmt: skip
_INPUT_PARTS = ("input_text", "input_image", "input_file")
_OUTPUT_PARTS = ("output_text", "refusal")
_ROLES = ("user", "assistant", "system", "developer")


def read_items(value: Any, param: str = "input") -> list[Json]:
    """The items of an `input`: a text is one user message. Each gets an id and a status where it has none.

    An item reference stays as it came. Raises ApiError (400) naming the member that is wrong.
    """
    if isinstance(value, str):
        return [_message({"role": "user", "content": value}, param)]
    if not isinstance(value, list):
        raise bad_type(param, "one of a string or an array of input items", value)
    return [_item(entry, f"{param}[{index}]") for index, entry in enumerate(value)]


def _item(item: Any, param: str) -> Json:
    checks.mapping(item, param)
    kind = item.get("type")
    if kind is None:
        if "role" in item:
            return _message(item, param)
        if set(item) == {"id"}:
            return {"type": "item_reference", "id": item["id"]}
        raise missing(f"{param}.type")
    if kind == "message":
        return _message(item, param)
    if kind == "item_reference":
        checks.text(minimum=1)(item.get("id"), f"{param}.id")
        return dict(item)
    if kind == "compaction_trigger":
        raise bad_value(param, "The sandbox does not compact by itself: use POST /v1/responses/compact.")
    if not isinstance(kind, str) or kind not in PREFIXES:
        raise bad_value(
            f"{param}.type", f"Invalid value: '{kind}'. Supported values are: {one_of(sorted(PREFIXES))}."
        )  # fmt: skip
    for name in _required(kind):
        if item.get(name) is None:
            raise missing(f"{param}.{name}")
    for name in ("call_id", "name", "arguments"):
        if name in item and item[name] is not None:
            checks.text()(item[name], f"{param}.{name}")
    return _completed(item, kind)


def _required(kind: str) -> tuple[str, ...]:
    return {
        "function_call": ("call_id", "name", "arguments"),
        "function_call_output": ("call_id", "output"),
        "custom_tool_call": ("call_id", "name", "input"),
        "custom_tool_call_output": ("call_id", "output"),
        "reasoning": ("summary",),
        "compaction": ("encrypted_content",),
    }.get(kind, ())


def _message(item: Json, param: str) -> Json:
    if item.get("role") is None:
        raise missing(f"{param}.role")
    checks.choice(*_ROLES)(item["role"], f"{param}.role")
    if item.get("content") is None:
        raise missing(f"{param}.content")
    assistant = item["role"] == "assistant"
    content = item["content"]
    if isinstance(content, str):
        content = [{"type": "output_text" if assistant else "input_text", "text": content}]
    elif not isinstance(content, list):
        raise bad_type(f"{param}.content", "one of a string or an array of content parts", content)
    parts = [_part(part, assistant, f"{param}.content[{index}]") for index, part in enumerate(content)]
    return _completed({**item, "content": parts}, "message")


def _part(part: Any, assistant: bool, param: str) -> Json:
    checks.mapping(part, param)
    allowed = _OUTPUT_PARTS if assistant else _INPUT_PARTS
    kind = part.get("type")
    if kind is None:
        raise missing(f"{param}.type")
    checks.choice(*allowed)(kind, f"{param}.type")
    if kind in ("input_text", "output_text"):
        if part.get("text") is None:
            raise missing(f"{param}.text")
        checks.text()(part["text"], f"{param}.text")
    if kind == "output_text":
        return {"annotations": [], "logprobs": [], **part}
    if kind == "refusal":
        checks.text()(part.get("refusal"), f"{param}.refusal")
    if kind == "input_image":
        return {"detail": "auto", **part}
    return dict(part)


def _completed(item: Json, kind: str) -> Json:
    done = {name: value for name, value in item.items() if value is not None}
    done["type"] = kind
    if not isinstance(done.get("id"), str):
        done["id"] = new_id(PREFIXES[kind])
    if kind in _WITH_STATUS:
        done.setdefault("status", "completed")
    return done


def to_messages(items: list[Json]) -> list[Json]:
    """An engine's messages for these items, oldest first (see GenerationTask.messages)."""
    messages: list[Json] = []
    for item in items:
        kind = item["type"]
        if kind == "message":
            messages.append({"role": item["role"], "content": text_of(item["content"])})
        elif kind in ("function_call", "custom_tool_call"):
            call = {
                "id": item["call_id"],
                "name": item["name"],
                "arguments": item["arguments"] if kind == "function_call" else item["input"],
            }
            if messages and messages[-1].get("tool_calls"):
                messages[-1]["tool_calls"].append(call)
            else:
                messages.append({"role": "assistant", "content": "", "tool_calls": [call]})
        elif kind in ("function_call_output", "custom_tool_call_output"):
            output = item["output"] if isinstance(item["output"], str) else text_of(item["output"])
            messages.append({"role": "tool", "content": output, "tool_call_id": item["call_id"]})
        elif kind == "compaction":
            messages.append({"role": "system", "content": _compacted(item)})
        elif kind not in ("reasoning", "file_search_call"):
            messages.append({"role": "assistant", "content": f"[{kind}]"})
    return messages


def check_calls(items: list[Json]) -> None:
    """Every tool output must answer a call that came before it. Raises ApiError (400)."""
    calls: set[str] = set()
    for item in items:
        if item["type"] in ("function_call", "custom_tool_call"):
            calls.add(item["call_id"])
        elif item["type"] in ("function_call_output", "custom_tool_call_output") and item["call_id"] not in calls:
            what = "function call" if item["type"] == "function_call_output" else "custom tool call"
            raise ApiError(400, f"No tool call found for {what} output with call_id {item['call_id']}.", param="input")


def text_of(parts: list[Any]) -> str:
    """The text of content parts; what is not text is named in brackets."""
    texts = []
    for part in parts:
        kind = part.get("type") if isinstance(part, dict) else None
        if kind in ("input_text", "output_text", "text"):
            texts.append(str(part.get("text", "")))
        elif kind == "refusal":
            texts.append(str(part.get("refusal", "")))
        elif kind == "input_file":
            texts.append(f"[file {part.get('filename') or part.get('file_id') or part.get('file_url') or 'inline'}]")
        else:
            texts.append(f"[{str(kind).removeprefix('input_').removesuffix('_url')}]")
    return "\n".join(texts)


def compaction(messages: list[Json]) -> Json:
    """A compaction item for these messages. Despite its member's name it is not encrypted: JSON in base64."""
    turns = [{"role": message["role"], "content": message["content"][:2000]} for message in messages]
    content = base64.b64encode(orjson.dumps({"sandbox": 1, "turns": turns})).decode()
    return {"type": "compaction", "id": new_id("cmp"), "encrypted_content": content}


def _compacted(item: Json) -> str:
    try:
        turns = orjson.loads(base64.b64decode(item["encrypted_content"], validate=True))["turns"]
        return "Earlier in this conversation:\n" + "\n".join(f"{turn['role']}: {turn['content']}" for turn in turns)
    except (binascii.Error, ValueError, KeyError, TypeError):
        return "[a compaction made by another server, which the sandbox cannot read]"
