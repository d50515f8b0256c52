"""POST /responses and what belongs to it."""

from __future__ import annotations

import contextlib
import logging
from typing import Any

from aiohttp import web

from playground.sandbox import bench, checks, items, responses_request, sse, tokens
from playground.sandbox.checks import Json
from playground.sandbox.engines import ChecksTasks, Engine, GenerationTask, TellsOfHostedTools
from playground.sandbox.errors import ApiError, bad_value, missing, not_found, unsupported
from playground.sandbox.ids import new_id, now
from playground.sandbox.responses_stream import ResponseBuilder
from playground.sandbox.runs import Generation
from playground.sandbox.stores import file_search
from playground.sandbox.stores.keeper import KEEPER, SPELLING
from playground.sandbox.tools import HOSTED
from playground.sandbox.web import (
    CONTEXT,
    Context,
    find_engine,
    from_engine,
    json_answer,
    list_page,
    read_body,
    sandbox_headers,
    start_stream,
    trace,
    whole_number,
)

_log = logging.getLogger(__name__)


def routes() -> list[web.RouteDef]:
    return [
        web.post("/v1/responses", create),
        web.post("/v1/responses/input_tokens", input_tokens),
        web.post("/v1/responses/compact", compact),
        web.get("/v1/responses/{id}", retrieve),
        web.delete("/v1/responses/{id}", delete),
        web.post("/v1/responses/{id}/cancel", cancel),
        web.get("/v1/responses/{id}/input_items", input_items),
    ]


async def create(request: web.Request) -> web.StreamResponse:
    """responses.create: plain, streamed, or in the background."""
    context = request.app[CONTEXT]
    body = await read_body(request)
    if body.get("model") == bench.MODEL:
        checks.fields(body, responses_request.KNOWN)
        return await bench.responses(request, body)
    generation = begin(request, body)
    if body.get("background"):
        return await _in_background(request, generation, bool(body.get("stream")))
    if body.get("stream"):
        return await _streamed(request, generation)
    async with contextlib.aclosing(context.runs.events(generation)) as batches:
        async for _ in batches:
            pass
    if generation.error is not None:
        raise from_engine(generation.error)
    return json_answer(generation.response)


def begin(request: web.Request, body: Json) -> Generation:
    """Check a request and write the start of its response. Raises ApiError, EngineError."""
    context = request.app[CONTEXT]
    checks.fields(body, responses_request.KNOWN)
    checks.require(body, "model")
    if body.get("input") is None and not (body.get("previous_response_id") or body.get("conversation")):
        raise missing("input")
    if body.get("background") and body.get("store") is False:
        raise bad_value("background", "Background mode requires 'store' to be true.")
    engine = find_engine(request, body["model"])
    parsed = responses_request.parse(body, context.state, sandbox_headers(request))
    parsed.task.faults = trace(request).faults
    check_task(engine, parsed.task)
    check_hosted(engine, parsed.tools)
    generation = Generation(
        engine, parsed.task, ResponseBuilder(responses_request.skeleton(body, parsed), parsed.task), parsed.own_items,
        file_search.begin(request.app[KEEPER], body, parsed.task, parsed.tools),
    )  # fmt: skip
    if generation.search is not None and not generation.search.keeper.real:
        trace(request).simulated = SPELLING
    take_tokens(context, parsed.task)
    context.runs.save_start(generation)
    return generation


async def _streamed(request: web.Request, generation: Generation) -> web.StreamResponse:
    async with contextlib.aclosing(request.app[CONTEXT].runs.events(generation)) as batches:
        response: web.StreamResponse | None = None
        async for events in batches:
            if response is None:
                response = await start_stream(request)
            await response.write(b"".join([sse.named(event) for event in events]))
        assert response is not None
        await response.write_eof()
    return response


async def _in_background(request: web.Request, generation: Generation, stream: bool) -> web.StreamResponse:
    first = dict(generation.response)
    run = request.app[CONTEXT].runs.start(generation)
    if not stream:
        return json_answer(first)
    response = await start_stream(request)
    async for chunk in run.follow(-1):
        await response.write(chunk)
    await response.write_eof()
    return response


