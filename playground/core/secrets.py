"""Keys: in the OS keyring, in the environment, or in memory for this run. Never in a file.

A keyring can be absent, locked, or hang for ever; each call is made in a thread of its own that nobody waits for
longer than `timeout`, not even at exit.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from playground.core.errors import Problem, ProblemError
from playground.core.profiles import KeySource, Profile, takes_environment_key
from playground.core.redact import known
from playground.core.signals import Signal

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

USER = "api-key"
PROBE = "openai-playground/probe"
WINDOWS_LIMIT = 1280
"""Characters the Windows credential store takes; more ends in a raw win32 error 1783 (measured)."""

MEMORY_INSTEAD = "You can keep the key in memory for this run only; it is then asked for again at the next start."


class KeyProblem(ProblemError):
    """A key could not be read, saved or removed; or it would go where it must not."""


@dataclass(frozen=True, slots=True)
class KeyringStatus:
    """Whether keys can be kept in the OS keyring. `backend` is its name in words."""

    ok: bool
    backend: str
    problem: Problem | None = None


def clean_key(text: str) -> str:
    """A key as pasted, without the blanks, quotes and “Bearer ” around it.

    Raises ValueError in words for one that is empty or cannot be a header's value.
    """
    key = text.strip().strip("\"'`“”‘’").strip()
    key = re.sub(r"^(authorization\s*:\s*)?bearer\s+", "", key, flags=re.IGNORECASE)
    key = re.sub(r"^(export\s+)?OPENAI_API_KEY\s*=\s*", "", key).strip("\"'`").strip()
    if not key or key.lower() == "bearer":
        raise ValueError("There is no key in this text.")
    if not key.isascii():
        raise ValueError("A key has only plain letters, digits and signs. Copy it again from where it was made.")
    if any(character.isspace() for character in key):
        raise ValueError("A key has no spaces or line breaks inside. Perhaps more than the key was copied.")
    if not key.isprintable():
        raise ValueError("There are control characters in this text. Copy the key again from where it was made.")
    return key


def service_name(profile_id: str) -> str:
    """One service for each profile, because Windows keeps one user per service."""
    return f"openai-playground/{profile_id}"


def _usable(backend: KeyringBackend) -> KeyringBackend | None:
    """The backend, or the first of a chain, that keeps keys in the operating system and in no file."""
    for candidate in getattr(backend, "backends", None) or [backend]:
        module = type(candidate).__module__
        if not module.startswith(("keyrings.alt", "keyring.backends.fail", "keyring.backends.null")):
            return candidate  # type: ignore[no-any-return]
    return None


def _backend() -> KeyringBackend:
    """Raises NoKeyringError where there is none that may be used."""
    import keyring
    from keyring.errors import NoKeyringError

    backend = _usable(keyring.get_keyring())
    if backend is None:
        raise NoKeyringError("No recommended backend was available.")
    return backend


def _name(backend: KeyringBackend) -> str:
    module = type(backend).__module__.rpartition(".")[2]
    return {"SecretService": "Secret Service", "macOS": "macOS Keychain", "Windows": "Windows Credential Manager"}.get(
        module, module
    )


class _Hung(Exception):
    """The keyring gave no answer in time."""


class _Bounded:
    """Runs one function at a time in a daemon thread, and gives up waiting for it after `timeout` seconds."""

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._stuck: threading.Thread | None = None

    async def run(self, function: Callable[[], T]) -> T:
        """Raises _Hung after `timeout`, at once while an earlier call is still stuck; else what the function does."""
        if self._stuck is not None and self._stuck.is_alive():
            raise _Hung
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def settle(result: T | None, error: BaseException | None) -> None:
            if future.done():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)  # type: ignore[arg-type]

        def work() -> None:
            result, error = None, None
            try:
                result = function()
            except BaseException as raised:
                error = raised
            # The loop can have ended while the keyring was thinking; nobody waits any more then.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, result, error)

        thread = threading.Thread(target=work, name="keyring", daemon=True)
        thread.start()
        try:
            return await asyncio.wait_for(future, self.timeout)
        except TimeoutError:
            self._stuck = thread
            raise _Hung from None


@dataclass(repr=False)
class KeyVault:
    """Reads, keeps and forgets keys. All its coroutines run in the asyncio thread; none takes longer than `timeout`."""

    environ: Mapping[str, str] | None = None
    timeout: float = 2.0
    platform: str = sys.platform
    changed: Signal[[str]] = field(default_factory=Signal)
    """The id of a profile whose key was set or removed."""

    def __post_init__(self) -> None:
        self._environ: Mapping[str, str] = os.environ if self.environ is None else self.environ
        self._memory: dict[str, str] = {}
        self._versions: dict[str, int] = {}
        self._bounded = _Bounded(self.timeout)
        known().add(self._environ.get("OPENAI_API_KEY"))
        known().add(self._environ.get("OPENAI_ADMIN_KEY"))

    def __repr__(self) -> str:
        return f"<KeyVault with {len(self._memory)} keys in memory>"

    def version(self, profile_id: str) -> int:
        """Goes up with each change of the profile's key."""
        return self._versions.get(profile_id, 0)

    async def get(self, profile: Profile) -> str | None:
        """The profile's key, or None where none was saved (or none is wanted). Raises KeyProblem."""
        if profile.key in (KeySource.NONE, KeySource.SANDBOX):
            return None
        if profile.key is KeySource.ENVIRONMENT:
            return self._from_environment(profile)
        key = self._memory.get(profile.id)
        if key is None and profile.key is KeySource.KEYRING:
            key = await self._ask(lambda: _backend().get_password(service_name(profile.id), USER), "read")
            known().add(key)
            key = None if key is None else self._usable_key(profile, key)
        known().add(key)
        return key

    @staticmethod
    def _usable_key(profile: Profile, key: str) -> str:
        """A key that another program may have saved. Raises KeyProblem for what no header can hold."""
        try:
            return clean_key(key)
        except ValueError as error:
            raise KeyProblem(
                Problem(
                    title=f"The keyring holds no usable key for “{profile.name}”",
                    cause=str(error),
                    remedy="Enter the key again in the profile's settings.",
                )
            ) from None

    def _from_environment(self, profile: Profile) -> str | None:
        if not takes_environment_key(profile, self._environ):
            raise KeyProblem(
                Problem(
                    title="The key from OPENAI_API_KEY was not sent",
                    cause=f"“{profile.name}” is neither api.openai.com nor the server that OPENAI_BASE_URL names.",
                    remedy="Save a key of its own for this profile.",
                )
            )
        try:
            return clean_key(self._environ.get("OPENAI_API_KEY") or "")
        except ValueError as error:
            if not self._environ.get("OPENAI_API_KEY"):
                return None
            raise KeyProblem(
                Problem(title="OPENAI_API_KEY holds no usable key", cause=str(error), remedy="Correct the variable.")
            ) from None

    async def set(self, profile: Profile, key: str, *, memory_only: bool = False) -> None:
        """Save or replace the profile's key. Raises KeyProblem where the keyring does not take it (nothing is kept
        then), and ValueError in words for what can be no key."""
        key = clean_key(key)
        known().add(key)
        if memory_only or profile.key is KeySource.MEMORY:
            self._memory[profile.id] = key
        else:
            await self._keep(profile, key)
            self._memory.pop(profile.id, None)
        self._touch(profile)

    async def _keep(self, profile: Profile, key: str) -> None:
        if self.platform == "win32" and len(key) > WINDOWS_LIMIT:
            raise KeyProblem(
                Problem(
                    title="The key is too long for the Windows Credential Manager",
                    cause=f"It has {len(key)} characters; {WINDOWS_LIMIT} fit.",
                    remedy=MEMORY_INSTEAD,
                )
            )
        service = service_name(profile.id)

        def keep() -> bool:
            backend = _backend()
            backend.set_password(service, USER, key)
            return backend.get_password(service, USER) == key

        if not await self._ask(keep, "saved"):
            raise KeyProblem(
                Problem(
                    title="The keyring did not keep the key",
                    cause="It took the key without complaint, and gave back something else.",
                    remedy=MEMORY_INSTEAD,
                )
            )

    async def remove(self, profile: Profile) -> None:
        """Forget the profile's key, in memory and in the keyring. Raises KeyProblem."""
        self._memory.pop(profile.id, None)
        self._touch(profile)
        if profile.key is not KeySource.KEYRING:
            return
        service = service_name(profile.id)

        def forget() -> None:
            backend = _backend()
            if backend.get_password(service, USER) is not None:
                backend.delete_password(service, USER)

        await self._ask(forget, "removed")

    def _touch(self, profile: Profile) -> None:
        self._versions[profile.id] = self.version(profile.id) + 1
        self.changed.emit(profile.id)

    async def availability(self) -> KeyringStatus:
        """Whether the keyring works: only a real look-up proves it. Answers within `timeout`, also when it hangs."""

        def probe() -> str:
            backend = _backend()
            backend.get_password(PROBE, USER)
            return _name(backend)

        try:
            return KeyringStatus(True, await self._ask(probe, "read"))
        except KeyProblem as error:
            return KeyringStatus(False, "", error.problem)

    async def _ask(self, function: Callable[[], T], done: str) -> T:
        try:
            return await self._bounded.run(function)
        except _Hung:
            raise KeyProblem(_hung(done, self.timeout)) from None
        except Exception as error:
            raise KeyProblem(_explain(error, done)) from None


