"""Faults that meet a request before its handler does, and those of a plain answer's body."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
from aiohttp import web

from playground.sandbox import fault_error, fault_items
from playground.sandbox.contents import PIECE, Download
from playground.sandbox.errors import INVALID, ApiError
from playground.sandbox.fault_streams import cut_off, spoilt
from playground.sandbox.faults import ATTEMPT, HEADER, Faults, note, parse_header
from playground.sandbox.ratelimit import duration

GENERATIONS = ("/v1/responses", "/v1/chat/completions", "/v1/completions")
BODY_FAULTS = ("cut", "stall", "invalid-json", "invalid-utf8", "error-object", *fault_items.NAMES)
PAGE = f"""<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<p>The proxy got no answer from the server behind it. {note("html-502")}</p>
<hr><center>nginx</center>
</body>
</html>
"""
Make = Callable[[float], ApiError]


def meeting(request: web.BaseRequest, server: Faults) -> Faults:
    """The faults that a request meets: those it asks for, then those that are on. Raises ApiError (400)."""
    try:
        asked = parse_header(request.headers.getall(HEADER, []))
    except ValueError as error:
        raise ApiError(400, str(error), param=HEADER, code="invalid_value") from None
    sockets = request.headers.get("Upgrade", "").lower() == "websocket"
    generation = sockets or (request.method == "POST" and request.path in GENERATIONS)
    before = request.headers.get(ATTEMPT, "0")
    number = int(before) + 1 if before.isascii() and before.isdigit() else 1
    return Faults([*asked, *server.meeting(generation=generation)]).at(number)


async def before(request: web.BaseRequest, faults: Faults) -> web.Response | None:
    """What is answered in the handler's place, if anything. Raises ApiError."""
    delay = faults.get("latency")
    if delay:
        await asyncio.sleep(delay)
    asked = fault_error.asked(request)
    if asked is not None:
        return asked
    for fault in faults:
        if fault.kind.name == "html-502":
            return web.Response(status=502, text=PAGE, content_type="text/html", headers={"Server": "nginx"})
        make = _ERRORS.get(fault.kind.name)
        if make is not None:
            raise make(fault.value)
    return None


async def after(request: web.Request, response: web.StreamResponse, faults: Faults) -> web.StreamResponse:
    """A plain answer as the faults would have it; every other is given back as it is."""
    faults = faults.of(BODY_FAULTS)
    if isinstance(response, Download) and ("cut" in faults or "stall" in faults):
        return await _half_of_file(request, response, stall="stall" in faults)
    if not faults or not isinstance(response, web.Response) or response.status >= 400 or response.prepared:
        return response
    data = bytes(response.body or b"") if isinstance(response.body, bytes | bytearray) else b""
    if response.content_type != "application/json" or not data:
        return response
    if "error-object" in faults:
        words = f"The server had an error while it processed your request. {note('error-object')}"
        data = orjson.dumps(ApiError(200, words, type="server_error", code="server_error").body())
    elif faults.of(fault_items.NAMES):
        body = orjson.loads(data)
        if fault_items.add_to(body, faults):
            data = await asyncio.to_thread(orjson.dumps, body)
    if "invalid-json" in faults:
        data = data[: len(data) // 2]
    if "invalid-utf8" in faults:
        data = spoilt(data)
    if "cut" in faults or "stall" in faults:
        return await _half(request, data, stall="stall" in faults)
    response.body = data
    return response


async def _half(request: web.Request, data: bytes, *, stall: bool) -> web.StreamResponse:
    """Half the body; then the end of the connection, or nothing."""
    headers = {"Content-Type": "application/json", "Content-Length": str(len(data))}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    await response.write(data[: len(data) // 2])
    if stall:
        await asyncio.Event().wait()  # until the client goes, or the server stops
    cut_off(request)
    return response


async def _half_of_file(request: web.Request, download: Download, *, stall: bool) -> web.StreamResponse:
    """The first half of a file, or of the range of it that is asked for."""
    size = download.path.stat().st_size
    try:
        asked = request.http_range
        start, end, _ = slice(asked.start, asked.stop).indices(size)
    except ValueError:
        start, end = 0, size
    status = 206 if start or end < size else 200
    headers = {**download.named, "Content-Length": str(end - start)}
    if status == 206:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    response = web.StreamResponse(status=status, headers=headers)
    await response.prepare(request)
    with download.path.open("rb") as file:
        file.seek(start)
        left = (end - start) // 2
        while left and (piece := file.read(min(left, PIECE))):
            await response.write(piece)
            left -= len(piece)
    if stall:
        await asyncio.Event().wait()  # until the client goes, or the server stops
    cut_off(request)
    return response


def _error(status: int, words: str, name: str, **more: Any) -> Make:
    def make(_value: float) -> ApiError:
        return ApiError(status, f"{words} {note(name)}", **more)

    return make


def _wait(status: int, words: str, name: str, **more: Any) -> Make:
    def make(value: float) -> ApiError:
        seconds = f"{value:g}"
        said = f"{words.format(seconds=seconds)} {note(name)}"
        headers = {"Retry-After": seconds}
        if status == 429:
            headers |= {
                "x-ratelimit-limit-requests": "3",
                "x-ratelimit-remaining-requests": "0",
                "x-ratelimit-reset-requests": duration(value),
            }
        return ApiError(status, said, headers=headers, **more)

    return make


_ERRORS: dict[str, Make] = {
    "401": _error(
        401, "Incorrect API key provided: sk-***. You can find your API key where the account is managed.", "401",
        type=INVALID, code="invalid_api_key",
    ),
    "403": _error(
        403, "You have insufficient permissions for this operation. Missing scopes: model.request.", "403",
        type=INVALID, code="missing_scope",
    ),
    "404": _error(
        404, "The model does not exist or you do not have access to it.", "404", param="model", code="model_not_found",
    ),
    "429": _wait(
        429, "Rate limit reached for requests per min: limit 3, used 3, requested 1. Please try again in {seconds}s.",
        "429", type="requests", code="rate_limit_exceeded",
    ),
    "quota": _error(
        429, "You exceeded your current quota, please check your plan and billing details.", "quota",
        type="insufficient_quota", code="insufficient_quota",
    ),
    "500": _error(
        500, "The server had an error while processing your request. Sorry about that!", "500",
        type="server_error", code="server_error",
    ),
    "503": _wait(
        503, "That model is currently overloaded with other requests. Please try again in {seconds}s.", "503",
        type="service_unavailable_error", code="server_is_overloaded",
    ),
}  # fmt: skip
