"""The flags of `playground schema diff`."""

from __future__ import annotations

from typing import Any

_CODES = "exit codes: 0 nothing breaks, 1 something breaks or may break, 2 a file cannot be read or wrong usage."
_ABOUT = """Compares two schemas, formats or function tools by what they accept. A reader checks documents of the new
schema with the old one; a writer makes documents by the old schema for somebody who checks with the new one. What is
said not to break is proved; what cannot be judged counts as breaking, and is said to be unknown."""


def add_diff(actions: Any) -> None:
    """The action."""
    diff = actions.add_parser(
        "diff",
        help="what changed between two schemas, and whom it breaks",
        description=_ABOUT,
        epilog=_CODES,
        allow_abbrev=False,
    )
    diff.add_argument("old", metavar="OLD", help="the schema that is in use; - reads stdin")
    diff.add_argument("new", metavar="NEW", help="the schema that is to replace it")
    diff.add_argument(
        "--for", dest="whom", choices=("both", "readers", "writers"), default="both",
        help="whose breaking gives exit code 1 (default: both)",
    )  # fmt: skip
    diff.add_argument("--json", action="store_true", help="write a JSON object")
