"""`playground methods`: what the installed SDK can do, without a key and without a network."""

from __future__ import annotations

import argparse
import asyncio
import difflib
import json
import shutil
import sys
import textwrap
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from playground.cli.output import FINE, WRONG_USAGE, forget_stdout, print_error, print_json, print_warning, say, write
from playground.core.catalog import Catalog, CatalogError, MethodEntry, ensure_catalog, fits, read_catalog
from playground.core.catalog.describe import required_words, returns_words, type_words
from playground.core.catalog.words import without_links
from playground.core.errors import Problem
from playground.core.paths import DataPaths, default_data_dir

PLACES = {
    "path": "In the path", "query": "In the query", "body": "In the body", "form": "In the form",
    "header": "As headers", "local": "For the SDK itself",
}  # fmt: skip
_NARROW, _WIDE = 60, 160
"""Columns that the table takes at least and at most on a terminal."""


def run_methods(options: argparse.Namespace) -> int:
    """Prints the list, or one method; gives the exit code."""
    try:
        catalog = catalogue(DataPaths(options.data_dir or default_data_dir()).cache)
    except CatalogError as error:
        print_error(Problem("The SDK could not be read", str(error), "Install it again: pip install openai"))
        return WRONG_USAGE
    try:
        return _one(catalog, options) if options.method else _list(catalog, options)
    except BrokenPipeError:
        forget_stdout()
        return FINE


def catalogue(cache: Path) -> Catalog:
    """The installed SDK's; where it cannot be read, the one that came with the program. Raises CatalogError."""
    found = read_catalog(cache)
    if found is not None and fits(found):
        return found
    say("reading the installed SDK; this happens once for each of its versions and takes some ten seconds")
    try:
        return asyncio.run(ensure_catalog(cache))
    except CatalogError as error:
        if found is None:
            raise
        what = f"The list is that of openai {found.sdk_version}"
        print_warning(
            Problem(what, f"The installed SDK could not be read: {error}", "Install it again", type="catalog")
        )
        return found


# ---- one method


def _one(catalog: Catalog, options: argparse.Namespace) -> int:
    entry = catalog.methods.get(options.method)
    if entry is None:
        close = difflib.get_close_matches(options.method, list(catalog.methods), n=3, cutoff=0.5)
        close = close or [hit.name for hit in catalog.search(options.method, 3)]
        remedy = f"Did you mean {', '.join(close)}?" if close else "`playground methods` lists them."
        cause = f"openai {catalog.sdk_version} has {len(catalog.methods)} methods, and none of that name."
        print_error(Problem(f"There is no method “{options.method}”", cause, remedy, type="usage"))
        return WRONG_USAGE
    if options.as_json:
        print_json({**as_data(entry), "schema": catalog.schema_of(entry.name), "minimal": catalog.minimal(entry.name)})
    else:
        _print(_detail(catalog, entry))
    return FINE


def as_data(entry: MethodEntry) -> dict[str, Any]:
    """Everything of a method as JSON."""
    return asdict(entry)


def _detail(catalog: Catalog, entry: MethodEntry) -> Iterable[str]:
    width = _width()
    yield f"{entry.name}  ({_kinds(entry)})"
    if entry.verb:
        yield f"{_request(entry)}  gives {returns_words(entry)}"
    yield ""
    yield from _wrapped(entry.doc or entry.summary, "", width)
    notes = list(_notes(entry))
    if notes:
        yield ""
        for note in notes:
            yield from _wrapped(note, "", width)
    for place, title in PLACES.items():
        parameters = [parameter for parameter in entry.parameters if parameter.place == place]
        if not parameters:
            continue
        yield ""
        yield f"{title}:"
        for parameter in parameters:
            words = type_words(parameter.schema, catalog.defs)
            wire = f", as {parameter.wire}" if parameter.wire != parameter.name else ""
            marks = (", required" if parameter.required else "") + wire
            marks += ", deprecated" if parameter.schema.get("deprecated") else ""
            yield from _wrapped(f"{parameter.name}: {words}{marks}", "  ", width, "    ")
            yield from _wrapped(parameter.help.partition("\n\n")[0], "      ", width)
    if entry.verb and entry.kind != "websocket":
        yield ""
        yield "The smallest call:"
        body = catalog.minimal(entry.name)
        text = f" --json {_quoted(json.dumps(body, ensure_ascii=False))}" if body else ""
        yield f"  playground call {entry.name}{text}{' -o FILE' if entry.binary else ''}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _kinds(entry: MethodEntry) -> str:
    kinds = {"websocket": "WebSocket", "helper": "local helper"}
    return kinds.get(entry.kind, str(entry.kind)) + (", can stream" if entry.can_stream else "")


