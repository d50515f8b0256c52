"""A JSON body of `responses.create` or `chat.completions.create` → the request that sends it.

What the request's own fields cannot express is kept among the further fields, so that nothing is lost: the request's
body is the one that was read, but that it streams.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

from playground.core.runs.parameters import CONSTANT, Api, parameters
from playground.core.runs.request import GenerationRequest, Message

_TEXT_PARTS = ("text", "input_text", "output_text")
_SAFE_NUMBERS = 2**53


def read_body(api: Api, body: Mapping[str, Any]) -> GenerationRequest:
    """The request of a body. `stream` is left out: a request always streams."""
    rest = copy.deepcopy({name: value for name, value in body.items() if name != "stream"})
    if api == "chat" and rest.get("stream_options") == {"include_usage": True}:
        del rest["stream_options"]  # every request of ours has it
    model = rest.pop("model") if isinstance(rest.get("model"), str) else ""
    instructions, messages = _prompt(api, rest)
    settings = _settings(api, rest)
    extra = {name: value for name, value in rest.items() if value != {} or body[name] == {}}
    request = GenerationRequest(api, model, instructions, messages, settings, extra)
    return _mended(request, body)


def _prompt(api: Api, rest: dict[str, Any]) -> tuple[str, tuple[Message, ...]]:
    """Takes out of the body what are plain messages; anything else stays in it, whole."""
    instructions = ""
    name = "messages" if api == "chat" else "input"
    if api == "responses" and isinstance(rest.get("instructions"), str) and rest["instructions"].strip():
        instructions = rest.pop("instructions")
    value = rest.get(name)
    if isinstance(value, str) and api == "responses":
        del rest[name]
        return instructions, (Message("user", value),)
    messages = [_message(entry) for entry in value] if isinstance(value, list) and value else [None]
    if None in messages:
        return instructions, ()
    del rest[name]
    plain = [message for message in messages if message is not None]
    if api == "chat" and plain[0].role == "system" and plain[0].text.strip() and len(plain) > 1:
        instructions = plain.pop(0).text
    return instructions, tuple(plain)


def _message(entry: object) -> Message | None:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("role"), str):
        return None
    if entry.keys() - {"role", "content", "type"} or entry.get("type", "message") != "message":
        return None
    text = _text(entry.get("content"))
    return Message(entry["role"], text) if text is not None and text.strip() else None


def _text(content: object) -> str | None:
    """A text, or one part that is a text and nothing else; None where it is more."""
    if isinstance(content, list) and len(content) == 1 and isinstance(content[0], Mapping):
        part = content[0]
        plain = part.get("type") in _TEXT_PARTS and not part.keys() - {"type", "text"}
        content = part.get("text") if plain else None
    return content if isinstance(content, str) else None


def _settings(api: Api, rest: dict[str, Any]) -> dict[str, Any]:
    """Takes out of the body what are settings."""
    settings: dict[str, Any] = {}
    for entry in parameters():
        path = entry.paths.get(api)
        if path is None or not entry.applies(api, settings):
            continue
        value = _at(rest, path)
        if value is None:
            continue
        held = json.dumps(value, ensure_ascii=False, indent=2) if entry.kind == "json" else value
        if not _fits(entry.kind, value) or entry.wire(held) != value:
            continue
        settings[entry.id] = held
        _remove(rest, path)
        constant = CONSTANT.get(entry.id)
        if constant is not None and _at(rest, constant[0]) == constant[1]:
            _remove(rest, constant[0])
    return settings


def _fits(kind: str, value: Any) -> bool:
    """Whether a control of that kind can hold it."""
    match kind:
        case "number" | "integer":
            if isinstance(value, bool) or not isinstance(value, int if kind == "integer" else int | float):
                return False
            return abs(value) < _SAFE_NUMBERS
        case "boolean":
            return isinstance(value, bool)
        case "texts":
            return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)
        case "pairs":
            return isinstance(value, dict) and bool(value)
        case "json":
            return isinstance(value, dict | list)
    return isinstance(value, str) and bool(value)


def _at(body: Mapping[str, Any], path: str) -> Any:
    place: Any = body
    for step in path.split("."):
        place = place.get(step) if isinstance(place, Mapping) else None
    return place


def _remove(body: dict[str, Any], path: str) -> None:
    """A member of a member, and the objects that are empty without it."""
    first, _, below = path.partition(".")
    if below:
        _remove(body[first], below)
        if not body[first]:
            del body[first]
    else:
        del body[first]


def _mended(request: GenerationRequest, body: Mapping[str, Any]) -> GenerationRequest:
    """A member of which only a part could be read is a further field as a whole, for these win over the settings."""
    wanted = {name: value for name, value in body.items() if name != "stream"}
    extra, settings = dict(request.extra), dict(request.settings)
    partly = {name for name in extra if extra[name] != wanted[name]}
    for entry in parameters():
        path = entry.paths.get(request.api)
        if path is not None and path.partition(".")[0] in partly:
            settings.pop(entry.id, None)
    extra.update({name: wanted[name] for name in partly})
    return GenerationRequest(request.api, request.model, request.instructions, request.messages, settings, extra)
