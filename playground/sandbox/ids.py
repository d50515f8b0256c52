"""Identifiers and times, in the API's forms."""

from __future__ import annotations

import secrets
import time


def new_id(prefix: str) -> str:
    """`resp_` and 48 hexadecimal digits, the first eight the time, so that ids of one kind sort by age.

    Ids of the older APIs have a hyphen after their prefix (`chatcmpl-`).
    """
    joint = "-" if prefix in ("chatcmpl", "cmpl", "file", "modr") else "_"
    return f"{prefix}{joint}{int(time.time()):08x}{secrets.token_hex(20)}"


def new_key() -> str:
    """A throw-away key. It opens nothing but this server while it runs."""
    return f"sk-sandbox-{secrets.token_urlsafe(24)}"


def now() -> int:
    """Unix time in whole seconds."""
    return int(time.time())
