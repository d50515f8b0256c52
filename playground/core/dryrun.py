"""What a request would be on the wire: made by the real session, SDK and recording, and stopped before the network.

No key is needed and none is used: where the profile has one, a stand-in takes its place and is masked as the key is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playground.core.profiles import KeySource, Profile, with_environment
from playground.core.recording import RecordingTransport
from playground.core.redact import Redactor
from playground.core.session import Session, SessionManager

if TYPE_CHECKING:
    import httpx2

_STAND_IN = "stand-in-for-the-key"
BODY_MOST = 256 * 1024
"""Bytes of a body made of files that are read at most."""
BOUNDARY = "between-the-parts-of-the-form-01"
_BOUNDARY = re.compile(r"multipart/form-data;.*?boundary=([0-9A-Za-z'()+_,./:=? -]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One request as its bytes would go out; secrets are masked."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


class DryRun:
    """Requests of a profile that go nowhere. Lives in the asyncio thread; builds its client once for each profile."""

    def __init__(self, sessions: SessionManager) -> None:
        self._sessions = sessions
        self._made: tuple[Profile, str, _DrySession] | None = None

    async def request(self, profile: Profile, path: str, body: Mapping[str, Any], *, method: str) -> WireRequest:
        """The request that `Session.open_stream` would make. Starts the sandbox where the profile is the sandbox's.
        Raises what that raises."""
        return await (await self._session(profile)).dry(path, body, method)

    async def call(
        self, profile: Profile, method: str, arguments: Mapping[str, Any], *, stream: bool = False
    ) -> WireRequest:
        """The request that a call of any method would make: `arguments` as of `core.calls.call`. Of long files only
        the beginning is read. Raises UsageProblem, OSError for files, and what the sandbox's start raises."""
        return await (await self._session(profile)).dry_call(method, arguments, stream=stream)

    async def _session(self, profile: Profile) -> _DrySession:
        base_url = await self._sessions.base_url_of(profile)
        profile = with_environment(profile, self._sessions.environ)
        if self._made is None or self._made[:2] != (profile, base_url):
            await self.aclose()
            key = None if profile.key is KeySource.NONE and not profile.is_sandbox else _STAND_IN
            self._made = profile, base_url, _DrySession(profile, base_url, key, self._sessions.environ)
        return self._made[2]

    async def aclose(self) -> None:
        """Let go of the client."""
        made, self._made = self._made, None
        if made is not None:
            await made[2].aclose()


class _Unwritten:
    """A request log that keeps nothing."""

    def __init__(self) -> None:
        self.redactor = Redactor()
        self.redactor.add(_STAND_IN)

    def put(self, _message: object) -> None:
        return


class _DrySession(Session):
    """A session whose transport takes the request and sends nothing."""

    def __init__(self, profile: Profile, base_url: str, key: str | None, environ: Mapping[str, str]) -> None:
        nowhere: Any = _Unwritten()
        super().__init__(profile, base_url, key, nowhere, environ)
        self._nowhere = nowhere
        self._seen: list[WireRequest] = []

    async def dry(self, path: str, body: Mapping[str, Any], method: str) -> WireRequest:
        self._seen.clear()
        try:
            async with self.open_stream(path, body, method=method, origin="dry-run"):
                raise AssertionError("a dry run got an answer")
        except Exception:
            if not self._seen:
                raise
        return self._seen[-1]

    async def dry_call(self, method: str, arguments: Mapping[str, Any], *, stream: bool) -> WireRequest:
        from playground.core.answering import open_answer

        self._seen.clear()
        try:
            async with open_answer(self, method, arguments, stream=stream, origin="dry-run"):
                raise AssertionError("a dry run got an answer")
        except Exception:
            if not self._seen:
                raise
        return self._seen[-1]

    def _transport(self, _tls: Any) -> RecordingTransport:
        return RecordingTransport(_End(self), self._nowhere, self.profile.name)

    async def take(self, request: httpx2.Request) -> None:
        redactor: Redactor = self._nowhere.redactor
        url, headers = redactor.url(str(request.url)), redactor.headers(request.headers.multi_items())
        self._seen.append(_steady(WireRequest(request.method, url, headers, await _beginning(request))))


def _steady(wire: WireRequest) -> WireRequest:
    """With the same boundary between the parts of a form each time, as long as the SDK's: that is made by chance."""
    match = next(
        (found for name, value in wire.headers if name.lower() == "content-type" and (found := _BOUNDARY.match(value))),
        None,
    )
    if match is None:
        return wire
    made = match[1]
    steady = (BOUNDARY * (len(made) // len(BOUNDARY) + 1))[: len(made)]
    headers = tuple((name, value.replace(made, steady)) for name, value in wire.headers)
    return WireRequest(wire.method, wire.url, headers, wire.body.replace(f"--{made}".encode(), f"--{steady}".encode()))


async def _beginning(request: httpx2.Request) -> bytes:
    """The body, or the first of it where it is read from files."""
    import httpx2

    try:
        return request.content
    except httpx2.RequestNotRead:
        pass
    parts, size = [], 0
    stream: Any = request.stream
    async for part in stream:
        parts.append(part)
        size += len(part)
        if size > BODY_MOST:
            break
    return b"".join(parts)


class _End:
    """Where a dry run stops."""

    def __init__(self, session: _DrySession) -> None:
        self._session = session

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        import openai

        await self._session.take(request)
        # The SDK tries again after every other error.
        raise openai.OpenAIError("stopped before the network")

    async def aclose(self) -> None:
        return
