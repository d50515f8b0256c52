"""Building the catalogue from the installed SDK by introspection.

It takes some ten seconds of a processor and holds the interpreter throughout: run it in a process of its own
(`python -m playground.core.catalog`).
"""

from __future__ import annotations

import asyncio
import inspect
import re
import typing
from collections.abc import Callable
from typing import Any

from playground.core.catalog.families import families_of, order_of
from playground.core.catalog.hints import document_fields, import_all_types, schema_of
from playground.core.catalog.ids import id_kind
from playground.core.catalog.model import Kind
from playground.core.catalog.pool import Pool, compacted
from playground.core.catalog.sdk import (
    alternatives,
    documented,
    is_generated,
    offline_client,
    own_parameters,
    plain,
    text_of,
    walk,
)
from playground.core.catalog.source import read_source
from playground.core.catalog.tidy import mark_deprecated, tidied, tidied_definition
from playground.core.catalog.wires import Wire, dry_run, own_methods, put_places
from playground.core.catalog.words import (
    deprecation,
    is_destructive,
    needs_admin_key,
    successor_of,
    summary_of,
    without_parameters,
)

_GIVEN = (
    "name", "summary", "doc", "parameters", "returns", "binary", "multipart", "generated", "headers", "deprecated",
    "admin",
)  # fmt: skip


def build() -> dict[str, Any]:
    """The catalogue as JSON: {"sdk", "methods", "defs", "families", "problems"}. Imports the SDK; sends nothing."""
    from playground.core.catalog.store import installed_version

    import_all_types()
    document_fields()
    pool = Pool()
    problems: list[dict[str, str]] = []
    found = dict(walk(offline_client()))
    places = {name: place for place, name in enumerate(found)}
    entries = {}
    for name in sorted(found, key=lambda name: order_of(name, places[name])):
        entries[name] = _entry(name, found[name], pool, problems)
    wires, reasons = asyncio.run(dry_run(entries, pool.defs))
    for name, reason in reasons.items():
        problems.append({"method": name, "parameter": "", "reason": f"makes no request by itself: {reason}"})
    methods = [_described(entry, wires.get(name)) for name, entry in entries.items()]
    for method in methods:
        method["successor"] = successor_of(method["name"], method["deprecated"], entries)
    _wrap(methods)
    _name_cursors(methods)
    defs = {name: tidied_definition(definition) for name, definition in pool.defs.items()}
    methods, defs = compacted(methods, defs)
    return {
        "sdk": installed_version(),
        "methods": methods,
        "defs": defs,
        "families": families_of([method["name"] for method in methods]),
        "problems": problems,
    }


def _entry(name: str, method: Callable[..., Any], pool: Pool, problems: list[dict[str, str]]) -> dict[str, Any]:
    function = plain(method)
    doc, helps = documented(function)
    source = read_source(function)
    text = text_of(function)
    try:
        hints = typing.get_type_hints(function, include_extras=True)
    except Exception as error:
        hints = {}
        problems.append({"method": name, "parameter": "", "reason": f"no type hints: {error}"})
    needed = alternatives(function)
    parameters = []
    for keyword in own_parameters(function):
        place, wire = ("path", keyword) if _in_path(keyword, text) else source.place(keyword)
        schema = tidied(_schema(name, keyword, hints.get(keyword, Any), pool, problems))
        parameters.append(
            {
                "name": keyword,
                "wire": wire,
                "place": place or "local",
                "schema": mark_deprecated(schema, helps.get(keyword, "")),
                "help": helps.get(keyword, ""),
                "required": all(keyword in names for names in needed),
                "id_kind": id_kind(name, keyword),
            }
        )
    returned = str(inspect.unwrap(function).__annotations__.get("return", ""))
    return {
        "name": name,
        "doc": without_parameters(doc),
        "summary": summary_of(doc, name),
        "parameters": parameters,
        "required": [list(names) for names in needed],
        "returns": _returned(returned),
        "list": "AsyncPaginator" in returned or "_get_api_list" in function.__code__.co_names,
        "binary": "BinaryResponseContent" in returned,
        "multipart": source.multipart,
        "generated": is_generated(name, method),
        "headers": source.sent,
        "deprecated": deprecation(function, doc),
        "admin": source.admin or needs_admin_key(doc),
    }


