"""Any source as schemas: what the window and the command line read with."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from playground.core.schemas.convert import (
    from_csv,
    from_openapi,
    from_python,
    from_signature,
    from_typescript,
    infer,
)
from playground.core.schemas.convert.model import ConvertError, Imported
from playground.core.schemas.convert.requests_in import requested

_SUFFIXES = {
    ".csv": "csv",
    ".tsv": "csv",
    ".yaml": "openapi",
    ".yml": "openapi",
    ".jsonl": "json",
    ".py": "python",
    ".pyi": "python",
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
}
_PYTHON = re.compile(r"^(from [\w.]+ import |import \w+|class \w+.*:|def \w+\(|async def |@dataclass)", re.MULTILINE)
_TYPESCRIPT = re.compile(r"^(export |declare |interface \w+|enum \w+\s*\{|import .* from [\"'])", re.MULTILINE)
_ALIAS = re.compile(r"^type \w+.*=", re.MULTILINE)
"""Python has these, too, but not alone."""
_FUNCTION = re.compile(
    r"(export |declare |(async )?function\b|(const|let|var) )|(?!#|@|def |async def |class )[^\n]*=>"
)
"""The beginning of a function in TypeScript."""


def guessed(file: str, text: str) -> str:
    """Which of SOURCES a file is, by its name, else by what is in it; empty where that cannot be told."""
    found = _SUFFIXES.get(PurePath(file).suffix.lower())
    if found:
        return found
    if not text.lstrip().startswith(("{", "[")):
        head = text[:20_000]
        script = _TYPESCRIPT.search(head) or (_ALIAS.search(head) and not _PYTHON.search(head))
        return "typescript" if script else "python" if _PYTHON.search(head) else ""
    value = _json(text, file)
    if isinstance(value, Mapping) and ("openapi" in value or "swagger" in value):
        return "openapi"
    from playground.core.schemas.check import schema_base

    if schema_base(value) or requested(value) is not None:
        return "json_schema"
    words = {"$schema", "properties", "$defs", "anyOf", "$ref", "additionalProperties"}
    return "json_schema" if isinstance(value, Mapping) and words & value.keys() else "json"


def _is_script(text: str) -> bool:
    """Whether a function's signature is TypeScript, not Python."""
    head = text[:20_000].lstrip()
    while head.startswith(("//", "/*")):
        _, _, head = head.partition("\n" if head.startswith("//") else "*/")
        head = head.lstrip()
    return _FUNCTION.match(head) is not None


def read(source: str, text: str, name: str = "") -> Imported:
    """A text that is one of SOURCES. `name`: which of several is meant, or what the schema is called. Raises
    ConvertError (what, where, what to do), KeyError for another source."""
    if source == "openapi":
        return from_openapi(_document(text), name)
    if source == "python":
        return from_python(text, name)
    if source == "signature" and not _is_script(text):
        return from_signature(text, name)
    if source in ("typescript", "signature"):
        return from_typescript(text, name)
    if source == "csv":
        schema = from_csv(*_table(text))
        return Imported({name or "Row": schema}, main=name or "Row")
    if source == "json":
        schema = infer(examples(text, "the input"))
        return Imported({name or "Answer": schema}, main=name or "Answer")
    if source != "json_schema":
        raise KeyError(source)
    value = _json(text, "the input")
    if not isinstance(value, dict):
        raise ConvertError("A JSON Schema is an object.")
    asked = requested(value)
    if asked is not None:
        return replace(asked, main=name) if name in asked.schemas else asked
    inner = _inner(value)
    return Imported({name or "Answer": inner}, main=name or "Answer")


def _inner(value: dict[str, Any]) -> dict[str, Any]:
    """The schema in `text.format`, `response_format` or a function tool; else the value itself."""
    for path in (
        ("json_schema", "schema"),
        ("format", "schema"),
        ("function", "parameters"),
        ("schema",),
        ("parameters",),
    ):
        found: Any = value
        for part in path:
            found = found.get(part) if isinstance(found, dict) else None
        if isinstance(found, dict) and value.get("type") in ("json_schema", "function", None) and "$defs" not in value:
            return found
    return value


def examples(text: str, file: str, *, whole: bool = False) -> list[Any]:
    """The values of a file: of a JSON list each item; of JSON lines each line; `whole`: a list is one
    value. Raises ConvertError, which begins with the file's name."""
    try:
        value = _json(text, file)
    except ConvertError:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2:
            raise
        return [_json(line, f"{file}, line {number}") for number, line in enumerate(lines, 1)]
    return value if isinstance(value, list) and not whole else [value]


def _json(text: str, file: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ConvertError(f"{file} is no JSON: {error.msg}, line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise ConvertError(f"{file} is nested too deeply.") from None
    except ValueError as error:  # a number of more digits than Python reads
        raise ConvertError(f"{file} cannot be read: {error}.") from None


def _document(text: str) -> Any:
    if text.lstrip().startswith("{"):
        return _json(text, "the input")
    from playground.core.schemas.convert.yaml_in import read_yaml

    return read_yaml(text)


def _table(text: str) -> tuple[list[str], list[list[str]]]:
    try:
        dialect: Any = csv.Sniffer().sniff(text[:10_000], ",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), dialect))
    except csv.Error as error:
        raise ConvertError(f"The table cannot be read: {error}.") from None
    rows = [row for row in rows if row]
    if not rows:
        raise ConvertError("The table is empty: its first line is to name the columns.")
    return rows[0], rows[1:]
