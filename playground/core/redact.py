"""Keeping keys out of everything that is written: the request log, reports, logs.

Masks are as long as what they hide, so that sizes, offsets and arrival times stay true.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from urllib.parse import quote, unquote_plus, urlsplit

HIDDEN = "[removed]"

SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "api-key", "x-api-key", "x-goog-api-key", "cookie", "set-cookie"}
)
SECRET_PARAMETERS = frozenset(
    {"key", "api_key", "api-key", "apikey", "token", "access_token", "auth", "signature", "sig", "client_secret"}
)

# Keys and tokens as api.openai.com makes them. A digit is asked for, so that `sk-learn-like-names-of-things` stay;
# near the beginning, so that a body of nothing but `sk-sk-sk-…` is not gone through once for each of them.
_TOKEN = re.compile(r"(?<![A-Za-z0-9])(?:sk-|sess-|ek_)(?=[A-Za-z0-9_-]{0,100}\d)[A-Za-z0-9_-]{16,}")
_TOKEN_BYTES = re.compile(_TOKEN.pattern.encode())
_TOKEN_TAIL = re.compile(rb"(?<![A-Za-z0-9])(?:s|sk|se|ses|sess|e|ek|(?:sk-|sess-|ek_)[A-Za-z0-9_-]{0,400})\Z")
_STARTS = (b"sk-", b"sess-", b"ek_")
_USER = re.compile(r"//[^/@\s'\"]*@")
_MIN_KEY = 6
_MIN_LEAK = 6


def _mask_text(match: re.Match[str]) -> str:
    return match[0][:3] + "*" * (len(match[0]) - 3)


def _mask_bytes(match: re.Match[bytes]) -> bytes:
    return match[0][:3] + b"*" * (len(match[0]) - 3)


class Redactor:
    """Knows the keys in use, and masks them wherever they show. Any thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._texts: tuple[str, ...] = ()
        self._bytes: tuple[bytes, ...] = ()

    def __repr__(self) -> str:
        return f"<Redactor of {len(self._texts)} spellings>"

    def add(self, key: str | None) -> None:
        """Remember a key, in the spellings it can take in a header, a URL and a JSON text, base64 among them.

        Keys under six characters are left out: masking them would tear holes into ordinary words.
        """
        if not key or len(key) < _MIN_KEY:
            return
        spellings = {key, json.dumps(key)[1:-1], quote(key, safe=""), quote(key), *base64_spellings(key)}
        with self._lock:
            # Longest first, so that no key hides the rest of a longer one that begins with it.
            texts = tuple(sorted({*self._texts, *spellings}, key=len, reverse=True))
            self._texts, self._bytes = texts, tuple(text.encode() for text in texts)

    @property
    def spellings(self) -> tuple[str, ...]:
        """Of all known keys; another object once another key is known."""
        return self._texts

    def text(self, text: str) -> str:
        """`text` with every known key, and everything that looks like one, masked."""
        for key in self._texts:
            if key in text:
                text = text.replace(key, "*" * len(key))
        return _TOKEN.sub(_mask_text, text)

    def places(self, text: str) -> list[tuple[int, int]]:
        """Start and end of each known key in a text, in any of its spellings; they do not overlap."""
        found: list[tuple[int, int]] = []
        for key in self._texts:  # longest first
            at = text.find(key)
            while at >= 0:
                end = at + len(key)
                if not any(at < other_end and start < end for start, other_end in found):
                    found.append((at, end))
                at = text.find(key, end)
        return sorted(found)

    def data(self, data: bytes) -> bytes:
        """A whole body, masked; as long as it was."""
        for key in self._bytes:
            if key in data:
                data = data.replace(key, b"*" * len(key))
        if any(start in data for start in _STARTS):
            data = _TOKEN_BYTES.sub(_mask_bytes, data)
        return data

    def split(self, data: bytes) -> tuple[bytes, bytes]:
        """The part of a body in progress that can be written, masked, and the end of it that must wait because
        a key may have begun there. Their lengths add up to that of `data`."""
        masked = self.data(data)
        held = 0
        for key in self._bytes:
            # Seen after masking: the end of a whole key is not the beginning of another.
            for length in range(min(len(key) - 1, len(data)), held, -1):
                if masked.endswith(key[:length]):
                    held = length
                    break
        # Seen before masking: what looks like a whole token may go on.
        token = _TOKEN_TAIL.search(data, max(0, len(data) - 400))
        if token:
            held = max(held, len(token[0]))
        return (masked[: len(data) - held], data[len(data) - held :]) if held else (masked, b"")

    def last(self, data: bytes) -> bytes:
        """What `split` held back, when nothing follows: a piece of a key of six characters and more is masked."""
        for key in self._bytes:
            for length in range(min(len(key), len(data)), _MIN_LEAK - 1, -1):
                if data.endswith(key[:length]):
                    return self.data(data[: len(data) - length]) + b"*" * length
        return self.data(data)

    def headers(self, headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Headers with the secret ones emptied (the scheme of an Authorization is kept) and keys masked."""
        shown = []
        for name, value in headers:
            if name.lower() in SECRET_HEADERS:
                scheme = value.split(" ", 1)[0] if name.lower().endswith("authorization") and " " in value else ""
                value = f"{scheme} {HIDDEN}".strip() if scheme.lower() in ("bearer", "basic") else HIDDEN
            else:
                value = self.text(value)
            shown.append((name, value))
        return tuple(shown)

    def url(self, url: str) -> str:
        """A URL without its user information, secret parameters and keys."""
        parts = urlsplit(url)
        netloc = parts.netloc
        if "@" in netloc:
            netloc = f"{HIDDEN}@{netloc.rpartition('@')[2]}"
        query = "&".join(self._parameter(pair) for pair in parts.query.split("&")) if parts.query else ""
        return self.text(parts._replace(netloc=netloc, query=query).geturl())

    @staticmethod
    def _parameter(pair: str) -> str:
        name, equals, _ = pair.partition("=")
        return f"{name}={HIDDEN}" if equals and unquote_plus(name).lower() in SECRET_PARAMETERS else pair


class StreamMask:
    """Masks one key in the pieces of a stream, at half a microsecond a piece. Nothing waits but the end of a
    piece with which the key may begin."""

    def __init__(self, key: str) -> None:
        self._key = key.encode() if len(key) >= _MIN_KEY else b""
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """What can be handed on of all that has come; may be empty."""
        key = self._key
        if not key:
            return data
        if self._held:
            data, self._held = self._held + data, b""
        if key in data:
            data = data.replace(key, b"*" * len(key))
        if data[-1:] != b"\n":
            for length in range(min(len(key) - 1, len(data)), 0, -1):
                if data.endswith(key[:length]):
                    self._held = data[-length:]
                    return data[:-length]
        return data

    def last(self) -> bytes:
        """What was held, when nothing follows; as stars where it is more than the beginning of many words."""
        held, self._held = self._held, b""
        return held if len(held) < _MIN_LEAK else b"*" * len(held)


def base64_spellings(key: str) -> set[str]:
    """What a key is in base64, wherever in a longer text it stands: but for the letters that it shares with what is
    before and behind."""
    found = set()
    for before in range(3):
        coded = b64encode(b"\0" * before + key.encode()).decode().rstrip("=")
        inner = coded[-(-before * 8 // 6) :]
        inner = inner[: len(inner) - 1] if (before + len(key.encode())) % 3 else inner
        found |= {inner, inner.replace("+", "-").replace("/", "_")}
    return {text for text in found if len(text) >= _MIN_KEY}


class MaskingFormatter(logging.Formatter):
    """Log lines, tracebacks included, without keys in use and what looks like one."""

    def format(self, record: logging.LogRecord) -> str:
        return known().text(super().format(record))


def log_to_stderr(level: str, layout: str) -> None:
    """What `logging.basicConfig` does, with lines in which no key can stand."""
    handler = logging.StreamHandler()
    handler.setFormatter(MaskingFormatter(layout))
    logging.basicConfig(level=level.upper(), handlers=[handler])


def without_user(text: str) -> str:
    """Words in which URLs have no user name and password; a library's complaint about a proxy repeats them."""
    return _USER.sub("//", text)


@cache
def known() -> Redactor:
    """The keys of this process. The one thing in the core that is shared by all: a key that one part has read
    must be masked in whatever any other part writes, a crash report included."""
    return Redactor()
