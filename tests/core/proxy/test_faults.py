"""What a program is told when the upstream fails, and what the log has then; what happens when the program goes."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from playground.core.errors import explain_failure
from playground.core.proxy.control import ProxyError, upstream_at
from playground.core.proxy.names import FAULT_HEADER
from tests.core.proxy.house import WITHIN, ProxyHouse, Script, exchange, parsed, raw_server, request

STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
EVENT = b"9\r\ndata: 1\n\n\r\n"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@dataclass
class Fault:
    """One, and what is to come of it."""

    status: int
    kind: str
    logged: str


FAULTS = {
    "refused": Fault(502, "refused", "ConnectError"),
    "no such name": Fault(502, "dns", "ConnectError"),
    "not TLS": Fault(502, "tls", "ConnectError"),
    "a certificate nobody signed": Fault(502, "certificate", "ConnectError"),
    "hangs up": Fault(502, "reset", "RemoteProtocolError"),
    "resets": Fault(502, "reset", "ReadError"),
    "no HTTP": Fault(502, "protocol", "RemoteProtocolError"),
    "silent": Fault(504, "read_timeout", "ReadTimeout"),
    "never connects": Fault(504, "connect_timeout", "ConnectTimeout"),
}


def bad(name: str, house: ProxyHouse, use: Callable[[str], None]) -> None:
    """Start the proxy at an upstream with that fault."""
    if name == "refused":
        return use(f"http://127.0.0.1:{free_port()}/v1")
    if name == "no such name":
        return use("http://no-such-host.invalid/v1")
    if name == "a certificate nobody signed":
        with tls_server() as port:
            return use(f"https://localhost:{port}/v1")
    if name == "never connects":
        with socket.socket() as full:  # its queue of one is taken, so that nobody is let in
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            port = full.getsockname()[1]
            with socket.create_connection(("127.0.0.1", port)), socket.socket() as second:
                second.setblocking(False)
                second.connect_ex(("127.0.0.1", port))
                return use(f"http://127.0.0.1:{port}/v1")
    script = {
        "not TLS": Script((b"HTTP/1.1 400 Bad Request\r\n\r\n",), reads=b"\x16\x03"),
        "hangs up": Script(()),
        "resets": Script((), reset=True),
        "no HTTP": Script((b"SSH-2.0-OpenSSH_9.6\r\n\r\n",)),
        "silent": Script((), stays=True),
    }[name]
    with raw_server(script) as server:
        use(server.base_url.replace("http:", "https:") if name == "not TLS" else server.base_url)
    return None


class tls_server:
    """Speaks TLS with a certificate that it made itself."""

    def __enter__(self) -> int:
        import datetime
        import tempfile
        from pathlib import Path

        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec

        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
        now = datetime.datetime.now(datetime.UTC)
        made = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .sign(key, hashes.SHA256())
        )  # fmt: skip
        plain = serialization.NoEncryption()
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        with tempfile.NamedTemporaryFile(suffix=".pem", delete=False) as file:
            file.write(pem + made.public_bytes(serialization.Encoding.PEM))
        self.path = Path(file.name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file.name)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, args=(context,), daemon=True)
        self._thread.start()
        port: int = self._listener.getsockname()[1]
        return port

    def _serve(self, context: ssl.SSLContext) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                try:
                    with context.wrap_socket(connection, server_side=True) as secure:
                        while b"\r\n\r\n" not in secure.recv(65536):
                            continue
                        secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                except OSError:
                    continue

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)
        self.path.unlink()


@pytest.mark.parametrize("name", FAULTS)
def test_an_upstream_that_fails_is_said_in_the_apis_shape(proxy: ProxyHouse, name: str) -> None:
    expected = FAULTS[name]

    def use(base_url: str) -> None:
        timeouts = {"connect": 0.3 if name == "never connects" else 5.0, "read": 0.3 if name == "silent" else 60.0}
        proxy.start(base_url, **timeouts)
        answer = parsed(exchange(proxy.port, request("POST", "/v1/responses", body=b'{"model": "m"}')))
        assert answer.status == expected.status
        assert answer.get(FAULT_HEADER) == f"upstream_{expected.kind}"
        error = json.loads(answer.body)["error"]
        assert error.keys() == {"message", "type", "code", "param"}
        assert (error["type"], error["code"]) == ("proxy_error", f"upstream_{expected.kind}")
        assert "recording proxy, not by the server" in error["message"]
        state = proxy.quiet()
        assert (state.failed, state.open) == (1, 0)
        assert state.last_error and state.last_error.startswith("POST /responses: ")

    bad(name, proxy, use)
    detail = proxy.last()
    summary = detail.summary
    assert (summary.state, summary.status, summary.error_code) == ("failed", None, expected.logged)
    assert detail.attempts[0].request_body == b'{"model": "m"}'
    problem = explain_failure(summary.error_code or "", summary.error_message or "")
    assert problem.code == expected.kind, "the log's words give the same explanation"


def test_tls_with_a_certificate_that_is_trusted(proxy: ProxyHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    with (server := tls_server()) as port:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.path))
        proxy.start(f"https://localhost:{port}/v1")
        answer = parsed(exchange(proxy.port, request("GET", "/v1/models")))
        assert (answer.status, answer.body) == (200, b"ok")
    timings = proxy.last().attempts[0].timings
    moments = [timings.queued, timings.resolved, timings.connected, timings.sent, timings.first_byte, timings.last_byte]
    assert None not in moments
    assert moments == sorted(moments)  # type: ignore[type-var]


@pytest.mark.parametrize("reset", [False, True])
def test_an_answer_that_breaks_off_breaks_off_for_the_program(proxy: ProxyHouse, reset: bool) -> None:
    with raw_server(Script((STREAM + EVENT,), reset=reset)) as server:
        proxy.start(server.base_url)
        answer = parsed(exchange(proxy.port, request("POST", "/v1/responses", body=b"{}")))
    assert not answer.whole
    assert answer.body == b"data: 1\n\n" or reset
    detail = proxy.last()
    assert detail.summary.state == "failed"
    assert (detail.summary.status, detail.attempts[0].response_body) == (200, b"data: 1\n\n") or reset


@pytest.mark.parametrize("when", ["before the answer", "in the answer", "while it connects"])
def test_a_program_that_goes_away_stops_the_upstream(proxy: ProxyHouse, when: str) -> None:
    answer = (STREAM + EVENT,) if when == "in the answer" else ()
    with raw_server(Script(answer, stays=True)) as server:
        proxy.start(server.base_url)
        connection = socket.create_connection(("127.0.0.1", proxy.port), WITHIN)
        connection.sendall(request("POST", "/v1/responses", body=b'{"model": "m"}'))
        if when != "while it connects":
            assert server.came.acquire(timeout=WITHIN)
        if when == "in the answer":
            assert connection.recv(1000)
        connection.close()
        proxy.quiet()
        assert when == "while it connects" or server.left.wait(WITHIN)
    detail = proxy.last()
    assert (detail.summary.state, detail.attempts[0].state) == ("cancelled", "cancelled")
    assert proxy.control.state.failed == 0


def test_an_upload_that_the_server_does_not_take(proxy: ProxyHouse) -> None:
    """It stays with the program: what nobody reads is not gathered. (That the program goes meanwhile comes behind what
    it has sent, so it is seen when that is read: TCP's way.)"""
    with raw_server(Script((threading.Event(),))) as server:
        proxy.start(server.base_url)
        head = b"POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99000000\r\n\r\n"
        with socket.create_connection(("127.0.0.1", proxy.port), WITHIN) as connection:
            connection.settimeout(0.3)
            sent = 0
            with pytest.raises(TimeoutError):
                connection.sendall(head)
                while sent < 99_000_000:
                    sent += connection.send(b"x" * 65536)
            assert sent < 30_000_000, "the proxy gathers what the server does not take"
            proxy.await_(proxy.control.stop())
    detail = proxy.last()
    assert detail.summary.state == "cancelled"
    assert detail.attempts[0].request_body_size < sent


def test_stopping_breaks_off_what_is_under_way(proxy: ProxyHouse) -> None:
    with raw_server(Script((STREAM + EVENT,), stays=True)) as server:
        proxy.start(server.base_url)
        port = proxy.port
        with socket.create_connection(("127.0.0.1", port), WITHIN) as connection:
            connection.sendall(request("POST", "/v1/responses", body=b"{}"))
            assert connection.recv(1000)
            proxy.await_(proxy.control.stop())
            assert server.left.wait(WITHIN)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), WITHIN)
        assert not proxy.control.state.running
        proxy.start(server.base_url, port=port)
        assert proxy.port == port
    assert proxy.last().summary.state == "cancelled"


