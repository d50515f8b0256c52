"""Who uses a schema: saved requests, what is written in Compose, and runs of its history.

What uses it has the same schema (by its digest), a version of it, or remembers that it was taken from the library.
Everything here reads files or the log: not for the thread that draws.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from playground.core.schemas.use import digest, held, used_in

if TYPE_CHECKING:
    from playground.core.exchanges import ExchangeStore
    from playground.core.saved import Stamp
    from playground.core.schemas.library import Library

MOST_RUNS = 200
"""The newest runs of the history, which are looked at."""
MOST_VERSIONS = 50
"""The newest versions of a schema, by which older uses are known."""
MOST_FILES = 5000
_LARGEST = 5_000_000
"""Bytes of a saved request that is read."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A schema that is looked for."""

    sha256: str
    entry_id: str = ""
    """Its name in the library; empty: it is in none."""
    versions: Mapping[str, int] = field(default_factory=dict)
    """Digests of its versions → their numbers."""

    def match(self, sha256: str, entry_id: str = "") -> str | None:
        """How something with this digest uses it, in words, "" for as it is now; None: it does not."""
        if sha256 == self.sha256:
            return ""
        if number := self.versions.get(sha256):
            return f"as version {number} had it"
        return "edited there" if self.entry_id and entry_id == self.entry_id else None


@dataclass(frozen=True, slots=True)
class Use:
    """One place that uses the schema. `id`: the file's path, or the run's id."""

    kind: Literal["saved", "draft", "run"]
    title: str
    id: str = ""
    note: str = ""
    """How it differs; empty: it is the same."""


@dataclass(frozen=True, slots=True)
class Uses:
    """All that were found, the newest runs first. `problem`: what could not be looked at."""

    found: tuple[Use, ...] = ()
    problem: str = ""

    def of(self, kind: str) -> list[Use]:
        return [use for use in self.found if use.kind == kind]

    def words(self) -> str:
        """Used by 2 saved requests, Compose and 3 runs; empty where nothing uses it."""
        saved, drafts, runs = (len(self.of(kind)) for kind in ("saved", "draft", "run"))
        parts = []
        if saved:
            parts.append("1 saved request" if saved == 1 else f"{saved:,} saved requests")
        if drafts:
            parts.append("Compose")
        if runs:
            parts.append("1 run" if runs == 1 else f"{runs:,} runs")
        if not parts:
            return ""
        return f"Used by {' and '.join(parts) if len(parts) < 3 else f'{parts[0]}, {parts[1]} and {parts[2]}'}"


Place = tuple[str, str, str]
"""Digest of a schema, the library's entry it was taken from (or ""), and where it is, in words."""


def wanted(value: Any, entry_id: str, library: Library | None) -> Wanted:
    """What to look for: a document as it stands, and as it stood in the library. Raises ValueError for no JSON."""
    versions: dict[str, int] = {}
    known = ""
    if library is not None and entry_id and library.path(entry_id).is_file():
        known = entry_id
        for version in reversed(library.versions(entry_id)[:MOST_VERSIONS]):
            sha256 = _digest_of(library, entry_id, version.number)
            if sha256:
                versions[sha256] = version.number
    return Wanted(digest(held(value).schema), known, versions)


def _digest_of(library: Library, entry_id: str, number: int) -> str:
    from playground.core.schemas.document import Document, SchemaTextError
    from playground.core.schemas.library import LibraryProblem

    try:
        return digest(held(Document.parse(library.version_text(entry_id, number)).value).schema)
    except (LibraryProblem, SchemaTextError, ValueError, RecursionError):
        return ""


def places_of_body(body: Any) -> list[Place]:
    """The schemas of a request's arguments."""
    found = []
    for used in used_in(body):
        try:
            found.append((digest(used.held.schema), "", used.held.name))
        except (ValueError, RecursionError):
            continue
    return found


