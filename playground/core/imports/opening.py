"""A request from elsewhere as the method that makes it, with its arguments; nothing of it is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from playground.core.catalog import Catalog, Kind, MethodEntry
from playground.core.catalog.minimal import resolved
from playground.core.imports.curl import loads_leniently
from playground.core.imports.model import ImportedRequest, Secret

_NOISE = frozenset(
    {
        "host", "content-length", "connection", "accept", "accept-encoding", "accept-language", "user-agent", "origin",
        "referer", "content-type", "transfer-encoding", "te", "dnt", "priority", "cache-control", "pragma", "expect",
        "sec-fetch-mode", "sec-fetch-site", "sec-fetch-dest", "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform",
        "x-client-request-id", "idempotency-key",
    }
)  # fmt: skip
"""Headers that a client sends for itself."""


@dataclass(slots=True)
class Opened:
    """What was understood of it."""

    method: str
    """The SDK's name; empty where no method makes such a request."""
    arguments: dict[str, Any] = field(repr=False)
    base_url: str
    key: Secret | None
    notes: list[str]


def open_as(catalog: Catalog, request: ImportedRequest) -> Opened:
    """The method that makes this request, with its arguments; what no parameter takes is in `extra_headers`,
    `extra_query` and `extra_body`. Never raises."""
    parts = urlsplit(request.url)
    notes = list(request.notes)
    name, values, base = _match(catalog, request.method, parts.path, parts.query)
    base_url = f"{parts.scheme}://{parts.netloc}{base}"
    if not name:
        notes.append(f"No method of this SDK makes {request.method} {parts.path}.")
        return Opened("", {}, base_url, request.key, notes)
    entry = catalog.methods[name]
    arguments: dict[str, Any] = {key: unquote(value) for key, value in values.items()}
    _take_query(catalog, entry, parts.query, arguments)
    if request.form:
        _take_form(catalog, entry, request, arguments)
    elif request.body.strip():
        _take_body(entry, request, arguments, notes)
    _take_headers(entry, request, arguments)
    return Opened(name, arguments, base_url, request.key, notes)


def _match(catalog: Catalog, verb: str, path: str, query: str) -> tuple[str, dict[str, str], str]:
    """The method, the path's parameters, and what stands before the path: `/v1`, `/openai/v1`, …"""
    steps = path.strip("/").split("/")
    version = next((at for at, step in enumerate(steps) if re.fullmatch(r"v\d+", step)), None)
    for skipped in (0,) if version is None else (version + 1, 0):
        rest = "/" + "/".join(steps[skipped:])
        found = [
            row
            for row in catalog.match(verb, f"{rest}?{query}")
            if catalog.methods[row[0]].kind not in (Kind.WEBSOCKET, Kind.STREAM)
        ]
        if found:
            return found[0][0], found[0][1], "/" + "/".join(steps[:skipped]) if skipped else ""
    return "", {}, ""


def _by_wire(entry: MethodEntry, *places: str) -> dict[str, Any]:
    return {parameter.wire: parameter for parameter in entry.parameters if parameter.place in places}


