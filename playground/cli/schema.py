"""`playground schema`: each action is imported when it is asked for."""

from __future__ import annotations

import argparse
from importlib import import_module

_ACTIONS = {
    "check": "schema_check:run_check",
    "convert": "schema_convert:run_convert",
    "fix": "schema_fix:run_fix",
    "diff": "schema_diff:run_diff",
    "infer": "schema_convert:run_infer",
    "outputs": "schema_prove:run_outputs",
    "prove": "schema_prove:run_prove",
}


def run_schema(options: argparse.Namespace) -> int:
    """Does one of the actions; gives the exit code. Raises KeyboardInterrupt."""
    module, function = _ACTIONS[options.action].split(":")
    code: int = getattr(import_module(f"playground.cli.{module}"), function)(options)
    return code
