"""Stores, their files and batches as a server sent them. Servers differ: what is of another type counts as missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from playground.core.stores.rules import AUTO, Chunking, facts

DAY = 86_400.0
"""Seconds."""
STATES = ("in_progress", "completed", "failed", "cancelled")
"""Of a file in a store, and of a batch."""


class Counts(NamedTuple):
    """Files by what became of them."""

    in_progress: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    total: int = 0

    @property
    def over(self) -> int:
        """Those with which nothing happens any more."""
        return self.completed + self.failed + self.cancelled

    def text(self) -> str:
        """`12 ready, 3 in progress, 1 failed`."""
        named = (
            (self.completed, "ready"), (self.in_progress, "in progress"), (self.failed, "failed"),
            (self.cancelled, "cancelled"),
        )  # fmt: skip
        return ", ".join(f"{count:,} {name}" for count, name in named if count) or "empty"


class Trouble(NamedTuple):
    """Why a file is not in its store."""

    code: str
    message: str
    """The server's words."""
    words: str
    remedy: str

    def text(self) -> str:
        """All of it as one line."""
        said = f" ({self.message.rstrip('.')})" if self.message else ""
        return f"{self.words}{said}. {self.remedy}"


class Store(NamedTuple):
    """A vector store."""

    id: str
    name: str
    description: str
    status: str
    """`completed`, `in_progress`, `expired`; empty where the server does not say."""
    counts: Counts
    size: int
    """Bytes that it takes; -1 where the server does not say."""
    created: float
    """Unix seconds; 0 where the server does not say."""
    active: float
    """When it was used last, Unix seconds; 0 where the server does not say."""
    days: int
    """Days after the last use in which it expires; 0: never."""
    expires: float
    """When that will be if nobody uses it, Unix seconds; 0: never, or not known."""
    metadata: Mapping[str, str]
    raw: Mapping[str, Any]
    text: str
    """What a search looks at: name, ID, description and metadata, folded."""


class StoreFile(NamedTuple):
    """A file in a store. Its name is the file's own, and not said here."""

    id: str
    store: str
    status: str
    size: int
    """Bytes that it takes in the store; -1 where the server does not say."""
    created: float
    """When it was added, Unix seconds; 0 where the server does not say."""
    attributes: Mapping[str, Any]
    chunking: Chunking
    trouble: Trouble | None
    raw: Mapping[str, Any]


class Batch(NamedTuple):
    """Files that were added together."""

    id: str
    store: str
    status: str
    counts: Counts
    created: float
    raw: Mapping[str, Any]

    @property
    def is_over(self) -> bool:
        return self.status in ("completed", "failed", "cancelled")


def store_of(raw: Any) -> Store | None:
    """None for what has no ID."""
    identifier = text_in(raw, "id")
    if not identifier:
        return None
    name, description = text_in(raw, "name"), text_in(raw, "description")
    after = raw.get("expires_after")
    days = _count(after, "days") if isinstance(after, Mapping) else 0
    created, active, expires = (_time(raw, key) for key in ("created_at", "last_active_at", "expires_at"))
    if days and not expires and (active or created):
        expires = (active or created) + days * DAY
    given = raw.get("metadata")
    metadata = {str(key): str(value) for key, value in given.items()} if isinstance(given, Mapping) else {}
    words = "\n".join((name, identifier, description, *metadata, *metadata.values()))
    size = raw.get("usage_bytes", raw.get("bytes"))
    return Store(
        identifier, name, description, text_in(raw, "status"), counts_of(raw.get("file_counts")),
        size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else -1, created, active, days,
        expires, metadata, raw, words.casefold(),
    )  # fmt: skip


def file_of(raw: Any, store: str = "") -> StoreFile | None:
    """None for what has no ID. `store`: its store's, where the server does not say."""
    identifier = text_in(raw, "id")
    if not identifier:
        return None
    size, attributes = raw.get("usage_bytes"), raw.get("attributes")
    return StoreFile(
        identifier,
        text_in(raw, "vector_store_id") or store,
        text_in(raw, "status"),
        size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else -1,
        _time(raw, "created_at"),
        dict(attributes) if isinstance(attributes, Mapping) else {},
        chunking_of(raw.get("chunking_strategy")),
        trouble_of(raw.get("last_error")),
        raw,
    )


def batch_of(raw: Any, store: str = "") -> Batch | None:
    """None for what has no ID."""
    identifier = text_in(raw, "id")
    if not identifier:
        return None
    return Batch(
        identifier, text_in(raw, "vector_store_id") or store, text_in(raw, "status"),
        counts_of(raw.get("file_counts")), _time(raw, "created_at"), raw,
    )  # fmt: skip


def counts_of(raw: Any) -> Counts:
    """A total that is less than its parts (an example of the API's document has 0) is their sum."""
    if not isinstance(raw, Mapping):
        return Counts()
    parts = [_count(raw, name) for name in STATES]
    done = Counts(*parts)
    return done._replace(total=max(_count(raw, "total"), sum(parts)))


def chunking_of(raw: Any) -> Chunking:
    """`{"type": "static", "static": {…}}`; an example of the API's document has the numbers beside the type."""
    kind = text_in(raw, "type")
    if kind != "static":
        return Chunking(kind) if kind else AUTO
    numbers = raw.get("static")
    numbers = numbers if isinstance(numbers, Mapping) else raw
    return Chunking("static", _count(numbers, "max_chunk_size_tokens"), _count(numbers, "chunk_overlap_tokens"))


def trouble_of(raw: Any) -> Trouble | None:
    """A file's `last_error` in words, and what to do about it."""
    if not isinstance(raw, Mapping):
        return None
    code = text_in(raw, "code")
    known = facts()["troubles"]
    entry = known.get(code) or known["other"]
    return Trouble(code, text_in(raw, "message"), entry["what"], entry["do"])


def text_in(raw: Any, name: str) -> str:
    """A text member of an object; empty where there is none."""
    value = raw.get(name) if isinstance(raw, Mapping) else None
    return value if isinstance(value, str) else ""


def _count(raw: Mapping[str, Any], name: str) -> int:
    value = raw.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _time(raw: Mapping[str, Any], name: str) -> float:
    value = raw.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else 0.0
