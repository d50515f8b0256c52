"""Every fault of the table over real HTTP: asked for by the header, and put on by the command line."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from playground.sandbox.faults import KINDS, parse, parse_header
from playground.sandbox.process import Endpoint, SandboxError, SandboxProcess
from tests.helpers.needs import ROOT
from tests.helpers.sandbox import running_sandbox
from tests.sandbox.document import Document
from tests.sandbox.http import FAST, Api

RESPONSES, CHAT, COMPLETIONS = "/responses", "/chat/completions", "/completions"
BODIES: dict[str, dict[str, Any]] = {
    RESPONSES: {"model": "sandbox-echo", "input": "Name the planets."},
    CHAT: {"model": "sandbox-echo", "messages": [{"role": "user", "content": "Name the planets."}]},
    COMPLETIONS: {"model": "sandbox-echo", "prompt": "Name the planets.", "max_tokens": 40},
}
SILENCE = 0.4
"""Seconds without a byte that are taken for a stall."""


@dataclass(frozen=True)
class Got:
    """What came over the wire, and how it ended."""

    status: int
    headers: dict[str, str]
    data: bytes
    end: Literal["whole", "cut", "silent"]
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def error(self) -> dict[str, Any]:
        error: dict[str, Any] = self.json["error"]
        assert "sandbox" in error["message"], "nobody is to take it for a real one"
        return error

    @property
    def blocks(self) -> list[bytes]:
        return [block for block in self.data.split(b"\n\n") if block]

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events that have JSON."""
        found = []
        for block in self.blocks:
            data = block[block.find(b"data: ") + 6 :]
            with suppress(ValueError):
                found.append(json.loads(data))
        return found

    def text(self) -> str:
        """The deltas, joined."""
        return "".join(
            event.get("delta", "")
            if "type" in event
            else "".join(choice["delta"].get("content") or "" for choice in event.get("choices", ()))
            for event in self.events
            if event.get("type", "response.output_text.delta") == "response.output_text.delta"
        )


@dataclass(frozen=True)
class Way:
    """How a fault gets on: `header` goes with every request."""

    api: Api
    header: str | None = None

    def ask(self, path: str, *, stream: bool = False, method: str = "POST", silence: float = 20.0) -> Got:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.api.key}", **FAST}
        if self.header is not None:
            headers["X-Sandbox-Fault"] = self.header
        body = {**BODIES.get(path, {}), **({"stream": True} if stream else {})}
        began = time.monotonic()
        connection = http.client.HTTPConnection(self.api.host, self.api.port or 80, timeout=silence)
        try:
            connection.request(method, f"/v1{path}", json.dumps(body) if method == "POST" else None, headers)
            answer = connection.getresponse()
            data, end = _read(answer)
            names = {name.lower(): value for name, value in answer.getheaders()}
            return Got(answer.status, names, data, end, time.monotonic() - began)
        finally:
            connection.close()

    def stream(self, path: str, **more: Any) -> Got:
        got = self.ask(path, stream=True, **more)
        assert got.status == 200 and got.headers["content-type"].startswith("text/event-stream")
        return got


def _read(answer: http.client.HTTPResponse) -> tuple[bytes, Literal["whole", "cut", "silent"]]:
    pieces = []
    try:
        while piece := answer.read1():
            pieces.append(piece)
    except http.client.IncompleteRead as error:
        return b"".join(pieces) + error.partial, "cut"
    except TimeoutError:
        return b"".join(pieces), "silent"
    return b"".join(pieces), "cut" if answer.length else "whole"


Check = Callable[[Way], None]
CHECKS: dict[str, tuple[str, Check]] = {}


def check(text: str) -> Callable[[Check], Check]:
    """What a fault, written so, does."""

    def put(function: Check) -> Check:
        CHECKS[parse(text).kind.name] = text, function
        return function

    return put


@check("latency=0.3")
def _latency(way: Way) -> None:
    for got in (way.stream(RESPONSES), way.ask(CHAT), way.ask("/models", method="GET")):
        assert got.seconds >= 0.3 and got.status == 200 and got.end == "whole"


