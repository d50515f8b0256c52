"""A request that was made → the method that makes it, and its arguments, as `core.calls.call` takes them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from playground.core.catalog.catalog import Catalog
from playground.core.catalog.model import MethodEntry, ParameterEntry

if TYPE_CHECKING:
    from playground.core.exchanges import ExchangeDetail

_OURS = frozenset(
    {
        "host", "connection", "accept", "accept-encoding", "user-agent", "content-type", "content-length",
        "transfer-encoding", "authorization", "api-key", "openai-organization", "openai-project",
        "x-client-request-id", "idempotency-key", "cookie",
    }
)  # fmt: skip
"""Headers that the SDK, the profile or the transport sends with every request."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A request, ready to be shown in a form."""

    method: str
    arguments: dict[str, Any] = field(repr=False)
    left: tuple[str, ...] = ()
    """What could not be taken over, in words."""


def open_exchange(catalog: Catalog, detail: ExchangeDetail) -> Opened | None:
    """The last attempt of a logged exchange; None where no method of the SDK makes such a request."""
    summary = detail.summary
    if not detail.attempts:
        return None
    attempt = detail.attempts[-1]
    found = catalog.match(summary.method, summary.path)
    chosen = next((one for one in found if one[0] == summary.sdk_method), found[0] if found else None)
    if chosen is None:
        return None
    name, values = chosen
    entry = catalog.methods[name]
    left = ["The log kept only the beginning of its body."] if attempt.request_body_capped else []
    headers = {key.lower(): value for key, value in attempt.request_headers}
    body, more = read_payload(attempt.request_body, headers.get("content-type", ""))
    arguments: dict[str, Any] = {key: unquote(value) for key, value in values.items()}
    arguments.update(_named(entry, read_query(urlsplit(attempt.url).query, entry.parameters), ("query",)))
    arguments.update(_named(entry, body, ("body", "form")))
    arguments.update(_headers(entry, attempt.request_headers))
    return Opened(name, arguments, (*left, *more))


def read_payload(data: bytes, content_type: str) -> tuple[dict[str, Any], list[str]]:
    """The members of a JSON or multipart body, and what of it could not be read, in words."""
    if not data:
        return {}, []
    if content_type.startswith("multipart/form-data"):
        return _multipart(data, content_type)
    try:
        value = json.loads(data)
    except ValueError:
        return {}, ["Its body is no JSON, or not all of it is there."]
    return (value, []) if isinstance(value, dict) else ({}, ["Its body is no JSON object."])


def _multipart(data: bytes, content_type: str) -> tuple[dict[str, Any], list[str]]:
    from email.parser import BytesParser
    from email.policy import HTTP

    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + data)
    pairs: list[tuple[str, str]] = []
    left = []
    for part in message.iter_parts():
        name = str(part.get_param("name", "", header="content-disposition") or "")
        payload: Any = part.get_payload(decode=True)
        if part.get_filename() is not None:
            left.append(f"The file “{part.get_filename()}” of “{name.removesuffix('[]')}” is to be chosen again.")
        elif name and isinstance(payload, bytes):
            pairs.append((name, payload.decode("utf-8", "replace")))
    return _nested(pairs), left


def read_query(query: str, parameters: Iterable[ParameterEntry]) -> dict[str, Any]:
    """A query as the SDK writes it (`include[]=a`, `metadata[k]=v`), its values of the types that the schemas name."""
    schemas = {parameter.wire: parameter.schema for parameter in parameters}
    values = _nested(parse_qsl(query, keep_blank_values=True))
    return {name: _typed(value, schemas.get(name, {})) for name, value in values.items()}


def _nested(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in pairs:
        first, *steps = re.split(r"\[|\]\[", name.removesuffix("]")) if name.endswith("]") else [name]
        place: Any = made
        key = first
        for step in steps:
            below = place.setdefault(key, [] if step == "" else {}) if isinstance(place, dict) else None
            if not isinstance(below, list if step == "" else dict):
                break
            place, key = below, step
        else:
            if isinstance(place, list):
                place.append(value)
            else:
                place[key] = value
            continue
        made[name] = value
    return made


def _typed(value: Any, schema: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_typed(one, schema.get("items", {})) for one in value]
    if isinstance(value, dict):
        inner = schema.get("properties", {})
        return {key: _typed(one, inner.get(key, {})) for key, one in value.items()}
    types = {part.get("type") for part in (schema, *schema.get("anyOf", ())) if isinstance(part, Mapping)}
    if "integer" in types and re.fullmatch(r"-?\d{1,15}", value):
        return int(value)
    if "number" in types and re.fullmatch(r"-?\d{1,15}(\.\d+)?", value):
        return float(value)
    if "boolean" in types and value in ("true", "false"):
        return value == "true"
    return [value] if types == {"array"} else value


def _named(entry: MethodEntry, values: Mapping[str, Any], places: tuple[str, ...]) -> dict[str, Any]:
    """By the SDK's names; what it has no name for is an extra."""
    names = {parameter.wire: parameter for parameter in entry.parameters if parameter.place in places}
    known: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for wire, value in values.items():
        parameter = names.get(wire)
        if parameter is None:
            extra[wire] = value
        else:
            known[parameter.name] = _typed(value, parameter.schema) if parameter.place == "form" else value
    if extra:
        known["extra_query" if places == ("query",) else "extra_body"] = extra
    return known


def _headers(entry: MethodEntry, headers: Iterable[tuple[str, str]]) -> dict[str, Any]:
    own = {name.lower(): value for name, value in entry.headers.items()}
    names = {parameter.wire.lower(): parameter for parameter in entry.parameters if parameter.place == "header"}
    known: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for name, value in headers:
        low = name.lower()
        if low in names and own.get(low) != value:
            parameter = names[low]
            known[parameter.name] = value.split(",") if parameter.schema.get("type") == "array" else value
        elif low not in _OURS and not low.startswith("x-stainless-") and own.get(low) != value:
            extra[name] = value
    if extra:
        known["extra_headers"] = extra
    return known
