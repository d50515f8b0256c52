"""IDs of what this program makes."""

from __future__ import annotations

import os
import threading
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_last = 0
_last_lock = threading.Lock()


def new_id() -> str:
    """A ULID: 26 characters that sort by the time they were made, also within a millisecond."""
    global _last
    with _last_lock:
        value = (int(time.time() * 1000) << 80) | int.from_bytes(os.urandom(10))
        if value <= _last:
            value = _last + 1
        _last = value
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))
