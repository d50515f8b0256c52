"""Placeholder pictures: the prompt, written large, and that no model drew them. Pillow draws; it is imported here only.

The same prompt gets the same colour on every machine, so that a picture can be told from the next one.
"""

from __future__ import annotations

import colorsys
import io
import zlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from playground.core.resources import resource

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

MOST_PIXELS = 50_000_000
"""Of a picture that was sent. The largest that a camera makes has about as many."""
LACKING = "□"
"""Stands for a character that the font lacks."""
_WHITE = (255, 255, 255)


class NoPicture(Exception):
    """What was sent is none, or not one that is read here. Its text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is to be drawn. `width` and `height` in pixels."""

    prompt: str
    width: int
    height: int
    foot: str = ""
    """The small line below: size, quality, which of how many."""
    transparent: bool = False
    sources: tuple[bytes, ...] = ()
    """Pictures that were sent: the first one lies below the words."""


def draw(sketch: Sketch) -> Image:
    """The picture, as RGBA. Raises NoPicture."""
    from PIL import Image, ImageDraw

    hue = zlib.crc32(sketch.prompt.encode("utf-8", "surrogatepass")) % 360 / 360
    size = (sketch.width, sketch.height)
    picture = Image.new("RGBA", size, (0, 0, 0, 0) if sketch.transparent else (*_rgb(hue, 0.24, 0.5), 255))
    if sketch.sources:
        _lay(picture, [read(data) for data in sketch.sources])
    if sketch.sources or sketch.transparent:  # words stay legible on whatever lies below
        picture.alpha_composite(Image.new("RGBA", size, (*_rgb(hue, 0.16, 0.5), 150)))
    pen = ImageDraw.Draw(picture)
    unit = min(size) / 100
    edge = max(1, round(unit * 1.2))
    pen.rectangle((0, 0, size[0] - 1, edge), (*_rgb(hue, 0.62, 0.75), 255))
    if min(size) < 64:
        return picture
    margin = round(unit * 7)
    small = _font("Inter-SemiBold.otf", max(8, round(unit * 3.4)))
    pen.text((margin, margin), "SANDBOX · PLACEHOLDER, NO MODEL DREW THIS", (*_rgb(hue, 0.82, 0.6), 255), small)
    _write(pen, _known(sketch.prompt), (margin, round(unit * 16), size[0] - 2 * margin, size[1] - round(unit * 30)))
    foot = sketch.foot
    if LACKING in _known(sketch.prompt):
        foot += f" · {LACKING}: not in this font"
    pen.text((margin, size[1] - margin), foot, (*_rgb(hue, 0.82, 0.4), 255), small, anchor="ls")
    return picture


def blurred(picture: Image, share: float) -> Image:
    """As it might be on the way there: `share` (0 to 1) of it is done."""
    from PIL import ImageFilter

    return picture.filter(ImageFilter.GaussianBlur((1 - share) * min(picture.size) / 12))


def encode(picture: Image, kind: str, compression: int = 100, frames: int = 1, delay: int = 200) -> bytes:
    """As `png`, `jpeg`, `webp` or `gif`. `compression` 0 to 100 is the quality of JPEG and WebP; a GIF has `frames`
    of `delay` milliseconds, in which a bar moves along the foot."""
    out = io.BytesIO()
    if kind == "png":
        picture.save(out, "PNG", compress_level=3)
    elif kind == "jpeg":
        picture.convert("RGB").save(out, "JPEG", quality=max(1, min(95, compression)))
    elif kind == "webp":
        picture.save(out, "WEBP", quality=compression, method=2)
    else:
        first, *rest = [_marked(picture, (number + 1) / frames) for number in range(frames)]
        first.save(out, "GIF", save_all=True, append_images=rest, duration=delay, loop=0)
    return out.getvalue()


def read(data: bytes) -> Image:
    """A picture that was sent, as RGBA. Raises NoPicture."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP", "GIF")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NoPicture(f"it has {opened.width} × {opened.height} pixels, and {MOST_PIXELS} is the most here")
            return opened.convert("RGBA")
    except UnidentifiedImageError:
        raise NoPicture("it is no PNG, JPEG, WebP or GIF") from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NoPicture(f"it cannot be read: {error}") from None


def _marked(picture: Image, share: float) -> Image:
    from PIL import ImageDraw

    frame = picture.convert("RGB")
    width, height = frame.size
    ImageDraw.Draw(frame).rectangle((0, height - max(2, height // 60), round(width * share), height), _WHITE)
    return frame


def _lay(picture: Image, sources: list[Image]) -> None:
    """The first source fills the picture; the others are small, in a row at the right."""
    from PIL import ImageOps

    picture.alpha_composite(ImageOps.fit(sources[0], picture.size))
    side = max(8, min(picture.size) // 8)
    for number, source in enumerate(sources[1:6]):
        at = (picture.width - side * 5 // 4, side // 4 + number * side * 5 // 4)
        if at[1] + side > picture.height:
            return
        picture.alpha_composite(ImageOps.fit(source, (side, side)), at)


def _write(pen: object, text: str, box: tuple[int, int, int, int]) -> None:
    """Write a text into a box (x, y, width, height), as large as it fits; cut where even the smallest does not."""
    from PIL.ImageDraw import ImageDraw

    assert isinstance(pen, ImageDraw)
    x, y, width, height = box
    size = max(9, min(height // 3, width // 7))
    while True:
        font = _font("Inter-Medium.otf", size)
        lines = _wrapped(text, font, width, height // round(size * 1.3) + 1)
        most = max(1, height // round(size * 1.3))
        if len(lines) <= most or size <= 9:
            break
        size = max(9, size * 4 // 5)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1].rstrip()[:-1] + "…"]
    for number, line in enumerate(lines):
        pen.text((x, y + number * round(size * 1.3)), line, _WHITE, font)


def _wrapped(text: str, font: FreeTypeFont, width: int, most: int) -> list[str]:
    """Lines no wider than `width`; no more than are wanted are made, plus one."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in paragraph.split(" "):
            trial = f"{line} {word}" if line else word
            if font.getlength(trial) <= width:
                line = trial
                continue
            if line:
                lines.append(line)
            while font.getlength(word) > width and len(lines) <= most:
                fits = max(1, next(n for n in range(len(word), 0, -1) if n == 1 or font.getlength(word[:n]) <= width))
                lines.append(word[:fits])
                word = word[fits:]
            line = word
            if len(lines) > most:
                return lines
        lines.append(line)
        if len(lines) > most:
            return lines
    return lines


def _known(text: str) -> str:
    """A text with what the font lacks marked, and no character that draws nothing."""
    return "".join(char if char in " \n" or _has(char) else LACKING for char in text[:8_000].replace("\t", " "))


@cache
def _has(char: str) -> bool:
    font = _font("Inter-Medium.otf", 16)
    return char.isprintable() and bytes(font.getmask(char)) != bytes(font.getmask("\U0010fffd"))


@cache
def _font(name: str, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(resource("fonts", name)), size, layout_engine=ImageFont.Layout.BASIC)


def _rgb(hue: float, light: float, saturation: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hls_to_rgb(hue, light, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)
