"""GET /realtime/translations (WebSocket): sound goes back as it came, and the transcript says so."""

from __future__ import annotations

from aiohttp import web

from playground.sandbox import checks
from playground.sandbox.channels import BadMessage, Channel, open_channel
from playground.sandbox.checks import Json
from playground.sandbox.errors import ApiError, bad_value, missing, one_of
from playground.sandbox.ids import new_id, now
from playground.sandbox.realtime import make_secret
from playground.sandbox.realtime_session import LASTS, audio_size, error_event, merged
from playground.sandbox.web import CONTEXT, bearer, json_answer, simulate

MODEL = "sandbox-translation-simulated"
_WORDS = "a translation session that gives the sound back as it came"
_DOES = ("session.update", "session.input_audio_buffer.append", "session.close")


def routes() -> list[web.RouteDef]:
    return [
        web.get("/v1/realtime/translations", connect),
        web.post("/v1/realtime/translations/client_secrets", create_secret),
    ]


async def connect(request: web.Request) -> web.StreamResponse:
    """realtime.translations.connect"""
    if "model" not in request.query:
        raise missing("model")
    simulate(request, _WORDS, MODEL)
    held = request.app[CONTEXT].secrets.get(bearer(request))
    channel = await open_channel(request, ("realtime",))
    session = _new_session(held[1] if held else {})
    await _send(channel, {"type": "session.created", "session": session})
    heard = 0.0
    async for event in channel.events():
        try:
            if isinstance(event, BadMessage):
                raise ApiError(400, str(event), code="invalid_json")
            if event["type"] == "session.close":
                await _send(channel, {"type": "session.closed"})
                break
            if event["type"] == "session.update":
                checks.require(event, "session")
                checks.mapping(event["session"], "session")
                session = merged(session, {"audio": event["session"].get("audio") or {}}, MODEL)
                await _send(channel, {"type": "session.updated", "session": session})
            elif event["type"] == "session.input_audio_buffer.append":
                heard = await _back(channel, event, heard)
            else:
                raise bad_value("type", f"Invalid value: '{event['type']}'. Supported values are: {one_of([*_DOES])}.")
        except ApiError as error:
            await _send(channel, error_event(error, event))
    await channel.socket.close()
    return channel.socket


async def _back(channel: Channel, event: Json, heard: float) -> float:
    """Give the sound of an event back; the milliseconds that came so far. Raises ApiError (400)."""
    size = audio_size(event)
    at = round(heard)
    sound = {"delta": event["audio"], "sample_rate": 24_000, "channels": 1, "format": "pcm16", "elapsed_ms": at}
    await _send(channel, {"type": "session.output_audio.delta", **sound})
    words = f"[{size / 48_000:.1f} s of audio, given back as it came] "
    await _send(channel, {"type": "session.output_transcript.delta", "delta": words, "elapsed_ms": at})
    return heard + size / 48


async def create_secret(request: web.Request) -> web.StreamResponse:
    """realtime.translations.client_secrets.create"""
    simulate(request, "a secret that opens the sandbox's own translation echo", MODEL)
    value, ends, given = await make_secret(request)
    return json_answer({"value": value, "expires_at": ends, "session": _new_session(given)})


def _new_session(given: Json) -> Json:
    audio = {"input": {"transcription": None, "noise_reduction": None}, "output": {"language": "en"}}
    session = {"id": new_id("sess"), "type": "translation", "expires_at": now() + LASTS, "model": MODEL, "audio": audio}
    return merged(session, {"audio": given.get("audio") or {}}, MODEL)


async def _send(channel: Channel, event: Json) -> None:
    await channel.send({"event_id": new_id("event"), **event})
