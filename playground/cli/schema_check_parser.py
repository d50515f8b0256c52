"""The flags of `playground schema check` and `fix`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from playground.core.schemas.rules import profiles

_CHECK = (
    "Checks schemas by a server's rules. FILE is a JSON Schema, or a text.format, response_format or function tool "
    "around one. Each finding is a line, path:line:column: severity rule: words [what mends it]. Nothing is sent."
)
_CHECK_CODES = "exit codes: 0 fine, 1 findings (errors, if not told otherwise), 2 a file cannot be read, wrong usage."
_FIX = (
    "Mends a schema for a server and writes it to stdout; what that gives up, and what is left, is said on stderr. "
    "Nothing is sent."
)
_FIX_CODES = "exit codes: 0 no error is left, 1 errors are left, 2 the file cannot be read or written, wrong usage."


def add_check(actions: Any) -> None:
    """`check`."""
    check = actions.add_parser(
        "check", help="check schemas by a server's rules", description=_CHECK, epilog=_CHECK_CODES, allow_abbrev=False
    )
    check.add_argument("files", metavar="FILE", nargs="+", help="the schemas; - reads stdin")
    _add_profile(check)
    check.add_argument(
        "--fail-on", choices=["error", "warning", "note"], default="error",
        help="the least severity for exit code 1 (default: error)",
    )  # fmt: skip
    check.add_argument("--json", action="store_true", dest="as_json", help="a line of JSON for each file")


def add_fix(actions: Any) -> None:
    """`fix`."""
    fix = actions.add_parser(
        "fix", help="mend a schema for a server", description=_FIX, epilog=_FIX_CODES, allow_abbrev=False
    )
    fix.add_argument("file", metavar="FILE", help="the schema; - reads stdin")
    _add_profile(fix)
    where = fix.add_mutually_exclusive_group()
    where.add_argument("-o", "--output", type=Path, metavar="OUT", help="write there, not to stdout")
    where.add_argument("--in-place", action="store_true", help="change FILE itself, at once or not at all")
    where.add_argument("--diff", action="store_true", help="write only what would change, as a unified diff")
    fix.add_argument("--lossless", action="store_true", help="only fixes that accept exactly the same documents")
    fix.add_argument(
        "--client", type=Path, metavar="FILE",
        help="write there the schema for your own validator: with what the server no longer enforces",
    )  # fmt: skip


def _add_profile(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--profile", dest="rules", choices=profiles(), default=profiles()[0], help="whose rules (default: openai)"
    )
