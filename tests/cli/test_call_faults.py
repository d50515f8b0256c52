"""`playground call` against every fault of the sandbox: how it ends, and what a program reads then."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from playground.cli.main import run
from playground.sandbox.faults import KINDS, parse
from tests.cli.test_call import error_of
from tests.helpers.sandbox import Server, running_sandbox

BODIES: dict[str, dict[str, Any]] = {
    "responses.create": {"input": "Name the planets."},
    "chat.completions.create": {"messages": [{"role": "user", "content": "Name the planets."}]},
}
REFUSED, NO_CONNECTION = 1, 3
ANSWERED = 0

STREAMED = {
    "401": (REFUSED, 401, "invalid_api_key"),
    "403": (REFUSED, 403, "missing_scope"),
    "404": (REFUSED, 404, "model_not_found"),
    "429=0": (REFUSED, 429, "rate_limit_exceeded"),
    "quota": (REFUSED, 429, "insufficient_quota"),
    "500": (REFUSED, 500, "server_error"),
    "503=0": (REFUSED, 503, "server_is_overloaded"),
    "html-502": (REFUSED, 502, None),
    "cut=9": (NO_CONNECTION, None, "reset"),
    "stall=9": (NO_CONNECTION, None, "read_timeout"),
    "malformed-sse=9": (REFUSED, None, None),
    "invalid-json=9": (REFUSED, None, None),
    "invalid-utf8=9": (REFUSED, None, None),
    "error-event=9": (REFUSED, None, "server_error"),
    "error-object=9": (REFUSED, None, "server_error"),
    "failed=9": (REFUSED, None, "server_error"),
    "tls": (NO_CONNECTION, None, "tls"),
    "refused": (NO_CONNECTION, None, "refused"),
}
PLAIN = STREAMED | {
    "invalid-json": (REFUSED, 200, None),
    "invalid-utf8": (REFUSED, 200, None),
    "failed=9": (REFUSED, 500, "server_error"),
}
HARMLESS = (
    "latency=0.1", "slow-tokens=500", "incomplete=9", "refusal", "unknown-event=9", "unknown-item", "huge-body=2",
)  # fmt: skip
ONLY_STREAMS = ("malformed-sse=9", "error-event=9", "invalid-json=9", "invalid-utf8=9")


def test_every_fault_is_met() -> None:
    assert {parse(text).kind.name for text in (*STREAMED, *HARMLESS)} == {kind.name for kind in KINDS}


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, sandbox_server: Server, tmp_path: Path) -> Any:
    """Call a method with a fault: by the header, or on a sandbox of its own; gives the exit code."""

    def call(method: str, fault: str, *more: str) -> int:
        body: dict[str, Any] = {"model": "sandbox-echo", **BODIES[method]}
        body["extra_headers"] = {"X-Sandbox-Rate": "0"}
        if fault.startswith("stall"):
            body["timeout"] = 1.0
        if parse(fault).kind.by_header:
            body["extra_headers"]["X-Sandbox-Fault"] = fault
            return answered(sandbox_server, method, body, *more)
        with running_sandbox(tmp_path / "state", "--fault", fault) as server:
            return answered(server, method, body, *more)

    def answered(server: Server, method: str, body: dict[str, Any], *more: str) -> int:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", server.key)
        arguments = ["call", method, "--data-dir", str(tmp_path / "data"), "--json", json.dumps(body), *more]
        code = run(arguments)
        assert isinstance(code, int)
        return code

    return call


def _check(captured: Any, code: int, expected: tuple[int, int | None, str | None]) -> None:
    error = error_of(captured.err)
    assert (code, error["status"], error["code"]) == expected
    assert "explanation" not in error or error["explanation"]


@pytest.mark.parametrize("method", BODIES)
@pytest.mark.parametrize("fault", STREAMED)
def test_a_stream(at: Any, capfdbinary: pytest.CaptureFixture[bytes], method: str, fault: str) -> None:
    code = at(method, fault, "--stream")
    captured = capfdbinary.readouterr()
    _check(captured, code, STREAMED[fault])
    if fault.endswith("=9"):
        assert len(captured.out.splitlines()) >= 9, "what came before is printed"


@pytest.mark.parametrize("fault", [fault for fault in PLAIN if fault not in ONLY_STREAMS])
def test_a_plain_call(at: Any, capfdbinary: pytest.CaptureFixture[bytes], fault: str) -> None:
    code = at("responses.create", fault)
    captured = capfdbinary.readouterr()
    _check(captured, code, PLAIN[fault])
    if fault.startswith("invalid"):
        assert b"begins as JSON" in captured.err


@pytest.mark.parametrize("fault", HARMLESS)
def test_what_is_no_failure(at: Any, capfdbinary: pytest.CaptureFixture[bytes], fault: str) -> None:
    for more in ((), ("--stream",)):
        assert at("responses.create", fault, *more) == ANSWERED
        captured = capfdbinary.readouterr()
        assert captured.err == b"" and captured.out