async def retrieve(request: web.Request) -> web.StreamResponse:
    """responses.retrieve; with `stream=true` the events after `starting_after`, of a background response."""
    context = request.app[CONTEXT]
    response = _find(request)
    trace(request).engine = response["model"]
    if request.query.get("stream", "false").lower() not in ("true", "1"):
        return json_answer(response)
    if not response["background"]:
        raise bad_value("stream", "Only a response that was created with 'background' can be streamed again.")
    after = whole_number(request.query.get("starting_after", "-1"), "starting_after", -1, 2**53)
    run = context.runs.background(response["id"])
    stream = await start_stream(request)
    if run is not None:
        async for chunk in run.follow(after):
            await stream.write(chunk)
    else:
        kept = [data for number, data in context.state.events(response["id"]) if number > after]
        await stream.write(b"".join(kept))
    await stream.write_eof()
    return stream


async def delete(request: web.Request) -> web.StreamResponse:
    """responses.delete; one that is still being made is stopped first."""
    context = request.app[CONTEXT]
    identifier = _find(request)["id"]
    await context.runs.cancel(identifier)
    context.state.delete("response", identifier)
    return json_answer({"id": identifier, "object": "response", "deleted": True})


async def cancel(request: web.Request) -> web.StreamResponse:
    """responses.cancel: of background responses only, as in the API; one that has ended is returned as it is."""
    context = request.app[CONTEXT]
    response = _find(request)
    if not response["background"]:
        raise ApiError(400, "Cannot cancel a synchronous response.", code="cannot_cancel")
    await context.runs.cancel(response["id"])
    return json_answer(_find(request))


async def input_items(request: web.Request) -> web.StreamResponse:
    """responses.input_items.list: everything the response was made from, the items of earlier ones included."""
    state = request.app[CONTEXT].state
    response = _find(request)
    context = responses_request.history(response.get("previous_response_id"), state)
    entries = [*context, *state.items(response["id"], "input")]
    return json_answer(list_page(request, [listed(item) for item in entries]).body())


async def input_tokens(request: web.Request) -> web.StreamResponse:
    """responses.input_tokens.count"""
    context = request.app[CONTEXT]
    body = await read_body(request)
    checks.fields(body, responses_request.KNOWN_COUNT)
    if body.get("model") is not None:
        find_engine(request, body["model"])
    task = responses_request.parse(body, context.state, {}).task
    return json_answer(
        {
            "object": "response.input_tokens",
            "input_tokens": tokens.count_input(task.instructions, task.messages, task.tools),
        }
    )


async def compact(request: web.Request) -> web.StreamResponse:
    """responses.compact: the user's messages as they are, and all the rest in one compaction item."""
    context = request.app[CONTEXT]
    body = await read_body(request)
    checks.fields(body, responses_request.KNOWN_COMPACT)
    checks.require(body, "model")
    find_engine(request, body["model"])
    parsed = responses_request.parse(body, context.state, {})
    if not parsed.every_item:
        raise missing("input")
    kept = [item for item in parsed.every_item if item["type"] == "message" and item["role"] == "user"]
    rest = [item for item in parsed.every_item if item not in kept]
    item = items.compaction(items.to_messages(rest))
    made = tokens.count(item["encrypted_content"])
    given = tokens.count_input(parsed.task.instructions, parsed.task.messages)
    usage = {
        "input_tokens": given,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": made,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": given + made,
    }
    return json_answer(
        {
            "id": new_id("resp"),
            "object": "response.compaction",
            "created_at": now(),
            "output": [*kept, item],
            "usage": usage,
        }
    )


def listed(item: Json) -> Json:
    """An item as lists show it: with a status where the document wants one."""
    if item["type"] in ("function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output"):
        return {"status": "completed", **item}
    return item


def check_task(engine: Engine, task: GenerationTask) -> None:
    """Let the engine refuse a task while there can still be an answer with an error status."""
    if isinstance(engine, ChecksTasks):
        engine.check(task)


def check_hosted(engine: Engine, tools: list[dict[str, Any]]) -> None:
    """Hosted tools but file_search are refused, except by an engine that tells of them. Raises ApiError (400)."""
    if isinstance(engine, TellsOfHostedTools):
        return
    for index, tool in enumerate(tools):
        if tool["type"] in HOSTED and tool["type"] != file_search.KIND:
            raise unsupported(
                f"tools[{index}]",
                f"The sandbox does not run the hosted tool '{tool['type']}': leave it out, or use sandbox-echo.",
            )


def take_tokens(context: Context, task: GenerationTask) -> None:
    """Count a request's input against the tokens per minute."""
    context.limits.tokens.take(tokens.count_input(task.instructions, task.messages, task.tools))


def _find(request: web.Request) -> Json:
    identifier = request.match_info["id"]
    response = request.app[CONTEXT].state.get("response", identifier)
    if response is None:
        raise not_found("Response", identifier)
    return response
