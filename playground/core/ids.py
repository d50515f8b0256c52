"""IDs of what this program makes."""

from __future__ import annotations

import os
import threading
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_last = 0
_last_lock = threading.Lock()


def new_id() -> str:
    """A ULID: 26 characters that sort by the time they were made, also within a millisecond and where the clock was
    set back."""
    global _last
    with _last_lock:
        value = (int(time.time() * 1000) << 80) | int.from_bytes(os.urandom(10))
        if value <= _last:  # by chance, so that two processes that go on from the same id do not meet
            value = _last + 1 + int.from_bytes(os.urandom(6))
        _last = value
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


def sort_after(known_id: str) -> None:
    """The ids made from now on sort after this one: it may be of a time before the clock was set back."""
    global _last
    value = 0
    for character in known_id.upper():
        value = value << 5 | _ALPHABET.find(character)
    if len(known_id) == 26 and set(known_id.upper()) <= set(_ALPHABET):
        with _last_lock:
            _last = max(_last, value)


def first_id(moment: float) -> str:
    """The smallest ID that can have been made at a time (Unix seconds): all of later times sort behind it."""
    value = max(0, int(moment * 1000)) << 80
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))