@check("slow-tokens=40")
def _slow(way: Way) -> None:
    for path in (RESPONSES, CHAT):
        got = way.stream(path)
        number = sum("delta" in event or bool(event.get("choices")) for event in got.events) - 2
        assert got.seconds >= 0.8 * number / 40 and number > 20
        assert got.end == "whole"


def _status(way: Way, status: int, code: str, **headers: str) -> None:
    for got in (
        way.ask(RESPONSES), way.ask(RESPONSES, stream=True), way.ask(CHAT, stream=True), way.ask(COMPLETIONS),
        way.ask("/models", method="GET"),
    ):  # fmt: skip
        assert (got.status, got.error["code"]) == (status, code)
        assert got.headers["x-request-id"].startswith("req_")
        assert {name: got.headers.get(name) for name in headers} == headers


@check("401")
def _401(way: Way) -> None:
    _status(way, 401, "invalid_api_key")


@check("403")
def _403(way: Way) -> None:
    _status(way, 403, "missing_scope")


@check("404")
def _404(way: Way) -> None:
    _status(way, 404, "model_not_found")


@check("429=7")
def _429(way: Way) -> None:
    left = {"x-ratelimit-limit-requests": "3", "x-ratelimit-remaining-requests": "0"}
    _status(way, 429, "rate_limit_exceeded", **{"retry-after": "7", "x-ratelimit-reset-requests": "7s", **left})


@check("quota")
def _quota(way: Way) -> None:
    _status(way, 429, "insufficient_quota")
    assert "retry-after" not in way.ask(RESPONSES).headers


@check("500")
def _500(way: Way) -> None:
    _status(way, 500, "server_error")


@check("503=4")
def _503(way: Way) -> None:
    _status(way, 503, "server_is_overloaded", **{"retry-after": "4"})


@check("html-502")
def _html(way: Way) -> None:
    for got in (way.ask(RESPONSES, stream=True), way.ask(CHAT), way.ask("/models", method="GET")):
        assert got.status == 502 and got.headers["content-type"].startswith("text/html")
        assert b"<h1>502 Bad Gateway</h1>" in got.data and got.headers["server"] == "nginx"
        assert not any(name.startswith(("openai", "x-request", "x-ratelimit")) for name in got.headers)


@check("cut=9")
def _cut(way: Way) -> None:
    for path in BODIES:
        got = way.stream(path)
        assert got.end == "cut" and len(got.events) == 9
    plain = way.ask(RESPONSES)
    assert plain.end == "cut" and plain.data.startswith(b"{") and len(plain.data) < int(plain.headers["content-length"])


@check("stall=9")
def _stall(way: Way) -> None:
    for path in BODIES:
        got = way.stream(path, silence=SILENCE)
        assert got.end == "silent" and len(got.events) == 9
    assert way.ask(CHAT, silence=SILENCE).end == "silent"


@check("malformed-sse=9")
def _malformed(way: Way) -> None:
    for path in (RESPONSES, CHAT):
        got = way.stream(path)
        (broken,) = [block for block in got.blocks if block.count(b"data: ") == 2]
        assert broken.startswith(b"this line is no field") and got.blocks.index(broken) == 9
        assert got.end == "whole"


@check("invalid-json=9")
def _json(way: Way) -> None:
    for path in (RESPONSES, CHAT):
        got = way.stream(path)
        broken = [block for block in got.blocks if not block.endswith((b"}", b"[DONE]"))]
        assert broken == [got.blocks[9]] and got.end == "whole"
    plain = way.ask(CHAT)
    assert plain.status == 200 and plain.end == "whole" and plain.headers["content-type"].startswith("application/json")
    with pytest.raises(ValueError):
        json.loads(plain.data)


