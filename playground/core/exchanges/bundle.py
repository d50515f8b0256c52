"""The support bundle: one zip with what OpenAI's support asks for (`NAMES`), without secrets.

The same exchanges make the same bytes: nothing in it depends on when it is made. It appears when it is whole.
"""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from playground.core.exchanges.bundle_text import SummaryWriter
from playground.core.exchanges.diagnosis import diagnose
from playground.core.exchanges.export import always, counted, detail_object, exchanges, json_line, write
from playground.core.exchanges.log import LogRow
from playground.core.exchanges.records import ExchangeDetail
from playground.core.exchanges.scrub import Scrubber
from playground.core.files import whole
from playground.core.profiles import Profile
from playground.core.surroundings import surroundings as surroundings_here

if TYPE_CHECKING:
    from playground.core.exchanges.patterns import SecretPattern
    from playground.core.exchanges.store import ExchangeStore

FORMAT = "openai-playground-bundle"
NAMES = ("summary.md", "exchanges.json", "log.har")
_EARLIEST = 315_532_800.0  # a zip knows no time before 1980


@dataclass(frozen=True, slots=True)
class Bundled:
    """What was written."""

    path: Path
    count: int
    """Exchanges in it."""
    size: int
    """Bytes."""
    removed: Mapping[str, int]
    """Secrets of each kind that were taken out of the exchanges."""


@dataclass(frozen=True, slots=True)
class Archived:
    """What was put into an archive."""

    removed: Mapping[str, int]
    """Secrets of each kind that were taken out of the exchanges."""
    count: int
    summary: str
    """The text of summary.md."""


def file_name(rows: Sequence[LogRow], many: int = 0) -> str:
    """What a bundle of these is called: by the request ID of a single one, else by the day and how many (`many`: where
    `rows` are not all of them)."""
    many = max(many, len(rows))
    if many == 1 and rows:
        summary = rows[0].summary
        name = summary.request_id or summary.client_request_id or summary.id
        kept = "".join(sign for sign in name if sign.isascii() and (sign.isalnum() or sign in "-_"))[:60]
        return f"support-{kept or summary.id}.zip"
    if not rows:
        return "support.zip"
    day = datetime.fromtimestamp(max(row.summary.started_at for row in rows), UTC).strftime("%Y-%m-%d")
    return f"support-{day}-{many}-requests.zip"


def write_bundle(
    store: ExchangeStore,
    numbers: Sequence[int],
    path: Path,
    *,
    profiles: Mapping[str, Profile] | None = None,
    patterns: Sequence[SecretPattern] | None = None,
    bodies: Callable[[int], bool] = always,
    surroundings: Mapping[str, str] | None = None,
    told: Callable[[int, int], object] | None = None,
) -> Bundled:
    """Write the exchanges with these numbers (`RequestLog`), oldest first. Runs in a thread.

    The rest is that of `write_archive`; where it raises, there is no file. Raises OSError, which names `path`.
    """
    with whole(path) as file:
        made = write_archive(
            store,
            numbers,
            file,
            profiles=profiles,
            patterns=patterns,
            bodies=bodies,
            surroundings=surroundings,
            told=told,
        )
    return Bundled(path, made.count, path.stat().st_size, made.removed)


def write_archive(
    store: ExchangeStore,
    numbers: Sequence[int],
    file: IO[bytes],
    *,
    profiles: Mapping[str, Profile] | None = None,
    patterns: Sequence[SecretPattern] | None = None,
    bodies: Callable[[int], bool] = always,
    surroundings: Mapping[str, str] | None = None,
    told: Callable[[int, int], object] | None = None,
) -> Archived:
    """The same into an open file.

    `profiles`: by name; `patterns`: secrets that somebody named (None: those of this process); `bodies`: whether those
    of a number go with it; `told`: hears how much of the work is done, of how much, and may raise to end it. Raises
    ProblemError where a pattern takes too long.
    """
    ordered = sorted(numbers)
    around = dict(surroundings_here() if surroundings is None else surroundings)
    scrub = Scrubber(patterns)
    summary = SummaryWriter(Scrubber(patterns), profiles or {})
    total = 2 * len(ordered)

    def halfway(done: int) -> None:
        if told is not None:
            told(done, total)

    def rest(done: int) -> None:
        if told is not None:
            told(len(ordered) + done, total)

    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        moment = _when(store, ordered)
        with archive.open(_entry("exchanges.json", moment), "w", force_zip64=True) as part:
            head = {"format": FORMAT, "version": 1, "environment": around}
            part.write(json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "exchanges": [')
            comma = b"\n"
            for row, detail in counted(exchanges(store, ordered), halfway):
                kept = bodies(row.number)
                summary.add(row, detail, kept)
                part.write(comma + json_line(_object(row, detail, scrub, kept)).rstrip(b"\n"))
                comma = b",\n"
            part.write(b'\n], "removed": ' + json_line(dict(sorted(scrub.removed.items()))).rstrip(b"\n") + b"}\n")
        with archive.open(_entry("log.har", moment), "w", force_zip64=True) as part:
            write(store, ordered, "har", part.write, Scrubber(patterns), bodies=bodies, told=rest)
        left = Counter(bodies(number) for number in ordered)
        words = "" if not left[False] else "Bodies were left out." if not left[True] else "Some bodies were left out."
        text = summary.text(around, scrub.removed, words)
        archive.writestr(_entry("summary.md", moment), text.encode("utf-8", "replace"))
    return Archived(dict(scrub.removed), summary.count, text)


def _object(row: LogRow, detail: ExchangeDetail, scrub: Scrubber, bodies: bool) -> dict[str, Any]:
    found = detail_object(row, detail, scrub, bodies=bodies)
    diagnosis = diagnose(detail)
    if diagnosis is not None:
        told = diagnosis.to_dict()
        found["diagnosis"] = {name: scrub.text(text) if isinstance(text, str) else text for name, text in told.items()}
    return found


def _when(store: ExchangeStore, numbers: Sequence[int]) -> float:
    """When the newest of them began: the time that the files in the zip bear."""
    rows = store.log.rows(numbers[-1:])
    return max(_EARLIEST, rows[0].summary.started_at if rows else _EARLIEST)


def _entry(name: str, moment: float) -> zipfile.ZipInfo:
    when = datetime.fromtimestamp(min(moment, 4e9), UTC)
    entry = zipfile.ZipInfo(name, (when.year, when.month, when.day, when.hour, when.minute, when.second))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    return entry
