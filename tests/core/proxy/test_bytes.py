"""What a program gets through the proxy is what it gets without: bodies byte for byte, pieces when they come."""

from __future__ import annotations

import gzip
import importlib
import socket
import threading
import zlib

import pytest

from tests.core.proxy.house import Parsed, ProxyHouse, Script, Step, Until, exchange, parsed, raw_server, request

JSON = b'{"object": "list",  "data": []}'
EVENTS = b"".join(b'event: e\ndata: {"type":"response.output_text.delta","delta":"w%d"}\n\n' % n for n in range(50))
HOP = {"connection", "keep-alive", "transfer-encoding", "te", "upgrade", "proxy-connection"}


def chunked(*pieces: bytes, trailers: bytes = b"") -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n" + trailers + b"\r\n"


def head(status: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers]).encode("latin-1") + b"\r\n\r\n"


def deflate_raw(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def brotli(data: bytes) -> bytes:
    return importlib.import_module("brotli").compress(data)  # type: ignore[no-any-return]


PACKED = {
    "gzip": gzip.compress(EVENTS),
    "two members of gzip": gzip.compress(EVENTS[:100]) + gzip.compress(EVENTS[100:]),
    "deflate": zlib.compress(EVENTS),
    "deflate without its header": deflate_raw(EVENTS),
    "br": brotli(EVENTS),
}
ANSWERS = {
    "length": head("200 OK", "Content-Type: application/json", "content-LENGTH: 31") + JSON,
    "chunks": head("200 OK", "Content-Type: text/event-stream", "Transfer-Encoding: chunked")
    + chunked(EVENTS[:7], EVENTS[7:1000], EVENTS[1000:]),
    "trailers": head("200 OK", "Transfer-Encoding: chunked", "Trailer: X-Sum")
    + chunked(JSON, trailers=b"X-Sum: 12\r\nx-two: b\r\n"),
    "to the end": head("200 OK", "Connection: close") + JSON,
    "old": b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + JSON,
    "none": head("204 No Content", "X-A: 1"),
    "not modified": head("304 Not Modified", "ETag: abc", "Content-Length: 31"),
    "empty": head("200 OK", "Content-Length: 0"),
    "odd reason": head("299 Ça va", "Content-Length: 2") + b"ok",
    "no reason": head("200 ", "Content-Length: 2") + b"ok",
    "many of one name": head("200 OK", "Set-Cookie: a=1", "set-cookie: b=2", "X-Ünicode: ü".replace("Ü", "U"),
                             "Content-Length: 2") + b"ok",
    "hints first": head("103 Early Hints", "Link: </a>") + head("200 OK", "Content-Length: 2") + b"ok",
    "an error": head("429 Too Many Requests", "Retry-After: 3", "Content-Length: 31") + JSON,
    "kept alive": head("200 OK", "Keep-Alive: timeout=5", "Connection: keep-alive", "Content-Length: 2") + b"ok",
    **{
        name: head("200 OK", f"Content-Encoding: {'gzip' if 'gzip' in name else name.split()[0]}",
                   "Content-Type: text/event-stream", f"Content-Length: {len(data)}") + data
        for name, data in PACKED.items()
    },
}  # fmt: skip


def without_body(answer: bytes) -> bytes:
    end = 0
    while True:
        start, end = end, answer.index(b"\r\n\r\n", end) + 4
        if not answer[start:].startswith(b"HTTP/1.1 1"):
            return answer[:end]


def end_to_end(answer: Parsed) -> list[tuple[str, str]]:
    return [(name, value) for name, value in answer.headers if name.lower() not in HOP]


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("verb", ["POST", "HEAD"])
def test_an_answer_is_as_without_the_proxy(proxy: ProxyHouse, name: str, verb: str) -> None:
    answer = ANSWERS[name]
    if verb == "HEAD":
        answer = without_body(answer)
    with raw_server(Script((answer,))) as server:
        asked = request(verb, "/v1/responses", "Authorization: Bearer key-of-a-test", "TE: trailers", body=b"{}")
        direct = parsed(exchange(server.port, asked), head=verb == "HEAD")
        proxy.start(server.base_url)
        passed = parsed(exchange(proxy.port, asked), head=verb == "HEAD")
    assert (passed.status, passed.informational) == (direct.status, direct.informational)
    assert end_to_end(passed) == end_to_end(direct)
    assert passed.body == direct.body
    assert passed.trailers.rstrip() == direct.trailers.rstrip()
    assert passed.whole == direct.whole
    row = proxy.last().attempts[0]
    assert (row.status, row.state) == (direct.status, "failed" if direct.status == 429 else "done")
    if verb == "POST":
        assert row.response_body == (EVENTS if name in PACKED or name == "chunks" else direct.body)


def test_a_request_is_as_without_the_proxy(proxy: ProxyHouse) -> None:
    """But for its host, and for what is about one connection."""
    more = ("X-Odd-CASE: Ä", "x-odd-case: 2", "Accept-Encoding: br, zstd", "User-Agent: mine/1", "X-Named: hop",
            "Keep-Alive: 5", "Proxy-Connection: keep-alive", "Proxy-Authorization: Basic eDp5")  # fmt: skip
    asked = request("POST", "/v1/files?a=%2F&b=+%20c#".rstrip("#"), *more, body=bytes(range(256)) * 40)
    asked = asked.replace(b"Connection: close", b"Connection: X-Named, close")
    with raw_server(Script((ANSWERS["length"],), reads=b"\xff" + bytes(range(255)))) as server:
        proxy.start(server.base_url)
        exchange(proxy.port, asked)
        got = server.requests[0]
    top, _, body = got.partition(b"\r\n\r\n")
    assert body == bytes(range(256)) * 40
    assert top.decode("latin-1").split("\r\n") == [
        "POST /v1/files?a=%2F&b=+%20c HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "X-Odd-CASE: Ä", "x-odd-case: 2",
        "Accept-Encoding: br, zstd", "User-Agent: mine/1", "Content-Length: 10240",
    ]  # fmt: skip
    attempt = proxy.last().attempts[0]
    assert attempt.request_body == body
    assert attempt.url == f"http://127.0.0.1:{server.port}/v1/files?a=%2F&b=+%20c"


def test_a_base_url_that_does_not_end_in_v1(proxy: ProxyHouse) -> None:
    with raw_server(Script((ANSWERS["length"],))) as server:
        proxy.start(f"http://127.0.0.1:{server.port}/deep/down/")
        exchange(proxy.port, request("GET", "/v1/models?x=1"))
        assert server.requests[0].startswith(b"GET /deep/down/models?x=1 HTTP/1.1\r\n")
    summary = proxy.last().summary
    assert (summary.path, summary.sdk_method, summary.origin) == ("/models", "models.list", "proxy")


def test_a_body_in_pieces_is_passed_on_while_it_comes(proxy: ProxyHouse) -> None:
    """Chunks, an Expect that waits for its 100, and trailers of the request."""
    script = Script((head("100 Continue"), Until(b"X-Sum: 9\r\n\r\n"), ANSWERS["length"]), reads=b"first piece")
    with raw_server(script) as server:
        proxy.start(server.base_url)
        top = (
            b"POST /v1/files HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", proxy.port), 10) as connection:
            connection.sendall(top + b"b\r\nfirst piece\r\n")
            # The server has read the first piece while the second is not there: nothing was gathered on the way.
            assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
            connection.sendall(b"c\r\nsecond piece\r\n0\r\nX-Sum: 9\r\n\r\n")
            got = b""
            while not got.endswith(JSON):
                got += connection.recv(1000)
        body = server.requests[0].partition(b"\r\n\r\n")[2]
        assert b"Expect: 100-continue" in server.requests[0]
        assert body == b"b\r\nfirst piece\r\nc\r\nsecond piece\r\n0\r\nX-Sum: 9\r\n\r\n"
    attempt = proxy.last().attempts[0]
    assert (attempt.request_body, attempt.request_body_size) == (b"first piecesecond piece", 23)


