"""The sessions before they are needed: asyncio, keyring and SDK are imported after the first frame, in the worker."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from playground.core.importing import IMPORTING
from playground.core.signals import Signal

if TYPE_CHECKING:
    from playground.core.profiles import Profile, ProfileStore
    from playground.core.secrets import KeyVault
    from playground.core.session import KeyVerdict, Session, SessionManager
    from playground.shell.late_store import LateWriter


class LateSessions:
    """Stands in for `SessionManager`: the same coroutines, for the asyncio thread; `current` and `changed` for all."""

    def __init__(
        self, profiles: ProfileStore, writer: LateWriter, endpoints: dict[str, Callable[[], Awaitable[Any]]]
    ) -> None:
        self._profiles, self._writer, self._endpoints = profiles, writer, endpoints
        self._vault: KeyVault | None = None
        self._made: SessionManager | None = None
        self.changed: Signal[[Profile]] = Signal()
        """Another profile is the active one. Emitted in the asyncio thread."""

    @property
    def current(self) -> Profile:
        return self._profiles.active

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """All that there are."""
        return self._profiles.profiles

    @property
    def vault(self) -> KeyVault:
        """In the asyncio thread."""
        if self._vault is None:
            with IMPORTING:
                from playground.core.secrets import KeyVault

            self._vault = KeyVault(self._profiles.environ)
        return self._vault

    def _real(self) -> SessionManager:
        if self._made is None:
            with IMPORTING:
                from playground.core.session import SessionManager

            writer: Any = self._writer
            self._made = SessionManager(self._profiles, self.vault, writer, endpoints=self._endpoints)
            self._made.changed.connect(self.changed.emit)
        return self._made

    async def session(self) -> Session:
        """The session of the active profile. Raises what `SessionManager.session` raises."""
        return await self._real().session()

    async def session_of(self, profile: Profile) -> Session:
        return await self._real().session_of(profile)

    @property
    def environ(self) -> Mapping[str, str]:
        return self._profiles.environ

    async def base_url_of(self, profile: Profile) -> str:
        return await self._real().base_url_of(profile)

    async def place_of(self, profile: Profile) -> tuple[str, str | None]:
        return await self._real().place_of(profile)

    async def use(self, profile_id: str) -> None:
        """Make a profile the active one. Raises ProfileError, OSError."""
        await self._real().use(profile_id)

    async def test_key(self, profile: Profile, key: str | None = None) -> KeyVerdict:
        return await self._real().test_key(profile, key)

    async def aclose(self) -> None:
        if self._made is not None:
            await self._made.aclose()
