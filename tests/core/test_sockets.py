"""WebSockets through the SDK, over real sockets: what is sent, kept in the log, and said where it goes wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from playground.core import sockets
from playground.core.calls import UsageProblem
from playground.core.exchanges import ExchangeDetail
from playground.core.profiles import KeySource, Profile, Timeouts
from playground.core.session import Session
from playground.core.socket_errors import SocketProblem
from playground.core.sockets import Frame, Socket, connect
from tests.core.house import KEY, House
from tests.helpers.sandbox import Server

FAST = {"extra_headers": {"X-Sandbox-Rate": "0"}}
USER = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello there"}]}
Scenario = Callable[[Session], Awaitable[Any]]
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def run(house: House, base_url: str, scenario: Scenario, key: str = KEY, **environ: str) -> Any:
    """Runs the scenario with a session at a server, and closes it."""

    async def inner() -> Any:
        profile = Profile.new("Work", base_url=base_url, key=KeySource.MEMORY, timeouts=Timeouts(connect=1))
        session = Session(profile, base_url, key, house.store.writer, environ)
        try:
            return await asyncio.wait_for(scenario(session), 20)
        finally:
            await session.aclose()

    try:
        return asyncio.run(inner())
    finally:
        assert house.store.flush()


def against(house: House, handler: Callable[[ServerConnection], Awaitable[None]], scenario: Scenario) -> Any:
    """Runs the scenario against a WebSocket server that does what `handler` says."""

    async def inner() -> Any:
        async with serve(handler, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            profile = Profile.new("Work", base_url=f"http://127.0.0.1:{port}/v1", key=KeySource.MEMORY)
            session = Session(profile, f"http://127.0.0.1:{port}/v1", KEY, house.store.writer, {})
            try:
                return await asyncio.wait_for(scenario(session), 20)
            finally:
                await session.aclose()

    try:
        return asyncio.run(inner())
    finally:
        assert house.store.flush()


def at_port(house: House, handler: Handler, scenario: Scenario) -> Any:
    """The same against a server of plain bytes."""

    async def inner() -> Any:
        server = await asyncio.start_server(handler, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        profile = Profile.new("Work", base_url=f"http://127.0.0.1:{port}/v1", key=KeySource.MEMORY)
        session = Session(profile, f"http://127.0.0.1:{port}/v1", KEY, house.store.writer, {})
        async with server:
            try:
                return await asyncio.wait_for(scenario(session), 20)
            finally:
                await session.aclose()

    try:
        return asyncio.run(inner())
    finally:
        assert house.store.flush()


def frames_of(detail: ExchangeDetail) -> list[dict[str, Any]]:
    return [json.loads(line) for line in detail.attempts[0].response_body.splitlines()]


async def until(socket: Socket, kind: str) -> list[Frame]:
    found: list[Frame] = []
    async for frame in socket.messages():
        found.append(frame)
        if frame.data["type"] == kind:
            return found
    raise AssertionError(f"no {kind} came")


def test_a_session_both_ways_and_in_the_log(house: House, sandbox_server: Server) -> None:
    async def scenario(session: Session) -> list[Frame]:
        socket = await connect(session, "realtime.connect", {"model": "gpt-realtime", **FAST})
        assert socket.is_open and "realtime session" in dict(socket.headers)["X-Sandbox-Simulated"]
        await until(socket, "session.created")
        sent = await socket.send({"type": "conversation.item.create", "item": USER})
        assert sent.direction == "sent" and sent.data["item"] == USER
        await socket.send('{"type": "response.create"}')
        found = await until(socket, "response.done")
        await socket.close(4000, "enough")
        assert socket.closing is not None and socket.closing.by == "client" and not socket.is_open
        assert [frame async for frame in socket.messages()] == []
        return found

    found = run(house, sandbox_server.base_url, scenario, sandbox_server.key)
    assert found[-1].data["response"]["status"] == "completed" and found[-1].at > found[0].at
    detail = house.last()
    summary, attempt = detail.summary, detail.attempts[0]
    assert (summary.sdk_method, summary.origin, summary.path) == ("realtime.connect", "explorer", "/realtime")
    assert (summary.state, summary.status, summary.attempts) == ("done", 101, 1)
    assert attempt.url.startswith("ws://127.0.0.1:") and attempt.url.endswith("/v1/realtime?model=gpt-realtime")
    sent = dict(attempt.request_headers)
    assert sent["authorization"] == "Bearer [removed]" and sent["x-client-request-id"] == attempt.client_request_id
    assert sandbox_server.key not in json.dumps(attempt.request_headers)
    assert summary.request_id and summary.request_id.startswith("req_")
    lines = frames_of(detail)
    assert [line["direction"] for line in lines[:2]] == ["received", "sent"]
    assert lines[1]["data"]["item"] == USER
    assert lines[-1] == {"direction": "closed", "code": 4000, "reason": "enough", "by": "client"}
    assert len(attempt.arrivals) == len(lines), "each frame has its time"


def test_responses_over_a_socket(house: House, sandbox_server: Server) -> None:
    async def scenario(session: Session) -> None:
        socket = await connect(session, "responses.connect", FAST)
        await socket.send({"type": "response.create", "model": "sandbox-echo", "input": "Hello"})
        assert (await until(socket, "response.completed"))[-1].data["response"]["output"]
        await socket.close()

    run(house, sandbox_server.base_url, scenario, sandbox_server.key)
    assert house.last().summary.sdk_method == "responses.connect"


@pytest.mark.parametrize("method", ["beta.realtime.connect", "beta.responses.connect", "realtime.translations.connect"])
def test_the_others_open_too(house: House, sandbox_server: Server, method: str) -> None:
    async def scenario(session: Session) -> None:
        socket = await connect(session, method, {"model": "gpt-realtime"} if "realtime" in method else {})
        await socket.send("no JSON")
        assert (await until(socket, "error"))[-1].data["error"]["message"]
        await socket.close()

    run(house, sandbox_server.base_url, scenario, sandbox_server.key)


@pytest.mark.parametrize(
    ("method", "arguments", "status"),
    [
        ("live.connect", {}, 501),
        ("live.forks.connect", {"session_id": "s"}, 501),
        ("live.sideband.connect", {"session_id": "s"}, 501),
        ("realtime.connect", {}, 400),
        ("realtime.connect", {"model": "m", "extra_headers": {"X-Sandbox-Fault": "429=7"}}, 429),
        ("realtime.connect", {"model": "m", "extra_headers": {"X-Sandbox-Fault": "html-502"}}, 502),
    ],
)
def test_a_refusal_is_explained_and_recorded(
    house: House, sandbox_server: Server, method: str, arguments: dict[str, Any], status: int
) -> None:
    async def scenario(session: Session) -> SocketProblem:
        with pytest.raises(SocketProblem) as raised:
            await connect(session, method, arguments)
        return raised.value

    error = run(house, sandbox_server.base_url, scenario, sandbox_server.key)
    assert error.problem.status == status and error.problem.title and error.problem.remedy
    detail = house.last()
    assert error.exchange_id == detail.summary.id
    assert (detail.summary.state, detail.summary.status) == ("failed", status)
    assert detail.attempts[0].response_body, "what the server said is kept"


def test_the_wrong_key_is_said_to_be_wrong(house: House, sandbox_server: Server) -> None:
    async def scenario(session: Session) -> None:
        with pytest.raises(SocketProblem) as raised:
            await connect(session, "responses.connect", {})
        assert raised.value.problem.status == 401 and "key" in raised.value.problem.line()

    run(house, sandbox_server.base_url, scenario, "sk-wrong-key-0123456789abcdef")


def test_a_cancelled_reader_closes_at_once(house: House) -> None:
    ended = asyncio.Event()

    async def scenario(session: Session) -> None:
        socket = await connect(session, "responses.connect", {})
        task = asyncio.ensure_future(anext(socket.messages()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not socket.is_open
        await asyncio.wait_for(ended.wait(), 2)
        with pytest.raises(SocketProblem, match="closed"):
            await socket.send({})

    async def handler(connection: ServerConnection) -> None:
        await connection.wait_closed()
        ended.set()

    against(house, handler, scenario)
    assert house.last().summary.state == "cancelled"


def test_a_session_that_closes_takes_its_sockets_with_it(house: House) -> None:
    ended = asyncio.Event()

    async def handler(connection: ServerConnection) -> None:
        await connection.wait_closed()
        ended.set()

    async def scenario(session: Session) -> None:
        socket = await connect(session, "responses.connect", {})
        await session.aclose()
        await asyncio.wait_for(ended.wait(), 2)
        assert not socket.is_open

    against(house, handler, scenario)
    assert house.last().summary.state == "cancelled"


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        (1000, "", None),
        (1001, "going", None),
        (1011, "it broke", "it broke"),
        (1008, "policy", "policy"),
        (3000, "key", "key"),
        (4242, "own", "4242"),
    ],
)
def test_a_server_that_closes_is_quoted(house: House, code: int, reason: str, words: str | None) -> None:
    async def handler(connection: ServerConnection) -> None:
        await connection.send('{"n": 1}')
        await connection.close(code, reason)

    async def scenario(session: Session) -> tuple[list[Frame], SocketProblem | None]:
        socket = await connect(session, "responses.connect", {})
        found: list[Frame] = []
        try:
            async for frame in socket.messages():
                found.append(frame)
        except SocketProblem as error:
            return found, error
        assert socket.closing is not None and socket.closing.by == "server" and socket.closing.code == code
        return found, None

    found, error = against(house, handler, scenario)
    assert [frame.data for frame in found] == [{"n": 1}]
    assert (error is None) == (words is None)
    detail = house.last()
    assert detail.summary.state == ("done" if words is None else "failed")
    assert frames_of(detail)[-1]["code"] == code
    if error is not None:
        assert words in error.problem.line() and str(code) in error.problem.line()


ACCEPT = (
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n\r\n"
)


def _accepting(then: bytes) -> Handler:
    """A server that shakes hands, and sends these bytes for frames."""
    from websockets.utils import accept_key

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        key = next(line for line in head.split("\r\n") if line.lower().startswith("sec-websocket-key")).split(": ")[1]
        writer.write(ACCEPT.format(accept_key(key)).encode() + then)
        await writer.drain()
        await reader.read(100)
        writer.close()

    return handler


@pytest.mark.parametrize(
    ("sent", "frames"),
    [
        (b"\xff\xff\xff garbage", []),
        (b"\x81\x02{}\x81\x02ok\x82\x02\xff\xfe", [{}, "ok", b"\xff\xfe"]),
        (b"\x81\x05[1,\n2]"[:7], ["[1,\n2"]),
    ],
)
def test_what_is_no_json_or_no_frame_is_shown_or_explained(house: House, sent: bytes, frames: list[Any]) -> None:
    async def scenario(session: Session) -> list[Any]:
        socket = await connect(session, "responses.connect", {})
        found = []
        with pytest.raises(SocketProblem) as raised:
            async for frame in socket.messages():
                found.append(frame.data)
                if len(found) == len(frames) > 0:
                    await socket._raw.close(1002)
        assert raised.value.problem.code in ("1002", "1006")
        return found

    assert at_port(house, _accepting(sent), scenario) == frames
    assert house.last().summary.state == "failed"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "200"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         b"Sec-WebSocket-Accept: wrong\r\n\r\n", "WebSocket"),
        (b"220 mail.example ready\r\n\r\n", "WebSocket"),
        (b"", "WebSocket"),
    ],
)  # fmt: skip
def test_a_server_that_speaks_no_websocket_is_said_to(house: House, answer: bytes, words: str) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async def scenario(session: Session) -> None:
        with pytest.raises(SocketProblem) as raised:
            await connect(session, "responses.connect", {})
        assert raised.value.problem.type == "websocket_refused" and words in raised.value.problem.line()

    at_port(house, handler, scenario)
    assert house.last().summary.state in ("failed", "done")


def test_nobody_at_the_port(house: House) -> None:
    async def scenario(session: Session) -> None:
        with pytest.raises(SocketProblem) as raised:
            await connect(session, "realtime.connect", {"model": "m"})
        assert raised.value.problem.code == "refused"

    run(house, "http://127.0.0.1:1/v1", scenario)
    assert house.last().summary.state == "failed" and house.last().attempts[0].url.endswith(":1/v1/realtime")


def test_a_silent_server_is_given_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "_OPENING", -4.9)

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10_000)
        await reader.read(1)
        writer.close()

    async def scenario(session: Session) -> None:
        with pytest.raises(SocketProblem) as raised:
            await connect(session, "responses.connect", {})
        assert raised.value.problem.code == "connect_timeout"

    at_port(house, handler, scenario)


def test_proxies_are_used_or_refused_in_words(house: House) -> None:
    seen = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append((await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0])
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async def refused(session: Session) -> str:
        with pytest.raises(SocketProblem) as raised:
            await connect(session, "responses.connect", {})
        return str(raised.value.problem.code)

    async def through(session: Session) -> str:
        server = await asyncio.start_server(proxy, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            session.environ = {"HTTP_PROXY": f"http://127.0.0.1:{port}"}
            return await refused(session)

    far = "http://example.invalid/v1"
    assert run(house, far, refused, all_proxy="socks5://127.0.0.1:9") == "proxy"
    assert run(house, far, refused, http_proxy="http://127.0.0.1:1") == "proxy_unreachable"
    assert run(house, far, through) == "proxy_password"
    assert seen == [b"CONNECT example.invalid:80 HTTP/1.1"]


def test_a_proxy_that_the_profile_does_not_know_is_not_used(
    house: House, sandbox_server: Server, environment: Callable[[dict[str, str]], None]
) -> None:
    """The library by itself reads this process's environment."""
    environment({"http_proxy": "http://127.0.0.1:1", "ALL_PROXY": "socks5://127.0.0.1:1"})

    async def scenario(session: Session) -> None:
        socket = await connect(session, "responses.connect", {})
        await socket.close()
        assert socket.closing is not None and socket.closing.in_order

    run(house, sandbox_server.base_url, scenario, sandbox_server.key)


def test_the_key_is_masked_in_what_comes_and_in_the_log(house: House) -> None:
    async def handler(connection: ServerConnection) -> None:
        await connection.send(json.dumps({"you": connection.request.headers["Authorization"]}))  # type: ignore[union-attr]
        await connection.close()

    async def scenario(session: Session) -> list[Frame]:
        socket = await connect(session, "responses.connect", {})
        return [frame async for frame in socket.messages()]

    frames = against(house, handler, scenario)
    assert frames[0].data == {"you": f"Bearer {'*' * len(KEY)}"}
    assert KEY.encode() not in house.last().attempts[0].response_body


def test_what_cannot_be_opened_is_said_before_anything_is_sent(house: House) -> None:
    async def scenario(session: Session) -> list[str]:
        found = []
        for method, arguments in (("responses.create", {}), ("nothing.connect", {}), ("live.forks.connect", {})):
            with pytest.raises(UsageProblem) as raised:
                await connect(session, method, arguments)
            found.append(raised.value.problem.title)
        return found

    titles = run(house, "http://127.0.0.1:1/v1", scenario)
    assert "lacks “session_id”" in titles[2] and not house.store.recent(1)
