"""Any error that a server can answer with: a request describes it in its own header."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from playground.sandbox.errors import ApiError

HEADER = "X-Sandbox-Error"
"""JSON: `{"status", "type", "code", "param", "message", "headers"}`; only `status` (400 to 599) must be there."""
NOTE = "(Made by the sandbox: the request asked for it.)"
_TEXTS = ("type", "code", "param", "message")


def asked(request: web.BaseRequest) -> ApiError | None:
    """The error that a request asks for, or the one (400) that says what is wrong with its asking; None: neither."""
    text = request.headers.get(HEADER)
    if text is None:
        return None
    try:
        return _error(json.loads(text))
    except ValueError as error:
        return ApiError(400, f"{HEADER} cannot be used: {error}", param=HEADER, code="invalid_value")


def _error(asked: Any) -> ApiError:
    """Raises ValueError in words."""
    if not isinstance(asked, dict):
        raise ValueError("it is no JSON object.")
    unknown = sorted(set(asked) - {"status", "headers", *_TEXTS})
    if unknown:
        raise ValueError(f"there is no “{unknown[0]}”.")
    status, headers = asked.get("status"), asked.get("headers", {})
    if not isinstance(status, int) or not 400 <= status <= 599:
        raise ValueError("“status” is a number from 400 to 599.")
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
