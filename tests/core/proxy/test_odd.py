"""Odd requests and odd answers: nothing hangs, nothing stays open, and the next program is served."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.core.exchanges.records import RESPONSE_BODY_CAP
from playground.core.proxy.copies import Copy
from tests.core.proxy.house import WITHIN, ProxyHouse, Script, exchange, parsed, raw_server, request

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
GOOD = request("GET", "/v1/models")
EXAMPLES = 120

tokens = st.sampled_from(
    [
        b"GET",
        b"POST",
        b" ",
        b"/v1/models",
        b"/v1/../x",
        b"/v1/%00",
        b"?a=b",
        b" HTTP/1.1",
        b" HTTP/1.0",
        b" HTTP/2.0",
        b"\r\n",
        b"\n",
        b"\r",
        b"\r\n\r\n",
        b"Host: localhost",
        b"Host: a",
        b"Content-Length: 5",
        b"Content-Length: -1",
        b"Content-Length: 99999999999999999999",
        b"Transfer-Encoding: chunked",
        b"Transfer-Encoding: x",
        b"Expect: 100-continue",
        b"Connection: upgrade",
        b"Connection: close, content-length",
        b"Upgrade: websocket",
        b"TE: trailers",
        b": ",
        b"X: ",
        b" folded",
        b"5\r\nhello\r\n",
        b"0\r\n\r\n",
        b"ffffffffffffffff\r\n",
        b"5;a=b\r\n",
        b"\x00",
        b"\xff\xfe",
        b"{}",
    ]
)
mixed = st.lists(st.one_of(tokens, st.binary(max_size=12)), max_size=24).map(b"".join)
after_a_head = mixed.map(lambda rest: b"POST /v1/responses HTTP/1.1\r\nHost: localhost\r\n" + rest)


@pytest.fixture(scope="module")
def shared_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxyHouse]:
    house = ProxyHouse(tmp_path_factory.mktemp("proxy"))
    yield house
    house.close()


@pytest.fixture(scope="module")
def shared_server(shared_proxy: ProxyHouse) -> Iterator[None]:
    with raw_server(Script((OK,))) as server:
        shared_proxy.start(server.base_url)
        yield


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.one_of(mixed, after_a_head), cut=st.integers(0, 400), reset=st.booleans())
def test_any_bytes_for_a_request(
    shared_proxy: ProxyHouse, shared_server: None, data: bytes, cut: int, reset: bool
) -> None:
    with socket.create_connection(("127.0.0.1", shared_proxy.port), WITHIN) as connection:
        connection.settimeout(0.05)
        with contextlib.suppress(OSError):  # it may have hung up after the first half
            connection.sendall(data[:cut])
            connection.sendall(data[cut:])
            if reset:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            else:
                got = connection.recv(65536)
                assert not got or got.startswith(b"HTTP/1.1 ")
    assert parsed(exchange(shared_proxy.port, GOOD)).body == b"ok"
    shared_proxy.rows_settled()


pieces = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.0 200\r\n",
        b"HTTP/1.1 103 \r\n\r\n",
        b"HTTP/1.1 101 Go\r\n",
        b"HTTP/1.1 999 X\r\n",
        b"HTTP/1.1 204 No\r\n",
        b"Content-Length: 5\r\n",
        b"Content-Length: x\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Encoding: gzip\r\n",
        b"Content-Encoding: br\r\n",
        b"Content-Type: text/event-stream\r\n",
        b"X: \xff\r\n",
        b"Connection: close\r\n",
        b"Upgrade: websocket\r\n",
        b"\r\n",
        b"\n",
        b"5\r\nhello\r\n",
        b"0\r\n\r\n",
        b"0\r\nA: b\r\n\r\n",
        b"fffff\r\n",
        b"zz\r\n",
        b"hello",
        b'data: {"delta": 1}\n\n',
        gzip.compress(b"hello")[:15],
        b"\x00\xff",
    ]
)
answers = st.lists(st.one_of(pieces, st.binary(max_size=8)), max_size=12).map(b"".join)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=answers, good_head=st.booleans(), verb=st.sampled_from(["GET", "HEAD", "POST"]))
def test_any_bytes_for_an_answer(shared_proxy: ProxyHouse, data: bytes, good_head: bool, verb: str) -> None:
    whole = b"HTTP/1.1 200 OK\r\n" * good_head + data
    with raw_server(Script((whole,))) as server:
        shared_proxy.start(server.base_url, read=5.0)
        got = exchange(shared_proxy.port, request(verb, "/v1/responses", body=b"{}"), timeout=4)
        assert got.startswith(b"HTTP/1.1 "), got
        shared_proxy.rows_settled()
    rows = shared_proxy.rows()
    assert rows[-1].summary.state in ("done", "failed", "cancelled")
    assert rows[-1].summary.state != "done" or rows[-1].summary.status is not None


@given(data=st.binary(max_size=200), name=st.sampled_from(["gzip", "deflate", "br", "zstd", "GZIP", "gzip, br", ""]))
def test_a_copy_of_what_is_not_packed_at_all(data: bytes, name: str) -> None:
    copy = Copy(name)
    copy.feed(data[:50])
    copy.feed(data[50:])


@given(data=st.binary(max_size=3000), sizes=st.lists(st.integers(1, 200), min_size=1, max_size=40))
def test_a_copy_is_the_same_however_it_is_cut(data: bytes, sizes: list[int]) -> None:
    for name, packed in (("gzip", gzip.compress(data)), ("deflate", zlib.compress(data))):
        copy, out, at = Copy(name), b"", 0
        for size in (*sizes, len(packed)):
            out += copy.feed(packed[at : at + size]) if at < len(packed) else b""
            at += size
        assert out == data


def test_a_few_kilobytes_that_unfold_into_gigabytes(proxy: ProxyHouse) -> None:
    """The program gets them as they are; the log keeps what it keeps of any body; the loop does not stand still."""
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(1024)) + packer.flush()
    assert len(bomb) < 1_200_000
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()
    with raw_server(Script((head + bomb,))) as server:
        proxy.start(server.base_url)
        begun = time.perf_counter()
        assert parsed(exchange(proxy.port, GOOD)).body == bomb
        assert time.perf_counter() - begun < WITHIN / 2
    attempt = proxy.last().attempts[0]
    assert attempt.response_body == bytes(RESPONSE_BODY_CAP)
    assert attempt.response_body_capped


def test_a_program_that_sends_a_byte_at_a_time(proxy: ProxyHouse) -> None:
    asked = request("POST", "/v1/responses", "Authorization: Bearer slow", body=b'{"model":"m"}')
    with raw_server(Script((OK,), reads=b'"m"}')) as server:
        proxy.start(server.base_url)
        with socket.create_connection(("127.0.0.1", proxy.port), WITHIN) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in asked:
                connection.sendall(bytes([byte]))
            got = b""
            while data := connection.recv(1000):
                got += data
    assert parsed(got).body == b"ok"
    assert proxy.last().attempts[0].request_body == b'{"model":"m"}'


def test_many_streams_at_once(proxy: ProxyHouse) -> None:
    """100 programs hold a stream each; none waits for another, and each is a row."""
    go = threading.Event()
    first, last = b"8\r\ndata: 1\n\r\n", b"8\r\ndata: 2\n\r\n0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    with raw_server(Script((head + first, go, last))) as server, contextlib.ExitStack() as stack:
        proxy.start(server.base_url)
        connections = []
        for _ in range(100):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", proxy.port), WITHIN))
            connection.sendall(request("POST", "/v1/responses", body=b"{}"))
            connections.append(connection)
        got = [b""] * 100
        for number, connection in enumerate(connections):
            while b"data: 1" not in got[number]:
                data = connection.recv(1000)
                assert data
                got[number] += data
        assert proxy.wait(lambda state: state.open == 100).programs == 100
        go.set()
        for number, connection in enumerate(connections):
            while data := connection.recv(1000):
                got[number] += data
    assert {parsed(text).body for text in got} == {b"data: 1\ndata: 2\n"}
    assert len([row for row in proxy.rows() if row.summary.state == "done"]) == 100
