"""What the palette finds here: the schemas of the library."""

from __future__ import annotations

from pathlib import Path

from playground.core.files import read_json
from playground.core.schemas.library import Library, find
from playground.core.settings import SCHEMAS_FOLDER
from playground.panels.contract import Found

MOST = 30
"""Schemas that are given for one text."""
KINDS = {"function": "function tool", "text.format": "text.format", "response_format": "response_format"}


class SchemaFinder:
    """Looks at the folder each time it is asked; files that did not change are not read again."""

    def __init__(self, cache: Path) -> None:
        self._data = cache.parent
        self._library: Library | None = None

    def find(self, text: str) -> list[Found]:
        """The schemas that a text finds, best first."""
        if "\n" in text or not text.strip():
            return []
        folder = self._folder()
        if self._library is None or self._library.folder != folder:
            self._library = Library(folder)
        try:
            hits = find(self._library.scan().entries, text)
        except OSError:
            return []
        return [
            Found(
                title=hit.entry.id, command="schemas.open", arguments=(hit.entry.id,), score=hit.score,
                hint="  ".join(filter(None, (KINDS.get(hit.entry.kind, ""), hit.words or hit.entry.description))),
                group="Schemas", icon="braces",
            )
            for hit in hits[:MOST]
        ]  # fmt: skip

    def _folder(self) -> Path:
        """As the settings have it; they are only read here."""
        try:
            values = read_json(self._data / "settings.json")
        except (OSError, ValueError):
            values = {}
        chosen = values.get(SCHEMAS_FOLDER.key) if isinstance(values, dict) else ""
        return Path(chosen).expanduser() if isinstance(chosen, str) and chosen else self._data / "schemas"
