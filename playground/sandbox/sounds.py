"""Speech and hearing: real ones where the extra “audio” is installed, else beeps, and words that say so."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import io
import sys
import wave
from functools import cached_property

import orjson

from playground.sandbox import tones
from playground.sandbox.checks import Json

MODULES = ("av", "espeakng_loader", "pocketsphinx")
"""What the extra brings."""
INSTALL = "Install the sandbox's extra “audio” for that: pip install 'openai-playground-desktop[audio]'."
PATIENCE = 120.0
"""Seconds that a child process gets."""
PLAIN = ("mp3", "wav", "pcm")
"""Formats that can always be made."""
WITH_EXTRA = (*PLAIN, "aac", "flac", "opus")


class NoSound(Exception):
    """What was sent is no sound that can be read here. Its text says why."""


class Sounds:
    """What this server can say and hear. `tones`: as if the extra were not there."""

    def __init__(self, tones: bool = False) -> None:
        self._tones = tones
        self._room = asyncio.Semaphore(2)

    @cached_property
    def real(self) -> bool:
        """Whether the extra is there."""
        return not self._tones and all(importlib.util.find_spec(name) is not None for name in MODULES)

    @property
    def formats(self) -> tuple[str, ...]:
        """What speech can be given as."""
        return WITH_EXTRA if self.real else PLAIN

    async def say(self, text: str, kind: str, voice: str, speed: float) -> bytes:
        """A text as sound. `kind` is one of `formats`; `speed` 1 is usual."""
        if not self.real:
            words = max(1, round(len(text.split()) / speed))
            return tones.mp3(words) if kind == "mp3" else _packed(tones.pcm(words), kind)
        name, pitch = _VOICES[sum(voice.encode()) % len(_VOICES)]
        wanted = "pcm" if kind == "wav" else kind
        return _packed(await self._child(text.encode(), "say", name, str(pitch), f"{speed:g}", wanted), kind)

    async def hear(self, data: bytes) -> list[Json]:
        """The words in a sound, each with `word`, `start` and `end` in seconds. Raises NoSound."""
        found: list[Json] = orjson.loads(await self._child(data, "hear"))
        return found

    async def seconds(self, data: bytes) -> float | None:
        """How long a sound lasts; None where that cannot be told. Raises NoSound where it is no sound."""
        if data[:4] == b"RIFF":
            try:
                with contextlib.closing(wave.open(io.BytesIO(data))) as opened:
                    return float(opened.getnframes() / (opened.getframerate() or 1))
            except (wave.Error, EOFError) as error:
                raise NoSound(f"its WAV header cannot be read: {error}") from None
        if lasts := tones.mp3_seconds(data):
            return lasts
        if self.real:
            return float(orjson.loads(await self._child(data, "seconds")))
        if not data.startswith(_MAGIC) and data[4:8] != b"ftyp":
            raise NoSound("it is none of mp3, wav, flac, ogg, webm and mp4")
        return None

    async def _child(self, given: bytes, *arguments: str) -> bytes:
        """What `sound_child` makes of it. Raises NoSound. It is killed when nobody waits any more."""
        command = (sys.executable, "-m", "playground.sandbox.sound_child", *arguments)
        pipe = asyncio.subprocess.PIPE
        async with self._room:
            process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)
            try:
                async with asyncio.timeout(PATIENCE):
                    made, errors = await process.communicate(given)
            except TimeoutError:
                raise NoSound(f"it took more than {PATIENCE:g} s") from None
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        if process.returncode == 0:
            return made
        if process.returncode == 3:
            raise NoSound(errors.decode("utf-8", "replace").strip()[:300] or "it cannot be read")
        raise NoSound(f"the library that reads it failed ({process.returncode})")


_MAGIC = (b"ID3", b"fLaC", b"OggS", b"\x1aE\xdf\xa3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")
_VOICES = (("en-us", 50), ("en-gb", 40), ("en-us", 70), ("en-gb", 60), ("en-us", 30), ("en-gb", 75))
"""espeak-ng's voices and pitches, chosen by the voice's name: none of them is the one that was asked for."""


def _packed(pcm: bytes, kind: str) -> bytes:
    return tones.wav(pcm) if kind == "wav" else pcm
