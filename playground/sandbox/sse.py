"""Events as bytes on the wire."""

from __future__ import annotations

from typing import Any

import orjson

DONE = b"data: [DONE]\n\n"
"""Ends a stream of Chat Completions and Completions; streams of responses have no such end."""


def named(event: dict[str, Any]) -> bytes:
    """An event of the Responses API: its type as the event's name, and its JSON."""
    return b"".join((b"event: ", event["type"].encode(), b"\ndata: ", orjson.dumps(event), b"\n\n"))


def data(event: dict[str, Any]) -> bytes:
    """A chunk of Chat Completions or Completions."""
    return b"".join((b"data: ", orjson.dumps(event), b"\n\n"))
