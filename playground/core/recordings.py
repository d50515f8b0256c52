"""Recorded sessions: runs in a file that anyone can play back later, with no key and no network.

The format is described in `resources/recordings/README.md`. A recording never holds a key: what the history keeps is
masked already, and is masked once more on its way into the file; headers that carry secrets are left out, and those
that name an organisation or a project are emptied.
"""

from __future__ import annotations

import base64
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

import orjson

from playground import __version__
from playground.core.errors import Problem, ProblemError
from playground.core.exchanges.records import AttemptDetail, RunSummary, StoredRun
from playground.core.ids import new_id
from playground.core.redact import HIDDEN, SECRET_HEADERS, Redactor, known
from playground.core.runs.events import EventLog
from playground.core.runs.history import Reopened, event_log, last_attempt, rebuild, unpack
from playground.core.runs.parameters import Api

FORMAT = "openai-playground-recording"
VERSION = 1
SUFFIX = ".playground-recording"
MOST = 512 * 1024 * 1024
"""Bytes of a file that is read."""
_HEAD = 64 * 1024
_LINE = 64 * 1024 * 1024
_OWNER_HEADERS = frozenset({"openai-organization", "openai-project"})
_OWNER = re.compile(rb"(?<![A-Za-z0-9])(org|proj)([-_])([A-Za-z0-9]{6,})")

Headers = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class RecordedRun:
    """One run in a recording."""

    summary: RunSummary
    draft: dict[str, Any] = field(repr=False)
    log: EventLog = field(repr=False)
    ended: dict[str, Any] | None = field(repr=False)
    """Its numbers and its problem, as `playground.core.runs.kept.pack` gives them; None: the file ends before."""
    method: str = ""
    url: str = ""
    request_headers: Headers = ()
    request_body: bytes = field(default=b"", repr=False)
    status: int | None = None
    response_headers: Headers = ()

    @property
    def api(self) -> Api:
        return "chat" if self.summary.api == "chat" else "responses"

    def reopened(self) -> Reopened:
        """The whole run at once."""
        end = unpack(self.ended) if self.ended is not None else None
        return rebuild(self.api, self.draft, self.log, end, base_url=self.summary.base_url)


@dataclass(slots=True)
class Recording:
    """What a file holds."""

    path: Path
    runs: list[RecordedRun]
    problem: Problem | None = None
    """Why not all of it could be read, where that is so."""


# ---- writing


def of_stored(stored: StoredRun) -> RecordedRun:
    """A run of the history, as it goes into a file."""
    attempt = last_attempt(stored)
    run = RecordedRun(stored.summary, stored.draft, event_log(stored), stored.snapshot)
    if attempt is not None and stored.exchanges:
        run.method, run.url = stored.exchanges[-1].summary.method, attempt.url
        run.request_headers, run.request_body = attempt.request_headers, attempt.request_body
        run.status, run.response_headers = attempt.status, attempt.response_headers
        if not run.log.size:
            run.log = _error_body(attempt)
    return run


def _error_body(attempt: AttemptDetail) -> EventLog:
    """What a server said instead of an answer: part of a bug report, though no part of the output."""
    return EventLog.of(attempt.response_body, attempt.arrivals)


def save(path: Path, runs: Iterable[RecordedRun], redactor: Redactor | None = None) -> int:
    """Write a recording, which appears when it is whole; gives the number of runs. Raises OSError."""
    count = 0
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            redactor = redactor or known()
            _put(file, {"format": FORMAT, "version": VERSION, "program": __version__, "saved_at": _now()}, redactor)
            for run in runs:
                for line in _lines(run, redactor):
                    _put(file, line, redactor)
                count += 1
            _put(file, {"runs": count}, redactor)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(path)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename, error.filename2 = str(path), None
        raise
    return count


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _put(file: IO[bytes], value: Mapping[str, Any], redactor: Redactor) -> None:
    line = orjson.dumps(value)
    file.write(_hide_owner(redactor.data(line)) + b"\n")


