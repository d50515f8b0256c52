"""`--screenshot`: a picture of the window once its panel is loaded and nothing is under way any more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from playground.bridge import Bridge
    from playground.shell.window import Window

SETTLE = 5.0
"""Seconds after which the picture is taken in any case."""
QUIET = 0.2
"""Seconds without an operation that count as settled: one that ends may start the next."""


async def settled(bridge: Bridge, within: float = SETTLE) -> bool:
    """Wait until no operation has been under way for a moment; False where `within` seconds were not enough."""
    import asyncio

    loop = asyncio.get_running_loop()
    end = loop.time() + within
    while loop.time() < end:
        if not await bridge.idle(max(0.01, end - loop.time())):
            return False
        await asyncio.sleep(QUIET)
        if not bridge.operations:
            return True
    return False


async def save_picture(window: Window, bridge: Bridge, file: Path) -> None:
    """Grab the window and write the PNG. Raises OSError where it cannot be written."""
    image = window.grab().toImage()
    await bridge.blocking(write_png, image, file, label="Writing the picture", owner=window).wait()


def write_png(image: QImage, file: Path) -> None:
    """Runs in a thread; an image is plain data."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not image.save(str(file), "PNG"):  # type: ignore[call-overload]  # the stub asks for bytes, the method for str
        raise OSError(f"{file} cannot be written as a PNG")
