"""Sessions: what reaches a server, which one, and for how long. All against real sockets."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import openai
import pytest

from playground.core.profiles import SANDBOX, KeySource, Profile, Retries
from playground.core.redact import known
from playground.core.secrets import KeyProblem, KeyVault
from playground.core.session import Session
from playground.core.transport import proxy_for
from tests.core.house import DELTAS, KEY, MODELS, House
from tests.helpers.servers import Reply

ENVIRONMENT = {
    "OPENAI_API_KEY": "environment-key-canary",
    "OPENAI_ADMIN_KEY": "environment-admin-canary",
    "OPENAI_ORG_ID": "environment-org-canary",
    "OPENAI_PROJECT_ID": "environment-project-canary",
    "OPENAI_WEBHOOK_SECRET": "environment-webhook-canary",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/environment-url-canary",
    "OPENAI_CUSTOM_HEADERS": "X-Custom: environment-header-canary\nAuthorization: Bearer environment-auth-canary",
}


def test_nothing_of_the_environment_reaches_another_server(
    house: House, environment: Callable[[dict[str, str]], None]
) -> None:
    environment(ENVIRONMENT)
    house.server.add("/models", replace(MODELS, forever=True))
    house.server.add("/organization/projects", Reply.of_json({"object": "list", "data": []}, forever=True))

    async def scenario(session: Session) -> None:
        client = await session.client()
        for maker in (client, client.with_options(timeout=9), client.copy(default_headers={"X-Mine": "1"})):
            await maker.models.list()
            await maker.admin.organization.projects.list()

    house.run(scenario)
    house.run(scenario, key=KeySource.NONE)
    house.run(scenario, organization="own-org", project="own-project")
    assert len(house.server.received) == 18
    for number, received in enumerate(house.server.received):
        assert "canary" not in json.dumps(received.headers).replace(KEY, ""), received
        assert received.headers.get("authorization") == (None if 6 <= number < 12 else f"Bearer {KEY}")
        assert received.headers.get("openai-organization") == (None if number < 12 else "own-org")
        assert received.headers.get("openai-project") == (None if number < 12 else "own-project")


def test_the_environments_profile_uses_its_values(house: House) -> None:
    environ = {**ENVIRONMENT, "OPENAI_BASE_URL": house.server.base_url}
    house.profiles.environ = environ
    house.vault = KeyVault(environ)
    house.server.add("/models", MODELS)

    async def scenario() -> None:
        house.profiles.choose(None, False)
        manager = house.manager()
        await (await (await manager.session()).client()).models.list()
        await manager.aclose()

    asyncio.run(scenario())
    headers = house.server.received[0].headers
    assert headers["authorization"] == "Bearer environment-key-canary"
    assert headers["openai-organization"] == "environment-org-canary"
    assert headers["openai-project"] == "environment-project-canary"
    assert known().text("environment-key-canary") == "*" * 22


# Profiles and sessions


def test_a_session_lasts_until_its_profile_key_or_address_changes(house: House) -> None:
    profile = Profile.new("Work", base_url=house.server.base_url, key=KeySource.MEMORY)

    async def scenario() -> None:
        house.profiles.save(profile)
        manager = house.manager()
        told: list[Profile] = []
        manager.changed.connect(told.append)
        await manager.use(profile.id)
        assert told == [profile] and manager.current == profile
        with pytest.raises(KeyProblem, match="has no key"):
            await manager.session()
        await house.vault.set(profile, KEY)
        first = await manager.session()
        assert await manager.session() is first
        await house.vault.set(profile, KEY + "2")
        second = await manager.session()
        assert second is not first and first.is_closed
        house.profiles.save(replace(profile, organization="new"))
        assert (await manager.session()).profile.organization == "new"
        await manager.aclose()

    asyncio.run(scenario())


def test_a_stream_outlives_a_change_of_its_profile(house: House) -> None:
    hold = threading.Event()
    house.server.add("/responses", Reply.of_events(DELTAS, hold=hold, hold_after=400))
    profile = Profile.new("Work", base_url=house.server.base_url, key=KeySource.NONE)

    async def scenario() -> None:
        manager = house.manager()
        session = await manager.session_of(profile)
        async with session.open_stream("/responses", {}, method="m", origin="test") as stream:
            pieces = stream.iter_bytes()
            body = await anext(pieces)
            assert await manager.session_of(replace(profile, organization="new")) is not session
            hold.set()
            async for piece in pieces:
                body += piece
        assert body == Reply.of_events(DELTAS).body and session.is_closed
        assert session._closing is not None
        await asyncio.wait_for(session._closing, 5)
        assert (await session.client()).is_closed()
        await manager.aclose()

    asyncio.run(scenario())
    assert house.store.flush() and house.last().summary.state == "done"


def test_the_sandbox_is_started_when_it_is_asked_for(house: House) -> None:
    @dataclass
    class Endpoint:
        base_url: str = house.server.base_url
        key: str = "throw-away"

    async def start() -> Endpoint:
        return Endpoint()

    async def scenario() -> None:
        manager = house.manager(endpoints={"sandbox": start})
        assert manager.current is SANDBOX
        house.server.add("/models", replace(MODELS, forever=True))
        await (await (await manager.session()).client()).models.list()
        assert (await manager.test_key(SANDBOX)).ok
        await manager.aclose()

    asyncio.run(scenario())
    assert house.server.received[0].headers["authorization"] == "Bearer throw-away"


def test_a_key_is_tested_and_the_verdict_is_in_words(house: House) -> None:
    wrong = {"error": {"message": "Incorrect API key", "type": "invalid_request_error", "code": "invalid_api_key"}}
    house.server.add("/models", MODELS, Reply.of_json(wrong, status=401), Reply.of_json({}, status=404), MODELS)
    profile = Profile.new("Work", base_url=house.server.base_url)

    async def scenario() -> None:
        manager = house.manager()
        good = await manager.test_key(profile, f" {KEY}\n")
        assert good.ok and "1 model" in good.words
        bad = await manager.test_key(profile, KEY)
        assert not bad.ok and bad.problem is not None and bad.problem.status == 401 and KEY not in repr(bad)
        missing = await manager.test_key(profile, KEY)
        assert not missing.ok and "could not be tested" in missing.words
        assert (await manager.test_key(replace(profile, key=KeySource.NONE))).words.startswith("No key is needed")
        nonsense = await manager.test_key(profile, "two words")
        assert not nonsense.ok and "no spaces" in nonsense.words
        house.server.close()
        gone = await manager.test_key(profile, KEY)
        assert not gone.ok and gone.problem is not None and gone.problem.status is None
        await manager.aclose()

    asyncio.run(scenario())
    assert house.store.flush() and {e.origin for e in house.store.recent()} == {"test-key"}


# Proxies and start


@pytest.mark.parametrize(
    ("url", "environ", "proxy"),
    [
        ("https://api.openai.com/v1", {"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ("https://api.openai.com/v1", {"HTTPS_PROXY": "http://p:1", "https_proxy": "q:2"}, "http://q:2"),
        ("https://api.openai.com/v1", {"HTTP_PROXY": "http://p:1"}, None),
        ("https://api.openai.com/v1", {"ALL_PROXY": "http://p:1"}, "http://p:1"),
        ("https://api.openai.com/v1", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "x.org, .openai.com"}, None),
        ("https://notopenai.com/v1", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "openai.com"}, "http://p:1"),
        ("https://a.b:8443/v1", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "a.b:8443"}, None),
        ("https://a.b/v1", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "a.b:8443"}, "http://p:1"),
        ("http://10.1.2.3/v1", {"HTTP_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8"}, None),
        ("https://a.b/v1", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, None),
        ("http://127.0.0.1:80/v1", {"HTTP_PROXY": "http://p:1"}, None),
        ("http://localhost:80/v1", {"HTTP_PROXY": "http://p:1"}, None),
        ("http://[::1]:80/v1", {"ALL_PROXY": "http://p:1"}, None),
    ],
)
def test_which_proxy(url: str, environ: dict[str, str], proxy: str | None) -> None:
    assert proxy_for(url, environ) == proxy


def test_a_proxy_is_used_and_a_kind_that_cannot_be_is_said(house: House) -> None:
    house.server.add("http://somewhere.invalid/v1/models", MODELS)
    house.profiles.environ = {"HTTP_PROXY": house.server.base_url.removesuffix("/v1")}

    async def scenario(session: Session) -> None:
        await (await session.client()).models.list()

    house.run(scenario, base_url="http://somewhere.invalid/v1")
    assert house.server.received[0].path == "http://somewhere.invalid/v1/models"
    house.profiles.environ = {"HTTP_PROXY": "socks5://127.0.0.1:1"}
    with pytest.raises(openai.APIConnectionError):
        house.run(scenario, base_url="http://somewhere.invalid/v1", retries=Retries(reads=0))
    assert house.last().summary.error_code == "ProxyError"


def test_importing_the_core_imports_nothing_slow() -> None:
    code = """
import importlib, pkgutil, sys
import playground.core
for module in pkgutil.walk_packages(playground.core.__path__, "playground.core."):
    importlib.import_module(module.name)
slow = {"openai", "httpx2", "aiohttp", "keyring", "filelock", "jsonschema", "pygments", "PySide6"}
print(sorted(slow & set(sys.modules)))
"""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ)
    assert done.stdout.strip() == "[]"