def _hide_owner(data: bytes) -> bytes:
    """IDs of organisations and projects, as long as they were."""
    return _OWNER.sub(lambda match: match[1] + match[2] + b"*" * len(match[3]), data)


def _lines(run: RecordedRun, redactor: Redactor) -> Iterator[dict[str, Any]]:
    summary = run.summary
    yield {
        "run": {
            "name": summary.name or summary.title,
            "started_at": datetime.fromtimestamp(summary.started_at, UTC).isoformat(timespec="milliseconds"),
            "api": summary.api,
            "model": summary.model,
            "base_url": redactor.url(summary.base_url),
            "simulated": summary.simulated,
        },
        "draft": run.draft,
    }
    if run.url:
        yield {
            "request": {
                "method": run.method,
                "url": redactor.url(run.url),
                "headers": _headers(run.request_headers),
                "body": _text(run.request_body),
            }
        }
    if run.status is not None:
        yield {"response": {"status": run.status, "headers": _headers(run.response_headers)}}
    # As a whole first: what is to be hidden may lie across the border of two reads.
    body, start = _hide_owner(redactor.data(run.log.body())), 0
    for at, data in run.log.chunks():
        yield {"chunk": [round(at, 4), _text(body[start : start + len(data)])]}
        start += len(data)
    # The exchange is in the log of the machine that made it, and in no other.
    yield {"end": {name: part for name, part in run.ended.items() if name != "exchange_id"} if run.ended else run.ended}


def _headers(headers: Headers) -> list[list[str]]:
    shown = []
    for name, value in headers:
        if name.lower() in SECRET_HEADERS or HIDDEN in value:
            continue
        shown.append([name, HIDDEN if name.lower() in _OWNER_HEADERS else value])
    return shown


def _text(data: bytes) -> str | dict[str, str]:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:  # a read that ends within a character, or no text at all
        return {"base64": base64.b64encode(data).decode()}


# ---- reading


