"""The connection of a program: reads its requests, lets them in or not, and writes the answers."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Literal

import h11

from playground.core.proxy import faults
from playground.core.proxy.back import HEAD_MOST, Back
from playground.core.proxy.heads import Head, Refusal, keys_of, passed, refusal
from playground.core.proxy.relay import Relay

if TYPE_CHECKING:
    from playground.core.proxy.server import ProxyServer

_AHEAD = 64 * 1024
"""Bytes that a program may send ahead of its turn."""
_LINGER = 2.0
"""Seconds for a program to read an answer that came before it had sent everything."""
Reason = Literal["upload", "ahead"]


class Front(asyncio.Protocol):
    """One connection. A request is passed on piece by piece, while it comes."""

    def __init__(self, server: ProxyServer) -> None:
        self._server = server
        self._conn = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_MOST)
        self._transport: Any = None
        self._out: list[bytes] = []
        self._held: set[Reason] = set()
        self._leaving = False
        self._is_head = False
        self._linger: asyncio.TimerHandle | None = None
        self.relay: Relay | None = None
        self.back: Back | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._server.came(self)

    def connection_lost(self, _error: Exception | None) -> None:
        self._leaving = True
        if self._linger is not None:
            self._linger.cancel()
        if self.relay is not None:
            self.relay.cancel()
        if self.back is not None:
            self.back.abort()
        self.relay = self.back = None
        self._server.left(self)

    def eof_received(self) -> bool | None:
        """A program that closes its side wants no answer any more: programs do not close half a connection."""
        if self.relay is not None:
            self.relay.cancel()
        return False

    # Reading

    def data_received(self, data: bytes) -> None:
        if self._leaving:
            return
        if self.relay is not None and self.relay.in_tunnel:
            self.relay.from_program(data)
            return
        self._conn.receive_data(data)
        self._pump()

    def _pump(self) -> None:
        now = time.perf_counter()
        try:
            while not self._leaving:
                event = self._conn.next_event()
                if isinstance(event, h11.Request):
                    self._request(event, now)
                elif isinstance(event, h11.Data) and self.relay is not None:
                    self.relay.body(bytes(event.data))
                elif isinstance(event, h11.EndOfMessage) and self.relay is not None:
                    self.relay.body_end(event)
                else:
                    if event is h11.PAUSED and len(self._conn.trailing_data[0]) > _AHEAD:
                        self.hold("ahead")
                    break
        except h11.RemoteProtocolError as error:
            self._bad(Refusal(error.error_status_hint, "bad_request", f"This is no HTTP request: {error}"))
            error.__traceback__ = None  # h11 has it in a frame of it: a circle that would hold all of this
        except h11.LocalProtocolError as error:
            self._bad(Refusal(400, "bad_request", f"This request cannot be passed on: {error}"))
        if self.relay is not None:
            self.relay.flush()

    def _request(self, event: h11.Request, now: float) -> None:
        head = Head(event.method, event.target, event.headers.raw_items())
        self._is_head = event.method == b"HEAD"
        bodies = self._server.learn(keys_of(head))
        refused = refusal(head, self._server.token)
        if refused is not None:
            self._refuse(refused)
            return
        self.relay = Relay(self._server, self, head, now, bodies=bodies)
        self._server.began(self.relay)
        back = self.back if self.back is not None and self.back.free else None
        self.relay.start(back)

    def _bad(self, why: Refusal) -> None:
        relay, self.relay = self.relay, None
        answered = relay is not None and relay.answering
        if relay is not None:
            relay.cancel()
        if answered:
            self.break_off()
        else:
            self._refuse(why)

    def _refuse(self, why: Refusal) -> None:
        self._server.refused(why)
        self._answer(why.status, why.code, faults.refusal_body(why), close=True)

    def hold(self, reason: Reason) -> None:
        """Read no more for the time being."""
        if not self._held and not self._leaving:
            self._transport.pause_reading()
        self._held.add(reason)

    def let(self, reason: Reason) -> None:
        if reason in self._held:
            self._held.discard(reason)
            if not self._held and not self._leaving:
                self._transport.resume_reading()

    # Writing

    def pause_writing(self) -> None:
        if self.relay is not None and self.back is not None:
            self.back.hold()

    def resume_writing(self) -> None:
        if self.back is not None:
            self.back.let()

    def queue(self, event: h11.Event) -> None:
        """Raises h11.LocalProtocolError for what may not be sent now."""
        data = self._conn.send(event)
        if data:
            self._out.append(data)

    def flush(self) -> None:
        if self._out and not self._leaving:
            self._transport.write(b"".join(self._out))
        self._out.clear()

    def write(self, data: bytes) -> None:
        """As it is: what goes through a tunnel."""
        if not self._leaving:
            self._transport.write(data)

    @property
    def _is_new(self) -> bool:
        """Whether the program speaks HTTP/1.1, and so knows 1xx answers and trailers."""
        return self._conn.their_http_version not in (None, b"1.0", b"0.9")

    def inform(self, event: h11.InformationalResponse) -> None:
        """Pass a 1xx on: `100 Continue`, `103 Early Hints`."""
        if self._is_new:
            pairs = passed(event.headers.raw_items(), chunked=False)
            self.queue(h11.InformationalResponse(status_code=event.status_code, headers=pairs, reason=event.reason))

    def end_answer(self, event: h11.EndOfMessage) -> None:
        """With its trailers, where the program can have them."""
        self.queue(h11.EndOfMessage(headers=event.headers.raw_items() if self._is_new else []))

    def switch(self, event: h11.InformationalResponse) -> None:
        """`101 Switching Protocols`"""
        pairs = [
            *passed(event.headers.raw_items(), chunked=False),
            (b"Connection", b"Upgrade"),
            (b"Upgrade", b"websocket"),
        ]
        self.queue(h11.InformationalResponse(status_code=101, headers=pairs, reason=event.reason))
        self.flush()
        early = self._conn.trailing_data[0]
        if early and self.back is not None:
            self.back.write(early)

    def answer(self, status: int, kind: str, body: bytes) -> None:
        """Answer in the upstream's place."""
        self._answer(status, kind, body, close=self._conn.their_state is not h11.DONE)

    def _answer(self, status: int, kind: str, body: bytes, *, close: bool) -> None:
        if self._conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.break_off()
            return
        self.queue(h11.Response(status_code=status, headers=faults.headers(kind, len(body), close=close)))
        if not self._is_head:
            self.queue(h11.Data(data=body))
        self.queue(h11.EndOfMessage())
        self.flush()
        self.answered()

    def answered(self) -> None:
        """The answer is out: wait for the next request, or part."""
        self.relay = None
        self.let("upload")
        if self.back is not None and not self.back.free:
            self.back = None
        conn = self._conn
        if conn.our_state is h11.DONE and conn.their_state is h11.DONE:
            conn.start_next_cycle()
            self.let("ahead")
            if conn.trailing_data[0]:
                self._pump()
        elif conn.their_state in (h11.DONE, h11.MUST_CLOSE, h11.CLOSED):
            self._leave()
        else:  # it may still be sending; closed at once, it might never read the answer
            self._leaving = True
            self._transport.resume_reading()
            if self._transport.can_write_eof():
                self._transport.write_eof()
            self._linger = asyncio.get_running_loop().call_later(_LINGER, self._transport.abort)

    def _leave(self) -> None:
        self._leaving = True
        self._transport.close()

    def break_off(self) -> None:
        """End it as the upstream ended it: in the middle."""
        self.flush()
        self._leave()

    def abort(self) -> None:
        """End it at once; what is under way is recorded as cancelled."""
        self._transport.abort()
