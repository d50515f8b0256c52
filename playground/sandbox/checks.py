"""Checking a request's body: each parameter's type and range, and that nothing unknown is in it.

Messages and codes follow the API's (`invalid_type`, `unknown_parameter`, `decimal_above_max_value`, ...), so that
what a client does with `error.param` can be tried here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

from playground.sandbox.errors import ApiError, bad_type, bad_value, missing, one_of

Json: TypeAlias = dict[str, Any]
Check: TypeAlias = Callable[[Any, str], None]


def anything(value: Any, param: str) -> None:
    """Taken as it is."""


def text(maximum: int | None = None, minimum: int = 0) -> Check:
    """A string of so many characters."""

    def check(value: Any, param: str) -> None:
        if not isinstance(value, str):
            raise bad_type(param, "a string", value)
        if maximum is not None and len(value) > maximum:
            raise bad_value(
                param,
                f"Invalid '{param}': string too long. Expected a string with maximum length {maximum}, but got a "
                f"string with length {len(value)} instead.",
                "string_above_max_length",
            )
        if len(value) < minimum:
            raise bad_value(
                param,
                f"Invalid '{param}': empty string. Expected a string with minimum length {minimum}, but got an "
                "empty string instead.",
                "empty_string",
            )

    return check


def boolean(value: Any, param: str) -> None:
    if not isinstance(value, bool):
        raise bad_type(param, "a boolean", value)


def mapping(value: Any, param: str) -> None:
    if not isinstance(value, dict):
        raise bad_type(param, "an object", value)


def array(value: Any, param: str) -> None:
    if not isinstance(value, list):
        raise bad_type(param, "an array", value)


def number(minimum: float | None = None, maximum: float | None = None) -> Check:
    """A decimal between two bounds, both included."""

    def check(value: Any, param: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise bad_type(param, "a decimal", value)
        _range(value, param, minimum, maximum, "decimal")

    return check


def integer(minimum: int | None = None, maximum: int | None = None) -> Check:
    """An integer between two bounds, both included."""

    def check(value: Any, param: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            raise bad_type(param, "an integer", value)
        _range(value, param, minimum, maximum, "integer")

    return check


def choice(*values: str) -> Check:
    """One of these strings."""

    def check(value: Any, param: str) -> None:
        if not isinstance(value, str):
            raise bad_type(param, "one of " + one_of(list(values)), value)
        if value not in values:
            raise bad_value(param, f"Invalid value: '{value}'. Supported values are: {one_of(list(values))}.")

    return check


def strings(value: Any, param: str) -> None:
    """An array of strings."""
    array(value, param)
    for index, entry in enumerate(value):
        if not isinstance(entry, str):
            raise bad_type(f"{param}[{index}]", "a string", entry)


def stop_texts(value: Any, param: str) -> None:
    """A string, or up to four of them."""
    if isinstance(value, str):
        return
    if not isinstance(value, list):
        raise bad_type(param, "a string or an array of strings", value)
    strings(value, param)
    if len(value) > 4:
        raise bad_value(
            param,
            f"Invalid '{param}': array too long. Expected an array with maximum length 4, but got an array with "
            f"length {len(value)} instead.",
            "array_above_max_length",
        )


def metadata(value: Any, param: str) -> None:
    """At most 16 pairs of strings; keys up to 64 characters, values up to 512."""
    mapping(value, param)
    if len(value) > 16:
        raise bad_value(
            param,
            f"Invalid '{param}': too many properties. Expected an object with at most 16 properties, but got an "
            f"object with {len(value)} properties instead.",
            "object_above_max_properties",
        )
    for key, entry in value.items():
        if len(key) > 64:
            raise bad_value(param, f"Invalid '{param}': the key '{key[:80]}' is longer than 64 characters.")
        text(512)(entry, f"{param}.{key}")


def fields(body: Mapping[str, Any], known: Mapping[str, Check], *, prefix: str = "", null: bool = True) -> None:
    """Check each member of an object. A null counts as left out (`null=True`)."""
    for name, value in body.items():
        param = f"{prefix}{name}"
        check = known.get(name)
        if check is None:
            raise ApiError(400, f"Unknown parameter: '{param}'.", param=param, code="unknown_parameter")
        if value is None and null:
            continue
        check(value, param)


def nested(known: Mapping[str, Check], required: Collection[str] = ()) -> Check:
    """An object with these members."""

    def check(value: Any, param: str) -> None:
        mapping(value, param)
        fields(value, known, prefix=f"{param}.")
        for name in required:
            if value.get(name) is None:
                raise missing(f"{param}.{name}")

    return check


def require(body: Mapping[str, Any], *names: str) -> None:
    """These members must be there, and not null."""
    for name in names:
        if body.get(name) is None:
            raise missing(name)


def _range(value: float, param: str, minimum: float | None, maximum: float | None, kind: str) -> None:
    if minimum is not None and value < minimum:
        raise bad_value(
            param,
            f"Invalid '{param}': {kind} below minimum value. Expected a value >= {minimum}, but got {value} instead.",
            f"{kind}_below_min_value",
        )
    if maximum is not None and value > maximum:
        raise bad_value(
            param,
            f"Invalid '{param}': {kind} above maximum value. Expected a value <= {maximum}, but got {value} instead.",
            f"{kind}_above_max_value",
        )
