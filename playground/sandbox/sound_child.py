"""`python -m playground.sandbox.sound_child say|hear|seconds …`: what the extra “audio” does, in a process.

espeak-ng (GPL), PocketSphinx and FFmpeg are native code that reads what people send: a crash ends this process and
not the sandbox, and one that takes too long can be killed. Sound goes in by stdin and out by stdout. Exit codes: 0
done, 3 the sound cannot be read (why is on stderr).
"""

from __future__ import annotations

import array
import ctypes
import io
import json
import sys
from collections.abc import Callable
from typing import Any

RATE = 24_000
_HEARS = 16_000
"""Samples a second that PocketSphinx' model was made for."""
_SILENT = 200
"""The loudest sample of what is no speech, of 32,767."""
_RATE_PARAMETER, _PITCH_PARAMETER = 1, 3
_FORMATS = {"mp3": ("mp3", "libmp3lame"), "opus": ("ogg", "libopus"), "aac": ("adts", "aac"), "flac": ("flac", "flac")}
_RETRIEVE, _UTF8 = 1, 1
_WORDS_A_MINUTE = 165


def say(text: str, voice: str, pitch: int, speed: float, kind: str) -> bytes:
    """A text spoken by espeak-ng, in a format that `encoded` knows."""
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(_RETRIEVE, 0, espeakng_loader.get_data_path().encode(), 0)
    if rate <= 0:
        raise ValueError("espeak-ng could not be started")
    samples = array.array("h")

    def take(wave: Any, count: int, _events: Any) -> int:
        if wave and count > 0:
            samples.frombytes(ctypes.string_at(wave, count * 2))
        return 0

    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(take)
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        library.espeak_SetVoiceByName(b"en")
    library.espeak_SetParameter(_RATE_PARAMETER, max(80, min(450, round(_WORDS_A_MINUTE * speed))), 0)
    library.espeak_SetParameter(_PITCH_PARAMETER, pitch, 0)
    data = text.replace("\0", " ").encode() + b"\0"
    library.espeak_Synth(data, ctypes.c_size_t(len(data)), 0, 1, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    return encoded(samples.tobytes(), rate, kind)


def hear(data: bytes) -> list[dict[str, Any]]:
    """The words that PocketSphinx makes out, each `{"word", "start", "end"}` in seconds. Raises ValueError."""
    from pocketsphinx import Decoder

    pcm = decoded(data, _HEARS)
    heard = array.array("h", pcm)
    if not heard or max(max(heard), -min(heard)) < _SILENT:
        return []  # it would make words of it
    decoder = Decoder(samprate=_HEARS, loglevel="FATAL")
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()
    found = []
    for segment in decoder.seg():
        word = segment.word.partition("(")[0]
        if word and not word.startswith(("<", "[")):
            found.append({"word": word, "start": segment.start_frame / 100, "end": (segment.end_frame + 1) / 100})
    return found


def decoded(data: bytes, rate: int) -> bytes:
    """Sound in any format that FFmpeg reads, as 16-bit mono PCM of so many samples a second. Raises ValueError."""
    import av

    pieces = []
    try:
        with av.open(io.BytesIO(data)) as source:
            if not source.streams.audio:
                raise ValueError("it has no sound")
            resampler = av.AudioResampler("s16", "mono", rate)
            for frame in (*source.decode(audio=0), None):
                pieces += [bytes(made.planes[0])[: made.samples * 2] for made in resampler.resample(frame)]
    except (av.FFmpegError, IndexError) as error:
        raise ValueError(str(error)) from None
    return b"".join(pieces)


def encoded(pcm: bytes, rate: int, kind: str) -> bytes:
    """16-bit mono PCM as `mp3`, `opus` (in Ogg), `aac` (ADTS), `flac`, or, at 24 kHz, as `pcm`."""
    import av

    frame = av.AudioFrame("s16", "mono", len(pcm) // 2)
    frame.planes[0].update(pcm)
    frame.sample_rate = rate
    out = io.BytesIO()
    if kind == "pcm":
        resampler = av.AudioResampler("s16", "mono", RATE)
        made = [*resampler.resample(frame), *resampler.resample(None)]
        return b"".join(bytes(part.planes[0])[: part.samples * 2] for part in made)
    form, codec = _FORMATS[kind]
    with av.open(out, "w", format=form) as target:
        stream = target.add_stream(codec, rate=RATE, layout="mono")
        for part in (frame, None):
            target.mux(stream.encode(part))
    return out.getvalue()


def main(arguments: list[str]) -> int:
    what, *more = arguments
    given = sys.stdin.buffer.read()
    does: dict[str, Callable[[], bytes]] = {
        "say": lambda: say(given.decode(), more[0], int(more[1]), float(more[2]), more[3]),
        "hear": lambda: json.dumps(hear(given)).encode(),
        "seconds": lambda: json.dumps(len(decoded(given, _HEARS)) / 2 / _HEARS).encode(),
    }
    try:
        made = does[what]()
    except (ValueError, OSError) as error:
        sys.stderr.write(str(error))
        return 3
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
