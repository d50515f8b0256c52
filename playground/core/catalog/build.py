"""Building the catalogue from the installed SDK by introspection.

It takes some ten seconds of a processor and holds the interpreter throughout: run it in a process of its own
(`python -m playground.core.catalog`).
"""

from __future__ import annotations

import asyncio
import inspect
import re
import typing
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

from playground.core.catalog.families import families_of, order_of
from playground.core.catalog.hints import document_fields, import_all_types, schema_of
from playground.core.catalog.ids import id_kind
from playground.core.catalog.minimal import minimal_value
from playground.core.catalog.model import Kind
from playground.core.catalog.pool import Pool
from playground.core.catalog.source import STANDARD, Source, read_source
from playground.core.catalog.words import deprecation, parameter_help, successor_of, summary_of

COMMON = ("extra_headers", "extra_query", "extra_body", "timeout")
_HIDDEN = frozenset({"self", *COMMON})
_SIBLINGS = ("create", "create_and_run", "submit_tool_outputs")
"""Methods whose parameters the helpers beside them (`parse`, `stream`, `create_and_poll`) pass on."""


def build() -> dict[str, Any]:
    """The catalogue as JSON: {"sdk", "methods", "defs", "families", "problems"}. Imports the SDK; sends nothing."""
    import openai

    import_all_types()
    document_fields()
    pool = Pool()
    problems: list[dict[str, str]] = []
    found = dict(walk(_client(None)))
    entries = {}
    for name in sorted(found, key=lambda name: order_of(name, list(found).index(name))):
        entries[name] = _entry(name, found, pool, problems)
    wires = asyncio.run(_dry(entries, pool.defs, problems))
    methods = [_described(entry, wires.get(name)) for name, entry in entries.items()]
    return {
        "sdk": openai.__version__,
        "methods": methods,
        "defs": pool.defs,
        "families": families_of([method["name"] for method in methods]),
        "problems": problems,
    }


def _client(transport: Any) -> Any:
    import httpx2
    import openai

    made = httpx2.AsyncClient(transport=transport, trust_env=False) if transport is not None else None
    client = openai.AsyncOpenAI(
        api_key="none", admin_api_key="none", organization="none", project="none", base_url="http://dry.invalid/v1",
        max_retries=0, webhook_secret="none", http_client=made,
    )  # fmt: skip
    return client