@check("invalid-utf8=9")
def _utf8(way: Way) -> None:
    for path in (RESPONSES, CHAT):
        got = way.stream(path)
        assert [number for number, block in enumerate(got.blocks) if b"\xff\xfe" in block] == [9]
    plain = way.ask(RESPONSES)
    with pytest.raises(UnicodeDecodeError):
        plain.data.decode()
    assert json.loads(plain.data.decode("utf-8", "replace"))["status"] == "completed"


@check("error-event=9")
def _error_event(way: Way) -> None:
    got = way.stream(RESPONSES)
    assert [event["type"] for event in got.events].index("error") == 9 == len(got.events) - 1
    assert got.events[-1]["code"] == "server_error" and got.events[-1]["sequence_number"] == 9
    chat = way.stream(CHAT)
    assert len(chat.blocks) == 10 and chat.blocks[-1].startswith(b"event: error\ndata: {")
    assert chat.events[-1]["code"] == "server_error" and got.end == chat.end == "whole"
    assert way.ask(RESPONSES).json["status"] == "completed", "without a stream there are no events"


@check("error-object=9")
def _error_object(way: Way) -> None:
    for path in BODIES:
        got = way.stream(path)
        assert len(got.events) == 10 and set(got.events[-1]) == {"error"} and got.end == "whole"
        plain = way.ask(path)
        assert plain.status == 200 and plain.error["code"] == "server_error"


@check("failed=5")
def _failed(way: Way) -> None:
    got = way.stream(RESPONSES)
    assert got.events[-1]["type"] == "response.failed" and got.text().count(" ") >= 2
    assert got.events[-1]["response"]["error"]["code"] == "server_error"
    chat = way.stream(CHAT)
    assert set(chat.events[-1]) == {"error"} and len(chat.events) == 1 + 5 + 1
    assert way.ask(RESPONSES).status == way.ask(CHAT).status == 500


@check("incomplete=5")
def _incomplete(way: Way) -> None:
    last = way.stream(RESPONSES).events[-1]
    assert last["type"] == "response.incomplete"
    assert last["response"]["incomplete_details"] == {"reason": "max_output_tokens"}
    plain = way.ask(RESPONSES).json
    assert plain["status"] == "incomplete" and plain["usage"]["output_tokens"] == 5
    assert way.ask(CHAT).json["choices"][0]["finish_reason"] == "length"
    assert any(event["choices"][0]["finish_reason"] == "length" for event in way.stream(COMPLETIONS).events)


@check("refusal")
def _refusal(way: Way) -> None:
    kinds = [event["type"] for event in way.stream(RESPONSES).events]
    assert "response.refusal.delta" in kinds and "response.refusal.done" in kinds
    assert not any("output_text" in kind for kind in kinds)
    (part,) = way.ask(RESPONSES).json["output"][0]["content"]
    assert part["type"] == "refusal" and "can't help" in part["refusal"]
    message = way.ask(CHAT).json["choices"][0]["message"]
    assert message["content"] is None and "can't help" in message["refusal"]
    chunks = way.stream(CHAT).events
    assert "".join(chunk["choices"][0]["delta"].get("refusal") or "" for chunk in chunks) == message["refusal"]


@check("unknown-event=9")
def _unknown_event(way: Way) -> None:
    events = way.stream(RESPONSES).events
    assert events[9]["type"] == "response.sandbox_novelty.delta" and events[-1]["type"] == "response.completed"
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    chunk = way.stream(CHAT).events[9]
    assert chunk["object"] == "chat.completion.sandbox_novelty" and chunk["choices"] == []


@check("unknown-item")
def _unknown_item(way: Way) -> None:
    events = way.stream(RESPONSES).events
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    (done,) = [event for event in events if event["type"] == "response.output_item.done" and event["output_index"] == 1]
    assert done["item"] == events[-1]["response"]["output"][1] == way.ask(RESPONSES).json["output"][1]
    assert done["item"]["type"] == "sandbox_novelty_call"
    call = way.ask(CHAT).json["choices"][0]["message"]["tool_calls"][0]
    assert call["type"] == "sandbox_novelty_call"
    assert [call] in [chunk["choices"][0]["delta"].get("tool_calls") for chunk in way.stream(CHAT).events]


