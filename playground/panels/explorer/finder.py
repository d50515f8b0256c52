"""What the palette finds here: every method of the SDK."""

from __future__ import annotations

from pathlib import Path

from playground.core.catalog import Catalog, Kind, MethodEntry, read_catalog
from playground.core.imports import ImportProblem, is_curl, open_as, read_curl
from playground.panels.contract import Found

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
        if is_curl(text):
            return _command(self._catalog, text)
        if "\n" in text:
            return []
        hits = self._catalog.search(text, MOST)
        return [_method(self._catalog.methods[hit.name], hit.score, hit.words) for hit in hits]


def _command(catalog: Catalog, text: str) -> list[Found]:
    """A pasted cURL command, as the method that makes its request."""
    try:
        opened = open_as(catalog, read_curl(text))
    except ImportProblem:
        return []
    if not opened.method:
        return []
    entry = catalog.methods[opened.method]
    return [
        Found(
            title=f"Open as {opened.method}",
            command="explorer.import",
            arguments=(text,),
            score=BEST,
            hint=f"{entry.verb} {entry.path}",
            group="cURL",
            icon="compass",
        )
    ]


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
