"""A key that a server spells over several events of a stream: `"delta": "sk-pr"`, `"delta": "oj-…"`.

In the bytes it stands nowhere whole, and on the screen it does. So what the events say is looked at joined, field by
field; where a key comes out its letters become stars where they stand. Nothing waits but an event with whose end a key
may begin.
"""

from __future__ import annotations

import re

_FIELD = re.compile(
    rb'"(delta|content|refusal|reasoning_content|arguments|text|value|input|transcript|token)"'
    rb'\s*:\s*"([^"\\]*(?:\\.[^"\\]*)*)("|\\?\Z)',
    re.DOTALL,
)
"""The fields in which the APIs spell what a model says; a string may be cut where a piece ends."""
_REST = re.compile(rb'((?:[^"\\]|\\.)*)("|\\?\Z)', re.DOTALL)
_LEAST = 6
"""Shorter keys are not looked for: they are words."""
_HELD = 4
"""Characters with which a key must have begun before anything waits for the rest."""
HELD_MOST = 64 * 1024
"""Bytes that wait at most."""


class SpreadMask:
    """Masks one key in the pieces of a stream of events. As long as nothing looks like a key, each piece is handed on
    as it came."""

    def __init__(self, key: str) -> None:
        self._key = key.encode() if len(key) >= _LEAST else b""
        self._held = b""
        self._before: dict[bytes, bytes] = {}
        """What the fields ended with, in what was handed on: less than the beginning that things wait for."""
        self._inside = self._open = b""
        """The field in whose string the last piece handed on was cut, and the one looked at."""

    def feed(self, data: bytes) -> bytes:
        """What can be handed on of all that has come; may be empty."""
        if not self._key:
            return data
        data, self._held = self._held + data, b""
        if self._is_clear(data):
            return data
        places = self._places(data)
        if not places:
            self._remember(data, places)
            return data
        masked: bytearray | None = None
        wait = len(data)
        for name, spans in places.items():
            before = self._before.get(name, b"")
            said = before + b"".join(data[start:end] for start, end in spans)
            for at in _occurrences(said, self._key):
                masked = masked if masked is not None else bytearray(data)
                for offset in _offsets(spans, at - len(before), at - len(before) + len(self._key)):
                    masked[offset] = 0x2A  # *
                said = said[:at] + b"*" * len(self._key) + said[at + len(self._key) :]
            begun = _begun(said, self._key)
            if begun >= _HELD:
                first = len(said) - begun - len(before)
                wait = min(wait, next(iter(_offsets(spans, max(first, 0), max(first, 0) + 1)), len(data)))
        out = bytes(masked) if masked is not None else data
        if wait < len(out) and len(out) - wait <= HELD_MOST:
            wait = max(out.rfind(b"\n", 0, wait) + 1, 0)
            out, self._held = out[:wait], out[wait:]
            places = self._places(out)
        self._remember(out, places)
        return out

    def last(self) -> bytes:
        """What waited, when nothing follows."""
        held, self._held = self._held, b""
        return held

    def _is_clear(self, data: bytes) -> bool:
        """Whether the key is nowhere in what the events say so far, nor begun; then they are remembered. What all of
        them pay: the places of single strings are only needed where it is (half the time, measured)."""
        start, inside = 0, b""
        said: dict[bytes, list[bytes]] = {}
        if self._inside and (rest := _REST.match(data)) is not None:
            said[self._inside] = [rest[1]]
            start = rest.end()
            inside = b"" if rest[2] == b'"' else self._inside
        found = _FIELD.findall(data, start)
        for name in {name for name, _, _ in found}:
            said.setdefault(name, []).extend([text for other, text, _ in found if other == name])
        if found:
            inside = b"" if found[-1][2] == b'"' else found[-1][0]
        joined = {name: self._before.get(name, b"") + b"".join(texts) for name, texts in said.items()}
        if any(self._key in text or _begun(text, self._key) >= _HELD for text in joined.values()):
            return False
        most = len(self._key) - 1
        for name, text in joined.items():
            self._before[name] = text[-most:]
        self._open = inside
        if data:
            self._inside = inside
        return True

    def _places(self, data: bytes) -> dict[bytes, list[tuple[int, int]]]:
        """Where each field's strings stand in a piece."""
        found: dict[bytes, list[tuple[int, int]]] = {}
        start, self._open = 0, b""
        if self._inside and (rest := _REST.match(data)) is not None:
            found[self._inside] = [rest.span(1)]
            start = rest.end()
            self._open = b"" if rest[2] == b'"' else self._inside
        for match in _FIELD.finditer(data, start):
            found.setdefault(match[1], []).append(match.span(2))
            self._open = b"" if match[3] == b'"' else match[1]
        return found

    def _remember(self, data: bytes, places: dict[bytes, list[tuple[int, int]]]) -> None:
        """How the fields end in what is handed on."""
        most = len(self._key) - 1
        for name, spans in places.items():
            said = self._before.get(name, b"") + b"".join(data[start:end] for start, end in spans)
            self._before[name] = said[-most:]
        if data:
            self._inside = self._open


def _occurrences(text: bytes, key: bytes) -> list[int]:
    found, at = [], text.find(key)
    while at >= 0:
        found.append(at)
        at = text.find(key, at + len(key))
    return found


def _begun(text: bytes, key: bytes) -> int:
    """How many letters at the text's end are the key's first."""
    for length in range(min(len(key) - 1, len(text)), 0, -1):
        if text.endswith(key[:length]):
            return length
    return 0


def _offsets(spans: list[tuple[int, int]], first: int, last: int) -> list[int]:
    """The places in the piece of the letters `first` to `last` of the joined strings; those before it are gone."""
    found, passed = [], 0
    for start, end in spans:
        size = end - start
        for at in range(max(first - passed, 0), min(last - passed, size)):
            found.append(start + at)
        passed += size
    return found
