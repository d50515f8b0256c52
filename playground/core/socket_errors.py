"""Why a WebSocket was not opened, and why it ended, in a person's words.

The codes are those of RFC 6455 (7.4.1) and IANA's registry; what the API adds (4000 to 4999) is shown as it says it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from playground.core.connections import words_of
from playground.core.errors import Problem, ProblemError, explain, explain_answer, masked

_NEXT = "Connect again: the session itself is gone, and what it held with it."
_CLOSINGS: dict[int, tuple[str, str, str]] = {
    1002: ("One side broke the rules of the protocol.", "A proxy on the way may have damaged it. " + _NEXT, "Perhaps."),
    1003: ("It does not take what was sent, such as binary frames.", "Send JSON as text.", "Not with the same."),
    1005: ("No reason was given.", _NEXT, "Yes."),
    1006: ("It was cut without a word: the network, a proxy, or the server's process has gone.", _NEXT, "Yes."),
    1007: ("A text was not UTF-8.", "Send texts as UTF-8.", "Not with the same."),
    1008: ("What was sent is against the server's rules.", "See its reason; the key may lack the right.", "No."),
    1009: ("A message was too large.", "Send it in smaller pieces.", "Not with the same."),
    1011: ("The server failed, or did not answer a ping in time.", _NEXT, "Yes."),
    1012: ("The server is starting again.", _NEXT, "Yes, in a moment."),
    1013: ("The server is overloaded.", "Connect again after a while.", "Yes, after a while."),
    1014: ("A gateway got no good answer from the server.", _NEXT, "Yes."),
    3000: ("The key was not accepted.", "Check the key of the profile.", "No."),
    3003: ("The key does not have the right.", "Check what the key may do.", "No."),
    3008: ("The session took too long.", _NEXT, "Yes."),
}  # fmt: skip


class SocketProblem(ProblemError):
    """A WebSocket that was not opened, or did not end in order. `exchange_id`: where the log has it."""

    def __init__(self, problem: Problem, exchange_id: str | None = None) -> None:
        super().__init__(problem)
        self.exchange_id = exchange_id


@dataclass(frozen=True, slots=True)
class Closing:
    """How a connection ended."""

    code: int
    """1000 in order, 1006 cut; see RFC 6455, 7.4.1."""
    reason: str
    by: Literal["client", "server", "nobody"]

    @property
    def in_order(self) -> bool:
        """Whether nobody need worry: it was asked for, or the server said that it was done."""
        return self.code in (1000, 1001) or (self.by == "client" and self.code not in (1002, 1007, 1009, 1011))

    @classmethod
    def of(cls, error: Any) -> Closing:
        """From a `websockets.exceptions.ConnectionClosed`."""
        received, sent = error.rcvd, error.sent
        if received is None and sent is None:
            return cls(1006, "", "nobody")
        if received is not None and (sent is None or error.rcvd_then_sent):
            return cls(received.code, received.reason, "server")
        return cls(sent.code, sent.reason, "client")


def explain_closing(closing: Closing, *, sending: bool = False) -> Problem:
    """What the end of a connection means. `sending`: something was to be sent on it."""
    cause, remedy, retry = _CLOSINGS.get(closing.code, ("", _NEXT, "Perhaps."))
    who = {"client": "This side closed it", "server": "The server closed it", "nobody": "It was lost"}[closing.by]
    said = f" “{closing.reason}”" if closing.reason else ""
    if closing.in_order:
        cause, remedy, retry = "It had ended in order.", "Connect again.", "Yes."
    return masked(
        Problem(
            title="The connection is closed" if sending else "The connection ended",
            cause=f"{who} ({closing.code}){':' if said else '.'}{said} {cause}".strip(),
            remedy=remedy,
            retry=retry,
            type="websocket_closed",
            code=str(closing.code),
            server_words=closing.reason or None,
        )
    )


def explain_refusal(error: Exception, base_url: str, profile: str, *, through_proxy: bool) -> Problem:
    """Why no connection came to be. Never raises."""
    import ssl

    import httpx2
    from websockets import exceptions

    named = {"base_url": base_url, "profile": profile}
    if isinstance(error, exceptions.InvalidStatus):
        response = error.response
        headers = {name.lower(): value for name, value in response.headers.raw_items()}
        if response.status_code >= 400:
            return explain_answer(response.status_code, headers, bytes(response.body or b""), **named)
        return _no_socket(f"It answered {response.status_code} to the handshake, not 101.", base_url, error)
    if isinstance(error, TimeoutError):
        told: BaseException = httpx2.ConnectTimeout("timed out during the opening handshake")
        told.__cause__ = None
        return explain(told, **named)
    proxy_error = getattr(exceptions, "ProxyError", None)
    plain = isinstance(error, OSError) and not isinstance(error, ssl.SSLError)
    if (proxy_error is not None and isinstance(error, proxy_error)) or (through_proxy and plain):
        words = str(error) if not plain else f"connect call failed: {error}"
        return explain(httpx2.ProxyError(words), **named)
    if isinstance(error, exceptions.InvalidHandshake | exceptions.InvalidURI):
        return _no_socket(f"{words_of(error)[:300]}.", base_url, error)
    return explain(error, **named)


def proxy_refused(newer: bool) -> Problem:
    """The environment wants a proxy that WebSockets cannot go through."""
    if newer:
        cause = "Only http:// and https:// proxies can be used, and the environment names another."
    else:
        cause = "The environment names a proxy, and the installed websockets package (below 15) knows none."
    return Problem(
        title="The connection cannot go through the proxy",
        cause=cause,
        remedy="Install websockets 15, or put the server into NO_PROXY where it can be reached directly.",
        retry="Not as it is.",
        type="connection_error",
        code="proxy",
    )


def _no_socket(cause: str, base_url: str, error: Exception) -> Problem:
    problem = Problem(
        title="The server opened no WebSocket",
        cause=f"{base_url} does not speak WebSocket at this path. {cause}",
        remedy="Check the base URL of the profile, and that the server serves this method; a proxy may stand between.",
        retry="Not as it is.",
        type="websocket_refused",
        server_words=words_of(error)[:1000],
    )
    return masked(replace(problem, cause=" ".join(problem.cause.split())))
