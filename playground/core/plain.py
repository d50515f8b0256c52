"""Bodies, sizes and times as plain text to read."""

from __future__ import annotations

LINE_LIMIT = 2000
"""Characters of one line that are shown as one."""
SHOWN_LIMIT = 1024 * 1024
"""Characters of a body that are shown at most."""


def size_text(size: int) -> str:
    """`412 bytes`, `14.2 kB`, `8.0 MB` (decimal units)."""
    if size < 1000:
        return f"{size} byte{'s' if size != 1 else ''}"
    if size < 1_000_000:
        return f"{size / 1000:.1f} kB"
    return f"{size / 1_000_000:.1f} MB"


def seconds_text(seconds: float | None) -> str:
    """`88 ms`, `3.10 s`, `2 min 05 s`."""
    if seconds is None:
        return ""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.2f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60):02d} s"


def fine_text(seconds: float) -> str:
    """`0.4 ms`, `88 ms`, `3.10 s`: with a decimal place where a millisecond is much."""
    if 0 < seconds < 0.00005:
        return "<0.1 ms"
    return f"{seconds * 1000:.1f} ms" if 0 < seconds < 0.00995 else seconds_text(seconds)


def break_lines(text: str) -> str:
    """Break what is too long for one line of a text widget: laying out one of 100,000 letters takes it 1.5 s."""
    if all(len(line) <= LINE_LIMIT for line in text.split("\n")):
        return text
    lines = []
    for line in text.split("\n"):
        lines += [line[at : at + LINE_LIMIT] for at in range(0, len(line), LINE_LIMIT)] or [""]
    return "\n".join(lines)


def decode(data: bytes) -> str:
    """UTF-8 text, or the size and the first bytes in hexadecimal of what is none."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A capped body may end within a character.
        if error.start >= len(data) - 4:
            return data[: error.start].decode("utf-8")
        return f"{size_text(len(data))} that are no text; the first bytes:\n{data[:256].hex(' ')}"


def is_json(data: bytes, headers: tuple[tuple[str, str], ...]) -> bool:
    """Whether a body is one JSON document by its content type, or looks like one and has none. JSON Lines are text."""
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    kind = kind.partition(";")[0].strip().lower()
    if not kind:
        return data[:1] in (b"{", b"[")
    return kind in ("application/json", "text/json") or kind.endswith("+json")


def hex_dump(data: bytes, count: int = 256) -> str:
    """The first bytes, 16 a line, with where they are and what they are as letters."""
    lines = []
    for at in range(0, min(len(data), count), 16):
        part = data[at : min(at + 16, count)]
        letters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in part)
        pairs = f"{part[:8].hex(' ')}  {part[8:].hex(' ')}"
        lines.append(f"{at:08x}  {pairs:<48}  {letters}")
    return "\n".join(lines)