def test_an_answer_that_comes_before_all_is_sent(proxy: ProxyHouse) -> None:
    """413 for a body that is still coming: it is read, although the server has hung up."""
    answer = b"HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\nConnection: close\r\n\r\nlarge"
    with raw_server(Script((answer,))) as server:
        proxy.start(server.base_url)
        with socket.create_connection(("127.0.0.1", proxy.port), WITHIN) as connection:
            connection.sendall(b"POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n")
            got = b""
            while not got.endswith(b"large"):
                connection.sendall(b"x" * 1000)
                connection.settimeout(0.02)
                try:
                    got += connection.recv(1000)
                except TimeoutError:
                    continue
    assert parsed(got).status == 413
    assert proxy.last().summary.status == 413


def test_traffic_goes_on_where_it_cannot_be_recorded(
    proxy: ProxyHouse, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_message: object) -> None:
        raise MemoryError

    with raw_server(Script((STREAM + EVENT + b"0\r\n\r\n",))) as server:
        proxy.start(server.base_url)
        monkeypatch.setattr(proxy.store.writer, "put", broken)
        answer = parsed(exchange(proxy.port, request("POST", "/v1/responses", body=b"{}")))
        monkeypatch.undo()
    assert (answer.body, answer.whole) == (b"data: 1\n\n", True)
    assert proxy.quiet().finished == 1
    assert "could not be recorded" in caplog.text
    assert proxy.rows() == []


