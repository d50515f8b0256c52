"""`playground schema fix`: a schema mended for a server; what that gives up is said."""

from __future__ import annotations

import argparse
import difflib
import stat
import sys
from pathlib import Path

from playground.cli.output import FINE, REFUSED, WRONG_USAGE, forget_stdout, say, write
from playground.cli.schema_files import STDIN, UnreadableFile, counted, line_of, named, one_line, read, rewritten
from playground.core.files import save_bytes
from playground.core.schemas import Document, Fixed, Profile, fix_all, profile


def run_fix(options: argparse.Namespace) -> int:
    """The exit code: 0 where no error is left, 1 where one is, 2 where something cannot be read or written."""
    try:
        return _fix(options)
    except BrokenPipeError:
        forget_stdout()
        return FINE
    except UnreadableFile as error:
        sys.stderr.write(f"{error}\n")
    except (OSError, ValueError) as error:
        say(str(error))
    return WRONG_USAGE


def _fix(options: argparse.Namespace) -> int:
    if options.in_place and options.file == STDIN:
        say("--in-place is for a file: what is read from stdin is written to stdout")
        return WRONG_USAGE
    document = read(options.file)
    rules = profile(options.rules)
    fixed = fix_all(document.value, rules, lossless=options.lossless)
    text = rewritten(document.text, fixed.value) if fixed.applied else document.text
    if options.client is not None:
        save_bytes(options.client, _bytes(rewritten(document.text, fixed.client)))
    _put(options, document.text, text)
    _report(options.file, Document(text, fixed.value), fixed, rules)
    return REFUSED if any(one.severity == "error" for one in fixed.left) else FINE


def _put(options: argparse.Namespace, before: str, text: str) -> None:
    if options.diff:
        name = named(options.file)
        lines = difflib.unified_diff(
            before.splitlines(keepends=True), text.splitlines(keepends=True), name, f"{name} (fixed)"
        )
        write(_bytes("".join(line if line.endswith("\n") else f"{line}\n" for line in lines)))
    elif options.in_place:
        path = Path(options.file).resolve()  # what a link leads to is changed, and stays where it is
        if text != before:
            save_bytes(path, _bytes(text), mode=stat.S_IMODE(path.stat().st_mode))
    elif options.output is not None:
        save_bytes(options.output, _bytes(text))
    else:
        write(_bytes(text))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _report(file: str, document: Document, fixed: Fixed, rules: Profile) -> None:
    """On stderr: what was given up, what is left, and the sum."""
    lines = [f"{named(file)}: gives up: {one_line(_placed(words))}" for words in fixed.lost]
    lines += [line_of(file, document, finding) for finding in fixed.left]
    count = len(fixed.applied)
    done = f"{count:,} fix{'' if count == 1 else 'es'}" if count else "Nothing to fix"
    lines.append(f"{done} for “{rules.title}”; left: {counted(fixed.left)}.")
    sys.stderr.buffer.write("".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace"))
    sys.stderr.flush()


def _placed(words: str) -> str:
    """A loss names its place first; the root's is empty."""
    return words if not words.startswith(": ") else f"the root{words}"
