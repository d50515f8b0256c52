"""WebSockets of the API through the SDK's own `connect()` methods, recorded in the request log like any other call.

A connection is one exchange: the handshake is its attempt (status 101), and its body is a line of JSON for each frame,
`{"direction": "sent", "data": …}`, with the time of each as for the pieces of a stream. Frames are handed out as they
came: nothing is built of the SDK's classes, which would turn an unknown event into some other one.
"""

from __future__ import annotations

import asyncio
import base64
import inspect
import time
import warnings
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import orjson

from playground.core.calls import COMMON, UsageProblem
from playground.core.errors import Problem
from playground.core.jsondoc.loads import loads
from playground.core.redact import known
from playground.core.socket_errors import Closing, SocketProblem, explain_closing, explain_refusal, proxy_refused
from playground.core.transport import proxy_for, proxy_password

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

    from playground.core.attempts import Attempt, Call
    from playground.core.session import Session

MOST = 64 * 1024 * 1024
"""Bytes of one message. A larger one ends the connection."""
PATIENCE = 2.0
"""Seconds in which a server must answer that we close."""
_OPENING = 10.0
"""Seconds for the handshake, beyond the profile's for the connection."""
_PYTHON_ONLY = ("on_reconnecting", "max_retries", "initial_delay", "max_delay", "max_queue_size",
                "websocket_connection_options")  # fmt: skip
