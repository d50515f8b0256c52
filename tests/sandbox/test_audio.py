"""Speech and transcription: beeps and honest words without the extra “audio”, and real ones with it."""

from __future__ import annotations

import base64
import io
import wave
from collections.abc import Iterator
from typing import Any

import openai
import pytest

from playground.sandbox import tones
from tests.helpers.sandbox import Server
from tests.sandbox.document import Document
from tests.sandbox.http import Api

SAY = {"model": "gpt-4o-mini-tts", "voice": "alloy", "input": "One two three four"}


@pytest.fixture(scope="module")
def real(audio_sandbox: Server) -> Api:
    return Api(audio_sandbox)


@pytest.fixture(scope="module")
def client(sandbox_server: Server) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=sandbox_server.base_url, api_key=sandbox_server.key, max_retries=0) as client:
        yield client


def _loud(pcm: bytes) -> int:
    """How often sound begins after silence."""
    samples = memoryview(pcm).cast("h")
    windows = [any(abs(sample) > 500 for sample in samples[at : at + 480]) for at in range(0, len(samples), 480)]
    return sum(now and not before for before, now in zip([False, *windows], windows, strict=False))


def test_each_word_is_a_beep(api: Api) -> None:
    answer = api.post("/audio/speech", {**SAY, "response_format": "wav"})
    assert answer.headers["content-type"] == "audio/wav" and "a tone" in answer.headers["x-sandbox-simulated"]
    with wave.open(io.BytesIO(answer.data)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (24_000, 1, 2)
        pcm = sound.readframes(sound.getnframes())
        assert sound.getnframes() * 2 == len(pcm)
    assert _loud(pcm) == 4
    plain = api.post("/audio/speech", {**SAY, "response_format": "pcm"})
    assert plain.headers["content-type"] == "audio/pcm" and plain.data == pcm
    fast = api.post("/audio/speech", {**SAY, "response_format": "pcm", "speed": 2})
    assert _loud(fast.data) == 2


def test_what_the_api_gives_unasked_is_mp3(api: Api) -> None:
    answer = api.post("/audio/speech", {**SAY, "input": "word " * 40})
    assert answer.headers["content-type"] == "audio/mpeg"
    assert tones.mp3_seconds(answer.data) == pytest.approx(282 * 0.024), "as long as LAME makes forty of these beeps"
    assert answer.data.startswith(b"\xff\xf3") and len(answer.data) == 282 * 192
    assert tones.mp3_seconds(b"ID3\x04\0\0\0\0\0\x05xxxxx" + answer.data) == pytest.approx(282 * 0.024)


def test_speech_is_streamed_as_events(api: Api, spec: Document) -> None:
    events = api.post("/audio/speech", {**SAY, "response_format": "wav", "stream_format": "sse"}).events
    for event in events:
        spec.check("CreateSpeechResponseStreamEvent", event)
    sound = b"".join(base64.b64decode(event["audio"]) for event in events[:-1])
    assert len(events) > 2 and sound == api.post("/audio/speech", {**SAY, "response_format": "wav"}).data


@pytest.mark.parametrize(
    ("more", "param", "words"),
    [
        ({"response_format": "aac"}, "response_format", "mp3, wav, pcm"),
        ({"response_format": "flac"}, "response_format", "[audio]"),
        ({"input": ""}, "input", "empty"),
        ({"input": "x" * 4097}, "input", "4096"),
        ({"voice": 3}, "voice", "string or an object"),
        ({"speed": 9}, "speed", "maximum"),
        ({"model": None}, "model", "Missing"),
    ],
)
def test_what_cannot_be_said_is_refused(api: Api, more: dict[str, Any], param: str, words: str) -> None:
    answer = api.post("/audio/speech", {**SAY, **more})
    assert answer.status == 400 and answer.error["param"] == param and words in answer.error["message"]


def _transcribe(api: Api, sound: bytes, *fields: tuple[str, str], path: str = "/audio/transcriptions") -> Any:
    return api.form(path, [("model", "whisper-1"), ("file", ("a.wav", sound)), *fields])


WAV = tones.wav(tones.pcm(10))


def test_nobody_listens_and_the_text_says_so(api: Api, spec: Document) -> None:
    plain = _transcribe(api, WAV)
    spec.check("CreateTranscriptionResponseJson", plain.json)
    assert plain.json["text"] == f"[sandbox: 1.7 s of sound in a.wav, {len(WAV):,} bytes; nobody listened to it]"
    assert "nothing was transcribed" in plain.headers["x-sandbox-simulated"]
    assert "1.7 s" not in _transcribe(api, b"OggS" + bytes(99)).json["text"], "what is not known is not said"
    assert "0.6 s" in _transcribe(api, tones.mp3(3)).json["text"]


@pytest.mark.parametrize("path", ["/audio/transcriptions", "/audio/translations"])
def test_every_format_of_a_transcript(api: Api, spec: Document, path: str) -> None:
    name = "Transcription" if "script" in path else "Translation"
    spec.check(f"Create{name}ResponseJson", _transcribe(api, WAV, path=path).json)
    verbose = _transcribe(api, WAV, ("response_format", "verbose_json"), path=path).json
    spec.check(f"Create{name}ResponseVerboseJson", verbose)
    assert verbose["duration"] == pytest.approx(1.68)
    text = _transcribe(api, WAV, ("response_format", "text"), path=path)
    assert text.headers["content-type"].startswith("text/plain") and text.data.startswith(b"[sandbox: ")
    srt = _transcribe(api, WAV, ("response_format", "srt"), path=path).data.decode()
    assert srt.startswith("1\n00:00:00,000 --> 00:00:01,680\n[sandbox: ")
    vtt = _transcribe(api, WAV, ("response_format", "vtt"), path=path).data.decode()
    assert vtt.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:01.680\n[sandbox: ")


def test_words_speakers_and_streams(api: Api, spec: Document) -> None:
    words = ("timestamp_granularities[]", "word")
    verbose = _transcribe(api, WAV, ("response_format", "verbose_json"), words).json
    spec.check("CreateTranscriptionResponseVerboseJson", verbose)
    assert verbose["words"]
    assert _transcribe(api, WAV, words).error["param"] == "timestamp_granularities"
    diarized = _transcribe(api, WAV, ("response_format", "diarized_json")).json
    spec.check("CreateTranscriptionResponseDiarizedJson", diarized)
    events = _transcribe(api, WAV, ("stream", "true")).events
    for event in events:
        spec.check("CreateTranscriptionResponseStreamEvent", event)
    assert "".join(event["delta"] for event in events[:-1]) == events[-1]["text"]
    assert _transcribe(api, WAV, ("stream", "true"), ("response_format", "srt")).error["param"] == "stream"


@pytest.mark.parametrize("sound", [b"", b"no sound", b"RIFF\0\0\0\0WAVEfmt ", b"\xff\xf3\xff\xff"])
def test_what_is_no_sound_is_refused(api: Api, sound: bytes) -> None:
    answer = _transcribe(api, sound)
    assert answer.status in (200, 400)
    if sound[:2] != b"\xff\xf3":
        assert answer.error["param"] == "file"


def test_the_sdk_speaks_and_listens(client: openai.OpenAI, tmp_path: Any) -> None:
    speech = client.audio.speech.create(model="tts-1", voice="coral", input="One two three four")
    heard = client.audio.transcriptions.create(model="whisper-1", file=("speech.mp3", speech.read()))
    assert "0.7 s of sound in speech.mp3" in heard.text
    with client.audio.speech.with_streaming_response.create(model="tts-1", voice="coral", input="One") as stream:
        stream.stream_to_file(tmp_path / "x.mp3")
    assert (tmp_path / "x.mp3").stat().st_size > 1000
    verbose = client.audio.transcriptions.create(
        model="whisper-1", file=("a.wav", WAV), response_format="verbose_json", timestamp_granularities=["word"]
    )
    assert verbose.words and verbose.duration == pytest.approx(1.68)
    deltas = client.audio.transcriptions.create(model="gpt-4o-transcribe", file=("a.wav", WAV), stream=True)
    assert [event.type for event in deltas][-1] == "transcript.text.done"


@pytest.mark.audio
@pytest.mark.parametrize("kind", ["wav", "pcm", "mp3", "flac", "opus", "aac"])
def test_with_the_extra_it_speaks(real: Api, kind: str) -> None:
    answer = real.post("/audio/speech", {**SAY, "response_format": kind})
    assert answer.status == 200 and answer.headers["x-sandbox-engine"] == "espeak-ng"
    starts = {"wav": b"RIFF", "mp3": b"ID3", "flac": b"fLaC", "opus": b"OggS", "pcm": b"", "aac": b"\xff\xf1"}
    assert answer.data.startswith(starts[kind]) and len(answer.data) > 3000
    again = real.post("/audio/speech", {**SAY, "response_format": kind, "voice": "onyx", "speed": 2})
    assert len(again.data) < len(answer.data)


@pytest.mark.audio
def test_with_the_extra_it_hears_roughly_what_it_said(real: Api, spec: Document) -> None:
    said = real.post(
        "/audio/speech", {**SAY, "input": "One two three four five", "voice": "onyx", "response_format": "flac"}
    ).data
    heard = _transcribe(real, said, ("response_format", "verbose_json"), ("timestamp_granularities[]", "word")).json
    spec.check("CreateTranscriptionResponseVerboseJson", heard)
    assert "three four five" in heard["text"] and heard["duration"] > 1
    assert heard["words"][0]["end"] <= heard["words"][-1]["end"] <= heard["duration"]
    silence = _transcribe(real, tones.wav(bytes(48_000))).json["text"]
    assert silence == "[no words in 1.0 s of sound]"
    broken = _transcribe(real, said[:300])
    assert broken.status == 400 and broken.error["param"] == "file"
    for kind in ("aac", "opus"):
        said = real.post("/audio/speech", {**SAY, "response_format": kind}).data
        assert _transcribe(real, said).json["usage"]["seconds"] in (1, 2)
