"""Secrets are taken out of everything that leaves the log: keys in use, whatever looks like a secret of any kind, and
what somebody has named (`patterns`).

The log itself masks the keys in use and OpenAI's keys when it is written. What is handed to others is searched again,
and for more: the patterns are in `resources/facts/secrets-*.json`. They run in the library `regex`, which finds that
there is none of them six times faster than `re` (7 MB: 0.28 s against 1.66) and lets other threads run meanwhile.
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, unquote_plus

from playground.core.redact import HIDDEN, SECRET_PARAMETERS, known
from playground.core.resources import dated

if TYPE_CHECKING:
    from playground.core.exchanges.patterns import SecretPattern

_SECRET_HEADER = re.compile(
    r"authorization|cookie|api-?key|x-goog-api-key|token|secret|password|signature|session", re.IGNORECASE
)
_HARMLESS_HEADERS = re.compile(r"x-ratelimit-|openai-beta|.*-tokens$", re.IGNORECASE)
_USER = re.compile(r"//([^/@?#]+)@")
_PARAMETER = re.compile(r"[?&]([^=&#]+)=([^&#]+)")
_ESCAPED = re.compile(r"\\u00([2-7][0-9A-Fa-f])")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}+={0,2}")


_ROUNDS = 5
_SHORT, _KEPT = 256, 20_000
"""Characters of a text that is remembered, and how many are."""


class Cut(NamedTuple):
    """A secret in a text: where it stands, and what kind it is."""

    start: int
    end: int
    kind: str


@cache
def _patterns() -> tuple[tuple[str, Any], ...]:
    import regex

    found = json.loads(dated("secrets").read_text("utf-8"))["patterns"]
    return tuple((entry["name"], regex.compile(entry["expression"])) for entry in found)


class Scrubber:
    """Takes secrets out, and counts what it took. Its methods raise ProblemError where a pattern that somebody named
    takes too long: then nothing may be handed over."""

    def __init__(self, patterns: Sequence[SecretPattern] | None = None) -> None:
        """`patterns`: those that somebody named; None: those of this process."""
        if patterns is None:
            from playground.core.named import named

            patterns = named().patterns
        self._named = tuple(patterns)
        self._seen: dict[str, list[Cut]] = {}
        """Short texts, such as headers: in a log they are the same again and again."""
        self._keys = known().spellings
        self.removed: Counter[str] = Counter()
        """How many of each kind."""

    def cuts(self, text: str) -> list[Cut]:
        """What would be taken out of a text, in its order; nothing is counted."""
        if len(text) > _SHORT:
            return self._cuts(text)
        keys = known().spellings
        if keys is not self._keys or len(self._seen) >= _KEPT:
            self._seen.clear()
            self._keys = keys
        found = self._seen.get(text)
        if found is None:
            found = self._seen[text] = self._cuts(text)
        return found

    def _cuts(self, text: str) -> list[Cut]:
        work = _Work(text)
        self._look(work)
        return work.cuts

    def url_cuts(self, url: str) -> list[Cut]:
        """The same for a URL, in which user information and some parameters are secret by where they stand."""
        work = _Work(url)
        user = _USER.search(url)
        work.cut([user.span(1)] if user and user[1] != HIDDEN else [], "password in a URL")
        found = [m for m in _PARAMETER.finditer(work.text) if unquote_plus(m[1]).lower() in SECRET_PARAMETERS]
        work.cut([m.span(2) for m in found if unquote(m[2]) != HIDDEN], "secret in a query")
        self._look(work)
        return work.cuts

    def is_secret_header(self, name: str) -> bool:
        """Whether a header's value is a secret by the header's name."""
        return _SECRET_HEADER.search(name) is not None and not _HARMLESS_HEADERS.match(name)

    def text(self, text: str) -> str:
        """`text` with `[removed]` in place of each secret."""
        return self._without(text, self.cuts(text))

    def data(self, data: bytes) -> bytes:
        """The same in bytes that are no text: each byte is taken for a letter."""
        text = data.decode("latin-1")
        clean = self.text(text)
        return data if clean == text else clean.encode("latin-1")

    def headers(self, headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Headers, those that carry a secret by their name without their value."""
        clean = []
        for name, value in headers:
            if self.is_secret_header(name):
                if HIDDEN not in value:
                    self.removed[f"header {name.lower()}"] += 1
                clean.append((name, HIDDEN))
            else:
                clean.append((name, self.text(value)))
        return clean

    def url(self, url: str) -> str:
        """A URL without user information, secret parameters and keys."""
        return self._without(url, self.url_cuts(url))

    def _without(self, text: str, cuts: list[Cut]) -> str:
        if not cuts:
            return text
        self.removed.update(cut.kind for cut in cuts)
        return cut_out(text, cuts)

    def _look(self, work: _Work) -> None:
        for _ in range(_ROUNDS):  # what stood close to a secret may be seen to be one when that is gone
            before = work.text
            self._look_once(work)
            if work.text == before:
                return

    def _look_once(self, work: _Work) -> None:
        work.cut(known().places(work.text), "key in use")
        self._look_plainly(work)
        for escape, signs, read, where in _WRITTEN:
            spans = _around(escape, signs, work.text)
            self._look_into(work, [(*span, read(work.text[slice(*span)])) for span in spans], where)
        self._look_into(work, [found for m in _sliced(_BASE64, work.text) if (found := _decoded(m))], "in base64")

    def _look_plainly(self, work: _Work) -> None:
        for pattern in self._named:
            work.cut(pattern.search(work.text), pattern.name)
        for name, compiled in _patterns():
            spans = [span for m in compiled.finditer(work.text, concurrent=True) if (span := _secret(m))]
            work.cut(spans, name)

    def _look_into(self, work: _Work, parts: list[tuple[int, int, str]], where: str) -> None:
        """Look into parts of a text that are written otherwise; one with a secret in it goes as a whole."""
        if not parts:
            return
        starts, at = [], 0
        for part in parts:
            starts.append(at)
            at += len(part[2]) + 2
        inner = _Work("\n\n".join(part[2] for part in parts))
        self._look_plainly(inner)
        hit = {bisect_right(starts, cut.start) - 1: cut.kind for cut in inner.cuts}
        work.cut_each([Cut(*parts[number][:2], f"{kind} {where}") for number, kind in hit.items()])


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


