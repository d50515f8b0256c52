"""A call of any method as a program: Python and JavaScript on the official packages, cURL after the exact request.

Each program makes this call, and reads `OPENAI_API_KEY` (for the organisation's methods `OPENAI_ADMIN_KEY` first) and,
where it is set, `OPENAI_BASE_URL` from the environment. Files are named by their paths.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from playground.core.catalog import Kind, MethodEntry
from playground.core.dryrun import WireRequest

if TYPE_CHECKING:
    from collections.abc import Callable

EXTRAS = ("extra_headers", "extra_query", "extra_body")


@dataclass(frozen=True, slots=True)
class CallRequest:
    """What a program is written from. `wire` is needed for cURL only: the request as a dry run made it."""

    entry: MethodEntry
    arguments: Mapping[str, Any] = field(repr=False)
    """As `playground call` has them: the path's parameters too, `"@path"` for a file, `extra_headers` and the like."""
    base_url: str
    stream: bool = False
    organization: str | None = None
    project: str | None = None
    wire: WireRequest | None = None

    @property
    def is_openai(self) -> bool:
        """Whether it goes where the SDK goes by itself."""
        return self.base_url.rstrip("/") == "https://api.openai.com/v1"

    def own(self) -> dict[str, Any]:
        """The arguments that the method knows, `stream` among them."""
        known = {parameter.name for parameter in self.entry.parameters}
        own = {name: value for name, value in self.arguments.items() if name in known}
        if self.stream and self.entry.can_stream:
            own["stream"] = True
        return own

    def extras(self) -> dict[str, dict[str, Any]]:
        """`extra_headers` and the like; what the method does not know goes to the query of a GET, else to the body."""
        given = self.arguments
        extras = {name: dict(given[name]) for name in EXTRAS if isinstance(given.get(name), Mapping) and given[name]}
        known = {parameter.name for parameter in self.entry.parameters} | {*EXTRAS, "timeout"}
        rest = {name: value for name, value in given.items() if name not in known}
        if rest:
            place = "extra_query" if self.entry.verb == "GET" else "extra_body"
            extras[place] = {**rest, **extras.get(place, {})}
        return extras

    def takes_file(self, name: str) -> bool:
        """Whether a parameter is a file, or a list of files."""
        return takes_file(self.entry, name)


_SEVERAL = re.compile(r"(poll|\.upload|_chunked|wait_for_processing)$")
_OTHER_ARGUMENTS = re.compile(r"(\.upload|upload_and_poll|_chunked)$")
"""Helpers that the package of npm has not, or with other arguments (openai 7.57 of npm)."""


def _has(language: str, request: CallRequest) -> bool:
    """Whether another language than Python has what a hand-written helper of the SDK does: cURL makes one request;
    how often a helper asks, and the like, is said in another way in JavaScript."""
    entry = request.entry
    if not entry.wraps or not _SEVERAL.search(entry.name):
        return True
    local = {parameter.name for parameter in entry.parameters if parameter.place == "local"}
    return language == "javascript" and not _OTHER_ARGUMENTS.search(entry.name) and not local & request.arguments.keys()


def takes_file(entry: MethodEntry, name: str) -> bool:
    """Whether a parameter of a method is a file, or a list of files."""
    parameter = entry.parameter(name)
    return parameter is not None and _is_file(parameter.schema)


def _is_file(schema: Any) -> bool:
    if isinstance(schema, Mapping):
        return schema.get("format") == "binary" or any(
            _is_file(schema[word]) for word in ("anyOf", "oneOf", "items") if word in schema
        )
    return isinstance(schema, list) and any(_is_file(one) for one in schema)


def file_paths(value: Any) -> list[str]:
    """The paths in a value that stands for one file or several."""
    values = value if isinstance(value, list) else [value]
    return [one[1:] for one in values if isinstance(one, str) and one.startswith("@")]


def call_program(language: str, request: CallRequest) -> str:
    """The call in `python`, `curl` or `javascript`. Raises KeyError for another language, ValueError where a method
    has no program in it."""
    if request.entry.kind is Kind.HELPER and language != "python":
        raise ValueError(f"{request.entry.name} is a helper of the Python SDK: only Python has it.")
    if request.entry.kind is Kind.WEBSOCKET and language == "curl":
        raise ValueError("cURL speaks no WebSocket messages: use Python or JavaScript.")
    if language != "python" and not _has(language, request):
        wrapped = request.entry.wraps
        raise ValueError(
            f"{request.entry.name} makes several requests: only Python has it. Others begin with {wrapped}."
        )
    modules = {"python": "call_python", "curl": "call_curl", "javascript": "call_javascript"}
    write: Callable[[CallRequest], str] = import_module(f"playground.core.codegen.{modules[language]}").write
    return write(request)
