"""Multipart forms: their fields with the types that the parameters have, and their files."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from playground.sandbox.checks import Json
from playground.sandbox.contents import Contents, Sink, TooLarge, disk_refuses
from playground.sandbox.errors import ApiError, bad_type, bad_value, missing

_UNREADABLE = (ValueError, AssertionError, KeyError, LookupError, RuntimeError, HttpProcessingError)
_PIECE = 1 << 18
_HEADS = 1 << 16
"""Bytes that all of a form but its file may take."""
_NAME = re.compile(r"(\w+)((?:\[\w*\])*)\Z")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    name: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Form:
    """A request's form. `fields` holds what JSON would: `expires_after[seconds]` is an object, `include[]` an array."""

    fields: Json
    files: dict[str, list[Upload]]

    def file(self, name: str) -> Upload:
        """The one file of that name. Raises ApiError (400)."""
        found = self.files.get(name)
        if not found:
            if name in self.fields:
                raise bad_type(name, "a file", self.fields[name])
            raise missing(name)
        if len(found) > 1:
            raise bad_value(name, f"Invalid '{name}': expected one file, but got {len(found)} instead.")
        return found[0]


async def read_form(
    request: web.Request,
    *,
    integers: Collection[str] = (),
    numbers: Collection[str] = (),
    booleans: Collection[str] = (),
) -> Form:
    """The form of a request; the parameters named come as what they are, all others as strings.

    Raises ApiError (400), or aiohttp's 413 where it is larger than `web.MAX_BODY`.
    """
    _require_form(request)
    try:
        sent = await request.post()
    except _UNREADABLE as error:
        raise _no_form(error) from None
    fields: Json = {}
    files: dict[str, list[Upload]] = {}
    for name, value in sent.items():
        if isinstance(value, web.FileField):
            with value.file as opened:
                upload = Upload(value.filename, value.content_type or "application/octet-stream", opened.read())
            files.setdefault(name.removesuffix("[]"), []).append(upload)
        else:
            text = value if isinstance(value, str) else bytes(value).decode("utf-8", "replace")
            _put(fields, name, _typed(name, text, integers, numbers, booleans))
    return Form(fields, files)


@dataclass(frozen=True, slots=True)
class Streamed:
    """A form whose one file went to the disk as it came."""

    fields: Json
    name: str | None
    """The file's name; None where it came as a plain field."""
    sink: Sink


@contextlib.asynccontextmanager
async def stream_form(
    request: web.Request, name: str, contents: Contents, most: int, *, integers: Collection[str] = ()
) -> AsyncIterator[Streamed]:
    """The form of a request with one file, `name`, of at most `most` bytes, in memory that does not grow with it.

    What is not kept when the block ends is gone. Raises ApiError: 400, 413 where it is too large, 507 where the disk
    does not take it.
    """
    _require_form(request)
    if (request.content_length or 0) > most + _HEADS:
        raise _too_large(name, most)
    with contents.sink(most) as sink:
        try:
            yield await _streamed(request, name, sink, integers)
        except TooLarge:
            raise _too_large(name, most) from None
        except OSError as error:
            if isinstance(error, ConnectionError):
                raise
            raise disk_refuses(error) from error


async def _streamed(request: web.Request, name: str, sink: Sink, integers: Collection[str]) -> Streamed:
    fields: Json = {}
    found: list[str | None] = []
    room = _HEADS
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or not part.name:
                raise ValueError("a part of it has no name")
            if part.name == name:
                found.append(part.filename)
                while piece := await part.read_chunk(_PIECE):
                    await sink.write(piece)
                continue
            data = b""
            while piece := await part.read_chunk(_PIECE):
                data += piece
                if len(data) > room:
                    raise ValueError(f"its fields are longer than {_HEADS} bytes")
            room -= len(data)
            _put(fields, part.name, _typed(part.name, data.decode("utf-8", "replace"), integers, (), ()))
    except _UNREADABLE as error:
        raise _no_form(error) from None
    if len(found) > 1:
        raise bad_value(name, f"Invalid '{name}': expected one file, but got {len(found)} instead.")
    if not found:
        raise missing(name)
    await sink.settle()
    return Streamed(fields, found[0], sink)


def _require_form(request: web.Request) -> None:
    if request.content_type != "multipart/form-data":
        raise ApiError(
            400,
            "We could not parse your request: this method takes a form (multipart/form-data), but the Content-Type was "
            f"'{request.content_type}'.",
        )


def _no_form(error: Exception) -> ApiError:
    why = error.message if isinstance(error, HttpProcessingError) else str(error)
    return ApiError(400, f"We could not parse the form of your request: {why[:300] or 'it has no boundary'}.")


def _too_large(name: str, most: int) -> ApiError:
    return ApiError(
        413,
        f"Invalid '{name}': it is too large. At most {most:,} bytes ({most // 1024**2} MB) are taken here.",
        param=name,
        code="file_too_large",
    )


def _typed(name: str, text: str, integers: Collection[str], numbers: Collection[str], booleans: Collection[str]) -> Any:
    if name in booleans:
        if text.lower() not in ("true", "false"):
            raise ApiError(
                400, f"Invalid type for '{name}': expected a boolean, but got '{text}' instead.", param=name,
                code="invalid_type",
            )  # fmt: skip
        return text.lower() == "true"
    for names, kind, words in ((integers, int, "an integer"), (numbers, float, "a decimal")):
        if name in names:
            try:
                return kind(text)
            except ValueError:
                raise ApiError(
                    400, f"Invalid type for '{name}': expected {words}, but got '{text}' instead.", param=name,
                    code="invalid_type",
                ) from None  # fmt: skip
    return text


def _put(fields: Json, name: str, value: Any) -> None:
    """Put a value where its name says: `a`, `a[]`, `a[b]`. Raises ApiError (400)."""
    found = _NAME.match(name)
    if found is None:
        raise ApiError(400, f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")
    steps = re.findall(r"\[(\w*)\]", found[2])
    if not steps:
        fields[found[1]] = value
    elif steps == [""]:
        _inside(fields, found[1], list, name).append(value)
    else:
        inner = _inside(fields, found[1], dict, name)
        for step in steps[:-1]:
            inner = _inside(inner, step, dict, name)
        inner[steps[-1]] = value


def _inside(place: Json, step: str, kind: type, name: str) -> Any:
    inner = place.setdefault(step, kind())
    if not isinstance(inner, kind):
        raise bad_value(name, f"Invalid '{name}': '{step}' was given in two ways.")
    return inner
