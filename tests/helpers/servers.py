"""A loopback server that answers what a test told it, byte by byte; and the recorded exchanges."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest

from tests.helpers.needs import SHARED, shared

EVENT_STREAM = "text/event-stream; charset=utf-8"


@dataclass
class Reply:
    """What the server answers once (or, with `forever`, always).

    chunk: None sends the body in one write; a number sends pieces of that many bytes; a sequence of
    numbers gives the sizes of the pieces one by one, the rest following in one.
    hold: after the headers and `hold_after` bytes of the body the server waits until this event is set.
    cut_after: after that many bytes of the body the connection is reset, as a broken network does.
    """

    body: bytes = b"{}"
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    chunk: int | Sequence[int] | None = None
    hold: threading.Event | None = None
    hold_after: int = 0
    cut_after: int | None = None
    forever: bool = False

    @classmethod
    def of_json(cls, value: object, **more: Any) -> Reply:
        return cls(json.dumps(value).encode(), **more)

    @classmethod
    def of_events(cls, events: Sequence[Mapping[str, Any]], *, done: bool = False, **more: Any) -> Reply:
        """A stream of server-sent events, each named by its "type" where it has one."""
        lines = []
        for event in events:
            name = f"event: {event['type']}\n" if "type" in event else ""
            lines.append(f"{name}data: {json.dumps(event)}\n\n")
        if done:
            lines.append("data: [DONE]\n\n")
        return cls("".join(lines).encode(), content_type=EVENT_STREAM, **more)

    @classmethod
    def of_recording(cls, recording: Mapping[str, Any], **more: Any) -> Reply:
        """The bytes of one recorded exchange (see `recordings`)."""
        return cls(
            str(recording["response"]).encode(),
            status=int(recording["status"] or 200),
            content_type=str(recording["content_type"] or "application/json"),
            **more,
        )

    def pieces(self) -> Iterator[bytes]:
        if self.chunk is None:
            yield self.body
            return
        rest = self.body
        sizes = iter(self.chunk) if not isinstance(self.chunk, int) else None
        while rest:
            size = self.chunk if isinstance(self.chunk, int) else next(sizes or iter(()), len(rest))
            yield rest[:size]
            rest = rest[size:]


@dataclass(frozen=True)
class Received:
    """One request as it came over the wire; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class RecordingServer:
    """Plain sockets and threads, so that a test controls every byte. Replies are used in order, per path.

    `base_url` ends in /v1; `add("/responses", reply)` answers POST and GET /v1/responses alike; an unknown path
    gets a 404 in the API's shape. `received` lists what came; `left` is set each time a client closed a
    connection whose reply was still held or being sent.
    """

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.left = threading.Event()
        self.arrived = threading.Semaphore(0)
        self._replies: dict[str, list[Reply]] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._connections: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.base_url = f"http://127.0.0.1:{self.port}/v1"
        self._start(self._accept)

    def add(self, path: str, *replies: Reply) -> None:
        with self._lock:
            self._replies.setdefault(path, []).extend(replies)

    def close(self) -> None:
        """Ends every connection and joins every thread."""
        self._stop.set()
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            _shut(connection)
        _shut(self._listener)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _start(self, target: Any, *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, name="recording-server", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._connections.add(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("rb") as reader:
                while (request := _read_request(reader)) is not None:
                    self.received.append(request)
                    self.arrived.release()
                    if not self._answer(connection, request):
                        return
        except OSError:
            self.left.set()
        finally:
            with self._lock:
                self._connections.discard(connection)

    def _reply_for(self, path: str) -> Reply:
        bare = path.split("?")[0].removeprefix("/v1")
        with self._lock:
            waiting = self._replies.get(bare, [])
            if waiting:
                return waiting[0] if waiting[0].forever else waiting.pop(0)
        error = {
            "message": f"nothing prepared for {path}",
            "type": "invalid_request_error",
            "param": None,
            "code": None,
        }
        return Reply.of_json({"error": error}, status=404)

    def _answer(self, connection: socket.socket, request: Received) -> bool:
        """Sends one reply; False when the connection is over."""
        reply = self._reply_for(request.path)
        head = {"content-type": reply.content_type, "x-request-id": f"req_{len(self.received):08d}", **reply.headers}
        streamed = reply.chunk is not None or reply.hold is not None or reply.cut_after is not None
        head |= {"transfer-encoding": "chunked"} if streamed else {"content-length": str(len(reply.body))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        connection.sendall(f"HTTP/1.1 {reply.status} Recorded\r\n{lines}\r\n".encode())
        if not streamed:
            connection.sendall(reply.body)
            return True
        sent = 0
        for piece in self._parts(reply):
            if reply.hold is not None and sent >= reply.hold_after and not self._wait(connection, reply.hold):
                return False
            if reply.cut_after is not None and sent + len(piece) >= reply.cut_after:
                rest = piece[: reply.cut_after - sent]
                connection.sendall(b"%x\r\n%s\r\n" % (len(rest), rest) if rest else b"")
                return False
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
            sent += len(piece)
        connection.sendall(b"0\r\n\r\n")
        return True

    @staticmethod
    def _parts(reply: Reply) -> Iterator[bytes]:
        """The pieces, with a border where the reply is to be held."""
        sent = 0
        for piece in reply.pieces():
            border = reply.hold_after - sent
            if reply.hold is not None and 0 < border < len(piece):
                yield piece[:border]
                yield piece[border:]
            else:
                yield piece
            sent += len(piece)

    def _wait(self, connection: socket.socket, hold: threading.Event) -> bool:
        """Waits for the test; False when the client went away meanwhile."""
        connection.settimeout(0.02)
        try:
            while not hold.is_set():
                if self._stop.is_set():
                    return False
                try:
                    if connection.recv(1, socket.MSG_PEEK) == b"":
                        self.left.set()
                        return False
                except TimeoutError:
                    continue
            return True
        finally:
            connection.settimeout(None)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _read_request(reader: Any) -> Received | None:
    start = reader.readline().decode("latin-1").split()
    if len(start) < 3:
        return None
    headers: dict[str, str] = {}
    while (line := reader.readline().decode("latin-1").strip()) != "":
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while (size := int(reader.readline(), 16)) > 0:
            body += reader.read(size)
            reader.readline()
        reader.readline()
    else:
        body = reader.read(int(headers.get("content-length", 0)))
    return Received(start[0], start[1], headers, body)


@cache
def _all_recordings() -> tuple[dict[str, Any], ...]:
    path = shared("recordings", "recorded.jsonl")
    if path is None:
        return ()
    with path.open(encoding="utf-8") as file:
        return tuple(json.loads(line) for line in file)


def recordings(*, path: str | None = None, sse: bool | None = None) -> list[dict[str, Any]]:
    """The recorded exchanges (keys: id, method, path, status, sse, request, response…), filtered.

    path: the end of the request's path, e.g. "/responses". Empty where ../shared is absent: call
    `need_recordings` first in a test that cannot do without.
    """
    found = list(_all_recordings())
    if path is not None:
        found = [entry for entry in found if str(entry["path"]).split("?")[0].endswith(path)]
    if sse is not None:
        found = [entry for entry in found if bool(entry["sse"]) == sse]
    return found


def need_recordings() -> None:
    """Skips the test, saying why, where the recordings are absent."""
    if not _all_recordings():
        pytest.skip(f"needs the recorded exchanges in {SHARED / 'recordings'} (PLAYGROUND_SHARED points elsewhere)")
