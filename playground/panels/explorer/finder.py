"""What the palette finds here: every method of the SDK."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from playground.core.catalog import Catalog, Kind, MethodEntry, read_catalog
from playground.core.imports import ImportProblem, open_as
from playground.panels.contract import Found
from playground.panels.explorer.texts import is_request, requests_in

BEST = 10_000
"""A score above all that a search gives."""
MOST = 40
"""Methods that are given for one text."""


class MethodFinder:
    """Reads the catalogue when it is first asked."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._catalog: Catalog | None = None

    def find(self, text: str) -> list[Found]:
        """The methods that a text finds, best first."""
        if self._catalog is None:
            self._catalog = read_catalog(self._cache)
        if self._catalog is None:
            return []
        if is_request(text):
            return _requests(self._catalog, text)
        if "\n" in text:
            return []
        hits = self._catalog.search(text, MOST)
        return [_method(self._catalog.methods[hit.name], hit.score, hit.words) for hit in hits]


def _requests(catalog: Catalog, text: str) -> list[Found]:
    """A pasted cURL command, or the requests of a HAR, as the methods that make them."""
    try:
        requests = requests_in(text)
    except ImportProblem:
        return []
    found = []
    for number, request in enumerate(requests):
        opened = open_as(catalog, request)
        if opened.method and len(found) < MOST:
            path = urlsplit(request.url).path
            found.append(
                Found(
                    title=f"Open as {opened.method}",
                    command="explorer.import",
                    arguments=(text, number),
                    score=BEST - number,
                    hint=f"{request.method} {path}",
                    group="Paste" if len(requests) == 1 else f"Request {number + 1} of {len(requests)}",
                    icon="compass",
                )
            )
    return found


def _method(entry: MethodEntry, score: int, words: str) -> Found:
    where = {Kind.WEBSOCKET: f"WebSocket {entry.path}", Kind.HELPER: "local helper"}.get(entry.kind)
    hint = where or f"{entry.verb} {entry.path}"
    if words and words != entry.summary:
        hint = f"{hint}  {words}"
    return Found(
        title=entry.name,
        command="explorer.open",
        arguments=(entry.name,),
        score=score,
        hint=f"{hint}  deprecated" if entry.deprecated else hint,
        role="warning" if entry.deprecated else "text",
        group="Methods",
        icon="compass",
    )
