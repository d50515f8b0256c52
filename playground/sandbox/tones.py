"""Sound without a voice: a beep for each word, so that something can be heard. 16-bit mono PCM at 24 kHz."""

from __future__ import annotations

import array
import math
import struct
import sys
from functools import cache

RATE = 24_000
"""Samples a second, as in the API's own PCM."""
PITCH = 500
"""Hz. The period of 48 samples goes evenly into a frame of MP3 (576 samples)."""
_BEEP, _GAP = 0.096, 0.072
"""Seconds: four and three frames of MP3."""
_FADE = 240
_LOUD = 0.2


def pcm(words: int, speed: float = 1.0) -> bytes:
    """So many beeps, little-endian; `speed` 2 makes them half as long."""
    return _beep(speed) * words


def wav(data: bytes) -> bytes:
    """PCM of `RATE` with a WAV header, whose sizes are true."""
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, RATE * 2, 2, 16)
    body = head + struct.pack("<4sI", b"data", len(data)) + data
    return struct.pack("<4sI4s", b"RIFF", 4 + len(body), b"WAVE") + body


def seconds(data: bytes) -> float:
    """How long PCM of `RATE` lasts."""
    return len(data) / 2 / RATE


@cache
def _beep(speed: float) -> bytes:
    length = round(RATE * _BEEP / speed)
    fade = min(_FADE, length // 4) or 1
    samples = array.array("h")
    for number in range(length):
        level = _LOUD * min(1.0, number / fade, (length - number) / fade)
        samples.append(round(32767 * level * math.sin(2 * math.pi * PITCH * number / RATE)))
    samples.extend([0] * round(RATE * _GAP / speed))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()
