"""The copy of a body that goes into the log: with gzip, deflate and br undone, while the program gets the bytes as
they came."""

from __future__ import annotations

import importlib
import zlib
from typing import Any, Protocol

from playground.core.exchanges.records import RESPONSE_BODY_CAP


class _Decoder(Protocol):
    def feed(self, data: bytes, room: int) -> bytes:
        """At most about `room` bytes. Raises _Unreadable."""
        ...


class _Unreadable(Exception):
    """It is not what the header says."""


class _Zlib:
    """gzip, also several one after another; deflate with its header and without."""

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._inner = zlib.decompressobj(bits)
        self._begun = False

    def feed(self, data: bytes, room: int) -> bytes:
        out = bytearray()
        while data and len(out) < room:
            try:
                out += self._inner.decompress(data, room - len(out))
            except zlib.error as error:
                if self._begun or self._bits != zlib.MAX_WBITS:
                    raise _Unreadable from error
                self._bits = -zlib.MAX_WBITS  # some servers leave the header of deflate out
                self._inner = zlib.decompressobj(self._bits)
                continue
            self._begun = True
            data = self._inner.unconsumed_tail
            if self._inner.eof:
                data = self._inner.unused_data
                self._inner = zlib.decompressobj(self._bits)
        return bytes(out)


class _Brotli:
    def __init__(self, module: Any) -> None:
        self._module, self._inner = module, module.Decompressor()

    def feed(self, data: bytes, room: int) -> bytes:
        try:
            out: bytes = self._inner.process(data, output_buffer_limit=room)
            while len(out) < room and not self._inner.is_finished() and not self._inner.can_accept_more_data():
                out += self._inner.process(b"", output_buffer_limit=room - len(out))
            return out
        except self._module.error as error:
            raise _Unreadable from error


def _decoder(encoding: str) -> _Decoder | None:
    """None for one that cannot be undone here."""
    if encoding in ("gzip", "x-gzip"):
        return _Zlib(16 + zlib.MAX_WBITS)
    if encoding == "deflate":
        return _Zlib(zlib.MAX_WBITS)
    if encoding == "br":
        try:
            return _Brotli(importlib.import_module("brotli"))
        except ImportError:
            return None
    return None


class Copy:
    """Undoes one encoding, up to as many bytes as the log keeps: a few kilobytes can unfold into gigabytes."""

    def __init__(self, encoding: str) -> None:
        """`encoding`: the Content-Encoding; what is not known is kept as it came."""
        self._inner = _decoder(encoding.strip().lower())
        self._room = RESPONSE_BODY_CAP

    def feed(self, data: bytes) -> bytes:
        """What can be read of it now; may be empty. What cannot be undone comes out as it went in."""
        if self._inner is None:
            return data
        if self._room <= 0:
            return data  # counted, no longer kept
        try:
            out = self._inner.feed(data, self._room)
        except _Unreadable:
            self._inner = None
            return data
        self._room -= len(out)
        return out
