"""What presentation mode hides in a text: IDs, organisation, project, account, keys, hosts of stored profiles.

It hides by what things look like and by the words it was told, never by where they stand, so that a body, a header, a
path and a sentence are treated alike. A mask tells what kind of thing it hides, not how long it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playground.core.profiles import Profile

DOTS = "••••••"
_LEAST = 3
"""Characters of a word below which hiding it would tear holes into ordinary text."""
_PUBLIC_HOSTS = frozenset({"api.openai.com", "localhost", "127.0.0.1", "::1"})

_ALWAYS = "req|resp|chatcmpl|cmpl|ftjob|ftevent|ftckpt|asst|sess|ek|proj|pmpt|wfr|cntr|skill|vsfb|rtc"
_WITH_DIGIT = (
    "account|batch|call|ci|cmp|conv|cu|evalrun|eval|event|fc|file|fs|fsc|group|ig|invite|item|key|lsh|mcpl|mcpr|mcp|msg|org"
    "|part|project|role|rs|run|step|thread|tool|upload|user|video|vs|ws|apc|apco|ctc|tsc"
)
_ID = (
    rf"(?P<id>(?<![A-Za-z0-9])(?:(?P<kind>(?:{_ALWAYS})[-_])(?:[A-Za-z0-9][\w-]{{3,}})"
    rf"|(?P<kind2>(?:{_WITH_DIGIT})[-_])(?=[\w-]*\d)[A-Za-z0-9][\w-]{{7,}}))"
)
_KEY = r"(?P<key>(?<![A-Za-z0-9])sk-[\w*-]{6,})"
_FIELDS = (
    "openai-organization|openai-project|x-request-id|x-client-request-id|authorization|api-key|x-api-key|cookie"
    "|set-cookie|cf-ray|request_id|client_request_id|organization_id|project_id|organization|project|account"
    "|safety_identifier"
)
_PRIVATE = frozenset(_FIELDS.split("|"))
_FIELD = rf"""(?P<field>"(?:{_FIELDS})"\s*:\s*"|^(?:{_FIELDS})\s*:[ \t]*)(?P<value>[^"\n]+)"""
_UUID = r"(?P<uuid>(?<![0-9A-Fa-f-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9A-Fa-f]))"
_ULID = r"(?P<ulid>(?<![0-9A-Za-z])0[0-9][0-9A-HJKMNP-TV-Z]{24}(?![0-9A-Za-z]))"
_MAIL = r"(?P<mail>(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
_TUNED = r"(?P<tuned>(?<!\w)ft:[\w.-]+:)(?P<rest>[\w.:-]+)"


class Masker:
    """Knows what to hide. `words`: further texts to hide wherever they stand, in any capitals."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        told = sorted({word for word in words if len(word) >= _LEAST}, key=len, reverse=True)
        known = [rf"(?P<word>{'|'.join(map(re.escape, told))})"] if told else []
        # All but the words begin where a word does: most places of a text are passed over at once.
        shapes = rf"(?<![A-Za-z0-9])(?:{'|'.join((_KEY, _FIELD, _TUNED, _ID, _UUID, _ULID, _MAIL))})"
        self._pattern = re.compile("|".join((*known, shapes)), re.IGNORECASE | re.MULTILINE)

    def spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Start and end of each thing to hide, and what is shown instead."""
        for match in self._pattern.finditer(text):
            group = match.groupdict()
            if group.get("value"):
                if DOTS not in group["value"]:
                    yield match.start("value"), match.end("value"), DOTS
            elif group.get("rest"):
                yield match.start("rest"), match.end("rest"), DOTS
            elif group.get("key"):
                yield match.start(), match.end(), f"sk-{DOTS}"
            else:
                kind = group.get("kind") or group.get("kind2") or ""
                yield match.start(), match.end(), f"{kind}{DOTS}"

    def is_private(self, name: str) -> bool:
        """Whether a field of this name is hidden whatever it holds."""
        return name.lower() in _PRIVATE

    def mask(self, text: str) -> str:
        """The text with everything hidden that has to be. Masking twice changes nothing more."""
        out, at = [], 0
        for start, end, shown in self.spans(text):
            out += [text[at:start], shown]
            at = end
        return "".join((*out, text[at:])) if out else text


def private_words(profiles: Iterable[Profile]) -> set[str]:
    """What profiles name that is nobody else's business: organisation, project, the server's host."""
    words: set[str] = set()
    for profile in profiles:
        words.update(word for word in (profile.organization, profile.project) if word)
        try:
            host = urlsplit(profile.base_url or "").hostname or ""
        except ValueError:
            continue
        if host and host not in _PUBLIC_HOSTS:
            words.add(host)
    return words
