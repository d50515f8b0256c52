"""Keys: with a real Secret Service, and with none, a locked one, and one that never answers."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from playground.core.profiles import SANDBOX, KeySource, Profile
from playground.core.secrets import KeyProblem, KeyVault, clean_key
from tests.helpers.secret_service import SecretService

KEY = "sk-test-0123456789abcdefghij"
PROFILE = Profile.new("Work")


@pytest.mark.parametrize(
    "text", [KEY, f"  {KEY}\n", f'"{KEY}"', f"Bearer {KEY}", f"Authorization: Bearer {KEY}", f"OPENAI_API_KEY='{KEY}'"]
)
def test_a_pasted_key_is_cleaned(text: str) -> None:
    assert clean_key(text) == KEY


@pytest.mark.parametrize("text", ["", "  ", "''", "Bearer ", "two words", "sk-ключ", "sk-a\nb", "sk-\x07bell"])
def test_what_can_be_no_key_is_said_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        clean_key(text)


def test_without_a_keyring_memory_still_works() -> None:
    async def scenario() -> None:
        vault = KeyVault({})
        status = await vault.availability()
        assert not status.ok and status.problem is not None
        assert "no keyring" in status.problem.title and "memory" in status.problem.remedy
        with pytest.raises(KeyProblem):
            await vault.set(PROFILE, KEY)
        with pytest.raises(KeyProblem):
            await vault.get(PROFILE)
        await vault.set(PROFILE, KEY, memory_only=True)
        assert await vault.get(PROFILE) == KEY and vault.version(PROFILE.id) == 1
        assert KEY not in repr(vault)
        memory = replace(PROFILE, id="m", key=KeySource.MEMORY)
        await vault.set(memory, KEY)
        await vault.remove(memory)
        assert await vault.get(memory) is None and await KeyVault({}).get(memory) is None
        assert await vault.get(SANDBOX) is None

    asyncio.run(scenario())


def test_a_backend_that_writes_files_is_not_a_keyring() -> None:
    from keyring.backend import KeyringBackend
    from keyring.backends.null import Keyring as Null

    from playground.core.secrets import _usable

    plain = type("PlaintextKeyring", (Null,), {"__module__": "keyrings.alt.file"})()
    system = type("Keyring", (Null,), {"__module__": "keyring.backends.SecretService"})()
    chain = type("Chainer", (Null,), {"backends": [plain, system], "__module__": "keyring.backends.chainer"})()
    assert isinstance(plain, KeyringBackend)
    assert _usable(plain) is None and _usable(Null()) is None and _usable(chain) is system


def test_the_environments_key_goes_nowhere_else() -> None:
    async def scenario() -> None:
        vault = KeyVault({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "http://localhost:1/v1"})
        source = {"key": KeySource.ENVIRONMENT}
        for url in (None, "http://localhost:1/v1"):
            assert await vault.get(Profile.new("X", base_url=url, **source)) == KEY
        with pytest.raises(KeyProblem, match="was not sent"):
            await vault.get(Profile.new("X", base_url="https://example.com/v1", **source))
        assert await KeyVault({}).get(Profile.new("X", **source)) is None

    asyncio.run(scenario())


def test_a_key_too_long_for_windows_is_said_before_it_fails() -> None:
    async def scenario() -> None:
        with pytest.raises(KeyProblem, match="too long"):
            await KeyVault({}, platform="win32").set(PROFILE, "k" * 1281)

    asyncio.run(scenario())


@pytest.mark.keyring
def test_set_get_replace_remove_with_a_real_keyring(secret_service: SecretService) -> None:
    async def scenario() -> None:
        vault = KeyVault({}, timeout=10)
        told: list[str] = []
        vault.changed.connect(told.append)
        status = await vault.availability()
        assert status.ok and status.backend == "Secret Service"
        assert await vault.get(PROFILE) is None
        await vault.set(PROFILE, KEY)
        assert await KeyVault({}, timeout=10).get(PROFILE) == KEY
        await vault.set(PROFILE, KEY + "-new")
        assert await KeyVault({}, timeout=10).get(PROFILE) == KEY + "-new"
        assert await vault.get(replace(PROFILE, id="other")) is None
        await vault.remove(PROFILE)
        await vault.remove(PROFILE)
        assert await vault.get(PROFILE) is None and told == [PROFILE.id] * 4

    asyncio.run(scenario())


@pytest.mark.keyring
def test_a_bus_without_a_keyring(no_secret_service: SecretService) -> None:
    _is_said_within_two_seconds()


@pytest.mark.keyring
def test_a_locked_keyring(locked_secret_service: SecretService) -> None:
    _is_said_within_two_seconds()


@pytest.mark.keyring
def test_a_keyring_that_never_answers(silent_secret_service: SecretService) -> None:
    _is_said_within_two_seconds()


def _is_said_within_two_seconds() -> None:
    async def scenario() -> None:
        vault = KeyVault({})
        for ask in (vault.availability, lambda: vault.get(PROFILE), lambda: vault.set(PROFILE, KEY)):
            began = time.monotonic()
            try:
                problem = (await ask()).problem  # type: ignore[union-attr]
            except KeyProblem as error:
                problem = error.problem
            assert time.monotonic() - began < 2.5
            assert problem is not None and "memory" in problem.remedy and KEY not in repr(problem)
        await vault.set(PROFILE, KEY, memory_only=True)
        assert await vault.get(PROFILE) == KEY

    asyncio.run(scenario())
