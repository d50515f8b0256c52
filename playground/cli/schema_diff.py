"""`playground schema diff`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from playground.cli.output import FINE, REFUSED, WRONG_USAGE, forget_stdout, say, write
from playground.core.schemas import Document, SchemaTextError
from playground.core.schemas.changes import Change, Flag, breaks_readers, breaks_writers, diff
from playground.core.schemas.document import LARGEST
from playground.core.visible import visible_line

_WHAT = {True: "breaks", None: "may break", False: ""}


class _Unreadable(Exception):
    """A file that is no schema."""


def run_diff(options: argparse.Namespace) -> int:
    """The exit code."""
    try:
        if options.old == options.new == "-":
            raise _Unreadable("Only one of the two can come from stdin.")
        old, new = _read(options.old), _read(options.new)
    except (_Unreadable, OSError) as error:
        say(visible_line(str(error)))
        return WRONG_USAGE
    changes = diff(old, new)
    flags = {"readers": breaks_readers(changes), "writers": breaks_writers(changes)}
    try:
        write((_as_json(changes, flags) if options.json else _as_text(changes, flags)).encode("utf-8", "replace"))
    except BrokenPipeError:
        forget_stdout()
    asked = flags.values() if options.whom == "both" else [flags[options.whom]]
    return FINE if all(flag is False for flag in asked) else REFUSED


def _read(file: str) -> Any:
    if file == "-":
        data = sys.stdin.buffer.read(LARGEST + 1)
    else:
        with Path(file).open("rb") as opened:
            data = opened.read(LARGEST + 1)
    try:
        value = Document.parse(data.decode("utf-8-sig")).value
    except UnicodeDecodeError as error:
        raise _Unreadable(f"{file} is not UTF-8 at byte {error.start}.") from None
    except SchemaTextError as error:
        raise _Unreadable(f"{file}: {error}") from None
    if not isinstance(value, dict | bool):
        raise _Unreadable(f"{file} holds no schema: an object is expected.")
    return value


def _as_json(changes: tuple[Change, ...], flags: dict[str, Flag]) -> str:
    told = [
        {
            "pointer": one.pointer, "path": one.path, "kind": one.kind, "words": one.words,
            "breaks_readers": one.breaks_readers, "breaks_writers": one.breaks_writers,
        }
        for one in changes
    ]  # fmt: skip
    document = {"breaks_readers": flags["readers"], "breaks_writers": flags["writers"], "changes": told}
    return json.dumps(document, indent=2) + "\n"


def _as_text(changes: tuple[Change, ...], flags: dict[str, Flag]) -> str:
    if not changes:
        return "Both accept the same, in the same words and order.\n"
    lines = []
    for one in changes:
        whom = [
            f"{_WHAT[flag]} {name}"
            for name, flag in (("readers", one.breaks_readers), ("writers", one.breaks_writers))
            if flag is not False
        ]
        hurt = f"  [{', '.join(whom)}]" if whom else ""
        lines.append(visible_line(f"{one.path or '(schema)'}: {one.words}{hurt}"))
    said = {True: "broken by it", None: "perhaps broken by it", False: "not touched"}
    lines.append(f"Readers are {said[flags['readers']]}, writers are {said[flags['writers']]}.")
    return "\n".join(lines) + "\n"
