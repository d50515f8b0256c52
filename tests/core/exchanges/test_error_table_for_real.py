"""Each rule of the table of errors, produced over HTTP by the real sandbox (or, for connections, by real sockets),
sent through a real session, read back from the log, and what the doctor says of it.

What is expected stands here in words of its own. At the end it is checked that no rule, and no code of a rule, was
left out.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from playground.core.error_table import rule_for
from playground.core.errors import Problem, explain
from playground.core.exchanges.diagnosis import diagnose
from playground.core.profiles import Retries, Timeouts
from playground.core.resources import dated
from playground.core.session import Session
from tests.core import house as houses
from tests.core.house import House
from tests.helpers import disks
from tests.helpers.sandbox import Server, running_sandbox
from tests.helpers.tls import certificate

RULES: list[dict[str, Any]] = json.loads(dated("errors").read_text("utf-8"))["rules"]
DOCS = {"errors": "guides/error-codes", "limits": "guides/rate-limits", "countries": "supported-countries",
        "state": "guides/conversation-state", "websocket": "guides/websocket-mode", "images": "guides/images-vision",
        "safety": "guides/safety-best-practices", "data": "guides/your-data", "retrieval": "guides/retrieval",
        "models": "docs/models"}  # fmt: skip


class Expected(NamedTuple):
    """What the doctor has to say."""

    sort: str
    again: str
    section: str | None
    title: str
    """A part of the title."""
    remedy: str
    """A part of the remedy."""
    retry: str
    """What the answer to “will a retry help?” begins with."""


class Case(NamedTuple):
    status: int
    codes: tuple[str, ...]
    expected: Expected
    param: str | None = None
    type: str | None = None


NEVER = "No. It fails again until that is changed"
QUOTA = Expected("account", "never", "errors", "no credit left", "Add credit", NEVER)
IMAGE = Expected("request", "change", "images", "image could not be used", "PNG, JPEG", "Not with this image")
POLICY = Expected("policy", "change", "safety", "content policy", "Reword the prompt", "Not as it is")
PARAM = Expected("request", "change", "errors", "“temperature” was not accepted", "unset it", "Not as it is")
BUSY = Expected("server", "wait", "errors", "overloaded", "Wait and try again", "Yes, ")
FAILED = Expected("server", "soon", "errors", "server failed", "report the request ID", "Yes, in a moment")
FAST = Expected("rate", "wait", "limits", "Too many requests too quickly", "fewer requests at once", "Yes, ")
GATEWAY = Expected("server", "soon", None, "network before the server", "in a moment", "Yes, in a moment")
NOT_OFFERED = Expected("request", "change", None, "does not offer this", "another server", "No")

CASES = (
    Case(429, ("insufficient_quota", "credit_balance_exhausted", "billing_not_active"), QUOTA),
    Case(429, ("billing_hard_limit_reached", "organization_spend_limit_exceeded"),
         Expected("account", "never", "errors", "organization's spending limit", "next month", NEVER),
         type="insufficient_quota"),
    Case(429, ("project_spend_limit_exceeded",),
         Expected("account", "never", "errors", "project's spending limit", "another project", NEVER),
         type="insufficient_quota"),
    Case(429, ("organization_usage_limit_exceeded",),
         Expected("account", "never", "errors", "usage limit", "higher limit", NEVER), type="insufficient_quota"),
    Case(429, ("slow_down",), FAST),
    Case(429, ("rate_limit_error", "rate_limit_exceeded", "requests", "tokens"),
         Expected("rate", "wait", "limits", "rate limit is reached", "rate-limit headers", "Yes, ")),
    Case(401, ("invalid_api_key",), Expected("key", "change", "errors", "key was not", "Check the key", "Not with")),
    Case(401, ("invalid_organization", "mismatched_organization"),
         Expected("key", "change", "errors", "organization does not fit", "Correct or clear", "No")),
    Case(401, ("mismatched_project", "invalid_project"),
         Expected("key", "change", "errors", "project does not fit", "Correct or clear", "No")),
    Case(403, ("unsupported_country_region_territory",),
         Expected("key", "change", "countries", "country or region", "supported countries", "Not from here")),
    Case(401, ("ip_not_authorized",), Expected("key", "change", "errors", "network address", "allow-list", "Not from")),
    Case(403, ("missing_scope", "insufficient_permissions"),
         Expected("key", "change", "errors", "key may not do this", "the permission", "Not with this key")),
    Case(404, ("model_not_found",), Expected("missing", "change", "models", "model is not there", "the list", "No")),
    Case(400, ("previous_response_not_found",),
         Expected("missing", "change", "state", "previous response", "whole conversation", "Not as it is")),
    Case(400, ("websocket_connection_limit_reached",),
         Expected("network", "now", "websocket", "greatest age", "Connect again", "Yes, on a new connection")),
    Case(400, ("context_length_exceeded", "string_above_max_length"),
         Expected("request", "change", "models", "too long", "Shorten", "Not as it is")),
    Case(400, ("unsupported_parameter",),
         Expected("request", "change", "models", "does not take “temperature”", "Unset “temperature”", "Not as it is"),
         param="temperature"),
    Case(400, ("unsupported_value", "invalid_value", "invalid_type", "missing_required_parameter", "unknown_parameter"),
         PARAM, param="temperature"),
    Case(400, ("invalid_prompt", "bio_policy", "content_policy_violation", "image_content_policy_violation",
               "content_filter", "cyber_policy"), POLICY),
    Case(400, ("data_residency_mismatch",),
         Expected("request", "change", "data", "data region", "project's region", "Not as it is")),
    Case(504, ("vector_store_timeout",),
         Expected("server", "soon", "retrieval", "vector store", "smaller store", "Yes, in a moment")),
    Case(400, ("invalid_image", "invalid_image_format", "invalid_base64_image", "invalid_image_url", "image_too_large",
               "image_too_small", "image_parse_error", "invalid_image_mode", "image_file_too_large",
               "unsupported_image_media_type", "empty_image_file"), IMAGE),
    Case(400, ("failed_to_download_image", "image_file_not_found"),
         Expected("request", "change", "images", "could not be fetched", "address is public", "After that")),
    Case(503, ("server_is_overloaded", "service_unavailable_error", "overloaded_error", "slow_down"), BUSY),
    Case(200, ("slow_down",), FAST),
    Case(501, ("not_implemented", "unsupported_operation"), NOT_OFFERED),
    Case(400, (), PARAM, param="temperature"),
    Case(400, (), Expected("request", "change", "errors", "request was not accepted", "server's words", "Not")),
    Case(401, (), Expected("key", "change", "errors", "key was not accepted", "Check the key", "Not with this key")),
    Case(403, (), Expected("key", "change", "errors", "Access was refused", "allowed to do", "No")),
    Case(404, (), Expected("missing", "change", "errors", "Not found", "Check the ID", "No")),
    Case(405, (), Expected("request", "change", None, "this kind of request", "base URL", "No")),
    Case(407, (), Expected("network", "change", None, "proxy asks for a password", "HTTPS_PROXY", "After that")),
    Case(408, (), Expected("network", "now", None, "waited too long", "Try again", "Yes, at once")),
    Case(409, (), Expected("conflict", "soon", "errors", "changed meanwhile", "Load it again", "Yes, in a moment")),
    Case(413, (), Expected("request", "change", None, "too large", "Send less", "Not as it is")),
    Case(422, (), Expected("request", "change", "errors", "could not be processed", "server's words", "Not as it is")),
    Case(429, (), Expected("rate", "wait", "limits", "Too many requests", "Wait, or send less", "Yes, ")),
    Case(500, ("server_error", "internal_error"), FAILED),
    Case(200, ("server_error",), FAILED),
    Case(500, (), FAILED),
    Case(501, (), NOT_OFFERED),
    Case(502, (), Expected("server", "soon", None, "gateway got no good", "proxy of your own", "Yes, in a moment")),
    Case(503, (), Expected("server", "wait", "errors", "not available", "Wait and try again", "Yes, ")),
    Case(504, (), Expected("server", "soon", None, "gateway waited too long", "streamed request", "Yes, in a moment")),
    *(Case(status, (), GATEWAY) for status in range(520, 527)),
)  # fmt: skip
EACH = [(case, code) for case in CASES for code in case.codes or (None,)]


def asked(case: Case, code: str | None, headers: dict[str, str] | None = None) -> dict[str, str]:
    """The header that has the sandbox fail so."""
    wanted: dict[str, Any] = {"status": case.status, "code": code, "param": case.param, "type": case.type}
    wanted = {name: value for name, value in wanted.items() if value is not None} | {"message": "Their words."}
    return {"X-Sandbox-Error": json.dumps(wanted | ({"headers": headers} if headers else {}))}


def fail(house: House, headers: dict[str, str], *, stream: bool = False, **values: Any) -> Problem:
    """A generation that fails, and the doctor's problem of what the log has of it."""

    async def scenario(session: Session) -> None:
        client = await session.client()
        with pytest.raises(Exception):  # noqa: B017  what it is shows in the log
            answer: Any = await client.responses.create(
                model="sandbox-echo", input="Hi", stream=stream, extra_headers=headers
            )
            events = [event.type async for event in answer]
            raise AssertionError(f"a stream that ended with {events}")

    house.run(scenario, **values)
    found = diagnose(house.last())
    assert found is not None, "the doctor says that all is well"
    return found.problem


