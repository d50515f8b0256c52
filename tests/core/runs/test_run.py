"""Whole generations against a real server, through a real session."""

from __future__ import annotations

import asyncio
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from playground.core.profiles import Timeouts
from playground.core.runs import (
    Change,
    GenerationRequest,
    Message,
    RunEnded,
    RunSnapshot,
    RunUpdated,
    TextAppended,
    run_generation,
)
from playground.core.session import Session
from tests.core.house import House
from tests.helpers.servers import EVENT_STREAM, Reply

STREAMS = Path(__file__).parents[2] / "fixtures" / "streams"
HELLO = GenerationRequest(model="m", messages=(Message("user", "Hello"),))
CHAT = GenerationRequest(api="chat", model="m", messages=(Message("user", "Hello"),))


def stream(name: str, **more: Any) -> Reply:
    return Reply((STREAMS / f"{name}.sse").read_bytes(), content_type=EVENT_STREAM, **more)


def generate(house: House, request: GenerationRequest = HELLO, **values: Any) -> tuple[RunSnapshot, list[list[Change]]]:
    pushed: list[list[Change]] = []
    snapshot = house.run(lambda session: run_generation(session, request, pushed.append), **values)
    flat = [change for changes in pushed for change in changes]
    assert [change for change in flat if isinstance(change, RunEnded)] == [flat[-1]] == [RunEnded(snapshot)]
    return snapshot, pushed


def said(pushed: list[list[Change]]) -> str:
    return "".join(change.text for changes in pushed for change in changes if isinstance(change, TextAppended))


def test_a_response_streams_in(house: House) -> None:
    house.server.add("/responses", stream("responses-reasoning-text-call", headers={"x-request-id": "req_1"}))
    snapshot, pushed = generate(house)
    assert snapshot.status == "completed"
    assert (snapshot.request_id, snapshot.response_id) == ("req_1", "resp_1")
    assert snapshot.exchange_id == house.last().summary.id
    assert snapshot.first_token is not None and snapshot.duration is not None
    assert 0 < snapshot.first_token <= snapshot.duration
    assert "Grüße – 你好 🙂" in said(pushed)
    assert house.server.received[0].json() == HELLO.body()
    assert house.last().summary.state == "done"
    assert (house.last().summary.sdk_method, house.last().summary.origin) == ("responses.create", "compose")


def test_a_chat_streams_in(house: House) -> None:
    house.server.add("/chat/completions", stream("chat-choices-tools"))
    snapshot, pushed = generate(house, CHAT)
    assert (snapshot.status, snapshot.reason) == ("incomplete", "length")
    assert "Grüße" in said(pushed)
    assert house.last().summary.sdk_method == "chat.completions.create"


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [("responses-incomplete", "incomplete", None), ("responses-failed", "failed", "rate_limit_exceeded")],
)
def test_endings_that_the_server_names(house: House, name: str, status: str, code: str | None) -> None:
    house.server.add("/responses", stream(name, headers={"x-request-id": "req_7"}))
    snapshot, _ = generate(house)
    assert snapshot.status == status
    assert (snapshot.problem.code if snapshot.problem else None) == code
    assert snapshot.problem is None or snapshot.problem.request_id == "req_7"


def test_a_server_that_did_not_stream(house: House) -> None:
    message = {"type": "message", "id": "m", "content": [{"type": "output_text", "text": "Whole"}]}
    usage = {"input_tokens": 1, "output_tokens": 2}
    house.server.add(
        "/responses", Reply.of_json({"id": "r", "status": "completed", "output": [message], "usage": usage})
    )
    snapshot, pushed = generate(house)
    assert (snapshot.status, said(pushed)) == ("completed", "Whole")
    assert snapshot.usage and snapshot.usage.output == 2
    assert snapshot.first_token is None
    choice = {"index": 0, "message": {"role": "assistant", "content": "Ganz"}, "finish_reason": "stop"}
    house.server.add("/chat/completions", Reply.of_json({"id": "c", "model": "m", "choices": [choice]}))
    snapshot, pushed = generate(house, CHAT)
    assert (snapshot.status, said(pushed)) == ("completed", "Ganz")


def test_an_event_stream_under_another_name(house: House) -> None:
    house.server.add("/responses", Reply((STREAMS / "responses-refusal.sse").read_bytes(), content_type="text/plain"))
    snapshot, pushed = generate(house)
    assert snapshot.status == "completed"
    assert said(pushed) == "I can't help with that."


@pytest.mark.parametrize(
    ("reply", "title"),
    [
        (Reply(b"<!doctype html><title>Sign in</title>", content_type="text/html"), "a web page"),
        (Reply(b"hello", content_type="application/json"), "something else than JSON"),
        (Reply(b"", content_type="application/json"), "something else than JSON"),
        (Reply.of_json({"error": {"message": "Spent", "code": "insufficient_quota"}}), "no credit left"),
        (Reply.of_json({"error": {"message": "Bad", "param": "top_p"}}, status=400), "top_p"),
        (Reply(b"<html><title>Bad Gateway</title></html>", status=502, content_type="text/html"), "gateway"),
    ],
)
def test_answers_that_are_problems(house: House, reply: Reply, title: str) -> None:
    house.server.add("/responses", reply)
    snapshot, _ = generate(house)
    assert snapshot.status == "failed"
    assert snapshot.problem and title in snapshot.problem.title


