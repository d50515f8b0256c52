"""The echo engine: deterministic, needs nothing, and says what it is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Literal

import orjson

from playground.sandbox import echo_text, tokens
from playground.sandbox.checks import Json
from playground.sandbox.engines import (
    EngineError,
    Finished,
    FinishReason,
    GenerationTask,
    Passage,
    Piece,
    Reasoning,
    Text,
)
from playground.sandbox.engines import ToolCall as Call
from playground.sandbox.patterns import matching
from playground.sandbox.schema_fill import Unfillable, fill

MODEL = "sandbox-echo"
DEFAULT_RATE = 150.0
"""Tokens a second: what a quick model does."""
_BREATH = 64
"""Pieces between two chances for others to run, at full speed."""


@dataclass(slots=True)
class Plan:
    """Everything that an answer will be, before any of it is sent."""

    reasoning: str = ""
    text: str = ""
    cited: list[tuple[str, Passage]] = field(default_factory=list)
    """(text, the passage that it is from): before `text`."""
    calls: list[tuple[str, str, Literal["function", "custom"]]] = field(default_factory=list)
    """(name, arguments or input, kind)"""


class EchoEngine:
    """Answers with an account of the request; fills schemas, calls tools.

    `X-Sandbox-Rate: N` sets the tokens per second of one request (0: as fast as it goes). An answer that is neither
    streamed nor made in the background comes at full speed unless the header sets a rate.
    """

    tells_of_hosted_tools = True

    def __init__(self, rate: float = DEFAULT_RATE) -> None:
        self._rate = rate
        self.working = 0
        """How many generations are under way."""

    @property
    def model_ids(self) -> tuple[str, ...]:
        return (MODEL,)

    def check(self, task: GenerationTask) -> None:
        """Raises EngineError (400) where the schema or a tool's parameters cannot be filled."""
        self._plan(task)
        self._rate_of(task)

    async def generate(self, task: GenerationTask) -> AsyncGenerator[Piece, None]:
        plan, rate = self._plan(task), self._rate_of(task)
        pieces, reason = _cut(_pieces(plan), task.max_tokens)
        if reason == "stop" and plan.calls:
            reason = "tool_calls"
        begun = time.monotonic()
        self.working += 1
        try:
            for number, piece in enumerate(pieces):
                if rate:
                    await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
                elif number % _BREATH == 0:
                    await asyncio.sleep(0)
                yield piece
            thought = sum(isinstance(piece, Reasoning) for piece in pieces)
            given = tokens.count_input(task.instructions, task.messages, task.tools)
            yield Finished(reason, given, len(pieces), reasoning_tokens=thought)
        finally:
            self.working -= 1

    async def aclose(self) -> None:
        return

    # what to answer

    def _plan(self, task: GenerationTask) -> Plan:
        plan = Plan()
        effort = task.raw.get("reasoning_effort") or (task.raw.get("reasoning") or {}).get("effort")
        if effort not in (None, "none"):
            plan.reasoning = echo_text.thoughts(task)
        tool = _chosen_tool(task)
        if tool is not None:
            plan.calls.append(_call(tool, task))
        elif task.schema == {"type": "object"}:
            plan.text = orjson.dumps(echo_text.as_json(task), option=orjson.OPT_INDENT_2).decode()
        elif task.schema is not None:
            value = _filled(task.schema, echo_text.note(task), "text.format.schema", task)
            plan.text = orjson.dumps(value).decode()
        elif task.passages is not None:
            plan.cited, plan.text = echo_text.from_documents(task)
        else:
            plan.text = _ended(echo_text.answer(task), task.stop)
        return plan

    def _rate_of(self, task: GenerationTask) -> float:
        given = _number(task, "x-sandbox-rate")
        if given is not None:
            return given
        # Nobody watches a plain answer come.
        return self._rate if task.raw.get("stream") or task.raw.get("background") else 0.0


def _number(task: GenerationTask, header: str) -> float | None:
    text = task.headers.get(header)
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise EngineError(
            f"The header {header} must be a number from 0 on, not '{text}'.", status=400,
            type="invalid_request_error", code="invalid_value", param=header,
        )  # fmt: skip
    return value


def _pieces(plan: Plan) -> list[Piece]:
    pieces: list[Piece] = [Reasoning(token) for token in tokens.split(plan.reasoning)]
    for index, (name, arguments, kind) in enumerate(plan.calls):
        pieces += [Call(name, token, index, kind) for token in tokens.split(arguments)] or [Call(name, "", index, kind)]
    for text, passage in plan.cited:
        *most, last = tokens.split(text)
        pieces += [*(Text(token) for token in most), Text(last, (passage,))]
    pieces += [Text(token) for token in tokens.split(plan.text)]
    return pieces


def _cut(pieces: list[Piece], most: int | None) -> tuple[list[Piece], FinishReason]:
    if most is not None and len(pieces) > most:
        return pieces[:most], "length"
    return pieces, "stop"


def _ended(text: str, stop: list[str] | None) -> str:
    for end in stop or ():
        if end:
            text = text.split(end, 1)[0]
    return text


def _chosen_tool(task: GenerationTask) -> Json | None:
    """The tool to call now: by `tool_choice`; with "auto" after a user's message, one that it names or the first."""
    if not task.tools or task.tool_choice == "none":
        return None
    last = task.messages[-1] if task.messages else {"role": "user", "content": ""}
    if task.tool_choice in (None, "auto") and last["role"] != "user":
        return None
    words = str(last["content"]).lower()
    return next((tool for tool in task.tools if tool["name"].lower() in words), task.tools[0])


def _call(tool: Json, task: GenerationTask) -> tuple[str, str, Literal["function", "custom"]]:
    if tool["type"] == "function":
        schema = tool.get("parameters") or {"type": "object", "properties": {}}
        value = _filled({"type": "object", **schema}, "", f"tools.{tool['name']}.parameters", task)
        return tool["name"], orjson.dumps(value).decode(), "function"
    form = tool.get("format") or {"type": "text"}
    if form.get("type") == "grammar":
        text = matching(f"^(?:{form.get('definition')})$") if form.get("syntax") == "regex" else None
        if text is None:
            raise EngineError(
                f"The echo engine cannot write an input for the grammar of the custom tool '{tool['name']}'. It knows "
                "simple regular expressions and free text.",
                status=400, type="invalid_request_error", code="unsupported_value", param="tools",
            )  # fmt: skip
        return tool["name"], text, "custom"
    return tool["name"], f"Sample input for {tool['name']}, from the sandbox's echo engine.", "custom"


def _filled(schema: Json, note: str, param: str, task: GenerationTask) -> object:
    try:
        return fill(schema, note=note)
    except Unfillable as error:
        if task.api == "chat":
            param = param.replace("text.format.schema", "response_format.json_schema.schema")
        raise EngineError(
            f"The echo engine found no value that is valid under the given schema: {error}.",
            status=400, type="invalid_request_error", code="invalid_json_schema", param=param,
        ) from None  # fmt: skip
