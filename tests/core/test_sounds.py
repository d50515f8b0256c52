"""Sound: decoded, drawn, and played by a device that plays into nothing."""

from __future__ import annotations

import io
import math
import struct
import sys
import time
import wave
from array import array
from collections.abc import Callable

import pytest

from playground.core import sounds
from playground.core.sounds import PEAKS, Player, Sound, SoundFault, decode


def tone(seconds: float = 0.5, rate: int = 24_000, channels: int = 1, loud: float = 0.5) -> bytes:
    """A WAV file of 440 Hz."""
    frames = round(seconds * rate)
    samples = array("h")
    for frame in range(frames):
        samples.extend([round(32767 * loud * math.sin(2 * math.pi * 440 * frame / rate))] * channels)
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples.tobytes())
    return file.getvalue()


def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Play through the real library into its device for nothing: this machine may have no other."""
    import miniaudio

    monkeypatch.setattr(sounds, "backends", lambda: [miniaudio.Backend.NULL])


def until(done: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_wav_is_decoded_as_it_is() -> None:
    sound = decode(tone(0.5, 44_100, 2), "audio/wav")
    assert (sound.kind, sound.rate, sound.channels, sound.frames) == ("WAV", 44_100, 2, 22_050)
    assert sound.seconds == pytest.approx(0.5)
    assert len(sound.peaks) == PEAKS
    assert max(high for _, high in sound.peaks) == pytest.approx(0.5, abs=0.01)
    assert min(low for low, _ in sound.peaks) == pytest.approx(-0.5, abs=0.01)


def test_a_streamed_wav_whose_head_tells_no_length_is_decoded() -> None:
    data = bytearray(tone())
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    assert decode(bytes(data), "audio/wav").frames == 12_000


@pytest.mark.parametrize(
    ("content_type", "rate", "channels", "first"),
    [
        ("audio/pcm", 24_000, 1, 1),
        ("audio/pcm;rate=16000;channels=2", 16_000, 2, 1),
        ("audio/L16; rate=8000", 8_000, 1, 256),
    ],
)
def test_bare_samples_are_taken_by_their_content_type(content_type: str, rate: int, channels: int, first: int) -> None:
    sound = decode(struct.pack("<hhhh", 1, 2, 3, 4) + b"\0", content_type)
    assert (sound.kind, sound.rate, sound.channels, sound.samples[0]) == ("PCM", rate, channels, first)
    assert f"{rate:,} Hz" in sound.note


@pytest.mark.parametrize(
    ("data", "content_type", "words"),
    [
        (b"", "audio/wav", "is empty"),
        (b"RIFF\x24\0\0\0WAVEfmt broken", "audio/wav", "is broken"),
        (b"fLaC" + bytes(50), "audio/flac", "is broken"),
        (b"OggS" + bytes(24) + b"OpusHead" + bytes(99), "audio/ogg", "This Opus is broken"),
        (b"\xff\xf1" + bytes(99), "audio/aac", "This AAC is broken"),
        (b"xxxx", "audio/x-strange", "no sound that can be played here"),
    ],
)
def test_what_cannot_be_decoded_says_why(data: bytes, content_type: str, words: str) -> None:
    with pytest.raises(SoundFault, match=words):
        decode(data, content_type)


def test_a_sound_that_would_fill_the_memory_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounds, "SAMPLES_MOST", 1000)
    with pytest.raises(SoundFault, match="too long"):
        decode(tone(), "audio/wav")


def test_without_the_library_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "miniaudio", None)
    with pytest.raises(SoundFault, match="library “miniaudio” is missing"):
        decode(tone(), "audio/wav")
    assert decode(b"\1\0" * 50, "audio/pcm").frames == 50


def encoded(codec: str, form: str) -> bytes:
    """Half a second of 440 Hz as somebody else's encoder writes it."""
    import av

    file, rate = io.BytesIO(), 48_000
    with av.open(file, "w", format=form) as container:
        stream = container.add_stream(codec, rate=rate)
        stream.layout = "mono"
        frame = av.AudioFrame(format="s16", layout="mono", samples=rate // 2)
        frame.sample_rate = rate
        frame.planes[0].update(decode(tone(0.5, rate), "audio/wav").samples.tobytes())
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=rate)
        for part in [*resampler.resample(frame), None]:
            for packet in stream.encode(part):
                container.mux(packet)
    return file.getvalue()


@pytest.mark.parametrize(
    ("codec", "form", "content_type", "kind"),
    [
        ("libopus", "ogg", "audio/ogg", "Opus"),
        ("aac", "adts", "audio/aac", "AAC"),
        ("flac", "flac", "audio/flac", "FLAC"),
    ],
)
def test_what_encoders_write_is_decoded(codec: str, form: str, content_type: str, kind: str) -> None:
    sound = decode(encoded(codec, form), content_type)
    assert (sound.kind, sound.rate, sound.channels) == (kind, 48_000, 1)
    assert sound.seconds == pytest.approx(0.5, abs=0.06)
    assert max(high for _, high in sound.peaks) == pytest.approx(0.5, abs=0.1)


def test_without_pyav_opus_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(SoundFault, match="Opus needs PyAV"):
        decode(b"OggS" + bytes(24) + b"OpusHead" + bytes(99), "audio/opus")


def test_without_a_way_to_sound_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounds, "backends", list)
    player = Player(decode(tone(), "audio/wav"))
    with pytest.raises(SoundFault, match="no way to sound"):
        player.play()


def test_a_sound_is_played_to_its_end_sought_and_paused(monkeypatch: pytest.MonkeyPatch) -> None:
    silent(monkeypatch)
    player = Player(decode(tone(0.4), "audio/wav"))
    try:
        player.play()
        until(lambda: player.position > 0.05)
        player.pause()
        stopped = player.position
        assert 0.05 < stopped < 0.4 and not player.ended
        player.seek(0.3)
        assert player.position == pytest.approx(0.3)
        player.play()
        until(lambda: player.ended)
        assert player.position == pytest.approx(0.4)
        player.play()
        until(lambda: 0 < player.position < 0.4)
        assert not player.ended, "from the beginning again"
    finally:
        player.close()
    player.close()


def test_the_volume_changes_what_the_device_gets() -> None:
    sound = Sound("PCM", 1000, 1, array("h", [1000, -1000, 500, 4]), ((0.0, 0.0),))
    player = Player(sound)
    feed = player._feed()
    next(feed)
    assert list(feed.send(1)) == [1000]
    player.set_volume(0.5)
    assert list(feed.send(2)) == [-500, 250]
    assert list(feed.send(9)) == [2]
    with pytest.raises(StopIteration):
        feed.send(9)
    assert player.ended
