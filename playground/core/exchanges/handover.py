"""What is about to leave the log: how large it is, what is taken out of it, how it reads, and its writing."""

from __future__ import annotations

import errno
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, NamedTuple, cast

from playground.core.errors import Problem
from playground.core.exchanges.bundle import Archived, write_archive
from playground.core.exchanges.export import CSV_COLUMNS, exchanges, moment, plain_text, row_object, write
from playground.core.exchanges.log import LogRow
from playground.core.exchanges.records import AttemptDetail, ExchangeDetail
from playground.core.exchanges.scrub import Cut, Scrubber
from playground.core.files import whole
from playground.core.plain import size_text

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from playground.core.exchanges.store import ExchangeStore
    from playground.core.profiles import Profile

Kind = Literal["bundle", "har", "jsonl", "csv"]
SHOWN = 40_000
"""Characters of one body that a preview shows."""


class Piece(NamedTuple):
    """A part of a preview."""

    text: str
    role: Literal["title", "name", "plain", "quiet", "cut"]
    """`cut`: it is taken out."""
    kind: str = ""
    """Of a cut: what kind of secret it is."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One exchange as it is handed over, and what is taken out of it."""

    number: int
    pieces: tuple[Piece, ...] = field(repr=False)
    removed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a whole hand-over comes to."""

    count: int
    """Exchanges."""
    size: int
    """Bytes."""
    removed: Mapping[str, int]
    summary: str = field(default="", repr=False)
    """Of a bundle: the text of its summary.md."""


@dataclass(frozen=True)
class Handover:
    """What was chosen. Its methods run in a thread and wait for the disk; they raise ProblemError where a pattern takes
    too long, and whatever `told` raises, which hears how much is done, of how much."""

    kind: Kind
    numbers: tuple[int, ...]
    """Of the exchanges (`RequestLog`)."""
    bodies: bool = True
    """Whether bodies go with it at all."""
    without: frozenset[int] = frozenset()
    """Numbers of those whose bodies do not."""
    profiles: Mapping[str, Profile] = field(default_factory=dict)

    def has_body(self, number: int) -> bool:
        """Whether the bodies of this exchange go with it."""
        return self.bodies and number not in self.without

    def measure(self, store: ExchangeStore, told: Callable[[int, int], object] | None = None) -> Measured:
        """Make all of it and keep nothing."""
        sink = _Sink()
        made = self._write(store, cast("IO[bytes]", sink), told)
        return Measured(made.count, sink.size, made.removed, made.summary)

    def save(self, store: ExchangeStore, path: Path, told: Callable[[int, int], object] | None = None) -> Measured:
        """Write the file; it appears when it is whole. Raises OSError (`not_written` has words for it)."""
        with whole(path) as file:
            made = self._write(store, file, told)
        return Measured(made.count, path.stat().st_size, made.removed, made.summary)

    def _write(self, store: ExchangeStore, file: IO[bytes], told: Callable[[int, int], object] | None) -> Archived:
        if self.kind == "bundle":
            return write_archive(store, self.numbers, file, profiles=self.profiles, bodies=self.has_body, told=told)
        scrub, total = Scrubber(), len(self.numbers)

        def hear(done: int) -> None:
            if told is not None:
                told(min(done, total), total)

        count = write(store, self.numbers, self.kind, file.write, scrub, bodies=self.has_body, told=hear)
        return Archived(dict(scrub.removed), count, "")

    def preview(self, store: ExchangeStore, number: int) -> Preview:
        """How one of them reads. Raises KeyError where it is gone."""
        for row, detail in exchanges(store, [number]):
            return _preview(row, detail, self.kind, self.has_body(number))
        raise KeyError(number)


class _Sink(io.RawIOBase):
    """Counts what is written, and keeps nothing."""

    size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer) -> int:
        length = memoryview(data).nbytes
        self.size += length
        return length


def file_name(kind: Kind, rows: Sequence[LogRow], many: int) -> str:
    """What a file of these is called. `rows`: the first of them; `many`: how many there are."""
    from playground.core.exchanges import bundle

    if kind == "bundle":
        return bundle.file_name(rows, many)
    return bundle.file_name(rows, many).replace("support", "requests", 1).replace(".zip", f".{kind}")


def not_written(path: Path, error: OSError) -> Problem:
    """Why a file was not written, in words."""
    kind, folder = error.errno, path.parent
    if kind in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        cause, remedy = f"The disk of {folder} is full.", "Free some space there, or choose another folder."
    elif kind in (errno.EACCES, errno.EPERM, errno.EROFS):
        cause, remedy = f"Nothing may be written in {folder}.", "Choose another folder."
    elif kind in (errno.ENOENT, errno.ENOTDIR):
        cause, remedy = f"There is no folder {folder}.", "Make it, or choose another folder."
    elif kind in (errno.EISDIR, errno.EEXIST):
        cause, remedy = f"{path} is a folder.", "Give the file a name."
    elif kind in (errno.ENAMETOOLONG, errno.EINVAL):
        cause, remedy = "The system takes no such name.", "Give it a shorter and plainer one."
    else:
        cause, remedy = f"{error.strerror or error}.", "Choose another folder."
    return Problem(
        f"“{path.name}” was not written",
        f"{cause} Nothing of it is left.",
        remedy,
        type="file_error",
        server_words=str(error),
    )


def _preview(row: LogRow, detail: ExchangeDetail, kind: Kind, bodies: bool) -> Preview:
    scrub, pieces = Scrubber(), list[Piece]()
    if kind == "csv":
        plain = row_object(row, Scrubber(()))
        for name in CSV_COLUMNS:
            if plain[name] not in (None, "", []):
                _named(pieces, name, str(_raw(row, name, plain[name])), scrub)
        return Preview(row.number, tuple(pieces), _counted(pieces))
    if row.note:
        _named(pieces, "Note", row.note, scrub)
        pieces.append(Piece("\n", "plain"))
    for attempt in detail.attempts:
        _attempt(pieces, row, attempt, scrub, bodies, many=len(detail.attempts) > 1)
    return Preview(row.number, tuple(pieces), _counted(pieces))


def _raw(row: LogRow, name: str, otherwise: object) -> object:
    """A text before anything was taken out of it."""
    value = getattr(row, name, None) or getattr(row.summary, name, None)
    return value if isinstance(value, str) else otherwise


def _attempt(
    pieces: list[Piece], row: LogRow, attempt: AttemptDetail, scrub: Scrubber, bodies: bool, *, many: bool
) -> None:
    if many:
        pieces.append(Piece(f"Attempt {attempt.number} · {moment(attempt.started_at)}\n", "title"))
    pieces.append(Piece(f"{row.summary.method} ", "title"))
    pieces += _cut(attempt.url, scrub.url_cuts(attempt.url))
    pieces.append(Piece("\n", "plain"))
    _side(pieces, attempt.request_headers, attempt.request_body, scrub, bodies)
    status = "No answer" if attempt.status is None else f"Answered {attempt.status}"
    pieces += [Piece("\n", "plain"), Piece(f"{status}\n", "title")]
    if attempt.error:
        _named(pieces, "Error", attempt.error, scrub)
    _side(pieces, attempt.response_headers, attempt.response_body, scrub, bodies)
    pieces.append(Piece("\n", "plain"))


def _side(pieces: list[Piece], headers: Iterable[tuple[str, str]], body: bytes, scrub: Scrubber, bodies: bool) -> None:
    for name, value in headers:
        secret = scrub.is_secret_header(name) and value != "[removed]"
        whole_value = [Cut(0, len(value), f"header {name.lower()}")] if secret and value else None
        _named(pieces, name, value, scrub, whole_value)
    if not body:
        return
    pieces.append(Piece("\n", "plain"))
    if not bodies:
        pieces.append(Piece(f"The body is left out ({size_text(len(body))}).\n", "quiet"))
        return
    text = plain_text(body)
    if text is None:
        letters = body.decode("latin-1")
        pieces.append(Piece(f"{size_text(len(body))} that are no text, as base64.\n", "quiet"))
        for cut in scrub.cuts(letters):
            pieces += [Piece(letters[cut.start : cut.end][:200], "cut", cut.kind), Piece("\n", "plain")]
        return
    pieces += _shown(text, scrub.cuts(text))
    pieces.append(Piece("\n", "plain"))


def _shown(text: str, cuts: list[Cut]) -> list[Piece]:
    """The beginning of a text, and every cut behind it."""
    if len(text) <= SHOWN:
        return _cut(text, cuts)
    end = next((cut.start for cut in cuts if cut.start < SHOWN < cut.end), SHOWN)
    found = _cut(text[:end], [cut for cut in cuts if cut.end <= end])
    rest = [cut for cut in cuts if cut.end > end]
    found.append(Piece(f"\n… {len(text) - end:,} more characters", "quiet"))
    for cut in rest:
        found += [Piece("\n… ", "quiet"), Piece(text[cut.start : cut.end][:2000], "cut", cut.kind)]
    return found


def _named(pieces: list[Piece], name: str, value: str, scrub: Scrubber, cuts: list[Cut] | None = None) -> None:
    pieces.append(Piece(f"{name}: ", "name"))
    pieces += _cut(value, scrub.cuts(value) if cuts is None else cuts)
    pieces.append(Piece("\n", "plain"))


def _cut(text: str, cuts: Iterable[Cut]) -> list[Piece]:
    found, at = [], 0
    for cut in cuts:
        if cut.start > at:
            found.append(Piece(text[at : cut.start], "plain"))
        found.append(Piece(text[cut.start : cut.end], "cut", cut.kind))
        at = cut.end
    if at < len(text):
        found.append(Piece(text[at:], "plain"))
    return found


def _counted(pieces: Iterable[Piece]) -> Counter[str]:
    return Counter(piece.kind for piece in pieces if piece.role == "cut")
