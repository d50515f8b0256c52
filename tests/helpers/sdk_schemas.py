"""Schemas of the installed SDK's methods as pydantic writes them: what the form has to cope with."""

from __future__ import annotations

import inspect
import types
import typing
from functools import cache
from typing import Annotated, Any, get_type_hints

TEN = (
    "responses.create",
    "images.edit",
    "audio.transcriptions.create",
    "vector_stores.search",
    "fine_tuning.jobs.create",
    "batches.create",
    "uploads.parts.create",
    "beta.threads.runs.create",
    "admin.organization.projects.create",
    "chat.completions.create",
)
"""Very different methods."""


@cache
def sdk_schema(name: str) -> dict[str, Any]:
    """The parameters of a method as one self-contained schema."""
    from openai import OpenAI
    from pydantic import TypeAdapter

    owner: Any = OpenAI(api_key="none", admin_api_key="none")
    for part in name.split(".")[:-1]:
        owner = getattr(owner, part)
    function = inspect.unwrap(getattr(type(owner), name.rpartition(".")[2]))
    hints = get_type_hints(function, include_extras=True)
    properties: dict[str, Any] = {}
    definitions: dict[str, Any] = {}
    required: list[str] = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name in ("self", "extra_headers", "extra_query", "extra_body", "timeout"):
            continue
        schema = TypeAdapter(_plain(hints[parameter.name])).json_schema()
        definitions |= schema.pop("$defs", {})
        properties[parameter.name] = schema
        if parameter.default is inspect.Parameter.empty:
            required.append(parameter.name)
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "$defs": definitions,
        "additionalProperties": False,
    }


def _plain(hint: Any) -> Any:
    """A type without the SDK's "not given", and files as binary texts."""
    from openai._types import FileTypes, NotGiven, Omit
    from pydantic import Field

    binary: Any = Annotated[str, Field(json_schema_extra={"format": "binary"})]
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        parts = [part for part in typing.get_args(hint) if part not in (Omit, NotGiven)]
        files = set(typing.get_args(FileTypes))
        if files <= set(parts):
            parts = [*(part for part in parts if part not in files), binary]
        return typing.Union[tuple(_plain(part) for part in parts)]  # noqa: UP007
    if origin is not None and any("IO" in str(part) for part in typing.get_args(hint)):
        return list[binary]
    return hint
