"""Every fault in words: what happened, why, what to do, whether again. Against real servers, through the real SDK."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from playground.core.error_table import Again, duration, wait_of
from playground.core.errors import (
    Problem,
    ProblemError,
    explain,
    explain_answer,
    explain_event,
    is_connection_error,
)
from playground.core.profiles import Timeouts
from playground.core.redact import known
from playground.core.resources import dated
from playground.core.session import Session
from tests.core.house import House
from tests.helpers.servers import Reply
from tests.helpers.tls import certificate


def failure(house: House, **values: Any) -> tuple[BaseException, Problem]:
    """What a call of the SDK ends in."""

    async def scenario(session: Session) -> tuple[BaseException, Problem]:
        client = await session.client()
        with pytest.raises(Exception) as caught:
            await client.responses.create(model="m", input="Hi")
        return caught.value, explain(caught.value, base_url=session.base_url, profile=session.profile.name)

    error, problem = house.run(scenario, **values)
    for text in (problem.title, problem.cause, problem.remedy):
        assert text
        assert not re.search(r"\{\w+\}", text), "a place that was not filled"
    return error, problem


def of(status: int, code: str | None = None, type: str | None = None, param: str | None = None, **more: Any) -> Reply:
    error = {"message": "Their words.", "type": type, "param": param, "code": code}
    return Reply.of_json({"error": error}, status=status, **more)


@pytest.mark.parametrize(
    ("reply", "title", "retry"),
    [
        (of(400, param="temperature"), "“temperature” was not accepted", "Not"),
        (of(400, "unsupported_parameter", param="top_p"), "does not take “top_p”", "Not"),
        (of(400, "context_length_exceeded"), "too long", "Not"),
        (of(400), "was not accepted", "Not"),
        (of(401, "invalid_api_key"), "key was not accepted", "Not"),
        (of(401), "key was not accepted", "Not"),
        (of(403, "unsupported_country_region_territory"), "not supported", "Not"),
        (of(403), "refused", "No"),
        (of(404, "model_not_found"), "model is not there", "No"),
        (of(404), "Not found", "No"),
        (of(409), "changed", "Yes"),
        (of(422), "could not be processed", "Not"),
        (of(429, "insufficient_quota", "insufficient_quota"), "no credit", "never repeated"),
        (of(429, "credit_balance_exhausted"), "no credit", "never repeated"),
        (of(429, "project_spend_limit_exceeded"), "project's spending limit", "never repeated"),
        (of(429, "organization_usage_limit_exceeded"), "usage limit", "never repeated"),
        (of(429, "slow_down"), "too quickly", "Yes"),
        (of(429, "rate_limit_exceeded", headers={"retry-after": "7"}), "rate limit", "in 7 seconds"),
        (of(429), "Too many requests", "Yes"),
        (of(500, type="server_error"), "server failed", "Yes"),
        (of(501, "not_implemented"), "does not offer", "No"),
        (of(503, "server_is_overloaded", headers={"retry-after": "3"}), "overloaded", "in 3 seconds"),
        (of(503, "slow_down"), "overloaded", "Yes"),
    ],
)
def test_errors_of_the_api(house: House, reply: Reply, title: str, retry: str) -> None:
    house.server.add("/responses", reply)
    _, problem = failure(house)
    sent = json.loads(reply.body)["error"]
    assert title in problem.title
    assert retry in problem.retry
    assert (problem.status, problem.code, problem.type) == (reply.status, sent["code"], sent["type"])
    assert problem.param == sent["param"]
    assert problem.request_id == "req_00000001"
    assert problem.server_words == "Their words."
    assert problem.to_error_dict() == {
        "message": "Their words.",
        "type": sent["type"],
        "code": sent["code"],
        "param": sent["param"],
        "status": reply.status,
        "request_id": "req_00000001",
        "explanation": problem.line(),
    }
    assert len(house.server.received) == 1


def test_a_status_that_nobody_knows_is_said_to_be_unknown(house: House) -> None:
    house.server.add("/responses", of(418))
    _, problem = failure(house)
    assert problem.title == "The server answered 418"
    assert "not known" in problem.remedy


@pytest.mark.parametrize(
    ("status", "title"), [(404, "web page"), (502, "gateway"), (503, "not available"), (403, "refused")]
)
def test_a_page_of_a_proxy(house: House, status: int, title: str) -> None:
    page = b"<html><head><title>Nginx says</title><style>p{}</style></head><body><p>Sorry &mdash; no</p></body></html>"
    house.server.add("/responses", Reply(page, status=status, content_type="text/html"))
    _, problem = failure(house)
    assert title in problem.title
    assert problem.server_words and "<" not in problem.server_words
    assert "Nginx says" in problem.server_words


@pytest.mark.parametrize(
    "body", [b"", b"plain words", b'{"detail":"Not authenticated"}', b'{"message":"m"}', b'{"error":"e"}', b"[1]", b"7"]
)
def test_bodies_of_other_servers(house: House, body: bytes) -> None:
    house.server.add("/responses", Reply(body, status=400))
    _, problem = failure(house)
    assert problem.status == 400


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_nobody_there(house: House) -> None:
    error, problem = failure(house, base_url=f"http://127.0.0.1:{free_port()}/v1")
    assert problem.code == "refused"
    assert "127.0.0.1" in problem.cause
    assert is_connection_error(error)


def test_no_such_name(house: House) -> None:
    _, problem = failure(house, base_url="http://no-such-host.invalid/v1")
    assert problem.code == "dns"
    assert "no-such-host.invalid" in problem.cause


@contextmanager
def saying(words: bytes) -> Iterator[int]:
    """A server that says one thing to whoever connects, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(words)
                connection.recv(1 << 16)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join(5)


