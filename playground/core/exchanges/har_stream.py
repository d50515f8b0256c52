"""The entries of a HAR file, one after the other.

A file of any size is read in pieces (`ijson`): only one entry is in memory at a time. Of one that breaks off, or is no
HAR from some place on, the entries before that are given.
"""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

_LISTS = ("{.log.entries", "{.entries", "[")
"""Where entries stand: in a whole file, in its log, in a list of them."""
_ENTRY = frozenset({
    "request", "response", "timings", "startedDateTime", "time", "pageref", "_attempt", "_call", "_clientRequestId",
    "_error", "_moments", "_requestId", "_sdkMethod", "_started", "_state",
})  # fmt: skip
"""What an entry that stands alone is put together from."""
LARGEST = 256 * 1000 * 1000
"""Bytes of one entry, and of what is before the first."""
DEEP = 200
"""How deep an entry may be nested."""


class HarError(ValueError):
    """The file, or what is left of it, cannot be read; the words say why."""


class _Counted:
    """A file that tells how far it was read, and may be told to stop. Raises HarError for an entry that is too large,
    such as one that was packed to burst."""

    def __init__(self, file: IO[bytes], told: Callable[[int], object] | None, raw: IO[bytes]) -> None:
        self._file, self._told, self._raw = file, told, raw
        self.since = 0
        """Bytes since the last entry."""

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.since += len(data)
        if self.since > LARGEST:
            raise HarError(f"An entry has more than {LARGEST // 1_000_000} MB; it and what follows were left out.")
        if self._told is not None:
            self._told(self._raw.tell())
        return data


def read_entries(path: Path, told: Callable[[int], object] | None = None) -> Iterator[Any]:
    """The entries of a file as parsed JSON, in their order. `told` hears how many bytes were read, and may raise.

    Raises OSError, and HarError: at once where there is no entry to be found, else where the file breaks off.
    """
    import ijson

    count = 0
    with _opened(path) as (file, raw):
        finder = _Finder()
        try:
            # Not with `use_float`, which takes no whole number of more than 64 bits.
            counted = _Counted(file, told, raw)
            for event, value in ijson.basic_parse(counted):
                if event == "number" and isinstance(value, Decimal):
                    value = float(value)
                if finder.take(event, value):
                    count, counted.since = count + 1, 0
                    yield finder.entry
        except HarError:
            raise
        except (ijson.JSONError, UnicodeDecodeError, ValueError, EOFError, OSError, zipfile.BadZipFile) as error:
            if isinstance(error, InterruptedError) or (isinstance(error, OSError) and error.errno is not None):
                raise
            if not count and not finder.found:
                raise HarError(f"This is no HAR file: it is no JSON ({_words(error)}).") from None
            after = f"after entry {count}" if count else "before its first entry"
            raise HarError(f"The file is no JSON {after}: {_words(error)}.") from None
    if not finder.found:
        raise HarError("This is no HAR file: it is JSON, but has neither “log” nor “entries”.")


class _Finder:
    """Finds entries among the events of a parser: in a whole file, in its log, in a list of them, or alone.

    `ijson.items` does nearly the same, but its memory grows with the square of how deeply something is nested.
    """

    def __init__(self) -> None:
        self.found = False
        """Whether there is a place where entries stand."""
        self.entry: Any = None
        self._names: list[str] = []
        """Of the containers that are open and no part of an entry."""
        self._key = ""
        self._list = 0
        """How many containers are open in the list of entries; 0: it is not open."""
        self._alone: dict[str, Any] | None = None
        self._open: list[Any] = []
        """The containers of the entry that is being built, outermost first."""
        self._keys: list[str] = []

    def take(self, event: str, value: Any) -> bool:
        """Whether this event ended an entry, which is in `entry` then. Raises HarError."""
        if self._open:
            return self._build(event, value)
        if event == "map_key":
            self._key = value
            return False
        in_list = len(self._names) == self._list > 0
        lone = len(self._names) == 1 and self._key in _ENTRY and self._names[0] == "{"
        if event in ("start_map", "start_array") and (in_list or lone):
            self._open, self._keys = [{} if event == "start_map" else []], [""]
            return False
        if event == "start_map":
            self._enter("{" if not self._names else self._key)
        elif event == "start_array":
            self._enter("[" if not self._names else self._key)
            if ".".join(self._names) in _LISTS:
                self._list, self.found = len(self._names), True
        elif event in ("end_map", "end_array"):
            if in_list:
                self._list = 0
            self._names.pop()
            return self._end_alone()
        elif in_list:
            self.entry = value
            return True
        elif lone:
            self._add_alone(value)
        return False

    def _enter(self, name: str) -> None:
        self._names.append(name)
        self._key = ""
        if len(self._names) > DEEP:
            raise HarError("This is no HAR file: it is JSON, but nested too deeply.")

    def _build(self, event: str, value: Any) -> bool:
        if event == "map_key":
            self._keys[-1] = value
            return False
        if event in ("start_map", "start_array"):
            if len(self._open) >= DEEP:
                raise HarError(f"An entry is nested more than {DEEP} deep; it and what follows were left out.")
            inner: Any = {} if event == "start_map" else []
            self._put(inner)
            self._open.append(inner)
            self._keys.append("")
            return False
        if event in ("end_map", "end_array"):
            self._keys.pop()
            done = self._open.pop()
            if self._open:
                return False
            if self._list:
                self.entry = done
                return True
            self._add_alone(done)
            return False
        self._put(value)
        return False

    def _put(self, value: Any) -> None:
        container = self._open[-1]
        if isinstance(container, dict):
            container[self._keys[-1]] = value
        else:
            container.append(value)

    def _add_alone(self, value: Any) -> None:
        self._alone = {**(self._alone or {}), self._key: value}
        self.found = self.found or self._key == "request"

    def _end_alone(self) -> bool:
        """At the end of the whole document: it may have been an entry itself."""
        if self._names or not self._alone or "request" not in self._alone:
            return False
        self.entry = self._alone
        return True


class _opened:
    """The file, unpacked where it is gzip or a zip such as a support bundle, without a byte-order mark, and the raw
    one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> tuple[IO[bytes], IO[bytes]]:
        self._raw = self._path.open("rb")
        try:
            head = self._raw.read(4)
            self._raw.seek(0)
            if not head:
                raise HarError("The file is empty.")
            if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise HarError("This is no HAR file: its text is UTF-16. Save it again as UTF-8.")
            if head[:2] == b"PK":
                return _inside(self._raw), self._raw
            if head[:2] == b"\x1f\x8b":
                return gzip.GzipFile(fileobj=self._raw), self._raw  # type: ignore[return-value]
            if head[:3] == b"\xef\xbb\xbf":
                self._raw.seek(3)
        except BaseException:
            self._raw.close()
            raise
        return self._raw, self._raw

    def __exit__(self, *_: object) -> None:
        self._raw.close()


def _inside(raw: IO[bytes]) -> IO[bytes]:
    """The HAR in a zip. Raises HarError."""
    try:
        archive = zipfile.ZipFile(raw)
        names = [name for name in archive.namelist() if name.lower().endswith(".har")]
        if len(names) != 1:
            many = "none" if not names else f"{len(names)}"
            raise HarError(f"This is a zip with {many} HAR files in it: unpack it, and import one of them.")
        return archive.open(names[0])
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
        raise HarError(f"This is a zip that cannot be unpacked: {_words(error)}.") from None


def _words(error: BaseException) -> str:
    first = str(error).strip().splitlines()
    return (first[0] if first else type(error).__name__).rstrip(".")[:200]
