"""A schema as the parameters that carry it, and as the whole Python call."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from playground.core.codegen.literals import PYTHON, literal, text
from playground.core.schemas.convert.model import Note, Program
from playground.core.schemas.convert.nodes import ROOT, Shape

_PARSE = """\
# pip install openai pydantic
{imports}


{models}

# Reads OPENAI_API_KEY, and OPENAI_BASE_URL where it is set.
client = OpenAI()

try:
    response = client.responses.parse(
        model={model},
        input={prompt},
        text_format={name},
    )
except pydantic.ValidationError as error:
    raise SystemExit(f"The answer is cut off, or is not as asked for: {{error}}") from None
for item in response.output:
    if item.type == "message":
        for part in item.content:
            if part.type == "refusal":
                raise SystemExit(f"The model refused: {{part.refusal}}")
if response.output_parsed is None:
    raise SystemExit(f"There is no answer: {{response.incomplete_details}}")
answer = response.output_parsed
print(answer.model_dump_json({options}))
"""
_CREATE = """\
# pip install openai
import json

from openai import OpenAI

# Reads OPENAI_API_KEY, and OPENAI_BASE_URL where it is set.
client = OpenAI()

response = client.responses.create(
    model={model},
    input={prompt},
    text={body},
)
for item in response.output:
    if item.type == "message":
        for part in item.content:
            if part.type == "refusal":
                raise SystemExit(f"The model refused: {{part.refusal}}")
if response.status == "incomplete":
    raise SystemExit(f"The answer is incomplete: {{response.incomplete_details}}")
answer = json.loads(response.output_text)
print(json.dumps(answer, indent=2, ensure_ascii=False))
"""


def format_name(name: str) -> str:
    """A name as the API takes it: letters, digits, `_` and `-`, at most 64."""
    return re.sub(r"[^a-zA-Z0-9_-]+", "_", name).strip("_")[:64] or "answer"


def parameter(schema: Mapping[str, Any], name: str, kind: str, strict: bool) -> dict[str, Any]:
    """`text.format`, `response_format`, or a function tool of the Responses API."""
    named = format_name(name)
    described = {"description": schema["description"]} if isinstance(schema.get("description"), str) else {}
    if kind == "text.format":
        return {"type": "json_schema", "name": named, **described, "strict": strict, "schema": schema}
    if kind == "response_format":
        inner = {"name": named, **described, "strict": strict, "schema": schema}
        return {"type": "json_schema", "json_schema": inner}
    parameters = {word: value for word, value in schema.items() if word != "description"}
    return {"type": "function", "name": named, **described, "parameters": parameters, "strict": strict}


def write_json(value: Any) -> str:
    """JSON for people: two spaces, order kept."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def write_create(schema: Mapping[str, Any], name: str, model: str, prompt: str, strict: bool) -> Program:
    """`client.responses.create` with exactly this schema, and the answer as a dict."""
    body = {"format": parameter(schema, name, "text.format", strict)}
    words = literal(prompt, PYTHON, 1)
    written = _CREATE.format(model=text(model, PYTHON), prompt=words, body=literal(body, PYTHON, 1))
    return Program(written, suffix=".py")


def write_parse(shape: Shape, model: str, prompt: str) -> Program:
    """`client.responses.parse` with a Pydantic model, and the answer as one."""
    from playground.core.schemas.convert.pydantic_out import head, models

    body, types = models(shape)
    head_lines = head(types)
    lines = head_lines.split("\n")
    place = next((i for i, line in enumerate(lines) if line.startswith("from pydantic")), len(lines))
    lines.insert(place, "import pydantic\nfrom openai import OpenAI")
    written = _PARSE.format(
        imports="\n".join(lines),
        models=body,
        model=text(model, PYTHON),
        prompt=literal(prompt, PYTHON, 2),
        name=types.named[ROOT],
        options="by_alias=True, indent=2" if "alias=" in body else "indent=2",
    )
    notes = [*dict.fromkeys(shape.notes)]
    notes.append("The SDK makes the model's schema strict before it sends it: all is required, objects are closed.")
    return Program(written, tuple(Note(one) for one in notes), ".py")
