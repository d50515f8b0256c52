"""Secrets are taken out of everything that leaves the log: keys in use, and whatever looks like a secret of any kind.

The log itself masks the keys in use and OpenAI's keys when it is written. What is handed to others is searched again,
and for more: the patterns are in `resources/facts/secrets-*.json`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from playground.core.redact import HIDDEN, known
from playground.core.resources import dated

_SECRET_HEADER = re.compile(
    r"authorization|cookie|api-?key|x-goog-api-key|token|secret|password|signature|session", re.IGNORECASE
)
_HARMLESS_HEADERS = re.compile(r"x-ratelimit-|openai-beta|.*-tokens$", re.IGNORECASE)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = json.loads(dated("secrets").read_text("utf-8"))["patterns"]
    return tuple((entry["name"], re.compile(entry["expression"])) for entry in found)


class Scrubber:
    """Takes secrets out, and counts what it took."""

    def __init__(self) -> None:
        self.removed: Counter[str] = Counter()
        """How many of each kind."""

    def text(self, text: str) -> str:
        """`text` with `[removed]` in place of each secret."""
        clean = known().text(text)
        if clean != text:
            self.removed["key in use"] += 1
        for name, pattern in _patterns():
            hidden = pattern.sub(_hide, clean)
            if hidden != clean:
                self.removed[name] += max(1, hidden.count(HIDDEN) - clean.count(HIDDEN))
                clean = hidden
        return clean

    def data(self, data: bytes) -> bytes:
        """The same in bytes that are no text: each byte is taken for a letter."""
        text = data.decode("latin-1")
        clean = self.text(text)
        return data if clean == text else clean.encode("latin-1")

    def headers(self, headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Headers, those that carry a secret by their name without their value."""
        clean = []
        for name, value in headers:
            if _SECRET_HEADER.search(name) and not _HARMLESS_HEADERS.match(name):
                if HIDDEN not in value:
                    self.removed[f"header {name.lower()}"] += 1
                clean.append((name, HIDDEN))
            else:
                clean.append((name, self.text(value)))
        return clean

    def url(self, url: str) -> str:
        """A URL without user information, secret parameters and keys."""
        try:
            return self.text(known().url(url))
        except ValueError:  # no URL after all, such as one with half a pair of brackets
            return self.text(url)


def _hide(match: re.Match[str]) -> str:
    if "secret" not in match.re.groupindex:
        return HIDDEN
    secret = match["secret"]
    if secret.startswith(HIDDEN) or set(secret) == {"*"}:
        return match[0]
    start, end = match.start("secret") - match.start(), match.end("secret") - match.start()
    return match[0][:start] + HIDDEN + match[0][end:]
