"""From the command line's words to what is done. Each subcommand is imported when it is asked for."""

from __future__ import annotations

from playground.cli.options import AppOptions
from playground.cli.parser import app_options, parse
from playground.core.redact import log_to_stderr

INTERRUPTED = 130


def run(arguments: list[str]) -> int | AppOptions:
    """The exit code of a subcommand; the options of the window where none was given. Raises SystemExit for usage."""
    options = parse(arguments)
    if options.command is None:
        return app_options(options)
    log_to_stderr(options.log_level, "%(levelname)s %(name)s: %(message)s")
    try:
        if options.command == "call":
            from playground.cli.call import run_call

            return run_call(options)
        if options.command == "methods":
            from playground.cli.methods import run_methods

            return run_methods(options)
        if options.command == "requests":
            from playground.cli.requests import run_requests

            return run_requests(options)
        if options.command == "schema":
            from playground.cli.schema import run_schema

            return run_schema(options)
        if options.command == "files":
            from playground.cli.files import run_files

            return run_files(options)
        if options.command == "stores":
            from playground.cli.stores import run_stores

            return run_stores(options)
        if options.command == "proxy":
            from playground.cli.proxy import run_proxy

            return run_proxy(options)
        from playground.cli.sandbox import fetch, serve

        return fetch(options) if options.action == "fetch-model" else serve(options)
    except KeyboardInterrupt:
        return INTERRUPTED
