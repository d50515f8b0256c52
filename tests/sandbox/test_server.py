"""The server in this process, around engines made for the test: what stops an engine, and what a fault becomes."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from playground.sandbox.engines import Engine, EngineError, Engines, Finished, GenerationTask, Piece, Text, load_engines
from playground.sandbox.ratelimit import RateLimits
from playground.sandbox.server import build_app, make_runner
from playground.sandbox.state import State
from playground.sandbox.web import CONTEXT

KEY = "sk-test"
HELLO = {"model": "endless", "input": "x"}
CHAT = {"model": "endless", "messages": [{"role": "user", "content": "x"}]}


@dataclass
class Endless:
    """Yields one word and then waits, until it is stopped."""

    started: asyncio.Event = field(default_factory=asyncio.Event)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    model_ids: tuple[str, ...] = ("endless",)

    async def generate(self, task: GenerationTask) -> AsyncGenerator[Piece, None]:
        try:
            yield Text("word")
            self.started.set()
            await asyncio.Event().wait()
        finally:
            self.stopped.set()

    async def aclose(self) -> None:
        return

    def absence(self, model: str) -> str | None:
        return "Fetch it with X." if model == "absent" else None


@dataclass
class Faulty:
    """Fails in the way the test chooses."""

    error: Exception
    model_ids: tuple[str, ...] = ("faulty",)

    async def generate(self, task: GenerationTask) -> AsyncGenerator[Piece, None]:
        yield Text("word")
        raise self.error
        yield Finished()

    async def aclose(self) -> None:
        raise RuntimeError("it does not even close")


@dataclass(frozen=True)
class Served:
    url: str
    session: ClientSession
    app: web.Application

    async def post(self, path: str, body: Any) -> tuple[int, Any]:
        async with self.session.post(self.url + path, json=body) as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def _serving(folder: Path, *engines: Engine, limits: RateLimits | None = None) -> AsyncIterator[Served]:
    state = State(folder)
    every = Engines(engines)
    app = build_app(state, every, KEY, limits)
    runner = make_runner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        async with ClientSession(headers={"Authorization": f"Bearer {KEY}"}) as session:
            yield Served(f"http://127.0.0.1:{port}/v1", session, app)
    finally:
        await runner.cleanup()
        await every.aclose()
        state.close()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/responses", {**HELLO, "stream": True}),
        ("/responses", HELLO),
        ("/chat/completions", {**CHAT, "stream": True}),
        ("/chat/completions", CHAT),
        ("/completions", {"model": "endless", "prompt": "x", "stream": True}),
        ("/completions", {"model": "endless", "prompt": "x"}),
    ],
)
def test_a_client_that_goes_away_stops_the_engine(tmp_path: Path, path: str, body: dict[str, Any]) -> None:
    async def main() -> None:
        engine = Endless()
        async with _serving(tmp_path, engine) as served:
            asking = asyncio.create_task(served.post(path, body))
            await asyncio.wait_for(engine.started.wait(), 5)
            assert not engine.stopped.is_set()
            asking.cancel()
            await asyncio.wait_for(engine.stopped.wait(), 5)

    asyncio.run(main())


def test_a_stored_response_whose_client_went_away_is_cancelled(tmp_path: Path) -> None:
    async def main() -> None:
        engine = Endless()
        async with _serving(tmp_path, engine) as served:
            answer = await served.session.post(f"{served.url}/responses", json={**HELLO, "stream": True})
            await answer.content.readline()
            identifier = json.loads((await answer.content.readline())[6:])["response"]["id"]
            await asyncio.wait_for(engine.started.wait(), 5)
            answer.close()
            await asyncio.wait_for(engine.stopped.wait(), 5)
            async with served.session.get(f"{served.url}/responses/{identifier}") as found:
                response = await found.json()
            assert response["status"] == "cancelled"
            assert response["output"][0]["content"][0]["text"] == "word"

    asyncio.run(main())


def test_a_background_response_goes_on_without_its_client(tmp_path: Path) -> None:
    async def main() -> None:
        engine = Endless()
        async with _serving(tmp_path, engine) as served:
            body = {**HELLO, "stream": True, "background": True}
            answer = await served.session.post(f"{served.url}/responses", json=body)
            await answer.content.readline()
            identifier = json.loads((await answer.content.readline())[6:])["response"]["id"]
            await asyncio.wait_for(engine.started.wait(), 5)
            answer.close()
            async with served.session.get(f"{served.url}/responses/{identifier}") as found:
                assert (await found.json())["status"] == "in_progress"
            assert not engine.stopped.is_set()
            _, cancelled = await served.post(f"/responses/{identifier}/cancel", None)
            assert cancelled["status"] == "cancelled" and engine.stopped.is_set()

    asyncio.run(main())


def test_a_shutdown_fails_what_is_unfinished(tmp_path: Path) -> None:
    async def main() -> tuple[str, Endless]:
        engine = Endless()
        async with _serving(tmp_path, engine) as served:
            _, started = await served.post("/responses", {**HELLO, "background": True})
            await asyncio.wait_for(engine.started.wait(), 5)
        return started["id"], engine

    identifier, engine = asyncio.run(main())
    assert engine.stopped.is_set()
    state = State(tmp_path)
    found = state.get("response", identifier)
    state.close()
    assert found and found["status"] == "failed" and found["error"]["code"] == "server_error"


def test_an_engines_fault_is_a_500_and_a_failed_response(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with _serving(tmp_path, Faulty(ZeroDivisionError("oh"))) as served:
            status, body = await served.post("/responses", {"model": "faulty", "input": "x"})
            assert status == 500 and set(body["error"]) == {"message", "type", "param", "code"}
            assert "ZeroDivisionError" in body["error"]["message"] and body["error"]["type"] == "server_error"
            status, body = await served.post("/chat/completions", {**CHAT, "model": "faulty"})
            assert status == 500 and body["error"]["code"] == "server_error"
            streamed = {**CHAT, "model": "faulty", "stream": True}
            async with served.session.post(f"{served.url}/chat/completions", json=streamed) as answer:
                last = (await answer.text()).strip().split("\n\n")[-1]
            assert json.loads(last[6:])["error"]["code"] == "server_error"
            stored = [response["status"] for response in served.app[CONTEXT].state.every("response")]
            assert stored == ["failed"]

    with caplog.at_level(logging.CRITICAL):
        asyncio.run(main())


def test_a_fault_of_the_server_itself_is_a_500(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with _serving(tmp_path) as served:
            served.app[CONTEXT].state.get = None  # type: ignore[assignment, method-assign]
            async with served.session.get(f"{served.url}/responses/resp_1") as answer:
                body = await answer.json()
                assert answer.status == 500 and body["error"]["type"] == "server_error"
                assert answer.headers["x-request-id"] in body["error"]["message"]

    with caplog.at_level(logging.CRITICAL):
        asyncio.run(main())


def test_an_engines_refusal_keeps_its_status_and_words(tmp_path: Path) -> None:
    refusal = EngineError("Too long.", status=400, type="invalid_request_error", code="too_long", param="input")

    async def main() -> None:
        async with _serving(tmp_path, Faulty(refusal)) as served:
            status, body = await served.post("/responses", {"model": "faulty", "input": "x"})
            wanted = {"message": "Too long.", "type": "invalid_request_error", "param": "input", "code": "too_long"}
            assert (status, body["error"]) == (400, wanted)
            tool = {"type": "web_search"}
            status, body = await served.post("/responses", {"model": "faulty", "input": "x", "tools": [tool]})
            assert status == 400 and "web_search" in body["error"]["message"] and body["error"]["param"] == "tools[0]"

    asyncio.run(main())


def test_an_engine_says_how_to_get_a_model_that_is_absent(tmp_path: Path) -> None:
    async def main() -> None:
        async with _serving(tmp_path, Endless()) as served:
            status, body = await served.post("/responses", {**HELLO, "model": "absent"})
            assert status == 404 and body["error"]["message"] == "Fetch it with X."

    asyncio.run(main())


def test_the_limits_count_down_refuse_and_refill(tmp_path: Path) -> None:
    clock = [0.0]

    async def main() -> None:
        limits = RateLimits(requests_per_minute=2, tokens_per_minute=600, clock=lambda: clock[0])
        async with _serving(tmp_path, limits=limits) as served:

            async def ask() -> Any:
                async with served.session.get(f"{served.url}/models") as answer:
                    return answer.status, answer.headers, await answer.json()

            status, headers, _ = await ask()
            assert status == 200 and headers["x-ratelimit-limit-requests"] == "2"
            assert headers["x-ratelimit-remaining-requests"] == "1"
            assert headers["x-ratelimit-reset-requests"] == "30s"
            await ask()
            status, headers, body = await ask()
            assert status == 429 and body["error"]["code"] == "rate_limit_exceeded"
            assert headers["Retry-After"] == "30" and headers["x-ratelimit-remaining-requests"] == "0"
            assert headers["x-ratelimit-reset-requests"] == "1m0s"
            clock[0] = 31
            assert (await ask())[0] == 200
            clock[0] = 120
            text = {"model": "sandbox-embed", "input": "word " * 300}
            async with served.session.post(f"{served.url}/embeddings", json=text) as answer:
                remaining = int(answer.headers["x-ratelimit-remaining-tokens"])
            assert 0 < remaining < 400

    asyncio.run(main())


def test_the_echo_engine_is_always_there(tmp_path: Path) -> None:
    engines = load_engines(tmp_path, echo_rate=0)
    assert engines.models()[0] == "sandbox-echo"
    assert engines.find("sandbox-bench") is None, "no list shows it"
    asyncio.run(engines.aclose())
