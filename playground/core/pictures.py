"""How large a picture is, from its first bytes: before it is decoded, which may take more memory than there is."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field

PIXELS_MOST = 64_000_000
"""Pixels that are decoded at most: 256 MB of memory, whatever the file's size."""


@dataclass(frozen=True, slots=True)
class Animation:
    """The frames of a moving picture, each whole."""

    width: int
    height: int
    frames: tuple[bytes, ...] = field(repr=False)
    """Red, green, blue and alpha of each pixel."""
    durations: tuple[int, ...]
    """Milliseconds of each frame."""


def animation(data: bytes) -> Animation | None:
    """The frames of an animated GIF, WebP or PNG, as many as come to `PIXELS_MOST`; None for a picture that stands
    still, or cannot be read. Not for the window's thread. For what `refusal` lets through."""
    if not (data.startswith(b"GIF8") or b"acTL" in data[:4096] or b"ANIM" in data[:256]):
        return None
    from PIL import Image, ImageSequence

    frames: list[bytes] = []
    durations: list[int] = []
    try:
        with Image.open(io.BytesIO(data), formats=("GIF", "WEBP", "PNG")) as image:
            if getattr(image, "n_frames", 1) < 2:
                return None
            width, height = image.size
            most = max(1, PIXELS_MOST // (width * height))
            for frame in ImageSequence.Iterator(image):
                if len(frames) >= most:
                    break
                frames.append(frame.convert("RGBA").tobytes())
                durations.append(max(20, int(frame.info.get("duration") or 100)))
    except Exception:  # what a decoder makes of a broken file is anything: OSError, SyntaxError, IndexError, …
        if len(frames) < 2:
            return None
    return Animation(width, height, tuple(frames), tuple(durations)) if len(frames) > 1 else None


def dimensions(data: bytes) -> tuple[str, int, int] | None:
    """Format, width and height in pixels of a PNG, JPEG, GIF or WebP; None for what is none of these, or broken."""
    try:
        return _dimensions(data)
    except (struct.error, IndexError):
        return None


def _dimensions(data: bytes) -> tuple[str, int, int] | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        width, height = struct.unpack_from(">II", data, 16)
        return "PNG", width, height
    if data[:6] in (b"GIF87a", b"GIF89a"):
        width, height = struct.unpack_from("<HH", data, 6)
        return "GIF", width, height
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    return _jpeg(data) if data.startswith(b"\xff\xd8") else None


def _webp(data: bytes) -> tuple[str, int, int] | None:
    """The three forms of the container: lossy, lossless, extended."""
    form = data[12:16]
    if form == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return "WebP", width & 0x3FFF, height & 0x3FFF
    if form == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return "WebP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
        return "WebP", width, height
    return None


def _jpeg(data: bytes) -> tuple[str, int, int] | None:
    at = 2
    while at + 9 < len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return "JPEG", width, height
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        at += 2 + length
    return None


def refusal(data: bytes) -> str:
    """Why a picture is not decoded, in a sentence; "" where it can be tried."""
    found = dimensions(data)
    if found is None:
        return "This is no PNG, JPEG, GIF or WebP that can be read."
    kind, width, height = found
    if not width or not height:
        return f"This {kind} says that it is {width} × {height} pixels large."
    if width * height > PIXELS_MOST:
        return (
            f"This {kind} is {width:,} × {height:,} pixels large. Up to {PIXELS_MOST // 1_000_000} million pixels are "
            "drawn here: save it, and open it elsewhere."
        )
    return ""