def test_a_port_that_is_taken(proxy: ProxyHouse) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ProxyError) as raised:
        proxy.start("http://127.0.0.1:9/v1", port=taken.getsockname()[1])
    assert raised.value.problem.code == "port_taken"
    assert not proxy.control.state.running


def test_an_upstream_that_is_the_proxy_itself(proxy: ProxyHouse) -> None:
    port = free_port()
    with pytest.raises(ProxyError) as raised:
        proxy.start(f"http://localhost:{port}/v1", port=port)
    assert raised.value.problem.code == "loop"
    assert not proxy.control.state.running


@pytest.mark.parametrize("url", ["", "ftp://x/v1", "http://", "http://a b/v1", "http://u:p@h/v1", "https://h/v1?x=1"])
def test_an_upstream_that_is_no_base_url(url: str) -> None:
    with pytest.raises(ProxyError) as raised:
        upstream_at(url)
    assert raised.value.problem.code == "bad_base_url"


def test_by_way_of_the_environments_proxy(proxy: ProxyHouse) -> None:
    """A tunnel for https, the whole URL for http; and what is said where it says no."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    with raw_server(Script((answer,))) as relay:
        environ = {
            "HTTP_PROXY": f"http://me:secret-pass@127.0.0.1:{relay.port}",
            "HTTPS_PROXY": f"127.0.0.1:{relay.port}",
        }
        proxy.start("http://api.example/v1", environ=environ)
        assert parsed(exchange(proxy.port, request("GET", "/v1/models"))).body == b"ok"
        assert relay.requests[0].startswith(b"GET http://api.example/v1/models HTTP/1.1\r\nHost: api.example\r\n")
        assert b"Proxy-Authorization: Basic bWU6c2VjcmV0LXBhc3M=" in relay.requests[0]
        assert b"secret-pass" not in json.dumps(repr(proxy.last())).encode()
    with raw_server(Script((b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",))) as relay:
        proxy.start("https://api.example/v1", environ={"HTTPS_PROXY": f"http://127.0.0.1:{relay.port}"})
        refused = parsed(exchange(proxy.port, request("GET", "/v1/models")))
        assert (refused.status, refused.get(FAULT_HEADER)) == (502, "upstream_proxy_password")
        assert relay.requests[0].startswith(b"CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\n")
    with (server := tls_server()) as port, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(server.path))
        with tunnel(port) as relay_port:
            proxy.start(
                f"https://localhost.example:{port}/v1", environ={"HTTPS_PROXY": f"http://127.0.0.1:{relay_port}"}
            )
            answered = parsed(exchange(proxy.port, request("GET", "/v1/models")))
    assert answered.get(FAULT_HEADER) == "upstream_certificate", "TLS is with the server, through the tunnel"


class tunnel:
    """A proxy that takes every CONNECT to one port."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._serving: list[asyncio.Task[None] | None] = []

    def __enter__(self) -> int:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

        async def start() -> int:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
            port: int = self._server.sockets[0].getsockname()[1]
            return port

        return asyncio.run_coroutine_threadsafe(start(), self._loop).result(5)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._serving.append(asyncio.current_task())
        await reader.readuntil(b"\r\n\r\n")
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_pour(reader, back), _pour(there, writer))

    def __exit__(self, *_: object) -> None:
        async def stop() -> None:
            self._server.close()
            await asyncio.gather(*(task for task in self._serving if task is not None), return_exceptions=True)

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            sink.write(data)
        sink.close()
        await sink.wait_closed()
    except ConnectionError:
        sink.transport.abort()


def test_nothing_waits_for_the_garbage_collector(proxy: ProxyHouse) -> None:
    """What a call held (a body of 8 MB) is let go with it: the window's collector comes late."""
    kinds = ("Relay", "Front", "Back", "ProxyAttempt", "ProxyCall", "Recording", "Upload", "FrameReader")
    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    asked = request("POST", "/v1/responses", body=b"{}")

    def held() -> list[str]:
        return [name for thing in gc.get_objects() if (name := type(thing).__name__) in kinds]

    with raw_server(Script((ok,)), Script((STREAM + EVENT,)), Script((ok,))) as server:
        gc.collect()
        before = sorted(held())
        gc.disable()
        try:
            proxy.start(server.base_url)
            for _ in range(10):
                exchange(proxy.port, asked)
            exchange(proxy.port, request("GET", "/elsewhere"))
            exchange(proxy.port, b"no HTTP\r\n\r\n")
            proxy.start(f"http://127.0.0.1:{free_port()}/v1")
            exchange(proxy.port, asked)
            proxy.await_(proxy.control.stop())
            assert sorted(held()) == before
        finally:
            gc.enable()
