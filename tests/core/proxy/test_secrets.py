"""Keys pass through, and are in nothing that is written; who may use the proxy, and who not."""

from __future__ import annotations

import base64
import gzip
import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.core.proxy.control import upstream_of
from playground.core.proxy.names import FAULT_HEADER
from playground.core.proxy.server import KEYS_MOST
from playground.core.proxy.state import Upstream
from playground.core.secrets import KeyProblem
from tests.core.house import House
from tests.core.proxy.house import ProxyHouse, Script, exchange, parsed, raw_server, request

PARTS = ("canaryQ7", "x5R2vW9z")
KEY = f"{PARTS[0]}-proxy-secret-{PARTS[1]}"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def spelled(*pieces: str) -> bytes:
    events = [{"type": "response.output_text.delta", "item_id": "i", "delta": piece} for piece in pieces]
    return "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events).encode()


STREAM = "Content-Type: text/event-stream"
ECHOES = {
    "body": answer(json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}}).encode(), status="401 No"),
    "header": answer(b"{}", f"X-Echo: {KEY}", f"x-request-id: {KEY}", f"Set-Cookie: a={KEY}"),
    "base64": answer(base64.b64encode(b"--" + KEY.encode())),
    "packed": answer(gzip.compress(KEY.encode() * 3), "Content-Encoding: gzip"),
    "stream": answer(spelled(f"it is {KEY}!"), STREAM),
    "spelled": answer(spelled("it is ", KEY[:9], KEY[9:14], KEY[14:], " indeed"), STREAM),
    "broken off": answer(b"x" * 100 + KEY.encode())[:-3],
    "no http": f"SSH {KEY}\r\n\r\n".encode(),
}
SHOWN = {
    "bearer": f"Authorization: Bearer {KEY}",
    "azure": f"api-key: {KEY}",
    "google": f"x-goog-api-key: {KEY}",
    "bare": f"Authorization: {KEY}",
    "basic": "Authorization: Basic " + base64.b64encode(f"me:{KEY}".encode()).decode(),
    "cookie": f"Cookie: session={KEY}",
    "socket": f"Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.{KEY}",
    "other proxy": f"Proxy-Authorization: Bearer {KEY}",
}


