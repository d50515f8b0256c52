"""Any error that a server can answer with: a request describes it in its own header."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from playground.sandbox.errors import ApiError
from playground.sandbox.ids import new_id

HEADER = "X-Sandbox-Error"
"""JSON: `{"status", "type", "code", "param", "message", "headers"}`; only `status` must be there: 300 to 599, or 200
for a stream that fails."""
NOTE = "(Made by the sandbox: the request asked for it.)"
_TEXTS = ("type", "code", "param", "message")


def asked(request: web.BaseRequest) -> web.Response | None:
    """The answer with which a request asks to fail; None where it does not. Raises ApiError: the error that it asks
    for, or one (400) that says what is wrong with its asking."""
    text = request.headers.get(HEADER)
    if text is None:
        return None
    try:
        error = _error(json.loads(text))
    except (ValueError, RecursionError) as wrong:
        raise ApiError(400, f"{HEADER} cannot be used: {wrong}", param=HEADER, code="invalid_value") from None
    if error.status != 200:
        raise error
    event = {"type": "error", "sequence_number": 0, **error.body()["error"]}
    if request.path != "/v1/responses":
        event = error.body()
    elif error.code is not None:
        failed = {"id": new_id("resp"), "object": "response", "status": "failed", "output": [],
                  "error": {"code": error.code, "message": error.message}}  # fmt: skip
        event = {"type": "response.failed", "sequence_number": 0, "response": failed}
    name = f"event: {event['type']}\n" if "type" in event else ""
    stream = f"{name}data: {json.dumps(event)}\n\n".encode()
    return web.Response(body=stream, headers={"Content-Type": "text/event-stream; charset=utf-8", **error.headers})


def _error(asked: Any) -> ApiError:
    """Raises ValueError in words."""
    if not isinstance(asked, dict):
        raise ValueError("it is no JSON object.")
    unknown = sorted(set(asked) - {"status", "headers", *_TEXTS})
    if unknown:
        raise ValueError(f"there is no “{unknown[0]}”.")
    status, headers = asked.get("status"), asked.get("headers", {})
    if not isinstance(status, int) or not (300 <= status <= 599 or status == 200):
        raise ValueError("“status” is a number from 300 to 599, or 200 for a stream that fails.")
    if not isinstance(headers, dict) or not all(_is_line(value) for value in (*headers, *headers.values())):
        raise ValueError("“headers” is an object of texts.")
    texts = {name: asked.get(name) for name in _TEXTS}
    if not all(value is None or isinstance(value, str) for value in texts.values()):
        raise ValueError(f"{', '.join(_TEXTS)} are texts.")
    message = " ".join(filter(None, (texts.pop("message"), NOTE)))
    error = ApiError(status, message, param=texts["param"], code=texts["code"], headers=dict(headers))
    error.type = texts["type"]  # type: ignore[assignment]  # servers leave it out, too
    return error


def _is_line(value: object) -> bool:
    return isinstance(value, str) and value.isprintable()
