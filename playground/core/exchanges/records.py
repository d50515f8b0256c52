"""What the request log knows: an exchange is one call of the SDK, and holds one or more attempts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from playground.core.ids import new_id as new_id

if TYPE_CHECKING:
    from decimal import Decimal

State = Literal["open", "done", "failed", "cancelled", "cut"]
"""`failed`: no answer, an error status, or an error inside the stream. `cancelled`: we closed it. `cut`: the
process that made the call died before the end; what had come is kept."""
STATES: frozenset[str] = frozenset(get_args(State))

REQUEST_BODY_CAP = 8 * 1024 * 1024
"""Bytes of a request's body that are kept, unless it is a run's. The size is always the true one."""
RESPONSE_BODY_CAP = 8 * 1024 * 1024
"""The same for an answer's body."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds since the attempt began. None: it did not come to that, or it did not happen (no look-up on a
    connection that was reused)."""

    queued: float | None = None
    """When a place in the pool was free."""
    connected: float | None = None
    """When there was a connection (a new one, TLS included, or a reused one)."""
    sent: float | None = None
    """When the last byte of the request had gone to the socket."""
    first_byte: float | None = None
    """When the head of the response was there."""
    first_token: float | None = None
    """When the first chunk of a stream that holds a delta was there."""
    last_byte: float | None = None
    resolved: float | None = None
    """When the host's name had been looked up."""
    tls: float | None = None
    """When the connection stood and its TLS handshake began."""
    ended: float | None = None
    """When the attempt was over, whatever became of it; None while it is under way, and in logs of older versions."""


@dataclass(frozen=True, slots=True)
class ExchangeSummary:
    """One line of the request log."""

    id: str
    """ULID, sorts by time."""
    started_at: float
    """Unix time in seconds."""
    profile: str
    """The profile's name at that time."""
    method: str
    path: str
    """Below the base URL, without the query: `/responses`."""
    sdk_method: str
    """`responses.create`; empty where the caller gave none."""
    origin: str
    model: str | None
    state: State
    status: int | None
    """Of the last attempt."""
    error_code: str | None
    """The API's `code` or `type`, or the kind of connection error (`ConnectError`)."""
    error_message: str | None
    request_id: str | None
    """The server's `x-request-id` of the last attempt."""
    client_request_id: str | None
    """The `X-Client-Request-Id` of the last attempt."""
    attempts: int
    duration: float | None
    """Seconds from the start of the first attempt to the end of the last; None while it is open."""
    timings: Timings
    """Of the last attempt."""


@dataclass(frozen=True, slots=True)
class AttemptDetail:
    """One request on the wire and what came back. Keys are masked; sizes are true, bodies may be capped."""

    number: int
    """From 1."""
    started_at: float
    """Unix time in seconds, on the same clock as the exchange's: their difference is exact."""
    url: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: bytes
    request_body_size: int
    request_body_capped: bool
    status: int | None
    response_headers: tuple[tuple[str, str], ...]
    response_body: bytes
    """As it was read, after gzip or deflate was undone."""
    response_body_size: int
    response_body_capped: bool
    request_id: str | None
    client_request_id: str | None
    state: State
    error: str | None
    timings: Timings
    arrivals: tuple[tuple[int, float], ...] = ()
    """Offset in `response_body` of each piece as it arrived, and seconds since the attempt began (to 0.1 ms)."""


@dataclass(slots=True)
class ExchangeDetail:
    """An exchange with everything that is known of it."""

    summary: ExchangeSummary
    attempts: tuple[AttemptDetail, ...]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One line of the history."""

    id: str
    """ULID, sorts by time."""
    started_at: float
    """Unix time in seconds."""
    name: str
    """As somebody named it; empty: nobody did."""
    starred: bool
    title: str
    """The first line of the prompt's last message."""
    api: str
    """`responses` or `chat`."""
    model: str
    """As it was asked for."""
    profile: str
    """The profile's name at that time."""
    base_url: str
    simulated: bool
    """Whether it went to the sandbox."""
    status: str
    """`running`, or how it ended (`playground.core.runs.RunStatus`)."""
    input_tokens: int | None
    output_tokens: int | None
    cost: Decimal | None
    """USD; None: unknown."""
    duration: float | None
    """Seconds; None while it runs, and where the process died."""
    request_id: str | None

    @property
    def words(self) -> str:
        """What it is called: its name, or the first line of its prompt."""
        return self.name or self.title or "(no prompt)"


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run as it is kept: what was written, how it ended, and every exchange made for it."""

    summary: RunSummary
    draft: dict[str, Any] = field(repr=False)
    snapshot: dict[str, Any] | None = field(repr=False)
    """As `RunOver` had it; None where the process died before, or it still runs."""
    exchanges: tuple[ExchangeDetail, ...] = field(repr=False)
    """Oldest first."""
