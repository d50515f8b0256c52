"""`python -m playground`, and the command `playground`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.cli.options import AppOptions

WRONG_USAGE = 2


def main(arguments: list[str] | None = None) -> int:
    """Run a subcommand, or open the window; gives the exit code."""
    from playground.cli.main import INTERRUPTED, run

    outcome = run(sys.argv[1:] if arguments is None else arguments)
    if isinstance(outcome, int):
        return outcome
    try:
        return open_window(outcome)
    except KeyboardInterrupt:
        return INTERRUPTED


def open_window(options: AppOptions) -> int:
    """Open the window. A missing display or system library is one line on stderr."""
    from playground.cli.display import missing_library, no_display

    words = no_display(os.environ, screenshot=options.screenshot is not None)
    if words is None:
        try:
            from playground.app import main as open_app
        except ImportError as error:
            words = missing_library(error)
            if words is None:
                raise
        else:
            return open_app(options)
    sys.stderr.write(f"playground: {words}\n")
    return WRONG_USAGE


if __name__ == "__main__":
    sys.exit(main())
