"""Server-sent events out of the bytes of a stream, a whole network read at a time.

After the WHATWG specification (lines end in CR, LF or CRLF, comments, several `data:` lines to an event, a byte order
mark), with one difference: an event that the end of the stream left without its empty line is handed out by `close`,
because servers forget it. Works at about a microsecond an event where the stream is as most servers write it.
"""

from __future__ import annotations

from typing import NamedTuple

_BOM = b"\xef\xbb\xbf"

DONE = b"[DONE]"
"""The data of the last event of a Chat Completions stream."""


class SseEvent(NamedTuple):
    """One event. `event` is empty where the stream names none; `data` is UTF-8 without its last line break."""

    event: str
    data: bytes


class SseSplitter:
    """Feed it what the network gave, in pieces of any size; get the events that are complete."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        """What belongs to an event that is not complete; its lines end in LF."""
        self._start = b""
        """Up to two bytes of a possible byte order mark."""
        self._started = False
        self._after_cr = False
        self._after_lf = False
        self._names: dict[bytes, str] = {}

    def feed(self, chunk: bytes) -> list[SseEvent]:
        """The events that `chunk` completes."""
        if not self._started:
            chunk = self._strip_mark(chunk)
        if self._after_cr or b"\r" in chunk:
            chunk = self._normalise(chunk)
        if not chunk:
            return []
        border = self._after_lf and chunk[0] == 10
        self._after_lf = chunk[-1] == 10
        if not border and b"\n\n" not in chunk:
            self._held.append(chunk)
            return []
        if self._held:
            self._held.append(chunk)
            chunk = b"".join(self._held)
        frames = chunk.split(b"\n\n")
        rest = frames.pop()
        self._held = [rest] if rest else []
        events: list[SseEvent] = []
        add, make, names = events.append, tuple.__new__, self._names
        for frame in frames:
            # The two forms that nearly every server writes; everything else goes the long way.
            if frame.startswith(b"event: "):
                end = frame.find(b"\n")
                if frame.startswith(b"data: ", end + 1) and frame.find(b"\n", end + 7) < 0 and len(frame) > end + 7:
                    name = frame[7:end]
                    add(make(SseEvent, (names.get(name) or self._name(name), frame[end + 7 :])))
                    continue
            elif frame.startswith(b"data: ") and len(frame) > 6 and b"\n" not in frame:
                add(make(SseEvent, ("", frame[6:])))
                continue
            event = parse_frame(frame)
            if event is not None:
                add(event)
        return events

    def _name(self, name: bytes) -> str:
        """The text of an event's name, which comes again and again."""
        text = name.decode("utf-8", "replace")
        if len(self._names) < 256:
            self._names[name] = text
        return text

    def close(self) -> list[SseEvent]:
        """The event that the end of the stream left without its empty line, if any; its data may be cut."""
        if not self._started:
            self._held, self._started = [self._start], True
        rest, self._held = b"".join(self._held), []
        event = parse_frame(rest)
        return [event] if event is not None else []

    def _strip_mark(self, chunk: bytes) -> bytes:
        chunk = self._start + chunk
        if len(chunk) < 3 and _BOM.startswith(chunk):
            self._start = chunk
            return b""
        self._start, self._started = b"", True
        return chunk.removeprefix(_BOM)

    def _normalise(self, chunk: bytes) -> bytes:
        """CR and CRLF as LF; a CRLF can be torn apart by the border of two chunks."""
        if not chunk:
            return chunk
        torn = self._after_cr and chunk[0] == 10
        self._after_cr = chunk[-1] == 13
        chunk = chunk[1:] if torn else chunk
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def parse_frame(frame: bytes) -> SseEvent | None:
    """One event's lines; None where they hold no data (comments, a lonely `event:` or `id:`)."""
    name = ""
    data: list[bytes] = []
    for line in frame.split(b"\n"):
        field, _, value = line.partition(b":")
        if value[:1] == b" ":
            value = value[1:]
        if field == b"data":
            data.append(value)
        elif field == b"event":
            name = value.decode("utf-8", "replace")
    if not any(data) and len(data) < 2:
        return None
    return SseEvent(name, b"\n".join(data))