"""Parameters of `connect()` that are about the SDK's own loop, which is not used."""
Direction = Literal["sent", "received"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One message, either way."""

    direction: Direction
    at: float
    """Seconds since the connection was open."""
    data: Any
    """Parsed where it is JSON; else a text, or bytes."""
    size: int
    """Bytes on the wire."""


@dataclass(slots=True)
class _Handshake:
    """What comes of the handshakes (several where the server redirects)."""

    call: Call
    attempt: Attempt | None = None
    raw: ClientConnection | None = None
    headers: tuple[tuple[str, str], ...] = field(default=())


class Socket:
    """An open connection. Made by `connect`; used from the worker's loop."""

    def __init__(self, session: Session, method: str, opened: _Handshake) -> None:
        assert opened.raw is not None and opened.attempt is not None
        self.method = method
        self.exchange_id = opened.call.id
        self.headers = opened.headers
        """Of the answer to the handshake."""
        self.closing: Closing | None = None
        """How it ended; None while it is open."""
        self._attempt, self._raw = opened.attempt, opened.raw
        self._key = session.secret.encode()
        self._began = time.perf_counter()
        self._told = opened.call.on_end
        opened.call.on_end = self._call_ended

    @property
    def is_open(self) -> bool:
        return self.closing is None

    async def send(self, message: Mapping[str, Any] | str | bytes) -> Frame:
        """Send an event (as JSON), a text as it is, or bytes. Gives what was sent. Raises SocketProblem where the
        connection has ended, TypeError for what is no JSON."""
        from websockets.exceptions import ConnectionClosed

        data = message if isinstance(message, str | bytes) else orjson.dumps(message).decode()
        if self.closing is not None:
            raise SocketProblem(explain_closing(self.closing, sending=True), self.exchange_id)
        frame = self._frame("sent", data.encode() if isinstance(data, str) else data, binary=isinstance(data, bytes))
        try:
            await self._raw.send(data)
        except ConnectionClosed as error:
            closing = self._over(error)
            raise SocketProblem(explain_closing(closing, sending=True), self.exchange_id) from error
        except asyncio.CancelledError:
            self.cancel()
            raise
        return frame

    async def messages(self) -> AsyncIterator[Frame]:
        """What comes, to the end of the connection. Cancelling closes it at once. Raises SocketProblem where it did
        not end in order."""
        from websockets.exceptions import ConnectionClosed

        while self.closing is None:
            try:
                data = await self._raw.recv()
            except ConnectionClosed as error:
                closing = self._over(error)
                if not closing.in_order:
                    raise SocketProblem(explain_closing(closing), self.exchange_id) from error
                return
            except asyncio.CancelledError:
                self.cancel()
                raise
            raw = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
            yield self._frame("received", raw, binary=isinstance(data, bytes))

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """End it in order: say so to the server, and wait up to `PATIENCE` for its answer."""
        if self.closing is not None:
            return
        try:
            await self._raw.close(code, reason)
        except asyncio.CancelledError:
            self.cancel()
            raise
        if self.closing is None:
            self._end(Closing(code, reason, "client"))

    def cancel(self) -> None:
        """End it at once, without a word to the server."""
        if self.closing is None:
            self.closing = Closing(1006, "", "client")
            self._abort()
            self._attempt.closed()

    def _call_ended(self, call: Call) -> None:
        """The session is being closed, or this has ended by itself."""
        self._told(call)
        self._abort()

    def _abort(self) -> None:
        if self.closing is None:
            self.closing = Closing(1006, "", "client")
        self._raw.transport.abort()

    def _frame(self, direction: Direction, raw: bytes, *, binary: bool) -> Frame:
        """Record a message, and give it without the key."""
        shown = raw.replace(self._key, b"*" * len(self._key)) if self._key and self._key in raw else raw
        data: Any
        line: bytes
        try:
            data = loads(shown)
            line = orjson.dumps(data) if b"\n" in shown or binary else shown
        except (ValueError, RecursionError):
            try:
                data = shown.decode()
                line = orjson.dumps(data)
            except UnicodeDecodeError:
                data = shown
                line = b'{"base64":"%s"}' % base64.b64encode(shown)
        self._attempt.chunk(b'{"direction":"%s","data":%s}\n' % (direction.encode(), line))
        return Frame(direction, time.perf_counter() - self._began, data, len(raw))

    def _over(self, error: Any) -> Closing:
        """The connection has ended: by whom, and how."""
        if self.closing is None:
            self._end(Closing.of(error), error)
        assert self.closing is not None
        return self.closing

    def _end(self, closing: Closing, error: BaseException | None = None) -> None:
        self.closing = closing
        told = {"direction": "closed", "code": closing.code, "reason": closing.reason, "by": closing.by}
        self._attempt.chunk(orjson.dumps(told) + b"\n")
        if error is None or closing.in_order:
            self._attempt.ended()
        else:
            self._attempt.failed(error)


async def connect(session: Session, method: str, arguments: Mapping[str, Any], *, origin: str = "explorer") -> Socket:
    """Open `realtime.connect`, `responses.connect`, … `arguments` is flat, as for `calls.call`; what the method does
    not know goes into the query. Raises UsageProblem before anything is sent, SocketProblem (both ProblemErrors)."""
    import websockets.version

    client = await session.client()
    # Without it beta.realtime.connect takes wss:// whatever the base URL is (openai 3.57, resources/beta/realtime).
    client.websocket_base_url = "ws" + session.base_url.removeprefix("http")
    function = _resolve(client, method)
    given = _arguments(method, function, arguments)
    proxy = _proxy(session)
    newer = int(websockets.version.version.partition(".")[0]) >= 15
    if proxy is not None and (not newer or not proxy.startswith(("http://", "https://"))):
        raise SocketProblem(proxy_refused(newer))
    with session.calling(method, origin) as handle, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        opened = _Handshake(session.begin("GET", _path(method)))
        given["extra_headers"] = {
            "X-Client-Request-Id": f"pg-{opened.call.id}-1", **(given.get("extra_headers") or {})
        }  # fmt: skip
        given["websocket_connection_options"] = {
            "create_connection": _recorded(opened),
            "open_timeout": session.profile.timeouts.connect + _OPENING,
            "close_timeout": PATIENCE,
            "max_size": MOST,
            "compression": None,
            **({"proxy": proxy} if newer else {}),
            **await _tls(session),
        }
        try:
            await function(**given).__aenter__()
        except BaseException as error:
            if opened.attempt is None and not isinstance(error, TypeError):
                opened.call.attempt(_request(session.base_url + _path(method), ())).failed(error)
            opened.call.raised(error)
            if not isinstance(error, Exception) or isinstance(error, TypeError):
                raise
            problem = explain_refusal(error, session.base_url, session.profile.name, through_proxy=proxy is not None)
            raise SocketProblem(problem, handle.exchange_id) from error
    opened.call.returned()
    return Socket(session, method, opened)


def _resolve(client: Any, method: str) -> Any:
    """The SDK's `connect`. Raises UsageProblem."""
    place: Any = client
    for name in method.split("."):
        place = None if name.startswith("_") else getattr(place, name, None)
    if not method.endswith(".connect") or not callable(place):
        raise UsageProblem(
            Problem(
                f"“{method}” opens no WebSocket",
                "The methods that do are called “connect”, such as “realtime.connect”.",
                "Choose one of these, or call it as a plain method.",
                "Not as it is.",
                type="usage",
            )
        )
    return place


def _arguments(method: str, function: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What `connect()` is called with. Raises UsageProblem where something required is missing."""
    signature = inspect.signature(function)
    given: dict[str, Any] = {}
    query = dict(arguments.get("extra_query") or {})
    for name, value in arguments.items():
        if name in _PYTHON_ONLY or name in ("extra_query", "extra_body", "timeout") or value is None:
            continue
        if name in signature.parameters or name in COMMON:
            given[name] = value
        else:
            query[name] = value
    missing = [
        name
        for name, parameter in signature.parameters.items()
        if parameter.default is inspect.Parameter.empty and name not in given
    ]
    if missing:
        names = ", ".join(f"“{name}”" for name in missing)
        raise UsageProblem(
            Problem(
                f"“{method}” lacks {names}", "The method requires it.", f"Add {names}.", "Not as it is.", type="usage"
            )
        )
    return {**given, "extra_query": query}


def _path(method: str) -> str:
    """`realtime.translations.connect` → `/realtime/translations`"""
    return "/" + "/".join(name for name in method.split(".")[:-1] if name != "beta")


def _proxy(session: Session) -> str | None:
    """The proxy that the environment wants; told to the library, which would look for one by itself."""
    proxy = proxy_for(session.base_url, session.environ)
    if proxy is not None:
        known().add(proxy_password(proxy))
    return proxy


async def _tls(session: Session) -> dict[str, Any]:
    """The certificates that all other calls trust."""
    if not session.base_url.startswith("https"):
        return {}
    import httpx2

    return {"ssl": await asyncio.to_thread(httpx2.create_ssl_context)}


def _request(url: str, headers: Any) -> Any:
    import httpx2

    return httpx2.Request("GET", url, headers=list(headers))


def _recorded(opened: _Handshake) -> type[ClientConnection]:
    """The library's connection, whose handshakes are attempts of the call."""
    import httpx2
    from websockets.asyncio.client import ClientConnection

    class RecordedConnection(ClientConnection):
        def __init__(self, protocol: Any, **options: Any) -> None:
            super().__init__(protocol, **options)
            self._send_request, protocol.send_request = protocol.send_request, self._begin
            opened.raw = self

        def _begin(self, request: Any) -> None:
            uri = self.protocol.uri
            host = f"[{uri.host}]" if ":" in uri.host else uri.host
            url = f"{'wss' if uri.secure else 'ws'}://{host}:{uri.port}{uri.resource_name}"
            opened.attempt = opened.call.attempt(_request(url, request.headers.raw_items()))
            self._send_request(request)

        async def handshake(self, *arguments: Any, **named: Any) -> None:
            try:
                await super().handshake(*arguments, **named)
            except BaseException as error:
                if opened.attempt is not None and self.response is not None:
                    self._answered(opened.attempt, self.response)
                    opened.attempt.ended()
                elif opened.attempt is not None:
                    opened.attempt.failed(error)
                raise
            assert opened.attempt is not None and self.response is not None
            self._answered(opened.attempt, self.response)

        @staticmethod
        def _answered(attempt: Attempt, response: Any) -> None:
            opened.headers = tuple(response.headers.raw_items())
            attempt.answered(
                httpx2.Response(response.status_code, headers=list(opened.headers), request=_request("ws://x", ()))
            )
            if response.body:
                attempt.chunk(bytes(response.body))

    return RecordedConnection
