"""Parsing without holding up the other threads: what is large is parsed piece by piece."""

from __future__ import annotations

from typing import Any

import orjson

from playground.core.jsondoc.document import Document, parse

BIG = 1024 * 1024
"""Bytes from which a body is parsed in pieces: orjson holds the interpreter for about 3 ms a megabyte."""
_PIECE = 64 * 1024


def loads(data: bytes) -> Any:
    """As `orjson.loads`, at a third of its speed for more than `BIG` bytes. Raises ValueError."""
    if len(data) < BIG:
        return orjson.loads(data)
    document = parse(data)
    if document.fault is not None or document.encoding is not None:
        return orjson.loads(data)  # for its words; where it reads more than the index does, that is right as well
    return _value(document, document.root)


def _value(document: Document, start: int) -> Any:
    if start not in document.big:
        return orjson.loads(document.data[start : document.end(start)])
    children = document.children(start)
    if document.kind(start) == "object":
        loads = orjson.loads
        data = document.data
        return {loads(data[child.key : child.key_end]): _value(document, child.start) for child in children}
    values: list[Any] = []
    first = 0
    for number, child in enumerate(children):
        if child.start in document.big:
            values += _stretch(document, children[first:number])
            values.append(_value(document, child.start))
            first = number + 1
        elif child.start - children[first].start > _PIECE:
            values += _stretch(document, children[first:number])
            first = number
    return values + _stretch(document, children[first:])


def _stretch(document: Document, children: list[Any]) -> Any:
    """Neighbours in an array, none of them large."""
    if not children:
        return []
    end = document.end(children[-1].start)
    return orjson.loads(b"".join((b"[", document.data[children[0].start : end], b"]")))
