"""POST /audio/speech: beeps, one a word, or espeak-ng's voice where the extra “audio” is installed."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from playground.sandbox import checks, sse, tokens
from playground.sandbox.checks import Json
from playground.sandbox.errors import ApiError, bad_type, unsupported
from playground.sandbox.sounds import INSTALL, NoSound
from playground.sandbox.web import CONTEXT, read_body, simulate, start_stream

ENGINE = "sandbox-tones"
VOICE_ENGINE = "espeak-ng"
_TYPES = {"mp3": "audio/mpeg", "opus": "audio/opus", "aac": "audio/aac", "flac": "audio/flac", "wav": "audio/wav",
          "pcm": "audio/pcm"}  # fmt: skip
_PIECE = 16 * 1024


def _voice(value: Any, param: str) -> None:
    if isinstance(value, dict):
        checks.nested({"id": checks.text(minimum=1)}, ["id"])(value, param)
    elif not isinstance(value, str):
        raise bad_type(param, "one of a string or an object", value)


KNOWN: Mapping[str, checks.Check] = {
    "input": checks.text(4096, 1),
    "instructions": checks.text(4096),
    "model": checks.text(minimum=1),
    "response_format": checks.choice("mp3", "opus", "aac", "flac", "wav", "pcm"),
    "speed": checks.number(0.25, 4),
    "stream_format": checks.choice("sse", "audio"),
    "voice": _voice,
}
"""The parameters of audio.speech.create (openai 3.57.0 and OpenAPI document 2.3.0)."""


def routes() -> list[web.RouteDef]:
    return [web.post("/v1/audio/speech", speak)]


async def speak(request: web.Request) -> web.StreamResponse:
    """audio.speech.create"""
    sounds = request.app[CONTEXT].sounds
    body = await read_body(request)
    checks.fields(body, KNOWN)
    checks.require(body, "model", "input", "voice")
    kind = body.get("response_format") or "mp3"
    if kind not in sounds.formats:
        raise unsupported(
            "response_format", f"The sandbox makes no {kind} here, but {', '.join(sounds.formats)}. {INSTALL}"
        )  # fmt: skip
    if sounds.real:
        simulate(request, "espeak-ng's voice, not that of the model that was asked for", VOICE_ENGINE)
    else:
        simulate(request, "a tone, a beep for each word; the extra 'audio' makes it speech", ENGINE)
    given = tokens.count(body["input"])
    request.app[CONTEXT].limits.tokens.take(given)
    voice = body["voice"]["id"] if isinstance(body["voice"], dict) else body["voice"]
    try:
        sound = await sounds.say(body["input"], kind, voice, body.get("speed") or 1.0)
    except NoSound as error:
        raise ApiError(
            500, f"The sandbox could not speak: {error}.", type="server_error", code="server_error"
        ) from None
    if body.get("stream_format") == "sse":
        return await _streamed(request, sound, given)
    return web.Response(body=sound, content_type=_TYPES[kind])


async def _streamed(request: web.Request, sound: bytes, given: int) -> web.StreamResponse:
    stream = await start_stream(request)
    for start in range(0, len(sound), _PIECE):
        piece = base64.b64encode(sound[start : start + _PIECE]).decode()
        await stream.write(sse.named({"type": "speech.audio.delta", "audio": piece}))
    made = max(1, len(sound) // 100)
    usage: Json = {"input_tokens": given, "output_tokens": made, "total_tokens": given + made}
    await stream.write(sse.named({"type": "speech.audio.done", "usage": usage}))
    await stream.write_eof()
    return stream
