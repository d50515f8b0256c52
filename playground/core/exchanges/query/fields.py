"""The fields of the query language: the one table from which parsing, completion and help are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "path", "status", "number", "money", "duration", "since", "until", "flag", "tag", "id"]
"""What a field's values are."""
COMPARED: frozenset[Kind] = frozenset({"status", "number", "money", "duration"})
"""Kinds that can be greater or less than something."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: what it is called, what it holds, and which column answers it."""

    name: str
    kind: Kind
    column: str
    """Of the table `exchanges`; empty where another table answers."""
    words: str
    """What it finds, as completion says it."""
    example: str
    others: tuple[str, ...] = ()
    """Other names for it."""
    suggested: tuple[str, ...] = ()
    """Values that completion offers first."""


FIELDS: tuple[Field, ...] = (
    Field("status", "status", "status", "HTTP status, or how it ended", "status:429, status>=400, status:4xx, "
          "status:stopped", suggested=("200", "400", "401", "404", "429", "500", "503", "4xx", "5xx", "open", "done",
                                       "failed", "stopped", "cut")),
    Field("model", "text", "model", "the model that was asked for", "model:gpt-*"),
    Field("code", "text", "error_code", "the error's code", "code:insufficient_quota", ("error",)),
    Field("path", "path", "path", "the beginning of the path below the base URL", "path:/files"),
    Field("method", "text", "method", "the HTTP verb", "method:POST", ("verb",),
          ("GET", "POST", "DELETE", "PUT", "PATCH")),
    Field("sdk", "text", "sdk_method", "the SDK's method", "sdk:responses.create"),
    Field("profile", "text", "profile", "the profile's name", 'profile:"My work"'),
    Field("origin", "text", "origin", "the part of the program that made the call", "origin:compose", ("from",)),
    Field("since", "since", "started_at", "begun at that time or later",
          "since:2h, since:today, since:2026-11-27T15:00", ("after",),
          ("10m", "1h", "2h", "24h", "7d", "30d", "today", "yesterday")),
    Field("until", "until", "started_at", "begun before that time", "until:1h, until:yesterday", ("before",),
          ("10m", "1h", "24h", "7d", "today", "yesterday")),
    Field("dur", "duration", "duration", "how long the call took, with all attempts", "dur>5s", ("duration",),
          ("500ms", "1s", "5s", "1m")),
    Field("first", "duration", "first_token", "time to the first token", "first>2s", ("first_token",),
          ("500ms", "1s", "2s", "10s")),
    Field("attempts", "number", "attempts", "how often it was tried", "attempts>1", (), ("1", "2", "3")),
    Field("tokens", "number", "tokens", "tokens in and out", "tokens>1000", (), ("1000", "10k", "100k")),
    Field("in", "number", "input_tokens", "tokens of the input", "in>10k", ("input",), ("1000", "10k")),
    Field("out", "number", "output_tokens", "tokens of the output", "out>500", ("output",), ("500", "1000")),
    Field("cost", "money", "cost", "US dollars, where the price is known", "cost>0.01", (), ("0.01", "0.1", "1")),
    Field("tag", "tag", "", "a tag of yours", "tag:customer-7", ("tags",)),
    Field("pinned", "flag", "pinned", "whether it is pinned", "pinned:yes", ("pin",), ("yes", "no")),
    Field("id", "id", "", "the beginning of any ID", "id:req_0123", (), ()),
)  # fmt: skip

BY_NAME: dict[str, Field] = {name: field for field in FIELDS for name in (field.name, *field.others)}
STATES = {"open": "open", "running": "open", "done": "done", "failed": "failed", "broken": "failed",
          "cancelled": "cancelled", "stopped": "cancelled", "cut": "cut"}  # fmt: skip
"""The words that `status:` takes, and the state each stands for."""
