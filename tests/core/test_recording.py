"""What the log says of what went over a real socket, and what it must not say."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import io
import json
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import openai
import pytest

from playground.core.exchanges import ExchangeStore
from playground.core.exchanges.records import REQUEST_BODY_CAP, RESPONSE_BODY_CAP
from playground.core.profiles import Retries, Timeouts
from playground.core.session import Session
from tests.core.house import DELTAS, KEY, MODELS, House, stream_all
from tests.helpers.servers import RecordingServer, Reply


def test_each_attempt_is_recorded_with_its_number(house: House) -> None:
    error = Reply.of_json({"error": {"message": "slow down", "code": "rate_limit"}}, status=429)
    house.server.add("/models", replace(error, headers={"retry-after": "0.01"}), MODELS)

    async def scenario(session: Session) -> None:
        client = await session.client()
        with session.calling("models.list", "test") as call:
            page = await client.models.list()
        assert [model.id for model in page.data] == ["m"] and call.exchange_id is not None

    house.run(scenario)
    detail = house.last()
    summary = detail.summary
    assert (summary.state, summary.status, summary.attempts, summary.error_code) == ("done", 200, 2, None)
    assert (summary.sdk_method, summary.origin, summary.path, summary.method) == (
        "models.list",
        "test",
        "/models",
        "GET",
    )
    first, second = detail.attempts
    assert (first.number, first.status, first.state, first.error) == (1, 429, "failed", "slow down")
    assert b"rate_limit" in first.response_body and (second.status, second.state) == (200, "done")
    ids = [received.headers["x-client-request-id"] for received in house.server.received]
    assert ids == [f"pg-{summary.id}-1", f"pg-{summary.id}-2"] == [a.client_request_id for a in detail.attempts]
    assert [a.request_id for a in detail.attempts] == ["req_00000001", "req_00000002"]
    assert {e.id for e in house.store.find("req_00000001")} == {summary.id}


def test_generations_are_not_sent_twice_unless_someone_says_so(house: House) -> None:
    house.server.add("/responses", Reply.of_json({}, status=500, headers={"retry-after": "0.01"}, forever=True))
    counts = []

    async def scenario(session: Session) -> None:
        client = await session.client()
        for maker in (client, client.with_options(max_retries=1), client.with_options(timeout=5)):
            before = len(house.server.received)
            with pytest.raises(openai.InternalServerError):
                await maker.responses.create(model="m", input="x")
            counts.append(len(house.server.received) - before)

    house.run(scenario)
    house.run(scenario, retries=Retries(generations=2))
    assert counts == [1, 2, 1, 3, 2, 3]


def test_why_a_stream_was_tried_again_is_recorded(house: House) -> None:
    error = Reply.of_json({"error": {"message": "overloaded", "code": "busy"}}, status=503, chunk=20)
    house.server.add("/responses", replace(error, headers={"retry-after": "0.01"}), Reply.of_events(DELTAS))
    house.run(stream_all, retries=Retries(generations=1))
    first, second = house.last().attempts
    assert (first.state, first.error, first.response_body) == ("failed", "overloaded", error.body)
    assert second.state == "done"


def test_a_refused_connection_is_one_and_no_time_out(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"

    async def scenario(session: Session) -> None:
        with pytest.raises(openai.APIConnectionError) as caught:
            await (await session.client()).models.list()
        assert not isinstance(caught.value, openai.APITimeoutError)

    house.run(scenario, base_url=url, retries=Retries(reads=1))
    detail = house.last()
    assert detail.summary.state == "failed" and detail.summary.error_code == "ConnectError"
    assert [a.state for a in detail.attempts] == ["failed", "failed"] and detail.attempts[0].status is None


def test_a_server_that_hangs_up_without_an_answer(house: House) -> None:
    async def scenario(session: Session) -> None:
        with pytest.raises(openai.APIConnectionError) as caught:
            await stream_all(session)
        assert not isinstance(caught.value, openai.APITimeoutError)

    def hang_up() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=hang_up)
        thread.start()
        house.run(scenario, base_url=f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
        thread.join()
    assert house.last().summary.error_code == "RemoteProtocolError"


def test_silence_is_a_time_out(house: House) -> None:
    hold = threading.Event()
    house.server.add("/responses", Reply.of_events(DELTAS, hold=hold, hold_after=500))

    async def scenario(session: Session) -> None:
        with pytest.raises(Exception, match="imeout"):
            await stream_all(session)

    house.run(scenario, timeouts=Timeouts(read=0.2))
    detail = house.last()
    assert detail.summary.state == "failed" and detail.summary.error_code == "ReadTimeout"
    assert detail.attempts[0].response_body == Reply.of_events(DELTAS).body[:500]


def test_a_connection_that_breaks_in_the_middle(house: House) -> None:
    house.server.add("/responses", Reply.of_events(DELTAS, cut_after=700))

    async def scenario(session: Session) -> None:
        with pytest.raises(Exception, match=r".") as caught:
            await stream_all(session)
        assert type(caught.value).__module__.startswith("httpx2")

    house.run(scenario)
    detail = house.last()
    assert detail.summary.state == "failed" and detail.summary.error_message
    assert detail.attempts[0].response_body == Reply.of_events(DELTAS).body[:700]
    assert [e.id for e in house.store.find("word3")] == [detail.summary.id]


def test_a_stream_and_its_times(house: House) -> None:
    created = {"type": "response.created"}
    done = {"type": "response.completed", "response": {"id": "resp_1", "output": []}}
    reply = Reply.of_events([created, *DELTAS, done], chunk=[40, 300, 300])
    house.server.add("/responses", reply, reply)

    async def scenario(session: Session) -> None:
        assert await stream_all(session, {"model": "m", "input": "hi", "stream": True}) == reply.body
        async with session.open_stream("/responses", {}, method="responses.create", origin="test") as stream:
            assert stream.status == 200 and stream.request_id == "req_00000002"
            assert stream.headers["content-type"].startswith("text/event-stream")
            assert house.store.flush() and house.store.load(stream.exchange_id).summary.state == "open"

    house.run(scenario)
    left, whole = house.store.recent()
    assert (whole.state, whole.model, left.state) == ("done", "m", "cancelled")
    times = whole.timings
    in_order = [times.queued, times.connected, times.sent, times.first_byte, times.first_token, times.last_byte]
    assert all(moment is not None for moment in in_order) and in_order == sorted(in_order, key=lambda m: m or 0)
    assert whole.duration is not None and times.last_byte is not None and whole.duration >= times.last_byte
    detail = house.store.load(whole.id)
    assert detail.attempts[0].response_body == reply.body and len(detail.attempts[0].arrivals) >= 1
    assert json.loads(house.server.received[0].body) == {"model": "m", "input": "hi", "stream": True}


def test_the_sdks_own_streams_are_done_when_they_said_their_last_word(house: House) -> None:
    chunk = {"id": "c", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "Hi"}}]}
    house.server.add("/chat/completions", Reply.of_events([chunk], done=True))
    failed = {"type": "response.failed", "response": {"error": {"code": "server_error", "message": "broke"}}}
    house.server.add("/responses", Reply.of_events([*DELTAS[:2], failed]))

    async def scenario(session: Session) -> None:
        client = await session.client()
        messages: Any = [{"role": "user", "content": "x"}]
        async for _ in await client.chat.completions.create(model="m", messages=messages, stream=True):
            pass
        async for _ in await client.responses.create(model="m", input="x", stream=True):
            pass

    house.run(scenario)
    response, chat = house.store.recent()
    assert chat.state == "done" and chat.timings.first_token is not None
    assert (response.state, response.error_code, response.error_message) == ("failed", "server_error", "broke")


def test_leaving_a_stream_closes_its_socket_at_once(house: House) -> None:
    house.server.add("/responses", Reply.of_events(DELTAS, hold=threading.Event(), hold_after=400, forever=True))
    waits = []

    async def scenario(session: Session) -> None:
        for _ in range(5):
            house.server.left.clear()
            reading = asyncio.Event()

            async def read(reading: asyncio.Event = reading) -> None:
                async with session.open_stream("/responses", {}, method="m", origin="test") as stream:
                    async for _ in stream.iter_bytes():
                        reading.set()

            task = asyncio.create_task(read())
            await asyncio.wait_for(reading.wait(), 5)
            began = time.monotonic()
            task.cancel()
            assert await asyncio.to_thread(house.server.left.wait, 5)
            waits.append(time.monotonic() - began)
            with contextlib.suppress(asyncio.CancelledError):
                await task

    house.run(scenario)
    assert min(waits) < 0.05, waits
    detail = house.last()
    assert detail.summary.state == "cancelled" and detail.summary.error_code is None
    assert detail.attempts[0].response_body == Reply.of_events(DELTAS).body[:400]


def test_cancelled_while_waiting_for_an_answer_or_for_the_next_try(house: House) -> None:
    house.server.add("/models", Reply.of_json({}, status=500, headers={"retry-after": "60"}))

    async def scenario(session: Session) -> None:
        client = await session.client()
        task = asyncio.create_task(_list(client))
        assert await asyncio.to_thread(house.server.arrived.acquire, timeout=5)
        while not ended():
            house.store.flush()
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    def ended() -> bool:
        """The first try is over, body and all; the next one has not begun."""
        return any(house.store.load(row.id).attempts[0].state != "open" for row in house.store.recent())

    async def _list(client: openai.AsyncOpenAI) -> None:
        await client.models.list()

    house.run(scenario)
    detail = house.last()
    assert detail.summary.state == "cancelled" and [a.state for a in detail.attempts] == ["failed"]


def test_closing_the_manager_ends_what_is_under_way(house: House) -> None:
    house.server.add("/responses", Reply.of_events(DELTAS, hold=threading.Event(), hold_after=400))

    async def scenario(session: Session) -> None:
        client = await session.client()
        stream = await client.responses.create(model="m", input="x", stream=True)
        await anext(aiter(stream))
        await session.aclose()
        await stream.close()

    house.run(scenario)
    assert house.last().summary.state == "cancelled"


def test_pages_are_exchanges_of_one_call(house: House) -> None:
    for number, more in ((1, True), (2, False)):
        page = {"object": "list", "data": [{"id": f"f{number}", "object": "file"}], "has_more": more}
        house.server.add("/files", Reply.of_json(page))

    async def scenario(session: Session) -> list[str]:
        with session.calling("files.list", "test") as call:
            found = [file.id async for file in (await session.client()).files.list()]
        assert len(call.exchange_ids) == 2
        return found

    assert house.run(scenario) == ["f1", "f2"]
    assert [e.sdk_method for e in house.store.recent()] == ["files.list"] * 2


def test_an_upload_passes_without_being_kept_whole(house: House, tmp_path: Path) -> None:
    house.server.add("/files", Reply.of_json({"id": "file-1", "object": "file"}))
    size = REQUEST_BODY_CAP + 3_000_000
    big = tmp_path / "big.bin"
    with big.open("wb") as file:
        file.truncate(size)

    async def scenario(session: Session) -> None:
        with big.open("rb") as file:
            await (await session.client()).files.create(file=("big.bin", file), purpose="user_data")

    house.run(scenario)
    (attempt,) = house.last().attempts
    assert len(attempt.request_body) == REQUEST_BODY_CAP and attempt.request_body_capped
    assert attempt.request_body_size == len(house.server.received[0].body) > size
    assert "transfer-encoding" not in house.server.received[0].headers


def test_large_bodies_are_capped_and_counted(house: House) -> None:
    reply = Reply.of_json({"text": "y" * (RESPONSE_BODY_CAP + 1_000_000)})
    house.server.add("/responses", reply)

    async def scenario(session: Session) -> None:
        await (await session.client()).responses.create(model="m", input="x" * 2_000_000)

    house.run(scenario)
    (attempt,) = house.last().attempts
    assert len(attempt.response_body) == RESPONSE_BODY_CAP and attempt.response_body_capped
    assert attempt.response_body_size == len(reply.body)
    assert attempt.request_body == house.server.received[0].body and house.last().summary.model == "m"


def test_a_compressed_answer_is_recorded_in_plain(house: House) -> None:
    packed = gzip.compress(MODELS.body)
    house.server.add("/models", replace(MODELS, body=packed, headers={"content-encoding": "gzip"}))

    async def scenario(session: Session) -> None:
        assert [m.id for m in (await (await session.client()).models.list()).data] == ["m"]

    house.run(scenario)
    (attempt,) = house.last().attempts
    assert attempt.response_body == MODELS.body
    assert ("content-encoding", "gzip") in [(name.lower(), value) for name, value in attempt.response_headers]
    assert house.server.received[0].headers["accept-encoding"] == "gzip, deflate"


CHILD = """
import asyncio, sys
from pathlib import Path
from playground.core.exchanges import ExchangeStore
from playground.core.profiles import KeySource, Profile
from playground.core.session import Session
async def main():
    store = ExchangeStore.open(Path(sys.argv[1]))
    session = Session(Profile.new("Work", key=KeySource.MEMORY), sys.argv[2], sys.argv[3], store.writer, {})
    async with session.open_stream("/responses", {"model": "m"}, method="responses.create", origin="test") as stream:
        async for piece in stream.iter_bytes():
            store.flush()
            print(stream.exchange_id, flush=True)
