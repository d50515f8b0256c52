"""What the API allows of a store and of what is in it, checked before it is sent.

The limits and words are in `resources/facts/vector-stores-*.json` and `file-rules-*.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from playground.core.errors import Problem, ProblemError
from playground.core.resources import dated
from playground.core.transfers.rules import store_limit
from playground.core.visible import visible_line


class Wrong(NamedTuple):
    """Something that the server would refuse."""

    place: str
    """The member that is wrong, as the API names it: `attributes.year`, `filters.filters[1].value`."""
    words: str

    def text(self) -> str:
        """Both as one line."""
        return f"{self.place}: {self.words}" if self.place else self.words


@cache
def facts() -> dict[str, Any]:
    """The whole table."""
    found: dict[str, Any] = json.loads(dated("vector-stores").read_text("utf-8"))
    return found


def refuse(found: Iterable[Wrong], what: str) -> None:
    """Raises ProblemError (type `usage`) where anything is wrong. `what`: “These attributes cannot be set”."""
    wrong = tuple(found)
    if wrong:
        cause = " ".join(f"{visible_line(one.text())}" for one in wrong[:5])
        more = f" And {len(wrong) - 5:,} more." if len(wrong) > 5 else ""
        raise ProblemError(
            Problem(what, cause + more, "Correct that; nothing was sent.", "After that.", type="usage",
                    param=wrong[0].place or None)
        )  # fmt: skip


def check_attributes(attributes: Mapping[str, Any], place: str = "attributes") -> list[Wrong]:
    """At most 16, keys of up to 64 characters, texts of up to 512, numbers and booleans."""
    most, longest_key, longest = (
        store_limit(name) for name in ("attributes", "attribute_key_characters", "attribute_text_characters")
    )
    found = []
    if len(attributes) > most:
        found.append(Wrong(place, f"There are {len(attributes):,} attributes; a file has at most {most}."))
    for key, value in attributes.items():
        where = f"{place}.{key[:80]}"
        if not key:
            found.append(Wrong(place, "A name is empty."))
        if len(key) > longest_key:
            found.append(Wrong(where, f"The name has {len(key):,} characters; {longest_key} are allowed."))
        if isinstance(value, str):
            if len(value) > longest:
                found.append(Wrong(where, f"The text has {len(value):,} characters; {longest} are allowed."))
        elif not isinstance(value, bool | int | float):
            found.append(Wrong(where, f"The value is {_kind(value)}; it is a text, a number, true or false."))
        elif isinstance(value, float) and value - value != 0:
            found.append(Wrong(where, "The value is no finite number."))
    return found


def check_metadata(metadata: Mapping[str, Any]) -> list[Wrong]:
    """At most 16 texts of up to 512 characters under keys of up to 64."""
    limits = facts()["metadata"]
    found = []
    if len(metadata) > limits["pairs"]:
        found.append(Wrong("metadata", f"There are {len(metadata):,} pairs; a store has at most {limits['pairs']}."))
    for key, value in metadata.items():
        where = f"metadata.{key[:80]}"
        if not 0 < len(key) <= limits["key"]:
            found.append(Wrong(where, f"The name has {len(key):,} characters; it has 1 to {limits['key']}."))
        if not isinstance(value, str):
            found.append(Wrong(where, f"The value is {_kind(value)}; it is a text."))
        elif len(value) > limits["text"]:
            found.append(Wrong(where, f"The text has {len(value):,} characters; {limits['text']} are allowed."))
    return found


def check_days(days: int) -> list[Wrong]:
    """Of an expiry: 1 to 365 days after the last use."""
    most = facts()["expires_most_days"]
    if 1 <= days <= most:
        return []
    return [Wrong("expires_after.days", f"{days:,} days cannot be set; it is from 1 to {most}.")]


class Chunking(NamedTuple):
    """How files are cut. `auto` is the server's own choice; `other` is how old stores were cut, and cannot be asked
    for."""

    kind: str = "auto"
    size: int = 0
    """Tokens of a chunk at most."""
    overlap: int = 0
    """Tokens that two neighbours share."""

    def body(self) -> dict[str, Any] | None:
        """As it is sent; None for the server's choice."""
        if self.kind != "static":
            return None
        static = {"max_chunk_size_tokens": self.size, "chunk_overlap_tokens": self.overlap}
        return {"type": "static", "static": static}

    def check(self) -> list[Wrong]:
        """What the server would refuse."""
        limits, place = facts()["chunks"], "chunking_strategy.static"
        if self.kind == "auto":
            return []
        if self.kind != "static":
            return [Wrong("chunking_strategy.type", f"“{self.kind}” cannot be asked for; take auto or static.")]
        found = []
        if not limits["least"] <= self.size <= limits["most"]:
            words = f"A chunk of {self.size:,} tokens cannot be; it has {limits['least']} to {limits['most']:,}."
            found.append(Wrong(f"{place}.max_chunk_size_tokens", words))
        if not 0 <= self.overlap <= self.size // 2:
            words = f"An overlap of {self.overlap:,} tokens cannot be; it is at most half a chunk, {self.size // 2:,}."
            found.append(Wrong(f"{place}.chunk_overlap_tokens", words))
        return found

    def text(self) -> str:
        """`800 tokens, 400 shared`, or `automatic`."""
        if self.kind == "static":
            return f"{self.size:,} tokens, {self.overlap:,} shared"
        return "automatic" if self.kind == "auto" else "as old stores were cut"


AUTO = Chunking()


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    return "a list" if isinstance(value, list | tuple) else "an object" if isinstance(value, Mapping) else "none"
