"""The flags of `playground schema`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playground.cli.schema_check_parser import add_check, add_fix
from playground.cli.schema_diff_parser import add_diff
from playground.cli.schema_prove_parser import add_prove
from playground.core.schemas.convert import KINDS, SOURCES

_ABOUT = "Works on the JSON Schemas of structured outputs. Only “prove” sends anything."
_EXAMPLES = """examples:
  playground schema check schemas/*.json
  playground schema fix invoice.json --diff
  playground schema diff invoice.json invoice-new.json --for readers
  playground schema infer answers.jsonl
  playground schema infer a.json b.json --to pydantic
  playground schema convert invoice.json --name Invoice --to text.format
  playground schema convert types.ts --name Order --to zod
  playground schema convert openapi.yaml --name Pet --to python_call -o ask.py
  cat table.csv | playground schema convert - --from csv --to typeddict"""
_CODES = "exit codes: 0 fine, 1 the source has no schema or one that is not understood, 2 wrong usage."


def add_schema(commands: Any, common: Callable[..., argparse.ArgumentParser]) -> None:
    """The subcommand."""
    schema = commands.add_parser(
        "schema",
        help="check, mend, convert and prove schemas",
        description=_ABOUT,
        epilog=f"{_EXAMPLES}\n\n{_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    actions = schema.add_subparsers(dest="action", metavar="ACTION", required=True)
    add_check(actions)
    add_fix(actions)
    _add_convert(actions)
    _add_infer(actions)
    add_diff(actions)
    add_prove(actions, common)


def _add_convert(actions: Any) -> None:
    convert = actions.add_parser(
        "convert",
        help="make a schema from examples, TypeScript, OpenAPI or a table, or code from a schema",
        description="Reads FILE and writes its schema in another way.",
        epilog=_CODES,
        allow_abbrev=False,
    )
    convert.add_argument("file", metavar="FILE", help="what to read; - reads stdin")
    convert.add_argument(
        "--from", dest="source", choices=[name for name, _ in SOURCES], help="what it is (default: by its name)"
    )
    convert.add_argument("--name", default="", help="which of several; what the result is called")
    _add_output(convert)


def _add_infer(actions: Any) -> None:
    infer = actions.add_parser(
        "infer",
        help="the schema of example values",
        description="The schema that all examples follow: each file is a value (.json), or has one a line (.jsonl). "
        "A text is an enum where its values are at most 8 words, each seen 3 times on average.",
        epilog=_CODES,
        allow_abbrev=False,
    )
    infer.add_argument("files", metavar="FILE", nargs="+", help="examples; - reads stdin")
    infer.add_argument("--name", default="", help="what the result is called")
    infer.add_argument("--array", action="store_true", help="a file that is a list is one example, not several")
    _add_output(infer)


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--to", dest="kind", choices=[name for name, _ in KINDS], default="json_schema", help="(default: json_schema)"
    )
    parser.add_argument("--model", default="", help="the model that a written call asks")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write there, not to stdout")
