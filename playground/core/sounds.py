"""Sound in memory: decoded off the window's thread, drawn as peaks, played by a device that is opened when wanted.

`miniaudio` (imported late: 50 ms) decodes WAV, MP3, FLAC and Ogg Vorbis; bare samples need no decoder. Opus and AAC
are decoded where PyAV is installed, and told to be what they are where it is not.
"""

from __future__ import annotations

import io
import sys
from array import array
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

PEAKS = 600
"""Columns of the picture of a sound."""
SAMPLES_MOST = 160_000_000
"""Samples of all channels that are decoded: 320 MB, an hour of music in stereo."""
LENGTH_MOST = 64 * 1024 * 1024
"""Bytes of a file that are decoded."""
PCM_RATE = 24_000
"""Of samples that come without a word about their rate: what speech models send (mono, 16 bit, low byte first)."""
PERIOD_MS = 60
"""How far ahead the device asks for samples."""

_KINDS = {
    "audio/wav": "WAV",
    "audio/mpeg": "MP3",
    "audio/flac": "FLAC",
    "audio/ogg": "Ogg",
    "audio/opus": "Opus",
    "audio/aac": "AAC",
    "audio/mp4": "MPEG-4",
    "audio/pcm": "PCM",
    "audio/l16": "PCM",
}


class SoundFault(Exception):
    """Why a sound cannot be decoded or played, in a sentence."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Samples of 16 bits, the channels side by side."""

    kind: str
    """WAV, MP3, …"""
    rate: int
    """Samples a second and channel."""
    channels: int
    samples: array[int] = field(repr=False)
    peaks: tuple[tuple[float, float], ...] = field(repr=False)
    """Lowest and highest value of each column, from -1 to 1."""
    note: str = ""
    """What was assumed."""

    @property
    def frames(self) -> int:
        return len(self.samples) // self.channels

    @property
    def seconds(self) -> float:
        return self.frames / self.rate


def kind_of(content_type: str) -> str:
    """What a sound is called: MP3, Opus, …"""
    plain = content_type.partition(";")[0].strip().lower()
    return _KINDS.get(plain, plain.removeprefix("audio/").upper() or "sound")


def decode(data: bytes, content_type: str) -> Sound:
    """Decode a sound; not for the window's thread. `content_type` with its parameters, as `audio/pcm;rate=16000`.
    Raises SoundFault."""
    kind = kind_of(content_type)
    if not data:
        raise SoundFault("The sound is empty.")
    if len(data) > LENGTH_MOST:
        raise SoundFault(f"A sound of {len(data) // 1_000_000} MB is too large to be played here: save it.")
    if kind == "PCM":
        return _bare(data, content_type)
    miniaudio = _library()
    if kind not in ("WAV", "MP3", "FLAC", "Ogg") or (kind == "Ogg" and b"OpusHead" in data[:64]):
        return _by_av(data, "Opus" if kind == "Ogg" else kind)
    try:
        info = _info(miniaudio, kind, data)
        if info.num_frames * info.nchannels > SAMPLES_MOST:
            minutes = round(info.duration / 60)
            raise SoundFault(f"A sound of {minutes} minutes is too long to be played here: save it.")
        channels = min(2, info.nchannels)
        decoded = miniaudio.decode(data, nchannels=channels, sample_rate=info.sample_rate)
    except miniaudio.MiniaudioError:
        raise SoundFault(f"This {kind} is broken: it cannot be decoded.") from None
    if not len(decoded.samples):
        raise SoundFault("The sound has no samples.")
    samples: array[int] = decoded.samples
    return Sound(kind, info.sample_rate, channels, samples, _peaks(samples, channels))


def _library() -> Any:
    """Raises SoundFault where it cannot be imported."""
    try:
        import miniaudio
    except (ImportError, OSError) as error:
        raise SoundFault(f"Sound cannot be played here: the library “miniaudio” is missing ({error}).") from None
    return miniaudio


def _by_av(data: bytes, kind: str) -> Sound:
    """What FFmpeg's decoders know, where PyAV is installed (the extra `media`)."""
    try:
        import av
    except (ImportError, OSError):
        raise SoundFault(
            f"{kind} needs PyAV to be played here (the extra “media”): save it, or ask for MP3, WAV or FLAC."
        ) from None
    samples = array("h")
    try:
        with av.open(io.BytesIO(data)) as container:
            stream = container.streams.audio[0]
            rate, channels = stream.rate, min(2, stream.channels)
            resampler = av.AudioResampler(format="s16", layout="mono" if channels == 1 else "stereo", rate=rate)
            for frame in container.decode(stream):
                for part in resampler.resample(frame):
                    samples.frombytes(bytes(part.planes[0])[: part.samples * channels * 2])
                if len(samples) > SAMPLES_MOST:
                    raise SoundFault("The sound is too long to be played here: save it.")
    except (av.FFmpegError, ValueError, IndexError):
        if not samples:
            raise SoundFault(f"This {kind} is broken, or no sound that can be played here: save it.") from None
    if not samples:
        raise SoundFault("The sound has no samples.")
    return Sound(kind, rate, channels, samples, _peaks(samples, channels))


