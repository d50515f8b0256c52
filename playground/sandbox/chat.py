"""POST /chat/completions, plain and streamed, and the completions that are stored."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from playground.sandbox import bench, chat_request, checks, sse, tokens
from playground.sandbox.checks import Json
from playground.sandbox.engines import (
    Engine,
    EngineError,
    Finished,
    GenerationTask,
    Piece,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
)
from playground.sandbox.errors import not_found
from playground.sandbox.fault_pieces import pieces
from playground.sandbox.ids import new_id, now
from playground.sandbox.responses import check_task, take_tokens
from playground.sandbox.web import (
    CONTEXT,
    find_engine,
    from_engine,
    json_answer,
    list_page,
    read_body,
    sandbox_headers,
    start_stream,
    trace,
)

_log = logging.getLogger(__name__)

KIND = "chat"
FINGERPRINT = "fp_sandbox"


def routes() -> list[web.RouteDef]:
    return [
        web.post("/v1/chat/completions", create),
        web.get("/v1/chat/completions", stored),
        web.get("/v1/chat/completions/{id}", retrieve),
        web.post("/v1/chat/completions/{id}", update),
        web.delete("/v1/chat/completions/{id}", delete),
        web.get("/v1/chat/completions/{id}/messages", messages),
    ]


@dataclass(slots=True)
class Choice:
    """One of the `n` answers, as it grows."""

    index: int
    texts: list[str] = field(default_factory=list)
    refusal: list[str] = field(default_factory=list)
    calls: list[Json] = field(default_factory=list)
    finished: Finished | None = None
    written: int = 0
    reasoned: int = 0

    def feed(self, piece: Piece) -> Json | None:
        """Take a piece; the `delta` that it is in a stream. Reasoning is counted and not shown, as in the API."""
        match piece:
            case Text(text):
                self.texts.append(text)
                self.written += tokens.count(text)
                return {"content": text}
            case Reasoning(text):
                self.reasoned += tokens.count(text)
                return None
            case Refusal(text):
                self.refusal.append(text)
                self.written += tokens.count(text)
                return {"refusal": text}
            case ToolCall():
                self.written += tokens.count(piece.arguments_delta)
                return self._call(piece)
            case Finished():
                self.finished = piece
                return None

    def _call(self, piece: ToolCall) -> Json:
        member = "arguments" if piece.kind == "function" else "input"
        if len(self.calls) <= piece.index:
            inner = {"name": piece.name, member: piece.arguments_delta}
            call = {"id": new_id("call"), "type": piece.kind, piece.kind: inner}
            self.calls.append(call)
            return {"tool_calls": [{"index": piece.index, **call, piece.kind: dict(inner)}]}
        self.calls[piece.index][piece.kind][member] += piece.arguments_delta
        return {"tool_calls": [{"index": piece.index, piece.kind: {member: piece.arguments_delta}}]}

    @property
    def finish_reason(self) -> str:
        reason = self.finished.reason if self.finished else "stop"
        return "tool_calls" if self.calls and reason == "stop" else reason

    def body(self) -> Json:
        message: Json = {
            "role": "assistant",
            "content": "".join(self.texts) if self.texts or not (self.calls or self.refusal) else None,
            "refusal": "".join(self.refusal) or None,
            "annotations": [],
        }
        if self.calls:
            message["tool_calls"] = self.calls
        return {"index": self.index, "message": message, "logprobs": None, "finish_reason": self.finish_reason}


def usage_of(choices: list[Choice], task: GenerationTask) -> Json:
    """Input counted once, output over all choices."""
    given, made, cached, thought = None, 0, 0, 0
    for choice in choices:
        finished = choice.finished or Finished()
        given = finished.input_tokens if given is None else given
        made += choice.written + choice.reasoned if finished.output_tokens is None else finished.output_tokens
        thought += choice.reasoned if finished.reasoning_tokens is None else finished.reasoning_tokens
        cached = max(cached, finished.cached)
    if given is None:
        given = tokens.count_input(task.instructions, task.messages, task.tools)
    return {
        "prompt_tokens": given,
        "completion_tokens": made,
        "total_tokens": given + made,
        "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": thought, "audio_tokens": 0, "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }  # fmt: skip


async def generate(
    engine: Engine, task: GenerationTask, choices: list[Choice]
) -> AsyncGenerator[tuple[Choice, Json], None]:
    """One choice after the other: (choice, delta) of each piece that shows. Closing it stops the engine.

    Raises EngineError, whatever it was that the engine raised.
    """
    for choice in choices:
        mine = task
        if task.seed is not None and choice.index:
            mine = dataclasses.replace(task, seed=task.seed + choice.index)
        try:
            async with contextlib.aclosing(pieces(engine, mine)) as made:
                async for piece in made:
                    delta = choice.feed(piece)
                    if delta is not None:
                        yield choice, delta
                    if choice.finished is not None:
                        break
        except (EngineError, ConnectionResetError):
            raise
        except Exception as error:
            _log.exception("the engine of %s failed", task.model)
            raise EngineError(f"The sandbox's engine failed: {type(error).__name__}.") from error


async def create(request: web.Request) -> web.StreamResponse:
    """chat.completions.create"""
    context = request.app[CONTEXT]
    body = await read_body(request)
    checks.fields(body, chat_request.KNOWN)
    checks.require(body, "model", "messages")
    if body["model"] == bench.MODEL:
        return await bench.chat(request, body)
    engine = find_engine(request, body["model"])
    task = chat_request.parse(body, sandbox_headers(request))
    task.faults = trace(request).faults
    check_task(engine, task)
    take_tokens(context, task)
    choices = [Choice(index) for index in range(body.get("n") or 1)]
    completion: Json = {
        "id": new_id("chatcmpl"),
        "object": "chat.completion",
        "created": now(),
        "model": task.model,
        "choices": [],
        "service_tier": "default",
        "system_fingerprint": FINGERPRINT,
    }
    if body.get("stream"):
        return await _streamed(request, engine, task, choices, completion)
    try:
        async with contextlib.aclosing(generate(engine, task, choices)) as deltas:
            async for _ in deltas:
                pass
    except EngineError as error:
        raise from_engine(error) from None
    _finish(request, completion, choices, task)
    return json_answer(completion)


async def _streamed(
    request: web.Request, engine: Engine, task: GenerationTask, choices: list[Choice], completion: Json
) -> web.StreamResponse:
    wants_usage = bool((task.raw.get("stream_options") or {}).get("include_usage"))
    common = {**completion, "object": "chat.completion.chunk"} | ({"usage": None} if wants_usage else {})
    response = await start_stream(request)

    def chunk(choice: Choice, delta: Json, finish: str | None = None) -> bytes:
        shown = {"index": choice.index, "delta": delta, "logprobs": None, "finish_reason": finish}
        return sse.data({**common, "choices": [shown]})

    for choice in choices:
        await response.write(chunk(choice, {"role": "assistant", "content": "", "refusal": None}))
    try:
        async with contextlib.aclosing(generate(engine, task, choices)) as deltas:
            async for choice, delta in deltas:
                await response.write(chunk(choice, delta))
    except EngineError as error:
        await response.write(sse.data(from_engine(error).body()))
        await response.write_eof()
        return response
    for choice in choices:
        await response.write(chunk(choice, {}, choice.finish_reason))
    _finish(request, completion, choices, task)
    if wants_usage:
        await response.write(sse.data({**common, "choices": [], "usage": completion["usage"]}))
    await response.write(sse.DONE)
    await response.write_eof()
    return response


def _finish(request: web.Request, completion: Json, choices: list[Choice], task: GenerationTask) -> None:
    """Complete the completion, and keep it where `store` asked for that."""
    completion["choices"] = [choice.body() for choice in choices]
    completion["usage"] = usage_of(choices, task)
    if not task.raw.get("store"):
        return
    completion["metadata"] = task.raw.get("metadata") or {}
    state = request.app[CONTEXT].state
    with state.transaction():
        state.put(KIND, completion)
        given = [_listed(message, f"{completion['id']}-{index}") for index, message in enumerate(task.raw["messages"])]
        state.add_items(completion["id"], "item", given)


def _listed(message: Json, identifier: str) -> Json:
    """A message as the list of a stored completion has it: its parts beside its text."""
    content = message.get("content")
    parts = [part for part in content if part["type"] in ("text", "image_url")] if isinstance(content, list) else None
    text = "\n".join(part["text"] for part in parts if part["type"] == "text") if parts is not None else content
    return {"refusal": None, **message, "id": identifier, "content": text, "content_parts": parts}


# stored completions


async def stored(request: web.Request) -> web.StreamResponse:
    """chat.completions.list: oldest first, by model and by `metadata[key]=value`."""
    query = request.query
    wanted = {name[9:-1]: value for name, value in query.items() if name.startswith("metadata[") and name[-1] == "]"}
    entries = [
        entry
        for entry in request.app[CONTEXT].state.every(KIND)
        if query.get("model") in (None, entry["model"])
        and all(entry["metadata"].get(key) == value for key, value in wanted.items())
    ]
    return json_answer(list_page(request, entries, order="asc").body())


async def retrieve(request: web.Request) -> web.StreamResponse:
    return json_answer(_find(request))


async def update(request: web.Request) -> web.StreamResponse:
    """chat.completions.update: the metadata, and nothing else."""
    completion = _find(request)
    body = await read_body(request)
    checks.fields(body, {"metadata": checks.metadata})
    if "metadata" not in body:
        checks.require(body, "metadata")
    completion["metadata"] = body["metadata"] or {}
    request.app[CONTEXT].state.put(KIND, completion)
    return json_answer(completion)


async def delete(request: web.Request) -> web.StreamResponse:
    identifier = _find(request)["id"]
    request.app[CONTEXT].state.delete(KIND, identifier)
    return json_answer({"object": "chat.completion.deleted", "id": identifier, "deleted": True})


async def messages(request: web.Request) -> web.StreamResponse:
    """chat.completions.messages.list: what was sent."""
    entries = request.app[CONTEXT].state.items(_find(request)["id"], "item")
    return json_answer(list_page(request, entries, order="asc").body())


def _find(request: web.Request) -> dict[str, Any]:
    identifier = request.match_info["id"]
    found = request.app[CONTEXT].state.get(KIND, identifier)
    if found is None:
        raise not_found("Chat completion", identifier, "id")
    return found
