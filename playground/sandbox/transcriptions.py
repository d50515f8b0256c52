"""POST /audio/transcriptions and /audio/translations: PocketSphinx' rough words where the extra “audio” is installed;
else a text that says how long the sound is and that nobody heard it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from playground.sandbox import checks, sse, tokens
from playground.sandbox.checks import Json
from playground.sandbox.errors import ApiError, bad_value, unsupported
from playground.sandbox.forms import Form, Upload, read_form
from playground.sandbox.sounds import NoSound
from playground.sandbox.web import CONTEXT, json_answer, simulate, start_stream

ENGINE = "sandbox-deaf"
HEARING_ENGINE = "pocketsphinx"
_PAUSE = 0.3
"""Seconds of silence that end a segment."""
_FORMATS = ("json", "text", "srt", "verbose_json", "vtt")
_COMMON: Mapping[str, checks.Check] = {
    "model": checks.text(minimum=1),
    "prompt": checks.text(),
    "temperature": checks.number(0, 1),
}
KNOWN: Mapping[str, checks.Check] = {
    **_COMMON,
    "chunking_strategy": checks.anything,
    "include": checks.strings,
    "keywords": checks.strings,
    "known_speaker_names": checks.strings,
    "known_speaker_references": checks.strings,
    "language": checks.text(),
    "languages": checks.strings,
    "response_format": checks.choice(*_FORMATS, "diarized_json"),
    "stream": checks.boolean,
    "timestamp_granularities": checks.strings,
}
"""The parameters of audio.transcriptions.create besides the file (openai 3.57.0)."""
KNOWN_TRANSLATION = {**_COMMON, "response_format": checks.choice(*_FORMATS)}


@dataclass(frozen=True, slots=True)
class _Heard:
    """What came of a sound. `words` each have `word`, `start` and `end` in seconds."""

    text: str
    seconds: float
    words: list[Json]

    @property
    def segments(self) -> list[list[Json]]:
        """The words between pauses."""
        found: list[list[Json]] = []
        for word in self.words:
            if found and word["start"] - found[-1][-1]["end"] < _PAUSE:
                found[-1].append(word)
            else:
                found.append([word])
        return found


def routes() -> list[web.RouteDef]:
    return [
        web.post("/v1/audio/transcriptions", transcribe),
        web.post("/v1/audio/translations", translate),
    ]


async def transcribe(request: web.Request) -> web.StreamResponse:
    """audio.transcriptions.create"""
    form = await read_form(request, numbers=("temperature",), booleans=("stream",))
    checks.fields(form.fields, KNOWN)
    heard = await _hear(request, form)
    kind = form.fields.get("response_format") or "json"
    if form.fields.get("stream"):
        if kind not in ("json", "text"):
            raise unsupported("stream", f"A stream has no '{kind}': its events hold the text.")
        return await _streamed(request, heard)
    if kind == "diarized_json":
        return json_answer(_diarized(heard))
    words = "word" in form.fields.get("timestamp_granularities", [])
    if words and kind != "verbose_json":
        raise bad_value("timestamp_granularities", "Timestamps want 'response_format' to be 'verbose_json'.")
    return _answer(heard, kind, words=words, language=form.fields.get("language") or "english", usage=True)


async def translate(request: web.Request) -> web.StreamResponse:
    """audio.translations.create: what is heard, as it is. Nothing here translates."""
    form = await read_form(request, numbers=("temperature",))
    checks.fields(form.fields, KNOWN_TRANSLATION)
    heard = await _hear(request, form)
    return _answer(heard, form.fields.get("response_format") or "json", language="english")


async def _hear(request: web.Request, form: Form) -> _Heard:
    """Raises ApiError (400) for what is no sound."""
    upload = form.file("file")
    checks.require(form.fields, "model")
    sounds = request.app[CONTEXT].sounds
    if not upload.data:
        raise bad_value("file", "The audio file is empty.", "invalid_file")
    try:
        seconds = await sounds.seconds(upload.data)
        words = await sounds.hear(upload.data) if sounds.real else []
    except NoSound as error:
        raise ApiError(
            400,
            f"Invalid file format: {error}. Supported formats: ['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', "
            "'ogg', 'wav', 'webm']",
            param="file",
        ) from None
    lasts = seconds or 0.0
    if sounds.real:
        simulate(request, "PocketSphinx heard this, not the model that was asked for", HEARING_ENGINE)
        text = " ".join(word["word"] for word in words) or f"[no words in {lasts:.1f} s of sound]"
    else:
        simulate(request, "nothing was transcribed; the extra 'audio' makes it rough words", ENGINE)
        text = _deaf(upload, seconds)
    if not words:
        words = [{"word": text, "start": 0.0, "end": max(lasts, 0.01)}]
    return _Heard(text, lasts, words)


def _deaf(upload: Upload, seconds: float | None) -> str:
    lasts = "a sound" if seconds is None else f"{seconds:.1f} s of sound"
    return f"[sandbox: {lasts} in {upload.name}, {len(upload.data):,} bytes; nobody listened to it]"


def _answer(heard: _Heard, kind: str, *, words: bool = False, language: str, usage: bool = False) -> web.StreamResponse:
    if kind == "text":
        return web.Response(text=heard.text + "\n", content_type="text/plain")
    if kind in ("srt", "vtt"):
        return web.Response(text=_subtitles(heard, kind), content_type="text/plain" if kind == "srt" else "text/vtt")
    spent = {"usage": _duration(heard)} if usage else {}
    if kind == "json":
        return json_answer({"text": heard.text, **spent})
    body: Json = {"task": "transcribe" if usage else "translate", "language": language, "duration": heard.seconds}
    body["text"] = heard.text
    body["segments"] = [_segment(number, part) for number, part in enumerate(heard.segments)]
    if words:
        body["words"] = heard.words
    return json_answer({**body, **spent})


def _duration(heard: _Heard) -> Json:
    return {"type": "duration", "seconds": math.ceil(heard.seconds)}


def _said(words: list[Json]) -> str:
    return " ".join(word["word"] for word in words)


def _segment(number: int, words: list[Json]) -> Json:
    return {
        "id": number,
        "seek": 0,
        "start": words[0]["start"],
        "end": words[-1]["end"],
        "text": _said(words),
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": 0.0,
        "compression_ratio": 1.0,
        "no_speech_prob": 0.0,
    }


def _diarized(heard: _Heard) -> Json:
    """Everybody is speaker A: nobody tells voices apart here."""
    segments = [
        {
            "type": "transcript.text.segment",
            "id": f"seg_{number:03}",
            "start": words[0]["start"],
            "end": words[-1]["end"],
            "text": _said(words),
            "speaker": "A",
        }
        for number, words in enumerate(heard.segments)
    ]
    return {"task": "transcribe", "duration": heard.seconds, "text": heard.text, "segments": segments,
            "usage": _duration(heard)}  # fmt: skip


def _subtitles(heard: _Heard, kind: str) -> str:
    blocks = ["WEBVTT"] if kind == "vtt" else []
    mark = "." if kind == "vtt" else ","
    for number, words in enumerate(heard.segments, start=1):
        times = f"{_clock(words[0]['start'], mark)} --> {_clock(words[-1]['end'], mark)}"
        blocks.append("\n".join([*([str(number)] if kind == "srt" else []), times, _said(words)]))
    return "\n\n".join(blocks) + "\n"


def _clock(seconds: float, mark: str) -> str:
    """`00:00:02,500`"""
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02}{mark}{whole % 1000:03}"


async def _streamed(request: web.Request, heard: _Heard) -> web.StreamResponse:
    stream = await start_stream(request)
    for piece in tokens.split(heard.text):
        await stream.write(sse.named({"type": "transcript.text.delta", "delta": piece}))
    made, given = tokens.count(heard.text), max(1, round(heard.seconds * 10))
    usage = {"type": "tokens", "input_tokens": given, "output_tokens": made, "total_tokens": given + made,
             "input_token_details": {"text_tokens": 0, "audio_tokens": given}}  # fmt: skip
    done = {"type": "transcript.text.done", "text": heard.text, "usage": usage}
    await stream.write(sse.named(done))
    await stream.write_eof()
    return stream