def _info(miniaudio: Any, kind: str, data: bytes) -> Any:
    reader = {
        "WAV": miniaudio.wav_get_info,
        "MP3": miniaudio.mp3_get_info,
        "FLAC": miniaudio.flac_get_info,
        "Ogg": miniaudio.vorbis_get_info,
    }[kind]
    return reader(data)


def _bare(data: bytes, content_type: str) -> Sound:
    """Samples without a head."""
    rate, channels = PCM_RATE, 1
    for part in content_type.split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.lower() == "rate" and value.isdigit():
            rate = min(192_000, max(1000, int(value)))
        elif name.lower() == "channels" and value in ("1", "2"):
            channels = int(value)
    samples = array("h")
    samples.frombytes(data[: len(data) // (2 * channels) * 2 * channels])
    # RFC 2586 has the high byte of L16 first; what is called pcm has the low one first.
    if (sys.byteorder == "big") != content_type.lower().startswith("audio/l16"):
        samples.byteswap()
    if not samples:
        raise SoundFault("The sound is empty.")
    ways = "mono" if channels == 1 else "stereo"
    return Sound("PCM", rate, channels, samples, _peaks(samples, channels), f"taken as {rate:,} Hz, {ways}, 16 bit")


def _peaks(samples: array[int], channels: int) -> tuple[tuple[float, float], ...]:
    """The outline; of long sounds some samples of each column only: all of them would take a second."""
    frames = len(samples) // channels
    columns = min(PEAKS, frames)
    found = []
    for column in range(columns):
        first, last = frames * column // columns, frames * (column + 1) // columns
        step = max(1, (last - first) // 400)
        part = samples[first * channels : last * channels : step * channels]
        found.append((min(part) / 32768, max(part) / 32768))
    return tuple(found)


def backends() -> list[Any]:
    """The ways to sound that this machine may have; the one that plays into nothing is none."""
    miniaudio = _library()
    silent = (miniaudio.Backend.NULL, miniaudio.Backend.CUSTOM)
    return [backend for backend in miniaudio.get_enabled_backends() if backend not in silent]


class Player:
    """Plays one sound. `open`, `play`, `pause` and `close` may block, and are not for the window's thread; the other
    methods only set or read a number. Its samples are asked for in a thread of the device's own."""

    def __init__(self, sound: Sound) -> None:
        self.sound = sound
        self._device: Any = None
        self._at = 0
        self._volume = 1.0
        self._ended = False

    def play(self) -> None:
        """From where it is; from the beginning where it is at its end. Raises SoundFault where there is no device."""
        if self._device is None:
            self._open()
        if self._at >= self.sound.frames:
            self._at = 0
        self._ended = False
        feed = self._feed()
        next(feed)
        self._device.stop()
        self._device.start(feed)

    def _open(self) -> None:
        miniaudio = _library()
        ways = backends()
        if not ways:
            raise SoundFault("No sound can be played here: this system has no way to sound that is known.")
        try:
            self._device = miniaudio.PlaybackDevice(
                nchannels=self.sound.channels,
                sample_rate=self.sound.rate,
                buffersize_msec=PERIOD_MS,
                backends=ways,
                app_name="Playground",
            )
        except miniaudio.MiniaudioError:
            raise SoundFault("No sound can be played here: there is no sound device. It can be saved.") from None

    def pause(self) -> None:
        """Stay where it is."""
        if self._device is not None:
            self._device.stop()

    def close(self) -> None:
        """Let go of the device."""
        device, self._device = self._device, None
        if device is not None:
            device.close()

    @property
    def ended(self) -> bool:
        """It has been played to its end."""
        return self._ended

    @property
    def position(self) -> float:
        """Seconds."""
        return self._at / self.sound.rate

    def seek(self, seconds: float) -> None:
        """Go on from there; while it plays, too."""
        self._at = min(self.sound.frames, max(0, round(seconds * self.sound.rate)))
        self._ended = False

    def set_volume(self, volume: float) -> None:
        """From 0 to 1."""
        self._volume = min(1.0, max(0.0, volume))

    def _feed(self) -> Generator[array[int], int, None]:
        """The device says how many frames it wants, and gets as many or fewer."""
        sound = self.sound
        wanted = yield array("h")
        while True:
            at = self._at
            part = sound.samples[at * sound.channels : (at + wanted) * sound.channels]
            if not part:
                break
            if self._at == at:  # nobody has gone elsewhere meanwhile
                self._at = at + len(part) // sound.channels
            loud = self._volume
            if loud < 1.0:
                part = array("h", [int(sample * loud) for sample in part])
            wanted = yield part
        self._ended = True
