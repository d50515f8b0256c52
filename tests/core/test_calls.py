"""Any method by its name: against the real sandbox, against Steady, and against a server whose bytes we choose."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from playground.core.calls import Content, UsageProblem, call, resolve
from playground.core.errors import ProblemError
from playground.core.profiles import KeySource, Profile
from playground.core.session import Session
from tests.core.house import House
from tests.helpers.sandbox import Server
from tests.helpers.served import PLAIN, SERVED
from tests.helpers.servers import Reply


def scenario(method: str, body: dict[str, Any] | None = None, **more: Any) -> Callable[[Session], Awaitable[Any]]:
    async def run(session: Session) -> Any:
        answer = await call(session, method, body or {}, **more)
        if hasattr(answer, "__aiter__"):
            return [event async for event in answer]
        return answer

    return run


def test_every_method_that_the_sandbox_serves(house: House, sandbox_server: Server) -> None:
    kept: dict[str, str] = {}

    async def everything(session: Session) -> None:
        for served in SERVED:
            answer = await scenario(served.method, served.filled(kept), stream=served.stream)(session)
            if served.stream:
                assert len(answer) > 2, served
                assert all(served.expect in event for event in answer), served
            else:
                assert served.expect in answer, served
                served.take(answer, kept)

    async def with_key() -> None:
        manager = house.manager()
        profile = Profile.new("S", base_url=sandbox_server.base_url, key=KeySource.MEMORY)
        await house.vault.set(profile, sandbox_server.key)
        try:
            await everything(await manager.session_of(profile))
        finally:
            await manager.aclose()

    asyncio.run(with_key())
    assert house.store.flush()
    recorded = house.store.recent()
    assert [entry.sdk_method for entry in reversed(recorded)] == [served.method for served in SERVED]
    assert {entry.origin for entry in recorded} == {"cli"}
    assert {entry.state for entry in recorded} == {"done"}


def test_every_served_method_is_in_the_list() -> None:
    """Routes and list agree in number, so that a route that is added is called here, too. What is simulated has tests
    of its own, in tests/sandbox."""
    from playground.sandbox import chat, completions, conversations, embeddings, models, responses

    parts = (chat, completions, conversations, embeddings, models, responses)
    routes = [route for part in parts for route in part.routes()]
    # models.delete is refused by the sandbox: its models cannot be deleted.
    families = {part.__name__.rpartition(".")[2] for part in parts}
    methods = {served.method for served in SERVED if served.method.split(".")[0] in families}
    assert len(routes) == len(methods | {"models.delete"})


@pytest.mark.steady
def test_steady_accepts_every_plain_request(house: House, steady_server: str) -> None:
    kept = {name: f"{name}_1" for served in SERVED for name in served.keep}

    async def everything(session: Session) -> list[str]:
        refused = []
        for served in PLAIN:
            try:
                await call(session, served.method, served.filled(kept))
            except Exception as error:
                refused.append(f"{served.method}: {error}")
        return refused

    assert house.run(everything, base_url=steady_server) == []


@pytest.mark.steady
def test_steady_would_refuse_what_is_wrong(house: House, steady_server: str) -> None:
    """So that the test before this one proves something."""
    with pytest.raises(Exception, match="400"):
        house.run(scenario("responses.create", {"model": 7, "temperature": "hot"}), base_url=steady_server)


def sent(house: House) -> Any:
    return house.server.received[-1]


def test_what_the_method_does_not_know_is_sent_as_it_is(house: House) -> None:
    house.server.add("/responses", Reply.of_json({"id": "r"}))
    house.run(scenario("responses.create", {"model": "m", "brand_new": {"x": 1}, "extra_headers": {"x-mine": "1"}}))
    assert json.loads(sent(house).body) == {"model": "m", "brand_new": {"x": 1}}
    assert sent(house).headers["x-mine"] == "1"
    house.server.add("/models", Reply.of_json({"object": "list", "data": []}))
    house.run(scenario("models.list", {"limit": 3}))
    assert sent(house).path == "/v1/models?limit=3"
    house.server.add("/vector_stores/vs_1/search", Reply.of_json({"object": "list", "data": []}))
    house.run(scenario("vector_stores.search", {"vector_store_id": "vs_1", "query": "q", "later": True}))
    assert json.loads(sent(house).body) == {"query": "q", "later": True}


def test_the_answer_is_what_was_sent(house: House) -> None:
    answer = {"id": "r", "object": "later", "unknown": [1, {"deep": None}], "huge": 2**70, "output": "not a list"}
    house.server.add("/responses", Reply.of_json(answer))
    assert house.run(scenario("responses.create", {"model": "m"})) == answer
    house.server.add("/files/f", Reply(b"", status=204, content_type=""))
    assert house.run(scenario("files.delete", {"file_id": "f"})) is None


def test_events_are_what_was_sent(house: House) -> None:
    events = [{"type": "response.later", "x": 1}, {"type": "error", "message": "m"}]
    house.server.add("/responses", Reply.of_events(events))
    assert house.run(scenario("responses.create", {"model": "m"}, stream=True)) == events
    assert json.loads(sent(house).body)["stream"] is True
    body = b'event: thread.created\ndata: {"id":"t"}\n\nevent: done\ndata: [DONE]\n\n'
    house.server.add("/threads/runs", Reply(body, content_type="text/event-stream"))
    run = {"assistant_id": "a", "stream": True}
    assert house.run(scenario("beta.threads.create_and_run", run)) == [{"event": "thread.created", "data": {"id": "t"}}]


def test_a_stream_that_is_left_is_closed(house: House) -> None:
    import threading

    hold = threading.Event()
    reply = Reply.of_events([{"type": "a"}, {"type": "b"}], hold=hold)
    reply.hold_after = reply.body.index(b"event: b")
    house.server.add("/responses", reply)

    async def leave(session: Session) -> None:
        events = await call(session, "responses.create", {"model": "m"}, stream=True)
        async with contextlib.aclosing(events):
            assert await anext(events) == {"type": "a"}
        assert await asyncio.to_thread(house.server.left.wait, 10)

    try:
        house.run(leave)
    finally:
        hold.set()


def pages(house: House) -> None:
    for ids, more in (("ab", True), ("c", False)):
        data = [{"id": name, "object": "file", "later": 1} for name in ids]
        house.server.add(
            "/files", Reply.of_json({"object": "list", "data": data, "has_more": more, "last_id": ids[-1]})
        )


def test_a_list_is_one_page(house: House) -> None:
    pages(house)
    answer = house.run(scenario("files.list", {"limit": 2}))
    assert answer["has_more"] is True
    assert [entry["id"] for entry in answer["data"]] == ["a", "b"]


def test_or_all_of_them(house: House) -> None:
    pages(house)
    answer = house.run(scenario("files.list", {"limit": 2}, all_pages=True))
    assert answer == [{"id": name, "object": "file", "later": 1} for name in "abc"]
    assert sent(house).path in ("/v1/files?limit=2&after=b", "/v1/files?after=b&limit=2")


def test_files_are_sent_under_their_names(house: House, tmp_path: Path) -> None:
    text, picture = tmp_path / "notes.txt", tmp_path / "a.png"
    text.write_bytes(b"some notes")
    picture.write_bytes(b"\x89PNG")
    house.server.add("/files", Reply.of_json({"id": "file-1"}))
    house.run(scenario("files.create", {"file": f"@{text}", "purpose": "user_data"}))
    body = sent(house).body
    assert b'filename="notes.txt"' in body
    assert b"Content-Type: text/plain" in body
    assert b"some notes" in body
    house.server.add("/images/edits", Reply.of_json({"data": []}))
    house.run(scenario("images.edit", {"image": [f"@{picture}", f"@{picture}"], "prompt": "@home", "model": "m"}))
    body = sent(house).body
    assert body.count(b"\x89PNG") == 2
    assert b"image/png" in body
    assert b"@home" in body, "a text may begin with @"


def test_bytes_go_to_a_file(house: House, tmp_path: Path) -> None:
    house.server.add("/audio/speech", Reply(b"\0\1\2", content_type="audio/mpeg", forever=True))
    speech = {"model": "m", "voice": "v", "input": "i"}
    target = tmp_path / "out.mp3"
    answer = house.run(scenario("audio.speech.create", speech, output=target))
    assert answer == {"file": str(target), "bytes": 3, "content_type": "audio/mpeg"}
    assert target.read_bytes() == b"\0\1\2"
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("log")] == ["out.mp3"]
    content = house.run(scenario("audio.speech.create", speech))
    assert content == Content(b"\0\1\2", "audio/mpeg")
    assert not content.is_text


def test_a_file_that_is_json_is_still_a_file(house: House) -> None:
    house.server.add("/files/f/content", Reply(b'{"a": 1}\n', content_type="application/json"))
    assert house.run(scenario("files.content", {"file_id": "f"})) == Content(b'{"a": 1}\n', "application/json")


def test_texts_are_texts(house: House) -> None:
    house.server.add("/audio/transcriptions", Reply(b"1\n00:00 --> 00:01\nHi\n", content_type="text/plain"))

    async def run(session: Session) -> Any:
        return await call(session, "audio.transcriptions.create", {"file": f"@{__file__}", "model": "m"})

    answer = house.run(run)
    assert answer.is_text


def test_embeddings_are_numbers_unless_asked_for_otherwise(house: House) -> None:
    body = {"object": "list", "data": [{"embedding": "AACAPwAAAEA=", "index": 0}]}
    house.server.add("/embeddings", Reply.of_json(body, forever=True))
    asked = {"model": "m", "input": "x"}
    assert house.run(scenario("embeddings.create", asked))["data"][0]["embedding"] == [1.0, 2.0]
    assert house.run(scenario("embeddings.create", {**asked, "encoding_format": "base64"})) == body


def test_a_page_where_json_was_expected(house: House) -> None:
    house.server.add("/models", Reply(b"<html><title>Login</title>", content_type="text/html"))
    with pytest.raises(ProblemError, match="web page"):
        house.run(scenario("models.list"))


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("respones.create", "responses.create"),
        ("responses.creat", "responses.create"),
        ("responses", "responses.input_items.list"),
        ("realtime.connect", "WebSocket"),
        ("close", "no method"),
        ("_client.post", "no method"),
        ("responses._post", "no method"),
        ("responses.with_raw_response.create", "no method"),
        ("with_options", "no method"),
        ("", "no method"),
        ("responses..create", "no method"),
    ],
)
def test_names_that_are_none(house: House, method: str, words: str) -> None:
    with pytest.raises(UsageProblem, match=words):
        house.run(scenario(method))
    assert house.server.received == []


@pytest.mark.parametrize(
    ("method", "body", "more", "words"),
    [
        ("chat.completions.create", {"model": "m"}, {}, "messages"),
        ("responses.retrieve", {}, {}, "response_id"),
        ("models.list", {}, {"stream": True}, "stream"),
        ("responses.create", {}, {"all_pages": True}, "no list"),
        ("files.create", {"file": "notes.txt", "purpose": "p"}, {}, "Write @"),
    ],
)
def test_calls_that_cannot_be_made(house: House, method: str, body: Any, more: Any, words: str) -> None:
    with pytest.raises(UsageProblem, match=words):
        house.run(scenario(method, body, **more))
    assert house.server.received == []


def test_a_file_that_is_not_there(house: House) -> None:
    with pytest.raises(FileNotFoundError):
        house.run(scenario("files.create", {"file": "@/nowhere/at/all", "purpose": "p"}))


def test_methods_know_what_they_are(house: House) -> None:
    async def look(session: Session) -> None:
        client = await session.client()
        for name, read, binary in (
            ("models.list", True, False),
            ("vector_stores.search", False, False),
            ("responses.create", False, False),
            ("responses.retrieve", True, False),
            ("files.content", True, True),
            ("audio.speech.create", False, True),
            ("beta.threads.runs.create", False, False),
        ):
            method = resolve(client, name)
            assert (method.is_read, method.is_binary) == (read, binary), name

    house.run(look)
