"""What goes to stdout and stderr, so that programs can read it."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from playground.core.errors import Problem
from playground.core.visible import is_clear, runs, visible

FINE, REFUSED, WRONG_USAGE, NO_CONNECTION = 0, 1, 2, 3


def write(data: bytes) -> None:
    """Bytes to stdout, at once. Raises BrokenPipeError where the reader went away."""
    sys.stdout.flush()
    stream = sys.stdout.buffer
    stream.write(data)
    stream.flush()


def as_json(value: Any, *, line: bool) -> bytes:
    """JSON in UTF-8, whatever the locale: one line, or indented.

    What a terminal would obey and a person would not see (C1 controls, bidirectional signs, …) is escaped: the same
    JSON. Half a surrogate pair can only be carried so.
    """
    text = json.dumps(value, indent=None if line else 2, ensure_ascii=False)
    if not is_clear(text):
        text = "".join(part if sign is None else _escaped(sign) for part, sign in runs(text))
    return text.encode() + b"\n"


def _escaped(sign: str) -> str:
    return json.dumps(sign)[1:-1] if sign > "\x7f" else f"\\u{ord(sign):04x}"


def print_json(value: Any, *, line: bool = False) -> None:
    """Raises BrokenPipeError."""
    write(as_json(value, line=line))


def print_error(problem: Problem) -> None:
    """The error as one line of JSON on stderr."""
    sys.stderr.buffer.write(as_json({"error": problem.to_error_dict()}, line=True))
    sys.stderr.flush()


def print_warning(problem: Problem) -> None:
    """What is wrong and keeps nothing from being done: one line of JSON on stderr, before the error if there is one."""
    sys.stderr.buffer.write(as_json({"warning": problem.to_error_dict()}, line=True))
    sys.stderr.flush()


def say(words: str) -> None:
    """A line for a person, on stderr; what a server said may be part of it."""
    sys.stderr.write(f"playground: {visible(words)}\n")
    sys.stderr.flush()


def forget_stdout() -> None:
    """After the reader went away (`| head`): nothing is written any more, and nobody complains at the exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
