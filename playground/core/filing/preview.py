"""The beginning of a file on the server, read so that it can be shown. Whoever wrote it is not to be trusted: what is
read is bounded, nothing of it is run or loaded from elsewhere."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

import orjson

from playground.core.filing.listing import ORIGIN, RemoteFile
from playground.core.pictures import dimensions
from playground.core.plain import hex_dump
from playground.core.redact import known
from playground.core.transfers.local import opened
from playground.core.transfers.purposes import sniffed
from playground.core.transfers.rules import bytes_text, purposes

if TYPE_CHECKING:
    from pathlib import Path

    from playground.core.filing.desk import TransferDesk
    from playground.core.profiles import Profile
    from playground.core.session import Session, SessionManager

Kind = Literal["text", "json", "rows", "image", "pdf", "bytes", "empty"]

TEXT_MOST = 1024 * 1024
"""Bytes of a text that are fetched."""
WHOLE_MOST = 32 * 1024 * 1024
"""Bytes of a picture or a PDF: less than all of it is of no use."""
AT_ONCE = 256 * 1024
"""Bytes of a file that is fetched without being asked for, when somebody looks at its row."""
ROWS_MOST = 5000
COLUMNS_MOST = 60
LOGGED = 4096
"""Bytes of the content that the request log keeps."""
_LINES = frozenset({"jsonl", "ndjson"})
_TABLES = frozenset({"csv", "tsv"})
_WHOLE = frozenset({"gif", "jpeg", "jpg", "pdf", "png", "webp"})
csv.field_size_limit(TEXT_MOST)


@dataclass(frozen=True, slots=True)
class Preview:
    """What can be shown of a file."""

    kind: Kind
    words: str
    """What it is and how much of it is shown, in few words."""
    text: str = field(default="", repr=False)
    """Of `text`; the hexadecimal of `bytes`."""
    data: bytes = field(default=b"", repr=False)
    """Of `image`, `pdf` and `json`: all of the file."""
    items: tuple[Any, ...] = field(default=(), repr=False)
    """Of `rows`: one object for each line."""
    trouble: str = ""
    """What is not right with it."""


def is_given_back(file: RemoteFile, *, asks_openai: bool) -> bool:
    """Whether the server is likely to give the content: OpenAI does for some purposes only."""
    known = purposes().get(file.purpose)
    return not asks_openai or known is None or known.is_download


def is_asked(file: RemoteFile) -> bool:
    """Whether a file is so small that it is fetched as soon as somebody looks at it."""
    return 0 <= file.size <= AT_ONCE


class LookInto:
    """`await LookInto(sessions, profile, file)()` in the asyncio thread gives a `Preview`. Raises ProblemError."""

    def __init__(self, sessions: SessionManager, profile: Profile, file: RemoteFile) -> None:
        self._sessions, self._profile, self._file = sessions, profile, file

    async def __call__(self) -> Preview:
        import asyncio

        from playground.core.errors import ProblemError, explain

        base_url = ""
        try:
            session = await self._sessions.session_of(self._profile)
            base_url = session.base_url
            data, cut = await head_of(session, self._file.id, most_of(self._file.name))
            return await asyncio.to_thread(read, self._file.name, data, cut=cut, size=self._file.size)
        except Exception as error:
            raise ProblemError(explain(error, base_url=base_url, profile=self._profile.name)) from error


class LookAtHome:
    """`await LookAtHome(desk, file)()` gives a `Preview` of the person's own copy of a file that was uploaded from
    here, and where that is; None where there is none, or it was changed since. Raises JournalError."""

    def __init__(self, desk: TransferDesk, file: RemoteFile) -> None:
        self._desk, self._file = desk, file

    async def __call__(self) -> tuple[Preview, Path] | None:
        import asyncio

        path = await self._desk.sent_from(self._file.id)
        return await asyncio.to_thread(self._read, path) if path is not None else None

    def _read(self, path: Path) -> tuple[Preview, Path] | None:
        most = most_of(self._file.name)
        try:
            with opened(path) as (file, stamp):
                data = file.read(most + 1)
        except OSError:
            return None
        return read(self._file.name, data[:most], cut=len(data) > most, size=stamp.size), path


def most_of(name: str) -> int:
    """Bytes of a file of this name that are looked at."""
    return WHOLE_MOST if ending_of(name) in _WHOLE else TEXT_MOST


async def head_of(session: Session, file_id: str, most: int) -> tuple[bytes, bool]:
    """The first bytes of a file's content, and whether there are more. The connection is closed then. Raises the SDK's
    errors, httpx2.TransportError."""
    import httpx2

    client = await session.client()
    path = f"/files/{quote(file_id, safe='')}/content"
    with session.calling("files.content", ORIGIN, keep=LOGGED):
        response: httpx2.Response = await client.get(
            path, cast_to=httpx2.Response, stream=True, options={"headers": {"Accept": "application/binary"}}
        )
    data = bytearray()
    try:
        async for piece in response.aiter_raw():
            data += piece
            if len(data) > most:
                return bytes(data[:most]), True
    finally:
        await response.aclose()
    return bytes(data), False


def ending_of(name: str) -> str:
    """The ending, lower case, without the dot; empty where there is none."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""