def test_nobody_there(house: House) -> None:
    snapshot, _ = generate(house, base_url="http://127.0.0.1:1/v1")
    assert snapshot.status == "failed"
    assert snapshot.problem and snapshot.problem.code == "refused"


def test_a_broken_stream_keeps_what_came(house: House) -> None:
    body = (STREAMS / "responses-incomplete.sse").read_bytes()
    for more in ({"cut_after": body.index(b" sen")}, {}):
        whole = body if more else body[: body.index(b" sen")]
        house.server.add("/responses", Reply(whole, content_type=EVENT_STREAM, **more))
        snapshot, pushed = generate(house)
        assert (snapshot.status, said(pushed)) == ("cut", "Half a")
        assert snapshot.problem and snapshot.problem.remedy


def test_stopping_keeps_what_came_and_closes_the_socket(house: House) -> None:
    hold = threading.Event()
    reply = stream("responses-reasoning-text-call", hold=hold)
    reply.hold_after = reply.body.index("你好".encode())
    house.server.add("/responses", reply)
    pushed: list[list[Change]] = []

    async def scenario(session: Session) -> None:
        came = asyncio.Event()

        def push(changes: list[Change]) -> None:
            pushed.append(changes)
            if "Grüße" in said(pushed):
                came.set()

        task = asyncio.create_task(run_generation(session, HELLO, push))
        await asyncio.wait_for(came.wait(), 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(house.server.left.wait, 10)

    try:
        house.run(scenario)
    finally:
        hold.set()
    last = pushed[-1][-1]
    assert isinstance(last, RunEnded)
    assert last.snapshot.status == "cancelled"
    assert said(pushed).endswith("Grüße – ")
    assert house.last().summary.state == "cancelled"


def test_silence_is_told_and_nothing_is_killed(house: House) -> None:
    hold = threading.Event()
    reply = stream("responses-refusal", hold=hold)
    reply.hold_after = reply.body.index(b" help")
    house.server.add("/responses", reply)
    reasons: list[str | None] = []

    async def scenario(session: Session) -> RunSnapshot:
        def push(changes: list[Change]) -> None:
            for change in changes:
                if isinstance(change, RunUpdated):
                    reasons.append(change.snapshot.reason)
                    if change.snapshot.reason == "stalled":
                        hold.set()

        return await asyncio.wait_for(run_generation(session, HELLO, push), 20)

    snapshot = house.run(scenario, timeouts=Timeouts(stall=0.2))
    assert snapshot.status == "completed"
    assert "stalled" in reasons
    assert reasons[-1] is None


def test_silence_before_the_answer_begins_is_told_too(house: House) -> None:
    hold = threading.Event()
    server = SilentServer(stream("responses-refusal").body, hold)
    told: list[str | None] = []

    async def scenario(session: Session) -> RunSnapshot:
        def push(changes: list[Change]) -> None:
            for change in changes:
                if isinstance(change, RunUpdated):
                    told.append(f"{change.snapshot.status} {change.snapshot.reason}")
                    if change.snapshot.reason == "stalled":
                        hold.set()

        return await asyncio.wait_for(run_generation(session, HELLO, push), 20)

    with server:
        snapshot = house.run(scenario, base_url=server.base_url, timeouts=Timeouts(stall=0.2))
    assert told[0] == "waiting stalled" and snapshot.status == "completed"


class SilentServer:
    """Takes a request and says nothing at all, not even that it heard, until it may."""

    def __init__(self, body: bytes, may: threading.Event) -> None:
        self._body, self._may = body, may
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection:
            connection.recv(65536)
            self._may.wait(20)
            head = f"content-type: text/event-stream\r\ncontent-length: {len(self._body)}"
            connection.sendall(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode() + self._body)

    def __enter__(self) -> SilentServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._may.set()
        self._thread.join(20)
        self._listener.close()


@pytest.mark.parametrize(("request_", "name"), [(HELLO, "responses-refusal"), (CHAT, "chat-choices-tools")])
def test_a_server_that_never_ends_the_stream(house: House, request_: GenerationRequest, name: str) -> None:
    hold = threading.Event()
    reply = stream(name, hold=hold)
    reply.body += b": nothing more\n\n"
    reply.hold_after = len(reply.body) - len(b": nothing more\n\n")
    house.server.add(request_.path, reply)
    pushed: list[list[Change]] = []

    async def scenario(session: Session) -> RunSnapshot:
        return await asyncio.wait_for(run_generation(session, request_, pushed.append), 20)

    try:
        snapshot = house.run(scenario)
    finally:
        hold.set()
    assert snapshot.status in ("completed", "incomplete")
    assert snapshot.problem is None
    assert house.server.left.wait(10)


def test_one_push_for_a_read_not_for_an_event(house: House) -> None:
    at = {"output_index": 0, "content_index": 0, "item_id": "m"}
    events = [{"type": "response.output_text.delta", **at, "delta": "word "} for _ in range(5000)]
    events.append({"type": "response.completed", "response": {"status": "completed"}})
    house.server.add("/responses", Reply.of_events(events))
    snapshot, pushed = generate(house)
    assert said(pushed) == "word " * 5000
    assert snapshot.status == "completed"
    assert len(pushed) < 500
