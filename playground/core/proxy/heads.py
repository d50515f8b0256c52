"""Headers on their way: which stay behind, which hold keys, and which requests are let in at all."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote_plus, urlsplit

from playground.core.profiles import is_loopback
from playground.core.proxy.names import PREFIX
from playground.core.proxy.state import Upstream
from playground.core.redact import SECRET_HEADERS, SECRET_PARAMETERS

Pairs = list[tuple[bytes, bytes]]
"""Names as they were written, and values."""

_HOP = frozenset(
    {b"connection", b"keep-alive", b"proxy-connection", b"proxy-authorization", b"proxy-authenticate", b"te",
     b"transfer-encoding", b"upgrade"}
)  # fmt: skip
"""RFC 9110, 7.6.1: they are about one connection. What `Connection` names is, too."""
_NEVER_NAMED = frozenset({b"host", b"content-length", b"authorization"})
"""`Connection: content-length` would change what a message is."""
_SOCKET_KEY = "openai-insecure-api-key."
"""Subprotocol by which a client without headers says its key to a WebSocket."""


class Refusal(NamedTuple):
    """Why a request is not passed on."""

    status: int
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Head:
    """A request's head as the proxy needs it."""

    method: bytes
    target: bytes
    pairs: Pairs

    def get(self, name: bytes) -> bytes:
        """A header's value, empty where there is none; several are joined."""
        return b", ".join(value for key, value in self.pairs if key.lower() == name)

    @property
    def is_socket(self) -> bool:
        """Whether a WebSocket is asked for."""
        return self.get(b"upgrade").lower() == b"websocket" and b"upgrade" in tokens(self.get(b"connection"))


def tokens(value: bytes) -> list[bytes]:
    """`close, TE` → close, te"""
    return [part.strip().lower() for part in value.split(b",") if part.strip()]


def passed(pairs: Iterable[tuple[bytes, bytes]], *, chunked: bool) -> Pairs:
    """The headers that go on to the other side, in their order and spelling. `chunked`: the body goes in pieces."""
    pairs = list(pairs)
    named = {name for key, value in pairs if key.lower() == b"connection" for name in tokens(value)} - _NEVER_NAMED
    kept = [(key, value) for key, value in pairs if key.lower() not in _HOP and key.lower() not in named]
    return [*kept, (b"Transfer-Encoding", b"chunked")] if chunked else kept


def sent_on(head: Head, host: str) -> Pairs:
    """A request's headers as they go to the upstream, whose name is `host`."""
    kept = passed(head.pairs, chunked=b"chunked" in tokens(head.get(b"transfer-encoding")))
    kept = [(key, host.encode("ascii") if key.lower() == b"host" else value) for key, value in kept]
    if head.is_socket:
        return [*kept, (b"Connection", b"Upgrade"), (b"Upgrade", b"websocket")]
    if b"trailers" in tokens(head.get(b"te")):  # they are passed on
        return [*kept, (b"Connection", b"TE"), (b"TE", b"trailers")]
    return kept


def with_key(pairs: Pairs, token: str, upstream: Upstream) -> Pairs:
    """The headers with the profile's key instead of the token that the program showed; its organisation and project,
    where the program names none."""
    key, organization, project = upstream.key or "", upstream.organization, upstream.project
    pairs = [
        (name, value.replace(token.encode(), key.encode()) if name.lower() == b"sec-websocket-protocol" else value)
        for name, value in pairs
    ]
    kept = [(name, value) for name, value in pairs if name.lower() not in (b"authorization", b"api-key")]
    there = {name.lower() for name, _ in kept}
    more = [("OpenAI-Organization", organization), ("OpenAI-Project", project)]
    added = [(n.encode(), v.encode()) for n, v in more if v and n.lower().encode() not in there]
    return [*kept, (b"Authorization", b"Bearer " + key.encode()), *added]


def refusal(head: Head, token: str) -> Refusal | None:
    """Why a request is not let in; None: it is. `token`: what a program must show; empty: nothing."""
    if head.method == b"CONNECT" or not head.target.startswith(b"/"):
        return Refusal(
            400, "not_a_forward_proxy",
            "This is no proxy for HTTP_PROXY or HTTPS_PROXY. Leave these alone and set OPENAI_BASE_URL to its address.",
        )  # fmt: skip
    if not _is_here(head.get(b"host")):
        return Refusal(
            403, "bad_host", "Requests must name 127.0.0.1 or localhost as their host; this one names another."
        )
    if _is_page(head):
        return Refusal(403, "web_page", "Requests from web pages are refused: no page may use what is set up here.")
    path = head.target.partition(b"?")[0]
    if path != PREFIX.encode() and not path.startswith(PREFIX.encode() + b"/"):
        shown = path[:200].decode("ascii", "replace")
        return Refusal(
            404, "no_such_path", f"{shown} is not below {PREFIX}: set OPENAI_BASE_URL so that it ends in {PREFIX}."
        )
    if token and not _shows(head, token):
        return Refusal(
            401, "proxy_token",
            "This proxy adds a key of its own, and wants its token from whoever uses it: set OPENAI_API_KEY to the "
            "token that it shows.",
        )  # fmt: skip
    return None


def _is_here(host: bytes) -> bool:
    """A page that had its name resolve to 127.0.0.1 would send that name (DNS rebinding)."""
    try:
        name = urlsplit(f"//{host.decode('ascii')}").hostname or ""
    except ValueError:
        return False
    return is_loopback(name)


def _is_page(head: Head) -> bool:
    """Browsers say where a request comes from; programs do not."""
    origin = head.get(b"origin").lower()
    site = head.get(b"sec-fetch-site").lower()
    return origin.startswith((b"http://", b"https://", b"null")) or site in (
        b"cross-site",
        b"same-site",
        b"same-origin",
    )


def _shows(head: Head, token: str) -> bool:
    shown = [head.get(b"authorization").partition(b" ")[2].strip(), head.get(b"api-key")]
    shown += [word.removeprefix(_SOCKET_KEY.encode()) for word in head.get(b"sec-websocket-protocol").split(b", ")]
    return any(hmac.compare_digest(word, token.encode()) for word in shown)


def keys_of(head: Head) -> Iterator[str]:
    """Everything in a request's head that is a key or a password, to be masked wherever it shows."""
    for raw, raw_value in head.pairs:
        name, value = raw.decode("ascii", "replace").lower(), raw_value.decode("latin-1").strip()
        if name in SECRET_HEADERS:
            scheme, _, rest = value.partition(" ")
            if name == "cookie":
                yield from (v for _, _, v in (pair.strip().partition("=") for pair in value.split(";")) if len(v) > 15)
                continue
            said = rest.strip() if rest and name.endswith("authorization") else value
            yield said
            if scheme.lower() == "basic":
                yield from _passwords(said)
        elif name == "sec-websocket-protocol":
            for word in value.split(","):
                if word.strip().startswith(_SOCKET_KEY):
                    yield word.strip().removeprefix(_SOCKET_KEY)
    for pair in head.target.partition(b"?")[2].decode("latin-1").split("&"):
        name, _, value = pair.partition("=")
        if unquote_plus(name).lower() in SECRET_PARAMETERS:
            yield unquote_plus(value)


def _passwords(coded: str) -> Iterator[str]:
    try:
        yield base64.b64decode(coded, validate=True).decode("latin-1").partition(":")[2]
    except binascii.Error:
        return