def load(path: Path) -> Recording:
    """Read a recording. Raises ProblemError, in a person's words, for what is none, is damaged, newer or too large;
    of one that was cut, what is there is given, and `problem` says so."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MOST:
                raise _bad(path, "is too large", f"It has {size // 2**20:,} MB; {MOST // 2**20} MB is the most.")
            _check_head(path, file.readline(_HEAD))
            return _Reader(path).read(file)
    except OSError as error:
        raise ProblemError(
            Problem(
                f"“{path.name}” cannot be opened",
                f"{error.strerror or error}: {path}.",
                "See that the file is there and may be read.",
                type="recording",
            )
        ) from error


def _bad(path: Path, what: str, cause: str, remedy: str = "") -> ProblemError:
    remedy = remedy or "Nothing was changed. Ask whoever sent it for the file once more."
    return ProblemError(Problem(f"“{path.name}” {what}", cause, remedy, type="recording"))


def _check_head(path: Path, line: bytes) -> None:
    head = _loads(line)
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        cause = "It is empty." if not line.strip() else "It does not begin as a recording does."
        raise _bad(path, "is not a recording", cause, f"Choose a file that ends in {SUFFIX}.")
    version = head.get("version")
    if not isinstance(version, int) or version < 1:
        raise _bad(path, "is damaged", "It does not say of which version of the format it is.")
    if version > VERSION:
        raise _bad(
            path,
            "was saved by a newer version of this program",
            f"Its format has version {version}; this program knows versions up to {VERSION}.",
            "Open it with the newer program.",
        )


def _loads(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except ValueError:
        return None


class _Reader:
    """Takes a file line by line. A line that does not fit ends it, in words."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._runs: list[RecordedRun] = []
        self._open: RecordedRun | None = None
        self._told: int | None = None

    def read(self, file: IO[bytes]) -> Recording:
        number = 1
        while line := file.readline(_LINE):
            number += 1
            value = _loads(line)
            try:
                if not isinstance(value, dict) or self._told is not None:
                    raise ValueError
                self._take(value)
            except (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError):
                if not line.endswith(b"\n"):
                    break  # the last line, and half of it
                raise _bad(self._path, "is damaged", f"Line {number} is not what is expected there.") from None
        if self._told is None or self._open is not None or self._told != len(self._runs):
            return self._cut()
        if not self._runs:
            raise _bad(self._path, "holds no run", "The recording is whole, but empty.", "Choose another one.")
        return Recording(self._path, self._runs)

    def _cut(self) -> Recording:
        whole = len(self._runs)
        if self._open is not None:
            self._runs.append(self._open)
        if not self._runs:
            raise _bad(self._path, "is cut off", "The file ends before its first run begins.")
        words = "1 run is whole" if whole == 1 else f"{whole} runs are whole"
        part = ", and the beginning of one more is there" if self._open is not None else ""
        problem = Problem(
            f"“{self._path.name}” is cut off",
            f"The file ends early: {words}{part}.",
            "What is there can be played. For the rest, ask for the file once more.",
            type="recording",
        )
        return Recording(self._path, self._runs, problem)

    def _take(self, value: dict[str, Any]) -> None:
        """One line. Raises ValueError and the like for one that does not fit."""
        if "run" in value:
            if self._open is not None:
                raise ValueError
            self._open = _begin(value)
        elif "runs" in value:
            self._told = int(value["runs"])
        elif self._open is None:
            raise ValueError
        elif "chunk" in value:
            at, data = value["chunk"]
            self._open.log.add(max(float(at), self._open.log.last), _bytes(data))
        elif "request" in value:
            request = value["request"]
            self._open.method, self._open.url = str(request["method"]), str(request["url"])
            self._open.request_headers = _pairs(request.get("headers"))
            self._open.request_body = _bytes(request.get("body") or "")
        elif "response" in value:
            self._answer(self._open, value["response"])
        elif "end" in value:
            self._end(value["end"])
        # Any other line belongs to a later version of the format that this one can do without.

    @staticmethod
    def _answer(run: RecordedRun, response: Mapping[str, Any]) -> None:
        run.status = int(response["status"])
        run.response_headers = _pairs(response.get("headers"))
        named = (value for name, value in run.response_headers if name.lower() == "content-type")
        run.log.content_type = next(named, "")

    def _end(self, ended: Any) -> None:
        run = self._open
        assert run is not None
        if ended is not None and not isinstance(ended, dict):
            raise ValueError
        run.ended, self._open = ended, None
        if run.status is not None and run.status >= 400:
            run.log = EventLog()  # what was said instead of an answer; the problem has it
        run.summary = _with_numbers(run.summary, ended)
        self._runs.append(run)


def _begin(value: Mapping[str, Any]) -> RecordedRun:
    about, draft = value["run"], value.get("draft") or {}
    if not isinstance(draft, dict):
        raise ValueError
    summary = RunSummary(
        id=new_id(),
        started_at=datetime.fromisoformat(str(about["started_at"])).timestamp(),
        name=str(about.get("name") or "")[:200],
        starred=False,
        title="",
        api="chat" if about.get("api") == "chat" else "responses",
        model=str(about.get("model") or ""),
        profile="recording",
        base_url=str(about.get("base_url") or ""),
        simulated=bool(about.get("simulated")),
        status="cut",
        input_tokens=None,
        output_tokens=None,
        cost=None,
        duration=None,
        request_id=None,
    )
    return RecordedRun(summary, draft, EventLog(), None)


def _with_numbers(summary: RunSummary, ended: Mapping[str, Any] | None) -> RunSummary:
    if ended is None:
        return summary
    snapshot = unpack(ended)
    usage = snapshot.usage
    return replace(
        summary,
        status=snapshot.status,
        input_tokens=usage.input if usage is not None else None,
        output_tokens=usage.output if usage is not None else None,
        cost=snapshot.cost,
        duration=snapshot.duration,
        request_id=snapshot.request_id,
    )


def _pairs(value: Any) -> Headers:
    return tuple((str(name), str(text)) for name, text in value or ())


def _bytes(value: Any) -> bytes:
    if isinstance(value, str):
        return value.encode()
    return base64.b64decode(cast("dict[str, str]", value)["base64"], validate=True)