def _kinds(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> set[str]:
    """The JSON types that a schema takes."""
    schema = resolved(schema, defs)
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return set().union(*(_kinds(one, defs) for one in schema[word]))
    kind = schema.get("type")
    if kind is None:
        kind = "string" if "enum" in schema or "const" in schema else "object" if "properties" in schema else "any"
    return set(kind) if isinstance(kind, list) else {kind}


def typed(text: str, kinds: set[str]) -> Any:
    """A text of a query or a form as what the parameter takes, where it can be written back the same way."""
    if kinds & {"boolean"} and text in ("true", "false"):
        return text == "true"
    if kinds & {"integer", "number"} and "string" not in kinds:
        try:
            number = json.loads(text)
        except ValueError:
            return text
        if isinstance(number, int | float) and not isinstance(number, bool) and json.dumps(number) == text:
            return number
    return text


def _nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """`a[b]=1`, `c[]=2` and `d=3` as the API reads them; lists as lists of texts."""
    made: dict[str, Any] = {}
    for name, value in pairs:
        head, *inner = name.replace("]", "").split("[")
        if not inner:
            made[head] = value
        elif inner == [""]:
            made.setdefault(head, [])
            if isinstance(made[head], list):
                made[head].append(value)
        else:
            place = made.setdefault(head, {})
            for step in inner[:-1]:
                place = place.setdefault(step, {}) if isinstance(place, dict) else {}
            if not isinstance(place, dict):
                continue
            if inner[-1] == "":
                continue
            place[inner[-1]] = value
    return made


def _typed_value(value: Any, schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        return typed(value, _kinds(schema, defs))
    schema = resolved(schema, defs)
    if isinstance(value, list):
        items: Any = schema.get("items") or next(
            (one.get("items", {}) for one in schema.get("anyOf", ()) if "items" in one), {}
        )
        return [_typed_value(one, items, defs) for one in value]
    branches = [schema, *(resolved(one, defs) for one in schema.get("anyOf", ()))]
    known: dict[str, Any] = next((one["properties"] for one in branches if "properties" in one), {})
    return {name: _typed_value(one, known.get(name, {}), defs) for name, one in value.items()}


def _take_query(catalog: Catalog, entry: MethodEntry, query: str, arguments: dict[str, Any]) -> None:
    known = _by_wire(entry, "query")
    extra: dict[str, Any] = {}
    for name, value in _nested(parse_qsl(query, keep_blank_values=True)).items():
        if entry.query.get(name) == value:  # the method sends it by itself
            continue
        parameter = known.get(name)
        kinds = _kinds(parameter.schema, catalog.defs) if parameter is not None else set()
        plain_list = isinstance(value, list) and "array" in kinds
        plain_text = isinstance(value, str) and bool(kinds - {"array", "object", "null"})
        if parameter is not None and (plain_list or plain_text or isinstance(value, dict)):
            arguments[parameter.name] = _typed_value(value, parameter.schema, catalog.defs)
        else:
            extra[name] = value
    if extra:
        arguments["extra_query"] = extra


def _take_form(catalog: Catalog, entry: MethodEntry, request: ImportedRequest, arguments: dict[str, Any]) -> None:
    known = _by_wire(entry, "form", "body")
    pairs: list[tuple[str, str]] = []
    extra: dict[str, Any] = {}
    for part in request.form:
        bare = part.name.removesuffix("[]")
        parameter = known.get(bare)
        if part.file:
            path = f"@{part.file}"
            several = part.name.endswith("[]") or isinstance(arguments.get(parameter.name if parameter else bare), list)
            place, name = (arguments, parameter.name) if parameter is not None else (extra, bare)
            place[name] = [*place.get(name, []), path] if several else path
        elif parameter is not None and part.content_type == "application/json" and _is_json(part.value):
            arguments[parameter.name] = json.loads(part.value)
        else:
            pairs.append((part.name, part.value))
    for name, value in _nested(pairs).items():
        parameter = known.get(name)
        if parameter is not None:
            arguments[parameter.name] = _typed_value(value, parameter.schema, catalog.defs)
        else:
            extra[name] = value
    if extra:
        arguments["extra_body"] = extra


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _take_body(entry: MethodEntry, request: ImportedRequest, arguments: dict[str, Any], notes: list[str]) -> None:
    try:
        body = loads_leniently(request.body)
    except ValueError as error:
        if "urlencoded" in request.header("content-type") or _is_form(request.body):
            body = _nested(parse_qsl(request.body, keep_blank_values=True))
        else:
            notes.append(f"The body is no JSON and was left out: {error}.")
            return
    if not isinstance(body, dict):
        notes.append("The body is no JSON object and was left out.")
        return
    known = _by_wire(entry, "body", "form")
    extra = {}
    for name, value in body.items():
        parameter = known.get(name)
        if parameter is not None and parameter.name not in entry.path_parameters:
            arguments[parameter.name] = value
        else:
            extra[name] = value
    if extra:
        arguments["extra_body"] = extra


def _is_form(text: str) -> bool:
    return "=" in text and not text.lstrip().startswith(("{", "["))


def _take_headers(entry: MethodEntry, request: ImportedRequest, arguments: dict[str, Any]) -> None:
    known = {parameter.wire.lower(): parameter for parameter in entry.parameters if parameter.place == "header"}
    own = {name.lower(): value for name, value in entry.headers.items()}
    extra = {}
    for name, value in request.headers:
        lower = name.lower()
        if lower in known:
            arguments[known[lower].name] = value
        elif lower in _NOISE or lower.startswith(("x-stainless-", "sec-", ":")) or own.get(lower) == value:
            continue
        else:
            extra[name] = value
    if extra:
        arguments["extra_headers"] = extra
