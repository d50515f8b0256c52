"""A program's call in the request log: the same messages to the same writer as for the calls of our own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from playground.core.attempts import HEADERS, Attempt, Call, CallHandle, Trace, Upload
from playground.core.exchanges.messages import AttemptBegan
from playground.core.proxy.copies import Copy
from playground.core.proxy.names import ORIGIN
from playground.core.spread import SpreadMask

if TYPE_CHECKING:
    from playground.core.exchanges.writer import ExchangeWriter
    from playground.core.proxy.heads import Pairs

F = TypeVar("F", bound=Callable[..., None])
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as the log is to have it."""

    url: str
    """The upstream's, whole."""
    pairs: Pairs
    """Headers as they go to the upstream."""
    began: float
    """By `time.perf_counter`: when its head was there."""


class ProxyAttempt(Attempt):
    """One request of a program. Nothing is added to what it sends."""

    def _tell(self, request: Any) -> None:
        sent: Sent = request
        headers = _texts(sent.pairs)
        client_id = next((value for name, value in headers if name.lower() == "x-client-request-id"), "")
        redactor = self._call.writer.redactor
        url, shown = redactor.url(sent.url), redactor.headers(headers)
        began = self._call.moment(self._began)
        self._put(AttemptBegan(self.id, self._number, began, url, shown, redactor.text(client_id)))
        self.upload = Upload(self)


class ProxyCall(Call):
    """One request of a program, which is a call with one attempt: that it is a retry only the program knows."""

    def begin(self, sent: Sent) -> ProxyAttempt:
        self.number = 1
        self._begin(sent.began)
        attempt = ProxyAttempt(self, 1, sent, sent.began)  # type: ignore[arg-type]
        self._open.add(attempt)
        self.returned()
        return attempt


def _guarded(method: F) -> F:
    """Traffic goes on where it cannot be recorded."""

    @wraps(method)
    def call(self: Recording, *args: Any) -> None:
        if self.lost:
            return
        try:
            method(self, *args)
        except Exception:
            self.lost = True
            _log.exception("a call through the proxy could not be recorded")

    return cast(F, call)


class Recording:
    """What becomes of one request. Never raises."""

    def __init__(self, trace: Trace, keys: Collection[str], *, bodies: bool) -> None:
        """`keys`: masked where the server spells them over several events of a stream."""
        self._trace = trace
        self.status = 0
        self.lost = False
        """It cannot be recorded."""
        self._attempt: ProxyAttempt
        self._keys, self._bodies = keys, bodies
        self._copy: Copy | None = None
        self._masks: list[SpreadMask] = []

    @_guarded
    def begin(self, writer: ExchangeWriter, profile: str, method: str, path: str, sdk_method: str, sent: Sent) -> None:
        self._attempt = ProxyCall(writer, profile, method, path, CallHandle(sdk_method, ORIGIN)).begin(sent)
        self._attempt.trace = self._trace

    @_guarded
    def upload(self, data: bytes) -> None:
        if self._attempt.upload is not None and self._bodies:
            self._attempt.upload.add(data)

    @_guarded
    def uploaded(self) -> None:
        """The request's last byte has been handed to the socket."""
        if self._attempt.upload is not None:
            self._attempt.upload.finish()
            self._attempt.upload = None  # they hold each other, and it holds the body

    @_guarded
    def answered(self, status: int, pairs: Pairs) -> None:
        """The head of the answer has gone on to the program."""
        import httpx2

        self.status = status
        response = httpx2.Response(status, headers=pairs, extensions={HEADERS: _texts(pairs)})
        self._attempt.answered(response)
        encoding = response.headers.get("content-encoding", "")
        if encoding and encoding.lower() != "identity":
            self._copy = Copy(encoding)
        if status == 101 or "event-stream" in response.headers.get("content-type", ""):
            self._masks = [SpreadMask(key) for key in self._keys]

    @_guarded
    def chunk(self, data: bytes) -> None:
        """A piece of the answer's body has gone on."""
        if not self._bodies:
            return
        if self._copy is not None:
            data = self._copy.feed(data)
        for mask in self._masks:
            data = mask.feed(data) if data else data
        if data:
            self._attempt.chunk(data)

    def _flush(self) -> None:
        masks, self._masks = self._masks, []
        for number, mask in enumerate(masks):
            rest = mask.last()
            for later in masks[number + 1 :]:
                rest = later.feed(rest) if rest else rest
            if rest:
                self._attempt.chunk(rest)

    @_guarded
    def ended(self) -> None:
        """The answer's last byte has gone on."""
        self._flush()
        self._attempt.ended()
        self._attempt.upload = None

    @_guarded
    def failed(self, error: BaseException) -> None:
        """Cancelled: the program has gone, or the proxy was stopped."""
        self._flush()
        self._attempt.failed(error)
        self._attempt.upload = None


def _texts(pairs: Pairs) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs]
