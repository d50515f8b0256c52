"""WebSockets through the proxy: frames both ways as they are, and a copy of them in the log."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.core.proxy.house import WITHIN, ProxyHouse, Script, exchange, parsed, raw_server, request
from tests.helpers.sandbox import Server

KEY = "canary-socket-key-1234567890"


def lines(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in body.splitlines()]


def run(
    proxy: ProxyHouse,
    serves: Callable[[ServerConnection], Awaitable[None]],
    scenario: Callable[[str], Awaitable[None]],
    **options: Any,
) -> None:
    async def go() -> None:
        async with serve(serves, "127.0.0.1", 0, **options) as server:
            port = server.sockets[0].getsockname()[1]
            base = await asyncio.to_thread(proxy.start, f"http://127.0.0.1:{port}/v1")
            async with asyncio.timeout(WITHIN):
                await scenario(base.replace("http:", "ws:"))

    asyncio.run(go())


async def echo(connection: ServerConnection) -> None:
    async for message in connection:
        await connection.send(message)


@pytest.mark.parametrize("compression", ["deflate", None])
def test_frames_go_both_ways(proxy: ProxyHouse, compression: str | None) -> None:
    sent: list[Any] = [
        '{"type": "session.update"}', "plain text", "{}" * 40_000, b"\x00\xff" * 100, "ünïcode", '{"a":\n 1}', ""
    ]  # fmt: skip

    async def scenario(base: str) -> None:
        headers = {"Authorization": f"Bearer {KEY}"}
        async with connect(
            f"{base}/realtime?model=m", additional_headers=headers, compression=compression, max_size=None
        ) as client:  # type: ignore[arg-type]
            assert bool(client.protocol.extensions) == (compression is not None)
            for message in sent:
                await client.send(message)
                assert await client.recv() == message
            await client.send(iter(["in ", "three ", "parts"]))
            assert await client.recv() == "in three parts"
            await (await client.ping())

    run(proxy, echo, scenario, max_size=None, compression=compression)
    detail = proxy.last()
    summary, attempt = detail.summary, detail.attempts[0]
    assert (summary.status, summary.state, summary.sdk_method) == (101, "done", "realtime.connect")
    assert (summary.path, summary.method, summary.origin) == ("/realtime", "GET", "proxy")
    logged = lines(attempt.response_body)
    assert [line["direction"] for line in logged] == ["sent", "received"] * 8 + ["closed"]
    assert logged[0]["data"] == {"type": "session.update"} and logged[3]["data"] == "plain text"
    assert logged[5]["data"] == "{}" * 40_000 and logged[6]["data"] == {
        "base64": base64.b64encode(b"\x00\xff" * 100).decode()
    }
    assert logged[15]["data"] == "in three parts"
    assert {name: logged[-1][name] for name in ("code", "by")} == {"code": 1000, "by": "client"}
    assert KEY not in repr(detail)


@pytest.mark.parametrize("who", ["server closes", "server vanishes", "program vanishes"])
def test_how_a_connection_ends(proxy: ProxyHouse, who: str) -> None:
    ended: list[int] = []

    async def server(connection: ServerConnection) -> None:
        await connection.recv()
        if who == "server closes":
            await connection.close(4001, "session expired")
        elif who == "server vanishes":
            connection.transport.abort()
        else:
            try:
                await connection.recv()
            except ConnectionClosed as error:
                ended.append(error.rcvd.code if error.rcvd else 1006)

    async def scenario(base: str) -> None:
        client = await connect(f"{base}/realtime")
        await client.send("hello")
        if who == "program vanishes":
            await asyncio.sleep(0)
            client.transport.abort()
            return
        with pytest.raises(ConnectionClosed) as raised:
            await client.recv()
        rcvd = raised.value.rcvd
        assert (rcvd.code if rcvd else 1006) == (4001 if who == "server closes" else 1006)

    async def whole(base: str) -> None:
        await scenario(base)
        await asyncio.to_thread(proxy.quiet)

    run(proxy, server, whole)
    summary = proxy.last().summary
    expected = {"server closes": "done", "server vanishes": "failed", "program vanishes": "cancelled"}
    assert summary.state == expected[who]
    if who == "program vanishes":
        assert ended == [1006]


def test_a_server_that_refuses_the_socket(proxy: ProxyHouse) -> None:
    answer = b'HTTP/1.1 401 Unauthorized\r\nContent-Length: 22\r\n\r\n{"error":{"code":"k"}}'
    with raw_server(Script((answer,))) as server:
        base = proxy.start(server.base_url)

        async def scenario() -> None:
            with pytest.raises(InvalidStatus) as raised:
                async with connect(base.replace("http:", "ws:") + "/realtime"):
                    pass
            assert raised.value.response.status_code == 401
            assert bytes(raised.value.response.body or b"") == b'{"error":{"code":"k"}}'

        asyncio.run(scenario())
        got = server.requests[0]
    assert b"Connection: Upgrade\r\nUpgrade: websocket\r\n" in got and b"Sec-WebSocket-Key" in got
    summary = proxy.last().summary
    assert (summary.status, summary.state, summary.error_code) == (401, "failed", "k")


def test_another_protocol_is_not_switched_to(proxy: ProxyHouse) -> None:
    """Java's client and curl --http2 offer h2c with each request: that is about one connection, and stays here."""
    with raw_server(Script((b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",))) as server:
        proxy.start(server.base_url)
        asked = request("GET", "/v1/models", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
        asked = asked.replace(b"Connection: close", b"Connection: Upgrade, HTTP2-Settings, close")
        assert parsed(exchange(proxy.port, asked)).body == b"ok"
        assert b"pgrade" not in server.requests[0] and b"HTTP2" not in server.requests[0]


def test_what_is_no_websocket_after_all_goes_through_too(proxy: ProxyHouse) -> None:
    """The copy cannot be read, and says so; the bytes are none of the proxy's business."""
    accept = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nnot a frame at all"
    with raw_server(Script((accept,), stays=True)) as server:
        proxy.start(server.base_url)
        asked = request(
            "GET", "/v1/realtime", "Upgrade: websocket", "Sec-WebSocket-Key: x", "Sec-WebSocket-Version: 13"
        )
        with socket.create_connection(("127.0.0.1", proxy.port), WITHIN) as connection:
            connection.sendall(asked.replace(b": close", b": Upgrade"))
            got = b""
            while not got.endswith(b"not a frame at all"):
                got += connection.recv(1000)
            connection.sendall(b"nor this")
        proxy.quiet()
    detail = proxy.last()
    assert detail.summary.state == "cancelled"
    assert "could not be read" in detail.attempts[0].response_body.decode()


def test_realtime_of_the_sandbox_by_the_sdk(proxy: ProxyHouse, sandbox_server: Server) -> None:
    import openai

    base = proxy.start(sandbox_server.base_url)

    async def scenario() -> list[str]:
        async with (
            openai.AsyncOpenAI(base_url=base, api_key=sandbox_server.key) as client,
            client.realtime.connect(model="sandbox-echo") as connection,
        ):
            first = await connection.recv()
            await connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
            return [first.type, (await connection.recv()).type]

    assert asyncio.run(scenario()) == ["session.created", "session.updated"]
    proxy.quiet()
    attempt = proxy.last().attempts[0]
    kinds = [line["data"]["type"] for line in lines(attempt.response_body) if line["direction"] != "closed"]
    assert kinds == ["session.created", "session.update", "session.updated"]
