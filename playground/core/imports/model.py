"""A request from elsewhere: read from a cURL command or a HAR file, before it is matched to a method."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

PLACEHOLDER = re.compile(
    r"^\s*$|^[$%{<\[]|^\$\{|^(your|my)[-_ ]|api[_-]?key|token|x{4,}|\*{3,}|\.{3}|…|•{2,}|<[^>]+>", re.IGNORECASE
)
"""What stands where a key would be and is none."""


class ImportProblem(ValueError):
    """What was pasted cannot be read as a request; says why, in words for the person."""


class Secret:
    """A key that was in what was pasted. It shows itself to nobody who does not ask for it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The key: for the keyring, or for memory, and for nothing else."""
        return self._text

    def __repr__(self) -> str:
        return "<a key>"

    def __bool__(self) -> bool:
        return bool(self._text)


@dataclass(frozen=True, slots=True)
class FormPart:
    """A field or a file of a multipart body."""

    name: str
    value: str = ""
    file: str = ""
    """The path of a file."""
    content_type: str = ""


@dataclass(slots=True)
class ImportedRequest:
    """One HTTP request. No key is in it but in `key`."""

    method: str
    url: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""
    form: list[FormPart] = field(default_factory=list)
    key: Secret | None = None
    notes: list[str] = field(default_factory=list)
    """What was left out, in words."""

    def header(self, name: str) -> str:
        """The first of that name; empty where there is none."""
        return next((value for found, value in self.headers if found.lower() == name.lower()), "")


def take_key(request: ImportedRequest) -> ImportedRequest:
    """Take credentials out of the headers and the query; what they were goes into `key`, placeholders are dropped."""
    kept: list[tuple[str, str]] = []
    found = ""
    for name, value in request.headers:
        lower = name.lower()
        if lower in ("authorization", "proxy-authorization"):
            scheme, _, rest = value.strip().partition(" ")
            if scheme.lower() == "bearer" and lower == "authorization":
                found = found or rest.strip()
            else:
                request.notes.append(f"The header {name} was left out: the profile's key takes its place.")
        elif lower in ("api-key", "x-api-key"):
            found = found or value.strip()
        elif lower in ("cookie", "set-cookie"):
            request.notes.append("Cookies were left out.")
        else:
            kept.append((name, value))
    request.headers = kept
    request.url, from_query = _without_key(request.url)
    found = found or from_query
    if found and not PLACEHOLDER.search(found):
        request.key = Secret(found)
        request.url = request.url.replace(found, "…")
        request.body = request.body.replace(found, "…")
        request.headers = [(name, value.replace(found, "…")) for name, value in request.headers]
        request.form = [
            FormPart(part.name, part.value.replace(found, "…"), part.file, part.content_type) for part in request.form
        ]
    return request


_QUERY_KEY = re.compile(r"([?&])(api[-_]key|key|access_token)=([^&#]*)", re.IGNORECASE)


def _without_key(url: str) -> tuple[str, str]:
    match = _QUERY_KEY.search(url)
    if match is None:
        return url, ""
    rest = url[: match.start()] + (match[1] if match[1] == "?" else "") + url[match.end() :].lstrip("&")
    if match[1] == "&":
        rest = url[: match.start()] + url[match.end() :]
    return rest.rstrip("?&"), match[3]
