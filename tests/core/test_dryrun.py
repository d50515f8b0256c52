"""What would be sent is what is sent, byte for byte, but for the key and what differs each time."""

from __future__ import annotations

import asyncio
import contextlib
import re
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import openai
import pytest

from playground.core.calls import call
from playground.core.dryrun import BODY_MOST, DryRun, WireRequest
from playground.core.profiles import KeySource, Profile
from playground.core.runs import GenerationRequest, Message
from playground.core.session import Session
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


def call_dry(house: House, *calls: tuple[str, dict[str, Any]], **values: Any) -> list[WireRequest]:
    async def go() -> list[WireRequest]:
        run = DryRun(house.manager())
        profile = Profile.new("Work", **{"base_url": house.server.base_url, "key": KeySource.MEMORY, **values})
        try:
            return [await run.call(profile, method, arguments) for method, arguments in calls]
        finally:
            await run.aclose()

    return asyncio.run(go())


def test_a_form_with_files_is_the_one_that_is_sent(house: House, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"ü": 1}\n')
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00")
    calls = [
        ("files.create", {"file": f"@{tmp_path / 'a.jsonl'}", "purpose": "batch", "expires_after": {"seconds": 60}}),
        ("images.edit", {"image": [f"@{tmp_path / 'b.png'}"] * 2, "prompt": "a --hat", "n": 2}),
    ]

    async def send(session: Session) -> None:
        for method, arguments in calls:
            with contextlib.suppress(openai.NotFoundError):
                await call(session, method, arguments)

    house.run(send)
    sent = list(house.server.received)
    would = call_dry(house, *calls)
    for real, dry_one in zip(sent, would, strict=True):
        headers = dict(dry_one.headers)
        boundary = real.headers["content-type"].partition("boundary=")[2]
        steady = headers["content-type"].partition("boundary=")[2]
        assert len(steady) == len(boundary)
        assert dry_one.body == real.body.replace(boundary.encode(), steady.encode())
        assert dry_one.url.endswith(real.path)
    assert b'filename="a.jsonl"' in would[0].body
    assert would == [replace(one, headers=would[n].headers) for n, one in enumerate(call_dry(house, *calls))]
    assert len(house.server.received) == len(calls), "nothing went out"


def test_of_a_huge_file_only_the_beginning_is_read(house: House, tmp_path: Path) -> None:
    huge = tmp_path / "huge.bin"
    with huge.open("wb") as file:
        file.truncate(3 << 30)
    tracemalloc.start()
    try:
        (would,) = call_dry(house, ("files.create", {"file": f"@{huge}", "purpose": "user_data"}))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert BODY_MOST < len(would.body) < 2 * BODY_MOST
    assert int(dict(would.headers)["content-length"]) > 3 << 30
    assert peak < 200 << 20
