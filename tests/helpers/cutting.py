"""A loopback proxy that cuts connections: after a number of bytes that the test decides, in either direction."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

Cut = Callable[[int], tuple[int | None, int | None]]
"""From a connection's number (0, 1, …): the bytes after which it is cut, of what is sent and of what comes back."""


class CuttingProxy:
    """Hands bytes on to a server until it cuts. A cut is a reset, as a broken network makes it."""

    def __init__(self, base_url: str, cut: Cut) -> None:
        parts = urlsplit(base_url)
        self._to = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._cut = cut
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}{parts.path}"
        self.count = 0
        """Connections so far."""
        self.cuts = 0
        self._threads = [threading.Thread(target=self._accept, daemon=True, name="cutting-proxy")]
        self._open: set[socket.socket] = set()
        self._threads[0].start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                front, _ = self._listener.accept()
                back = socket.create_connection(self._to)
            except OSError:
                return
            self._open |= {front, back}
            up, down = self._cut(self.count)
            self.count += 1
            ended = threading.Event()
            for source, target, limit in ((front, back, up), (back, front, down)):
                thread = threading.Thread(target=self._hand_on, args=(source, target, limit, ended), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _hand_on(self, source: socket.socket, target: socket.socket, limit: int | None, ended: threading.Event) -> None:
        left = limit
        with contextlib.suppress(OSError):
            while data := source.recv(65536 if left is None else min(65536, max(left, 1))):
                if left is not None:
                    data = data[:left]
                    left -= len(data)
                target.sendall(data)
                if left == 0:
                    self.cuts += 1
                    break
        if not ended.is_set():
            ended.set()
            for one in (source, target):
                _reset(one)

    def close(self) -> None:
        self._stop.set()
        _reset(self._listener)
        for one in self._open:
            _reset(one)
        for thread in self._threads:
            thread.join(5)


def _reset(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextlib.contextmanager
def cutting_proxy(base_url: str, cut: Cut) -> Iterator[CuttingProxy]:
    """Before the server of a base URL; its own is `base_url`."""
    proxy = CuttingProxy(base_url, cut)
    try:
        yield proxy
    finally:
        proxy.close()
