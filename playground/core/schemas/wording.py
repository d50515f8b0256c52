"""A description in words becomes a schema: the model lists fields, by a strict schema of its own, and they are put
together here. So whatever it writes, the result is a schema of the strict subset."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
    schema = _object()
    for field in fields[:MOST_FIELDS]:
        if isinstance(field, dict):
            _put(schema, field)
    if not schema["properties"]:
        raise NotWorded("The model named no field that has a name. Try another model.")
    name = value.get("name")
    return schema, _clean(name) if isinstance(name, str) else ""


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
    texts = list(dict.fromkeys(one for one in values if isinstance(one, str))) if isinstance(values, list) else []
    optional = field.get("optional") is True
    if texts and made == {"type": "string"}:
        made["enum"] = [*texts, None] if optional else texts
    if optional:
        made["type"] = [made["type"], "null"]
    description = field.get("description")
    if isinstance(description, str) and description.strip():
        made["description"] = description.strip()
    return made


async def ask(session: Session, model: str, words: str) -> str:
    """The model's list of fields for a description. Goes through the log. Raises what the SDK raises, NotWorded for a
    refusal."""
    import openai

    client = await session.client()
    with session.calling("responses.create", ORIGIN):
        try:
            answer = await client.responses.create(
                model=model,
                instructions=INSTRUCTIONS,
                input=words,
                max_output_tokens=MOST_TOKENS,
                text={"format": {"type": "json_schema", "name": "fields", "schema": FORMAT, "strict": True}},
            )
            parts = (part for item in answer.output for part in getattr(item, "content", None) or ())
            return _text(answer.output_text, parts)
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
    return _text(message.content or "", [message])


def _text(text: str, parts: Iterable[Any]) -> str:
    refusal = next((one.refusal for one in parts if getattr(one, "refusal", None)), "")
    if refusal:
        raise NotWorded(f"The model refused: {refusal}")
    return text