def test_each_piece_of_a_stream_goes_on_when_it_comes(proxy: ProxyHouse) -> None:
    """The server sends the next one only when the program has the last."""
    gates = [threading.Event() for _ in range(5)]
    pieces = [b"data: %d\n\n" % n for n in range(5)]
    steps: list[Step] = [head("200 OK", "Content-Type: text/event-stream", "Transfer-Encoding: chunked")]
    for gate, piece in zip(gates, pieces, strict=True):
        steps += [b"%x\r\n%s\r\n" % (len(piece), piece), gate]
    with raw_server(Script((*steps, b"0\r\n\r\n"))) as server:
        proxy.start(server.base_url)
        with socket.create_connection(("127.0.0.1", proxy.port), 10) as connection:
            connection.sendall(request("POST", "/v1/responses", body=b"{}"))
            got = b""
            for gate, piece in zip(gates, pieces, strict=True):
                while piece not in got:
                    data = connection.recv(1000)
                    assert data
                    got += data
                gate.set()
            while data := connection.recv(1000):
                got += data
    assert parsed(got).body == b"".join(pieces)
    attempt = proxy.last().attempts[0]
    assert [offset for offset, _ in attempt.arrivals] == [9 * n for n in range(5)]


def test_a_program_that_reads_slowly_slows_the_server(proxy: ProxyHouse) -> None:
    """Nothing is gathered in between: 64 MB are not in memory because nobody reads them."""
    block = b"x" * 1024 * 1024
    top = head("200 OK", f"Content-Length: {64 * len(block)}")
    gate = threading.Event()
    with raw_server(Script((top, gate, *([block] * 64)))) as server:
        proxy.start(server.base_url)
        with socket.create_connection(("127.0.0.1", proxy.port), 10) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
            connection.sendall(request("GET", "/v1/files/file-1/content"))
            assert connection.recv(len(top))
            gate.set()
            held = proxy.await_(_held(proxy))
            size = 0
            while data := connection.recv(1 << 20):
                size += len(data)
    assert held, "the upstream was read although nobody took what came"
    assert size >= 64 * len(block) - len(top)
    assert proxy.last().attempts[0].response_body_size == 64 * len(block)