@check("huge-body=2")
def _huge(way: Way) -> None:
    for got in (way.ask(RESPONSES), way.stream(RESPONSES), way.ask(CHAT), way.stream(CHAT)):
        assert 1_900_000 < len(got.data) < 2_300_000 and got.end == "whole"
    item = way.ask(RESPONSES).json["output"][1]
    assert item["type"] == "file_search_call" and len(item["results"]) > 1000
    stored = way.api.get(f"/responses/{way.ask(RESPONSES).json['id']}")
    assert len(stored.data) < 10_000, "the sandbox keeps no megabytes"


@check("tls")
def _tls(way: Way) -> None:
    context = ssl._create_unverified_context()
    with (
        socket.create_connection((way.api.host, way.api.port or 0), timeout=10) as plain,
        pytest.raises(ssl.SSLError, match=r"(?i)handshake.failure"),
    ):
        context.wrap_socket(plain, server_hostname="localhost")


@check("refused")
def _refused(way: Way) -> None:
    with pytest.raises(ConnectionRefusedError):
        way.ask(RESPONSES)


def test_every_fault_has_a_check() -> None:
    assert CHECKS.keys() == {kind.name for kind in KINDS}


@pytest.mark.parametrize("name", [kind.name for kind in KINDS if kind.by_header])
def test_a_fault_by_the_header(api: Api, name: str) -> None:
    text, look = CHECKS[name]
    look(Way(api, text))
    assert api.post(RESPONSES, BODIES[RESPONSES]).status == 200, "it met other requests too"


@pytest.fixture
def on(tmp_path: Path) -> Iterator[Callable[..., Api]]:
    """A sandbox with faults that the command line put on."""
    servers = []

    def start(*faults: str) -> Api:
        server = running_sandbox(tmp_path / "state", *(word for fault in faults for word in ("--fault", fault)))
        servers.append(server)
        return Api(server.__enter__())

    yield start
    for server in servers:
        server.__exit__(None, None, None)


@pytest.mark.parametrize("name", [kind.name for kind in KINDS])
def test_a_fault_by_the_command_line(on: Callable[..., Api], name: str) -> None:
    text, look = CHECKS[name]
    look(Way(on(text)))


def test_faults_of_the_answer_leave_other_requests_alone(on: Callable[..., Api]) -> None:
    way = Way(on("cut", "invalid-json"))
    models = way.ask("/models", method="GET")
    assert models.status == 200 and models.end == "whole" and "x-sandbox-fault" not in models.headers
    assert way.ask(RESPONSES).headers["x-sandbox-fault"] == "cut=12, invalid-json=12"


def test_several_at_once_and_repeated_headers(api: Api) -> None:
    got = Way(api, "latency=0.2, 429=3").ask(CHAT)
    assert got.seconds >= 0.2 and got.status == 429 and got.headers["x-sandbox-fault"] == "latency=0.2, 429=3"
    assert str(parse_header(["latency=0.2", "429=3"])) == "latency=0.2, 429=3"


def test_a_short_answer_meets_its_fault_before_the_end(api: Api) -> None:
    got = Way(api, "cut=5000").stream(RESPONSES)
    assert got.end == "cut" and [event["type"] for event in got.events][-1] == "response.output_item.done"
    assert Way(api, "failed=5000").stream(RESPONSES).events[-1]["type"] == "response.failed"
    assert Way(api, "incomplete=5000").ask(CHAT).json["choices"][0]["finish_reason"] == "length"


@pytest.mark.parametrize(
    "text", ["nothing", "stall=x", "stall=-1", "stall=1.5", "401=3", "latency=nan", "latency=601", "huge-body=0"]
)
def test_what_is_no_fault_is_refused_in_words(api: Api, text: str) -> None:
    answer = api.post(RESPONSES, BODIES[RESPONSES], headers={"X-Sandbox-Fault": text})
    assert answer.status == 400 and answer.error["param"] == "X-Sandbox-Fault"
    assert text.partition("=")[0] in answer.error["message"]


