"""The bars and waits of calls that were really made: to the sandbox over loopback, and to servers that fail."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.exchanges.records import AttemptDetail, ExchangeDetail, ExchangeSummary, Timings
from playground.core.exchanges.waterfall import Bar, Gap, Waterfall, about, waterfall
from playground.core.profiles import Retries
from playground.core.session import Session
from tests.core import house as houses
from tests.core.house import MODELS, House, stream_all
from tests.core.test_errors import of
from tests.helpers.sandbox import Server
from tests.helpers.servers import Reply
from tests.helpers.tls import certificate

TOLERANCE = 0.005
"""Seconds."""


def checked(house: House) -> Waterfall:
    """The last call's waterfall, with what must hold for each: everything follows upon the other without a gap."""
    found = waterfall(house.last())
    at = 0.0
    for row in found.rows():
        assert row.start == pytest.approx(at, abs=1e-6) and row.end >= row.start
        at = row.end
        if isinstance(row, Bar):
            inner = row.start
            for phase in row.phases:
                assert phase.start == pytest.approx(inner, abs=1e-6) and phase.end > phase.start
                inner = phase.end
            assert inner == pytest.approx(row.end, abs=1e-6)
    assert at == pytest.approx(found.seconds, abs=1e-6)
    return found


def test_a_read_answered_429_then_503_then_200(
    house: House, sandbox_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(houses, "KEY", sandbox_server.key)
    off: list[float] = []

    async def scenario(session: Session) -> None:
        client = await session.client()
        await client.models.list()  # what is imported for it is no part of a call
        for _ in range(3):  # another program may take the processor in the midst of one
            began = time.perf_counter()
            page = await client.models.list(extra_headers={"X-Sandbox-Fault": "429=0.3@1, 503=0.2@2"})
            taken = time.perf_counter() - began
            assert page.data
            assert await asyncio.to_thread(house.store.flush)
            found = checked(house)
            off.append(abs(sum(row.seconds for row in found.rows()) - taken))

    house.run(scenario, base_url=sandbox_server.base_url)
    found, detail = checked(house), house.last()
    rows = list(found.rows())
    assert [type(row) for row in rows] == [Bar, Gap, Bar, Gap, Bar]
    assert [row.outcome for row in rows if isinstance(row, Bar)] == ["429", "503", "200"]
    assert [bar.failed for bar in found.bars] == [True, True, False] and all(bar.over for bar in found.bars)
    assert len({bar.request_id for bar in found.bars}) == 3 and all(bar.request_id for bar in found.bars)
    first, second = found.gaps
    assert (first.told, second.told) == (0.3, 0.2) and first.kind == second.kind == "back-off"
    assert first.seconds >= 0.295 and second.seconds >= 0.195
    assert min(off) < TOLERANCE, off
    assert found.seconds == pytest.approx(detail.summary.duration, abs=1e-6)
    said = dict(about(detail.attempts[0]))
    assert said["retry-after"] == "0.3" and said["openai-organization"] == "sandbox"
    assert said["openai-version"] and said["openai-processing-ms"].isdigit()


def test_the_phases_of_a_streamed_answer(house: House, sandbox_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(houses, "KEY", sandbox_server.key)

    async def scenario(session: Session) -> None:
        for _ in range(2):
            await stream_all(session, {"model": "sandbox-echo", "input": "Hi", "stream": True})

    house.run(scenario, base_url=sandbox_server.base_url)
    new = waterfall(house.store.load(house.store.recent(2)[1].id)).bars[0]
    assert [phase.kind for phase in new.phases] == ["queue", "connect", "send", "server", "token", "stream"]
    assert not new.reused
    (again,) = checked(house).bars
    assert again.reused and again.phases[0].kind == "connect" and again.phases[0].seconds < 0.05
    assert again.phases[-1].kind == "stream" and not again.failed


def test_attempts_that_nobody_answered_have_an_end(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"

    async def scenario(session: Session) -> None:
        with pytest.raises(openai.APIConnectionError):
            await (await session.client()).models.list()

    house.run(scenario, base_url=url, retries=Retries(reads=1))
    found = checked(house)
    assert [bar.outcome for bar in found.bars] == ["no answer", "no answer"] and all(bar.failed for bar in found.bars)
    assert all(bar.over and bar.phases[-1].kind == "connect" for bar in found.bars)
    (wait,) = found.gaps
    assert wait.told is None and 0.35 < wait.seconds < 0.6  # the SDK's first wait: 0.375 to 0.5 seconds


def test_a_call_that_is_stopped_in_a_wait_shows_that_wait(house: House) -> None:
    house.server.add("/models", of(503, headers={"Retry-After": "30"}))

    async def scenario(session: Session) -> None:
        client = await session.client()
        task = asyncio.ensure_future(client.models.list())
        await asyncio.to_thread(house.server.arrived.acquire)
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    house.run(scenario)
    found = checked(house)
    (wait,) = found.gaps
    assert [bar.outcome for bar in found.bars] == ["503"] and wait.told == 30 and 0.05 < wait.seconds < 10


def test_a_handshake_is_a_phase_of_its_own(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, cert = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(MODELS.body)}\r\n\r\n"
        writer.write(head.encode() + MODELS.body)
        await writer.drain()

    async def scenario(session: Session) -> None:
        async with await asyncio.start_server(answer, "127.0.0.1", port, ssl=context):
            await (await session.client()).models.list()

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    house.run(scenario, base_url=f"https://localhost:{port}/v1")
    (bar,) = checked(house).bars
    assert [phase.kind for phase in bar.phases] == ["queue", "dns", "connect", "tls", "send", "server", "stream"]
    tls = next(phase for phase in bar.phases if phase.kind == "tls")
    connect = next(phase for phase in bar.phases if phase.kind == "connect")
    assert tls.seconds > connect.seconds, "a handshake has two round trips and much arithmetic"


def test_where_the_server_points_elsewhere(house: House) -> None:
    there = f"{house.server.base_url}/models"
    house.server.add("/old", Reply.of_json({}, status=307, headers={"Location": there}))
    house.server.add("/models", MODELS)

    async def scenario(session: Session) -> None:
        client = await session.client()
        await client.get("/old", cast_to=object)

    house.run(scenario)
    found = checked(house)
    assert [bar.outcome for bar in found.bars] == ["307", "200"] and [gap.kind for gap in found.gaps] == ["redirect"]


def test_a_log_of_an_older_version_has_bars_too(house: House) -> None:
    """Its attempts have no end of their own."""
    house.server.add("/models", of(500, headers={"retry-after": "0.05"}), MODELS)

    async def scenario(session: Session) -> None:
        await (await session.client()).models.list()

    house.run(scenario)
    house.store.writer.run(lambda db: db.execute("UPDATE attempts SET ended = NULL") and None)
    assert house.store.flush()
    found = waterfall(house.last())
    assert len(found.bars) == 2 and len(found.gaps) == 1 and found.gaps[0].seconds == pytest.approx(0.05, abs=0.03)
    assert found.bars[-1].end == pytest.approx(found.seconds)


def test_a_damaged_row_that_lost_its_beginning_has_bars_of_their_length(house: House) -> None:
    house.server.add("/models", MODELS)

    async def scenario(session: Session) -> None:
        await (await session.client()).models.list()

    house.run(scenario)
    house.store.writer.run(lambda db: db.execute("UPDATE exchanges SET started_at = 'rubbish'") and None)
    assert house.store.flush()
    found = waterfall(house.last())
    assert found.bars[0].start == 0 and found.seconds < 60


_moment = st.none() | st.floats(0, 100) | st.floats(0, 0.001)
_states = st.sampled_from(["open", "done", "failed", "cancelled", "cut"])
_times = st.fixed_dictionaries(dict.fromkeys((field.name for field in fields(Timings)), _moment))
_attempts = st.lists(
    st.tuples(st.floats(-5, 500), st.sampled_from([None, 200, 307, 429, 500]), _states, _times), max_size=6
)


@given(_attempts, st.none() | st.floats(0, 1000), _states)
def test_whatever_a_log_says_the_bars_follow_one_another(attempts: Any, duration: float | None, state: Any) -> None:
    """An older version's log, another program's HAR, a clock that was set: moments are missing, or in no order."""
    made = tuple(
        AttemptDetail(
            number, 1000 + start, "http://h/v1", (), b"", 0, False, status, (("Retry-After", "x"),), b"", 0, False,
            None, None, is_, None, Timings(**times),
        )
        for number, (start, status, is_, times) in enumerate(attempts, 1)
    )  # fmt: skip
    summary = ExchangeSummary("01J", 1000, "p", "GET", "/m", "", "", None, state, None, None, None, None, None,
                              len(made), duration, Timings())  # fmt: skip
    found = waterfall(ExchangeDetail(summary, made))
    before = 0.0
    for row in found.rows():
        assert row.start == pytest.approx(before, abs=1e-6) or row is found.bars[0]
        assert row.start >= 0 and row.end >= row.start
        before = row.end
        if isinstance(row, Bar):
            at = row.start
            for phase in row.phases:
                assert phase.start == pytest.approx(at, abs=1e-6) and phase.end >= phase.start
                at = phase.end
            assert at == pytest.approx(row.end, abs=1e-6)
    assert len(found.bars) == len(made) and found.seconds >= before - 1e-6
