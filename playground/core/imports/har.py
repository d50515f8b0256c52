"""HAR files, and entries of them as browsers copy them, as requests (HAR 1.2: softwareishard.com/blog/har-12-spec).

Only requests are read; answers, cookies and timings are passed over.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

import orjson

from playground.core.imports.model import FormPart, ImportedRequest, ImportProblem, take_key
from playground.core.imports.multipart import chosen_again, read_form

_BEGINS = re.compile(r'\s*(?:\[\s*)?\{\s*"(?:log|request|pageref|_\w+|startedDateTime|connection|cache|method|url)"')
_PASSED_OVER = frozenset({"OPTIONS", "CONNECT", "TRACE"})
"""What browsers and proxies ask for themselves."""


def is_har(text: str) -> bool:
    """Whether a text begins like a HAR file or an entry of one. It may still be none."""
    head = text[:2000]
    return _BEGINS.match(head) is not None and ('"url"' in text or '"entries"' in head or '"log"' in head)


def read_har(text: str | bytes) -> list[ImportedRequest]:
    """The requests of a HAR file, of one entry, or of a list of entries, in their order; keys are taken out at once.

    What a browser asks for by itself (OPTIONS) is left out. An entry that cannot be read becomes a note of the first
    request. Raises ImportProblem where there is no request in it.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ImportProblem(f"This is no HAR: it is no JSON ({error}).") from None
    found: list[ImportedRequest] = []
    unread: list[str] = []
    entries = _entries(value)
    for number, entry in enumerate(entries, 1):
        try:
            request = _request(entry)
        except ImportProblem as problem:
            unread.append(f"Entry {number} could not be read: {problem}")
            continue
        if request.method not in _PASSED_OVER:
            found.append(take_key(request))
    if not found:
        raise ImportProblem(unread[0] if unread else "There is no request in this HAR.")
    found[0].notes.extend(unread)
    return found


def _entries(value: Any) -> list[Any]:
    """The entries of whatever was pasted."""
    if isinstance(value, dict) and isinstance(value.get("log"), dict):
        value = value["log"]
    if isinstance(value, dict) and isinstance(value.get("entries"), list):
        value = value["entries"]
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and ("request" in value or {"method", "url"} <= value.keys()):
        return [value]
    raise ImportProblem("This is no HAR: it has neither “log”, nor “entries”, nor “request”.")


def _request(entry: Any) -> ImportedRequest:
    if not isinstance(entry, dict):
        raise ImportProblem("it is no object.")
    request = entry.get("request", entry)
    if not isinstance(request, dict):
        raise ImportProblem("its request is no object.")
    method, url = request.get("method"), request.get("url")
    if not isinstance(method, str) or not method.strip():
        raise ImportProblem("its request has no method.")
    if not isinstance(url, str) or "://" not in url:
        raise ImportProblem("its request has no address.")
    read = ImportedRequest(method.strip().upper(), url.partition("#")[0], _pairs(request.get("headers")))
    data = request.get("postData")
    if isinstance(data, dict):
        _read_body(read, data)
    return read


def _pairs(values: Any) -> list[tuple[str, str]]:
    """Names and values; `:authority` and its like, which HTTP/2 sends in place of the first line, are none."""
    return [
        (one["name"], one["value"])
        for one in (values if isinstance(values, list) else [])
        if isinstance(one, dict)
        and isinstance(one.get("name"), str)
        and isinstance(one.get("value"), str)
        and not one["name"].startswith(":")
    ]


def _read_body(request: ImportedRequest, data: dict[str, Any]) -> None:
    said = data.get("mimeType")
    content_type = request.header("content-type") or (said if isinstance(said, str) else "")
    text, comment = data.get("text"), data.get("comment")
    body = text if isinstance(text, str) else ""
    raw = body.encode("utf-8", "surrogatepass")
    if data.get("encoding") == "base64":
        try:
            raw = base64.b64decode(body, validate=False)
            body = raw.decode("utf-8", "replace")
        except binascii.Error:
            request.notes.append("The body is said to be base64 and is not: it was left out.")
            return
    if isinstance(comment, str) and comment.startswith("The log keeps"):  # as our own export says it
        request.notes.append("Only the beginning of its body is there.")
    params = data.get("params")
    if content_type.lower().startswith("multipart/form-data"):
        if raw.strip() and "boundary=" in content_type:
            read_form(request, raw, content_type)
        else:
            _read_params(request, params)
    elif body or not isinstance(params, list):
        request.body = body
    else:
        from urllib.parse import urlencode

        request.body = urlencode(_pairs(params))


def _read_params(request: ImportedRequest, params: Any) -> None:
    for one in params if isinstance(params, list) else []:
        if not isinstance(one, dict) or not isinstance(one.get("name"), str):
            continue
        if isinstance(one.get("fileName"), str):
            chosen_again(request, one["fileName"], one["name"])
        elif isinstance(one.get("value"), str):
            request.form.append(FormPart(one["name"], one["value"]))