def test_a_server_without_tls(house: House) -> None:
    with saying(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        _, problem = failure(house, base_url=f"https://127.0.0.1:{port}/v1")
    assert problem.code == "tls"


def test_a_handshake_that_nobody_answers(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/v1"
        _, problem = failure(house, base_url=url, timeouts=Timeouts(connect=0.3))
    assert problem.code == "connect_timeout"


@contextmanager
def self_signed(folder: Path) -> Iterator[int]:
    """A TLS server whose certificate nobody knows."""
    key, made = certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def serve() -> None:
            try:
                connection, _ = listener.accept()
                with connection, context.wrap_socket(connection, server_side=True):
                    pass
            except OSError:
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


def test_a_certificate_that_nobody_trusts(house: House, tmp_path: Path) -> None:
    with self_signed(tmp_path) as port:
        _, problem = failure(house, base_url=f"https://127.0.0.1:{port}/v1")
    assert problem.code == "certificate"


def test_a_silent_server(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        error, problem = failure(house, base_url=url, timeouts=Timeouts(read=0.3))
    assert problem.code == "read_timeout"
    assert "twice" in problem.retry
    assert is_connection_error(error)


def test_a_server_that_hangs_up(house: House) -> None:
    with saying(b"") as port:
        _, problem = failure(house, base_url=f"http://127.0.0.1:{port}/v1")
    assert problem.code == "reset"


def test_a_server_of_another_kind(house: House) -> None:
    with saying(b"220 mail.example.com ESMTP\r\n") as port:
        error, problem = failure(house, base_url=f"http://127.0.0.1:{port}/v1")
    assert problem.code in ("protocol", "reset")
    assert is_connection_error(error)


def test_missing_arguments(house: House) -> None:
    async def scenario(session: Session) -> Problem:
        client: Any = await session.client()
        with pytest.raises(TypeError) as caught:
            await client.chat.completions.create(model="m")
        return explain(caught.value)

    problem = house.run(scenario)
    assert "missing" in problem.title
    assert "messages" in problem.cause


def test_what_is_local() -> None:
    missing = explain(FileNotFoundError(2, "No such file or directory", "/nowhere/a.txt"))
    assert "/nowhere/a.txt" in missing.cause
    assert explain(asyncio.CancelledError()).title == "Stopped"
    known = Problem("What", "Why", "Do")
    assert explain(ProblemError(known)) is known
    odd = explain(RuntimeError("boom"))
    assert "RuntimeError: boom" in odd.cause
    assert "not known" in odd.remedy
    assert "JSON" in explain(json.JSONDecodeError("Expecting value", "x", 0)).cause
    assert not is_connection_error(RuntimeError("boom"))


def test_events() -> None:
    problem = explain_event({"code": "image_too_small", "message": "Tiny."}, "req_1")
    assert "image" in problem.title
    assert "image_too_small" in problem.cause
    assert (problem.request_id, problem.server_words) == ("req_1", "Tiny.")
    assert explain_event({"code": "later_code", "message": "Later."}, None).cause == "Later."
    assert explain_event({}, None).title


def test_an_answer_that_is_none() -> None:
    problem = explain_answer(200, {}, b"<html><title>Log in</title></html>", base_url="https://proxy.example/v1")
    assert "Log in" in problem.cause
    assert "proxy.example" in problem.cause.lower()


def test_one_line() -> None:
    assert Problem("A thing.", "Because\nof it", "").line() == "A thing. Because of it."


def test_the_table_is_dated_and_whole() -> None:
    table = json.loads(dated("errors").read_text("utf-8"))
    assert date.fromisoformat(table["date"])
    assert table["source"]
    places = {"server", "profile", "wait", "param", "code"}
    for rule in table["rules"]:
        assert rule["match"].keys() <= {"codes", "statuses", "kinds", "param"}
        assert rule["class"] in table["classes"] and rule["again"] in get_args(Again)
        assert rule.get("section") is None or rule["section"] in table["sections"]
        if rule["again"] == "never":
            assert rule["retry"].startswith("No.")
        if rule["again"] == "wait":
            assert "{wait}" in rule["retry"]
        for name in ("title", "cause", "remedy", "retry"):
            assert rule[name]
            assert set(re.findall(r"\{(\w+)\}", rule[name])) <= places


def test_what_others_say_is_shown_without_passwords_and_keys() -> None:
    known().add("canary-said-by-a-server")
    proxied = type("ProxyError", (Exception,), {})("407, url='http://me:pw@proxy.example:3128'")
    problem = explain(proxied)
    assert problem.code == "proxy_password" and "me:pw" not in str(problem) and "proxy.example" in str(problem)
    echoed = explain_event({"message": "no canary-said-by-a-server", "code": "canary-said-by-a-server"}, "req_1")
    assert "canary" not in str(echoed) and "no ****" in str(echoed.server_words)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": "Thu, 01 Jan 1970 00:01:30 GMT"}, 30),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:10 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "-3"}, None),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m0s"}, 360),
        ({"x-ratelimit-remaining-requests": "9", "x-ratelimit-reset-requests": "6m0s"}, None),
        (
            {
                "x-ratelimit-remaining-requests": "0",
                "x-ratelimit-reset-requests": "120ms",
                "x-ratelimit-remaining-project-tokens": "0",
                "x-ratelimit-reset-project-tokens": "1h2m3.5s",
            },
            3723.5,
        ),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert wait_of(headers, 60.0) == seconds


def test_durations_of_rate_limits() -> None:
    assert [duration(text) for text in ("6m0s", "120ms", "1d", "20", "", None, "6m!", "ms")] == [
        360, 0.12, 86400, 20, None, None, None, None
    ]  # fmt: skip
