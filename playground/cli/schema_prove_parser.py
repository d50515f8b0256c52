"""The flags of `playground schema prove` and `outputs`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

_PROVE = (
    "Runs a schema on inputs, each several times, and checks every output by a validator of its own. FILE is a JSON "
    "Schema, or a text.format, response_format or function tool around one. This sends requests: they cost what the "
    "server takes."
)
_OUTPUTS = (
    "Checks past outputs against a schema and counts what would break, by path. OUTPUTS is JSON (a list, or values) or "
    "JSON Lines: outputs, responses, chat completions, batch results or training examples. Nothing is sent."
)
_CODES = "exit codes: 0 all are valid, 1 one is not, 2 wrong usage, 3 no connection."


def add_prove(actions: Any, common: Callable[..., argparse.ArgumentParser]) -> None:
    """Both actions. `common`: gives the flags that every subcommand takes."""
    prove = actions.add_parser(
        "prove", help="run a schema on inputs, several times", description=_PROVE, epilog=_CODES, allow_abbrev=False,
        parents=[common(again=True)],
    )  # fmt: skip
    prove.add_argument("file", metavar="FILE", help="the schema; - reads stdin")
    prove.add_argument(
        "--input", action="append", default=[], metavar="TEXT", help="an input; can be given several times"
    )
    prove.add_argument(
        "--inputs", action="append", default=[], metavar="FILE", help="inputs: JSON Lines, JSON, CSV, or a text a line"
    )
    prove.add_argument("--only-failed", action="store_true", help="of these, only those marked as failed")
    prove.add_argument("--runs", type=_runs, default=5, metavar="N", help="how often each is run (default: 5)")
    prove.add_argument("--model", default="", help="(default: the profile's)")
    prove.add_argument("--instructions", default="", metavar="TEXT", help="sent with each input")
    prove.add_argument("--max-tokens", type=_positive, metavar="N", help="the most output tokens of a run")
    prove.add_argument("--name", default="", help="what the schema is called (default: the file's name)")
    prove.add_argument("--api", choices=["responses", "chat"], default="responses",
                       help="(default: responses, and chat where the server has no other)")  # fmt: skip
    prove.add_argument("--parallel", type=_positive, default=4, metavar="N", help="runs at once (default: 4)")
    prove.add_argument(
        "--mend", nargs="?", const="openai", default="", metavar="RULES",
        help="send what “schema fix” makes of it, and check all of it here",
    )  # fmt: skip
    prove.add_argument(
        "--json", action="store_true", dest="as_json", help="a line of JSON for each run, and the totals"
    )
    outputs = actions.add_parser(
        "outputs", help="check past outputs against a schema", description=_OUTPUTS, epilog=_CODES, allow_abbrev=False
    )
    outputs.add_argument("file", metavar="FILE", help="the schema")
    outputs.add_argument("outputs", metavar="OUTPUTS", help="a file of outputs")
    outputs.add_argument(
        "--before", metavar="FILE", help="the schema as it was: counts what fitted it and does not now"
    )
    outputs.add_argument("--json", action="store_true", dest="as_json", help="print JSON")


def _positive(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"“{text}” is no number from 1 to 1,000,000")
    return int(text)


def _runs(text: str) -> int:
    from playground.core.schemas.proof.model import MOST_RUNS

    if not text.isdecimal() or not 1 <= int(text) <= MOST_RUNS:
        raise argparse.ArgumentTypeError(f"“{text}” is no number from 1 to {MOST_RUNS}")
    return int(text)