def walk(resource: Any, prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public method below a client, by its dotted name."""
    from openai._resource import AsyncAPIResource

    for name in dir(type(resource)):
        if name.startswith(("_", "with_")):
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value = getattr(resource, name)
        except Exception:
            continue
        if isinstance(value, AsyncAPIResource):
            yield from walk(value, f"{prefix}{name}.")
        elif callable(value) and prefix:
            yield f"{prefix}{name}", value


def plain(method: Callable[..., Any]) -> Callable[..., Any]:
    """The function below decorators and bindings."""
    function = inspect.unwrap(method)
    found: Callable[..., Any] = getattr(function, "__func__", function)
    return found


def _own(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    kinds = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    parameters = inspect.signature(function).parameters
    return {name: found for name, found in parameters.items() if name not in _HIDDEN and found.kind not in kinds}


def _alternatives(function: Callable[..., Any]) -> list[tuple[str, ...]]:
    """The names that must be given: one set for each overload, smaller ones in place of those that hold them."""
    variants = typing.get_overloads(function) or [function]
    sets = []
    for variant in variants:
        needed = tuple(name for name, found in _own(variant).items() if found.default is inspect.Parameter.empty)
        if needed not in sets:
            sets.append(needed)
    sets.sort(key=lambda names: "model" not in names)  # of several ways, the one that asks a model something
    return [one for one in sets if not any(set(other) < set(one) for other in sets)] or [()]


def _entry(name: str, found: dict[str, Any], pool: Pool, problems: list[dict[str, str]]) -> dict[str, Any]:
    function = plain(found[name])
    doc = next((text for text in map(inspect.getdoc, [function, *typing.get_overloads(function)]) if text), "")
    source = read_source(function)
    text = _text(function)
    beside = _beside(name, found)
    sibling = read_source(plain(found[beside])) if beside else Source()
    below = _text(plain(found[beside])) if beside else ""
    try:
        hints = typing.get_type_hints(function, include_extras=True)
    except Exception as error:
        hints = {}
        problems.append({"method": name, "parameter": "", "reason": f"no type hints: {error}"})
    helps = parameter_help(doc)
    alternatives = _alternatives(function)
    parameters = []
    for keyword in _own(function):
        place, wire = source.place(keyword)
        if _in_path(keyword, text) or (not place and _in_path(keyword, below)):
            place, wire = "path", keyword
        if not place:
            place, wire = sibling.place(keyword)
        parameters.append(
            {
                "name": keyword,
                "wire": wire,
                "place": place or "local",
                "schema": _schema(name, keyword, hints.get(keyword, Any), pool, problems),
                "help": helps.get(keyword, ""),
                "required": all(keyword in needed for needed in alternatives),
                "id_kind": id_kind(name, keyword),
            }
        )
    returned = str(inspect.unwrap(function).__annotations__.get("return", ""))
    return {
        "name": name,
        "function": found[name],
        "doc": doc,
        "summary": summary_of(doc, name),
        "parameters": parameters,
        "required": alternatives,
        "returns": _returned(returned),
        "list": "AsyncPaginator" in returned or "_get_api_list" in function.__code__.co_names,
        "binary": "BinaryResponseContent" in returned,
        "multipart": source.multipart,
        "headers": source.sent,
        "deprecated": deprecation(function, doc),
    }


def _in_path(keyword: str, text: str) -> bool:
    return re.search(rf"path_template\([^)]*\b{keyword}={keyword}\b", text) is not None


def _beside(name: str, found: dict[str, Any]) -> str:
    folder, _, last = name.rpartition(".")
    for other in _SIBLINGS:
        if other != last and f"{folder}.{other}" in found:
            return f"{folder}.{other}"
    return ""


def _text(function: Callable[..., Any]) -> str:
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return ""


def _returned(annotation: str) -> str:
    """The class that a method gives, by its last name."""
    inner = re.sub(r"^Async(?:Paginator|Stream)\[", "", annotation)
    names = re.findall(r"[A-Za-z_][\w.]*", inner)
    return names[0].rpartition(".")[2] if names else ""


def _schema(method: str, name: str, hint: Any, pool: Pool, problems: list[dict[str, str]]) -> dict[str, Any]:
    defs: dict[str, Any] = {}
    try:
        return pool.add(schema_of(hint, defs), defs)
    except Exception as error:
        reason = str(error).split("\n", 1)[0].strip()
        problems.append({"method": method, "parameter": name, "reason": f"Python only: {reason}"})
        return {"x-python": getattr(hint, "__name__", str(hint))[:200]}


# ---- verb and path, by calling each method with a transport that goes nowhere


class _Stopped(Exception):
    pass


class _Nowhere:
    """Takes the request and stops the call."""

    def __init__(self) -> None:
        self.request: Any = None

    async def handle_async_request(self, request: Any) -> Any:
        import openai

        self.request = request
        raise openai.OpenAIError("stopped before the network")

    async def aclose(self) -> None:
        return

    async def __aenter__(self) -> _Nowhere:
        return self

    async def __aexit__(self, *_error: object) -> None:
        return


async def _dry(
    entries: dict[str, dict[str, Any]], defs: dict[str, Any], problems: list[dict[str, str]]
) -> dict[str, tuple[str, str, dict[str, str]]]:
    """Verb, path and the headers of its own, of each method that makes a request."""
    nowhere = _Nowhere()
    client = _client(nowhere)
    bound = dict(walk(client))
    wires = {}
    for name, entry in entries.items():
        nowhere.request = None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                await asyncio.wait_for(_attempt(name, bound[name], dummies(entry, defs)), 2)
        except Exception as error:
            if nowhere.request is None:
                problems.append({"method": name, "parameter": "", "reason": f"makes no request by itself: {error}"})
        if nowhere.request is not None:
            wires[name] = _wire(nowhere.request)
    await client.close()
    return wires


async def _attempt(name: str, method: Callable[..., Any], arguments: dict[str, Any]) -> None:
    result = method(**arguments)
    if inspect.isawaitable(result):
        result = await result
    if name.endswith(".connect"):
        raise _Stopped("it opens a WebSocket")
    if hasattr(result, "__aenter__") and (name.endswith("stream") or not hasattr(result, "__aiter__")):
        async with result as result:
            if not hasattr(result, "__aiter__"):
                return
    if hasattr(result, "__aiter__"):
        async for _ in result:
            break


def dummies(entry: dict[str, Any], defs: dict[str, Any]) -> dict[str, Any]:
    """Arguments that make a method send something: the smallest of the required, `{name}` for those of the path."""
    by_name = {parameter["name"]: parameter for parameter in entry["parameters"]}
    arguments: dict[str, Any] = {}
    for name in entry["required"][0]:
        parameter = by_name[name]
        if parameter["place"] == "path" or (parameter["place"] == "local" and parameter["id_kind"]):
            arguments[name] = "{" + name + "}"
        else:
            value = minimal_value(parameter["schema"], defs)
            arguments[name] = (f"{name}.bin", b"x") if value == "@file" else value
    return arguments


def _wire(request: Any) -> tuple[str, str, dict[str, str]]:
    path = unquote(str(request.url.raw_path.partition(b"?")[0], "ascii")).removeprefix("/v1")
    return request.method, path, {}


def _described(entry: dict[str, Any], wire: tuple[str, str, dict[str, str]] | None) -> dict[str, Any]:
    name, last = entry["name"], entry["name"].rpartition(".")[2]
    verb, path, _ = wire or ("", "", {})
    for parameter in entry["parameters"]:  # a helper's parameter that another method puts into the path
        if "{" + parameter["name"] + "}" in path:
            parameter["place"] = "path"
    streams = any(parameter["name"] == "stream" for parameter in entry["parameters"])
    if last == "connect":
        kind, verb, path = Kind.WEBSOCKET, "GET", path or connect_path(name, entry)
    elif not verb:
        kind = Kind.HELPER
    elif entry["binary"]:
        kind = Kind.DOWNLOAD
    elif entry["multipart"]:
        kind = Kind.UPLOAD
    elif entry["list"]:
        kind = Kind.LIST
    else:
        kind = Kind.CALL
    if kind is Kind.CALL and not streams and last.endswith("stream"):
        kind = Kind.STREAM
    return {
        **{key: entry[key] for key in ("name", "summary", "doc", "parameters", "returns", "binary", "multipart")},
        "headers": {key: value for key, value in entry["headers"].items() if key not in STANDARD},
        "kind": kind.value,
        "can_stream": streams,
        "verb": verb,
        "path": path,
        "required": [list(needed) for needed in entry["required"]],
        "deprecated": entry["deprecated"],
        "successor": successor_of(name, entry["deprecated"]),
        "admin": name.startswith("admin."),
        "destructive": is_destructive(name, verb),
    }


def connect_path(name: str, entry: dict[str, Any]) -> str:
    """The path of a WebSocket, read from the text of its manager: `base_url.raw_path.rstrip(b"/") + b"/realtime"`."""
    import sys

    function = plain(entry["function"])
    text = inspect.getsource(sys.modules[function.__module__])
    owner = function.__qualname__.rpartition(".")[0]
    at = text.find(f"class {owner}ConnectionManager")
    text = text[at:] if at >= 0 else text[text.find(f"class {owner}") :]
    found = re.search(r'rstrip\(b"/"\) \+ b"(/[^"]*)"|/v1(/[a-z_/{}]+)|_prepare_url|path_template\("(/[^"]+)"', text)
    path = next((group for group in (found.groups() if found else ()) if group), "")
    return path or "/" + name.removesuffix(".connect").removeprefix("beta.").replace(".", "/")


_ENDING = frozenset({"cancel", "archive", "delete", "revoke", "deactivate", "remove", "reject", "refuse", "hangup"})
_KEYS = frozenset({"admin_api_keys.create", "service_accounts.create", "api_keys.create", "client_secrets.create"})


def is_destructive(name: str, verb: str) -> bool:
    """Whether it ends, removes or exposes something."""
    last = name.rpartition(".")[2]
    return verb == "DELETE" or last in _ENDING or ".".join(name.split(".")[-2:]) in _KEYS - {"client_secrets.create"}