async def _held(proxy: ProxyHouse) -> bool:
    """Whether the proxy stops reading while little lies in its buffers."""
    import asyncio

    server = proxy.control._server
    assert server is not None
    for _ in range(500):
        await asyncio.sleep(0.01)
        for front in server._fronts:
            if front.back is not None and not front.back._transport.is_reading():
                return front._transport.get_write_buffer_size() < 4 * 1024 * 1024  # type: ignore[no-any-return]
    return False


def test_a_connection_is_kept_and_used_again(proxy: ProxyHouse) -> None:
    """Two requests of a program over one connection go over one to the server; pipelined, one after the other."""
    answer = ANSWERS["kept alive"]
    with raw_server(Script((answer,), stays=True)) as server:
        proxy.start(server.base_url)
        one = b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n"
        with socket.create_connection(("127.0.0.1", proxy.port), 10) as connection:
            connection.sendall(one)
            while not connection.recv(1000).endswith(b"ok"):
                pass
        assert proxy.quiet().finished == 1
    again = threading.Event()
    with raw_server(Script((answer, again, answer), stays=True)) as server:
        proxy.start(server.base_url)
        with socket.create_connection(("127.0.0.1", proxy.port), 10) as connection:
            connection.sendall(one + one)
            got = connection.recv(1000)
            assert server.came.acquire(timeout=10)
            again.set()
            while got.count(b"ok") < 2:
                got += connection.recv(1000)
        assert len(server.requests) == 1
    first, second = proxy.rows()[-2:]
    assert first.attempts[0].timings.queued is not None
    assert second.attempts[0].timings.queued is None and second.attempts[0].timings.connected is not None