asyncio.run(main())
"""


def test_killed_in_the_middle_of_a_stream(tmp_path: Path, recording_server: RecordingServer) -> None:
    path = tmp_path / "log.sqlite3"
    recording_server.add("/responses", Reply.of_events(DELTAS, hold=threading.Event(), hold_after=600))
    command = [sys.executable, "-c", CHILD, str(path), recording_server.base_url, KEY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        exchange = child.stdout.readline().strip()
        child.kill()
    with contextlib.closing(ExchangeStore.open(path)) as store:
        detail = store.load(exchange)
        assert detail.summary.state == "cut" and detail.attempts[0].state == "cut"
        assert detail.attempts[0].response_body == Reply.of_events(DELTAS).body[:600]
        assert [e.id for e in store.find("word2")] == [exchange]


def test_a_file_that_the_caller_gives_is_sent(house: House) -> None:
    house.server.add("/files", Reply.of_json({"id": "file-1", "object": "file"}))

    async def scenario(session: Session) -> None:
        await (await session.client()).files.create(
            file=("a.txt", io.BytesIO(b"searchable words")), purpose="user_data"
        )

    house.run(scenario)
    assert b"searchable words" in house.server.received[0].body
    assert len(house.store.find("searchable words")) == 1


def test_the_key_is_in_no_byte_of_any_file(house: House, tmp_path: Path) -> None:
    echo = {"error": {"message": f"Incorrect API key provided: {KEY}", "code": "invalid_api_key", "got": KEY}}
    house.server.add(
        "/models",
        Reply.of_json(echo, status=401, headers={"x-echo": KEY, "x-request-id": KEY, "set-cookie": f"k={KEY}"}),
    )
    pieces = [30, 10, 10, 10, 10]
    house.server.add("/responses", Reply.of_events([{"type": "x.delta", "delta": KEY}], chunk=pieces))

    async def scenario(session: Session) -> None:
        client = await session.client()
        with pytest.raises(openai.AuthenticationError):
            await client.models.list(extra_query={"api_key": KEY, "q": f"x{KEY}"}, extra_headers={"api-key": KEY})
        assert KEY.encode() not in await stream_all(session, {"model": "m", "input": f"my key is {KEY}"})
        assert KEY not in repr(session) and KEY not in repr(vars(house.vault).keys())

    house.run(scenario)
    stream, models = (house.store.load(e.id) for e in house.store.recent())
    assert models.summary.error_code == "invalid_api_key"
    assert KEY not in repr(models) and KEY not in repr(stream)
    assert house.server.received[0].headers["authorization"] == f"Bearer {KEY}"
    shown = {name.lower(): value for name, value in models.attempts[0].request_headers}
    assert shown["authorization"] == "Bearer [removed]" and shown["api-key"] == "[removed]"
    for file in tmp_path.iterdir():
        assert KEY.encode() not in file.read_bytes(), file
    assert {file.suffix for file in tmp_path.iterdir()} >= {".sqlite3", ".sqlite3-wal"}