_WRITTEN = (
    (_ESCAPED, re.compile(r"[^\s\"'<>]+"), _unescaped, "in JSON's escapes"),
    (re.compile("%[0-9A-Fa-f]{2}"), re.compile(r"[^\s\"'<>\\&?=;,/]+"), unquote, "in a URL"),
)
"""How else a text can be written: by what it is known, what it is made of, how it is read."""
_BLANK = re.compile(r"[\s\"',.:]")
_SLICE = 256 * 1024
_AROUND = 4096
"""Characters before and behind an escape that may belong to it."""


def _around(escape: re.Pattern[str], signs: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """Start and end of the words in which there is such an escape."""
    found: list[tuple[int, int]] = []
    for match in escape.finditer(text):
        at = match.start()
        if found and at < found[-1][1]:
            continue
        start, least = at, max(found[-1][1] if found else 0, at - _AROUND)
        while start > least and signs.match(text, start - 1, start):
            start -= 1
        behind = signs.match(text, at, at + _AROUND)
        found.append((start, behind.end() if behind else match.end()))
    return found


def _sliced(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """All matches, which hold no blank, slice by slice: `re` lets no other thread run while it searches."""
    at = 0
    while at < len(text):
        blank = _BLANK.search(text, at + _SLICE) if at + _SLICE < len(text) else None
        end = blank.start() if blank else len(text)
        yield from pattern.finditer(text, at, end)
        at = end


def _decoded(match: re.Match[str]) -> tuple[int, int, str] | None:
    start, end = match.span()
    start += match.string[start - 1 : start] == "\\"  # an escape's letter is no part of it
    text = match.string[start:end].rstrip("=").replace("-", "+").replace("_", "/")
    try:
        data = b64decode(text[: len(text) - (len(text) % 4 == 1)] + "==")
    except binascii.Error:
        return None
    return start, end, data.decode("latin-1")


def _secret(match: Any) -> tuple[int, int] | None:
    """Where the secret of a match is; None where it is gone already."""
    if "secret" not in match.re.groupindex:
        span: tuple[int, int] = match.span()
        return span
    secret = match["secret"]
    if secret.startswith(HIDDEN) or set(secret) == {"*"}:
        return None
    span = match.span("secret")
    return span


def cut_out(text: str, cuts: Iterable[Cut]) -> str:
    """A text with `[removed]` in place of each cut."""
    pieces, at = [], 0
    for cut in cuts:
        pieces += [text[at : cut.start], HIDDEN]
        at = cut.end
    return "".join((*pieces, text[at:]))


class _Work:
    """A text as it gets fewer secrets, and where in the first text those were that are gone."""

    def __init__(self, text: str) -> None:
        self._first = text
        self.text = text
        self.cuts: list[Cut] = []
        self._starts: list[int] = []
        """Where each cut's `[removed]` begins in `text`."""

    def cut(self, spans: Sequence[tuple[int, int]], kind: str) -> None:
        """Take out parts of `text`, given by start and end. What was taken out within them becomes part of them."""
        self.cut_each([Cut(start, end, kind) for start, end in spans])

    def cut_each(self, cuts: Sequence[Cut]) -> None:
        """The same for several kinds at once: `text`, and with it what a place in it means, is another afterwards."""
        if not cuts:
            return
        new = [Cut(self._at(start, False), self._at(end, True), kind) for start, end, kind in cuts]
        merged: list[Cut] = []
        for cut in sorted([*self.cuts, *new], key=lambda one: (one.start, -one.end)):
            if merged and cut.start < merged[-1].end:
                last = merged[-1]
                merged[-1] = last._replace(end=max(last.end, cut.end))
            elif cut.end > cut.start:
                merged.append(cut)
        self.cuts = merged
        self._starts, gone = [], 0
        for cut in merged:
            self._starts.append(cut.start - gone)
            gone += cut.end - cut.start - len(HIDDEN)
        self.text = cut_out(self._first, merged)

    def _at(self, position: int, is_end: bool) -> int:
        """The place in the first text of one in `text`."""
        number = bisect_right(self._starts, position - is_end) - 1
        if number < 0:
            return position
        after = position - self._starts[number] - len(HIDDEN)
        cut = self.cuts[number]
        if after >= 0 and (after > 0 or is_end or position >= self._starts[number] + len(HIDDEN)):
            return cut.end + after
        return cut.end if is_end else cut.start
