"""The SDK as data: what each public method is, takes and gives. Nothing here imports the SDK."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a method does on the wire. A create that can also stream is a CALL with `can_stream`."""

    CALL = "call"
    LIST = "list"
    STREAM = "stream"
    UPLOAD = "upload"
    DOWNLOAD = "download"
    WEBSOCKET = "websocket"
    HELPER = "helper"
    """It makes no one request: it works on what others got, or makes several."""


@dataclass(frozen=True, slots=True)
class ParameterEntry:
    """One keyword argument of a method."""

    name: str
    """The SDK's keyword."""
    wire: str
    """Its name on the wire; differs for a few."""
    place: str
    """`path`, `query`, `body`, `header`, `form` (a field or file of a multipart body), or `local` (never sent)."""
    schema: dict[str, Any]
    """JSON Schema 2020-12; may refer to `#/$defs/NAME` of the catalogue's pool. A file is a string of format binary."""
    help: str
    required: bool
    """By every alternative."""
    id_kind: str = ""
    """`file`, `response`, `batch`, …, where the value is the ID of such an object."""


@dataclass(frozen=True, slots=True)
class MethodEntry:
    """One public method of the SDK."""

    name: str
    """`responses.create`"""
    kind: Kind
    can_stream: bool
    verb: str
    """`POST`; empty for helpers."""
    path: str
    """`/responses/{response_id}`, below the base URL; the placeholders are names of parameters."""
    summary: str
    """One sentence."""
    doc: str
    """The docstring but for what it says of the parameters, which they have themselves; Markdown."""
    parameters: tuple[ParameterEntry, ...]
    required: tuple[tuple[str, ...], ...]
    """Alternatives: one of these sets of names must be given. At least one, perhaps empty."""
    returns: str
    """The name of the SDK's class."""
    headers: Mapping[str, str]
    """What the method itself sends, e.g. `OpenAI-Beta`."""
    deprecated: str
    """The reason in the SDK's words; empty where it is not."""
    successor: str
    """The name of the method to use instead; empty where none is named."""
    multipart: bool
    binary: bool
    """The answer is a file's bytes."""
    admin: bool
    """It needs an admin key."""
    destructive: bool
    """It ends, removes or replaces something, or makes a key: ask first."""
    query: Mapping[str, str] = field(default_factory=dict)
    """What the method itself puts into the query: `beta=true`."""
    generated: bool = True
    """It makes one request, whose raw answer can be had (`playground.core.calls`). Others are written by hand above
    such methods."""
    wraps: str = ""
    """The method whose request it makes (of several, the first), where it is not the one that is meant for that."""

    def parameter(self, name: str) -> ParameterEntry | None:
        return next((entry for entry in self.parameters if entry.name == name), None)

    @property
    def path_parameters(self) -> tuple[str, ...]:
        """In the order of the path."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))


@dataclass(frozen=True, slots=True)
class Family:
    """A group in the tree: methods of its own, then families below it."""

    id: str
    """The resource's dotted name; `~administration` and the like where we group."""
    title: str
    methods: tuple[str, ...] = ()
    children: tuple[Family, ...] = ()

    def walk(self) -> Iterator[Family]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Hit:
    """One find of a search."""

    name: str
    score: int
    words: str
    """What was found, where it is not the name: a parameter, the path, words of the summary."""
