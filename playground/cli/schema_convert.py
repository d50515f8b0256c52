"""`playground schema convert` and `infer`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playground.cli.output import FINE, REFUSED, WRONG_USAGE, forget_stdout, say, write
from playground.core.schemas.convert import ConvertError, examples, guessed, infer, read, to_text

MOST_BYTES = 50_000_000
"""Of a file that is read."""


class _UsageError(Exception):
    """What somebody asked for cannot be meant."""


def run_convert(options: argparse.Namespace) -> int:
    """The exit code."""
    return _guarded(_convert, options)


def run_infer(options: argparse.Namespace) -> int:
    """The exit code."""
    return _guarded(_infer, options)


def _guarded(action: Any, options: argparse.Namespace) -> int:
    try:
        action(options)
    except BrokenPipeError:
        forget_stdout()
    except ConvertError as error:
        say(str(error))
        return REFUSED
    except (_UsageError, OSError) as error:
        say(str(error))
        return WRONG_USAGE
    return FINE


def _convert(options: argparse.Namespace) -> None:
    text = _read(options.file)
    source = options.source or guessed(options.file, text)
    if not source:
        raise _UsageError(f"What {options.file} is cannot be told by its name: say it with --from.")
    made = read(source, text, options.name)
    for note in made.notes:
        say(str(note))
    _put(options, made.schema, options.name or made.main)


def _infer(options: argparse.Namespace) -> None:
    values: list[Any] = []
    for file in options.files:
        values += examples(_read(file), file, whole=options.array)
    _put(options, infer(values), options.name or "Answer")


def _put(options: argparse.Namespace, schema: Mapping[str, Any], name: str) -> None:
    program = to_text(schema, name or "Answer", options.kind, model=options.model)
    for note in program.notes:
        say(str(note))
    if options.output is None:
        write(program.text.encode("utf-8", "backslashreplace"))
    else:
        options.output.write_text(program.text, encoding="utf-8", errors="backslashreplace")


def _read(file: str) -> str:
    stream = sys.stdin.buffer if file == "-" else None
    data = stream.read(MOST_BYTES + 1) if stream is not None else _head(Path(file))
    if len(data) > MOST_BYTES:
        raise ConvertError(f"{file} is larger than {MOST_BYTES // 1_000_000} MB.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConvertError(f"{file} is not UTF-8 at byte {error.start}.") from None


def _head(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)