def test_a_fault_of_one_attempt(api: Api, on: Callable[..., Api]) -> None:
    text = "429=1@1, 503=2@2"
    for server, mine in ((api, {"X-Sandbox-Fault": text}), (on("429=1@1", "503=2@2"), {})):
        seen = []
        for again in range(3):  # as OpenAI's SDKs number what they send
            headers = {**mine, "X-Stainless-Retry-Count": str(again)}
            answer = server.post(RESPONSES, BODIES[RESPONSES], headers=headers)
            seen.append((answer.status, answer.headers.get("x-sandbox-fault", "")))
        assert seen == [(429, "429=1@1"), (503, "503=2@2"), (200, "")]
        first = server.post(RESPONSES, BODIES[RESPONSES], headers=mine)
        assert first.status == 429, "without a number it is the first"


@pytest.mark.parametrize("text", ["429@", "429@0", "429@x", "429=3@1.5", "429@1000"])
def test_what_is_no_attempt_is_refused_in_words(api: Api, text: str) -> None:
    answer = api.post(RESPONSES, BODIES[RESPONSES], headers={"X-Sandbox-Fault": text})
    assert answer.status == 400 and "number of an attempt" in answer.error["message"]


def test_any_error_can_be_asked_for(api: Api) -> None:
    wanted = {
        "status": 418, "type": "tea", "code": "short_and_stout", "param": "spout", "message": "No coffee.",
        "headers": {"Retry-After": "7", "x-ratelimit-remaining-tokens": "0"},
    }  # fmt: skip
    answer = api.post(RESPONSES, BODIES[RESPONSES], headers={"X-Sandbox-Error": json.dumps(wanted)})
    error = answer.error
    assert (answer.status, error["type"], error["code"], error["param"]) == (418, "tea", "short_and_stout", "spout")
    assert error["message"] == "No coffee. (Made by the sandbox: the request asked for it.)"
    assert answer.headers["retry-after"] == "7" and answer.headers["x-ratelimit-remaining-tokens"] == "0"
    asked = {"X-Sandbox-Error": json.dumps({"status": 200, "code": "bio_policy", "message": "No."})}
    (event,) = api.post(RESPONSES, BODIES[RESPONSES], headers=asked).events
    assert event["type"] == "response.failed" and event["response"]["error"]["code"] == "bio_policy"
    (event,) = api.post(CHAT, BODIES[CHAT], headers=asked).events
    assert event["error"]["code"] == "bio_policy"
    bare = api.get("/models", headers={"X-Sandbox-Error": '{"status": 503}'})
    assert bare.status == 503 and (bare.error["type"], bare.error["code"], bare.error["param"]) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("no", "Expecting"), ("[]", "object"), ("{}", "status"), ('{"status": 201}', "300 to 599"),
        ('{"status": "500"}', "300 to 599"), ('{"status": 500, "body": ""}', "body"),
        ('{"status": 500, "code": 7}', "texts"), ('{"status": 500, "headers": []}', "headers"),
        ('{"status": 500, "headers": {"a": "b\\r\\nc: d"}}', "headers"),
    ],
)  # fmt: skip
def test_an_error_that_cannot_be_made_is_refused_in_words(api: Api, text: str, word: str) -> None:
    answer = api.post(RESPONSES, BODIES[RESPONSES], headers={"X-Sandbox-Error": text})
    assert answer.status == 400 and answer.error["param"] == "X-Sandbox-Error" and word in answer.error["message"]


@pytest.mark.parametrize("name", ["tls", "refused"])
def test_faults_of_the_connection_are_none_of_a_request(api: Api, name: str) -> None:
    answer = api.post(RESPONSES, BODIES[RESPONSES], headers={"X-Sandbox-Fault": name})
    assert answer.status == 400 and "command line" in answer.error["message"]