def _hung(done: str, timeout: float) -> Problem:
    return Problem(
        title=f"The key could not be {done}: the keyring does not answer",
        cause=f"It gave no answer within {timeout:g} seconds. Most likely it is locked and waits for its password.",
        remedy=f"Unlock the keyring and try again. {MEMORY_INSTEAD}",
        retry="After the keyring was unlocked.",
    )


def _explain(error: Exception, done: str) -> Problem:
    """What a keyring's error means. Its text is the backend's and holds no key; it is masked all the same."""
    from keyring import errors

    title = f"The key could not be {done}"
    words = known().text(str(error)) or type(error).__name__
    if isinstance(error, errors.NoKeyringError):
        return Problem(
            title=f"{title}: this system has no keyring",
            cause="No Secret Service, KWallet, macOS Keychain or Windows Credential Manager can be reached.",
            remedy=f"On Linux install and start gnome-keyring or KWallet. {MEMORY_INSTEAD}",
            type="key_error",
            server_words=words,
        )
    if isinstance(error, errors.KeyringLocked):
        return Problem(
            title=f"{title}: the keyring is locked",
            cause="It was not unlocked.",
            remedy=f"Unlock it and try again. {MEMORY_INSTEAD}",
            retry="After the keyring was unlocked.",
            type="key_error",
            server_words=words,
        )
    if isinstance(error, errors.InitError):
        return Problem(
            title=f"{title}: the keyring did not open",
            cause="The desktop's message bus is there, but no keyring answers on it, or its prompt was dismissed.",
            remedy=f"Start or unlock the keyring and try again. {MEMORY_INSTEAD}",
            retry="After the keyring was started or unlocked.",
            type="key_error",
            server_words=words,
        )
    return Problem(
        title=title,
        cause=f"The keyring said: {words}",
        remedy=f"See whether other programs can use the keyring. {MEMORY_INSTEAD}",
        type="key_error",
        server_words=words,
    )