def check(problem: Problem, expected: Expected) -> None:
    """What is said, and that nothing was left open in it."""
    assert (problem.sort, problem.again, problem.section) == (expected.sort, expected.again, expected.section)
    assert expected.title in problem.title and expected.remedy in problem.remedy
    assert problem.retry.startswith(expected.retry)
    for text in (problem.title, problem.cause, problem.remedy, problem.retry):
        assert text and "{" not in text
    if expected.section is not None:
        from playground.core.error_table import section_of

        assert DOCS[expected.section] in section_of(expected.section)[1]


@pytest.fixture
def sandboxed(house: House, sandbox_server: Server, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(houses, "KEY", sandbox_server.key)
    return house


@pytest.mark.parametrize(
    ("case", "code"), EACH, ids=[f"{case.status}-{code or case.param or 'bare'}" for case, code in EACH]
)
def test_an_answer_of_the_server(sandboxed: House, sandbox_server: Server, case: Case, code: str | None) -> None:
    values = {"base_url": sandbox_server.base_url, "stream": case.status == 200}
    problem = fail(sandboxed, asked(case, code), **values)  # type: ignore[arg-type]
    check(problem, case.expected)
    assert problem.server_words == "Their words. (Made by the sandbox: the request asked for it.)"
    assert problem.request_id and problem.request_id.startswith("req_")
    assert problem.code == code
    if case.status != 200:
        assert problem.status == case.status and problem.param == case.param
    assert sandboxed.last().summary.attempts == 1


@pytest.mark.parametrize("case", [case for case in CASES if case.expected.again == "wait" and case.status != 200])
@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "7"},
        {"retry-after-ms": "7000"},
        {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "7s"},
    ],
)
def test_the_time_that_the_server_names(
    sandboxed: House, sandbox_server: Server, case: Case, headers: dict[str, str]
) -> None:
    code = case.codes[0] if case.codes else None
    problem = fail(sandboxed, asked(case, code, headers), base_url=sandbox_server.base_url)
    assert problem.wait == 7 and "in 7 seconds" in problem.retry


