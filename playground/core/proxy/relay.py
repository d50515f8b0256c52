"""One request of a program on its way to the upstream, and its answer on the way back."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import h11

from playground.core.attempts import Trace
from playground.core.proxy.back import Back
from playground.core.proxy.dialing import dial
from playground.core.proxy.faults import Broken, as_logged, fault_of, shaped
from playground.core.proxy.frames import FrameReader
from playground.core.proxy.heads import Head, keys_of, sent_on, with_key
from playground.core.proxy.names import PREFIX
from playground.core.proxy.record import Recording, Sent

if TYPE_CHECKING:
    from playground.core.proxy.front import Front
    from playground.core.proxy.server import ProxyServer

_WAITING_MOST = 256 * 1024
"""Bytes of a body that wait for the connection; more stays with the program."""

_SOON = 0.02
"""Seconds in which an answer from nearby is on its way; until then nothing else is done. The log gathers for longer."""


class Relay:
    """Lives from the head of a request to the last byte of its answer, or until something ends it."""

    def __init__(self, server: ProxyServer, front: Front, head: Head, began: float, *, bodies: bool) -> None:
        """Makes the record of the call, which goes to the writer with `flush`. `bodies`: with its bodies."""
        upstream, target = server.upstream, server.target
        self.front = front
        self.over = False
        self.answering = False
        """Whether the head of the answer has gone to the program."""
        self.in_tunnel = False
        self.method = head.method.decode("ascii", "replace")
        rest = head.target.removeprefix(PREFIX.encode()).decode("latin-1") or "/"
        self.path = (rest if rest.startswith("/") else f"/{rest}").partition("?")[0]
        pairs = sent_on(head, target.netloc)
        if upstream.key is not None:
            pairs = with_key(pairs, server.token, upstream)
        line = f"{target.path}{rest}"
        self._request = h11.Request(
            method=head.method,
            target=(target.absolute + line).encode("latin-1"),
            headers=[*pairs, *target.proxy_headers],
        )
        self._server = server
        self._sent = Sent(target.origin + line, pairs, began)
        self._sdk_method = server.sdk_method(self.method, rest, socket=head.is_socket)
        self._keys = {key for key in (*keys_of(head), upstream.key) if key and key != upstream.no_secret}
        self._bodies = bodies
        self._trace = Trace()
        self._soon: asyncio.TimerHandle | None = None
        self._recording: Recording | None = None
        self._back: Back | None = None
        self._dialing: asyncio.Task[None] | None = None
        self._waiting: list[h11.Event] = []
        self._waiting_size = 0
        self._uploads: list[bytes] = []
        self._uploaded = False
        self._moved = began
        self._watch: asyncio.TimerHandle | None = None
        self._readers: tuple[FrameReader, FrameReader] | None = None
        self._closed_in_order = False

    # The request

    def start(self, back: Back | None) -> None:
        """Send the head over a connection that is there, or over one that is made first."""
        self._send(self._request)
        if back is not None:
            self._attach(back)
        else:
            self._dialing = asyncio.get_running_loop().create_task(self._dial())

    def body(self, data: bytes) -> None:
        self._uploads.append(data)
        self._send(h11.Data(data=data))
        if self._back is None:
            self._waiting_size += len(data)
            if self._waiting_size > _WAITING_MOST:
                self.front.hold("upload")

    def body_end(self, event: h11.EndOfMessage) -> None:
        self._uploaded = True
        self._send(h11.EndOfMessage(headers=event.headers.raw_items()))

    def flush(self) -> None:
        """Send what was gathered, and write it down; the beginning of a call after its answer where that comes soon."""
        if self.over:
            return
        if self._back is not None:
            self._back.flush()
            if self._uploaded and self._trace.sent is None:
                self._trace.sent = time.perf_counter()
        if self._recording is not None:
            self._note_request()
        elif self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(_SOON, self._note_request)

    def _note_request(self) -> Recording:
        if self._recording is None:
            server = self._server
            self._recording = Recording(self._trace, self._keys, bodies=self._bodies)
            name, method = server.upstream.name, self._sdk_method
            self._recording.begin(server.writer, name, self.method, self.path, method, self._sent)
        for data in self._uploads:
            self._recording.upload(data)
        self._uploads.clear()
        if self._uploaded:
            self._recording.uploaded()
        return self._recording

    def _send(self, event: h11.Event) -> None:
        if self._back is None:
            self._waiting.append(event)
        elif not self.over:
            self._moved = time.perf_counter()
            self._back.queue(event)

    async def _dial(self) -> None:
        try:
            async with asyncio.timeout(self._server.upstream.connect):
                back = await dial(self._server.target, Back, self._trace)
        except Exception as error:
            self.broken(error)
            return
        if self.over:
            back.abort()
            return
        self.front.back = back
        self.front.let("upload")
        try:
            self._attach(back)
        except h11.LocalProtocolError as error:
            self.broken(Broken(f"the request cannot be passed on: {error}"))
        self.flush()

    def _attach(self, back: Back) -> None:
        """Send what waited."""
        self._back, back.relay = back, self
        self._moved = time.perf_counter()
        if back.used:
            self._trace.connected = self._moved
        waiting, self._waiting = self._waiting, []
        for event in waiting:
            back.queue(event)
        self._watch = asyncio.get_running_loop().call_later(self._server.upstream.read, self._look)

    def _look(self) -> None:
        """Whether there has been silence for too long."""
        limit = self._server.upstream.read
        quiet = time.perf_counter() - self._moved
        if self.over or self.in_tunnel:
            return
        if quiet >= limit:
            self.broken(TimeoutError())
        else:
            self._watch = asyncio.get_running_loop().call_later(limit - quiet, self._look)

    # The answer

    def note(self, head: h11.Response | None, body: bytes) -> None:
        """Write down what has gone on to the program."""
        self._moved = time.perf_counter()
        recording = self._note_request()
        if head is not None:
            recording.answered(head.status_code, head.headers.raw_items())
        if body:
            recording.chunk(body)

    def ended(self) -> None:
        """The answer is whole, and has gone on."""
        recording = self._note_request()
        recording.ended()
        words = f"{self.method} {self.path}: {recording.status}" if recording.status >= 400 else ""
        self._finish(words)
        self.front.answered()

    def broken(self, error: BaseException) -> None:
        """The upstream could not be reached, hung up, fell silent, or spoke no HTTP."""
        if self.over:
            return
        if self.in_tunnel:
            return self._tunnel_over(by_program=False)
        target, upstream = self._server.target, self._server.upstream
        logged = as_logged(error, target.place, connected=self._back is not None, answered=self.answering)
        status, kind, words = fault_of(logged, upstream.base_url, upstream.name)
        self._note_request().failed(logged)
        self._finish(f"{self.method} {self.path}: {words}")
        if self.answering:
            self.front.break_off()
        else:
            self.front.answer(status, f"upstream_{kind}", shaped(words, "proxy_error", f"upstream_{kind}"))

    def cancel(self) -> None:
        """The program has gone, or the proxy is being stopped."""
        if self.over:
            return
        if self.in_tunnel:
            return self._tunnel_over(by_program=True)
        self._note_request().failed(asyncio.CancelledError())
        self._finish("")

    def _finish(self, failure: str) -> None:
        self.over = True
        for timer in (self._watch, self._soon):
            if timer is not None:
                timer.cancel()
        if self._dialing is not None and not self._dialing.done() and self._dialing is not asyncio.current_task():
            self._dialing.cancel()
        if self._back is not None and self._back.relay is self:
            self._back.abort()
        for reader in self._readers or ():
            reader.close()
        self._server.over(self, failure)

    # A WebSocket

    def switched(self, event: h11.InformationalResponse, early: bytes) -> None:
        """From now on bytes go both ways as they are; a copy is read."""
        pairs = event.headers.raw_items()
        self.front.switch(event)
        self.in_tunnel = self.answering = True
        recording = self._note_request()
        recording.answered(101, pairs)
        extensions = ", ".join(v.decode("latin-1") for k, v in pairs if k.lower() == b"sec-websocket-extensions")
        self._readers = (
            FrameReader("sent", extensions, self._frame), FrameReader("received", extensions, self._frame)
        )  # fmt: skip
        if early:
            self.from_upstream(early)

    def from_program(self, data: bytes) -> None:
        if self._back is not None and self._readers is not None:
            self._back.write(data)
            self._readers[0].feed(data)

    def from_upstream(self, data: bytes) -> None:
        self.front.write(data)
        if self._readers is not None:
            self._readers[1].feed(data)

    def _frame(self, line: bytes) -> None:
        if line.startswith(b'{"direction":"closed"'):
            if self._closed_in_order:  # the other side's echo
                return
            self._closed_in_order = True
        self._note_request().chunk(line)

    def _tunnel_over(self, *, by_program: bool) -> None:
        recording = self._note_request()
        if self._closed_in_order:
            recording.ended()
        elif by_program:
            recording.failed(asyncio.CancelledError())
        else:
            recording.failed(as_logged(ConnectionResetError("no close frame"), "", connected=True, answered=True))
        self._finish("" if self._closed_in_order or by_program else f"{self.method} {self.path}: broken off")
        self.front.break_off()