def written(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in folder.rglob("*"):
        if file.is_file():
            yield file.name, file.read_bytes()


def assert_nowhere(text: bytes, where: str) -> None:
    # The log's index has words one by one: the parts of the key are looked for, too.
    for part in (KEY, *PARTS, base64.b64encode(KEY.encode()).decode()[:24]):
        assert part.encode() not in text, where
        assert part.lower().encode() not in text, where


@pytest.mark.parametrize("shown", SHOWN)
def test_a_key_is_in_nothing_that_is_written(tmp_path: Path, shown: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "playground")
    folder = tmp_path / "written"
    folder.mkdir()
    house = ProxyHouse(folder)
    try:
        for name, text in ECHOES.items():
            cut = len(text) // 2
            with raw_server(Script((text[:cut], text[cut:]))) as server:
                house.start(server.base_url)
                # A cookie's or password's key may come in the other places only where it is a key of its own.
                body = json.dumps({"model": "m", "input": f"my key is {KEY}", "user": KEY}).encode()
                asked = request(
                    "POST", f"/v1/responses?api_key={KEY}&x={KEY}", SHOWN[shown], f"X-Other: {KEY}", body=body
                )
                got = exchange(house.port, asked)
                if name not in ("no http", "broken off"):
                    assert got.endswith(text.partition(b"\r\n\r\n")[2]), "the program gets it as it is"
                    line = SHOWN[shown] if shown != "other proxy" else f"X-Other: {KEY}"
                    assert line.encode() in server.requests[0], "and so does the server"
                house.quiet()
        house.start("http://no-such-host.invalid/v1")
        exchange(house.port, request("GET", f"/v1/{KEY}", SHOWN[shown]))
        exchange(house.port, request("GET", f"/{KEY}", SHOWN[shown]))
        exchange(
            house.port, b"GET /v1/x HTTP/1.1\r\nHost: localhost\r\n" + SHOWN[shown].encode() + b"\r\nBad\x00: 1\r\n\r\n"
        )
        rows = house.rows()
        assert len(rows) == len(ECHOES) + 1
        for row in rows:
            assert_nowhere(repr(row).encode(), f"row {row.summary.path}")
        assert_nowhere(repr(house.states).encode(), "states")
    finally:
        house.close()
    assert_nowhere(caplog.text.encode(), "the program's own log")
    for file, data in written(folder):
        assert_nowhere(data, file)


def test_ever_new_keys_are_not_gathered_for_ever(proxy: ProxyHouse) -> None:
    """From the 257th on a key is not looked for, so no body is kept in which it might be."""
    with raw_server(Script((OK,))) as server:
        proxy.start(server.base_url)
        live = proxy.control._server
        assert live is not None
        for number in range(KEYS_MOST):
            assert live.learn([f"some-key-of-a-customer-{number}"])
        late = "a-key-too-many-0123456789"
        body = f'{{"model": "m", "user": "{late}"}}'.encode()
        assert exchange(
            proxy.port, request("POST", "/v1/responses", f"Authorization: Bearer {late}", body=body)
        ).endswith(b"ok")
    detail = proxy.last()
    assert (detail.summary.status, detail.summary.state) == (200, "done")
    assert late not in repr(detail)
    assert (detail.attempts[0].request_body, detail.attempts[0].response_body) == (b"", b"")


def test_what_is_shown_for_want_of_a_key_is_no_secret(proxy: ProxyHouse) -> None:
    with raw_server(Script((OK,))) as server:
        proxy.start(server.base_url)
        exchange(
            proxy.port, request("POST", "/v1/responses", "Authorization: Bearer ollama", body=b'{"model":"ollama/m"}')
        )
    assert proxy.last().attempts[0].request_body == b'{"model":"ollama/m"}'


REFUSED = {
    "a name that is made to mean this machine": (request("GET", "/v1/models", host="evil.example"), 403, "bad_host"),
    "no host": (b"GET /v1/models HTTP/1.0\r\n\r\n", 403, "bad_host"),
    "an odd host": (request("GET", "/v1/models", host="[::1"), 403, "bad_host"),
    "a page": (request("POST", "/v1/responses", "Origin: https://evil.example", body=b"{}"), 403, "web_page"),
    "a page from a file": (request("POST", "/v1/responses", "Origin: null", body=b"{}"), 403, "web_page"),
    "an image in a page": (request("GET", "/v1/models", "Sec-Fetch-Site: cross-site"), 403, "web_page"),
    "what a page asks first": (request("OPTIONS", "/v1/responses", "Origin: http://localhost:3000"), 403, "web_page"),
    "a socket of a page": (
        request("GET", "/v1/realtime", "Origin: https://a.b", "Upgrade: websocket").replace(b": close", b": Upgrade"),
        403, "web_page",
    ),
    "as HTTPS_PROXY": (request("CONNECT", "api.openai.com:443"), 400, "not_a_forward_proxy"),
    "as HTTP_PROXY": (request("GET", "http://api.openai.com/v1/models"), 400, "not_a_forward_proxy"),
    "without v1": (request("GET", "/models"), 404, "no_such_path"),
    "beside v1": (request("GET", "/v1x/models"), 404, "no_such_path"),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400, "bad_request"),
    "two lengths": (request("POST", "/v1/x", "Content-Length: 1", body=b"{}"), 400, "bad_request"),
    "length and chunks": (request("POST", "/v1/x", "Transfer-Encoding: gzip, chunked", body=b"{}"), 501, "bad_request"),
    "an endless head": (b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 300_000, 431, "bad_request"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_let_in(proxy: ProxyHouse, name: str) -> None:
    data, status, code = REFUSED[name]
    with raw_server(Script((OK,))) as server:
        proxy.start(server.base_url)
        got = parsed(exchange(proxy.port, data))
        assert server.requests == []
    assert (got.status, got.get(FAULT_HEADER)) == (status, code)
    assert json.loads(got.body)["error"]["code"] == code
    assert "access-control-allow-origin" not in [key.lower() for key, _ in got.headers]
    state = proxy.wait(lambda state: state.refused > 0)
    assert state.last_error and state.last_at <= time.time()
    assert proxy.rows() == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:99", "[::1]:5", "127.0.0.1:1"])
def test_who_is_let_in(proxy: ProxyHouse, host: str) -> None:
    with raw_server(Script((OK,))) as server:
        proxy.start(server.base_url)
        more = ("Sec-Fetch-Mode: cors", "Origin: app://my-desktop-program")  # Node's fetch, Electron
        assert parsed(exchange(proxy.port, request("GET", "/v1/models", *more, host=host))).body == b"ok"


def keyed(base_url: str) -> Upstream:
    return Upstream(base_url, "Work", key=KEY, organization="org-1", project="proj-1")


def test_the_profiles_key_is_put_in_for_those_who_know_the_token(proxy: ProxyHouse) -> None:
    with raw_server(Script((OK,))) as server:
        proxy.start(keyed(server.base_url))
        token = proxy.control.state.token
        assert len(token) > 30 and token not in repr(proxy.control.state)
        for line in ("X: 1", "Authorization: Bearer wrong", f"Authorization: Bearer {token}x", "api-key: "):
            refused = parsed(exchange(proxy.port, request("GET", "/v1/models", line)))
            assert (refused.status, refused.get(FAULT_HEADER)) == (401, "proxy_token")
        assert server.requests == []
        good = request("GET", "/v1/models", f"Authorization: Bearer {token}", "OpenAI-Project: theirs")
        assert parsed(exchange(proxy.port, good)).body == b"ok"
        got = server.requests[0].decode()
        assert f"Authorization: Bearer {KEY}\r\n" in got
        assert "OpenAI-Organization: org-1\r\n" in got and "OpenAI-Project: theirs\r\n" in got and "proj-1" not in got
        assert token not in got
        assert token not in repr(proxy.last()) and KEY not in repr(proxy.last())
    proxy.start(keyed("http://127.0.0.1:9/v1"))
    assert proxy.control.state.token not in ("", token)


def test_where_a_profiles_requests_go(house: House, proxy: ProxyHouse) -> None:
    from dataclasses import replace

    from playground.core.profiles import KeySource, Profile, Timeouts

    profile = Profile.new("Work", base_url="https://h/v1/", key=KeySource.MEMORY, timeouts=Timeouts(connect=1, read=2))
    manager = house.manager()
    upstream = proxy.await_(upstream_of(manager, profile))
    assert (upstream.base_url, upstream.name, upstream.connect, upstream.read) == ("https://h/v1", "Work", 1, 2)
    assert upstream.key is None
    with pytest.raises(KeyProblem):
        proxy.await_(upstream_of(manager, profile, add_key=True))
    proxy.await_(house.vault.set(profile, KEY))
    assert proxy.await_(upstream_of(manager, replace(profile, project="p"), add_key=True)).key == KEY
