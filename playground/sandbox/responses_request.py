"""A body of POST /responses: checked, with the context it refers to, as an engine's task and the first response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.sandbox import checks, items, tools
from playground.sandbox.checks import Json
from playground.sandbox.engines import GenerationTask
from playground.sandbox.errors import ApiError, bad_type, bad_value, not_found, unsupported
from playground.sandbox.ids import new_id, now
from playground.sandbox.state import State

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
INCLUDES = (
    "file_search_call.results", "web_search_call.results", "web_search_call.action.sources",
    "message.input_image.image_url", "computer_call_output.output.image_url", "code_interpreter_call.outputs",
    "reasoning.encrypted_content", "message.output_text.logprobs",
)  # fmt: skip


def _conversation(value: Any, param: str) -> None:
    if isinstance(value, dict):
        checks.nested({"id": checks.text(minimum=1)}, ["id"])(value, param)
    elif not isinstance(value, str):
        raise bad_type(param, "one of a string or an object", value)


def _includes(value: Any, param: str) -> None:
    checks.strings(value, param)
    for index, entry in enumerate(value):
        checks.choice(*INCLUDES)(entry, f"{param}[{index}]")
        if entry == "message.output_text.logprobs":
            raise no_logprobs(f"{param}[{index}]")


def no_logprobs(param: str) -> ApiError:
    return unsupported(param, "The sandbox's engines give no log probabilities: leave this parameter out.")


def _no_logprobs(value: Any, param: str) -> None:
    checks.integer(0, 20)(value, param)
    if value:
        raise no_logprobs(param)


def _no_prompt(value: Any, param: str) -> None:
    raise unsupported(param, "The sandbox keeps no reusable prompts: send 'instructions' and 'input'.")


reasoning = checks.nested(
    {
        "effort": checks.choice(*EFFORTS),
        "summary": checks.choice("auto", "concise", "detailed"),
        "generate_summary": checks.choice("auto", "concise", "detailed"),
        "context": checks.choice("auto", "current_turn", "all_turns"),
        "mode": checks.text(),
    }
)
text_settings = checks.nested({"format": checks.mapping, "verbosity": checks.choice("low", "medium", "high")})

KNOWN: Mapping[str, checks.Check] = {
    "access_programs": checks.anything,
    "background": checks.boolean,
    "background_options": checks.mapping,
    "context_management": checks.array,
    "conversation": _conversation,
    "image": checks.anything,
    "include": _includes,
    "input": checks.anything,
    "instructions": checks.text(),
    "max_output_tokens": checks.integer(16),
    "max_tool_calls": checks.integer(1),
    "metadata": checks.metadata,
    "model": checks.text(minimum=1),
    "moderation": checks.mapping,
    "parallel_tool_calls": checks.boolean,
    "previous_response_id": checks.text(minimum=1),
    "prompt": _no_prompt,
    "prompt_cache_key": checks.text(),
    "prompt_cache_options": checks.mapping,
    "prompt_cache_retention": checks.choice("in_memory", "24h"),
    "reasoning": reasoning,
    "safety_identifier": checks.text(128),
    "service_tier": checks.choice("auto", "default", "flex", "scale", "priority", "fast", "ultrafast"),
    "store": checks.boolean,
    "stream": checks.boolean,
    "stream_options": checks.nested({"include_obfuscation": checks.boolean}),
    "temperature": checks.number(0, 2),
    "text": text_settings,
    "tool_choice": checks.anything,
    "tools": checks.array,
    "top_logprobs": _no_logprobs,
    "top_p": checks.number(0, 1),
    "truncation": checks.choice("auto", "disabled"),
    "user": checks.text(),
}
"""The parameters of responses.create (openai 3.54.0 and OpenAPI document 2.3.0)."""

KNOWN_COUNT: Mapping[str, checks.Check] = {
    name: KNOWN[name]
    for name in (
        "conversation", "input", "instructions", "model", "parallel_tool_calls", "previous_response_id", "reasoning",
        "text", "tool_choice", "tools", "truncation",
    )
} | {"personality": checks.text()}  # fmt: skip
"""The parameters of responses.input_tokens.count."""

KNOWN_COMPACT: Mapping[str, checks.Check] = {
    name: KNOWN[name]
    for name in (
        "image", "input", "instructions", "model", "previous_response_id", "prompt_cache_key", "prompt_cache_options",
        "prompt_cache_retention", "service_tier",
    )
}  # fmt: skip
"""The parameters of responses.compact."""


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """What a body asks for, with everything it refers to."""

    own_items: list[Json]
    """The items of `input`, to be stored."""
    context: list[Json]
    """The items before them: of the conversation, or of the responses before."""
    tools: list[Json]
    task: GenerationTask
    text: Json
    conversation: str | None

    @property
    def every_item(self) -> list[Json]:
        return [*self.context, *self.own_items]


def parse(body: Json, state: State, headers: Mapping[str, str]) -> ParsedRequest:
    """Check a body (its known parameters are already checked) and gather its context. Raises ApiError."""
    conversation = _conversation_id(body, state)
    context = history(body.get("previous_response_id"), state)
    if conversation is not None:
        context = state.items(conversation, "item")
    own = resolve(items.read_items(body.get("input") if body.get("input") is not None else []), state)
    every = [*context, *own]
    items.check_calls(every)
    given = tools.responses_tools(body.get("tools") or [])
    chosen, usable = tools.choose(body.get("tool_choice"), given)
    text = body.get("text") or {}
    form, schema = tools.text_format(text.get("format") or {"type": "text"})
    messages = items.to_messages(every)
    if form["type"] == "json_object":
        _json_is_named(messages, body.get("instructions"))
    task = GenerationTask(
        model=body.get("model") or "",
        messages=messages,
        instructions=body.get("instructions"),
        temperature=body.get("temperature"),
        top_p=body.get("top_p"),
        max_tokens=body.get("max_output_tokens"),
        schema=schema,
        tools=usable or None,
        tool_choice=chosen,
        raw=body,
        api="responses",
        headers=headers,
    )
    full_text = {"format": form, "verbosity": text.get("verbosity") or "medium"}
    return ParsedRequest(own, context, given, task, full_text, conversation)


def skeleton(body: Json, parsed: ParsedRequest) -> Json:
    """The response before anything was made of it. `usage` comes when it is known: the document has no null for it."""
    thought = body.get("reasoning") or {}
    background = bool(body.get("background"))
    response: Json = {
        "id": new_id("resp"),
        "object": "response",
        "created_at": now(),
        "status": "queued" if background else "in_progress",
        "background": background,
        "completed_at": None,
        "error": None,
        "incomplete_details": None,
        "instructions": body.get("instructions"),
        "max_output_tokens": body.get("max_output_tokens"),
        "max_tool_calls": body.get("max_tool_calls"),
        "model": body["model"],
        "output": [],
        "parallel_tool_calls": _or(body.get("parallel_tool_calls"), True),
        "previous_response_id": body.get("previous_response_id"),
        "prompt_cache_key": body.get("prompt_cache_key"),
        "reasoning": {"effort": thought.get("effort"), "summary": thought.get("summary")},
        "safety_identifier": body.get("safety_identifier"),
        "service_tier": "default",
        "store": _or(body.get("store"), True),
        "temperature": _or(body.get("temperature"), 1.0),
        "text": parsed.text,
        "tool_choice": _or(body.get("tool_choice"), "auto"),
        "tools": parsed.tools,
        "top_logprobs": 0,
        "top_p": _or(body.get("top_p"), 1.0),
        "truncation": _or(body.get("truncation"), "disabled"),
        "metadata": _or(body.get("metadata"), {}),
    }
    if body.get("user") is not None:
        response["user"] = body["user"]
    if parsed.conversation is not None:
        response["conversation"] = {"id": parsed.conversation}
    return response


def history(identifier: str | None, state: State) -> list[Json]:
    """The items of a response and of all those before it, oldest first. Raises ApiError (400) where one is gone."""
    chain: list[list[Json]] = []
    seen: set[str] = set()
    while identifier is not None and identifier not in seen:
        seen.add(identifier)
        response = state.get("response", identifier)
        if response is None:
            raise ApiError(
                400,
                f"Previous response with id '{identifier}' not found.",
                param="previous_response_id",
                code="previous_response_not_found",
            )
        chain.append([*state.items(identifier, "input"), *state.items(identifier, "output")])
        if response.get("conversation"):
            break
        identifier = response.get("previous_response_id")
    return [item for part in reversed(chain) for item in part]


def resolve(own: list[Json], state: State) -> list[Json]:
    """Put stored items in the place of references to them. Raises ApiError (404)."""
    found = []
    for item in own:
        if item["type"] == "item_reference":
            stored = state.find_item(item["id"])
            if stored is None:
                raise not_found("Item", item["id"], "input")
            item = stored
        found.append(item)
    return found


def _conversation_id(body: Json, state: State) -> str | None:
    given = body.get("conversation")
    if given is None:
        return None
    if body.get("previous_response_id") is not None:
        raise bad_value(
            "previous_response_id",
            "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. Provide only one of them.",
            "mutually_exclusive_parameters",
        )
    identifier: str = given["id"] if isinstance(given, dict) else given
    if state.get("conversation", identifier) is None:
        raise not_found("Conversation", identifier, "conversation")
    return identifier


def _json_is_named(messages: list[Json], instructions: str | None) -> None:
    texts = [instructions or "", *(message["content"] for message in messages)]
    if not any("json" in text.lower() for text in texts):
        raise ApiError(
            400,
            "Response input messages must contain the word 'json' in some form to use 'text.format' of type "
            "'json_object'.",
            param="input",
        )


def _or(value: Any, default: Any) -> Any:
    return default if value is None else value
