"""Which fields of a body the installed SDK's methods know as parameters."""

from __future__ import annotations

import inspect
from functools import cache
from importlib import import_module

_PLACES = {
    "responses.create": ("openai.resources.responses.responses", "Responses"),
    "chat.completions.create": ("openai.resources.chat.completions.completions", "Completions"),
}
_COMMON = frozenset({"self", "extra_headers", "extra_query", "extra_body", "timeout"})


@cache
def parameters(method: str) -> frozenset[str]:
    """The parameters of a method that become fields of the body. Imports the SDK: 0.3 s the first time. Raises KeyError
    for a method that no program is written for."""
    module, name = _PLACES[method]
    function = getattr(import_module(module), name).create
    return frozenset(inspect.signature(inspect.unwrap(function)).parameters) - _COMMON