def _in_path(keyword: str, text: str) -> bool:
    return re.search(rf"path_template\([^)]*\b{keyword}={keyword}\b", text) is not None


def _returned(annotation: str) -> str:
    """The class that a method gives, by its last name."""
    inner = re.sub(r"^Async(?:Paginator|Stream)\[", "", annotation)
    names = re.findall(r"[A-Za-z_][\w.]*", inner)
    return names[0].rpartition(".")[2] if names else ""


def _schema(method: str, name: str, hint: Any, pool: Pool, problems: list[dict[str, str]]) -> dict[str, Any]:
    defs: dict[str, Any] = {}
    try:
        return pool.add(schema_of(hint, defs), defs)
    except Exception as error:
        reason = str(error).partition("\n")[0].strip()
        problems.append({"method": method, "parameter": name, "reason": f"Python only: {reason}"})
        return {"x-python": getattr(hint, "__name__", str(hint))[:200]}


def _described(entry: dict[str, Any], wire: Wire | None) -> dict[str, Any]:
    """The method as it is kept, without what it takes from the one that it wraps."""
    name = entry["name"]
    verb, path, query = (wire.verb, wire.path, put_places(entry, wire)) if wire else ("", "", {})
    if wire is not None and wire.multipart:
        entry["multipart"] = True
    streams = any(parameter["name"] == "stream" for parameter in entry["parameters"])
    return {
        **{key: entry[key] for key in _GIVEN},
        "kind": _kind(entry, verb, streams).value,
        "can_stream": streams,
        "verb": verb,
        "path": path,
        "query": query,
        "required": entry["required"],
        "destructive": is_destructive(name, verb),
        "wraps": "",
    }


def _kind(entry: dict[str, Any], verb: str, streams: bool) -> Kind:
    last = entry["name"].rpartition(".")[2]
    if last == "connect":
        return Kind.WEBSOCKET
    if not verb:
        return Kind.HELPER
    if entry["binary"]:
        return Kind.DOWNLOAD
    if entry["multipart"]:
        return Kind.UPLOAD
    if entry["list"]:
        return Kind.LIST
    return Kind.STREAM if last.endswith("stream") and not streams else Kind.CALL


def _wrap(methods: list[dict[str, Any]]) -> None:
    """Helpers know where the method that they wrap puts what they pass on, and what it is for."""
    by_name = {method["name"]: method for method in methods}
    for name, own in own_methods(methods).items():
        method, wrapped = by_name[name], by_name[own]
        method["wraps"] = own
        method["admin"] = method["admin"] or wrapped["admin"]
        method["headers"] = method["headers"] or wrapped["headers"]
        known = {parameter["name"]: parameter for parameter in wrapped["parameters"]}
        for parameter in method["parameters"]:
            twin = known.get(parameter["name"])
            if twin is not None and parameter["place"] == "local":
                parameter["place"], parameter["wire"] = twin["place"], twin["wire"]
            if twin is not None and not parameter["help"]:
                parameter["help"] = twin["help"]


def _name_cursors(methods: list[dict[str, Any]]) -> None:
    """A list's cursor is the ID of one of its objects: of the kind that the resource's `retrieve` takes."""
    by_name = {method["name"]: method for method in methods}
    for method in methods:
        folder = method["name"].rpartition(".")[0]
        beside = by_name.get(f"{folder}.retrieve")
        if method["kind"] != Kind.LIST.value or beside is None:
            continue
        path = re.findall(r"\{(\w+)\}", beside["path"])
        kinds = {parameter["name"]: parameter["id_kind"] for parameter in beside["parameters"]}
        for parameter in method["parameters"]:
            if path and parameter["name"] in ("after", "before"):
                parameter["id_kind"] = kinds[path[-1]]