def _notes(entry: MethodEntry) -> Iterable[str]:
    if entry.deprecated:
        instead = f" Use {entry.successor}." if entry.successor else ""
        yield f"Deprecated: {entry.deprecated.rstrip('.')}.{instead}"
    if entry.wraps:
        does = "Makes the request of" if entry.generated else "A helper of the SDK that first calls"
        yield f"{does} {entry.wraps}."
    if entry.admin:
        yield "Needs an admin key."
    if entry.destructive:
        yield "Ends, removes or replaces something, or makes a key: the window asks before it is sent."
    if entry.multipart:
        yield "Sent as a form with files (multipart/form-data)."
    for name, value in entry.headers.items():
        yield f"Sends the header {name}: {value}."
    if len(entry.required) > 1 and required_words(entry):
        yield f"Needs {required_words(entry)}."


# ---- the list


def _list(catalog: Catalog, options: argparse.Namespace) -> int:
    groups = _families(catalog)
    if options.family is not None:
        wanted = _plain(options.family)
        groups = [group for group in groups if wanted in (_plain(group[0]), _plain(group[1]))]
        if not groups:
            titles = ", ".join(title for _, title, _ in _families(catalog))
            title = f"There is no family “{options.family}”"
            print_error(Problem(title, f"There are: {titles}.", "Name one of these.", type="usage"))
            return WRONG_USAGE
    found: dict[str, str] = {}
    if options.search is not None:
        inside = {name for _, _, names in groups for name in names}
        found = {hit.name: hit.words for hit in catalog.search(options.search, len(catalog.methods))}
        groups = [("", "", [name for name in found if name in inside])]
    names = [name for _, _, names in groups for name in names]
    if options.as_json:
        print_json(_as_json(catalog, names))
    else:
        _print(_table(catalog, groups, found))
    return FINE


def _families(catalog: Catalog) -> list[tuple[str, str, list[str]]]:
    """Of each family its id, title and methods."""
    return [
        (family.id, family.title, [name for node in family.walk() for name in node.methods])
        for family in catalog.families
    ]


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _as_json(catalog: Catalog, names: list[str]) -> dict[str, Any]:
    """`$defs` is what the parameters' schemas refer to: `#/$defs/…` holds in this very document."""
    from playground.core.catalog.pool import closure, references

    methods = [as_data(catalog.methods[name]) for name in names]
    defs = closure(iter(list(references([method["parameters"] for method in methods]))), catalog.defs)
    return {"sdk_version": catalog.sdk_version, "methods": methods, "$defs": defs}


def _table(catalog: Catalog, groups: list[tuple[str, str, list[str]]], found: dict[str, str]) -> Iterable[str]:
    """`found` has the parameter or the summary that a search found."""
    width = _width()
    count = 0
    for place, (_, title, names) in enumerate(group for group in groups if group[2]):
        entries = [catalog.methods[name] for name in names]
        count += len(entries)
        if title:
            yield from ([""] if place else [])
            yield title
        rows = [
            (f"  {entry.name}" if title else entry.name, _request(entry), _said(entry, found.get(entry.name, "")))
            for entry in entries
        ]
        name_width, request_width = (max(len(row[column]) for row in rows) for column in (0, 1))
        for name, request, said in rows:
            line = f"{name:{name_width}}  {request:{request_width}}  {said}"
            yield _cut(line, width).rstrip()
    if count:
        yield ""
    yield f"{count} {'method' if count == 1 else 'methods'} of openai {catalog.sdk_version}"


def _request(entry: MethodEntry) -> str:
    if entry.kind == "websocket":
        return f"WS {entry.path}"
    query = "&".join(f"{name}={value}" for name, value in entry.query.items())
    return f"{entry.verb} {entry.path}{'?' + query if query else ''}" if entry.verb else "local"


def _said(entry: MethodEntry, found: str) -> str:
    parameter = f"[{found}] " if found and found != entry.summary else ""
    return f"{parameter}{'Deprecated. ' if entry.deprecated else ''}{entry.summary}"


# ---- lines


def _width() -> int | None:
    """Of the terminal; None where the output goes elsewhere, and is not to be cut."""
    if not sys.stdout.isatty():
        return None
    return min(max(shutil.get_terminal_size().columns, _NARROW), _WIDE)


def _cut(line: str, width: int | None) -> str:
    return line if width is None or len(line) <= width else line[: width - 1] + "…"


def _wrapped(text: str, indent: str, width: int | None, hanging: str = "") -> Iterable[str]:
    """Paragraphs kept, each filled; nothing for no text."""
    for place, paragraph in enumerate(filter(None, without_links(text).split("\n\n"))):
        if place:
            yield ""
        lines = paragraph.splitlines()
        if any(line.lstrip().startswith(("- ", "* ", "```", "|")) for line in lines):
            yield from (f"{indent}{line}" for line in lines)
        else:
            yield from textwrap.wrap(
                " ".join(paragraph.split()), width or 100, initial_indent=indent, subsequent_indent=hanging or indent,
                break_long_words=False, break_on_hyphens=False,
            )  # fmt: skip


def _print(lines: Iterable[str]) -> None:
    """Raises BrokenPipeError."""
    write("".join(f"{line}\n" for line in lines).encode())
