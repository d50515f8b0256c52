"""What the recording transport tells the writer, in the order in which it happens."""

from __future__ import annotations

from dataclasses import dataclass, field

from playground.core.exchanges.records import State, Timings
from playground.core.runs.kept import RunBegan, RunOver

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ExchangeBegan:
    id: str
    started_at: float
    profile: str
    method: str
    path: str
    sdk_method: str
    origin: str
    run: str = ""
    """Id of the run that it is made for: its body is then kept whole, for as long as the run."""


@dataclass(frozen=True, slots=True)
class AttemptBegan:
    exchange: str
    number: int
    started_at: float
    url: str
    headers: Headers
    client_request_id: str


@dataclass(frozen=True, slots=True)
class RequestBody:
    """The body of the request, or its first bytes; `size` is the true one."""

    exchange: str
    number: int
    data: bytes = field(repr=False)
    size: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The head of the response has come."""

    exchange: str
    number: int
    status: int
    headers: Headers
    request_id: str | None
    timings: Timings


@dataclass(frozen=True, slots=True)
class AttemptEnded:
    """`early`: the reader closed the body before its end, which may yet have held all there was to say."""

    exchange: str
    number: int
    state: State
    error_code: str | None
    error: str | None
    timings: Timings
    size: int
    """Bytes of the response's body that were read."""
    early: bool = False


@dataclass(frozen=True, slots=True)
class ExchangeEnded:
    """The call is over. `state` None: that of the last attempt."""

    id: str
    duration: float
    state: State | None = None
    error_code: str | None = None
    error: str | None = None


Chunk = tuple[str, int, float, bytes]
"""Exchange, attempt, seconds since the attempt began, bytes. A tuple: there are thousands of them."""

Message = (
    ExchangeBegan | AttemptBegan | RequestBody | Answered | AttemptEnded | ExchangeEnded | RunBegan | RunOver | Chunk
)
