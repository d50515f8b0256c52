"""The flags of `playground proxy`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from playground.core.proxy.names import DEFAULT_PORT

_DESCRIPTION = """Runs the recording proxy until Ctrl+C: a program whose OPENAI_BASE_URL is its address has its calls in
the request log, as `playground requests` and the window show it. Answers pass through byte for byte while they
come; the program's key passes through and is never stored. It listens on 127.0.0.1 alone.
A line is printed for each call."""
_EXAMPLES = """examples:
  playground proxy --upstream https://api.openai.com/v1
  playground proxy --profile Work --port 0 --json
  playground proxy --sandbox
  OPENAI_BASE_URL=http://127.0.0.1:8790/v1 python my_program.py
  playground requests list 'origin:proxy status>=400'"""


def add_proxy(commands: Any, common: Callable[..., argparse.ArgumentParser], port: Callable[[str], int]) -> None:
    """Adds the subcommand. `port` reads a port."""
    proxy = commands.add_parser(
        "proxy",
        help="record what another program sends to the API",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        parents=[common(again=True)],
    )
    proxy.add_argument("--upstream", metavar="URL", help="where requests go on to (default: the profile's base URL)")
    proxy.add_argument(
        "--port", type=port, default=DEFAULT_PORT, metavar="N",
        help=f"the port (default: {DEFAULT_PORT}; 0 takes a free one)",
    )  # fmt: skip
    proxy.add_argument(
        "--add-key", action="store_true",
        help="put the profile's key in; programs must then show the throw-away token that is printed",
    )  # fmt: skip
    proxy.add_argument("--json", action="store_true", dest="as_json", help="print JSON, one line for each thing")
