"""JSON Lines, looked through line by line in bounded memory: what the server would refuse, before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import orjson

from playground.core.transfers.rules import FileFinding, bytes_text, document, finding

LONGEST = 16 * 1024 * 1024
"""Bytes of a line that is parsed; longer ones are passed over, and it is said."""
SHOWN = 20
"""Lines that are listed as wrong at most; the others are counted."""
_BLOCK = 1024 * 1024
_LONGEST_VALUE = 80
_MARKS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"{\0", "UTF-16"), (b"\0{", "UTF-16"))


def lines_of(file: BinaryIO, size: int, stop: Callable[[], bool] | None = None) -> Iterator[bytes | None]:
    """The lines of a file's first `size` bytes, without their end; None for one that is too long. No more is read of a
    file that grows meanwhile, perhaps for ever. Ends early where `stop` says so. Raises OSError."""
    held = bytearray()
    too_long = False
    while size > 0 and (block := file.read(min(size, _BLOCK))):
        size -= len(block)
        if stop is not None and stop():
            return
        *whole, last = block.split(b"\n")
        for piece in whole:
            if too_long or len(held) + len(piece) > LONGEST:
                yield None
            else:
                yield bytes(held + piece) if held else piece
            held.clear()
            too_long = False
        if too_long or len(held) + len(last) > LONGEST:
            held.clear()
            too_long = True
        else:
            held += last
    if too_long:
        yield None
    elif held:
        yield bytes(held)


class LineCheck:
    """What is wrong with the lines of one file."""

    def __init__(self, name: str, purpose: str) -> None:
        self._name, self._purpose = name, purpose
        entry = document()["purposes"][purpose]
        self._least, self._most = entry.get("least_lines"), entry.get("most_lines")
        self._shapes: list[list[str]] = document()["shapes"].get(purpose, [])
        self._ids: dict[str, int] = {}
        self._first: dict[str, str] = {}
        self.count = 0
        """Lines that hold something."""
        self._errors = 0
        self.found: list[FileFinding] = []
        self._warned: set[str] = set()

    def run(self, file: BinaryIO, size: int, stop: Callable[[], bool] | None = None) -> list[FileFinding]:
        """Read all of it, `size` bytes. Raises OSError."""
        for number, line in enumerate(lines_of(file, size, stop), start=1):
            if number == 1 and line is not None:
                wrong = self._encoding(line)
                if wrong is not None:
                    return [wrong]
                line = self._without_mark(line)
            self._line(number, line)
        return self._totals()

    def _encoding(self, line: bytes) -> FileFinding | None:
        for mark, words in _MARKS:
            if line.startswith(mark):
                return finding("not_utf8", name=self._name, found=words)
        return None

    def _without_mark(self, line: bytes) -> bytes:
        if line.startswith(b"\xef\xbb\xbf"):
            self._warn("byte_order_mark", None, name=self._name)
            return line[3:]
        return line

    def _line(self, number: int, line: bytes | None) -> None:
        if line is None:
            self.count += 1
            self._warn("line_long", number, most=bytes_text(LONGEST))
            return
        if not line.strip():
            self._warn("line_blank", number)
            return
        self.count += 1
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            self._wrong("line_json", number, reason=_reason(error, line))
            return
        if not isinstance(value, dict):
            self._wrong("line_object", number, found=_called(value))
            return
        missing = self._missing(value)
        if missing:
            known = " or ".join(", ".join(f"“{key}”" for key in shape) for shape in self._shapes)
            self._wrong("line_shape", number, missing=missing, known=known, purpose=self._purpose)
        elif self._purpose == "batch":
            self._request(number, value)

    def _missing(self, value: dict[str, Any]) -> str:
        """What the shape that fits best lacks; empty where one fits."""
        if not self._shapes:
            return ""
        lacks = [[key for key in shape if key not in value] for shape in self._shapes]
        best = min(lacks, key=len)
        return ", ".join(f"“{key}”" for key in best)

    def _request(self, number: int, value: dict[str, Any]) -> None:
        name, url, body = str(value["custom_id"]), str(value["url"]), value["body"]
        first = self._ids.get(name)
        if first is not None:
            self._wrong("line_duplicate", number, value=name[:_LONGEST_VALUE], first=first)
        elif self._most is None or len(self._ids) <= self._most:
            self._ids[name] = number
        known = document()["batch_urls"]
        if url not in known:
            self._wrong("line_url", number, value=url[:_LONGEST_VALUE], known=", ".join(known))
            return
        self._same("url", number, url)
        if isinstance(body, dict) and isinstance(body.get("model"), str):
            self._same("model", number, body["model"])

    def _same(self, what: str, number: int, value: str) -> None:
        first = self._first.setdefault(what, value)
        if value != first:
            self._wrong("line_mixed", number, what=what, value=value[:_LONGEST_VALUE], first=first[:_LONGEST_VALUE])

    def _wrong(self, rule: str, line: int, **values: object) -> None:
        self._errors += 1
        if self._errors <= SHOWN:
            self.found.append(finding(rule, line, **values))

    def _warn(self, rule: str, line: int | None, **values: object) -> None:
        """A warning is said once: of the first line that it is about."""
        if rule not in self._warned:
            self._warned.add(rule)
            self.found.append(finding(rule, line, **values))

    def _totals(self) -> list[FileFinding]:
        found = list(self.found)
        if self._errors > SHOWN:
            found.append(finding("more_lines", count=self._errors - SHOWN, shown=SHOWN))
        if self._least is not None and self.count < self._least:
            found.append(finding("too_few_lines", name=self._name, count=self.count, least=self._least))
        if self._most is not None and self.count > self._most:
            found.append(finding("too_many_lines", name=self._name, count=self.count, most=self._most))
        return found


def _reason(error: orjson.JSONDecodeError, line: bytes) -> str:
    """The parser's words with the column in characters; what stands there is shown."""
    words = error.msg.split(": line")[0]
    if "utf-8" in words.lower() or "str is not valid" in words.lower():
        return f"it holds bytes that are no UTF-8 ({words})"
    return f"{words[:1].upper()}{words[1:]} at column {error.colno}"


def _called(value: object) -> str:
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return "a text"
    return {None: "null", True: "true", False: "false"}.get(value, "a number")  # type: ignore[call-overload, no-any-return]
