"""POST /completions, the legacy API: a text goes on."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from playground.sandbox import checks, sse
from playground.sandbox.chat import FINGERPRINT, Choice, generate, usage_of
from playground.sandbox.chat_request import stream_options
from playground.sandbox.checks import Json
from playground.sandbox.engines import Engine, EngineError, GenerationTask
from playground.sandbox.errors import bad_type, bad_value, unsupported
from playground.sandbox.ids import new_id, now
from playground.sandbox.responses import check_task, take_tokens
from playground.sandbox.responses_request import no_logprobs
from playground.sandbox.web import (
    CONTEXT,
    find_engine,
    from_engine,
    json_answer,
    read_body,
    sandbox_headers,
    start_stream,
    trace,
)

MAX_TOKENS = 16
"""The API's default, which cuts most answers short."""


def _no_logprobs(value: Any, param: str) -> None:
    raise no_logprobs(param)


def _no_suffix(value: Any, param: str) -> None:
    if value:
        raise unsupported(param, "The sandbox's engines do not write between two texts: leave 'suffix' out.")


KNOWN: Mapping[str, checks.Check] = {
    "best_of": checks.integer(0, 20),
    "echo": checks.boolean,
    "frequency_penalty": checks.number(-2, 2),
    "logit_bias": checks.mapping,
    "logprobs": _no_logprobs,
    "max_tokens": checks.integer(0),
    "model": checks.text(minimum=1),
    "n": checks.integer(1, 128),
    "presence_penalty": checks.number(-2, 2),
    "prompt": checks.anything,
    "seed": checks.integer(),
    "stop": checks.stop_texts,
    "stream": checks.boolean,
    "stream_options": stream_options,
    "suffix": _no_suffix,
    "temperature": checks.number(0, 2),
    "top_p": checks.number(0, 1),
    "user": checks.text(),
}
"""The parameters of completions.create (openai 3.52.0 and OpenAPI document 2.3.0)."""


def routes() -> list[web.RouteDef]:
    return [web.post("/v1/completions", create)]


async def create(request: web.Request) -> web.StreamResponse:
    """completions.create: each prompt `n` times."""
    body = await read_body(request)
    checks.fields(body, KNOWN)
    checks.require(body, "model", "prompt")
    engine = find_engine(request, body["model"])
    prompts = _prompts(body["prompt"])
    count = body.get("n") or 1
    if (body.get("best_of") or count) < count:
        raise bad_value("best_of", "'best_of' must be greater than or equal to 'n'.")
    jobs = []
    for number, prompt in enumerate(prompts):
        task = _task(body, prompt, sandbox_headers(request))
        task.faults = trace(request).faults
        check_task(engine, task)
        take_tokens(request.app[CONTEXT], task)
        jobs.append((task, [Choice(number * count + index) for index in range(count)]))
    common: Json = {
        "id": new_id("cmpl"),
        "object": "text_completion",
        "created": now(),
        "model": body["model"],
        "system_fingerprint": FINGERPRINT,
    }
    if body.get("stream"):
        return await _streamed(request, engine, jobs, common)
    try:
        for task, choices in jobs:
            async with contextlib.aclosing(generate(engine, task, choices)) as deltas:
                async for _ in deltas:
                    pass
    except EngineError as error:
        raise from_engine(error) from None
    done = [
        {"text": _echoed(task) + "".join(choice.texts), "index": choice.index, "logprobs": None,
         "finish_reason": choice.finish_reason}
        for task, choices in jobs for choice in choices
    ]  # fmt: skip
    return json_answer({**common, "choices": done, "usage": _usage(jobs)})


async def _streamed(
    request: web.Request, engine: Engine, jobs: list[tuple[GenerationTask, list[Choice]]], common: Json
) -> web.StreamResponse:
    response = await start_stream(request)

    def chunk(choice: Choice, text: str, finish: str | None = None) -> bytes:
        shown = {"text": text, "index": choice.index, "logprobs": None, "finish_reason": finish}
        return sse.data({**common, "choices": [shown]})

    for task, choices in jobs:
        try:
            if _echoed(task):
                await response.write(b"".join(chunk(choice, _echoed(task)) for choice in choices))
            async with contextlib.aclosing(generate(engine, task, choices)) as deltas:
                async for choice, delta in deltas:
                    await response.write(chunk(choice, delta.get("content", "")))
        except EngineError as error:
            await response.write(sse.data(from_engine(error).body()))
            await response.write_eof()
            return response
        await response.write(b"".join(chunk(choice, "", choice.finish_reason) for choice in choices))
    if (jobs[0][0].raw.get("stream_options") or {}).get("include_usage"):
        await response.write(sse.data({**common, "choices": [], "usage": _usage(jobs)}))
    await response.write(sse.DONE)
    await response.write_eof()
    return response


def _prompts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list) or not value:
        raise bad_type("prompt", "one of a string or an array of strings", value)
    if any(isinstance(entry, int | list) for entry in value):
        raise unsupported("prompt", "The sandbox has no tokenizer to read token numbers with: send the prompt as text.")
    checks.strings(value, "prompt")
    return value


def _task(body: Json, prompt: str, headers: Mapping[str, str]) -> GenerationTask:
    stop = body.get("stop")
    most = body.get("max_tokens")
    return GenerationTask(
        model=body["model"],
        messages=[{"role": "user", "content": prompt}],
        temperature=body.get("temperature"),
        top_p=body.get("top_p"),
        max_tokens=MAX_TOKENS if most is None else most,
        seed=body.get("seed"),
        stop=[stop] if isinstance(stop, str) else stop,
        raw=body,
        api="completions",
        headers=headers,
    )


def _echoed(task: GenerationTask) -> str:
    return str(task.messages[0]["content"]) if task.raw.get("echo") else ""


def _usage(jobs: list[tuple[GenerationTask, list[Choice]]]) -> Json:
    parts = [usage_of(choices, task) for task, choices in jobs]
    return {name: sum(part[name] for part in parts) for name in ("prompt_tokens", "completion_tokens", "total_tokens")}
