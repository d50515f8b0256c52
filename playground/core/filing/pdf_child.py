"""A page of a PDF as a picture, drawn in a process of its own.

A PDF is a program that a stranger wrote, and PDFium a large one that has had holes: what crashes, never ends or eats
memory is this process, not the window. Run as a module it reads the file from stdin, and writes a line of JSON and the
picture's bytes.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

_ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 20.0
"""Seconds for a page."""
_MEMORY = 2 * 1024**3
PIXELS_MOST = 6_000_000
"""Of one picture."""
TEXT_MOST = 20_000
"""Characters of a page's text, for those who do not see it."""


class Page(NamedTuple):
    """A page, drawn."""

    number: int
    """From 0."""
    pages: int
    width: int
    """Pixels."""
    height: int
    stride: int
    """Bytes of a line."""
    text: str
    """What stands on it, as far as it can be told."""
    pixels: bytes
    """Red, green, blue and one unused byte."""


def draw(data: bytes, number: int, width: int) -> Page:
    """Page `number` (from 0) of a PDF, about so many pixels wide. Waits for the process: not in the GUI thread. Raises
    ValueError, in words, for what cannot be drawn; OSError where there is no process."""
    import subprocess

    env = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "AZURE_OPENAI"))}
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__, str(number), str(width)],
            input=data, capture_output=True, timeout=PATIENCE, cwd=_ROOT, env=env, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise ValueError(f"drawing this page takes more than {PATIENCE:g} seconds") from None
    head, _, pixels = done.stdout.partition(b"\n")
    try:
        told: dict[str, Any] = json.loads(head)
    except ValueError:
        raise ValueError("the process that draws it broke off: the file is damaged, or takes too much memory") from None
    if "error" in told:
        raise ValueError(str(told["error"]))
    return Page(**told, pixels=pixels)


def main() -> None:
    """The process."""
    number, width = int(sys.argv[1]), int(sys.argv[2])
    _limit()
    try:
        told, pixels = _drawn(sys.stdin.buffer.read(), number, width)
    except Exception as error:
        told, pixels = {"error": _words(error)}, b""
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + pixels)
    sys.stdout.buffer.flush()
    os._exit(0)  # PDFium's objects need not be taken apart


def _limit() -> None:
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (int(PATIENCE), int(PATIENCE)))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _drawn(data: bytes, number: int, width: int) -> tuple[dict[str, Any], bytes]:
    import pypdfium2  # type: ignore[import-untyped]

    document = pypdfium2.PdfDocument(data)
    pages = len(document)
    page = document[min(max(number, 0), pages - 1)]
    wide, high = page.get_size()
    if not (wide > 0 and high > 0):
        raise ValueError("the page has no size")
    scale = min(width / wide, (PIXELS_MOST / (wide * high)) ** 0.5)
    text = page.get_textpage().get_text_range()[:TEXT_MOST]
    drawn = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True, may_draw_forms=False)
    told = {
        "number": min(max(number, 0), pages - 1), "pages": pages, "width": drawn.width, "height": drawn.height,
        "stride": drawn.stride, "text": text,
    }  # fmt: skip
    return told, bytes(drawn.buffer)


def _words(error: Exception) -> str:
    said = str(error)
    if "assword" in said:
        return "it is protected by a password"
    if isinstance(error, IndexError):
        return "it has no pages"
    return "the file is damaged, or no PDF" if "Data format" in said else said or type(error).__name__


if __name__ == "__main__":
    main()
