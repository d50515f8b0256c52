"""What the proxy answers when there is no answer to pass on: in the API's shape, naming the cause."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

import orjson

from playground.core.connections import kind_of
from playground.core.proxy.names import FAULT_HEADER

if TYPE_CHECKING:
    from playground.core.proxy.heads import Pairs, Refusal

_TIMEOUTS = ("connect_timeout", "read_timeout", "write_timeout", "pool_timeout")


class Broken(Exception):
    """The upstream hung up, or spoke no HTTP."""


def as_logged(error: BaseException, place: str, *, connected: bool, answered: bool) -> Exception:
    """The error as the request log has those of the program's own calls: httpx2's, with words that say the cause.
    `connected`: the connection was there; `answered`: the head of an answer had come."""
    import httpx2

    words = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, TimeoutError) and not isinstance(error, ssl.SSLError):
        if connected:
            return httpx2.ReadTimeout(f"{place} was silent for too long")
        return httpx2.ConnectTimeout(f"Connection timeout to host {place}")
    if connected:
        if isinstance(error, Broken):
            return httpx2.RemoteProtocolError(words)
        return httpx2.ReadError(f"Connection lost: {words}" if answered else f"Server disconnected: {words}")
    if isinstance(error, socket.gaierror):
        return httpx2.ConnectError(f"Cannot connect to host {place}: name or service not known ({words})")
    if isinstance(error, ssl.SSLError):
        return httpx2.ConnectError(f"Cannot connect to host {place}: {_tls_words(error)}")
    if isinstance(error, httpx2.ProxyError):
        return error
    return httpx2.ConnectError(f"Cannot connect to host {place}: {words}")


def _tls_words(error: ssl.SSLError) -> str:
    words = " ".join(str(error).split())
    return words if "ssl" in words.lower() else f"SSL: {words}"


def fault_of(error: Exception, base_url: str, name: str) -> tuple[int, str, str]:
    """Status, kind and words for an error of `as_logged`."""
    from playground.core.errors import explain

    kind = kind_of(error) or "connection"
    problem = explain(error, base_url=base_url, profile=name)
    words = f"{problem.title}. {problem.cause} {problem.remedy}".replace("..", ".")
    return (504 if kind in _TIMEOUTS else 502), kind, words


def shaped(words: str, kind: str, code: str) -> bytes:
    """An error as the API writes it; says whose it is."""
    message = f"{words} (Answered by the recording proxy, not by the server.)"
    return orjson.dumps({"error": {"message": message, "type": kind, "code": code, "param": None}})


def refusal_body(refused: Refusal) -> bytes:
    return shaped(refused.words, "proxy_refusal", refused.code)


def headers(kind: str, size: int, *, close: bool) -> Pairs:
    """Of an answer of our own."""
    pairs = [
        (b"Content-Type", b"application/json"),
        (b"Content-Length", b"%d" % size),
        (FAULT_HEADER.encode(), kind.encode()),
    ]
    return [*pairs, (b"Connection", b"close")] if close else pairs
