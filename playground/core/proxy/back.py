"""The connection to the upstream that belongs to one of a program's: reads answers, and hands them on as they come."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import h11

from playground.core.proxy.faults import Broken
from playground.core.proxy.heads import passed, tokens

if TYPE_CHECKING:
    from playground.core.proxy.relay import Relay

HEAD_MOST = 256 * 1024
"""Bytes of a head; servers take less."""
_GONE = "Server disconnected without sending a response"


class Back(asyncio.Protocol):
    """One connection. What comes in one piece goes on in one piece, before anything is written down."""

    def __init__(self) -> None:
        self._conn = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_MOST)
        self._transport: Any = None
        self._out: list[bytes] = []
        self._ended = False
        self.relay: Relay | None = None
        self.used = False
        """Whether it has carried an answer."""

    @property
    def free(self) -> bool:
        """Whether another request may go over it."""
        return self.relay is None and not self._ended and self._conn.our_state is h11.IDLE

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    # The request

    def queue(self, event: h11.Event) -> None:
        """Raises h11.LocalProtocolError for what may not be sent now."""
        data = self._conn.send(event)
        if data:
            self._out.append(data)

    def flush(self) -> None:
        if self._out and not self._ended:
            self._transport.write(b"".join(self._out))
        self._out.clear()

    def write(self, data: bytes) -> None:
        """As it is: what goes through a tunnel."""
        if not self._ended:
            self._transport.write(data)

    def pause_writing(self) -> None:
        if self.relay is not None:
            self.relay.front.hold("upload")

    def resume_writing(self) -> None:
        if self.relay is not None:
            self.relay.front.let("upload")

    def hold(self) -> None:
        """The program reads more slowly than the upstream writes."""
        if not self._ended:
            self._transport.pause_reading()

    def let(self) -> None:
        if not self._ended:
            self._transport.resume_reading()

    # The answer

    def data_received(self, data: bytes) -> None:
        relay = self.relay
        if relay is None or relay.over:  # nobody asked
            self.abort()
        elif relay.in_tunnel:
            relay.from_upstream(data)
        else:
            self._conn.receive_data(data)
            self._pump(relay)

    def eof_received(self) -> bool | None:
        relay, self._ended = self.relay, True
        if relay is not None and not relay.over and not relay.in_tunnel:
            self._conn.receive_data(b"")
            self._pump(relay)
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self._ended = True
        if self.relay is not None:
            self.relay.broken(error or Broken(_GONE))

    def _pump(self, relay: Relay) -> None:
        """Hand on what has come, then write it down."""
        head: h11.Response | None = None
        body: list[bytes] = []
        error: Exception | None = None
        done = False
        front = relay.front
        try:
            while not done:
                event = self._conn.next_event()
                if isinstance(event, h11.Data):
                    front.queue(event)
                    body.append(bytes(event.data))
                elif isinstance(event, h11.Response):
                    head, relay.answering = event, True
                    front.queue(_passed(event))
                elif isinstance(event, h11.EndOfMessage):
                    done = True
                    front.end_answer(event)
                elif isinstance(event, h11.InformationalResponse):
                    if event.status_code == 101:
                        return relay.switched(event, self._conn.trailing_data[0])
                    front.inform(event)
                else:
                    break
        except h11.RemoteProtocolError as broken:
            waiting = self._conn.their_state in (h11.SEND_RESPONSE, h11.IDLE) or not relay.answering
            error = Broken(_GONE if waiting and self._ended else str(broken))
            broken.__traceback__ = None  # as in `front`
        except h11.LocalProtocolError as odd:
            error = Broken(f"what came cannot be passed on: {odd}")
        front.flush()
        relay.note(head, b"".join(body))
        if error is not None:
            relay.broken(error)
        elif done:
            self._done(relay)

    def _done(self, relay: Relay) -> None:
        self.relay = None
        self.used = True
        conn = self._conn
        if conn.our_state is h11.DONE and conn.their_state is h11.DONE and not self._ended:
            conn.start_next_cycle()
            if conn.trailing_data[0]:
                self.abort()
        else:
            self.abort()
        relay.ended()

    def abort(self) -> None:
        """End it at once."""
        self._ended = True
        self.relay = None
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        """End it when all is written."""
        self._ended = True
        self._transport.close()


def _passed(event: h11.Response) -> h11.Response:
    pairs = event.headers.raw_items()
    chunked = any(key.lower() == b"transfer-encoding" and b"chunked" in tokens(value) for key, value in pairs)
    return h11.Response(
        status_code=event.status_code, headers=passed(pairs, chunked=chunked), reason=event.reason, http_version=b"1.1"
    )
