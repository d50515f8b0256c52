"""`playground call --file`: a saved request as the call that it is."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from playground.core.paths import DataPaths, default_data_dir
from playground.core.saved import (
    SavedRequest,
    environments,
    fill,
    given_variables,
    placed,
    read_environment,
    read_request,
    root_of,
)


def take_saved(options: argparse.Namespace) -> dict[str, Any]:
    """The body of the file that `options` names, with its variables put in and the paths in it as whole ones; the
    method and what else the file says go into `options`. Raises ProblemError, OSError."""
    file: Path = options.file.expanduser()
    request = read_request(file)
    body: dict[str, Any] = fill(request.arguments, _variables(options, file), where=_where(options, file))
    options.method = request.method
    options.stream = options.stream or request.stream
    options.all_pages = options.all_pages or request.all_pages
    return _placed(options, request, body, file)


def _variables(options: argparse.Namespace, file: Path) -> dict[str, Any]:
    """The environment's, and over them those of the command line."""
    given = given_variables(options.variables)
    return {**(read_environment(root_of(file), options.env) if options.env else {}), **given}


def _where(options: argparse.Namespace, file: Path) -> str:
    """What was asked for variables, for the complaint about one that has no value."""
    if options.env:
        return f"The environment “{options.env}” does not have it"
    names = environments(root_of(file))
    return f"No environment was chosen: there are {', '.join(names)}" if names else ""


def _placed(options: argparse.Namespace, request: SavedRequest, body: dict[str, Any], file: Path) -> dict[str, Any]:
    texts = [one for value in body.values() for one in (value if isinstance(value, list) else [value])]
    if not any(isinstance(one, str) and one.startswith("@") for one in texts):
        return body
    from playground.core.catalog import read_catalog

    catalog = read_catalog(DataPaths(options.data_dir or default_data_dir()).cache)
    entry = catalog.methods.get(request.method) if catalog is not None else None
    return placed(entry, body, file.resolve().parent) if entry is not None else body
