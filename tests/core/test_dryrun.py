"""What would be sent is what is sent, byte for byte, but for the key and what differs each time."""

from __future__ import annotations

import asyncio
import re

import pytest

from playground.core.dryrun import DryRun, WireRequest
from playground.core.profiles import KeySource, Profile
from playground.core.runs import GenerationRequest, Message
from tests.core.house import KEY, House
from tests.panels.streams import responses_reply

HELLO = GenerationRequest(model="m", messages=(Message("user", "Grüße 🙂\n\u202e"),))
UNIQUE = re.compile(r"pg-[0-9A-Z]{26}-1")


def dry(house: House, *profiles: Profile, request: GenerationRequest = HELLO) -> list[WireRequest]:
    """The requests of some profiles, made one after another by the same dry run."""

    async def go() -> list[WireRequest]:
        run = DryRun(house.manager())
        try:
            return [await run.request(p, request.path, request.body(), method=request.method) for p in profiles]
        finally:
            await run.aclose()

    return asyncio.run(go())


@pytest.mark.parametrize("key", [KeySource.MEMORY, KeySource.NONE])
def test_the_dry_run_is_the_request(house: House, key: KeySource) -> None:
    values = {"key": key, "organization": "org-7", "project": "proj_7"}
    house.server.add("/responses", responses_reply("x"))

    async def send(session: object) -> None:
        async with session.open_stream(HELLO.path, HELLO.body(), method=HELLO.method, origin="t") as stream:  # type: ignore[attr-defined]
            assert stream.status == 200

    house.run(send, **values)
    assert len(house.server.received) == 1
    sent = house.server.received[0]
    would = dry(house, Profile.new("Work", base_url=house.server.base_url, **values))[0]
    assert (would.method, would.url) == ("POST", f"{house.server.base_url}/responses")
    assert would.body == sent.body
    shown = {name.lower(): UNIQUE.sub("ID", value) for name, value in would.headers}
    real = {name: UNIQUE.sub("ID", value) for name, value in sent.headers.items()}
    if key is KeySource.MEMORY:
        assert real["authorization"] == f"Bearer {KEY}"
        real["authorization"] = shown["authorization"]
        assert "Bearer" in shown["authorization"] and "stand-in" not in shown["authorization"]
    assert shown == real
    assert list(shown) == list(real), "in the same order"
    assert len(house.server.received) == 1, "nothing went out"
    kept = house.last().attempts[-1]
    assert {name.lower(): UNIQUE.sub("ID", value) for name, value in kept.request_headers} == shown


def test_another_profile_is_another_request(house: House) -> None:
    first = Profile.new("A", base_url="https://a.example/v1/", key=KeySource.KEYRING)
    second = Profile.new("B", base_url="http://b.example:8080/v1", key=KeySource.NONE)
    chat = GenerationRequest(api="chat", model="m", messages=HELLO.messages)
    one, two, three = dry(house, first, second, first, request=chat)
    assert (one.url, two.url) == ("https://a.example/v1/chat/completions", "http://b.example:8080/v1/chat/completions")
    assert "authorization" in {name.lower() for name, _ in one.headers}, "no key is needed for it"
    assert "authorization" not in {name.lower() for name, _ in two.headers}
    assert three.url == one.url
    assert house.store.count() == 0, "it is in no log"
