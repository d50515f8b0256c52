"""Verb and path of each method, by calling it with a transport that goes nowhere. Imports the SDK when called."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import re
import sys
import warnings
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from playground.core.catalog.minimal import FILE, minimal_value
from playground.core.catalog.sdk import offline_client, walk

_PATIENCE = 2.0
"""Seconds for one method; helpers that wait for something to happen would wait for ever."""


@dataclass(frozen=True, slots=True)
class Wire:
    """What a method's first request looks like."""

    verb: str
    path: str
    """Below the base URL; `{name}` where a parameter goes."""
    query: Mapping[str, str]
    multipart: bool


class _Nowhere:
    """Takes the request and stops the call."""

    def __init__(self) -> None:
        self._wire: Wire | None = None

    def taken(self) -> Wire | None:
        """The request since the last time that this was asked."""
        wire, self._wire = self._wire, None
        return wire

    async def handle_async_request(self, request: Any) -> Any:
        import openai

        content_type = request.headers.get("content-type") or ""
        self.take(request.method, str(request.url), content_type.startswith("multipart/"))
        # The SDK tries again after every other error.
        raise openai.OpenAIError("stopped before the network")

    def take(self, verb: str, url: str, multipart: bool = False) -> None:
        parts = urlsplit(url)
        path = unquote(parts.path).removeprefix("/v1")
        self._wire = Wire(verb, path, dict(parse_qsl(parts.query, keep_blank_values=True)), multipart)

    def connect(self, url: object, *_arguments: object, **_options: object) -> Any:
        """In place of what opens a WebSocket."""
        import openai

        self.take("GET", str(url))
        raise openai.OpenAIError("stopped before the network")

    async def aclose(self) -> None:
        return

    async def __aenter__(self) -> _Nowhere:
        return self

    async def __aexit__(self, *_error: object) -> None:
        return


async def dry_run(
    entries: Mapping[str, dict[str, Any]], defs: Mapping[str, Any]
) -> tuple[dict[str, Wire], dict[str, str]]:
    """Of each method the wire, or why it makes no request."""
    nowhere = _Nowhere()
    client = offline_client(nowhere)
    bound = dict(walk(client))
    wires: dict[str, Wire] = {}
    reasons: dict[str, str] = {}
    with _no_sockets(nowhere):
        for name, entry in entries.items():
            reason = await _reason(_attempt(name, bound[name], dummies(entry, defs)))
            wire = nowhere.taken()
            if wire is None and not entry["generated"]:  # perhaps it opens the file itself
                await _reason(_attempt(name, bound[name], dummies(entry, defs, file=Path(__file__))))
                wire = nowhere.taken()
            if wire is not None:
                wires[name] = wire
            else:
                reasons[name] = reason
    await client.close()
    return wires, reasons


@contextlib.contextmanager
def _no_sockets(nowhere: _Nowhere) -> Iterator[None]:
    """What the SDK opens WebSockets with does nothing meanwhile: `websockets.asyncio.client.connect` (openai 3.52), or
    a class of its own above it (3.57)."""
    replaced = []
    for module, name in (("openai.lib._websocket", "_WebSocketConnect"), ("websockets.asyncio.client", "connect")):
        with contextlib.suppress(ImportError):
            __import__(module)
            if hasattr(sys.modules[module], name):
                replaced.append((sys.modules[module], name, getattr(sys.modules[module], name)))
    for holder, name, _ in replaced:
        setattr(holder, name, nowhere.connect)
    try:
        yield
    finally:
        for holder, name, was in replaced:
            setattr(holder, name, was)


async def _reason(attempt: Awaitable[None]) -> str:
    """Why it ended."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            await asyncio.wait_for(attempt, _PATIENCE)
    except Exception as error:
        return str(error).partition("\n")[0] or type(error).__name__
    return "it needs no server"


async def _attempt(name: str, method: Callable[..., Any], arguments: dict[str, Any]) -> None:
    result = method(**arguments)
    if inspect.isawaitable(result) and not hasattr(result, "__aenter__"):
        result = await result
    if hasattr(result, "__aenter__") and (name.endswith(("stream", "connect")) or not hasattr(result, "__aiter__")):
        async with result as result:
            if not hasattr(result, "__aiter__"):
                return
    if inspect.isawaitable(result):
        result = await result
    if hasattr(result, "__aiter__"):
        async for _ in result:
            break


def dummies(entry: Mapping[str, Any], defs: Mapping[str, Any], file: Path | None = None) -> dict[str, Any]:
    """Arguments that make a method send something: the smallest of the required, `{name}` for those of the path. Of a
    WebSocket every text, because all are part of its URL."""
    by_name = {parameter["name"]: parameter for parameter in entry["parameters"]}
    arguments: dict[str, Any] = {}
    for name in entry["required"][0]:
        parameter = by_name[name]
        if parameter["place"] == "path" or (parameter["place"] == "local" and parameter["id_kind"]):
            arguments[name] = "{" + name + "}"
        else:
            value = minimal_value(parameter["schema"], defs)
            arguments[name] = (file or (f"{name}.bin", b"x")) if value == FILE else value
    if entry["name"].endswith(".connect"):
        arguments |= {name: "{" + name + "}" for name, one in by_name.items() if one["schema"].get("type") == "string"}
    return arguments


def put_places(entry: dict[str, Any], wire: Wire) -> dict[str, str]:
    """Parameters that turned up in the path or the query; gives what the method puts into the query by itself."""
    fixed = dict(wire.query)
    for parameter in entry["parameters"]:
        mark = "{" + parameter["name"] + "}"
        if mark in wire.path:
            parameter["place"], parameter["wire"] = "path", parameter["name"]
        for key, value in wire.query.items():
            if value == mark:
                parameter["place"], parameter["wire"] = "query", key
            if parameter["place"] == "query" and key.partition("[")[0] == parameter["wire"]:
                fixed.pop(key, None)
    return fixed


def own_methods(methods: list[dict[str, Any]]) -> dict[str, str]:
    """{method: the one whose request it makes}, for helpers written by hand and for second methods of a resource."""
    by_request: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for method in methods:
        if method["verb"] and not method["name"].endswith(".connect"):
            key = method["verb"], re.sub(r"\{\w+\}", "{}", method["path"]), str(sorted(method["query"].items()))
            by_request.setdefault(key, []).append(method)
    found = {}
    for group in by_request.values():
        generated = [method for method in group if method["generated"]]
        if not generated:
            continue
        for method in group:
            folder = method["name"].rpartition(".")[0]
            best = min(
                generated,
                key=lambda one: (one["name"].rpartition(".")[0] != folder, bool(one["deprecated"]), group.index(one)),
            )
            same = best["name"].rpartition(".")[0] == folder
            if best is not method and (same or not method["generated"]):
                found[method["name"]] = best["name"]
    return found