def read(name: str, data: bytes, *, cut: bool = False, size: int = -1) -> Preview:
    """What is to be shown of a file of this name that begins so. `cut`: there is more; `size`: of all of it, in bytes,
    -1 where that is not known. By what it holds first, and by its name where that tells nothing. Keys are masked: a
    preview is looked at, a download is the file itself. Never raises."""
    if not data:
        return Preview("empty", "It has no bytes.")
    shown = f"the first {bytes_text(len(data))}" + (f" of {bytes_text(size)}" if size > 0 else "") if cut else ""
    what = sniffed(data)
    if what in ("png", "jpeg", "gif", "webp") or dimensions(data) is not None:
        return _whole("image", what.upper() or "Picture", data, cut)
    if what == "pdf":
        return _whole("pdf", "PDF", data, cut)
    data = known().data(data)
    text = as_text(data, cut=cut)
    if text is None:
        words = f"No text; the first bytes of {bytes_text(size if size > 0 else len(data))}"
        return Preview("bytes", words, text=hex_dump(data, 1024))
    text = known().text(text)  # also of UTF-16
    ending = ending_of(name)
    if ending in _LINES:
        return _rows_of_lines(text, shown, cut)
    if ending in _TABLES:
        return _rows_of_table(text, "\t" if ending == "tsv" else "", shown, cut)
    if ending == "json" and not cut:
        return Preview("json", f"JSON · {bytes_text(len(data))}", data=data)
    lines = text.count("\n") + (not text.endswith("\n"))
    return Preview("text", " · ".join(filter(None, (f"{lines:,} line{'s' if lines != 1 else ''}", shown))), text=text)


def _whole(kind: Kind, name: str, data: bytes, cut: bool) -> Preview:
    if cut:
        words = f"It is larger than {bytes_text(WHOLE_MOST)}. Download it, and open it elsewhere."
        return Preview("bytes", f"{name}, not shown", text=hex_dump(known().data(data), 256), trouble=words)
    return Preview(kind, f"{name} · {bytes_text(len(data))}", data=data)


def as_text(data: bytes, *, cut: bool = False) -> str | None:
    """UTF-8, or UTF-16 by its mark; None for anything else. What is cut may end within a character."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data[: len(data) // 2 * 2].decode("utf-16") if wide else data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if wide or not cut or error.start < len(data) - 4:
            return None
        text = data[: error.start].decode("utf-8-sig")
    return None if "\0" in text else text


def _rows_of_lines(text: str, shown: str, cut: bool) -> Preview:
    """JSON Lines: what is no JSON is a row, too, and counted."""
    lines = text.split("\n")
    if cut:
        lines.pop()  # it may be half a line
    items: list[Any] = []
    broken: list[int] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if len(items) >= ROWS_MOST:
            shown = shown or f"the first {ROWS_MOST:,}"
            break
        try:
            items.append(orjson.loads(line))
        except ValueError:
            broken.append(number)
            items.append({"not JSON": line[:2000]})
    trouble = ""
    if broken:
        count = f"{len(broken):,} lines are no JSON" if len(broken) > 1 else "1 line is no JSON"
        trouble = f"{count}; the first is line {broken[0]:,}."
    return _rows(items, "line", shown, trouble)


def _rows(items: list[Any], noun: str, shown: str, trouble: str) -> Preview:
    count = f"{len(items):,} {noun}{'s' if len(items) != 1 else ''}"
    return Preview("rows", " · ".join(filter(None, (count, shown))), items=tuple(items), trouble=trouble)


def _rows_of_table(text: str, separator: str, shown: str, cut: bool) -> Preview:
    """CSV, with its first line as the names of the columns."""
    if not separator:
        try:
            separator = csv.Sniffer().sniff(text[:8192], ",;\t|").delimiter
        except csv.Error:
            separator = ","
    rows: list[list[str]] = []
    trouble = ""
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if len(rows) > ROWS_MOST:
                shown = shown or f"the first {ROWS_MOST:,}"
                break
            if row:
                rows.append(row)
    except csv.Error as error:
        trouble = f"After row {len(rows):,} it cannot be read as a table: {error}."
    if cut and rows:
        rows.pop()
    if not rows:
        return Preview("text", shown or "A table without rows", text=text, trouble=trouble)
    titles = _titles(rows[0])
    odd = sum(len(row) != len(rows[0]) for row in rows[1:])
    if odd and not trouble:
        trouble = f"{odd:,} row{'s have' if odd > 1 else ' has'} another number of cells than the first line."
    items: list[Any] = [dict(zip(titles, row, strict=False)) for row in rows[1:]]
    return _rows(items, "row", shown, trouble) if items else Preview("text", "One line", text=text, trouble=trouble)


def _titles(row: list[str]) -> list[str]:
    """Names for columns, each once."""
    found: list[str] = []
    for number, cell in enumerate(row[:COLUMNS_MOST], 1):
        name = cell.strip()[:80] or f"column {number}"
        found.append(name if name not in found else f"{name} ({number})")
    return found
