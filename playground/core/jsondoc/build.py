"""One pass over a body: is it JSON, and where do the children of its large containers begin?

Containers that fit into a window are only skipped; their children are looked up when someone opens them. Larger ones
are walked by hand, child by child, however deep they are nested, and leave marks about every half kilobyte.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from json.decoder import JSONDecodeError

from playground.core.jsondoc.scan import (
    CLOSE_ARRAY,
    CLOSE_OBJECT,
    COLON,
    COMMA,
    OPEN_ARRAY,
    OPEN_OBJECT,
    QUOTE,
    Scanner,
    expected,
)

MARK_EVERY = 512
"""Bytes between two marks, at least."""
_STRETCH = 16 * 1024
"""Bytes of small children that are skipped as one."""
_SMALL = 3000
"""Bytes of a child that count as small."""
_DEEP = 400
"""Levels that are walked by hand after the library's scanner found a value nested too deep."""


class Big:
    """A container that was walked by hand: its end, how many children it has, and where some of them begin."""

    __slots__ = ("count", "end", "numbers", "offsets")

    def __init__(self) -> None:
        self.end = 0
        self.count = 0
        self.numbers = array("Q")
        """Child numbers, ascending; the first is 0."""
        self.offsets = array("Q")
        """Where each of these children begins; in an object, its key."""

    def mark(self, offset: int) -> None:
        self.numbers.append(self.count)
        self.offsets.append(offset)


class _Frame:
    __slots__ = ("after", "at", "big", "close", "is_object", "next_mark", "retry", "start")

    def __init__(self, start: int, is_object: bool) -> None:
        self.start = start
        self.is_object = is_object
        self.close = CLOSE_OBJECT if is_object else CLOSE_ARRAY
        self.big = Big()
        self.at = start + 1
        self.after = False
        """A child was read; a comma or the end is next."""
        self.next_mark = 0
        self.retry = 0
        """Where skipping several children as one may be tried again."""


class Stopped(Exception):
    """Nobody wants the result any more."""


class Builder:
    """Walks one body. `big` holds the large containers by the offset they begin at."""

    def __init__(
        self,
        scanner: Scanner,
        stopped: Callable[[], bool] | None = None,
        progress: Callable[[int], object] | None = None,
    ) -> None:
        self.big: dict[int, Big] = {}
        self._scanner = scanner
        self._data = scanner.data
        self._stack: list[_Frame] = []
        self._by_hand = 0
        self._end = 0
        self._told = 0
        self._stopped = stopped
        self._progress = progress

    def value(self, at: int) -> int:
        """Walk the value at a byte; returns its end. Raises Broken, and Stopped when `stopped()` says so."""
        self._enter(at)
        while self._stack:
            self._walk(self._stack[-1])
        return self._end

    def _enter(self, at: int) -> bool:
        """Skip a value, True; or begin to walk it, False."""
        data, scanner = self._data, self._scanner
        is_container = at < len(data) and data[at] in (OPEN_ARRAY, OPEN_OBJECT)
        end = -1
        if self._by_hand and is_container:
            self._by_hand -= 1
        else:
            end = scanner.counted(at)[0] if at < len(data) else -1
            if end < 0 and scanner.too_deep:
                self._by_hand, scanner.too_deep = _DEEP, False
        if end < 0 and is_container:
            frame = _Frame(at, data[at] == OPEN_OBJECT)
            self.big[at] = frame.big
            self._stack.append(frame)
            return False
        self._end = end if end >= 0 else scanner.scalar_end(at)
        return True

    def _walk(self, frame: _Frame) -> None:
        """Read children until one has to be walked itself, or the container ends."""
        data, scanner, big = self._data, self._scanner, frame.big
        size = len(data)
        while True:
            at = scanner.space(frame.at)
            if at < size and data[at] == frame.close:
                self._leave(frame, at + 1)
                return
            if frame.after:
                if at >= size or data[at] != COMMA:
                    raise expected("a comma or the end of the " + _name(frame), data, at)
                before, at = at, scanner.space(at + 1)
                if at >= frame.retry and big.count > 8 and self._stretch(frame, before, at):
                    continue
            if at >= frame.next_mark:
                big.mark(at)
                frame.next_mark = at + MARK_EVERY
            if frame.is_object:
                at = self._key(at)
            big.count += 1
            frame.after = True
            if not self._enter(at):
                return
            frame.at = self._end
            if self._end - self._told > _STRETCH:
                self._tell()

    def _leave(self, frame: _Frame, end: int) -> None:
        frame.big.end = self._end = end
        self._stack.pop()
        if self._stack:
            self._stack[-1].at = end

    def _key(self, at: int) -> int:
        """Skip a key and its colon."""
        data, scanner = self._data, self._scanner
        if at >= len(data) or data[at] != QUOTE:
            raise expected("a name in double quotes", data, at)
        end = scanner.counted(at)[0]
        at = scanner.space(end if end >= 0 else scanner.string_end(at))
        if at >= len(data) or data[at] != COLON:
            raise expected("a colon", data, at)
        return scanner.space(at + 1)

    def _stretch(self, frame: _Frame, comma: int, at: int) -> bool:
        """Skip many small children at once: as one container made of what lies between here and a likely end.

        That it is one is certain where the scanner reads exactly to the end of it.
        """
        data, scanner, big = self._data, self._scanner, frame.big
        frame.retry = at + 4 * MARK_EVERY
        if (comma - frame.start) > _SMALL * big.count:
            return False
        before = data[comma - 1]
        between = data[comma : at + 1] if before in b'"}]' or frame.is_object else b","
        lead = before in b'"}]'
        separator = (bytes((before,)) + between if lead else between).decode("latin-1")
        if not scanner.base <= at < scanner.base + len(scanner.text) - _STRETCH:
            scanner.load(at)
        place = at - scanner.base
        cut = scanner.text.rfind(separator, place, place + _STRETCH)
        if cut <= place:
            return False
        cut += lead
        inside = scanner.text[place:cut]
        whole = f"{{{inside}}}" if frame.is_object else f"[{inside}]"
        try:
            value, end = scanner.scan(whole, 0)
        except (JSONDecodeError, StopIteration, RecursionError):
            return False
        if end != len(whole):
            return False
        big.mark(at)
        big.count += value if frame.is_object else len(value)
        frame.retry = frame.next_mark = frame.at = scanner.base + cut
        self._end = frame.at
        self._tell()
        return True

    def _tell(self) -> None:
        self._told = self._end
        if self._stopped is not None and self._stopped():
            raise Stopped
        if self._progress is not None:
            self._progress(self._end)


def _name(frame: _Frame) -> str:
    return "object" if frame.is_object else "array"
