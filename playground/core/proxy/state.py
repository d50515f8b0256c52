"""What the proxy is asked to do, and what it says of itself: plain values, cheap to import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playground.core.proxy.names import DEFAULT_PORT, PREFIX

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where requests go."""

    base_url: str
    """Without a slash at its end."""
    name: str
    """In the log's column “profile”: the profile's, or the host where only a URL was given."""
    connect: float = 5.0
    """Seconds for name, connection and TLS."""
    read: float = 600.0
    """Seconds of silence after which an answer is given up."""
    key: str | None = field(default=None, repr=False)
    """The profile's, where the proxy is to put it in; else None, and the program's own goes through."""
    organization: str | None = None
    project: str | None = None
    no_secret: str = field(default="", repr=False)
    """A key that is none: the sandbox's."""


@dataclass(frozen=True, slots=True)
class ProxySettings:
    """How to start. `port` 0: any that is free."""

    upstream: Upstream
    port: int = DEFAULT_PORT
    cache: Path | None = None
    """Where the catalogue of the SDK is kept, from which a request's method is known."""
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    """For HTTP_PROXY and its like."""


@dataclass(frozen=True, slots=True)
class ProxyState:
    """What is to be seen of it. A new value at each change."""

    running: bool = False
    port: int = 0
    upstream: str = ""
    """Its base URL."""
    name: str = ""
    token: str = field(default="", repr=False)
    """The throw-away key that programs must show where the profile's is put in; empty where their own goes through."""
    open: int = 0
    """Calls under way."""
    finished: int = 0
    failed: int = 0
    """Of these, the ones without a whole answer or with one of status 400 and more."""
    refused: int = 0
    """Requests that were not passed on."""
    programs: int = 0
    """Connections that programs hold."""
    last_error: str = ""
    """The last failure or refusal in words; empty: there was none."""
    last_at: float = 0.0
    """When that was, Unix seconds."""

    @property
    def base_url(self) -> str:
        """What OPENAI_BASE_URL is to be; empty while it does not run."""
        return f"http://127.0.0.1:{self.port}{PREFIX}" if self.running else ""
