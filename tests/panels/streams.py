"""Streams of both APIs, as small as they can be and still whole."""

from __future__ import annotations

from typing import Any

from tests.helpers.servers import Reply

ID = "req_0123456789abcdef"
USAGE = {
    "input_tokens": 418,
    "input_tokens_details": {"cached_tokens": 7},
    "output_tokens": 187,
    "output_tokens_details": {"reasoning_tokens": 146},
    "total_tokens": 605,
}


def response(status: str, **more: Any) -> dict[str, Any]:
    return {"id": "resp_1", "object": "response", "model": "gpt-test", "status": status, "output": [], **more}


def responses_events(*pieces: str, end: str = "completed", **more: Any) -> list[dict[str, Any]]:
    """A message in pieces; `end` is the final status, "" for none."""
    item = {"type": "message", "id": "msg_1", "role": "assistant", "status": "in_progress", "content": []}
    place = {"output_index": 0, "item_id": "msg_1", "content_index": 0}
    part = {"type": "output_text", "text": "", "annotations": []}
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": response("in_progress")},
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": "response.content_part.added", **place, "part": part},
    ]
    events += [{"type": "response.output_text.delta", **place, "delta": piece, "logprobs": []} for piece in pieces]
    if end:
        text = "".join(pieces)
        events.append({"type": "response.output_text.done", **place, "text": text, "logprobs": []})
        events.append({"type": f"response.{end}", "response": response(end, usage=USAGE, **more)})
    return [{**event, "sequence_number": number} for number, event in enumerate(events)]


def chat_events(*pieces: str) -> list[dict[str, Any]]:
    base = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-test"}
    events = [
        {**base, "choices": [{"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}]}
        for piece in pieces
    ]
    events.append({**base, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    events.append({**base, "choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}})
    return events


def responses_reply(*pieces: str, **more: Any) -> Reply:
    """A whole stream of the Responses API."""
    options = {name: more.pop(name) for name in ("end", "incomplete_details", "error") if name in more}
    return Reply.of_events(responses_events(*pieces, **options), headers={"x-request-id": ID}, **more)


def chat_reply(*pieces: str, **more: Any) -> Reply:
    return Reply.of_events(chat_events(*pieces), done=True, headers={"x-request-id": ID}, **more)


def error_reply(status: int, message: str, **fields: Any) -> Reply:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": None, **fields}
    return Reply.of_json({"error": error}, status=status, headers={"x-request-id": ID}, forever=True)


def held_before(reply: Reply, word: str) -> Reply:
    """The reply stops before the event that holds this word, until its `hold` is set."""
    reply.hold_after = reply.body.rindex(b"event:", 0, reply.body.index(word.encode()))
    return reply
