"""What sort of connection trouble an error is, whatever library it comes from; none of them need be imported."""

from __future__ import annotations

import re
from collections.abc import Iterator


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what caused it, the deepest last."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


_NAMES = {
    # Class names, so that no HTTP library need be imported. The deepest one of the chain is the true one: httpx2's
    # aiohttp transport calls a server that hung up a ConnectTimeout, and the SDK then an APITimeoutError.
    "gaierror": "dns",
    "ClientConnectorDNSError": "dns",
    "ConnectionRefusedError": "refused",
    "SSLCertVerificationError": "certificate",
    "ClientConnectorCertificateError": "certificate",
    "SSLError": "tls",
    "ClientConnectorSSLError": "tls",
    "ProxyError": "proxy",
    "ClientProxyConnectionError": "proxy",
    "ConnectTimeout": "connect_timeout",
    "ConnectionTimeoutError": "connect_timeout",
    "SocketTimeoutError": "read_timeout",
    "ReadTimeout": "read_timeout",
    "WriteTimeout": "write_timeout",
    "PoolTimeout": "pool_timeout",
    "InvalidURL": "url",
    "UnsupportedProtocol": "url",
    "LocalProtocolError": "protocol",
    "ConnectionResetError": "reset",
    "BrokenPipeError": "reset",
    "ServerDisconnectedError": "reset",
    "ClientPayloadError": "reset",
    "ReadError": "reset",
    "WriteError": "reset",
    "RemoteProtocolError": "protocol",
    "APITimeoutError": "read_timeout",
    "ConnectError": "connection",
    "TransportError": "connection",
    "APIConnectionError": "connection",
}
_PHRASES = (
    (r"certificate.verify.failed|certificate has expired|self.signed|hostname mismatch", "certificate"),
    (r"name or service not known|nodename nor servname|getaddrinfo|name resolution|no address associated", "dns"),
    (r"network is unreachable|no route to host", "unreachable"),
    (r"connection refused|connect call failed", "refused"),
    (r"wrong version number|ssl(?!:default \[)|tlsv1", "tls"),  # aiohttp has “ssl:default [” before what happened
    (r"disconnected|incomplete|peer closed|connection (was )?(lost|reset|closed)|not enough data", "reset"),
)


_PROXY_PHRASES = (
    (r"\b407\b|authentication required", "proxy_password"),
    (r"connect call failed|name or service not known|name resolution|cannot connect to host", "proxy_unreachable"),
)


def kind_of(error: BaseException) -> str | None:
    """What sort of connection trouble it is; None where it is none."""
    found: str | None = None
    for link in chain(error):
        names = [cls.__name__ for cls in type(link).__mro__]
        kind = next((_NAMES[name] for name in names if name in _NAMES), None)
        if kind == "proxy":  # what lies below is about the proxy, not about the server
            text = " ".join(str(below).lower() for below in chain(link))
            return next((named for phrase, named in _PROXY_PHRASES if re.search(phrase, text)), kind)
        if isinstance(link, OSError) and link.errno in (101, 113, 65, 51):
            kind = "unreachable"
        if kind in ("connection", "reset", "protocol", "tls"):
            text = str(link).lower()
            kind = next((named for phrase, named in _PHRASES if re.search(phrase, text)), kind)
        found = kind or found
    return found


def is_connection_error(error: BaseException) -> bool:
    """Whether there was no (complete) HTTP answer: exit code 3 of the command line."""
    return kind_of(error) is not None and not hasattr(error, "status_code")


def words_of(error: BaseException) -> str:
    """The library's own words that say the most: those of the deepest error of the chain that has any."""
    for link in reversed(list(chain(error))):
        message = getattr(link, "message", None)  # aiohttp's protocol errors put “400” before it
        said = message if isinstance(message, str) and message.strip() else str(link)
        if said.strip():
            return " ".join(said.split())
    return type(error).__name__


def kind_named(name: str, words: str) -> str | None:
    """The same of an error of which only the class's name and the words were kept, as the request log does."""
    kind = _NAMES.get(name)
    text = words.lower()
    if kind == "proxy":
        return next((named for phrase, named in _PROXY_PHRASES if re.search(phrase, text)), kind)
    if kind in ("connection", "reset", "protocol", "tls", "connect_timeout"):
        return next((named for phrase, named in _PHRASES if re.search(phrase, text)), kind)
    return kind
