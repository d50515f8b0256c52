"""The installed SDK, looked at: its methods, their parameters and their docstrings. Imports the SDK when called."""

from __future__ import annotations

import inspect
import typing
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from playground.core.catalog.words import parameter_help

COMMON = ("extra_headers", "extra_query", "extra_body", "timeout")
_HIDDEN = frozenset({"self", *COMMON})


def offline_client(transport: Any = None) -> Any:
    """A client with a key for everything and a base URL that leads nowhere."""
    import httpx2
    import openai

    made = httpx2.AsyncClient(transport=transport, trust_env=False) if transport is not None else None
    return openai.AsyncOpenAI(
        api_key="none", admin_api_key="none", organization="none", project="none", base_url="http://dry.invalid/v1",
        max_retries=0, webhook_secret="none", http_client=made,
    )  # fmt: skip


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


def is_generated(name: str, method: Callable[..., Any]) -> bool:
    """Whether a bound method makes one request: it has a twin that gives the raw answer. Others are written by hand."""
    twins = getattr(getattr(method, "__self__", None), "with_streaming_response", None)
    return hasattr(twins, name.rpartition(".")[2])


def plain(method: Callable[..., Any]) -> Callable[..., Any]:
    """The function below decorators and bindings."""
    function = inspect.unwrap(method)
    found: Callable[..., Any] = getattr(function, "__func__", function)
    return found


def own_parameters(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Those that not every method has."""
    kinds = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    parameters = inspect.signature(function).parameters
    return {name: found for name, found in parameters.items() if name not in _HIDDEN and found.kind not in kinds}


def alternatives(function: Callable[..., Any]) -> list[tuple[str, ...]]:
    """The names that must be given: one set for each overload, smaller ones in place of those that hold them."""
    variants = typing.get_overloads(function) or [function]
    sets = []
    for variant in variants:
        needed = tuple(
            name for name, found in own_parameters(variant).items() if found.default is inspect.Parameter.empty
        )
        if needed not in sets:
            sets.append(needed)
    sets.sort(key=lambda names: "model" not in names)  # of several ways, the one that asks a model something
    return [one for one in sets if not any(set(other) < set(one) for other in sets)] or [()]


def documented(function: Callable[..., Any]) -> tuple[str, dict[str, str]]:
    """The docstring and the help of each parameter. Methods with overloads have theirs there, and none of their own
    (openai 3.52 to 3.57)."""
    texts = [inspect.getdoc(one) or "" for one in (function, *typing.get_overloads(function))]
    doc = next((text for text in texts if text), "")
    helps: dict[str, str] = {}
    for text in texts:
        for name, words in parameter_help(text).items():
            helps.setdefault(name, words)
    return doc, helps


def text_of(function: Callable[..., Any]) -> str:
    """Its source text; empty where that cannot be had."""
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return ""
