"""What the profile page has done in the worker thread: files, keyring, network. Plain data, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.core.profiles import Profile, ProfileStore
    from playground.core.secrets import KeyringStatus, KeyVault
    from playground.core.session import KeyVerdict
    from playground.shell.late_sessions import LateSessions


@dataclass(frozen=True, slots=True)
class KeyPresence:
    """Whether a profile has a key. The key itself never comes this way."""

    profile_id: str
    present: bool


class ProfileWork:
    """What the coroutines for `Bridge.call` work with."""

    def __init__(self, profiles: ProfileStore, sessions: LateSessions) -> None:
        self.profiles = profiles
        self.sessions = sessions

    @property
    def vault(self) -> KeyVault:
        """In the asyncio thread."""
        return self.sessions.vault


class SaveProfile:
    """Save a profile, and its key where one was typed. Raises ProfileError, KeyProblem, OSError; ValueError in words
    for what can be no key."""

    def __init__(self, work: ProfileWork, profile: Profile, key: str = "", *, memory_only: bool = False) -> None:
        self._work, self._profile, self._key, self._memory_only = work, profile, key, memory_only

    async def __call__(self) -> Profile:
        import asyncio

        await asyncio.to_thread(self._work.profiles.save, self._profile)
        if self._key:
            await self._work.vault.set(self._profile, self._key, memory_only=self._memory_only)
        return self._profile


class RemoveProfile:
    """Forget a profile's key, then the profile. A keyring that does not answer keeps neither from going: the error is
    raised after the profile went."""

    def __init__(self, work: ProfileWork, profile: Profile) -> None:
        self._work, self._profile = work, profile

    async def __call__(self) -> None:
        import asyncio

        try:
            await self._work.vault.remove(self._profile)
        finally:
            await asyncio.to_thread(self._work.profiles.remove, self._profile.id)


class RemoveKey:
    """Forget a profile's key. Raises KeyProblem."""

    def __init__(self, work: ProfileWork, profile: Profile) -> None:
        self._work, self._profile = work, profile

    async def __call__(self) -> None:
        await self._work.vault.remove(self._profile)


class LookForKey:
    """Whether there is a key. Raises KeyProblem."""

    def __init__(self, work: ProfileWork, profile: Profile) -> None:
        self._work, self._profile = work, profile

    async def __call__(self) -> KeyPresence:
        return KeyPresence(self._profile.id, bool(await self._work.vault.get(self._profile)))


class TestKey:
    """Ask the server whether the key is good: the typed one, else the saved one."""

    __test__ = False

    def __init__(self, work: ProfileWork, profile: Profile, key: str = "") -> None:
        self._work, self._profile, self._key = work, profile, key

    async def __call__(self) -> KeyVerdict:
        return await self._work.sessions.test_key(self._profile, self._key or None)


class AskKeyring:
    """Whether keys can be kept in the system's keyring."""

    def __init__(self, work: ProfileWork) -> None:
        self._work = work

    async def __call__(self) -> KeyringStatus:
        return await self._work.vault.availability()
