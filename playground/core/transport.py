"""The HTTP transport below the SDK: aiohttp, in httpx2's clothes.

The SDK ships such a transport too. This one is ours because that one turns a refused connection and a server that
hangs up into a connect time-out (openai 3.52, `_vendor/httpx_aiohttp/transport.py`), which would make every
explanation of an error wrong, and because it passes no trace context, so that no attempt could be timed.
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextvars import ContextVar
from functools import cache
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from playground.core.attempts import HEADERS, TRACE, Trace
from playground.core.profiles import is_loopback
from playground.core.redact import known, without_user

if TYPE_CHECKING:
    import ssl

    import aiohttp
    import httpx2

_PIECE = 64 * 1024
ENCODINGS = "gzip, deflate"
"""What is undone here; asked for whatever the SDK asks."""


def proxy_for(url: str, environ: Mapping[str, str]) -> str | None:
    """The proxy that HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY (lower case first) give for a URL. Never one
    for this machine itself."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()

    def said(name: str) -> str:
        return environ.get(name) or environ.get(name.upper()) or ""

    proxy = said(f"{parts.scheme}_proxy") or said("all_proxy")
    if not proxy or is_loopback(host) or any(_covers(entry, host, parts.port) for entry in said("no_proxy").split(",")):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _covers(entry: str, host: str, port: int | None) -> bool:
    """Whether an entry of NO_PROXY means a host: `*`, a domain with all below it, an address, a network; with or
    without a port."""
    entry = entry.strip().lower()
    if entry == "*":
        return True
    try:
        return ip_address(host.strip("[]")) in ip_network(entry, strict=False)
    except ValueError:
        pass
    name, _, number = entry.partition(":")
    name = name.lstrip("*").lstrip(".")
    if not name or (number and number != str(port)):
        return False
    return host == name or host.endswith(f".{name}")


class _BodyMixin:
    """An answer's body, in the pieces in which it came, with gzip and deflate undone."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for data in self._answer.content.iter_any():
                yield data
        except Exception as error:
            raise translated(error) from error

    async def aclose(self) -> None:
        """An unfinished one takes its socket with it, at once."""
        if self._answer.content.at_eof():
            self._answer.release()
        else:
            self._answer.close()


@cache
def _body_type() -> Any:
    import httpx2

    return type("AiohttpBody", (_BodyMixin, httpx2.AsyncByteStream), {})


def translated(error: Exception) -> Exception:
    """aiohttp's error as httpx2's, with aiohttp's words; anything else as it is."""
    import aiohttp
    import httpx2

    table: tuple[tuple[Any, type[Exception]], ...] = (
        ((aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError), httpx2.ProxyError),
        (aiohttp.ConnectionTimeoutError, httpx2.ConnectTimeout),
        ((aiohttp.ServerTimeoutError, TimeoutError), httpx2.ReadTimeout),
        ((aiohttp.ClientConnectorError, aiohttp.ServerFingerprintMismatch), httpx2.ConnectError),
        ((aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError), httpx2.UnsupportedProtocol),
        ((aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError), httpx2.RemoteProtocolError),
        (aiohttp.ClientResponseError, httpx2.RemoteProtocolError),
        ((aiohttp.ClientError, ConnectionError), httpx2.ReadError),
    )
    for kinds, target in table:
        if isinstance(error, kinds):
            return target(without_user(_said(error)) or type(error).__name__)
    return error


def _said(error: Exception) -> str:
    """An error's words, with the system's where they lack: `Connect call failed` does not tell a network that cannot be
    reached from a port at which nobody listens, and the log keeps words alone."""
    words, below = str(error), getattr(error, "os_error", None)
    number = below.errno if isinstance(below, OSError) else None
    reason = os.strerror(number) if number is not None and number > 0 else ""
    return words if not reason or reason.lower() in words.lower() else f"{words} ({reason})"


def _is_of(error: Exception, proxy: str | None) -> bool:
    """Whether it was the proxy that could not be connected to."""
    import aiohttp

    try:
        return isinstance(error, aiohttp.ClientConnectorError) and error.host == urlsplit(proxy or "").hostname
    except ValueError:
        return False


def proxy_password(proxy: str) -> str | None:
    """The password in a proxy's URL, to be masked in all that is written."""
    try:
        return unquote(urlsplit(proxy).password or "") or None
    except ValueError:  # it is no URL: that is said when it is used
        return None


async def _pieces(content: bytes) -> AsyncGenerator[bytes]:
    view = memoryview(content)
    for start in range(0, len(content), _PIECE):
        yield bytes(view[start : start + _PIECE])


def _data(request: httpx2.Request) -> Any:
    """The request's body as aiohttp takes it."""
    import httpx2

    try:
        content = request.content
    except httpx2.RequestNotRead:
        return _upload(request.stream)
    if len(content) > 4 * _PIECE:
        return _pieces(content)
    return content or None


async def _upload(stream: Any) -> AsyncGenerator[bytes]:
    async for data in stream:
        yield data


