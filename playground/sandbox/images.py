"""POST /images/generations, /images/edits, /images/variations: placeholders that show the prompt.

Nothing is painted: `drawing` writes the prompt on a plain ground, and says on the picture itself that no model drew it.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from playground.sandbox import checks, drawing, sse, tokens
from playground.sandbox.checks import Json
from playground.sandbox.errors import ApiError, bad_value, missing, not_found, unsupported
from playground.sandbox.forms import read_form
from playground.sandbox.ids import now
from playground.sandbox.web import CONTEXT, MAX_BODY, json_answer, read_body, simulate, start_stream

ENGINE = "sandbox-image-placeholder"
_FORMATS = ("png", "jpeg", "webp", "gif")
_MOST_SOURCES = 16
_SIZE = re.compile(r"(\d{2,4})x(\d{2,4})\Z")
_MOST_SIDE = 3840
_QUALITIES = ("auto", "low", "medium", "high", "xhigh", "max", "standard", "hd")

KNOWN: Mapping[str, checks.Check] = {
    "background": checks.choice("auto", "opaque", "transparent"),
    "complexity": checks.choice("low", "medium", "high"),
    "frame_count": checks.integer(2, 16),
    "frame_duration_ms": checks.integer(0, 655_350),
    "model": checks.text(minimum=1),
    "moderation": checks.choice("low", "auto"),
    "n": checks.integer(1, 10),
    "output_compression": checks.integer(0, 100),
    "output_format": checks.choice(*_FORMATS, "svg"),
    "partial_images": checks.integer(0, 3),
    "prompt": checks.text(32_000, 1),
    "quality": checks.choice(*_QUALITIES),
    "response_format": checks.choice("b64_json", "url"),
    "safety_identifier": checks.text(),
    "size": checks.text(),
    "stream": checks.boolean,
    "style": checks.choice("vivid", "natural"),
    "svg": checks.mapping,
    "user": checks.text(),
}
"""The parameters of images.generate (openai 3.57.0)."""
KNOWN_EDIT: Mapping[str, checks.Check] = {**KNOWN, "input_fidelity": checks.choice("high", "low")}
KNOWN_REFERENCES: Mapping[str, checks.Check] = {**KNOWN_EDIT, "images": checks.array, "mask": checks.mapping}
KNOWN_VARIATION = {name: KNOWN[name] for name in ("model", "n", "response_format", "size", "user")}
_INTEGERS = ("frame_count", "frame_duration_ms", "n", "output_compression", "partial_images")


def routes() -> list[web.RouteDef]:
    return [
        web.post("/v1/images/generations", generate),
        web.post("/v1/images/edits", edit),
        web.post("/v1/images/variations", vary),
    ]


@dataclass(frozen=True, slots=True)
class _Order:
    """What a request asks for, with the defaults filled in."""

    sketch: drawing.Sketch
    kind: str
    body: Json
    event: str
    """First part of the stream's event types."""

    @property
    def shown(self) -> Json:
        """The settings as answers repeat them."""
        quality = self.body.get("quality") or "auto"
        return {
            "background": "transparent" if self.sketch.transparent else "opaque",
            "output_format": self.kind,
            "quality": {"auto": "high", "standard": "medium", "hd": "high"}.get(quality, quality),
            "size": f"{self.sketch.width}x{self.sketch.height}",
        }

    def usage(self, pictures: int) -> Json:
        """Tokens in and out: of the output a made-up number that grows with the area."""
        text = tokens.count(self.sketch.prompt)
        seen = len(self.sketch.sources) * 256
        made = pictures * max(1, self.sketch.width * self.sketch.height // 1024)
        return {
            "input_tokens": text + seen,
            "input_tokens_details": {"text_tokens": text, "image_tokens": seen},
            "output_tokens": made,
            "total_tokens": text + seen + made,
        }


async def generate(request: web.Request) -> web.StreamResponse:
    """images.generate"""
    body = await read_body(request)
    checks.fields(body, KNOWN)
    checks.require(body, "prompt")
    return await _answer(request, _order(body, "image_generation"))


async def edit(request: web.Request) -> web.StreamResponse:
    """images.edit: the first picture lies below the words. As a form with files, or as JSON that refers to pictures."""
    if request.content_type == "application/json":
        body = await read_body(request)
        checks.fields(body, KNOWN_REFERENCES)
        checks.require(body, "images", "prompt")
        sources = [_referred(request, entry, f"images[{place}]") for place, entry in enumerate(body["images"])]
        if body.get("mask"):
            _check_picture(_referred(request, body["mask"], "mask"), "mask")
    else:
        form = await read_form(request, integers=_INTEGERS, booleans=("stream",))
        body = form.fields
        checks.fields(body, KNOWN_EDIT)
        checks.require(body, "prompt")
        sources = [upload.data for upload in form.files.get("image") or [form.file("image")]]
        for name in ("mask", "markup"):
            if name in form.files:
                _check_picture(form.file(name).data, name)
    if not 1 <= len(sources) <= _MOST_SOURCES:
        raise bad_value("image", f"Invalid 'image': expected 1 to {_MOST_SOURCES} images, but got {len(sources)}.")
    return await _answer(request, _order(body, "image_edit", sources))


async def vary(request: web.Request) -> web.StreamResponse:
    """images.create_variation"""
    form = await read_form(request, integers=_INTEGERS)
    checks.fields(form.fields, KNOWN_VARIATION)
    source = form.file("image")
    body = {**form.fields, "prompt": f"A variation of {source.name}"}
    return await _answer(request, _order(body, "image_edit", [source.data]))


def _order(body: Json, event: str, sources: list[bytes] | None = None) -> _Order:
    """Raises ApiError (400)."""
    if body.get("response_format") == "url":
        raise unsupported("response_format", "The sandbox keeps no images to link to: it gives them as 'b64_json'.")
    kind = body.get("output_format") or "png"
    if kind not in _FORMATS:
        raise unsupported("output_format", f"The sandbox draws {', '.join(_FORMATS)}, and not '{kind}'.")
    if body.get("stream") and kind == "gif":
        raise unsupported("output_format", "GIF output does not support streaming.")
    transparent = body.get("background") == "transparent"
    if transparent and kind == "jpeg":
        raise bad_value("background", "Transparent background is not supported for JPEG output format.")
    width, height = _size(body.get("size") or "auto")
    foot = f"{width} × {height} · {kind}"
    if body.get("quality"):
        foot += f" · quality {body['quality']}"
    sketch = drawing.Sketch(body["prompt"], width, height, foot, transparent, tuple(sources or ()))
    return _Order(sketch, kind, body, event)


def _size(text: str) -> tuple[int, int]:
    """Width and height in pixels. Raises ApiError (400)."""
    if text == "auto":
        return 1024, 1024
    found = _SIZE.match(text)
    width, height = (int(found[1]), int(found[2])) if found else (0, 0)
    if not (16 <= width <= _MOST_SIDE and 16 <= height <= _MOST_SIDE and max(width, height) <= 3 * min(width, height)):
        raise bad_value(
            "size",
            f"Invalid value: '{text}'. Supported values are 'auto' and WIDTHxHEIGHT, such as '1024x1024', '1536x1024' "
            f"and '1024x1536': 16 to {_MOST_SIDE} pixels a side, and no side more than three times the other.",
        )
    return width, height


async def _answer(request: web.Request, order: _Order) -> web.StreamResponse:
    simulate(request, "a drawn placeholder that shows the prompt", ENGINE)
    number = order.body.get("n") or 1
    request.app[CONTEXT].limits.tokens.take(tokens.count(order.sketch.prompt))
    if order.body.get("stream"):
        return await _streamed(request, order, number)
    data = []
    for place in range(number):
        pictures = await _drawn(order, place, number, 0)
        data.append({"b64_json": pictures[-1]})
    usage = order.usage(number)
    usage["output_tokens_details"] = {"image_tokens": usage["output_tokens"], "text_tokens": 0}
    return json_answer({"created": now(), "data": data, **order.shown, "usage": usage})


async def _streamed(request: web.Request, order: _Order, number: int) -> web.StreamResponse:
    partial = order.body.get("partial_images") or 0
    pictures = await _drawn(order, 0, number, partial)  # errors first: they can be no events later
    stream = await start_stream(request)
    for place in range(number):
        *early, last = pictures if place == 0 else await _drawn(order, place, number, partial)
        for index, picture in enumerate(early):
            event = {"type": f"{order.event}.partial_image", "b64_json": picture, "created_at": now(), **order.shown}
            await stream.write(sse.named({**event, "partial_image_index": index}))
        event = {"type": f"{order.event}.completed", "b64_json": last, "created_at": now(), **order.shown}
        await stream.write(sse.named({**event, "usage": order.usage(1)}))
    await stream.write_eof()
    return stream


async def _drawn(order: _Order, place: int, number: int, partial: int) -> list[str]:
    """The partial pictures and the whole one, in base64. Raises ApiError (400)."""
    body = order.body
    foot = order.sketch.foot + (f" · {place + 1} of {number}" if number > 1 else "")
    frames = body.get("frame_count") or 9
    delay = _given(body, "frame_duration_ms", 200)
    compression = _given(body, "output_compression", 100)

    def work() -> list[str]:
        whole = drawing.draw(replace(order.sketch, foot=foot))
        steps = [drawing.blurred(whole, (index + 1) / (partial + 1)) for index in range(partial)]
        found = [drawing.encode(picture, order.kind, compression, frames, delay) for picture in (*steps, whole)]
        return [base64.b64encode(data).decode() for data in found]

    try:
        return await asyncio.to_thread(work)
    except drawing.NoPicture as error:
        raise _no_picture("image", error) from None


def _given(body: Json, name: str, default: int) -> int:
    value = body.get(name)
    return default if value is None else int(value)


def _check_picture(data: bytes, param: str) -> None:
    try:
        drawing.read(data)
    except drawing.NoPicture as error:
        raise _no_picture(param, error) from None


def _no_picture(param: str, error: drawing.NoPicture) -> ApiError:
    return bad_value(param, f"Invalid image file for '{param}': {error}.", "invalid_image_file")


def _referred(request: web.Request, entry: Any, param: str) -> bytes:
    """The picture that JSON refers to: a data URL, or a file of the sandbox. Raises ApiError."""
    checks.nested({"image_url": checks.text(), "file_id": checks.text()})(entry, param)
    if entry.get("file_id"):
        path = request.app[CONTEXT].state.contents.find(entry["file_id"])
        if path is None:
            raise not_found("File", entry["file_id"], f"{param}.file_id")
        if path.stat().st_size > MAX_BODY:
            raise bad_value(f"{param}.file_id", f"The image is too large: at most {MAX_BODY:,} bytes are read.")
        return path.read_bytes()
    url = entry.get("image_url")
    if not url:
        raise missing(f"{param}.image_url")
    head, comma, coded = url.partition(",")
    if not (head.startswith("data:") and head.endswith(";base64") and comma):
        raise bad_value(
            f"{param}.image_url",
            "The sandbox fetches nothing: send the image as a data URL in base64, or as a file_id.",
        )
    try:
        return base64.b64decode(coded, validate=True)
    except binascii.Error as error:
        raise bad_value(f"{param}.image_url", f"Invalid base64 in '{param}.image_url': {error}.") from None