@pytest.mark.parametrize("fault", ["refusal", "failed=3", "incomplete=3", "error-event=6"])
def test_events_of_a_fault_are_the_apis_own(api: Api, spec: Document, fault: str) -> None:
    events = Way(api, fault).stream(RESPONSES).events
    for event in events:
        spec.check_event(event)
    assert [event["sequence_number"] for event in events] == list(range(len(events)))


def test_a_cut_stream_is_cancelled_and_kept(api: Api) -> None:
    identifier = Way(api, "cut=8").stream(RESPONSES).events[0]["response"]["id"]
    assert api.get(f"/responses/{identifier}").json["status"] == "cancelled"


# while it runs


def _api(endpoint: Endpoint | None) -> Api:
    class Served:
        base_url, key, pid = endpoint.base_url, endpoint.key, 0  # type: ignore[union-attr]

    return Api(Served)  # type: ignore[arg-type]


def test_faults_change_while_it_runs(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with (process := SandboxProcess(tmp_path)) as endpoint:
            api = _api(endpoint)
            made = await asyncio.to_thread(api.make, RESPONSES, BODIES[RESPONSES])
            pid = process.pid
            for text, status in (("500", 500), ("401", 401), ("", 200)):
                assert await process.set_faults([text] if text else []) == endpoint
                got = await asyncio.to_thread(Way(api).ask, CHAT)
                assert got.status == status
            await process.set_faults(["refused"])
            with pytest.raises(ConnectionRefusedError):
                await asyncio.to_thread(Way(api).ask, CHAT)
            other = await process.set_faults(["tls"])
            assert other is not None and other.base_url == endpoint.base_url.replace("http:", "https:")
            await asyncio.to_thread(_tls, Way(api))
            assert await process.set_faults([]) == endpoint and process.pid == pid
            kept = await asyncio.to_thread(api.get, f"/responses/{made['id']}")
            assert kept.json["id"] == made["id"], "port, key and state are as before"

    asyncio.run(scenario())


def test_an_open_connection_is_refused_too(tmp_path: Path) -> None:
    """A client that kept its connection would notice nothing else."""

    async def scenario() -> None:
        async with (process := SandboxProcess(tmp_path)) as endpoint:
            api = _api(endpoint)
            connection = http.client.HTTPConnection(api.host, api.port, timeout=10)

            def ask() -> int:
                connection.request("GET", "/v1/models", headers={"Authorization": f"Bearer {api.key}"})
                answer = connection.getresponse()
                answer.read()
                return answer.status

            assert await asyncio.to_thread(ask) == 200
            await process.set_faults(["refused"])
            with pytest.raises((ConnectionError, http.client.HTTPException)):
                await asyncio.to_thread(ask)
            connection.close()

    asyncio.run(scenario())


def test_a_restart_keeps_the_faults(tmp_path: Path) -> None:
    async def scenario() -> None:
        process = SandboxProcess(tmp_path)
        assert await process.set_faults(["503=9"]) is None
        first = await process.start()
        try:
            assert (await asyncio.to_thread(Way(_api(first)).ask, CHAT)).status == 503
            again = await process.restart()
            assert again == first
            assert (await asyncio.to_thread(Way(_api(again)).ask, CHAT)).headers["retry-after"] == "9"
        finally:
            await process.stop()

    asyncio.run(scenario())


def test_a_sandbox_that_does_not_answer_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deaf_sandbox.py").write_text(
        'import sys\nprint(\'{"base_url": "http://127.0.0.1:1/v1", "key": "k"}\', flush=True)\nsys.stdin.read()\n'
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")

    async def scenario() -> None:
        process = SandboxProcess(tmp_path, module="deaf_sandbox", start_timeout=1.5)
        await process.start()
        try:
            with pytest.raises(SandboxError) as raised:
                await process.set_faults(["500"])
            assert raised.value.cause and raised.value.remedy
        finally:
            await process.stop()

    asyncio.run(scenario())


def test_the_readme_lists_every_fault() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for kind in KINDS:
        assert kind.line() in readme