class AiohttpTransport:
    """An `httpx2.AsyncBaseTransport` by its methods. Connections are kept for 15 seconds after their last use."""

    def __init__(self, tls: ssl.SSLContext | None, environ: Mapping[str, str] | None = None) -> None:
        self._tls = None if tls is None else _timed(tls)
        self._environ = os.environ if environ is None else environ
        self._session: aiohttp.ClientSession | None = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            import aiohttp

            # No limit on connections: a run must not wait for other runs. Cookies stay with httpx2.
            connector: Any = aiohttp.TCPConnector(limit=0, ssl=self._tls if self._tls is not None else True)
            connector._factory = _handler
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                trace_configs=[_tracing()],
                trust_env=False,
            )
        return self._session

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Raises httpx2.TransportError."""
        import aiohttp
        import httpx2

        timeout = request.extensions.get("timeout", {})
        url = str(request.url)
        proxy = proxy_for(url, self._environ)
        if proxy is not None and not proxy.startswith(("http://", "https://")):
            raise httpx2.ProxyError("Only http:// and https:// proxies can be used, and the environment names another.")
        if proxy is not None:
            known().add(proxy_password(proxy))
        data = _data(request)
        headers = [
            (name, ENCODINGS if name.lower() == "accept-encoding" else value)
            for name, value in request.headers.multi_items()
            if name.lower() != "transfer-encoding"  # aiohttp adds its own
        ]
        trace = request.extensions.get(TRACE)
        shaking = _shaking.set(trace)
        try:
            answer = await self._open().request(
                request.method,
                _exact(url),
                headers=headers,
                data=data,
                allow_redirects=False,
                proxy=proxy,
                timeout=aiohttp.ClientTimeout(
                    total=None, connect=timeout.get("connect"), sock_read=timeout.get("read")
                ),
                trace_request_ctx=trace,
            )
        except Exception as error:
            if _is_of(error, proxy):
                raise httpx2.ProxyError(without_user(str(error))) from error
            raise translated(error) from error
        finally:
            _shaking.reset(shaking)
        return _response(answer, request)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def __aenter__(self) -> AiohttpTransport:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _handler() -> Any:
    """A connection that, closed in the midst of an upload, drops what it still holds. aiohttp's own waits until the
    other side takes that: a server that stands still kept the socket, and what was cancelled went on for a while."""
    import asyncio

    return _handler_type()(asyncio.get_running_loop())


@cache
def _handler_type() -> Any:
    import asyncio

    from aiohttp.client_proto import ResponseHandler

    class Handler(ResponseHandler):
        def close(self) -> None:
            transport = self.transport
            if isinstance(transport, asyncio.WriteTransport) and transport.get_write_buffer_size():
                transport.abort()
            super().close()

    return Handler


def _exact(url: str) -> Any:
    """The URL as httpx2 encoded it; aiohttp is not to quote it once more."""
    from yarl import URL

    return URL(url, encoded=True)


def _response(answer: aiohttp.ClientResponse, request: httpx2.Request) -> httpx2.Response:
    import httpx2

    extensions: dict[str, Any] = {"http_version": b"HTTP/1.1"}
    if answer.reason:
        extensions["reason_phrase"] = answer.reason.encode("latin-1", "replace")
    headers = list(answer.raw_headers)
    if answer.headers.get("content-encoding"):
        # aiohttp has undone the encoding; whoever reads on must not try again.
        extensions[HEADERS] = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
        headers = [pair for pair in headers if pair[0].lower() not in (b"content-encoding", b"content-length")]
    return httpx2.Response(
        answer.status, headers=headers, stream=_body_type()(answer), request=request, extensions=extensions
    )


_shaking: ContextVar[Trace | None] = ContextVar("shaking", default=None)
"""Of the request that is being sent here: its connection's handshake is noted in it."""


def _timed(tls: ssl.SSLContext) -> ssl.SSLContext:
    """Have the beginning of each handshake noted, which aiohttp's tracing does not tell: asyncio makes the TLS object
    then (`wrap_bio`), in the context of who opens the connection."""
    import time

    wrap = tls.wrap_bio

    def noted(*args: Any, **more: Any) -> Any:
        trace = _shaking.get()
        if trace is not None:
            trace.tls = time.perf_counter()
        return wrap(*args, **more)

    tls.wrap_bio = noted  # type: ignore[method-assign]
    return tls


def _tracing() -> aiohttp.TraceConfig:
    """Fills the `recording.Trace` of a request as its connection comes to be."""
    import time

    import aiohttp

    def note(name: str) -> Any:
        async def seen(_session: Any, context: Any, _parameters: Any) -> None:
            trace = context.trace_request_ctx
            if trace is not None:
                setattr(trace, name, time.perf_counter())

        return seen

    config = aiohttp.TraceConfig()
    config.on_connection_create_start.append(note("queued"))
    config.on_connection_queued_end.append(note("queued"))
    config.on_dns_resolvehost_end.append(note("resolved"))
    config.on_dns_cache_hit.append(note("resolved"))
    config.on_connection_create_end.append(note("connected"))
    config.on_connection_reuseconn.append(note("connected"))
    config.on_request_headers_sent.append(note("sent"))
    config.on_request_chunk_sent.append(note("sent"))
    return config


def prepare(base_url: str) -> Any:
    """Import what a client needs, off the loop's thread. Gives the TLS context, where one is needed."""
    import aiohttp as aiohttp
    import httpx2
    import openai as openai

    return httpx2.create_ssl_context() if base_url.startswith("https") else None
