"""`python -m playground.sandbox.sound_child say|hear|seconds|encode …`: what the extra “audio” does, in a process.

espeak-ng (GPL), PocketSphinx and libsndfile are native code that reads what people send: a crash ends this process and
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
_RETRIEVE, _UTF8 = 1, 1
_WORDS_A_MINUTE = 165


def say(text: str, voice: str, pitch: int, speed: float) -> bytes:
    """A text spoken by espeak-ng, as 16-bit mono PCM at 24 kHz."""
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
    return resampled(samples, rate, RATE).tobytes()


def hear(data: bytes) -> list[dict[str, Any]]:
    """The words that PocketSphinx makes out, each `{"word", "start", "end"}` in seconds. Raises ValueError."""
    from pocketsphinx import Decoder

    samples, rate = decoded(data)
    if not samples or max(max(samples), -min(samples)) < _SILENT:
        return []  # it would make words of it
    heard = resampled(samples, rate, _HEARS)
    decoder = Decoder(samprate=_HEARS, loglevel="FATAL")
    decoder.start_utt()
    decoder.process_raw(heard.tobytes(), full_utt=True)
    decoder.end_utt()
    found = []
    for segment in decoder.seg():
        word = segment.word.partition("(")[0]
        if word and not word.startswith(("<", "[")):
            found.append({"word": word, "start": segment.start_frame / 100, "end": (segment.end_frame + 1) / 100})
    return found


def decoded(data: bytes) -> tuple[array.array[int], int]:
    """Sound in any format that libsndfile reads, as 16-bit mono samples, and how many a second. Raises ValueError."""
    import soundfile

    try:
        sound, rate = soundfile.read(io.BytesIO(data), dtype="int16", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise ValueError(str(error)) from None
    return array.array("h", sound[:, 0].tobytes()), int(rate)


def encoded(pcm: bytes, kind: str) -> bytes:
    """16-bit mono PCM at 24 kHz as `flac`, `opus` (in Ogg) or `mp3`."""
    import numpy
    import soundfile

    out = io.BytesIO()
    formats = {"flac": ("FLAC", "PCM_16"), "opus": ("OGG", "OPUS"), "mp3": ("MP3", "MPEG_LAYER_III")}
    form, subtype = formats[kind]
    soundfile.write(out, numpy.frombuffer(pcm, "<i2"), RATE, format=form, subtype=subtype)
    return out.getvalue()


def resampled(samples: array.array[int], rate: int, wanted: int) -> array.array[int]:
    """Samples at another rate: what is too high for it taken out (a windowed sinc), then straight lines between."""
    if rate == wanted or len(samples) < 2:
        return samples
    import numpy

    sound = numpy.array(samples, dtype=numpy.float64)
    if wanted < rate:
        places = numpy.arange(-32, 33)
        kernel = numpy.sinc(places * wanted / rate * 0.95) * numpy.hanning(67)[1:-1]
        sound = numpy.convolve(sound, kernel / kernel.sum(), mode="same")
    at = numpy.arange(int(len(sound) * wanted / rate)) * (rate / wanted)
    made = numpy.interp(at, numpy.arange(len(sound)), sound)
    return array.array("h", made.round().clip(-32768, 32767).astype("<i2").tobytes())


def main(arguments: list[str]) -> int:
    what, *more = arguments
    given = sys.stdin.buffer.read()
    does: dict[str, Callable[[], bytes]] = {
        "say": lambda: say(given.decode(), more[0], int(more[1]), float(more[2])),
        "hear": lambda: json.dumps(hear(given)).encode(),
        "seconds": lambda: json.dumps((lambda sound: len(sound[0]) / sound[1])(decoded(given))).encode(),
        "encode": lambda: encoded(given, more[0]),
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
