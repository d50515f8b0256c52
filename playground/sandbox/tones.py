"""Sound without a voice: a beep for each word, so that something can be heard. 16-bit mono PCM at 24 kHz."""

from __future__ import annotations

import array
import math
import struct
import sys
from functools import cache

from playground.core.resources import resource

RATE = 24_000
"""Samples a second, as in the API's own PCM."""
PITCH = 500
"""Hz. The period of 48 samples goes evenly into a frame of MP3 (576 samples)."""
_BEEP, _GAP = 0.096, 0.072
"""Seconds: four and three frames of MP3."""
_FADE = 240
_LOUD = 0.2
_KILOBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
_KILOBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
"""By the index in a frame's header: MPEG-1 and MPEG-2, layer III."""


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


def mp3(words: int) -> bytes:
    """The same as MP3 (64 kbit/s, mono, 24 kHz), at least three beeps.

    LAME made four of them once (`resources/sandbox/tone.mp3`): a beep and its gap are seven frames, and from the second
    beep on the seven come again and again, so that putting them together gives what LAME would, byte by byte.
    """
    frames = _frames(resource("sandbox", "tone.mp3").read_bytes())
    return b"".join([*frames[:13], *frames[13:20] * (max(words, 3) - 3), *frames[20:]])


def mp3_seconds(data: bytes) -> float:
    """How long MPEG-2 or MPEG-1 layer III sound lasts; 0 where it does not begin as such."""
    lasts = 0.0
    for frame in _frames(data):
        rates, samples = ((22_050, 24_000, 16_000), 576) if frame[1] >> 3 & 3 == 2 else ((44_100, 48_000, 32_000), 1152)
        lasts += samples / rates[frame[2] >> 2 & 3]
    return lasts


def _frames(data: bytes) -> list[bytes]:
    """The frames of MP3, as far as they follow one another (ISO 11172-3, 2.4.1.3)."""
    found, at = [], 0
    if data[:3] == b"ID3" and len(data) > 10:
        at = 10 + sum((byte & 127) << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    while at + 4 <= len(data) and data[at] == 255 and data[at + 1] & 0xE6 == 0xE2:
        old = data[at + 1] >> 3 & 3 == 2
        kilobits = (_KILOBITS_2 if old else _KILOBITS_1)[data[at + 2] >> 4]
        rate = data[at + 2] >> 2 & 3
        if not kilobits or rate == 3:
            break
        hertz = (22_050, 24_000, 16_000)[rate] if old else (44_100, 48_000, 32_000)[rate]
        size = (72_000 if old else 144_000) * kilobits // hertz + (data[at + 2] >> 1 & 1)
        found.append(data[at : at + size])
        at += size
    return found


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