@pytest.mark.parametrize("case", [case for case in CASES if case.expected.again in ("never", "change")][::4])
def test_no_time_is_named_where_waiting_does_not_help(sandboxed: House, sandbox_server: Server, case: Case) -> None:
    code = case.codes[0] if case.codes else None
    problem = fail(sandboxed, asked(case, code, {"Retry-After": "7"}), base_url=sandbox_server.base_url)
    assert problem.wait is None and "7" not in problem.retry


# Where no answer came -----------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def serving(handle: Callable[[socket.socket], object]) -> Iterator[int]:
    """A server that does one thing with each connection, and no more."""
    stop = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.settimeout(0.05)

        def serve() -> None:
            while not stop.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                except OSError:
                    return
                with connection:
                    try:
                        connection.settimeout(5)
                        handle(connection)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            stop.set()
            thread.join(10)


def says(*words: bytes) -> Callable[[socket.socket], None]:
    def handle(connection: socket.socket) -> None:
        connection.recv(65536)
        for part in words:
            connection.sendall(part)

    return handle


Way = Callable[[House, Server, Path, pytest.MonkeyPatch], Problem]


def _dns(house: House, _server: Server, _folder: Path, _patch: pytest.MonkeyPatch) -> Problem:
    return fail(house, {}, base_url="http://no-such-host.invalid/v1")


