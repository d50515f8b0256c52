"""A description in words becomes a schema: the model lists fields, by a strict schema of its own, and they are put
together here. So whatever it writes, the result is a schema of the strict subset."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openai import AsyncStream

    from playground.core.session import Session

ORIGIN = "schemas"
MOST_FIELDS = 200
MOST_TOKENS = 4000
"""Of the answer."""
_NAME = re.compile(r"[^A-Za-z0-9_-]+")
_KINDS: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "date-time": {"type": "string", "format": "date-time"},
}
_NO_RESPONSES = (404, 405, 501)
"""What a server answers that knows Chat Completions only."""

INSTRUCTIONS = " ".join(
    (
        "You design JSON Schemas for structured outputs. List the fields that the described object needs, in the order",
        "in which they are best written: what is reasoned about first comes first.",
        "`path` names a field: `customer.name` is the field `name` of the object `customer`, `steps[].action` the",
        "field `action` of each item of the list `steps`, `tags[]` a list of plain values. Use short snake_case names.",
        "`values` lists the allowed texts of an enumeration, and is empty otherwise.",
        "`optional` is true where a field may be unknown. Describe each field in one short sentence.",
    )
)
FORMAT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "description": "snake_case name of the whole"},
        "fields": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "path": {"type": "string"},
                    "type": {"type": "string", "enum": list(_KINDS)},
                    "description": {"type": "string"},
                    "values": {"type": "array", "items": {"type": "string"}},
                    "optional": {"type": "boolean"},
                },
                "required": ["path", "type", "description", "values", "optional"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["name", "fields"],
    "additionalProperties": False,
}


class NotWorded(ValueError):
    """What came is no list of fields; says why."""


def build(answer: str) -> tuple[dict[str, Any], str]:
    """The schema of a list of fields as the model wrote it, and what it calls it. Raises NotWorded."""
    try:
        value = json.loads(answer)
    except (json.JSONDecodeError, RecursionError) as error:
        raise NotWorded("The model's answer is no JSON: it may have been cut short. Try a larger model.") from error
    fields = value.get("fields") if isinstance(value, dict) else None
    if not isinstance(fields, list) or not fields:
        raise NotWorded("The model named no field. Say more about what the object holds.")
    schema = _put_all(fields)
    if not schema["properties"]:
        raise NotWorded("The model named no field that has a name. Try another model.")
    name = value.get("name")
    return schema, _clean(name) if isinstance(name, str) else ""


def build_part(answer: str) -> tuple[dict[str, Any], str] | None:
    """The same of an answer that breaks off: of the fields that came whole. None before the first."""
    from pydantic_core import from_json

    try:
        value = from_json(answer, allow_partial=True)
    except ValueError:
        return None
    fields = value.get("fields") if isinstance(value, dict) else None
    whole = [one for one in fields if isinstance(one, dict) and "optional" in one] if isinstance(fields, list) else []
    schema = _put_all(whole)
    name = value.get("name") if isinstance(value, dict) else ""
    return (schema, _clean(name) if isinstance(name, str) else "") if schema["properties"] else None


def _put_all(fields: list[Any]) -> dict[str, Any]:
    schema = _object()
    for field in fields[:MOST_FIELDS]:
        if isinstance(field, dict):
            _put(schema, field)
    return schema


def _clean(name: str) -> str:
    return _NAME.sub("_", name).strip("_")[:64]


def _object(description: str = "") -> dict[str, Any]:
    made: dict[str, Any] = {"type": "object"}
    if description:
        made["description"] = description
    return made | {"properties": {}, "required": [], "additionalProperties": False}


def _put(schema: dict[str, Any], field: Mapping[str, Any]) -> None:
    """Put a field where its path says; what is in its way stays."""
    steps = [step for step in str(field.get("path") or "").split(".") if _clean(step.replace("[]", ""))]
    here = schema
    for at, step in enumerate(steps[:9]):
        name, lists = _clean(step.replace("[]", "")), min(step.count("[]"), 3)
        last = at == len(steps[:9]) - 1
        properties = here["properties"]
        if name not in properties:
            inner = _leaf(field) if last else _object()
            for _ in range(lists):
                inner = {"type": "array", "items": inner}
            properties[name] = inner
            here["required"].append(name)
        if last:
            return
        inner = properties[name]
        while inner.get("type") == "array":
            inner = inner["items"]
        if "properties" not in inner:
            return  # It was said to be a plain value before.
        here = inner


def _leaf(field: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(_KINDS.get(str(field.get("type")), _KINDS["string"]))
    values = field.get("values")
    texts = (
        list(dict.fromkeys(one for one in values if isinstance(one, str) and one.strip()))
        if isinstance(values, list)
        else []
    )
    optional = field.get("optional") is True
    if texts and made == {"type": "string"}:
        made["enum"] = [*texts, None] if optional else texts
    if optional:
        made["type"] = [made["type"], "null"]
    description = field.get("description")
    if isinstance(description, str) and description.strip():
        made["description"] = description.strip()
    return made


def _nobody(_text: str) -> None:
    """Nobody waits for the parts."""


async def ask(session: Session, model: str, words: str, told: Callable[[str], object] = _nobody) -> str:
    """The model's list of fields for a description, streamed: `told` gets all that came so far, at each piece. Goes
    through the log. Raises what the SDK raises, NotWorded for a refusal and for what the model broke off."""
    import openai

    client = await session.client()
    with session.calling("responses.create", ORIGIN):
        try:
            stream = await client.responses.create(
                model=model,
                instructions=INSTRUCTIONS,
                input=words,
                max_output_tokens=MOST_TOKENS,
                text={"format": {"type": "json_schema", "name": "fields", "schema": FORMAT, "strict": True}},
                stream=True,
            )
            return await _streamed(stream, told)
        except openai.APIStatusError as error:
            if error.status_code not in _NO_RESPONSES:
                raise
    with session.calling("chat.completions.create", ORIGIN):
        chat = await client.chat.completions.create(
            model=model,
            messages=[{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": words}],
            max_tokens=MOST_TOKENS,
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "fields", "schema": FORMAT, "strict": True},
            },
        )
    message = chat.choices[0].message
    if message.refusal:
        raise NotWorded(f"The model refused: {message.refusal}")
    return message.content or ""


async def _streamed(stream: AsyncStream[Any], told: Callable[[str], object]) -> str:
    text = refusal = ""
    async with stream:
        async for event in stream:
            if event.type == "response.output_text.delta":
                text += event.delta
                told(text)
            elif event.type == "response.refusal.delta":
                refusal += event.delta
            elif event.type == "response.failed":
                why = getattr(event.response.error, "message", None) or "it gives no reason"
                raise NotWorded(f"The server broke the answer off: {why}")
    if refusal:
        raise NotWorded(f"The model refused: {refusal}")
    return text
