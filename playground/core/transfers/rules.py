"""The table of file rules, `resources/facts/file-rules-*.json`: purposes, limits, and the words of findings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from playground.core.resources import dated
from playground.core.visible import visible_line

Severity = Literal["error", "warning", "note"]
"""`error`: the server would refuse it, or something else would be sent than was chosen; `note`: good to know."""
Kind = Literal["any", "documents", "images", "lines"]


@dataclass(frozen=True, slots=True)
class FileFinding:
    """What is wrong with a file for its purpose."""

    rule: str
    severity: Severity
    words: str
    why: str
    remedy: str
    """What to do."""
    line: int | None = None
    """The line of JSON Lines, counted from 1."""

    def text(self) -> str:
        """All of it as one line."""
        return f"{self.words}. {self.why} {self.remedy}"


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a file is for, as the API names it."""

    id: str
    title: str
    means: str
    kind: Kind
    is_upload: bool
    """Whether a person can send such files; others are written by the server."""
    is_download: bool
    """Whether OpenAI gives the content back."""
    endings: tuple[str, ...]
    """Without the dot, lower case; empty: any."""
    most_bytes: int
    source: tuple[str, str]
    """Title and address of where it is said."""
    expires_seconds: int | None = None
    """After which the server deletes it unless another time is asked for."""


@cache
def document() -> dict[str, Any]:
    """The whole table."""
    found: dict[str, Any] = json.loads(dated("file-rules").read_text("utf-8"))
    return found


def table_date() -> str:
    """When the table was made, YYYY-MM-DD."""
    return str(document()["date"])


@cache
def purposes() -> Mapping[str, Purpose]:
    """All that are known, those for uploads first. What a server says beside them is no error: it is shown as it is."""
    sources = document()["sources"]
    return {
        name: Purpose(
            name,
            entry["title"],
            entry["means"],
            entry["kind"],
            entry["upload"],
            entry["download"],
            tuple(entry["endings"]),
            entry["most_bytes"],
            (sources[entry["source"]]["title"], sources[entry["source"]]["url"]),
            entry.get("expires_seconds"),
        )
        for name, entry in document()["purposes"].items()
    }


def limit(name: str) -> int:
    """One of the table's `limits`: `part_bytes`, `upload_bytes`, `create_bytes`, …"""
    return int(document()["limits"][name])


def store_limit(name: str) -> int:
    """One of the limits of vector stores: `file_bytes`, `batch_files`, …"""
    return int(document()["store"][name])


def finding(rule: str, line: int | None = None, /, **values: object) -> FileFinding:
    """A rule's words with its values put in; what cannot be seen in them is shown as codes."""
    entry = document()["rules"][rule]
    shown = {
        name: visible_line(f"{value:,}" if isinstance(value, int) else str(value)) for name, value in values.items()
    }
    if line is not None:
        shown["line"] = f"{line:,}"
    words, why, remedy = (entry[part].format_map(shown) for part in ("what", "why", "do"))
    return FileFinding(rule, entry["severity"], words, why[:1].upper() + why[1:], remedy, line)


def bytes_text(size: int) -> str:
    """`412 bytes`, `14.2 kB`, `64 MB`, `1.5 GB`, counted as the API's limits are: 1 MB is 1,048,576 bytes."""
    if size < 1024:
        return f"{size} byte{'s' if size != 1 else ''}"
    value, unit = float(size), ""
    for unit in ("kB", "MB", "GB", "TB"):
        value /= 1024
        if value < 1023.95 or unit == "TB":
            break
    return f"{value:.1f}".removesuffix(".0") + f" {unit}"