def _refused(house: House, _server: Server, folder: Path, patch: pytest.MonkeyPatch) -> Problem:
    with running_sandbox(folder / "state", "--fault", "refused") as server:
        patch.setattr(houses, "KEY", server.key)
        return fail(house, {}, base_url=server.base_url)


def _tls(house: House, _server: Server, folder: Path, patch: pytest.MonkeyPatch) -> Problem:
    with running_sandbox(folder / "state", "--fault", "tls") as server:
        patch.setattr(houses, "KEY", server.key)
        return fail(house, {}, base_url=server.base_url)


def _certificate(house: House, _server: Server, folder: Path, _patch: pytest.MonkeyPatch) -> Problem:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    key, made = certificate(folder)
    context.load_cert_chain(made, key)

    def handle(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True):
            return

    with serving(handle) as port:
        return fail(house, {}, base_url=f"https://localhost:{port}/v1")


def _connect_timeout(house: House, _server: Server, _folder: Path, _patch: pytest.MonkeyPatch) -> Problem:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/v1"
        return fail(house, {}, base_url=url, timeouts=Timeouts(connect=0.3))


def _read_timeout(house: House, server: Server, _folder: Path, _patch: pytest.MonkeyPatch) -> Problem:
    return fail(house, {"X-Sandbox-Fault": "latency=30"}, base_url=server.base_url, timeouts=Timeouts(read=0.3))


def _reset(house: House, server: Server, _folder: Path, _patch: pytest.MonkeyPatch) -> Problem:
    return fail(house, {"X-Sandbox-Fault": "cut=2"}, base_url=server.base_url)


def _protocol(house: House, _server: Server, _folder: Path, _patch: pytest.MonkeyPatch) -> Problem:
    with serving(says(b"220 mail.example.com ESMTP ready\r\n" * 20)) as port:
        return fail(house, {}, base_url=f"http://127.0.0.1:{port}/v1")


def _url(house: House, server: Server, _folder: Path, _patch: pytest.MonkeyPatch) -> Problem:
    """A server that points to an address that is none of the web's."""
    case = Case(307, (), QUOTA)
    return fail(house, asked(case, None, {"Location": "ftp://127.0.0.1/v1"}), base_url=server.base_url)


def _unreachable(house: House, _server: Server, _folder: Path, _patch: pytest.MonkeyPatch) -> Problem:
    """There is no TCP connection to a group of computers: the system refuses it at once."""
    return fail(house, {}, base_url="http://224.0.0.1/v1", timeouts=Timeouts(connect=5))


def _connection(house: House, _server: Server, _folder: Path, _patch: pytest.MonkeyPatch) -> Problem:
    """A server that hangs up before the handshake is done: all that is told is that it could not be reached. What the
    program sends is read first: else the system resets the connection."""
    with serving(lambda connection: connection.recv(1 << 16)) as port:
        return fail(house, {}, base_url=f"https://127.0.0.1:{port}/v1")


def _proxied(answer: bytes) -> Way:
    def way(house: House, _server: Server, _folder: Path, patch: pytest.MonkeyPatch) -> Problem:
        with serving(says(answer)) as port:
            house.profiles.environ["https_proxy"] = f"http://127.0.0.1:{port}"  # type: ignore[index]
            return fail(house, {}, base_url="https://api.example.invalid/v1")

    return way


def _proxy_unreachable(house: House, _server: Server, _folder: Path, _patch: pytest.MonkeyPatch) -> Problem:
    house.profiles.environ["https_proxy"] = f"http://127.0.0.1:{free_port()}"  # type: ignore[index]
    return fail(house, {}, base_url="https://api.example.invalid/v1")


