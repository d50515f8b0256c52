"""The SDK's helpers above its methods: `create_and_poll`, `upload_and_poll`, `stream`, `upload_file_chunked`, …

Written by hand in the SDK, they make several requests, or read one for long, and give Python objects; what comes back
here is these as JSON. Each request is recorded, as always.
"""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import os
import typing
import warnings
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import IO, Any

from playground.core.calls import Content, Method, UsageProblem, arguments_of
from playground.core.catalog.sdk import is_generated
from playground.core.errors import Problem


def helper_of(client: Any, name: str) -> Method | None:
    """The helper of that name; None where it is none: a method that makes one request, a WebSocket, or nothing."""
    from openai._resource import AsyncAPIResource

    place: Any = client
    *folders, last = name.split(".")
    for folder in folders:
        place = None if folder.startswith(("_", "with_")) else getattr(place, folder, None)
        if not isinstance(place, AsyncAPIResource):
            return None
    function = None if last.startswith(("_", "with_")) or place is client else getattr(place, last, None)
    if last == "connect" or not callable(function) or isinstance(function, AsyncAPIResource):
        return None
    return None if is_generated(name, function) else Method(name, function, function)


async def call_helper(helper: Method, body: Mapping[str, Any]) -> Any:
    """Call a helper, inside of `Session.calling`. Gives JSON, a `Content` for bytes, or an async iterator of events, to
    be closed with `aclose`.

    Raises UsageProblem, OSError for files, the SDK's errors.
    """
    async with contextlib.AsyncExitStack() as opened:
        files = opened.enter_context(contextlib.ExitStack())
        arguments = arguments_of(helper, _with_paths(helper, body), files)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            try:
                result = helper.function(**arguments)
                if inspect.isawaitable(result) and not hasattr(result, "__aenter__"):
                    result = await result
            except (AttributeError, TypeError) as error:
                raise _python_only(helper.name, error) from error
            if hasattr(result, "__aenter__"):
                result = await opened.enter_async_context(result)  # here it is sent
            if hasattr(result, "__aiter__"):
                return _events(result, opened.pop_all())
        return as_json(result)


def _python_only(name: str, error: Exception) -> UsageProblem:
    return UsageProblem(
        Problem(
            f"“{name}” cannot take this",
            f"It is a helper of the SDK for Python programs, and says: {error}",
            "Give other arguments, or use the methods that it calls.",
            "Not as it is.",
            type="usage",
        )
    )


def _with_paths(helper: Method, body: Mapping[str, Any]) -> dict[str, Any]:
    """`"@path"` as a path where a helper opens the file itself."""
    hints = typing.get_type_hints(inspect.unwrap(helper.function))
    return {
        name: Path(value[1:]).expanduser()
        if isinstance(value, str) and value.startswith("@") and _is_path(hints.get(name))
        else value
        for name, value in body.items()
    }


def _is_path(hint: Any) -> bool:
    """Whether a parameter takes a path, but no open file."""
    parts = [typing.get_origin(part) or part for part in (typing.get_args(hint) or (hint,))]
    return os.PathLike in parts and IO not in parts and tuple not in parts


async def _events(result: Any, opened: contextlib.AsyncExitStack) -> AsyncIterator[dict[str, Any]]:
    async with opened:
        async for event in result:
            value = as_json(event)
            yield value if isinstance(value, dict) else {"event": type(event).__name__, "data": value}


def as_json(value: Any) -> Any:
    """What a helper gives, as JSON; a `Content` for bytes."""
    if hasattr(value, "to_dict"):
        return value.to_dict(mode="json", warnings=False)
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", warnings=False)
    if isinstance(value, Mapping):
        return {str(name): as_json(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(one) for one in value]
    if isinstance(value, bytes):
        return Content(value, "application/octet-stream")
    if isinstance(getattr(value, "content", None), bytes):
        return Content(value.content, "application/octet-stream")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
