"""The helpers themselves: a fixture that proves nothing would let everything else pass."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest

from tests.helpers.secret_service import SecretService
from tests.helpers.servers import RecordingServer, Reply, need_recordings, recordings


def _exchange(server: RecordingServer, path: str) -> tuple[bytes, list[bytes]]:
    """The head, and the pieces as they came in."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(f"GET /v1{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        connection.shutdown(socket.SHUT_WR)
        whole = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, rest = whole.partition(b"\r\n\r\n")
    pieces = []
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        pieces.append(rest[: int(size, 16)])
        rest = rest[int(size, 16) + 2 :]
    return head, pieces


def test_replies_are_cut_where_the_test_says(recording_server: RecordingServer) -> None:
    recording_server.add(
        "/a",
        Reply(b"0123456789", chunk=4),
        Reply(b"0123456789", chunk=[1, 2]),
        Reply(b"0123456789", chunk=4, cut_after=6),
    )
    assert _exchange(recording_server, "/a")[1] == [b"0123", b"4567", b"89", b""]
    assert _exchange(recording_server, "/a")[1] == [b"0", b"12", b"3456789", b""]
    assert _exchange(recording_server, "/a")[1] == [b"0123", b"45"]
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(recording_server.base_url + "/a", timeout=5)


def test_a_held_reply_tells_that_its_client_left(recording_server: RecordingServer) -> None:
    recording_server.add("/held", Reply(b"0123456789", hold=threading.Event(), hold_after=3))
    with socket.create_connection(("127.0.0.1", recording_server.port), timeout=5) as connection:
        connection.sendall(b"GET /v1/held HTTP/1.1\r\nHost: x\r\n\r\n")
        came = b""
        while b"012" not in came:
            came += connection.recv(1000)
        assert not recording_server.left.is_set()
    assert recording_server.left.wait(5)


def test_a_recording_is_replayed_byte_by_byte(recording_server: RecordingServer) -> None:
    need_recordings()
    stream = recordings(path="/responses", sse=True)[0]
    recording_server.add("/responses", Reply.of_recording(stream, chunk=1000))
    with urllib.request.urlopen(recording_server.base_url + "/responses", timeout=10) as answer:
        assert answer.read() == stream["response"].encode()


@pytest.mark.keyring
def test_an_unlocked_service_keeps_and_gives_a_secret(secret_service: SecretService) -> None:
    import keyring

    assert keyring.get_password("pg-test", "api-key") is None
    keyring.set_password("pg-test", "api-key", "sekrit")
    assert keyring.get_password("pg-test", "api-key") == "sekrit"


@pytest.mark.keyring
def test_a_locked_service_gives_nothing(locked_secret_service: SecretService) -> None:
    import keyring
    import keyring.errors

    with pytest.raises((keyring.errors.KeyringLocked, keyring.errors.InitError)):
        keyring.get_password("pg-test", "api-key")


@pytest.mark.keyring
def test_an_empty_bus_fails_at_the_first_call(no_secret_service: SecretService) -> None:
    import keyring
    import keyring.errors

    with pytest.raises(keyring.errors.KeyringError):
        keyring.get_password("pg-test", "api-key")


@pytest.mark.keyring
def test_a_silent_service_never_answers(silent_secret_service: SecretService) -> None:
    code = "import keyring; print('asking', flush=True); keyring.get_password('pg-test', 'api-key'); print('answered')"
    with subprocess.Popen(
        [sys.executable, "-c", code], env=silent_secret_service.environ, stdout=subprocess.PIPE, text=True
    ) as asking:
        assert asking.stdout and asking.stdout.readline() == "asking\n"
        with pytest.raises(subprocess.TimeoutExpired):
            asking.wait(1)
        asking.kill()
        assert asking.stdout.read() == ""


@pytest.mark.steady
def test_steady_knows_what_fits(steady_server: str) -> None:
    def ask(body: dict[str, object]) -> int:
        request = urllib.request.Request(
            steady_server + "/responses",
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "Authorization": "Bearer sk-any"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    assert ask({"model": "gpt-5", "input": "hello"}) == 200
    assert ask({"model": "gpt-5", "input": "hello", "temperature": "hot"}) == 400