def _of_httpx2(server: Server, limits: bool) -> Problem:
    """Our own transport has neither a pool that can be full nor a time-out of sending. Other programs have: their
    errors come with the recordings and HARs that are read here."""
    import asyncio

    import httpx2

    async def scenario() -> BaseException:
        timeout = httpx2.Timeout(5, pool=0.2, write=0.3)
        pool = httpx2.Limits(max_connections=1) if limits else httpx2.Limits()
        async with httpx2.AsyncClient(timeout=timeout, limits=pool, trust_env=False) as client:
            if limits:
                head = {"Authorization": f"Bearer {server.key}", "X-Sandbox-Fault": "latency=1"}
                first = asyncio.ensure_future(client.get(f"{server.base_url}/models", headers=head))
                await asyncio.sleep(0.1)
                with pytest.raises(httpx2.PoolTimeout) as full:
                    await client.get(f"{server.base_url}/models", headers=head)
                await first
                return full.value
            with socket.create_server(("127.0.0.1", 0)) as deaf, pytest.raises(httpx2.WriteTimeout) as caught:
                await client.post(f"http://127.0.0.1:{deaf.getsockname()[1]}/", content=b"x" * 50_000_000)
            return caught.value

    return explain(asyncio.run(scenario()), base_url=server.base_url)


def _pool(_house: House, server: Server, _folder: Path, _patch: pytest.MonkeyPatch) -> Problem:
    return _of_httpx2(server, True)


def _write(_house: House, server: Server, _folder: Path, _patch: pytest.MonkeyPatch) -> Problem:
    return _of_httpx2(server, False)