def places_of_draft(draft: Mapping[str, Any]) -> list[Place]:
    """The schemas of a draft of Compose, as it is kept with a run: in its settings, and among its other fields."""
    found: list[Place] = []
    settings, taken = draft.get("settings"), draft.get("taken")
    if isinstance(settings, Mapping) and settings.get("text.format.type") == "json_schema":
        schema = _read(settings.get("text.format.schema"))
        if isinstance(schema, dict):
            name = settings.get("text.format.name")
            found.append((digest(schema), _taken(taken, "format"), name if isinstance(name, str) else ""))
    other = _read(draft.get("other"))
    for sha256, _entry, name in places_of_body(other) if isinstance(other, dict) else ():
        found.append((sha256, _taken(taken, f"tool/{name}"), name))
    return found


def _read(text: object) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) and text.strip() else None
    except (ValueError, RecursionError):
        return None


def _taken(taken: object, place: str) -> str:
    one = taken.get(place) if isinstance(taken, Mapping) else None
    name = one.get("schema") if isinstance(one, Mapping) else None
    return name if isinstance(name, str) else ""


class UseFinder:
    """Remembers of each saved request which schemas it has, until its file changes. One thread at a time."""

    def __init__(self) -> None:
        self._seen: dict[Path, tuple[Stamp, str, list[Place]]] = {}

    def find(
        self, one: Wanted, folder: Path | None, drafts: Iterable[Mapping[str, Any]], store: ExchangeStore | None
    ) -> Uses:
        """Who uses it. Never raises: what cannot be looked at is said."""
        found: list[Use] = []
        problems = []
        try:
            found += self._saved(one, folder) if folder is not None else ()
        except OSError as error:
            problems.append(f"The saved requests could not be read: {error.strerror}.")
        for draft in drafts:
            found += _matches(one, places_of_draft(draft), "draft", "The prompt in Compose")
        try:
            found += _runs(one, store) if store is not None else ()
        except Exception as error:  # a log that cannot be read is said where it is opened
            problems.append(f"The history could not be read: {error}.")
        return Uses(tuple(found), " ".join(problems))

    def _saved(self, one: Wanted, folder: Path) -> list[Use]:
        from playground.core.saved import Collection

        try:
            scan = Collection(folder).scan()
        except FileNotFoundError:
            return []
        seen = {}
        found: list[Use] = []
        for listed in scan.requests[:MOST_FILES]:
            known = self._places(listed.path)
            if known is not None:
                seen[listed.path] = known
                found += _matches(one, known[2], "saved", listed.title, str(listed.path))
        self._seen = seen
        return found

    def _places(self, path: Path) -> tuple[Stamp, str, list[Place]] | None:
        from playground.core.saved import SavedProblem, Stamp, read_request

        try:
            stamp = Stamp.of(path)
            before = self._seen.get(path)
            if before is not None and before[0] == stamp:
                return before
            if stamp.size > _LARGEST or not _may_hold(path):
                return stamp, "", []
            request = read_request(path)
        except (OSError, SavedProblem):
            return None
        return stamp, request.title, places_of_body(request.arguments)


def _may_hold(path: Path) -> bool:
    """A look at the bytes, which spares most files the reading of YAML."""
    data = path.read_bytes()
    return b"json_schema" in data or b"function" in data


def _matches(one: Wanted, places: list[Place], kind: Any, title: str, place_id: str = "") -> list[Use]:
    """At most one use of a place: the one that is nearest."""
    notes = [note for sha256, entry_id, _name in places if (note := one.match(sha256, entry_id)) is not None]
    return [Use(kind, title, place_id, min(notes, key=len))] if notes else []


def _runs(one: Wanted, store: ExchangeStore) -> list[Use]:
    store = store.real()
    summaries = store.history.find(limit=MOST_RUNS)
    found: list[Use] = []
    for summary in summaries:
        for trace in store.history.traces(summary.id):
            title = summary.name or summary.title or summary.model
            found += _matches(one, places_of_draft(trace.draft), "run", title, summary.id)
    return found
