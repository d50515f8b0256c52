"""Exchanges as JSON, JSONL and CSV for other programs and people. Secrets are taken out on the way (`scrub`)."""

from __future__ import annotations

import csv
import io
import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

from playground.core.exchanges.log import LogRow
from playground.core.exchanges.records import AttemptDetail, ExchangeDetail
from playground.core.exchanges.scrub import Scrubber

if TYPE_CHECKING:
    from playground.core.exchanges.store import ExchangeStore

T = TypeVar("T")
Format = Literal["har", "jsonl", "csv"]
FORMATS: tuple[str, ...] = get_args(Format)
_AT_ONCE = 50
CSV_COLUMNS = (
    "started_at", "profile", "method", "path", "sdk_method", "origin", "model", "state", "status", "error_code",
    "error_message", "attempts", "duration", "first_byte", "first_token", "input_tokens", "output_tokens", "tokens",
    "cost", "request_id", "client_request_id", "id", "pinned", "tags", "note",
)  # fmt: skip
"""Of a CSV file, and the names in JSON too. Times are ISO 8601 with the zone, durations seconds, costs US dollars."""


_OF_ROW = frozenset({"input_tokens", "output_tokens", "tokens", "cost", "pinned", "note"})


def always(_number: int) -> bool:
    """Of every exchange."""
    return True


def moment(seconds: float) -> str:
    """Unix seconds as ISO 8601 with milliseconds and the zone of this computer."""
    try:
        return datetime.fromtimestamp(seconds).astimezone().isoformat(timespec="milliseconds")
    except (ValueError, OverflowError, OSError):
        return ""


def row_object(row: LogRow, scrub: Scrubber) -> dict[str, Any]:
    """One line of the log under the names of CSV_COLUMNS."""
    summary = row.summary
    own: dict[str, Any] = {
        "started_at": moment(summary.started_at),
        "first_byte": summary.timings.first_byte,
        "first_token": summary.timings.first_token,
        "tags": [scrub.text(tag) for tag in row.tags],
    }
    found: dict[str, Any] = {}
    for name in CSV_COLUMNS:  # not `asdict`, which takes a third of the time of a whole export
        if name in own:
            found[name] = own[name]
        else:
            value = getattr(row if name in _OF_ROW else summary, name)
            found[name] = scrub.text(value) if isinstance(value, str) else value
    return found


def detail_object(row: LogRow, detail: ExchangeDetail, scrub: Scrubber, *, bodies: bool = True) -> dict[str, Any]:
    """An exchange with its attempts: headers, timings in seconds since the attempt began, and (with `bodies`) bodies.

    A body is JSON where it is JSON, `{"base64": …}` where it is no text, else a text.
    """
    return {
        **row_object(row, scrub),
        "attempt_details": [_attempt(attempt, scrub, bodies) for attempt in detail.attempts],
    }


def _attempt(attempt: AttemptDetail, scrub: Scrubber, bodies: bool) -> dict[str, Any]:
    timings = {name: value for name, value in asdict(attempt.timings).items() if value is not None}
    found: dict[str, Any] = {
        "number": attempt.number,
        "started_at": moment(attempt.started_at),
        "url": scrub.url(attempt.url),
        "state": attempt.state,
        "status": attempt.status,
        "error": None if attempt.error is None else scrub.text(attempt.error),
        "request_id": attempt.request_id and scrub.text(attempt.request_id),
        "client_request_id": attempt.client_request_id and scrub.text(attempt.client_request_id),
        "timings": timings,
        "request_headers": [list(header) for header in scrub.headers(attempt.request_headers)],
        "request_body_size": attempt.request_body_size,
        "response_headers": [list(header) for header in scrub.headers(attempt.response_headers)],
        "response_body_size": attempt.response_body_size,
    }
    if bodies:
        found["request_body"] = body_value(attempt.request_body, scrub)
        found["response_body"] = body_value(attempt.response_body, scrub)
    return found


def body_value(data: bytes, scrub: Scrubber) -> Any:
    """A body for JSON; None where there is none."""
    if not data:
        return None
    text, coded = body_text(data, scrub)
    if coded:
        return {"base64": text}
    if text.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


def body_text(data: bytes, scrub: Scrubber) -> tuple[str, bool]:
    """A body as text; in base64 (True) where it is none. What follows a cut inside a character is left out."""
    text = plain_text(data)
    if text is None:
        return b64encode(scrub.data(data)).decode(), True
    return scrub.text(text), False


def plain_text(data: bytes) -> str | None:
    """A body as it is, where it is a text; None where it is none."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            return None
        text = data[: error.start].decode()
    return None if "\x00" in text else text


def exchanges(store: ExchangeStore, numbers: Sequence[int]) -> Iterator[tuple[LogRow, ExchangeDetail]]:
    """Rows and details, some at a time; those that are gone are left out."""
    for start in range(0, len(numbers), _AT_ONCE):
        for row in store.log.rows(numbers[start : start + _AT_ONCE]):
            try:
                yield row, store.load(row.summary.id)
            except KeyError:
                continue


def write(
    store: ExchangeStore,
    numbers: Sequence[int],
    kind: str,
    put: Callable[[bytes], object],
    scrub: Scrubber,
    *,
    bodies: Callable[[int], bool] = always,
    told: Callable[[int], object] | None = None,
) -> int:
    """Write exchanges with these numbers, oldest first, piece by piece. Gives how many. Runs in a thread.

    `bodies`: whether those of a number go with it; `told`: hears how many are done, and may raise to end it.
    """
    ordered = sorted(numbers)
    if kind == "har":
        from playground.core.exchanges import har

        return har.write(counted(exchanges(store, ordered), told), put, scrub, bodies)
    count = 0
    pieces = _csv(store, ordered, scrub) if kind == "csv" else _jsonl(store, ordered, scrub, bodies)
    for piece in counted(pieces, told):
        put(piece)
        count += 1
    return count - (kind == "csv")


def counted(found: Iterable[T], told: Callable[[int], object] | None) -> Iterator[T]:
    """The same, and `told` hears how many there were."""
    for number, one in enumerate(found, 1):
        yield one
        if told is not None:
            told(number)


def json_line(value: object) -> bytes:
    """One line of UTF-8; half a surrogate pair, which a body's JSON can hold, is escaped."""
    try:
        return json.dumps(value, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(value).encode() + b"\n"


def _jsonl(
    store: ExchangeStore, numbers: Sequence[int], scrub: Scrubber, bodies: Callable[[int], bool]
) -> Iterator[bytes]:
    for row, detail in exchanges(store, numbers):
        yield json_line(detail_object(row, detail, scrub, bodies=bodies(row.number)))


def _csv(store: ExchangeStore, numbers: Sequence[int], scrub: Scrubber) -> Iterator[bytes]:
    yield _csv_line(CSV_COLUMNS)
    for start in range(0, len(numbers), _AT_ONCE):
        for row in store.log.rows(numbers[start : start + _AT_ONCE]):
            values = row_object(row, scrub)
            values["tags"] = " ".join(values["tags"])
            yield _csv_line(_cell(values[name]) for name in CSV_COLUMNS)


def _cell(value: object) -> object:
    """A text that a spreadsheet would take for a formula is marked as text: servers and models write into it."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return "" if value is None else value


def _csv_line(values: Iterable[object]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(values)
    return line.getvalue().encode("utf-8", "replace")