CONNECTIONS: dict[str, tuple[Way, Expected]] = {
    "dns": (_dns, Expected("network", "change", None, "name was not found", "Check the base URL", "After that")),
    "refused": (_refused, Expected("network", "change", None, "Nothing answers", "Start the server", "After that")),
    "certificate": (
        _certificate, Expected("network", "change", None, "certificate is not trusted", "SSL_CERT_FILE", "No")
    ),
    "tls": (_tls, Expected("network", "change", None, "No secure connection", "http:// and https://", "No")),
    "connect_timeout": (
        _connect_timeout, Expected("network", "perhaps", None, "not be reached in time", "connect time-out", "Perhaps")
    ),
    "read_timeout": (
        _read_timeout,
        Expected("network", "perhaps", None, "fell silent", "client request ID", "Perhaps; the work may then be done"),
    ),
    "pool_timeout": (_pool, Expected("network", "soon", None, "Too many requests at once", "Wait until", "Yes")),
    "write_timeout": (_write, Expected("network", "perhaps", None, "could not be sent", "send less", "Perhaps")),
    "reset": (_reset, Expected("network", "now", None, "connection broke", "Try again", "Yes; the work may")),
    "proxy": (
        _proxied(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n"),
        Expected("network", "change", None, "proxy failed", "NO_PROXY", "After that"),
    ),
    "proxy_password": (
        _proxied(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"),
        Expected("network", "change", None, "asks for a password", "user:password@host", "After that"),
    ),
    "proxy_unreachable": (
        _proxy_unreachable, Expected("network", "change", None, "proxy cannot be reached", "go there directly", "After")
    ),
    "protocol": (_protocol, Expected("network", "change", None, "does not speak HTTP", "its port", "No")),
    "url": (_url, Expected("network", "change", None, "base URL cannot be used", "http://localhost:8000/v1", "No")),
    "unreachable": (_unreachable, Expected("network", "change", None, "no way to the server", "VPN", "After that")),
    "connection": (_connection, Expected("network", "perhaps", None, "could not be reached", "the network", "Perhaps")),
}  # fmt: skip


@pytest.mark.parametrize("kind", CONNECTIONS)
def test_a_connection_that_failed(
    sandboxed: House, sandbox_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    way, expected = CONNECTIONS[kind]
    problem = way(sandboxed, sandbox_server, tmp_path, monkeypatch)
    assert (problem.code, problem.type) == (kind, "connection_error")
    check(problem, expected)


# This computer's disk -----------------------------------------------------------------------------------------------


def _written(path: Path) -> Problem:
    with pytest.raises(OSError, match=r".") as caught:
        path.write_bytes(b"x" * 1_000_000)
    error = caught.value
    error.filename = error.filename or str(path)
    return explain(error)


def _full(folder: Path) -> Problem:
    with disks.small_disk(folder / "disk", 64) as disk:
        return _written(disk / "file")


def _read_only(folder: Path) -> Problem:
    (folder / "place").mkdir()
    with disks.read_only(folder / "place") as place:
        return _written(place / "file")


def _no_access(_folder: Path) -> Problem:
    """Not even root may write there, and not because the disk is read-only."""
    with pytest.raises(PermissionError) as caught:
        Path("/proc/sys/kernel/osrelease").write_bytes(b"")
    return explain(caught.value)


def _no_folder(folder: Path) -> Problem:
    (folder / "file").write_text("")
    return _written(folder / "file" / "below")


LOCAL = {
    "disk_full": (_full, Expected("local", "change", None, "disk is full", "Free some space", "After that")),
    "read_only": (_read_only, Expected("local", "change", None, "disk is read-only", "--data-dir", "After that")),
    "no_access": (_no_access, Expected("local", "change", None, "may not be used", "permissions", "After that")),
    "no_folder": (_no_folder, Expected("local", "change", None, "no such folder", "Move the file", "After that")),
}


@pytest.mark.parametrize("kind", LOCAL)
def test_a_disk_that_failed(tmp_path: Path, kind: str) -> None:
    way, expected = LOCAL[kind]
    problem = way(tmp_path)
    assert problem.code == kind
    check(problem, expected)


# Nothing was left out -----------------------------------------------------------------------------------------------


def test_every_rule_and_every_code_of_the_table_was_produced() -> None:
    met: set[int] = set()
    codes: set[tuple[int, str]] = set()
    for case, code in EACH:
        fields = {"code": code, "type": case.type, "param": case.param}
        rule = rule_for(fields, None if case.status == 200 else case.status, None)
        place = next(number for number, one in enumerate(RULES) if one is rule or one == rule)
        met.add(place)
        if code is not None:
            codes.add((place, code))
    for kind in (*CONNECTIONS, *LOCAL):
        met.add(next(number for number, rule in enumerate(RULES) if kind in rule["match"].get("kinds", ())))
    assert met == set(range(len(RULES))), "rules that nobody produced"
    shadowed = {(24, "slow_down"), (25, "slow_down"), (4, "slow_down")}
    wanted = {(number, code) for number, rule in enumerate(RULES) for code in rule["match"].get("codes", ())}
    assert wanted - shadowed <= codes | shadowed, "codes that nobody produced"
    statuses = {status for rule in RULES for status in rule["match"].get("statuses", ())}
    assert statuses == {case.status for case in CASES} - {200}, "statuses that nobody produced"


def test_an_error_that_is_not_in_the_table_is_said_to_be_unknown(sandboxed: House, sandbox_server: Server) -> None:
    problem = fail(sandboxed, asked(Case(418, (), QUOTA), "a_code_of_next_year"), base_url=sandbox_server.base_url)
    assert problem.sort is problem.again is problem.section is None
    assert "not known" in problem.remedy and problem.retry == "Not known."


def test_reads_are_repeated_and_each_attempt_is_on_record(sandboxed: House, sandbox_server: Server) -> None:
    """What the doctor says is of the last attempt."""

    async def scenario(session: Session) -> None:
        client = await session.client()
        with pytest.raises(Exception, match="overloaded"):
            await client.models.list(extra_headers={"X-Sandbox-Fault": "500@1, 429=0.01@2, 503=0.02"})

    sandboxed.run(scenario, base_url=sandbox_server.base_url, retries=Retries(reads=2))
    assert [attempt.status for attempt in sandboxed.last().attempts] == [500, 429, 503]
    found = diagnose(sandboxed.last())
    assert found is not None and found.problem.status == 503 and found.problem.wait == 0.02 and found.attempts == 3
