"""What goes over a WebSocket, read from a copy: lines of JSON as `core.sockets` writes them for connections of ours."""

from __future__ import annotations

import base64
import logging
import re
import struct
from collections.abc import Callable, Generator, Sequence
from typing import Any, Literal

import orjson

from playground.core.jsondoc.loads import loads

Direction = Literal["sent", "received"]
_MOST = 64 * 1024 * 1024
_log = logging.getLogger(__name__)


class FrameReader:
    """Reads one direction, in whatever pieces it comes. What is no WebSocket is said once and not read on: it is only
    the copy."""

    def __init__(self, direction: Direction, extensions: str, tell: Callable[[bytes], object]) -> None:
        """`extensions`: of the answer to the handshake; `tell` gets each message's line."""
        from websockets.streams import StreamReader

        self._direction, self._tell = direction, tell
        self._stream = StreamReader()
        self._message = bytearray()
        self._binary = False
        self._parse: Generator[None, None, None] | None = self._frames(_deflate(extensions, direction))
        next(self._parse)

    def close(self) -> None:
        """Nothing more comes. The parser and this hold each other."""
        self._parse = None

    def feed(self, data: bytes) -> None:
        if self._parse is None:
            return
        self._stream.feed_data(data)
        try:
            next(self._parse)
        except Exception as error:
            self._parse = None
            words = f"what went on could not be read: {type(error).__name__} {error}"
            self._tell(orjson.dumps({"direction": self._direction, "data": None, "note": words}) + b"\n")

    def _frames(self, extensions: Sequence[Any]) -> Generator[None, None, None]:
        from websockets.frames import Frame

        while True:
            frame = yield from Frame.parse(
                self._stream.read_exact, mask=self._direction == "sent", max_size=_MOST, extensions=extensions
            )
            self._frame(frame)

    def _frame(self, frame: Any) -> None:
        from websockets.frames import Opcode

        if frame.opcode is Opcode.CLOSE:
            code = struct.unpack("!H", frame.data[:2])[0] if len(frame.data) >= 2 else 1005
            reason = bytes(frame.data[2:]).decode("utf-8", "replace")
            by = "client" if self._direction == "sent" else "server"
            self._tell(orjson.dumps({"direction": "closed", "code": code, "reason": reason, "by": by}) + b"\n")
            return
        if frame.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            return
        if frame.opcode is not Opcode.CONT:
            self._message.clear()
            self._binary = frame.opcode is Opcode.BINARY
        self._message += frame.data
        if len(self._message) > _MOST:
            raise ValueError("a message is too long")
        if frame.fin:
            self._tell(line_of(self._direction, bytes(self._message), binary=self._binary))
            self._message.clear()


def line_of(direction: Direction, raw: bytes, *, binary: bool) -> bytes:
    """One message as a line."""
    try:
        data = loads(raw)
        line = orjson.dumps(data) if b"\n" in raw or binary else raw
    except (ValueError, RecursionError):
        try:
            line = orjson.dumps(raw.decode())
        except UnicodeDecodeError:
            line = b'{"base64":"%s"}' % base64.b64encode(raw)
    return b'{"direction":"%s","data":%s}\n' % (direction.encode(), line)


def _deflate(extensions: str, direction: Direction) -> list[Any]:
    """How to undo what the two sides agreed on."""
    if "permessage-deflate" not in extensions:
        return []
    from websockets.extensions.permessage_deflate import PerMessageDeflate

    side = "client" if direction == "sent" else "server"
    found = re.search(rf"{side}_max_window_bits=\"?(\d+)", extensions)
    return [PerMessageDeflate(f"{side}_no_context_takeover" in extensions, True, int(found[1]) if found else 15, 15)]
