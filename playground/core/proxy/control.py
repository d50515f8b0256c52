"""Starts and stops the proxy, and tells what becomes of it: for the window and the command line. Cheap to import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from playground.core.errors import Problem, ProblemError
from playground.core.profiles import Profile, check_base_url
from playground.core.proxy.state import ProxySettings, ProxyState, Upstream
from playground.core.signals import Signal

if TYPE_CHECKING:
    from playground.core.exchanges.writer import ExchangeWriter
    from playground.core.proxy.server import ProxyServer


class ProxyError(ProblemError):
    """It could not be started."""


class Places(Protocol):
    """What is needed of the session manager."""

    async def place_of(self, profile: Profile) -> tuple[str, str | None]: ...
    async def base_url_of(self, profile: Profile) -> str: ...


class ProxyControl:
    """One proxy. The coroutines run in the asyncio thread; `state` can be read in any."""

    def __init__(self, writer: ExchangeWriter) -> None:
        self._writer = writer
        self._server: ProxyServer | None = None
        self.state = ProxyState()
        self.changed: Signal[[ProxyState]] = Signal()
        """Emitted in the asyncio thread, at most every 50 ms."""

    async def start(self, settings: ProxySettings) -> ProxyState:
        """Begin to listen, with new counts; one that runs is stopped first. Raises ProxyError."""
        from playground.core.proxy.server import ProxyServer

        await self.stop()
        check = check_base_url(settings.upstream.base_url)
        if check.error:
            raise ProxyError(_bad_upstream(settings.upstream.base_url, check.error))
        server = ProxyServer(settings, self._writer, self._told)
        try:
            state = await server.start()
        except (OSError, OverflowError) as error:
            raise ProxyError(_not_started(settings.port, error)) from error
        if _same(settings.upstream.base_url, state.port):
            await server.stop()
            raise ProxyError(_itself(settings.upstream.base_url))
        self._server = server
        return state

    async def stop(self) -> None:
        """Let go of the port. Calls under way are broken off, and recorded as cancelled."""
        server, self._server = self._server, None
        if server is not None:
            await server.stop()

    def _told(self, state: ProxyState) -> None:
        self.state = state
        self.changed.emit(state)


async def upstream_of(sessions: Places, profile: Profile, *, add_key: bool = False) -> Upstream:
    """Where a profile's requests go. `add_key`: the proxy puts the profile's key in. Raises KeyProblem where it has
    none, ProfileError, and what the sandbox's start raises."""
    if add_key or profile.is_sandbox:
        base_url, key = await sessions.place_of(profile)
    else:
        base_url, key = await sessions.base_url_of(profile), None
    return Upstream(
        base_url=base_url,
        name=profile.name,
        connect=profile.timeouts.connect,
        read=profile.timeouts.read,
        key=key if add_key else None,
        organization=profile.organization if add_key else None,
        project=profile.project if add_key else None,
        no_secret=(key or "") if profile.is_sandbox else "",
    )


def upstream_at(url: str) -> Upstream:
    """A server of which only the base URL is known. Raises ProxyError for a text that is none."""
    base_url = url.strip().rstrip("/")
    check = check_base_url(base_url)
    if check.error:
        raise ProxyError(_bad_upstream(url, check.error))
    return Upstream(base_url, urlsplit(base_url).netloc)


def _same(base_url: str, port: int) -> bool:
    parts: Any = urlsplit(base_url)
    return parts.hostname in ("127.0.0.1", "localhost", "::1") and parts.port == port


def _bad_upstream(url: str, error: str) -> Problem:
    return Problem(
        title="The proxy was not started: its upstream cannot be used",
        cause=f"“{url[:200]}”: {error}",
        remedy="Give the base URL of a server, such as https://api.openai.com/v1.",
        type="proxy",
        code="bad_base_url",
    )


def _itself(url: str) -> Problem:
    return Problem(
        title="The proxy was not started: it would send requests to itself",
        cause=f"{url} is its own address.",
        remedy="Choose another upstream. Perhaps OPENAI_BASE_URL was set for this program, too: start it without.",
        type="proxy",
        code="loop",
    )


def _not_started(port: int, error: Exception) -> Problem:
    taken = isinstance(error, OSError) and error.errno in (98, 48, 10048)
    return Problem(
        title=f"The proxy was not started: port {port} cannot be had",
        cause="Another program listens there, perhaps another window of this one." if taken else f"{error}.",
        remedy="Choose another port, or 0 for any that is free.",
        type="proxy",
        code="port_taken" if taken else "port",
        server_words=str(error),
    )
