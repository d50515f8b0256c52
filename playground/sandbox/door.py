"""The port: open, refusing connections, or refusing every TLS handshake. It stays the same port throughout."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Container
from typing import Literal

from aiohttp import web

from playground.sandbox.faults import Faults

HOST = "127.0.0.1"
HANDSHAKE_FAILURE = bytes((21, 3, 3, 0, 2, 2, 40))
"""A TLS record (RFC 5246, 7.2): an alert, TLS 1.2, two bytes long, fatal, handshake_failure."""

Mode = Literal["open", "tls", "refused"]


class PortTaken(OSError):
    """The port that was asked for is in use."""


class _NoTls(asyncio.Protocol):
    """Answers whatever comes with the alert, and ends the connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(HANDSHAKE_FAILURE)
        self._transport.close()


class Door:
    """What stands at the port. Shut at first; `set` opens it. Used from one event loop."""

    def __init__(self, port: int) -> None:
        """Takes the port (0: a free one). Raises PortTaken."""
        self._socket: socket.socket | None = _bound(port)
        self.port: int = self._socket.getsockname()[1]
        self._mode: Mode = "refused"
        self._site: web.SockSite | None = None
        self._alerts: asyncio.Server | None = None

    @property
    def base_url(self) -> str:
        return f"{'https' if self._mode == 'tls' else 'http'}://{HOST}:{self.port}/v1"

    async def set(self, runner: web.AppRunner, faults: Faults, busy: Container[object] = ()) -> None:
        """Open the port, or what the faults have instead. Raises PortTaken.

        `busy` holds the connections whose answers are under way: they go on.
        """
        wanted: Mode = "refused" if "refused" in faults else "tls" if "tls" in faults else "open"
        if wanted == self._mode:
            return
        await self._shut(runner, busy)
        listener = self._socket if self._socket is not None else _bound(self.port)
        self._socket = listener
        self._mode = wanted
        if wanted == "refused":
            return  # bound, so that nobody else takes it, and not listening
        try:
            listener.listen(128)
        except OSError as error:  # two that are only bound can share a port; whoever listens first has it
            raise _taken(self.port, error) from error
        if wanted == "tls":
            self._alerts = await asyncio.get_running_loop().create_server(_NoTls, sock=listener)
        else:
            self._site = web.SockSite(runner, listener)
            await self._site.start()

    async def _shut(self, runner: web.AppRunner, busy: Container[object]) -> None:
        """Listen no more. Connections that wait for another request are closed, or they would get one served."""
        if self._site is not None:
            await self._site.stop()
            if runner.server is not None:
                for connection in runner.server.connections:
                    if connection in busy:
                        connection.close()
                    else:
                        connection.force_close()
            self._site = self._socket = None
        if self._alerts is not None:
            self._alerts.close()
            self._alerts = self._socket = None

    def close(self) -> None:
        """Let go of the port."""
        if self._alerts is not None:
            self._alerts.close()
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.close()


def _taken(port: int, error: Exception) -> PortTaken:
    return PortTaken(f"The sandbox cannot listen on {HOST}:{port}: {error}. Choose another --port, or 0.")


def _bound(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise _taken(port, error) from error
    listener.setblocking(False)
    return listener
