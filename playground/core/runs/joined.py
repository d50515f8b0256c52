"""An answer as the one object that it is: the last word of a stream of Responses, the chunks of a chat joined."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import orjson

from playground.core.runs.events import EventLog
from playground.core.runs.parameters import Api
from playground.core.runs.rows import DONE_KIND, EventIndex

_ONCE = frozenset({"id", "type", "role", "name", "index", "finish_reason"})
"""Fields of a delta that are said once; said again they are not longer."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The object as JSON, and what there is to say about it."""

    data: bytes = field(repr=False)
    note: str = ""
    whole: bool = True
    """Whether it is all that there was to come."""


def joined(log: EventLog, api: Api) -> Joined | None:
    """The object that an answer comes to; None where nothing came. Takes as long as its JSON takes to read: not for
    the window's thread."""
    index = EventIndex(log)
    index.extend(final=True)
    if not log.size:
        return None
    if not index.is_stream:
        return Joined(log.body(), "The answer was no stream: this is its body.")
    return _chat(index) if api == "chat" else _response(index)


def _response(index: EventIndex) -> Joined | None:
    """The `response` of the last event that has one; they are few, and the last one is at the end."""
    for row in reversed(range(len(index))):
        if b'"response"' not in index.raw(row):
            continue
        value = _value(index, row)
        if isinstance(value, dict) and isinstance(value.get("response"), dict):
            kind = str(value.get("type") or "")
            whole = kind.removeprefix("response.") in ("completed", "failed", "incomplete", "cancelled")
            note = "" if whole else f"The answer has no end: this is the response as of {kind}."
            return Joined(_dumps(value["response"]), note, whole)
    return None


def _chat(index: EventIndex) -> Joined | None:
    whole: dict[str, Any] = {}
    choices: dict[int, dict[str, Any]] = {}
    ended = False
    for row in range(len(index)):
        value = _value(index, row)
        if value is None:
            ended = ended or index.row(row).kind == DONE_KIND
        elif isinstance(value, dict):
            for name, found in value.items():
                if name != "choices" and (found is not None or name not in whole):
                    whole[name] = found
            for choice in value.get("choices") or ():
                if isinstance(choice, dict):
                    _take(choices, choice)
    if not whole:
        return None
    if whole.get("object") == "chat.completion.chunk":
        whole["object"] = "chat.completion"
    front: dict[str, Any] = {name: whole.pop(name) for name in ("id", "object", "created", "model") if name in whole}
    answer = {**front, "choices": [choices[number] for number in sorted(choices)], **whole}
    ended = ended or (bool(choices) and all(choice.get("finish_reason") for choice in choices.values()))
    note = "The chunks joined." if ended else "The answer has no end: these are the chunks that came, joined."
    return Joined(_dumps(answer), note, ended)


def _take(choices: dict[int, dict[str, Any]], choice: dict[str, Any]) -> None:
    number = choice.get("index")
    number = number if isinstance(number, int) else 0
    into = choices.setdefault(number, {"index": number, "message": {}})
    for name, found in choice.items():
        if name in ("delta", "message"):
            _merge(into["message"], found if isinstance(found, dict) else {})
        elif name == "logprobs" and isinstance(found, dict):
            if not isinstance(into.get(name), dict):
                into[name] = {}
            _merge(into[name], found)
        elif name == "text" and isinstance(found, str):
            into[name] = into.get(name, "") + found
        elif found is not None or name not in into:
            into[name] = found


def _merge(into: dict[str, Any], delta: dict[str, Any]) -> None:
    """A delta into what it goes on from: texts are longer, lists too, numbered parts go to theirs."""
    for name, found in delta.items():
        before = into.get(name)
        if before is None or (found is not None and type(found) is not type(before)):
            into[name] = [] if isinstance(found, list) else {} if isinstance(found, dict) else found
            before = into[name]
            if not isinstance(found, list | dict):
                continue
        if isinstance(found, str):
            if name not in _ONCE:
                into[name] = before + found
            elif found:
                into[name] = found
        elif isinstance(found, dict):
            _merge(before, found)
        elif isinstance(found, list):
            _merge_list(before, found)
        elif found is not None:
            into[name] = found


def _merge_list(before: list[Any], found: list[Any]) -> None:
    for item in found:
        number = item.get("index") if isinstance(item, dict) else None
        known = next((one for one in before if isinstance(one, dict) and one.get("index") == number), None)
        if number is None or known is None:
            fresh: Any = {} if isinstance(item, dict) else item
            before.append(fresh)
            known = fresh
        if isinstance(item, dict):
            _merge(known, item)


def _value(index: EventIndex, row: int) -> Any:
    try:
        return orjson.loads(index.data(row))
    except ValueError:
        return None


def _dumps(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # whole numbers beyond 64 bits
        return json.dumps(value, ensure_ascii=False).encode()
