"""A running proxy with its log, and a server and a client whose every byte the test decides."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from playground.core.exchanges import ExchangeDetail, ExchangeStore
from playground.core.proxy.control import ProxyControl, upstream_at
from playground.core.proxy.state import ProxySettings, ProxyState, Upstream
from playground.core.redact import Redactor

T = TypeVar("T")
WITHIN = 10.0
"""Seconds for what happens at once."""


class ProxyHouse:
    """A proxy in a loop of its own thread, as in the window."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = ExchangeStore.open(folder / "log.sqlite3", Redactor())
        self.control = ProxyControl(self.store.writer)
        self.states: list[ProxyState] = []
        self.changed = threading.Condition()
        self.control.changed.connect(self._changed)
        self.loop = asyncio.new_event_loop()
        self.faults: list[dict[str, Any]] = []
        self.loop.set_exception_handler(self._fault)
        self._thread = threading.Thread(target=self.loop.run_forever, name="proxy-loop", daemon=True)
        self._thread.start()

    def _fault(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.faults.append(context)

    def _changed(self, state: ProxyState) -> None:
        with self.changed:
            self.states.append(state)
            self.changed.notify_all()

    def await_(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def start(
        self, where: str | Upstream, *, port: int = 0, environ: dict[str, str] | None = None, **values: Any
    ) -> str:
        """Start it; gives its base URL. `values` of the upstream."""
        upstream = where if isinstance(where, Upstream) else replace(upstream_at(where), **values)
        return self.await_(self.control.start(ProxySettings(upstream, port, self.folder, environ or {}))).base_url

    @property
    def port(self) -> int:
        return self.control.state.port

    def wait(self, holds: Callable[[ProxyState], bool]) -> ProxyState:
        """Until it says so."""
        with self.changed:
            assert self.changed.wait_for(lambda: holds(self.control.state), WITHIN), self.control.state
        return self.control.state

    def quiet(self) -> ProxyState:
        """Until no call is under way."""
        return self.wait(lambda state: state.open == 0 and state.finished > 0)

    async def _settled(self) -> None:
        server = self.control._server
        for _ in range(2000):
            if server is None or not server.state.open:
                return
            await asyncio.sleep(0.005)
        raise AssertionError("calls are still under way")

    def rows_settled(self) -> None:
        """No call is under way any more."""
        self.await_(self._settled())

    def rows(self) -> list[ExchangeDetail]:
        """What the log has once no call is under way, oldest first."""
        self.await_(self._settled())
        assert self.store.flush()
        return [self.store.load(summary.id) for summary in reversed(self.store.recent(1000))]

    def last(self) -> ExchangeDetail:
        return self.rows()[-1]

    def close(self) -> None:
        self.await_(self.control.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(WITHIN)
        self.loop.close()
        self.store.close()
        assert not self.faults, self.faults


@dataclass
class Until:
    """Read on until this has come."""

    text: bytes


Step = bytes | threading.Event | Until


@dataclass
class Script:
    """What a raw server does with one connection, after it has read the request's head."""

    steps: tuple[Step, ...]
    reads: bytes = b"\r\n\r\n"
    """What the request must hold before it is answered."""
    stays: bool = False
    """Whether the connection is kept open afterwards."""
    reset: bool = False
    """Whether it is reset instead of closed."""


class RawServer:
    """Answers each connection by the next script (the last one again and again), and keeps what it was sent."""

    def __init__(self, *scripts: Script) -> None:
        self.scripts = list(scripts)
        self.requests: list[bytes] = []
        self.left = threading.Event()
        """The other side ended a connection that was still open here."""
        self.came = threading.Semaphore(0)
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.base_url = f"http://127.0.0.1:{self.port}/v1"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._open: set[socket.socket] = set()
        self._threads[0].start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
            self._open.add(connection)
            thread = threading.Thread(target=self._serve, args=(connection, script), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket, script: Script) -> None:
        got = bytearray()
        place = len(self.requests)
        self.requests.append(b"")
        try:
            with connection:
                for step in (Until(script.reads), self.came, *script.steps):
                    if isinstance(step, Until):
                        while step.text not in got:
                            data = connection.recv(65536)
                            if not data:
                                return
                            got += data
                            self.requests[place] = bytes(got)
                    elif isinstance(step, threading.Semaphore):
                        step.release()
                    elif isinstance(step, threading.Event):
                        self._hold(connection, step)
                    else:
                        connection.sendall(step)
                if script.stays:
                    self._hold(connection, self._stop)
                if script.reset:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                else:
                    connection.shutdown(socket.SHUT_WR)
                    connection.settimeout(1)
                    while data := connection.recv(65536):
                        got += data
                        self.requests[place] = bytes(got)
        except OSError:
            self.left.set()
        finally:
            self._open.discard(connection)

    def _hold(self, connection: socket.socket, event: threading.Event) -> None:
        connection.settimeout(0.02)
        while not event.is_set() and not self._stop.is_set():
            try:
                if connection.recv(1, socket.MSG_PEEK) == b"":
                    raise ConnectionAbortedError
            except TimeoutError:
                continue
        connection.settimeout(None)

    def close(self) -> None:
        self._stop.set()
        for connection in (*self._open, self._listener):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self._listener.close()
        for thread in self._threads:
            thread.join(5)


@contextmanager
def raw_server(*scripts: Script) -> Iterator[RawServer]:
    server = RawServer(*scripts)
    try:
        yield server
    finally:
        server.close()


def request(verb: str, path: str, *headers: str, body: bytes = b"", host: str = "127.0.0.1") -> bytes:
    """A request's bytes; the connection ends with its answer."""
    length = [f"Content-Length: {len(body)}"] if body else []
    lines = [f"{verb} {path} HTTP/1.1", f"Host: {host}", *headers, *length, "Connection: close"]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def exchange(port: int, data: bytes, *, timeout: float = WITHIN) -> bytes:
    """Send bytes, and give all that comes until the connection ends."""
    with socket.create_connection(("127.0.0.1", port), timeout) as connection:
        connection.sendall(data)
        got = b""
        try:
            while piece := connection.recv(65536):
                got += piece
        except ConnectionError:
            pass
        return got


@dataclass
class Parsed:
    """An answer taken apart, without a library's help."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    trailers: bytes
    informational: list[int]
    whole: bool

    def get(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key.lower() == name)


def parsed(data: bytes, *, head: bool = False) -> Parsed:
    informational: list[int] = []
    while True:
        top, _, rest = data.partition(b"\r\n\r\n")
        first, *lines = top.decode("latin-1").split("\r\n")
        status = int(first.split(" ")[1])
        if status >= 200 or status == 101:
            break
        informational.append(status)
        data = rest
    headers = [(line.partition(":")[0], line.partition(":")[2].strip()) for line in lines]
    found = Parsed(status, headers, b"", b"", informational, True)
    if head:
        assert not rest
    elif "chunked" in found.get("transfer-encoding"):
        found.body, found.trailers, found.whole = _dechunked(rest)
    else:
        found.body = rest
        found.whole = not found.get("content-length") or len(rest) == int(found.get("content-length"))
    return found


def _dechunked(data: bytes) -> tuple[bytes, bytes, bool]:
    body = b""
    while data:
        line, _, data = data.partition(b"\r\n")
        size = int(line.partition(b";")[0], 16)
        if size == 0:
            return body, data, data.endswith(b"\r\n")
        body, data = body + data[:size], data[size + 2 :]
    return body, b"", False
