"""A logged request sent again: the same to the letter, linked to the first one; or why not."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from playground.core.answering import open_answer
from playground.core.catalog import Catalog, read_catalog
from playground.core.exchanges import ExchangeDetail
from playground.core.profiles import KeySource, Profile
from playground.core.replay import ORIGIN, TAG, mark, read_replay, send_again, with_costs, write_as
from playground.core.session import Session, SessionManager
from playground.core.settings import BUDGET, Settings
from playground.core.sockets import connect
from tests.core import house as houses
from tests.core import test_sockets
from tests.core.house import KEY, House
from tests.core.test_programs_on_sandbox import executor
from tests.helpers.sandbox import Server
from tests.helpers.served import SERVED
from tests.helpers.servers import Reply

ONCE = ("x-client-request-id", "idempotency-key")


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    found = read_catalog(tmp_path_factory.mktemp("cache"))
    assert found is not None
    return found


async def made(session: Session, method: str, arguments: dict[str, Any], *, stream: bool = False) -> bytes:
    """Make a call as the explorer does; what the server refuses is in the log as well."""
    with contextlib.suppress(Exception):
        async with open_answer(session, method, arguments, stream=stream) as answer:
            return b"".join([piece async for piece in answer.pieces()])
    return b""


def replayed(house: House, detail: ExchangeDetail, catalog: Catalog, base_url: str, key: str) -> ExchangeDetail:
    """Send it again through a profile of its own, and mark it."""
    replay = read_replay(catalog, detail)
    assert not replay.refusal, (replay.method, replay.refusal)
    profile = Profile.new("Again", base_url=base_url, key=KeySource.MEMORY)

    async def inner() -> Any:
        manager: SessionManager = house.manager()
        await house.vault.set(profile, key)
        try:
            return await send_again(manager, profile, replay)
        finally:
            await manager.aclose()

    sent = asyncio.run(inner())
    assert sent.exchange_id
    mark(house.store, sent.exchange_id, replay)
    return house.store.load(sent.exchange_id)


def on_the_wire(detail: ExchangeDetail) -> tuple[Any, ...]:
    attempt = detail.attempts[-1]
    headers = sorted((name.lower(), value) for name, value in attempt.request_headers if name.lower() not in ONCE)
    return detail.summary.method, attempt.url, attempt.request_body, headers


def test_whatever_the_sandbox_serves_is_sent_again_to_the_letter(
    house: House, sandbox_server: Server, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(houses, "KEY", sandbox_server.key)
    kept: dict[str, str] = {}
    firsts: list[str] = []

    async def scenario(session: Session) -> None:
        for served in SERVED:
            answer = await made(session, served.method, served.filled(kept), stream=served.stream)
            if served.keep:
                served.take(json.loads(answer), kept)
            await asyncio.to_thread(house.store.flush)
            firsts.append(house.store.recent(1)[0].id)

    house.run(scenario, base_url=sandbox_server.base_url)
    assert len(set(firsts)) == len(SERVED)
    for served, first in zip(SERVED, firsts, strict=True):
        detail = house.store.load(first)
        again = replayed(house, detail, catalog, sandbox_server.base_url, sandbox_server.key)
        assert on_the_wire(again) == on_the_wire(detail), served.method
        assert again.summary.origin == ORIGIN and again.summary.sdk_method == served.method
        row = house.store.log.one(again.summary.id)
        assert row is not None and row.tags == (TAG,)
        assert row.note == f"replay of {detail.summary.request_id}"
        [found] = house.store.log.ids(f'"replay of {detail.summary.request_id}"', 1) or [row.number]
        assert found == row.number


def test_one_that_failed_is_sent_again_and_the_failure_is_told(house: House, catalog: Catalog) -> None:
    house.server.add("/responses", Reply.of_json({"error": {"message": "bad"}}, status=400, forever=True))

    async def scenario(session: Session) -> None:
        await made(session, "responses.create", {"model": "m", "input": "x"})

    house.run(scenario)
    first = house.last()
    again = replayed(house, first, catalog, house.server.base_url, KEY)
    assert again.summary.status == 400 and again.summary.id != first.summary.id


def test_what_it_took_and_a_budget_that_it_would_pass(house: House, catalog: Catalog, tmp_path: Path) -> None:
    usage = {"input_tokens": 900_000, "output_tokens": 100_000, "total_tokens": 1_000_000}
    house.server.add("/responses", Reply.of_json({"id": "resp_1", "model": "gpt-4o", "usage": usage}, forever=True))

    async def scenario(session: Session) -> None:
        await made(session, "responses.create", {"model": "gpt-4o", "input": "x"})

    house.run(scenario)
    replay = read_replay(catalog, house.last())
    settings = Settings(tmp_path / "settings.json")
    at_openai = Profile.new("Work", key=KeySource.MEMORY)
    without = with_costs(replay, house.store, settings, at_openai)
    assert without.notes == ("The first time it took 1,000,000 tokens.",) and not without.passes_budget
    settings.set(BUDGET, 0.5)
    over = with_costs(replay, house.store, settings, at_openai)
    assert over.passes_budget and "today's budget" in over.notes[1] and "$0.50" in over.notes[1]
    settings.set(BUDGET, 1000.0)
    assert not with_costs(replay, house.store, settings, at_openai).passes_budget


def refused(house: House, catalog: Catalog, method: str, arguments: dict[str, Any]) -> Any:
    async def scenario(session: Session) -> None:
        await made(session, method, arguments)

    house.run(scenario)
    return read_replay(catalog, house.last())


def test_files_went_as_bytes(house: House, catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "ä.jsonl").write_text("{}")
    replay = refused(house, catalog, "files.create", {"file": f"@{tmp_path / 'ä.jsonl'}", "purpose": "batch"})
    assert "“ä.jsonl” went as bytes" in replay.refusal and "choose the file again" in replay.remedy
    assert replay.method == "files.create"


def test_a_key_in_the_body_is_not_in_the_log(house: House, catalog: Catalog) -> None:
    body = {"model": "m", "input": f"my key is {KEY}, and sk-proj-abcdefgh12345678901234567890"}
    replay = refused(house, catalog, "responses.create", body)
    assert "the log keeps no keys" in replay.refusal and "write the key in again" in replay.remedy
    assert KEY not in str(replay.arguments)


def test_a_body_that_the_log_cut(house: House, catalog: Catalog) -> None:
    replay = refused(house, catalog, "responses.create", {"model": "m", "input": "x" * 9_000_000})
    assert "only the first 8.4 MB of 9.0 MB" in replay.refusal


def test_a_path_that_no_method_makes(house: House, catalog: Catalog) -> None:
    async def scenario(session: Session) -> None:
        with contextlib.suppress(Exception):
            client = await session.client()
            await client.post("/nobody/knows", body={"a": 1}, cast_to=object)

    house.run(scenario)
    replay = read_replay(catalog, house.last())
    assert "No method of this SDK makes POST /nobody/knows" in replay.refusal and "cURL" in replay.remedy


def test_a_websocket_is_no_single_request(house: House, catalog: Catalog, sandbox_server: Server) -> None:
    async def scenario(session: Session) -> None:
        socket = await connect(session, "realtime.connect", {"model": "gpt-realtime", **test_sockets.FAST})
        await socket.close(1000, "")

    test_sockets.run(house, sandbox_server.base_url, scenario, sandbox_server.key)
    replay = read_replay(catalog, house.last())
    assert "WebSocket" in replay.refusal and "connect" in replay.remedy


@pytest.mark.parametrize("language", ["python", "curl"])
def test_a_program_from_the_log_sends_the_same_body(house: House, catalog: Catalog, language: str) -> None:
    if language == "curl" and shutil.which("curl") is None:
        pytest.skip("no curl: apt-get install curl")
    house.server.add("/responses", Reply.of_json({"id": "resp_1", "object": "response", "output": []}, forever=True))
    body = {"model": "m", "input": 'it\'s "quoted" $HOME `x` \\n é\nEOF', "extra_body": {"unheard": [1, None]}}

    async def scenario(session: Session) -> None:
        await made(session, "responses.create", body)

    house.run(scenario)
    first = house.server.received[-1]
    written = write_as(language, house.store, catalog, house.last())
    assert KEY not in written.text and not written.notes
    with executor(language, Server(house.server.base_url, "sk-another", 0)) as execute:
        _, error = execute(written.text)
    assert not error
    again = house.server.received[-1]
    assert again is not first and again.json() == first.json() and again.path == first.path


def test_what_has_no_program_says_why(house: House, catalog: Catalog) -> None:
    async def scenario(session: Session) -> None:
        with contextlib.suppress(Exception):
            await (await session.client()).post("/nobody/knows", body={"a": 1}, cast_to=object)

    house.run(scenario)
    with pytest.raises(ValueError, match="No method of this SDK makes POST /v1/nobody/knows"):
        write_as("python", house.store, catalog, house.last())
    assert "nobody/knows" in write_as("har", house.store, None, house.last()).text
