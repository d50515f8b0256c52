"""The listener on loopback, and what its connections share."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.core.proxy.dialing import Target
from playground.core.proxy.front import Front
from playground.core.proxy.state import ProxySettings, ProxyState
from playground.core.redact import known

if TYPE_CHECKING:
    from playground.core.catalog.catalog import Catalog
    from playground.core.exchanges.writer import ExchangeWriter
    from playground.core.proxy.heads import Refusal
    from playground.core.proxy.relay import Relay

BACKLOG = 512
KEYS_MOST = 256
"""Different keys that are looked for in all that is written; of requests with further ones no body is kept."""
_NO_KEYS = frozenset({"ollama", "lm-studio", "not-needed", "no-key-required", "sk-no-key-required", "placeholder"})
"""What programs show to servers that want no key. Masking them would tear holes into ordinary words."""
_PAUSE = 0.05
"""Seconds between two times that it is told what has changed."""


class ProxyServer:
    """Lives in one event loop. `told` is called in it with each new state, at most every 50 ms."""

    def __init__(self, settings: ProxySettings, writer: ExchangeWriter, told: Callable[[ProxyState], object]) -> None:
        self.settings = settings
        self.upstream = settings.upstream
        self.writer = writer
        self.target: Target
        self.token = f"sk-proxy-{secrets.token_urlsafe(24)}" if settings.upstream.key is not None else ""
        self.state = ProxyState()
        self._told = told
        self._telling: asyncio.TimerHandle | None = None
        self._listener: asyncio.Server | None = None
        self._fronts: set[Front] = set()
        self._empty = asyncio.Event()
        self._empty.set()
        self._keys: set[str] = set()
        self._catalog: Catalog | None = None
        self._named = lru_cache(1024)(self._name)

    async def start(self) -> ProxyState:
        """Begin to listen. Raises OSError where the port is taken, ValueError for a base URL that is none."""
        for key in (self.upstream.key, self.token):
            self._mask(key)
        tls = await asyncio.to_thread(_prepare, self.upstream.base_url)
        self._catalog = await asyncio.to_thread(_catalog, self.settings.cache)
        self.target = Target(self.upstream.base_url, tls, self.settings.environ)
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._front, "127.0.0.1", self.settings.port, backlog=BACKLOG)
        port: int = self._listener.sockets[0].getsockname()[1]
        self.state = ProxyState(
            running=True, port=port, upstream=self.upstream.base_url, name=self.upstream.name, token=self.token
        )
        self._told(self.state)
        return self.state

    async def stop(self) -> None:
        """Break off what is under way, and let go of the port."""
        if self._listener is not None:
            self._listener.close()
        for front in tuple(self._fronts):
            front.abort()
        await self._empty.wait()
        if self._listener is not None:
            await self._listener.wait_closed()
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
        self.state = replace(self.state, running=False, open=0, programs=0, token="")
        self._told(self.state)

    def _front(self) -> Front:
        return Front(self)

    # What the connections say

    def came(self, front: Front) -> None:
        self._fronts.add(front)
        self._empty.clear()
        self._change(programs=len(self._fronts))

    def left(self, front: Front) -> None:
        self._fronts.discard(front)
        if not self._fronts:
            self._empty.set()
        self._change(programs=len(self._fronts))

    def began(self, _relay: Relay) -> None:
        self._change(open=self.state.open + 1)

    def over(self, _relay: Relay, failure: str) -> None:
        """`failure`: in words; empty where there was none."""
        state = self.state
        self._change(open=state.open - 1, finished=state.finished + 1)
        if failure:
            self._change(failed=state.failed + 1, last_error=known().text(failure), last_at=time.time())

    def refused(self, why: Refusal) -> None:
        self._change(refused=self.state.refused + 1, last_error=known().text(why.words), last_at=time.time())

    def learn(self, keys: Iterable[str]) -> bool:
        """Have keys masked wherever they show. False where there are too many to look for."""
        fine = True
        for key in keys:
            if not key or key in self._keys or key in _NO_KEYS or key == self.upstream.no_secret or key == self.token:
                continue
            if len(self._keys) >= KEYS_MOST:
                fine = False
                continue
            self._keys.add(key)
            self._mask(key)
        return fine

    def _mask(self, key: str | None) -> None:
        """In the log, and in whatever else this process writes."""
        known().add(key)
        if self.writer.redactor is not known():
            self.writer.redactor.add(key)

    def sdk_method(self, verb: str, path: str, *, socket: bool) -> str:
        """The SDK's method that makes such a request; empty where none does. `path` is below the base URL, with its
        query."""
        return self._named(verb, path, socket)

    def _name(self, verb: str, path: str, socket: bool) -> str:
        if self._catalog is None:
            return ""
        found = [name for name, _ in self._catalog.match(verb, path)]
        return next((name for name in found if name.endswith(".connect") == socket), "")

    def _change(self, **values: Any) -> None:
        self.state = replace(self.state, **values)
        if self._telling is None and self.state.running:
            self._telling = asyncio.get_running_loop().call_later(_PAUSE, self._tell)

    def _tell(self) -> None:
        self._telling = None
        self._told(self.state)


def _prepare(base_url: str) -> Any:
    """Import what a request needs, off the loop's thread. Gives the TLS context, where one is needed."""
    import aiohappyeyeballs as aiohappyeyeballs
    import httpx2
    import websockets.frames
    import websockets.streams

    assert websockets.frames and websockets.streams
    if not base_url.startswith("https"):
        return None
    context = httpx2.create_ssl_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _catalog(cache: Path | None) -> Catalog | None:
    from playground.core.catalog.store import read_catalog

    found = read_catalog(cache) if cache is not None else None
    if found is not None:
        found.match("GET", "/models")  # makes its patterns, which takes 30 ms
    return found
