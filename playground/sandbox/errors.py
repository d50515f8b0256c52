"""Errors in the API's shape: `{"error": {"message", "type", "param", "code"}}`.

Types, codes and wordings follow what the API answers (recorded exchanges of 2025 and 2026); where the sandbox has
reasons of its own the words say so.
"""

from __future__ import annotations

from typing import Any

INVALID = "invalid_request_error"


class ApiError(Exception):
    """Ends a request with an error answer. `status` is the HTTP status."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        type: str = INVALID,
        param: str | None = None,
        code: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.type = type
        self.param = param
        self.code = code
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        return {"error": {"message": self.message, "type": self.type, "param": self.param, "code": self.code}}


def bad_value(param: str, message: str, code: str = "invalid_value") -> ApiError:
    """400: a parameter's value cannot be taken."""
    return ApiError(400, message, param=param, code=code)


def bad_type(param: str, expected: str, value: object) -> ApiError:
    """400: a parameter has the wrong JSON type."""
    return ApiError(
        400, f"Invalid type for '{param}': expected {expected}, but got {describe(value)} instead.", param=param,
        code="invalid_type",
    )  # fmt: skip


def missing(param: str) -> ApiError:
    return ApiError(
        400, f"Missing required parameter: '{param}'.", param=param, code="missing_required_parameter"
    )  # fmt: skip


def unsupported(param: str, message: str) -> ApiError:
    """400: the sandbox, or the engine, does not do what the parameter asks for."""
    return ApiError(400, message, param=param, code="unsupported_parameter")


def not_found(what: str, identifier: str, param: str | None = None) -> ApiError:
    """404: no such object, e.g. `not_found("Response", "resp_1")`."""
    return ApiError(404, f"{what} with id '{identifier}' not found.", param=param, code=None)


def one_of(values: list[str]) -> str:
    """'a', 'b', and 'c'."""
    quoted = [f"'{value}'" for value in values]
    if len(quoted) < 3:
        return " and ".join(quoted)
    return ", ".join(quoted[:-1]) + f", and {quoted[-1]}"


def describe(value: object) -> str:
    """A JSON value's type in words, as the API's messages have it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    for kind, words in ((str, "a string"), (int, "an integer"), (float, "a decimal"), (list, "an array")):
        if isinstance(value, kind):
            return words
    return "an object"
