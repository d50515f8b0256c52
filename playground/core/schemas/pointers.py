"""JSON pointers (RFC 6901), and what a `$ref` points to. A `$ref` to another document is never followed."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote


def escape(token: str) -> str:
    """A member's name as a step of a pointer."""
    return token.replace("~", "~0").replace("/", "~1") if "~" in token or "/" in token else token


def tokens(pointer: str) -> list[str]:
    """The steps of a pointer."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def up(pointer: str) -> str:
    """The pointer of what holds it; of the root, the root."""
    return pointer.rpartition("/")[0]


def last(pointer: str) -> str:
    """The last step, as the name that it is."""
    return pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def at(root: Any, pointer: str) -> Any:
    """The value there. Raises LookupError."""
    for token in tokens(pointer):
        if isinstance(root, dict):
            root = root[token]
        elif isinstance(root, list):
            if not (token.isascii() and token.isdecimal() and len(token) < 10):
                raise LookupError(pointer)
            root = root[int(token)]
        else:
            raise LookupError(pointer)
    return root


def put(root: Any, pointer: str, value: Any) -> None:
    """Set what is there; not for the root itself. Raises LookupError."""
    holder = at(root, up(pointer))
    if isinstance(holder, list):
        holder[int(last(pointer))] = value
    else:
        holder[last(pointer)] = value


def target_of(ref: str) -> str | None:
    """The pointer that a `$ref` of this document has; None for one to another document, or to an `$anchor`."""
    if ref == "#":
        return ""
    if not ref.startswith("#/"):
        return None
    pointer = ref[1:]
    return unquote(pointer) if "%" in pointer else pointer


def referred(root: Any, ref: Any) -> tuple[str, Any] | None:
    """Where a `$ref` points, and what is there; None where it leads nowhere in this document."""
    if not isinstance(ref, str):
        return None
    if ref.startswith("#/$defs/") and not ("/" in ref[8:] or "~" in ref or "%" in ref):  # nearly all are such
        definitions = root.get("$defs") if isinstance(root, dict) else None
        if isinstance(definitions, dict):
            return (ref[1:], definitions[ref[8:]]) if ref[8:] in definitions else None
    pointer = target_of(ref)
    if pointer is None:
        return None
    try:
        return pointer, at(root, pointer)
    except (LookupError, ValueError):
        return None
