"""A connection to the upstream: name, TCP, a proxy's tunnel, TLS, with the time of each."""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlsplit

from playground.core.redact import known
from playground.core.transport import proxy_for, proxy_password

if TYPE_CHECKING:
    from playground.core.attempts import Trace

P = TypeVar("P", bound=asyncio.Protocol)


class Target:
    """Where to, taken apart once."""

    def __init__(self, base_url: str, tls: ssl.SSLContext | None, environ: Mapping[str, str]) -> None:
        parts = urlsplit(base_url)
        self.base_url = base_url
        self.host = (parts.hostname or "").encode("idna").decode("ascii") if parts.hostname else ""
        self.port = parts.port or (443 if parts.scheme == "https" else 80)
        self.path = parts.path.rstrip("/")
        self.tls = tls if parts.scheme == "https" else None
        bare = f"[{self.host}]" if ":" in self.host else self.host
        self.netloc = bare if parts.port is None else f"{bare}:{parts.port}"
        """For the header Host."""
        self.place = f"{bare}:{self.port}"
        """For a person."""
        self.origin = f"{parts.scheme}://{self.netloc}"
        self.proxy = proxy_for(base_url, environ)
        if self.proxy is not None:
            known().add(proxy_password(self.proxy))

    @property
    def absolute(self) -> str:
        """What stands before the path in a request's line: an HTTP proxy wants the whole URL where there is no TLS."""
        return self.origin if self.proxy is not None and self.tls is None else ""

    @property
    def proxy_headers(self) -> list[tuple[bytes, bytes]]:
        """What such a proxy wants to know."""
        if self.proxy is None or self.tls is not None:
            return []
        return [(b"Proxy-Authorization", value) for value in [_basic(self.proxy)] if value]


async def dial(target: Target, make: Callable[[], P], trace: Trace) -> P:
    """Connect, within the time that the caller gives. Raises OSError (gaierror, SSLError), httpx2.ProxyError."""
    loop = asyncio.get_running_loop()
    trace.queued = time.perf_counter()
    if target.proxy is None:
        opened = await _socket(target.host, target.port, trace)
        if target.tls is not None:
            trace.tls = time.perf_counter()
        _, protocol = await loop.create_connection(
            make, sock=opened, ssl=target.tls, server_hostname=target.host if target.tls else None
        )
    else:
        protocol = await _through(target, make, trace)
    trace.connected = time.perf_counter()
    return protocol


async def _socket(host: str, port: int, trace: Trace) -> socket.socket:
    """An open one, by the first address that answers."""
    import aiohappyeyeballs

    loop = asyncio.get_running_loop()
    try:
        version = ip_address(host).version
    except ValueError:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        trace.resolved = time.perf_counter()
        return await aiohappyeyeballs.start_connection(found, happy_eyeballs_delay=0.25, loop=loop)
    opened = socket.socket(socket.AF_INET if version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
    try:
        opened.setblocking(False)
        await loop.sock_connect(opened, (host, port))
    except BaseException:
        opened.close()
        raise
    return opened


async def _through(target: Target, make: Callable[[], P], trace: Trace) -> P:
    """By way of the environment's proxy."""
    import httpx2

    assert target.proxy is not None
    loop = asyncio.get_running_loop()
    parts = urlsplit(target.proxy)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise httpx2.ProxyError("Only http:// and https:// proxies can be used, and the environment names another.")
    secure = parts.scheme == "https"
    try:
        opened = await _socket(parts.hostname, parts.port or (443 if secure else 80), trace)
        outer = (await asyncio.to_thread(ssl.create_default_context)) if secure else None
        transport, waiting = await loop.create_connection(
            _Tunnel, sock=opened, ssl=outer, server_hostname=parts.hostname if secure else None
        )
    except OSError as error:
        raise httpx2.ProxyError(f"Cannot connect to host {parts.hostname} (the proxy): {error}") from error
    protocol = make()
    if target.tls is None:
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        return protocol
    try:
        await waiting.open(transport, target.place, _basic(target.proxy))
        trace.tls = time.perf_counter()
        inner = await loop.start_tls(transport, protocol, target.tls, server_hostname=target.host)
    except BaseException:
        transport.abort()
        raise
    assert inner is not None
    protocol.connection_made(inner)
    return protocol


class _Tunnel(asyncio.Protocol):
    """Asks a proxy for a tunnel."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._done: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def open(self, transport: Any, place: str, password: bytes) -> None:
        """Raises httpx2.ProxyError where the proxy says no."""
        import httpx2

        more = b"Proxy-Authorization: " + password + b"\r\n" if password else b""
        transport.write(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n".encode() + more + b"\r\n")
        line = await self._done
        status = line.split(b" ", 2)[1:2]
        if status and status[0].startswith(b"2"):
            return
        words = line[:200].decode("latin-1", "replace").strip() or "the proxy hung up"
        raise httpx2.ProxyError(f"The proxy refused a tunnel to {place}: {words}")

    def data_received(self, data: bytes) -> None:
        self._head += data
        if b"\r\n\r\n" in self._head and not self._done.done():
            self._done.set_result(bytes(self._head.partition(b"\r\n")[0]))

    def connection_lost(self, _error: Exception | None) -> None:
        if not self._done.done():
            self._done.set_result(b"")


def _basic(proxy: str) -> bytes:
    """User name and password in a proxy's URL, as it wants them; empty where there are none."""
    parts = urlsplit(proxy)
    if parts.username is None:
        return b""
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return b"Basic " + base64.b64encode(pair.encode())
