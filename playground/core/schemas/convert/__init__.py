"""Schemas from what people have (examples, Python, TypeScript, OpenAPI, CSV), and as what they need (models, types,
parameters, calls). Pure; but it may take a while: call it in a worker.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from playground.core.models import written_model
from playground.core.redact import known as known_keys
from playground.core.schemas.convert.model import ConvertError, Imported, Note, Program

SOURCES: tuple[tuple[str, str], ...] = (
    ("json", "Example JSON"),
    ("python", "Python"),
    ("typescript", "TypeScript"),
    ("openapi", "OpenAPI"),
    ("csv", "CSV"),
    ("signature", "Function signature"),
    ("json_schema", "JSON Schema"),
)
"""What a schema can be made from, with its name."""
KINDS: tuple[tuple[str, str], ...] = (
    ("json_schema", "JSON Schema"),
    ("text.format", "text.format (Responses)"),
    ("response_format", "response_format (Chat)"),
    ("function", "Function tool"),
    ("pydantic", "Pydantic v2"),
    ("typeddict", "TypedDict"),
    ("typescript", "TypeScript"),
    ("zod", "Zod"),
    ("python_call", "Python call, parsed"),
    ("python_create", "Python call, this schema"),
    ("node_call", "Node call, parsed"),
)
"""What a schema can be written as, with its name, in the order in which they are offered."""
SUFFIXES = dict.fromkeys(("pydantic", "typeddict", "python_call", "python_create"), ".py") | dict.fromkeys(
    ("typescript", "zod", "node_call"), ".ts"
)

__all__ = [
    "KINDS",
    "SOURCES",
    "ConvertError",
    "Imported",
    "Note",
    "Program",
    "examples",
    "from_csv",
    "from_openapi",
    "from_python",
    "from_signature",
    "from_typescript",
    "guessed",
    "infer",
    "read",
    "to_text",
]


def infer(examples: Sequence[Any]) -> dict[str, Any]:
    """The schema of one or several example values; see `inference`."""
    made: dict[str, Any] = import_module("playground.core.schemas.convert.inference").infer(examples)
    return made


def from_csv(header: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> dict[str, Any]:
    """The schema of a row of a table, types after its rows. Raises ConvertError for a header that is none."""
    made: dict[str, Any] = import_module("playground.core.schemas.convert.tables").from_csv(header, rows)
    return made


def from_openapi(document: Mapping[str, Any], component: str = "") -> Imported:
    """A component of an OpenAPI document (3.0, 3.1) or Swagger 2, with what it refers to in `$defs`. Raises
    ConvertError."""
    made: Imported = import_module("playground.core.schemas.convert.openapi").from_openapi(document, component)
    return made


def from_python(text: str, name: str = "") -> Imported:
    """Pydantic models, dataclasses, TypedDicts, enums and functions, which are not run. Raises ConvertError."""
    made: Imported = import_module("playground.core.schemas.convert.python_in").from_python(text, name)
    return made


def from_signature(text: str, name: str = "") -> Imported:
    """The parameters of a Python function, its body there or not. Raises ConvertError."""
    made: Imported = import_module("playground.core.schemas.convert.python_in").from_signature(text, name)
    return made


def from_typescript(text: str, name: str = "") -> Imported:
    """The types that a TypeScript text declares; see `typescript_reader`. Raises ConvertError."""
    made: Imported = import_module("playground.core.schemas.convert.typescript_reader").from_typescript(text, name)
    return made


def read(source: str, text: str, name: str = "") -> Imported:
    """A text that is one of SOURCES (JSON, several values or JSON Lines, are examples). Raises ConvertError."""
    made: Imported = import_module("playground.core.schemas.convert.sources").read(source, text, name)
    return made


def guessed(file: str, text: str) -> str:
    """Which of SOURCES a file is; empty where that cannot be told. Raises ConvertError for JSON that is none."""
    found: str = import_module("playground.core.schemas.convert.sources").guessed(file, text)
    return found


def examples(text: str, file: str, *, whole: bool = False) -> list[Any]:
    """The values of a JSON or JSON Lines file; `whole`: a list is one. Raises ConvertError."""
    found: list[Any] = import_module("playground.core.schemas.convert.sources").examples(text, file, whole=whole)
    return found


def to_text(
    schema: Mapping[str, Any],
    name: str,
    kind: str,
    *,
    strict: bool = True,
    model: str = "",
    prompt: str = "…",
) -> Program:
    """A schema in a kind of `KINDS`; `name`: what it is called; `model`: which one the calls ask (none:
    `models.written_model()`). A key that somebody wrote into it is masked. Raises KeyError for another kind,
    ConvertError where it cannot be written."""
    if kind not in dict(KINDS):
        raise KeyError(kind)
    made = _write(schema, name, kind, strict, model or written_model(), prompt)
    return Program(known_keys().text(made.text), made.notes, SUFFIXES.get(kind, ".json"))


def _write(schema: Mapping[str, Any], name: str, kind: str, strict: bool, model: str, prompt: str) -> Program:
    from playground.core.schemas.convert import request_out
    from playground.core.schemas.convert.reading import read_shape

    if kind == "json_schema":
        return Program(request_out.write_json(schema))
    if kind in ("text.format", "response_format", "function"):
        return Program(request_out.write_json(request_out.parameter(schema, name, kind, strict)))
    if kind == "python_create":
        return request_out.write_create(schema, name, model, prompt, strict)
    shape = read_shape(schema, name)
    if kind == "python_call":
        return request_out.write_parse(shape, model, prompt)
    if kind == "node_call":
        from playground.core.schemas.convert.zod_out import write_call

        return write_call(shape, model, prompt)
    made: Program = import_module(f"playground.core.schemas.convert.{kind}_out").write(shape)
    return made
